"""The audit log: everything that is done stands there, and a change or a cut shows."""

import argparse
import csv
import io
import json
from datetime import date, timedelta

import pytest

from etl.access import LOCAL, Grant, NotAllowed, Person, acts_of
from etl.audit import entries, head_of, note_alone, verify
from etl.audit_command import run_audit
from etl.checks import run_checks
from etl.clock import china_now
from etl.console import Console
from etl.facts import FigureRow
from etl.publish import publish, withdraw
from etl.recipes import forget
from etl.snapshots import keep
from etl.store import Store
from tests.conftest import SMALL, Run

CLERK = Person("张三", account="zhang@gov", grants=LOCAL.grants, origin="10.0.0.7")


@pytest.fixture
def log(store: Store) -> Store:
    """Five entries."""
    for number in range(5):
        note_alone(store, "export", by=CLERK, what=f"表{number}", detail={"number": number})
    return store


def test_an_entry_says_who_when_what_and_from_where(log: Store) -> None:
    newest = entries(log, by=LOCAL)[0]
    assert (newest.seq, newest.event, newest.account, newest.person) == (5, "export", "zhang@gov", "张三")
    assert (newest.origin, newest.what, newest.told) == ("10.0.0.7", "表4", {"number": 4})
    assert abs(newest.noted_at - china_now()) < timedelta(minutes=5)


def test_every_act_leaves_an_entry_in_the_same_transaction(small: Store) -> None:
    before = len(entries(small, by=LOCAL))
    row = FigureRow("C1", "pm25", 2031, 30.0, source="s")
    release = publish(small, kind="figures", rows=[row], file_name="f.csv", data=b"f", by=CLERK, note="首报").release
    publish(small, kind="figures", rows=[row], file_name="f.csv", data=b"f", by=CLERK)  # there already: nothing done
    withdraw(small, release, by=CLERK, reason="报错了")
    keep(small, {"choice": {"title": "t"}}, by=CLERK)
    forget(small, "shape", by=CLERK)
    done = list(reversed(entries(small, by=LOCAL)))[before:]
    assert [(entry.event, entry.what) for entry in done][:2] == [("publish", release), ("withdraw", release)]
    assert [entry.event for entry in done] == ["publish", "withdraw", "freeze", "forget"]
    assert (done[0].told["file"], done[0].told["rows"], done[0].told["note"]) == ("f.csv", 1, "首报")
    assert done[1].told == {"reason": "报错了"}
    assert verify(small) == []


def test_what_is_refused_and_what_fails_leaves_none(small: Store) -> None:
    before = head_of(small)
    with pytest.raises(NotAllowed):
        withdraw(small, "R0001", by=Person("某人", account="x"))
    with pytest.raises(TypeError):
        publish(small, kind="figures", rows=[object()], file_name="f", data=b"", by=CLERK)  # type: ignore[list-item]
    assert head_of(small) == before


def test_loading_the_shipped_files_is_on_record(small: Store) -> None:
    events = [entry.event for entry in entries(small, by=LOCAL)]
    assert events[-1] == "load"
    assert set(events) == {"load", "publish"}
    assert {entry.origin for entry in entries(small, by=LOCAL)} == {"命令行"}


@pytest.mark.parametrize("act", ["viewer", "editor", "approver"])
def test_only_administrators_read_it(log: Store, act: str) -> None:
    with pytest.raises(NotAllowed):
        entries(log, by=Person("某人", account="x", roles=(act,), grants=(Grant(acts_of(act, approval=True)),)))


def test_days_are_whole(log: Store) -> None:
    today = china_now().date()
    assert len(entries(log, by=LOCAL, since=today - timedelta(days=1), until=today)) == 5
    assert entries(log, by=LOCAL, until=date(2020, 1, 1)) == []
    assert [entry.seq for entry in entries(log, by=LOCAL, most=2)] == [5, 4]


# what was done to the log behind its back: a sentence, what was done, what must be said ----------------

TAMPERED = [
    ("another name", "update audit set person = '李四' where seq = 2", "第2条.*与它的SHA-256不符"),
    ("another day", "update audit set noted_at = noted_at - interval 1 day where seq = 3", "第3条.*不符"),
    ("another reason", "update audit set detail = '{}' where seq = 1", "第1条.*不符"),
    ("one taken out", "delete from audit where seq = 3", "第2条之后接着第4条"),
    ("the first cut off", "delete from audit where seq = 1", "第0条之后接着第2条"),
    ("the last cut off", "delete from audit where seq = 5", "末尾可能被截去"),
    ("all gone", "delete from audit", "末尾可能被截去"),
    ("one told twice", "insert into audit select * from audit where seq = 2", "缺失或重复"),
    ("the end forgotten", "delete from setting where name = 'audit_head'", "末尾的?与所记的不符|末尾与所记的不符"),
]


@pytest.mark.parametrize(("sentence", "tamper", "said"), TAMPERED, ids=[case[0] for case in TAMPERED])
def test_a_change_or_a_cut_shows(log: Store, sentence: str, tamper: str, said: str) -> None:
    assert verify(log) == []
    with log.write() as cursor:
        cursor.execute(tamper)
    import re

    assert re.search(said, "\n".join(verify(log))), sentence


def test_a_second_look_goes_on_where_the_first_ended(log: Store) -> None:
    looked = head_of(log)
    note_alone(log, "export", by=CLERK)
    note_alone(log, "export", by=CLERK)
    assert verify(log, after=looked) == []
    assert verify(log, after=head_of(log)) == []
    with log.write() as cursor:
        cursor.execute("update audit set person = '李四' where seq = 2")
    assert verify(log, after=looked) == []  # before it: a whole look finds it
    assert len(verify(log)) == 1
    with log.write() as cursor:
        cursor.execute("update audit set person = '李四' where seq = 7")
    assert "第7条" in verify(log, after=looked)[0]
    with log.write() as cursor:
        cursor.execute("delete from audit where seq = 5")
    assert f"没有先前记下的{looked}" in "".join(verify(log, after=looked))


def test_one_replaced_with_its_hash_made_anew_does_not_fit_the_next(log: Store) -> None:
    forged = next(entry for entry in entries(log, by=LOCAL) if entry.seq == 2)
    forged = type(forged)(**{**vars(forged), "person": "李四"})
    with log.write() as cursor:
        cursor.execute("update audit set person = '李四', sha256 = ? where seq = 2", [forged.hash_of_content()])
    assert verify(log) == ["操作记录第3条与它的前一条接不上，其中一条被换过。"]


def test_a_head_noted_elsewhere_finds_out_who_rewrote_everything(log: Store) -> None:
    noted = head_of(log)
    note_alone(log, "export", by=CLERK)
    assert verify(log, known=noted) == []
    with log.write() as cursor:
        cursor.execute("delete from audit")
        cursor.execute("delete from setting where name = 'audit_head'")
    for number in range(6):
        note_alone(log, "export", by=CLERK, what=f"另写{number}")
    assert verify(log) == []
    assert verify(log, known=noted) == [f"操作记录里没有先前记下的{noted}，这一段被改动或截去。"]


def test_a_backup_put_back_is_whole_goes_on_and_does_not_hide_what_came_after(run: Run) -> None:
    run("build", "--definitions", SMALL / "indicators.toml", "--yearly", SMALL / "yearly")
    assert run("backup", "monday.duckdb").returncode == 0
    monday = run("audit", "verify").stdout.strip()
    run("withdraw", "R0001", "--person", "张三", "--reason", "报错了")
    tuesday = run("audit", "verify").stdout.strip()
    assert run("restore", "monday.duckdb").returncode == 0
    assert run("audit", "verify", "--known", monday).returncode == 0
    gone = run("audit", "verify", "--known", tuesday)
    assert (gone.returncode, tuesday in gone.stderr) == (1, True)
    events = [row["event"] for row in csv.DictReader(io.StringIO(run("audit", "export").stdout))]
    assert events[-2:] == ["backup", "restore"]


def test_the_check_of_the_data_includes_the_chain(small: Store) -> None:
    assert run_checks(small) == []
    with small.write() as cursor:
        cursor.execute("update audit set person = '李四' where seq = 1")
    assert len(run_checks(small)) == 1
    assert "第1条" in run_checks(small)[0]


NAMES = [
    ("a formula", "=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
    ("a formula that begins otherwise", "@SUM(A1)", "'@SUM(A1)"),
    ("a formula in wide letters", "＝1+1", "'＝1+1"),
    ("a number written as text", "-12.5", "-12.5"),
    ("a dash alone", "-", "-"),
    ("a name", "张三", "张三"),
]


@pytest.mark.parametrize(("sentence", "person", "written"), NAMES, ids=[case[0] for case in NAMES])
def test_the_export_holds_no_formula_and_the_json_every_letter(
    store: Store, sentence: str, person: str, written: str
) -> None:
    note_alone(store, "export", by=Person(person, account="x"), what="表")
    row = next(csv.DictReader(io.StringIO(export(store, "csv"))))
    assert row["person"] == written, sentence
    assert json.loads(export(store, "json"))[0]["person"] == person


def export(store: Store, form: str) -> str:
    out = io.StringIO()
    arguments = argparse.Namespace(action="export", format=form, since=None, until=None)
    assert run_audit(arguments, store, Console(out, io.StringIO())) == 0
    return out.getvalue()


def test_an_entry_holds_no_more_than_text(log: Store) -> None:
    assert all(isinstance(json.loads(entry.detail), dict) for entry in entries(log, by=LOCAL))
