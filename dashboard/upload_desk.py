"""The desk of upload day before a file is chosen: what is missing, forms, assigned numbers, releases."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from dashboard import data, picks, upload_lists, upload_releases, upload_review, upload_steps, visitor
from dashboard import upload_questions as questions
from dashboard.ask import Row
from dashboard.pieces import draw, empty, facts, headline, section
from dashboard.tables import Column, table
from etl.access import APPROVE, FORGET, PUBLISH, UPLOAD, Person, may
from etl.approval import Submission, submissions
from etl.clock import china_now
from etl.drafts import Draft
from etl.expected import NO_UNIT, Expected, by_unit, expected, missing, to_csv
from etl.intake import Intake
from etl.other_facts import ASSIGNED_COLUMNS
from etl.recipes import forget, recipes
from etl.template import write_template
from etl.words import read_words

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 200
_HOLDS = {
    "figures": "个数值",
    "assigned": "个数值",
    "statements": "条说法",
    "tasks": "条任务报告",
    "explanations": "条说明",
}


def welcome() -> None:
    """The message of the page: what became of what was just published or submitted, or what the page is for."""
    by = visitor.current()
    done = st.query_params.get("done", "")  # an address can say anything, and be opened again much later
    submission = next((each for each in submissions(data.store(), by=by) if each.submission == done), None)
    release = next((each for each in questions.releases() if each["release"] == done), None)
    if submission is not None:
        headline(*_submitted(submission))
        draw(upload_lists.steps(4, last="送审") if submission.waits else None)
    elif release is not None:
        headline(*_released(release))
        draw(upload_lists.steps(4) if release["state"] == "in_force" else None)
    else:
        headline(*_purpose(by))
        if not may(by, UPLOAD):
            draw(upload_lists.steps(1, last=upload_steps.last_step(by)))


def _submitted(submission: Submission) -> tuple[str, str]:
    """How what was handed in stands now."""
    number = submission.submission
    match submission.outcome:
        case "published":
            return f"{number}已由{submission.ended_by}发布，编号{submission.release}", "各屏幕已经按新数据判断。"
        case "sent_back":
            return f"{number}被退回", f"{submission.ended_by}写明的原因：{submission.reason}。改好以后可以再送。"
        case "taken_back":
            return f"{number}已收回", "数据没有变化；改好以后可以再送。"
    return (
        f"已送审，编号{number}",
        "由另一个人审核；发布以后各屏幕才按新数据判断。在“送审与审核”里可以查看、收回。",
    )


def _released(release: Row) -> tuple[str, str]:
    """How what was published stands now."""
    number = release["release"]
    if release["state"] != "in_force":
        return f"{number}{upload_lists.RELEASE_STATES[release['state']]}", "各屏幕不再按它判断；记录和原件都保留。"
    below = "各屏幕已经按新数据判断；在“发布记录”里可以下载原件、撤回这次发布。"
    if st.session_state.get("was-there"):
        return f"这份文件已发布过，编号{number}，数据没有变化", below
    return f"已发布，编号{number}", below


def _purpose(by: Person) -> tuple[str, str]:
    """What whoever is here came for: what waits for him, a file to bring, or the releases."""
    waiting = upload_review.waiting_for(by)
    if waiting:
        return f"{waiting}件等待您审核", "看过完整的预演再发布；退回要写明原因；自己送审的由另一个人审核。"
    if not may(by, PUBLISH):
        return "先预演，再发布，随时可以撤回", "文件原样上传；文件没说清的才会问您；发布之前不会改动任何数据。"
    if not may(by, UPLOAD):
        return "先预演，再送审，由另一个人审核后发布", "文件原样上传；文件没说清的才会问您；发布之前不会改动任何数据。"
    if not may(by, APPROVE):
        return "没有等待您审核的内容", "别人送审以后，在这里看完整的预演，发布或退回。"
    return "每次发布都有记录，可以撤回", "撤回前先看会改变哪些判断；记录和原件都保留。"


def message(draft: Draft, intake: Intake) -> tuple[str, str]:
    """The headline of an upload under way, and what stands below it."""
    report = intake.report
    taken = len(intake.rows)
    if intake.stopped:
        return f"《{draft.file_name}》不能收", "下面写明了在哪里、发现了什么、应当怎样。"
    if report.questions:
        return (
            f"《{draft.file_name}》还有{len(report.questions)}个问题要您回答",
            f"共{len(report.cells)}个数据格，已认出可收入{taken}个。",
        )
    return (
        f"《{draft.file_name}》可收入{taken}{_HOLDS[intake.kind]}",
        f"请看预演；确认无误再{upload_steps.last_step(visitor.current(), intake)}。",
    )


def parts() -> dict[str, Callable[[], None]]:
    """The parts of the desk that whoever is here has a use for."""
    by = visitor.current()
    brings, waits = not may(by, UPLOAD), bool(by.account) and not (may(by, UPLOAD) and may(by, APPROVE))
    return {
        **({"上传文件": _upload} if brings else {}),
        **({"送审与审核": upload_review.everything} if waits else {}),
        "催报单与填报表": _reminders,
        **({"补录下达的目标值": _assigned} if brings else {}),
        "发布记录": upload_releases.show,
    }


def show() -> None:
    """The part of the desk that is picked; the first until somebody picks."""
    offered = parts()
    first = next(iter(offered))
    picked = st.segmented_control(
        "要做什么", list(offered), default=first, key="part", bind="query-params", label_visibility="collapsed"
    )
    offered[picked or first]()


def _upload() -> None:
    upload_steps.take_file()
    kept = recipes(data.store())
    if not kept or may(visitor.current(), FORGET):
        return
    draw(section("记住的回答", "同样格式的文件不再问"))
    for recipe in kept:
        with st.expander(f"{recipe.file_name}（{recipe.release}）：{len(recipe.answers)}个回答"):
            draw(facts(tuple(recipe.answers.items())))
            if st.button("忘掉这些回答", key=f"forget-{recipe.shape}"):
                forget(data.store(), recipe.shape, by=visitor.current())
                st.rerun()


def _reminders() -> None:
    year = picks.year()
    figures = expected(data.store(), year=year)
    gaps, today = missing(figures), china_now().date()
    draw(section(f"{year}年还没有报的数值", f"应有{len(figures)}个，缺{len(gaps)}个"))
    unit = picks.one_or_all("牵头单位", by_unit(gaps), key="unit")
    shown = by_unit(gaps).get(unit, []) if unit else gaps
    name = f"{year}年_{unit or '全部单位'}"
    mark = "演示数据_" if data.store().is_demo() else ""
    with st.container(horizontal=True):
        st.download_button(
            "下载催报单（CSV）",
            visitor.taking(f"催报单_{name}", lambda: to_csv(shown, on=today)),
            file_name=f"{mark}催报单_{name}.csv",
            mime="text/csv",
            on_click="ignore",
        )
        st.download_button(
            "下载填报表（XLSX）",
            visitor.taking(
                f"填报表_{name}",
                lambda: write_template(by_unit(figures).get(unit, []) if unit else figures, year=year, title=unit or "全部单位", demo=data.store().is_demo()),
            ),
            file_name=f"{mark}填报表_{name}.xlsx", mime=_SHEET, on_click="ignore",
        )  # fmt: skip
    if not shown:
        draw(empty(f"{year}年应报的数值都已报齐。"))
        return
    ordered = sorted(shown, key=lambda each: (not each.units, each.units))
    draw(
        table(
            ordered,
            _reminder_columns(today),
            caption=f"{year}年还没有报的数值",
            group=lambda each: "、".join(each.units) or NO_UNIT,
        )
    )


def _reminder_columns(today: date) -> tuple[Column, ...]:
    def late(each: Expected) -> Any:
        days = each.days_overdue(today)
        return f"{each.state(today)}，已逾期{days}天" if days else each.state(today)

    return (
        Column("地区", lambda each: each.place_name),
        Column("指标", lambda each: f"{each.indicator_name}（{each.unit}）"),
        Column("状态", late),
        Column("应报日期", lambda each: each.due_on.isoformat()),
        Column("涉及文件", lambda each: "、".join(each.documents)),
    )


def _assigned() -> None:
    pending = questions.assignable()
    draw(section("补录下达的目标值", "文件只写“完成下达任务”的目标，在这里补上数值和出处"))
    if not pending:
        draw(empty("没有等待补录目标值的目标。"))
        return
    row = picks.one("目标", pending, key="assigned", width=900)
    if row is None:
        return
    draw(facts((("原文", f"“{row['quote']}”"), ("已补录", row["assigned_words"] or "还没有"))))
    with st.form("assigned-value", width=900):
        value = st.text_input(f"数值（{row['unit']}）", max_chars=30)
        source = st.text_input("出处", max_chars=_LONGEST, placeholder="下达文件的名称、文号、日期")
        note = st.text_input("说明", max_chars=_LONGEST)
        pressed = st.form_submit_button("预演")
    if pressed:
        upload_steps.start("补录目标值.csv", _assigned_file(row, value=value, source=source, note=note))


def _assigned_file(row: dict[str, Any], *, value: str, source: str, note: str) -> bytes:
    """The form as the tidy file it stands for, so that it goes the way of every file."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(ASSIGNED_COLUMNS)
    made_up = f"{read_words().overlays['demo']}：" if data.store().is_demo() else ""
    cells = (row["target"], row["place"], value.strip(), source.strip() and made_up + source.strip(), note.strip())
    writer.writerow((*cells, china_now().date().isoformat()))
    return out.getvalue().encode()
