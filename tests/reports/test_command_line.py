"""python -m reports as a person uses it: what goes to which stream, and how it ends."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.snapshots import listing
from etl.store import ENVIRONMENT_NAME, Store, open_store
from reports.export import FORMATS
from reports.verify import verify
from tests.conftest import ROOT

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def reports(tmp_path: Path, small: Store) -> Run:
    """The command line beside a database with the small register, closed so that it can be opened."""
    small.close()

    def run(*arguments: object, where: Path = tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "reports", *map(str, arguments)],
            cwd=where,
            env={**os.environ, "PYTHONPATH": str(ROOT), ENVIRONMENT_NAME: "duckdb:monitor.duckdb", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


def exported(ran: subprocess.CompletedProcess[str]) -> str:
    """The id of the snapshot that an export names on standard error."""
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
    return next(word for word in ran.stderr.split() if word.startswith("S"))


@pytest.mark.parametrize("form", list(FORMATS))
def test_every_format_is_written_and_names_its_snapshot(reports: Run, tmp_path: Path, form: str) -> None:
    snapshot = exported(reports(form, "--out", "file", "--year", 2019))
    verdict = verify((tmp_path / "file").read_bytes(), name="file")
    assert (verdict.snapshot, verdict.unaltered) == (snapshot, True)
    assert reports("verify", "file").stdout.startswith(f"file：出自快照 {snapshot}")


def test_the_same_state_is_the_same_snapshot_and_is_kept_once(reports: Run, tmp_path: Path) -> None:
    first = exported(reports("html", "--out", "1", "--year", 2019))
    second = exported(reports("html", "--out", "2", "--year", 2019))
    assert first == second
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert [kept.snapshot for kept in listing(open_store(f"duckdb:{tmp_path / 'monitor.duckdb'}"))] == [first]


def test_a_kept_snapshot_is_exported_as_it_was_after_the_data_changed(reports: Run, tmp_path: Path) -> None:
    snapshot = exported(reports("html", "--out", "before", "--year", 2019))
    store = open_store(f"duckdb:{tmp_path / 'monitor.duckdb'}")
    with store.write() as cursor:
        cursor.execute("update assessment set value = 1, status = 'met', light = 'green'")
        cursor.execute("delete from figure_now")
    store.close()
    assert exported(reports("html", "--out", "after", "--snapshot", snapshot)) == snapshot
    assert (tmp_path / "before").read_bytes() == (tmp_path / "after").read_bytes()
    assert exported(reports("html", "--out", "now", "--year", 2019)) != snapshot
    assert "数据有变化" in reports("compare", snapshot).stdout


def test_without_a_year_the_latest_with_figures_is_looked_at(reports: Run) -> None:
    assert exported(reports("html", "--out", "a")) == exported(reports("html", "--out", "b", "--year", 2019))


def test_the_list_tells_the_id_and_the_title(reports: Run) -> None:
    snapshot = exported(reports("html", "--out", "a", "--title", "第三季度调度"))
    listed = reports("list")
    assert (listed.returncode, listed.stdout.split("\t")[0], listed.stdout.strip().split("\t")[-1]) == (
        0,
        snapshot,
        "第三季度调度",
    )


def test_an_altered_file_is_told_from_a_good_one(reports: Run, tmp_path: Path) -> None:
    snapshot = exported(reports("html", "--out", "a", "--year", 2019))
    path = tmp_path / "a"
    path.write_bytes(path.read_bytes() + b" ")
    ran = reports("verify", "a")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert snapshot in ran.stderr
    assert "已被改动" in ran.stderr


def test_any_chart_is_written_as_a_picture_of_its_own(reports: Run, tmp_path: Path) -> None:
    exported(reports("png", "--out", "overview", "--year", 2019))
    exported(reports("png", "--out", "chart", "--year", 2019, "--chart", "细颗粒物"))
    assert (tmp_path / "chart").read_bytes() != (tmp_path / "overview").read_bytes()
    assert verify((tmp_path / "chart").read_bytes(), name="").unaltered


WRONG = [
    (("gif", "--out", "x"), "命令写法不对", "no such format"),
    (("html",), "--out", "nowhere to write"),
    (("html", "--out", "x", "--year", "none"), "命令写法不对", "no year"),
    (("html", "--out", "x", "--year", "20200"), "年份 20200 不对", "no possible year"),
    (("html", "--out", "x", "--snapshot", "S1"), "没有编号为 S1 的快照", "no such snapshot"),
    (("html", "--out", "no/such/folder/x", "--year", "2019"), "写不到文件", "no such folder"),
    (("html", "--out", "x", "--database", "duckdb:none.duckdb"), "不存在", "no such database"),
    (("html", "--out", "x", "--database", "nonsense"), "不认识的数据库地址", "no database at all"),
    (("png", "--out", "x", "--year", "2019", "--chart", "火星"), "没有标题含“火星”的图", "no such chart"),
    (("verify", "no-such-file"), "读不到文件", "nothing to check"),
    (("compare", "S1"), "没有编号为 S1 的快照", "nothing to compare"),
]


@pytest.mark.parametrize(("arguments", "said", "because"), WRONG)
def test_bad_input_ends_in_a_sentence(reports: Run, arguments: tuple[str, ...], said: str, because: str) -> None:
    ran = reports(*arguments)
    assert (ran.returncode, ran.stdout) == (1, ""), because
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_default_database_is_built_first_if_there_is_none(reports: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    exported(reports("html", "--out", "a", "--year", 2020, where=elsewhere, MONITOR_STORE="duckdb:new/monitor.duckdb"))
    assert listing(open_store(f"duckdb:{elsewhere / 'new' / 'monitor.duckdb'}"))
