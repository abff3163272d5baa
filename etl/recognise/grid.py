"""Bytes of a received file in, sheets of cells out; what cannot be opened ends in a sentence.

The bytes are opened in a process of their own with limits on time and memory: a file made to
exhaust or crash the reader takes down that process, never the application.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.problem import STOP, Problem

MOST_BYTES = 50 * 1024 * 1024
MOST_SECONDS = 50
_ROOT = Path(__file__).resolve().parents[2]

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
    if not data:
        raise _unreadable(name, "0 字节", "文件是空的，请检查后重新上传。")
    if len(data) > MOST_BYTES:
        size = f"{len(data) / 1024 / 1024:.0f} MB"
        raise _unreadable(name, size, f"文件有 {size}，超过 50 MB 的上限，请拆分后再上传。")
    answer = _ask_reader(data, name=name)
    if "error" in answer:
        raise _unreadable(name, str(answer.get("found", "")), str(answer["error"]))
    return tuple(_sheet(number, each) for number, each in enumerate(answer["sheets"], 1))


def _ask_reader(data: bytes, *, name: str) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "etl.recognise.reader"],
            input=data,
            capture_output=True,
            timeout=MOST_SECONDS,
            cwd=_ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable(name, "", "文件在规定时间内没有读完，可能太大或结构异常，请另存为 xlsx 后再试。") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    if done.returncode != 0 or not isinstance(answer, dict):
        raise _unreadable(
            name,
            "",
            "文件打不开：内容已损坏，或读取时占用的内存超过上限。请在 Excel 或 WPS 中另存为 xlsx 后再试。",
        )
    return answer


def _sheet(number: int, given: dict[str, Any]) -> Sheet:
    return Sheet(
        name=given["name"],
        number=number,
        rows=tuple(tuple(row) for row in given["rows"]),
        merged=tuple((a, b, c, d) for a, b, c, d in given["merged"]),
        flags={(row, column): flag for row, column, flag in given["flags"]},
        hidden=given["hidden"],
        heading=given["heading"],
    )


def _unreadable(name: str, found: str, message: str) -> Unreadable:
    return Unreadable(Problem(STOP, shown_name(name), found, "可以打开的表格文件", message))


def shown_name(name: str) -> str:
    """A file name fit to be shown: no folders, no control characters, not longer than a line."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(character for character in last if character.isprintable()).strip(". ")
    return (plain[:60] + "…" if len(plain) > 60 else plain) or "未命名文件"
