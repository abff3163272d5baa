"""What the screens are told when they ask: ranks, labels, worst places, sources, and nothing stale."""

from pathlib import Path

import pytest

from dashboard import figure_questions, figure_tables, grid_tables, place_tables, questions
from dashboard.ask import ask
from etl import sentences
from etl.access import LOCAL
from etl.build import build
from etl.publish import withdraw
from etl.store import ENVIRONMENT_NAME, Store, open_store

REGISTER = """
[documents.plan]
title = "甲省2018年工作要点"
short = "甲省要点"
published = 2018
place = "P"

[documents.other]
title = "乙省工作要点"
published = 2018
place = "Q"

[places.P]
name = "甲省"
level = "province"
[places.Q]
name = "乙省"
level = "province"
[places.C1]
name = "一市"
level = "city"
part_of = "P"
tile = [0, 1]
[places.C2]
name = "二市"
level = "city"
part_of = "P"
[places.C3]
name = "三市"
level = "city"
part_of = "P"
[places.C4]
name = "四市"
level = "city"
part_of = "P"
[places.C5]
name = "五市"
level = "city"
part_of = "P"
[places.D1]
name = "鼓楼区"
level = "county"
part_of = "C1"
[places.D2]
name = "鼓楼区"
level = "county"
part_of = "C2"

[units.env]
name = "省生态环境厅"

[indicators.air]
name = "优良天数比例"
unit = "%"
better = "higher"
[indicators.dust]
name = "颗粒物浓度"
unit = "微克/立方米"
better = "lower"
[indicators.rain]
name = "降水量"
unit = "毫米"
better = "none"
[indicators.air_town]
name = "城区优良天数比例"
unit = "%"
better = "higher"
beside = ["air"]

[indicators.water]
name = "用水量"
unit = "亿立方米"
better = "lower"
[indicators.water_rate]
name = "用水量比2013年变化"
unit = "%"
better = "lower"
rate_of = "water"
rate_base = 2013

[[targets]]
id = "other.water"
document = "other"
quote = "用水量比2013年下降10%"
indicator = "water"
place = "Q"
measure = "change"
rule = "at_most"
value = -10
unit = "%"
base_year = 2013
by = 2020

[[targets]]
id = "plan.air"
document = "plan"
section = "一"
quote = "各市优良天数比例达到80%"
indicator = "air"
places = ["C1", "C2", "C3", "C4", "C5"]
measure = "level"
rule = "at_least"
value = 80
unit = "%"
by = 2020
lead = ["env"]

[[targets]]
id = "plan.dust"
document = "plan"
section = "二"
quote = "颗粒物浓度完成国家下达的任务"
indicator = "dust"
place = "P"
measure = "level"
rule = "at_most"
unit = "微克/立方米"
assigned = true
by = 2020
lead = ["env"]

[[targets]]
id = "other.air"
document = "other"
quote = "优良天数比例达到90%"
indicator = "air"
place = "Q"
measure = "level"
rule = "at_least"
value = 90
unit = "%"
by = 2020
"""

AIR = """place,indicator,year,value,unit,status,source,note
一市,优良天数比例,2019,80,%,,公报,
一市,优良天数比例,2020,85,%,,公报,
二市,优良天数比例,2020,85,%,,公报,
三市,优良天数比例,2020,70,%,,公报,
四市,优良天数比例,2020,75,%,,公报,
一市,颗粒物浓度,2020,40,微克/立方米,,公报,
二市,颗粒物浓度,2020,30,微克/立方米,,公报,
一市,降水量,2020,900,毫米,,公报,
二市,降水量,2020,800,毫米,,公报,
甲省,优良天数比例,2020,81,%,,公报,
乙省,用水量比2013年变化,2020,-12,%,,公报,
"""

LATER = """place,indicator,year,value,unit,status,source,note,bound,period
五市,优良天数比例,2020,90,%,,快报,,ge,
一市,颗粒物浓度,2021,38,微克/立方米,,公报,,,
甲省,优良天数比例,2020,400,%,,公报,,,2016-2020
"""


@pytest.fixture(autouse=True)
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two provinces, five cities, three documents' targets; the questions go to this database."""
    yearly = tmp_path / "yearly"
    yearly.mkdir()
    (tmp_path / "indicators.toml").write_text(REGISTER, encoding="utf-8")
    (yearly / "1_air.csv").write_text(AIR, encoding="utf-8")
    (yearly / "2_later.csv").write_text(LATER, encoding="utf-8")
    url = f"duckdb:{tmp_path / 'monitor.duckdb'}"
    store = open_store(url)
    build(store, definitions=tmp_path / "indicators.toml", yearly=yearly)
    monkeypatch.setenv(ENVIRONMENT_NAME, url)
    return store


def test_the_latest_year_with_any_figure_comes_first():
    assert questions.years()[:3] == (2021, 2020, 2019)


def test_equal_figures_share_a_rank_and_the_next_one_skips():
    rows = figure_questions.ranking("air", 2020, "C1")
    assert [(row["place_name"], row["rank"], row["tied"]) for row in rows[:4]] == [
        ("一市", 1, 2),
        ("二市", 1, 2),
        ("四市", 3, 1),
        ("三市", 4, 1),
    ]


def test_a_place_with_only_a_bound_is_listed_last_and_not_ranked():
    last = figure_questions.ranking("air", 2020, "C1")[-1]
    assert (last["place_name"], last["rank"], last["value"], last["bound"]) == ("五市", None, 90.0, "ge")
    assert (last["have"], last["peers"]) == (4, 5)


def test_where_lower_is_better_the_lowest_is_first():
    rows = figure_questions.ranking("dust", 2020, "C1")
    assert [row["place_name"] for row in rows if row["rank"]] == ["二市", "一市"]


def test_what_is_neither_good_nor_bad_is_not_ranked():
    assert figure_questions.ranking("rain", 2020, "C1") == ()
    assert "rain" not in {row["indicator"] for row in figure_questions.ranks_of("C1", 2020)}


def test_places_are_ranked_among_their_own_kind_only():
    assert {row["part_of"] for row in figure_questions.ranking("air", 2020, "C1")} == {"P"}
    assert {row["level"] for row in figure_questions.ranking("air", 2020, "C1")} == {"city"}


def test_a_ranking_is_of_the_latest_year_in_which_half_of_the_peers_have_a_figure():
    years = {name: figure_questions.ranking(name, 2021, "C1")[0]["year"] for name in ("dust", "air")}
    assert years == {"dust": 2020, "air": 2020}
    assert figure_questions.ranking("air_town", 2021, "C1") == ()


@pytest.mark.parametrize("year", [2020, 2021, 2030])  # from 2030 no recent year is ranked
@pytest.mark.parametrize("place", ["C1", "C2", "C5"])  # C5 has a bound only
def test_a_city_is_ranked_alike_on_every_screen(place, year):
    rows = figure_questions.ranks_of(place, year)
    assert rows
    for row in rows:
        same = {r["place"]: r for r in figure_questions.ranking(row["indicator"], year, place)}[place]
        alike = ("year", "rank", "have", "peers", "level")
        assert [row[name] for name in alike] == [same[name] for name in alike]
        assert row["rank"] is None or (row["value"], row["tied"]) == (same["value"], same["tied"])


def test_a_rank_says_the_value_of_the_year_before():
    before = {row["place_name"]: row["before"] for row in figure_questions.ranking("air", 2020, "C1")}
    assert before["一市"] == 80.0
    assert before["二市"] is None


def test_places_that_share_a_name_are_told_apart_in_picks():
    districts = ask("select place from place where level = 'county'")
    assert len(districts) == 2
    labels = [
        row["label"]
        for row in figure_questions.group_places("C1", "county") + figure_questions.group_places("C2", "county")
    ]
    assert len(labels) == len(set(labels))


def test_a_sum_of_years_is_never_a_year():
    assert [row["value"] for row in figure_questions.figures("air", ("P",), 2021)] == [81.0]
    assert [(row["period"], row["value"]) for row in figure_questions.other_periods("air", "P")] == [
        ("2016-2020", 400.0)
    ]


def test_nothing_later_than_the_year_looked_at_is_shown():
    assert [row["year"] for row in figure_questions.figures("dust", ("C1",), 2020)] == [2020]
    assert max(row["year"] for row in questions.heat("C1", 2020)) == 2020


def test_a_group_stands_where_its_worst_place_stands():
    row = next(row for row in questions.verdicts(2020) if row["target"] == "plan.air")
    assert (row["status"], row["places"], row["met_places"], row["missed_places"]) == ("not_met", 5, 3, 2)
    assert set(row["laggards"]) == {"C3", "C4"}
    assert row["place"] in {"C3", "C4"}
    assert row["place_name"] == "各地"


def test_a_published_rate_that_judges_a_change_is_in_percent():
    row = next(row for row in questions.verdicts(2020) if row["target"] == "other.water")
    assert (row["by_rate"], row["unit"], row["value"], row["status"]) == (True, "%", -12.0, "met")
    assert sentences.goal_words(row, unit=row["unit"]) == "下降10%以上"


def test_units_in_charge_are_named():
    assert all(row["lead"] == ("省生态环境厅",) for row in questions.verdicts(2020, "plan"))
    assert questions.judgements(2020, target="plan.dust")[0]["lead"] == ("省生态环境厅",)


def test_a_document_without_a_short_name_goes_by_its_title():
    assert [row["label"] for row in questions.documents()] == ["甲省要点", "乙省工作要点"]


def test_a_number_left_open_is_pending():
    assert [row["target"] for row in questions.pending_targets("plan")] == ["plan.dust"]
    assert questions.pending_targets("other") == ()


def test_a_cell_shows_the_worst_judgement_on_its_indicator():
    cells = {
        (cell["place"], cell["indicator"]): cell for cell in figure_questions.grid(2020, "P", "city", ("air", "dust"))
    }
    assert cells["C3", "air"]["light"] == "red"
    assert cells["C1", "air"]["light"] == "green"
    assert cells["C1", "dust"]["status"] is None
    assert cells["C1", "dust"]["value"] == 40.0
    assert ("C3", "dust") not in cells


def test_only_the_cells_of_the_indicators_shown_are_asked_for():
    assert {cell["indicator"] for cell in figure_questions.grid(2020, "P", "city", ("dust",))} == {"dust"}


def test_a_comparison_of_many_places_is_drawn_of_the_first_and_taken_along_of_all():
    def places(**most: int | None) -> set[str]:
        return {cell["place"] for cell in figure_questions.grid(2020, "P", "city", ("air",), **most)}

    assert places(most=2) == {"C1", "C2"}
    assert places(most=None) == places() == {"C1", "C2", "C3", "C4", "C5"}


def test_a_bound_is_taken_along_in_words():
    cells = [
        {**cell, "bound": "ge", "judged_bound": "le"} for cell in figure_questions.grid(2020, "P", "city", ("air",))
    ]
    told = grid_tables.for_csv(cells, figure_questions.group_places("P", "city"))[0]
    assert {"bound_word", "judged_bound_word"} <= set(grid_tables.CSV)
    assert (told["bound_word"], told["judged_bound_word"]) == ("以上", "以下")
    ranked = [{**row, "bound": "about"} for row in figure_questions.ranking("air", 2020, "C1")]
    assert figure_tables.ranking_for_csv(ranked)[0]["bound_word"] == "左右"
    beside = [{**row, "bound": "ge"} for row in figure_questions.beside_larger("C1")]
    assert place_tables.up_to(beside, 2020)[0]["bound_word"] == "以上"
    assert "bound" not in {*figure_tables.RANKING_CSV, *place_tables.CSV}


def test_the_columns_of_the_comparison_count_figures_and_the_worst_judgement_of_every_place():
    columns = {row["indicator"]: row for row in figure_questions.grid_columns(2020, "P", "city")}
    assert next(iter(columns)) == "air"  # figures and a target
    air, dust = columns["air"], columns["dust"]
    assert (air["figures"], air["green"], air["yellow"], air["red"], air["grey"]) == (5, 3, 0, 2, 0)
    assert (dust["figures"], dust["green"] + dust["yellow"] + dust["red"] + dust["grey"]) == (2, 0)


def test_the_comparison_says_how_many_targets_stand_how():
    columns, members = figure_questions.grid_columns(2020, "P", "city"), figure_questions.group_places("P", "city")
    said = grid_tables.title(columns, members, {"name": "甲省", "level": "city"}, year=2020)
    assert said == "2020年甲省5市共有5处目标：3处绿灯、2处红灯"


def test_reference_indicators_stand_beside_the_one_they_resemble():
    assert [row["indicator"] for row in figure_questions.references("air")] == ["air_town"]


def test_the_tile_map_counts_the_lights_of_each_place_that_has_a_tile():
    (tile,) = questions.tile_lights(2020)
    assert (tile["place"], tile["tile_row"], tile["tile_column"]) == ("C1", 0, 1)
    assert (tile["green"], tile["yellow"], tile["red"], tile["grey"]) == (1, 0, 0, 0)


def test_without_a_map_the_cities_that_targets_name_stand_one_after_the_other(asked):
    with asked.write() as cursor:
        cursor.execute("update place set tile_row = null, tile_column = null")
    assert [tile["place"] for tile in questions.tile_lights(2019)] == ["C1", "C2", "C3", "C4", "C5"]


def test_coverage_says_how_many_targets_can_be_judged_and_why_not():
    plan, other = questions.coverage(2020)
    assert (plan["targets"], plan["judged"], plan["pending"]) == (2, 1, 1)
    assert (other["targets"], other["judged"]) == (2, 1)


def test_every_published_value_of_a_cell_is_there_with_its_release():
    rows = figure_questions.vintages("air", "C1", 2020)
    assert [(row["value"], row["source"], row["withdrawn"]) for row in rows] == [(85.0, "公报", False)]
    assert rows[0]["file_name"] == "1_air.csv"


def test_an_answer_is_never_older_than_the_data(asked):
    assert figure_questions.figures("dust", ("C1",), 2021)[-1]["value"] == 38.0
    release = figure_questions.vintages("dust", "C1", 2021)[0]["release"]
    withdraw(asked, release, reason="录错", by=LOCAL)
    assert [row["year"] for row in figure_questions.figures("dust", ("C1",), 2021)] == [2020]
    assert figure_questions.vintages("dust", "C1", 2021)[0]["withdrawn"]


def test_asking_about_what_is_not_there_gives_no_rows():
    assert questions.places_of("nothing") == ()
    assert questions.judgements(2020, place="nowhere") == ()
    assert figure_questions.figures("nothing", ("C1",), 2020) == ()
    assert figure_questions.grid(1990, "P", "city", ("air",)) == ()
    assert figure_questions.grid_columns(1990, "P", "city") == ()
