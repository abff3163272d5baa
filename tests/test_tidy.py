"""The project's own CSV files: what is read, in which unit, and what is refused with which words."""

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.facts import AssignedRow, FigureRow, StatementRow
from etl.measure import UnknownConversion, convert, normal_unit, same_dimension
from etl.other_facts import read_assigned, read_statements
from etl.register import Register, read_register
from etl.tidy import read_tidy
from tests.conftest import BROKEN, SMALL

EXPECTED = tomllib.loads((BROKEN / "expected.toml").read_text(encoding="utf-8"))["tidy"]
HEADER = "place,indicator,year,value,unit,status,source,note"


def figures_of(text: str, register: Register, *, encoding: str = "utf-8") -> list[FigureRow]:
    figures, problems = read_tidy(text.encode(encoding), name="f.csv", register=register)
    assert not problems
    return figures


# What is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPECTED)
def test_one_mistake_is_one_problem_with_its_line_column_and_words(name: str) -> None:
    data = (BROKEN / "tidy" / f"{name}.csv").read_bytes()
    register = read_register(BROKEN / "sound.toml")
    _, problems = read_tidy(data, name=f"{name}.csv", register=register)
    assert [problem.severity for problem in problems] == ["stop"]
    for words in EXPECTED[name]:
        assert words in str(problems[0])


def test_every_broken_file_says_what_it_must_be_refused_with() -> None:
    assert {path.stem for path in (BROKEN / "tidy").glob("*.csv")} == set(EXPECTED)


def test_all_mistakes_of_a_file_are_told_at_once(register: Register) -> None:
    data = f"{HEADER}\n丁市,臭氧,18,x,吨,?,,\n乙市,pm25,2018,40,吨,,,\n".encode()
    _, problems = read_tidy(data, name="f.csv", register=register)
    assert [problem.where for problem in problems] == [
        "f.csv 第2行 place 列",
        "f.csv 第2行 indicator 列",
        "f.csv 第2行 year 列",
        "f.csv 第2行 value 列",
        "f.csv 第2行 status 列",
        "f.csv 第3行 unit 列",
    ]


@given(st.binary(max_size=300))
def test_any_bytes_end_in_rows_or_problems(data: bytes) -> None:
    register = read_register(SMALL / "indicators.toml")
    for read in (read_tidy, read_assigned, read_statements):
        rows, problems = read(data, name="f.csv", register=register)
        assert rows == []
        assert problems


@given(st.lists(st.text(max_size=12), min_size=8, max_size=8))
def test_any_cells_end_in_a_row_or_a_problem(cells: list[str]) -> None:
    register = read_register(SMALL / "indicators.toml")
    line = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    figures, problems = read_tidy(f"{HEADER}\n{line}\n".encode(), name="f.csv", register=register)
    assert figures or problems or not "".join(cells).strip()


# What is read --------------------------------------------------------------------------------------


def test_a_row_becomes_a_figure_in_the_unit_of_its_indicator(register: Register) -> None:
    text = f"{HEADER},quality,published,bound,period\n乙市,PM2.5,2018,0.041,mg/m3,p,公报,初步,official,2019-06-05,le,\n"
    assert figures_of(text, register) == [
        FigureRow(
            place="C1",
            indicator="pm25",
            year=2018,
            value=41.0,
            period="",
            bound="le",
            obs_status="P",
            quality="official",
            source="公报",
            note="初步",
            published=date(2019, 6, 5),
            unit_in_file="mg/m3",
            value_in_file="0.041",
            sheet_row=2,
            sheet_column=4,
        )
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(register: Register, encoding: str) -> None:
    assert len(figures_of(f"{HEADER}\n乙市,PM2.5,2018,41,μg/m³,,公报,\n", register, encoding=encoding)) == 1


@pytest.mark.parametrize(
    ("line", "value", "status", "says"),
    [
        ("乙市,pm25,2018,,微克/立方米,,公报,", None, "A", "an empty value is reported as missing"),
        ("乙市,pm25,2018,41,,,公报,", 41.0, "A", "an empty unit is the indicator's own"),
        ("乙市,pm25,２０１８,４１,,B,公报,", 41.0, "B", "full-width digits are digits"),
        ("甲省,trees,2018,-1.5e1,万亩,A,公报,", -10000.0, "A", "negative numbers and exponents are numbers"),
        ("乙　市,PM 2.5,2018,41,,A,公报,", 41.0, "A", "spaces in names are nothing"),
    ],
)
def test_cells(register: Register, line: str, value: float | None, status: str, says: str) -> None:
    figure = figures_of(f"{HEADER}\n{line}\n", register)[0]
    assert (figure.value, figure.obs_status, figure.year) == (value, status, 2018), says


@pytest.mark.parametrize("period", ["", "2016-2018", "2018-06-30", "2018-Q3", "2018-H1", "2018-06"])
def test_periods(register: Register, period: str) -> None:
    text = f"{HEADER},period\n甲省,trees,2018,1,万亩,,公报,,{period}\n"
    assert figures_of(text, register)[0].period == period


def test_up_to_31_december_is_the_whole_year(register: Register) -> None:
    text = f"{HEADER},period\n甲省,trees,2018,1,万亩,,公报,,2018-12-31\n"
    assert figures_of(text, register)[0].period == ""


def test_31_december_of_another_year_is_refused(register: Register) -> None:
    data = f"{HEADER},period\n甲省,trees,2019,1,万亩,,公报,,2018-12-31\n".encode()
    _, problems = read_tidy(data, name="f.csv", register=register)
    assert [problem.where for problem in problems] == ["f.csv 第2行 period 列"]


@pytest.mark.parametrize(
    ("published", "day"),
    [("2019-06-05", date(2019, 6, 5)), ("2019-02", date(2019, 2, 28)), ("2019", date(2019, 12, 31)), ("", None)],
)
def test_a_publication_known_by_month_or_year_counts_from_its_last_day(
    register: Register, published: str, day: date | None
) -> None:
    text = f"{HEADER},published\n乙市,pm25,2018,41,,,公报,,{published}\n"
    assert figures_of(text, register)[0].published == day


def test_two_vintages_of_one_cell_are_told_apart_by_their_day(register: Register) -> None:
    text = f"{HEADER},published\n乙市,pm25,2018,41,,,快报,,2019-01-05\n乙市,pm25,2018,42,,,公报,,2019-06-05\n"
    assert [figure.value for figure in figures_of(text, register)] == [41.0, 42.0]


def test_a_cell_may_hold_line_breaks_and_lines_are_still_counted(register: Register) -> None:
    data = f'{HEADER}\n乙市,pm25,2018,41,,,公报,"一\n二"\n\n丁市,pm25,2018,41,,,公报,\n'.encode()
    figures, problems = read_tidy(data, name="f.csv", register=register)
    assert [figure.note for figure in figures] == ["一\n二"]
    assert [problem.where for problem in problems] == ["f.csv 第5行 place 列"]


def test_an_implausible_value_is_loaded_and_pointed_out(register: Register) -> None:
    data = f"{HEADER}\n乙市,pm25,2018,5000,,,公报,\n".encode()
    figures, problems = read_tidy(data, name="f.csv", register=register)
    assert [figure.value for figure in figures] == [5000.0]
    assert [problem.severity for problem in problems] == ["look"]


def test_figures_without_source_are_loaded_and_pointed_out_once(register: Register) -> None:
    data = f"{HEADER}\n乙市,pm25,2018,41,,,,\n乙市,pm25,2019,40,,,,\n".encode()
    figures, problems = read_tidy(data, name="f.csv", register=register)
    assert len(figures) == 2
    assert [(problem.severity, problem.found) for problem in problems] == [("look", "2行为空")]


# Numbers set elsewhere, statements -----------------------------------------------------------------


def test_an_assigned_number_needs_no_place_where_the_target_has_one(register: Register) -> None:
    data = "target,place,value,source\nplan-2018.good,,63.1,国家下达文件\n".encode()
    assert read_assigned(data, name="a.csv", register=register) == (
        [AssignedRow(target="plan-2018.good", place="P", value=63.1, source="国家下达文件")],
        [],
    )


def test_only_open_targets_take_an_assigned_number_and_only_with_its_source(register: Register) -> None:
    data = "target,place,value,source\nplan-2018.trees,,63.1,文件\nplan-2018.good,,63.1,\n".encode()
    _, problems = read_assigned(data, name="a.csv", register=register)
    assert [problem.where for problem in problems] == ["a.csv 第2行 target 列", "a.csv 第3行 source 列"]


def test_a_statement_without_place_is_about_the_whole_target(register: Register) -> None:
    data = "target,place,kind,stated_on,text\nplan-2018.pm25,,contested,2019-10-16,督察发现不实\n".encode()
    rows, problems = read_statements(data, name="s.csv", register=register)
    assert not problems
    assert rows == [
        StatementRow(
            target="plan-2018.pm25", place="", kind="contested", stated_on=date(2019, 10, 16), text="督察发现不实"
        )
    ]


def test_a_statement_about_a_place_the_target_does_not_concern_is_refused(register: Register) -> None:
    data = "target,place,kind,stated_on,text\nplan-2018.pm25,甲省,rumour,2019,x\n".encode()
    _, problems = read_statements(data, name="s.csv", register=register)
    assert [problem.where for problem in problems] == ["s.csv 第2行 kind 列", "s.csv 第2行 place 列"]


# Units ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "from_unit", "to_unit", "expected"),
    [
        (53.7, "万亩", "公顷", 35800.0),
        (1, "平方公里", "亩", 1500.0),
        (0.035, "mg/m³", "μg/m³", 35.0),
        (3, "毫克每升", "mg/L", 3.0),
        (1.23, "亿元", "万元", 12300.0),
        (0.3, "百万吨", "万吨", 30.0),
        (1.1, "万吨标准煤", "吨标煤", 11000.0),
        (0.5, "吨标煤/万元", "千克标煤/元", 0.05),
        (2.5, "亿立方米", "万立方米", 25000.0),
        (12, "万人", "人", 120000.0),
        (5, "‰", "%", 0.5),
        (7, "widgets", "Widgets ", 7.0),
    ],
)
def test_conversions_are_exact(value: float, from_unit: str, to_unit: str, expected: float) -> None:
    assert convert(value, from_unit=from_unit, to_unit=to_unit) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [("%", "个百分点"), ("座", "个"), ("吨", "立方米"), ("吨/万元", "立方米/万元"), ("元", "美元"), ("1", "%")],
)
def test_what_measures_another_thing_is_never_converted(a: str, b: str) -> None:
    assert not same_dimension(a, b)
    with pytest.raises(UnknownConversion, match="不能换算"):
        convert(1, from_unit=a, to_unit=b)


def test_a_tonne_is_a_cubic_metre_only_of_water() -> None:
    assert convert(50, from_unit="吨/万元", to_unit="立方米/万元", as_water=True) == 50.0


@pytest.mark.parametrize("spelling", ["μg/m³", "µg/m3", "ug/m3", "微克每立方米", " 微克 / 立方米 "])
def test_one_unit_has_one_spelling(spelling: str) -> None:
    assert normal_unit(spelling) == "微克/立方米"
