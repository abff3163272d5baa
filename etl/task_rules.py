"""What a report on a task may say after the reports there are (METHOD §4).

Nothing is closed by the unit that reports it done, nor by the person; only what was closed can
relapse; only what was found undone can be verified. Persons are told apart by the accounts they
signed in with, where nobody signs in by the names they typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from etl.access import Person, same_person
from etl.facts import TaskReportRow
from etl.problem import STOP, Problem
from etl.store import Cursor
from etl.task_reports import ACTS_OF_OTHERS
from etl.words import read_words

MOST_EVIDENCE = 20 * 1024 * 1024

_OWN_WORD = ("progress", "on_schedule", "behind", "done", "not_done")


@dataclass(frozen=True)
class _Standing:
    """What the reports on one task or step say so far, told apart by who acts."""

    told: str = ""
    done_by: frozenset[str] = frozenset()  # units that reported it done
    reporters: frozenset[Person] = frozenset()  # who reported on the work, and who brought the reports
    closed: bool = False
    contested: bool = False


def broken_rules(
    cursor: Cursor,
    rows: Sequence[TaskReportRow],
    *,
    name: str,
    without: str | None = None,
    by: Person | None = None,
) -> list[Problem]:
    """Every report among `rows` that may not stand after those in force and those before it, a problem each.

    `without`: a release that goes out of force when the rows come. `by`: who brings the rows, where
    that is known.
    """
    lead = {
        (task, step): frozenset(units or ())
        for task, step, units in cursor.execute(
            "select task, 0, lead from task union all "
            "select s.task, s.position + 1, case when coalesce(len(s.lead), 0) > 0 then s.lead else t.lead end from task_step s join task t on t.task = s.task"
        ).fetchall()
    }
    titles = dict(cursor.execute("select task, title from task").fetchall())
    problems = []
    tasks = sorted({row.task for row in rows if row.task})
    told = [
        *((row, brought_by, False) for row, brought_by in _in_force(cursor, tasks, without=without)),
        *((row, by or Person(""), True) for row in rows if row.task),
    ]
    standing: dict[tuple[str, int], _Standing] = {}
    for row, brought_by, is_new in sorted(told, key=lambda each: each[0].stated_on):
        key = (row.task, row.step)
        person = Person(row.person, account=brought_by.account if row.person == brought_by.name else "")
        before = standing.get(key, _Standing())
        if is_new:
            reason = _why_not(row, person, before, lead=lead.get(key, frozenset()))
            if reason:
                word = read_words().task_reports[row.state]
                step = f"步骤{row.step}" if row.step else ""
                where = f"{name} 任务“{titles.get(row.task, row.task)}”{step} {row.stated_on:%Y-%m-%d} {word}"
                problems.append(Problem(STOP, where=where, found=word, expected="", message=reason))
                continue
        standing[key] = _after(before, row, frozenset({person, brought_by}))
    return problems


def wrong_evidence(rows: Sequence[TaskReportRow], evidence: Mapping[str, bytes], *, name: str) -> list[Problem]:
    """Files that the rows name and that did not come along, or are too large."""
    problems = []
    most = MOST_EVIDENCE // 2**20
    for wanted in dict.fromkeys(row.evidence_file for row in rows if row.evidence_file):
        content = evidence.get(wanted)
        if content is None:
            problems.append(
                Problem(
                    STOP, name, "没有这个文件", wanted,
                    f"佐证文件“{wanted}”没有一起送来：请放在同一个文件夹里用命令行导入，或在任务页上逐条报告并附上。",
                )
            )  # fmt: skip
        elif len(content) > MOST_EVIDENCE:
            size = f"{len(content) / 2**20:.0f} MB"
            problems.append(
                Problem(STOP, name, size, f"不超过 {most} MB", f"佐证文件“{wanted}”有 {size}，超过 {most} MB 的上限。")
            )
    return problems


def _why_not(row: TaskReportRow, person: Person, before: _Standing, *, lead: frozenset[str]) -> str:
    """Why a report may not stand after what was said before; "" where it may."""
    if row.state == "relapsed" and not before.closed:
        return "这项任务还没有销号，谈不上反弹；请按“报告未完成”或“督察认定不实”报送。"
    if row.state == "verified" and not before.contested:
        return "这项任务没有待复核的督察意见。"
    return (_not_to_close(before) if row.state == "closed" else "") or _same_hands(row, person, before, lead=lead)


def _not_to_close(before: _Standing) -> str:
    if before.closed:
        return "这项任务已经销号。"
    if before.contested:
        return "督察认定不实，复核属实后才能销号。"
    return "" if before.told == "done" else "这项任务还没有完成报告，不能销号。"


def _same_hands(row: TaskReportRow, person: Person, before: _Standing, *, lead: frozenset[str]) -> str:
    """Why a closing or verification is not somebody else's."""
    if row.state not in ACTS_OF_OTHERS:
        return ""
    word = read_words().task_reports[row.state]
    if row.unit in (before.done_by or lead):
        return f"报告完成的单位不能自己{word}，请由另一个单位{word}。"
    if any(same_person(person, reporter) for reporter in before.reporters):
        return f"{row.person}是这项任务的报告人，不能自己{word}，请由另一个人{word}。"
    return ""


def _after(before: _Standing, row: TaskReportRow, hands: frozenset[Person]) -> _Standing:
    if row.state in _OWN_WORD:
        reporters = before.reporters | hands
        done_by = before.done_by | ({row.unit} if row.state == "done" and row.unit else frozenset())
        return replace(before, told=row.state, reporters=reporters, done_by=done_by)
    if row.state == "closed":
        return replace(before, closed=True)
    if row.state == "relapsed":
        return replace(before, closed=False, told="")  # closing again needs a new report
    return replace(before, contested=row.state == "contested")


def _in_force(cursor: Cursor, tasks: Sequence[str], *, without: str | None) -> list[tuple[TaskReportRow, Person]]:
    """The reports in force in their order, each with whoever brought it."""
    found = cursor.execute(
        """
        select r.task, r.step, r.document, r.place, r.state, r.stated_on, r.unit, r.person, x.person, x.account
        from task_report r
        join release x on x.release = r.release
        where list_contains(?, r.task) and r.release is distinct from ?
          and not exists (select 1 from withdrawal w where w.release = r.release)
          and not exists (select 1 from release newer where newer.replaces = r.release)
        order by r.stated_on, r.seq, r.row_number
        """,
        [list(tasks), without],
    ).fetchall()
    return [
        (TaskReportRow(
            task=task, step=step, document=document, place=place, state=state, stated_on=day, text="",
            unit=unit or "", person=person or "",
        ), Person(bringer or "", account=account or ""))
        for task, step, document, place, state, day, unit, person, bringer, account in found
    ]  # fmt: skip
