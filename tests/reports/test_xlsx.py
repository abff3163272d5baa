"""What the workbook promises, read back with openpyxl."""

import io
import re
from collections import Counter
from typing import Any

import pytest
from openpyxl import load_workbook

from etl.words import read_words
from reports import xlsx_writer
from reports.blocks import Cell, Column, Mark, Paragraph, Section, Table
from reports.office import marked
from reports.plain import plain_text
from reports.record import identity
from reports.story import tell
from tests.reports.files import blocks_of, members, named, small_record, squeezed
from tests.reports.paper_samples import HOSTILE, LINE, RANKING, everywhere, report

READ = ("总览", "图表", "方法与来源")
LONG = ("判定", "目标", "数据", "批次")


def written(record: dict[str, Any]) -> bytes:
    return xlsx_writer.write(tell(record, audience="full"), record)


def opened(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


def words_of(sheet: Any) -> str:
    return squeezed("".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """A long table: its second row names the columns."""
    heads = [cell.value for cell in sheet[2]]
    return [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=3)]


@pytest.fixture(scope="module")
def book() -> Any:
    return opened(written(small_record()))


@pytest.fixture(scope="module")
def every() -> Any:
    """A report with one block of every kind, above the small record."""
    return opened(xlsx_writer.write(report(), small_record()))


def test_the_sheets_and_their_order(book):
    assert book.sheetnames == [
        "总览",
        "图表",
        "判定",
        "目标",
        "数据",
        "任务",
        "任务报告",
        "原因和措施",
        "批次",
        "方法与来源",
    ]


@pytest.mark.parametrize("demo", [False, True])
def test_every_sheet_carries_cutoff_snapshot_and_hash_on_paper(demo):
    record = small_record(demo=demo)
    snapshot, sha256 = identity(record)
    for sheet in opened(written(record)):
        foot = sheet.oddFooter.left.text
        assert snapshot in foot
        assert sha256[:12] in foot
        assert "数据截至" in foot
        assert ("演示数据" in foot) == demo


@pytest.mark.parametrize("name", ["总览", *LONG])
def test_the_sheets_say_it_on_screen_too(book, name):
    snapshot, sha256 = identity(small_record())
    assert snapshot in words_of(book[name])
    assert sha256 in words_of(book[name])


@pytest.mark.parametrize("name", ["总览", *LONG])
def test_heads_are_frozen(book, name):
    assert book[name].freeze_panes is not None


@pytest.mark.parametrize("name", LONG)
def test_long_tables_can_be_filtered_and_repeat_their_heads_on_paper(book, name):
    assert book[name].auto_filter.ref is not None
    assert book[name].print_title_rows == "$2:$2"


def test_every_judgement_is_there_with_its_word_and_its_working(book):
    record, words = small_record(), read_words()
    rows = rows_of(book["判定"])
    assert len(rows) == len(record["assessments"])
    assert [row["目标编号"] for row in rows[:2]] == ["plan-2018.pm25"] * 2  # in the order of the document
    by_target = sorted(rows, key=lambda row: (row["目标编号"], row["地区"] != "乙市"))
    for row, judged in zip(by_target, record["assessments"], strict=True):
        assert row["目标编号"] == judged["target"]
        assert row["状态"].startswith(words.statuses[judged["status"]].symbol)
        assert (row["目标值"], row["年均变化"], row["推算到期值"]) == (
            judged["goal"],
            judged["change_per_year"],
            judged["outlook"],
        )
    assert Counter(row["状态"].split(" ")[0] for row in rows) == Counter(
        words.statuses[each["status"]].symbol for each in record["assessments"]
    )


def test_every_figure_is_there_and_a_missing_one_is_no_nought(book):
    values = [row["数值"] for row in rows_of(book["数据"])]
    assert values == ["暂无数据" if each["value"] is None else each["value"] for each in small_record()["figures"]]
    assert "暂无数据" in values


@pytest.mark.parametrize(
    ("value", "shown", "because"),
    [
        (68.4, "#,##0.######", "a float would be written as 68.40000000000001"),
        (96.0, "#,##0", "a whole number does not end with its point"),
        (-0.006, "#,##0.######", "no decimal is lost"),
        (1234567.25, "#,##0.######", "thousands apart"),
    ],
)
def test_a_number_stands_in_its_cell_digit_for_digit(value, shown, because):
    record = small_record()
    record["figures"][0]["value"] = value
    cell = next(
        cell
        for row in opened(written(record))["数据"].iter_rows(min_row=3, max_row=3)
        for cell in row
        if cell.column == 7
    )
    assert (cell.value, cell.number_format) == (value, shown), because


def test_a_number_with_a_status_can_still_be_computed_with():
    cell = Cell("35.6", Mark("red", "■", "未达标"), number=35.6)
    table = Table("对照", (Column("甲"),), ((cell,),), 1)
    sheet = opened(xlsx_writer.write(report(Section("一", "matrix", (table,))), small_record()))["总览"]
    written_cell = next(each for row in sheet.iter_rows() for each in row if each.value == 35.6)
    assert written_cell.number_format == '#,##0.######" ■"'
    assert written_cell.font.bold


def test_codes_are_told_in_words(book):
    row = rows_of(book["目标"])[0]
    assert (row["比较什么"], row["比较方式"]) == ("当年值", "不高于")
    assert rows_of(book["批次"])[0]["内容"] == "年度数据"


@pytest.mark.parametrize("title", LONG)
def test_a_heading_is_whole_and_in_words(book, title):
    heads = [cell.value for cell in book[title][2]]
    assert [head for head in heads if re.search("[a-z]{2}|SDMX", head) or head.count("（") != head.count("）")] == []


def test_a_wide_table_is_printed_over_pages_side_by_side(book):
    sheet = book["判定"]
    assert sheet.page_setup.fitToWidth > 1
    assert sheet.print_title_cols == "$A:$D"
    assert book["批次"].page_setup.fitToWidth in (None, 1)


def test_every_target_is_there_with_its_clause(book):
    assert [(row["目标编号"], row["原文"], row["文件写的数"]) for row in rows_of(book["目标"])] == [
        (each["target"], each["quote"] or None, each["value"]) for each in small_record()["register"]["targets"]
    ]


def test_what_is_said_stands_on_the_first_sheet(book):
    said = tell(small_record(), audience="full")
    words = words_of(book["总览"])
    shown = [section for section in said.sections if section.kind in ("headline", "attention", "changes", "document")]
    assert shown
    for section in shown:
        assert squeezed(section.title) in words
        for block in section.blocks:
            if isinstance(block, Paragraph):
                assert squeezed(block.text) in words
            if isinstance(block, Table):
                for cell in (cell for row in block.rows for cell in row if cell.number is None or cell.mark):
                    assert squeezed(cell.text) in words


def test_counts_of_the_headline_are_numbers(every):
    numbers = [cell.value for row in every["总览"].iter_rows() for cell in row if isinstance(cell.value, int)]
    assert numbers[:3] == [13, 7, 34]


def test_charts_are_native_and_stand_above_their_numbers(every):
    sheet = every["图表"]
    assert len(sheet._charts) == 2
    grid = {row[0]: list(row[1:6]) for row in sheet.iter_rows(values_only=True)}
    # the gap of 2017 is an empty cell, and the line is cut where the series breaks
    assert grid["南昌市"] == [*LINE.series[0].values[:3], None, None]
    assert grid["南昌市（2019年起口径变化）"] == [None] * 3 + list(LINE.series[0].values[3:])
    assert grid["九江市"] == list(LINE.series[1].values)
    assert grid["目标：到2020年不低于90%"] == list(LINE.target)
    assert grid["第1 南昌市　● 已达标"] == [88.75, "南昌市", "第1", "● 已达标", None]
    assert grid["目标：不低于90%"][0] == RANKING.goal
    assert "暂无数据：赣州市" in grid
    parts = members(xlsx_writer.write(report(), small_record()))
    # in a file of version 12 a chart that does not name what a blank is shows a gap
    assert b"<AppVersion>12." in parts["docProps/app.xml"]
    assert not any(b"dispBlanksAs" in content for name, content in parts.items() if "charts/chart" in name)


def test_charts_say_in_words_what_they_show():
    drawings = b"".join(
        content
        for name, content in members(xlsx_writer.write(report(), small_record())).items()
        if "drawings/drawing" in name
    ).decode()
    assert LINE.alternative in drawings
    assert RANKING.alternative in drawings


def test_colours_follow_the_word_when_rows_are_sorted(book):
    assert len(book["判定"].conditional_formatting) > 0


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_out_as_text(name):
    text = HOSTILE[name][0].encode("utf-8", "replace").decode()
    record = named(text)
    book = opened(xlsx_writer.write(everywhere(text), record))
    assert all(
        cell.data_type != "f" and cell.hyperlink is None for sheet in book for row in sheet.iter_rows() for cell in row
    )
    shown = squeezed(plain_text(text))
    assert shown in words_of(book["总览"])
    assert shown in words_of(book["图表"])
    assert squeezed(rows_of(book["数据"])[0]["来源"]) == shown


def test_every_cell_of_a_table_is_there(every):
    words = words_of(every["总览"])
    assert all(
        squeezed(cell.text) in words for table in blocks_of(report(), Table) for row in table.rows for cell in row
    )


def test_a_number_with_a_status_keeps_its_sign_to_itself():
    assert marked(Cell("35.6", Mark("grey", "–", "未设目标"), number=35.6)) == "35.6 –"
    assert marked(Cell("未达标", Mark("red", "■", "未达标"))) == "■ 未达标"
    assert marked(Cell("甲")) == "甲"
