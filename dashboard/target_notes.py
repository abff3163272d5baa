"""Under a judgement: the tasks that serve the target, explanations of the units in charge, findings and verifications laid over it."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import explaining, filing, picks, pieces, task_lists, task_questions, visitor
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from etl import task_sentences as sentences
from etl.access import CLOSE, REPORT, UPLOAD, may
from etl.clock import china_now
from etl.other_facts import STATEMENT_COLUMNS

_EXPLAIN = "原因和措施"
# What others may say of a reported result: the kind of statement, and what it does.
_FINDINGS = {
    "督察存疑": (
        "contested",
        "督察或核查发现与上报的结果不一致：取消绿灯，两种说法都列出，直到复核属实；数字本身不改。",
    ),
    "复核属实": ("verified", "复核以后确认属实：恢复按数字判断，先前的意见仍然留着。"),
}
_LABELS = {
    "stated_on": "日期",
    "text": "内容",
    "body": "认定单位",
    "source": "来源",
    "target": "目标",
    "place": "地方",
    "kind": "类别",
}


def draw(row: Row, *, year: int) -> None:
    """What people say about one judgement, and the forms to say it."""
    day = picks.day_of(year)
    said = task_questions.explanations(target=row["target"], place=row["place"])
    pieces.draw(
        pieces.section("为它服务的任务", f"看到{sentences.day_words(day)}"),
        _serving(row, task_questions.states(day), year=year, day=day),
        pieces.section("原因和下一步措施", "牵头单位的说明"),
        explaining.shown(said, year=year),
        pieces.section("报送", "报了不改，错了可以撤回"),
        filing.result(_about(row)),
    )
    by = visitor.current()
    names = [] if may(by, REPORT) else [_EXPLAIN]
    names += [name for name, (kind, _) in _FINDINGS.items() if not may(by, CLOSE if kind == "verified" else UPLOAD)]
    if not names:
        pieces.draw(pieces.empty(may(by, REPORT)))
        return
    picked = st.segmented_control("报送什么", names, key="act", bind="query-params", label_visibility="collapsed")
    if picked is None:
        pieces.draw(pieces.empty("选一种报送，这里就会出现要填的内容。"))
    elif picked == _EXPLAIN:
        pieces.draw(pieces.empty(f"牵头单位说明{year}年这项判断的原因和下一步措施，注明日期，签上姓名。"))
        cells = {"target": row["target"], "place": row["place"], "year": str(year)}
        explaining.form(about=_about(row), cells=cells, lead=row["lead"])
    else:
        _finding(row, *_FINDINGS[picked], name=picked)


def _about(row: Row) -> str:
    return f"{row['target']} {row['place']}"


def _serving(target: Row, tasks: Sequence[Row], *, year: int, day: date) -> Markup:
    rows = [row for row in sentences.tasks_only(tasks) if target["target"] in (row["serves"] or ())]
    if not rows:
        return pieces.empty("登记表里没有写明为它服务的任务。")
    finding = next(filter(None, (sentences.done_on_paper(row, [target]) for row in rows)), "")
    return join(
        h("p", finding, class_="finding", role="note") if finding else None,
        h("ul", (_task(row, year=year, day=day) for row in sentences.worst_first(rows)), class_="plain"),
    )


def _task(row: Row, *, year: int, day: date) -> Markup:
    words = "，".join(part for part in (sentences.due_words(row), sentences.who_says(row)) if part)
    lead = f"　牵头：{pieces.lead_units(row)}"
    return h(
        "li",
        h("div", task_lists.mark_link(row, year=year, day=day), h("strong", row["title"]), class_="first"),
        h("p", words, lead, class_="quiet"),
    )


def _finding(row: Row, kind: str, note: str, *, name: str) -> None:
    pieces.draw(pieces.empty(f"{note}按日期计入：站在那一年的数据公布以前看，还看不到它。"))
    with st.form(filing.key(f"finding-{kind}-{_about(row)}"), width=900):
        on = st.date_input(
            "日期",
            china_now().date(),
            key=filing.key("said-on"),
            format="YYYY-MM-DD",
            min_value=date(2000, 1, 1),
            width=200,
        )
        text = st.text_area("内容（原话或要点）", max_chars=filing.LONGEST_TEXT, key=filing.key("said"), height=90)
        body = st.text_input("认定单位", max_chars=filing.LONGEST_LINE, key=filing.key("said-by"))
        source = st.text_input("来源（文号、网址）", max_chars=filing.LONGEST_LINE, key=filing.key("said-in"))
        person = visitor.name_field("经办人", key=filing.key("filed-by"), help=filing.NAME_NOTE, width=260)
        visitor.name_note(filing.NAME_NOTE)
        pressed = st.form_submit_button(f"登记：{name}", type="primary")
    if pressed:
        cells = {
            "target": row["target"], "place": row["place"], "kind": kind, "stated_on": on.isoformat() if on else "",
            "text": text, "body": body, "source": source,
        }  # fmt: skip
        filing.submit(
            about=_about(row),
            columns=STATEMENT_COLUMNS,
            cells=cells,
            labels=_LABELS,
            name="督察意见.csv",
            required=("body", "source"),
            person=person,
        )
