"""A copy of the database that can be taken while it is in use, the way back, and the way to another kind of store."""

import shutil
import tempfile
from pathlib import Path

from etl.store import NoStore, Store, StoreBusy, StoreError, is_shared, is_there, open_store, path_of


def backup(store: Store, path: Path) -> None:
    """Write a consistent copy of `store` to `path`, which must not exist yet."""
    if path.exists():
        raise StoreError(f"{path} 已存在，请换一个文件名，以免盖掉原有的备份。")
    store.copy_to(path)


def restore(path: Path, *, url: str) -> Path | None:
    """Put the backup at `path` in the place of the database at `url`.

    Gives the path under which the database that was there is kept, None if there was none; of a
    shared one it is a copy beside the backup, and who reads meanwhile sees the old state or the new.
    Raises StoreError when the backup is not one, StoreBusy while another program holds the
    database.
    """
    if not path.is_file():
        raise StoreError(f"找不到备份文件 {path}，请检查路径。")
    _check_backup(path)
    if is_shared(url):
        return _restore_shared(path, url=url)
    database = path_of(url)
    arriving = database.with_name(f".{database.name}.restoring")
    database.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(path, arriving)
        kept = _set_aside(database, url=url)
        arriving.replace(database)
    except OSError as error:
        raise StoreError(f"恢复失败：{error.strerror}；原有数据库未变。") from error
    finally:
        arriving.unlink(missing_ok=True)
    return kept


def move(source_url: str, target_url: str) -> dict[str, int]:
    """Copy the database at `source_url` into the new one at `target_url`; the rows of every table.

    Either may be a file or a shared store. Nobody writes into the source meanwhile, and both are
    compared value by value at the end. Raises StoreError where there is no source, where the target
    holds data already, and where they differ; the source stays as it is.
    """
    if not is_there(source_url):
        raise NoStore("要搬的数据库不存在，请检查 --database 或 MONITOR_STORE。")
    source = open_store(source_url)
    target = _new_target(target_url)
    with source.quiet():
        if target is None:
            source.copy_to(path_of(target_url))
            target = open_store(target_url)
        else:
            with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
                source.copy_to(Path(folder) / "moving.duckdb")
                target.fill_from(Path(folder) / "moving.duckdb")
        there, arrived = source.contents(), target.contents()
    target.close()
    differing = sorted(table for table in there if there[table] != arrived[table])
    if differing:
        raise StoreError(f"搬过去的内容与原来不一致（{'、'.join(differing)}），请删掉新库重来；原来的数据库没有改动。")
    return {table: rows for table, (rows, _) in there.items()}


def _new_target(url: str) -> Store | None:
    """The empty shared store to fill, None for a file that is still to be made."""
    if not is_shared(url):
        if path_of(url).exists():
            raise StoreError(f"{path_of(url)} 已存在，请换一个文件名，以免盖掉原有的数据库。")
        return None
    store = open_store(url)
    if store.version():
        store.close()
        raise StoreError("要搬去的共享数据库里已有数据，请换一个空的；要用备份换掉它，请用 restore。")
    return store


def _restore_shared(path: Path, *, url: str) -> Path | None:
    store = open_store(url)
    kept = _free_name(path) if store.version() else None
    with store.quiet():
        if kept is not None:
            store.copy_to(kept)
        store.fill_from(path)
    store.close()
    return kept


def _check_backup(path: Path) -> None:
    """Raises StoreError when the file is no database of ours."""
    copy = open_store(f"duckdb:{path}", read_only=True)
    try:
        known = copy.rows("select count(*) from duckdb_tables() where table_name = 'write_guard'")
    finally:
        copy.close()
    if known != [(1,)]:
        raise StoreError(f"{path} 不是本系统的备份文件。")


def _set_aside(database: Path, *, url: str) -> Path | None:
    """Move the database and its log out of the way; one that cannot be opened too, for that is when one restores."""
    if not database.exists():
        return None
    log = database.with_name(f"{database.name}.wal")
    try:
        open_store(url).close()  # nobody else may hold it; the last one to close folds its log in
        if log.exists():
            raise StoreBusy("本程序自己还开着这个数据库，请先停止看板再恢复。")
    except StoreBusy:
        raise
    except StoreError:
        pass
    kept = _free_name(database)
    if log.exists():
        log.replace(kept.with_name(f"{kept.name}.wal"))
    database.replace(kept)
    return kept


def _free_name(database: Path) -> Path:
    names = (f"{database.name}.before-restore{number}" for number in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for path in map(database.with_name, names) if not path.exists())
