"""Recognising in a process of its own gives the same report, and stops in a sentence."""

import io
import zipfile

import pytest
import xlsxwriter
from files import csv_file, small_register, xlsx_file
from shapes import CASES

from etl.recognise.apart import recognise_apart
from etl.recognise.engine import recognise
from etl.recognise.plausibility import Known
from etl.recognise.recipe import Recipe
from etl.recognise.report import Report

REGISTER = small_register()
TABLE = [["城市", "2017年污水处理率(%)"], ["南昌市", 93.5], ["九江市", 90]]
ONE_OF_EACH = [
    "A tidy table names place, indicator, year, value and unit in each row.",
    "English Yichun and Fuzhou are two cities each: asked, never guessed.",
    "Units are converted by a known factor.",
    "HTML that calls itself .xls.",
    "Text that is no number is asked about, the rest is read.",
]


@pytest.mark.parametrize("sentence", ONE_OF_EACH)
def test_the_report_is_the_same(sentence: str):
    case = next(case for case in CASES if case.sentence == sentence)
    here = recognise(case.data, name=case.name, register=REGISTER, this_year=2020)
    assert recognise_apart(case.data, name=case.name, register=REGISTER, this_year=2020) == here


def test_answers_recipes_and_present_figures_go_along():
    data = csv_file("City,PM2.5\nNanchang,41\nYichun,51")
    asked: list[object] = []

    def look_up(series):
        asked.append(series)
        return {("pm25", "360100", 2017): 30.0}

    known = Known(look_up=look_up, latest_year=2016)
    shape = recognise(data, name="a.csv", register=REGISTER).shape
    recipe = Recipe(shape, (("place:yichun", "宜春市（360900）"),), 2016)
    answers = {"year": "2017", "unit:微克/立方米": "微克/立方米"}

    def report(way) -> Report:
        return way(
            data, name="a.csv", register=REGISTER, answers=answers, known=known, recipes=[recipe], this_year=2020
        )

    apart = report(recognise_apart)
    assert apart == report(recognise)
    assert apart.recipe_used == shape
    assert [question.id for question in apart.questions] == ["value:revised"]
    assert asked == [[("pm25", "360100"), ("pm25", "360900")]] * 2


def test_what_takes_too_long_is_stopped_with_a_sentence():
    report = recognise_apart(xlsx_file(("表", TABLE)), name="慢.xlsx", register=REGISTER, seconds=0.001)
    assert [problem.severity for problem in report.problems] == ["stop"]
    assert "规定时间" in report.problems[0].message
    assert not report.cells


def test_a_file_that_cannot_be_opened_says_so_from_there_too():
    report = recognise_apart(b"%PDF-1.7", name="a.xlsx", register=REGISTER)
    assert "PDF" in report.problems[0].message


def test_a_hidden_sheet_is_read_and_said():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in ("公开", "底稿"):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(TABLE):
                sheet.write_row(at, 0, row)
        book.get_worksheet_by_name("底稿").hide()
    report = recognise(out.getvalue(), name="a.xlsx", register=REGISTER)
    assert [problem.message for problem in report.problems] == ["隐藏的工作表也读了：底稿。不该收入的请先删去再上传。"]


def test_macros_are_left_alone_and_said():
    out = io.BytesIO(xlsx_file(("表", TABLE)))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macros")
    report = recognise(out.getvalue(), name="a.xlsm", register=REGISTER)
    assert len(report.taken) == 2
    assert any("宏" in problem.message for problem in report.problems)
