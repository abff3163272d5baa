"""Bytes of a received file in, sheets of cells out; what cannot be opened ends in a sentence.

The bytes are opened in a process of their own with limits on time and memory: a file made to
exhaust or crash the reader takes down that process, never the application.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.problem import STOP, Problem

MOST_BYTES = 50 * 1024 * 1024
MOST_SECONDS = 50
TOO_SLOW = "文件在规定时间内没有读完，可能太大或结构异常，请另存为 xlsx 后再试。"
CRASHED = "文件打不开：内容已损坏，或读取时占用的内存超过上限。请在 Excel 或 WPS 中另存为 xlsx 后再试。"
ROOT = Path(__file__).resolve().parents[2]

Content = str | int | float | bool


@dataclass(frozen=True)
class Sheet:
    """One sheet; rows and columns count from 0, short rows end where their content ends.

    `flags` marks cells that need care: "formula" (its cached value is what `rows` holds),
    "no_result" (a formula without a trustworthy cached value), "percent" (a share shown as %),
    "error" (#DIV/0! and the like).
    """

    name: str
    number: int
    rows: tuple[tuple[Content, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last
    flags: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False
    macros: bool = False  # the workbook holds macros
    heading: str = ""  # words right above a table of a web page, one line each

    def at(self, row: int, column: int) -> Content:
        """The content of a cell; the empty text where there is none."""
        if not 0 <= row < len(self.rows) or not 0 <= column < len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def text(self, row: int, column: int) -> str:
        """The content as text, a stored 2017.0 as 2017."""
        content = self.at(row, column)
        if isinstance(content, float) and content.is_integer() and abs(content) < 1e15:
            return str(int(content))
        return str(content)


class Unreadable(Exception):
    """A file that cannot be opened; holds the one problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_grid(data: bytes, *, name: str) -> tuple[Sheet, ...]:
    """The sheets of a file, recognised by its bytes, never by its name.

    Raises Unreadable with a sentence for anything that is not a table we can open safely.
    """
    refuse_size(data, name=name)
    answer = _ask_reader(data, name=name)
    if "error" in answer:
        raise unreadable(name, str(answer.get("found", "")), str(answer["error"]))
    return tuple(_sheet(number, each) for number, each in enumerate(answer["sheets"], 1))


def refuse_size(data: bytes, *, name: str) -> None:
    """Raises Unreadable for an empty file and for one too large to be looked at."""
    if not data:
        raise unreadable(name, "0 字节", "文件是空的，请检查后重新上传。")
    if len(data) > MOST_BYTES:
        size = f"{len(data) / 1024 / 1024:.0f} MB"
        raise unreadable(name, size, f"文件有 {size}，超过 50 MB 的上限，请拆分后再上传。")


def _ask_reader(data: bytes, *, name: str) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "etl.recognise.reader"],
            input=data,
            capture_output=True,
            timeout=MOST_SECONDS,
            cwd=ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise unreadable(name, "", TOO_SLOW) from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    if done.returncode != 0 or not isinstance(answer, dict):
        raise unreadable(
            name,
            "",
            CRASHED,
        )
    return answer


def _sheet(number: int, given: dict[str, Any]) -> Sheet:
    flags = {(row, column): flag for row, column, flag in given["flags"]}
    return sheet_of(number, **{**given, "flags": flags})


def sheet_of(
    number: int,
    *,
    name: str,
    rows: Iterable[Iterable[Content]],
    merged: Iterable[Iterable[int]],
    flags: dict[tuple[int, int], str],
    hidden: bool,
    macros: bool,
    heading: str,
) -> Sheet:
    """A sheet of what the opened file holds; `number` counts from 1."""
    return Sheet(
        name=name,
        number=number,
        rows=tuple(tuple(row) for row in rows),
        merged=tuple((a, b, c, d) for a, b, c, d in merged),
        flags=flags,
        hidden=hidden,
        macros=macros,
        heading=heading,
    )


def unreadable(name: str, found: str, message: str) -> Unreadable:
    """The refusal of a file that cannot be opened."""
    return Unreadable(Problem(STOP, shown_name(name), found, "可以打开的表格文件", message))


def shown_name(name: str) -> str:
    """A file name fit to be shown: no folders, no control characters, not longer than a line."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(character for character in last if character.isprintable()).strip(". ")
    return (plain[:60] + "…" if len(plain) > 60 else plain) or "未命名文件"
