"""A form on a screen as the one-line file it stands for: read, held against the rules, published; what it changed.

So a report typed here and the same report in an uploaded file are one thing: the same checks, the same
release, the same way back (数据上报 → 发布记录).
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import streamlit as st

from dashboard import data, pieces, task_lists, turns, visitor
from dashboard import upload_questions as questions
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from etl.approval import Submission, hand_in
from etl.intake import read_file, rehearse_file, why_not_ready
from etl.problem import STOP, Problem, Refused
from etl.recognise.grid import shown_name
from etl.rehearsal import JudgementChange, TaskChange
from etl.store import StoreError
from etl.words import read_words

NAME_NOTE = "姓名由填写人自己输入，没有经过登录核实；会随这条记录一起保存和显示。"
LONGEST_LINE, LONGEST_TEXT = 200, 1000
_FILED, _ROUND = "filing.filed", "filing.round"
_MOST_JUDGEMENTS = 10


@dataclass(frozen=True)
class Filed:
    """What publishing one form did."""

    about: str  # the task or judgement it was about
    release: str
    already: bool  # the very same words were on record
    tasks: tuple[TaskChange, ...]
    judgements: tuple[JudgementChange, ...]
    waits: bool = False  # for another person: `release` is the number of the submission


def key(name: str) -> str:
    """The key of a field: a new one after each form that was taken, so that the next begins empty."""
    return f"{name}-{st.session_state.setdefault(_ROUND, 0)}"


def submit(
    *, about: str, columns: Sequence[str], cells: Mapping[str, str], labels: Mapping[str, str], name: str,
    required: Sequence[str] = (), evidence: tuple[str, bytes] | None = None, person: str = "",
) -> None:  # fmt: skip
    """Publish a form, then draw the screen anew; where it is not taken say why, all at once, and leave the form as it is.

    `labels`: what the screen calls the columns; `required`: those a form must fill although a file may leave them
    open; `person`: who files it, where no column says so.
    """
    try:
        with turns.long_work("正在登记……"):
            filed = file_row(
                about=about, columns=columns, cells=cells, name=name, required={each: labels[each] for each in required},
                evidence=evidence, person=person or cells.get("person", ""),
            )  # fmt: skip
    except Refused as refused:
        pieces.draw(_problems(refused.problems, labels))
        return
    except StoreError as problem:
        st.error(str(problem))
        return
    st.session_state[_FILED] = filed
    st.session_state[_ROUND] += 1
    st.rerun()


def file_row(
    *, about: str, columns: Sequence[str], cells: Mapping[str, str], name: str,
    required: Mapping[str, str], evidence: tuple[str, bytes] | None = None, person: str = "",
) -> Filed:  # fmt: skip
    """One row of one of our own files, published with the file that came along.

    Raises Refused with every reason against it, StoreError where it cannot be written; then nothing is.
    """
    content = one_line_file(columns, cells)
    store, by = data.store(), visitor.current().signing(person)
    intake = read_file(store, content, name=name, evidence=dict([evidence]) if evidence else None, by=by)
    open_fields = _open_fields(cells, required)
    if open_fields:
        left_open = {problem.column for problem in open_fields}
        others = () if intake.ready else why_not_ready(intake)
        raise Refused((*open_fields, *(problem for problem in others if problem.column not in left_open)))
    rehearsal = rehearse_file(store, intake)
    done = hand_in(store, intake, data=content, name=name, by=by, rehearsed=rehearsal.version)
    if isinstance(done, Submission):
        return Filed(about, done.submission, False, rehearsal.tasks, rehearsal.judgements, waits=True)
    return Filed(about, done.release, done.already, rehearsal.tasks, rehearsal.judgements)


def _open_fields(cells: Mapping[str, str], required: Mapping[str, str]) -> list[Problem]:
    """A problem for each field left open, in the words of the form instead of those of a file."""
    return [
        Problem(STOP, where="", found="", expected="", message=f"请填写{label}。", column=column)
        for column, label in required.items()
        if not cells.get(column, "").strip()
    ]


def one_line_file(columns: Sequence[str], cells: Mapping[str, str]) -> bytes:
    """The CSV a form stands for: a header and one row; "" where the form has no such field."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerow([cells.get(column, "").strip() for column in columns])
    return out.getvalue().encode()


def evidence_name(name: str) -> str:
    """The name under which a received file is kept: no folders, nothing unprintable, its ending intact."""
    shown = shown_name(name)
    ending = PurePath(name.replace("\\", "/")).suffix
    return shown.replace("…", ending) if shown.endswith("…") and len(ending) <= 10 else shown


def _problems(found: Sequence[Problem], labels: Mapping[str, str]) -> Markup:
    """Every reason against a form, each with the field it is about."""
    return h(
        "ul",
        (
            h("li", h("strong", f"{labels.get(problem.column) or '不能登记'}："), problem.message.removeprefix("“”："),
              h("small", f"应为：{problem.expected}") if problem.column and problem.expected not in problem.message else None,
              class_=problem.severity)
            for problem in found
        ),
        class_="problems", role="alert",
    )  # fmt: skip


def result(about: str) -> Markup | None:
    """What the last form about this did: number, states before and after, and the way to take it back."""
    filed: Filed | None = st.session_state.get(_FILED)
    if filed is None or filed.about != about:
        return None
    if filed.waits:
        return h(
            "div",
            h("p", h("strong", f"已送审，编号{filed.release}，由另一个人审核后才生效。"), " ",
              h("a", "查看或收回", href=link("upload", submission=filed.release))),
            class_="filed", role="status",
        )  # fmt: skip
    address = link("upload", part="发布记录", release=filed.release)
    said = (
        f"同样的内容已经登记过，编号{filed.release}，没有重复登记。"
        if filed.already
        else f"已登记，编号{filed.release}。"
    )
    return h(
        "div",
        h("p", h("strong", said), " ", h("a", "下载原件或撤回", href=address)),
        None if filed.already else _changes(filed),
        class_="filed", role="status",
    )  # fmt: skip


def _changes(filed: Filed) -> Markup:
    names = questions.names()
    words = read_words().statuses
    tasks = (
        h("li", f"步骤{change.step}：" if change.step else "任务：", _before(change), h("span", " → ", aria_label="变为"), task_lists.mark_of(change.after))
        for change in filed.tasks
    )  # fmt: skip
    shown, rest = filed.judgements[:_MOST_JUDGEMENTS], filed.judgements[_MOST_JUDGEMENTS:]
    judgements = (
        h("li", f"站在{change.year}年看，{names.get(change.target, change.target)}：{words[change.before_status].symbol} {change.before_word} → "
          f"{words[change.after_status].symbol} {change.after_word}，{change.reason}")
        for change in shown
    )  # fmt: skip
    if not filed.tasks and not filed.judgements:
        return h("p", "任务和目标今天的状态没有因此改变。", class_="quiet")
    more = h("li", f"另有{len(rest)}处判断改变。") if rest else None
    return h("ul", join(tasks, judgements, more), class_="plain")


def _before(change: TaskChange) -> Markup:
    return task_lists.mark_of(change.before) if change.before else h("span", "未登记")
