"""The list of snapshots: records go in once and stay; who froze one and when stands here, never in it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from etl.publish import china_now
from etl.store import Store, insert_rows


class UnknownSnapshot(ValueError):
    """No snapshot has this id; str() is a Chinese sentence."""


@dataclass(frozen=True)
class Kept:
    """One line of the list."""

    snapshot: str
    sha256: str
    title: str
    frozen_at: datetime
    person: str


def keep(
    store: Store,
    *,
    snapshot: str,
    sha256: str,
    content: bytes,
    title: str,
    person: str = "",
    at: datetime | None = None,
) -> bool:
    """Append a record (its canonical bytes) under its id; False when it is there already.

    Raises ValueError when `sha256` is not the hash of `content`, StoreError when it cannot be written.
    """
    if (
        hashlib.sha256(content).hexdigest() != sha256
        or not snapshot.startswith("S")
        or not sha256.startswith(snapshot[1:])
    ):
        raise ValueError("the id is not the hash of the content")
    with store.write() as cursor:
        if cursor.execute("select 1 from snapshot where sha256 = ?", [sha256]).fetchall():
            return False
        row = {
            "snapshot": snapshot, "sha256": sha256, "record": content.decode("utf-8"),
            "title": title, "frozen_at": at or china_now(), "person": person,
        }  # fmt: skip
        insert_rows(cursor, "snapshot", [row])
    return True


def listing(store: Store) -> list[Kept]:
    """Every snapshot kept, the newest first."""
    rows = store.rows(
        "select snapshot, sha256, title, frozen_at, person from snapshot order by frozen_at desc, snapshot"
    )
    return [Kept(*row) for row in rows]


def load(store: Store, snapshot: str) -> dict[str, Any]:
    """The record kept under an id. Raises UnknownSnapshot, and ValueError when it was altered in the database."""
    found = store.rows("select sha256, record from snapshot where snapshot = ?", [snapshot])
    if not found:
        raise UnknownSnapshot(f"没有编号为 {snapshot} 的快照。")
    sha256, content = found[0]
    if hashlib.sha256(content.encode("utf-8")).hexdigest() != sha256:
        raise ValueError(f"快照 {snapshot} 的内容与它的SHA-256不符，数据库被改动过。")
    record: dict[str, Any] = json.loads(content)
    return record
