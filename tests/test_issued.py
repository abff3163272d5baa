"""A document asks nothing before it is issued: what screens and snapshots show of such years."""

from pathlib import Path

import pytest

from dashboard import figure_questions, questions
from etl.freeze import Choice, NothingToFreeze, freeze
from etl.store import ENVIRONMENT_NAME, Store
from tests.casebook import Case, build_cases

FIGURES = {2016: 70, 2017: 72, 2018: 74, 2019: 76, 2020: 81}
TARGET = {"rule": "at_least", "value": 80, "by": 2020}
PLANS = [
    Case(id="plan-2018", says="2018年印发", year=2020, published=2018, target=TARGET, figures=FIGURES, expect={}),
    Case(id="plan-2021", says="2021年印发，尚无当年的数", year=2020, published=2021, target={**TARGET, "by": 2025}, expect={}),
    Case(
        id="cities-2018", says="2018年印发，各市都要达到", year=2020, published=2018, target={**TARGET, "places": ["P1", "P2"]},
        rows=[{"place": "P1", "year": year, "value": value} for year, value in FIGURES.items()], expect={},
    ),
]  # fmt: skip


@pytest.fixture(autouse=True)
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    store = build_cases(PLANS, tmp_path)
    monkeypatch.setenv(ENVIRONMENT_NAME, store.url)
    return store


def documents_judged(year: int) -> list[str]:
    return [row["document"] for row in questions.verdicts(year) if row["document"].startswith("plan")]


def test_before_its_year_a_document_has_no_targets():
    assert documents_judged(2017) == []
    assert questions.judgements(2017, place="P") == ()
    assert [row["light"] for row in questions.statuses_over_years("plan-2018.target", "P")] != []
    assert questions.statuses_over_years("plan-2018.target", "P")[0]["year"] == 2018


def test_a_link_to_a_target_still_says_that_its_document_is_to_come():
    (row,) = questions.judgements(2017, target="plan-2018.target")
    assert row["is_issued"] is False
    assert row["document_year"] == 2018


def test_in_its_first_year_a_document_has_no_year_before():
    first, _ = questions.verdicts(2018)
    assert (first["is_new"], first["last_status"]) == (True, None)
    (judged,) = questions.judgements(2018, target="plan-2018.target")
    assert (judged["last_status"], judged["change_why"]) == (None, "新目标：文件当年印发")
    second, _ = questions.verdicts(2019)
    assert second["is_new"] is False
    assert second["last_status"]


def test_the_latest_year_stands_for_today_so_that_a_new_plan_is_seen():
    assert documents_judged(2019) == ["plan-2018"]
    assert documents_judged(2020) == ["plan-2018", "plan-2021"]


def test_figures_of_the_years_before_are_shown_without_a_light():
    of_2017 = [row for row in questions.heat("P", 2020) if row["year"] == 2017 and row["target"] == "plan-2018.target"]
    assert [(row["value"], row["is_issued"]) for row in of_2017] == [(72.0, False)]


def test_what_is_not_issued_is_counted_apart():
    counted = {row["document"]: (row["targets"], row["not_issued"]) for row in questions.coverage(2018)}
    assert counted == {"plan-2018": (1, 0), "plan-2021": (1, 1), "cities-2018": (1, 0)}


def test_cities_side_by_side_have_no_light_before_the_document():
    def cells(year: int) -> list[tuple[str, float | None, bool]]:
        columns = tuple(row["indicator"] for row in figure_questions.grid_columns(year, "P", "city"))
        found = figure_questions.grid(year, "P", "city", columns)
        return [(row["place"], row["value"], row["status"] is not None) for row in found]

    assert cells(2017) == [("P1", 72.0, False)]
    assert sorted(cells(2018)) == [("P1", 74.0, True), ("P2", None, True)]


def test_a_snapshot_counts_what_the_overview_counts(plans):
    record = freeze(plans, Choice(year=2018))
    assert [row["target"] for row in record["verdicts"]] == ["cities-2018.target", "plan-2018.target"]
    assert record["earlier"] == []
    assert {row["last_status"] for row in record["verdicts"]} == {None}
    with pytest.raises(NothingToFreeze):
        freeze(plans, Choice(year=2017))


def test_the_judging_itself_looks_at_any_year(plans):
    """`etl assess` judges before the document as well: only what is shown waits for it."""
    assert plans.rows("select distinct year from assessment where target = 'plan-2018.target' order by year")[0] == (
        2016,
    )
