"""Made-up reports on every task, and a task for each state of words.toml as seen on a day.

Pure: a register and the day in, text out. Unlike the figures these move with the day: what is due within 90 days,
or was reported on within a year, is so only today. Every row names itself as made up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from etl.demo_examples import DOCUMENT
from etl.demo_figures import SOURCE, Row, csv_text
from etl.register import Register
from etl.register_items import Document, Step, Task
from etl.task_reports import EXPLANATION_COLUMNS, REPORT_COLUMNS
from etl.words import read_words

_UNIT = "演示单位（虚构）"
_CHECKERS = "演示核查组（虚构）"
_PLACE = "360000"


@dataclass(frozen=True)
class Event:
    """One report: how many days after the due day, by whom (the unit in charge, or others), what it says."""

    days: int
    state: str
    text: str
    percent: str = ""


_DONE = Event(-10, "done", "演示：已全部完成", "100")
_HALF = Event(-60, "progress", "演示：已完成一半", "50")
_CLOSED = Event(40, "closed", "演示：核查属实，予以销号")

# What happens to the tasks of the real documents, in turn, counted from their due day.
_STORIES: tuple[tuple[Event, ...], ...] = (
    (_HALF, _DONE, _CLOSED),
    (_HALF, _DONE),
    (),
    (_DONE, Event(120, "contested", "演示：抽查发现并未完成")),
    (_DONE, _CLOSED, Event(400, "relapsed", "演示：问题又出现")),
    (Event(-90, "behind", "演示：进度滞后", "30"), Event(10, "not_done", "演示：没有按期完成", "70")),
    (),
    (
        _DONE,
        Event(120, "contested", "演示：抽查认为不实"),
        Event(200, "verified", "演示：复核后属实"),
        Event(260, "closed", "演示：核查属实，予以销号"),
    ),
)
# And from their document's first day, to what is due only in years to come or has no day.
_EARLY: tuple[tuple[Event, ...], ...] = (
    (Event(200, "on_schedule", "演示：达到序时进度", "20"),),
    (Event(200, "behind", "演示：未达序时进度", "5"),),
    (),
    (Event(300, "done", "演示：提前完成", "100"),),
)


@dataclass(frozen=True)
class _Example:
    """A task of the demonstration's own document that stands in the state it is named for; days count from today."""

    state: str
    due: int | None = None
    standing: str = ""
    events: tuple[Event, ...] = ()
    serves: str = ""


EXAMPLES = (
    _Example("closed", -400, events=(Event(-420, "done", "演示：已完成", "100"), Event(-380, "closed", "演示：核查属实，予以销号")), serves="not_met"),
    _Example("done_early", 500, events=(Event(-20, "done", "演示：提前完成", "100"),), serves="stalled"),
    _Example("done", -60, events=(Event(-62, "done", "演示：已完成，等待销号", "100"),), serves="met"),
    _Example("found_undone", -300, events=(Event(-310, "done", "演示：已完成", "100"), Event(-200, "contested", "演示：现场检查发现并未完成"))),
    _Example("relapsed", -700, events=(Event(-710, "done", "演示：已完成", "100"), Event(-650, "closed", "演示：核查属实，予以销号"), Event(-90, "relapsed", "演示：问题又出现"))),
    _Example("overdue", -120, events=(Event(-100, "not_done", "演示：尚未完成", "80"),), serves="off_track"),
    _Example("overdue_working", -120, events=(Event(-30, "progress", "演示：正在整改", "85"),)),
    _Example("overdue_unreported", -200),
    _Example("due_soon", 45, events=(Event(-10, "progress", "演示：正在推进", "70"),)),
    _Example("not_due_behind", 400, events=(Event(-15, "behind", "演示：未达序时进度", "10"),)),
    _Example("not_due_on_schedule", 420, events=(Event(-15, "on_schedule", "演示：达到序时进度", "60"),)),
    _Example("not_due", 800),
    _Example("standing", standing="长期坚持", events=(Event(-90, "progress", "演示：按季度报告"),)),
    _Example("undated"),
)  # fmt: skip


def register_text(*, today: date) -> str:
    """The demonstration's own tasks as part of an indicators.toml: one for each state, and one with steps."""
    return "".join(_task_text(example, today=today) for example in EXAMPLES)


def task_files(register: Register, *, today: date) -> dict[str, str]:
    """Name and text of the demonstration's files about tasks: reports with a total, explanations."""
    reports = [
        *_example_reports(today),
        *_total(register, today),
        *(row for at, task in enumerate(_own_tasks(register)) for row in _reports_on(task, register, at=at, today=today)),
    ]  # fmt: skip
    return {
        "task_reports.csv": csv_text(REPORT_COLUMNS[:-1], reports),
        "explanations.csv": csv_text(EXPLANATION_COLUMNS, _explanations(today)),
    }


# the demonstration's own document ----------------------------------------------------------------


def example_id(state: str) -> str:
    return f"{DOCUMENT}.task.{state}"


def _task_text(example: _Example, *, today: date) -> str:
    word = read_words().tasks[example.state].word
    lines = [
        "[[tasks]]",
        f'id = "{example_id(example.state)}"',
        f'document = "{DOCUMENT}"',
        'section = "虚构"',
        f'title = "演示任务（{word.replace("（", "，").replace("）", "")}）"',
        f'quote = "演示条款（{word}）"',
        f'place = "{_PLACE}"',
        f'goal = "演示用的目标"\nlead = ["{_UNIT}"]',
    ]
    if example.due is not None:
        lines.append(f"due = {today + timedelta(example.due)}")
    if example.standing:
        lines.append(f'standing = "{example.standing}"')
    if example.serves:
        lines.append(f'serves = ["{DOCUMENT}.{example.serves}"]')
    if example.state == "due_soon":
        steps = [
            f'{{title = "演示步骤{number}", due = {today + timedelta(days)}}}' for number, days in ((1, -20), (2, 45))
        ]
        lines.append(f"steps = [{', '.join(steps)}]")
    return "\n" + "\n".join(lines) + "\n"


def _example_reports(today: date) -> Iterator[Row]:
    for example in EXAMPLES:
        for event in example.events:
            on = today + timedelta(event.days)
            yield _report(event, task=example_id(example.state), on=on, unit=_UNIT)
    step = Event(-25, "done", "演示：第一步已完成", "100")
    yield _report(step, task=example_id("due_soon"), on=today + timedelta(step.days), unit=_UNIT) | {"step": "1"}


def _total(register: Register, today: date) -> Iterator[Row]:
    if DOCUMENT in register.documents:
        on = today - timedelta(100)
        yield _report(Event(0, "done", "演示：当年到期的12项已全部完成"), task="", on=on, unit=_UNIT) | {
            "document": DOCUMENT
        }


def _explanations(today: date) -> Iterator[Row]:
    said = {"unit": _UNIT, "person": "演示人员", "note": SOURCE, "stated_on": (today - timedelta(20)).isoformat()}
    words = {"cause": "演示：前期手续办理较慢。", "measures": "演示：倒排工期，按月调度。"}
    yield {"task": example_id("overdue"), **words, **said}
    yield {"target": f"{DOCUMENT}.not_met", "place": _PLACE, "year": "2025", **words, **said}


# the tasks of the documents ----------------------------------------------------------------------


def _own_tasks(register: Register) -> list[Task]:
    """The tasks of the real documents; what a target waits for is left open."""
    waited = {target.after for target in register.targets.values() if target.after}
    return [task for task in register.tasks.values() if task.document != DOCUMENT and task.id not in waited]


def _reports_on(task: Task, register: Register, *, at: int, today: date) -> Iterator[Row]:
    first = _first_day(register.documents[task.document])
    unit = task.lead[0] if task.lead else _UNIT
    yield from _told(_events(task, first, at=at, today=today), task=task.id, unit=unit, today=today)
    for number, step in enumerate(task.steps, 1):
        due = _due(step)
        if due is not None and number % 2:
            told = [(max(due - timedelta(5), first), _DONE)]
            yield from ({**row, "step": str(number)} for row in _told(told, task=task.id, unit=unit, today=today))


def _events(task: Task, first: date, *, at: int, today: date) -> list[tuple[date, Event]]:
    """What happens and when, never before the document, each not before the one it follows."""
    due = _due(task)
    if due is None or due > today:
        return [(first + timedelta(event.days), event) for event in _EARLY[at % len(_EARLY)]]
    return [(max(due + timedelta(event.days), first), event) for event in _STORIES[at % len(_STORIES)]]


def _told(events: Sequence[tuple[date, Event]], *, task: str, unit: str, today: date) -> Iterator[Row]:
    """The reports up to the day; nothing is told ahead."""
    yield from (_report(event, task=task, on=on, unit=unit) for on, event in events if on <= today)


def _due(item: Task | Step) -> date | None:
    return item.due or (date(item.year, 12, 31) if item.year else None)


def _first_day(document: Document) -> date:
    return document.published_on or date(document.published_year, 1, 1)


def _report(event: Event, *, task: str, on: date, unit: str) -> Row:
    by_others = event.state in ("closed", "relapsed", "contested", "verified")
    return {
        "task": task,
        "state": event.state,
        "stated_on": on.isoformat(),
        "percent": event.percent,
        "text": event.text,
        "evidence": f"演示佐证〔{on.year}〕1号（虚构）" if event.state in ("done", "closed") else "",
        "unit": _CHECKERS if by_others else unit,
        "person": "演示核查员" if by_others else "演示报告人",
        "basis": "演示：现场核查记录（虚构）" if event.state in ("closed", "verified") else "",
        "source": SOURCE,
        "note": "演示",
    }
