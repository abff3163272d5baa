"""Answers settle questions; recipes carry them to next year's file, but never its year."""

from files import csv_file, small_register

from etl.recognise.engine import recognise
from etl.recognise.recipe import Recipe, make_recipe
from etl.recognise.report import Report

REGISTER = small_register()
THIS_YEAR = """
    各市环境指标,,
    City,PM2.5,GRP_pc
    Nanchang,41,70000
    Yichun,51,40000
"""
NEXT_YEAR = THIS_YEAR.replace("41", "33").replace("51", "40").replace("    Yichun", "    Jiujiang,46,50000\n    Yichun")
ANSWERS = {
    "year": "2017",
    "place:yichun": "宜春市（360900）",
    "unit:微克/立方米": "微克/立方米",
    "indicator:unknown": "不采用",
}


def read(text: str, answers: dict[str, str] | None = None, recipes: list[Recipe] | None = None) -> Report:
    return recognise(csv_file(text), name="a.csv", register=REGISTER, answers=answers, recipes=recipes, this_year=2020)


def recipe() -> Recipe:
    report = read(THIS_YEAR, ANSWERS)
    return make_recipe(shape=report.shape, settled=report.settled, year=2017, file_name="a.csv")


def test_each_question_is_asked_once_with_choices():
    report = read(THIS_YEAR)
    assert {question.id for question in report.questions} == set(ANSWERS)
    for question in report.questions:
        assert ANSWERS[question.id] in question.choices
        assert question.where
        assert question.why


def test_answers_settle_everything():
    report = read(THIS_YEAR, ANSWERS)
    assert not report.questions
    assert {(cell.place, cell.indicator, cell.year, cell.value) for cell in report.taken} == {
        ("360100", "pm25", 2017, 41),
        ("360900", "pm25", 2017, 51),
    }
    assert dict(report.settled) == ANSWERS


def test_the_id_behind_a_choice_is_an_answer_too():
    report = read(THIS_YEAR, ANSWERS | {"place:yichun": "360900"})
    assert not report.questions


def test_another_namesake_is_left_out():
    report = read(THIS_YEAR, ANSWERS | {"place:yichun": "伊春市（不在任何文件里）"})
    assert [cell.place for cell in report.taken] == ["360100"]


def test_an_answer_that_is_no_choice_is_said_and_asked_again():
    report = read(THIS_YEAR, ANSWERS | {"year": "MMXVII"})
    assert [question.id for question in report.questions] == ["year"]
    assert any("MMXVII" in problem.message for problem in report.problems)


def test_unknown_columns_can_be_kept_as_reference():
    report = read(THIS_YEAR, ANSWERS | {"indicator:unknown": "作为参考序列保留（不用于评判）"})
    kept = [cell for cell in report.cells if cell.state == "reference"]
    assert [(cell.label_indicator, cell.value) for cell in kept] == [("GRP_pc", 70000), ("GRP_pc", 40000)]


def test_next_years_file_of_the_same_shape_asks_for_its_year_alone():
    report = read(NEXT_YEAR, recipes=[recipe()])
    assert [question.id for question in report.questions] == ["year"]
    assert report.recipe_used == report.shape
    assert report.questions[0].choices[0] == "2018", "the year after the recipe's is offered first"


def test_next_years_file_that_says_its_year_asks_nothing():
    report = read(NEXT_YEAR.replace("各市环境指标", "2018年各市环境指标"), recipes=[recipe()])
    assert not report.questions
    assert {cell.year for cell in report.taken} == {2018}


def test_another_shape_knows_nothing_of_the_recipe():
    report = read(THIS_YEAR.replace("GRP_pc", "gas"), recipes=[recipe()])
    assert {question.id for question in report.questions} == set(ANSWERS)
    assert report.recipe_used is None


def test_doubts_and_years_and_the_place_of_a_form_are_not_kept():
    kept = make_recipe(
        shape="s",
        settled=[("year", "2017"), ("value:range", "x"), ("place@表1", "360100"), ("place:yichun", "360900")],
        year=2017,
    )
    assert kept.answers == (("place:yichun", "360900"),)


def test_the_same_file_gives_the_same_report():
    assert read(THIS_YEAR).to_json() == read(THIS_YEAR).to_json()


def test_row_order_changes_no_cell():
    lines = THIS_YEAR.strip().split("\n")
    turned = "\n".join([*lines[:2], *reversed(lines[2:])])
    read_cells = {(cell.label_place, cell.label_indicator, cell.value) for cell in read(THIS_YEAR).cells}
    assert {(cell.label_place, cell.label_indicator, cell.value) for cell in read(turned).cells} == read_cells
