"""Received files through the whole intake: what is asked, what is published, what is learned."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.access import LOCAL
from etl.build import build
from etl.checks import run_checks
from etl.drafts import drop_draft, load_draft, save_draft
from etl.history import history_of, original_of
from etl.intake import MOST_BYTES, Intake, publish_file, read_file, rehearse_file
from etl.problem import Refused
from etl.publish import withdraw
from etl.recipes import forget, recipes
from etl.references import references
from etl.store import Store
from tests.conftest import ROOT, Run

REAL = ROOT.parent / "shared" / "real_files"
# What a clerk answers to the questions of the ten real files about the cells that were read by hand.
REAL_ANSWERS = {"year": "2017", "indicator:unknown": "keep"}
MARKS = {"MISSING": None}

NO_YEAR = [["各市空气质量"], ["地区", "PM2.5（微克/立方米）"], ["乙市", 37.5], ["丙市", 31]]


def workbook(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("空气")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def send(store: Store, data: bytes, *, name: str = "f.xlsx", **answers: str) -> tuple[Intake, str]:
    intake = read_file(store, data, name=name, answers=answers)
    return intake, publish_file(store, intake, data=data, name=name, by=LOCAL).release


def asked(store: Store, data: bytes, **answers: str) -> list[str]:
    return [question.id for question in read_file(store, data, name="f.xlsx", answers=answers).report.questions]


def values(store: Store, year: int) -> list[tuple[object, ...]]:
    return store.rows("select place, indicator, value from figure_now where year = ? order by all", [year])


# Questions -------------------------------------------------------------------------------------------


def test_a_year_the_file_does_not_say_is_asked_once_and_nothing_is_published_before(small: Store) -> None:
    data = workbook(NO_YEAR)
    intake = read_file(small, data, name="f.xlsx")
    assert [question.id for question in intake.report.questions] == ["year"]
    assert len(intake.report.cells) == 2
    assert not intake.ready
    with pytest.raises(Refused, match="哪一年"):
        publish_file(small, intake, data=data, name="f.xlsx", by=LOCAL)
    assert values(small, 2020) == []


def test_an_answer_makes_it_ready_and_every_figure_knows_its_file_sheet_row_and_column(small: Store) -> None:
    data = workbook(NO_YEAR)
    _, release = send(small, data, name="../../年报.xlsx", year="2020")
    assert values(small, 2020) == [("C1", "pm25", 37.5), ("C2", "pm25", 31.0)]
    (row,) = history_of(small, indicator="pm25", place="C1", year=2020).to_dict("records")
    assert (row["sheet"], row["sheet_row"], row["sheet_column"], row["value_in_file"]) == ("空气", 3, 2, "37.5")
    assert (row["release"], row["file_name"]) == (release, "年报.xlsx")
    assert original_of(small, release, by=LOCAL) == ("年报.xlsx", data)
    assert run_checks(small) == []


def test_the_same_file_twice_changes_nothing_and_says_so(small: Store) -> None:
    data = workbook(NO_YEAR)
    send(small, data, year="2020")
    version = small.version()
    again = publish_file(
        small, read_file(small, data, name="f.xlsx", answers={"year": "2020"}), data=data, name="f.xlsx", by=LOCAL
    )
    assert (again.already, small.version()) == (True, version)


def test_who_publishes_after_a_rehearsal_that_others_overtook_is_told_so(small: Store) -> None:
    data = workbook(NO_YEAR)
    intake = read_file(small, data, name="f.xlsx", answers={"year": "2020"})
    rehearsal = rehearse_file(small, intake)
    send(small, workbook(NO_YEAR[:3]), year="2021")
    with pytest.raises(Refused, match="重新预演"):
        publish_file(small, intake, data=data, name="f.xlsx", rehearsed=rehearsal.version, by=LOCAL)
    assert values(small, 2020) == []


def test_a_gap_in_a_received_file_takes_no_stored_number_back(small: Store) -> None:
    data = workbook(
        [NO_YEAR[0], ["地区", "2018年PM2.5（微克/立方米）", "2016年PM2.5（微克/立方米）"], ["乙市", "…", "—"]]
    )
    intake, _ = send(small, data)
    assert [row.value for row in intake.rows] == [None, None]
    assert values(small, 2018) == [
        ("C1", "pm25", 41.0),
        ("C2", "pm25", 33.0),
        ("P", "forest_cover", 61.2),
        ("P", "trees", 13333.333333333334),
    ]
    assert values(small, 2016) == [("C1", "pm25", None)]


# Recipes ---------------------------------------------------------------------------------------------

UNKNOWN = [["2020年各市情况"], ["地区", "PM2.5（微克/立方米）", "电影院（座）"], ["乙市", 37.5, 12], ["丙市", 31, 9]]
NEXT_YEAR = [["2021年各市情况"], UNKNOWN[1], ["乙市", 36.5, 13], ["丙市", 30, 9]]


def test_next_years_file_of_the_same_shape_needs_no_question(small: Store) -> None:
    assert asked(small, workbook(UNKNOWN)) == ["indicator:unknown"]
    send(small, workbook(UNKNOWN), **{"indicator:unknown": "keep"})
    assert asked(small, workbook(NEXT_YEAR)) == []
    send(small, workbook(NEXT_YEAR))
    assert values(small, 2021)[0] == ("C1", "pm25", 36.5)


def test_the_year_is_asked_again_next_year(small: Store) -> None:
    send(small, workbook(NO_YEAR), year="2020")
    assert asked(small, workbook([*NO_YEAR[:2], ["乙市", 36]])) == ["year"]


def test_a_recipe_can_be_seen_and_forgotten(small: Store) -> None:
    send(small, workbook(UNKNOWN), **{"indicator:unknown": "keep"})
    (recipe,) = recipes(small)
    assert (recipe.answers, recipe.year, recipe.file_name) == ({"indicator:unknown": "keep"}, 2020, "f.xlsx")
    forget(small, recipe.shape, by=LOCAL)
    assert recipes(small) == ()
    assert asked(small, workbook(NEXT_YEAR)) == ["indicator:unknown"]


def test_a_withdrawn_file_teaches_nothing(small: Store) -> None:
    _, release = send(small, workbook(UNKNOWN), **{"indicator:unknown": "keep"})
    withdraw(small, release, by=LOCAL)
    assert asked(small, workbook(NEXT_YEAR)) == ["indicator:unknown"]


# Series in no document -------------------------------------------------------------------------------


def test_a_series_in_no_document_is_kept_under_its_own_name_and_judges_nothing(small: Store) -> None:
    judged = "select target, place, year, status from assessment where year < 2020 order by all"
    before = small.rows(judged)
    send(small, workbook(UNKNOWN), **{"indicator:unknown": "keep"})
    (series,) = references(small)
    assert (series.indicator, series.name, series.unit) == ("x:电影院", "电影院", "座")
    assert ("C1", "x:电影院", 12.0) in values(small, 2020)
    assert small.rows(judged) == before
    assert run_checks(small) == []


def test_a_series_whose_unit_changes_goes_on_in_its_first_unit(small: Store) -> None:
    def table(year: int, unit: str, value: float) -> bytes:
        return workbook([[f"{year}年各市情况"], ["地区", f"湿地面积（{unit}）"], ["乙市", value], ["丙市", value]])

    send(small, table(2020, "公顷", 12000), **{"indicator:unknown": "keep"})
    send(small, table(2021, "万公顷", 1.3), **{"indicator:unknown": "keep"})
    assert ("C1", "x:湿地面积", 13000.0) in values(small, 2021)
    assert run_checks(small) == []


def test_a_series_left_out_leaves_no_trace(small: Store) -> None:
    send(small, workbook(UNKNOWN), **{"indicator:unknown": "leave"})
    assert references(small) == ()


# Our own files ---------------------------------------------------------------------------------------

TIDY = "place,indicator,year,value,unit,status,source,note\n乙市,PM2.5,2020,36,,,公报,\n"
ASSIGNED = "target,place,value,source\nplan-2018.good,甲省,63,省林业局通知\n"
STATEMENTS = "target,place,kind,stated_on,text\nplan-2018.pm25,丙市,contested,2019-05-01,数据不实\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_tidy_file_needs_no_question(small: Store, encoding: str) -> None:
    intake, _ = send(small, TIDY.encode(encoding), name="t.csv")
    assert values(small, 2020) == [("C1", "pm25", 36.0)]
    (cell,) = intake.report.cells
    assert (cell.row, cell.column, cell.label_place, cell.place, cell.value, cell.unit) == (
        2,
        4,
        "乙市",
        "C1",
        36.0,
        "微克/立方米",
    )


def test_a_number_set_for_a_target_comes_in_a_file_too_and_can_be_withdrawn(small: Store) -> None:
    intake, release = send(small, ASSIGNED.encode(), name="a.csv")
    status = "select status from assessment where target = 'plan-2018.good' and year = 2018"
    assert intake.kind == "assigned"
    assert small.rows(status) != [("target_pending",)]
    withdraw(small, release, by=LOCAL)
    assert small.rows(status) == [("target_pending",)]


def test_a_statement_comes_in_a_file_too(small: Store) -> None:
    intake, _ = send(small, STATEMENTS.encode(), name="s.csv")
    assert (intake.kind, len(intake.rows)) == ("statements", 1)


def test_a_tidy_file_with_a_mistake_is_refused_with_the_line(small: Store) -> None:
    data = (TIDY + "丁市,PM2.5,2020,36,,,公报,\n").encode()
    with pytest.raises(Refused, match="第3行"):
        send(small, data, name="t.csv")


# Whatever comes --------------------------------------------------------------------------------------


def test_a_file_above_the_limit_is_a_sentence(small: Store) -> None:
    intake = read_file(small, b"a" * (MOST_BYTES + 1), name="big.csv")
    assert "超过 20 MB" in intake.problems[0].message


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", content)
    return out.getvalue()


HOSTILE = [
    ("nothing", b""),
    ("NUL", b"\0" * 1000),
    ("half a workbook", workbook(NO_YEAR)[:2000]),
    ("a zip bomb", zipped(b" " * 60_000_000)),
    ("an entity bomb", zipped(b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>')),
    ("our header and then noise", TIDY.encode() + bytes(range(256))),
    ("a quote that never ends", TIDY.encode() + b'"' + b"x" * 200_000),
    ("a header of a thousand columns", b"place,indicator,year,value" + b",x" * 1000),
]


@pytest.mark.parametrize("data", [case[1] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_hostile_bytes_end_in_a_sentence(small: Store, data: bytes) -> None:
    intake = read_file(small, data, name="../../\0" + "长" * 300 + ".xlsx")
    assert intake.stopped
    assert all(problem.message.endswith("。") and len(problem.where) < 90 for problem in intake.problems)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=400), st.text(max_size=200).map(lambda text: (TIDY + text).encode("utf-8", "ignore"))
    )
)
def test_any_bytes_end_in_a_report(small: Store, data: bytes) -> None:
    rehearse_file(small, read_file(small, data, name="x"))


def test_formulas_are_never_evaluated_nor_given_on(small: Store) -> None:
    data = TIDY.replace("公报", '"=HYPERLINK(""http://x"")"').encode()
    send(small, data, name="t.csv")
    assert small.rows("select source from figure_now where year = 2020") == [('=HYPERLINK("http://x")',)]


# Drafts ----------------------------------------------------------------------------------------------


def test_an_upload_goes_on_where_it_was(small: Store) -> None:
    draft = save_draft(small, file_name="f.xlsx", data=b"\0abc", answers={"year": "2020"}, by=LOCAL.signing("张"))
    assert (
        save_draft(small, file_name="f.xlsx", data=b"\0abc", answers={"year": "2021"}, draft=draft, by=LOCAL) == draft
    )
    found = load_draft(small, draft, by=LOCAL)
    assert found is not None
    assert (found.data, found.answers, found.file_name) == (b"\0abc", {"year": "2021"}, "f.xlsx")
    drop_draft(small, draft, by=LOCAL)
    assert load_draft(small, draft, by=LOCAL) is None


# The command line ------------------------------------------------------------------------------------


def built(run: Run, tmp_path: Path) -> None:
    run("build", "--definitions", ROOT / "tests/small/indicators.toml", "--yearly", ROOT / "tests/small/yearly")
    (tmp_path / "f.xlsx").write_bytes(workbook(NO_YEAR))
    (tmp_path / "answers.json").write_text(json.dumps({"year": 2020}), encoding="utf-8")


def test_a_dry_run_with_an_open_question_is_no_failure_and_stores_nothing(run: Run, tmp_path: Path) -> None:
    built(run, tmp_path)
    done = run("import", "f.xlsx", "--dry-run", "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert [question["id"] for question in report["questions"]] == ["year"]
    assert [(cell["label_place"], cell["place"], cell["year"], cell["value"]) for cell in report["cells"]] == [
        ("乙市", "C1", None, 37.5),
        ("丙市", "C2", None, 31.0),
    ]
    assert set(report) >= {"cells", "skipped", "questions", "problems"}
    assert "f.xlsx" not in run("releases").stdout


def test_an_open_question_without_a_dry_run_fails_with_the_question(run: Run, tmp_path: Path) -> None:
    built(run, tmp_path)
    done = run("import", "f.xlsx")
    assert done.returncode == 1
    assert "哪一年" in done.stderr
    assert "Traceback" not in done.stderr


def test_answered_it_is_published_listed_shown_and_withdrawn(run: Run, tmp_path: Path) -> None:
    built(run, tmp_path)
    done = run("import", "f.xlsx", "--answers", "answers.json", "--person", "张", "--note", "年报", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["release"]["release"]) == (0, "R0003")
    assert report["rehearsal"]["counts"]["new"] == 2
    (listed,) = [row for row in csv.DictReader(io.StringIO(run("releases").stdout)) if row["release"] == "R0003"]
    assert (listed["state"], listed["file_name"], listed["person"], listed["note"]) == (
        "in_force",
        "f.xlsx",
        "张",
        "年报",
    )
    assert "R0003" in run("history", "--indicator", "PM2.5", "--place", "乙市", "--year", 2020).stdout
    assert run("withdraw", "R0003", "--reason", "试发").returncode == 0
    assert "withdrawn" in run("history", "--indicator", "PM2.5", "--place", "乙市", "--year", 2020).stdout
    assert run("original", "R0003", "copy.xlsx").returncode == 0
    assert (tmp_path / "copy.xlsx").read_bytes() == (tmp_path / "f.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.xlsx"], "读不到文件"),
        (["f.xlsx", "--answers", "none.json"], "读不到文件"),
        (["f.xlsx", "--answers", "f.xlsx"], "不是可读的 JSON"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(run: Run, tmp_path: Path, arguments: list[str], words: str) -> None:
    built(run, tmp_path)
    done = run("import", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr


# Real files ------------------------------------------------------------------------------------------


def real_expectations() -> list[dict[str, str]]:
    if not REAL.is_dir():
        pytest.skip("没有真实年鉴文件可供核对")
    return list(csv.DictReader((REAL / "EXPECTED.csv").open(encoding="utf-8")))


def test_no_cell_of_the_real_files_that_was_read_by_hand_is_published_wrong(store: Store) -> None:
    expected = real_expectations()
    build(store)
    for name in dict.fromkeys(row["file"] for row in expected):
        intake = read_file(store, (REAL / name).read_bytes(), name=name, answers=REAL_ANSWERS)
        rows = {(row.sheet_row, row.sheet_column, row.sheet): row for row in intake.rows}
        sheets = list(dict.fromkeys(cell.sheet for cell in intake.report.cells))
        for want in (row for row in expected if row["file"] == name):
            at = (int(want["row_1based"]), int(want["col_1based"]), sheets[int(want["sheet_index"])])
            row = rows.get(at)
            if row is None:
                continue  # asked about, or a place in no document
            number = None if want["value"] == "MISSING" else float(want["value"])
            in_file = None if row.value is None else float(row.value_in_file)
            assert (row.year, in_file) == (2017, number), want
