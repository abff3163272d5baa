"""Ten real yearbook files: every cell read by hand is exact or asked about; none is wrong."""

import csv
from functools import cache
from pathlib import Path

import pytest
from files import HERE, REAL_FILES, small_register

from etl.recognise.engine import recognise
from etl.recognise.report import ASKED, UNKNOWN_PLACE, Cell, Report
from etl.register import Register, read_register

pytestmark = pytest.mark.skipif(
    not REAL_FILES.is_dir(), reason="The real yearbook files are not at hand; the made-up ones are tested all the same."
)
ROOT = HERE.parents[1]


@cache
def register() -> Register:
    return read_register(ROOT / "indicators.toml")


@cache
def report(name: str, **answers: str) -> Report:
    return recognise((REAL_FILES / name).read_bytes(), name=name, register=register(), answers=answers, this_year=2020)


def expected_cells() -> list[dict[str, str]]:
    path = REAL_FILES / "EXPECTED.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())) if path.exists() else []


def sentence(row: dict[str, str]) -> str:
    return f"{row['file'][:2]} {row['area']} {row['indicator']} {row['value']}"


def cell_at(found: Report, row: dict[str, str]) -> Cell | None:
    place = (int(row["sheet_index"]) + 1, int(row["row_1based"]), int(row["col_1based"]))
    return next((cell for cell in found.cells if (cell.sheet_number, cell.row, cell.column) == place), None)


@pytest.mark.parametrize("row", expected_cells(), ids=sentence)
def test_cell_read_by_hand(row: dict[str, str]):
    found = report(row["file"])
    cell = cell_at(found, row)
    if cell is None:
        assert row["value"] == "MISSING"
        assert int(row["row_1based"]) in {skip.row for skip in found.skipped}
        return
    assert cell.value == (None if row["value"] == "MISSING" else float(row["value"]))
    assert cell.year in {None, 2017}
    own = register().place_of(row["area"])
    assert cell.place in {None, *own}
    assert cell.state in {ASKED, UNKNOWN_PLACE}, "the year or the unit is said nowhere, so nothing may be taken yet"
    # A named city of the register is recognised, or it is asked which of its namesakes is meant.
    assert cell.place is not None or not own or any(each.startswith("place:") for each in cell.questions)


def test_one_question_is_enough_for_a_file_that_only_lacks_its_year():
    name = "03_Smoke Dust.xls"
    assert [question.id for question in report(name).questions] == ["year"]
    settled = report(name, year="2017")
    assert not settled.questions
    dust = {cell.place: cell.value for cell in settled.taken if cell.indicator == "industrial_dust"}
    assert dust["360900"] == 47918
    assert {cell.year for cell in settled.taken} == {2017}


def test_the_suspicious_67_percent_is_asked_about_and_not_changed():
    found = report("04_Green Cover in cities.xls", year="2017")
    doubt = next(question for question in found.questions if question.id == "value:outlier")
    assert "景德镇市" in doubt.where
    cell = next(cell for cell in found.cells if (cell.row, cell.column) == (145, 6))
    assert (cell.value, cell.value_in_file) == (67, "67.00")


def test_fuzhou_among_key_cities_is_not_taken_for_fuzhou_in_jiangxi():
    found = report("09_Air pollution in 31 Key cities in China.xls")
    assert {cell.place for cell in found.cells if cell.label_place == "Fuzhou"} == {None}
    assert "place:fuzhou" in {question.id for question in found.questions}


def test_numbers_of_file_ten_are_what_their_text_says():
    found = report("10_final_air_pollution_30cities.csv")
    beijing_2015 = {cell.label_indicator: cell for cell in found.cells if cell.row == 9}
    assert (beijing_2015["NOx"].value, beijing_2015["NOx"].value_in_file) == (50, "0050")
    assert beijing_2015["pop_density"].value == 819.69
    assert beijing_2015["NOx"].year == 2015


@pytest.mark.parametrize("path", sorted(REAL_FILES.glob("[01]*")), ids=lambda path: path.name[:2])
def test_every_number_of_the_file_is_in_a_cell_or_skipped_aloud(path: Path):
    """Counted independently of the layout: each number stands in exactly one cell or a skipped row."""
    from etl.recognise.grid import read_grid
    from etl.recognise.numbers import Number, read_number

    found = recognise(path.read_bytes(), name=path.name, register=small_register(), this_year=2020)
    cells = {(cell.sheet_number, cell.row, cell.column) for cell in found.cells}
    skipped_rows = {(skip.sheet, skip.row) for skip in found.skipped}
    lost = []
    for sheet in read_grid(path.read_bytes(), name=path.name):
        for row, contents in enumerate(sheet.rows, 1):
            for column, content in enumerate(contents, 1):
                year_of_long_table = path.suffix == ".csv" and column == 2
                if content == "" or not isinstance(read_number(content), Number) or year_of_long_table:
                    continue
                if (sheet.number, row, column) not in cells and (sheet.name, row) not in skipped_rows:
                    lost.append((sheet.name, row, column, content))
    assert lost == []
