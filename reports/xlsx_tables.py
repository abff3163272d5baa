"""The long tables of the workbook: judgements with their working, targets with clauses, figures, tasks, received files.

Codes are told in words; whoever computes with codes takes the open data along.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from etl import sentences, task_sentences
from etl.words import read_words
from reports import tables, task_story
from reports.blocks import Report
from reports.data_writer import ASSESSMENTS, FIGURES, TARGETS
from reports.rows import Rows
from reports.xlsx_sheet import Faces, foot, height, named_columns, prepare, text, write_number

Row = Mapping[str, Any]

_WRAPPED = 40  # columns from this width on wrap
_FROZEN = 4  # columns that stay when the others are pushed aside
_YEARS = ("year", "value_year", "base_year", "by", "by_year", "since")


@dataclass(frozen=True)
class Long:
    """A long table: its name, its columns (key, heading, width), its rows."""

    name: str
    columns: tuple[tuple[str, str, float], ...]
    rows: Sequence[Row]


def long_tables(record: Mapping[str, Any]) -> list[Long]:
    """Every row of the record, in the order of the sheets."""
    data = Rows(record)
    return [_judgements(data), _targets(data), _figures(data), *_statements(data), *_tasks(data), _releases(data)]


def _judgements(data: Rows) -> Long:
    words, heads = read_words(), named_columns(ASSESSMENTS)
    said = {"target", "place", "status", "light", "reason", "source", "bucket", "basis"}

    def told(row: Row) -> dict[str, Any]:
        mark = tables.mark_of(row)
        last = words.statuses.get(row["last_status"] or "")
        return {
            **row, "word": f"{mark.symbol} {mark.word}", "force": words.forces.get(row["force"], row["force"]), "leads": row["lead_names"],
            "last_status": last.word if last else "", "goal_words": f"{sentences.goal_words(row, unit=row['unit'])}，{sentences.deadline_words(row)}",
        }  # fmt: skip

    return Long(
        "判定",
        (
            ("document_name", "文件", 16), ("section", "章节", 12), ("indicator_name", "指标", 30), ("place_name", "地区", 12), ("word", "状态", 20),
            ("goal_words", "目标", 24), ("reason", "理由", 60), ("leads", "牵头单位", 24), ("force", "约束力", 12), ("unit", "单位", 12),
            *((key, head, 12.0) for key, head in heads.items() if key not in said),
            ("source", "来源", 40), ("quote", "原文", 50), ("reading", "读法", 40), ("target", "目标编号", 34),
        ),
        [told(row) for row in data.judgements],
    )  # fmt: skip


def _targets(data: Rows) -> Long:
    words, heads = read_words(), {**named_columns(TARGETS), "force": "约束力"}
    widths = {"quote": 50.0, "reading": 40.0, "lead": 24.0, "support": 24.0}

    def told(row: Row) -> dict[str, Any]:
        return {
            **row, "document_name": data.document_name(row["document"]), "indicator_name": data.indicators[row["indicator"]]["name"],
            "measure": words.measures.get(row["measure"], row["measure"]), "rule": words.rules.get(row["rule"], row["rule"]),
            "force": words.forces.get(row["force"], row["force"]),
            "lead": data.units_named(row["lead"]), "support": data.units_named(row["support"]),
        }  # fmt: skip

    return Long(
        "目标",
        (
            ("document_name", "文件", 16), ("indicator_name", "指标", 30),
            *((key, head, widths.get(key, 14.0)) for key, head in heads.items() if key not in ("document", "indicator", "target")),
            ("target", "目标编号", 34),
        ),
        [told(row) for row in data.targets.values()],
    )  # fmt: skip


# where open data describe the codes that stand there
_FIGURE_HEADS = {"place": "地区代码", "bound": "界限", "obs_status": "观测状态"}


def _figures(data: Rows) -> Long:
    words, heads = read_words(), {**named_columns(FIGURES), **_FIGURE_HEADS}
    widths = {"source": 40.0, "note": 40.0, "indicator_name": 30.0, "indicator": 24.0}

    def told(row: Row) -> dict[str, Any]:
        about = data.indicators[row["indicator"]]
        return {
            **row, "place_name": data.place_name(row["place"]), "indicator_name": about["name"], "unit": about["unit"],
            "bound": sentences.BOUNDS.get(row["bound"] or "", ""), "quality": words.qualities.get(row["quality"] or "", row["quality"]),
        }  # fmt: skip

    columns = tuple((key, head, widths.get(key, 14.0)) for key, head in heads.items())
    return Long("数据", columns, [told(row) for row in data.record["figures"]])


def _statements(data: Rows) -> list[Long]:
    """What was published about a target without a figure, findings of inspectors among it; none where nothing was."""
    rows = [
        {**row, "kind": tables.STATEMENTS.get(row["kind"], row["kind"]), "indicator_name": data.indicators[data.targets[row["target"]]["indicator"]]["name"], "place_name": data.place_name(row["place"])}
        for row in data.record["statements"]
    ]  # fmt: skip
    columns = (
        ("kind", "性质", 12.0), ("indicator_name", "指标", 30.0), ("place_name", "地区", 12.0), ("stated_on", "日期", 12.0), ("text", "原话", 60.0),
        ("body", "说的人", 20.0), ("source", "来源", 40.0), ("release", "批次", 10.0), ("target", "目标编号", 34.0),
    )  # fmt: skip
    return [Long("公开说法", columns, rows)] if rows else []


def _tasks(data: Rows) -> list[Long]:
    """Tasks with their clause and state, the reports on them, explanations; none where there are no tasks."""
    if not data.tasks:
        return []
    words = read_words()

    def stated(row: Row) -> dict[str, Any]:
        mark = task_story.mark_of(row)
        return {
            **row, "light": mark.light, "word": f"{mark.symbol} {mark.word}", "name": task_sentences.name_of(row),
            "due_words": task_sentences.due_words(row), "said": task_sentences.who_says(row),
        }  # fmt: skip

    made = [
        Long(
            "任务",
            (("document_name", "文件", 16), ("section", "章节", 12), ("name", "任务", 40), ("place_name", "地区", 12), ("word", "状态", 22), ("due_words", "期限", 18), ("days", "距到期（天）", 12), ("said", "谁说的", 40), ("lead_names", "牵头单位", 24), ("support_names", "配合单位", 24), ("goal", "目标", 40), ("quote", "原文", 50), ("serves", "服务的目标", 30), ("task", "任务编号", 34), ("step", "步骤", 8)),
            [stated(row) for row in data.tasks],
        ),
        Long(
            "任务报告",
            (("title", "任务", 40), ("stated_on", "日期", 12), ("said", "说法", 16), ("percent", "进度（%）", 12), ("text", "内容", 50), ("unit_name", "报告单位", 20), ("person", "署名（自填）", 12), ("basis", "依据", 30), ("evidence", "佐证", 30), ("evidence_file", "佐证文件", 24), ("evidence_hash", "SHA-256", 66), ("source", "来源", 40), ("note", "说明", 30), ("release", "批次", 10)),
            [{**row, "title": data.task_title(row), "said": words.task_reports[row["state"]]} for row in data.task_reports],
        ),
    ]  # fmt: skip
    if data.explanations:
        made.append(
            Long(
                "原因和措施",
                (("about", "事项", 40), ("stated_on", "日期", 12), ("cause", "原因", 50), ("measures", "下一步措施", 50), ("unit_name", "署名单位", 20), ("person", "署名（自填）", 12), ("release", "批次", 10)),
                [{**row, "about": data.explained(row)} for row in data.explanations],
            )
        )  # fmt: skip
    return made


def _releases(data: Rows) -> Long:
    kinds = read_words().releases
    return Long(
        "批次",
        (("release", "批次", 10), ("kind", "内容", 12), ("file_name", "文件", 30), ("note", "说明", 40), ("file_hash", "SHA-256", 66)),
        [{**row, "kind": kinds.get(row["kind"], row["kind"])} for row in data.record["releases"]],
    )  # fmt: skip


# on the sheet ------------------------------------------------------------------------------------


def add_long_table(book: xlsxwriter.Workbook, content: Long, report: Report, faces: Faces) -> None:
    """A sheet with filters and frozen heads, printed over as many pages side by side as it needs."""
    sheet = book.add_worksheet(content.name)
    frozen = min(_FROZEN, len(content.columns) - 1)
    prepare(sheet, report, widths=[width for *_, width in content.columns], repeated=frozen)
    sheet.write_string(0, 0, foot(report), faces.quiet)
    for column, (_, heading, _) in enumerate(content.columns):
        sheet.write_string(1, column, heading, faces.head)
    wide = [(key, width) for key, _, width in content.columns if width >= _WRAPPED]
    write = _writers(content, faces)
    for at, row in enumerate(content.rows, 2):
        sheet.set_row(at, height([str(row.get(key) or "") for key, _ in wide], [width for _, width in wide]))
        for column, (key, _, _) in enumerate(content.columns):
            write[key](sheet, at, column, row)
    last = max(2, len(content.rows) + 1)
    sheet.autofilter(1, 0, last, len(content.columns) - 1)
    sheet.freeze_panes(2, frozen)
    sheet.repeat_rows(1)
    _colour(book, sheet, content, last=last)


def _writers(content: Long, faces: Faces) -> dict[str, Callable[[Worksheet, int, int, Row], None]]:
    """How each column is written."""

    def writer(key: str, width: float) -> Callable[[Worksheet, int, int, Row], None]:
        face = faces.cell if width >= _WRAPPED else faces.short
        # a target without a number of its own (不下降) lacks no figure
        missing = "暂无数据" if key == "value" and content.name != "目标" else ""

        def write(sheet: Worksheet, at: int, column: int, row: Row) -> None:
            value = row.get(key)
            if key == "word":
                sheet.write_string(at, column, text(value), faces.lights[row["light"]])
            elif value in (None, "", []):
                if missing:
                    sheet.write_string(at, column, missing, faces.short)
                else:
                    sheet.write_blank(at, column, None, faces.short)
            elif isinstance(value, bool):
                sheet.write_string(at, column, "是" if value else "否", faces.short)
            elif isinstance(value, int | float):
                write_number(sheet, at, column, value, faces.year if key in _YEARS else faces.number(value))
            else:
                sheet.write_string(
                    at, column, text("、".join(map(str, value)) if isinstance(value, list) else value), face
                )

        return write

    return {key: writer(key, width) for key, _, width in content.columns}


def _colour(book: xlsxwriter.Workbook, sheet: Worksheet, content: Long, *, last: int) -> None:
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
            rule = {"type": "text", "criteria": "ends with", "value": word, "format": face, "stop_if_true": True}
            sheet.conditional_format(2, column, last, column, rule)
