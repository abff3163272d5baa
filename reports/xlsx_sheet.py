"""What every sheet of the workbook shares: its formats, what it carries on paper, how a value stands in a cell."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from etl.words import read_words
from reports.blocks import Mark, Report
from reports.lettering import ems
from reports.plain import plain_text

FONT = "Microsoft YaHei"
ACCENT, RED, QUIET, FAINT, LINE = "#1F4E79", "#B3261E", "#5F6B7A", "#B9C3CE", "#D5DAE1"

_LONGEST = 32_767  # characters Excel keeps in a cell
_LINE_POINTS = 14.5
_MOST_LINES = 6
_PAPER = 210  # characters across a sheet of A4 that can still be read
_WHOLE, _DECIMAL = "#,##0", "#,##0.######"  # the second would end a whole number with its point


class Faces:
    """The formats of a workbook, each made once: a cell is text, number or status, plain or head."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": FONT, "font_size": 10, "valign": "top"}
        ruled = {**base, "bottom": 1, "bottom_color": LINE}
        self._book = book
        self._number = {**ruled, "align": "right"}
        self._marked: dict[tuple[Mark, bool], Any] = {}
        self.title = book.add_format({**base, "font_size": 16, "bold": True})
        self.section = book.add_format({**base, "font_size": 12, "bold": True, "font_color": ACCENT})
        self.text = book.add_format({**base, "text_wrap": True})
        self.quiet = book.add_format({**base, "font_color": QUIET})
        self.head = book.add_format(
            {**base, "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "text_wrap": True, "border": 1, "border_color": LINE}
        )  # fmt: skip
        self.cell = book.add_format({**ruled, "text_wrap": True})
        self.short = book.add_format(ruled)
        self.year = book.add_format({**self._number, "num_format": "0"})
        self._whole = book.add_format({**self._number, "num_format": _WHOLE})
        self._decimal = book.add_format({**self._number, "num_format": _DECIMAL})
        self._lights = {
            name: {"bold": True, "font_color": light.colour, "bg_color": light.soft[:7]}
            for name, light in read_words().lights.items()
        }
        self.lights = {
            name: book.add_format({**ruled, "text_wrap": True, **face}) for name, face in self._lights.items()
        }

    def number(self, value: float | None, mark: Mark | None = None) -> Any:
        """For a number as published; with a mark the symbol is part of the format, and the number stays one."""
        whole = value is None or not math.isfinite(value) or float(value).is_integer()
        if mark is None:
            return self._whole if whole else self._decimal
        if (mark, whole) not in self._marked:
            symbol = plain_text(mark.symbol).replace('"', "")
            self._marked[mark, whole] = self._book.add_format(
                {**self._number, **self._lights[mark.light], "num_format": f'{_WHOLE if whole else _DECIMAL}" {symbol}"'}
            )  # fmt: skip
        return self._marked[mark, whole]


def text(words: Any) -> str:
    """Text fit for a cell: no control characters; what is longer than Excel keeps ends in a dash of dots."""
    fit = plain_text(str(words))
    return fit if len(fit) <= _LONGEST else f"{fit[: _LONGEST - 1]}…"


def write_number(sheet: Worksheet, row: int, column: int, value: float | None, face: Any) -> None:
    """A number, or an empty cell: a gap is never 0."""
    if value is None:
        sheet.write_blank(row, column, None, face)
    else:
        sheet.write_number(row, column, exact(value), face)


def exact(value: float) -> Any:
    """The number as XlsxWriter writes it digit for digit: as a float it would write 68.4 as 68.40000000000001."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Points for a row whose texts wrap; programs differ in whether they reckon this themselves."""
    lines = (-(-2 * ems(each) // max(width - 2, 1)) for each, width in zip(texts, widths, strict=False))
    return _LINE_POINTS * min(_MOST_LINES, max([1.0, *lines]))


def foot(report: Report) -> str:
    demo = "演示数据，全部数字为编造；" if report.demo else ""
    return plain_text(f"{demo}{report.cutoff}；快照 {report.snapshot}；SHA-256 {report.sha256}")


def prepare(sheet: Worksheet, report: Report, *, widths: Sequence[float] = (), repeated: int = 0) -> None:
    """What every sheet carries on paper: cut-off, snapshot, hash, page, 演示数据 where it is so.

    A sheet wider than can be read goes on over pages beside each other, its first `repeated` columns on each.
    """
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.set_landscape()
    named = sum(widths[:repeated])
    across = max(1, math.ceil((sum(widths) - named) / (_PAPER - named)))
    sheet.fit_to_pages(across, 0)
    if across > 1 and repeated:
        sheet.repeat_columns(0, repeated - 1)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
    demo = "　演示数据" if report.demo else ""
    # a blank after the size: the digits of a year would be read as part of it
    sheet.set_header(f"&L&9 {_header(report.title)}{demo}")
    sheet.set_footer(
        f"&L&8 {_header(report.cutoff)}　快照 {report.snapshot} {report.sha256[:12]}{demo}&R&8 第 &P 页，共 &N 页"
    )


def _header(words: str) -> str:
    return plain_text(words).replace("&", "&&")[:100]


def named_columns(columns: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Headings of the open data's columns without the symbols that METHOD gives them: x：所用数值 is 所用数值."""
    return {key: (title.partition("：")[2] or title).partition("，")[0] for key, (_, title) in columns.items()}
