"""The sheet 图表: native charts, each above the numbers it is drawn from."""

from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from etl.sentences import decimals_of
from etl.words import read_words
from reports.blocks import LineChart, Ranking, Report
from reports.scales import Scale, eras, scale
from reports.xlsx_sheet import ACCENT, FAINT, FONT, LINE, QUIET, RED, Faces, prepare, text, write_number

_ROWS = 17  # of the sheet that a chart covers
_WIDTHS = (34, *([11] * 20))
_SMALL = {"name": FONT, "size": 9}
_LINES = {
    "own": {"color": ACCENT, "width": 2.5},
    "other": {"color": FAINT, "width": 1},
    "path": {"color": QUIET, "width": 1},
    "outlook": {"color": ACCENT, "width": 1.5, "dash_type": "round_dot"},
    "target": {"color": RED, "width": 1.5, "dash_type": "dash"},
}
_MARKER = {"type": "circle", "size": 5, "fill": {"color": ACCENT}, "border": {"color": ACCENT}}


def add_charts(book: xlsxwriter.Workbook, report: Report, faces: Faces) -> None:
    """The sheet with every line chart and ranking of the report; none where there are none."""
    drawn = [block for section in report.sections for block in section.blocks if isinstance(block, LineChart | Ranking)]
    if not drawn:
        return
    sheet = book.add_worksheet("图表")
    prepare(sheet, report)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    row, starts = 0, []
    for block in drawn:
        starts.append(row)
        sheet.write_string(row, 0, text(block.title), faces.section)
        sheet.write_string(row + 1, 0, text(block.alternative), faces.quiet)
        draw: Any = _line if isinstance(block, LineChart) else _bars
        row = draw(book, sheet, row + 2, block, faces)
    sheet.set_h_pagebreaks(starts[1:])
    sheet.freeze_panes(0, 1)


def _line(book: xlsxwriter.Workbook, sheet: Worksheet, top: int, block: LineChart, faces: Faces) -> int:
    """Its lines as rows under the years; the row after the last comes back."""
    grid = top + _ROWS
    sheet.write_string(grid, 0, text(f"单位：{block.unit}"), faces.head)
    for column, year in enumerate(block.years, 1):
        sheet.write_number(grid, column, year, faces.head)
    lines = _named_lines(block)
    chart = book.add_chart({"type": "line"})
    chart.show_blanks_as("gap")
    for at, (name, values, look) in enumerate(lines, grid + 1):
        sheet.write_string(at, 0, text(name), faces.cell)
        for column, value in enumerate(values, 1):
            write_number(sheet, at, column, value, faces.number(value))
        chart.add_series(
            {
                "name": [sheet.name, at, 0],
                "categories": [sheet.name, grid, 1, grid, len(block.years)],
                "values": [sheet.name, at, 1, at, len(block.years)],
                "line": _LINES[look],
                "marker": _MARKER if look == "own" else {"type": "none"},
            }
        )
    every = [value for _, values, _ in lines for value in values if value is not None]
    axis = scale(every, whole=100.0 if block.unit == "%" else None)
    chart.set_x_axis({"num_font": _SMALL})
    chart.set_y_axis({**_axis(axis), "name": text(block.unit), "name_font": {**_SMALL, "bold": False}})
    chart.set_legend({"position": "bottom", "font": _SMALL})
    _place(sheet, chart, top, block)
    return grid + len(lines) + 3


def _named_lines(block: LineChart) -> list[tuple[str, Sequence[float | None], str]]:
    """Name, values and look of every line; the one that is meant is cut where it breaks."""
    lines: list[tuple[str, Sequence[float | None], str]] = []
    for each in block.series:
        if not each.emphasis:
            lines.append((each.name, each.values, "other"))
            continue
        for begun, values in eras(block.years, each.values, breaks=block.breaks):
            lines.append((f"{each.name}（{begun}年起口径变化）" if begun else each.name, values, "own"))
    target = f"目标：{block.target_words}" if block.target_words else "目标"
    extra = (
        (target, block.target, "target"),
        ("序时进度", block.path, "path"),
        ("按近年变化推算", block.outlook, "outlook"),
    )
    return lines + [(name, values, look) for name, values, look in extra if any(value is not None for value in values)]


def _bars(book: xlsxwriter.Workbook, sheet: Worksheet, top: int, block: Ranking, faces: Faces) -> int:
    """The places by rank, the goal above them as a hollow bar; places without a figure are listed and not drawn."""
    grid, lights = top + _ROWS, read_words().lights
    for column, head in enumerate(
        ("图中名称", text(f"数值（{block.unit}）" if block.unit else "数值"), "地区", "位次", "状态")
    ):
        sheet.write_string(grid, column, head, faces.head)
    sheet.set_row(grid, 30)
    at, points = grid + 1, []
    if block.goal is not None:
        sheet.write_string(at, 0, text(f"目标：{block.goal_words}" if block.goal_words else "目标"), faces.cell)
        write_number(sheet, at, 1, block.goal, faces.number(block.goal))
        points.append({"fill": {"none": True}, "border": {"color": RED, "width": 1.5, "dash_type": "dash"}})
        at += 1
    ranked = [bar for bar in block.bars if bar.value is not None]
    for bar in ranked:
        mark = f"{bar.mark.symbol} {bar.mark.word}"
        sheet.write_string(at, 0, text(f"{bar.rank} {bar.name}　{mark}"), faces.cell)
        write_number(sheet, at, 1, bar.value, faces.number(bar.value))
        for column, (words, face) in enumerate(
            ((bar.name, faces.cell), (bar.rank, faces.cell), (mark, faces.lights[bar.mark.light])), 2
        ):
            sheet.write_string(at, column, text(words), face)
        points.append({"fill": {"color": lights[bar.mark.light].colour}})
        at += 1
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": text(f"{block.title}（{block.unit}）"),
            "categories": [sheet.name, grid + 1, 0, at - 1, 0],
            "values": [sheet.name, grid + 1, 1, at - 1, 1],
            "points": points,
            "data_labels": {"value": True, "font": _SMALL},
            "gap": 40,
        }
    )
    values = [bar.value or 0.0 for bar in ranked] + ([] if block.goal is None else [block.goal])
    # crossing at the largest puts the values of a reversed axis below
    chart.set_y_axis({"reverse": True, "num_font": _SMALL, "crossing": "max"})
    chart.set_x_axis(
        {**_axis(scale(values, from_zero=True)), "name": text(block.unit), "name_font": {**_SMALL, "bold": False}}
    )
    chart.set_legend({"none": True})
    _place(sheet, chart, top, block)
    if block.missing:
        sheet.write_string(at, 0, text(f"暂无数据：{'、'.join(block.missing)}"), faces.quiet)
    return at + 3


def _axis(made: Scale) -> dict[str, Any]:
    """The axis of the printed chart; as many decimals as its ticks have."""
    decimals = decimals_of(made.ticks)
    return {
        "min": made.low, "max": made.high, "major_unit": made.ticks[1] - made.ticks[0], "num_font": _SMALL,
        "num_format": f"#,##0{'.' if decimals else ''}{'0' * decimals}", "major_gridlines": {"visible": True, "line": {"color": LINE}},
    }  # fmt: skip


def _place(sheet: Worksheet, chart: Any, top: int, block: LineChart | Ranking) -> None:
    chart.set_title({"name": text(block.title), "name_font": {"name": FONT, "size": 11}, "overlay": False})
    chart.set_size({"width": 860, "height": 320})
    sheet.insert_chart(top, 0, chart, {"description": text(block.alternative), "object_position": 1})
