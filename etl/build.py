"""The whole run, from shipped files to judged database: read, check, publish, judge."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from etl.access import LOAD, OPERATOR, Person, need
from etl.audit import note
from etl.bulk import LARGE, read_large
from etl.facts import FactRow, TaskReportRow
from etl.other_facts import read_assigned, read_statements
from etl.problem import LOOK, STOP, Problem, Refused
from etl.publish import Release, append, same_file
from etl.refresh import is_current, refresh
from etl.register import Register, read_register
from etl.register_tables import load_register
from etl.store import Cursor, Store, StoreError, change_setting
from etl.task_reports import read_explanations, read_task_reports
from etl.task_rules import broken_rules
from etl.tidy import read_tidy

_HOME = Path(__file__).parent.parent
DEFINITIONS = _HOME / "indicators.toml"
YEARLY = _HOME / "data" / "yearly"
SHIPPED_STATEMENTS = _HOME / "data" / "statements.csv"
SHIPPED_ASSIGNED = _HOME / "data" / "assigned.csv"
SHIPPED_REPORTS = _HOME / "data" / "task_reports.csv"
_SHIPPED_NOTE = "随项目提供"

Read = Callable[..., tuple[Sequence[FactRow], list[Problem]]]

_READERS: dict[str, Read] = {
    "assigned": read_assigned,
    "statements": read_statements,
    "tasks": read_task_reports,
    "explanations": read_explanations,
}


@dataclass(frozen=True)
class Shipped:
    """One file of facts, read and found good; a large one is read when it is its turn."""

    kind: str
    path: Path
    file_hash: str
    data: bytes | None = None  # None: a large one
    rows: tuple[FactRow, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True)
class Built:
    """What a run did."""

    register: Register
    releases: tuple[Release, ...]
    withdrawn: tuple[str, ...]  # names of files that somebody has withdrawn: left out
    changed: bool
    looks: tuple[Problem, ...]  # loaded, but somebody should look


def build(
    store: Store,
    *,
    definitions: Path = DEFINITIONS,
    texts: Path | None = None,
    yearly: Path = YEARLY,
    statements: Path | None = None,
    assigned: Path | None = None,
    reports: Path | None = None,
    explanations: Path | None = None,
    demo: bool = False,
    by: Person = OPERATOR,
) -> Built:
    """Load the register and every file of facts into `store`, in one transaction.

    Each file is a release of its own, in the order of the names; a file already in force is left
    as it is, a changed edition of a file replaces the earlier one, and a file that somebody has
    withdrawn stays out. Raises Refused with the problems of all files at once, StoreError where
    made-up and real figures would come together, NotAllowed for anybody but the machine's operator;
    then nothing is changed.
    """
    need(by, LOAD)
    refuse_mixing(store, demo=demo)
    register = read_register(definitions, texts=texts)
    files = {"assigned": assigned, "statements": statements, "tasks": reports, "explanations": explanations}
    shipped, looks = _read_all(register, yearly=yearly, files=files)
    with store.write() as cursor:
        changed = load_register(cursor, register)
        if changed:
            note(cursor, "load", by=by, what=definitions.name, detail={"sha256": register.sha256})
        withdrawn = [file.name for file in shipped if _is_withdrawn(cursor, file)]
        _refuse_broken_rules(cursor, [file for file in shipped if file.name not in withdrawn])
        in_force = [file for file in shipped if file.name not in withdrawn]
        releases, found = _release_all(cursor, in_force, register=register, by=by)
        looks += found
        changed = changed or not all(release.already for release in releases) or not is_current(cursor)
        if demo:
            change_setting(cursor, "demo", "1")
        if changed:
            refresh(cursor)
    return Built(
        register=register,
        releases=releases,
        withdrawn=tuple(withdrawn),
        changed=changed,
        looks=tuple(looks),
    )


def refuse_mixing(store: Store, *, demo: bool) -> None:
    """Raises StoreError where made-up figures would go into a real database, or the other way round."""
    if demo and not store.is_demo() and store.rows("select 1 from release limit 1"):
        raise StoreError("这个数据库里是真实数据，不能写入演示数据；请另选一个数据库。")
    if store.is_demo() and not demo:
        raise StoreError("这是演示数据库，不能写入真实数据；请另选一个数据库。")


def _refuse_broken_rules(cursor: Cursor, files: Sequence[Shipped]) -> None:
    """Raises Refused where reports on tasks may not stand as they are."""
    problems: list[Problem] = []
    for file in files:
        if file.kind == "tasks" and same_file(cursor, kind=file.kind, file_hash=file.file_hash) is None:
            reports = [row for row in file.rows if isinstance(row, TaskReportRow)]
            problems += broken_rules(cursor, reports, name=file.name, without=_earlier_edition(cursor, file))
    if problems:
        raise Refused(tuple(problems))


def _read_all(
    register: Register, *, yearly: Path, files: Mapping[str, Path | None]
) -> tuple[list[Shipped], list[Problem]]:
    found: list[tuple[str, Path, Read]] = [("figures", path, read_tidy) for path in _yearly_files(yearly)]
    found += [(kind, path, _READERS[kind]) for kind, path in files.items() if path is not None]
    shipped: list[Shipped] = []
    problems: list[Problem] = []
    for kind, path, read in found:
        data = _bytes_of(path)
        file_hash = hashlib.sha256(data).hexdigest()
        if kind == "figures" and len(data) >= LARGE:
            shipped.append(Shipped(kind, path, file_hash))
            continue
        rows, wrong = read(data, name=path.name, register=register)
        problems += wrong
        shipped.append(Shipped(kind, path, file_hash, data, tuple(rows)))
    if any(problem.severity == STOP for problem in problems):
        raise Refused(tuple(problem for problem in problems if problem.severity == STOP))
    return shipped, [problem for problem in problems if problem.severity == LOOK]


def _yearly_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise _missing(f"找不到年度数据文件夹 {folder}，请检查路径。", folder)
    return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _missing(f"读不到文件 {path}，请检查路径。", path) from error


def _missing(message: str, path: Path) -> Refused:
    return Refused((Problem(STOP, where=path.name, found="", expected="", message=message),))


def _release_all(
    cursor: Cursor, files: Sequence[Shipped], *, register: Register, by: Person
) -> tuple[tuple[Release, ...], list[Problem]]:
    """Append every file, a large one as soon as it is read, and what to look at in those.

    Raises Refused with the problems of all large files at once; then the transaction ends with nothing.
    """
    releases, problems = [], []
    for file in files:
        data = _bytes_of(file.path) if file.data is None else file.data
        rows: Sequence[FactRow] | pa.Table = file.rows
        if file.data is None and same_file(cursor, kind=file.kind, file_hash=file.file_hash) is None:
            rows, found = read_large(data, name=file.name, register=register)
            problems += found
        releases.append(_release(cursor, file, rows, data=data, by=by))
    stops = tuple(problem for problem in problems if problem.severity == STOP)
    if stops:
        raise Refused(stops)
    return tuple(releases), problems


def _release(cursor: Cursor, file: Shipped, rows: Sequence[FactRow] | pa.Table, *, data: bytes, by: Person) -> Release:
    return append(
        cursor,
        kind=file.kind,
        rows=rows,
        file_name=file.name,
        data=data,
        by=by,
        note=_SHIPPED_NOTE,
        replaces=_earlier_edition(cursor, file),
    )


def _is_withdrawn(cursor: Cursor, file: Shipped) -> bool:
    """Whether somebody has withdrawn this very file, and nobody has published it again since."""
    found = cursor.execute(
        """
        select w.release from release r
        left join withdrawal w on w.release = r.release
        where r.kind = ? and r.file_hash = ?
        order by r.seq desc
        limit 1
        """,
        [file.kind, file.file_hash],
    ).fetchall()
    return bool(found) and found[0][0] is not None


def _earlier_edition(cursor: Cursor, file: Shipped) -> str | None:
    """The release in force of a file with this name, whatever it held."""
    found = cursor.execute(
        """
        select r.release from release r
        where r.kind = ? and r.file_name = ? and r.note = ?
          and not exists (select 1 from withdrawal w where w.release = r.release)
          and not exists (select 1 from release newer where newer.replaces = r.release)
        order by r.seq desc
        limit 1
        """,
        [file.kind, file.name, _SHIPPED_NOTE],
    ).fetchall()
    return str(found[0][0]) if found else None
