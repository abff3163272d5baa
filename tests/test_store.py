"""The database: threads, one writer at a time, one process at a time, backup and restore."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from etl.access import LOCAL
from etl.backup import backup, restore
from etl.history import original_of
from etl.packing import packed, unpacked
from etl.publish import UnknownRelease, publish, withdraw
from etl.register import Register
from etl.store import Store, StoreBusy, StoreError, open_store
from etl.tidy import read_tidy
from tests.conftest import ROOT

pytestmark = pytest.mark.stores("duckdb", "ducklake")

HEADER = "place,indicator,year,value,unit,status,source,note\n"


def send(store: Store, register: Register, line: str, **more: str) -> str:
    """Publish one figure; the release's number."""
    data = (HEADER + line + "\n").encode()
    rows, problems = read_tidy(data, name="f.csv", register=register)
    assert not problems
    return publish(store, kind="figures", rows=rows, file_name="f.csv", data=data, **more, by=LOCAL).release


def present(store: Store) -> list[tuple[object, ...]]:
    return store.rows("select place, indicator, year, period, value, vintages from figure_now order by all")


def in_another_process(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )


# Reading -------------------------------------------------------------------------------------------


def test_many_threads_read_right(small: Store) -> None:
    def ask(number: int) -> tuple[int, int]:
        return number, small.rows("select cast(? as integer) + count(*) * 0 from figure_now", [number])[0][0]

    with ThreadPoolExecutor(8) as pool:
        assert all(asked == answered for asked, answered in pool.map(ask, range(400)))


def test_a_year_that_may_be_missing_stays_a_whole_number(store: Store) -> None:
    frame = store.query("select 2020 as year union all select null order by year")
    assert [str(year) for year in frame["year"]] == ["2020", "<NA>"]


def test_values_are_bound_never_formatted(small: Store) -> None:
    assert small.rows("select count(*) from place where name = ?", ["'; drop table place; --"]) == [(0,)]


def test_the_connection_reaches_no_file_but_its_own(store: Store, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.csv"
    with pytest.raises(Exception, match="disabled"):
        store.rows(f"copy (select 1) to '{outside}'")
    with pytest.raises(Exception, match="locked"):
        store.rows("set enable_external_access = true")


# Writing -------------------------------------------------------------------------------------------


def test_a_writer_that_fails_leaves_nothing(small: Store) -> None:
    before, version = present(small), small.version()

    def fail() -> None:
        with small.write() as cursor:
            cursor.execute("delete from figure_now")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (present(small), small.version()) == (before, version)


def test_people_publishing_at_once_all_succeed_and_nothing_doubles(small: Store, register: Register) -> None:
    with ThreadPoolExecutor(6) as pool:
        lines = [f"乙市,pm25,{2010 + number},4{number},,,快报," for number in range(6)]
        numbers = list(pool.map(lambda line: send(small, register, line), lines))
    assert len(set(numbers)) == 6
    assert small.rows("select count(*) from figure_now where place = 'C1' and year between 2010 and 2015") == [(6,)]


def test_the_same_file_sent_twice_at_once_is_one_release(small: Store, register: Register) -> None:
    start = threading.Barrier(4)

    def run(_: int) -> str:
        start.wait()
        return send(small, register, "乙市,pm25,2010,40,,,快报,")

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, range(4)))) == 1


def test_the_version_grows_with_facts_and_with_nothing_else(small: Store, register: Register) -> None:
    first = small.version()
    send(small, register, "乙市,pm25,2010,40,,,快报,")
    second = small.version()
    send(small, register, "乙市,pm25,2010,40,,,快报,")
    assert first < second == small.version()


def test_what_one_has_open_sees_at_once_what_another_wrote(small: Store, register: Register) -> None:
    other = open_store(small.url)
    before = other.version()  # from now on it may come from memory
    send(small, register, "乙市,pm25,2010,40,,,快报,")
    assert other.version() == small.version() > before
    other.close()


def test_a_version_remembered_while_somebody_publishes_is_never_the_old_one(small: Store, register: Register) -> None:
    over = threading.Event()

    def read() -> None:
        while not over.wait(0.001):
            small.version()

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(read)
        for value in range(60, 65):
            send(small, register, f"乙市,pm25,2010,{value},,,快报,")
            stored = small.rows("select cast(value as integer) from setting where name = 'data_version'")
            assert [(small.version(),)] == stored
        over.set()


# Vintages ------------------------------------------------------------------------------------------


def test_the_last_release_counts_and_withdrawing_it_brings_the_earlier_value_back(
    small: Store, register: Register
) -> None:
    before = present(small)
    release = send(small, register, "乙市,pm25,2018,40.5,,,修订公报,")
    assert ("C1", "pm25", 2018, "", 40.5, 2) in present(small)
    withdraw(small, release, by=LOCAL)
    assert present(small) == before


def test_withdrawing_an_earlier_release_leaves_a_later_one(small: Store, register: Register) -> None:
    first = send(small, register, "乙市,pm25,2018,40.5,,,修订公报,")
    send(small, register, "乙市,pm25,2018,40.6,,,再修订,")
    withdraw(small, first, by=LOCAL)
    assert ("C1", "pm25", 2018, "", 40.6, 2) in present(small)


def test_an_empty_value_withdraws_the_number_and_the_older_one_does_not_shine_through(
    small: Store, register: Register
) -> None:
    send(small, register, "乙市,pm25,2018,,,,公报撤回,")
    assert ("C1", "pm25", 2018, "", None, 2) in present(small)


@pytest.mark.parametrize("number", ["R0099", "", "'; drop table release; --"])
def test_what_was_never_published_cannot_be_withdrawn(small: Store, number: str) -> None:
    with pytest.raises(UnknownRelease, match="没有编号为"):
        withdraw(small, number, by=LOCAL)


def test_a_release_is_withdrawn_once(small: Store) -> None:
    withdraw(small, "R0001", by=LOCAL)
    with pytest.raises(UnknownRelease, match="已经撤回过"):
        withdraw(small, "R0001", by=LOCAL)


def test_a_withdrawn_file_may_come_again(small: Store, register: Register) -> None:
    first = send(small, register, "乙市,pm25,2010,40,,,快报,")
    withdraw(small, first, by=LOCAL)
    assert send(small, register, "乙市,pm25,2010,40,,,快报,") != first


def test_the_file_as_received_is_kept_byte_for_byte(small: Store, register: Register) -> None:
    release = send(small, register, "乙市,pm25,2010,40,,,快报,")
    data = (HEADER + "乙市,pm25,2010,40,,,快报,\n").encode()
    assert original_of(small, release, by=LOCAL) == ("f.csv", data)


@pytest.mark.parametrize("data", [b"", b"\x00", Random(0).randbytes(2000), b"2020,1,%\n" * 100_000])
def test_packing_keeps_every_byte_and_never_grows(data: bytes) -> None:
    stored, packing = packed(data)
    assert unpacked(stored, packing) == data
    assert len(stored) <= len(data)
    assert unpacked(data, None) == data  # as an older program stored it


# One process at a time, killed processes, bad files -------------------------------------------------


@pytest.mark.stores("duckdb")
def test_a_second_process_gets_a_sentence(small: Store) -> None:
    ran = in_another_process(
        "from etl.store import StoreBusy, open_store\n"
        f"try: open_store({small.url!r})\n"
        "except StoreBusy as busy: print('sentence', '看板' in str(busy))"
    )
    assert ran.stdout.strip() == "sentence True", ran.stderr


def test_a_process_killed_inside_a_transaction_leaves_the_database_whole(small: Store) -> None:
    before = present(small)
    small.close()
    ran = in_another_process(
        "import os\nfrom etl.store import open_store\n"
        f"with open_store({small.url!r}).write() as cursor:\n"
        "    cursor.execute('delete from figure_now')\n    os.kill(os.getpid(), 9)"
    )
    assert ran.returncode == -9
    assert present(open_store(small.url)) == before


@pytest.mark.parametrize(
    ("url", "words"),
    [("mysql:somewhere", "duckdb:"), ("duckdb:", "duckdb:"), ("nothing", "duckdb:")],
)
def test_an_unknown_address_is_a_sentence(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        open_store(url)


def test_a_file_that_is_no_database_is_a_sentence_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "letter.duckdb"
    path.write_bytes(b"dear all" * 1000)
    with pytest.raises(StoreError, match="不是可用的数据库"):
        open_store(f"duckdb:{path}")
    assert path.read_bytes() == b"dear all" * 1000


def test_a_database_to_read_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="不存在"):
        open_store(f"duckdb:{tmp_path / 'none.duckdb'}", read_only=True)


def test_a_database_of_an_older_program_gets_the_columns_it_lacks_and_keeps_its_facts(small: Store) -> None:
    figures = small.rows("select count(*) from figure")
    with small.write() as cursor:
        cursor.execute("alter table figure drop column sheet_column")
        cursor.execute("drop table statement")
    small.close()
    with pytest.raises(StoreError, match="旧版本"):
        open_store(small.url, read_only=True)
    renewed = open_store(small.url)
    assert renewed.rows("select count(*) from figure where sheet_column is null") == figures
    assert renewed.rows("select count(*) from statement") == [(0,)]


# Backup and restore ---------------------------------------------------------------------------------


def test_a_backup_taken_while_others_write_is_whole_and_restores(
    small: Store, register: Register, tmp_path: Path
) -> None:
    before, copy = present(small), tmp_path / "copies" / "monday.duckdb"
    backup(small, copy)
    send(small, register, "乙市,pm25,2010,40,,,快报,")
    small.close()
    kept = restore(copy, url=small.url)
    assert present(open_store(small.url)) == before
    assert kept is not None
    assert kept.exists()


def test_a_backup_never_covers_an_earlier_one(small: Store, tmp_path: Path) -> None:
    backup(small, tmp_path / "a.duckdb")
    with pytest.raises(StoreError, match="已存在"):
        backup(small, tmp_path / "a.duckdb")


def test_what_is_no_backup_is_not_restored(small: Store, tmp_path: Path) -> None:
    before = present(small)
    path = tmp_path / "letter.duckdb"
    path.write_bytes(b"dear all" * 1000)
    with pytest.raises(StoreError, match="不是可用的数据库"):
        restore(path, url=small.url)
    assert present(small) == before


@pytest.mark.stores("duckdb")
def test_a_database_in_use_is_not_replaced(small: Store, tmp_path: Path) -> None:
    copy = tmp_path / "a.duckdb"
    backup(small, copy)
    ran = in_another_process(
        "from pathlib import Path\nfrom etl.backup import restore\nfrom etl.store import StoreBusy\n"
        f"try: restore(Path({str(copy)!r}), url={small.url!r})\n"
        "except StoreBusy: print('busy')"
    )
    assert ran.stdout.strip() == "busy", ran.stderr


@pytest.mark.stores("duckdb")
def test_a_writer_that_never_ends_is_waited_for_and_then_a_sentence(small: Store) -> None:
    with small.reading() as other:
        other.begin()
        other.execute("update write_guard set n = n + 1")
        with pytest.raises(StoreBusy, match="稍后再试"), small.write():
            pass
        other.rollback()
