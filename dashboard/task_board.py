"""The board: all tasks and steps by the year they are due or by the unit that leads, filtered; the CSV."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import streamlit as st

from dashboard import picks, pieces, task_lists, task_timeline
from dashboard.ask import Row
from dashboard.kept import kept
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.tables import Column, table
from etl import task_sentences as sentences
from etl.sections import chapter, in_document_order
from etl.words import read_words

VIEWS = ("按期限", "按单位")
_OPEN_UP_TO = 30  # rows that are shown at once; more are folded into their groups
_HEAPS_FIRST = ("overdue", "unreported", "due_soon", "done", "not_due", "standing", "closed")

CSV = {
    "document_title": "文件", "section": "条款位置", "task_title": "任务", "step": "步骤序号", "step_title": "步骤", "quote": "原文",
    "place_name": "地方", "due": "期限日期", "due_words": "期限", "goal": "目标", "state_word": "状态", "light_word": "灯",
    "who_says": "依据", "days": "距期限天数", "told_on": "最近报告日期", "told_word": "最近报告", "told_percent": "进度（%）", "told_unit": "报告单位",
    "done_on": "报告完成日期", "closed_on": "销号日期", "closed_unit": "销号单位", "closed_person": "销号人（自填）", "contested_word": "督察存疑",
    "relapses": "反弹次数", "reports": "报告数", "lead": "牵头单位", "support": "配合单位", "day": "看到哪一天", "task": "任务编号",
}  # fmt: skip


def for_csv(rows: Iterable[Row], *, day: date) -> list[Row]:
    """Rows with their codes in words, and the day they were seen from."""
    words = read_words()
    return [
        {
            **row,
            "step": row["step"] or None,
            "step_title": row["title"] if row["step"] else None,
            "due_words": sentences.due_words(row),
            "state_word": sentences.state_word(row),
            "light_word": words.lights[words.tasks[row["state"]].light].word,
            "who_says": sentences.who_says(row),
            "told_word": words.task_reports.get(row["told_state"] or "", ""),
            "contested_word": words.overlays["contested"] if row["contested"] else None,
            "day": day,
        }
        for row in rows
    ]


def filter_bar(rows: Sequence[Row]) -> list[Row]:
    """Draw the picks and give the tasks and steps they leave."""
    words = kept(_words, rows)
    with st.container(horizontal=True):
        document = picks.one_or_all("文件", words["document"], key="document")
        place = picks.one_or_all("地方", words["place"], key="place")
        unit = picks.one_or_all("牵头单位", words["unit"], key="unit")
        state = picks.one_or_all("状态", words["state"], key="state")
    return kept(filtered, rows, document=document, place=place, unit=unit, state=state)


def draw(rows: Sequence[Row], *, year: int, day: date) -> None:
    """The board as the reader wants it, by due date with its timeline or by unit."""
    view = st.segmented_control(
        "怎样排列", VIEWS, default=VIEWS[0], key="view", bind="query-params", label_visibility="collapsed"
    )
    if view == VIEWS[1]:
        pieces.draw(kept(by_unit, rows, year=year, day=day))
        return
    lines = kept(task_timeline.timeline, rows)
    if lines:
        task_timeline.show(lines)
    pieces.draw(kept(by_due, rows, year=year, day=day))


def _words(rows: Sequence[Row]) -> dict[str, set[str]]:
    """What there is to be picked, by the kind of pick."""
    return {
        "document": {row["document_label"] for row in rows},
        "place": {row["place_label"] for row in rows if row["place_label"]},
        "unit": {name for row in rows for name in row["lead"]},
        "state": {sentences.state_word(row) for row in rows},
    }


def filter_words(shown: Sequence[Row], rows: Sequence[Row]) -> str:
    """That only some are looked at, and out of how many; "" where nothing is filtered."""
    if len(shown) == len(rows):
        return ""
    left = _counted(shown) or "没有同时符合这几项的任务，放宽其中一项即可"
    return f"筛选后的情况：{left}；全部共{_counted(rows)}。"


def filtered(
    rows: Sequence[Row], *, document: str | None, place: str | None, unit: str | None, state: str | None
) -> list[Row]:
    """The tasks and steps of one document, place, lead unit and state word; None takes all."""
    return [
        row
        for row in rows
        if (document is None or row["document_label"] == document)
        and (place is None or row["place_label"] == place)
        and (unit is None or unit in row["lead"])
        and (state is None or sentences.state_word(row) == state)
    ]


def totals_of(shown: Sequence[Row], totals: Sequence[Row]) -> list[Row]:
    """The totals published for the documents of the tasks that are looked at."""
    documents = {row["document_label"] for row in shown}
    return [row for row in totals if row["document_label"] in documents]


# by due date -------------------------------------------------------------------------------------


def by_due(rows: Sequence[Row], *, year: int, day: date) -> Markup:
    """A group for each year something is due, then standing orders and what has no date; steps stand in the year of their own date."""
    ordered = sorted(rows, key=lambda row: (row["due"] is None, row["due"] or day, not row["standing"]))
    return _folded(_grouped(ordered, _period_group), year=year, day=day)


def by_heap(rows: Sequence[Row], *, year: int, day: date) -> Markup:
    """A group for each heap of the headline, what somebody must act on first; in each the worst first."""
    heaps, words = read_words().task_heaps, read_words().tasks
    groups = _grouped(sentences.worst_first(rows), lambda row: heaps[words[row["state"]].heap]["word"])
    order = [heaps[heap]["word"] for heap in _HEAPS_FIRST]
    return _folded({name: groups[name] for name in order if name in groups}, open_up_to=0, year=year, day=day)


def by_section(rows: Sequence[Row], *, year: int, day: date) -> Markup:
    """The tasks of a document part by part, under their sections; their steps stand in each task's own view."""
    tasks = in_document_order(sentences.tasks_only(rows))
    if not tasks:
        return pieces.empty("到这一天这份文件没有交办的是非类任务。")
    groups = _grouped(tasks, lambda row: chapter(row["section"]))
    return _folded(groups, year=year, day=day, in_sections=True)


def _grouped(rows: Iterable[Row], name: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    return groups


def _folded(
    groups: Mapping[str, Sequence[Row]], *, year: int, day: date, open_up_to: int = _OPEN_UP_TO,
    in_sections: bool = False,
) -> Markup:  # fmt: skip
    """Each group behind its name and its counts, all of them open where that is not too much to read."""
    show = sum(map(len, groups.values())) <= open_up_to
    section = (lambda row: row["section"] or "") if in_sections else None
    return join(_group(name, rows, year=year, day=day, show=show, section=section) for name, rows in groups.items())


def _group(
    name: str, rows: Sequence[Row], *, year: int, day: date, show: bool, section: Callable[[Row], str] | None
) -> Markup:
    title = h("summary", h("b", name), h("span", _counted(rows), class_="where"), light_counts(rows))
    grid = table(rows, _columns(year, day), caption=name, look="cards tasks", most=len(rows), group=section)
    return h("details", title, grid, class_="board", open="open" if show else None)


def _period_group(row: Row) -> str:
    if row["due"] is not None:
        return f"{row['due'].year}年到期"
    return "长期坚持" if row["standing"] else "未定时限"


def _counted(rows: Sequence[Row]) -> str:
    tasks = len(sentences.tasks_only(rows))
    parts = ((tasks, "项任务"), (len(rows) - tasks, "个步骤"))
    return "、".join(f"{many}{word}" for many, word in parts if many)


def light_counts(rows: Iterable[Row]) -> Markup:
    """How many stand at each light, with the symbol of the light."""
    return pieces.light_counts(task_timeline.lights_of(rows))


def _columns(year: int, day: date) -> list[Column]:
    return [
        Column("任务", lambda row: _task_cell(row, year=year, day=day), look="task-column"),
        Column("期限", _due_cell, look="due-column"),
        Column("状态", lambda row: _state_cell(row, year=year, day=day)),
        Column("地方", lambda row: row["place_name"], look="place-column"),
        Column("牵头单位", pieces.lead_units, look="lead-column"),
    ]


def _task_cell(row: Row, *, year: int, day: date) -> Markup:
    name = task_lists.name_link(row, year=year, day=day)
    return join(h("small", "步骤　") if row["step"] else None, name, h("br"), task_lists.clause(row))


def _due_cell(row: Row) -> Markup:
    days = sentences.days_words(row)
    return join(sentences.due_words(row), h("br") if days else None, h("small", days) if days else None)


def _state_cell(row: Row, *, year: int, day: date) -> Markup:
    said = sentences.who_says(row) if row["state"] != "overdue_unreported" else ""
    return join(
        task_lists.mark_link(row, year=year, day=day), h("br") if said else None, h("small", said) if said else None
    )


# by unit -----------------------------------------------------------------------------------------


def by_unit(rows: Sequence[Row], *, year: int, day: date) -> Markup:
    """A line a lead unit: how many tasks in each heap, and its next date; a task with several leads counts with each."""
    lines = unit_lines(rows, day=day)
    if not lines:
        return pieces.empty("没有写明牵头单位的任务。")
    heaps = read_words().task_heaps
    columns = [
        Column("牵头单位", lambda line: h("a", line["unit"], href=link("units", unit=line["unit"], year=year, day=day.isoformat()))),
        Column("任务", lambda line: line["total"], number=True),
        *(_heap_column(heap, f"{entry['symbol']} {entry['word']}") for heap, entry in heaps.items()),
        Column("下一个期限", lambda line: sentences.day_words(line["next"]) or "没有", number=True),
    ]  # fmt: skip
    nobody = sum(not row["lead"] for row in sentences.tasks_only(rows))
    note = (
        f"一项任务有几个牵头单位的，各列一次；另有{nobody}项没有写明牵头单位。"
        if nobody
        else "一项任务有几个牵头单位的，各列一次。"
    )
    return join(pieces.empty(note), table(lines, columns, caption="各牵头单位的任务", look="matrix"))


def _heap_column(heap: str, head: str) -> Column:
    return Column(head, lambda line: line["heaps"][heap] or "", number=True)


def unit_lines(rows: Sequence[Row], *, day: date) -> list[Row]:
    """One line a lead unit: unit, total, heaps, next (the nearest day not past of what is not done); most to worry about first."""
    led: dict[str, list[Row]] = {}
    for row in sentences.tasks_only(rows):
        for unit in row["lead"]:
            led.setdefault(unit, []).append(row)
    lines = [
        {"unit": unit, "total": len(own), "heaps": sentences.count(own), "next": next_date(own, day=day)}
        for unit, own in led.items()
    ]
    return sorted(lines, key=lambda line: (-line["heaps"]["overdue"], -line["heaps"]["unreported"], -line["total"]))


def next_date(rows: Iterable[Row], *, day: date) -> date | None:
    """The nearest day from `day` on that something not yet done is due."""
    return min(
        (row["due"] for row in rows if row["due"] and row["due"] >= day and row["state"] not in sentences.SETTLED),
        default=None,
    )
