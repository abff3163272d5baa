"""指标: one indicator over places and years, its targets, its ranking, every figure with its source."""

import streamlit as st

from dashboard import figure_questions, figure_tables, figure_view, picks, pieces, questions, target_lists
from dashboard.kept import kept

year = picks.year()
with st.container(horizontal=True):
    indicator = picks.one(
        "指标", questions.indicators(), key="indicator", preferred=lambda row: row["has_target"] + row["has_figures"]
    )
    around = figure_questions.places_with_figures(indicator["indicator"]) if indicator else ()
    place = picks.one(
        "城市（地方）", around, key="place", preferred=lambda row: row["has_target"] + 2 * row["has_figures"]
    )
    company = kept(figure_tables.company, place, around) if place else []
    beside = picks.several("比较（最多4个）", company, key="with", most=4)
if indicator is None or place is None:
    pieces.headline("还没有指标")
    pieces.draw(pieces.empty("登记指标并放入年度数据后，这里画出它在各地各年的情形。"))
    raise picks.EndOfPage

figures = figure_questions.figures(indicator["indicator"], figure_tables.places_drawn(place, beside, company), year)
standing = questions.judgements(year, indicator=indicator["indicator"], place=place["place"])
ranking = figure_questions.ranking(indicator["indicator"], year, figure_tables.ranked_with(place, company))
pieces.headline(figure_tables.title(indicator, place, figures, ranking, year=year), indicator["definition"] or "")

figure_view.draw_chart(indicator, place, figures, beside=beside, standing=standing, company=company, year=year)

left, right = st.columns([1, 1], gap="large")
with left:
    pieces.draw(
        pieces.section("目标", place["name"]),
        kept(target_lists.standing, standing, year=year),
        kept(figure_tables.references, indicator, place, year=year),
    )
with right:
    pieces.draw(
        figure_tables.ranking_title(ranking, place),
        kept(figure_tables.ranking_table, ranking, indicator, place, year=year),
    )
own = kept(figure_tables.of_place, figures, place["place"])
pieces.draw(
    pieces.section("逐年数据与来源", place["name"]),
    kept(figure_tables.figures_table, own, indicator, year=year),
    figure_tables.other_periods(figure_questions.other_periods(indicator["indicator"], place["place"]), indicator),
)
figure_view.offer_tables(indicator, figures=figures, ranking=ranking)
