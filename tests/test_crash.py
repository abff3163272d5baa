"""Pulled plugs and full disks: a release is whole or absent, and what was there stays."""

import os
import random
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from etl.access import LOCAL
from etl.build import build
from etl.checks import run_checks
from etl.facts import FigureRow
from etl.publish import publish
from etl.store import Store, open_store
from tests.conftest import ROOT, SMALL
from tests.processes import start

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 and limits of file sizes are there on POSIX only")

KILLS = 30
ROWS = 40


def rows_of(number: int) -> list[FigureRow]:
    """Some figures that every release brings again with another value."""
    return [FigureRow("C1", "pm25", 1960 + at, float(number), source=f"第{number}次") for at in range(ROWS)]


def publish_on_and_on(url: str, said: Connection) -> None:
    """Publish without end."""
    store = open_store(url)
    said.send("open")
    while True:
        number = time.time_ns()
        data = str(number).encode()
        publish(store, kind="figures", rows=rows_of(number % 500), file_name="f.csv", data=data, by=LOCAL)


def killed_while_publishing(url: str, *, after: float) -> None:
    """Let a process of its own publish for some seconds, then pull its plug."""
    child, said = start(publish_on_and_on, url)
    assert said.recv() == "open"
    time.sleep(after)
    child.kill()
    child.join()


def broken(store: Store) -> list[tuple[object, ...]]:
    """Releases without exactly their rows and exactly one original, and what belongs to no release."""
    return store.rows(
        """
        select r.release, count(distinct f.row_number), count(distinct o.release)
        from release r
        left join figure f on f.release = r.release
        left join original o on o.release = r.release
        where r.file_name = 'f.csv'
        group by r.release
        having count(distinct f.row_number) <> ? or count(distinct o.release) <> 1
        union all
        select o.release, 0, 1 from original o where o.release not in (select release from release)
        union all
        select f.release, 1, 0 from figure f where f.release not in (select release from release)
        """,
        [ROWS],
    )


def releases_in(url: str) -> int:
    """How many releases there are, every one of them whole."""
    store = open_store(url)
    assert broken(store) == []
    ((count,),) = store.rows("select count(*) from release")
    store.close()
    return int(count)


def test_killed_at_any_moment_of_a_publish_the_release_is_whole_or_absent(tmp_path: Path) -> None:
    url = f"duckdb:{tmp_path / 'monitor.duckdb'}"
    store = open_store(url)
    build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    store.close()
    releases, longest = [releases_in(url)], 0.2
    for _ in range(KILLS):
        killed_while_publishing(url, after=random.uniform(0, longest))
        releases.append(releases_in(url))
        # the plug is pulled around the moment of the commit, however fast the machine is just now
        longest *= 0.8 if releases[-1] > releases[-2] else 1.2
    assert len({*releases}) > 1  # not always before the first commit
    assert run_checks(open_store(url)) == []


FILL = """
import random, resource, sys
from pathlib import Path
from etl.access import LOCAL
from etl.facts import FigureRow
from etl.publish import publish
from etl.store import StoreError, open_store
store = open_store(sys.argv[1])
if sys.argv[2] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
rows = [FigureRow("C1", "pm25", 1960 + at, 40.0, source="s") for at in range(60)]
try:
    publish(store, kind="figures", rows=rows, file_name="big.csv", data=random.Random(1).randbytes(20_000_000), by=LOCAL)
    print("published")
except StoreError as error:
    print(error)
if sys.argv[2] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(publish(store, kind="figures", rows=rows[:3], file_name="small.csv", data=b"small", by=LOCAL).rows)
"""


def filled(store_url: str, limit: int) -> subprocess.CompletedProcess[str]:
    """Publish a file of 20 MB in a process of its own; the limit on the size of files is a full disk."""
    return subprocess.run(
        [sys.executable, "-c", FILL, store_url, str(limit)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_disk_that_fills_up_is_a_sentence_and_the_next_publish_works(small: Store) -> None:
    before = small.rows("select * from figure_now order by all")
    size = Path(small.url.removeprefix("duckdb:")).stat().st_size
    small.close()
    done = filled(small.url, size + 4_000_000)
    assert done.stdout.splitlines()[0].startswith("写入数据库失败，原有数据未变"), done.stderr
    assert done.stdout.splitlines()[1:] == ["3"], done.stderr
    again = open_store(small.url)
    assert again.rows("select count(*) from release where file_name = 'big.csv'") == [(0,)]
    assert len(again.rows("select * from figure_now")) == len(before) + 3
    assert run_checks(again) == []


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root only; the test above limits the size of files instead")
    try:
        store = open_store(f"duckdb:{disk / 'monitor.duckdb'}")
        build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
        before = store.rows("select * from figure_now order by all")
        store.close()
        done = filled(f"duckdb:{disk / 'monitor.duckdb'}", 0)
        assert done.stdout.startswith("写入数据库失败，原有数据未变"), done.stderr
        again = open_store(f"duckdb:{disk / 'monitor.duckdb'}")
        assert again.rows("select * from figure_now order by all") == before
        assert run_checks(again) == []
        again.close()
    finally:
        subprocess.run(["umount", str(disk)], check=False)
