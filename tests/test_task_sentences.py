"""Rows of tasks as they stand on a day in, sentences out: one case a sentence."""

from datetime import date
from typing import Any

import pytest

from etl import task_sentences as sentences
from etl.words import read_words

DAY = date(2026, 11, 22)


def task(state: str, **more: Any) -> dict[str, Any]:
    """A whole task in a state, with nothing known but what is given."""
    row = {
        "step": 0, "title": "出台办法", "task_title": "出台办法", "state": state, "contested": False, "due": None,
        "due_year": None, "standing": "", "days": None, "told_state": None, "told_on": None, "told_percent": None,
        "told_unit": None, "done_on": None, "done_unit": None, "closed_on": None, "closed_unit": None,
        "closed_person": None, "contested_on": None,
    }  # fmt: skip
    return row | more


def tasks(**many: int) -> list[dict[str, Any]]:
    return [task(state) for state, count in many.items() for _ in range(count)]


HEADLINES = [
    (
        "every heap that somebody must act on is named",
        tasks(closed=3, done=10, done_early=2, found_undone=1, relapsed=1, overdue=2, due_soon=2, overdue_unreported=5, not_due=4, standing=6),
        "到2026年11月22日，36项任务中已销号3项、已完成待销号12项，逾期或认定不实4项，90天内到期2项，已逾期未见报告5项",
    ),
    ("nothing done is said, not left out", tasks(not_due=7, due_soon=1), "到2026年11月22日，8项任务中没有一项报告完成，90天内到期1项"),
    ("steps are not counted as tasks", [*tasks(done=1), task("overdue", step=1)], "到2026年11月22日，1项任务中已完成待销号1项"),
    ("without tasks that is the message", [], "到2026年11月22日，还没有交办的任务"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "rows", "said"), HEADLINES, ids=[case[0] for case in HEADLINES])
def test_the_headline(sentence: str, rows: list[dict[str, Any]], said: str) -> None:
    assert sentences.headline(rows, day=DAY) == said, sentence


def test_the_heaps_hold_every_task_once() -> None:
    every = tasks(**dict.fromkeys(read_words().tasks, 1))
    assert sum(sentences.count(every).values()) == len(every)


def test_the_paragraph_says_what_the_headline_leaves_out() -> None:
    rows = [*tasks(not_due=2, standing=3), task("not_due", step=1, due=DAY), task("undated", step=2)]
    assert sentences.paragraph(rows) == (
        "另有未到期2项、长期坚持或未定时限3项。任务之下有2个步骤，1个有自己的期限，分开看、不计入任务数。"
    )


def test_the_order_of_what_is_worst_knows_every_state() -> None:
    assert set(sentences.WORST_FIRST) == set(read_words().tasks)


DUE = [
    ("a day", {"due": date(2017, 6, 30)}, "2017年6月30日"),
    ("only a year was named", {"due": date(2017, 12, 31), "due_year": 2017}, "2017年内"),
    ("a standing order", {"standing": "长期坚持"}, "长期坚持"),
    ("a day, and for good", {"due": date(2017, 6, 30), "standing": "长期坚持"}, "2017年6月30日，长期坚持"),
    ("neither", {}, "未定时限"),
]


@pytest.mark.parametrize(("sentence", "row", "said"), DUE, ids=[case[0] for case in DUE])
def test_when_it_is_due(sentence: str, row: dict[str, Any], said: str) -> None:
    assert sentences.due_words(row) == said, sentence


DAYS = [
    ("ahead", task("due_soon", days=30), "还有30天"),
    ("months, once there are more than two", task("not_due", days=400), "还有1年1个月"),
    ("the day itself", task("due_soon", days=0), "今天到期"),
    ("past", task("overdue", days=-12), "逾期12天"),
    ("long past", task("overdue_unreported", days=-3248), "逾期8年10个月"),
    ("whole years", task("overdue", days=-731), "逾期2年"),
    ("what is done is not late", task("done", days=-12), ""),
    ("without a day nothing is counted", task("standing"), ""),
]


@pytest.mark.parametrize(("sentence", "row", "said"), DAYS, ids=[case[0] for case in DAYS])
def test_how_far_the_day_is(sentence: str, row: dict[str, Any], said: str) -> None:
    assert sentences.days_words(row) == said, sentence


REPORTED = {"done_on": date(2018, 6, 30), "done_unit": "县城建局", "told_state": "done", "told_on": date(2018, 6, 30), "told_unit": "县城建局"}  # fmt: skip

WHO_SAYS = [
    ("done rests on who reported it", task("done", **REPORTED), "县城建局2018年6月30日报告完成"),
    (
        "a finding shows both sides",
        task("found_undone", **REPORTED, contested_on=date(2018, 11, 5)),
        "县城建局2018年6月30日报告完成；2018年11月5日督察认定不实",
    ),
    (
        "closing names who closed it",
        task("closed", **REPORTED, closed_on=date(2019, 1, 8), closed_unit="市督查室", closed_person="王五"),
        "市督查室（王五）2019年1月8日销号",
    ),
    (
        "what came back shows the closing it undoes",
        task("relapsed", **REPORTED, closed_on=date(2019, 1, 8), closed_unit="市督查室"),
        "市督查室2019年1月8日销号，此后反弹",
    ),
    (
        "what came back says when",
        task("relapsed", **REPORTED, closed_on=date(2019, 1, 8), closed_unit="市督查室", relapsed_on=date(2019, 4, 2)),
        "市督查室2019年1月8日销号，2019年4月2日反弹",
    ),
    (
        "what came back and is reported done again shows both, until it is closed again",
        task("relapsed", **{**REPORTED, "done_on": date(2019, 5, 6), "told_on": date(2019, 5, 6)}, closed_on=date(2019, 1, 8), closed_unit="市督查室"),
        "市督查室2019年1月8日销号，此后反弹；县城建局2019年5月6日报告完成",
    ),
    (
        "what was closed again does not hide that it came back",
        task("closed", **REPORTED, closed_on=date(2019, 8, 1), closed_unit="市督查室", relapses=1),
        "市督查室2019年8月1日销号，此前反弹1次",
    ),
    (
        "overdue, with the last word of the unit",
        task("overdue_working", days=-12, told_state="progress", told_on=date(2026, 10, 1), told_unit="县水利局", told_percent=60.0),
        "逾期12天；县水利局2026年10月1日：推进中，进度60%",
    ),
    ("overdue and never reported", task("overdue_unreported", days=-12), "从未见到报告，逾期12天"),
    (
        "a finding where nothing was reported done stands alone",
        task("standing", contested=True, contested_on=date(2021, 7, 17)),
        "2021年7月17日督察认定不实",
    ),
    ("nobody said anything, and nothing is due", task("not_due", days=200), ""),
    (
        "a report without a unit says so",
        task("not_due_behind", told_state="behind", told_on=date(2026, 10, 1)),
        "报告单位未注明，2026年10月1日：未达序时进度",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "row", "said"), WHO_SAYS, ids=[case[0] for case in WHO_SAYS])
def test_who_says_so(sentence: str, row: dict[str, Any], said: str) -> None:
    assert sentences.who_says(row) == said, sentence


def target(status: str, light: str, name: str = "森林覆盖率") -> dict[str, Any]:
    return {"status": status, "light": light, "place_name": "江西省", "indicator_name": name, "basis": "outlook", "better": "higher"}  # fmt: skip


ON_PAPER = [
    ("the figure has not moved", "done", [target("stalled", "red")], "任务已报完成，但所服务的目标“江西省森林覆盖率”未见改善"),
    ("closed is said as closed", "closed", [target("not_met", "red")], "任务已销号，但所服务的目标“江西省森林覆盖率”未达标"),
    (
        "several are named, the rest counted",
        "done_early",
        [target("not_met", "red", name) for name in "甲乙丙丁"],
        "任务已报完成，但所服务的目标“江西省甲”未达标、“江西省乙”未达标、“江西省丙”未达标等4项",
    ),
    ("green and grey are no finding", "done", [target("met", "green"), target("no_data", "grey")], ""),
    ("what is not reported done promises nothing", "not_due", [target("stalled", "red")], ""),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "state", "served", "said"), ON_PAPER, ids=[case[0] for case in ON_PAPER])
def test_done_on_paper_and_the_figure_not_moved(
    sentence: str, state: str, served: list[dict[str, Any]], said: str
) -> None:
    assert sentences.done_on_paper(task(state), served) == said, sentence


def test_lists_take_what_they_are_named_for() -> None:
    rows = [
        task("overdue", days=-3),
        task("overdue", days=-300),
        task("found_undone", days=-1, contested=True),
        task("done", days=20, done_on=date(2026, 11, 1)),
        task("due_soon", days=89, step=1),
        task("due_soon", days=2),
        task("overdue_unreported", days=-5),
        task("standing", contested=True),
    ]
    assert [row["days"] for row in sentences.needs_attention(rows)] == [-1, -300, -3, None]
    assert [row["days"] for row in sentences.due_within(rows)] == [2, 89]
    assert [row["days"] for row in sentences.waiting_to_close(rows)] == [20]
    assert [row["days"] for row in sentences.unreported(rows)] == [-5]
    again = task("relapsed", **{**REPORTED, "told_on": date(2019, 5, 6)}, closed_on=date(2019, 1, 8))
    assert sentences.waiting_to_close([again]) == [again], "what came back and is reported done again waits as well"
