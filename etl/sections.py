"""The order of a document's sections, from their numbers: 三(一) stands before 四(三), whatever was registered first."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

SomeRow = TypeVar("SomeRow", bound=Mapping[str, Any])

_DIGITS = "零一二三四五六七八九"
_NUMERAL = re.compile(rf"\d+|[{_DIGITS}十百]+")


def in_document_order(rows: Iterable[SomeRow]) -> list[SomeRow]:
    """Rows with a `section`, in the order of its numbers (Chinese or Arabic); rows of one section stay as they were.

    Sections that begin with a word (清单三) follow those of the body, each kind where it first occurs.
    """
    given = list(rows)
    names = [row.get("section") or "" for row in given]
    kinds = list(dict.fromkeys(_kind(name) for name in names))
    places = {name: (kinds.index(_kind(name)), _numbers(name), at) for at, name in reversed(list(enumerate(names)))}
    return [row for _, row in sorted(zip(names, given, strict=True), key=lambda pair: places[pair[0]])]


def chapter(section: str | None) -> str:
    """The part of the document a section belongs to: 三(一)1 → 第三部分, 清单六(一) → 清单, nothing → 未分条款."""
    kind = _kind(section or "")
    if kind or not section:
        return kind or "未分条款"
    return f"第{_NUMERAL.findall(section)[0]}部分"


def _kind(section: str) -> str:
    """What stands before the first numeral: 清单三·目标 → 清单."""
    return _NUMERAL.split(section, maxsplit=1)[0]


def _numbers(section: str) -> tuple[int, ...]:
    return tuple(_value(numeral) for numeral in _NUMERAL.findall(section))


def _value(numeral: str) -> int:
    """二十三 → 23, 十 → 10, 12 → 12."""
    if numeral.isdigit():
        return int(numeral)
    total = digit = 0
    for character in numeral:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS.index(character)
    return total + digit
