"""Rows of etl/sql/task_state.sql in, Chinese sentences out: the headline, what is due, who says so.

Pure, like etl/sentences.py. Whole tasks are counted; a step has a date and a state of its own and is never
counted as a task. Never a share of tasks done: a regulation issued and a plant moved do not add up.
A row is a mapping with the columns of task_state.sql; its units are names, not ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from etl.sentences import status_word
from etl.words import read_words

Row = Mapping[str, Any]
SomeRow = TypeVar("SomeRow", bound=Row)

# What a leader asks about first: what was said to be done and is not, then what is late.
WORST_FIRST = (
    *("found_undone", "relapsed", "overdue", "overdue_working", "not_due_behind", "due_soon", "overdue_unreported"),
    *("not_due", "undated", "standing", "not_due_on_schedule", "done", "done_early", "closed"),
)
NEED_ATTENTION = ("found_undone", "relapsed", "overdue", "overdue_working", "not_due_behind")
REPORTED_DONE = ("done", "done_early")
SETTLED = (*REPORTED_DONE, "closed")
_MOST_NAMED = 3


# dates -------------------------------------------------------------------------------------------


def day_words(day: date | None) -> str:
    """2026年11月22日; "" where no day is known."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def due_words(row: Row) -> str:
    """When it is due, as the document has it: 2017年6月30日, 2017年内, 立行立改、长期坚持, 未定时限; two of them may stand."""
    dated = f"{row['due_year']}年内" if row.get("due_year") else day_words(row.get("due"))
    return "，".join(part for part in (dated, row.get("standing")) if part) or "未定时限"


def days_words(row: Row) -> str:
    """How far the due day is: 还有30天, 今天到期, 逾期12天, 逾期8年11个月; "" where nothing is to be done any more, or ever due."""
    days, state = row.get("days"), row["state"]
    if days is None or state in SETTLED:
        return ""
    if days == 0:
        return "今天到期"
    return f"还有{length_words(days)}" if days > 0 else f"逾期{length_words(-days)}"


def length_words(days: int) -> str:
    """12天, 5个月, 8年11个月: months once there are more than two, whole ones only."""
    if days < 90:
        return f"{days}天"
    months = int(days / 30.4375)
    years, rest = divmod(months, 12)
    return (f"{years}年" if years else "") + (f"{rest}个月" if rest else "")


# counts and the headline -------------------------------------------------------------------------


def tasks_only(rows: Iterable[SomeRow]) -> list[SomeRow]:
    """The whole tasks among tasks and steps."""
    return [row for row in rows if row["step"] == 0]


def count(rows: Iterable[Row]) -> dict[str, int]:
    """How many whole tasks are in each heap of words.toml; every heap is there."""
    words = read_words()
    heaps = dict.fromkeys(words.task_heaps, 0)
    for row in tasks_only(rows):
        heaps[words.tasks[row["state"]].heap] += 1
    return heaps


def headline(rows: Sequence[Row], *, day: date, of: str = "") -> str:
    """The sentence a leader says aloud. `of` names what it is about, where that is not everything.

    到2026年11月22日，310项任务中已销号3项、已完成待销号12项，逾期或认定不实4项，90天内到期2项，已逾期未见报告192项
    """
    total = len(tasks_only(rows))
    if not total:
        return f"{of}到{day_words(day)}，还没有交办的任务"
    return f"{of}到{day_words(day)}，{total}项任务中{outcome(rows)}"


def outcome(rows: Sequence[Row]) -> str:
    """What became of some tasks, those left out whom nobody must call: 已销号3项，逾期或认定不实4项."""
    heaps = count(rows)
    done = "、".join(
        f"{word}{heaps[heap]}项" for heap, word in (("closed", "已销号"), ("done", "已完成待销号")) if heaps[heap]
    )
    rest = (("overdue", "逾期或认定不实"), ("due_soon", "90天内到期"), ("unreported", "已逾期未见报告"))
    return "，".join([done or "没有一项报告完成", *(f"{word}{heaps[heap]}项" for heap, word in rest if heaps[heap])])


def paragraph(rows: Sequence[Row]) -> str:
    """What the headline leaves out: what is not due or has no date, and the steps."""
    heaps = count(rows)
    parts = []
    quiet = [(heaps["not_due"], "未到期"), (heaps["standing"], "长期坚持或未定时限")]
    if any(many for many, _ in quiet):
        parts.append("另有" + "、".join(f"{word}{many}项" for many, word in quiet if many))
    steps = [row for row in rows if row["step"]]
    if steps:
        dated = sum(row["due"] is not None for row in steps)
        parts.append(f"任务之下有{len(steps)}个步骤，{dated}个有自己的期限，分开看、不计入任务数")
    return "。".join(parts) + "。" if parts else ""


# lists -------------------------------------------------------------------------------------------


def severity(row: Row) -> tuple[int, int]:
    """A sort key: the order above; of one state the longest overdue first."""
    days = row["days"] if row.get("days") is not None else 10**6
    return WORST_FIRST.index(row["state"]), days


def worst_first(rows: Iterable[SomeRow]) -> list[SomeRow]:
    return sorted(rows, key=severity)


def needs_attention(rows: Iterable[SomeRow]) -> list[SomeRow]:
    """Tasks and steps found undone, relapsed, overdue or behind, or contested; worst first.

    What is overdue without any report is another matter, whose report is owed: see `unreported`.
    """
    return worst_first(row for row in rows if row["state"] in NEED_ATTENTION or row.get("contested"))


def unreported(rows: Iterable[SomeRow]) -> list[SomeRow]:
    """Overdue, and nobody ever reported on it; the latest due first."""
    return sorted((row for row in rows if row["state"] == "overdue_unreported"), key=lambda row: -row["days"])


def due_within(rows: Iterable[SomeRow], *, days: int = 90) -> list[SomeRow]:
    """Tasks and steps not done yet whose day comes within `days`, the nearest first."""
    coming = [row for row in rows if row["days"] is not None and 0 <= row["days"] <= days]
    return sorted((row for row in coming if row["state"] not in SETTLED), key=lambda row: row["days"])


def waiting_to_close(rows: Iterable[SomeRow]) -> list[SomeRow]:
    """Reported done and not yet closed; the longest waiting first."""
    waiting = (row for row in rows if row["state"] in REPORTED_DONE or _done_again(row))
    return sorted(waiting, key=lambda row: row["done_on"])


# one task ----------------------------------------------------------------------------------------


def state_word(row: Row) -> str:
    return read_words().tasks[row["state"]].word


def name_of(row: Row) -> str:
    """The task; a step with the task it belongs to: 搬迁改造：完成选址."""
    return f"{row['task_title']}：{row['title']}" if row["step"] and row.get("task_title") else str(row["title"])


def who_says(row: Row) -> str:
    """On what its state rests: who said what and when, both sides where they differ; "" where nobody said anything."""
    state = row["state"]
    if state == "found_undone":
        return f"{_done(row)}；{day_words(row['contested_on'])}督察认定不实"
    if state == "relapsed":
        back = f"{day_words(row['relapsed_on'])}反弹" if row.get("relapsed_on") else "此后反弹"
        return f"{_closed(row)}，{back}" + (f"；{_done(row)}" if _done_again(row) else "")
    if state == "closed":
        return _closed(row) + (f"，此前反弹{row['relapses']}次" if row.get("relapses") else "")
    if state in REPORTED_DONE:
        return _done(row)
    found = f"{day_words(row['contested_on'])}督察认定不实" if row.get("contested") else ""
    told = row.get("told_state")
    if not told:
        never = f"从未见到报告，{days_words(row)}" if state == "overdue_unreported" else ""
        return "；".join(part for part in (never, found) if part)
    percent = f"，进度{row['told_percent']:g}%" if row.get("told_percent") is not None else ""
    overdue = days_words(row) if state in ("overdue", "overdue_working") else ""
    said = f"{_by(row['told_unit'])}{day_words(row['told_on'])}：{read_words().task_reports[told]}{percent}"
    return "；".join(part for part in (overdue, said, found) if part)


def _done_again(row: Row) -> bool:
    """Whether what came back after its closing has been reported done since."""
    return bool(row["state"] == "relapsed" and row.get("told_state") == "done" and row["told_on"] > row["closed_on"])


def _done(row: Row) -> str:
    return (
        f"{_by(row.get('done_unit'))}{day_words(row.get('done_on'))}报告完成" if row.get("done_on") else "没有完成报告"
    )


def _closed(row: Row) -> str:
    person = f"（{row['closed_person']}）" if row.get("closed_person") else ""
    return f"{_by(row.get('closed_unit'))}{person}{day_words(row.get('closed_on'))}销号"


def _by(unit: str | None) -> str:
    return unit or "报告单位未注明，"


def done_on_paper(row: Row, targets: Iterable[Row]) -> str:
    """The finding leaders want: the task is reported done, the figures it serves are not there. "" where there is none.

    任务已报完成，但所服务的目标“江西省森林覆盖率”未见改善. `targets`: judgements with place_name, indicator_name.
    """
    if row["state"] not in SETTLED:
        return ""
    behind = [target for target in targets if target["light"] in ("red", "yellow")]
    if not behind:
        return ""
    named = "、".join(
        f"“{each['place_name']}{each['indicator_name']}”{status_word(each)}" for each in behind[:_MOST_NAMED]
    )
    more = f"等{len(behind)}项" if len(behind) > _MOST_NAMED else ""
    said = "已销号" if row["state"] == "closed" else "已报完成"
    return f"任务{said}，但所服务的目标{named}{more}"


def change_words(before: str, after: str) -> str:
    """未到期 → 已完成（待销号), as plain text."""
    words = read_words().tasks
    return f"{words[before].word if before else '未登记'} → {words[after].word}"


def attention_sentence(row: Row) -> str:
    """One item of what needs attention as plain text: name, state, who says so."""
    said = who_says(row)
    return f"{name_of(row)}：{state_word(row)}" + (f"，{said}" if said else "")
