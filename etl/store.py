"""The only module that opens duckdb.

A cursor for every call: one connection shared by threads gives wrong results without an error.
Writers take the process lock and start by updating `write_guard`, so that two of them cannot
both insert the same new row (docs/architecture.md, "Rules of the data").
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

DEFAULT_URL = "duckdb:data/monitor.duckdb"
ENVIRONMENT_NAME = "MONITOR_STORE"
SQL_FOLDER = Path(__file__).parent / "sql"

Cursor = duckdb.DuckDBPyConnection

_GUARD_TRIES = 20
# What the disk, the memory or another writer can do to a correct transaction.
_OUTSIDE_TROUBLE = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.FatalException,
)
_locks: dict[str, threading.RLock] = {}
_locks_lock = threading.Lock()

# A year that may be missing stays a whole number: 2020 and <NA>, never 2020.0.
_NULLABLE_INTEGERS = {
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
}


class StoreError(Exception):
    """The database cannot be used as asked; str() is a Chinese sentence for people."""


class StoreBusy(StoreError):
    """Another process holds the database, or a writer in this one did not finish in time."""


class Store:
    """One database, open. Safe to share between threads."""

    def __init__(self, connection: Cursor, *, url: str, lock: threading.RLock) -> None:
        self._connection = connection
        self._lock = lock
        self.url = url

    def query(self, sql: str, params: Sequence[Any] = ()) -> pd.DataFrame:
        """Rows of `sql` as a frame: whole numbers nullable, dates as datetime.date, lists as arrays."""
        with self.reading() as cursor:
            return frame_of(cursor.execute(sql, list(params)))

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of `sql` as tuples of Python values, None where nothing is known."""
        with self.reading() as cursor:
            return cursor.execute(sql, list(params)).fetchall()

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """A cursor of its own, for several statements that belong together (temporary tables)."""
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def write(self) -> Iterator[Cursor]:
        """A cursor inside one transaction: committed at the end, rolled back on any error.

        Raises StoreBusy when another writer keeps the guard, StoreError when the commit fails
        (a full disk: what was there stays).
        """
        with self._lock:
            cursor = self._begin_guarded()
            try:
                yield cursor
                cursor.commit()
            except _OUTSIDE_TROUBLE as error:
                _roll_back(cursor)
                raise StoreError(f"写入数据库失败，原有数据未变：{_first_line(error)}") from error
            except BaseException:
                _roll_back(cursor)
                raise
            finally:
                cursor.close()

    def version(self) -> int:
        """Grows with every change of facts or register: the key for caches."""
        return int(self._setting("data_version") or 0)

    def is_demo(self) -> bool:
        """Whether this database holds made-up figures."""
        return self._setting("demo") == "1"

    def copy_to(self, path: Path) -> None:
        """A consistent copy of this database at `path`, safe while others read and write here."""
        beside = self._path().with_name(f".{path.name}.copying")
        beside.unlink(missing_ok=True)
        with self._lock, self.reading() as cursor:
            name = cursor.execute("select current_database()").fetchall()[0][0]
            try:
                cursor.execute(f"attach {_quoted(str(beside))} as copied")
                try:
                    cursor.execute(f'copy from database "{name}" to copied')
                finally:
                    cursor.execute("detach copied")
            except duckdb.Error as error:
                beside.unlink(missing_ok=True)
                raise StoreError(f"备份失败：{_first_line(error)}") from error
        path.parent.mkdir(parents=True, exist_ok=True)
        _move(beside, path)

    def close(self) -> None:
        """Let go of the file, so that another process may open it."""
        self._connection.close()

    def _path(self) -> Path:
        return path_of(self.url)

    def _setting(self, name: str) -> str | None:
        with self.reading() as cursor:
            return setting(cursor, name)

    def _begin_guarded(self) -> Cursor:
        for attempt in range(_GUARD_TRIES):
            cursor = self._connection.cursor()
            try:
                cursor.begin()
                cursor.execute("update write_guard set n = n + 1")
                return cursor
            except duckdb.TransactionException:
                _roll_back(cursor)
                cursor.close()
                time.sleep(0.01 * (attempt + 1))
        raise StoreBusy("另一次写入尚未结束，请稍后再试。")


def open_store(url: str | None = None, *, read_only: bool = False) -> Store:
    """The database at `url` ("duckdb:PATH"; default MONITOR_STORE, else data/monitor.duckdb).

    Tables are created where missing. The connection cannot touch any file outside the database's
    own folder. Raises StoreBusy when another process holds the file, StoreError when it cannot
    be opened.
    """
    url = url or default_url()
    path = path_of(url)
    if read_only and not path.exists():
        raise StoreError(f"数据库 {path} 不存在，请先运行 python -m etl build。")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path, read_only=read_only)
        _harden(connection, folder=path.parent)
        if read_only:
            _refuse_old_tables(connection, path=path)
        else:
            _create_tables(connection)
    except (duckdb.Error, OSError) as error:
        raise _explained(error, path=path) from error
    with _locks_lock:
        lock = _locks.setdefault(str(path.resolve()), threading.RLock())
    return Store(connection, url=url, lock=lock)


def default_url() -> str:
    """The database meant when none is named: MONITOR_STORE, else data/monitor.duckdb."""
    return os.environ.get(ENVIRONMENT_NAME) or DEFAULT_URL


def path_of(url: str) -> Path:
    """The file a `duckdb:PATH` url names. Raises StoreError for any other kind of url."""
    scheme, _, path = url.partition(":")
    if scheme != "duckdb" or not path:
        raise StoreError(f"不认识的数据库地址“{url}”，应写成 duckdb:文件路径，例如 {DEFAULT_URL}。")
    return Path(path)


def setting(cursor: Cursor, name: str) -> str | None:
    """The stored value of one setting, None where it was never set."""
    found = cursor.execute("select value from setting where name = ?", [name]).fetchall()
    return found[0][0] if found else None


def change_setting(cursor: Cursor, name: str, value: str) -> None:
    """Store one setting, inside a writer's transaction."""
    cursor.execute("delete from setting where name = ?", [name])
    cursor.execute("insert into setting values (?, ?)", [name, value])


def insert_rows(cursor: Cursor, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Append dictionaries with exactly the columns of `table`, which is a name of schema.sql."""
    if not rows:
        return
    described = cursor.execute(f'select * from "{table}" limit 0').to_arrow_table().schema
    cursor.register("rows_in", pa.Table.from_pylist(list(rows), schema=described))
    cursor.execute(f'insert into "{table}" select * from rows_in')
    cursor.unregister("rows_in")


def frame_of(result: Cursor) -> pd.DataFrame:
    """An executed statement's rows as a frame, in the types that Store.query promises."""
    return result.to_arrow_table().to_pandas(types_mapper=_NULLABLE_INTEGERS.get)


def read_sql(name: str) -> str:
    """The text of one file of etl/sql/."""
    return (SQL_FOLDER / name).read_text(encoding="utf-8")


def _connect(path: Path, *, read_only: bool) -> Cursor:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": min(4, os.cpu_count() or 1),
        "memory_limit": "2GB",
    }
    try:
        return duckdb.connect(str(path), read_only=read_only, config=settings)
    except duckdb.ConnectionException:
        # Open for writing in this very process already: readers share that instance.
        return duckdb.connect(str(path), config=settings)


def _harden(connection: Cursor, *, folder: Path) -> None:
    locked = connection.execute("select current_setting('lock_configuration')").fetchall()[0][0]
    if locked:
        return
    connection.execute(f"set allowed_directories = [{_quoted(str(folder.resolve()))}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _create_tables(connection: Cursor) -> None:
    """Create what is missing: tables, and columns that a newer program knows."""
    cursor = connection.cursor()
    cursor.begin()
    cursor.execute(read_sql("schema.sql"))
    cursor.execute(read_sql("derived.sql"))
    for table, column, kind in _missing_columns(cursor):
        cursor.execute(f'alter table "{table}" add column "{column}" {kind}')
    cursor.execute("insert into write_guard select 0 where not exists (select 1 from write_guard)")
    cursor.commit()
    cursor.close()


def _refuse_old_tables(connection: Cursor, *, path: Path) -> None:
    """Raises StoreError for a database of an older program, or of another one."""
    cursor = connection.cursor()
    missing = _missing_columns(cursor)
    cursor.close()
    if missing:
        raise StoreError(f"{path} 不是本系统的数据库，或由旧版本建立；请先运行 python -m etl build。")


def _missing_columns(cursor: Cursor) -> list[tuple[str, str, str]]:
    """Table, column and type of everything in the schema files that this database lacks."""
    listing = (
        "select table_name, column_name, data_type from duckdb_columns() "
        "where database_name = current_database() and not internal order by table_name, column_index"
    )
    there = {(table, column) for table, column, _ in cursor.execute(listing).fetchall()}
    return [each for each in _schema_columns(listing) if each[:2] not in there]


@cache
def _schema_columns(listing: str) -> tuple[tuple[str, str, str], ...]:
    with duckdb.connect(":memory:") as blank:
        blank.execute(read_sql("schema.sql"))
        blank.execute(read_sql("derived.sql"))
        return tuple(blank.execute(listing).fetchall())


def _explained(error: Exception, *, path: Path) -> StoreError:
    text = str(error)
    if "Conflicting lock" in text or "being used by another process" in text:
        return StoreBusy(
            f"数据库 {path} 正被另一个程序使用（多半是正在运行的看板）。请在看板里操作，或先停止看板再运行本命令。"
        )
    if "not a valid DuckDB database" in text:
        return StoreError(f"{path} 不是可用的数据库文件，请检查路径，或改用备份。")
    return StoreError(f"打不开数据库 {path}：{_first_line(error)}")


def _roll_back(cursor: Cursor) -> None:
    with suppress(duckdb.Error):  # the transaction may be gone already: nothing was written
        cursor.rollback()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _move(source: Path, destination: Path) -> None:
    """Rename where possible; across disks copy beside the destination first, then rename."""
    try:
        source.replace(destination)
    except OSError:
        partial = destination.with_name(f".{destination.name}.partial")
        partial.write_bytes(source.read_bytes())
        partial.replace(destination)
        source.unlink()
