"""The forms of one task: report progress, close, relapse, finding, verification, explanation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard import explaining, filing, pieces, task_questions, visitor
from dashboard.ask import Row
from etl.access import CLOSE, REPORT, may
from etl.clock import china_now
from etl.task_reports import ACTS_OF_OTHERS, REPORT_COLUMNS
from etl.task_rules import MOST_EVIDENCE
from etl.words import read_words

_LABELS = {
    "state": "进展", "stated_on": "日期", "percent": "进度", "text": "内容", "evidence": "佐证文号或网址", "evidence_file": "佐证文件",
    "unit": "单位", "person": "姓名", "basis": "依据", "step": "任务或步骤", "task": "任务", "source": "来源",
}  # fmt: skip
_EXPLAIN = "原因和措施"


@dataclass(frozen=True)
class _Act:
    """One kind of report: what it is called, the states it may say, what it asks for."""

    name: str
    states: tuple[str, ...]
    note: str
    has_percent: bool = False
    has_basis: bool = False
    own_work: bool = False  # said by the units in charge of their own work


ACTS = (
    _Act("报告进展", ("progress", "on_schedule", "behind", "done", "not_done"),
         "责任单位报告自己的工作；报告完成以后，要由另一个单位销号。", has_percent=True, own_work=True),
    _Act("销号", ("closed",), "由报告完成以外的单位和另一个人，凭依据销号。", has_basis=True),
    _Act("反弹", ("relapsed",), "销号以后问题又出现；原来的报告和销号都保留。"),
    _Act("督察认定不实", ("contested",), "督察或核查发现与报告不一致：取消绿灯，两种说法都列出，直到复核属实。"),
    _Act("复核属实", ("verified",), "另一个单位复核，确认已经属实。", has_basis=True),
)  # fmt: skip


def draw(task: Row, steps: Sequence[Row], *, day: date) -> None:
    """Pick what to file, then its form; above them what the last one did."""
    pieces.draw(pieces.section("报送", "报了不改，错了可以撤回"), filing.result(task["task"]))
    by = visitor.current()
    names = [act.name for act in ACTS if not may(by, CLOSE if set(act.states) <= set(ACTS_OF_OTHERS) else REPORT)]
    names += [] if may(by, REPORT) else [_EXPLAIN]
    if not names:
        pieces.draw(pieces.empty(may(by, REPORT)))
        return
    picked = st.segmented_control("报送什么", names, key="act", bind="query-params", label_visibility="collapsed")
    if picked is None:
        pieces.draw(pieces.empty("选一种报送，这里就会出现要填的内容。"))
    elif picked == _EXPLAIN:
        pieces.draw(pieces.empty("牵头单位说明原因和下一步措施，注明日期，签上姓名。"))
        explaining.form(about=task["task"], cells={"task": task["task"]}, lead=task["lead"])
    else:
        _form(next(act for act in ACTS if act.name == picked), task, steps)
    if day < china_now().date():
        pieces.draw(pieces.empty("现在看的是过去的一天：那天以后的报告会登记在案，但不改变那天的状态。"))


def _form(act: _Act, task: Row, steps: Sequence[Row]) -> None:
    pieces.draw(pieces.empty(act.note))
    # enter does not send: a file that the browser turned away hides the button (pieces.css)
    with st.form(filing.key(f"act-{act.name}-{task['task']}"), width=900, enter_to_submit=False):
        cells = {"task": task["task"], "step": _step_field(steps), "state": _state_field(act)}
        with st.container(horizontal=True):
            on = st.date_input(
                "日期",
                china_now().date(),
                key=filing.key("on"),
                format="YYYY-MM-DD",
                min_value=date(2000, 1, 1),
                width=200,
            )
            percent = (
                st.number_input(
                    "进度（%，没有就留空）", 0.0, 100.0, None, key=filing.key("percent"), format="%g", width=220
                )
                if act.has_percent
                else None
            )
        text = st.text_area("内容", max_chars=filing.LONGEST_TEXT, key=filing.key("text"), height=90)
        basis = (
            st.text_input(
                f"{act.name}的依据",
                max_chars=filing.LONGEST_LINE,
                key=filing.key("basis"),
                placeholder="验收报告、公示、文号",
            )
            if act.has_basis
            else ""
        )
        evidence = st.text_input("佐证文号或网址", max_chars=filing.LONGEST_LINE, key=filing.key("evidence"))
        received = st.file_uploader(
            f"佐证文件（原样保存，不超过{MOST_EVIDENCE // 2**20}MB）",
            max_upload_size=MOST_EVIDENCE // 2**20,
            key=filing.key("evidence-file"),
        )
        unit = explaining.unit_field("单位", _unit_options(act, task), name=f"unit-{act.name}", free=True)
        person = visitor.name_field("姓名", key=filing.key("person"), help=filing.NAME_NOTE, width=260)
        visitor.name_note(filing.NAME_NOTE)
        pressed = st.form_submit_button(f"登记：{act.name}", type="primary")
    if not pressed:
        return
    file_name = filing.evidence_name(received.name) if received else ""
    cells |= {
        "stated_on": on.isoformat() if on else "", "percent": "" if percent is None else f"{percent:g}", "text": text or "",
        "basis": basis or "", "evidence": evidence or "", "evidence_file": file_name, "unit": unit, "person": person or "",
    }  # fmt: skip
    filing.submit(
        about=task["task"], columns=REPORT_COLUMNS, cells=cells, labels=_LABELS, name="任务报告.csv", required=("state", "unit", "person"),
        evidence=(file_name, received.getvalue()) if received else None,
    )  # fmt: skip


def _step_field(steps: Sequence[Row]) -> str:
    """The number of a step, "" for the whole task."""
    if not steps:
        return ""
    numbers = {"整个任务": "", **{f"步骤{row['step']}　{row['title']}": str(row["step"]) for row in steps}}
    return numbers[st.selectbox("任务或步骤", list(numbers), key=filing.key("step"), width=600)]


def _state_field(act: _Act) -> str:
    words = read_words().task_reports
    if len(act.states) == 1:
        return act.states[0]
    picked = st.selectbox(
        "进展",
        act.states,
        index=None,
        format_func=words.__getitem__,
        placeholder="请选择",
        key=filing.key("state"),
        width=300,
    )
    return picked or ""


def _unit_options(act: _Act, task: Row) -> list[str]:
    """Registered units: of their own work those in charge first, of others' acts last."""
    in_charge = [*task["lead"], *task["support"]]
    others = [row["label"] for row in task_questions.units() if row["label"] not in in_charge]
    return [*in_charge, *others] if act.own_work else [*others, *in_charge]
