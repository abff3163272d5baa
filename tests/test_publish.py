"""Whatever is published and withdrawn in whatever order: the state is that of the releases in force."""

import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.access import LOCAL
from etl.build import build
from etl.checks import run_checks
from etl.facts import AssignedRow, FactRow, FigureRow
from etl.publish import publish, withdraw
from etl.refresh import refresh
from etl.store import Store, open_store
from tests.conftest import SMALL

TABLES = ("figure_now", "figure_by_place", "holding", "release_present", "assessment", "verdict")

figure_rows = st.lists(
    st.builds(
        FigureRow,
        place=st.sampled_from(["C1", "C2", "P"]),
        indicator=st.sampled_from(["pm25", "forest_cover", "trees", "water_use"]),
        year=st.integers(2016, 2021),
        value=st.one_of(st.none(), st.integers(0, 90).map(float)),
        obs_status=st.sampled_from(["A", "A", "A", "B"]),
        source=st.just("年鉴"),
    ),
    min_size=1,
    max_size=5,
)
assigned_rows = st.lists(
    st.builds(AssignedRow, target=st.just("plan-2018.good"), place=st.just("P"), value=st.integers(50, 70).map(float)),
    min_size=1,
    max_size=1,
)
# A step publishes rows, or withdraws the release that many steps back in the list of those in force.
steps = st.lists(
    st.one_of(
        st.tuples(st.just("figures"), figure_rows),
        st.tuples(st.just("assigned"), assigned_rows),
        st.tuples(st.just("withdraw"), st.integers(0, 5)),
    ),
    min_size=1,
    max_size=6,
)


def database(folder: str, name: str) -> Store:
    store = open_store(f"duckdb:{Path(folder, name)}")
    build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    return store


def send(store: Store, kind: str, rows: list[FactRow], data: bytes) -> str:
    return publish(store, kind=kind, rows=rows, file_name="f.csv", data=data, by=LOCAL).release


def state(store: Store) -> dict[str, pd.DataFrame]:
    """The derived tables without the numbers of releases, which tell how often people changed their minds."""
    return {
        table: store.query(f"select * from {table} order by all").drop(columns="release", errors="ignore")
        for table in TABLES
    }


def assert_same(found: dict[str, pd.DataFrame], expected: dict[str, pd.DataFrame]) -> None:
    for table in TABLES:
        pd.testing.assert_frame_equal(found[table], expected[table], check_exact=False, rtol=1e-9, obj=table)


@settings(max_examples=6, deadline=None)
@given(steps=steps)
def test_publishing_and_withdrawing_equals_building_from_the_releases_in_force(steps: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, in_force = database(folder, "lived.duckdb"), {}
        for number, (kind, what) in enumerate(steps):
            if kind == "withdraw":
                if in_force:
                    gone = list(in_force)[-1 - int(what) % len(in_force)]
                    del in_force[gone]
                    withdraw(store, gone, by=LOCAL)
            else:
                data = f"{number}".encode()
                in_force[send(store, kind, what, data)] = (kind, what, data)
        lived = state(store)
        with store.write() as cursor:
            refresh(cursor)
        assert_same(lived, state(store))
        fresh = database(folder, "fresh.duckdb")
        for kind, what, data in in_force.values():
            send(fresh, kind, what, data)
        assert_same(lived, state(fresh))
        assert run_checks(store) == []


def test_withdrawing_what_others_revised_leaves_their_numbers_and_shows_both(small: Store) -> None:
    cell = {"place": "C1", "indicator": "pm25", "year": 2020, "source": "年鉴"}
    first = send(small, "figures", [FigureRow(**cell, value=40.0)], b"first")
    second = send(small, "figures", [FigureRow(**cell, value=36.0)], b"second")
    withdraw(small, first, by=LOCAL.signing("张"), reason="发错文件")
    assert small.rows("select value, release from figure_now where year = 2020") == [(36.0, second)]
    withdraw(small, second, by=LOCAL)
    assert small.rows("select value from figure_now where year = 2020") == []
    assert small.rows("select release, person, reason from withdrawal order by release") == [
        (first, "张", "发错文件"),
        (second, None, None),
    ]


def test_as_published_on_a_day_shows_that_day(small: Store) -> None:
    from datetime import date, datetime

    from etl.assess import assess

    cell = {"place": "C1", "indicator": "pm25", "year": 2020, "source": "年鉴"}
    for day, value in (("2021-03-01", 34.0), ("2021-09-01", 36.0)):
        at = datetime.fromisoformat(f"{day} 09:00:00")
        publish(
            small,
            kind="figures",
            rows=[FigureRow(**cell, value=value)],
            file_name=day,
            data=day.encode(),
            at=at,
            by=LOCAL,
        )

    def seen(day: str) -> list[float | None]:
        rows = assess(
            small, years=[2020], as_published=date.fromisoformat(day), places=["C1"], targets=["plan-2018.pm25"]
        )
        return [None if pd.isna(value) else value for value in rows["value"]]

    assert [seen(day) for day in ("2021-02-28", "2021-03-01", "2021-12-31")] == [[None], [34.0], [36.0]]
