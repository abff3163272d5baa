"""对照: places × indicators of one year; colour and symbol, one click to the figure behind a cell."""

import streamlit as st

from dashboard import figure_questions, grid_tables, picks, pieces, place_tables, tables
from dashboard.kept import kept

year = picks.year()
with st.container(horizontal=True):
    group = picks.one("范围", figure_questions.groups(), key="group")
    columns = figure_questions.grid_columns(year, group["place"], group["level"]) if group else ()
    picked = picks.several("指标（不选则全部）", columns, key="indicators")
if group is None:
    pieces.headline("还没有可以对照的城市")
    pieces.draw(pieces.empty("同一个上级地区下至少有两个地方有数据或目标时，这里就会列出对照表。"))
    raise picks.EndOfPage
members = figure_questions.group_places(group["place"], group["level"])
across = picked or columns
asked = year, group["place"], group["level"]
cells = figure_questions.grid(*asked, grid_tables.ids(across)[: figure_questions.MOST_INDICATORS])

pieces.headline(
    kept(grid_tables.title, columns, members, group, year=year),
    "有颜色和符号的格子有目标，点开看判断过程；没有颜色的只有数据，点开看它的来源。空格是没有公布数据。",
)
pieces.draw(kept(grid_tables.grid, cells, members, across, year=year), place_tables.legend())
if columns:
    tables.download(
        lambda: grid_tables.for_csv(figure_questions.grid(*asked, grid_tables.ids(columns), most=None), members),
        grid_tables.CSV,
        name=f"{group['label']}对照_{year}",
    )
