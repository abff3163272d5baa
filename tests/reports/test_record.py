"""A frozen record: complete, plain, the same for the same state, and kept as it is."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from etl import freeze_rows
from etl.access import LOCAL
from etl.build import build
from etl.facts import FigureRow, TaskReportRow
from etl.freeze import Choice, NothingToFreeze, choice_of, freeze
from etl.publish import publish
from etl.snapshots import AlteredSnapshot, UnknownSnapshot, keep, listing, load
from etl.store import Store, open_store
from reports.blocks import Paragraph
from reports.record import canonical, identity
from reports.story import tell
from tests.conftest import SMALL


def test_the_same_state_gives_the_same_bytes(small: Store) -> None:
    assert canonical(freeze(small, Choice(year=2019))) == canonical(freeze(small, Choice(year=2019)))


def test_another_database_of_the_same_files_gives_the_same_bytes(small: Store, tmp_path: Path) -> None:
    other = open_store(f"duckdb:{tmp_path / 'other.duckdb'}")
    build(other, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    assert identity(freeze(other, Choice(year=2019))) == identity(freeze(small, Choice(year=2019)))


def test_the_record_survives_json(small: Store) -> None:
    content = canonical(freeze(small, Choice(year=2019)))
    assert canonical(json.loads(content)) == content


def test_the_record_says_nothing_of_the_clock_or_of_who_loaded_or_froze(small: Store) -> None:
    row = FigureRow("C1", "pm25", 2019, 30.0, source="公报")
    publish(small, kind="figures", rows=[row], file_name="f.csv", data=b"f", by=LOCAL.signing("经办甲"))
    loaded = small.rows("select published_at from release limit 1")[0][0]
    record = freeze(small, Choice(year=2019))
    keep(small, record, by=LOCAL.signing("经办乙"))
    content = canonical(record).decode()
    assert loaded.date().isoformat() not in content
    assert "published_at" not in content
    assert "经办" not in content


TASK = "plan-2018.task.survey"


@pytest.mark.parametrize(
    ("day", "state", "reports"),
    [("", "done", 2), ("2018-06-10", "due_soon", 0), ("2018-07-01", "done", 1)],
    ids=["the end of the year", "before any report", "a day between two reports"],
)
def test_tasks_are_in_the_record_as_seen_on_its_day(small: Store, day: str, state: str, reports: int) -> None:
    rows = [
        TaskReportRow(TASK, 0, "plan-2018", "P", "done", date(2018, 6, 20), "普查完成", unit="env"),
        TaskReportRow("", 0, "plan-2018", "P", "done", date(2018, 12, 1), "12项已全部完成"),
    ]
    publish(small, kind="tasks", rows=rows, file_name="t.csv", data=b"t", by=LOCAL)
    record = freeze(small, Choice(year=2018, day=day))
    assert next(row["state"] for row in record["tasks"] if row["step"] == 0) == state
    assert len(record["task_reports"]) == reports
    assert record["releases"][-1]["kind"] == ("tasks" if reports else "figures")


@pytest.mark.parametrize(
    ("year", "because"),
    [(2019, "a year with figures, whose judgements are kept"), (2024, "a later year, judged on the spot")],
)
def test_every_target_that_is_asked_in_a_year_is_in_the_record(small: Store, year: int, because: str) -> None:
    record = freeze(small, Choice(year=year))
    asked = small.rows("select target, place from target_place order by target, place")
    assert sorted((row["target"], row["place"]) for row in record["assessments"]) == asked, because
    assert {row["target"] for row in record["verdicts"]} == {target for target, _ in asked}
    assert {row["target"] for row in record["earlier"]} == {target for target, _ in asked}


def test_every_figure_comes_with_its_source_release_and_names(small: Store) -> None:
    record = freeze(small, Choice(year=2019))
    register = record["register"]
    releases = {row["release"] for row in record["releases"]}
    for row in record["figures"]:
        assert row["release"] in releases
        assert row["place"] in {place["place"] for place in register["places"]}
        assert row["indicator"] in {indicator["indicator"] for indicator in register["indicators"]}


def test_figures_after_the_year_are_left_out_but_for_base_years(small: Store) -> None:
    record = freeze(small, Choice(year=2018, indicators=("pm25", "forest_cover")))
    assert max(row["year"] for row in record["figures"]) == 2018
    with small.write() as cursor:
        cursor.execute("update target set base_year = 2019 where target = 'plan-2018.pm25'")
    again = freeze(small, Choice(year=2018, indicators=("pm25", "forest_cover")))
    assert max(row["year"] for row in again["figures"]) == 2019


def test_a_chosen_place_is_judged_alone(small: Store) -> None:
    whole = {row["target"]: row for row in freeze(small, Choice(year=2019))["verdicts"]}["plan-2018.pm25"]
    alone = freeze(small, Choice(year=2019, places=("C2",)))
    assert whole["places"] == 2
    assert [(row["target"], row["places"]) for row in alone["verdicts"]] == [("plan-2018.pm25", 1)]
    assert {row["place"] for row in alone["figures"]} == {"C2"}


def test_a_choice_that_leaves_nothing_is_refused_with_a_sentence(small: Store) -> None:
    with pytest.raises(NothingToFreeze, match="没有任何目标"):
        freeze(small, Choice(year=2019, indicators=("nothing",)))


def test_a_record_knows_the_choice_it_was_made_with(small: Store) -> None:
    choice = Choice(
        year=2019, places=("C1", "C2"), audience="full", title="题", meeting="会", date="某日", issuer="某办"
    )
    assert choice_of(json.loads(canonical(freeze(small, choice)))) == choice


def test_a_kept_record_comes_back_as_it_was_whatever_happens_to_the_figures(small: Store) -> None:
    record = freeze(small, Choice(year=2019))
    keep(small, record, by=LOCAL.signing("张三"), at=datetime(2026, 3, 1, 9, 0))  # noqa: DTZ001 - wall clock, as stored
    with small.write() as cursor:
        cursor.execute("update figure_now set value = value + 1")
        cursor.execute("update assessment set value = 0")
    assert load(small, identity(record)[0]) == json.loads(canonical(record))
    assert [(kept.person, kept.title, kept.frozen_at.year) for kept in listing(small)] == [
        ("张三", "甲省要点目标进展情况", 2026)
    ]


def test_the_same_record_is_kept_once(small: Store) -> None:
    record = freeze(small, Choice(year=2019))
    assert (keep(small, record, by=LOCAL), keep(small, record, by=LOCAL), len(listing(small))) == (
        *[identity(record)[0]] * 2,
        1,
    )


def test_an_unknown_snapshot_is_named(small: Store) -> None:
    with pytest.raises(UnknownSnapshot, match="S0123"):
        load(small, "S0123")


def test_a_record_altered_in_the_database_is_noticed(small: Store) -> None:
    record = freeze(small, Choice(year=2019))
    keep(small, record, by=LOCAL)
    with small.write() as cursor:
        cursor.execute("update snapshot set record = replace(record, '2019', '2018')")
    with pytest.raises(AlteredSnapshot, match="不符"):
        load(small, identity(record)[0])


def test_numbers_that_json_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"value": float("nan")})


# too much for one snapshot -----------------------------------------------------------------------


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch, small: Store) -> None:
    """Limits so low that the small register is too large: a judgement a target, and no more."""
    monkeypatch.setattr(freeze_rows, "MOST_JUDGEMENTS", small.rows("select count(*) from target")[0][0])
    monkeypatch.setattr(freeze_rows, "MOST_FIGURES", 4)


@pytest.mark.usefixtures("narrow")
def test_a_choice_too_large_keeps_a_judgement_of_every_target_and_counts_the_rest(small: Store) -> None:
    record = freeze(small, Choice(year=2019))
    assert len(record["assessments"]) == len(record["register"]["targets"])
    assert {row["target"] for row in record["assessments"]} == {row["target"] for row in record["verdicts"]}
    assert record["left_out"] == {"judgements": 1, "figures": small.rows("select count(*) from figure_now")[0][0] - 4}


@pytest.mark.usefixtures("narrow")
def test_a_choice_too_large_keeps_the_worst_place_and_judges_the_group_whole(small: Store) -> None:
    kept = {
        row["place"]: row["light"]
        for row in freeze(small, Choice(year=2019))["assessments"]
        if row["target"] == "plan-2018.pm25"
    }
    stored = dict(small.rows("select place, light from assessment where year = 2019 and target = 'plan-2018.pm25'"))
    assert list(kept.values()) == [max(stored.values(), key=("green", "grey", "yellow", "red").index)]
    verdict = next(row for row in freeze(small, Choice(year=2019))["verdicts"] if row["target"] == "plan-2018.pm25")
    assert verdict["places"] == 2


@pytest.mark.usefixtures("narrow")
def test_the_report_says_what_is_left_out(small: Store) -> None:
    said = [
        block.text
        for section in tell(freeze(small, Choice(year=2019))).sections
        for block in section.blocks
        if isinstance(block, Paragraph)
    ]
    assert any("另有1项判定" in text for text in said)
