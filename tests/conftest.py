"""What most tests start from: a small register with figures of three years, in a database of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.build import build
from etl.register import Register, read_register
from etl.store import ENVIRONMENT_NAME, Store, open_store

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "small"
BROKEN = Path(__file__).parent / "broken"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def register() -> Register:
    """The small register: a province with two cities, four indicators, six targets, one task."""
    return read_register(SMALL / "indicators.toml")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A new, empty database."""
    return open_store(f"duckdb:{tmp_path / 'monitor.duckdb'}")


@pytest.fixture
def small(store: Store) -> Store:
    """A new database with the small register and its figures."""
    build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    return store


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
