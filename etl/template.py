"""The form for a year: an XLSX to download, fill in and upload again without a question.

One row a place and indicator the register waits for; place, indicator, year and unit are fixed,
last year's number stands beside. The columns that are filled are the first ones of a tidy file,
in its order, so that what comes back is checked by the same rules (etl/tidy.py).
"""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from etl.expected import Expected
from etl.recognise.grid import Sheet, read_grid
from etl.tidy import REQUIRED

MARK = "monitor-template"  # a property of the workbook: how the form is known when it comes back
HEADER_ROW = 4  # from 1
HEADINGS = ("地区", "指标", "年份", "数值", "单位", "状态", "来源", "备注", "上年数值", "牵头单位", "涉及文件")
STATES = {"A": "正常", "P": "初步", "E": "估计", "B": "口径变化", "M": "缺失"}
_WIDTHS = (18, 44, 8, 14, 14, 10, 40, 30, 12, 26, 26)
_FILLED = (3, 5, 6, 7)  # 数值, 状态, 来源, 备注
_MOST_PROPERTIES = 100_000


def write_template(figures: Sequence[Expected], *, year: int, title: str, demo: bool = False) -> bytes:
    """The form for `figures` of `year`; `title` says for whom, e.g. 省生态环境厅."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_custom_property(MARK, str(year))
    sheet = book.add_worksheet("填报表")
    faces = _faces(book)
    mark = "（演示数据）" if demo else ""
    sheet.write_string(0, 0, f"{year}年度指标填报表{mark}　{title}", faces["title"])
    sheet.write_string(
        1,
        0,
        "只填浅色各列：数值按所列单位填；没有数据的留空，确认没有的在“状态”选“M 缺失”；每个数值写明来源。其余各列请勿改动。",
        faces["note"],
    )
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(HEADER_ROW - 1, column, heading, faces["heading"])
    for row, figure in enumerate(figures, HEADER_ROW):
        _write_row(sheet, row, figure, faces=faces)
    last = HEADER_ROW + max(len(figures), 1) - 1
    _check_inputs(sheet, figures, last=last)
    sheet.freeze_panes(HEADER_ROW, 2)
    sheet.autofilter(HEADER_ROW - 1, 0, last, len(HEADINGS) - 1)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW - 1)
    book.close()
    return out.getvalue()


def is_template(data: bytes) -> bool:
    """Whether these bytes are a form of ours, filled in or not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            part = package.getinfo("docProps/custom.xml")
            return part.file_size < _MOST_PROPERTIES and MARK.encode() in package.read(part)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError):
        return False


def as_tidy(data: bytes, *, name: str) -> tuple[bytes, str, str]:
    """A filled form as the bytes of a tidy file, line for row; the name of its sheet, and its title.

    Rows without a number and without the state M are not filled in and left out. Raises
    etl.recognise.grid.Unreadable for a file that cannot be opened, KeyError when the headings are gone.
    """
    for sheet in read_grid(data, name=name):
        heading = next((row for row in range(min(len(sheet.rows), 20)) if _headings(sheet, row)), None)
        if heading is not None:
            return _tidy_lines(sheet, heading), sheet.name, sheet.text(0, 0)
    raise KeyError(HEADINGS[0])


def _headings(sheet: Sheet, row: int) -> bool:
    return tuple(sheet.text(row, column).strip() for column in range(len(REQUIRED))) == HEADINGS[: len(REQUIRED)]


def _tidy_lines(sheet: Sheet, heading: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    out.write("\n" * heading)  # so that a line of this file is the row of the form
    writer.writerow(REQUIRED)
    for row in range(heading + 1, len(sheet.rows)):
        cells = [" ".join(sheet.text(row, column).split()) for column in range(len(REQUIRED))]
        state = cells[5] = cells[5][:1]
        if cells[3] or state == "M":
            writer.writerow(cells)
        else:
            out.write("\n")
    return out.getvalue().encode()


def _faces(book: xlsxwriter.Workbook) -> dict[str, Any]:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    fixed = {**base, "border": 1, "border_color": "#D5DAE1", "text_wrap": True}
    fill = {**fixed, "bg_color": "#EEF3FA", "locked": False}
    return {
        "title": book.add_format({**base, "font_size": 14, "bold": True}),
        "note": book.add_format({**base, "font_color": "#5F6B7A"}),
        "heading": book.add_format({**fixed, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"}),
        "fixed": book.add_format(fixed),
        "number": book.add_format({**fixed, "align": "right", "font_color": "#5F6B7A"}),
        "fill": book.add_format(fill),
        "fill_number": book.add_format({**fill, "align": "right"}),
    }


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, row: int, figure: Expected, *, faces: dict[str, Any]) -> None:
    fixed = {
        0: figure.place_name,
        1: figure.indicator_name,
        4: figure.unit,
        9: "、".join(figure.units),
        10: "、".join(figure.documents),
    }
    for column, text in fixed.items():
        sheet.write_string(row, column, text, faces["fixed"])
    sheet.write_number(row, 2, figure.year, faces["fixed"])
    for column in _FILLED:
        sheet.write_blank(row, column, None, faces["fill_number" if column == _FILLED[0] else "fill"])
    if figure.last_value is None:
        sheet.write_string(row, 8, "—", faces["number"])
    else:
        sheet.write_number(row, 8, figure.last_value, faces["number"])


def _check_inputs(sheet: xlsxwriter.worksheet.Worksheet, figures: Sequence[Expected], *, last: int) -> None:
    """Drop-downs for the state; a number outside the plausible range is asked about, not refused."""
    sheet.data_validation(
        HEADER_ROW, 5, last, 5,
        {"validate": "list", "source": [f"{letter} {word}" for letter, word in STATES.items()]},
    )  # fmt: skip
    for row, figure in enumerate(figures, HEADER_ROW):
        low, high = figure.plausible
        if low is not None and high is not None:
            sheet.data_validation(
                row, 3, row, 3,
                {
                    "validate": "decimal", "criteria": "between", "minimum": low, "maximum": high,
                    "error_type": "warning", "error_title": "请核对",
                    "error_message": f"通常在{low:g}至{high:g}{figure.unit}之间，请核对数值和单位。",
                },
            )  # fmt: skip
