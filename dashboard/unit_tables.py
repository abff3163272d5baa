"""One unit: everything it leads or supports, targets and tasks, its next dates, the names it had."""

from collections.abc import Iterable, Sequence
from datetime import date

from dashboard import pieces, target_lists, task_board, task_lists
from dashboard.ask import Row
from dashboard.markup import Markup, h
from dashboard.tables import Column, table
from etl import sentences as words_of
from etl import task_sentences as sentences

_MOST_DATES = 20
CSV = {"kind": "类别", "role": "分工", "document_name": "文件", "section": "条款位置", "quote": "原文", "name": "目标或任务", "place_name": "地方",
       "due_words": "期限", "state_word": "状态", "who_says": "依据", "id": "编号"}  # fmt: skip


def of_unit(rows: Iterable[Row], unit: str, role: str) -> list[Row]:
    """The targets, tasks or steps for which a unit has this role (lead, support)."""
    return [row for row in rows if unit in row[f"{role}_ids"]]


def title(unit: Row, targets: Sequence[Row], tasks: Sequence[Row]) -> str:
    """What the unit leads, and how that stands, in a sentence."""
    whole = sentences.tasks_only(tasks)
    if not targets and not whole:
        return f"{unit['name']}没有牵头的目标和任务，只配合别的单位"
    parts = [f"牵头{len(targets)}项目标：{words_of.light_words(targets)}"] if targets else []
    parts += [f"牵头{len(whole)}项任务：{sentences.outcome(whole)}"] if whole else []
    return f"{unit['name']}{'；'.join(parts)}"


def names(unit: Row) -> Markup:
    """What it is called and was called: one unit with a history."""
    history = f"{unit['formerly']}（改名前的文件和报告都算在现在的名下）" if unit["formerly"] else "登记表里没有"
    return pieces.facts((("现在的名称", unit["name"]), ("曾用名", history)))


def next_dates(rows: Iterable[Row], targets: Iterable[Row], *, year: int, day: date) -> Markup:
    """What it leads that falls due from the day on and is not done: tasks, steps and targets, the nearest first."""
    tasks = [
        (row["due"], sentences.due_words(row), row, None)
        for row in rows
        if row["due"] and row["due"] >= day and row["state"] not in sentences.SETTLED
    ]
    goals = [
        (date(row["by"], 12, 31), words_of.deadline_words(row), None, row)
        for row in targets
        if row["by"] and row["by"] >= day.year
    ]
    dated = sorted([*tasks, *goals], key=lambda entry: entry[0])
    if not dated:
        return pieces.empty(f"{sentences.day_words(day)}以后没有它牵头而写明期限的事项。")
    columns = [
        Column("期限", lambda entry: entry[1], look="short"),
        Column("事项", lambda entry: _what(entry[2], entry[3], year=year, day=day), look="wide"),
        Column("状态", lambda entry: task_lists.mark(entry[2]) if entry[2] else pieces.mark(entry[3])),
    ]
    return table(dated, columns, caption="今后的期限", most=_MOST_DATES, look="cards")


def _what(task: Row | None, target: Row | None, *, year: int, day: date) -> Markup:
    if task is not None:
        return task_lists.name_link(task, year=year, day=day)
    assert target is not None  # noqa: S101 - one of the two stands in every entry
    return pieces.status_link(target, year, text=f"{target['place_name']}{target['indicator_name']}")


def tasks(rows: Sequence[Row], *, year: int, day: date, empty: str) -> Markup:
    """Its tasks by what is to be done about them; of steps only those in tasks of others."""
    return task_board.by_heap(own_items(rows), year=year, day=day) if rows else pieces.empty(empty)


def own_items(rows: Sequence[Row]) -> list[Row]:
    """Tasks, and the steps of tasks that are not among them: a step of its own task is seen there."""
    whole = {row["task"] for row in sentences.tasks_only(rows)}
    return [row for row in rows if row["step"] == 0 or row["task"] not in whole]


def targets(rows: Sequence[Row], *, year: int, empty: str, folded: bool = False) -> Markup:
    """Its targets, worst first; `folded` behind their number."""
    if not rows:
        return pieces.empty(empty)
    grid = target_lists.unit_targets(rows, year=year)
    return h("details", h("summary", f"展开{len(rows)}项"), grid) if folded else grid


def for_csv(targets: Sequence[Row], tasks: Sequence[Row], *, unit: str) -> list[Row]:
    """Targets, tasks and steps of one unit as lines of one table."""
    return [
        *(
            {**row, "kind": "目标", "role": _role(row, unit), "name": row["indicator_name"], "id": row["target"],
             "due_words": words_of.deadline_words(row), "state_word": words_of.status_word(row), "who_says": row["reason"]}
            for row in targets
        ),
        *(
            {**row, "kind": "步骤" if row["step"] else "任务", "role": _role(row, unit), "name": sentences.name_of(row), "id": row["task"],
             "due_words": sentences.due_words(row), "state_word": sentences.state_word(row), "who_says": sentences.who_says(row)}
            for row in tasks
        ),
    ]  # fmt: skip


def _role(row: Row, unit: str) -> str:
    return "牵头" if unit in row["lead_ids"] else "配合"
