"""The parts of one indicator's screen that draw more than a table."""

from collections.abc import Sequence

import streamlit as st

from dashboard import charts, charts_line, figure_tables, pieces, questions, tables
from dashboard.ask import Row
from dashboard.kept import kept


def draw_chart(
    indicator: Row, place: Row, figures: Sequence[Row], *, beside: Sequence[Row], standing: Sequence[Row],
    company: Sequence[Row], year: int,
) -> None:  # fmt: skip
    """The line chart with its targets, or what would fill it."""
    if not figures:
        pieces.draw(
            pieces.empty(
                f"到{year}年还没有{indicator['name']}的年度数据：这个指标的数字连同来源上报以后，这里就会画出来。"
            )
        )
        return
    charts.show(
        charts.drawn(
            charts_line.indicator_chart,
            indicator=indicator, place=place, figures=figures, beside=beside,
            standing=standing, year=year, milestones=kept(_milestones, standing), colours=charts.palette(),
        ),
        alt=f"{place['name']}{indicator['name']}逐年折线图，数字见下面的表", key="chart",
        note=figure_tables.chart_sentence(place, figures, standing, company),
    )  # fmt: skip


def _milestones(standing: Sequence[Row]) -> dict[str, Sequence[Row]]:
    return {row["target"]: questions.milestones(row["target"]) for row in standing}


def offer_tables(indicator: Row, *, figures: Sequence[Row], ranking: Sequence[Row]) -> None:
    """Everything on the screen as tables to take along."""
    name = indicator["name"]
    with st.container(horizontal=True):
        tables.download(
            figure_tables.for_csv(figures, indicator),
            figure_tables.CSV,
            name=f"{name}_逐年数据",
            label="下载逐年数据（CSV）",
        )
        tables.download(
            figure_tables.ranking_for_csv(ranking),
            figure_tables.RANKING_CSV,
            name=f"{name}_排名",
            label="下载排名（CSV）",
        )
