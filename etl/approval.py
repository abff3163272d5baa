"""What waits for another person: an upload is submitted, then published or sent back, or taken back by whoever brought it.

Nothing of it counts before it is published; who published it is never who brought it. Submissions
and what became of them are only ever appended.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from etl.access import APPROVE, PUBLISH, NotAllowed, Person, may, need, same_person
from etl.audit import note as note_in_audit
from etl.clock import china_now
from etl.facts import FactRow
from etl.intake import Intake, publish_file, put_into_force, read_file, why_not_ready
from etl.matters import is_closing, need_to_bring, need_to_publish
from etl.problem import STOP, Problem, Refused
from etl.publish import Release, same_file
from etl.recognise.grid import shown_name
from etl.store import Cursor, Store, insert_rows

PUBLISHED, SENT_BACK, TAKEN_BACK = "published", "sent_back", "taken_back"


class UnknownSubmission(ValueError):
    """No such submission for this person; str() is a Chinese sentence."""


@dataclass(frozen=True)
class Submission:
    """One upload that was submitted. `outcome` is "" while it waits."""

    submission: str  # 'U0001'
    kind: str
    file_name: str
    brought_by: Person
    submitted_at: datetime
    note: str = ""
    outcome: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    reason: str = ""
    release: str = ""

    @property
    def waits(self) -> bool:
        return not self.outcome


@dataclass(frozen=True)
class Content:
    """What was submitted, byte for byte, with the answers that were given."""

    data: bytes
    answers: Mapping[str, str]
    evidence: Mapping[str, bytes] = field(default_factory=dict)


def hand_in(
    store: Store,
    intake: Intake,
    *,
    data: bytes,
    name: str,
    by: Person,
    answers: Mapping[str, str] | None = None,
    note: str | None = None,
    rehearsed: int | None = None,
) -> Release | Submission:
    """Publish a file where `by` may do that himself, else submit it to another.

    Closing and verifying are acts of their own: they never wait. Raises Refused, StoreError.
    """
    if not submits(by, intake.rows):
        return publish_file(store, intake, data=data, name=name, by=by, note=note, rehearsed=rehearsed)
    return submit(store, intake, data=data, name=name, by=by, answers=answers, note=note)


def submits(by: Person, rows: Sequence[FactRow]) -> bool:
    """Whether what `by` brings waits for another: closing never does, nor what he may publish himself."""
    return not is_closing(rows) and bool(may(by, PUBLISH))


def why_not_hand_in(store: Store, intake: Intake, *, by: Person, brought_by: Person | None = None) -> str:
    """Why `by` may neither publish nor submit what a file says, a sentence; "" where he may.

    `brought_by`: who had submitted what `by` is to approve.
    """
    with store.reading() as cursor:
        try:
            if brought_by is None and submits(by, intake.rows):
                need_to_bring(cursor, intake.rows, by=by, where=intake.name)
            else:
                need_to_publish(cursor, intake.rows, by=by, brought_by=brought_by, where=intake.name)
        except NotAllowed as refused:
            return refused.problems[0].message
    return ""


def submit(
    store: Store,
    intake: Intake,
    *,
    data: bytes,
    name: str,
    by: Person,
    answers: Mapping[str, str] | None = None,
    note: str | None = None,
) -> Submission:
    """Lay a file that was read and is ready before whoever approves.

    Raises Refused where it is not ready, is in force or waits already, or `by` may not bring it.
    """
    if not intake.ready:
        raise Refused(why_not_ready(intake))
    file_hash = _hash(data)
    shown = shown_name(name)
    with store.write() as cursor:
        need_to_bring(cursor, intake.rows, by=by, where=shown)
        _refuse_second(cursor, kind=intake.kind, file_hash=file_hash, name=shown)
        seq = cursor.execute("select coalesce(max(seq), 0) + 1 from submission").fetchall()[0][0]
        number = f"U{seq:04d}"
        row = {
            "submission": number, "seq": seq, "kind": intake.kind, "file_name": shown, "file_hash": file_hash,
            "bytes": data, "answers": json.dumps(dict(answers or {}), ensure_ascii=False),
            "note": note, "person": by.name, "account": by.account, "submitted_at": china_now(),
        }  # fmt: skip
        insert_rows(cursor, "submission", [row])
        insert_rows(
            cursor,
            "submission_evidence",
            [
                {
                    "submission": number,
                    "file_name": file_name,
                    "file_hash": _hash(content),
                    "bytes": content,
                }
                for file_name, content in intake.evidence.items()
            ],
        )
        detail = {"file": shown, "sha256": file_hash, "kind": intake.kind, "rows": len(intake.rows), "note": note}
        note_in_audit(cursor, "submit", by=by, what=number, detail=detail)
    return Submission(number, intake.kind, shown, by, row["submitted_at"], note or "")


def submissions(store: Store, *, by: Person) -> list[Submission]:
    """What `by` may see, newest first: everything where he approves, else what he submitted himself."""
    every = not may(by, APPROVE)
    with store.reading() as cursor:
        found = _listed(cursor)
    return [each for each in found if every or same_person(each.brought_by, by)]


def content_of(store: Store, submission: str, *, by: Person) -> Content:
    """What was submitted. Raises UnknownSubmission where there is none that `by` may see."""
    _find(store, submission, by=by)
    return _content(store, submission)


def _content(store: Store, submission: str) -> Content:
    (row,) = store.rows("select bytes, answers from submission where submission = ?", [submission])
    evidence = store.rows("select file_name, bytes from submission_evidence where submission = ?", [submission])
    return Content(bytes(row[0]), json.loads(row[1]), {file_name: bytes(content) for file_name, content in evidence})


def read_submission(store: Store, submission: str, *, by: Person) -> Intake:
    """What it says, read with the register and the figures of this moment. Raises UnknownSubmission."""
    return _read(store, _find(store, submission, by=by), _content(store, submission))


def _read(store: Store, found: Submission, content: Content) -> Intake:
    return read_file(
        store,
        content.data,
        name=found.file_name,
        answers=content.answers,
        evidence=content.evidence,
        by=found.brought_by,
    )


def approve(store: Store, submission: str, *, by: Person, rehearsed: int | None = None) -> Release:
    """Publish what another submitted, in one transaction with the note that it was.

    `rehearsed`: the version of the data that the approver saw it against. Raises Refused,
    UnknownSubmission, StoreError; then it waits on.
    """
    found = _find(store, submission, by=by)
    content = _content(store, submission)
    intake = _read(store, found, content)
    with store.write() as cursor:
        _need_waiting(cursor, submission)
        _refuse_in_force(cursor, kind=found.kind, file_hash=_hash(content.data), name=found.file_name)
        release = put_into_force(
            cursor, store, intake, data=content.data, name=found.file_name, by=by, note=found.note or None,
            rehearsed=rehearsed, brought_by=found.brought_by,
        )  # fmt: skip
        _end(cursor, submission, PUBLISHED, by=by, release=release.release)
    return release


def send_back(store: Store, submission: str, *, by: Person, reason: str) -> None:
    """Give it back to whoever submitted it, with the reason; to whoever may approve it. Raises Refused, UnknownSubmission."""
    need(by, APPROVE, where=submission)
    found = _find(store, submission, by=by)
    if same_person(found.brought_by, by):
        raise NotAllowed("自己送审的内容请用“收回”。", where=submission)
    if not reason.strip():
        raise Refused((Problem(STOP, submission, "", "退回的原因", "请写明退回的原因。"),))
    rows = _read(store, found, _content(store, submission)).rows
    with store.write() as cursor:
        _need_waiting(cursor, submission)
        need_to_publish(cursor, rows, by=by, brought_by=found.brought_by, where=submission)
        _end(cursor, submission, SENT_BACK, by=by, reason=reason.strip())
        note_in_audit(cursor, "send_back", by=by, what=submission, detail={"reason": reason.strip()})


def take_back(store: Store, submission: str, *, by: Person) -> None:
    """Let go of what one submitted oneself. Raises Refused, UnknownSubmission."""
    found = _find(store, submission, by=by)
    if not same_person(found.brought_by, by):
        raise NotAllowed("只有送审的本人能收回。", where=submission)
    with store.write() as cursor:
        _need_waiting(cursor, submission)
        _end(cursor, submission, TAKEN_BACK, by=by)
        note_in_audit(cursor, "take_back", by=by, what=submission)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _find(store: Store, submission: str, *, by: Person) -> Submission:
    found = [each for each in submissions(store, by=by) if each.submission == submission]
    if not found:
        raise UnknownSubmission(f"没有编号为“{submission}”的送审，或不归您办理。")
    return found[0]


def _listed(cursor: Cursor) -> list[Submission]:
    rows = cursor.execute(
        """
        select s.submission, s.kind, s.file_name, s.person, s.account, s.submitted_at, s.note,
            e.outcome, e.ended_at, e.person, e.reason, e.release
        from submission s left join submission_end e on e.submission = s.submission
        order by s.seq desc
        """
    ).fetchall()
    return [
        Submission(
            number, kind, file_name, Person(person or "", account=account or ""), submitted_at, note or "",
            outcome or "", ended_at, ended_by or "", reason or "", release or "",
        )
        for number, kind, file_name, person, account, submitted_at, note, outcome, ended_at, ended_by, reason, release
        in rows
    ]  # fmt: skip


def _refuse_in_force(cursor: Cursor, *, kind: str, file_hash: str, name: str) -> None:
    there = same_file(cursor, kind=kind, file_hash=file_hash)
    if there is not None:
        message = f"这个文件已经发布过（{there.release}），不必再送审；已送审的可以收回或退回。"
        raise Refused((Problem(STOP, name, there.release, "", message),))


def _refuse_second(cursor: Cursor, *, kind: str, file_hash: str, name: str) -> None:
    _refuse_in_force(cursor, kind=kind, file_hash=file_hash, name=name)
    waiting = cursor.execute(
        "select submission from submission s where kind = ? and file_hash = ? "
        "and not exists (select 1 from submission_end e where e.submission = s.submission)",
        [kind, file_hash],
    ).fetchall()
    if waiting:
        number = waiting[0][0]
        raise Refused((Problem(STOP, name, number, "", f"这个文件已经送审（{number}），正在等待审核。"),))


def _need_waiting(cursor: Cursor, submission: str) -> None:
    ended = cursor.execute("select outcome from submission_end where submission = ?", [submission]).fetchall()
    if ended:
        raise Refused((Problem(STOP, submission, ended[0][0], "", f"{submission} 已经办结，请刷新页面。"),))


def _end(
    cursor: Cursor, submission: str, outcome: str, *, by: Person, reason: str | None = None, release: str | None = None
) -> None:
    row = {
        "submission": submission, "ended_at": china_now(), "outcome": outcome, "person": by.name,
        "account": by.account, "reason": reason, "release": release,
    }  # fmt: skip
    insert_rows(cursor, "submission_end", [row])
