"""What every screen shares around its content: title, guard, demonstration banner, footer."""

import html
from typing import NoReturn

import streamlit as st

from dashboard import data, pieces
from dashboard.data import Edition
from dashboard.shell import APP_NAME
from etl.problem import Refused
from etl.store import StoreError
from etl.words import read_words

DEMO_SENTENCE = "以下数字全部是编造的，只供试用，不反映任何地方的真实情况。"


def head(*, title: str) -> None:
    """Name of the browser tab and colours of the lights; icon and style sheets come with the document itself (shell.py)."""
    st.set_page_config(page_title=f"{title} · {APP_NAME}", layout="wide")
    pieces.colours()


def guard() -> None:
    """Let nobody through to a page that cannot be answered: say why in a sentence and stop the run.

    A page drawn without its data would show emptiness, which reads as "nothing to report".
    """
    try:
        edition = data.edition()
    except (StoreError, Refused) as problem:
        tell(problem)
    if edition.demo:
        st.html(f'<div class="demo-banner" role="note">{read_words().overlays["demo"]}：{DEMO_SENTENCE}</div>')


def tell(problem: StoreError | Refused) -> NoReturn:
    """Say that the data cannot be read, and stop the run."""
    st.title("现在打不开数据")
    st.text(f"{problem}\n请把这句话告诉管理员。")
    st.stop()


def foot() -> None:
    """Which data the reader has just seen: a printed or photographed screen says where it comes from."""
    parts = "".join(f"<span>{html.escape(part)}</span>" for part in foot_parts(data.edition()))
    st.html(f'<footer class="frame-foot">{parts}</footer>')


def foot_parts(edition: Edition) -> list[str]:
    """The footer as short texts, left to right; what is not known is said, never left out."""
    released = (
        f"最近入库 {edition.last_release}（{edition.last_release_at:%Y-%m-%d}）"
        if edition.last_release_at
        else "尚无入库记录"
    )
    return [
        f"数据截至 {edition.last_year} 年" if edition.last_year else "尚无数据",
        released,
        f"指标登记 {edition.register or '未载入'}",
        f"判定方法 {edition.method or '未载入'}",
    ]
