"""The targets that are judged: one of every kind that documents set, each with an indicator of its own."""

from collections.abc import Sequence
from typing import Any

from bench.big import places_lines

Keys = dict[str, Any]

_PERCENT: Keys = {"unit": "%", "kind": "ratio"}
_AMOUNT: Keys = {"unit": "万亩", "kind": "amount"}
_HIGHER: Keys = {"better": "higher"}
_LOWER: Keys = {"better": "lower"}
_NEITHER: Keys = {"better": "none"}

KINDS: Sequence[tuple[Keys, Keys]] = (  # keys of the indicator, keys of the target
    (_PERCENT | _HIGHER, {"rule": "at_least", "value": 80, "by": 2020}),
    (_PERCENT | _HIGHER, {"rule": "more_than", "value": 80, "by": 2022, "milestones": {2014: 65, 2018: 72}}),
    (_PERCENT | _LOWER, {"rule": "at_most", "value": 60, "by": 2020}),
    (_PERCENT | _LOWER, {"rule": "less_than", "value": 55, "by": 2024, "base_year": 2012}),
    (_PERCENT | _LOWER, {"rule": "equal", "value": 60, "by": 2018}),
    (_PERCENT | _NEITHER, {"rule": "between", "value": 60, "value_to": 75, "by": 2020}),
    (_PERCENT | _HIGHER, {"rule": "between", "value": 70, "value_to": 85, "by": 2023}),
    (_PERCENT | _HIGHER, {"rule": "about", "value": 75, "by": 2021, "soft": "左右"}),
    (_AMOUNT | _NEITHER, {"rule": "about", "value": 65, "by": 2026, "soft": "左右"}),
    (_AMOUNT | _HIGHER, {"rule": "at_least", "value": 80, "by": 2021, "soft": "基本"}),
    (_PERCENT | _HIGHER, {"rule": "at_least", "value": 78, "by": 2019, "base_year": 2010, "force": "aim"}),
    (_PERCENT | _HIGHER, {"rule": "at_least", "value": 60, "every_year": True, "since": 2012}),
    (_PERCENT | _LOWER, {"rule": "less_than", "value": 70, "every_year": True, "since": 2011, "by": 2024}),
    (_PERCENT | _HIGHER, {"rule": "at_least", "value": 65, "by": 2020, "window": 3}),
    (_AMOUNT | _HIGHER, {"measure": "year_total", "rule": "at_least", "value": 65, "by": 2017}),
    (_AMOUNT | _HIGHER, {"measure": "running_total", "rule": "at_least", "value": 700, "since": 2011, "by": 2020}),
    (
        _AMOUNT | _LOWER,
        {"measure": "change", "rule": "at_most", "value": -3, "base_year": 2010, "by": 2020, "milestones": {2015: -1}},
    ),
    (_AMOUNT | _HIGHER, {"measure": "change", "rule": "at_least", "value": 0, "every_year": True, "since": 2012}),
    (_PERCENT | _HIGHER, {"measure": "trend", "rule": "at_least", "by": 2020}),
    (_PERCENT | _LOWER, {"measure": "trend", "rule": "at_most", "base_year": 2012, "by": 2022}),
)


def register_text(*, places: int, indicators: int) -> str:
    """A register of so many counties and indicators; each target applies to every other county."""
    lines = places_lines(places)
    for number in range(indicators):
        keys = KINDS[number][0] if number < len(KINDS) else _PERCENT | _HIGHER
        named = {"name": f"测速指标{number}", "theme": "water", "lag_years": 1}
        lines += [f"[indicators.i{number:02}]", *map(_line, (named | keys).items())]
    for number, (indicator, keys) in enumerate(KINDS):
        named = {
            "id": f"big.t{number:02}",
            "document": "big",
            "section": "一",
            "quote": f"测速指标{number}达到要求",
            "indicator": f"i{number:02}",
            "places": [f"c{at:04}" for at in range(number % 2, places, 2)],
            "measure": "level",
            "unit": "%" if keys.get("measure") == "change" else indicator["unit"],
        }
        lines += ["[[targets]]", *map(_line, (named | keys).items())]
    return "\n".join(lines) + "\n"


def _line(item: tuple[str, object]) -> str:
    name, value = item
    return f"{name} = {_written(value)}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"[{', '.join(f'{{by = {year}, value = {goal}}}' for year, goal in value.items())}]"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
