"""The assessment on a Spark cluster of one master and two workers: the same rows, status for status."""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

from etl.assess import assess
from etl.spark import NoSpark, Step, assess_on_spark, steps_of, written_down
from etl.store import Store, read_sql
from tests.casebook import CASES, build_cases, read_cases
from tests.conftest import Run
from tools.serving import free_port

WORKERS = 2
PATIENCE_SECONDS = 180
KEY = ["target", "place", "year"]


def test_the_steps_of_the_sql_are_found_whatever_stands_between_them() -> None:
    sql = "with\n-- a (note\na as (select ')' as x from t),   -- (\nb as (\n select x from a join a as c on (1 = 1)\n)\nselect * from b"
    assert steps_of(sql) == [
        Step("a", "select ')' as x from t"),
        Step("b", "select x from a join a as c on (1 = 1)"),
        Step("", "select * from b"),
    ]


def test_a_step_is_kept_where_asking_it_again_would_read_much() -> None:
    wide = Step("wide", " join ".join(["select * from t"] * 4))
    once, thrice = Step("once", "select * from wide"), Step("", "select * from once join wide join wide")
    assert written_down([wide, once, thrice]) == {"wide"}
    assert written_down([wide, once]) == set()


def test_every_step_of_the_judging_sql_is_read_by_a_later_one() -> None:
    steps = steps_of(read_sql("assess.sql"))
    for at, step in enumerate(steps[:-1]):
        later = " ".join(after.sql for after in steps[at + 1 :]).replace("\n", " ").split()
        assert step.name in later, step.name


def test_a_cluster_that_is_not_there_is_a_sentence(small: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec("pyspark") and shutil.which("java"):
        with pytest.raises(NoSpark, match="连不上 Spark 主节点"):
            assess_on_spark(small, years=[2018], master="spark://127.0.0.1:1")
    monkeypatch.setattr("etl.spark.find_spec", lambda _: None)
    with pytest.raises(NoSpark, match="requirements-spark"):
        assess_on_spark(small, years=[2018], master="local[1]")


@pytest.fixture(scope="module")
def master() -> Iterator[str]:
    """The address of a cluster with two workers, started for these tests and ended after them."""
    if not find_spec("pyspark"):
        pytest.skip("Spark is optional: pip install -r requirements-spark.txt")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java 17 (Debian: apt-get install openjdk-17-jre-headless)")
    port, page = free_port(), free_port()
    running = [spark_class("deploy.master.Master", "--host", "127.0.0.1", "--port", port, "--webui-port", page)]
    try:
        address = f"spark://127.0.0.1:{port}"
        running += [
            spark_class("deploy.worker.Worker", "--host", "127.0.0.1", "--cores", 1, "--memory", "1g", address)
            for _ in range(WORKERS)
        ]
        until = time.monotonic() + PATIENCE_SECONDS
        while workers_of(page) < WORKERS:
            assert time.monotonic() < until, "the workers never came"
            assert all(each.poll() is None for each in running), "a part of the cluster ended"
            time.sleep(0.5)
        yield address
    finally:
        for each in running:
            with suppress(ProcessLookupError):
                os.killpg(each.pid, signal.SIGTERM)
        for each in running:
            each.wait(30)


def spark_class(name: str, *options: object) -> subprocess.Popen[bytes]:
    """A part of the cluster as a process of its own."""
    import pyspark

    home = Path(pyspark.__file__).parent
    return subprocess.Popen(
        [str(home / "bin" / "spark-class"), f"org.apache.spark.{name}", *map(str, options)],
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def workers_of(page: int) -> int:
    """How many workers the master knows."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page}/json/", timeout=5) as answer:
            return sum(worker["state"] == "ALIVE" for worker in json.load(answer)["workers"])
    except OSError:
        return 0


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by their key; sums of doubles are not the same to the last bit."""
    plain = rows.sort_values(KEY).reset_index(drop=True).astype(object).where(lambda frame: frame.notna(), None)
    return plain.map(lambda value: float(f"{value:.9g}") if isinstance(value, float) else value)


def test_every_case_of_the_method_is_judged_alike(master: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    cases = [case for path in sorted(CASES.glob("*.toml")) for case in read_cases(path)]
    store = build_cases(cases, tmp_path / "cases")
    years = sorted({case.year for case in cases})
    here = assess(store, years=years)
    there = assess_on_spark(store, years=years, master=master)
    assert list(there.columns) == list(here.columns)
    assert len(there) == len(here) > len(cases)
    pd.testing.assert_frame_equal(rounded(there), rounded(here))


def test_the_command_prints_the_same_rows_with_either_engine(
    master: str, small: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    small.close()
    looked = ("--year", "2019", "--as-published", "2020-06-30")
    here = run("assess", *looked, store=small.url)
    there = run("assess", *looked, "--engine", "spark", "--master", master, store=small.url)
    assert there.returncode == 0, there.stderr
    assert there.stdout == here.stdout
    assert here.stdout.count("\n") > 1
