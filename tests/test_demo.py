"""The demonstration shows every state there is, says that it is made up, and never meets real figures."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from etl.build import build
from etl.demo import EXAMPLE_DEFINITIONS, build_demo, main
from etl.demo_figures import SOURCE, files_of
from etl.demo_tasks import task_files
from etl.register import read_register
from etl.store import Store, StoreError, open_store, read_sql
from etl.words import read_words

ROOT = Path(__file__).parent.parent
DEFINITIONS = ROOT / "indicators.toml"
YEARLY = ROOT / "data" / "yearly"
TODAY = date(2026, 3, 31)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(f"duckdb:{tmp_path_factory.mktemp('demo') / 'demo.duckdb'}")
    build_demo(store, definitions=DEFINITIONS, today=TODAY)
    yield store
    store.close()


def column(store: Store, sql: str) -> set[object]:
    return {row[0] for row in store.rows(sql)}


def test_every_status_occurs_as_it_stands_in_the_last_year(demo: Store) -> None:
    seen = column(demo, "select status from assessment where year = (select max(year) from assessment)")
    assert seen == set(read_words().statuses)


def test_each_example_has_the_status_it_is_named_for(demo: Store) -> None:
    rows = demo.rows("select target, status from assessment where document = 'demo-2019' and year = 2025")
    assert dict(rows) == {f"demo-2019.{status}": status for status in read_words().statuses}


def test_the_five_documents_show_all_that_can_happen_to_a_target_too(demo: Store) -> None:
    """All but the states that only a condition or a clause out of use brings about."""
    seen = column(demo, "select status from assessment where document <> 'demo-2019'")
    assert set(read_words().statuses) - seen <= {
        *("condition_open", "not_applicable", "met_roughly", "slightly_behind", "met_at_risk")
    }


def states(demo: Store, where: str) -> list[tuple[str, str]]:
    return demo.rows(f"select task, state from ({read_sql('task_state.sql')}) s where {where}", [TODAY])


def test_each_example_task_stands_in_the_state_it_is_named_for(demo: Store) -> None:
    examples = dict(states(demo, "document = 'demo-2019' and step = 0 and task <> 'demo-2019.task.condition'"))
    assert examples == {f"demo-2019.task.{state}": state for state in read_words().tasks}


def test_the_real_documents_show_what_can_happen_to_a_task_too(demo: Store) -> None:
    """All but what is so only for a while: due soon, or late and reported on within the year."""
    seen = {state for _, state in states(demo, "document <> 'demo-2019'")}
    assert set(read_words().tasks) - seen <= {"due_soon", "overdue_working"}


def test_a_total_and_explanations_occur(demo: Store) -> None:
    assert demo.rows("select count(*) from task_report where task = ''") == [(1,)]
    assert demo.rows("select count(*) from explanation where task <> ''") == [(1,)]
    assert demo.rows("select count(*) from explanation where target <> ''") == [(1,)]


def test_what_is_laid_over_a_status_occurs(demo: Store) -> None:
    assert column(demo, "select contested from assessment") == {True, False}
    assert column(demo, "select disagree from assessment") >= {True}
    assert column(demo, "select exactly from assessment") >= {True}
    assert column(demo, "select reported from assessment") >= {"reported_done", "reported_not_done"}


def test_figures_of_every_kind_occur(demo: Store) -> None:
    assert column(demo, "select quality from figure_now") >= set(read_words().qualities)
    assert column(demo, "select obs_status from figure_now") >= {"A", "P", "B", "M"}
    assert column(demo, "select bound from figure_now") >= {"", "ge"}
    assert max(row[0] for row in demo.rows("select vintages from figure_now")) >= 2


def test_every_city_has_figures_over_several_years(demo: Store) -> None:
    years = demo.rows(
        "select p.place, count(distinct f.year) from place p left join figure_now f "
        "on f.place = p.place where p.part_of = '360000' and p.level = 'city' group by p.place"
    )
    assert len(years) == 11
    assert min(number for _, number in years) >= 10


def test_everything_says_that_it_is_made_up(demo: Store) -> None:
    assert demo.is_demo()
    for table in ("figure", "assigned_value", "statement", "task_report"):
        assert column(demo, f"select source from {table}") == {SOURCE}, table
    assert column(demo, "select note from explanation") == {SOURCE}


def test_it_is_the_same_every_time(tmp_path: Path, demo: Store) -> None:
    both = tmp_path / "indicators.toml"
    both.write_bytes(DEFINITIONS.read_bytes() + b"\n" + EXAMPLE_DEFINITIONS.read_bytes())
    register = read_register(both)
    assert files_of(register) == files_of(register)
    assert task_files(register, today=TODAY) == task_files(register, today=TODAY)
    before = demo.version()
    assert not build_demo(demo, definitions=DEFINITIONS, today=TODAY).changed
    assert demo.version() == before


def test_real_figures_do_not_go_into_the_demonstration(demo: Store) -> None:
    before = demo.version()
    with pytest.raises(StoreError, match="这是演示数据库"):
        build(demo, definitions=DEFINITIONS, yearly=YEARLY)
    assert demo.version() == before


def test_made_up_figures_do_not_go_into_a_real_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"duckdb:{tmp_path / 'real.duckdb'}"
    store = open_store(url)
    build(store, definitions=DEFINITIONS, yearly=YEARLY)
    store.close()
    assert main(["--database", url]) == 1
    assert "真实数据" in capsys.readouterr().err
    store = open_store(url)
    assert not store.is_demo()
    assert SOURCE not in column(store, "select source from figure")
    store.close()


def test_the_command_builds_it_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    url = f"duckdb:{tmp_path / 'demo.duckdb'}"
    assert main(["--database", url]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert url in said.err
    assert "虚构" in said.err
    store = open_store(url, read_only=True)
    assert store.is_demo()
    store.close()
