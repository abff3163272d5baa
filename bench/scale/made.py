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


@dataclass(frozen=True)
class Size:
    """Places and indicators; figures for each in twenty years, targets for each place and ten indicators."""

    places: int
    indicators: int

    @property
    def figures(self) -> int:
        return self.places * self.indicators * (LAST_YEAR - FIRST_YEAR + 1)


SIZES = {"2.9M": Size(2900, 50), "17M": Size(2900, 300)}


def make(size: Size, folder: Path) -> Path:
    """Write the register and the files into `folder`; the folder of the yearly files."""
    (folder / "indicators.toml").write_text(
        definitions_text(places=size.places, indicators=size.indicators, targets=TARGETS), encoding="utf-8"
    )
    yearly = folder / "yearly"
    yearly.mkdir()
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        csv.write_csv(_year(size, year), yearly / f"{year}.csv", csv.WriteOptions(quoting_style="none"))
    return yearly


def _year(size: Size, year: int) -> pa.Table:
    count = size.places * size.indicators
    place = np.tile(np.arange(size.places), size.indicators)
    indicator = np.repeat(np.arange(size.indicators), size.places)
    base = 40 + (place * 7 + indicator * 3) % 50
    value = np.round(base + (year - FIRST_YEAR) * ((place + indicator) % 5 - 1) * 0.3, 2)
    empty = pa.array([""] * count)
    return pa.table(
        {
            "place": pa.array([f"第{number}县" for number in range(size.places)]).take(pa.array(place)),
            "indicator": pa.array([f"测速指标{number}" for number in range(size.indicators)]).take(pa.array(indicator)),
            "year": np.full(count, year),
            "value": value,
            "unit": pa.array(["%"] * count),
            "status": empty,
            "source": pa.array([SOURCE] * count),
            "note": empty,
        }
    )
