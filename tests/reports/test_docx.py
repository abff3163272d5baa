"""What the 通报 draft promises, read back with python-docx."""

import io
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree
from openpyxl import load_workbook

from etl.words import read_words
from reports import docx_writer
from reports.blocks import Paragraph, Section, Table
from reports.plain import plain_text
from reports.story import tell
from tests.reports.files import blocks_of, cells, drawn, expected_values, small_record, squeezed
from tests.reports.paper_samples import HOSTILE, LINE, RANKING, RECORD, SEGMENTS, TABLE, everywhere, report

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def opened(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def words_of(document: Any) -> str:
    """All that the body says, tables too."""
    return squeezed("".join(text.text or "" for text in document.element.body.iter(qn("w:t"))))


def charts_of(document: Any) -> list[tuple[Any, Any, Any]]:
    """(inline drawing, chart, part) of every chart in the order of the text."""
    found = []
    for inline in document.element.body.iter(f"{WP}inline"):
        part = document.part.related_parts[next(inline.iter(f"{C}chart")).get(qn("r:id"))]
        found.append((inline, etree.fromstring(part.blob), part))
    return found


def values_of(space: Any) -> list[list[float | None]]:
    """The values of every series as the chart keeps them; a point that is left out is a gap."""
    found = []
    for series in space.iter(f"{C}ser"):
        cache = series.find(f"{C}val//{C}numCache")
        points = {int(point.get("idx")): float(point.findtext(f"{C}v")) for point in cache.iter(f"{C}pt")}
        found.append([points.get(at) for at in range(int(cache.find(f"{C}ptCount").get("val")))])
    return found


@pytest.fixture(scope="module")
def every() -> Any:
    """A report with one block of every kind."""
    return opened(docx_writer.write(report(demo=True), RECORD))


@pytest.fixture(scope="module")
def told() -> tuple[Any, Any]:
    """The small record, told and written."""
    said = tell(small_record())
    return said, opened(docx_writer.write(said, small_record()))


def test_paper_and_margins_are_those_of_the_standard(every):
    section = every.sections[0]
    measures = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    for measure, millimetres in zip(measures, (210, 297, 37, 35, 28, 26), strict=True):
        assert abs(measure - Mm(millimetres)) < Mm(0.1)


@pytest.mark.parametrize(
    ("style", "text", "east", "points"),
    [
        ("Title", "2020年政策目标进展情况", "方正小标宋简体", 22),
        ("Heading 1", "一、到2020年，20项到期：13项达标、7项未达标", "黑体", 16),
        ("Normal", "共54项目标。", "仿宋_GB2312", 16),
        ("Normal", "省政府常务会议：", "仿宋_GB2312", 16),
    ],
)
def test_title_headings_and_body_have_their_typefaces(every, style, text, east, points):
    paragraph = next(each for each in every.paragraphs if each.text == text)
    assert paragraph.style.name == style
    assert paragraph.runs[0].font.size == Pt(points)
    assert paragraph.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == east


def test_parts_with_several_messages_number_them_in_brackets():
    document = opened(
        docx_writer.write(report(*(Section(text, "document", (Paragraph("正文"),)) for text in ("甲", "乙"))), RECORD)
    )
    heads = [each.text for each in document.paragraphs if each.style.name.startswith("Heading")]
    assert heads == ["一、各文件进展情况", "（一）甲", "（二）乙"]


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (31, "三十一"), (100, "100")]
)
def test_numerals(number, words):
    assert docx_writer.numeral(number) == words


def test_body_lines_are_fixed_and_begin_two_characters_in(every):
    paragraph = next(each for each in every.paragraphs if each.text == "共54项目标。")
    assert 28 <= paragraph.paragraph_format.line_spacing.pt <= 29
    assert paragraph._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_every_run_names_an_east_asian_typeface(every):
    runs = [run for run in every.element.body.iter(qn("w:r")) if run.find(qn("w:t")) is not None]
    assert [run for run in runs if not run.rPr.rFonts.get(qn("w:eastAsia"))] == []


def test_every_page_carries_number_cutoff_snapshot_hash_and_that_it_is_a_demonstration(every):
    said = report(demo=True)
    for footer in (every.sections[0].footer, every.sections[0].even_page_footer):
        words = "".join(paragraph.text for paragraph in footer.paragraphs)
        for text in ("— PAGE —", said.cutoff, said.snapshot, said.sha256[:16], "演示数据"):
            assert text.replace("PAGE", "") in words
        assert [field.text for field in footer._element.iter(qn("w:instrText"))] == ["PAGE"]
    assert every.paragraphs[0].text.startswith("演示数据")


def test_real_figures_are_not_called_a_demonstration(told):
    document = told[1]
    assert "演示数据" not in words_of(document) + "".join(each.text for each in document.sections[0].footer.paragraphs)


def test_it_ends_with_the_issuing_unit_and_the_date_at_the_right(told):
    unit, date = told[1].paragraphs[-2:]
    assert (unit.text, date.text) == ("省生态文明办", "2021年3月15日")
    assert {unit.alignment, date.alignment} == {2}


def test_every_paragraph_and_every_cell_is_there(told):
    said, document = told
    words = words_of(document)
    assert [section.title for section in said.sections if squeezed(section.title) not in words] == []
    assert [each.text for each in blocks_of(said, Paragraph) if squeezed(each.text) not in words] == []
    assert [text for table in blocks_of(said, Table) for text in cells(table) if squeezed(text) not in words] == []


def test_tables_repeat_their_heads_and_cut_no_row(every):
    rows = list(every.tables[0]._tbl.iter(qn("w:tr")))
    assert [row.trPr.find(qn("w:cantSplit")) is not None for row in rows] == [True] * 3
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True, False, False]
    assert [[cell.text for cell in row.cells] for row in every.tables[0].rows] == [
        ["状态", "事项", "数（%）"],
        ["■ 未达标", "南昌市空气质量优良天数比例", "88.75"],
        ["– 暂无数据", "赣州市", "暂无数据"],
    ]


def test_a_status_has_its_colour(every):
    run = every.tables[0].cell(1, 0).paragraphs[0].runs[0]
    assert str(run.font.color.rgb) == read_words().lights["red"].colour[1:].upper()


def test_a_capped_table_says_so():
    table = Table(TABLE.title, TABLE.columns, TABLE.rows, 40)
    assert "显示前2行，共40行" in words_of(
        opened(docx_writer.write(report(Section("一", "attention", (table,))), RECORD))
    )


def test_charts_are_native_hold_the_figures_and_gaps_stay_gaps(every):
    for (inline, space, part), block in zip(charts_of(every), (SEGMENTS, LINE, RANKING), strict=True):
        assert values_of(space) == expected_values(block)
        assert inline.find(f"{WP}docPr").get("descr") == block.alternative
        book = part.related_parts[space.find(f"{C}externalData").get(qn("r:id"))]
        columns = load_workbook(io.BytesIO(book.blob)).active.iter_cols(min_col=2, min_row=2, values_only=True)
        assert [list(column) for column in columns] == expected_values(block)


def test_the_charts_of_a_record_hold_its_figures(told):
    said, document = told
    assert [values_of(space) for _, space, _ in charts_of(document)] == [
        expected_values(block) for block in drawn(said)
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_out_as_text(name):
    text = HOSTILE[name][0]
    document = opened(docx_writer.write(everywhere(text), RECORD))
    shown = squeezed(plain_text(text))
    assert words_of(document).count(shown) > 10
    inline, space, _ = charts_of(document)[0]
    assert f"{shown}3项" in {squeezed(value.text or "") for value in space.iter(f"{C}v")}
    assert squeezed(inline.find(f"{WP}docPr").get("descr")) == shown
