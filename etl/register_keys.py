"""Which keys indicators.toml may hold, and what each of them takes, one by one (docs/register.md)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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
