"""The form for a year goes out, is filled in, and comes back without a question; the list of what is missing."""

import csv
import io
from datetime import date

import openpyxl

from etl.access import LOCAL
from etl.expected import by_unit, expected, missing, to_csv
from etl.intake import publish_file, read_file, rehearse_file
from etl.template import HEADER_ROW, HEADINGS, is_template, write_template

YEAR = 2019


def filled(form: bytes, inputs: dict[int, dict[str, object]]) -> bytes:
    """The form with inputs: {row of the list from 0: {heading: content}}."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    for at, cells in inputs.items():
        for heading, content in cells.items():
            book.active.cell(row=HEADER_ROW + 1 + at, column=HEADINGS.index(heading) + 1, value=content)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_form_lists_every_figure_that_is_waited_for(small):
    waited = expected(small, year=YEAR)
    sheet = openpyxl.load_workbook(io.BytesIO(write_template(waited, year=YEAR, title="全部单位"))).active
    listed = [(row[0], row[1]) for row in sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True)]
    assert waited
    assert listed == [(each.place_name, each.indicator_name) for each in waited]


def test_a_filled_form_is_published_without_a_question(small):
    waited = expected(small, year=YEAR)
    row = next(at for at, each in enumerate(waited) if not each.present)
    form = filled(write_template(waited, year=YEAR, title="全部单位"), {row: {"数值": 88.5, "来源": "厅函〔2020〕1号"}})
    intake = read_file(small, form, name="填报表.xlsx")
    assert not intake.problems
    assert not intake.report.questions
    assert intake.ready
    assert len(rehearse_file(small, intake).new) == 1
    publish_file(small, intake, data=form, name="填报表.xlsx", by=LOCAL.signing("张三"))
    came = expected(small, year=YEAR)[row]
    assert (came.value, came.present) == (88.5, True)


def test_a_cell_of_the_form_is_known_by_its_sheet_row_and_column(small):
    waited = expected(small, year=YEAR)
    form = filled(write_template(waited, year=YEAR, title=""), {0: {"数值": 88.5, "来源": "厅函"}})
    (cell,) = read_file(small, form, name="填报表.xlsx").report.cells
    assert (cell.sheet, cell.row, cell.column) == ("填报表", HEADER_ROW + 1, HEADINGS.index("数值") + 1)


def test_a_number_without_a_source_is_to_be_looked_at_with_its_row(small):
    form = filled(write_template(expected(small, year=YEAR), year=YEAR, title=""), {0: {"数值": 88.5}})
    intake = read_file(small, form, name="填报表.xlsx")
    assert any(f"第{HEADER_ROW + 1}行" in problem.where for problem in intake.problems)


def test_an_empty_form_has_nothing_to_publish_and_takes_nothing_back(small):
    form = write_template(expected(small, year=YEAR), year=YEAR, title="")
    intake = read_file(small, form, name="填报表.xlsx")
    assert intake.rows == ()
    assert not intake.ready


def test_only_our_own_form_is_taken_for_one():
    assert not is_template(b"")
    assert not is_template(b"PK\x03\x04 not a workbook")
    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)
    assert not is_template(plain.getvalue())


def test_what_is_missing_is_listed_by_unit_with_how_late_it_is(small):
    gaps = missing(expected(small, year=YEAR))
    assert sum(len(each) for each in by_unit(gaps).values()) >= len(gaps)
    day = date(YEAR + 3, 1, 1)
    rows = list(csv.DictReader(io.StringIO(to_csv(gaps, on=day).decode("utf-8-sig"))))
    assert {row["状态"] for row in rows} == {"逾期未报", "报为缺失"}  # 丙市 was sent without a figure
    assert all(int(row["已逾期天数"]) == (day - gap.due_on).days for row, gap in zip(rows, gaps, strict=True))


def test_before_it_is_due_nothing_is_late(small):
    gaps = missing(expected(small, year=YEAR))
    assert {gap.state(date(YEAR, 6, 30)) for gap in gaps if not gap.reported_missing} == {"待报"}
    assert {gap.days_overdue(date(YEAR, 6, 30)) for gap in gaps} == {0}
