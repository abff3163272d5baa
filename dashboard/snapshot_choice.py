"""What goes into a snapshot: documents, places, indicators, audience and the words on its cover."""

import datetime as dt

import streamlit as st

from dashboard import picks, questions
from etl.freeze import AUDIENCES, Choice
from reports.story import NAMES

_LONGEST = 60  # what fits on a cover


def choose(year: int) -> Choice:
    """Draw the picks and give the choice; nothing picked takes everything."""
    audiences = {NAMES[audience]: audience for audience in AUDIENCES}
    with st.container(horizontal=True):
        picked = st.radio("用途", list(audiences), key="audience", bind="query-params", horizontal=True)
        day = picks.day(year)
    left, middle, right = st.columns(3)
    with left:
        documents = picks.several("文件（不选为全部）", questions.documents(), key="documents")
    with middle:
        places = picks.several("地区（不选为全部）", questions.places(), key="places")
    with right:
        indicators = picks.several("指标（不选为全部）", questions.indicators(), key="indicators")
    title, meeting, date, issuer = (
        column.text_input(label, max_chars=_LONGEST, placeholder=hint)
        for column, (label, hint) in zip(
            st.columns(4),
            (
                ("标题", "不填则自动拟写"),
                ("会议", "省政府常务会议"),
                ("日期", "2021年3月15日"),
                ("发文单位", "省生态文明办公室"),
            ),
            strict=True,
        )
    )
    return Choice(
        year=year,
        documents=tuple(row["document"] for row in documents),
        places=tuple(row["place"] for row in places),
        indicators=tuple(row["indicator"] for row in indicators),
        audience=audiences[picked or NAMES[AUDIENCES[0]]],
        title=title.strip(),
        meeting=meeting.strip(),
        date=date.strip(),
        issuer=issuer.strip(),
        day="" if day == dt.date(year, 12, 31) else day.isoformat(),  # one state has one number
    )
