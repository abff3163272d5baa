"""送审与审核: what waits for another person, seen in full, published, sent back with a reason, or taken back."""

from collections.abc import Callable
from functools import lru_cache

import streamlit as st

from dashboard import data, turns, upload_lists, upload_steps, visitor
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.pieces import draw, empty, facts, headline, section
from dashboard.tables import Column, table
from etl.access import APPROVE, Person, may, same_person
from etl.approval import (
    Submission,
    UnknownSubmission,
    approve,
    content_of,
    read_submission,
    send_back,
    submissions,
    take_back,
    why_not_hand_in,
)
from etl.drafts import save_draft
from etl.intake import Intake, rehearse_file, why_not_ready
from etl.problem import Refused
from etl.recipes import learned
from etl.rehearsal import Rehearsal
from etl.store import StoreError
from etl.words import read_words

_OUTCOMES = {"": "等待审核", "published": "已发布", "sent_back": "已退回", "taken_back": "已收回"}
_LONGEST = 200


def current() -> Submission | None:
    """The submission that the address names, None where there is none or it is not this visitor's affair."""
    number = st.query_params.get("submission")
    found = submissions(data.store(), by=visitor.current()) if number else []
    return next((each for each in found if each.submission == number), None)


def waiting_for(by: Person) -> int:
    """How many submissions of others wait for somebody who approves."""
    if may(by, APPROVE):
        return 0
    return sum(each.waits and not same_person(each.brought_by, by) for each in submissions(data.store(), by=by))


def everything() -> None:
    """All that waits, and what became of the rest."""
    found = submissions(data.store(), by=visitor.current())
    waiting = [each for each in found if each.waits]
    ended = [each for each in found if not each.waits]
    draw(section("等待审核", f"{len(waiting)}件"))
    draw(_table(waiting, caption="等待审核") if waiting else empty("没有等待审核的内容。"))
    if ended:
        draw(section("已办结", f"{len(ended)}件"), _table(ended, caption="已办结"))


def show(submission: Submission) -> None:
    """One submission as whoever brought it saw it, and what may be done with it."""
    by = visitor.current()
    headline(f"{submission.submission}：《{submission.file_name}》{_OUTCOMES[submission.outcome]}", _story(submission))
    draw(h("p", h("a", "返回送审与审核", href=link("upload", part="送审与审核"))))
    if not submission.waits:
        draw(_end(submission))
        if submission.outcome != "published" and same_person(submission.brought_by, by):
            _offer_again(submission, by=by)
        return
    with turns.long_work("正在预演……"):
        intake, rehearsal = _rehearsed(submission.submission, by, data.store().version(), learned(data.store()))
    _offer_file(submission, by=by)
    draw(upload_lists.problems(intake.problems), _answers(intake))
    upload_steps.show_rehearsal(intake, rehearsal, name=submission.file_name)
    draw(section("办理", "送审和审核不能是同一个人"))
    if same_person(submission.brought_by, by):
        if st.button("收回", key="take-back"):
            _do(lambda: take_back(data.store(), submission.submission, by=by))
    elif reason := why_not_hand_in(data.store(), intake, by=by, brought_by=submission.brought_by):
        draw(empty(reason))
    else:
        _decide(submission, intake, rehearsal, by=by)


def _decide(submission: Submission, intake: Intake, rehearsal: Rehearsal, *, by: Person) -> None:
    number = submission.submission
    seen = upload_steps.version_seen(number, rehearsal)
    if intake.ready:
        if st.button("审核通过，发布", type="primary", key="approve"):
            _do(lambda: approve(data.store(), number, by=by, rehearsed=seen))
    else:  # the register or the figures have changed since
        draw(*(upload_lists.reason_against(problem) for problem in why_not_ready(intake)))
    with st.form("send-back", width=900):
        reason = st.text_input("退回的原因", max_chars=_LONGEST)
        pressed = st.form_submit_button("退回")
    if pressed:
        _do(lambda: send_back(data.store(), number, by=by, reason=reason))


def _do(act: Callable[[], object]) -> None:
    try:
        with turns.long_work("正在办理……"):
            act()
    except (Refused, UnknownSubmission, StoreError) as problem:
        st.error(str(problem))
        return
    st.rerun()


def _offer_file(submission: Submission, *, by: Person) -> None:
    number = submission.submission
    content = content_of(data.store(), number, by=by)
    with st.container(horizontal=True):
        for name, file in ((submission.file_name, content.data), *content.evidence.items()):
            st.download_button(
                f"下载{'佐证' if name in content.evidence else '原件'}：{name}",
                visitor.taking(f"{number} {name}", lambda file=file: file, event="original"),  # type: ignore[misc]
                file_name=name, on_click="ignore", key=f"file-{number}-{name}",
            )  # fmt: skip


def _offer_again(submission: Submission, *, by: Person) -> None:
    """The same file as a new upload, with the answers that were given."""
    if st.button("再次上报", key="again"):
        content = content_of(data.store(), submission.submission, by=by)
        number = save_draft(
            data.store(), file_name=submission.file_name, data=content.data, answers=content.answers, by=by,
            note=submission.note or None,
        )  # fmt: skip
        st.query_params.clear()
        st.query_params["draft"] = number
        st.rerun()


@lru_cache(maxsize=8)
def _rehearsed(number: str, by: Person, _version: int, _learned: tuple[str, ...]) -> tuple[Intake, Rehearsal]:
    intake = read_submission(data.store(), number, by=by)
    return intake, rehearse_file(data.store(), intake)


def _story(submission: Submission) -> str:
    noted = f"说明：{submission.note}" if submission.note else "没有写说明。"
    return f"{submission.brought_by.name}于{submission.submitted_at:%Y-%m-%d %H:%M}送审。{noted}"


def _answers(intake: Intake) -> Markup | None:
    """What was asked about the file, and what whoever brought it answered."""
    report = intake.report
    if not report.answered:
        return None
    given = dict(report.settled)
    columns = (
        Column("问题", lambda asked: f"{asked.where}：{asked.why}"),
        Column("回答", lambda asked: given.get(asked.id, ""), look="short"),
    )
    return join(
        section("送审人的回答", f"{len(report.answered)}个"),
        table(report.answered, columns, caption="送审人的回答", look="cards"),
    )


def _end(submission: Submission) -> Markup:
    return facts(
        (
            ("结果", _OUTCOMES[submission.outcome]),
            ("办理人", submission.ended_by),
            ("时间", f"{submission.ended_at:%Y-%m-%d %H:%M}" if submission.ended_at else ""),
            *((("退回的原因", submission.reason),) if submission.reason else ()),
            *((("发布编号", submission.release),) if submission.release else ()),
        )
    )


def _table(rows: list[Submission], *, caption: str) -> Markup:
    kinds = read_words().releases
    columns = (
        Column("编号", lambda row: h("a", row.submission, href=link("upload", submission=row.submission))),
        Column("文件", lambda row: row.file_name),
        Column("内容", lambda row: kinds.get(row.kind, row.kind)),
        Column("送审人", lambda row: row.brought_by.name),
        Column("送审时间", lambda row: f"{row.submitted_at:%Y-%m-%d %H:%M}"),
        Column("结果", lambda row: _OUTCOMES[row.outcome] if row.outcome else "", optional=True),
        Column("办理人", lambda row: row.ended_by, optional=True),
        Column("原因或编号", lambda row: row.reason or row.release, optional=True),
    )
    return table(rows, columns, caption=caption, look="cards")
