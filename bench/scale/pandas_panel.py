"""Series as the rows of a panel with a column a year: what the judgement in pandas looks values up in."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.scale.judged import LOOKS_BACK

BOUNDS = ("", "ge", "le", "about")
EXACT, AT_LEAST, AT_MOST, ROUGHLY = range(4)


@dataclass(frozen=True)
class Panel:
    """Series by years; column 0 stands for no year at all and is empty."""

    first: int  # the year of column 1
    value: np.ndarray  # nan: none
    bound: np.ndarray
    exact: np.ndarray
    era: np.ndarray
    run: np.ndarray  # nan: of no exact value
    previous: np.ndarray
    pace_from: np.ndarray
    last: np.ndarray  # the column of the last value so far, 0: none
    last_exact: np.ndarray
    following: np.ndarray  # the column of the next value, 0: none

    def column(self, year: np.ndarray) -> np.ndarray:
        """Where a year stands; 0 where it is nan or outside."""
        at = year - self.first + 1
        return np.where((at >= 1) & (at < self.value.shape[1]), at, 0).astype(np.intp)

    def year(self, column: np.ndarray) -> np.ndarray:
        """The year of a column; nan of column 0."""
        return np.where(column > 0, column + (self.first - 1.0), np.nan)


def panel_of(figures: pd.DataFrame, asked: pd.DataFrame, *, years: Iterable[int]) -> tuple[np.ndarray, Panel]:
    """The row of each asked target and place in the panel, and the panel of their series."""
    place, indicator = figures["place"], figures["indicator"]
    wanted = (
        place.cat.categories.get_indexer(asked["place"]),
        indicator.cat.categories.get_indexer(asked["indicator"]),
    )
    # what has no figure at all is found at -1: the last row or column, where no figure belongs
    rows = np.full((len(place.cat.categories) + 1, len(indicator.cat.categories) + 1), -1, np.int32)
    rows[wanted] = 0
    rows[rows == 0] = np.arange((rows == 0).sum())
    row = rows[place.cat.codes.to_numpy(), indicator.cat.codes.to_numpy()]
    chosen = np.flatnonzero(row >= 0)
    row, here = row[chosen], figures.iloc[chosen]
    every_year = [*here["year"].unique(), *years]
    first = int(min(every_year))
    shape = (rows.max() + 1, int(max(every_year)) - first + 2)
    column = here["year"].to_numpy() - first + 1
    value, bound, breaks = np.full(shape, np.nan), np.zeros(shape, np.int8), np.zeros(shape, np.int16)
    value[row, column] = here["value"]
    bound[row, column] = here["bound"].cat.set_categories(BOUNDS).cat.codes
    breaks[row, column] = here["obs_status"] == "B"
    there = ~np.isnan(value)
    bound[~there] = EXACT
    era = np.where(there, breaks.cumsum(axis=1), np.nan)
    at = np.arange(shape[1])
    # what stands before a column, and the first after it
    last = np.maximum.accumulate(np.where(there, at, 0), axis=1)
    exact = there & (bound == EXACT)
    last_exact = np.maximum.accumulate(np.where(exact, at, 0), axis=1)
    next_from = np.minimum.accumulate(np.where(there, at, shape[1])[:, ::-1], axis=1)[:, ::-1]
    following = np.zeros(shape, np.intp)
    following[:, :-1] = np.where(next_from[:, 1:] < shape[1], next_from[:, 1:], 0)
    # consecutive exact years of one era
    run = np.where(exact, 1.0, np.nan)
    for year in at[1:]:
        goes_on = exact[:, year] & (era[:, year - 1] == era[:, year]) & exact[:, year - 1]
        run[goes_on, year] = np.minimum(run[goes_on, year - 1] + 1, LOOKS_BACK + 1)
    back = np.where(exact, at - np.nan_to_num(run, nan=1.0) + 1, 0).astype(np.intp)
    return rows[wanted][:, None], Panel(
        first=first,
        value=value,
        bound=bound,
        exact=exact,
        era=era,
        run=run,
        previous=np.where(run >= 2, np.roll(value, 1, axis=1), np.nan),
        pace_from=np.take_along_axis(value, back, axis=1),
        last=last,
        last_exact=last_exact,
        following=following,
    )
