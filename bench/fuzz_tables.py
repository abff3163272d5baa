"""Thousands of random yearbook tables through the recogniser, against the truth they were made from.

    python bench/fuzz_tables.py [COUNT]

Prints how many figures were taken, asked about and of unknown places, and every table of which a
figure was read wrong or lost: there must be none.
"""

import sys
from collections import Counter
from math import isclose
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "recognise")]

from files import small_register  # noqa: E402
from yearbooks import Truth, make  # noqa: E402

from etl.recognise.engine import recognise  # noqa: E402
from etl.recognise.report import TAKEN, Cell  # noqa: E402


def says_otherwise(cell: Cell, truth: Truth) -> bool:
    """Whether a cell claims what is not so."""
    claims = ((cell.place, truth.place), (cell.indicator, truth.indicator), (cell.year, truth.year))
    if any(claim not in {None, true} for claim, true in claims):
        return True
    if cell.state != TAKEN:
        return False
    if cell.value is None or truth.value is None:
        return cell.value is not truth.value
    return not isclose(cell.value, truth.value, rel_tol=1e-9)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    register = small_register()
    ends: Counter[str] = Counter()
    wrong: list[int] = []
    for seed in range(count):
        book = make(seed)
        data = book.as_xlsx() if seed % 2 else book.as_csv()
        cells = {
            (cell.row - 1, cell.column - 1): cell
            for cell in recognise(data, name="年鉴", register=register, this_year=2021).cells
        }
        ends.update(cell.state for cell in cells.values())
        if set(cells) != set(book.truth) or any(says_otherwise(cells[at], truth) for at, truth in book.truth.items()):
            wrong.append(seed)
    for state, figures in ends.most_common():
        print(f"{figures:7d}  {state}")
    print(f"{count} tables; wrong or lost in {len(wrong)}: {wrong[:20]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
