"""The workbook: what is said, judgements with their working, targets with clauses, figures, sources, method.

Every text goes in as text (a leading = is no formula), every number as a number, a gap as an empty
cell or 暂无数据. Colour, symbol and word stand together, so that a black-and-white print survives.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from etl import task_sentences
from etl.words import read_words
from reports import task_story
from reports.blocks import LineChart, Paragraph, Ranking, Report, Section, SegmentBar, Table
from reports.data_writer import ASSESSMENTS, FIGURES, TARGETS
from reports.lettering import ems
from reports.office import marked
from reports.plain import plain_text
from reports.rows import Rows
from reports.seal import seal_zip
from reports.zipped import repack

_FONT = "Microsoft YaHei"
_ACCENT = "#1F4E79"
_LINE = "#D5DAE1"
_QUIET = "#5F6B7A"
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # no clock in the file
_LONGEST = 32_767  # characters Excel keeps in a cell
_WIDTHS = (30, 30, 24, 24, 24, 24, 24, 24)  # columns of the sheets that are read, in characters
_WRAPPED = 40  # columns of the long tables from this width on wrap
_LINE_POINTS = 14.5
_MOST_LINES = 6
_CHART_ROWS = 17  # rows of the sheet that a chart covers
_SAID = ("headline", "attention", "changes", "tasks", "document", "matrix")


@dataclass(frozen=True)
class _Sheet:
    """A long table of the record: its name, its columns (key, heading, width), its rows."""

    name: str
    columns: tuple[tuple[str, str, float], ...]
    rows: Sequence[Mapping[str, Any]]


def write(report: Report, record: Mapping[str, Any]) -> bytes:
    """A told report and its record as one workbook; the same input gives the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    book.set_properties(
        {
            "title": plain_text(report.title),
            "author": plain_text(report.issuer),
            "created": _CREATED,
            "comments": _foot(report),
        }
    )
    faces = _Faces(book)
    _overview(book, report, faces)
    _charts(book, report, faces)
    for sheet in _long_tables(record):
        _long_table(book, sheet, report, faces)
    _words(book, report, faces)
    book.close()
    return seal_zip(repack(out.getvalue()), snapshot=report.snapshot, sha256=report.sha256)


class _Faces:
    """The formats of the workbook, made once: a cell is text, number or status, plain or head."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": _FONT, "font_size": 10, "valign": "top"}
        ruled = {**base, "bottom": 1, "bottom_color": _LINE}
        self.title = book.add_format({**base, "font_size": 16, "bold": True})
        self.section = book.add_format({**base, "font_size": 12, "bold": True, "font_color": _ACCENT})
        self.text = book.add_format({**base, "text_wrap": True})
        self.quiet = book.add_format({**base, "font_color": _QUIET})
        self.head = book.add_format(
            {
                **base,
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": _ACCENT,
                "text_wrap": True,
                "border": 1,
                "border_color": _LINE,
            }
        )
        self.cell = book.add_format({**ruled, "text_wrap": True})
        self.short = book.add_format(ruled)
        self.number = book.add_format({**ruled, "align": "right", "num_format": "#,##0.######"})
        self.year = book.add_format({**ruled, "align": "right", "num_format": "0"})
        self.lights = {
            name: book.add_format({**ruled, "bold": True, "font_color": light.colour, "bg_color": light.soft[:7]})
            for name, light in read_words().lights.items()
        }


def _foot(report: Report) -> str:
    demo = "演示数据，全部数字为编造；" if report.demo else ""
    return plain_text(f"{demo}{report.cutoff}；快照 {report.snapshot}；SHA-256 {report.sha256}")


def _prepare(sheet: Worksheet, report: Report, *, landscape: bool = True) -> None:
    """What every sheet carries on paper: cut-off, snapshot, hash, page, 演示数据 where it is so."""
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
    demo = "　演示数据" if report.demo else ""
    # a blank after the size: the digits of a year would be read as part of it
    sheet.set_header(f"&L&9 {_header(report.title)}{demo}")
    sheet.set_footer(
        f"&L&8 {_header(report.cutoff)}　快照 {report.snapshot} {report.sha256[:12]}{demo}&R&8 第 &P 页，共 &N 页"
    )


def _header(text: str) -> str:
    return plain_text(text).replace("&", "&&")[:100]


def _overview(book: xlsxwriter.Workbook, report: Report, faces: _Faces) -> None:
    """The first sheet: what a leader reads, in words and small tables."""
    sheet = book.add_worksheet("总览")
    _prepare(sheet, report)
    _widen(sheet)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, _text(report.title), faces.title)
    demo = "演示数据：全部数字为编造。" if report.demo else ""
    about = "　".join(part for part in (report.meeting, report.date, report.issuer) if part)
    sheet.write_string(1, 0, _text(f"{demo}{report.subtitle}　{about}"), faces.quiet)
    sheet.write_string(2, 0, _foot(report), faces.quiet)
    row = 4
    for section in report.sections:
        if section.kind in _SAID:
            row = _section(sheet, row, section, faces)
    sheet.freeze_panes(4, 0)


def _widen(sheet: Worksheet) -> None:
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)


def _height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Points for a row whose texts wrap; programs differ in whether they reckon this themselves."""
    lines = (
        -(-2 * ems(line) // max(width - 2, 1)) for text, width in zip(texts, widths, strict=False) for line in [text]
    )
    return _LINE_POINTS * min(_MOST_LINES, max([1.0, *lines]))


def _section(sheet: Worksheet, row: int, section: Section, faces: _Faces) -> int:
    sheet.write_string(row, 0, _text(section.title), faces.section)
    row += 1
    for block in section.blocks:
        if isinstance(block, Paragraph):
            sheet.merge_range(row, 0, row, 7, "", faces.text)
            sheet.write_string(row, 0, _text(block.text), faces.text)
            sheet.set_row(row, _height([block.text], [sum(_WIDTHS)]))
            row += 1
        elif isinstance(block, Table):
            row = _table(sheet, row, block, faces)
        elif isinstance(block, SegmentBar):
            row = _counts(sheet, row, block, faces)
    return row + 1


def _table(sheet: Worksheet, row: int, table: Table, faces: _Faces) -> int:
    sheet.write_string(row, 0, _text(table.title), faces.quiet)
    for column, head in enumerate(table.columns):
        sheet.write_string(row + 1, column, _text(head.title + (f"（{head.unit}）" if head.unit else "")), faces.head)
    row += 2
    for cells in table.rows:
        sheet.set_row(row, _height([cell.text for cell in cells], _WIDTHS))
        for column, cell in enumerate(cells):
            face = faces.lights[cell.mark.light] if cell.mark else faces.cell
            if cell.number is not None and cell.mark is None:
                sheet.write_number(row, column, cell.number, faces.number)
            else:
                sheet.write_string(row, column, _text(marked(cell)), face)
        row += 1
    if table.total_rows > len(table.rows):
        sheet.write_string(row, 0, f"显示前{len(table.rows)}行，共{table.total_rows}行", faces.quiet)
        row += 1
    if table.note:
        sheet.write_string(row, 0, _text(table.note), faces.quiet)
        row += 1
    return row


def _counts(sheet: Worksheet, row: int, bar: SegmentBar, faces: _Faces) -> int:
    """The heaps of the headline as a small table that can be counted with."""
    sheet.write_string(row, 0, _text(bar.title), faces.quiet)
    names = [part.name for part in bar.rows[0][1]] if bar.rows else []
    for column, name in enumerate(["", *names]):
        sheet.write_string(row + 1, column, _text(name), faces.head)
    for at, (title, parts) in enumerate(bar.rows, row + 2):
        sheet.write_string(at, 0, _text(title), faces.cell)
        for column, part in enumerate(parts, 1):
            sheet.write_number(at, column, part.count, faces.year)
    return row + 2 + len(bar.rows)


def _charts(book: xlsxwriter.Workbook, report: Report, faces: _Faces) -> None:
    """Native charts, each above the numbers it is drawn from."""
    drawn = [block for section in report.sections for block in section.blocks if isinstance(block, LineChart | Ranking)]
    if not drawn:
        return
    sheet = book.add_worksheet("图表")
    _prepare(sheet, report)
    sheet.set_column(0, 0, 26)
    row = 0
    starts = []
    for block in drawn:
        starts.append(row)
        sheet.write_string(row, 0, _text(block.title), faces.section)
        sheet.write_string(row + 1, 0, _text(block.alternative), faces.quiet)
        top = row + 2
        row = (
            _line_chart(book, sheet, top, block, faces)
            if isinstance(block, LineChart)
            else _bar_chart(book, sheet, top, block, faces)
        )
    sheet.set_h_pagebreaks(starts[1:])
    sheet.freeze_panes(0, 1)


def _line_chart(book: xlsxwriter.Workbook, sheet: Worksheet, top: int, block: LineChart, faces: _Faces) -> int:
    grid = top + _CHART_ROWS
    sheet.write_string(grid, 0, _text(f"单位：{block.unit}"), faces.head)
    for column, year in enumerate(block.years, 1):
        sheet.write_number(grid, column, year, faces.head)
    lines = [(series.name, series.values, series.emphasis) for series in block.series]
    extra = (("目标", block.target), ("序时进度", block.path), ("按近年变化推算", block.outlook))
    lines += [(name, values, True) for name, values in extra if any(value is not None for value in values)]
    chart = book.add_chart({"type": "line"})
    chart.show_blanks_as("gap")
    for at, (name, values, emphasis) in enumerate(lines, grid + 1):
        sheet.write_string(at, 0, _text(name), faces.cell)
        for column, value in enumerate(values, 1):
            _number(sheet, at, column, value, faces.number)
        chart.add_series(
            {
                "name": [sheet.name, at, 0],
                "categories": [sheet.name, grid, 1, grid, len(block.years)],
                "values": [sheet.name, at, 1, at, len(block.years)],
                "line": _line_face(name, emphasis=emphasis),
                "marker": {"type": "circle", "size": 5, "fill": {"color": _ACCENT}, "border": {"color": _ACCENT}}
                if emphasis and name not in dict(extra)
                else {"type": "none"},
            }
        )
    _finish(chart, title=block.title, unit=block.unit)
    sheet.insert_chart(top, 0, chart, {"description": _text(block.alternative), "object_position": 1})
    return grid + len(lines) + 3


def _line_face(name: str, *, emphasis: bool) -> dict[str, Any]:
    if name == "目标":
        return {"color": "#B3261E", "width": 1.5, "dash_type": "dash"}
    if name == "按近年变化推算":
        return {"color": _ACCENT, "width": 1.5, "dash_type": "round_dot"}
    if name == "序时进度":
        return {"color": _QUIET, "width": 1}
    return {"color": _ACCENT, "width": 2.5} if emphasis else {"color": "#B9C3CE", "width": 1}


def _bar_chart(book: xlsxwriter.Workbook, sheet: Worksheet, top: int, block: Ranking, faces: _Faces) -> int:
    grid = top + _CHART_ROWS
    for column, head in enumerate(("地区", f"数值（{block.unit}）", "位次", "状态")):
        sheet.write_string(grid, column, _text(head), faces.head)
    colours = read_words().lights
    for at, bar in enumerate(block.bars, grid + 1):
        sheet.write_string(at, 0, _text(bar.name), faces.cell)
        _number(sheet, at, 1, bar.value, faces.number)
        sheet.write_string(at, 2, _text(bar.rank), faces.cell)
        sheet.write_string(at, 3, _text(f"{bar.mark.symbol} {bar.mark.word}"), faces.lights[bar.mark.light])
    last = grid + len(block.bars)
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": _text(f"{block.title}（{block.unit}）"),
            "categories": [sheet.name, grid + 1, 0, last, 0],
            "values": [sheet.name, grid + 1, 1, last, 1],
            "points": [{"fill": {"color": colours[bar.mark.light].colour}} for bar in block.bars],
            "data_labels": {"value": True},
            "gap": 40,
        }
    )
    _finish(chart, title=block.title, unit=block.unit)
    chart.set_y_axis({"reverse": True, "num_font": {"name": _FONT, "size": 9}})
    chart.set_x_axis(
        {
            "min": 0,
            "major_gridlines": {"visible": True, "line": {"color": _LINE}},
            "num_font": {"name": _FONT, "size": 9},
        }
        if _from_zero(block)
        else {}
    )
    chart.set_legend({"none": True})
    sheet.insert_chart(top, 0, chart, {"description": _text(block.alternative), "object_position": 1})
    if block.missing:
        sheet.write_string(last + 1, 0, _text(f"暂无数据：{'、'.join(block.missing)}"), faces.quiet)
    return last + 4


def _from_zero(block: Ranking) -> bool:
    return all(bar.value is None or bar.value >= 0 for bar in block.bars)


def _finish(chart: Any, *, title: str, unit: str) -> None:
    chart.set_title({"name": _text(title), "name_font": {"name": _FONT, "size": 11}, "overlay": False})
    chart.set_x_axis({"num_font": {"name": _FONT, "size": 9}})
    chart.set_y_axis(
        {
            "name": _text(unit),
            "name_font": {"name": _FONT, "size": 9, "bold": False},
            "num_font": {"name": _FONT, "size": 9},
            "major_gridlines": {"visible": True, "line": {"color": _LINE}},
        }
    )
    chart.set_legend({"position": "bottom", "font": {"name": _FONT, "size": 9}})
    chart.set_size({"width": 860, "height": 320})


def _long_tables(record: Mapping[str, Any]) -> list[_Sheet]:
    """Judgements with their working, targets with clauses, figures with sources, releases."""
    register = record["register"]
    places = {each["place"]: each["name"] for each in register["places"]}
    indicators = {each["indicator"]: each for each in register["indicators"]}
    documents = {each["document"]: each.get("short") or each["title"] for each in register["documents"]}
    targets = {each["target"]: each for each in register["targets"]}
    words = read_words()

    def named(row: Mapping[str, Any]) -> dict[str, Any]:
        indicator = indicators.get(row["indicator"], {})
        document = documents.get(row.get("document", ""))
        return {
            **row,
            "place_name": places.get(row.get("place", "")),
            "indicator_name": indicator.get("name"),
            "unit": indicator.get("unit"),
            "document_name": document,
        }

    def judged(row: Mapping[str, Any]) -> dict[str, Any]:
        target, status = targets.get(row["target"], {}), words.statuses[row["status"]]
        word = words.status_word(
            row["status"], basis=row["basis"] or "", better=indicators.get(row["indicator"], {}).get("better") or ""
        )
        return {
            **named(row),
            "word": f"{status.symbol} {word}",
            "quote": target.get("quote"),
            "section": target.get("section"),
            "force": words.forces.get(row["force"], row["force"]),
        }

    assessed = tuple(
        (key, title.partition("：")[2] or title, 12.0)
        for key, (_, title) in ASSESSMENTS.items()
        if key not in ("target", "place", "status", "light", "reason", "source", "bucket", "basis")
    )
    return [
        _Sheet(
            "判定",
            (("document_name", "文件", 16), ("section", "章节", 12), ("indicator_name", "指标", 30), ("place_name", "地区", 12), ("word", "状态", 20), ("reason", "理由", 60), ("force", "约束力", 12), ("unit", "单位", 12), *assessed, ("source", "来源", 40), ("quote", "原文", 50), ("reading", "读法", 40), ("target", "目标编号", 34)),
            [judged(row) for row in record["assessments"]],
        ),
        _Sheet(
            "目标",
            (("document_name", "文件", 16), ("indicator_name", "指标", 30), *((key, title.partition("：")[2] or title, 14.0 if key != "quote" else 50.0) for key, (_, title) in TARGETS.items() if key not in ("document", "indicator"))),
            [named(row) | {"unit": row["unit"]} for row in register["targets"]],
        ),
        _Sheet(
            "数据",
            tuple((key, title.partition("，")[0], 40.0 if key in ("source", "note") else 14.0) for key, (_, title) in FIGURES.items()),
            [named(row) for row in record["figures"]],
        ),
        *_task_sheets(record),
        _Sheet(
            "批次",
            (("release", "批次", 10), ("kind", "内容", 12), ("file_name", "文件", 30), ("note", "说明", 40), ("file_hash", "SHA-256", 66)),
            record["releases"],
        ),
    ]  # fmt: skip


def _task_sheets(record: Mapping[str, Any]) -> list[_Sheet]:
    """Tasks with their clause and state, the reports on them, explanations; none where there are no tasks."""
    data = Rows(record)
    if not data.tasks:
        return []
    words = read_words()

    def stated(row: Mapping[str, Any]) -> dict[str, Any]:
        mark = task_story.mark_of(row)
        return {
            **row, "light": mark.light, "word": f"{mark.symbol} {mark.word}", "name": task_sentences.name_of(row),
            "due_words": task_sentences.due_words(row), "said": task_sentences.who_says(row),
        }  # fmt: skip

    return [
        _Sheet(
            "任务",
            (("document_name", "文件", 16), ("section", "章节", 12), ("name", "任务", 40), ("place_name", "地区", 12), ("word", "状态", 22), ("due_words", "期限", 18), ("days", "距到期（天）", 12), ("said", "谁说的", 40), ("lead_names", "牵头单位", 24), ("support_names", "配合单位", 24), ("goal", "目标", 40), ("quote", "原文", 50), ("serves", "服务的目标", 30), ("task", "任务编号", 34), ("step", "步骤", 8)),
            [stated(row) for row in data.tasks],
        ),
        _Sheet(
            "任务报告",
            (("title", "任务", 40), ("stated_on", "日期", 12), ("said", "说法", 16), ("percent", "进度（%）", 12), ("text", "内容", 50), ("unit_name", "报告单位", 20), ("person", "署名", 12), ("basis", "依据", 30), ("evidence", "佐证", 30), ("evidence_file", "佐证文件", 24), ("evidence_hash", "SHA-256", 66), ("source", "来源", 40), ("note", "说明", 30), ("release", "批次", 10)),
            [{**row, "title": data.task_title(row), "said": words.task_reports[row["state"]]} for row in data.task_reports],
        ),
        *(
            [
                _Sheet(
                    "原因和措施",
                    (("about", "事项", 40), ("stated_on", "日期", 12), ("cause", "原因", 50), ("measures", "下一步措施", 50), ("unit_name", "署名单位", 20), ("person", "署名", 12), ("release", "批次", 10)),
                    [{**row, "about": data.explained(row)} for row in data.explanations],
                )
            ]
            if data.explanations
            else []
        ),
    ]  # fmt: skip


def _long_table(book: xlsxwriter.Workbook, content: _Sheet, report: Report, faces: _Faces) -> None:
    sheet = book.add_worksheet(content.name)
    _prepare(sheet, report)
    sheet.write_string(0, 0, _foot(report), faces.quiet)
    for column, (_, heading, width) in enumerate(content.columns):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, heading, faces.head)
    wide = [(key, width) for key, _, width in content.columns if width >= _WRAPPED]
    for at, row in enumerate(content.rows, 2):
        sheet.set_row(at, _height([str(row.get(key) or "") for key, _ in wide], [width for _, width in wide]))
        for column, (key, _, width) in enumerate(content.columns):
            _value(
                sheet, at, column, row.get(key), key=key, wide=width >= _WRAPPED, faces=faces, light=row.get("light")
            )
    last = max(2, len(content.rows) + 1)
    sheet.autofilter(1, 0, last, len(content.columns) - 1)
    sheet.freeze_panes(2, min(4, len(content.columns) - 1))
    sheet.repeat_rows(1)
    _conditional(sheet, content, last=last, book=book)


def _conditional(sheet: Worksheet, content: _Sheet, *, last: int, book: xlsxwriter.Workbook) -> None:
    """Colours that follow the word of the status when rows are sorted or changed."""
    keys = [key for key, _, _ in content.columns]
    if "word" not in keys:
        return
    column, words = keys.index("word"), read_words()
    worded = [
        *((each.light, (each.word, each.word_path, each.word_trend, each.word_trend_lower)) for each in words.statuses.values()),
        *((each.light, (each.word,)) for each in words.tasks.values()),
    ]  # fmt: skip
    for shade, spoken in worded:
        light = words.lights[shade]
        face = book.add_format({"font_color": light.colour, "bg_color": light.soft[:7], "bold": True})
        for word in dict.fromkeys(spoken):
            sheet.conditional_format(
                2,
                column,
                last,
                column,
                {"type": "text", "criteria": "ends with", "value": word, "format": face, "stop_if_true": True},
            )


def _value(
    sheet: Worksheet, row: int, column: int, value: Any, *, key: str, wide: bool, faces: _Faces, light: Any
) -> None:
    if key == "word" and light in faces.lights:
        sheet.write_string(row, column, _text(value), faces.lights[light])
    elif value is None or value == "":
        # a target without a number of its own (不下降) lacks no figure
        missing = "暂无数据" if key == "value" and sheet.name != "目标" else ""
        sheet.write_string(row, column, missing, faces.short) if missing else sheet.write_blank(
            row, column, None, faces.short
        )
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", faces.short)
    elif isinstance(value, int | float):
        _number(
            sheet,
            row,
            column,
            value,
            faces.year if key in ("year", "value_year", "base_year", "by", "by_year") else faces.number,
        )
    else:
        text = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        sheet.write_string(row, column, _text(text), faces.cell if wide else faces.short)


def _number(sheet: Worksheet, row: int, column: int, value: float | None, face: Any) -> None:
    """A number, or an empty cell: a gap is never 0."""
    if value is None:
        sheet.write_blank(row, column, None, face)
    else:
        sheet.write_number(row, column, value, face)


def _words(book: xlsxwriter.Workbook, report: Report, faces: _Faces) -> None:
    """Method and sources, as the report tells them."""
    sheet = book.add_worksheet("方法与来源")
    _prepare(sheet, report)
    _widen(sheet)
    row = 0
    for section in report.sections:
        if section.kind in ("method", "sources"):
            row = _section(sheet, row, section, faces)


def _text(text: Any) -> str:
    """Text fit for a cell: no control characters, not longer than Excel keeps."""
    return plain_text(str(text))[:_LONGEST]
