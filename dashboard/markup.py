"""The one way HTML is made here: every text and every attribute is escaped on its way in.

Quotes, names and reasons are data; none of them can become a tag (st.html removes scripts besides).
"""

import html
from datetime import date
from functools import cache, lru_cache
from typing import Any


class Markup(str):
    """A string that is HTML already: only `h` and `join` make one."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """For st.html, which else takes a string for a file's name first and for indented text afterwards."""
        return str(self)


_VOID = {"br", "hr", "col", "wbr"}


def h(tag: str, *children: Any, **attributes: Any) -> Markup:
    """An element with everything in it escaped: a cell "85.3" becomes <td class="number">85.3</td>.

    A child is text, a number, a day (written 2019-06-05), Markup, or several of these.

    None among the children or attributes is left out; a trailing underscore and inner ones are
    turned into HTML's spelling (class_, aria_label).
    """
    parts = ["<", tag]
    for name, value in attributes.items():
        if value is not None:
            parts += (" ", _spelled(name), '="', _escaped(value if type(value) is str else str(value)), '"')
    parts.append(">")
    if tag not in _VOID:
        for child in children:
            _put(child, parts)
        parts += ("</", tag, ">")
    return Markup("".join(parts))


def join(*children: Any) -> Markup:
    """Children one after the other, texts escaped."""
    parts: list[str] = []
    for child in children:
        _put(child, parts)
    return Markup("".join(parts))


def _put(child: Any, parts: list[str]) -> None:
    """Append a child to `parts`. The commonest first: a page is made of some ten thousand of them."""
    kind = type(child)
    if kind is Markup:
        parts.append(child)
    elif kind is str:
        parts.append(_escaped(child))
    elif child is None:
        pass
    elif isinstance(child, Markup):
        parts.append(str(child))
    elif isinstance(child, str | int | float | date):
        parts.append(_escaped(str(child)))
    else:
        for each in child:
            _put(each, parts)


@cache
def _spelled(name: str) -> str:
    """An attribute as HTML writes it."""
    return name.rstrip("_").replace("_", "-")


@lru_cache(maxsize=1 << 14)
def _escaped(text: str) -> str:
    return html.escape(text)
