"""What a snapshot shows, asked of the database: each answer a list of plain JSON rows in a fixed order.

A choice that asks for more than a meeting can look at is cut down to what matters most: the worst
judgements, and the figures of the last years for them. What is left out is counted and said.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from etl.issued import issued
from etl.store import Cursor, insert_rows, read_sql

MOST_JUDGEMENTS = 10_000
MOST_FIGURES = 60_000
MOST_RANKED = 10_000
LAST_YEARS = 6  # of the figures, where not all can be kept: what the judgement looks at
FEWEST_PEERS = 5  # "first of two provinces that happen to be registered" is no ranking

_DECIMALS = 9  # sums of doubles differ in their last bits from run to run

Row = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """What a snapshot shows. Empty tuples take everything; ids, not names."""

    year: int
    documents: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    audience: str = "leaders"  # leaders | full | annex
    title: str = ""
    meeting: str = ""
    date: str = ""
    issuer: str = ""
    day: str = ""  # the day tasks are seen on; "": 31 December of the year

    @property
    def seen_on(self) -> dt.date:
        """The day by which reports on tasks count, and from which dates are near or past."""
        return dt.date.fromisoformat(self.day) if self.day else dt.date(self.year, 12, 31)


def chosen(*choices: Sequence[str]) -> list[Any]:
    """Two parameters a choice: whether it takes everything, and the ids it takes."""
    return [part for ids in choices for part in (not ids, list(ids))]


def select_targets(cursor: Cursor, choice: Choice) -> list[Row]:
    """Targets of the chosen documents and indicators that ask something of a chosen place; with their goals.

    A document issued after the year looked at asks nothing yet.
    """
    targets = rows(
        cursor,
        f"""
        select t.* from target t join document d on d.document = t.document cross join (select cast(? as integer) as year) seen
        where {issued("seen.year")} and (? or array_contains(?, t.document)) and (? or array_contains(?, t.indicator))
            and t.target in (select target from target_place where ? or array_contains(?, place))
        order by d.position, t.document, t.position, t.target""",
        [choice.year, *chosen(choice.documents, choice.indicators, choice.places)],
    )
    goals = _goals(cursor, choice)
    milestones: dict[str, list[Row]] = {}
    for row in rows(cursor, "select target, year, goal from milestone order by target, year"):
        milestones.setdefault(row["target"], []).append({"year": row["year"], "goal": row["goal"]})
    return [{**row, "goals": goals[row["target"]], "milestones": milestones.get(row["target"], [])} for row in targets]


def _goals(cursor: Cursor, choice: Choice) -> dict[str, list[Row]]:
    """The goals of each target, each with the places it is set for."""
    found: dict[str, dict[tuple[Any, Any], list[str]]] = {}
    for row in rows(
        cursor,
        "select target, place, goal, goal_to from target_place where ? or array_contains(?, place) order by target, place",
        chosen(choice.places),
    ):
        found.setdefault(row["target"], {}).setdefault((row["goal"], row["goal_to"]), []).append(row["place"])
    return {
        target: [{"goal": goal, "goal_to": goal_to, "places": places} for (goal, goal_to), places in goals.items()]
        for target, goals in found.items()
    }


def prepare_assessments(cursor: Cursor, choice: Choice, targets: list[Row], judged_now: list[Row] | None) -> None:
    """The judgements of the year and the one before as a temporary table, which verdict.sql reads.

    It hides the table of the same name: a group is judged on its chosen places alone. Of a document
    issued in the year itself, the year before knows nothing.
    """
    asked = [choice.year - 1, choice.year, *chosen(choice.places), [row["target"] for row in targets]]
    where = "where year in (?, ?) and (? or array_contains(?, place)) and array_contains(?, target)"
    if judged_now is None:
        cursor.execute(f"create or replace temp table assessment as select * from main.assessment {where}", asked)
    else:
        cursor.execute("create or replace temp table assessment as select * from main.assessment limit 0")
        insert_rows(cursor, "assessment", judged_now)
        cursor.execute(f"create or replace temp table judged as select * from assessment {where}", asked)
        cursor.execute("create or replace temp table assessment as select * from judged")
    new = "target in (select target from target where document_year >= ?)"
    cursor.execute(f"delete from assessment where year < ? and {new}", [choice.year, choice.year])
    cursor.execute(
        f"update assessment set last_status = null, last_light = null, change_why = null where {new}", [choice.year]
    )


def select_assessments(cursor: Cursor, year: int) -> tuple[list[Row], int]:
    """The judgements of the year, the worst first where not all can be kept, and how many are left out.

    The worst place of every target is always there.
    """
    cursor.execute(
        """
        create or replace temp table kept as
        select target, place from (
            select target, place, weight, row_number() over (partition by target order by weight desc, place) as nth
            from (
                select target, place, case light when 'red' then 4 when 'yellow' then 3 when 'green' then 1 else 2 end
                    + case when contested then 1 else 0 end as weight
                from assessment where year = ?
            ) weighed
        ) ranked
        order by case when nth = 1 then 0 else 1 end, weight desc, target, place limit ?""",
        [year, MOST_JUDGEMENTS],
    )
    found = rows(
        cursor,
        """
        select a.* from assessment a join kept k on k.target = a.target and k.place = a.place
        where a.year = ? order by a.target, a.place""",
        [year],
    )
    cursor.execute("select count(*) from assessment where year = ?", [year])
    return found, cursor.fetchall()[0][0] - len(found)


def select_verdicts(cursor: Cursor, year: int) -> list[Row]:
    """One row a target, over all the chosen places."""
    return rows(cursor, f"select * from ({read_sql('verdict.sql')}) v where year = ? order by target", [year])


def select_indicators(cursor: Cursor, targets: list[Row]) -> list[Row]:
    """The indicators of the targets, the published rates of them, and those that stand beside."""
    return rows(
        cursor,
        """
        select * from indicator i
        where array_contains(?, indicator) or array_contains(?, rate_of) or len(list_intersect(coalesce(beside, []), ?)) > 0
        order by position, indicator""",
        [sorted({row["indicator"] for row in targets})] * 3,
    )


def select_figures(cursor: Cursor, choice: Choice, targets: list[Row], indicators: list[Row]) -> tuple[list[Row], int]:
    """Figures up to the year looked at (a later base year counts whatever that year is), and how many are left out.

    Where not all can be kept: those of the last years and base years that the kept judgements rest on.
    """
    bases = sorted({row["base_year"] for row in targets if row["base_year"] is not None})
    asked = [[row["indicator"] for row in indicators], *chosen(choice.places), choice.year, bases]
    where = "array_contains(?, f.indicator) and (? or array_contains(?, f.place)) and (f.year <= ? or array_contains(?, f.year))"
    order = "order by f.indicator, f.place, f.year, f.period"
    cursor.execute(f"select count(*) from figure_now f where {where}", asked)
    total = cursor.fetchall()[0][0]
    if total <= MOST_FIGURES:
        return rows(cursor, f"select f.* from figure_now f where {where} {order}", asked), 0
    found = rows(
        cursor,
        f"""
        select f.* from figure_now f
        join (select distinct t.indicator, k.place from kept k join target t on t.target = k.target) pair
            on pair.indicator = f.indicator and pair.place = f.place
        where {where} and (f.year > ? or array_contains(?, f.year)) {order} limit ?""",
        [*asked, choice.year - LAST_YEARS, bases, MOST_FIGURES],
    )
    return found, total - len(found)


def select_statements(cursor: Cursor, choice: Choice, targets: list[Row]) -> list[Row]:
    cursor.execute(read_sql("release_in_force.sql"), [None])
    return rows(
        cursor,
        f"""
        select * from ({read_sql("statement_latest.sql")}) s
        where array_contains(?, target) and (? or coalesce(place, '') = '' or array_contains(?, place)) and coalesce(year(stated_on), 0) <= ?
        order by target, place, stated_on, kind, text, release""",
        [None, None, [row["target"] for row in targets], *chosen(choice.places), choice.year + 1],
    )


def select_tasks(cursor: Cursor, choice: Choice, targets: list[Row]) -> list[Row]:
    """Every task and step of the chosen documents and places, as it stands on the day of the choice.

    With indicators chosen: the tasks that serve a target shown.
    """
    return rows(
        cursor,
        f"""
        select s.*, t.section, t.goal, t.serves, t.support, t.title as task_title
        from ({read_sql("task_state.sql")}) s
        join task t on t.task = s.task
        join document d on d.document = s.document
        where (? or array_contains(?, s.document)) and (? or array_contains(?, s.place))
            and (? or list_has_any(t.serves, ?))
        order by d.position, t.position, s.task, s.step""",
        [
            choice.seen_on, *chosen(choice.documents, choice.places),
            not choice.indicators, [row["target"] for row in targets],
        ],
    )  # fmt: skip


def select_task_reports(cursor: Cursor, choice: Choice, tasks: list[Row]) -> list[Row]:
    """The reports on the tasks shown, and the totals published for many, made by the day of the choice."""
    return rows(
        cursor,
        """
        select r.task, r.step, r.document, r.place, r.state, r.stated_on, r.percent, r.text, r.evidence, r.evidence_file,
            e.file_hash as evidence_hash, r.unit, r.person, r.basis, r.source, r.note, r.release
        from task_report r
        left join evidence e on e.release = r.release and e.file_name = r.evidence_file
        where r.stated_on <= ?
            and (array_contains(?, r.task) or (r.task = '' and (? or array_contains(?, r.document)) and (? or array_contains(?, r.place))))
            and not exists (select 1 from withdrawal w where w.release = r.release)
            and not exists (select 1 from release newer where newer.replaces = r.release)
        order by r.document, r.task, r.step, r.stated_on, r.seq, r.row_number""",
        [choice.seen_on, sorted({row["task"] for row in tasks}), *chosen(choice.documents, choice.places)],
    )


def select_explanations(cursor: Cursor, choice: Choice, targets: list[Row], tasks: list[Row]) -> list[Row]:
    """原因 and 下一步措施 under the judgements of the year and the tasks shown."""
    return rows(
        cursor,
        """
        select x.target, x.place, x.year, x.task, x.stated_on, x.cause, x.measures, x.unit, x.person, x.release
        from explanation x
        where (array_contains(?, x.target) and x.year = ? and (? or array_contains(?, x.place))
                or array_contains(?, x.task) and x.stated_on <= ?)
            and not exists (select 1 from withdrawal w where w.release = x.release)
            and not exists (select 1 from release newer where newer.replaces = x.release)
        order by x.target, x.place, x.task, x.stated_on, x.seq, x.row_number""",
        [
            [row["target"] for row in targets], choice.year, *chosen(choice.places),
            sorted({row["task"] for row in tasks}), choice.seen_on,
        ],
    )  # fmt: skip


def select_rankings(cursor: Cursor, choice: Choice, indicators: list[Row]) -> list[Row]:
    """Competition rankings among places of one level within one larger place, as `ranking.sql` makes them.

    Only where half of at least FEWEST_PEERS have a figure; places without one are listed with rank None.
    """
    return rows(
        cursor,
        f"""
        with asked_peer as (
            select place, level, part_of from (
                select p.*, count(*) over (partition by level, part_of) as peers from place p where part_of is not null
            ) grouped where peers >= ?
        ), asked_indicator as (
            select indicator from indicator where array_contains(?, indicator)
        ), asked_year as (select cast(? as integer) as year), asked_figure as (select * from figure_now),
        {read_sql("ranking_year.sql")}, {read_sql("ranking.sql")},
        shown as (
            select indicator, level, part_of, sum(peers) over (order by indicator, level, part_of rows between unbounded preceding and current row) as so_far
            from ranking_year where 2 * have >= peers
        )
        select r.indicator, r.year, r.level, r.part_of, r.place, r.value, r.rank, r.tied, r.have, r.peers, r.before
        from ranking r
        join shown s on s.indicator = r.indicator and s.level = r.level and s.part_of = r.part_of and s.so_far <= ?
        join place own on own.place = r.place
        where ? or array_contains(?, r.place)
        order by r.indicator, r.level, r.part_of, r.rank nulls last, own.position, r.place""",
        [FEWEST_PEERS, [row["indicator"] for row in indicators], choice.year, MOST_RANKED, *chosen(choice.places)],
    )


def select_places(cursor: Cursor, shown: Sequence[list[Row]], rankings: list[Row]) -> list[Row]:
    """The places of the rows shown, and those they are ranked within."""
    places = {row["place"] for rows_shown in (*shown, rankings) for row in rows_shown}
    return named(cursor, "place", places | {row["part_of"] for row in rankings})


def named(cursor: Cursor, table: str, ids: set[str]) -> list[Row]:
    return rows(
        cursor,
        f'select * from "{table}" where array_contains(?, "{table}") order by position, "{table}"',
        [sorted(ids)],
    )


def select_releases(cursor: Cursor, shown: list[Row]) -> list[Row]:
    """Which received files the figures and statements come from; when they were loaded is the clock's."""
    numbers = sorted({row["release"] for row in shown if row["release"]})
    return rows(
        cursor,
        "select release, kind, file_name, file_hash, note from release where array_contains(?, release) order by release",
        [numbers],
    )


def cutoff_of(figures: list[Row]) -> Row:
    """How far the data go: the latest year with a figure, and the latest day a source was published."""
    known = [row for row in figures if row["value"] is not None]
    return {
        "year": max((row["year"] for row in known), default=None),
        "published": max((row["published"] for row in known if row["published"]), default=None),
    }


# plain values ------------------------------------------------------------------------------------


def rows(cursor: Cursor, sql: str, params: Sequence[Any] = ()) -> list[Row]:
    cursor.execute(sql, list(params))
    names = [column[0] for column in cursor.description]
    return [{name: plain(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()]


def plain(value: Any) -> Any:
    """A JSON value: dates as text, numbers without the noise of their last bits, no NaN."""
    if isinstance(value, float):
        return None if isnan(value) else round(value, _DECIMALS) + 0.0
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
