"""Bytes of a CSV in, its rows out, each with the line it stands on."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from etl.problem import STOP, Problem


@dataclass(frozen=True)
class CsvRow:
    """One row: its line (from 1, the header is 1) and its cells by column name, stripped."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def column(self, name: str) -> int:
        """The column (from 1) that a name stands for in this file."""
        return list(self.cells).index(name) + 1


def read_rows(
    data: bytes, *, name: str, required: Sequence[str], optional: Sequence[str] = ()
) -> tuple[list[CsvRow], list[Problem]]:
    """Rows of a UTF-8 or GB18030 CSV; blank lines are left out, unknown columns are a problem."""
    text, problem = decoded(data, name=name)
    if problem is not None:
        return [], [problem]
    try:
        lines = _lines(text)
    except csv.Error as error:
        return [], [_problem(name, 1, found=str(error), expected="CSV", say="不是可读的 CSV 文件。")]
    if not lines:
        return [], [_problem(name, 1, found="空文件", expected="表头", say="文件是空的。")]
    header = [cell.strip() for cell in lines[0][1]]
    problems = _header_problems(header, name=name, required=required, optional=optional)
    if problems:
        return [], problems
    rows = []
    for line, cells in lines[1:]:
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            problems.append(
                _problem(
                    name,
                    line,
                    found=f"{len(cells)}列",
                    expected=f"{len(header)}列",
                    say=f"有{len(cells)}列，表头有{len(header)}列；没有内容的列也要留出逗号，含逗号的文字要加双引号。",
                )
            )
            continue
        stripped = [cell.strip() for cell in cells]
        rows.append(CsvRow(line=line, cells=dict(zip(header, stripped, strict=False))))
    return rows, problems


def decoded(data: bytes, *, name: str) -> tuple[str, Problem | None]:
    """The text of a UTF-8 or GB18030 file, or the problem that it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), None
        except UnicodeDecodeError:
            continue
    return "", _problem(name, 1, found="别的编码", expected="UTF-8 或 GB18030", say="编码既不是 UTF-8 也不是 GB18030。")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Rows with the line each one starts on: a quoted cell may run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    start = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append((start, cells))
        start = reader.line_num + 1
    return rows


def _header_problems(
    header: list[str], *, name: str, required: Sequence[str], optional: Sequence[str]
) -> list[Problem]:
    known = [*required, *optional]
    problems = [
        _problem(name, 1, found="无", expected=column, say=f"表头缺少“{column}”一列；应有：{','.join(known)}。")
        for column in required
        if column not in header
    ]
    problems += [
        _problem(
            name,
            1,
            found=column or "空列名",
            expected="、".join(known),
            say=f"表头里有不认识的列“{column}”，请改正或删去。",
        )
        for column in header
        if column not in known
    ]
    problems += [
        _problem(name, 1, found=column, expected="每列一次", say=f"表头里“{column}”一列出现了两次。")
        for column in dict.fromkeys(header)
        if column in known and header.count(column) > 1
    ]
    return problems


def _problem(name: str, line: int, *, found: str, expected: str, say: str) -> Problem:
    return Problem(severity=STOP, where=f"{name} 第{line}行", found=found, expected=expected, message=say)
