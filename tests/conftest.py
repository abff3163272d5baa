"""What most tests start from: a small register with figures of three years, in a database of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from etl.build import build
from etl.register import Register, read_register
from etl.store import ENVIRONMENT_NAME, Store, open_store
from tests.postgres import NoPostgres, Server, running

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "small"
BROKEN = Path(__file__).parent / "broken"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def register() -> Register:
    """The small register: a province with two cities, four indicators, six targets, one task."""
    return read_register(SMALL / "indicators.toml")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "stores(*kinds): run on each of these stores: duckdb, ducklake")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the module or function marked stores(…) run on each of the stores it names."""
    if "stores" not in metafunc.fixturenames:
        return
    marked = metafunc.definition.get_closest_marker("stores")
    everywhere = os.environ.get("MONITOR_TEST_STORES", "").split(",")
    kinds = marked.args if marked else [kind for kind in everywhere if kind] or ["duckdb"]
    if list(kinds) != ["duckdb"]:
        metafunc.parametrize("stores", kinds, indirect=True)


@pytest.fixture
def stores(request: pytest.FixtureRequest) -> str:
    """The kind of store of this run of a test: duckdb (a file) or ducklake (PostgreSQL and Parquet)."""
    return getattr(request, "param", "duckdb")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for this run; tests that want one are skipped where it cannot be had."""
    if not find_spec("duckdb_extension_ducklake"):
        pytest.skip("DuckLake is optional: pip install -r requirements-lake.txt")
    try:
        with running() as server:
            yield server
    except NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the small register, to copy."""
    file = tmp_path_factory.mktemp("small") / "monitor.duckdb"
    store = open_store(f"duckdb:{file}")
    build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    store.close()
    return file


@pytest.fixture(scope="session")
def small_lake(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A lake with the small register, to copy: its database and its folder."""
    name, folder = postgres.database(), tmp_path_factory.mktemp("lake")
    lake = open_store(postgres.lake(name, folder))
    build(lake, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    lake.close()
    return name, folder


@pytest.fixture
def url(stores: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Where a database of this test's own may be."""
    if stores == "duckdb":
        return f"duckdb:{tmp_path / 'monitor.duckdb'}"
    server: Server = request.getfixturevalue("postgres")
    return server.lake(server.database(), tmp_path / "lake")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A new, empty database."""
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def small(stores: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A new database with the small register and its figures."""
    if stores == "duckdb":
        shutil.copy(request.getfixturevalue("small_file"), tmp_path / "monitor.duckdb")
        opened = open_store(f"duckdb:{tmp_path / 'monitor.duckdb'}")
    else:
        opened = open_store(request.getfixturevalue("small_url"))
    yield opened
    opened.close()


@pytest.fixture
def small_url(postgres: Server, small_lake: tuple[str, Path], tmp_path: Path) -> str:
    """The address of a lake of this test's own with the small register and its figures."""
    like, files = small_lake
    folder = tmp_path / "lake"
    shutil.copytree(files, folder)
    name = postgres.database(like=like)
    postgres.ask(name, f"update monitor.ducklake_metadata set value = '{folder}/' where key = 'data_path'")
    return postgres.lake(name, folder)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The command line as a person uses it, away from the project's own database."""

    def run_command(*arguments: object, store: str = "duckdb:monitor.duckdb") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "etl", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), ENVIRONMENT_NAME: store},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run_command
