"""Doubtful values are questions about the value, never corrections."""

from dataclasses import dataclass

import pytest
from files import csv_file, small_register

from etl.recognise.engine import recognise
from etl.recognise.plausibility import Known, same_but_rounding
from etl.recognise.report import Report

REGISTER = small_register()


@dataclass(frozen=True)
class Doubtful:
    sentence: str
    text: str
    question: str
    cell: tuple[int, int]
    value: float
    known: Known | None = None


def history(indicator: str, place: str, **values: float) -> Known:
    return Known({(indicator, place, int(year.strip("y"))): value for year, value in values.items()})


CASES = [
    Doubtful(
        "Outside the register's range.",
        "城市,2017年PM2.5(微克/立方米)\n南昌市,410\n九江市,48",
        "value:range",
        (2, 2),
        410,
    ),
    Doubtful(
        "Ten thousand times what other years hold: the unit may have changed.",
        "城市,2017年废水排放量(万吨)\n南昌市,350000000\n九江市,20000",
        "value:jump",
        (2, 2),
        350000000,
        history("wastewater", "360100", y2015=36000, y2016=35000),
    ),
    Doubtful(
        "666 times what other years hold is 公顷 for 万亩.",
        "城市,2017年造林面积(万亩)\n南昌市,2000.1\n九江市,3",
        "value:jump",
        (2, 2),
        2000.1,
        history("afforestation", "360100", y2015=3, y2016=2.8),
    ),
    Doubtful(
        "A single share where the series holds percentages.",
        "城市,2017年污水处理率(%)\n南昌市,0.95",
        "value:shares",
        (2, 2),
        0.95,
        history("sewage_rate", "360100", y2015=93, y2016=94),
    ),
    Doubtful(
        "Shares and percentages in one column, nothing between.",
        "城市,2017年污水处理率(%)\n南昌市,0.95\n九江市,0.91\n宜春市,93",
        "value:shares",
        (2, 2),
        0.95,
    ),
    Doubtful(
        "A padded number that its neighbours do not explain may have lost its point.",
        "城市,2017年湿地面积(公顷)\n南昌市,0050\n九江市,0.5\n宜春市,0.4",
        "value:leading_zero",
        (2, 2),
        50,
    ),
    Doubtful(
        "Zero everywhere in a year is more often no data.",
        "城市,2016年湿地面积(公顷),2017年湿地面积(公顷)\n南昌市,1200,0\n九江市,3400,0",
        "value:zeros",
        (2, 3),
        0,
    ),
    Doubtful(
        "A running total below last year's.",
        "城市,2017年造林面积(万亩)\n江西省,200\n南昌市,10",
        "value:falling",
        (2, 2),
        200,
        history("afforestation", "360000", y2016=260),
    ),
    Doubtful(
        "A part larger than its whole.",
        "2017年,,\n城市,绿地面积(公顷),\n,,公园绿地面积\n南昌市,3000,9000\n九江市,6000,2000",
        "value:parts",
        (4, 3),
        9000,
    ),
    Doubtful(
        "Another number is stored for that year.",
        "城市,2017年PM2.5(微克/立方米)\n南昌市,41\n九江市,48",
        "value:revised",
        (3, 2),
        48,
        history("pm25", "360400", y2017=45),
    ),
    Doubtful(
        "The file itself has two numbers.",
        "城市,年份,PM2.5(微克/立方米)\n南昌市,2017,41\n南昌市,2017,43",
        "value:twice",
        (2, 3),
        41,
    ),
    Doubtful(
        "A percentage that never exceeds 1.",
        "城市,2017年污水处理率(%)\n南昌市,0.935\n九江市,0.9",
        "value:shares",
        (2, 2),
        0.935,
    ),
]


def read(case: Doubtful, **answers: str) -> Report:
    return recognise(csv_file(case.text), name="a.csv", register=REGISTER, known=case.known, answers=answers)


@pytest.mark.parametrize("case", CASES, ids=[case.sentence for case in CASES])
def test_doubt(case: Doubtful):
    report = read(case)
    assert [question.id for question in report.questions] == [case.question]
    assert report.questions[0].about == "value"
    cell = next(cell for cell in report.cells if (cell.row, cell.column) == case.cell)
    assert (cell.value, cell.state) == (case.value, "asked")

    confirmed = read(case, **{case.question: "核对无误，照用"})
    assert not confirmed.questions
    assert case.value in [cell.value for cell in confirmed.taken]

    left_out = read(case, **{case.question: "不采用"})
    assert not left_out.questions
    assert case.cell not in [(cell.row, cell.column) for cell in left_out.taken]


def test_shares_are_read_as_percent_where_the_clerk_says_so():
    report = recognise(
        csv_file("城市,2017年污水处理率(%)\n南昌市,0.935\n九江市,0.9"),
        name="a.csv",
        register=REGISTER,
        answers={"value:shares": "是小数，0.87 按 87% 读取"},
    )
    assert [(cell.value, cell.value_in_file, cell.reason) for cell in report.taken] == [
        (93.5, "0.935", "0.935 即 93.5%"),
        (90.0, "0.9", "0.9 即 90%"),
    ]


def test_a_confirmed_figure_raises_no_doubt():
    known = Known({("pm25", "360100", 2017): 41.0, ("pm25", "360400", 2017): 47.6})
    report = recognise(
        csv_file("城市,2017年PM2.5(微克/立方米)\n南昌市,41\n九江市,48"), name="a.csv", register=REGISTER, known=known
    )
    assert not report.questions


def test_only_the_series_of_the_file_are_looked_up():
    asked: list[list[tuple[str, str]]] = []

    def look_up(series):
        asked.append(series)
        return {("pm25", "360100", 2017): 45.0}

    report = recognise(
        csv_file("城市,2017年PM2.5(微克/立方米)\n南昌市,41\n九江市,48"),
        name="a.csv",
        register=REGISTER,
        known=Known(look_up=look_up),
    )
    assert asked == [[("pm25", "360100"), ("pm25", "360400")]]
    assert [question.id for question in report.questions] == ["value:revised"]


@pytest.mark.parametrize(
    ("a", "b", "same"), [(41, 40.8, True), (41, 40.4, False), (35.25, 35.2, True), (35.2, 35.3, False), (0, 0, True)]
)
def test_rounding_is_no_revision(a, b, same):
    assert same_but_rounding(a, b) is same
