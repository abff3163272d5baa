"""From files to judged database: what comes in once, what replaces what, what is seen from when."""

import tempfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from etl.access import LOCAL
from etl.assess import assess
from etl.build import build
from etl.checks import read_checks, run_checks
from etl.history import history_of, releases_of
from etl.problem import Refused
from etl.publish import publish, withdraw
from etl.refresh import refresh
from etl.register import Register, read_register
from etl.store import Store, StoreError, open_store
from etl.tidy import read_tidy
from tests.conftest import BROKEN, SMALL

HEADER = "place,indicator,year,value,unit,status,source,note"
DERIVED = ("figure_now", "figure_by_place", "holding", "release_present", "assessment", "verdict")
FACTS = ("release", "withdrawal", "original", "figure", "assigned_value", "statement")


@pytest.fixture
def yearly(tmp_path: Path) -> Path:
    """A folder of its own with the small yearly files, to change."""
    folder = tmp_path / "yearly"
    folder.mkdir()
    for path in (SMALL / "yearly").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def load(store: Store, yearly: Path, *, definitions: Path = SMALL / "indicators.toml", **more: Path) -> list[str]:
    """Build and give the releases that are new."""
    built = build(store, definitions=definitions, yearly=yearly, **more)
    return [release.release for release in built.releases if not release.already]


def send(store: Store, register: Register, lines: str, *, on: date | None = None) -> str:
    data = f"{HEADER}\n{lines}\n".encode()
    rows, _ = read_tidy(data, name="sent.csv", register=register)
    at = datetime.combine(on, time()) if on else None
    return publish(store, kind="figures", rows=rows, file_name="sent.csv", data=data, at=at, by=LOCAL).release


def content(store: Store, tables: tuple[str, ...] = DERIVED) -> dict[str, list[str]]:
    """Every row of some tables as text: rebuilt tables may hold their rows in another order."""
    return {table: sorted(str(row) for row in store.rows(f"select * from {table}")) for table in tables}


def value_of(store: Store, place: str, year: int) -> list[tuple[float | None]]:
    return store.rows("select value from figure_now where indicator = 'pm25' and place = ? and year = ?", [place, year])


# Loading -------------------------------------------------------------------------------------------


def test_each_file_is_a_release_in_the_order_of_the_names(store: Store, yearly: Path) -> None:
    assert load(store, yearly) == ["R0001", "R0002"]
    assert store.rows("select file_name from release order by seq") == [("air.csv",), ("forest.csv",)]


def test_building_again_changes_nothing(store: Store, yearly: Path) -> None:
    load(store, yearly)
    before = content(store, (*FACTS, *DERIVED)), store.version()
    assert load(store, yearly) == []
    assert (content(store, (*FACTS, *DERIVED)), store.version()) == before


def test_a_changed_edition_of_a_file_replaces_the_earlier_one(store: Store, yearly: Path) -> None:
    load(store, yearly)
    (yearly / "air.csv").write_text(f"{HEADER}\n乙市,pm25,2018,42,,,更正,\n", encoding="utf-8")
    assert load(store, yearly) == ["R0003"]
    assert value_of(store, "C1", 2018) == [(42.0,)]
    assert value_of(store, "C1", 2017) == [], "what the new edition leaves out is out of force"
    assert store.rows("select release, replaces from release where seq = 3") == [("R0003", "R0001")]


def test_a_file_that_somebody_withdrew_stays_out_when_built_again(store: Store, yearly: Path) -> None:
    load(store, yearly)
    withdraw(store, "R0001", reason="数字有误", by=LOCAL)
    assert load(store, yearly) == []
    assert value_of(store, "C1", 2018) == []
    (yearly / "air.csv").write_text(f"{HEADER}\n乙市,pm25,2018,42,,,更正,\n", encoding="utf-8")
    assert load(store, yearly) == ["R0003"]


def test_what_an_older_method_judged_is_judged_again(store: Store, yearly: Path) -> None:
    load(store, yearly)
    before = content(store)
    with store.write() as cursor:
        cursor.execute("update setting set value = 'older' where name = 'method_version'")
        cursor.execute("update assessment set status = 'met'")
    load(store, yearly)
    assert content(store) == before


def test_a_changed_register_takes_the_place_of_the_old_one(store: Store, yearly: Path, tmp_path: Path) -> None:
    load(store, yearly)
    changed = tmp_path / "indicators.toml"
    text = (SMALL / "indicators.toml").read_text(encoding="utf-8")
    changed.write_text(text.replace("value = 0.035", "value = 0.030"), encoding="utf-8")
    load(store, yearly, definitions=changed)
    assert store.rows("select distinct goal from target_place where target = 'plan-2018.pm25'") == [(30.0,)]
    assert store.rows("select count(*) from target") == [(6,)]


def test_with_one_bad_file_nothing_is_loaded_and_all_problems_are_told(store: Store, yearly: Path) -> None:
    (yearly / "a.csv").write_bytes((BROKEN / "tidy" / "year_in_words.csv").read_bytes())
    (yearly / "z.csv").write_text(f"{HEADER}\n丁市,pm25,2018,1,,,,\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load(store, yearly)
    assert [problem.where.split()[0] for problem in caught.value.problems] == ["a.csv", "z.csv"]
    assert store.rows("select count(*) from release") == [(0,)]


def test_a_folder_that_is_not_there_is_a_sentence(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="找不到年度数据文件夹"):
        load(store, tmp_path / "none")


def test_numbers_set_elsewhere_and_statements_are_releases_too(store: Store, yearly: Path, tmp_path: Path) -> None:
    assigned, statements = tmp_path / "assigned.csv", tmp_path / "statements.csv"
    assigned.write_text("target,place,value,source\nplan-2018.good,,61.0,下达文件\n", encoding="utf-8")
    statements.write_text(
        "target,place,kind,stated_on,text\nplan-2018.pm25,乙市,contested,2019-10-16,不实\n", encoding="utf-8"
    )
    load(store, yearly, assigned=assigned, statements=statements)
    judged = assess(store, years=[2019]).set_index(["target", "place"])
    assert judged.loc[("plan-2018.good", "P"), "goal"] == 61.0
    assert judged.loc[("plan-2018.pm25", "C1"), "contested"]
    assert not judged.loc[("plan-2018.pm25", "C2"), "contested"]
    assert run_checks(store) == []


def test_made_up_and_real_figures_never_come_together(store: Store, yearly: Path) -> None:
    load(store, yearly)
    with pytest.raises(StoreError, match="演示"):
        build(store, definitions=SMALL / "indicators.toml", yearly=yearly, demo=True)


# Facts are appended, the rest is derived -----------------------------------------------------------


def test_publishing_and_withdrawing_restores_every_derived_row(small: Store, register: Register) -> None:
    before = content(small)
    lines = "乙市,pm25,2018,40,,,修订,\n乙市,pm25,2020,34,,,公报,\n甲省,trees,2019,,,,撤回,"
    release = send(small, register, lines)
    assert content(small) != before
    withdraw(small, release, by=LOCAL)
    assert content(small) == before


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("乙市,pm25,2018,40,,,修订,", "a revision of one cell"),
        ("丙市,pm25,2020,34,,,公报,", "the first figure of a year"),
        ("乙市,pm25,2019,,,,撤回,", "a number taken back"),
        ("甲省,forest_cover,2018,,,,撤回,\n乙市,trees,2015,1,,,公报,", "an early year of something that is no target"),
        ("乙市,pm25,2005,60,,,公报,\n甲省,trees,2020,2,万亩,,公报,", "several indicators, an early year"),
        (
            "甲省,water_use,2019,50,,,公报,",
            "a base year, which counts seen from earlier years too",
        ),
    ],
)
def test_deriving_what_a_release_touches_is_the_same_as_deriving_everything(
    small: Store, register: Register, lines: str, says: str
) -> None:
    send(small, register, "甲省,water_use,2017,60,,,公报,")
    release = send(small, register, lines)
    for step in ("publish", "withdraw"):
        touched = content(small)
        with small.write() as cursor:
            refresh(cursor)
        assert content(small) == touched, f"{says}: {step}"
        if step == "publish":
            withdraw(small, release, by=LOCAL)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["P", "C1", "C2"]),
        st.sampled_from(["pm25", "forest_cover", "trees", "water_use"]),
        st.integers(2015, 2022),
        st.one_of(st.none(), st.integers(10, 90)),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row[:3],
)


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(releases=st.lists(ROWS, min_size=2, max_size=3), gone=st.integers(0, 1))
def test_after_any_releases_and_a_withdrawal_what_is_stored_is_what_deriving_everything_gives(
    register: Register, releases: list[list[tuple[str, str, int, int | None]]], gone: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"duckdb:{folder}/monitor.duckdb")
        load(store, SMALL / "yearly")
        numbers = [
            send(store, register, "\n".join(f"{p},{i},{y},{'' if v is None else v},,,公报," for p, i, y, v in rows))
            for rows in releases
        ]
        withdraw(store, numbers[gone], by=LOCAL)
        touched = content(store)
        with store.write() as cursor:
            refresh(cursor)
        assert content(store) == touched
        store.close()


def test_facts_are_only_ever_appended(small: Store, register: Register) -> None:
    before = content(small, FACTS)
    withdraw(small, send(small, register, "乙市,pm25,2018,40,,,修订,"), by=LOCAL)
    after = content(small, FACTS)
    assert all(set(before[table]) <= set(after[table]) for table in FACTS)


# As seen, as published -----------------------------------------------------------------------------


def test_as_published_shows_the_figures_of_that_day(small: Store) -> None:
    def value_on(day: date) -> object:
        judged = assess(small, years=[2019], as_published=day, targets=["plan-2018.pm25"], places=["C1"])
        return None if judged["value"].isna().all() else (judged["value"].item(), judged["value_year"].item())

    assert value_on(date(2018, 6, 4)) is None
    assert value_on(date(2018, 6, 5)) == (45.0, 2017)
    assert value_on(date(2019, 6, 5)) == (41.0, 2018)
    assert value_on(date(2020, 1, 10)) == (38.0, 2019)


def test_without_a_day_of_its_own_a_figure_is_published_with_its_release(small: Store, register: Register) -> None:
    send(small, register, "丙市,pm25,2020,34,,,公报,", on=date(2030, 6, 1))
    early = assess(small, years=[2020], as_published=date(2030, 5, 31), places=["C2"])
    late = assess(small, years=[2020], as_published=date(2030, 6, 1), places=["C2"])
    assert list(early["value"].isna()) == [True]
    assert list(late["value"]) == [34.0]


def test_a_withdrawn_release_is_still_seen_on_a_day_before_it_was_withdrawn(small: Store, register: Register) -> None:
    release = send(small, register, "丙市,pm25,2020,34,,,公报,", on=date(2030, 6, 1))
    withdraw(small, release, at=datetime.combine(date(2030, 7, 1), time()), by=LOCAL)
    on_the_day = assess(small, years=[2020], as_published=date(2030, 6, 15), places=["C2"])
    afterwards = assess(small, years=[2020], as_published=date(2030, 7, 1), places=["C2"])
    assert list(on_the_day["value"]) == [34.0]
    assert list(afterwards["value"].isna()) == [True]


def test_stored_judgements_are_those_made_on_asking(small: Store) -> None:
    stored = small.query("select * from assessment where year = 2019 order by target, place")
    asked = assess(small, years=[2019]).sort_values(["target", "place"], ignore_index=True)
    assert stored[asked.columns].astype(str).equals(asked.astype(str))


# History and releases ------------------------------------------------------------------------------


def test_history_shows_every_vintage_and_which_one_counts(small: Store, register: Register) -> None:
    first = send(small, register, "乙市,pm25,2018,40,,,修订,")
    send(small, register, "乙市,pm25,2018,40.5,,,再修订,")
    withdraw(small, first, reason="发错文件", by=LOCAL)
    history = history_of(small, indicator="pm25", place="C1", year=2018)
    assert list(zip(history["value"], history["state"], history["present"], strict=True)) == [
        (40.5, "in_force", True),
        (40.0, "withdrawn", False),
        (41.0, "in_force", False),
    ]
    assert history["reason"][1] == "发错文件"


def test_releases_are_listed_newest_first_with_their_state(store: Store, yearly: Path) -> None:
    load(store, yearly)
    (yearly / "air.csv").write_text(f"{HEADER}\n乙市,pm25,2018,42,,,更正,\n", encoding="utf-8")
    load(store, yearly)
    withdraw(store, "R0002", by=LOCAL)
    listed = releases_of(store)
    assert list(zip(listed["release"], listed["state"], listed["rows"], strict=True)) == [
        ("R0003", "in_force", 1),
        ("R0002", "withdrawn", 4),
        ("R0001", "replaced", 5),
    ]


# Checks --------------------------------------------------------------------------------------------

BREAKING = {
    "one_present_value": "insert into figure_now select * from figure_now where place = 'C1' and year = 2018",
    "figure_place_known": "delete from place where place = 'C1'",
    "figure_indicator_known": "delete from indicator where indicator = 'trees'",
    "assigned_target_known": "insert into assigned_value (release, target, place) values ('R0001', 'gone', 'P')",
    "statement_target_known": "insert into statement (release, target, place) values ('R0001', 'gone', '')",
    "fact_has_release": "update figure set release = 'R0009' where year = 2017",
    "release_number_once": "insert into release select * from release where seq = 1",
    "release_has_original": "delete from original where release = 'R0001'",
    "same_file_once": "insert into release (release, seq, kind, file_hash) "
    "select 'R0009', 9, kind, file_hash from release where seq = 1",
    "withdrawal_known_once": "insert into withdrawal (release) values ('R0009')",
    "figure_finite": "update figure set value = 'inf' where year = 2017",
    "present_value_is_last": "update figure_now set release = 'R0009' where year = 2017",
    "arranged_alike": "update figure_by_place set value = value + 1 where year = 2017",
    "holding_counted": "delete from holding where place = 'C1'",
    "release_present_counted": "update release_present set figures = figures + 1 where release = 'R0001'",
    "release_rows_counted": "update release set row_count = row_count + 1 where seq = 1",
    "judged_once": "insert into assessment select * from assessment where year = 2018",
    "judged_all": "delete from assessment where year = 2018",
    "target_has_place": "delete from target_place where target = 'plan-2018.trees'",
    "report_task_known": "insert into task_report (release, task, step, document) values ('R0001', 'gone', 0, 'plan-2018')",
    "evidence_kept": "insert into task_report (release, task, step, document, evidence_file) "
    "values ('R0001', '', 0, 'plan-2018', '证明.pdf')",
    "explanation_known": "insert into explanation (release, target, place) values ('R0001', 'gone', 'P')",
    "assessment_is_current": "update assessment set status = 'met' where target = 'plan-2018.trees'",
}


def test_sound_data_break_no_promise(small: Store) -> None:
    assert run_checks(small) == []


@pytest.mark.parametrize("name", BREAKING)
def test_each_check_finds_what_breaks_its_promise(small: Store, name: str) -> None:
    with small.write() as cursor:
        cursor.execute(BREAKING[name])
    assert any(line.startswith(f"{name}（") for line in run_checks(small))


def test_every_check_is_broken_once_here() -> None:
    assert {check.name for check in read_checks()} | {"assessment_is_current"} == set(BREAKING)


def test_figures_whose_indicator_left_the_register_are_kept_and_reported(
    store: Store, yearly: Path, tmp_path: Path
) -> None:
    load(store, yearly)
    shorter = tmp_path / "indicators.toml"
    text = (SMALL / "indicators.toml").read_text(encoding="utf-8")
    before, _, after = text.partition('[[targets]]\nid = "plan-2018.trees"')
    shorter.write_text(
        before.replace('[indicators.trees]\nname = "营造林面积"\nunit = "公顷"\nbetter = "higher"\n', "")
        + "[[targets]]"
        + after.partition("[[targets]]")[2],
        encoding="utf-8",
    )
    assert "trees" not in read_register(shorter).indicators
    (yearly / "forest.csv").unlink()
    load(store, yearly, definitions=shorter)
    assert store.rows("select count(*) from figure_now where indicator = 'trees'") == [(2,)]
    assert [line.split("（")[0] for line in run_checks(store)] == ["figure_indicator_known"]
