"""What must hold whatever the numbers are (METHOD §3), tried on generated figures through the product.

Every generated history stands in a place of its own, so that one judgement tries many at once.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.assess import assess
from etl.store import Store
from etl.words import read_words
from tests.casebook import Case, build_cases

YEARS = tuple(range(2012, 2021))
BY, DUE = 2022, 2019  # after all years looked at; among them
UP, DOWN = ("at_least", "more_than"), ("at_most", "less_than")
PLACES = [f"S{at:02d}" for at in range(45)]

RULES: list[dict[str, Any]] = [
    *({"rule": rule, "value": 50, "by": BY} for rule in (*UP, *DOWN)),
    *({"rule": rule, "value": 50, "by": DUE} for rule in (*UP, *DOWN)),
    {"rule": "at_least", "value": 50, "every_year": True, "since": 2014},
    {"rule": "at_most", "value": 50, "every_year": True, "since": 2014},
    {"rule": "at_least", "value": 50, "soft": "基本", "by": BY},
    {"rule": "at_least", "value": 50, "window": 3, "by": DUE},
    {"rule": "at_least", "value": 250, "measure": "running_total", "since": 2014, "by": BY},
    {"rule": "at_least", "value": 40, "measure": "year_total", "by": DUE},
    {"rule": "at_least", "value": 10, "measure": "change", "base_year": 2014, "by": BY},
    {"rule": "at_most", "value": -10, "measure": "change", "base_year": 2014, "by": DUE},
    {"rule": "at_least", "measure": "trend", "by": BY},
    {"rule": "at_most", "measure": "trend", "by": DUE},
]
CASES = [
    Case(
        id=f"property-{at:02d}",
        says="性质",
        year=2020,
        target={"places": PLACES, **target},
        indicator={"unit": "吨", "better": "higher" if target["rule"] in UP else "lower"},
        expect={},
    )
    for at, target in enumerate(RULES)
]
RULE_OF = {case.target_id: case.target for case in CASES}

# from good to bad; grey says nothing about better or worse
STEP = {
    status: step
    for step, statuses in enumerate(
        (
            ("met", "holding", "met_now", "done_early", "on_track"),
            ("met_roughly",),
            ("met_at_risk", "slightly_behind", "aim_missed"),
            ("not_met", "off_track", "stalled"),
            ("wrong_way",),
        )
    )
    for status in statuses
}

History = dict[int, float | None]  # year -> value; None: reported as missing
values = st.integers(0, 100).map(float) | st.just(50.0)
history = st.dictionaries(st.sampled_from(YEARS), values, max_size=len(YEARS))
histories = st.lists(history, min_size=15, max_size=15)
few = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example]
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The targets of CASES; each example puts figures of its own in."""
    return build_cases(CASES, tmp_path_factory.mktemp("properties"), places=PLACES)


def judge(store: Store, given_histories: Sequence[History], *, years: tuple[int, ...]) -> pd.DataFrame:
    """The judgement of every target, one history a place, in the order of the rows as given."""
    rows = [
        (place, year, value)
        for place, each in zip(PLACES, given_histories, strict=False)
        for year, value in each.items()
    ]
    with store.write() as cursor:
        cursor.execute("create or replace temp table given (place varchar, year integer, value double)")
        if rows:
            cursor.executemany("insert into given values (?, ?, ?)", rows)
        cursor.execute("delete from figure_now")
        cursor.execute(
            "insert into figure_now (indicator, place, year, value, period, bound, obs_status, source, vintages)"
            " select indicator, given.*, '', '', 'A', '公报', 1 from given, indicator"
        )
    return assess(store, years=years)


@few
@given(
    earlier=histories,
    last=st.lists(values, min_size=15, max_size=15),
    better_by=st.integers(1, 40),
    year=st.sampled_from((DUE, 2020)),
)
def test_a_better_latest_value_is_never_a_worse_status(
    store: Store, earlier: list[History], last: list[float], better_by: int, year: int
) -> None:
    before = [{at: value for at, value in each.items() if at < year} for each in earlier]
    shifted = [
        {**each, year: value + shift}
        for shift in (0, better_by, -better_by)
        for each, value in zip(before, last, strict=True)
    ]
    judged = judge(store, shifted, years=(year,)).set_index(["target", "place"])
    for target, rule in RULE_OF.items():
        for at in range(len(before)):
            plain = judged.loc[target, PLACES[at]]
            better = judged.loc[target, PLACES[at + len(before) * (1 if rule["rule"] in UP else 2)]]
            if plain["status"] in STEP:
                told = (rule, plain["status"], plain["reason"], better["status"], better["reason"])
                assert STEP.get(better["status"], len(STEP)) <= STEP[plain["status"]], told


@few
@given(given_histories=histories, order=st.randoms(use_true_random=False))
def test_row_order_changes_nothing(store: Store, given_histories: list[History], order: Any) -> None:
    shuffled = [dict(order.sample(sorted(each.items()), len(each))) for each in given_histories]
    _same(judge(store, given_histories, years=(2018, 2020)), judge(store, shuffled, years=(2018, 2020)))


@few
@given(given_histories=histories, others=histories)
def test_an_unrelated_place_changes_nothing(
    store: Store, given_histories: list[History], others: list[History]
) -> None:
    alone = judge(store, given_histories, years=(2018, 2020))
    together = judge(store, [*given_histories, *others], years=(2018, 2020))
    own = PLACES[: len(given_histories)]
    _same(alone[alone["place"].isin(own)], together[together["place"].isin(own)])


@few
@given(given_histories=histories, year=st.sampled_from(YEARS))
def test_seen_from_a_year_later_values_do_not_exist(store: Store, given_histories: list[History], year: int) -> None:
    """The base year that a document names (2014) is the one exception."""
    known = [{at: value for at, value in each.items() if at <= year or at == 2014} for each in given_histories]
    _same(judge(store, given_histories, years=(year,)), judge(store, known, years=(year,)))


@few
@given(given_histories=histories, gaps=st.sets(st.sampled_from(YEARS)))
def test_a_missing_value_never_gives_a_colour(store: Store, given_histories: list[History], gaps: set[int]) -> None:
    """ "Reported as missing" is as if it were not there, and no light comes without a value."""
    kept = [{at: value for at, value in each.items() if at not in gaps} for each in given_histories]
    holes: list[History] = [{**each, **dict.fromkeys(gaps)} for each in kept]
    judged = judge(store, holes, years=(2018, 2020))
    _same(judged, judge(store, kept, years=(2018, 2020)))
    assert judged.loc[judged["light"] != "grey", "value"].notna().all()
    assert set(judged["status"]) <= set(read_words().statuses)


def test_a_unit_prefix_changes_no_judgement(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same amounts in 吨 and in 万吨 are judged alike; goal and value differ by the factor alone."""
    amounts = [(0, 4), (499_999, 3), (500_000, 4), (500_001, 4), (123_457, 2), (480_000, 6)]
    cases = [
        Case(
            id=f"prefix-{unit}-{at}",
            says="单位前缀",
            year=2020,
            indicator={"unit": unit},
            target={"rule": "at_least", "value": 50, "unit": "万吨", "by": 2024},
            figures={str(2020 - back): (amount - 7_919 * back) / factor for back in range(years)},
            expect={},
        )
        for unit, factor in (("吨", 1), ("万吨", 10_000))
        for at, (amount, years) in enumerate(amounts)
    ]
    judged = assess(build_cases(cases, tmp_path_factory.mktemp("prefix")), years=[2020])
    small, large = judged.iloc[: len(amounts)], judged.iloc[len(amounts) :]
    assert small["status"].tolist() == large["status"].tolist()
    assert small["goal"].tolist() == pytest.approx([goal * 10_000 for goal in large["goal"]])


def _same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))
