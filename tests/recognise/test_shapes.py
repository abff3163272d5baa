"""What each shape of file says is read as it says it, or asked about; never guessed."""

import pytest
from files import small_register
from shapes import CASES, Case

from etl.recognise.engine import recognise

REGISTER = small_register()


@pytest.mark.parametrize("case", CASES, ids=[case.sentence for case in CASES])
def test_shape(case: Case):
    report = recognise(case.data, name=case.name, register=REGISTER, this_year=2020)
    found = {(cell.row, cell.column): cell for cell in report.cells if cell.sheet_number == 1}
    read = []
    for row, column, *_ in case.reads:
        cell = found.get((row, column))
        read.append(
            (row, column, cell.place, cell.indicator, cell.year, cell.value) if cell else (row, column, "no cell")
        )
    assert tuple(read) == case.reads
    assert {question.id for question in report.questions} == case.asks
