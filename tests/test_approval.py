"""What an editor brings waits for another person: seen in full, published or sent back; nobody approves his own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from etl.access import APPROVER, EDITOR, LOCAL, NotAllowed, Person
from etl.approval import (
    Submission,
    UnknownSubmission,
    approve,
    content_of,
    hand_in,
    read_submission,
    send_back,
    submissions,
    submit,
    take_back,
    why_not_hand_in,
)
from etl.audit import entries, verify
from etl.checks import run_checks
from etl.intake import publish_file, read_file, rehearse_file
from etl.problem import Refused
from etl.publish import Release
from etl.store import Store
from tests.test_access import TIDY, with_role
from tests.test_tasks import file_of, report

CLERK = with_role(EDITOR, places=("P",), account="zhang@gov")
CHIEF = with_role(APPROVER, account="li@gov")


def handed_in(
    store: Store, by: Person, data: bytes = TIDY, name: str = "f.csv", **more: object
) -> Release | Submission:
    intake = read_file(store, data, name=name, by=by)
    return hand_in(store, intake, data=data, name=name, by=by, **more)


def waiting(store: Store, by: Person = CLERK) -> str:
    found = handed_in(store, by)
    assert isinstance(found, Submission)
    return found.submission


def value(store: Store) -> list[tuple]:
    return store.rows("select value from figure_now where place = 'C1' and year = 2031")


def test_what_waits_counts_nowhere_and_is_published_by_another(small: Store) -> None:
    before = small.version()
    number = waiting(small)
    assert (number, value(small), small.version()) == ("U0001", [], before)
    release = approve(small, number, by=CHIEF)
    assert value(small) == [(30.0,)]
    assert small.rows(
        "select person, account, approved_by, approved_account from release where release = ?", [release.release]
    ) == [(CLERK.name, "zhang@gov", CHIEF.name, "li@gov")]
    (done,) = submissions(small, by=CHIEF)
    assert (done.outcome, done.release, done.ended_by) == ("published", release.release, CHIEF.name)
    assert run_checks(small) == []


def test_the_approver_sees_what_the_clerk_saw(small: Store) -> None:
    shown = rehearse_file(small, read_file(small, TIDY, name="f.csv", by=CLERK))
    number = waiting(small)
    intake = read_submission(small, number, by=CHIEF)
    assert intake.ready
    assert rehearse_file(small, intake) == shown
    assert content_of(small, number, by=CHIEF).data == TIDY


def test_nobody_approves_his_own_whatever_else_he_may(small: Store) -> None:
    both = Person("双", account="s@gov", roles=(EDITOR, APPROVER), grants=(*CLERK.grants, *CHIEF.grants))
    number = waiting(small, both)
    with pytest.raises(NotAllowed, match="不能审核自己送审的内容"):
        approve(small, number, by=both)
    with pytest.raises(NotAllowed, match="收回"):
        send_back(small, number, by=both, reason="x")
    assert approve(small, number, by=CHIEF).release


def test_an_approver_keeps_to_his_places(small: Store) -> None:
    number = waiting(small)
    with pytest.raises(NotAllowed, match=r"乙市.*不在您负责的地区和单位之内，不能审核发布"):
        approve(small, number, by=with_role(APPROVER, places=("C2",)))
    assert submissions(small, by=CHIEF)[0].waits


def test_an_approver_sends_back_nothing_of_other_places(small: Store) -> None:
    number = waiting(small)
    elsewhere = with_role(APPROVER, places=("C2",), account="elsewhere@gov")
    with pytest.raises(NotAllowed, match=r"乙市.*不在您负责的地区"):
        send_back(small, number, by=elsewhere, reason="不清楚")
    assert submissions(small, by=CHIEF)[0].waits


def test_whoever_may_not_is_told_before_he_presses(small: Store) -> None:
    intake = read_file(small, TIDY, name="f.csv", by=CLERK)
    assert why_not_hand_in(small, intake, by=CLERK) == ""
    assert "乙市" in why_not_hand_in(small, intake, by=with_role(EDITOR, places=("C2",)))
    assert "不能上报数据" in why_not_hand_in(small, intake, by=CHIEF)
    assert why_not_hand_in(small, intake, by=CHIEF, brought_by=CLERK) == ""
    assert "不能审核自己送审的内容" in why_not_hand_in(small, intake, by=CLERK, brought_by=CLERK)
    assert why_not_hand_in(small, intake, by=LOCAL) == ""


def test_of_two_approvers_at_once_one_publishes_and_the_other_is_told(small: Store) -> None:
    number = waiting(small)
    chiefs = [with_role(APPROVER, account=f"{each}@gov") for each in ("one", "other")]
    begin = threading.Barrier(len(chiefs))

    def press(by: Person) -> Release | Refused:
        begin.wait()
        try:
            return approve(small, number, by=by)
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(chiefs)) as hands:
        done = list(hands.map(press, chiefs))
    assert sorted(isinstance(each, Release) for each in done) == [False, True]
    assert "已经办结" in next(str(each) for each in done if isinstance(each, Refused))
    assert small.rows("select count(*) from submission_end") == [(1,)]
    assert len(value(small)) == 1


def test_what_was_published_meanwhile_is_not_approved_again(small: Store) -> None:
    number = waiting(small)
    release = publish_file(small, read_file(small, TIDY, name="f.csv"), data=TIDY, name="f.csv", by=LOCAL)
    with pytest.raises(Refused, match=f"已经发布过（{release.release}）"):
        approve(small, number, by=CHIEF)
    assert submissions(small, by=CHIEF)[0].waits


def test_sent_back_with_a_reason_it_can_be_submitted_again(small: Store) -> None:
    number = waiting(small)
    with pytest.raises(Refused, match="请写明退回的原因"):
        send_back(small, number, by=CHIEF, reason=" ")
    send_back(small, number, by=CHIEF, reason="缺来源")
    (mine,) = submissions(small, by=CLERK)
    assert (mine.outcome, mine.reason, mine.ended_by, mine.waits) == ("sent_back", "缺来源", CHIEF.name, False)
    with pytest.raises(Refused, match="已经办结"):
        approve(small, number, by=CHIEF)
    assert waiting(small) == "U0002"


def test_whoever_brought_it_can_take_it_back_and_nobody_else(small: Store) -> None:
    number = waiting(small)
    with pytest.raises(NotAllowed, match="本人"):
        take_back(small, number, by=CHIEF)
    take_back(small, number, by=CLERK)
    assert submissions(small, by=CLERK)[0].outcome == "taken_back"
    with pytest.raises(Refused, match="已经办结"):
        send_back(small, number, by=CHIEF, reason="x")


def test_another_clerk_sees_nothing_of_it(small: Store) -> None:
    number = waiting(small)
    other = with_role(EDITOR, account="wang@gov")
    assert submissions(small, by=other) == []
    for look in (content_of, read_submission, take_back):
        with pytest.raises(UnknownSubmission, match="不归您办理"):
            look(small, number, by=other)


def test_the_same_file_waits_once_and_not_beside_its_release(small: Store) -> None:
    number = waiting(small)
    with pytest.raises(Refused, match=r"已经送审（U0001）"):
        waiting(small)
    approve(small, number, by=CHIEF)
    with pytest.raises(Refused, match="已经发布过"):
        waiting(small)


def test_who_was_overtaken_is_told_and_it_waits_on(small: Store) -> None:
    number, seen = waiting(small), small.version()
    other = TIDY.replace(b"2031", b"2032")
    publish_file(small, read_file(small, other, name="g.csv"), data=other, name="g.csv", by=LOCAL)
    with pytest.raises(Refused, match="请重新预演"):
        approve(small, number, by=CHIEF, rehearsed=seen)
    assert submissions(small, by=CHIEF)[0].waits
    assert approve(small, number, by=CHIEF, rehearsed=small.version())


def test_a_report_waits_with_its_evidence(small: Store) -> None:
    data = file_of(report(on="2018-06-20", unit="env", person=CLERK.name, evidence_file="证明.txt"))
    intake = read_file(small, data, name="t.csv", evidence={"证明.txt": b"proof"}, by=CLERK)
    found = hand_in(small, intake, data=data, name="t.csv", by=CLERK)
    assert isinstance(found, Submission)
    assert content_of(small, found.submission, by=CHIEF).evidence == {"证明.txt": b"proof"}
    release = approve(small, found.submission, by=CHIEF)
    assert small.rows("select bytes from evidence where release = ?", [release.release]) == [(b"proof",)]


def test_closing_is_the_approvers_own_act_and_never_waits(small: Store) -> None:
    done = file_of(report(on="2018-06-20", unit="env", person=CLERK.name))
    approve(small, handed_in(small, CLERK, done, "t.csv").submission, by=CHIEF)  # type: ignore[union-attr]
    closing = file_of(report(state="closed", on="2018-08-01", unit="省发展改革委", person=CHIEF.name, basis="验收报告"))
    with pytest.raises(NotAllowed, match="不能销号或复核"):
        handed_in(small, CLERK, closing, "c.csv")
    with pytest.raises(NotAllowed, match="审批人自己的行为"):
        submit(small, read_file(small, closing, name="c.csv"), data=closing, name="c.csv", by=CLERK)
    assert isinstance(handed_in(small, CHIEF, closing, "c.csv"), Release)


def test_without_approval_an_editor_publishes_at_once(small: Store) -> None:
    assert isinstance(handed_in(small, with_role(EDITOR, places=("C1",), approval=False)), Release)


def test_the_local_user_publishes_at_once(small: Store) -> None:
    assert isinstance(handed_in(small, LOCAL), Release)


def test_every_step_is_on_record(small: Store) -> None:
    before = len(entries(small, by=LOCAL))
    send_back(small, waiting(small), by=CHIEF, reason="缺来源")
    take_back(small, waiting(small), by=CLERK)
    approve(small, waiting(small), by=CHIEF)
    done = list(reversed(entries(small, by=LOCAL)))[before:]
    assert [(entry.event, entry.account) for entry in done] == [
        ("submit", "zhang@gov"), ("send_back", "li@gov"),
        ("submit", "zhang@gov"), ("take_back", "zhang@gov"),
        ("submit", "zhang@gov"), ("approve", "li@gov"),
    ]  # fmt: skip
    assert done[-1].told["person"] == CLERK.name
    assert verify(small) == []
