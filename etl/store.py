"""The only module that opens duckdb: on a file of one process, or on a lake that many share (lake.py).

A cursor for every call: one connection shared by threads gives wrong results without an error.
Writers take the process lock, on a lake the turn that PostgreSQL gives as well, and start by
updating `write_guard`, so that two of them cannot both insert the same new row
(docs/architecture.md, "Rules of the data"; docs/scaling.md).
"""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from etl import lake

DEFAULT_URL = "duckdb:data/monitor.duckdb"
ENVIRONMENT_NAME = "MONITOR_STORE"
SQL_FOLDER = Path(__file__).parent / "sql"

Cursor = duckdb.DuckDBPyConnection

_GUARD_TRIES = 20
_TURN_SECONDS = 30  # for a writer of another process to finish
# What the disk, the memory or another writer can do to a correct transaction.
_OUTSIDE_TROUBLE = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.FatalException,
)
_LISTING = (
    "select table_name, column_name, data_type from duckdb_columns() "
    "where database_name = current_database() and not internal order by table_name, column_index"
)


@dataclass
class _Shared:
    """What all that one process has open on one database share."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    # Settings since the last commit, for a database that only this process writes. A commit puts an empty
    # dictionary here: whoever read before it and remembers afterwards fills one that nobody asks any more.
    settings: dict[str, str | None] = field(default_factory=dict)


_shared: dict[str, _Shared] = {}
_shared_lock = threading.Lock()

# A year that may be missing stays a whole number: 2020 and <NA>, never 2020.0.
_NULLABLE_INTEGERS = {
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
}


class StoreError(Exception):
    """The database cannot be used as asked; str() is a Chinese sentence for people."""


class NoStore(StoreError):
    """There is no database where one should be read."""


class StoreBusy(StoreError):
    """Another process holds the database, or a writer in this one did not finish in time."""


class Store:
    """One database, open. Safe to share between threads; a lake also between processes and machines."""

    def __init__(self, connection: Cursor, *, url: str, shared: _Shared, at: "_Lake | None" = None) -> None:
        self._connection = connection
        self._shared = shared
        self._lock = shared.lock
        self._lake = at
        self._quiet = False  # whether this process has the turn; guarded by the lock
        self._seen = (-1, 0)  # a commit of the lake, and the version of the data as it left them
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
        cursor = self._cursor()
        try:
            yield cursor
        except duckdb.Error as error:
            self._explain_reading(error)
            raise
        finally:
            if self._lake is not None:
                _roll_back(cursor)  # closed with its connection lost, a transaction would end the whole process
            cursor.close()

    @contextmanager
    def write(self) -> Iterator[Cursor]:
        """A cursor inside one transaction: committed at the end, rolled back on any error.

        Raises StoreBusy when another writer keeps the guard, StoreError when the commit fails
        (a full disk: what was there stays).
        """
        with self.quiet():
            cursor = self._begin_guarded()
            try:
                yield cursor
                cursor.commit()
                self._shared.settings = {}
            except duckdb.Error as error:
                _roll_back(cursor)
                explained = _explained_write(error, shared=self._lake is not None)
                if explained is None:
                    raise
                raise explained from error
            except BaseException:
                _roll_back(cursor)
                raise
            finally:
                cursor.close()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """While this lasts nobody else writes, in this process or any other; readers go on.

        Raises StoreBusy when another writer does not finish in time.
        """
        with self._lock, self._turn():
            before, self._quiet = self._quiet, True
            try:
                yield
            finally:
                self._quiet = before

    def version(self) -> int:
        """Grows with every change of facts or register, whoever made it: the key for caches."""
        if self._lake is None:
            return int(self._setting("data_version") or 0)
        with self.reading() as cursor:  # most commits of a lake are asked about many times
            (commit,) = cursor.execute(lake.asking_snapshot()).fetchall()[0]
            seen = self._seen  # another thread may put an earlier one in its place at any moment
            if seen[0] != commit:
                seen = self._seen = commit, int(setting(cursor, "data_version") or 0)
        return seen[1]

    def is_demo(self) -> bool:
        """Whether this database holds made-up figures."""
        return self._setting("demo") == "1"

    def copy_to(self, path: Path) -> None:
        """A consistent copy of this database in a file at `path`, safe while others read and write here."""
        beside = self._folder() / f".{path.name}.copying"
        beside.unlink(missing_ok=True)
        with self._lock, self.reading() as cursor:
            try:
                cursor.execute(f"attach {_quoted(str(beside))} as copied")
                try:
                    cursor.execute(f"copy from database {_name_of(cursor)} to copied")
                finally:
                    cursor.execute("detach copied")
            except duckdb.Error as error:
                beside.unlink(missing_ok=True)
                raise StoreError(f"备份失败：{_first_line(error)}") from error
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _move(beside, path)
        except OSError as error:
            raise StoreError(f"备份写不到 {path}（{error.strerror}）：请换一个运行看板的用户能写的文件夹。") from error
        finally:
            beside.unlink(missing_ok=True)

    def fill_from(self, path: Path) -> None:
        """Put what the database file at `path` holds in the place of everything in this lake, in one transaction.

        The version of the data grows, so that every cache of every replica notices.
        """
        beside = self._folder() / "arriving.duckdb"
        _link(path, beside)
        try:
            with self.quiet(), self.reading() as other:
                version = self.version()
                other.execute(f"attach {_quoted(str(beside))} as arriving (read_only)")
                try:
                    with self.write() as cursor:
                        for table in _tables():
                            cursor.execute(f'delete from "{table}"')
                            order = f" order by {lake.SORTED[table]}" if table in lake.SORTED else ""
                            cursor.execute(f'insert into "{table}" by name select * from arriving."{table}"{order}')
                        arrived = int(setting(cursor, "data_version") or 0)
                        if version:
                            change_setting(cursor, "data_version", str(max(version, arrived) + 1))
                finally:
                    other.execute("detach arriving")
        finally:
            beside.unlink()

    def contents(self) -> dict[str, tuple[int, int]]:
        """Of every table how many rows it holds, and a sum over all their values that any other value changes."""
        with self.reading() as cursor:
            cursor.begin()  # one state, whatever is written meanwhile
            try:
                return {
                    table: cursor.execute(
                        f'select count(*), coalesce(sum(hash({", ".join(columns)})), 0) from "{table}"'
                    ).fetchall()[0]
                    for table, columns in _tables().items()
                }
            finally:
                _roll_back(cursor)

    def tidy(self, *, keep_days: int, in_use_days: int = 1) -> dict[str, int]:
        """Merge a lake's small files, forget states older than `keep_days`, delete files that nobody can reach.

        How many files or states each step touched. Waits for writers, and lets none write meanwhile.
        Raises StoreError for a database in one file, which needs no tidying.
        """
        if self._lake is None:
            raise StoreError("单个文件的数据库不需要整理。")
        with self.quiet(), self.reading() as cursor:
            return {
                step: len(cursor.execute(sql).to_arrow_table())
                for step, sql in lake.tidying(keep_days=keep_days, in_use_days=in_use_days)
            }

    def close(self) -> None:
        """Let go of the file, so that another process may open it."""
        self._connection.close()
        if self._lake is not None:
            self._lake.folder.cleanup()

    def _folder(self) -> Path:
        """Where this connection may write files: beside the database, or in a folder of its own."""
        return path_of(self.url).parent if self._lake is None else Path(self._lake.folder.name)

    def _cursor(self) -> Cursor:
        cursor = self._connection.cursor()
        if self._lake is not None:
            try:
                cursor.execute(f"use {lake.NAME}")  # a cursor does not inherit it
            except duckdb.Error as error:
                _roll_back(cursor)
                cursor.close()
                self._explain_reading(error)
                raise
        return cursor

    def _explain_reading(self, error: duckdb.Error) -> None:
        """Raises StoreError where not the question was wrong, but the lake could not be reached."""
        if self._lake is not None and _is_of_catalogue(error):
            raise StoreError(f"读不到共享数据库，请稍后再试：{lake.shown(_first_line(error))}") from error

    def _turn(self) -> AbstractContextManager[None]:
        if self._lake is None or self._quiet:  # a file has one process; a turn is taken once
            return nullcontext()
        return _turn(self._connection, self._lake.address)

    def _setting(self, name: str) -> str | None:
        """From memory where nobody else can have changed it: every question of every screen asks for the version."""
        known = self._shared.settings
        if name in known:
            return known[name]
        with self.reading() as cursor:
            found = setting(cursor, name)
        if self._lake is None:
            known[name] = found
        return found

    def _begin_guarded(self) -> Cursor:
        for attempt in range(_GUARD_TRIES):
            cursor = self._cursor()
            try:
                cursor.begin()
                cursor.execute("update write_guard set n = n + 1")
                return cursor
            except duckdb.TransactionException:
                _roll_back(cursor)
                cursor.close()
                time.sleep(0.01 * (attempt + 1))
            except duckdb.Error as error:
                _roll_back(cursor)
                cursor.close()
                self._explain_reading(error)
                raise
        raise StoreBusy("另一次写入尚未结束，请稍后再试。")


def open_store(url: str | None = None, *, read_only: bool = False) -> Store:
    """The database at `url` ("duckdb:PATH" or "ducklake:…"; default MONITOR_STORE, else data/monitor.duckdb).

    Tables are created where missing. The connection cannot touch any file outside the database's
    own folder. Raises StoreBusy when another process holds the file, StoreError when it cannot
    be opened.
    """
    url = url or default_url()
    if is_shared(url):
        return _open_lake(url, read_only=read_only)
    path = path_of(url)
    if read_only and not path.exists():
        raise NoStore(f"数据库 {path} 不存在，请先运行 python -m etl build。")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path, read_only=read_only)
        _harden(connection, folders=[str(path.parent.resolve())])
        if read_only:
            _refuse_old_tables(connection, name=str(path))
        else:
            _create_tables(connection)
    except (duckdb.Error, OSError) as error:
        raise _explained(error, path=path) from error
    shared = _shared_at(str(path.resolve()))
    shared.settings = {}  # another process may have written since this one last had it open
    return Store(connection, url=url, shared=shared)


@dataclass(frozen=True)
class _Lake:
    address: lake.Address
    folder: tempfile.TemporaryDirectory[str]  # for copies, and for what does not fit into memory


def _open_lake(url: str, *, read_only: bool) -> Store:
    try:
        address = lake.read_address(url)
    except lake.BadAddress as error:
        raise StoreError(str(error)) from error
    folder = tempfile.TemporaryDirectory(prefix="monitor-", ignore_cleanup_errors=True)
    connection = duckdb.connect(":memory:", config={**_settings(), "temp_directory": folder.name})
    try:
        _attach(connection, address, read_only=read_only)
        _harden(connection, folders=[address.data, folder.name])
    except (duckdb.Error, OSError, lake.BadAddress, StoreError) as error:
        connection.close()
        folder.cleanup()
        if isinstance(error, StoreError):
            raise
        if isinstance(error, lake.BadAddress):
            raise StoreError(str(error)) from error
        raise StoreError(f"打不开共享数据库：{lake.shown(_first_line(error))}") from error
    shared = _shared_at(f"{address.catalogue};{address.schema}")
    return Store(connection, url=url, shared=shared, at=_Lake(address, folder))


def _shared_at(name: str) -> _Shared:
    with _shared_lock:
        return _shared.setdefault(name, _Shared())


def _attach(connection: Cursor, address: lake.Address, *, read_only: bool) -> None:
    """Let the connection know a lake; a new one, or one of an older program, gets its tables one process at a time."""
    for sql in lake.preparing(address):
        connection.execute(sql)
    there = bool(connection.execute(lake.asking_whether_there(address)).fetchall())
    if read_only and not there:
        raise NoStore(f"数据库 {lake.shown(address.catalogue)} 里还没有数据，请先运行 python -m etl build。")
    if not address.in_s3 and not read_only:
        Path(address.data).mkdir(parents=True, exist_ok=True)
    with nullcontext() if there else _turn(connection, address):
        connection.execute(lake.attaching(address, read_only=read_only))
    connection.execute(f"use {lake.NAME}")
    if read_only:
        _refuse_old_tables(connection, name=lake.shown(address.catalogue))
    elif _missing_columns(connection):
        with _turn(connection, address):
            _create_tables(connection)
            for sql in lake.setting_up():
                connection.execute(sql)


@contextmanager
def _turn(connection: Cursor, address: lake.Address) -> Iterator[None]:
    """While this lasts no other process writes into the lake."""
    cursor = connection.cursor()
    try:
        try:
            cursor.begin()
            cursor.execute(lake.taking_turn(address, patience_ms=1000 * _TURN_SECONDS)).fetchall()
        except duckdb.Error as error:
            if "lock timeout" in str(error):
                raise StoreBusy("另一次写入尚未结束，请稍后再试。") from error
            raise StoreError(f"连不上共享数据库：{lake.shown(_first_line(error))}") from error
        yield
    finally:
        _roll_back(cursor)
        cursor.close()


def default_url() -> str:
    """The database meant when none is named: MONITOR_STORE, else data/monitor.duckdb."""
    return os.environ.get(ENVIRONMENT_NAME) or DEFAULT_URL


def is_shared(url: str) -> bool:
    """Whether `url` names a lake, which several processes may have open at once."""
    return url.partition(":")[0] == lake.SCHEME


def is_there(url: str) -> bool:
    """Whether there is a database at `url`, whatever it holds. Raises StoreError where that cannot be found out."""
    if not is_shared(url):
        return path_of(url).exists()
    try:
        store = open_store(url, read_only=True)
    except NoStore:
        return False
    store.close()
    return True


def shown_url(url: str) -> str:
    """An address as it may be printed: without a password."""
    return lake.shown(url)


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


def stored(cursor: Cursor, table: str) -> str:
    """The table itself, ready for SQL, also where something temporary of its name hides it."""
    return f'{_name_of(cursor)}.main."{table}"'


def insert_rows(cursor: Cursor, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Append dictionaries with exactly the columns of `table`, which is a name of schema.sql."""
    if not rows:
        return
    described = cursor.execute(f'select * from "{table}" limit 0').to_arrow_table().schema
    cursor.register("rows_in", pa.Table.from_pylist(list(rows), schema=described))
    cursor.execute(f'insert into "{table}" select * from rows_in')
    cursor.unregister("rows_in")


def insert_table(cursor: Cursor, table: str, rows: pa.Table, *, release: str, seq: int) -> None:
    """Append the rows of one release to `table`, by the names of their columns."""
    cursor.register("rows_in", rows)
    cursor.execute(f'insert into "{table}" by name select ? as release, ? as seq, * from rows_in', [release, seq])
    cursor.unregister("rows_in")


def frame_of(result: Cursor) -> pd.DataFrame:
    """An executed statement's rows as a frame, in the types that Store.query promises."""
    return as_frame(result.to_arrow_table())


def as_frame(rows: pa.Table) -> pd.DataFrame:
    """Rows as a frame, in the types that Store.query promises."""
    return rows.to_pandas(types_mapper=_NULLABLE_INTEGERS.get)


def read_sql(name: str) -> str:
    """The text of one file of etl/sql/."""
    return (SQL_FOLDER / name).read_text(encoding="utf-8")


def _connect(path: Path, *, read_only: bool) -> Cursor:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=_settings())
    except duckdb.ConnectionException:
        # Open for writing in this very process already: readers share that instance.
        return duckdb.connect(str(path), config=_settings())


def _settings() -> dict[str, str | bool | int | float | list[str]]:
    return {"threads": min(4, os.cpu_count() or 1), "memory_limit": "2GB"}


def _harden(connection: Cursor, *, folders: Sequence[str]) -> None:
    locked = connection.execute("select current_setting('lock_configuration')").fetchall()[0][0]
    if locked:
        return
    connection.execute(f"set allowed_directories = [{', '.join(map(_quoted, folders))}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _create_tables(connection: Cursor) -> None:
    """Create what is missing: tables, and columns that a newer program knows."""
    cursor = connection.cursor()
    cursor.execute(f"use {_name_of(connection)}")
    cursor.begin()
    cursor.execute(read_sql("schema.sql"))
    cursor.execute(read_sql("derived.sql"))
    for table, column, kind in _missing_columns(cursor):
        cursor.execute(f'alter table "{table}" add column "{column}" {kind}')
    cursor.execute("insert into write_guard select 0 where not exists (select 1 from write_guard)")
    cursor.commit()
    cursor.close()


def _refuse_old_tables(connection: Cursor, *, name: str) -> None:
    """Raises StoreError for a database of an older program, or of another one."""
    if _missing_columns(connection):
        raise StoreError(f"{name} 不是本系统的数据库，或由旧版本建立；请先运行 python -m etl build。")


def _missing_columns(cursor: Cursor) -> list[tuple[str, str, str]]:
    """Table, column and type of everything in the schema files that this database lacks."""
    there = {(table, column) for table, column, _ in cursor.execute(_LISTING).fetchall()}
    return [each for each in _schema_columns() if each[:2] not in there]


@cache
def _schema_columns() -> tuple[tuple[str, str, str], ...]:
    with duckdb.connect(":memory:") as blank:
        blank.execute(read_sql("schema.sql"))
        blank.execute(read_sql("derived.sql"))
        return tuple(blank.execute(_LISTING).fetchall())


def _tables() -> dict[str, list[str]]:
    """Every table of the schema files with its columns, quoted."""
    tables: dict[str, list[str]] = {}
    for table, column, _ in _schema_columns():
        tables.setdefault(table, []).append(f'"{column}"')
    return tables


def _name_of(connection: Cursor) -> str:
    """The name under which a connection knows its database, ready for SQL."""
    name = connection.execute("select current_database()").fetchall()[0][0].replace('"', '""')
    return f'"{name}"'


def _explained(error: Exception, *, path: Path) -> StoreError:
    text = str(error)
    if "Conflicting lock" in text or "being used by another process" in text:
        return StoreBusy(
            f"数据库 {path} 正被另一个程序使用（多半是正在运行的看板）。请在看板里操作，或先停止看板再运行本命令。"
        )
    if "not a valid DuckDB database" in text:
        return StoreError(f"{path} 不是可用的数据库文件，请检查路径，或改用备份。")
    return StoreError(f"打不开数据库 {path}：{_first_line(error)}")


def _is_of_catalogue(error: duckdb.Error) -> bool:
    """Whether PostgreSQL or the data files failed, not the statement."""
    return isinstance(error, duckdb.IOException | duckdb.HTTPException) or type(error) is duckdb.Error


def _explained_write(error: duckdb.Error, *, shared: bool) -> StoreError | None:
    if shared and isinstance(error, duckdb.TransactionException) and "conflict" in str(error):  # its turn was lost
        return StoreBusy("另一次写入抢先完成，本次没有写入任何内容，请重试。")
    if shared and (_is_of_catalogue(error) or isinstance(error, duckdb.TransactionException)):
        return StoreError(
            f"共享数据库没有确认这次写入，请重试，同一个文件不会发布两次：{lake.shown(_first_line(error))}"
        )
    if isinstance(error, _OUTSIDE_TROUBLE):
        return StoreError(f"写入数据库失败，原有数据未变：{_first_line(error)}")
    return None


def _roll_back(cursor: Cursor) -> None:
    with suppress(duckdb.Error):  # the transaction may be gone already: nothing was written
        cursor.rollback()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _link(source: Path, destination: Path) -> None:
    """The same file under another name; across disks a copy."""
    try:
        os.link(source, destination)
    except OSError:
        shutil.copyfile(source, destination)


def _move(source: Path, destination: Path) -> None:
    """Rename where possible; across disks copy beside the destination first, then rename."""
    try:
        source.replace(destination)
    except OSError:
        partial = destination.with_name(f".{destination.name}.partial")
        partial.write_bytes(source.read_bytes())
        partial.replace(destination)
        source.unlink()
