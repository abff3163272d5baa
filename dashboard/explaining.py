"""原因 and 下一步措施: what the units in charge say under a task or a judgement, and the form to say it."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import filing, pieces, task_questions, visitor
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from etl import task_sentences as sentences
from etl.clock import china_now
from etl.task_reports import EXPLANATION_COLUMNS

_LABELS = {
    "stated_on": "日期", "cause": "原因", "measures": "下一步措施", "unit": "署名单位", "person": "姓名", "task": "任务",
    "target": "目标", "place": "地方", "year": "年份",
}  # fmt: skip


def shown(rows: Sequence[Row], *, year: int | None = None) -> Markup:
    """The explanations, newest first; with `year` those of its judgement, those of other years folded beneath."""
    own = [row for row in rows if year is None or row["year"] == year]
    others = [row for row in rows if row not in own]
    said = (
        h("ul", (_item(row) for row in own), class_="plain") if own else pieces.empty("还没有人在这里说明原因和措施。")
    )
    folded = h(
        "details",
        h("summary", f"对其他年份的说明{len(others)}条"),
        h("ul", (_item(row) for row in others), class_="plain"),
    )
    return join(said, folded if others else None)


def _item(row: Row) -> Markup:
    about = f"对{row['year']}年的判断　" if row["year"] else ""
    typed = "" if row["signed"] else "（姓名自填）"
    return h(
        "li",
        h("p", h("strong", "原因　"), row["cause"]),
        h("p", h("strong", "下一步措施　"), row["measures"]),
        h("p", f"{about}{row['unit']}　{row['person']}{typed}　{sentences.day_words(row['stated_on'])}　{row['release']}", class_="quiet"),
        h("p", row["note"], class_="quiet") if row["note"] else None,
    )  # fmt: skip


def form(*, about: str, cells: Mapping[str, str], lead: Sequence[str]) -> None:
    """The form; `cells` say what it is about (task, or target, place and year), `lead` who may sign it."""
    with st.form(filing.key(f"explain-{about}"), width=900):
        cause = st.text_area("原因", max_chars=filing.LONGEST_TEXT, key=filing.key("cause"), height=90)
        measures = st.text_area("下一步措施", max_chars=filing.LONGEST_TEXT, key=filing.key("measures"), height=90)
        unit = unit_field(
            "署名单位（牵头单位）", lead or [row["label"] for row in task_questions.units()], name="explain-unit"
        )
        with st.container(horizontal=True):
            person = visitor.name_field("姓名", key=filing.key("explain-person"), help=filing.NAME_NOTE, width=200)
            day = st.date_input(
                "日期", china_now().date(), key=filing.key("explain-day"), format="YYYY-MM-DD", width=200
            )
        visitor.name_note(filing.NAME_NOTE)
        pressed = st.form_submit_button("登记说明", type="primary")
    if pressed:
        filled = {
            "cause": cause,
            "measures": measures,
            "unit": unit,
            "person": person,
            "stated_on": day.isoformat() if day else "",
        }
        filing.submit(
            about=about, columns=EXPLANATION_COLUMNS, cells={**cells, **filled}, labels=_LABELS, name="原因和措施.csv"
        )


def unit_field(label: str, options: Sequence[str], *, name: str, free: bool = False) -> str:
    """A unit of the list by its id, or with `free` any other name typed; the first where there is but one."""
    picked = st.selectbox(
        label, options, index=0 if len(options) == 1 else None, key=filing.key(name), accept_new_options=free,
        placeholder="从列表选，或写入单位名称" if free else "请选择", width=500,
    )  # fmt: skip
    ids = {row["label"]: row["unit"] for row in task_questions.units()}
    return ids.get(picked, picked) if picked else ""
