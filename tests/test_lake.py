"""A database that several processes share: everybody writes, nobody sees half, nothing is lost or doubled."""

import random
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from etl import store as store_module
from etl.access import LOCAL
from etl.backup import backup, move, restore
from etl.checks import run_checks
from etl.lake import BadAddress, read_address, shown
from etl.publish import publish
from etl.store import NoStore, Store, StoreBusy, StoreError, open_store
from tests.conftest import Run
from tests.postgres import Server
from tests.processes import start
from tests.test_crash import ROWS, broken, rows_of

pytestmark = pytest.mark.stores("ducklake")

UPLOADERS = 3


@dataclass(frozen=True)
class Uploader:
    """A process that publishes files of its own; what it promises is what it said after each was in."""

    process: BaseProcess
    said: Connection

    def promise(self) -> str:
        """The next file that is in; "" where none will follow."""
        try:
            return str(self.said.recv())
        except EOFError:
            return ""

    def promised(self) -> list[str]:
        """All that follow until it ends."""
        return list(iter(self.promise, ""))

    def ended_well(self) -> bool:
        self.process.join()
        return self.process.exitcode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


def upload(url: str, name: str, count: int, said: Connection) -> None:
    """Publish file after file, and say each one's name after it is in."""
    store, number = open_store(url), 0
    while number < count:
        note = f"{name}-{number}"
        with suppress(StoreBusy):  # a person would press the button again
            publish(
                store, kind="figures", rows=rows_of(number), file_name="f.csv", data=note.encode(), note=note, by=LOCAL
            )
            said.send(note)
            number += 1
    store.close()


def uploader(url: str, name: str, *, count: int) -> Uploader:
    """A process that publishes `count` files of its own."""
    return Uploader(*start(upload, url, name, count))


def seen_at_once(store: Store) -> tuple[int, int, int, int]:
    """Within one transaction: releases, their originals, their rows, and rows whose value is not the last release's."""
    with store.reading() as cursor:
        cursor.begin()
        counted = [
            cursor.execute(sql).fetchall()[0][0]
            for sql in (
                "select count(*) from release where file_name = 'f.csv'",
                "select count(*) from original o join release r on r.release = o.release where r.file_name = 'f.csv'",
                "select count(*) from figure f join release r on r.release = f.release where r.file_name = 'f.csv'",
                "select count(*) from figure_now where year < 2000 and release <> (select max_by(release, seq) from release)",
            )
        ]
        cursor.rollback()
    return tuple(counted)


# Together ------------------------------------------------------------------------------------------


def test_three_processes_upload_at_once_and_a_reader_never_sees_half(small: Store) -> None:
    each = 2
    uploaders = [uploader(small.url, f"u{number}", count=each) for number in range(UPLOADERS)]
    looks = set()
    while any(child.process.is_alive() for child in uploaders):
        looks.add(seen_at_once(small))
    assert all(child.ended_well() for child in uploaders)
    assert {(files, originals, rows) for files, originals, rows, _ in looks} <= {
        (files, files, files * ROWS) for files in range(UPLOADERS * each + 1)
    }
    assert {stale for *_, stale in looks} == {0}
    assert len(looks) > 2  # the reader did look while files came in
    assert small.rows("select count(*), count(distinct note) from release where file_name = 'f.csv'") == [
        (UPLOADERS * each, UPLOADERS * each)
    ]
    assert run_checks(small) == []


def test_the_same_file_from_three_processes_is_one_release(small: Store) -> None:
    uploaders = [uploader(small.url, "same", count=1) for _ in range(UPLOADERS)]
    assert all(child.ended_well() for child in uploaders)
    assert small.rows("select count(*) from release where note = 'same-0'") == [(1,)]


def test_killed_uploaders_lose_nothing_and_double_nothing_and_leave_no_file_after_tidying(
    small: Store, tmp_path: Path
) -> None:
    uploaders, promised = {}, []
    for number in range(2 * UPLOADERS):
        uploaders[f"k{number}"] = uploader(small.url, f"k{number}", count=10**6)
        if len(uploaders) < UPLOADERS:
            continue
        name, child = next(iter(uploaders.items()))
        promised.append(child.promise())
        time.sleep(random.uniform(0, 1.5))
        child.kill()
        promised += child.promised()
        del uploaders[name]
        assert broken(small) == []
    for child in uploaders.values():
        child.kill()
        promised += child.promised()
    kept = [note for (note,) in small.rows("select note from release where file_name = 'f.csv'")]
    assert all(promised)
    assert set(promised) <= set(kept)
    assert len(kept) == len(set(kept))
    assert run_checks(small) == []
    (tmp_path / "lake" / "main" / "figure" / "left-behind.parquet").write_bytes(b"PAR1")
    before = small.contents()
    assert small.tidy(keep_days=0, in_use_days=0)["orphans"] >= 1
    assert small.contents() == before
    assert small.tidy(keep_days=0, in_use_days=0)["orphans"] == 0
    assert not (tmp_path / "lake" / "main" / "figure" / "left-behind.parquet").exists()


def test_what_another_process_publishes_changes_the_version_here(small: Store) -> None:
    before = small.version()
    assert uploader(small.url, "u", count=2).ended_well()
    assert small.version() == before + 2
    assert small.version() == before + 2


def test_a_writer_of_another_process_is_waited_for_and_then_a_sentence(
    small: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_store(small.url)
    other._lock = type(other._lock)()  # as if in another process: only the turn is common
    monkeypatch.setattr(store_module, "_TURN_SECONDS", 0.2)
    with other.write(), pytest.raises(StoreBusy, match="稍后再试"), small.write():
        pass
    with small.write() as cursor:
        cursor.execute("update setting set value = value")
    other.close()


def test_a_writer_that_lost_its_turn_writes_nothing_and_is_told(small: Store, postgres: Server) -> None:
    other = open_store(small.url)
    other._lock = type(other._lock)()

    def overtaken() -> None:
        with small.write() as cursor:
            cursor.execute("insert into setting values ('lost', '1')")
            database = small.url.partition("dbname=")[2].partition(";")[0]
            postgres.ask(database, "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")
            publish(other, kind="figures", rows=rows_of(1), file_name="f.csv", data=b"1", by=LOCAL)

    with pytest.raises(StoreBusy, match="没有写入任何内容"):
        overtaken()
    assert small.rows("select count(*) from setting where name = 'lost'") == [(0,)]
    assert broken(small) == []
    other.close()


def test_commands_run_beside_an_open_database_without_handing_over(small: Store, run: Run) -> None:
    ran = run("releases", store=small.url)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("\n") == 1 + small.rows("select count(*) from release")[0][0]


# There and back ------------------------------------------------------------------------------------


def test_a_database_moves_to_a_file_and_back_value_for_value(small: Store, store: Store, tmp_path: Path) -> None:
    publish(small, kind="figures", rows=rows_of(7), file_name="f.csv", data=bytes(range(256)), by=LOCAL)
    file = f"duckdb:{tmp_path / 'moved' / 'monitor.duckdb'}"
    rows = move(small.url, file)
    assert rows["figure"] == small.rows("select count(*) from figure")[0][0]
    assert move(file, store.url) == rows
    assert store.contents() == small.contents()
    assert store.version() == small.version()
    assert run_checks(store) == []


def test_a_move_never_covers_data(small: Store, tmp_path: Path) -> None:
    (tmp_path / "there.duckdb").write_bytes(b"")
    with pytest.raises(StoreError, match="已存在"):
        move(small.url, f"duckdb:{tmp_path / 'there.duckdb'}")
    file = f"duckdb:{tmp_path / 'new.duckdb'}"
    move(small.url, file)
    with pytest.raises(StoreError, match="已有数据"):
        move(file, small.url)
    with pytest.raises(NoStore, match="不存在"):
        move(f"duckdb:{tmp_path / 'none.duckdb'}", small.url)


def test_a_move_says_which_tables_differ(small: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Store.copy_to

    def lossy(store: Store, path: Path) -> None:
        copy(store, path)
        with open_store(f"duckdb:{path}").write() as cursor:
            cursor.execute("update figure set note = 'x' where row_number = 1")

    monkeypatch.setattr(Store, "copy_to", lossy)
    with pytest.raises(StoreError, match="figure、write_guard"):
        move(small.url, f"duckdb:{tmp_path / 'new.duckdb'}")


def test_the_command_that_moves_prints_the_rows_it_compared(small: Store, run: Run, tmp_path: Path) -> None:
    ran = run("move", "--to", f"duckdb:{tmp_path / 'new.duckdb'}", store=small.url)
    assert ran.returncode == 0, ran.stderr
    assert "逐值核对一致" in ran.stderr
    assert f"figure,{small.rows('select count(*) from figure')[0][0]}" in ran.stdout.splitlines()
    assert run("tidy", store=small.url).returncode == 0
    refused = run("tidy", store=f"duckdb:{tmp_path / 'new.duckdb'}")
    assert (refused.returncode, refused.stderr.strip()) == (1, "单个文件的数据库不需要整理。")


def test_a_restore_lets_every_cache_notice_and_keeps_what_was_there(small: Store, tmp_path: Path) -> None:
    backup(small, tmp_path / "monday.duckdb")
    monday = small.contents()
    publish(small, kind="figures", rows=rows_of(1), file_name="f.csv", data=b"1", by=LOCAL)
    tuesday, version = small.contents(), small.version()
    kept = restore(tmp_path / "monday.duckdb", url=small.url)
    assert small.version() > version
    assert {**small.contents(), "setting": (), "write_guard": ()} == {**monday, "setting": (), "write_guard": ()}
    assert kept == tmp_path / "monday.duckdb.before-restore"
    assert open_store(f"duckdb:{kept}", read_only=True).contents() == tuesday


# Addresses and failures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "ducklake:postgres:dbname=m",
        "ducklake:postgres:dbname=m;data=",
        "ducklake:mysql:dbname=m;data=/x",
        "ducklake:postgres:dbname=m;data=/x;color=red",
        "ducklake:postgres:dbname=m;data=/x;schema=a b",
        "ducklake:",
    ],
)
def test_an_address_that_is_none_is_a_sentence_with_an_example(url: str) -> None:
    with pytest.raises(BadAddress, match="应写成 ducklake:postgres:"):
        read_address(url)
    with pytest.raises(StoreError, match="应写成 ducklake:postgres:"):
        open_store(url)


@pytest.mark.parametrize(
    "text",
    [
        "ducklake:postgres:host=h password=geheim user=u;data=/x",
        "ducklake:postgres:host=h password = 'ge heim\\' geheim' user=u;data=/x",
        "ducklake:postgres:postgresql://u:geheim@h/m;data=/x",
    ],
)
def test_no_message_shows_a_password(text: str) -> None:
    assert "geheim" not in shown(text)
    assert "data=/x" in shown(text)


def test_a_server_that_is_not_there_is_a_sentence_without_the_password(postgres: Server, tmp_path: Path) -> None:
    del postgres  # only to skip where the extensions are not installed
    with pytest.raises(StoreError, match="打不开共享数据库") as said:
        open_store(f"ducklake:postgres:host={tmp_path} user=u password=geheim dbname=m;data={tmp_path}")
    assert "geheim" not in str(said.value)


def test_a_lake_to_read_has_to_be_there(url: str) -> None:
    with pytest.raises(NoStore, match="请先运行 python -m etl build"):
        open_store(url, read_only=True)


def test_another_folder_than_the_lake_was_made_with_is_a_sentence(small: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not match existing data path"):
        open_store(small.url.replace(f"data={tmp_path / 'lake'}", f"data={tmp_path / 'elsewhere'}"))


def break_connections(server: Server, url: str) -> None:
    database = url.partition("dbname=")[2].partition(";")[0]
    others = f"datname = '{database}' and pid <> pg_backend_pid()"
    assert int(server.ask(database, f"select count(pg_terminate_backend(pid)) from pg_stat_activity where {others}"))


@pytest.mark.parametrize("asked_again", [False, True], ids=["leaving", "asking"])
def test_a_connection_that_breaks_under_a_reader_is_a_sentence_and_the_next_question_is_answered(
    small: Store, postgres: Server, *, asked_again: bool
) -> None:
    count = small.rows("select count(*) from release")

    def read() -> None:
        with small.reading() as cursor:
            cursor.begin()
            cursor.execute("select count(*) from release").fetchall()
            break_connections(postgres, small.url)
            if asked_again:
                cursor.execute("select count(*) from figure").fetchall()

    if asked_again:
        with pytest.raises(StoreError, match="请稍后再试"):
            read()
    else:
        read()
    assert small.rows("select count(*) from release") == count


def test_a_connection_that_breaks_under_a_writer_is_a_sentence_and_nothing_is_half_written(
    small: Store, postgres: Server
) -> None:
    def write() -> None:
        with small.write() as cursor:
            cursor.execute("insert into setting values ('half', '1')")
            break_connections(postgres, small.url)

    with pytest.raises(StoreError, match="没有确认这次写入"):
        write()
    assert small.rows("select count(*) from setting where name = 'half'") == [(0,)]
    assert publish(small, kind="figures", rows=rows_of(1), file_name="f.csv", data=b"1", by=LOCAL).seq


def test_while_the_server_is_away_everything_is_a_sentence_and_afterwards_goes_on_by_itself(
    small: Store, postgres: Server, tmp_path: Path
) -> None:
    database = small.url.partition("dbname=")[2].partition(";")[0]
    version = small.version()

    def write() -> None:
        with small.write() as cursor:
            cursor.execute("insert into setting values ('half', '1')")

    postgres.ask("postgres", f"alter database {database} allow_connections false")
    postgres.ask("postgres", f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'")
    for act in (
        small.version,
        small.is_demo,
        lambda: small.query("select * from release"),
        write,
        small.contents,
        lambda: small.copy_to(tmp_path / "copy.duckdb"),
        lambda: small.tidy(keep_days=1),
    ):
        with pytest.raises(StoreError, match="共享数据库"):
            act()
    postgres.ask("postgres", f"alter database {database} allow_connections true")
    assert small.version() == version
    write()
    assert small.rows("select count(*) from setting where name = 'half'") == [(1,)]
