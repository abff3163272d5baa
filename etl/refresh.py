"""Keeps what is derived true to the facts, inside the transaction that changes a fact.

The derived tables (derived.sql) are rebuilt whole when the register changes. A release that
comes or goes touches some cells only: those are derived again, with every judgement that reads
them, and the rest stays (`python -m etl check` compares it with judging everything again).
"""

import hashlib
from collections.abc import Sequence

from etl.assess import judge_everywhere, judge_only_here, judging_sql, look_from
from etl.facts import IN_REGISTER
from etl.store import Cursor, change_setting, read_sql, setting, stored

_METHOD_SETTING = "method_version"
_BY_PLACE = "place, indicator, year, period, value, bound, obs_status, quality, source"
_HOLDING = (
    "select f.place, f.indicator, count(f.value) as figures, min(f.year) filter (where f.value is not null) as first_year, "
    "max(f.year) filter (where f.value is not null) as last_year"
)
_TOUCHED = "c.place = f.place and c.indicator = f.indicator and c.year = f.year"
_SORTED_AT_ONCE = 20_000_000  # figures
_JUDGED_AT_ONCE = 200_000  # judgements; some 5 KB each while they are made


def is_current(cursor: Cursor) -> bool:
    """Whether what is stored was judged by the method this program holds."""
    return setting(cursor, _METHOD_SETTING) == method_version()


def method_version() -> str:
    """A short name of the judging SQL as it stands, and of the tables it fills: another text is another method."""
    text = "".join(read_sql(name) for name in ("cell.sql", "series.sql", "assess.sql", "verdict.sql", "derived.sql"))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def refresh(cursor: Cursor) -> None:
    """Derive everything again from the facts in force."""
    cursor.execute(read_sql("release_in_force.sql"), [None])
    cursor.execute("delete from figure_now")
    _insert_all_figures(cursor)
    _arrange_by_place(cursor)
    cursor.execute("delete from release_present")
    cursor.execute(
        "insert into release_present select release, count(value) from figure_now group by release having count(value) > 0"
    )
    cursor.execute("delete from assessment")
    _insert_assessment(cursor, years_with_figures(cursor))
    judge_everywhere(cursor)
    cursor.execute("delete from verdict")
    cursor.execute(f"insert into verdict by name {read_sql('verdict.sql')}")
    change_setting(cursor, _METHOD_SETTING, method_version())
    _count_change(cursor)


def refresh_touched(cursor: Cursor, releases: Sequence[str]) -> None:
    """Derive again what these releases touch, which have just come into force or gone out of it.

    Where an older program judged what is stored, everything is derived again.
    """
    if not is_current(cursor):
        refresh(cursor)
        return
    years_before = years_judged(cursor)
    years = _renew_figures(cursor, releases, years_before=years_before)
    new_years = sorted(set(years) - set(years_before))
    gone_years = sorted(set(years_before) - set(years))

    cursor.execute(read_sql("touched_judgements.sql"), [list(releases)] * 3)
    (first_year,) = cursor.execute("select coalesce(min(first_year), 9999) from judged_here").fetchall()[0]
    if gone_years:
        cursor.execute("delete from assessment where list_contains(?, year)", [gone_years])
    cursor.execute(
        "delete from assessment a using judged_here h "
        f"where h.target = a.target and h.place = a.place and a.year >= {first_year}"
    )
    judge_only_here(cursor)
    _insert_assessment(cursor, [year for year in years if year >= first_year or year in new_years])
    judge_everywhere(cursor)
    if new_years:
        _judge_the_others(cursor, new_years)
    _renew_verdicts(cursor, years=[*new_years, *gone_years])
    _count_change(cursor)


def _renew_figures(cursor: Cursor, releases: Sequence[str], *, years_before: Sequence[int]) -> list[int]:
    """Derive the touched cells again; the years that have figures now, where `years_before` had."""
    cursor.execute(read_sql("release_in_force.sql"), [None])
    cursor.execute(read_sql("touched_cells.sql"), [list(releases)])
    touched = [year for (year,) in cursor.execute("select distinct year from touched_cell").fetchall()]
    # written out: figures stand in the order of years, and whole years are passed over
    of_years = f"year in ({', '.join(map(str, touched)) or 'null'})"
    cursor.execute(
        "create or replace temp view figure_considered as select f.* from figure f "
        f"join touched_cell c on {_TOUCHED} where f.{of_years}"
    )
    cursor.execute(
        "create or replace temp table recounted as select f.release, -count(f.value) as figures from figure_now f "
        f"semi join touched_cell c on {_TOUCHED} where f.{of_years} group by f.release"
    )
    cursor.execute(f"delete from figure_now f using touched_cell c where {_TOUCHED} and f.{of_years}")
    cursor.execute(f"create or replace temp table renewed as {read_sql('figure_latest.sql')}", [None, None])
    cursor.execute("insert into figure_now by name select * from renewed order by year, indicator, place")
    cursor.execute(f"delete from figure_by_place f using touched_cell c where {_TOUCHED}")
    cursor.execute(
        f"insert into figure_by_place by name select {_BY_PLACE} from renewed order by place, indicator, year"
    )
    _recount_releases(cursor)
    cursor.execute("create or replace temp table touched_series as select distinct place, indicator from touched_cell")
    cursor.execute("delete from holding h using touched_series c where c.place = h.place and c.indicator = h.indicator")
    cursor.execute(
        f"insert into holding by name {_HOLDING} from figure_by_place f "
        "semi join touched_series c on c.place = f.place and c.indicator = f.indicator group by f.place, f.indicator"
    )
    left = {*years_before} - {*touched}
    return sorted(left | {year for year in touched if _has_figures(cursor, year)})


def _recount_releases(cursor: Cursor) -> None:
    """Put what left (`recounted`) and what came (`renewed`) against what was counted before."""
    cursor.execute("insert into recounted select release, count(value) from renewed group by release")
    cursor.execute(
        "insert into recounted select p.* from release_present p semi join recounted r on r.release = p.release"
    )
    cursor.execute("delete from release_present where release in (select release from recounted)")
    cursor.execute(
        "insert into release_present select release, sum(figures) from recounted group by release having sum(figures) > 0"
    )


def _arrange_by_place(cursor: Cursor) -> None:
    """Fill what is kept in the order of places, of so many places at a time as can be sorted in memory."""
    cursor.execute("delete from holding")
    cursor.execute(
        f"insert into holding by name {_HOLDING} from figure_now f group by f.place, f.indicator order by f.place, f.indicator"
    )
    cursor.execute("delete from figure_by_place")
    (figures,) = cursor.execute("select count(*) from figure_now").fetchall()[0]
    parts = 1 + figures // _SORTED_AT_ONCE
    cursor.execute(
        "create or replace temp table places_apart as "
        "select place, ntile(?) over (order by place) as part from (select distinct place from holding) p",
        [parts],
    )
    for part in range(1, parts + 1):
        cursor.execute(
            f"insert into figure_by_place by name select {_BY_PLACE} from figure_now f "
            f"semi join (select place from places_apart where part = {part}) p on p.place = f.place "
            "order by place, indicator, year, period"
        )


def _has_figures(cursor: Cursor, year: int) -> bool:
    return bool(
        cursor.execute(
            f"select 1 from figure_now where year = {year} and value is not null and {IN_REGISTER} limit 1"
        ).fetchall()
    )


def _judge_the_others(cursor: Cursor, years: Sequence[int]) -> None:
    """Judge what no release touches, seen from `years` that had no figure before."""
    cursor.execute("alter table judged_here rename to judged_already")
    cursor.execute(
        "create or replace temp table judged_here as select target, place from target_place "
        "except select target, place from judged_already"
    )
    judge_only_here(cursor)
    _insert_assessment(cursor, years)
    judge_everywhere(cursor)
    cursor.execute("drop table judged_here")
    cursor.execute("alter table judged_already rename to judged_here")


def _insert_all_figures(cursor: Cursor) -> None:
    """The present value of every cell, year by year: few have several vintages, and only those are ranked."""
    for (year,) in cursor.execute("select distinct year from figure order by year").fetchall():
        cursor.execute(
            "create or replace temp table several as select f.place, f.indicator, f.period "
            f"from figure f join release_in_force r on r.release = f.release where f.year = {year} "
            "group by all having count(*) > 1"
        )
        same_cell = "s.place = f.place and s.indicator = f.indicator and s.period is not distinct from f.period"
        cursor.execute(
            "create or replace temp view figure_considered as "
            f"select f.* from figure f semi join several s on {same_cell} where f.year = {year}"
        )
        cursor.execute(
            f"""
            insert into figure_now by name
            select place, indicator, year, period, value, bound, obs_status, quality, source, note, published, release, 1 as vintages
            from figure f semi join release_in_force r on r.release = f.release anti join several s on {same_cell}
            where f.year = {year}
            union all by name
            {read_sql("figure_latest.sql")}
            order by year, indicator, place
            """,
            [None, None],
        )


def _insert_assessment(cursor: Cursor, years: Sequence[int]) -> None:
    """Judge what this cursor's `target_place` holds, seen from `years`: as much in one pass as fits into memory."""
    if not years:
        return
    (asked,) = cursor.execute("select count(*) from target_place").fetchall()[0]
    parts = 1 + asked * (len(years) + 1) // _JUDGED_AT_ONCE
    order = "order by year, target, place"
    if parts == 1:
        look_from(cursor, years=years)
        cursor.execute(f"insert into assessment by name {judging_sql(years)} {order}", years)
        return
    cursor.execute("create or replace temp table judged_apart as select * from assessment limit 0")
    cursor.execute(
        "create or replace temp table asked_for as "
        "select *, ntile(?) over (order by target, place) as part from target_place",
        [parts],
    )
    for part in range(1, parts + 1):  # a temporary table hides the one of the same name
        cursor.execute(f"create or replace temp table target_place as select * from asked_for where part = {part}")
        look_from(cursor, years=years)
        cursor.execute(f"insert into judged_apart by name {judging_sql(years)} {order}", years)
    cursor.execute("create or replace temp table target_place as select * exclude (part) from asked_for")
    for year in years:  # the parts are in the order of targets and places, and so are the rows of a year in each
        cursor.execute("insert into assessment by name select * from judged_apart where year = ?", [year])
    cursor.execute("drop table judged_apart")


def _renew_verdicts(cursor: Cursor, *, years: Sequence[int]) -> None:
    """Verdicts of the targets judged again, each from its first year on, and of all targets in `years`."""
    cursor.execute(
        "create or replace temp table judged_target as "
        "select target, min(first_year) as first_year from judged_here group by target"
    )
    (first_year,) = cursor.execute("select coalesce(min(first_year), 9999) from judged_target").fetchall()[0]
    first_year = min([first_year, *years])
    listed = f"[{', '.join(map(str, years))}]"
    renewed = (
        f"{{table}}.year >= {first_year} and (list_contains({listed}, {{table}}.year) or exists (select 1 from judged_target j "
        "where j.target = {table}.target and {table}.year >= j.first_year))"
    )
    # Hides the whole table from verdict.sql, on this cursor only; a view, so that only what is asked is read.
    cursor.execute(
        f"create temp view assessment as select a.* from {stored(cursor, 'assessment')} a where {renewed.format(table='a')}"
    )
    cursor.execute(f"delete from verdict where {renewed.format(table='verdict')}")
    cursor.execute(f"insert into verdict by name {read_sql('verdict.sql')}")
    cursor.execute("drop view temp.assessment")


def years_with_figures(cursor: Cursor) -> list[int]:
    """The years that are judged: those with at least one number of the register in force, ascending."""
    found = cursor.execute(
        f"select distinct year from figure_now where value is not null and {IN_REGISTER} order by year"
    ).fetchall()
    return [year for (year,) in found]


def years_judged(cursor: Cursor) -> list[int]:
    """The same years as far as anything is judged, from a table of few rows."""
    return [year for (year,) in cursor.execute("select distinct year from verdict order by year").fetchall()]


def _count_change(cursor: Cursor) -> None:
    change_setting(cursor, "data_version", str(int(setting(cursor, "data_version") or 0) + 1))
