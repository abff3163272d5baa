"""Runs the judging SQL over what is seen from a year and a day.

Which rule decides what is written in sql/assess.sql and nowhere else (METHOD).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

import pandas as pd

from etl.facts import IN_REGISTER
from etl.store import Cursor, Store, frame_of, read_sql

_IN_CELL = "join cell l on l.indicator = f.indicator and l.place = f.place"
_IN_DIGITS = "in_digits("


def assess(
    store: Store,
    *,
    years: Iterable[int],
    as_published: date | None = None,
    places: Sequence[str] | None = None,
    targets: Sequence[str] | None = None,
) -> pd.DataFrame:
    """One row a target, place and year looked at, with every number that went in.

    `as_published`: as the figures stood on that day. Columns are those of the table `assessment`
    (docs/architecture.md), ordered by document, target, place and year.
    """
    wanted = sorted(set(years))
    with store.reading() as cursor:
        if places is not None or targets is not None:
            cursor.execute(
                "create or replace temp table judged_here as select target, place from target_place "
                "where (? or list_contains(?, place)) and (? or list_contains(?, target))",
                [places is None, list(places or ()), targets is None, list(targets or ())],
            )
            judge_only_here(cursor)
        look_from(cursor, years=wanted, as_published=as_published)
        return frame_of(
            cursor.execute(
                f"select asked.* from ({judging_sql(wanted)}) asked "
                "join target t on t.target = asked.target "
                "join place p on p.place = asked.place "
                "order by t.position, p.position, asked.year",
                wanted,
            )
        )


def latest_year(store: Store) -> int | None:
    """The latest year that has a figure with a value, None without any figure."""
    year: int | None = store.rows(f"select max(last_year) from holding where {IN_REGISTER}")[0][0]
    return year


def look_from(cursor: Cursor, *, years: Sequence[int], as_published: date | None = None) -> None:
    """Set up the relations assess.sql reads (seen, figure_seen, …) as this cursor's own tables.

    Of the figures only those that its `target_place` asks about, as themselves or as their published rate of change.
    """
    day = [as_published, as_published]
    looked_at = ", ".join(f"({each})" for each in sorted({each - before for each in years for before in (0, 1)}))
    cursor.execute(
        # a view: of the rows of a table that this transaction wrote the optimizer knows nothing
        f"create or replace temp view seen as select year from (values {looked_at}) looked_at (year)"
        if looked_at
        else "create or replace temp view seen as select 0 as year where false"
    )
    cursor.execute(read_sql("release_in_force.sql"), [as_published])
    _derive(cursor, "statement_seen", "statement_latest.sql", day)
    _derive(cursor, "assigned_seen", "assigned_latest.sql", day)
    _derive(cursor, "task_done_seen", "task_done.sql", day)
    cursor.execute(read_sql("cell.sql"))
    figures = "figure_now"
    if as_published is not None:
        cursor.execute(f"create or replace temp view figure_considered as select f.* from figure f {_IN_CELL}")
        figures = "figure_latest_seen"
        _derive(cursor, figures, "figure_latest.sql", day)
    cursor.execute(f"create or replace temp table figure_seen as {seen_of(figures)}")
    line_up(cursor)


def seen_of(figures: str) -> str:
    """The rows of figure_seen that a relation with the columns of figure_now makes: those in a cell, with its number."""
    return (
        "select l.cell, f.place, f.indicator, f.year, f.period, f.value, f.bound, f.obs_status, f.quality, f.source, "
        f"f.vintages from {figures} f {_IN_CELL}"
    )


def line_up(cursor: Cursor) -> None:
    """Derive the series of `figure_seen` as it is now."""
    cursor.execute(f"create or replace temp table series as {read_sql('series.sql')}")


def judging_sql(years: Sequence[int]) -> str:
    """The judging SQL, kept to `years` (to be bound): each needs the one before it as well."""
    marks = ", ".join("?" for _ in years) or "null"
    return f"select * from ({judging_text()}) judged where year in ({marks})"


@cache
def judging_text() -> str:
    """assess.sql without its comments, every in_digits(number) written out."""
    text = re.sub(r"--[^\n]*", "", read_sql("assess.sql")).strip()
    while (start := text.find(_IN_DIGITS)) >= 0:
        end = closing_bracket(text, start + len(_IN_DIGITS))
        number = text[start + len(_IN_DIGITS) : end]
        text = text[:start] + _digits_sql(number) + text[end + 1 :]
    return text


def _digits_sql(number: str) -> str:
    """A rounded number without zeros at the end. Most are whole or small, which is much quicker than what holds for any."""
    fraction = "trim(trailing '0' from cast(cast({number} as decimal({digits}, 6)) as string))"
    return (
        f"case when {number} = floor({number}) and abs({number}) < 1e18 then cast(cast({number} as bigint) as string) "
        f"when abs({number}) < 1e11 then {fraction.format(number=number, digits=18)} "
        f"else trim(trailing '.' from {fraction.format(number=number, digits=38)}) end"
    )


def closing_bracket(text: str, start: int) -> int:
    """Where the bracket that opened before `start` is closed; brackets inside quotes do not count."""
    depth = 1
    for found in re.compile(r"'(?:[^']|'')*'|[()]").finditer(text, start):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    raise ValueError(text[start : start + 40])


def judge_only_here(cursor: Cursor) -> None:
    """Keep this cursor's judging to the targets and places of its table `judged_here`.

    A temporary table hides the one of the same name from assess.sql, on this cursor only.
    """
    cursor.execute(
        "create temp table target_place as select t.* from main.target_place t "
        "join judged_here h on h.target = t.target and h.place = t.place"
    )


def judge_everywhere(cursor: Cursor) -> None:
    """Take back judge_only_here."""
    cursor.execute("drop table if exists temp.target_place")


def _derive(cursor: Cursor, name: str, sql_file: str, params: list[date | None]) -> None:
    cursor.execute(f"create or replace temp table {name} as {read_sql(sql_file)}", params)
