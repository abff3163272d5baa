"""Who did what, when and from where: entries are appended in the transaction of the act, never changed.

Each entry holds the hash of the one before it, so that a change or a cut inside shows. The last
hash stands in `setting` as well and goes into the log of the server: who cuts off the end and
rewrites both is found out by any hash that was noted elsewhere (`verify`, `known`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from etl.access import AUDIT, Person, need
from etl.clock import china_now
from etl.record import canonical
from etl.store import Cursor, Store, change_setting, insert_rows, setting

_HEAD = "audit_head"
_AT_ONCE = 10_000  # entries in memory while the chain is walked
_COLUMNS = ("seq", "noted_at", "event", "account", "person", "origin", "what", "detail", "previous")


@dataclass(frozen=True)
class Entry:
    """One thing that was done. `event` as in words.toml; `what` names it: a release, a snapshot, a page."""

    seq: int
    noted_at: datetime
    event: str
    account: str
    person: str
    origin: str
    what: str
    detail: str  # JSON
    previous: str
    sha256: str

    def hash_of_content(self) -> str:
        """What `sha256` must be."""
        content = {name: getattr(self, name) for name in _COLUMNS}
        return hashlib.sha256(canonical({**content, "noted_at": self.noted_at.isoformat()})).hexdigest()

    @property
    def told(self) -> dict[str, Any]:
        """The detail as a mapping."""
        found: dict[str, Any] = json.loads(self.detail)
        return found


def note(cursor: Cursor, event: str, *, by: Person, what: str = "", detail: Mapping[str, Any] | None = None) -> Entry:
    """Append what was done, inside the transaction that does it."""
    head = _head(cursor)
    entry = Entry(
        seq=head[0] + 1, noted_at=china_now(), event=event, account=by.account, person=by.name, origin=by.origin, what=what,
        detail=json.dumps(dict(detail or {}), ensure_ascii=False, sort_keys=True, default=str),
        previous=head[1], sha256="",
    )  # fmt: skip
    kept = {**vars(entry), "sha256": entry.hash_of_content()}
    insert_rows(cursor, "audit", [kept])
    change_setting(cursor, _HEAD, f"{kept['seq']}:{kept['sha256']}")
    return Entry(**kept)


def note_alone(
    store: Store, event: str, *, by: Person, what: str = "", detail: Mapping[str, Any] | None = None
) -> Entry:
    """Append what was done beside the database: a sign-in, a download."""
    with store.write() as cursor:
        return note(cursor, event, by=by, what=what, detail=detail)


def entries(
    store: Store, *, by: Person, since: date | None = None, until: date | None = None, most: int | None = None
) -> list[Entry]:
    """The entries of some days, newest first. Raises NotAllowed."""
    need(by, AUDIT)
    found = store.rows(
        f"select {', '.join(_COLUMNS)}, sha256 from audit where (? is null or noted_at >= cast(? as date)) "
        "and (? is null or noted_at < cast(? as date) + interval 1 day) order by seq desc limit ?",
        [since, since, until, until, most if most is not None else 2**62],
    )
    return [Entry(*row) for row in found]


def last_of(store: Store, event: str) -> Entry | None:
    """The last entry of an event, None where there is none: for the machine itself, which asks nobody."""
    found = store.rows(
        f"select {', '.join(_COLUMNS)}, sha256 from audit where event = ? order by seq desc limit 1", [event]
    )
    return Entry(*found[0]) if found else None


def head_of(store: Store) -> str:
    """Number and hash of the last entry, NUMBER:HASH, to be noted elsewhere; "" where there is none."""
    with store.reading() as cursor:
        return setting(cursor, _HEAD) or ""


def verify(store: Store, *, known: str = "", after: str = "") -> list[str]:
    """Everything that is wrong with the chain, a sentence each; empty is good.

    `known`: a head (NUMBER:HASH) that was noted earlier and must still be in the chain. `after`: the
    head that a former look ended with; only that entry and what follows it is looked at.
    """
    number, previous = (int(after.partition(":")[0]) - 1, None) if after else (0, "")
    missing, last = {head for head in (known, after) if head}, ""
    wrong: list[str] = []
    with store.reading() as cursor:
        cursor.begin()  # one state of both
        head = setting(cursor, _HEAD) or ""
        cursor.execute(f"select {', '.join(_COLUMNS)}, sha256 from audit where seq > ? order by seq, sha256", [number])
        while rows := cursor.fetchmany(_AT_ONCE):
            for entry in (Entry(*row) for row in rows):
                wrong += _breaks(entry, number=number, previous=previous)
                number, previous, last = entry.seq, entry.sha256, f"{entry.seq}:{entry.sha256}"
                missing.discard(last)
        cursor.rollback()
    if head != last:
        wrong.append(f"操作记录的末尾与所记的不符：应为{head or '空'}，现为{last or '空'}，末尾可能被截去。")
    wrong += [f"操作记录里没有先前记下的{each}，这一段被改动或截去。" for each in sorted(missing)]
    return wrong


def _breaks(entry: Entry, *, number: int, previous: str | None) -> Iterator[str]:
    """What is wrong with an entry that follows the one of this number and hash; None: whichever it is."""
    if entry.seq != number + 1:
        yield f"操作记录第{number}条之后接着第{entry.seq}条，中间有缺失或重复。"
    elif previous is not None and entry.previous != previous:
        yield f"操作记录第{entry.seq}条与它的前一条接不上，其中一条被换过。"
    if entry.hash_of_content() != entry.sha256:
        yield f"操作记录第{entry.seq}条（{entry.noted_at:%Y-%m-%d %H:%M}）的内容与它的SHA-256不符，被改动过。"


def _head(cursor: Cursor) -> tuple[int, str]:
    number, _, digest = (setting(cursor, _HEAD) or "0:").partition(":")
    return int(number), digest
