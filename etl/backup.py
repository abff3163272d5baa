"""A copy of the database that can be taken while it is in use, and the way back."""

import shutil
from pathlib import Path

from etl.store import Store, StoreBusy, StoreError, open_store, path_of


def backup(store: Store, path: Path) -> None:
    """Write a consistent copy of `store` to `path`, which must not exist yet."""
    if path.exists():
        raise StoreError(f"{path} 已存在，请换一个文件名，以免盖掉原有的备份。")
    store.copy_to(path)


def restore(path: Path, *, url: str) -> Path | None:
    """Put the backup at `path` in the place of the database at `url`.

    Gives the path under which the database that was there is kept, None if there was none.
    Raises StoreError when the backup is not one, StoreBusy while another program holds the
    database.
    """
    if not path.is_file():
        raise StoreError(f"找不到备份文件 {path}，请检查路径。")
    _check_backup(path)
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
