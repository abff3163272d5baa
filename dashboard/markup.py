"""The one way HTML is made here: every text and every attribute is escaped on its way in.

Quotes, names and reasons are data; none of them can become a tag (st.html removes scripts besides).
"""

import html
from datetime import date
from typing import Any


class Markup(str):
    """A string that is HTML already: only `h` and `join` make one."""

    __slots__ = ()


_VOID = {"br", "hr", "col", "wbr"}


def h(tag: str, *children: Any, **attributes: Any) -> Markup:
    """An element with everything in it escaped: a cell "85.3" becomes <td class="number">85.3</td>.

    A child is text, a number, a day (written 2019-06-05), Markup, or several of these.

    None among the children or attributes is left out; a trailing underscore and inner ones are
    turned into HTML's spelling (class_, aria_label).
    """
    shown = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Markup(f"<{tag}{shown}>")
    return Markup(f"<{tag}{shown}>{join(*children)}</{tag}>")


def join(*children: Any) -> Markup:
    """Children one after the other, texts escaped."""
    return Markup("".join(_text(child) for child in children))


def _text(child: Any) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return str(child)
    if isinstance(child, str | int | float | date):
        return html.escape(str(child))
    return join(*child)
