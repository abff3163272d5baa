"""发布记录: every release and what rests on it, taking one back, what stood on a day, and the series kept as references."""

from datetime import date
from functools import lru_cache
from typing import Any

import streamlit as st

from dashboard import data, picks, turns, upload_lists, visitor
from dashboard import upload_questions as questions
from dashboard.pieces import draw, empty, section
from dashboard.tables import download
from etl.access import ORIGINALS, WITHDRAW, may
from etl.as_published import Standing, standing_on
from etl.clock import china_now
from etl.history import original_of
from etl.problem import Refused
from etl.publish import UnknownRelease, withdraw
from etl.rehearsal import JudgementChange
from etl.store import StoreError
from etl.taking_back import rehearse_withdrawal

_LONGEST = 200


def show() -> None:
    """The whole part, from the list to the references."""
    rows = [dict(row) for row in questions.releases()]
    draw(section("发布记录", f"{len(rows)}次"), upload_lists.releases(rows))
    picked = st.selectbox(
        "选一次发布",
        [row["release"] for row in rows],
        index=None,
        key="release",
        bind="query-params",
        placeholder="下载原件、看它的作用或撤回",
    )
    if picked is not None:
        _one(next(row for row in rows if row["release"] == picked))
    _on_a_day()
    _references()


def _one(chosen: dict[str, Any]) -> None:
    release = chosen["release"]
    by = visitor.current()
    if not may(by, ORIGINALS):
        st.download_button(
            "下载原件",
            visitor.taking(
                release, lambda: original_of(data.store(), release, by=by)[1], event="original", act=ORIGINALS
            ),
            file_name=chosen["file_name"],
            on_click="ignore",
        )
    if chosen["state"] != "in_force":
        draw(empty(f"{release}{upload_lists.RELEASE_STATES[chosen['state']]}，记录和原件都保留。"))
        return
    with turns.long_work("正在看撤回会怎样……"):
        resting = _resting_on(data.store().url, data.store().version(), release)
    draw(
        upload_lists.judgements(
            resting, title="撤回它会改变的判断", heads=("现在", "撤回后"), empty="没有判断靠这次发布。"
        )
    )
    if reason_against := may(by, WITHDRAW):
        draw(empty(reason_against))
        return
    with st.form("withdraw", width=900):
        by = visitor.ask_name()
        reason = st.text_input("撤回原因", max_chars=_LONGEST)
        pressed = st.form_submit_button(f"撤回{release}")
    if pressed and not reason.strip():
        st.error("请写明撤回的原因。")
    elif pressed:
        try:
            with turns.long_work("正在撤回……"):
                withdraw(data.store(), release, by=by, reason=reason.strip())
        except (UnknownRelease, Refused, StoreError) as problem:
            st.error(str(problem))
            return
        st.rerun()


@lru_cache(maxsize=32)
def _resting_on(_url: str, _version: int, release: str) -> tuple[JudgementChange, ...]:
    return rehearse_withdrawal(data.store(), release)


def _on_a_day() -> None:
    """As published on a day: only what had been published by then, seen from the year that is picked."""
    year = picks.year()
    draw(section("某一天看到的", "只用那一天以前公布的数据、数值和说法"))
    day = st.date_input(
        "看哪一天", value=None, min_value=date(2000, 1, 1), max_value=china_now().date(), format="YYYY-MM-DD",
        key="day", bind="query-params", width=240,
    )  # fmt: skip
    if not isinstance(day, date):
        draw(empty("选一个日子，看当时已经公布的数据给出什么判断、与现在有哪些不同。"))
        return
    with turns.long_work("正在按那一天的数据判断……"):
        standing = _standing(data.store().url, data.store().version(), day, year)
    title = f"{day.isoformat()}与现在不同的判断"
    same = f"站在{year}年看，{day.isoformat()}已公布的数据给出的判断与现在完全相同。"
    draw(upload_lists.judgements(standing.changes, title=title, heads=("那一天", "现在"), empty=same))
    rows = standing.rows.astype(object).where(standing.rows.notna(), None).to_dict("records")
    columns = {str(column): str(column) for column in standing.rows.columns}
    download(rows, columns, name=f"{day.isoformat()}已公布_站在{year}年", label="下载那一天的全部判断（CSV）")


@lru_cache(maxsize=8)
def _standing(_url: str, _version: int, day: date, year: int) -> Standing:
    return standing_on(data.store(), day=day, year=year)


def _references() -> None:
    kept = questions.kept_series()
    if not kept:
        return
    draw(section("参考序列", "登记表以外的指标或地区，只作对照，不用于评判"), upload_lists.references(kept))
    names = {"indicator_name": "指标", "unit": "单位", "place_name": "地区", "year": "年份", "value": "数值", "source": "来源", "release": "发布"}  # fmt: skip
    download([dict(row) for row in questions.kept_figures()], names, name="参考序列", label="下载参考序列（CSV）")
