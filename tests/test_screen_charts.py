"""What the line charts put on their axes and into their words."""

import pytest

from dashboard.charts import LIGHT
from dashboard.charts_line import indicator_chart, small_charts

INDICATOR = {"indicator": "air", "name": "优良天数比例", "unit": "%", "better": "higher", "kind": "ratio"}
PLACE = {"place": "P", "name": "甲省"}


def figure_of(year, value, **more):
    return {"place": "P", "place_name": "甲省", "year": year, "value": value, "bound": "", "obs_status": "A", **more}


def judgement(**more):
    return {
        "target": "t", "measure": "level", "rule": "at_least", "goal": 90.0, "goal_to": None, "by_rate": False, "by": 2020, "every_year": False,
        "base": None, "base_year": None, "path": None, "outlook": None, "value": 80.0, "value_year": 2018, "year": 2018, "better": "higher", **more,
    }  # fmt: skip


def drawn(figures, standing=()):
    return indicator_chart(
        indicator=INDICATOR, place=PLACE, figures=figures, beside=(), standing=standing, milestones={}, year=2018, colours=LIGHT
    ).to_dict()  # fmt: skip


@pytest.mark.parametrize("years", [(2021, 2022), (2013, 2025), (2018, 2018)])
def test_a_year_is_named_once_and_the_last_one_always(years):
    rows = [
        {"year": year, "value": 1.0, "larger_value": 2.0, "larger_name": "甲省"}
        for year in range(years[0], years[1] + 1)
    ]
    ticks = small_charts({"优良天数比例": rows}, place_name="乙市", colours=LIGHT).to_dict()["layout"]["xaxis"][
        "tickvals"
    ]
    assert len(ticks) == len(set(ticks)) <= 4
    assert ticks[-1] == years[1]


@pytest.mark.parametrize(
    ("value", "side", "why"),
    [(70, "bottom", "figures below the goal: its words above the line"), (95, "top", "figures above it: beneath")],
)
def test_the_words_of_a_goal_stand_where_its_line_begins_away_from_the_figures(value, side, why):
    chart = drawn([figure_of(2016, value), figure_of(2018, value)], [judgement(base=70.0, base_year=2016)])
    (label,) = [note for note in chart["layout"]["annotations"] if "目标" in note["text"]]
    assert (label["x"], label["xanchor"], label["text"]) == (2016, "left", "目标不低于90%，到2020年")
    assert label["yanchor"] == side, why


def test_a_missing_year_is_a_gap_and_a_break_a_line_with_a_word():
    chart = drawn([figure_of(2014, 69), figure_of(2016, 70), figure_of(2017, 60, obs_status="B"), figure_of(2018, 61)])
    (line,) = [trace for trace in chart["data"] if trace["name"] == "甲省"]
    assert dict(zip(line["x"], line["y"], strict=True)) == {
        2014: 69,
        2015: None,
        2016: 70,
        2016.5: None,
        2017: 60,
        2018: 61,
    }
    assert [shape["x0"] for shape in chart["layout"]["shapes"]] == [2016.5]
    assert "口径变化" in [note["text"] for note in chart["layout"]["annotations"]]
