"""Upload day, step by step: a file becomes a draft, the draft is read, asked about, rehearsed, published.

The draft's number stands in the address, so that F5 or a sent link goes on where it was. Nothing is
stored among the figures before somebody presses 发布.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import streamlit as st

from dashboard import data, turns, upload_lists, visitor
from dashboard.pieces import draw, empty, section
from dashboard.tables import download
from etl.access import Person
from etl.approval import hand_in, submits, why_not_hand_in
from etl.drafts import Draft, drop_draft, load_draft, save_draft
from etl.intake import MOST_BYTES, Intake, read_file, rehearse_file, why_not_ready
from etl.problem import Refused
from etl.publish import Release
from etl.recipes import learned
from etl.recognise.grid import shown_name
from etl.recognise.report import Question
from etl.rehearsal import Rehearsal
from etl.store import StoreError

KINDS = ["xlsx", "xls", "csv", "htm", "html", "txt", "xlsm", "et", "ods", "xlsb"]
LONGEST_NOTE = 200
_SHOWN_QUESTIONS = 30


def current() -> Draft | None:
    """The upload the address names, None where there is none."""
    number = st.query_params.get("draft")
    return load_draft(data.store(), number, by=visitor.current()) if number else None


def take_file() -> None:
    """Step 1: a file is dropped; it becomes a draft and the address names it."""
    received = st.file_uploader(
        f"把年鉴处发来的文件原样拖到这里（xlsx、xls、csv，不超过{MOST_BYTES // 2**20}MB）",
        type=KINDS, max_upload_size=MOST_BYTES // 2**20, key="received",
    )  # fmt: skip
    if received is not None:
        start(shown_name(received.name), received.getvalue())


def start(name: str, content: bytes) -> None:
    """Keep a file as a new draft and show its second step."""
    try:
        number = save_draft(data.store(), file_name=name, data=content, answers={}, by=visitor.current())
    except (Refused, StoreError) as problem:
        st.error(str(problem))
        return
    st.query_params["draft"] = number
    st.query_params.pop("done", None)
    st.rerun()


def read(draft: Draft) -> Intake:
    """Step 2: what the file says, with the answers so far; read again only when one of these changes."""
    with turns.long_work("正在识别文件……"):
        return _read(draft.draft, visitor.current(), _answers_of(draft), data.store().version(), learned(data.store()))


def rehearse(draft: Draft) -> Rehearsal:
    """Step 3: what publishing would change."""
    with turns.long_work("正在预演……"):
        answers, store = _answers_of(draft), data.store()
        return _rehearse(draft.draft, visitor.current(), answers, store.version(), learned(store))


def _answers_of(draft: Draft) -> str:
    return json.dumps(draft.answers, sort_keys=True)


@lru_cache(maxsize=4)
def _read(number: str, by: Person, answers: str, _version: int, _learned: tuple[str, ...]) -> Intake:
    draft = load_draft(data.store(), number, by=by)
    if draft is None:  # given up in another window between two lines of the page
        raise StoreError("这份文件已在别处发布或放弃，请重新上传。")
    return read_file(data.store(), draft.data, name=draft.file_name, answers=json.loads(answers), by=by)


@lru_cache(maxsize=4)
def _rehearse(number: str, by: Person, answers: str, version: int, known: tuple[str, ...]) -> Rehearsal:
    intake = _read(number, by, answers, version, known)
    rehearsal = rehearse_file(data.store(), intake)
    # A report that may not stand must not look as if it closed something.
    return replace(rehearsal, tasks=()) if intake.stopped else rehearsal


def ask(draft: Draft, intake: Intake) -> None:
    """The open questions; what may be answered besides; and what was answered, to be changed. An answer is kept at once."""
    report = intake.report
    questions = report.questions
    draw(section("需要您回答", f"还有{len(questions)}个问题" if questions else "没有问题"))
    if not questions:
        draw(empty("文件里该有的都认出来了，没有要问的。"))
    for question in questions[:_SHOWN_QUESTIONS]:
        _ask_one(draft, question)
    if len(questions) > _SHOWN_QUESTIONS:
        draw(empty(f"显示前{_SHOWN_QUESTIONS}个问题，共{len(questions)}个；答完这些再显示其余的。"))
    settled = dict(report.settled)
    for offer in report.offers:
        _choose_one(
            draft, offer, current=settled.get(offer.id, offer.choices[0]), label=f"可选　{offer.where}：{offer.why}"
        )
    if report.answered:
        with st.expander(f"已回答的{len(report.answered)}个问题，可以改"):
            for question in report.answered[:_SHOWN_QUESTIONS]:
                _choose_one(draft, question, current=settled[question.id], label=f"{question.where}：{question.why}")
            if draft.answers and st.button("清空回答，重新来", key="again"):
                _keep(draft, {})


def _ask_one(draft: Draft, question: Question) -> None:
    picked = st.selectbox(
        f"{question.where}：{question.why}", question.choices, index=None, key=f"answer-{draft.draft}-{question.id}",
        placeholder="请选择", width=900,
    )  # fmt: skip
    if picked is not None:
        _keep(draft, {**draft.answers, question.id: picked})


def _choose_one(draft: Draft, question: Question, *, current: str, label: str) -> None:
    """A question that has an answer: another one may be picked."""
    meaning = question.meaning_of(current)
    at = next((at for at, choice in enumerate(question.choices) if question.meaning_of(choice) == meaning), None)
    picked = st.selectbox(label, question.choices, index=at, key=f"choice-{draft.draft}-{question.id}-{at}", width=900)
    if picked is not None and at is not None and picked != question.choices[at]:
        _keep(draft, {**draft.answers, question.id: picked})


def _keep(draft: Draft, answers: Mapping[str, str]) -> None:
    save_draft(
        data.store(), draft=draft.draft, file_name=draft.file_name, data=draft.data, answers=answers,
        by=visitor.current(), note=draft.note,
    )  # fmt: skip
    st.rerun()


def show_rehearsal(intake: Intake, rehearsal: Rehearsal, *, name: str) -> None:
    """What publishing a file would change, and every cell of it; the screen shows the first rows, the downloads all."""
    names, stem = upload_lists.names_for(intake), shown_name(name).rsplit(".", 1)[0]
    draw(section("预演", "还没有存入任何数据"), upload_lists.counts(rehearsal, kind=intake.kind))
    draw(
        upload_lists.tasks(rehearsal.tasks) if intake.kind == "tasks" and not intake.stopped else None,
        upload_lists.judgements(rehearsal.judgements),
        upload_lists.changes(rehearsal, names)
        if intake.kind in upload_lists.WITH_NUMBERS
        else upload_lists.said(intake),
    )
    with st.container(horizontal=True):
        changes = upload_lists.change_rows(rehearsal, names)
        download(changes, upload_lists.CHANGE_COLUMNS, name=f"预演_{stem}", label="下载全部变化（CSV）")
        cells = upload_lists.cell_rows(intake.report, names)
        download(cells, upload_lists.CELL_COLUMNS, name=f"逐格_{stem}", label="下载逐格报告（CSV）")
    with st.expander(f"文件里的每一格（{len(intake.report.cells)}格）和跳过的行（{len(intake.report.skipped)}行）"):
        draw(upload_lists.cells(intake.report, names), upload_lists.skipped(intake.report))


def last_step(by: Person, intake: Intake | None = None) -> str:
    """What somebody does with a file in the end: publish it, or submit it to another."""
    return "送审" if submits(by, intake.rows if intake else ()) else "发布"


def publish(draft: Draft, intake: Intake, rehearsal: Rehearsal) -> None:
    """Step 4: name and note, then the one button that changes the figures, or lays them before another; or give up."""
    by = visitor.current()
    word = last_step(by, intake)
    draw(section(word, "发布后可以撤回" if word == "发布" else "由另一个人审核后发布；审核以前可以收回"))
    if intake.report.questions:
        draw(empty(f"请先回答上面的{len(intake.report.questions)}个问题。"))
    elif not intake.ready:
        draw(*(upload_lists.reason_against(problem) for problem in why_not_ready(intake)))
    elif reason := why_not_hand_in(data.store(), intake, by=by):
        draw(empty(reason))
    else:
        _publish_form(draft, intake, rehearsal)
    if st.button("放弃这份文件", key="give-up"):
        drop_draft(data.store(), draft.draft, by=visitor.current())
        st.query_params.pop("draft", None)
        st.rerun()


def _publish_form(draft: Draft, intake: Intake, rehearsal: Rehearsal) -> None:
    with st.form("publish", border=False, width=900):
        by = visitor.ask_name()
        note = st.text_input("说明", max_chars=LONGEST_NOTE, placeholder="例如：2025年年鉴第八章，替换初步数")
        pressed = st.form_submit_button(last_step(by, intake), type="primary")
    seen = version_seen(draft.draft, rehearsal)
    if pressed:
        _publish_now(draft, intake, rehearsed=seen, by=by, note=note.strip())


def version_seen(number: str, rehearsal: Rehearsal) -> int:
    """The version of the data behind the rehearsal that was on the screen until now; this one from now on.

    Pressing a button draws the page again: what counts is what was seen when it was pressed.
    """
    key = f"rehearsed-{number}"
    seen: int = st.session_state.get(key, rehearsal.version)
    st.session_state[key] = rehearsal.version
    return seen


def _publish_now(draft: Draft, intake: Intake, *, rehearsed: int, by: Person, note: str) -> None:
    try:
        with turns.long_work("正在办理……"):
            done = hand_in(
                data.store(), intake, data=draft.data, name=draft.file_name, by=by, answers=draft.answers,
                note=note or None, rehearsed=rehearsed,
            )  # fmt: skip
    except (Refused, StoreError) as problem:
        st.error(str(problem))
        return
    drop_draft(data.store(), draft.draft, by=by)
    st.query_params.pop("draft", None)
    st.query_params["done"] = done.release if isinstance(done, Release) else done.submission
    st.session_state["was-there"] = isinstance(done, Release) and done.already
    st.rerun()
