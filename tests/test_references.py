"""What no document asks for: offered or asked about, kept as a reference or left out, never lost without a word."""

import pytest

from etl.access import LOCAL
from etl.build import build
from etl.checks import run_checks
from etl.demo import build_demo
from etl.expected import expected
from etl.history import history_of, id_of_name
from etl.intake import Intake, publish_file, read_file, rehearse_file, why_not_ready
from etl.problem import LOOK, Refused
from etl.publish import withdraw
from etl.recognise.report import ASKED, LEFT_OUT, REFERENCE, TAKEN, UNKNOWN_PLACE
from etl.references import references
from etl.refresh import years_with_figures
from etl.store import Store, StoreError, open_store
from etl.template import write_template

HEADER = "place,indicator,year,value,unit,status,source,note\n"
YEARBOOK = """地区,2020年PM2.5(微克/立方米),2020年幸福指数(%)
乙市,36,88
石家庄市,72,80
南极站,1,2
"""
TIDY = f"""{HEADER}乙市,PM2.5,2020,36,微克/立方米,,公报,
丁市,PM2.5,2020,31,微克/立方米,,公报,
乙市,幸福指数,2020,88,分,,公报,
"""
KEEP = {"place:unknown": "keep", "indicator:unknown": "keep"}
LEAVE = {"place:unknown": "leave", "indicator:unknown": "leave"}


def read(store: Store, text: str, answers: dict[str, str] | None = None) -> Intake:
    return read_file(store, text.encode(), name="f.csv", answers=answers)


def send(store: Store, text: str, answers: dict[str, str] | None = None) -> str:
    intake = read(store, text, answers)
    return publish_file(store, intake, data=text.encode(), name="f.csv", by=LOCAL).release


def states(intake: Intake) -> list[str]:
    return [cell.state for cell in intake.report.cells]


def of_2020(store: Store) -> list[tuple[object, ...]]:
    return store.rows("select place, indicator, value from figure_now where year = 2020 order by all")


# A yearbook file -------------------------------------------------------------------------------------


def test_places_in_no_document_are_offered_and_nothing_waits_for_them(small: Store) -> None:
    intake = read(small, YEARBOOK, {"indicator:unknown": "leave"})
    assert (intake.report.questions, intake.ready) == ((), True)
    (offer,) = intake.report.offers
    assert (offer.id, offer.where) == ("place:unknown", "石家庄市、南极站")
    assert states(intake) == [TAKEN, LEFT_OUT, *[UNKNOWN_PLACE] * 4]
    assert any("石家庄市" in problem.message for problem in intake.problems)


def test_they_are_kept_where_somebody_says_so_and_judge_nothing(small: Store) -> None:
    judged = "select * exclude (missing_years) from assessment order by all"
    before = small.rows(judged)
    send(small, YEARBOOK, {"indicator:unknown": "leave", "place:unknown": "keep"})
    # The place of the gazetteer goes by its code, another one by its name.
    assert of_2020(small) == [("C1", "pm25", 36.0), ("x:130100", "pm25", 72.0), ("x:南极站", "pm25", 1.0)]
    assert small.rows("select place, name from reference_place order by place") == [
        ("x:130100", "石家庄市"),
        ("x:南极站", "南极站"),
    ]
    assert id_of_name(small, kind="place", name="石家庄市") == ["x:130100"]
    assert len(history_of(small, indicator="pm25", place="x:130100", year=2020)) == 1
    assert not run_checks(small)
    assert {row[0] for row in small.rows(judged)} == {row[0] for row in before}
    assert not {figure.place for figure in expected(small, year=2020)} & {"x:130100", "x:南极站"}


def test_a_year_of_references_alone_is_not_judged(small: Store) -> None:
    with small.reading() as cursor:
        years = years_with_figures(cursor)
    later = YEARBOOK.replace("2020", "2033").replace("乙市,36,88\n", "")
    send(small, later, KEEP)
    with small.reading() as cursor:
        assert years_with_figures(cursor) == years
    assert small.rows("select 1 from verdict where year = 2033") == []
    assert not run_checks(small)


def test_what_was_said_about_places_is_remembered(small: Store) -> None:
    send(small, YEARBOOK, KEEP)
    next_year = read(small, YEARBOOK.replace("2020", "2021"))
    assert (next_year.report.questions, len(next_year.rows)) == ((), 6)


def test_the_same_words_of_another_scope_are_another_series(small: Store) -> None:
    tables = [
        f"2020年各市幸福指数（{scope}）,\n地区,幸福指数(%)\n乙市,{value}\n丙市,{value}\n"
        for scope, value in (("全市", 80), ("市辖区", 90))
    ]
    for text in tables:
        send(small, text, KEEP)
    assert {each.name for each in references(small)} == {"幸福指数（全市）", "幸福指数（市辖区）"}


# Our own tidy file -----------------------------------------------------------------------------------


def test_a_tidy_file_is_asked_about_what_the_register_does_not_know(small: Store) -> None:
    intake = read(small, TIDY)
    assert [question.id for question in intake.report.questions] == ["indicator:unknown", "place:unknown"]
    assert [question.where for question in intake.report.questions] == ["幸福指数（第4行）", "丁市（第3行）"]
    assert states(intake) == [TAKEN, ASKED, ASKED]
    assert [cell.value for cell in intake.report.cells] == [36.0, 31.0, 88.0]
    assert rehearse_file(small, intake).counts()["asked"] == 2
    with pytest.raises(Refused, match="第4行"):
        publish_file(small, intake, data=TIDY.encode(), name="f.csv", by=LOCAL)


def test_a_near_name_is_named_so_that_a_slip_can_be_put_right(small: Store) -> None:
    intake = read(small, f"{HEADER}乙市,森林复盖率,2020,63,%,,公报,\n")
    assert "森林覆盖率" in intake.report.questions[0].why


def test_what_is_left_out_is_said_and_the_rest_goes_in(small: Store) -> None:
    intake = read(small, TIDY, LEAVE)
    assert states(intake) == [TAKEN, LEFT_OUT, LEFT_OUT]
    assert all(cell.reason for cell in intake.report.cells[1:])
    send(small, TIDY, LEAVE)
    assert of_2020(small) == [("C1", "pm25", 36.0)]


def test_what_is_kept_stands_beside_in_the_unit_of_the_file(small: Store) -> None:
    assert states(read(small, TIDY, KEEP)) == [TAKEN, REFERENCE, REFERENCE]
    send(small, TIDY, KEEP)
    assert of_2020(small) == [("C1", "pm25", 36.0), ("C1", "x:幸福指数", 88.0), ("x:丁市", "pm25", 31.0)]
    assert [(each.name, each.unit) for each in references(small)] == [("幸福指数", "分")]
    assert not run_checks(small)


def test_the_next_tidy_file_with_those_names_needs_no_answer(small: Store) -> None:
    send(small, TIDY, KEEP)
    following = read(small, TIDY.replace("2020", "2021"))
    assert (following.report.questions, following.ready, len(following.rows)) == ((), True, 3)
    assert following.report.recipe_used


def test_withdrawing_the_file_takes_the_references_along(small: Store) -> None:
    withdraw(small, send(small, TIDY, KEEP), by=LOCAL)
    assert (of_2020(small), references(small)) == ([], ())
    assert len(read(small, TIDY).report.questions) == 2


# Twice, and made up ----------------------------------------------------------------------------------


def test_a_file_in_force_says_so_before_anybody_publishes_it_again(small: Store) -> None:
    text = f"{HEADER}乙市,PM2.5,2020,36,微克/立方米,,公报,\n"
    send(small, text)
    assert [problem.message for problem in read(small, text).problems if problem.severity == LOOK] == [
        "这份文件已经发布过，再发布一次不会改变任何数据。"
    ]


@pytest.fixture
def demo(tmp_path) -> Store:
    store = open_store(f"duckdb:{tmp_path}/demo.duckdb")
    build_demo(store)
    return store


def test_the_demonstration_rehearses_a_real_file_but_does_not_take_it(demo: Store) -> None:
    intake = read(demo, f"{HEADER}南昌市,PM2.5,2020,33,微克/立方米,,公报,\n")
    assert (rehearse_file(demo, intake).counts()["revised"], intake.stopped, intake.ready) == (1, False, False)
    assert "演示数据库" in why_not_ready(intake)[0].message


def test_a_form_of_the_demonstration_goes_back_into_it_and_nowhere_else(demo: Store, small: Store) -> None:
    form = write_template(expected(demo, year=2020)[:1], year=2020, title="全部单位", demo=True)
    assert "演示" in read_file(demo, form, name="填报表.xlsx").report.skipped[0].found
    made_up = f"{HEADER}乙市,PM2.5,2020,33,微克/立方米,,演示数据（虚构）,\n"
    assert not read(small, made_up).ready
    assert "虚构" in why_not_ready(read(small, made_up))[0].message
    assert read(demo, made_up.replace("乙市", "南昌市")).ready


def test_building_still_refuses_to_mix(demo: Store) -> None:
    with pytest.raises(StoreError, match="演示数据库"):
        build(demo)
