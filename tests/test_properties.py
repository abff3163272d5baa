"""What must hold whatever the numbers are (METHOD §3), tried on generated figures through the product."""

import itertools
from collections.abc import Iterator
from pathlib import Path
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
BY = 2022  # nothing is due in YEARS; DUE is the deadline of the second set
DUE = 2019
UP, DOWN = ("at_least", "more_than"), ("at_most", "less_than")

RULES: list[dict[str, Any]] = [
    *({"rule": rule, "value": 50, "by": BY} for rule in (*UP, *DOWN)),
    *({"rule": rule, "value": 50, "by": DUE} for rule in (*UP, *DOWN)),
    {"rule": "at_least", "value": 50, "every_year": True, "since": 2014},
    {"rule": "at_most", "value": 50, "every_year": True, "since": 2014},
    {"rule": "at_least", "value": 50, "soft": "基本", "by": BY},
    {"rule": "at_least", "value": 250, "measure": "running_total", "since": 2014, "by": BY},
    {"rule": "at_least", "value": 10, "measure": "change", "base_year": 2014, "by": BY},
    {"rule": "at_most", "value": -10, "measure": "change", "base_year": 2014, "by": BY},
    {"rule": "at_least", "measure": "trend", "by": BY},
    {"rule": "at_most", "measure": "trend", "by": BY},
]
CASES = [
    Case(
        id=f"property-{at:02d}",
        says="性质",
        year=2020,
        target={"place": "P", **target},
        expect={},
        indicator={"unit": "吨", "better": "higher" if target["rule"] in UP else "lower"},
    )
    for at, target in enumerate(RULES)
]

# worse is larger; grey says nothing about better or worse
STEP = {
    status: step
    for step, names in enumerate(
        (
            ("met", "holding", "met_now", "done_early", "on_track"),
            ("met_roughly",),
            ("met_at_risk", "slightly_behind", "aim_missed"),
            ("not_met", "off_track", "stalled"),
            ("wrong_way",),
        )
    )
    for status in names
}

values = st.integers(0, 100).map(float) | st.just(50.0)
some_years = st.dictionaries(st.sampled_from(YEARS), values, max_size=len(YEARS))
quick = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The targets of CASES without figures; each example puts its own in and takes them out."""
    yield build_cases(CASES, tmp_path_factory.mktemp("properties"))


def judge(
    store: Store, figures: list[tuple[str, int, float | None]], *, years: tuple[int, ...]
) -> pd.DataFrame:
    """The judgement of every target from `figures` (place, year, value), the same for each indicator."""
    rows = [
        (case.id, place, year, value)
        for case, (place, year, value) in itertools.product(CASES, figures)
    ]
    with store.write() as cursor:
        cursor.execute("delete from figure_now")
        for row in rows:
            cursor.execute(
                "insert into figure_now (indicator, place, year, value, period, bound, obs_status, source, vintages)"
                " values (?, ?, ?, ?, '', '', 'A', '公报', 1)",
                row,
            )
    return assess(store, years=years)


@quick
@given(figures=some_years, year=st.sampled_from((DUE, 2020)), last=values, better_by=st.integers(1, 40))
def test_a_better_latest_value_is_never_a_worse_status(
    store: Store, figures: dict[int, float], year: int, last: float, better_by: int
) -> None:
    earlier = [("P", at, value) for at, value in figures.items() if at < year]
    plain, up, down = (
        judge(store, [*earlier, ("P", year, value)], years=(year,)).set_index("target")
        for value in (last, last + better_by, last - better_by)
    )
    for case in CASES:
        before = plain.loc[case.target_id]
        after = (up if case.target["rule"] in UP else down).loc[case.target_id]
        if before["status"] in STEP:
            assert after["status"] in STEP, (case.target, before["reason"], after["reason"])
            assert STEP[after["status"]] <= STEP[before["status"]], (
                case.target,
                before["reason"],
                after["reason"],
            )


@quick
@given(figures=some_years, order=st.randoms())
def test_row_order_changes_nothing(store: Store, figures: dict[int, float], order: Any) -> None:
    rows: list[tuple[str, int, float | None]] = [("P", *item) for item in figures.items()]
    shuffled = list(rows)
    order.shuffle(shuffled)
    pd.testing.assert_frame_equal(
        judge(store, rows, years=(2018, 2020)), judge(store, shuffled, years=(2018, 2020))
    )


@quick
@given(figures=some_years, other=some_years)
def test_an_unrelated_place_changes_nothing(
    store: Store, figures: dict[int, float], other: dict[int, float]
) -> None:
    own: list[tuple[str, int, float | None]] = [("P", *item) for item in figures.items()]
    strangers = [("P1", *item) for item in other.items()]
    pd.testing.assert_frame_equal(
        judge(store, own, years=(2018, 2020)), judge(store, [*own, *strangers], years=(2018, 2020))
    )


@quick
@given(figures=some_years, year=st.sampled_from(YEARS))
def test_seen_from_a_year_later_values_do_not_exist(
    store: Store, figures: dict[int, float], year: int
) -> None:
    """The base year that a document names is the one exception; before it nothing is compared."""
    all_rows = [("P", *item) for item in figures.items()]
    known = [("P", at, value) for at, value in figures.items() if at <= max(year, 2014)]
    pd.testing.assert_frame_equal(
        judge(store, all_rows, years=(year,)), judge(store, known, years=(year,))
    )


@quick
@given(figures=some_years, gaps=st.sets(st.sampled_from(YEARS)))
def test_a_missing_value_never_gives_a_colour(
    store: Store, figures: dict[int, float], gaps: set[int]
) -> None:
    """"Reported as missing" is the same as not there, and no light comes without a value."""
    kept = [("P", year, value) for year, value in figures.items() if year not in gaps]
    holes: list[tuple[str, int, float | None]] = [("P", year, None) for year in gaps]
    judged = judge(store, [*kept, *holes], years=(2018, 2020))
    pd.testing.assert_frame_equal(judged, judge(store, [*kept], years=(2018, 2020)))
    coloured = judged[judged["light"] != "grey"]
    assert coloured["value"].notna().all()
    assert set(judged["status"]) <= set(read_words().statuses)


@quick
@given(figures=st.dictionaries(st.sampled_from(YEARS), st.integers(0, 10**6), min_size=1))
def test_a_unit_prefix_changes_no_judgement(
    figures: dict[int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same amounts in 吨 and in 万吨 are judged alike; goal and value differ by the factor alone."""
    cases = [
        Case(
            id=f"prefix-{at}",
            says="单位前缀",
            year=2020,
            indicator={"unit": unit, "decimals": 6},
            target={"rule": "at_least", "value": 50, "unit": "万吨", "by": BY},
            figures={str(year): value / factor for year, value in figures.items()},
            expect={},
        )
        for at, (unit, factor) in enumerate((("吨", 1), ("万吨", 10_000)))
    ]
    folder: Path = tmp_path_factory.mktemp("prefix")
    small, large = assess(build_cases(cases, folder), years=[2020]).to_dict("records")
    assert (small["status"], small["light"]) == (large["status"], large["light"])
    assert small["goal"] == pytest.approx(large["goal"] * 10_000)
