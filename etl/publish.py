"""The only writer of facts: releases go in, releases are withdrawn, nothing is ever changed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from etl.access import LOAD, WITHDRAW, Person, need
from etl.audit import note as note_in_audit
from etl.clock import china_now
from etl.facts import AssignedRow, ExplanationRow, FactRow, FigureRow, StatementRow, TaskReportRow
from etl.matters import is_closing, need_to_publish
from etl.packing import packed
from etl.refresh import refresh_touched
from etl.store import Cursor, Store, insert_rows, insert_table

_TABLES: dict[str, tuple[str, type]] = {
    "figures": ("figure", FigureRow),
    "assigned": ("assigned_value", AssignedRow),
    "statements": ("statement", StatementRow),
    "tasks": ("task_report", TaskReportRow),
    "explanations": ("explanation", ExplanationRow),
}


class UnknownRelease(ValueError):
    """No such release, or not one that can be withdrawn; str() is a Chinese sentence."""


@dataclass(frozen=True)
class Release:
    """One publication: the number people quote, what it holds, and whether it was there before."""

    release: str  # 'R0001'
    seq: int
    kind: str  # figures | assigned | statements | tasks | explanations
    file_name: str
    file_hash: str
    published_at: datetime
    rows: int
    already: bool  # the same file is in force already: nothing was changed
    replaces: str | None


def publish(
    store: Store,
    *,
    kind: str,
    rows: Iterable[FactRow],
    file_name: str,
    data: bytes,
    by: Person,
    note: str | None = None,
    at: datetime | None = None,
    replaces: str | None = None,
) -> Release:
    """Append `rows` as one release with the file they came from, and judge again, in one transaction.

    The same bytes of the same kind in force: nothing changes and the release there is comes back,
    `already` set. `replaces`: an earlier edition of the same file, out of force from now on.
    Raises NotAllowed where `by` may not publish them, StoreError when it cannot be written; then
    nothing is.
    """
    with store.write() as cursor:
        release = append(
            cursor,
            kind=kind,
            rows=list(rows),
            file_name=file_name,
            data=data,
            by=by,
            note=note,
            at=at,
            replaces=replaces,
        )
        if not release.already:
            refresh_touched(cursor, [release.release, *([replaces] if replaces else [])])
    return release


def withdraw(
    store: Store,
    release: str,
    *,
    by: Person,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Take a release out of force, as if it had never been published; it stays in the history.

    Raises NotAllowed where `by` may not withdraw, UnknownRelease when there is no such release, or
    it is out of force already.
    """
    need(by, WITHDRAW, where=release)
    with store.write() as cursor:
        known = cursor.execute("select 1 from release where release = ?", [release]).fetchall()
        if not known:
            raise UnknownRelease(f"没有编号为“{release}”的发布；用 releases 查看全部发布。")
        gone = cursor.execute("select 1 from withdrawal where release = ?", [release]).fetchall()
        if gone:
            raise UnknownRelease(f"{release} 已经撤回过了。")
        insert_rows(
            cursor,
            "withdrawal",
            [
                {
                    "release": release,
                    "withdrawn_at": at or china_now(),
                    "person": by.name or None,
                    "reason": reason,
                    "account": by.account,
                }
            ],
        )
        note_in_audit(cursor, "withdraw", by=by, what=release, detail={"reason": reason})
        refresh_touched(cursor, [release])


def append(
    cursor: Cursor,
    *,
    kind: str,
    rows: Sequence[FactRow] | pa.Table,
    file_name: str,
    data: bytes,
    by: Person,
    note: str | None = None,
    at: datetime | None = None,
    replaces: str | None = None,
    evidence: Mapping[str, bytes] | None = None,
    brought_by: Person | None = None,
) -> Release:
    """Append one release inside a writer's transaction; whoever calls this derives after.

    `evidence`: the files its rows name, kept byte for byte. `brought_by`: who had submitted what
    `by` now approves. A table of figures (etl/bulk.py) is for the machine's operator alone.
    Raises NotAllowed where `by` may not publish these rows.
    """
    if isinstance(rows, pa.Table):
        need(by, LOAD, where=file_name)
    else:
        need_to_publish(cursor, rows, by=by, brought_by=brought_by, where=file_name)
    table, row_type = _TABLES[kind]
    file_hash = hashlib.sha256(data).hexdigest()
    there = same_file(cursor, kind=kind, file_hash=file_hash)
    if there is not None:
        return there
    seq = cursor.execute("select coalesce(max(seq), 0) + 1 from release").fetchall()[0][0]
    release = Release(
        release=f"R{seq:04d}",
        seq=seq,
        kind=kind,
        file_name=file_name,
        file_hash=file_hash,
        published_at=at or china_now(),
        rows=len(rows),
        already=False,
        replaces=replaces,
    )
    hands = _hands(by, brought_by)
    insert_rows(cursor, "release", [{**asdict(release), **hands, "note": note, "row_count": release.rows}])
    stored, packing = packed(data)
    insert_rows(cursor, "original", [{"release": release.release, "bytes": stored, "packing": packing}])
    insert_rows(
        cursor,
        "evidence",
        [
            {
                "release": release.release,
                "file_name": name,
                "file_hash": hashlib.sha256(content).hexdigest(),
                "bytes": content,
            }
            for name, content in (evidence or {}).items()
        ],
    )
    if isinstance(rows, pa.Table):
        insert_table(cursor, table, rows, release=release.release, seq=seq)
        closing = False
    else:
        insert_rows(cursor, table, [_as_row(row, row_type, at, release) for at, row in enumerate(rows, 1)])
        closing = is_closing(rows)
    event = "approve" if brought_by else "close" if closing else "publish"
    detail = {"file": file_name, "sha256": file_hash, "kind": kind, "rows": len(rows), "note": note, **hands}
    note_in_audit(cursor, event, by=by, what=release.release, detail=detail)
    return release


def _hands(by: Person, brought_by: Person | None) -> dict[str, str | None]:
    """Who brought a release, and who approved it where that is another."""
    bringer = brought_by or by
    approver = by if brought_by else None
    return {
        "person": bringer.name or None,
        "account": bringer.account,
        "approved_by": approver.name if approver else None,
        "approved_account": approver.account if approver else None,
    }


def _as_row(row: FactRow, row_type: type, at: int, release: Release) -> dict[str, Any]:
    if not isinstance(row, row_type):
        raise TypeError(f"{release.kind} takes {row_type.__name__}, not {type(row).__name__}")
    return {**vars(row), "release": release.release, "seq": release.seq, "row_number": at}


def same_file(cursor: Cursor, *, kind: str, file_hash: str) -> Release | None:
    """The release in force of a file with this SHA-256, None where there is none."""
    found = cursor.execute(
        """
        select r.release, r.seq, r.file_name, r.published_at, r.replaces
        from release r
        where r.kind = ? and r.file_hash = ?
          and not exists (select 1 from withdrawal w where w.release = r.release)
          and not exists (select 1 from release newer where newer.replaces = r.release)
        order by r.seq
        """,
        [kind, file_hash],
    ).fetchall()
    if not found:
        return None
    release, seq, file_name, published_at, replaces = found[0]
    table = _TABLES[kind][0]
    counted = cursor.execute(f"select count(*) from {table} where release = ?", [release])
    return Release(
        release=release,
        seq=seq,
        kind=kind,
        file_name=file_name,
        file_hash=file_hash,
        published_at=published_at,
        rows=counted.fetchall()[0][0],
        already=True,
        replaces=replaces,
    )
