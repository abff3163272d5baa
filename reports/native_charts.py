"""The charts of a report as native Office charts: they can be edited in PowerPoint, Word and WPS.

A chart is added to a slide; Word takes over the finished chart part (docx_writer). Years stand on a
date axis, a gap stays a gap, bars start at zero, status is colour, symbol and word together.
"""

import io
from collections.abc import Sequence
from datetime import date
from itertools import cycle
from typing import Any

import xlsxwriter
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.util import Emu, Pt

from etl.sentences import decimals_of, number
from etl.words import read_words
from reports.blocks import LineChart, Ranking, Segment, SegmentBar
from reports.lettering import ems
from reports.office import set_typeface
from reports.plain import plain_text
from reports.scales import eras, scale
from reports.xlsx_sheet import exact

ACCENT, FAINT, QUIET, RED, GRID, INK = (
    RGBColor.from_string(each) for each in ("1F4E79", "B9C3CE", "5F6B7A", "B3261E", "E3E7EC", "1B2430")
)
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_TEXT_POINTS = 12
_GREYS = ("5F6B7A", "A7B0BC", "E3E7EC")  # the grey heaps are told apart by lightness, also in black and white


def add_chart(
    shapes: Any, block: LineChart | Ranking | SegmentBar, *, left: int, top: int, width: int, height: int
) -> Any:
    """A native chart of `block` on a slide; its graphic frame comes back, with the alternative text set."""
    kind, data = _data(block)
    frame = shapes.add_chart(kind, Emu(left), Emu(top), Emu(width), Emu(height), data)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(data))
    chart.font.size = Pt(_TEXT_POINTS)
    chart.has_title = False
    _without_frame(chart._chartSpace)
    if isinstance(block, LineChart):
        _line(chart, block)
    elif isinstance(block, Ranking):
        _ranking(chart, block)
    else:
        _segments(chart, block, width=width)
    for properties in chart._chartSpace.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}defRPr"):
        set_typeface(properties)
    named = frame._element.nvGraphicFramePr.cNvPr
    named.set("descr", plain_text(block.alternative))
    named.set("title", plain_text(block.title))
    return frame


def words_below(block: LineChart | Ranking | SegmentBar, *, width: int) -> str:
    """What a native chart `width` wide leaves to be said under it: places without a figure, parts too thin for their number."""
    if isinstance(block, Ranking) and block.missing:
        return f"暂无数据：{'、'.join(block.missing)}"
    if not isinstance(block, SegmentBar):
        return ""
    thin = [
        f"{name}{part.name}{part.count}项"
        for name, parts in block.rows
        for part in parts
        if part.count and not _holds(block, parts, part, width=width)
    ]
    return f"图中未标数的：{'、'.join(thin)}" if thin else ""


def _data(block: LineChart | Ranking | SegmentBar) -> tuple[Any, CategoryChartData]:
    data = CategoryChartData()
    if isinstance(block, LineChart):
        data.categories = [date(year, 1, 1) for year in block.years]
        for name, values, _ in _lines(block):
            data.add_series(plain_text(name), values)
        return XL_CHART_TYPE.LINE_MARKERS, data
    if isinstance(block, Ranking):
        bars = _bars(block)
        data.categories = [plain_text(name) for name, _, _ in bars]
        data.add_series(plain_text(block.unit), [value for _, value, _ in bars])
        return XL_CHART_TYPE.BAR_CLUSTERED, data
    data.categories = [plain_text(f"{name}　{_total(parts)}项") for name, parts in block.rows]
    for at, part in enumerate(block.rows[0][1]):
        data.add_series(plain_text(f"{part.mark.symbol} {part.name}"), [parts[at].count for _, parts in block.rows])
    return XL_CHART_TYPE.BAR_STACKED_100, data


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
                sheet.write_number(row, column, exact(value))
    book.close()
    return out.getvalue()


# lines -------------------------------------------------------------------------------------------


def _lines(block: LineChart) -> list[tuple[str, Sequence[float | None], str]]:
    """Name, values and look of every line: the others first, the one that is meant above them, cut where it breaks."""
    lines: list[tuple[str, Sequence[float | None], str]] = [
        (each.name, each.values, "other") for each in block.series if not each.emphasis
    ]
    for each in block.series:
        if each.emphasis:
            lines += [
                (f"{each.name}（{begun}年起口径变化）" if begun else each.name, values, "own")
                for begun, values in eras(block.years, each.values, breaks=block.breaks)
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
    lines = _lines(block)
    latest = [at for at, (_, _, look) in enumerate(lines) if look == "own"][-1:]
    for at, (series, (_, values, look)) in enumerate(zip(chart.plots[0].series, lines, strict=True)):
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
        if at in latest:
            _label_last(series, values, colour)
    _axes(chart, unit=block.unit)
    _scale(chart.value_axis, [value for _, values, _ in lines for value in values if value is not None], block.unit)
    axis = chart.category_axis
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "yyyy", False
    _year_steps(axis, len(block.years))
    _legend(chart)


def _scale(axis: Any, values: Sequence[float], unit: str) -> None:
    """The axis of the printed chart: round ends, no tiny difference fills it, not from zero for lines."""
    made = scale(values, whole=100.0 if unit == "%" else None)
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = made.low, made.high, made.ticks[1] - made.ticks[0]
    _write_numbers(axis.tick_labels, made.ticks)


def _write_numbers(labels: Any, values: Sequence[float | None]) -> None:
    """Thousands apart, and as many decimals as the most exact number has: no format says "none where there are none"."""
    decimals = decimals_of(values)
    labels.number_format, labels.number_format_is_linked = f"#,##0{'.' if decimals else ''}{'0' * decimals}", False


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


# bars --------------------------------------------------------------------------------------------


def _bars(block: Ranking) -> list[tuple[str, float, str]]:
    """Name, length and light of every bar: the goal first (no light of its own), then the places by rank.

    A line across all bars is in no kind of bar chart, so that the goal is a hollow bar.
    """
    goal = [] if block.goal is None else [(f"目标：{block.goal_words}" if block.goal_words else "目标", block.goal, "")]
    return goal + [
        (f"{bar.rank} {bar.name}　{bar.mark.symbol} {bar.mark.word}", bar.value, bar.mark.light)
        for bar in block.bars
        if bar.value is not None
    ]


def _ranking(chart: Any, block: Ranking) -> None:
    lights = read_words().lights
    plot, bars = chart.plots[0], _bars(block)
    plot.gap_width = 45
    series = plot.series[0]
    for at, (_, _, light) in enumerate(bars):
        face = series.points[at].format
        if light:
            face.fill.solid()
            face.fill.fore_color.rgb = RGBColor.from_string(lights[light].colour[1:])
        else:
            face.fill.background()
            face.line.color.rgb, face.line.width, face.line.dash_style = RED, Pt(1.5), MSO_LINE.DASH
    values = [value for _, value, _ in bars]
    labels = series.data_labels
    labels.show_value, labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size, labels.font.bold = Pt(_TEXT_POINTS), True
    _write_numbers(labels, values)
    _axes(chart, unit=block.unit)
    chart.category_axis.reverse_order = True
    chart.value_axis._element.find(f"{{{_C}}}crosses").set("val", "max")  # the values stay below
    if all(value >= 0 for value in values):
        made = scale([*values, 0.0], from_zero=True)
        step = made.ticks[1] - made.ticks[0]
        room = step if made.high < max(values, default=0) * 1.06 else 0  # for the number at the end of the longest bar
        axis = chart.value_axis
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, made.high + room, step
        _write_numbers(axis.tick_labels, made.ticks)
    chart.has_legend = False


def _segments(chart: Any, block: SegmentBar, *, width: int) -> None:
    """Each row over the whole width, as on paper: where the totals are far apart, small rows are read too."""
    lights = read_words().lights
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 40, 100
    greys = cycle(_GREYS)
    for at, series in enumerate(plot.series):
        part = block.rows[0][1][at]
        colour = next(greys) if part.mark.light == "grey" else lights[part.mark.light].colour[1:]
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour)
        series.format.line.color.rgb = RGBColor(255, 255, 255)
        labels = series.data_labels
        labels.show_value = True
        # nought is not written; – before a number would read as a minus
        labels.number_format, labels.number_format_is_linked = f'"{_symbol(part)}"0;;', False
        labels.font.size, labels.font.bold = Pt(_TEXT_POINTS), True
        labels.font.color.rgb = INK if colour in _GREYS[1:] else RGBColor(255, 255, 255)
        labels._element.txPr.bodyPr.set("wrap", "none")
        for row, (_, parts) in enumerate(block.rows):
            if parts[at].count and not _holds(block, parts, parts[at], width=width):
                _hide_label(labels._element, row)
    _axes(chart, unit="")
    chart.category_axis.reverse_order = True
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    _legend(chart)


def _total(parts: Sequence[Segment]) -> int:
    return sum(part.count for part in parts)


def _symbol(part: Segment) -> str:
    return "" if part.mark.symbol == "–" else plain_text(part.mark.symbol).replace('"', "")


def _holds(block: SegmentBar, parts: Sequence[Segment], part: Segment, *, width: int) -> bool:
    """Whether a part of a bar is long enough for its number."""
    names = max(ems(f"{name}　{_total(each)}项") for name, each in block.rows)
    room = width / Pt(1) - min(names * _TEXT_POINTS, width / Pt(1) * 0.3) - 2 * _TEXT_POINTS
    return part.count / _total(parts) * room >= ems(f"{_symbol(part)}{part.count}") * _TEXT_POINTS


def _hide_label(labels: Any, at: int) -> None:
    """No label at one point: its element stands before those of the whole series, in the order of the points."""
    hidden = etree.fromstring(f'<c:dLbl xmlns:c="{_C}"><c:idx val="{at}"/><c:delete val="1"/></c:dLbl>')
    labels.insert(len(labels.findall(f"{{{_C}}}dLbl")), hidden)


def _without_frame(space: Any) -> None:
    """No border and no round corners, which Word draws where nothing is said."""
    if space.find(f"{{{_C}}}roundedCorners") is None:
        space.insert(1, etree.fromstring(f'<c:roundedCorners xmlns:c="{_C}" val="0"/>'))  # after date1904
    space.chart.addnext(
        etree.fromstring(f'<c:spPr xmlns:c="{_C}" xmlns:a="{_A}"><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>')
    )


# both --------------------------------------------------------------------------------------------


def _axes(chart: Any, *, unit: str) -> None:
    value, category = chart.value_axis, chart.category_axis
    value.major_gridlines.format.line.color.rgb = GRID
    value.format.line.fill.background()
    category.format.line.color.rgb = QUIET
    for axis in (value, category):
        axis.tick_labels.font.size = Pt(_TEXT_POINTS)
        axis.tick_labels.font.color.rgb = INK
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
