"""城市: every target that concerns one place, over the years, its rank, its way against the province."""

import streamlit as st

from dashboard import (
    figure_questions,
    picks,
    pieces,
    place_tables,
    place_view,
    questions,
    target_lists,
    task_board,
    task_lists,
    task_questions,
)
from dashboard.kept import kept
from etl import sentences

year = picks.year()
with st.container(horizontal=True):
    place = picks.one("城市（地方）", questions.places(), key="place", preferred=lambda row: row["level"] == "city")
if place is None:
    pieces.headline("还没有登记城市")
    pieces.draw(pieces.empty("在 indicators.toml 里写入地方和涉及它的目标，重新入库后这里就会有内容。"))
    raise picks.EndOfPage
judged = questions.judgements(year, place=place["place"])
figures = figure_questions.beside_larger(place["place"])
pieces.headline(
    place_tables.title(place, judged, year=year),
    f"站在{year}年看，涉及{place['name']}的每一项目标；点状态看判断过程和来源。",
)

pieces.draw(
    pieces.section("目标", "最要紧的在前"),
    kept(target_lists.place_targets, kept(sentences.worst_first, judged), place, year=year),
)
pieces.draw(
    pieces.section("历年状态", "每格是当年的数值和站在那一年看的状态；小字是当年的、不据以判断的数值；点开看判断过程"),
    kept(place_tables.heat_table, questions.heat(place["place"], year), figures, place, until=year),
    place_tables.legend(),
)

day = picks.day_of(year)
tasks = kept(task_lists.of_place, task_questions.states(day), place["label"])
pieces.draw(
    pieces.section("任务", task_lists.note(tasks, day=day)),
    kept(task_board.by_heap, tasks, year=year, day=day)
    if tasks
    else pieces.empty(f"到{year}年已印发的文件没有直接交给{place['name']}的任务，它可能在上级地区的任务之内。"),
)

ranks = figure_questions.ranks_of(place["place"], year)
left, right = st.columns([2, 3], gap="large")
with left:
    pieces.draw(
        pieces.section(
            "位次", "在同级地方中；各指标取半数以上地方有数据的最近一年，没有这样的年份时取两地以上有数据的最近一年"
        ),
        kept(place_tables.rank_table, ranks, place, year=year),
    )
with right:
    place_view.draw_beside_larger(place, figures, year=year)
place_view.offer_tables(place, judged=judged, figures=figures, ranks=ranks, year=year)
