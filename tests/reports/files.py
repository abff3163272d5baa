"""Exported files opened again, and the small record that they are made from."""

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from etl.access import LOCAL
from etl.build import build
from etl.facts import ExplanationRow, TaskReportRow
from etl.freeze import Choice, freeze
from etl.publish import publish
from etl.store import open_store
from reports.blocks import Block, LineChart, Ranking, Report, SegmentBar, Table
from reports.scales import eras
from tests.conftest import SMALL

Chart = LineChart | Ranking | SegmentBar


_TASK = "plan-2018.task.survey"
_REPORTS = (
    TaskReportRow(
        _TASK, 0, "plan-2018", "P", "done", date(2018, 6, 20), "普查完成", percent=100.0, unit="env", person="张三",
        evidence="甲环发〔2018〕1号",
    ),
    TaskReportRow(_TASK, 0, "plan-2018", "P", "contested", date(2018, 10, 1), "抽查不实", unit="督察组"),
    TaskReportRow("", 0, "plan-2018", "P", "done", date(2018, 12, 1), "12项已全部完成", source="省政府网站"),
)  # fmt: skip
_EXPLANATIONS = (
    ExplanationRow("plan-2018.pm25", "C1", 2019, "", date(2020, 2, 1), "静稳天气多", "错峰生产", "env", "张三"),
    ExplanationRow("", "", None, _TASK, date(2019, 2, 1), "人手不足", "增派人员", "env", "张三"),
)


@cache
def _frozen() -> str:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"duckdb:{Path(folder) / 'monitor.duckdb'}")
        build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
        publish(store, kind="tasks", rows=_REPORTS, file_name="tasks.csv", data=b"tasks", by=LOCAL)
        publish(store, kind="explanations", rows=_EXPLANATIONS, file_name="why.csv", data=b"why", by=LOCAL)
        choice = Choice(
            year=2019, audience="full", meeting="省政府常务会议", date="2021年3月15日", issuer="省生态文明办"
        )
        return json.dumps(freeze(store, choice))


def small_record(**changes: Any) -> dict[str, Any]:
    """The small register with its figures as of 2019, frozen: one figure of it is reported as missing."""
    return {**json.loads(_frozen()), **changes}


def named(text: str) -> dict[str, Any]:
    """The small record with `text` as every name and every other text that data can bring."""
    record = small_record()
    register = record["register"]
    for row in (*register["places"], *register["indicators"], *register["units"]):
        row["name"] = text
    for row in register["places"]:
        row["short"] = text
    for row in register["documents"]:
        row["title"] = row["short"] = row["issuer"] = text
    for row in register["targets"]:
        row["quote"] = row["section"] = text
    for row in record["figures"]:
        row["source"] = row["note"] = text
    for row in record["tasks"]:
        row["title"] = row["task_title"] = row["quote"] = row["goal"] = row["section"] = row["standing"] = text
    for row in record["task_reports"]:
        row["text"] = row["person"] = row["basis"] = row["evidence"] = row["source"] = row["note"] = row["unit"] = text
    for row in record["explanations"]:
        row["cause"] = row["measures"] = row["person"] = row["unit"] = text
    for key in ("title", "meeting", "date", "issuer"):
        record["choice"][key] = text
    return record


def blocks_of(report: Report, kind: type[Any]) -> list[Any]:
    return [block for section in report.sections for block in section.blocks if isinstance(block, kind)]


def drawn(report: Report) -> list[Chart]:
    """The charts of a report, in its order."""
    found: list[Block] = [block for section in report.sections for block in section.blocks]
    return [block for block in found if isinstance(block, Chart)]


def expected_values(chart: Chart) -> list[list[float | None]]:
    """The series that a native chart must hold, in the order it draws them; None is a gap."""
    if isinstance(chart, Ranking):
        goal = [] if chart.goal is None else [chart.goal]  # drawn as a bar of its own
        return [goal + [bar.value for bar in chart.bars if bar.value is not None]]
    if isinstance(chart, SegmentBar):
        return [[float(parts[at].count) for _, parts in chart.rows] for at in range(len(chart.rows[0][1]))]
    lines = [series.values for series in chart.series if not series.emphasis]
    for series in chart.series:
        if series.emphasis:
            lines += [values for _, values in eras(chart.years, series.values, breaks=chart.breaks)]
    extra = (chart.path, chart.outlook, chart.target)
    return [list(values) for values in (*lines, *extra) if any(value is not None for value in values)]


def members(data: bytes) -> dict[str, bytes]:
    """Every part of a zip-based file, those of the workbooks inside it too."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            found[name] = archive.read(name)
            if name.endswith((".xlsx", ".docx", ".pptx")):
                found |= {f"{name}!{inner}": content for inner, content in members(found[name]).items()}
    return found


def outside(data: bytes) -> list[str]:
    """What a file asks for beyond itself: relationships to elsewhere."""
    return [
        relation.get("Target")
        for name, content in members(data).items()
        if name.endswith(".rels")
        for relation in etree.fromstring(content)
        if relation.get("TargetMode") == "External"
    ]


def formulas(data: bytes) -> list[str]:
    """The formula cells of a workbook and of the workbooks inside a file."""
    spread = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"
    sheets = (
        content for name, content in members(data).items() if "xl/worksheets/sheet" in name and name.endswith(".xml")
    )
    return [cell.text or "" for sheet in sheets for cell in etree.fromstring(sheet).iter(spread)]


def squeezed(text: str) -> str:
    """Without white space: where lines end is not what is said."""
    return re.sub(r"\s+", "", text)


def cells(table: Table) -> Iterator[str]:
    """The words of every cell of a table."""
    return (cell.text for row in table.rows for cell in row)


def series_of(plot: Any) -> list[list[float | None]]:
    """The values that a native chart holds, for every series."""
    return [list(series.values) for series in plot.series]


def second_copy(record: Mapping[str, Any]) -> dict[str, Any]:
    """The same record with its keys the other way round: only what it says may matter."""
    return {key: json.loads(json.dumps(record[key])) for key in reversed(list(record))}
