"""What the slides promise, read back with python-pptx."""

import io
from typing import Any

import pytest
from pptx import Presentation

from etl.words import read_words
from reports import pptx_writer
from reports.blocks import Paragraph, Section, Table
from reports.plain import plain_text
from reports.story import tell
from tests.reports.files import blocks_of, cells, drawn, expected_values, series_of, small_record, squeezed
from tests.reports.paper_samples import HOSTILE, LINE, RANKING, RECORD, SEGMENTS, TABLE, everywhere, report


def opened(data: bytes) -> Any:
    return Presentation(io.BytesIO(data))


def words_of(slide: Any) -> str:
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if getattr(shape, "has_table", False) and shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return squeezed("\n".join(found))


def charts_of(deck: Any) -> list[Any]:
    """Graphic frames that hold a chart, in the order of the slides."""
    return [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def tables_of(deck: Any) -> list[Any]:
    return [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]


@pytest.fixture(scope="module")
def every() -> Any:
    """A report with one block of every kind."""
    return opened(pptx_writer.write(report(demo=True), RECORD))


@pytest.fixture(scope="module")
def told() -> tuple[Any, Any]:
    """The small record, told and written."""
    said = tell(small_record())
    return said, opened(pptx_writer.write(said, small_record()))


def test_slides_are_wide_and_each_has_one_message_as_its_title(told):
    said, deck = told
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=0.001)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[0] == said.title
    assert list(
        dict.fromkeys(title.split("（1/")[0] for title in titles[1:] if "（2/" not in title and "（3/" not in title)
    ) == [section.title for section in said.sections]


def test_every_slide_carries_cutoff_snapshot_hash_number_and_that_it_is_a_demonstration(every):
    said, many = report(demo=True), len(every.slides)
    for number, slide in enumerate(every.slides, 1):
        for text in (said.cutoff, said.snapshot, said.sha256[:16], "演示数据", f"{number}/{many}"):
            assert squeezed(text) in words_of(slide)


def test_real_figures_are_not_called_a_demonstration(told):
    assert not any("演示数据" in words_of(slide) for slide in told[1].slides)


def test_every_paragraph_and_every_cell_is_there(told):
    said, deck = told
    words = squeezed("".join(words_of(slide) for slide in deck.slides))
    assert [each.text for each in blocks_of(said, Paragraph) if squeezed(each.text) not in words] == []
    assert [text for table in blocks_of(said, Table) for text in cells(table) if squeezed(text) not in words] == []


def test_a_status_is_symbol_word_and_colour_together(every):
    cell = next(cell for table in tables_of(every) for row in table.rows for cell in row.cells if "未达标" in cell.text)
    assert cell.text == "■ 未达标"
    assert str(cell.text_frame.paragraphs[0].runs[0].font.color.rgb) == read_words().lights["red"].colour[1:].upper()


@pytest.mark.parametrize("rows", [1, 12, 60])
def test_a_long_table_goes_on_over_further_slides_and_loses_no_row(rows):
    table = Table(TABLE.title, TABLE.columns, tuple(TABLE.rows[0] for _ in range(rows)), rows + 5)
    deck = opened(pptx_writer.write(report(Section("一", "attention", (table,))), RECORD))
    assert sum(len(part.rows) - 1 for part in tables_of(deck)) == rows
    assert f"显示前{rows}行，共{rows + 5}行" in words_of(deck.slides[len(deck.slides) - 1])
    assert all(next(cell.text for cell in part.rows[0].cells) == "状态" for part in tables_of(deck))


def test_charts_are_native_and_hold_the_figures_and_gaps_stay_gaps(every):
    for frame, block in zip(charts_of(every), (SEGMENTS, LINE, RANKING), strict=True):
        assert series_of(frame.chart.plots[0]) == expected_values(block)
    line = charts_of(every)[1].chart
    assert None in series_of(line.plots[0])[1]  # 2017 of the one that is meant
    assert line._chartSpace.chart.find("{*}dispBlanksAs").get("val") == "gap"


def test_the_charts_of_a_record_hold_its_figures(told):
    said, deck = told
    frames = charts_of(deck)
    assert [series_of(frame.chart.plots[0]) for frame in frames] == [expected_values(block) for block in drawn(said)]
    values = [row["value"] for row in small_record()["figures"] if row["indicator"] == "pm25" and row["place"] == "C1"]
    city = next(series for series in frames[-1].chart.plots[0].series if series.name == "乙市")
    assert list(city.values)[: len(values)] == values


def test_the_workbook_behind_a_chart_holds_the_same_figures(every):
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(charts_of(every)[1].chart.part.chart_workbook.xlsx_part.blob)).active
    columns = list(sheet.iter_cols(min_col=2, min_row=2, values_only=True))
    assert [list(column) for column in columns] == expected_values(LINE)


def test_every_chart_and_table_says_in_words_what_it_shows(every):
    said = [frame._element.nvGraphicFramePr.cNvPr.get("descr") for frame in charts_of(every)]
    assert said == [block.alternative for block in (SEGMENTS, LINE, RANKING)]
    tables = [shape for slide in every.slides for shape in slide.shapes if shape.has_table]
    assert [shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in tables] == [TABLE.title]


def test_a_place_without_figures_is_named_and_not_drawn_as_nought(every):
    assert 0 not in series_of(charts_of(every)[2].chart.plots[0])[0]
    assert any("暂无数据：赣州市" in words_of(slide) for slide in every.slides)


def test_figures_at_the_end_of_a_line_are_written_in_full():
    from dataclasses import replace

    many = replace(LINE, series=(replace(LINE.series[0], values=(1.0, 2.0, 3.0, 4.0, 35_600_123.5)),))
    deck = opened(pptx_writer.write(report(Section("一", "indicator", (many,))), RECORD))
    labels = [
        text.text
        for text in charts_of(deck)[0].chart._chartSpace.iter(
            "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
        )
    ]
    assert "35,600,123.5" in labels


def test_the_notes_name_the_sources(every):
    notes = [slide.notes_slide.notes_text_frame.text for slide in every.slides if slide.has_notes_slide]
    assert notes
    assert all("《整改方案》" in note for note in notes)


def test_nothing_hangs_out_of_a_slide(told):
    _, deck = told
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top >= 0
            assert shape.top + shape.height <= deck.slide_height


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_out_as_text(name):
    text = HOSTILE[name][0]
    deck = opened(pptx_writer.write(everywhere(text), RECORD))
    shown = squeezed(plain_text(text))
    assert all(shown in words_of(slide) for slide in deck.slides)
    assert squeezed(charts_of(deck)[0].chart.plots[0].categories[0]) == f"{shown}3项"
