"""One task: clause, steps, everything ever reported with its evidence, the targets it serves, explanations, forms."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from dashboard import data, explaining, pieces, questions, task_forms, task_lists, task_questions, visitor
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.tables import Column, table
from etl import sentences as words_of
from etl import task_sentences as sentences
from etl.access import ORIGINALS, may
from etl.clock import china_now
from etl.history import evidence_of
from etl.recognise.grid import shown_name
from etl.words import read_words

# Acts of others than the unit that does the work stand on the other side of the history.
_OTHER_SIDE = ("closed", "relapsed", "contested", "verified")


# picking -----------------------------------------------------------------------------------------


def picked(rows: Sequence[Row]) -> Row | None:
    """The task of the address; None where it names none that was issued by the day looked from."""
    wanted = st.query_params.get("task")
    return next((row for row in rows if row["task"] == wanted and row["step"] == 0), None)


def missing(rows: Sequence[Row], *, day: date) -> Markup | None:
    """Why the task of the address is not shown; None where the address names none, or the task is there."""
    wanted = st.query_params.get("task")
    if not wanted or picked(rows):
        return None
    known = any(row["task"] == wanted for row in task_questions.states(china_now().date()))
    return pieces.empty(
        f"到{sentences.day_words(day)}，这项任务（{wanted}）的文件还没有印发；下面是当时的全部任务。"
        if known
        else f"没有编号为“{shown_name(wanted)}”的任务；下面是全部任务。"
    )


def pick_another(rows: Sequence[Row], task: Row | None) -> None:
    """Pick any task by some of its words; it goes into the address."""
    labels = {
        row["task"]: f"{row['document_name']}　{row['section'] or ''}　{row['title']}"
        for row in sentences.tasks_only(rows)
    }
    ids, widget = list(labels), f"choose-task-{task['task'] if task else ''}"
    st.selectbox(
        "看哪一项任务", ids, index=ids.index(task["task"]) if task else None, format_func=labels.__getitem__, key=widget,
        placeholder="输入几个字查找", on_change=_into_address, args=(widget,),
    )  # fmt: skip


def _into_address(widget: str) -> None:
    if st.session_state[widget] is None:
        st.query_params.pop("task", None)
    else:
        st.query_params["task"] = st.session_state[widget]


# the view ----------------------------------------------------------------------------------------


def draw(task: Row, rows: Sequence[Row], *, year: int, day: date) -> None:
    """All of it, top to bottom: the state and who says so, clause, steps, targets, both sides, explanations, forms."""
    steps = [row for row in rows if row["task"] == task["task"] and row["step"]]
    served = served_targets(task, year=year)
    reports = task_questions.reports(task["task"])
    pieces.headline(f"{task['title']}：{sentences.state_word(task)}", _lead(task, steps, day))
    finding = sentences.done_on_paper(task, served)
    if finding:
        pieces.draw(h("p", finding, class_="finding", role="note"))
    left, right = st.columns([1, 1], gap="large")
    with left:
        pieces.draw(
            h("p", task_lists.mark(task), class_="large-mark"), pieces.section("条款"), _clause(task, year, day)
        )
    with right:
        pieces.draw(
            pieces.section("步骤", f"{len(steps)}个" if steps else "没有分步"),
            _steps(steps),
            pieces.section("所服务的目标", f"站在{year}年看"),
            _served(served, year=year),
        )
    pieces.draw(pieces.section("报告与核查", f"{len(reports)}条，一条也不删"), _history(reports, day=day))
    _evidence(reports)
    pieces.draw(
        pieces.section("原因和下一步措施", "牵头单位的说明"),
        explaining.shown(task_questions.explanations(task=task["task"])),
    )
    task_forms.draw(task, steps, day=day)


def _lead(task: Row, steps: Sequence[Row], day: date) -> str:
    said = sentences.who_says(task) or sentences.days_words(task)
    worse = [f"步骤{row['step']}{sentences.state_word(row)}" for row in sentences.needs_attention(steps)]
    parts = [f"看到{sentences.day_words(day)}" + (f"：{said}" if said else ""), "、".join(worse)]
    return "；".join(part for part in parts if part) + "。"


def _clause(task: Row, year: int, day: date) -> Markup:
    days = sentences.days_words(task)
    return pieces.facts(
        (
            ("原文", h("q", task["quote"])),
            ("出处", h("a", f"《{task['document_title']}》{task['section'] or ''}", href=link("documents", document=task["document_label"], year=year))),
            ("地方", task["place_name"]),
            ("期限", sentences.due_words(task) + (f"（{days}）" if days else "")),
            ("目标", task["goal"] or "原文没有另写"),
            ("牵头单位", unit_links(task["lead"], year=year, day=day)),
            ("配合单位", unit_links(task["support"], year=year, day=day)),
            ("读法", task["reading"] or "按字面，无需解释"),
            *((("说明", task["note"]),) if task["note"] else ()),
            ("任务编号", task["task"]),
        )
    )  # fmt: skip


def unit_links(units: Sequence[str], *, year: int, day: date) -> Markup | str:
    """Units as links to their own page."""
    if not units:
        return "未注明"
    return h(
        "span",
        (h("a", unit, href=link("units", unit=unit, year=year, day=day.isoformat())) for unit in units),
        class_="each",
    )


def _steps(steps: Sequence[Row]) -> Markup:
    if not steps:
        return pieces.empty("原文没有给这项任务分步，或各步没有分开写。")
    columns = [
        Column("步骤", lambda row: join(f"{row['step']}　{row['title']}", h("br"), h("small", _step_words(row)))),
        Column(
            "期限",
            lambda row: join(sentences.due_words(row), h("br"), h("small", sentences.days_words(row))),
            look="due-column",
        ),
        Column("状态", task_lists.mark, look="state-column"),
    ]
    return table(steps, columns, caption="步骤", look="cards")


def _step_words(row: Row) -> str:
    said = sentences.who_says(row) if row["state"] != "overdue_unreported" else ""
    return "　".join(part for part in (said, f"牵头：{pieces.lead_units(row)}" if row["lead"] else "") if part)


def served_targets(task: Row, *, year: int) -> list[Row]:
    """The verdicts, seen from the year, of the targets a task serves."""
    wanted = set(task["serves"] or ())
    return [row for row in questions.verdicts(year) if row["target"] in wanted]


def _served(rows: Sequence[Row], *, year: int) -> Markup:
    if not rows:
        return pieces.empty("登记表里没有写它服务于哪项目标。")
    return h(
        "ul",
        (
            h("li", pieces.status_link(row, year), "　", row["place_name"], row["indicator_name"], "，",
              words_of.goal_words(row, unit=row["unit"]), "，", words_of.deadline_words(row),
              h("p", row["reason"], class_="quiet") if row["reason"] else None)
            for row in words_of.worst_first(rows)
        ),
        class_="plain",
    )  # fmt: skip


# both sides --------------------------------------------------------------------------------------


def _history(reports: Sequence[Row], *, day: date) -> Markup:
    """Every report, newest first: on the left what the units say of their work, on the right what others found."""
    if not reports:
        return pieces.empty("还没有人报告过这项任务；在下面“报送”里报告进展，或在“数据上报”里上传一份任务报告。")
    columns = [
        Column("日期", lambda row: _when(row, day), look="short"),
        Column("责任单位的报告", lambda row: None if row["state"] in _OTHER_SIDE else _said(row), look="wide"),
        Column("销号与督察", lambda row: _said(row) if row["state"] in _OTHER_SIDE else None, look="wide"),
        Column("佐证与来源", _proof),
        Column("入库批次", _release),
    ]
    note = h(
        "p",
        visitor.NAMES_TYPED if visitor.current().account else "姓名是报送人自己填的，没有经过登录核实。",
        class_="quiet",
    )
    return join(table(reports, columns, caption="全部报告", look="cards"), note)


def _when(row: Row, day: date) -> Markup:
    after = h("small", "在所看的日期之后") if row["stated_on"] > day else None
    return join(row["stated_on"].isoformat(), h("br") if after else None, after)


def _said(row: Row) -> Markup:
    words = read_words()
    percent = f"，进度{row['percent']:g}%" if row["percent"] is not None else ""
    step = f"步骤{row['step']}：" if row["step"] else ""
    who = row["unit"] or "单位未注明"
    typed = None if row["signed"] else h("small", "（自填）")
    person = join("，", row["person"], typed) if row["person"] else None
    basis = f"依据：{row['basis']}" if row["basis"] else ""
    said = h("div", h("strong", f"{step}{words.task_reports[row['state']]}{percent}"), h("br"), h("q", row["text"]), h("br"),
             h("small", who, person), h("br") if basis else None, h("small", basis) if basis else None)  # fmt: skip
    return h("del", said, class_="withdrawn") if row["withdrawn"] or row["replaced"] else said


def _proof(row: Row) -> Markup | None:
    parts = [part for part in (row["evidence"], row["evidence_file"], row["source"], row["note"]) if part]
    return join(h("div", part) for part in parts) if parts else None


def _release(row: Row) -> Markup:
    out = (
        f"已撤回：{row['withdrawn_why'] or '未写原因'}"
        if row["withdrawn"]
        else "已被新版替换"
        if row["replaced"]
        else ""
    )
    address = link("upload", part="发布记录", release=row["release"])
    return join(h("a", row["release"], href=address), h("br") if out else None, h("small", out) if out else None)


def _evidence(reports: Sequence[Row]) -> None:
    """The files that came along, byte for byte."""
    files = {(row["release"], row["evidence_file"]): row["stated_on"] for row in reports if row["evidence_file"]}
    if not files or may(visitor.current(), ORIGINALS):
        return
    with st.container(horizontal=True):
        for (release, name), stated_on in files.items():
            st.download_button(
                f"下载佐证：{name}（{stated_on}，{release}）",
                visitor.taking(
                    f"{release} {name}", partial(evidence_of, data.store(), release, name, by=visitor.current()),
                    event="original", act=ORIGINALS,
                ),
                file_name=name, mime="application/octet-stream", on_click="ignore", key=f"evidence-{release}-{name}",
            )  # fmt: skip
