"""The tables of indicators.toml, read key by key: what is unknown, missing or unfit is told.

What several keys mean together is checked in register_checks.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from etl.names import near_names
from etl.problem import STOP, Problem
from etl.register_keys import (
    DOCUMENT,
    INDICATOR,
    MILESTONE,
    PLACE,
    STEP,
    TARGET,
    TASK,
    UNIT,
    Field,
    Unfit,
)
from etl.register_lines import Path, line_of

NAMED = {"documents": DOCUMENT, "places": PLACE, "units": UNIT, "indicators": INDICATOR}
LISTS = {"targets": TARGET, "tasks": TASK}


@dataclass(frozen=True)
class Source:
    """The file being read, for messages: its name and the line of every key."""

    name: str
    lines: Mapping[Path, int]

    def problem(self, path: Path, *, found: object, expected: str, message: str) -> Problem:
        """A problem at `path` that stops the load."""
        return Problem(
            severity=STOP,
            where=f"{self.name} 第{line_of(self.lines, path)}行",
            found=str(found),
            expected=expected,
            message=message,
        )


@dataclass(frozen=True)
class Entry:
    """One table of the file with the values that are of the right kind, whatever else is wrong."""

    kind: str  # documents, places, units, indicators, targets, tasks
    id: str
    path: Path
    values: Mapping[str, Any]

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"[[{self.kind}]] {self.id}" if self.kind in LISTS else f"[{self.kind}.{self.id}]"


def read_entries(table: Mapping[str, Any], source: Source) -> tuple[list[Entry], list[Problem]]:
    """Every table of the file as an Entry, and every key that is unknown, missing or unfit."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for kind, content in table.items():
        if kind in NAMED and isinstance(content, dict):
            items = [((kind, id), id, value) for id, value in content.items()]
        elif kind in LISTS and isinstance(content, list):
            items = [((kind, at), _id_of(value, at), value) for at, value in enumerate(content)]
        else:
            problems.append(_unknown_kind(kind, source))
            continue
        for path, id, value in items:
            entry, wrong = _read_entry(kind, id, path, value, source)
            entries.append(entry)
            problems += wrong
    return entries, problems


def _read_entry(kind: str, id: str, path: Path, content: Any, source: Source) -> tuple[Entry, list[Problem]]:
    fields = NAMED.get(kind) or LISTS[kind]
    label = Entry(kind=kind, id=id, path=path, values={}).label
    if not isinstance(content, dict):
        problem = source.problem(path, found=content, expected=label, message=f"“{id}”应写成一个表 {label}。")
        return Entry(kind=kind, id=id, path=path, values={}), [problem]
    values, problems = read_table(content, fields, path, label, source)
    for key, inner in (("milestones", MILESTONE), ("steps", STEP)):
        if key in values:
            read = [
                read_table(each, inner, (*path, key, at), f"{label} 的 {key} 第{at + 1}项", source)
                for at, each in enumerate(values[key])
            ]
            values[key] = tuple(each for each, _ in read)
            problems += [problem for _, wrong in read for problem in wrong]
    return Entry(kind=kind, id=id, path=path, values=values), problems


def read_table(
    content: Mapping[str, Any],
    fields: Mapping[str, Field],
    path: Path,
    label: str,
    source: Source,
) -> tuple[dict[str, Any], list[Problem]]:
    """The values of one table that are of the right kind, and every key that is unknown, missing or unfit."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in content.items():
        if key not in fields:
            problems.append(_unknown_key(key, fields, (*path, key), label, source))
            continue
        try:
            values[key] = fields[key].read(value)
        except Unfit as unfit:
            problems.append(
                source.problem(
                    (*path, key),
                    found=f"{key} = {value!r}",
                    expected=str(unfit),
                    message=f"{label} 的 {key} 写成了“{value}”，应为{unfit}。",
                )
            )
    for key, field in fields.items():
        if field.required and key not in content:
            problems.append(
                source.problem(
                    path,
                    found=f"没有 {key}",
                    expected=key,
                    message=f"{label} 缺少必填的 {key}，请补上。",
                )
            )
    return values, problems


def _unknown_key(key: str, fields: Mapping[str, Field], path: Path, label: str, source: Source) -> Problem:
    if key == "steps":
        return source.problem(
            path,
            found="steps 里还有 steps",
            expected="只分一层步骤",
            message=f"{label} 里还有 steps：步骤只分一层，请把下一层并入上一层。",
        )
    near = near_names(key, fields, most=1)
    hint = f"，是否想写 {near[0]}" if near else ""
    return source.problem(
        path,
        found=key,
        expected="、".join(fields),
        message=f"{label} 里有不认识的键 {key}{hint}？请改正或删去。",
    )


def _unknown_kind(kind: str, source: Source) -> Problem:
    known = [f"[{each}.…]" for each in NAMED] + [f"[[{each}]]" for each in LISTS]
    first = min((line, path) for path, line in source.lines.items() if path[0] == kind)[1]
    return source.problem(
        first,
        found=kind,
        expected="、".join(known),
        message=f"不认识的部分“{kind}”，只能是 {'、'.join(known)}。",
    )


def _id_of(content: Any, at: int) -> str:
    named = content.get("id") if isinstance(content, dict) else None
    return named if isinstance(named, str) and named else f"第{at + 1}个"
