"""Which keys indicators.toml may hold and what each of them must look like, one by one.

What several keys mean together is checked in register_checks.py.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from etl.names import near_names
from etl.problem import STOP, Problem
from etl.register_lines import Path, line_of

FIRST_YEAR, LAST_YEAR = 1900, 2100

LEVELS = ("country", "province", "city", "county", "part")
DIRECTIONS = ("higher", "lower", "none")
KINDS = ("ratio", "amount", "count")
MEASURES = ("level", "year_total", "running_total", "change", "trend")
RULES = ("at_least", "more_than", "at_most", "less_than", "equal", "between", "about")
FORCES = ("duty", "aim")
PERIODS = ("month", "quarter", "half_year")


class Unfit(Exception):
    """A value is not what its key takes; str() says in Chinese what it should be."""


@dataclass(frozen=True)
class Field:
    """One key: how its value is read, and whether it must be there."""

    read: Callable[[Any], Any]
    required: bool = False


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


def text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unfit("不为空的文字（加引号）")
    return value


def optional_text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("文字（加引号）")
    return value


def one_line(value: Any) -> str:
    if "\n" in text(value):
        raise Unfit("原文同一行内的文字，不换行")
    return str(value)


def texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise Unfit('文字列表，例如 ["甲", "乙"]')
    return tuple(value)


def number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unfit("数字（不加引号）")
    return float(value)


def whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Unfit("不小于0的整数（不加引号）")
    return value


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("true 或 false")
    return value


def year(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit("年份，例如 2020")
    return _in_range(value)


def day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unfit("日期，例如 2017-12-31（不加引号）")
    _in_range(value.year)
    return value


def year_or_day(value: Any) -> int | date:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit("年份或日期，例如 2020 或 2017-06-30（不加引号）")
    return _in_range(value)


def year_or_day_or_text(value: Any) -> str:
    """Somebody's mark of when and who checked: kept as text."""
    return value if isinstance(value, str) else str(year_or_day(value))


def span(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise Unfit("两个数字 [下限, 上限]")
    low, high = number(value[0]), number(value[1])
    if low > high:
        raise Unfit("两个数字 [下限, 上限]，下限不大于上限")
    return low, high


def tile(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise Unfit("两个整数 [行, 列]")
    return whole(value[0]), whole(value[1])


def tables(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Unfit("由 {…} 组成的列表")
    return value


def one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise Unfit("、".join(choices) + " 之一")
        return str(value)

    return read


def _in_range(value: int) -> int:
    if not FIRST_YEAR <= value <= LAST_YEAR:
        raise Unfit(f"{FIRST_YEAR}–{LAST_YEAR} 之间的年份")
    return value


DOCUMENT = {
    "title": Field(text, required=True),
    "published": Field(year_or_day, required=True),
    "place": Field(text, required=True),
    "short": Field(text),
    "issuer": Field(optional_text),
    "text": Field(text),
}
PLACE = {
    "name": Field(text, required=True),
    "level": Field(one_of(LEVELS), required=True),
    "short": Field(text),
    "part_of": Field(text),
    "aliases": Field(texts),
    "formerly": Field(texts),
    "tile": Field(tile),
}
UNIT = {
    "name": Field(text, required=True),
    "formerly": Field(texts),
}
INDICATOR = {
    "name": Field(text, required=True),
    "unit": Field(text, required=True),
    "better": Field(one_of(DIRECTIONS), required=True),
    "kind": Field(one_of(KINDS)),
    "theme": Field(optional_text),
    "plausible": Field(span),
    "lag_years": Field(whole),
    "definition": Field(optional_text),
    "note": Field(optional_text),
    "aliases": Field(texts),
    "rate_of": Field(text),
    "rate_base": Field(year),
    "beside": Field(texts),
    "part_of": Field(text),
    "decimals": Field(whole),
}
TARGET = {
    "id": Field(text, required=True),
    "document": Field(text, required=True),
    "indicator": Field(text, required=True),
    "measure": Field(one_of(MEASURES), required=True),
    "rule": Field(one_of(RULES), required=True),
    "quote": Field(one_line, required=True),
    "section": Field(optional_text),
    "place": Field(text),
    "places": Field(texts),
    "value": Field(number),
    "value_to": Field(number),
    "unit": Field(text),
    "by": Field(year_or_day),
    "base_year": Field(year),
    "since": Field(year),
    "every_year": Field(flag),
    "per": Field(one_of(PERIODS)),
    "window": Field(whole),
    "force": Field(one_of(FORCES)),
    "soft": Field(optional_text),
    "assigned": Field(flag),
    "assigned_value": Field(number),
    "assigned_source": Field(text),
    "reading": Field(optional_text),
    "note": Field(optional_text),
    "same_as": Field(texts),
    "replaces": Field(text),
    "valid_from": Field(year_or_day),
    "milestones": Field(tables),
    "after": Field(text),
    "condition_met": Field(year),
    "not_applicable": Field(text),
    "checked": Field(year_or_day_or_text),
    "lead": Field(texts),
    "support": Field(texts),
}
MILESTONE = {
    "by": Field(year, required=True),
    "value": Field(number, required=True),
}
TASK = {
    "id": Field(text, required=True),
    "document": Field(text, required=True),
    "title": Field(text, required=True),
    "quote": Field(one_line, required=True),
    "section": Field(optional_text),
    "place": Field(text),
    "due": Field(day),
    "year": Field(year),
    "standing": Field(text),
    "goal": Field(optional_text),
    "reading": Field(optional_text),
    "note": Field(optional_text),
    "lead": Field(texts),
    "support": Field(texts),
    "serves": Field(texts),
    "steps": Field(tables),
}
STEP = {
    "title": Field(text, required=True),
    "quote": Field(one_line),
    "due": Field(day),
    "year": Field(year),
    "standing": Field(text),
    "lead": Field(texts),
}

NAMED = {"documents": DOCUMENT, "places": PLACE, "units": UNIT, "indicators": INDICATOR}
LISTS = {"targets": TARGET, "tasks": TASK}


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
    values, problems = _read_table(content, fields, path, label, source)
    for key, inner in (("milestones", MILESTONE), ("steps", STEP)):
        if key in values:
            read = [
                _read_table(each, inner, (*path, key, at), f"{label} 的 {key} 第{at + 1}项", source)
                for at, each in enumerate(values[key])
            ]
            values[key] = tuple(each for each, _ in read)
            problems += [problem for _, wrong in read for problem in wrong]
    return Entry(kind=kind, id=id, path=path, values=values), problems


def _read_table(
    content: Mapping[str, Any],
    fields: Mapping[str, Field],
    path: Path,
    label: str,
    source: Source,
) -> tuple[dict[str, Any], list[Problem]]:
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
