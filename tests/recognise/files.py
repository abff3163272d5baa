"""Small files as the tests need them, made in memory."""

import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from etl.register import Register, read_register

HERE = Path(__file__).parent
REAL_FILES = HERE.parents[2] / "shared" / "real_files"


def small_register() -> Register:
    return read_register(HERE / "register.toml")


def csv_file(text: str, encoding: str = "utf-8") -> bytes:
    """The lines of `text` without their common margin."""
    lines = [line.strip() for line in text.strip("\n").split("\n")]
    return "\n".join(lines).encode(encoding)


def xlsx_file(
    *sheets: tuple[str, Sequence[Sequence[object]]],
    merged: Sequence[tuple[int, int, int, int]] = (),
    percent: Sequence[tuple[int, int]] = (),
) -> bytes:
    """A workbook; `merged` and `percent` (cells with a percent format) are of the first sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    percent_format = book.add_format({"num_format": "0.0%"})
    for number, (name, rows) in enumerate(sheets):
        sheet = book.add_worksheet(name)
        if number == 0:
            for top, left, bottom, right in merged:
                sheet.merge_range(top, left, bottom, right, "")
        for row, contents in enumerate(rows):
            for column, content in enumerate(contents):
                if content in {"", None}:
                    continue
                shown = percent_format if number == 0 and (row, column) in percent else None
                sheet.write(row, column, content, shown)
    book.close()
    return out.getvalue()


def grid(text: str) -> list[list[object]]:
    """Rows of a table drawn with | between cells; numbers become numbers."""
    return [[_content(cell.strip()) for cell in line.strip().split("|")] for line in text.strip("\n").split("\n")]


def _content(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text.replace("\\n", "\n")
