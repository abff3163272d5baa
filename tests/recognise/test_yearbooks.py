"""Tables made at random with the truth beside them: what is taken is true, and nothing is lost."""

import pytest
from files import small_register
from yearbooks import Truth, make

from etl.recognise.engine import recognise
from etl.recognise.report import ASKED, TAKEN, UNKNOWN_PLACE

REGISTER = small_register()


@pytest.mark.parametrize("seed", range(24))
def test_nothing_untrue_is_taken_and_nothing_lost(seed: int):
    book = make(seed)
    data = book.as_xlsx() if seed % 2 else book.as_csv()
    report = recognise(data, name="年鉴", register=REGISTER, this_year=2021)
    cells = {(cell.row - 1, cell.column - 1): cell for cell in report.cells}
    assert set(cells) == set(book.truth)
    for at, truth in book.truth.items():
        cell = cells[at]
        # What is not yet known may be open, but nothing may be said that is not so.
        assert cell.place in {None, truth.place}
        assert cell.indicator in {None, truth.indicator}
        assert cell.year in {None, truth.year}
        if cell.state == TAKEN:
            value = pytest.approx(cell.value, rel=1e-9) if cell.value is not None else None
            assert Truth(cell.place, cell.indicator, cell.year, value) == truth
        assert cell.state in {TAKEN, ASKED, UNKNOWN_PLACE}
