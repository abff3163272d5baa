"""Cases as data: each a small register, its figures and what must come out, run through the product.

A case is written with keys of the contract alone (docs/register.md, the tidy CSV) and goes through the
real loader, the real database and the real judgement. All cases of one file share one database, each
with indicators of its own.
"""

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from etl.build import build
from etl.other_facts import ASSIGNED_COLUMNS, STATEMENT_COLUMNS
from etl.store import Store, open_store
from etl.tidy import OPTIONAL, REQUIRED

CASES = Path(__file__).parent / "cases"

PLACES = {
    "P": {"name": "甲省", "level": "province"},
    "P1": {"name": "乙市", "level": "city", "part_of": "P"},
    "P2": {"name": "丙市", "level": "city", "part_of": "P"},
    "P3": {"name": "丁市", "level": "city", "part_of": "P"},
}
INDICATOR = {"name": "指标", "unit": "%", "better": "higher"}
DOCUMENT_YEAR = 2017


@dataclass(frozen=True)
class Case:
    """One sentence, a given, the year looked at, and the columns that must come out."""

    id: str
    says: str
    year: int
    target: Mapping[str, Any]
    expect: Mapping[str, Any]
    published: int = DOCUMENT_YEAR
    indicator: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)  # year or period -> value, of place P
    rows: Sequence[Mapping[str, Any]] = ()  # further figures, with any column of the tidy CSV
    rate: Mapping[str, Any] = field(default_factory=dict)  # a second indicator: the published change
    task: Mapping[str, Any] = field(default_factory=dict)
    successor: Mapping[str, Any] = field(default_factory=dict)  # a later form of the target
    statements: Sequence[Mapping[str, Any]] = ()
    assigned: Mapping[str, Any] = field(default_factory=dict)
    verdict: Mapping[str, Any] = field(default_factory=dict)
    look_at: str = ""  # judge the successor instead

    @property
    def target_id(self) -> str:
        return f"{self.id}.{self.look_at or 'target'}"


def read_cases(path: Path) -> list[Case]:
    """The cases of one file, in its order; a key that no case has is refused."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return [Case(id=f"{path.stem}-{at:03d}", **content) for at, content in enumerate(table["case"], 1)]


def build_cases(cases: Iterable[Case], folder: Path, *, places: Iterable[str] = ()) -> Store:
    """A database in `folder` with the registers and figures of all `cases`, and further `places`."""
    cases = list(cases)
    yearly = folder / "yearly"
    yearly.mkdir(parents=True)
    (folder / "indicators.toml").write_text(_register_of(cases, places), encoding="utf-8")
    (yearly / "all.csv").write_text(
        _csv_of([row for case in cases for row in _figures_of(case)], (*REQUIRED, *OPTIONAL)),
        encoding="utf-8",
    )
    statements, assigned = folder / "statements.csv", folder / "assigned.csv"
    statements.write_text(
        _csv_of([row for case in cases for row in _statements_of(case)], STATEMENT_COLUMNS),
        encoding="utf-8",
    )
    assigned.write_text(
        _csv_of([row for case in cases for row in _assigned_of(case)], ASSIGNED_COLUMNS),
        encoding="utf-8",
    )
    store = open_store(f"duckdb:{folder / 'cases.duckdb'}")
    build(
        store,
        definitions=folder / "indicators.toml",
        yearly=yearly,
        statements=statements,
        assigned=assigned,
    )
    return store


def _register_of(cases: Iterable[Case], places: Iterable[str]) -> str:
    all_places = {**PLACES, **{id: {"name": f"{id}市", "level": "city"} for id in places}}
    tables = [_table(f"[places.{id}]", place) for id, place in all_places.items()]
    for case in cases:
        document = {"title": case.says, "published": case.published, "place": "P"}
        tables += [
            _table(f'[documents."{case.id}"]', document),
            _table(f'[indicators."{case.id}"]', {**INDICATOR, "name": case.id, **case.indicator}),
        ]
        if case.rate:
            rate = {"name": f"{case.id} 变化率", "unit": "%", "better": "none", "rate_of": case.id}
            table = {**rate, **_without(case.rate, "figures")}
            tables.append(_table(f'[indicators."{case.id}.rate"]', table))
        common = {"document": case.id, "indicator": case.id, "quote": case.says, "measure": "level"}
        place = {} if "places" in case.target else {"place": "P"}
        target = {"id": f"{case.id}.target", **common, **place, **case.target}
        if case.task:
            target["after"] = f"{case.id}.task"
            task = {"document": case.id, "title": "前置任务", "quote": case.says}
            tables.append(_table("[[tasks]]", {"id": target["after"], **task, **case.task}))
        tables.append(_table("[[targets]]", target))
        if case.successor:
            successor = {**target, **case.successor, "id": f"{case.id}.successor"}
            tables.append(_table("[[targets]]", {**successor, "replaces": target["id"]}))
    return "\n".join(tables)


def _table(head: str, content: Mapping[str, Any]) -> str:
    return "\n".join([head, *(f"{key} = {_toml(value)}" for key, value in content.items()), ""])


def _toml(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_toml(each)}' for key, each in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)  # text, numbers and flags are written alike


def _figures_of(case: Case) -> list[dict[str, Any]]:
    rows = [{"year": at, "value": value} for at, value in case.figures.items()]
    rows += [dict(row) for row in case.rows]
    # a rate of another place, say: {indicator = "rate", place = "P1", …}
    for row in rows:
        if row.get("indicator") == "rate":
            row["indicator"] = f"{case.id}.rate"
    rows += [
        {"year": at, "value": value, "indicator": f"{case.id}.rate"}
        for at, value in case.rate.get("figures", {}).items()
    ]
    return [{"place": "P", "indicator": case.id, "source": f"{at['year']}年公报", **at} for at in map(_dated, rows)]


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """A figure named by its period stands in the last year of that period."""
    at = str(row["year"])
    if len(at) == 4:
        return row
    return {"period": at, **row, "year": at[5:9] if len(at) == 9 else at[:4]}


def _statements_of(case: Case) -> list[dict[str, Any]]:
    return [
        {"target": case.target_id, "place": "P", "text": "原话", "source": "公告", **said} for said in case.statements
    ]


def _assigned_of(case: Case) -> list[dict[str, Any]]:
    if not case.assigned:
        return []
    return [{"target": case.target_id, "place": "P", "source": "下达文件", **case.assigned}]


def _csv_of(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _without(content: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in keys}
