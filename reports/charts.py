"""The charts of a report: rows of a record in, blocks.LineChart, Ranking and SegmentBar out.

Drawn are published figures, the goal, and what the judgement itself reckoned with (path, outlook):
nothing is filled in between two figures.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from etl import sentences
from etl.words import read_words
from reports import prose, tables
from reports.blocks import Bar, LineChart, Mark, Ranking, Segment, SegmentBar, Series
from reports.rows import Rows

Row = Mapping[str, Any]

OTHER_LINES = 12  # thin grey lines beside the one that is meant
_YEARS_AHEAD = 10  # a deadline further away does not stretch the axis


# counts ------------------------------------------------------------------------------------------


def heaps(groups: Sequence[tuple[str, Sequence[Row]]], *, title: str) -> SegmentBar:
    """One bar a group: due and met, missed, cannot be judged, not out yet; not yet due."""
    words = read_words()
    symbols = {"due_met": "●", "due_missed": "■", "due_unknown": "–", "due_awaiting": "–", "not_due": "–"}
    rows = []
    for name, verdicts in groups:
        counted = sentences.count(verdicts)
        rows.append(
            (
                name,
                tuple(
                    Segment(
                        name=entry["word"],
                        count=getattr(counted, sentences.BUCKETS[bucket]),
                        mark=Mark(entry["light"], symbols[bucket], entry["word"]),
                    )
                    for bucket, entry in words.buckets.items()
                ),
            )
        )
    said = "；".join(
        f"{name}：" + "、".join(f"{part.name}{part.count}项" for part in parts if part.count) for name, parts in rows
    )
    return SegmentBar(title=title, rows=tuple(rows), alternative=said)


# one indicator over the years --------------------------------------------------------------------


def line(data: Rows, row: Row) -> LineChart:
    """The indicator of one judgement in its place, beside the other places that have figures."""
    place, indicator = row["place"], row["indicator"]
    unit = data.indicators[indicator]["unit"]
    own = {each["year"]: each["value"] for each in data.figures.get((indicator, place), ())}
    years = tuple(range(min(own), _last_year(row, own, looked_from=data.year) + 1))
    others = [
        key[1] for key in data.figures if key[0] == indicator and key[1] != place and _are_peers(data, key[1], place)
    ]
    series = [Series(name=data.place_name(place), values=tuple(own.get(year) for year in years), emphasis=True)]
    for other in others[:OTHER_LINES]:
        known = {each["year"]: each["value"] for each in data.figures[(indicator, other)]}
        if sum(1 for year in years if known.get(year) is not None) >= 2:
            series.append(Series(name=data.short_place(other), values=tuple(known.get(year) for year in years)))
    target = _goal_line(row, years)
    return LineChart(
        title=prose.subject(row),
        unit="" if unit == "1" else unit,
        years=years,
        series=tuple(series),
        target=target,
        target_words=f"{sentences.deadline_words(row)}{sentences.goal_words(row, unit=row['unit'])}" if target else "",
        path=_path_line(row, years),
        outlook=_outlook_line(row, years),
        breaks=tuple(each["year"] for each in data.figures[(indicator, place)] if each["obs_status"] == "B"),
        alternative=_said(row, own, unit=unit),
    )


def _last_year(row: Row, own: Mapping[int, Any], *, looked_from: int) -> int:
    last = max(*own, looked_from)
    if row["every_year"] and row["outlook"] is not None and row["value_year"] is not None:
        return max(last, int(row["value_year"]) + 1)
    ahead: int = row["by"] if row["by"] is not None and not row["every_year"] else last
    return max(last, min(ahead, looked_from + _YEARS_AHEAD))


def _are_peers(data: Rows, one: str, other: str) -> bool:
    """Places of one level in one larger place: what may be drawn beside each other."""
    first, second = data.places.get(one), data.places.get(other)
    return bool(first and second and (first["level"], first["part_of"]) == (second["level"], second["part_of"]))


def _draws_goal(row: Row) -> bool:
    """Whether the goal is a number on the axis of the figures: no sum over years, no published rate, no change without its base."""
    if row["goal"] is None or row["measure"] in ("running_total", "trend"):
        return False
    return not (row["measure"] == "change" and not row["base"])


def has_outlook(row: Row) -> bool:
    """Whether the outlook of a judgement can be drawn on the axis of the figures."""
    known = all(row[key] is not None for key in ("value", "value_year", "change_per_year", "outlook"))
    return known and row["measure"] != "running_total" and _draws_goal(row)


def _goal_line(row: Row, years: Sequence[int]) -> tuple[float | None, ...]:
    """The goal (with its milestones as steps) from the base, or the document's year, to the deadline."""
    if not _draws_goal(row):
        return ()
    since = row["base_year"] if row["base_year"] is not None else row["document_year"] or years[0]
    until = row["by"] if row["by"] is not None and not row["every_year"] else years[-1]
    since = min(since, until - 1)  # a line, also where the document asks for its own year
    steps = sorted(
        ((step["year"], step["goal"]) for step in row["milestones"] if row["measure"] != "change"),
        key=lambda step: step[0],
    )
    steps.append((until, row["goal"]))
    drawn = tuple(
        next((goal for by, goal in steps if by >= year), None) if since <= year <= until else None for year in years
    )
    return drawn if any(goal is not None for goal in drawn) else ()


def _path_line(row: Row, years: Sequence[int]) -> tuple[float | None, ...]:
    """The straight path from base to goal, where the judgement has one and no milestone bends it."""
    base, start, goal, end = row["base"], row["base_year"], row["goal"], row["by"]
    if row["path"] is None or not _draws_goal(row) or None in (base, start, end) or row["milestones"] or end <= start:
        return ()
    return tuple(
        base + (goal - base) * (year - start) / (end - start) if start <= year <= end else None for year in years
    )


def _outlook_line(row: Row, years: Sequence[int]) -> tuple[float | None, ...]:
    """From the latest value at the pace of the last years to the deadline (a yearly duty: one year ahead)."""
    if not has_outlook(row):
        return ()
    value, seen, pace = row["value"], row["value_year"], row["change_per_year"]
    until = seen + 1 if row["every_year"] or row["by"] is None else row["by"]
    return tuple(value + pace * (year - seen) if seen <= year <= until else None for year in years)


def _said(row: Row, own: Mapping[int, float | None], *, unit: str) -> str:
    """The chart in a sentence: first and last figure, the goal, how it stands."""
    known = [(year, value) for year, value in sorted(own.items()) if value is not None]
    if not known:
        return f"{prose.subject(row)}：{tables.MISSING}"
    (first, value_first), (last, value_last) = known[0], known[-1]
    spoken = f"{prose.subject(row)}：{first}年{sentences.figure(value_first, unit)}"
    if last != first:
        spoken += f"，{last}年{sentences.figure(value_last, unit)}"
    return f"{spoken}；{sentences.deadline_words(row)}{sentences.goal_words(row, unit=row['unit'])}；{sentences.status_word(row)}"


# rankings ----------------------------------------------------------------------------------------


def ranking(data: Rows, rows: Sequence[Row], *, title: str) -> Ranking:
    """Places by rank, coloured by where each stands on its own target; without one, 未设目标."""
    indicator = rows[0]["indicator"]
    ranked = {row["place"] for row in rows}
    judged = {
        row["place"]: row
        for row in reversed(sentences.worst_first(row for row in data.judgements if row["indicator"] == indicator))
        if row["place"] in ranked  # the goal of a larger place is not theirs
    }
    goals = {row["goal"] for row in judged.values() if _draws_goal(row)}
    same_goal = next(iter(goals)) if len(goals) == 1 else None
    unit = data.indicators[indicator]["unit"]
    bars = tuple(
        Bar(
            name=data.short_place(row["place"]),
            value=row["value"],
            mark=tables.mark_in(judged[row["place"]], year=row["year"]) if row["place"] in judged else tables.NO_TARGET,
            rank=sentences.rank_words(row["rank"], row["tied"] or 1),
        )
        for row in rows
    )
    return Ranking(
        title=title,
        unit="" if unit == "1" else unit,
        bars=bars,
        goal=same_goal,
        goal_words=sentences.goal_words(next(row for row in judged.values() if row["goal"] == same_goal), unit=unit)
        if same_goal is not None
        else "",
        missing=tuple(data.short_place(row["place"]) for row in rows if row["rank"] is None),
        alternative=prose.ranking_title(
            rows,
            name=data.indicators[indicator]["name"],
            unit=unit,
            place_name={row["place"]: data.place_name(row["place"]) for row in rows},
        ),
    )
