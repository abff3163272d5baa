"""The charts of a report as native Office charts: they can be edited in PowerPoint, Word and WPS.

A chart is added to a slide; Word takes over the finished chart part (docx_writer). Years stand on a
date axis, a gap stays a gap, bars start at zero, status is colour, symbol and word together.
"""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.util import Emu, Pt

from etl.sentences import number
from etl.words import read_words
from reports.blocks import LineChart, Ranking, SegmentBar
from reports.office import set_typeface
from reports.plain import plain_text

ACCENT, FAINT, QUIET, RED, GRID = (
    RGBColor.from_string(each) for each in ("1F4E79", "B9C3CE", "5F6B7A", "B3261E", "E3E7EC")
)
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_TEXT_POINTS = 12


def add_chart(
    shapes: Any, block: LineChart | Ranking | SegmentBar, *, left: int, top: int, width: int, height: int
) -> Any:
    """A native chart of `block` on a slide; its graphic frame comes back, with the alternative text set."""
    make: Any = {LineChart: _line, Ranking: _ranking, SegmentBar: _segments}[type(block)]
    kind, data = _data(block)
    frame = shapes.add_chart(kind, Emu(left), Emu(top), Emu(width), Emu(height), data)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(data))
    chart.font.size = Pt(_TEXT_POINTS)
    chart.has_title = False
    make(chart, block)
    for properties in chart._chartSpace.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}defRPr"):
        set_typeface(properties)
    named = frame._element.nvGraphicFramePr.cNvPr
    named.set("descr", plain_text(block.alternative))
    named.set("title", plain_text(block.title))
    return frame


def _data(block: LineChart | Ranking | SegmentBar) -> tuple[Any, CategoryChartData]:
    data = CategoryChartData()
    if isinstance(block, LineChart):
        data.categories = [date(year, 1, 1) for year in block.years]
        for name, values, _ in _lines(block):
            data.add_series(plain_text(name), values)
        return XL_CHART_TYPE.LINE_MARKERS, data
    if isinstance(block, Ranking):
        shown = [bar for bar in block.bars if bar.value is not None]
        data.categories = [plain_text(f"{bar.rank} {bar.name}") for bar in shown]
        data.add_series(plain_text(block.unit), [bar.value for bar in shown])
        return XL_CHART_TYPE.BAR_CLUSTERED, data
    data.categories = [plain_text(name) for name, _ in block.rows]
    for at, part in enumerate(block.rows[0][1]):
        data.add_series(
            plain_text(f"{part.mark.symbol} {part.name}"), [parts[at].count or None for _, parts in block.rows]
        )
    return XL_CHART_TYPE.BAR_STACKED, data


def _workbook(data: CategoryChartData) -> bytes:
    """The sheet behind a chart, where python-pptx expects it; a leading = stays text, an address no link."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Sheet1")
    day = book.add_format({"num_format": "yyyy"})
    for row, category in enumerate(data.categories, 1):
        if isinstance(category.label, date):
            sheet.write_datetime(row, 0, category.label, day)
        else:
            sheet.write_string(row, 0, category.label)
    for column, series in enumerate(data, 1):
        sheet.write_string(0, column, series.name)
        for row, value in enumerate(series.values, 1):
            if value is not None:
                sheet.write_number(row, column, value)
    book.close()
    return out.getvalue()


def _lines(block: LineChart) -> list[tuple[str, Sequence[float | None], str]]:
    """Name, values and look of every line: the others first, the one that is meant above them."""
    lines: list[tuple[str, Sequence[float | None], str]] = [
        (series.name, series.values, "own" if series.emphasis else "other")
        for series in sorted(block.series, key=lambda each: each.emphasis)
    ]
    extra = (
        ("序时进度", block.path, "path"),
        ("按近年变化推算", block.outlook, "outlook"),
        (block.target_words or "目标", block.target, "target"),
    )
    return lines + [(name, values, look) for name, values, look in extra if any(value is not None for value in values)]


def _line(chart: Any, block: LineChart) -> None:
    looks = {
        "own": (ACCENT, 2.5, None), "other": (FAINT, 1.0, None), "path": (QUIET, 1.0, None),
        "outlook": (ACCENT, 1.5, MSO_LINE.ROUND_DOT), "target": (RED, 1.75, MSO_LINE.DASH),
    }  # fmt: skip
    for series, (_, _, look) in zip(chart.plots[0].series, _lines(block), strict=True):
        colour, width, dash = looks[look]
        series.smooth = False
        series.format.line.color.rgb = colour
        series.format.line.width = Pt(width)
        if dash is not None:
            series.format.line.dash_style = dash
        series.marker.style = XL_MARKER_STYLE.CIRCLE if look == "own" else XL_MARKER_STYLE.NONE
        if look == "own":
            series.marker.size = 6
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = colour
            _label_last(series, _values(block, series), colour)
    _axes(chart, unit=block.unit)
    axis = chart.category_axis
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "yyyy", False
    _year_steps(axis, len(block.years))
    _legend(chart)


def _values(block: LineChart, series: Any) -> Sequence[float | None]:
    return next(values for name, values, _ in _lines(block) if plain_text(name) == series.name)


def _label_last(series: Any, values: Sequence[float | None], colour: RGBColor) -> None:
    """The last figure is written at the end of its line."""
    last = max((at for at, value in enumerate(values) if value is not None), default=None)
    if last is None:
        return
    frame = series.points[last].data_label
    frame.has_text_frame = True
    frame.text_frame.text = number(values[last])
    frame.position = XL_LABEL_POSITION.ABOVE
    run = frame.text_frame.paragraphs[0].runs[0]
    run.font.bold, run.font.size, run.font.color.rgb = True, Pt(14), colour
    set_typeface(run.font._element)


def _year_steps(axis: Any, years: int) -> None:
    """A date axis in whole years: one label a year, every fifth where there are many."""
    element = axis._element
    for tag, value in (
        ("baseTimeUnit", "years"),
        ("majorUnit", "1" if years <= 16 else "5"),
        ("majorTimeUnit", "years"),
    ):
        for old in element.findall(f"{{{_C}}}{tag}"):
            element.remove(old)
        new = etree.SubElement(element, f"{{{_C}}}{tag}")
        new.set("val", value)


def _ranking(chart: Any, block: Ranking) -> None:
    lights = read_words().lights
    plot = chart.plots[0]
    plot.gap_width = 45
    series = plot.series[0]
    shown = [bar for bar in block.bars if bar.value is not None]
    for at, bar in enumerate(shown):
        point = series.points[at]
        point.format.fill.solid()
        point.format.fill.fore_color.rgb = RGBColor.from_string(lights[bar.mark.light].colour[1:])
        label = point.data_label
        label.has_text_frame = True
        label.text_frame.text = plain_text(f"{number(bar.value)}　{bar.mark.symbol} {bar.mark.word}")
        label.position = XL_LABEL_POSITION.OUTSIDE_END
        for run in label.text_frame.paragraphs[0].runs:
            run.font.size = Pt(_TEXT_POINTS)
            set_typeface(run.font._element)
    _axes(chart, unit=block.unit)
    chart.category_axis.reverse_order = True
    chart.value_axis._element.find(f"{{{_C}}}crosses").set("val", "max")  # the values stay below
    values = [bar.value for bar in shown if bar.value is not None]
    if not values or min(values) >= 0:
        chart.value_axis.minimum_scale = 0
        chart.value_axis.maximum_scale = (
            max([*values, block.goal or 0, 1e-9]) * 1.3
        )  # room for the words at the bars' ends
    chart.has_legend = False


def _segments(chart: Any, block: SegmentBar) -> None:
    lights = read_words().lights
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 40, 100
    for at, series in enumerate(plot.series):
        mark = block.rows[0][1][at].mark
        colour = RGBColor.from_string(lights[mark.light].colour[1:])
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _shade(colour, at)
        series.data_labels.show_value = True
        series.data_labels.font.size = Pt(_TEXT_POINTS)
        series.data_labels.font.bold = True
        series.data_labels.font.color.rgb = RGBColor(255, 255, 255) if at < 4 else RGBColor.from_string("1B2430")
    _axes(chart, unit="")
    chart.category_axis.reverse_order = True
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    _legend(chart)


def _shade(colour: RGBColor, at: int) -> RGBColor:
    """The grey heaps are told apart by lightness, also in black and white."""
    shades = {3: "8C97A5", 4: "E3E7EC"}
    return RGBColor.from_string(shades[at]) if at in shades else colour


def _axes(chart: Any, *, unit: str) -> None:
    value, category = chart.value_axis, chart.category_axis
    value.major_gridlines.format.line.color.rgb = GRID
    value.format.line.fill.background()
    category.format.line.color.rgb = QUIET
    for axis in (value, category):
        axis.tick_labels.font.size = Pt(_TEXT_POINTS)
        axis.tick_labels.font.color.rgb = RGBColor.from_string("1B2430")
    if unit:
        value.has_title = True
        value.axis_title.text_frame.text = plain_text(unit)
        run = value.axis_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(_TEXT_POINTS), False
        set_typeface(run.font._element)


def _legend(chart: Any) -> None:
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(_TEXT_POINTS)
