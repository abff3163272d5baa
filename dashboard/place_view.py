"""The parts of one place's screen that draw more than a table."""

from collections.abc import Sequence

import streamlit as st

from dashboard import charts, charts_line, pieces, place_tables, tables, target_lists
from dashboard.ask import Row
from dashboard.kept import kept


def draw_beside_larger(place: Row, figures: Sequence[Row], *, year: int) -> None:
    """The place against the larger one it is part of: small charts, and the latest figures side by side."""
    series = kept(place_tables.beside_series, figures, until=year)
    pieces.draw(pieces.section("与上级地区相比", place_tables.series_note(series)))
    if not series:
        pieces.draw(pieces.empty("上级地区没有同名指标的数据可比；补充上级地区的年度数据后这里就会画出来。"))
        return
    charts.show(
        charts.drawn(charts_line.small_charts, series, place_name=place["name"], colours=charts.palette()),
        alt=f"{place['name']}与上级地区逐年相比，数字见下表", key="beside",
    )  # fmt: skip
    pieces.draw(kept(place_tables.series_table, series, place))


def offer_tables(place: Row, *, judged: Sequence[Row], figures: Sequence[Row], ranks: Sequence[Row], year: int) -> None:
    """Everything on the screen as tables to take along."""
    name = place["name"]
    with st.container(horizontal=True):
        tables.download(
            target_lists.for_csv(judged), target_lists.CSV, name=f"{name}_目标_{year}", label="下载目标（CSV）"
        )
        tables.download(
            kept(place_tables.up_to, figures, year),
            place_tables.CSV,
            name=f"{name}_逐年数据",
            label="下载逐年数据（CSV）",
        )
        tables.download(ranks, place_tables.RANKS_CSV, name=f"{name}_位次_{year}", label="下载位次（CSV）")
