"""What bench/scale is compared with judges as this program does: the same rules, in pandas and in polars."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from bench.scale.judged import COLUMNS, STATUSES
from bench.scale.kinds import KINDS
from bench.scale.made import YEARS, Size, make_register, make_year
from bench.scale.peers import differences, tables_of
from bench.scale.peers_pandas import judge_with_pandas
from bench.scale.steps import fill, url_of, wordless_sql
from etl.assess import assess, look_from
from etl.build import build
from etl.store import Store, frame_of, open_store
from tests.casebook import CASES, build_cases, read_cases

Judge = Callable[[list[pa.Table], list[int]], pd.DataFrame]

SIZE = Size(places=60, indicators=20)

# what the peers leave out: their docstrings say so
WHOLE_YEARS = """
select target from target
where per is null and after_task is null and coalesce(not_applicable, '') = '' and not assigned
    and valid_from is null and valid_until is null
    and (by_date is null or (month(by_date) = 12 and day(by_date) = 31))
    and target not in (select target from statement)
    and indicator not in (select rate_of from indicator where rate_of is not null)
    and indicator not in (select indicator from figure where coalesce(period, '') <> '')
"""


@pytest.fixture(params=["pandas", "polars"])
def judge(request: pytest.FixtureRequest) -> Judge:
    if request.param == "pandas":
        return lambda tables, years: judge_with_pandas(*(table.to_pandas() for table in tables), years=years)
    if not find_spec("polars"):
        pytest.skip("polars is optional: pip install -r requirements-bench.txt")
    import polars as pl

    from bench.scale.peers_polars import judge_with_polars

    return lambda tables, years: judge_with_polars(
        *(pl.DataFrame(pl.from_arrow(table)) for table in tables), years=years
    ).to_pandas()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A small register as bench/scale makes it, with its figures."""
    folder = tmp_path_factory.mktemp("made")
    make_register(SIZE, folder)
    (folder / "yearly").mkdir()
    for year in YEARS:
        make_year(SIZE, year, folder / "yearly")
    store = open_store(f"duckdb:{folder / 'made.duckdb'}")
    build(store, definitions=folder / "indicators.toml", yearly=folder / "yearly", demo=True)
    return store


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Every case of the method."""
    every = [case for path in sorted(CASES.glob("*.toml")) for case in read_cases(path)]
    return build_cases(every, tmp_path_factory.mktemp("cases"))


def test_every_judgement_of_what_is_measured_is_the_same(judge: Judge, made: Store) -> None:
    years = list(YEARS)
    ours = assess(made, years=years)
    assert len(ours) == SIZE.places // 2 * len(KINDS) * len(YEARS)
    assert {*ours["status"]} == {*STATUSES} - {"target_pending"}
    found = judge(tables_of(made), years)
    assert {*found.columns} == {*COLUMNS}
    assert differences(found, ours) == {}


def test_every_case_of_the_method_about_whole_years_is_the_same(judge: Judge, cases: Store) -> None:
    years = list(range(2010, 2026))
    figures, targets, *others = tables_of(cases)
    held = {target for (target,) in cases.rows(WHOLE_YEARS)}
    targets = targets.filter(pa.array([target in held for target in targets["target"].to_pylist()]))
    ours = assess(cases, years=years)
    ours = ours[ours["target"].isin(held)]
    assert ours["target"].nunique() > 140
    assert differences(judge([figures, targets, *others], years), ours) == {}


def test_the_judgement_without_its_sentences_is_the_judgement(made: Store) -> None:
    years = list(YEARS)
    with made.reading() as cursor:
        look_from(cursor, years=years)
        found = frame_of(cursor.execute(wordless_sql(years), years))
    assert {*found.columns} == {*COLUMNS}
    assert differences(found, assess(made, years=years)) == {}


def test_figures_made_by_sql_are_those_of_the_files(made: Store, tmp_path: Path) -> None:
    make_register(SIZE, tmp_path)
    fill(tmp_path, {})
    figures = "select place, indicator, year, period, value, bound, obs_status, source from figure_now order by all"
    by_sql = open_store(url_of(tmp_path)).rows(figures)
    assert by_sql == made.rows(figures)
    assert {*made.rows("select distinct bound from figure_now")} == {("",), ("ge",), ("le",), ("about",)}
    assert 0.9 * SIZE.figures < len([row for row in by_sql if row[4] is not None]) < SIZE.figures


def test_a_difference_is_found_wherever_it_is(made: Store) -> None:
    ours = assess(made, years=[2020])
    other = ours.assign(
        status=ours["status"].mask(ours["status"] == "met", "not_met"),
        gap=ours["gap"] + 1e-5,
        breaches=ours["breaches"] + "、",
    )
    assert differences(ours, ours) == {}
    assert differences(other, ours) == {
        "status": int((ours["status"] == "met").sum()),
        "gap": int(ours["gap"].notna().sum()),
        "breaches": len(ours),
    }
    assert differences(ours[1:], ours) == {"rows": 1}
