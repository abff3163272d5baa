"""The list of snapshots: records go in once and stay; who froze one and when stands here, never in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from etl.access import FREEZE, Person, need
from etl.audit import note
from etl.clock import china_now
from etl.freeze import title_of
from etl.record import canonical, identity_of
from etl.store import Store, insert_rows


class UnknownSnapshot(ValueError):
    """No snapshot has this id; str() is a Chinese sentence."""


class AlteredSnapshot(ValueError):
    """A record in the database is not what its hash says; str() is a Chinese sentence."""


@dataclass(frozen=True)
class Kept:
    """One line of the list."""

    snapshot: str
    sha256: str
    title: str
    frozen_at: datetime
    person: str


def keep(store: Store, record: Mapping[str, Any], *, by: Person, at: datetime | None = None) -> str:
    """Append a record and give its id; the same record again changes nothing.

    Raises NotAllowed where `by` may not freeze, StoreError when it cannot be written.
    """
    need(by, FREEZE)
    content = canonical(record)
    snapshot, sha256 = identity_of(content)
    with store.write() as cursor:
        if not cursor.execute("select 1 from snapshot where sha256 = ?", [sha256]).fetchall():
            row = {
                "snapshot": snapshot, "sha256": sha256, "record": content.decode("utf-8"),
                "title": title_of(record), "frozen_at": at or china_now(), "person": by.name,
                "account": by.account,
            }  # fmt: skip
            insert_rows(cursor, "snapshot", [row])
            note(cursor, "freeze", by=by, what=snapshot, detail={"sha256": sha256, "title": row["title"]})
    return snapshot


def listing(store: Store) -> list[Kept]:
    """Every snapshot kept, the newest first."""
    rows = store.rows(
        "select snapshot, sha256, title, frozen_at, person from snapshot order by frozen_at desc, snapshot"
    )
    return [Kept(*row) for row in rows]


def load(store: Store, snapshot: str) -> dict[str, Any]:
    """The record kept under an id. Raises UnknownSnapshot or AlteredSnapshot."""
    found = store.rows("select sha256, record from snapshot where snapshot = ?", [snapshot])
    if not found:
        raise UnknownSnapshot(f"没有编号为 {snapshot} 的快照。")
    sha256, content = found[0]
    if identity_of(content.encode("utf-8"))[1] != sha256:
        raise AlteredSnapshot(f"快照 {snapshot} 的内容与它的SHA-256不符，数据库被改动过。")
    record: dict[str, Any] = json.loads(content)
    return record
