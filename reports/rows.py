"""The rows of a record joined with the names people read; pure, nothing computed.

A judgement has the columns of `assessment` or `verdict` and beside them those of its target,
`indicator_name, by_rate, unit, kind (of what is judged), better, document_name, document_title,
place_name, lead_names, support_names`. A group's verdict speaks of the place that decides it (`place`, `value` …).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from reports.record import canonical

Row = dict[str, Any]

# Line breaks, other control characters, and marks that turn the direction of all that follows.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]+")
_ESCAPED = re.compile(r"\\[bfnrtu]")  # how JSON writes control characters

_FROM_TARGET = (
    "section", "quote", "soft", "measure", "rule", "assigned", "every_year", "since", "lead", "support", "reading",
    "milestones", "same_as", "replaces", "document_year",
)  # fmt: skip
_FROM_ASSESSMENT = (
    "place", "value", "value_year", "value_bound", "value_quality", "base", "base_year", "goal", "goal_to", "by", "path", "change_per_year",
    "outlook", "gap", "achieved_per_year", "needed_per_year", "basis", "reported", "exactly", "disagree", "nearest_year", "nearest_value", "source",
)  # fmt: skip

_DAYS = ("due", "told_on", "done_on", "closed_on", "contested_on", "relapsed_on")


def printable(text: str) -> str:
    """Text that can stand in any format: no control characters, on one line."""
    return _UNPRINTABLE.sub(" ", text).strip() if _UNPRINTABLE.search(text) else text


def printable_record(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record with every text in it printable; ids stay equal where they were equal.

    Nearly every record is that already, which its text as a whole says at once.
    """
    content = canonical(record).decode("utf-8")
    if _UNPRINTABLE.search(content) is None and _ESCAPED.search(content) is None:
        return record
    made: Mapping[str, Any] = _printable_value(record)
    return made


def _printable_value(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable_value(each) for each in value]
    return value


@dataclass(frozen=True)
class Rows:
    """A record, looked at through its names."""

    record: Mapping[str, Any]

    @property
    def year(self) -> int:
        return int(self.record["choice"]["year"])

    @cached_property
    def documents(self) -> dict[str, Row]:
        return self._register("documents", "document")

    @cached_property
    def places(self) -> dict[str, Row]:
        return self._register("places", "place")

    @cached_property
    def indicators(self) -> dict[str, Row]:
        return self._register("indicators", "indicator")

    @cached_property
    def targets(self) -> dict[str, Row]:
        return self._register("targets", "target")

    @cached_property
    def units(self) -> dict[str, Row]:
        return self._register("units", "unit")

    @cached_property
    def judgements(self) -> list[Row]:
        """One row a target and place, in the order of the documents."""
        return [self._joined(row) for row in self._ordered(self.record["assessments"])]

    @cached_property
    def verdicts(self) -> list[Row]:
        """One row a target."""
        deciding = {row["target"]: row for row in reversed(self.judgements)}
        by_status = {(row["target"], row["status"]): row for row in reversed(self.judgements)}
        rows = []
        for row in self._ordered(self.record["verdicts"]):
            place = by_status.get((row["target"], row["status"])) or deciding[row["target"]]
            joined = self._joined({**{key: place.get(key) for key in _FROM_ASSESSMENT}, **row})
            rows.append({**joined, "place_name": "各地" if row["places"] > 1 else place["place_name"]})
        return rows

    @cached_property
    def figures(self) -> dict[tuple[str, str], list[Row]]:
        """Yearly figures by indicator and place, by year; sums and parts of years stand apart."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.record["figures"]:
            if not row["period"]:
                found.setdefault((row["indicator"], row["place"]), []).append(row)
        return found

    @property
    def day(self) -> date:
        """The day tasks are seen on."""
        day = self.record["choice"].get("day")
        return date.fromisoformat(day) if day else date(self.year, 12, 31)

    @cached_property
    def tasks(self) -> list[Row]:
        """Every task and step, days as dates, units by name; none in records made before tasks were shown."""
        return [
            {
                **row,
                **{key: date.fromisoformat(row[key]) if row[key] else None for key in _DAYS},
                **{key: self.unit_name(row[key]) for key in ("told_unit", "done_unit", "closed_unit")},
                "document_name": self.document_name(row["document"]),
                "place_name": self.place_name(row["place"]),
                "lead_names": self.units_named(row["lead"]),
                "support_names": self.units_named(row["support"]),
            }
            for row in self.record.get("tasks", ())
        ]

    @cached_property
    def task_reports(self) -> list[Row]:
        """What was reported on them, and totals for many (`task` empty), with `unit_name`."""
        return [{**row, "unit_name": self.unit_name(row["unit"])} for row in self.record.get("task_reports", ())]

    @cached_property
    def explanations(self) -> list[Row]:
        """Causes and next measures, with `unit_name`."""
        return [{**row, "unit_name": self.unit_name(row["unit"])} for row in self.record.get("explanations", ())]

    def task_title(self, row: Mapping[str, Any]) -> str:
        """The task and step a report is about; for a total its document."""
        if not row["task"]:
            return f"{self.document_name(row['document'])}（合计）"
        known = self._task_rows.get((row["task"], row["step"]))
        if known is None:
            return str(row["task"])
        return f"{known['task_title']}：{known['title']}" if row["step"] else str(known["title"])

    def explained(self, row: Mapping[str, Any]) -> str:
        """What an explanation is about: a task, or a target in a place and year."""
        if row["task"]:
            return self.task_title({**row, "step": 0})
        indicator = self.indicators[self.targets[row["target"]]["indicator"]]["name"]
        return f"{self.place_name(row['place'])}{indicator}（站在{row['year']}年看）"

    @cached_property
    def _task_rows(self) -> dict[tuple[str, int], Row]:
        return {(row["task"], row["step"]): row for row in self.tasks}

    def unit_name(self, unit: str | None) -> str:
        """An office in words, by id or as written; "" where none was."""
        return str(self.units[unit]["name"]) if unit in self.units else unit or ""

    def place_name(self, place: str | None) -> str:
        return str(self.places[place]["name"]) if place in self.places else place or ""

    def short_place(self, place: str) -> str:
        row = self.places.get(place)
        return row["short"] or row["name"] if row else place

    def document_name(self, document: str) -> str:
        row = self.documents[document]
        return str(row["short"] or row["title"])

    def units_named(self, ids: Iterable[str] | None) -> list[str]:
        """Offices in words: ids of the register, or names as the document writes them."""
        return [self.units[each]["name"] if each in self.units else each for each in ids or ()]

    def _register(self, table: str, key: str) -> dict[str, Row]:
        return {row[key]: row for row in self.record["register"][table]}

    def _ordered(self, rows: Iterable[Row]) -> list[Row]:
        at = {target: number for number, target in enumerate(self.targets)}
        position = {place: number for number, place in enumerate(self.places)}
        return sorted(
            rows, key=lambda row: (at[row["target"]], position.get(row.get("place") or "", 0), str(row.get("place")))
        )

    def _joined(self, row: Row) -> Row:
        target, indicator = self.targets[row["target"]], self.indicators[row["indicator"]]
        # a published rate of change judges its target in percent, from a base of nothing (METHOD §2, change)
        by_rate = target["measure"] == "change" and row.get("base") == 0
        return {
            **row,
            **{key: target[key] for key in _FROM_TARGET},
            "by_rate": by_rate,
            "by": row.get("by") if row.get("by") is not None else target["by_year"],
            "target_base_year": target["base_year"],
            "indicator_name": indicator["name"], "better": indicator["better"],
            "unit": "%" if by_rate else indicator["unit"], "kind": "ratio" if by_rate else indicator["kind"],
            "document_name": self.document_name(row["document"]), "document_title": self.documents[row["document"]]["title"],
            "place_name": self.place_name(row.get("place")),
            "lead_names": self.units_named(target["lead"]), "support_names": self.units_named(target["support"]),
        }  # fmt: skip
