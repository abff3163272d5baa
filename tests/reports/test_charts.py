"""What a chart and a comparison of places say beside a figure: only what was said of that figure, or the year."""

from typing import Any

import pytest

from reports import charts, prose, tables
from reports.rows import Rows
from tests.reports.files import small_record


def ranked(indicator: str, *, year: int, **values: float | None) -> tuple[Rows, list[dict[str, Any]]]:
    """The small record, and a ranking of its two cities."""
    known = sorted(value for value in values.values() if value is not None)
    rows = [
        {
            "indicator": indicator, "place": place, "level": "city", "part_of": "P", "year": year, "value": value, "before": None,
            "rank": None if value is None else known.index(value) + 1, "tied": 1, "have": len(known), "peers": len(values),
        }
        for place, value in values.items()
    ]  # fmt: skip
    return Rows(small_record()), rows


def test_a_ranking_draws_the_goal_that_its_own_places_share():
    data, rows = ranked("pm25", year=2019, C1=38.0, C2=33.0)
    drawn = charts.ranking(data, rows, title="2019年PM2.5")
    assert (drawn.goal, drawn.goal_words) == (35.0, "不高于35微克/立方米")


def test_the_goal_of_the_province_is_not_drawn_over_its_cities():
    data, rows = ranked("water_use", year=2019, C1=50.0, C2=60.0)
    assert any(row["indicator"] == "water_use" and row["place"] == "P" for row in data.judgements)
    drawn = charts.ranking(data, rows, title="2019年用水量")
    assert (drawn.goal, drawn.goal_words) == (None, "")
    assert {bar.mark for bar in drawn.bars} == {tables.NO_TARGET}


def test_a_judgement_of_another_year_names_that_year_beside_the_figure_of_this_one():
    data, rows = ranked("pm25", year=2019, C1=38.0, C2=32.0)
    said = {bar.name: bar.mark.word for bar in charts.ranking(data, rows, title="2019年PM2.5").bars}
    assert said == {"乙市": "达到序时进度", "丙市": "目前已达到（2018年）"}  # 丙市 was judged on 2018


@pytest.mark.parametrize(
    ("place", "because"),
    [("C2", "its judgement rests on 2018"), ("P", "nobody asks it")],
)
def test_a_number_of_the_matrix_bears_only_the_mark_it_earned(place: str, because: str):
    data, _ = ranked("pm25", year=2019)
    judged = {row["place"]: row for row in data.judgements if row["indicator"] == "pm25"}
    column = tables.MatrixColumn("pm25", "PM2.5", "微克/立方米", 2019, {"C1": 38.0, place: 32.0}, judged)
    made = tables.matrix([("C1", "乙市"), (place, place)], [column], title="对照", note="", most=None)
    assert made.rows[0][1].mark is not None
    assert made.rows[1][1].mark is None, because


@pytest.mark.parametrize(
    ("place", "indicator", "said", "because"),
    [
        ("江西省", "森林覆盖率", "江西省森林覆盖率", "nothing is there twice"),
        ("鄱阳湖", "鄱阳湖水质", "鄱阳湖水质", "the name begins with its place"),
        ("江西省", "省政府常务会议研究次数", "江西省政府常务会议研究次数", "one 省 is enough"),
        ("连山县", "县城污水处理率", "连山县县城污水处理率", "a county town is another word"),
        ("各地", "省级生态村", "各地省级生态村", "nothing to leave out"),
    ],
)
def test_what_a_sentence_speaks_of(place: str, indicator: str, said: str, because: str):
    assert prose.subject({"place_name": place, "indicator_name": indicator}) == said, because


def test_a_target_set_elsewhere_is_asked_for_as_such():
    row = next(row for row in Rows(small_record()).judgements if row["status"] == "target_pending")
    assert "完成另行下达的目标。目标值待补：" in prose.target_sentence(row)


def test_a_published_rate_of_change_is_told_in_percent_and_not_in_the_unit_of_the_figures():
    record = small_record()
    judged = next(row for row in record["assessments"] if row["target"] == "plan-2018.water_use.cut")
    judged |= {"base": 0.0, "base_year": 2018, "value": -4.9, "value_year": 2019, "goal": -10.0}
    row = next(row for row in Rows(record).judgements if row["target"] == "plan-2018.water_use.cut")
    assert (row["unit"], row["kind"], row["by_rate"]) == ("%", "ratio", True)
    assert tables.latest_words(row) == "−4.9%（2019年）"
    level = next(row for row in Rows(record).judgements if row["target"] == "plan-2018.water_use")
    assert level["unit"] != "%"  # the same indicator, judged by its own figures


def test_the_statuses_of_a_report_stand_under_their_lights():
    shown = tables.legend(Rows(small_record()).judgements)
    assert [[cell.text for cell in row] for row in shown.rows] == [
        ["绿灯", "◐ 达到序时进度　◐ 保持　● 目前已达到"],
        ["灰灯", "– 暂无数据　– 目标值待补"],
    ]
