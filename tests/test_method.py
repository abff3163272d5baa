"""METHOD.md as cases: every row of its tables and every numbered rule, each judged by the product."""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from etl.assess import assess
from etl.store import Store
from etl.words import read_words
from tests.casebook import CASES, Case, build_cases, read_cases

ALL_CASES = [case for path in sorted(CASES.glob("*.toml")) for case in read_cases(path)]
SQL = Path(__file__).parents[1] / "etl" / "sql"


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], dict[str, Any]]:
    """Every case judged, by target and year looked at; cases have one place."""
    store = build_cases(ALL_CASES, tmp_path_factory.mktemp("method"))
    rows = assess(store, years={case.year for case in ALL_CASES})
    verdicts = store.query("select * from verdict")
    found = {(row["target"], row["year"]): row for row in _records(verdicts)}
    return {
        key: {**row, "verdict": found.get(key, {})}
        for row in _records(rows)
        if row["place"] == "P"
        for key in [(row["target"], row["year"])]
    }


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.id)
def test_case(case: Case, judged: dict[tuple[str, int], dict[str, Any]]) -> None:
    row = judged[case.target_id, case.year]
    wrong = _differences(case.expect, row) + _differences(case.verdict, row["verdict"])
    assert not wrong, f"{case.says}\n" + "\n".join(wrong) + f"\n{row['reason']}"


def _differences(expect: Any, row: dict[str, Any]) -> list[str]:
    return [
        f"{column}: expected {value!r}, found {row.get(column)!r}"
        for column, value in expect.items()
        if not _same(column, value, row.get(column))
    ]


def _same(column: str, expected: Any, found: Any) -> bool:
    if expected == "none":  # TOML has no null
        return found is None or found == ""
    if column in ("reason", "change_why", "source"):  # a piece of the sentence
        return expected in (found or "")
    if isinstance(expected, bool) or not isinstance(expected, int | float):
        return bool(expected == found)
    return found is not None and math.isclose(expected, found, rel_tol=1e-6, abs_tol=1e-6)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{key: _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    """Lists as lists, and None where nothing is known."""
    if isinstance(value, list | np.ndarray):
        return list(value)
    return None if pd.isna(value) else value


def test_every_status_has_a_case() -> None:
    expected = {case.expect.get("status") for case in ALL_CASES}
    assert set(read_words().statuses) <= expected


def test_lights_are_those_of_the_words(judged: dict[tuple[str, int], dict[str, Any]]) -> None:
    """The light in SQL is the light in words.toml; only `contested` may take green away."""
    statuses = read_words().statuses
    wrong = [
        (row["status"], row["light"])
        for row in judged.values()
        if row["light"] != statuses[row["status"]].light
        and not (row["contested"] and statuses[row["status"]].light == "green" and row["light"] == "yellow")
    ]
    assert not wrong


def test_sql_names_no_status_that_has_no_word() -> None:
    """Every status that assess.sql gives out stands in words.toml, and the other way round."""
    ruled = (SQL / "assess.sql").read_text(encoding="utf-8")
    parts = [("question as (", " as not_asked"), ("ruled as (", "lit as (")]  # rule 1, and those after it
    part = "".join(ruled[ruled.index(start) : ruled.index(end)] for start, end in parts)
    given = set(re.findall(r"(?:then|else) '([a-z_]+)'", part))
    given |= {"on_track", "slightly_behind", "off_track", "stalled", "wrong_way", "too_early"}
    assert given == set(read_words().statuses)


def test_every_row_is_complete(judged: dict[tuple[str, int], dict[str, Any]]) -> None:
    """A status, a light, a reason and a bucket for every target, place and year."""
    for row in judged.values():
        assert all(row[column] for column in ("status", "light", "basis", "reason")), row
        assert row["bucket"] in (*read_words().buckets, "")
        assert row["due"] == row["bucket"].startswith("due")


def test_a_coloured_light_has_a_value(judged: dict[tuple[str, int], dict[str, Any]]) -> None:
    """A missing value never gives a colour (METHOD §3); counts per quarter carry theirs in the reason."""
    bare = [
        row["target"]
        for row in judged.values()
        if row["light"] != "grey" and row["value"] is None and "各期" not in row["reason"]
    ]
    assert not bare


def test_one_year_is_judged_as_among_many(tmp_path: Path) -> None:
    """Looking at one year alone gives the row that looking at all years gives, last year's included."""
    cases = [case for case in ALL_CASES if case.id.startswith("status")]
    store: Store = build_cases(cases, tmp_path)
    years = sorted({case.year for case in cases})
    together = assess(store, years=years)
    year = years[len(years) // 2]
    alone = assess(store, years=[year])
    expected = together[together["year"] == year].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, expected)


def test_of_two_rates_published_against_one_base_the_one_that_names_it_is_judged_once(tmp_path: Path) -> None:
    """METHOD §1, change: 2017 against 2016 is "against 2016" and "against the year before" at once."""
    case = Case(
        id="rates",
        says="两个变化率，同一个基期",
        year=2017,
        indicator={"unit": "吨", "better": "lower"},
        target={"measure": "change", "rule": "at_most", "value": -10, "base_year": 2016, "by": 2017},
        rate={"rate_base": 2016, "figures": {2017: -12}},
        expect={},
    )
    store = build_cases([case], tmp_path)
    with store.write() as cursor:
        cursor.execute(
            "insert into indicator by name select * replace ('rates.other' as indicator, null as rate_base_year) from indicator where indicator = 'rates.rate'"
        )
        cursor.execute(
            "insert into figure_now by name select * replace ('rates.other' as indicator, -9 as value) from figure_now where indicator = 'rates.rate'"
        )
    rows = assess(store, years=[2017], places=["P"])
    assert [(row["status"], row["value"]) for row in _records(rows)] == [("met", -12)]
    store.close()
