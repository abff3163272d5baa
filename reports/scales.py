"""The geometry of a chart: values in, fractions of the drawing out (0 left or bottom, 1 right or top)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A straight axis from `low` to `high` with its round ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


def scale(values: Sequence[float], *, from_zero: bool = False, ticks: int = 5) -> Scale:
    """An axis that holds all `values`, ending on round ticks; `from_zero` for bars.

    Values without a negative one never get an axis below zero.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if math.isclose(low, high, rel_tol=1e-9, abs_tol=1e-12):
        spread = abs(low) * 0.1 or 1.0
        low, high = (low - spread if low < 0 or low >= spread else 0.0), high + spread
    step = _round_step((high - low) / max(ticks - 1, 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    marks = tuple(round(index * step, 12) for index in range(first, last + 1))
    return Scale(low=marks[0], high=marks[-1], ticks=marks)


def spread(positions: Sequence[float], *, gap: float) -> list[float]:
    """Where labels go so that they are at least `gap` apart, each near its own position, all in 0…1.

    The order of `positions` is kept; with too many for the room, they are evenly packed.
    """
    if not positions:
        return []
    gap = min(gap, 1 / max(len(positions) - 1, 1))
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    placed: list[float] = []
    for index in order:
        placed.append(max(positions[index], placed[-1] + gap) if placed else max(positions[index], 0.0))
    ceiling = 1.0
    for rank in range(len(placed) - 1, -1, -1):
        placed[rank] = min(placed[rank], ceiling)
        ceiling = placed[rank] - gap
    return [place for _, place in sorted(zip(order, placed, strict=True))]


def year_ticks(years: Sequence[int], *, most: int) -> list[int]:
    """The years to write under an axis: all of them, or every n-th counted back from the last."""
    every = math.ceil(len(years) / most)
    return [year for year in years if (years[-1] - year) % every == 0]


def _round_step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 × a power of ten at or above `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))
