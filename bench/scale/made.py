"""The files that are measured: a register and yearly CSV files, made up by a formula."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from bench.big import FIRST_YEAR, LAST_YEAR, definitions_text

SOURCE = "按公式编造，只用于测速"
TARGETS = 10
GOAL = 80.0
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
_ROWS_A_FILE = 1_200_000


@dataclass(frozen=True)
class Size:
    """Places and indicators; figures for each in twenty years, targets for each place and ten indicators."""

    places: int
    indicators: int
    years_at_once: int = len(YEARS)  # files of so many years lie on the disk together
    peers: bool = True  # whether pandas and polars hold it in memory

    @property
    def figures(self) -> int:
        return self.places * self.indicators * len(YEARS)


SIZES = {
    "2.9M": Size(2900, 50),
    "17M": Size(2900, 300),
    "240M": Size(40_000, 300, years_at_once=5, peers=False),
}


def make_register(size: Size, folder: Path) -> None:
    """Write the register into `folder`."""
    text = definitions_text(places=size.places, indicators=size.indicators, targets=TARGETS)
    (folder / "indicators.toml").write_text(text, encoding="utf-8")


def make_year(size: Size, year: int, folder: Path) -> None:
    """Write the files of one year into `folder`, each of some of the places."""
    at_once = max(1, _ROWS_A_FILE // size.indicators)
    for first in range(0, size.places, at_once):
        places = np.arange(first, min(first + at_once, size.places))
        rows = _rows(places, size.indicators, year)
        csv.write_csv(rows, folder / f"{year}-{first:05}.csv", csv.WriteOptions(quoting_style="none"))


def _rows(places: np.ndarray, indicators: int, year: int) -> pa.Table:
    count = len(places) * indicators
    place, indicator = np.tile(places, indicators), np.repeat(np.arange(indicators), len(places))
    base = 40 + (place * 7 + indicator * 3) % 50
    value = np.round(base + (year - FIRST_YEAR) * ((place + indicator) % 5 - 1) * 0.3, 2)
    empty = pa.array([""] * count)
    return pa.table(
        {
            "place": pa.array([f"第{number}县" for number in places]).take(pa.array(place - places[0])),
            "indicator": pa.array([f"测速指标{number}" for number in range(indicators)]).take(pa.array(indicator)),
            "year": np.full(count, year),
            "value": value,
            "unit": pa.array(["%"] * count),
            "status": empty,
            "source": pa.array([SOURCE] * count),
            "note": empty,
        }
    )
