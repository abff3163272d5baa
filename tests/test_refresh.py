"""A release that comes or goes renews what it touches only; what stands after is what judging everything again gives."""

from datetime import date
from pathlib import Path

import pytest

from etl.access import LOCAL
from etl.build import build
from etl.checks import run_checks
from etl.facts import FigureRow, StatementRow
from etl.publish import publish, withdraw
from etl.refresh import refresh
from etl.store import Store, open_store
from tests.conftest import SMALL
from tests.test_publish import assert_same, state

# Beside the small register's: a published rate of change, a quota for every quarter, a date inside a year.
MORE = """
[indicators.water_cut]
name = "万元产值用水量比2019年下降"
unit = "%"
better = "lower"
rate_of = "water_use"
rate_base = 2019

[indicators.checks]
name = "检查次数"
unit = "次"
better = "higher"
kind = "count"

[[targets]]
id = "plan-2018.checks"
document = "plan-2018"
quote = "每季度检查一次"
indicator = "checks"
place = "P"
measure = "level"
rule = "at_least"
value = 4
unit = "次"
every_year = true
since = 2018
per = "quarter"

[[targets]]
id = "plan-2018.half"
document = "plan-2018"
quote = "2019年6月底前营造林1万亩"
indicator = "trees"
place = "C1"
measure = "level"
rule = "at_least"
value = 1
unit = "万亩"
by = 2019-06-30
"""


def figure(place: str, indicator: str, year: int, value: float | None, period: str = "", **more: str) -> FigureRow:
    return FigureRow(place, indicator, year, value, period=period, source="年鉴", **more)


TOUCHED = {
    "a revision in a year that others have too": [figure("C1", "pm25", 2018, 30.0)],
    "the first figure of a new year": [figure("C1", "pm25", 2021, 30.0)],
    "figures of several new years, and one in between left out": [
        figure("C2", "pm25", 2023, 30.0),
        figure("P", "trees", 2021, 9000.0),
    ],
    "a year before all others": [figure("P", "forest_cover", 2009, 50.0)],
    "a number taken back, the only one of its year": [
        figure("C1", "pm25", 2019, None),
        figure("P", "trees", 2019, None),
    ],
    "the base year of a change": [figure("P", "water_use", 2019, 60.0), figure("P", "water_use", 2020, 50.0)],
    "a published rate in the place of one made of levels": [
        figure("P", "water_use", 2019, 60.0),
        figure("P", "water_use", 2020, 58.0),
        figure("P", "water_cut", 2020, -12.0),
    ],
    "a sum of several years": [figure("P", "trees", 2020, 45000.0, period="2018-2020")],
    "some quarters of a year": [figure("P", "checks", 2018, 1.0, period=f"2018-Q{quarter}") for quarter in (1, 2, 4)],
    "a figure for a day inside a year": [figure("C1", "trees", 2019, 700.0, period="2019-06-30")],
    "a break in a series": [figure("P", "forest_cover", 2018, 62.0, obs_status="B")],
    "a bound": [figure("C1", "pm25", 2020, 35.0, bound="le")],
    "an indicator that no target is about": [figure("C1", "water_use", 2020, 3.0)],
}


@pytest.fixture
def wide(tmp_path: Path) -> Store:
    definitions = tmp_path / "indicators.toml"
    definitions.write_text((SMALL / "indicators.toml").read_text(encoding="utf-8") + MORE, encoding="utf-8")
    store = open_store(f"duckdb:{tmp_path / 'wide.duckdb'}")
    build(store, definitions=definitions, yearly=SMALL / "yearly")
    return store


def assert_as_if_judged_anew(store: Store) -> None:
    found = state(store)
    with store.write() as cursor:
        refresh(cursor)
    assert_same(found, state(store))
    assert run_checks(store) == []


@pytest.mark.parametrize("case", TOUCHED)
def test_what_is_touched_is_all_that_changes(wide: Store, case: str) -> None:
    before = state(wide)
    release = publish(wide, kind="figures", rows=TOUCHED[case], file_name="f.csv", data=b"f", by=LOCAL).release
    assert_as_if_judged_anew(wide)
    withdraw(wide, release, by=LOCAL)
    assert_same(state(wide), before)


def test_a_year_only_some_place_had_goes_with_its_release_though_others_came_meanwhile(wide: Store) -> None:
    new_year = [figure("C1", "pm25", 2022, 31.0)]
    first = publish(wide, kind="figures", rows=new_year, file_name="f.csv", data=b"1", by=LOCAL).release
    publish(wide, kind="figures", rows=[figure("C2", "pm25", 2020, 29.0)], file_name="f.csv", data=b"2", by=LOCAL)
    withdraw(wide, first, by=LOCAL)
    assert wide.rows("select max(year) from assessment") == [(2020,)]
    assert_as_if_judged_anew(wide)


def test_a_finding_reaches_judgements_of_every_year(wide: Store) -> None:
    said = StatementRow(
        target="plan-2018.pm25",
        place="C2",
        kind="contested",
        stated_on=date(2019, 6, 1),
        text="督察存疑",
        source="督察报告",
    )
    publish(wide, kind="statements", rows=[said], file_name="s.csv", data=b"s", by=LOCAL)
    assert_as_if_judged_anew(wide)


def test_judged_in_small_portions_everything_is_the_same(wide: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = state(wide)
    monkeypatch.setattr("etl.refresh._JUDGED_AT_ONCE", 7)
    monkeypatch.setattr("etl.refresh._SORTED_AT_ONCE", 2)
    with wide.write() as cursor:
        refresh(cursor)
    assert_same(state(wide), whole)
    publish(
        wide, kind="figures", rows=TOUCHED["the first figure of a new year"], file_name="f.csv", data=b"f", by=LOCAL
    )
    assert_as_if_judged_anew(wide)
