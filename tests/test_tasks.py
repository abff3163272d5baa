"""Tasks: what a report may say, who may close, and how a task stands on a day (METHOD §4)."""

from dataclasses import replace
from datetime import date

import pytest

from etl.access import LOCAL, Person
from etl.intake import publish_file, read_file, rehearse_file
from etl.problem import Refused
from etl.publish import publish, withdraw
from etl.register import read_register
from etl.store import Store, read_sql
from etl.task_reports import read_explanations, read_task_reports
from etl.task_rules import MOST_EVIDENCE
from etl.words import read_words
from tests.conftest import SMALL

SURVEY = "plan-2018.task.survey"  # due on 2018-06-30, one step due within 2018, led by 省生态环境厅
HEADER = "task,step,document,place,state,stated_on,percent,text,evidence,evidence_file,unit,person,basis,source,note"


def file_of(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *lines, "")).encode()


def report(task: str = SURVEY, state: str = "done", on: str = "2018-06-20", **others: str) -> str:
    """One line of a file of reports."""
    cells = {"task": task, "state": state, "stated_on": on, "text": "说明", **others}
    return ",".join(cells.get(column, "") for column in HEADER.split(","))


def tell(store: Store, *lines: str) -> None:
    """Publish reports as a file, the way people do."""
    data = file_of(*lines)
    publish_file(store, read_file(store, data, name="tasks.csv"), data=data, name="tasks.csv", by=LOCAL)


def state_on(store: Store, day: str, *, step: int = 0) -> str | None:
    """How the survey (or a step of it) stands on a day."""
    found = store.rows(
        f"select state from ({read_sql('task_state.sql')}) s where task = ? and step = ?",
        [date.fromisoformat(day), SURVEY, step],
    )
    return found[0][0] if found else None


# the file ----------------------------------------------------------------------------------------

READ = [
    ("a task by its id, a state by its id", report(), (SURVEY, 0, "done")),
    ("a task by its title, a state by its word", report("完成污染源普查", "报告完成"), (SURVEY, 0, "done")),
    ("a step by its number", report(step="1"), (SURVEY, 1, "done")),
    ("a step by its title", report(step="入户调查"), (SURVEY, 1, "done")),
    (
        "a total for many tasks names the document",
        report("", document="甲省要点", text="12个已全部完成"),
        ("", 0, "done"),
    ),
]


@pytest.mark.parametrize(("line", "read"), [case[1:] for case in READ], ids=[case[0] for case in READ])
def test_a_line_is_read(line: str, read: tuple[str, int, str]) -> None:
    rows, problems = read_task_reports(
        file_of(line), name="tasks.csv", register=read_register(SMALL / "indicators.toml")
    )
    assert problems == []
    assert [(row.task, row.step, row.state) for row in rows] == [read]


def test_a_unit_renamed_since_is_one_unit() -> None:
    lines = [report(unit=name) for name in ("省环保厅", "省生态环境厅", "env")]
    rows, _ = read_task_reports(file_of(*lines), name="t", register=read_register(SMALL / "indicators.toml"))
    assert {row.unit for row in rows} == {"env"}


BROKEN = [
    ("an unknown task", report("完成污染源普差"), "相近的有：完成污染源普查"),
    ("a total that names no document", report(""), "要写明是哪份文件"),
    ("a task of another document", report(document="乙省要点"), "这项任务出自另一份文件"),
    ("an unknown step", report(step="9"), "这项任务没有这个步骤"),
    ("an unknown state", report(state="差不多了"), "报告完成"),
    ("a day before the document", report(on="2018-02-01"), "早于文件的印发日期"),
    ("a day that has not come", report(on="2099-01-01"), "日期在今天以后"),
    ("no day", report(on=""), "报告的日期"),
    ("more than all", report(percent="120"), "0–100"),
    ("no words", report(text=""), "不能为空"),
    ("evidence with a path", report(evidence_file="../a.pdf"), "不带路径"),
    ("another place", report(place="乙市"), "登记在另一个地区"),
    ("a closing without basis", report(state="closed", unit="省发展改革委", person="李四"), "销号要写明销号的依据"),
    ("a closing without a name", report(state="closed", unit="省发展改革委", basis="验收"), "销号要写明由谁销号"),
    ("a closing without a unit", report(state="closed", person="李四", basis="验收"), "销号要写明由哪个单位销号"),
]


@pytest.mark.parametrize(("line", "said"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_mistake_is_a_sentence_with_its_line(line: str, said: str) -> None:
    rows, problems = read_task_reports(
        file_of(report(), line), name="tasks.csv", register=read_register(SMALL / "indicators.toml")
    )
    assert len(rows) == 1
    (problem,) = problems
    assert problem.where.startswith("tasks.csv 第3行")
    assert said in problem.message


def test_all_mistakes_come_at_once() -> None:
    lines = [line for _, line, _ in BROKEN]
    _, problems = read_task_reports(file_of(*lines), name="t", register=read_register(SMALL / "indicators.toml"))
    assert len(problems) == len(BROKEN)


# who may say what ---------------------------------------------------------------------------------

DONE = report(on="2018-06-20", unit="env", person="张三")
CLOSED = report(state="closed", on="2018-08-01", unit="省发展改革委", person="李四", basis="验收报告")
FOUND = report(state="contested", on="2018-10-01", unit="督察组")
VERIFIED = report(state="verified", on="2018-11-01", unit="省发展改革委", person="李四", basis="复核报告")

REFUSED = [
    ("nothing is closed that was not reported done", [], CLOSED, "还没有完成报告"),
    ("the unit that reported does not close", [DONE], CLOSED.replace("省发展改革委", "省环保厅"), "不能自己销号"),
    ("the person who reported does not close", [DONE], CLOSED.replace("李四", "张三"), "张三是这项任务的报告人"),
    ("the unit in charge does not close, whoever reported", [report()], CLOSED.replace("省发展改革委", "env"), "不能自己销号"),
    ("what is closed is not closed again", [DONE, CLOSED], CLOSED.replace("08-01", "08-02"), "已经销号"),
    ("only what was closed relapses", [DONE], report(state="relapsed", on="2018-09-01"), "还没有销号"),
    ("only what was found undone is verified", [DONE], VERIFIED, "没有待复核的督察意见"),
    ("what was found undone is verified before it is closed", [DONE, FOUND], CLOSED.replace("08-01", "12-01"), "复核属实后"),
    ("a closing does not come before the report", [DONE], CLOSED.replace("08-01", "06-01"), "还没有完成报告"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "line", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_may_not_be_said_is_refused_and_changes_nothing(
    small: Store, before: list[str], line: str, said: str
) -> None:
    if before:
        tell(small, *before)
    counted = small.rows("select count(*) from task_report")
    with pytest.raises(Refused, match=said):
        tell(small, line)
    assert small.rows("select count(*) from task_report") == counted


def test_two_who_close_at_once_close_once(small: Store) -> None:
    tell(small, DONE)
    first, second = file_of(CLOSED), file_of(CLOSED.replace("李四", "王五"))
    read = read_file(small, second, name="second.csv")  # before the first is published
    assert read.ready
    publish_file(small, read_file(small, first, name="first.csv"), data=first, name="first.csv", by=LOCAL)
    with pytest.raises(Refused, match="已经销号"):
        publish_file(small, read, data=second, name="second.csv", by=LOCAL)


def test_the_same_file_twice_changes_nothing(small: Store) -> None:
    tell(small, DONE, CLOSED)
    data = file_of(DONE, CLOSED)
    again = publish_file(small, read_file(small, data, name="tasks.csv"), data=data, name="tasks.csv", by=LOCAL)
    assert again.already
    assert small.rows("select count(*) from task_report") == [(2,)]


# evidence -----------------------------------------------------------------------------------------


def test_evidence_is_kept_byte_for_byte(small: Store) -> None:
    data, proof = file_of(report(evidence_file="证明.pdf")), bytes(range(256))
    intake = read_file(small, data, name="tasks.csv", evidence={"证明.pdf": proof, "无关.pdf": b"x"})
    release = publish_file(small, intake, data=data, name="tasks.csv", by=LOCAL)
    assert small.rows("select release, file_name, bytes from evidence") == [(release.release, "证明.pdf", proof)]


WRONG_EVIDENCE = [
    ("evidence that did not come", {}, "没有一起送来"),
    ("evidence that is too large", {"证明.pdf": bytes(MOST_EVIDENCE + 1)}, "超过 20 MB 的上限"),
]


@pytest.mark.parametrize(
    ("came", "said"), [case[1:] for case in WRONG_EVIDENCE], ids=[case[0] for case in WRONG_EVIDENCE]
)
def test_wrong_evidence_is_a_sentence(small: Store, came: dict[str, bytes], said: str) -> None:
    intake = read_file(small, file_of(report(evidence_file="证明.pdf")), name="tasks.csv", evidence=came)
    assert not intake.ready
    assert said in intake.problems[0].message


# how it stands -------------------------------------------------------------------------------------

WORKING = report(state="on_schedule", on="2018-03-20")
BEHIND = report(state="behind", on="2018-03-20")
LATE = report(state="progress", on="2018-09-01")
RELAPSED = report(state="relapsed", on="2018-12-01")

STANDS = [
    ("before the document there is no task", [], "2018-02-01", None),
    ("more than 90 days before the date", [], "2018-03-31", "not_due"),
    ("90 days before it", [], "2018-04-01", "due_soon"),
    ("on the day itself", [], "2018-06-30", "due_soon"),
    ("past it, and nobody ever reported: no colour without a word", [], "2018-07-01", "overdue_unreported"),
    ("past it, and the last word is old and from before it", [WORKING], "2019-07-01", "overdue_unreported"),
    ("reported on schedule", [WORKING], "2018-03-25", "not_due_on_schedule"),
    ("reported on schedule, and an inspector found otherwise: no green", [WORKING, report(state="contested", on="2018-03-22", unit="督察组")], "2018-03-25", "not_due"),
    ("reported behind", [BEHIND], "2018-03-25", "not_due_behind"),
    ("past it, and work was reported within a year", [LATE], "2018-09-02", "overdue_working"),
    ("past it, and the last word is over a year old", [LATE], "2019-10-01", "overdue"),
    ("past it, and said to be undone", [report(state="not_done", on="2018-09-01")], "2018-09-02", "overdue"),
    ("a report counts from its day on", [LATE], "2018-08-31", "overdue_unreported"),
    ("reported done before the date", [DONE], "2018-06-25", "done_early"),
    ("reported done, and the date has passed: it waits for closing", [DONE], "2018-07-01", "done"),
    ("closed by another", [DONE, CLOSED], "2018-08-01", "closed"),
    ("the day before the closing", [DONE, CLOSED], "2018-07-31", "done"),
    ("a later word of the unit opens it again", [DONE, report(state="progress", on="2018-07-10")], "2018-07-11", "overdue_working"),
    ("reported done, found undone", [DONE, FOUND], "2018-10-01", "found_undone"),
    ("closed, found undone", [DONE, CLOSED, FOUND], "2018-10-01", "found_undone"),
    ("reporting done again does not answer a finding", [DONE, FOUND, report(on="2018-10-20")], "2018-10-21", "found_undone"),
    ("verified again", [DONE, CLOSED, FOUND, VERIFIED], "2018-11-01", "closed"),
    ("a finding before anything was reported done is no false report", [FOUND], "2018-10-01", "overdue_unreported"),
    ("closed, and it came back", [DONE, CLOSED, RELAPSED], "2018-12-01", "relapsed"),
    ("reported done again after it came back: closing is an act of its own", [DONE, CLOSED, RELAPSED, report(on="2018-12-20")], "2018-12-21", "relapsed"),
    ("closed again after it came back", [DONE, CLOSED, RELAPSED, report(on="2018-12-20"), CLOSED.replace("2018-08-01", "2019-01-10")], "2019-01-10", "closed"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "day", "state"), [case[1:] for case in STANDS], ids=[case[0] for case in STANDS])
def test_a_task_stands_by_the_calendar_and_its_reports(
    small: Store, lines: list[str], day: str, state: str | None
) -> None:
    if lines:
        tell(small, *lines)
    assert state_on(small, day) == state


def test_a_step_has_its_own_date_and_reports(small: Store) -> None:
    tell(small, report(step="1", on="2018-05-01"))
    assert (state_on(small, "2018-07-01"), state_on(small, "2018-07-01", step=1)) == (
        "overdue_unreported",
        "done_early",
    )


def test_a_withdrawn_report_was_never_made(small: Store) -> None:
    tell(small, DONE)
    (release,) = small.rows("select distinct release from task_report")[0]
    withdraw(small, release, reason="报错了", by=LOCAL)
    assert state_on(small, "2018-07-01") == "overdue_unreported"


def test_a_total_for_many_is_never_spread_over_tasks(small: Store) -> None:
    tell(small, report("", document="plan-2018", text="12个已全部完成"))
    assert state_on(small, "2018-07-01") == "overdue_unreported"


def test_every_state_has_its_words() -> None:
    words = read_words()
    sql = read_sql("task_state.sql")
    assert all(f"'{state}'" in sql for state in words.tasks)
    assert {state.heap for state in words.tasks.values()} == set(words.task_heaps)
    assert {state.light for state in words.tasks.values()} <= set(words.lights)


def test_the_rehearsal_says_what_becomes_of_the_tasks(small: Store) -> None:
    data = file_of(DONE, report(step="1"))
    found = rehearse_file(small, read_file(small, data, name="tasks.csv"))
    assert [(change.task, change.step, change.before, change.after) for change in found.tasks] == [
        (SURVEY, 0, "overdue_unreported", "done"),
        (SURVEY, 1, "overdue_unreported", "done"),
    ]
    assert small.rows("select count(*) from task_report") == [(0,)]


# what hangs on a task --------------------------------------------------------------------------------


@pytest.fixture
def waiting(small: Store) -> Store:
    """The trees are judged only once the survey is done."""
    with small.write() as cursor:
        cursor.execute("update target set after_task = ? where target = 'plan-2018.trees'", [SURVEY])
    publish(small, kind="assigned", rows=[], file_name="nothing.csv", data=b"", by=LOCAL)
    return small


WAITS = [
    ("not done: the condition is open", [], "condition_open"),
    ("done: it is judged", [DONE], "judged"),
    ("done, found undone: open again", [DONE, FOUND], "condition_open"),
]


@pytest.mark.parametrize(("lines", "expected"), [case[1:] for case in WAITS], ids=[case[0] for case in WAITS])
def test_a_target_waits_for_its_task(waiting: Store, lines: list[str], expected: str) -> None:
    data = file_of(*(lines or [report(step="1")]))
    intake = read_file(waiting, data, name="tasks.csv")
    announced = {(change.year, change.after_status) for change in rehearse_file(waiting, intake).judgements}
    publish_file(waiting, intake, data=data, name="tasks.csv", by=LOCAL)
    (status,) = waiting.rows("select status from assessment where target = 'plan-2018.trees' and year = 2018")[0]
    assert (status == "condition_open") == (expected == "condition_open")
    assert (2018, status) in announced or status == "condition_open"


# explanations --------------------------------------------------------------------------------------

EXPLAINED = "target,place,year,task,stated_on,cause,measures,unit,person"

EXPLANATIONS = [
    ("under a judgement", "plan-2018.pm25,乙市,2018,,2019-02-01,静稳天气多,错峰生产,省环保厅,张三", None),
    ("under a task", ",,,完成污染源普查,2019-02-01,人手不足,增派人员,env,张三", None),
    ("neither", ",,,,2019-02-01,原因,措施,env,张三", "只写一个"),
    ("by a unit that is not in charge", "plan-2018.pm25,乙市,2018,,2019-02-01,原因,措施,省水利厅,张三", "由牵头单位说明"),
    ("unsigned", "plan-2018.pm25,乙市,2018,,2019-02-01,原因,措施,env,", "请写明签名"),
    ("of a place the target is not about", "plan-2018.pm25,甲省,2018,,2019-02-01,原因,措施,env,张三", "目标不涉及这个地区"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), [case[1:] for case in EXPLANATIONS], ids=[case[0] for case in EXPLANATIONS])
def test_an_explanation_is_signed_by_who_is_in_charge(line: str, said: str | None) -> None:
    rows, problems = read_explanations(
        file_of(line, header=EXPLAINED), name="why.csv", register=read_register(SMALL / "indicators.toml")
    )
    if said is None:
        assert ([(row.unit, row.person) for row in rows], problems) == ([("env", "张三")], [])
    else:
        assert (rows, len(problems)) == ([], 1)
        assert said in problems[0].message


def test_an_explanation_goes_the_way_of_every_file(small: Store) -> None:
    data = file_of(EXPLANATIONS[0][1], header=EXPLAINED)
    intake = read_file(small, data, name="why.csv")
    assert (intake.kind, intake.ready) == ("explanations", True)
    publish_file(small, intake, data=data, name="why.csv", by=LOCAL)
    assert small.rows("select target, place, year, cause, measures from explanation") == [
        ("plan-2018.pm25", "C1", 2018, "静稳天气多", "错峰生产")
    ]


# with sign-in the account counts ---------------------------------------------------------------------


def signed_in(name: str, account: str) -> Person:
    return replace(LOCAL, name=name, account=account)


# who brought the report and under what name, who closes, whether he may
HANDS = [
    ("one account under another name does not close its own report", ("张三", "a", "张三"), ("张山", "a"), False),
    ("another account of the same name may", ("张三", "a", "张三"), ("张三", "b"), True),
    ("whoever brought a report in another's name does not close it", ("张三", "a", "王五"), ("张三", "a"), False),
    ("nor does the one it was brought for", ("张三", "a", "李四"), ("李四", "b"), False),
    ("a third may", ("张三", "a", "李四"), ("王五", "c"), True),
    ("a typed name counts against an account", ("张三", "", "张三"), ("张三", "a"), False),
]


@pytest.mark.parametrize(("reported", "closed", "may"), [case[1:] for case in HANDS], ids=[case[0] for case in HANDS])
def test_the_same_hands_by_account(small: Store, reported, closed, may):
    name, account, signature = reported
    done = file_of(report(on="2018-06-20", unit="env", person=signature))
    publish_file(
        small, read_file(small, done, name="done.csv"), data=done, name="done.csv", by=signed_in(name, account)
    )
    closing = file_of(report(state="closed", on="2018-08-01", unit="省发展改革委", person=closed[0], basis="验收报告"))
    intake = read_file(small, closing, name="closed.csv", by=signed_in(*closed))
    if may:
        publish_file(small, intake, data=closing, name="closed.csv", by=signed_in(*closed))
    else:
        with pytest.raises(Refused, match="是这项任务的报告人，不能自己销号"):
            publish_file(small, intake, data=closing, name="closed.csv", by=signed_in(*closed))
