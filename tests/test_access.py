"""Who may do what: the rules as cases, and every write of etl with every role."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from etl.access import (
    ACTS,
    ADMINISTRATOR,
    APPROVE,
    APPROVER,
    CLOSE,
    EDITOR,
    LOCAL,
    PUBLISH,
    UPLOAD,
    VIEWER,
    WITHDRAW,
    Grant,
    Matter,
    NotAllowed,
    Person,
    acts_of,
    may,
    operator,
    same_person,
)
from etl.approval import Submission, UnknownSubmission, approve, send_back, submit, take_back
from etl.build import build
from etl.drafts import drop_draft, load_draft, save_draft
from etl.facts import AssignedRow, ExplanationRow, FactRow, FigureRow, StatementRow, TaskReportRow
from etl.history import evidence_of, original_of
from etl.intake import publish_file, read_file
from etl.publish import append, publish, withdraw
from etl.recipes import forget
from etl.snapshots import keep
from etl.store import Store
from tests.conftest import ROOT, SMALL

C1, C2, P = (
    Matter("C1", frozenset({"P"}), frozenset({"env"}), "乙市"),
    Matter("C2", frozenset({"P"}), frozenset({"env"}), "丙市"),
    Matter("P", frozenset(), frozenset({"forest"}), "甲省"),
)
NOBODYS = Matter("C1", frozenset({"P"}), frozenset(), "乙市")


def with_role(
    role: str, *, places: tuple[str, ...] = (), units: tuple[str, ...] = (), approval: bool = True, account: str = ""
) -> Person:
    grant = Grant(acts_of(role, approval=approval), frozenset(places), frozenset(units))
    return Person(name=f"某{role}", account=account or f"{role}@gov", roles=(role,), grants=(grant,), origin="10.0.0.1")


REACH = [
    ("a place of one's own", {"places": ("C1",)}, [C1], True),
    ("another place", {"places": ("C1",)}, [C2], False),
    ("one of several is another's", {"places": ("C1",)}, [C1, C2], False),
    ("what lies in one's place is one's own", {"places": ("P",)}, [C1, C2, P], True),
    ("a place does not reach upwards", {"places": ("C1",)}, [P], False),
    ("what one's unit answers for, wherever", {"units": ("env",)}, [C1, C2], True),
    ("what another unit answers for", {"units": ("env",)}, [P], False),
    ("both the place and the unit must be one's own", {"places": ("P",), "units": ("forest",)}, [C1], False),
    ("what no unit answers for goes by its place", {"places": ("C1",), "units": ("env",)}, [NOBODYS], True),
    ("what no unit answers for is nobody's where no place is named", {"units": ("env",)}, [NOBODYS], False),
    ("nothing named: everywhere, for every unit", {}, [C1, C2, P, NOBODYS], True),
]


@pytest.mark.parametrize(("sentence", "grant", "matters", "allowed"), REACH, ids=[case[0] for case in REACH])
def test_how_far_a_grant_reaches(sentence: str, grant: dict, matters: list[Matter], allowed: bool) -> None:  # noqa: FBT001
    assert (may(with_role(EDITOR, **grant), UPLOAD, matters) == "") is allowed, sentence


def test_a_refusal_names_what_is_not_ones_own_and_whom_to_ask() -> None:
    assert may(with_role(EDITOR, places=("C1",)), UPLOAD, [C1, C2]) == "丙市不在您负责的地区和单位之内，不能上报数据。"
    assert may(with_role(VIEWER), UPLOAD) == "您的角色（查看）不能上报数据，请联系“填报”角色的人。"
    assert may(Person("某人", account="x"), UPLOAD) == "您的账号不能上报数据，请联系“填报”角色的人。"


def test_two_grants_reach_together_but_an_act_stays_with_its_grant() -> None:
    both = Person(
        "某人",
        account="x",
        roles=(EDITOR, APPROVER),
        grants=(
            Grant(acts_of(EDITOR, approval=True), frozenset({"C1"})),
            Grant(acts_of(APPROVER, approval=True), frozenset({"C2"})),
        ),
    )
    assert may(both, UPLOAD, [C1]) == ""
    assert may(both, UPLOAD, [C2]) != ""
    assert may(both, APPROVE, [C2]) == ""
    assert may(both, APPROVE, [C1]) != ""


def test_without_approval_an_editor_publishes_his_own_and_closes_nothing() -> None:
    editor = with_role(EDITOR, places=("C1",), approval=False)
    assert may(editor, PUBLISH, [C1]) == ""
    assert may(editor, PUBLISH, [C2]) != ""
    assert may(editor, CLOSE, [C1]) != ""
    assert may(with_role(EDITOR, places=("C1",), approval=True), PUBLISH, [C1]) != ""


@pytest.mark.parametrize("act", ACTS)
def test_the_local_user_and_the_operator_of_the_machine_may_everything(act: str) -> None:
    assert may(LOCAL, act, [C1, NOBODYS]) == ""
    assert may(operator("张三"), act, [C1, NOBODYS]) == ""


SAME = [
    ("one account under two names", Person("张", account="a"), Person("章", account="a"), True),
    ("two accounts of one name", Person("张", account="a"), Person("张", account="b"), False),
    ("a typed name against an account of that name", Person("张"), Person("张", account="a"), True),
    ("two who gave no name are not told apart", Person(""), Person(""), False),
]


@pytest.mark.parametrize(("sentence", "one", "other", "same"), SAME, ids=[case[0] for case in SAME])
def test_who_is_the_same_person(sentence: str, one: Person, other: Person, same: bool) -> None:  # noqa: FBT001
    assert same_person(one, other) is same_person(other, one) is same, sentence


def test_somebody_signed_in_signs_with_his_own_name() -> None:
    assert LOCAL.signing(" 张三 ").name == "张三"
    assert with_role(EDITOR).signing("别人").name == "某editor"


# every write with every role ---------------------------------------------------------------------

FIGURE = FigureRow("C1", "pm25", 2031, 30.0, source="s")
REPORT = TaskReportRow("plan-2018.task.survey", 0, "plan-2018", "P", "done", date(2018, 6, 1), "普查完成", unit="env")
CLOSING = TaskReportRow(
    "plan-2018.task.survey", 0, "plan-2018", "P", "closed", date(2018, 7, 1), "核查属实",
    unit="督查室", person="某approver", basis="现场核查",
)  # fmt: skip
EXPLANATION = ExplanationRow(
    "plan-2018.pm25", "C1", 2020, "", date(2021, 1, 5), "扩散条件差", "停产检修", "env", "某人"
)
ASSIGNED = AssignedRow("plan-2018.good", "P", 60.0, source="下达文件")
CONTESTED = StatementRow("plan-2018.pm25", "C1", "contested", date(2021, 1, 1), "不实")
VERIFIED = StatementRow("plan-2018.pm25", "C1", "verified", date(2021, 2, 1), "复核属实")
TIDY = "place,indicator,year,value,unit,status,source,note\n乙市,PM2.5,2031,30,,,统计局,\n".encode()


def put(store: Store, by: Person, kind: str, row: FactRow) -> None:
    publish(store, kind=kind, rows=[row], file_name="f.csv", data=repr(row).encode(), by=by)


def publish_a_file(store: Store, by: Person) -> None:
    publish_file(store, read_file(store, TIDY, name="f.csv"), data=TIDY, name="f.csv", by=by)


def submit_a_file(store: Store, by: Person) -> Submission:
    return submit(store, read_file(store, TIDY, name="f.csv"), data=TIDY, name="f.csv", by=by)


def waiting_file(store: Store) -> str:
    """One that an editor has submitted."""
    return submit_a_file(store, with_role(EDITOR, account="another@gov")).submission


def close_a_task(store: Store, by: Person) -> None:
    put(store, LOCAL, "tasks", REPORT)
    put(store, by, "tasks", CLOSING)


def drop_ones_own(store: Store, by: Person) -> None:
    drop_draft(store, save_draft(store, file_name="f.csv", data=b"", answers={}, by=by), by=by)


@dataclass(frozen=True)
class Write:
    """A write, and who may do it with approval on; `without`: who may where approval is off."""

    sentence: str
    do: Callable[[Store, Person], object]
    allowed: frozenset[str]
    without: frozenset[str] | None = None


NOBODY: frozenset[str] = frozenset()
APPROVERS, EDITORS = frozenset({APPROVER}), frozenset({EDITOR})
ADMINISTRATORS = frozenset({ADMINISTRATOR})
EVERYBODY = frozenset({VIEWER, EDITOR, APPROVER, ADMINISTRATOR})
WRITES = [
    Write("publish a file", publish_a_file, NOBODY, EDITORS),
    Write("publish figures", lambda s, by: put(s, by, "figures", FIGURE), NOBODY, EDITORS),
    Write("publish a report on a task", lambda s, by: put(s, by, "tasks", REPORT), NOBODY, EDITORS),
    Write("close a task", close_a_task, APPROVERS),
    Write("publish an explanation", lambda s, by: put(s, by, "explanations", EXPLANATION), NOBODY, EDITORS),
    Write("set a number for a target", lambda s, by: put(s, by, "assigned", ASSIGNED), NOBODY, EDITORS),
    Write("lay a finding over a target", lambda s, by: put(s, by, "statements", CONTESTED), NOBODY, EDITORS),
    Write("verify a target that was contested", lambda s, by: put(s, by, "statements", VERIFIED), APPROVERS),
    Write("withdraw a release", lambda s, by: withdraw(s, "R0001", by=by, reason="错了"), ADMINISTRATORS),
    Write("keep a snapshot", lambda s, by: keep(s, {"choice": {"title": "t"}}, by=by), EVERYBODY),
    Write("forget an answer", lambda s, by: forget(s, "shape", by=by), frozenset({APPROVER, ADMINISTRATOR})),
    Write(
        "begin an upload",
        lambda s, by: save_draft(s, file_name="f.csv", data=b"", answers={}, by=by),
        EDITORS,
    ),
    Write("give up an upload", drop_ones_own, EDITORS),
    Write(
        "load the register and the shipped files",
        lambda s, by: build(s, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly", by=by),
        NOBODY,
    ),
    Write("submit a file", submit_a_file, EDITORS),
    Write("approve what another submitted", lambda s, by: approve(s, waiting_file(s), by=by), APPROVERS),
    Write(
        "send back what another submitted",
        lambda s, by: send_back(s, waiting_file(s), by=by, reason="不清楚"),
        APPROVERS,
    ),
    Write("take back what one submitted", lambda s, by: take_back(s, submit_a_file(s, by).submission, by=by), EDITORS),
]
# functions of etl that open a transaction and are called by one of those above, or by the machine alone
WITHIN = {"note_alone"}


@pytest.mark.parametrize("approval", [True, False], ids=["approval on", "approval off"])
@pytest.mark.parametrize("role", sorted(EVERYBODY))
@pytest.mark.parametrize("write", WRITES, ids=[write.sentence for write in WRITES])
def test_every_write_with_every_role(small: Store, write: Write, role: str, approval: bool) -> None:  # noqa: FBT001
    allowed = write.allowed if approval or write.without is None else write.without
    by = with_role(role, approval=approval)
    before = small.rows("select (select count(*) from release), (select count(*) from withdrawal)")
    if role in allowed:
        write.do(small, by)
        return
    with pytest.raises((NotAllowed, UnknownSubmission), match=r"不能|不归您办理"):
        write.do(small, by)
    brought_beforehand = 1 if write.do is close_a_task else 0
    after = small.rows("select (select count(*) from release), (select count(*) from withdrawal)")
    assert after == [(before[0][0] + brought_beforehand, before[0][1])]


@pytest.mark.parametrize("write", WRITES, ids=[write.sentence for write in WRITES])
def test_nobody_without_a_role_writes(small: Store, write: Write) -> None:
    with pytest.raises((NotAllowed, UnknownSubmission)):
        write.do(small, Person("某人", account="x@gov"))


def test_no_write_is_left_out_of_this_test() -> None:
    """Every function of etl that opens a transaction is called above, with the person who acts."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    called = {name.id for name in ast.walk(tree) if isinstance(name, ast.Name)}
    writers = {}
    for path in sorted((ROOT / "etl").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and _opens_a_transaction(function):
                writers[function.name] = {argument.arg for argument in function.args.kwonlyargs}
    assert len(writers) > 7
    assert {name for name in writers if name not in WITHIN} <= called
    assert [name for name, arguments in writers.items() if "by" not in arguments] == []


def _opens_a_transaction(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "write"
        and isinstance(call.func.value, ast.Name) and call.func.value.id == "store"
        for call in ast.walk(function)
    )  # fmt: skip


# whose it is -------------------------------------------------------------------------------------


def test_an_upload_under_way_is_seen_by_nobody_else(small: Store) -> None:
    mine, other = with_role(EDITOR, account="a"), with_role(EDITOR, account="b")
    draft = save_draft(small, file_name="f.csv", data=b"abc", answers={}, by=mine)
    assert load_draft(small, draft, by=other) is None
    with pytest.raises(NotAllowed, match="别人"):
        save_draft(small, file_name="f.csv", data=b"xyz", answers={}, draft=draft, by=other)
    drop_draft(small, draft, by=other)
    found = load_draft(small, draft, by=mine)
    assert found is not None
    assert found.data == b"abc"


# what an editor holds, what he brings, whether it is his
SCOPES = [
    ("figures of one's own place", {"places": ("C1",)}, "figures", FIGURE, True),
    ("figures of another place", {"places": ("C2",)}, "figures", FIGURE, False),
    ("figures one's unit answers for", {"units": ("env",)}, "figures", FIGURE, True),
    ("figures another unit answers for", {"units": ("other",)}, "figures", FIGURE, False),
    ("a report one's own unit signs", {"places": ("P",), "units": ("env",)}, "tasks", REPORT, True),
    ("a report in another unit's name", {"places": ("P",), "units": ("other",)}, "tasks", REPORT, False),
    ("an explanation in another unit's name", {"units": ("other",)}, "explanations", EXPLANATION, False),
    ("a number for a target of another place", {"places": ("C1",)}, "assigned", ASSIGNED, False),
    ("a number for a target of one's province", {"places": ("P",)}, "assigned", ASSIGNED, True),
]


@pytest.mark.parametrize("case", SCOPES, ids=[case[0] for case in SCOPES])
def test_an_editor_keeps_to_his_places_and_units(small: Store, case: tuple[str, dict, str, FactRow, bool]) -> None:
    _, scope, kind, row, allowed = case
    editor = with_role(EDITOR, approval=False, **scope)
    if allowed:
        put(small, editor, kind, row)
        assert small.rows("select person, account from release order by seq desc limit 1") == [
            ("某editor", "editor@gov")
        ]
    else:
        with pytest.raises(NotAllowed, match="不在您负责的地区和单位之内"):
            put(small, editor, kind, row)


def test_who_closes_signs_with_his_own_name(small: Store) -> None:
    put(small, LOCAL, "tasks", REPORT)
    approver = Person("另一人", account="x", roles=(APPROVER,), grants=(Grant(acts_of(APPROVER, approval=True)),))
    with pytest.raises(NotAllowed, match=r"须由登录的本人（另一人）署名，这里写的是“某approver”"):
        put(small, approver, "tasks", CLOSING)


def test_withdrawing_is_noted_with_the_account(small: Store) -> None:
    withdraw(small, "R0001", by=with_role(ADMINISTRATOR), reason="错了")
    assert small.rows("select person, account from withdrawal") == [("某administrator", "administrator@gov")]
    assert WITHDRAW in acts_of(ADMINISTRATOR, approval=True)


# files as they came: who asks, and whether he gets those of a release about C1 and about unit env
FILES_FOR = [
    ("a viewer", with_role(VIEWER), False),
    ("a viewer, where the settings say so", Person("某", account="v", grants=(Grant(acts_of(VIEWER, approval=True, viewers_see_originals=True)),)), True),
    ("an editor of the place", with_role(EDITOR, places=("C1",)), True),
    ("an editor of the larger place", with_role(EDITOR, places=("P",)), True),
    ("an editor of another place", with_role(EDITOR, places=("C2",)), False),
    ("an editor for another unit", with_role(EDITOR, units=("other",)), False),
    ("an editor of another place who brought it himself", with_role(EDITOR, places=("C2",), account="bringer@gov"), True),
    ("an approver", with_role(APPROVER), True),
    ("an administrator", with_role(ADMINISTRATOR), True),
    ("somebody without a role", Person("某", account="x"), False),
    ("nobody", Person(""), False),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "by", "gets"), FILES_FOR, ids=[case[0] for case in FILES_FOR])
def test_who_gets_a_received_file_and_its_evidence(small: Store, sentence: str, by: Person, gets: bool) -> None:  # noqa: FBT001
    report = replace(REPORT, place="C1", evidence_file="验收.pdf")
    bringer = Person("某bringer", account="bringer@gov", grants=LOCAL.grants)
    with small.write() as cursor:
        release = append(
            cursor,
            kind="tasks",
            rows=[report],
            file_name="t.csv",
            data=b"csv",
            by=bringer,
            evidence={"验收.pdf": b"pdf"},
        ).release
    if gets:
        assert original_of(small, release, by=by) == ("t.csv", b"csv"), sentence
        assert evidence_of(small, release, "验收.pdf", by=by) == b"pdf"
        return
    for ask in (lambda: original_of(small, release, by=by), lambda: evidence_of(small, release, "验收.pdf", by=by)):
        with pytest.raises(NotAllowed):
            ask()


# what the screens hand out ------------------------------------------------------------------------


def test_every_download_of_the_screens_asks_who_takes_it_and_notes_it() -> None:
    """Each download button gets its bytes from visitor.taking, which refuses and records."""
    untold = []
    for path in (*sorted((ROOT / "dashboard").glob("*.py")), *sorted((ROOT / "pages").glob("*.py"))):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "st.download_button":
                given = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "data")]
                if not [each for each in given if ast.unparse(each).startswith("visitor.taking(")]:
                    untold.append(f"{path.name}:{call.lineno}")
    assert untold == []
