"""Where each item of a TOML text stands: tomllib reads values but keeps no line numbers.

The text has been accepted by tomllib, so this walks it without checking it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"(?P<skip>[ \t\r]+|\#[^\n]*)"
    r'|(?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?P<newline>\n)"
    r"|(?P<mark>[\[\]{},=.])"
    r"|(?P<word>[^\s\[\]{},=\"'#.]+)",
    re.DOTALL,
)


@dataclass
class _Token:
    kind: str
    text: str
    line: int


class _Tokens:
    """A list of tokens with a position: look at the next one, take it."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._tokens)

    @property
    def next(self) -> _Token:
        return self._tokens[self._at]

    def take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def follows(self, *texts: str) -> bool:
        """Whether the next tokens are exactly these, without a gap (`[[` opens an array of tables)."""
        return [token.text for token in self._tokens[self._at : self._at + len(texts)]] == [*texts]

    def skip_newlines(self) -> None:
        while self and self.next.kind == "newline":
            self.take()


def lines_of(text: str) -> dict[Path, int]:
    """Line (from 1) of every table and key: ("targets", 0, "rule") for the first target's rule."""
    lines: dict[Path, int] = {}
    tokens = _Tokens(text)
    table: Path = ()
    counts: dict[Path, int] = {}
    while tokens:
        if tokens.next.kind == "newline":
            tokens.take()
        elif tokens.next.text == "[":
            table = _header(tokens, counts, lines)
        else:
            _pair(tokens, table, lines)
    return lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Line of `path`, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _header(tokens: _Tokens, counts: dict[Path, int], lines: dict[Path, int]) -> Path:
    line = tokens.next.line
    array = tokens.follows("[", "[")
    tokens.take()
    if array:
        tokens.take()
    path = _resolved(_key(tokens), counts)
    tokens.take()
    if array:
        tokens.take()
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    lines.setdefault(path, line)
    return path


def _resolved(key: Path, counts: dict[Path, int]) -> Path:
    """A header's path, with the running number of each array of tables it goes through."""
    path: Path = ()
    for part in key[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    return (*path, key[-1])


def _pair(tokens: _Tokens, table: Path, lines: dict[Path, int]) -> None:
    line = tokens.next.line
    path = (*table, *_key(tokens))
    lines.setdefault(path, line)
    tokens.take()  # =
    _value(tokens, path, lines)


def _key(tokens: _Tokens) -> Path:
    """A dotted key; stops before `=` or `]`."""
    parts: list[str | int] = []
    while tokens and tokens.next.text not in ("=", "]"):
        token = tokens.take()
        if token.kind == "text":
            parts.append(tomllib.loads(f"key = {token.text}")["key"])
        elif token.kind == "word":
            parts.append(token.text)
    return tuple(parts)


def _value(tokens: _Tokens, path: Path, lines: dict[Path, int]) -> None:
    lines.setdefault(path, tokens.next.line)
    if tokens.next.text == "[":
        tokens.take()
        _items(tokens, path, lines)
    elif tokens.next.text == "{":
        tokens.take()
        _inline_table(tokens, path, lines)
    else:
        while tokens and tokens.next.kind != "newline" and tokens.next.text not in (",", "]", "}"):
            tokens.take()


def _items(tokens: _Tokens, path: Path, lines: dict[Path, int]) -> None:
    number = 0
    tokens.skip_newlines()
    while tokens and tokens.next.text != "]":
        if tokens.next.text == ",":
            tokens.take()
            number += 1
        else:
            _value(tokens, (*path, number), lines)
        tokens.skip_newlines()
    tokens.take()


def _inline_table(tokens: _Tokens, path: Path, lines: dict[Path, int]) -> None:
    tokens.skip_newlines()
    while tokens and tokens.next.text != "}":
        if tokens.next.text == ",":
            tokens.take()
        else:
            _pair(tokens, path, lines)
        tokens.skip_newlines()
    tokens.take()


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "skip":
            yield _Token(kind=kind, text=match.group(), line=line)
        line += match.group().count("\n")
