"""The files that are measured: a register and yearly CSV files, made up by a formula."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from bench.big import FIRST_YEAR, LAST_YEAR
from bench.scale.kinds import KINDS, register_text

SOURCE = "按公式编造，只用于测速"
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
_ROWS_A_FILE = 1_200_000

# What stands in a cell, of the numbers of place (p) and indicator (i), whole and not negative, and the years (y)
# since the first. Words that numpy and SQL read alike, `//` apart: the files and `fill` hold the very same figures.
# In hundredths: a level, a slope of its own, and for two series of three a swing about it.
HUNDREDTHS = "4000 + (p * 7 + i * 3) % 50 * 100 + y * ((p + i) % 5 - 1) * 30 + (p + i * 2) % 3 * ((p * 13 + i * 7 + y * 11) % 9 - 4) * 20"
UNREPORTED = "(p * 31 + i * 17 + y * 13) % 47"  # 0: no such row; 1: a row without a value
BOUNDED = "(p * 19 + i * 23 + y * 29) % 131"  # 0, 1, 2: one of BOUNDS
BROKEN = "(p * 37 + i * 11 + y * 41) % 127"  # 0: a break (OBS_STATUS B)
PLACE_SHARE = "(p * 5 + i * 3) % 43"  # 7: no figures after ENDS years; 8: none before STARTS
BOUNDS = ("ge", "le", "about")
ENDS, STARTS = 12, 7


@dataclass(frozen=True)
class Size:
    """Places and indicators; figures for each in twenty years, targets of every kind for every other place."""

    places: int
    indicators: int
    years_at_once: int = len(YEARS)  # files of so many years lie on the disk together
    peers: bool = True  # whether pandas and polars hold it in memory

    @property
    def figures(self) -> int:
        """Nominally; some of them are missing."""
        return self.places * self.indicators * len(YEARS)


SIZES = {
    "2.9M": Size(2900, 50),
    "17M": Size(2900, 300),
    "240M": Size(40_000, 300, years_at_once=5, peers=False),
}


def make_register(size: Size, folder: Path) -> None:
    """Write the register into `folder`."""
    text = register_text(places=size.places, indicators=size.indicators)
    (folder / "indicators.toml").write_text(text, encoding="utf-8")


def make_year(size: Size, year: int, folder: Path) -> None:
    """Write the files of one year into `folder`, each of some of the places."""
    at_once = max(1, _ROWS_A_FILE // size.indicators)
    for first in range(0, size.places, at_once):
        places = np.arange(first, min(first + at_once, size.places))
        rows = _rows(places, size.indicators, year)
        csv.write_csv(rows, folder / f"{year}-{first:05}.csv", csv.WriteOptions(quoting_style="none"))


def _rows(places: np.ndarray, indicators: int, year: int) -> pa.Table:
    place, indicator = np.tile(places, indicators), np.repeat(np.arange(indicators), len(places))
    names = {"p": place, "i": indicator, "y": year - FIRST_YEAR}
    hundredths, unreported, bounded, broken, share = (
        np.asarray(eval(formula, {}, names))  # noqa: S307 - the formulas above
        for formula in (HUNDREDTHS, UNREPORTED, BOUNDED, BROKEN, PLACE_SHARE)
    )
    outside = (share == 7) & (names["y"] > ENDS) | (share == 8) & (names["y"] < STARTS)
    there = (unreported != 0) & ~outside
    given = unreported != 1
    count = len(place)
    unit = [KINDS[at][0]["unit"] if at < len(KINDS) else "%" for at in range(indicators)]
    words = [*BOUNDS, ""]
    return pa.table(
        {
            "place": pa.array([f"第{number}县" for number in places]).take(pa.array(place - places[0])),
            "indicator": pa.array([f"测速指标{number}" for number in range(indicators)]).take(pa.array(indicator)),
            "year": np.full(count, year),
            "value": pa.array(hundredths / 100, mask=~given),
            "unit": pa.array(unit).take(pa.array(indicator)),
            "status": pa.array(["B", ""]).take(pa.array(np.minimum(broken, 1))),
            "source": pa.array([SOURCE] * count),
            "note": pa.array([""] * count),
            "bound": pa.array(words).take(pa.array(np.where(given, np.minimum(bounded, 3), 3))),
        }
    ).filter(pa.array(there))
