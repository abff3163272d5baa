"""What the screens ask about tasks: where they stand on a day, who reported what, explanations, units and all they lead."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard import questions
from dashboard.ask import DOCUMENTS, PLACES, UNITS, Row, Rows, ask
from dashboard.kept import kept
from etl.store import read_sql

_STATE = read_sql("task_state.sql")
_UNITS_TOLD = ("told_unit", "done_unit", "closed_unit")

_OUT_OF_FORCE = """w.release is not null as withdrawn, w.reason as withdrawn_why,
    exists (select 1 from release newer where newer.replaces = r.release) as replaced"""


def states(day: date) -> Rows:
    """Every task and step issued by `day` as it stood then (etl/sql/task_state.sql), with its clause, place, units and targets.

    Units are names; `lead_ids` and `support_ids` keep what the register wrote. From memory while the data has
    not changed: every screen about tasks asks for all of them.
    """
    rows = ask(
        f"""select s.*, t.section, t.goal, t.reading, t.note, t.serves, t.support, t.title as task_title,
            d.short as document_name, d.label as document_label, d.title as document_title, d.position as document_position,
            p.name as place_name, p.label as place_label
        from ({_STATE}) s
        join task t on t.task = s.task
        join {DOCUMENTS} d on d.document = s.document
        left join {PLACES} p on p.place = coalesce(s.place, d.place)
        order by d.position, t.position, s.task, s.step""",
        day,
    )
    return kept(_named, rows, _UNITS_TOLD)


def reports(task: str) -> Rows:
    """Everything ever reported about a task and its steps, newest first; what is out of force says so."""
    rows = ask(
        f"""select r.release, r.row_number, r.step, r.state, r.stated_on, r.percent, r.text, r.evidence, r.evidence_file,
            r.unit, r.person, r.basis, r.source, r.note, x.published_at, {_OUT_OF_FORCE},
            coalesce(x.account, '') <> '' and x.person = r.person as signed
        from task_report r
        join release x on x.release = r.release
        left join withdrawal w on w.release = r.release
        where r.task = ? order by r.stated_on desc, r.seq desc, r.row_number desc""",
        task,
    )
    return kept(_named, rows, ("unit",))


def totals(day: date) -> Rows:
    """Totals published for many tasks of a document by `day`, newest first: as they were published, never spread."""
    rows = ask(
        f"""select r.release, r.document, r.state, r.stated_on, r.percent, r.text, r.evidence, r.evidence_file, r.unit,
            r.person, r.basis, r.source, r.note, d.short as document_name, d.label as document_label,
            p.name as place_name, p.label as place_label
        from task_report r
        join {DOCUMENTS} d on d.document = r.document
        left join {PLACES} p on p.place = r.place
        where r.task = '' and r.stated_on <= ?
            and r.release not in (select release from withdrawal)
            and r.release not in (select replaces from release where replaces is not null)
        order by r.stated_on desc, d.position, r.row_number""",
        day,
    )
    return kept(_named, rows, ("unit",))


def explanations(*, task: str = "", target: str = "", place: str = "") -> Rows:
    """Reasons and next steps under a task, or under a target in a place, newest first; what is out of force is left out."""
    rows = ask(
        """select x.release, x.year, x.stated_on, x.cause, x.measures, x.unit, x.person, x.note, r.published_at,
            coalesce(r.account, '') <> '' and r.person = x.person as signed
        from explanation x join release r on r.release = x.release
        where x.task = ? and x.target = ? and x.place = ?
            and x.release not in (select release from withdrawal)
            and x.release not in (select replaces from release where replaces is not null)
        order by x.stated_on desc, x.seq desc, x.row_number desc""",
        task, target, place,
    )  # fmt: skip
    return kept(_named, rows, ("unit",))


def units() -> Rows:
    """The registered units in the register's order, by `label` to be picked."""
    return ask(f"select unit, name, formerly, label from {UNITS} order by position, unit")


def units_in_charge() -> Rows:
    """Every unit that leads or supports a target, a task or a step; names the register gives no id stand for themselves."""
    return ask(
        f"""
        with named as (
            select unnest(lead) as unit from task union select unnest(support) from task
            union select unnest(lead) from task_step
            union select unnest(lead) from target union select unnest(support) from target
        )
        select n.unit, coalesce(u.name, n.unit) as name, u.formerly, coalesce(u.label, n.unit) as label
        from named n left join {UNITS} u on u.unit = n.unit
        order by u.position, n.unit"""
    )


def _named(rows: Rows, columns: Sequence[str]) -> Rows:
    """Rows with names of units for ids: in these columns, and in lead and support where there are any."""
    names = questions.units()
    return tuple(_with_names(row, names, columns) for row in rows)


def _with_names(row: Row, names: dict[str, str], columns: Sequence[str]) -> Row:
    told: dict[str, Any] = {column: names.get(row[column] or "", row[column]) for column in columns}
    for role in ("lead", "support"):
        if role in row:
            ids = tuple(row[role] or ())
            told |= {role: tuple(names.get(unit, unit) for unit in ids), f"{role}_ids": ids}
    return {**row, **told}
