"""A sheet once its file is open, whatever kind of file it was: plain rows, without empty ends."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

_MOST_EMPTY_ROWS = 20_000
_MOST_TEXT = 4_000  # characters of one cell; names and numbers are shorter
_MOST_COLUMNS = 5_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class NotOpened(Exception):
    """Why a file is not opened: one Chinese sentence, and what was found where that helps."""

    def __init__(self, why: str, *, found: str = "") -> None:
        super().__init__(why)
        self.found = found


@dataclass
class Opened:
    """One sheet as read: rows trimmed of empty ends, cells text, number or truth value."""

    name: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    flags: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False
    macros: bool = False  # the workbook holds macros, which nobody runs here
    heading: str = ""  # words right above a table of a web page


def printable(text: str) -> str:
    """Text without control characters."""
    return _CONTROL.sub("", text)


def trimmed(rows: Iterable[list[Any]]) -> list[list[Any]]:
    """Rows without empty ends, below and to the right; contents plain.

    Raises NotOpened where something stands thousands of empty rows below the table: reading on
    would take minutes, leaving it out would lose it unseen.
    """
    out: list[list[Any]] = []
    empty = 0
    for row in rows:
        last = len(row)
        while last and row[last - 1] in ("", None):
            last -= 1
        if not last:
            empty += 1
            continue
        if last > _MOST_COLUMNS:
            raise NotOpened(f"表格有{last}列，超过 {_MOST_COLUMNS} 列的上限。请删去远处的内容，另存后再上传。")
        if empty > _MOST_EMPTY_ROWS:
            raise NotOpened(
                f"表格在第{len(out) + 1}行起有{empty}个空行，之后又有内容。请删去远处的内容或空行，另存后再上传。"
            )
        out.extend([] for _ in range(empty))
        empty = 0
        out.append([_plain(content) for content in row[:last]])
    return out


def _plain(content: Any) -> Any:
    if content is None:
        return ""
    if isinstance(content, float):
        return content if isfinite(content) else str(content)
    if isinstance(content, str):
        return printable(content[:_MOST_TEXT])
    if isinstance(content, datetime):
        return content.isoformat(sep=" ")
    if isinstance(content, (date, time, timedelta)):
        return str(content)
    return content
