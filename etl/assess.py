"""Runs the judging SQL over what is seen from a year and a day, and keeps the derived tables fresh.

Which rule decides what is written in sql/assess.sql and nowhere else (METHOD).
"""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from etl.store import Cursor, Store, change_setting, frame_of, read_sql, setting

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
        _look(cursor, years=wanted, as_published=as_published, places=places, targets=targets)
        return frame_of(
            cursor.execute(
                f"select asked.* from ({_judged(wanted)}) asked "
                "join target t on t.target = asked.target "
                "join place p on p.place = asked.place "
                "order by t.position, p.position, asked.year",
                wanted,
            )
        )


def latest_year(store: Store) -> int | None:
    """The latest year that has a figure with a value, None without any figure."""
    year: int | None = store.rows("select max(year) from figure_now where value is not null")[0][0]
    return year


def refresh(store: Store, cursor: Cursor) -> None:
    """Derive everything again from the facts in force, inside the writer's transaction."""
    refresh_figures(cursor)
    refresh_assessment(cursor)
    change_setting(cursor, "data_version", str(int(setting(cursor, "data_version") or 0) + 1))


def refresh_figures(cursor: Cursor) -> None:
    """figure_now: the last vintage in force of every cell."""
    cursor.execute(read_sql("release_in_force.sql"), [None])
    cursor.execute("delete from figure_now")
    cursor.execute(
        f"insert into figure_now {read_sql('figure_latest.sql')} order by year, indicator, place",
        [None, None],
    )


def refresh_assessment(cursor: Cursor) -> None:
    """assessment and verdict, for every year that has a figure."""
    years = _years_with_figures(cursor)
    _look(cursor, years=years)
    cursor.execute("delete from assessment")
    cursor.execute(f"insert into assessment by name {_judged(years)}", years)
    cursor.execute("delete from verdict")
    cursor.execute(f"insert into verdict by name {read_sql('verdict.sql')}")


def _years_with_figures(cursor: Cursor) -> list[int]:
    found = cursor.execute(
        "select distinct year from figure_now where value is not null order by year"
    ).fetchall()
    return [year for (year,) in found]


def _judged(years: list[int]) -> str:
    """The judging SQL, kept to the years asked for: each needs the one before it as well."""
    marks = ", ".join("?" for _ in years) or "null"
    return f"select * from ({read_sql('assess.sql')}) judged where year in ({marks})"


def _look(
    cursor: Cursor,
    *,
    years: Iterable[int],
    as_published: date | None = None,
    places: Sequence[str] | None = None,
    targets: Sequence[str] | None = None,
) -> None:
    """Set up the relations assess.sql reads (seen, figure_seen, …) as this cursor's own tables."""
    day = [as_published, as_published]
    cursor.execute("create or replace temp table seen (year integer)")
    for year in sorted({each - before for each in years for before in (0, 1)}):
        cursor.execute("insert into seen values (?)", [year])
    cursor.execute(read_sql("release_in_force.sql"), [as_published])
    _derive(cursor, "statement_seen", "statement_latest.sql", day)
    _derive(cursor, "assigned_seen", "assigned_latest.sql", day)
    if as_published is None:
        cursor.execute("create or replace temp view figure_seen as select * from figure_now")
    else:
        _derive(cursor, "figure_then", "figure_latest.sql", day)
        cursor.execute("create or replace temp view figure_seen as select * from figure_then")
    # A temporary table hides the one of the same name from assess.sql, on this cursor only.
    cursor.execute("drop table if exists temp.target_place")
    if places is not None or targets is not None:
        cursor.execute(
            "create temp table target_place as select * from main.target_place "
            "where (? or list_contains(?, place)) and (? or list_contains(?, target))",
            [places is None, list(places or ()), targets is None, list(targets or ())],
        )


def _derive(cursor: Cursor, name: str, sql_file: str, params: list[date | None]) -> None:
    cursor.execute(f"create or replace temp table {name} as {read_sql(sql_file)}", params)
