"""What publishing some rows would change, before anything is stored.

Two questions: which figures are new, revised or confirmed, and which judgements would come out
differently, and why. Only the targets and places that the rows touch are judged, once without
and once with them.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from etl.assess import judge_only_here, judging_sql, line_up, look_from
from etl.clock import china_now
from etl.facts import IN_REGISTER, AssignedRow, FactRow, FigureRow, StatementRow, TaskReportRow
from etl.recognise.report import ASKED, TAKEN, Report
from etl.refresh import years_judged
from etl.rounding import beyond_rounding
from etl.store import Cursor, Store, insert_rows, read_sql
from etl.words import read_words


@dataclass(frozen=True)
class Change:
    """One number that the rows bring, in the indicator's unit; `old` is what is stored now."""

    place: str
    indicator: str
    year: int | None  # None: a number set for a target
    period: str
    old: float | None
    new: float | None
    old_source: str
    new_source: str
    beyond_rounding: bool  # old and new differ by more than the digits they were written with
    target: str = ""  # for a number set for a target


@dataclass(frozen=True)
class JudgementChange:
    """One target and place that would be judged differently, seen from `year`."""

    target: str
    place: str
    year: int
    before_status: str
    after_status: str
    before_light: str
    after_light: str
    before_word: str
    after_word: str
    reason: str  # of the judgement with the rows


@dataclass(frozen=True)
class TaskChange:
    """A task, or a step of one, that would stand elsewhere today; states as in words.toml."""

    task: str
    step: int  # 0: the whole task
    before: str
    after: str


@dataclass(frozen=True)
class Rehearsal:
    """What would change, cell by cell, and what of the file would not be taken."""

    new: tuple[Change, ...] = ()
    revised: tuple[Change, ...] = ()
    confirmed: tuple[Change, ...] = ()
    missing: tuple[Change, ...] = ()  # no number in the file; a stored one (`old`) stays
    statements: int = 0
    skipped: int = 0  # rows and cells of the file that hold no figure
    left_out: int = 0  # figures of the file that are not taken
    asked: int = 0  # figures that wait for an answer
    judgements: tuple[JudgementChange, ...] = ()
    tasks: tuple[TaskChange, ...] = ()
    version: int = 0  # of the data this was rehearsed against

    def counts(self) -> dict[str, int]:
        """How many of each, in the order people read them."""
        return {
            "new": len(self.new),
            "revised": len(self.revised),
            "confirmed": len(self.confirmed),
            "missing": len(self.missing),
            "statements": self.statements,
            "left_out": self.left_out,
            "skipped": self.skipped,
            "asked": self.asked,
            "judgements": len(self.judgements),
            "tasks": len(self.tasks),
        }

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the counts, and every change."""
        lists = ("new", "revised", "confirmed", "missing", "judgements", "tasks")
        return {"counts": self.counts(), **{name: [asdict(each) for each in getattr(self, name)] for name in lists}}


def rehearse(
    store: Store,
    rows: Sequence[FactRow],
    *,
    kind: str = "figures",
    keeps_present: bool = False,
    report: Report | None = None,
) -> Rehearsal:
    """What publishing `rows` (all of one `kind`) would change; nothing is stored.

    `keeps_present`: a row without a value leaves a stored number alone, as in files that were
    not made for us; else it takes the number back. `report` only adds its counts.
    """
    with store.reading() as cursor:
        cursor.begin()  # one state of the data for all that follows
        try:
            found = _rehearse(cursor, rows, kind=kind, keeps_present=keeps_present)
        finally:
            cursor.rollback()
    found = replace(found, version=store.version())
    if report is None:
        return found
    asked = sum(cell.state == ASKED for cell in report.cells)
    taken = sum(cell.state == TAKEN for cell in report.cells)
    left_out = max(0, len(report.cells) - asked - max(taken, len(rows)))
    return replace(found, skipped=len(report.skipped), asked=asked, left_out=left_out)


def drop_needless_gaps(cursor: Cursor, rows: Sequence[FigureRow]) -> list[FigureRow]:
    """The rows without those that have no value where a number is stored, which stays."""
    gaps = [row for row in rows if row.value is None]
    if not gaps:
        return list(rows)
    _put(cursor, "gap", "figure", gaps)
    stored = cursor.execute(
        "select g.row_number from gap g join figure_now n "
        "on n.place = g.place and n.indicator = g.indicator and n.year = g.year and n.period = g.period "
        "where n.value is not null"
    ).fetchall()
    needless = {id(gaps[at]) for (at,) in stored}
    return [row for row in rows if id(row) not in needless]


def _rehearse(cursor: Cursor, rows: Sequence[FactRow], *, kind: str, keeps_present: bool) -> Rehearsal:
    if kind == "figures":
        figures = [row for row in rows if isinstance(row, FigureRow)]
        _put(cursor, "file_row", "figure", figures)
        return _rehearse_figures(cursor, _last_of_each_cell(figures), keeps_present=keeps_present)
    if kind == "assigned":
        assigned = {(row.target, row.place): row for row in rows if isinstance(row, AssignedRow)}
        return _rehearse_assigned(cursor, list(assigned.values()))
    if kind == "tasks":
        return _rehearse_tasks(cursor, [row for row in rows if isinstance(row, TaskReportRow)])
    if kind == "explanations":
        return Rehearsal(statements=len(rows))  # words under a judgement change none
    statements = [row for row in rows if isinstance(row, StatementRow)]
    return _rehearse_statements(cursor, statements)


# figures ----------------------------------------------------------------------------------------


def _last_of_each_cell(rows: Sequence[FigureRow]) -> list[FigureRow]:
    """The vintage of each cell that would count: the last published, then the last row."""
    today = china_now().date()
    ordered = sorted(rows, key=lambda row: row.published or today)
    return list({(row.place, row.indicator, row.year, row.period): row for row in ordered}.values())


def _rehearse_figures(cursor: Cursor, rows: Sequence[FigureRow], *, keeps_present: bool) -> Rehearsal:
    _put(cursor, "brought", "figure", rows)
    cursor.execute(
        """
        create or replace temp table met as
        select b.row_number, n.* from brought b
        join figure_now n
            on n.place = b.place and n.indicator = b.indicator and n.year = b.year and n.period = b.period
        """
    )
    stored = cursor.execute(
        """
        select b.row_number, m.place is not null, m.value, m.bound, m.source, f.value_in_file
        from brought b
        left join met m on m.row_number = b.row_number
        left join figure f
            on f.release = m.release and f.place = m.place and f.indicator = m.indicator
            and f.year = m.year and f.period = m.period and f.value = m.value and f.value <> b.value
        order by b.row_number
        """
    ).fetchall()
    heaps: dict[str, dict[int, Change]] = {"new": {}, "revised": {}, "confirmed": {}, "missing": {}}
    for at, is_stored, old, bound, source, written in stored:
        row = rows[at]
        heap = _heap_of(row, is_stored=is_stored, old=old, bound=bound, keeps_present=keeps_present)
        heaps[heap][at] = _figure_change(row, old=old, source=source, written=written)
    changed = [*heaps["new"], *heaps["revised"]]
    return Rehearsal(
        **{name: tuple(heap.values()) for name, heap in heaps.items()},  # type: ignore[arg-type]
        judgements=_figure_judgements(cursor, changed),
    )


def _heap_of(row: FigureRow, *, is_stored: bool, old: float | None, bound: str | None, keeps_present: bool) -> str:
    if row.value is None:
        return "revised" if old is not None and not keeps_present else "missing"
    if not is_stored or old is None:
        return "new"
    same = abs(old - row.value) <= 1e-9 * max(abs(old), abs(row.value)) and (bound or "") == row.bound
    return "confirmed" if same else "revised"


def _figure_change(row: FigureRow, *, old: float | None, source: str | None, written: str | None) -> Change:
    differ = old is not None and row.value is not None
    return Change(
        place=row.place,
        indicator=row.indicator,
        year=row.year,
        period=row.period,
        old=old,
        new=row.value,
        old_source=source or "",
        new_source=row.source,
        beyond_rounding=differ
        and beyond_rounding(old, row.value, old_written=written or "", new_written=row.value_in_file),  # type: ignore[arg-type]
    )


def _figure_judgements(cursor: Cursor, changed: Sequence[int]) -> tuple[JudgementChange, ...]:
    """`changed`: the numbers of the rows of `brought` that would change something."""
    cursor.execute(
        "create or replace temp table changed as select * from brought where list_contains(?, row_number)", [changed]
    )
    cursor.execute("create or replace temp table touched_cell as select distinct place, indicator, year from changed")
    cursor.execute(read_sql("touched_judgements.sql"), [[""]] * 3)
    same_cell = "c.place = {0}.place and c.indicator = {0}.indicator and c.year = {0}.year and c.period = {0}.period"
    found = cursor.execute(
        f"""
        select year from changed where value is not null and {IN_REGISTER}
        union
        select year from verdict where year not in (select year from changed)
        union
        select year from figure_now
        where year in (select year from changed) and value is not null and {IN_REGISTER}
            and not exists (select 1 from changed c where {same_cell.format("figure_now")})
        order by year
        """
    ).fetchall()

    def bring(cursor: Cursor) -> None:
        cursor.execute(
            f"delete from figure_seen where exists (select 1 from changed c where {same_cell.format('figure_seen')})"
        )
        cursor.execute(
            f"""
            insert into figure_seen by name
            select
                l.cell, c.place, c.indicator, c.year, c.period, c.value, c.bound, c.obs_status, c.quality, c.source,
                coalesce(n.vintages, 0) + r.times as vintages
            from changed c
            join cell l on l.place = c.place and l.indicator = c.indicator
            join (
                select place, indicator, year, period, count(*) as times from file_row group by place, indicator, year, period
            ) r on {same_cell.format("r")}
            left join figure_now n on {same_cell.format("n")}
            """
        )

    return judged_twice(cursor, bring, years=[year for (year,) in found])


# numbers set for targets, and statements --------------------------------------------------------


def _rehearse_assigned(cursor: Cursor, rows: Sequence[AssignedRow]) -> Rehearsal:
    cursor.execute(read_sql("release_in_force.sql"), [None])
    stored = {
        (target, place): (value, source)
        for target, place, value, source in cursor.execute(
            f"select target, place, value, source from ({read_sql('assigned_latest.sql')}) a", [None, None]
        ).fetchall()
    }
    indicators = dict(cursor.execute("select target, indicator from target").fetchall())
    heaps: dict[str, list[Change]] = {"new": [], "revised": [], "confirmed": []}
    for row in rows:
        old, source = stored.get((row.target, row.place), (None, None))
        heap = "confirmed" if old == row.value else "new" if old is None else "revised"
        heaps[heap].append(
            Change(
                place=row.place,
                indicator=indicators.get(row.target, ""),
                year=None,
                period="",
                old=old,
                new=row.value,
                old_source=source or "",
                new_source=row.source,
                beyond_rounding=old is not None and row.value is not None and beyond_rounding(old, row.value),
                target=row.target,
            )
        )
    _put(cursor, "brought", "assigned_value", rows)
    cursor.execute(
        "create or replace temp table judged_here as select distinct target, place, 0 as first_year from brought"
    )

    def bring(cursor: Cursor) -> None:
        cursor.execute(
            "insert into assigned_seen "
            "select target, place, value, source, note, published, release, 9223372036854775807 from brought"
        )

    judgements = judged_twice(cursor, bring, years=years_judged(cursor))
    return Rehearsal(**{name: tuple(heap) for name, heap in heaps.items()}, judgements=judgements)  # type: ignore[arg-type]


def _rehearse_statements(cursor: Cursor, rows: Sequence[StatementRow]) -> Rehearsal:
    _put(cursor, "brought", "statement", rows)
    cursor.execute(
        "create or replace temp table judged_here as select distinct p.target, p.place, 0 as first_year from target_place p "
        "join brought b on b.target = p.target and (b.place = p.place or coalesce(b.place, '') = '')"
    )

    def bring(cursor: Cursor) -> None:
        cursor.execute(
            "insert into statement_seen select target, place, kind, stated_on, text, body, source, note, release from brought"
        )

    return Rehearsal(statements=len(rows), judgements=judged_twice(cursor, bring, years=years_judged(cursor)))


def _rehearse_tasks(cursor: Cursor, rows: Sequence[TaskReportRow]) -> Rehearsal:
    """What the reports make of the tasks, as seen today, and of the targets that wait for one."""
    today = china_now().date()
    state = f"select task, step, state from ({read_sql('task_state.sql')}) s"
    before = {(task, step): was for task, step, was in cursor.execute(state, [today]).fetchall()}
    _put(cursor, "brought", "task_report", rows)
    cursor.execute(
        "create or replace temp table judged_here as select distinct tp.target, tp.place, 0 as first_year "
        "from target_place tp join target t on t.target = tp.target join brought b on b.task = t.after_task"
    )

    def bring(cursor: Cursor) -> None:
        # Hides the stored reports, on this cursor only.
        cursor.execute(
            "create or replace temp table task_report as "
            "select * from main.task_report union all by name select * from brought"
        )
        cursor.execute(read_sql("release_in_force.sql"), [None])
        cursor.execute("insert into release_in_force values ('', 9223372036854775807, 'tasks', null)")
        cursor.execute(f"create or replace temp table task_done_seen as {read_sql('task_done.sql')}", [None, None])

    judgements = judged_twice(cursor, bring, years=years_judged(cursor))
    bring(cursor)
    after = cursor.execute(state, [today]).fetchall()
    changes = tuple(
        TaskChange(task=task, step=step, before=before.get((task, step), ""), after=now)
        for task, step, now in after
        if before.get((task, step)) != now
    )
    return Rehearsal(statements=len(rows), judgements=judgements, tasks=changes)


# judging twice ----------------------------------------------------------------------------------


def judged_twice(
    cursor: Cursor, bring: Callable[[Cursor], None], *, years: Sequence[int]
) -> tuple[JudgementChange, ...]:
    """What `judged_here` comes to without the rows, and with them once `bring` has put them in sight.

    `years`: those that will have a figure; a year that loses its last one is judged no more.
    """
    (first_year,) = cursor.execute("select min(first_year) from judged_here").fetchall()[0]
    if first_year is None:
        return ()
    years = [year for year in years if year >= first_year]
    if not years:
        return ()
    judge_only_here(cursor)
    look_from(cursor, years=years)
    judging = f"target, place, year, status, light, basis from ({judging_sql(years)}) judged"
    cursor.execute(f"create or replace temp table judged_before as select {judging}", years)
    bring(cursor)
    line_up(cursor)
    cursor.execute(f"create or replace temp table judged_after as select reason, {judging}", years)
    changes = cursor.execute(
        """
        select a.target, a.place, a.year, b.status, a.status, b.light, a.light, b.basis, a.basis, i.better, a.reason
        from judged_after a
        join judged_before b on b.target = a.target and b.place = a.place and b.year = a.year
        join target t on t.target = a.target
        join indicator i on i.indicator = t.indicator
        join place p on p.place = a.place
        where a.status <> b.status or a.light <> b.light
        order by a.year desc, t.position, p.position
        """
    ).fetchall()
    return tuple(
        judgement_change(
            target, place, year, before=(before, before_light, before_basis), after=(after, after_light, after_basis),
            better=better, reason=reason,
        )
        for target, place, year, before, after, before_light, after_light, before_basis, after_basis, better, reason in changes
    )  # fmt: skip


def judgement_change(
    target: str, place: str, year: int, *, before: tuple[str, str, str], after: tuple[str, str, str],
    better: str, reason: str,
) -> JudgementChange:  # fmt: skip
    """One change as the screens show it; `before` and `after` are status, light, basis."""
    word = read_words().status_word
    return JudgementChange(
        target=target,
        place=place,
        year=year,
        before_status=before[0],
        after_status=after[0],
        before_light=before[1],
        after_light=after[1],
        before_word=word(before[0], basis=before[2], better=better),
        after_word=word(after[0], basis=after[2], better=better),
        reason=reason,
    )


def _put(cursor: Cursor, name: str, table: str, rows: Sequence[FactRow]) -> None:
    """The rows as a temporary table `name` with the columns of `table`, numbered from 0."""
    cursor.execute(f"create or replace temp table {name} as select * from {table} limit 0")
    release = {"release": "", "seq": None}
    insert_rows(cursor, name, [{**vars(row), **release, "row_number": at} for at, row in enumerate(rows)])
