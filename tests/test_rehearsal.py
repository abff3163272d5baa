"""The rehearsal: what it says would change is what changes, and saying it changes nothing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.access import LOCAL
from etl.facts import AssignedRow, FigureRow, StatementRow
from etl.publish import UnknownRelease, publish, withdraw
from etl.rehearsal import rehearse
from etl.rounding import beyond_rounding
from etl.store import Store
from etl.taking_back import rehearse_withdrawal

STORED = FigureRow("C1", "pm25", 2018, 41.0, source="公报")  # small/yearly/air.csv, written as 0.041 mg/m3
JUDGED = "select target, place, year, status, light, reason from assessment order by all"


def of(*rows: FigureRow, **changes: object) -> list[FigureRow]:
    return [replace(row, **changes) for row in rows]


# Old and new -----------------------------------------------------------------------------------------

CASES = [
    ("a cell nobody sent is new", of(STORED, year=2015), "new"),
    ("a reported gap that is filled is new", of(STORED, place="C2", year=2019), "new"),
    ("the number that is stored is confirmed", of(STORED), "confirmed"),
    ("another number is a revision", of(STORED, value=40.0), "revised"),
    ("the same number as a bound is a revision", of(STORED, bound="le"), "revised"),
    ("taking a number back is a revision", of(STORED, value=None), "revised"),
    ("no number where none is stored is missing", of(STORED, year=2015, value=None), "missing"),
    ("of two vintages in one file the last published counts", of(STORED, value=40.0) + of(STORED), "confirmed"),
]


@pytest.mark.parametrize(("rows", "heap"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_figure_is_in_one_heap(small: Store, rows: list[FigureRow], heap: str) -> None:
    found = rehearse(small, rows)
    assert {name: len(getattr(found, name)) for name in ("new", "revised", "confirmed", "missing")} == {
        "new": 0,
        "revised": 0,
        "confirmed": 0,
        "missing": 0,
        heap: 1,
    }


def test_a_gap_in_a_file_not_made_for_us_takes_no_number_back(small: Store) -> None:
    found = rehearse(small, of(STORED, value=None), keeps_present=True)
    assert (len(found.revised), [change.old for change in found.missing]) == (0, [41.0])


def test_a_revision_names_both_numbers_and_both_sources(small: Store) -> None:
    (change,) = rehearse(small, of(STORED, value=39.5, source="年鉴")).revised
    assert (change.old, change.new, change.old_source, change.new_source) == (41.0, 39.5, "乙市环境状况公报", "年鉴")
    assert change.beyond_rounding


ROUNDING = [
    ("41 and 41.4 are one number", 41.0, "41", 41.4, "41.4", False),
    ("41.0 and 41.4 are two", 41.0, "41.0", 41.4, "41.4", True),
    ("41 and 42 are two", 41.0, "41", 42.0, "42", True),
    ("a converted unit carries its digits along: 0.041 mg/m³ is 41 ± 0.5 µg/m³", 41.0, "0.041", 41.4, "41.4", False),
    ("digits behind a zero were written: 0. 00", 0.0, "0. 00", 0.4, "0.4", True),
    ("full-width digits", 41.0, "４１", 41.4, "41.4", False),
    ("thousands", 1234.0, "1,234", 1234.3, "1234.3", False),
    ("nothing known of how it was written: its own digits", 41.5, "", 41.52, "", False),
]


@pytest.mark.parametrize(
    ("old", "old_written", "new", "new_written", "beyond"),
    [case[1:] for case in ROUNDING],
    ids=[c[0] for c in ROUNDING],
)
def test_beyond_rounding(*, old: float, old_written: str, new: float, new_written: str, beyond: bool) -> None:
    assert beyond_rounding(old, new, old_written=old_written, new_written=new_written) is beyond
    assert beyond_rounding(new, old, old_written=new_written, new_written=old_written) is beyond


# Judgements ------------------------------------------------------------------------------------------

figures = st.builds(
    FigureRow,
    place=st.sampled_from(["C1", "C2", "P"]),
    indicator=st.sampled_from(["pm25", "forest_cover", "trees"]),
    year=st.integers(2016, 2021),
    value=st.one_of(st.none(), st.floats(0, 100).map(lambda value: round(value, 1))),
    bound=st.sampled_from(["", "", "", "le"]),
    source=st.just("年鉴"),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(figures, min_size=1, max_size=6))
def test_the_judgements_it_announces_are_those_that_change(small: Store, rows: list[FigureRow]) -> None:
    before, version = small.rows(JUDGED), small.version()
    announced = rehearse(small, rows)
    assert (small.rows(JUDGED), small.version()) == (before, version)
    publish(small, kind="figures", rows=rows, file_name="f.csv", data=repr(rows).encode(), by=LOCAL)
    judged_before = {row[:3]: row[3:] for row in before}
    changed = {
        row[:3]: row[3:]
        for row in small.rows(JUDGED)
        if row[:3] in judged_before and row[3:5] != judged_before[row[:3]][:2]
    }
    # In a year that had no figure the comparison is with what would be judged then without the rows.
    old_years = {key[2] for key in judged_before}
    said = {
        (change.target, change.place, change.year): (change.after_status, change.after_light, change.reason)
        for change in announced.judgements
        if change.year in old_years
    }
    assert said == changed


def test_a_year_that_loses_its_last_number_is_judged_no_more(small: Store) -> None:
    last = replace(STORED, place="P", indicator="forest_cover", year=2031, value=64.9)
    publish(small, kind="figures", rows=[last], file_name="f.csv", data=b"1", by=LOCAL)
    found = rehearse(small, of(last, value=None) + of(last, year=2020))
    assert 2031 not in {change.year for change in found.judgements}


def test_two_vintages_in_one_file_count_as_two(small: Store) -> None:
    """The reason of a judgement says how often its figure was published."""
    first = replace(STORED, place="C2", year=2020, value=30.0)
    (change,) = [each for each in rehearse(small, of(first) + of(first, value=36.0)).judgements if each.year == 2020]
    assert "先后公布过2次" in change.reason


def test_a_judgement_says_what_it_was_in_words_and_why(small: Store) -> None:
    changes = rehearse(small, of(STORED, place="C2", year=2020, value=36.0)).judgements
    (change,) = [each for each in changes if each.year == 2020]
    assert (change.target, change.place, change.after_status) == ("plan-2018.pm25", "C2", "not_met")
    assert change.after_word == "未达标"
    assert "36" in change.reason


def test_a_number_set_for_a_target_is_rehearsed_like_a_figure(small: Store) -> None:
    found = rehearse(small, [AssignedRow("plan-2018.good", "P", 60.0, source="省林业局通知")], kind="assigned")
    assert [(change.target, change.new) for change in found.new] == [("plan-2018.good", 60.0)]
    assert {change.before_status for change in found.judgements} == {"target_pending"}


def test_a_finding_takes_a_green_light_away(small: Store) -> None:
    row = StatementRow("plan-2018.pm25", "C2", "contested", date(2018, 12, 1), "监测数据不实", source="督察组")
    found = rehearse(small, [row], kind="statements")
    assert {(change.before_light, change.after_light) for change in found.judgements} == {("green", "yellow")}


# Taking back -----------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(figures, min_size=1, max_size=5), later=st.lists(figures, max_size=3))
def test_taking_a_release_back_changes_the_judgements_it_announces(
    small: Store, first: list[FigureRow], later: list[FigureRow]
) -> None:
    data = repr(first).encode()
    release = publish(small, kind="figures", rows=first, file_name="f.csv", data=data, by=LOCAL).release
    if later:
        publish(small, kind="figures", rows=later, file_name="g.csv", data=repr(later).encode(), by=LOCAL)
    before, version = small.rows(JUDGED), small.version()
    announced = rehearse_withdrawal(small, release)
    assert (small.rows(JUDGED), small.version()) == (before, version)
    withdraw(small, release, by=LOCAL)
    judged_before = {row[:3]: row[3:5] for row in before}
    changed = {row[:3]: row[3:6] for row in small.rows(JUDGED) if row[3:5] != judged_before.get(row[:3], row[3:5])}
    assert {
        (change.target, change.place, change.year): (change.after_status, change.after_light, change.reason)
        for change in announced
    } == changed


def test_taking_back_a_finding_gives_the_light_back(small: Store) -> None:
    row = StatementRow("plan-2018.pm25", "C2", "contested", date(2018, 12, 1), "监测数据不实", source="督察组")
    release = publish(small, kind="statements", rows=[row], file_name="s.csv", data=b"s", by=LOCAL).release
    found = rehearse_withdrawal(small, release)
    assert {(change.before_light, change.after_light) for change in found} == {("yellow", "green")}


def test_only_what_is_there_can_be_taken_back(small: Store) -> None:
    with pytest.raises(UnknownRelease, match="R9999"):
        rehearse_withdrawal(small, "R9999")
