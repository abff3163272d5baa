"""Uploads that are not finished: file and answers, so that a reloaded page goes on where it was."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from etl.access import UPLOAD, NotAllowed, Person, need
from etl.clock import china_now
from etl.store import Store, insert_rows

_KEPT_DAYS = 14
_MOST = 40  # of one account


@dataclass(frozen=True)
class Draft:
    """One unfinished upload. `draft` is its number, hard to guess, fit for an address."""

    draft: str
    file_name: str
    data: bytes
    answers: dict[str, str]
    person: str | None
    note: str | None
    saved_at: datetime


def save_draft(
    store: Store,
    *,
    file_name: str,
    data: bytes,
    answers: Mapping[str, str],
    by: Person,
    note: str | None = None,
    draft: str | None = None,
) -> str:
    """Keep an upload under `draft`, a new number where none is given; drafts long left alone go.

    Raises NotAllowed where `by` may not upload, or the draft is another person's.
    """
    need(by, UPLOAD)
    draft = draft or secrets.token_urlsafe(9)
    with store.write() as cursor:
        whose = cursor.execute("select coalesce(account, '') from draft where draft = ?", [draft]).fetchall()
        if whose and whose[0][0] != by.account:
            raise NotAllowed("这份未完成的上报是别人的。")
        cursor.execute(
            "delete from draft where draft = ? or saved_at < ?", [draft, china_now() - timedelta(days=_KEPT_DAYS)]
        )
        cursor.execute(
            "delete from draft where draft in (select draft from draft where coalesce(account, '') = ? "
            "order by saved_at desc limit 1000 offset ?)",
            [by.account, _MOST - 1],
        )
        row = {
            "draft": draft,
            "file_name": file_name,
            "bytes": data,
            "answers": json.dumps(dict(answers), ensure_ascii=False),
            "person": by.name or None,
            "note": note,
            "saved_at": china_now(),
            "account": by.account,
        }
        insert_rows(cursor, "draft", [row])
    return draft


def load_draft(store: Store, draft: str, *, by: Person) -> Draft | None:
    """The upload that `by` has kept under `draft`, None where there is none (any more) or it is another's."""
    found = store.rows(
        "select draft, file_name, bytes, answers, person, note, saved_at from draft "
        "where draft = ? and coalesce(account, '') = ?",
        [draft, by.account],
    )
    if not found:
        return None
    number, file_name, data, answers, person, note, saved_at = found[0]
    return Draft(number, file_name, bytes(data), json.loads(answers), person, note, saved_at)


def drop_draft(store: Store, draft: str, *, by: Person) -> None:
    """Forget an upload of `by` that was published or given up."""
    with store.write() as cursor:
        cursor.execute("delete from draft where draft = ? and coalesce(account, '') = ?", [draft, by.account])
