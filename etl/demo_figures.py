"""Made-up figures for every target: good and bad, thirteen years, all cities, the same each time.

Pure: a register in, the text of the demonstration's files out. Every row names itself as made up.
Each target gets one of a few stories in turn, so that a newcomer meets most states of most screens
among the real documents; the targets of etl/demo.toml stand for one status each
(etl/demo_examples.py).
"""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from etl.demo_examples import DOCUMENT, EXAMPLES
from etl.register import Indicator, Register, Target
from etl.register_tables import tables_of

YEARS = range(2013, 2026)
SOURCE = "演示数据（虚构）"
FIGURE_COLUMNS = (
    *("place", "indicator", "year", "value", "unit", "status", "source", "note"),
    *("quality", "published", "bound", "period"),
)
ASSIGNED_COLUMNS = ("target", "place", "value", "source", "note", "published")
STATEMENT_COLUMNS = ("target", "place", "kind", "stated_on", "text", "body", "source", "note")

Row = dict[str, str]


@dataclass(frozen=True)
class Story:
    """How a figure moves: `reached` is the share of the way from base to goal done at the deadline."""

    name: str
    reached: float
    begins: float = 0.0  # share of the way done in the first year; 1.0 and more: met from the start
    falls_back: bool = False  # turns when 0.6 of the time has gone
    only: tuple[int, ...] | None = None  # the only years published, counted from the deadline
    missing: tuple[int, ...] = ()  # years not published, counted from the deadline


STORIES = (
    Story("稳步改善并达到", reached=1.15),
    Story("差一点", reached=0.93),
    Story("差距大", reached=0.45),
    Story("恰好达到", reached=1.0),
    Story("一直达标", reached=1.4, begins=1.1),
    Story("没有改善", reached=0.0),
    Story("方向相反", reached=-0.5),
    Story("达到后回落", reached=1.02, falls_back=True),
    Story("到期那年没有公布", reached=0.9, missing=(0, 1, 2, 3, 4, 5, 6, 7, 8)),
    Story("中间缺年", reached=1.1, missing=(-3, -1)),
    Story("只公布过一次", reached=0.8, only=(-1,)),
    Story("从未公布", reached=0.0, only=()),
)
_QUALITIES = ("official", "table", "news", "computed", "third_party")


def files_of(register: Register) -> dict[str, str]:
    """Name and text of every demonstration file: yearly figures, a revision, assigned, statements."""
    assigned = list(_assigned(register))
    goals = _goals(register, assigned)
    return {
        "演示数据.csv": csv_text(FIGURE_COLUMNS, [*_stories(register, goals), *_examples(register)]),
        "演示数据_修订.csv": csv_text(FIGURE_COLUMNS, _revisions(register, goals)),
        "assigned.csv": csv_text(ASSIGNED_COLUMNS, assigned),
        "statements.csv": csv_text(STATEMENT_COLUMNS, _statements(register)),
    }


def csv_text(columns: Iterable[str], rows: Iterable[Row]) -> str:
    """Rows as a CSV with these columns; a cell that a row does not have is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _assigned(register: Register) -> Iterator[Row]:
    """A made-up number for every second target whose number is set elsewhere."""
    open_targets = [target for target in register.targets.values() if target.assigned and target.document != DOCUMENT]
    for target in open_targets[::2]:
        low, high = register.indicators[target.indicator].plausible or (0.0, 100.0)
        share = 0.8 if register.indicators[target.indicator].kind == "ratio" else 0.1
        value = -10.0 if target.measure == "change" else round(low + share * (high - low), 1)
        for place in target.places:
            yield {"target": target.id, "place": place, "value": f"{value:g}", "source": SOURCE}


def _goals(register: Register, assigned: Iterable[Row]) -> dict[tuple[str, str], float]:
    """The number every target asks for in every place, in its indicator's unit; trends have none."""
    rows = tables_of(register)["target_place"]
    goals = {(row["target"], row["place"]): row["goal"] for row in rows if row["goal"] is not None}
    return goals | {(row["target"], row["place"]): float(row["value"]) for row in assigned}


def _stories(register: Register, goals: Mapping[tuple[str, str], float]) -> Iterator[Row]:
    told: set[tuple[str, str]] = set()
    for number, target in enumerate(register.targets.values()):
        if target.document == DOCUMENT:
            continue
        indicator = register.indicators[target.indicator]
        for turn, place in enumerate(_places(register, target, indicator)):
            if (indicator.id, place) in told:
                continue
            told.add((indicator.id, place))
            story = STORIES[(number + turn) % len(STORIES)]
            goal = goals.get((target.id, place), goals.get((target.id, target.places[0])))
            yield from _rows(indicator, place, _series(target, indicator, place, goal, story))


def _places(register: Register, target: Target, indicator: Indicator) -> list[str]:
    """The target's places; beside a province's level also its cities, so that they can be compared."""
    if indicator.kind == "count" or target.measure not in ("level", "change", "trend"):
        return list(target.places)
    provinces = {p for p in target.places if register.places[p].level == "province"}
    cities = [p.id for p in register.places.values() if p.level == "city" and p.part_of in provinces]
    return list(dict.fromkeys([*target.places, *cities]))


def _series(target: Target, indicator: Indicator, place: str, goal: float | None, story: Story) -> dict[str, float]:
    """Period -> value: a year, or its quarters, months or half years where each must have its share."""
    chance = random.Random(f"{indicator.id} {place}")
    deadline = target.by_year or 2020
    years = [year for year in YEARS if _published(story, year - deadline)]
    if target.per is not None:
        return dict(_periods(target, goal or 4.0, story, years))
    if target.measure in ("year_total", "running_total"):
        share = (goal or 10.0) / (deadline - (target.since or deadline) + 1 if target.measure == "running_total" else 1)
        values = {year: share * max(story.reached, 0.0) for year in years}
    else:
        base, aim = _ends(target, indicator, goal, chance)
        first = YEARS.start
        values = {year: base + (aim - base) * _way(story, (year - first) / max(deadline - first, 1)) for year in years}
        if story.reached not in (0.0, 1.0):
            values = {y: v + chance.uniform(-0.02, 0.02) * (aim - base) for y, v in values.items()}
    return {str(year): _fitted(value, indicator) for year, value in values.items()}


def _published(story: Story, after_deadline: int) -> bool:
    if story.only is not None:
        return after_deadline in story.only
    return after_deadline not in story.missing


def _way(story: Story, time: float) -> float:
    """The share of the way done when `time` (0 first year, 1 deadline) has gone; slower afterwards."""
    if story.falls_back:
        peak, turn = story.reached + 0.35, 0.6
        return peak * time / turn if time < turn else peak - 0.35 * (time - turn) / (1 - turn)
    slope = story.reached - story.begins
    return story.begins + slope * min(time, 1.0) + 0.2 * slope * max(time - 1.0, 0.0)


def _ends(target: Target, indicator: Indicator, goal: float | None, chance: random.Random) -> tuple[float, float]:
    """Where the figure starts and what it should reach, inside what is plausible."""
    low, high = indicator.plausible or (0.0, 1000.0)
    falling = target.rule in ("at_most", "less_than") or indicator.better == "lower"
    if target.measure in ("change", "trend") or goal is None:
        middle = 0.5 if indicator.kind == "ratio" else 0.1
        base = low + chance.uniform(0.8, 1.2) * middle * (high - low)
        percent = goal if target.measure == "change" and goal else (-5.0 if falling else 5.0)
        return base, base * (1 + percent / 100)
    gap = min(0.2 * abs(goal) or 5.0, 12.0 if indicator.kind == "ratio" else abs(goal) or 5.0)
    return (goal + gap if falling else goal - gap), goal


def _periods(target: Target, goal: float, story: Story, years: Iterable[int]) -> Iterator[tuple[str, float]]:
    """Each period has its share; where the story falls short, the last period of the year has none."""
    names = {
        "quarter": [f"Q{n}" for n in range(1, 5)],
        "half_year": ["H1", "H2"],
        "month": [f"{n:02}" for n in range(1, 13)],
    }[target.per or "quarter"]
    for year in years:
        for number, name in enumerate(names, start=1):
            short = story.reached < 1 and number == len(names)
            yield f"{year}-{name}", 0.0 if short else float(-(-goal // len(names)))


def _fitted(value: float, indicator: Indicator) -> float:
    low, high = indicator.plausible or (float("-inf"), float("inf"))
    digits = 0 if indicator.kind == "count" else 1 if abs(value) >= 10 else 2
    return min(max(round(value, digits), low), high)


def _rows(indicator: Indicator, place: str, series: Mapping[str, float]) -> Iterator[Row]:
    for at, (period, value) in enumerate(series.items()):
        yield {
            "place": place,
            "indicator": indicator.id,
            "year": period[:4],
            "value": f"{value:g}",
            "unit": indicator.unit,
            "source": SOURCE,
            "note": "演示",
            "quality": _QUALITIES[at % len(_QUALITIES)],
            "period": period if len(period) > 4 else "",
        }


def _examples(register: Register) -> Iterator[Row]:
    for target in register.targets.values():
        if target.document == DOCUMENT:
            series = EXAMPLES[target.id.removeprefix(f"{DOCUMENT}.")]
            indicator = register.indicators[target.indicator]
            yield from _rows(indicator, target.places[0], {str(y): v for y, v in series.items()})


def _revisions(register: Register, goals: Mapping[tuple[str, str], float]) -> Iterator[Row]:
    """A later edition of some figures: corrected, provisional, a break, a bound, reported as missing."""
    kinds: tuple[Row, ...] = (
        {"note": "演示：修订数", "status": "A"},
        {"note": "演示：初步数", "status": "P"},
        {"note": "演示：口径改变，与以前不可比", "status": "B"},
        {"note": "演示：原文“以上”", "bound": "ge"},
        {"note": "演示：报为缺失", "status": "M", "value": ""},
    )
    figures = [row for row in _stories(register, goals) if row["year"] == "2019" and not row["period"]]
    for at, row in enumerate(figures[::7]):
        changed = _fitted(float(row["value"]) * 0.99, register.indicators[row["indicator"]])
        yield row | {"value": f"{changed:.4g}"} | kinds[at % len(kinds)]


def _statements(register: Register) -> Iterator[Row]:
    """Every kind of statement: reports about open targets, a finding, one that was verified again."""
    said: dict[str, list[tuple[str, str, str, str]]] = {
        "demo-2019.target_pending": [("reported_done", "2025-06-30", "演示：年度任务已完成", "演示单位（虚构）")],
        "demo-2019.met": [("contested", "2025-09-30", "演示：抽查认定不实", "演示督察组（虚构）")],
        "demo-2019.holding": [
            ("contested", "2023-09-30", "演示：抽查认定不实", "演示督察组（虚构）"),
            ("verified", "2024-09-30", "演示：复核属实", "演示督察组（虚构）"),
        ],
    }
    pending = [t for t in register.targets.values() if t.assigned and t.id not in said]
    for target, kind in zip(pending[1::4], ("reported_done", "reported_not_done"), strict=False):
        said[target.id] = [(kind, "2021-01-31", "演示：年度任务完成情况通报", "演示单位（虚构）")]
    for identity, statements in said.items():
        for kind, day, text, body in statements:
            for place in register.targets[identity].places:
                cells = (identity, place, kind, day, text, body, SOURCE, "演示")
                yield dict(zip(STATEMENT_COLUMNS, cells, strict=True))
