"""The workbook: what is said, judgements with their working, targets with clauses, figures, sources, method.

Every text goes in as text (a leading = is no formula), every number as a number, a gap as an empty
cell or 暂无数据. Colour, symbol and word stand together, so that a black-and-white print survives.
"""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reports.blocks import Cell, Paragraph, Report, Section, SegmentBar, Table
from reports.office import marked
from reports.plain import plain_text
from reports.seal import seal_zip
from reports.xlsx_charts import add_charts
from reports.xlsx_sheet import Faces, foot, height, prepare, text, write_number
from reports.xlsx_tables import add_long_table, long_tables
from reports.zipped import repack

_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # no clock in the file
_WIDTHS = (30, 30, 24, 24, 24, 24, 24, 24)  # columns of the sheets that are read, in characters
_SAID = ("headline", "attention", "changes", "tasks", "document", "matrix")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write(report: Report, record: Mapping[str, Any]) -> bytes:
    """A told report and its record as one workbook; the same input gives the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    title, author = plain_text(report.title), plain_text(report.issuer)
    book.set_properties({"title": title, "author": author, "created": _CREATED, "comments": foot(report)})
    faces = Faces(book)
    _overview(book, report, faces)
    add_charts(book, report, faces)
    for content in long_tables(record):
        add_long_table(book, content, report, faces)
    _words(book, report, faces)
    book.close()
    return seal_zip(repack(out.getvalue()), snapshot=report.snapshot, sha256=report.sha256)


def _overview(book: xlsxwriter.Workbook, report: Report, faces: Faces) -> None:
    """The first sheet: what a leader reads, in words and small tables."""
    sheet = book.add_worksheet("总览")
    prepare(sheet, report, widths=_WIDTHS)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, text(report.title), faces.title)
    demo = "演示数据：全部数字为编造。" if report.demo else ""
    about = "　".join(part for part in (report.meeting, report.date, report.issuer) if part)
    sheet.write_string(1, 0, text(f"{demo}{report.subtitle}　{about}"), faces.quiet)
    sheet.write_string(2, 0, foot(report), faces.quiet)
    row = 4
    for section in report.sections:
        if section.kind in _SAID:
            row = _section(sheet, row, section, faces)
    sheet.freeze_panes(4, 0)


def _words(book: xlsxwriter.Workbook, report: Report, faces: Faces) -> None:
    """Method and sources, as the report tells them."""
    sheet = book.add_worksheet("方法与来源")
    prepare(sheet, report, widths=_WIDTHS)
    row = 0
    for section in report.sections:
        if section.kind in ("method", "sources"):
            row = _section(sheet, row, section, faces)


def _section(sheet: Worksheet, row: int, section: Section, faces: Faces) -> int:
    """The section from `row` on; the row after it comes back."""
    sheet.write_string(row, 0, text(section.title), faces.section)
    row += 1
    for block in section.blocks:
        if isinstance(block, Paragraph):
            sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", faces.text)
            sheet.write_string(row, 0, text(block.text), faces.text)
            sheet.set_row(row, height([block.text], [sum(_WIDTHS)]))
            row += 1
        elif isinstance(block, Table):
            row = _table(sheet, row, block, faces)
        elif isinstance(block, SegmentBar):
            row = _counts(sheet, row, block, faces)
    return row + 1


def _table(sheet: Worksheet, row: int, table: Table, faces: Faces) -> int:
    sheet.write_string(row, 0, text(table.title), faces.quiet)
    for column, head in enumerate(table.columns):
        sheet.write_string(row + 1, column, text(head.title + (f"（{head.unit}）" if head.unit else "")), faces.head)
    row += 2
    for cells in table.rows:
        sheet.set_row(row, height([cell.text for cell in cells], _WIDTHS))
        for column, cell in enumerate(cells):
            _cell(sheet, row, column, cell, faces)
        row += 1
    if table.total_rows > len(table.rows):
        sheet.write_string(row, 0, f"显示前{len(table.rows)}行，共{table.total_rows}行", faces.quiet)
        row += 1
    if table.note:
        sheet.write_string(row, 0, text(table.note), faces.quiet)
        row += 1
    return row


def _cell(sheet: Worksheet, row: int, column: int, cell: Cell, faces: Faces) -> None:
    """A number with a status stays a number: its sign is part of the format."""
    if cell.number is not None:
        # years and counts are told without decimals, and a year without a separator
        face = (
            faces.year
            if cell.mark is None and cell.text == f"{cell.number:.0f}"
            else faces.number(cell.number, cell.mark)
        )
        write_number(sheet, row, column, cell.number, face)
    else:
        sheet.write_string(row, column, text(marked(cell)), faces.lights[cell.mark.light] if cell.mark else faces.cell)


def _counts(sheet: Worksheet, row: int, bar: SegmentBar, faces: Faces) -> int:
    """The heaps of the headline as a small table that can be counted with."""
    sheet.write_string(row, 0, text(bar.title), faces.quiet)
    parts = bar.rows[0][1] if bar.rows else ()
    for column, name in enumerate(["", *(f"{part.mark.symbol} {part.name}" for part in parts)]):
        sheet.write_string(row + 1, column, text(name), faces.head)
    for at, (title, counted) in enumerate(bar.rows, row + 2):
        sheet.write_string(at, 0, text(title), faces.cell)
        for column, part in enumerate(counted, 1):
            sheet.write_number(at, column, part.count, faces.number(part.count))
    return row + 2 + len(bar.rows)
