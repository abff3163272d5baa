"""What changed between two snapshots, and why."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from etl.access import LOCAL
from etl.facts import FigureRow, TaskReportRow
from etl.freeze import Choice, choice_of, freeze
from etl.publish import publish
from etl.store import Store
from reports.compare import compare, headline, sections
from reports.rows import Rows
from reports.story import tell

Record = dict[str, Any]


def frozen(store: Store, year: int = 2019) -> Record:
    return freeze(store, Choice(year=year, indicators=("pm25", "forest_cover")))


def edited(record: Record, change: Callable[[Record], None]) -> Record:
    copy: Record = json.loads(json.dumps(record))
    change(copy)
    return copy


def judged(record: Record, target: str, place: str) -> Record:
    return next(row for row in record["assessments"] if (row["target"], row["place"]) == (target, place))


def test_a_snapshot_is_the_same_as_itself(small: Store) -> None:
    record = frozen(small)
    found = compare(record, record)
    assert found.same
    assert (found.figures, found.judgements, found.targets, found.other) == ((), (), (), ())
    assert "完全一致" in headline(found, later_name="现在")


def test_a_revised_figure_is_told_with_both_numbers_and_its_release(small: Store) -> None:
    before = frozen(small)
    row = FigureRow(place="C1", indicator="pm25", year=2019, value=34.0, source="修订公报")
    release = publish(small, kind="figures", rows=[row], file_name="revised.csv", data=b"revised", by=LOCAL)
    after = freeze(small, choice_of(before))
    (change,) = compare(before, after).figures
    assert (change.what, change.place_name, change.before, change.after) == ("修订", "乙市", 38.0, 34.0)
    assert (change.release, change.source) == (release.release, "修订公报")


def test_a_judgement_that_moves_with_a_revision_says_so(small: Store) -> None:
    before = frozen(small)
    row = FigureRow(place="C1", indicator="pm25", year=2019, value=34.0, source="修订公报")
    publish(small, kind="figures", rows=[row], file_name="revised.csv", data=b"revised", by=LOCAL)
    moved = compare(before, freeze(small, choice_of(before))).judgements
    assert [(change.row["place"], change.why) for change in moved] == [
        ("C1", "数据修订：2019年38微克/立方米 → 2019年34微克/立方米")
    ]


def test_what_is_new_since_an_earlier_year(small: Store) -> None:
    found = compare(frozen(small, 2018), frozen(small, 2019))
    assert found.other == ("前者站在2018年看，后者站在2019年看。",)
    assert {change.what for change in found.figures} == {"新增"}
    assert {change.year for change in found.figures} == {2019}
    assert all(change.why for change in found.judgements)


def no_change(record: Record) -> None:
    """The record as it was."""


def contest(record: Record) -> None:
    judged(record, "plan-2018.pm25", "C2").update(contested=True, light="yellow")


def ask_more(record: Record) -> None:
    next(row for row in record["register"]["targets"] if row["target"] == "plan-2018.pm25")["value"] = 0.03
    for place in ("C1", "C2"):
        judged(record, "plan-2018.pm25", place).update(goal=30.0, status="off_track", light="red")


def another_method(record: Record) -> None:
    record["method"] = "2"
    judged(record, "plan-2018.pm25", "C2").update(status="too_early", light="grey")


def take_away(record: Record) -> None:
    record["figures"] = [row for row in record["figures"] if (row["place"], row["year"]) != ("C1", 2019)]
    judged(record, "plan-2018.pm25", "C1").update(value=None, value_year=None, status="no_data", light="grey")


def due_now(record: Record) -> None:
    judged(record, "plan-2018.pm25", "C2").update(due=True, status="met", light="green", bucket="due_met")


def overdue(record: Record) -> None:
    judged(record, "plan-2018.pm25", "C2").update(status="cannot_judge", light="grey")


def waiting(record: Record) -> None:
    judged(record, "plan-2018.pm25", "C2").update(status="awaiting", light="grey")


REASONS: list[tuple[Callable[[Record], None], dict[str, str], str]] = [
    (no_change, {}, "nothing changed, nothing is told"),
    (contest, {"C2": "督察存疑"}, "an inspector's finding"),
    (
        ask_more,
        {"C1": "目标已修改：到2020年不高于35微克/立方米 → 到2020年不高于30微克/立方米"},
        "the target asks for something else",
    ),
    (another_method, {"C2": "判定方法更新"}, "nothing else is different"),
    (take_away, {"C1": "数据撤回：原为2019年38微克/立方米"}, "the figure was withdrawn"),
    (due_now, {"C2": "期限已到"}, "the deadline has passed on the same figure"),
]


@pytest.mark.parametrize(("change", "why", "because"), REASONS)
def test_the_reason_of_a_moved_judgement(
    small: Store, change: Callable[[Record], None], why: dict[str, str], because: str
) -> None:
    before = frozen(small)
    found = compare(before, edited(before, change)).judgements
    told = {moved.row["place"]: moved.why for moved in found}
    assert why.items() <= told.items(), because
    assert bool(found) == bool(why), because


def test_a_figure_that_never_came_is_called_overdue(small: Store) -> None:
    before = frozen(small)
    (moved,) = compare(edited(before, waiting), edited(before, overdue)).judgements
    assert moved.why == "逾期仍未公布"


def test_targets_that_came_and_went_are_named(small: Store) -> None:
    before = frozen(small)
    after = freeze(small, Choice(year=2019, indicators=("pm25",)))
    gone = dict(compare(before, after).targets)
    come = dict(compare(after, before).targets)
    assert set(gone) == set(come) == {target for target in Rows(before).targets if target != "plan-2018.pm25"}
    assert set(gone.values()) == {"不再登记或不在所选范围"}
    assert set(come.values()) == {"新增的目标"}


def test_the_numbers_of_the_headline_are_the_rows_of_the_tables(small: Store) -> None:
    found = compare(frozen(small, 2018), edited(frozen(small, 2019), contest))
    (section,) = sections(found, later_name="现在")
    rows = {block.title: block.total_rows for block in section.blocks if hasattr(block, "rows")}
    assert rows == {
        "判定的变化": len(found.judgements),
        "数据的变化": len(found.figures),
        "任务的变化": len(found.tasks),
    }
    assert f"{len(found.judgements)}项判定有变化" in section.title
    assert f"{len(found.figures)}个数据有变化" in section.title
    assert f"{len(found.tasks)}项任务或步骤有变化" in section.title


def test_a_task_that_was_closed_is_a_change_with_who_closed_it(small: Store) -> None:
    task = "plan-2018.task.survey"
    before = freeze(small, Choice(year=2019))
    rows = [
        TaskReportRow(task, 0, "plan-2018", "P", "done", date(2018, 6, 20), "普查完成", unit="env"),
        TaskReportRow(
            task,
            0,
            "plan-2018",
            "P",
            "closed",
            date(2018, 8, 1),
            "验收",
            unit="省发展改革委",
            person="李四",
            basis="报告",
        ),
    ]
    publish(small, kind="tasks", rows=rows, file_name="t.csv", data=b"t", by=LOCAL)
    (change,) = compare(before, freeze(small, Choice(year=2019))).tasks
    assert (change.before["state"], change.after["state"]) == ("overdue_unreported", "closed")
    assert change.why == "省发展改革委（李四）2018年8月1日销号"


def test_a_record_made_before_tasks_were_shown_is_compared_without_them(small: Store) -> None:
    now = freeze(small, Choice(year=2019))
    old = {key: value for key, value in now.items() if key not in ("tasks", "task_reports", "explanations")}
    assert compare(old, now).tasks == ()
    assert tell(old, audience="full").sections
