"""Open data: tidy CSV files with a Frictionless data package, and the figures as SDMX-CSV 2.0, in one zip.

Numbers are written as the record holds them, missing ones stay empty with their OBS_STATUS, text
that a spreadsheet would take for a formula is given a leading apostrophe in no file: these files
are for programs, and Frictionless types say what each column is.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reports.blocks import Report
from reports.plain import plain_json, plain_text
from reports.record import canonical
from reports.seal import seal_zip
from reports.zipped import pack

DATAFLOW = "MONITOR:FIGURES(1.0)"
# column: (Frictionless type, what it is)
FIGURES = {
    "place": ("string", "地区代码（GB/T 2260，没有代码的用自编代码）"),
    "place_name": ("string", "地区"),
    "indicator": ("string", "指标编号"),
    "indicator_name": ("string", "指标"),
    "year": ("integer", "年份"),
    "period": ("string", "不是整年的时段；空为整年"),
    "value": ("number", "数值，按 unit 计；空为报告为缺失"),
    "bound": ("string", "ge 以上、le 以下、about 左右；空为确数"),
    "unit": ("string", "计量单位"),
    "obs_status": ("string", "SDMX OBS_STATUS"),
    "quality": ("string", "数据性质"),
    "source": ("string", "来源"),
    "note": ("string", "说明"),
    "published": ("string", "来源公布日期"),
    "release": ("string", "入库批次"),
}
TARGETS = {
    "target": ("string", "目标编号"),
    "document": ("string", "文件编号"),
    "section": ("string", "章节"),
    "quote": ("string", "原文"),
    "indicator": ("string", "指标编号"),
    "measure": ("string", "比较什么"),
    "rule": ("string", "比较方式"),
    "value": ("number", "文件写的数"),
    "value_to": ("number", "区间上端"),
    "unit": ("string", "文件写的单位"),
    "by_year": ("integer", "期限年"),
    "by_date": ("string", "期限日"),
    "base_year": ("integer", "基期年"),
    "since": ("integer", "起算年"),
    "every_year": ("boolean", "每年都要达到"),
    "force": ("string", "duty 约束性、aim 预期性"),
    "soft": ("string", "缓和词"),
    "assigned": ("boolean", "数值由上级下达"),
    "lead": ("string", "牵头单位，以分号隔开"),
    "support": ("string", "配合单位，以分号隔开"),
    "reading": ("string", "读法"),
}
ASSESSMENTS = {
    "target": ("string", "目标编号"),
    "place": ("string", "地区代码"),
    "year": ("integer", "站在哪一年看"),
    "status": ("string", "状态"),
    "light": ("string", "灯色"),
    "contested": ("boolean", "督察存疑"),
    "value": ("number", "x：所用数值"),
    "value_year": ("integer", "t：数值年份"),
    "base": ("number", "b：基期值"),
    "base_year": ("integer", "t0：基期年"),
    "goal": ("number", "Z：目标值"),
    "goal_to": ("number", "区间上端"),
    "by": ("integer", "T：期限年"),
    "path": ("number", "P：序时进度"),
    "change_per_year": ("number", "d：年均变化"),
    "outlook": ("number", "H：推算到期值"),
    "gap": ("number", "差距"),
    "achieved_per_year": ("number", "迄今年均"),
    "needed_per_year": ("number", "今后每年需要"),
    "due": ("boolean", "是否到期"),
    "bucket": ("string", "归类"),
    "basis": ("string", "依据"),
    "reason": ("string", "理由"),
    "source": ("string", "来源"),
    "last_status": ("string", "上年状态"),
    "change_why": ("string", "变化原因"),
}
TASKS = {
    "task": ("string", "任务编号"),
    "step": ("integer", "步骤；0为整项任务"),
    "document": ("string", "文件编号"),
    "section": ("string", "章节"),
    "place": ("string", "地区代码"),
    "title": ("string", "任务或步骤"),
    "quote": ("string", "原文"),
    "goal": ("string", "整改目标"),
    "due": ("date", "期限；只写年份的为年末"),
    "due_year": ("integer", "只写年份的期限"),
    "standing": ("string", "长期要求的原话"),
    "state": ("string", "状态代码"),
    "contested": ("boolean", "督察存疑"),
    "days": ("integer", "距期限的天数，负数为逾期"),
    "told_state": ("string", "责任单位最近的说法"),
    "told_on": ("date", "日期"),
    "told_percent": ("number", "进度（%）"),
    "told_unit": ("string", "报告单位"),
    "done_on": ("date", "报告完成的日期"),
    "closed_on": ("date", "销号日期"),
    "closed_unit": ("string", "销号单位"),
    "closed_person": ("string", "销号人"),
    "contested_on": ("date", "督察认定不实的日期"),
    "relapsed_on": ("date", "最近一次反弹的日期"),
    "relapses": ("integer", "反弹次数"),
    "reports": ("integer", "报告数"),
}
TASK_REPORTS = {
    "task": ("string", "任务编号；空为许多任务的合计"),
    "step": ("integer", "步骤"),
    "document": ("string", "文件编号"),
    "place": ("string", "地区代码"),
    "state": ("string", "说法"),
    "stated_on": ("date", "日期"),
    "percent": ("number", "进度（%）"),
    "text": ("string", "内容"),
    "evidence": ("string", "佐证"),
    "evidence_file": ("string", "佐证文件"),
    "evidence_hash": ("string", "佐证文件的SHA-256"),
    "unit": ("string", "报告单位"),
    "person": ("string", "署名，未经登录核验"),
    "basis": ("string", "依据"),
    "source": ("string", "来源"),
    "note": ("string", "说明"),
    "release": ("string", "入库批次"),
}
EXPLANATIONS = {
    "target": ("string", "目标编号"),
    "place": ("string", "地区代码"),
    "year": ("integer", "站在哪一年看"),
    "task": ("string", "任务编号"),
    "stated_on": ("date", "日期"),
    "cause": ("string", "原因"),
    "measures": ("string", "下一步措施"),
    "unit": ("string", "署名单位"),
    "person": ("string", "署名，未经登录核验"),
    "release": ("string", "入库批次"),
}
NAMED = {
    "id": ("string", "编号或代码"),
    "name": ("string", "名称"),
    "unit": ("string", "计量单位"),
    "definition": ("string", "定义"),
}
_FREQUENCIES = {"Q": "Q", "H": "S"}


def write(report: Report, record: Mapping[str, Any]) -> bytes:
    """A frozen record as one zip: CSV files, datapackage.json, the record itself."""
    register = record["register"]
    places = {each["place"]: each for each in register["places"]}
    indicators = {each["indicator"]: each for each in register["indicators"]}
    figures = [_with_names(row, places, indicators) for row in record["figures"]]
    tables: dict[str, tuple[Iterable[Mapping[str, Any]], Mapping[str, tuple[str, str]]]] = {
        "figures": (figures, FIGURES),
        "assessments": (record["assessments"], ASSESSMENTS),
        "targets": (register["targets"], TARGETS),
        "indicators": ([{**each, "id": each["indicator"]} for each in indicators.values()], NAMED),
        "places": ([{**each, "id": each["place"]} for each in places.values()], NAMED),
        "tasks": (record.get("tasks", ()), TASKS),
        "task_reports": (record.get("task_reports", ()), TASK_REPORTS),
        "explanations": (record.get("explanations", ()), EXPLANATIONS),
    }
    members = {f"{name}.csv": _table(rows, columns) for name, (rows, columns) in tables.items()}
    members["sdmx-figures.csv"] = _sdmx(record["figures"], indicators)
    members["record.json"] = plain_json(canonical(record).decode()).encode()
    package = _package(report, {name: columns for name, (_, columns) in tables.items()})
    members["datapackage.json"] = plain_json(json.dumps(package, ensure_ascii=False, indent=1, sort_keys=True)).encode()
    return seal_zip(pack(members), snapshot=report.snapshot, sha256=report.sha256)


def _with_names(row: Mapping[str, Any], places: Mapping[str, Any], indicators: Mapping[str, Any]) -> dict[str, Any]:
    place, indicator = places.get(row["place"], {}), indicators.get(row["indicator"], {})
    return {
        **row,
        "place_name": place.get("name"),
        "indicator_name": indicator.get("name"),
        "unit": indicator.get("unit"),
    }


def _table(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, Any]) -> bytes:
    return _csv(list(columns), ([_plain(row.get(name)) for name in columns] for row in rows))


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([plain_text(each) for each in row] for row in rows)
    return out.getvalue().encode()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, list):
        return ";".join(map(str, value))
    return str(value)


def _sdmx(figures: Iterable[Mapping[str, Any]], indicators: Mapping[str, Any]) -> bytes:
    """SDMX-CSV 2.0: a gap is an empty OBS_VALUE with OBS_STATUS M, never a zero."""
    head = (
        "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "INDICATOR", "TIME_PERIOD",
        "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE", "DATA_SOURCE", "COMMENT_OBS",
    )  # fmt: skip
    return _csv(head, (_observation(row, indicators.get(row["indicator"], {})) for row in figures))


def _observation(row: Mapping[str, Any], indicator: Mapping[str, Any]) -> tuple[str, ...]:
    frequency, period = _time(row["year"], row["period"])
    status = "M" if row["value"] is None else row["obs_status"]
    comment = "；".join(
        part for part in (row["note"], {"ge": "以上", "le": "以下", "about": "左右"}.get(row["bound"], "")) if part
    )
    return (
        "dataflow", DATAFLOW, "I", frequency, row["place"], row["indicator"], period,
        _plain(row["value"]), status, indicator.get("unit") or "", row["source"] or "", comment,
    )  # fmt: skip


def _time(year: int, period: str) -> tuple[str, str]:
    """FREQ and TIME_PERIOD in SDMX's writing: 2018, 2018-Q1, 2018-S1, 2018-06, 2018-06-30, 2016-01-01/P5Y."""
    if not period:
        return "A", str(year)
    if len(period) == 9:
        first, last = int(period[:4]), int(period[5:])
        return "_O", f"{first}-01-01/P{last - first + 1}Y"
    if len(period) == 7 and period[5] in _FREQUENCIES:
        return _FREQUENCIES[period[5]], f"{period[:4]}-{_FREQUENCIES[period[5]]}{period[6]}"
    return ("M", period) if len(period) == 7 else ("D", period)


def _package(report: Report, tables: Mapping[str, Mapping[str, tuple[str, str]]]) -> dict[str, Any]:
    """The Frictionless description of what is in the zip."""
    return {
        "name": f"monitor-{report.snapshot.lower()}",
        "title": report.title + ("（演示数据）" if report.demo else ""),
        "description": f"{report.cutoff}；快照 {report.snapshot}"
        + ("；全部数字为编造，只供演示" if report.demo else ""),
        "version": report.snapshot,
        "hash": f"sha256:{report.sha256}",
        "resources": [
            {
                "name": name,
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "format": "csv",
                "mediatype": "text/csv",
                "schema": {
                    "fields": [
                        {"name": column, "type": kind, "title": title} for column, (kind, title) in columns.items()
                    ],
                    "missingValues": [""],
                },
            }
            for name, columns in tables.items()
        ],
    }
