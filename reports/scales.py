"""The geometry of a chart: values in, fractions of the drawing out (0 left or bottom, 1 right or top)."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_NARROWEST = 0.05  # of the values: the least height an axis spans


@dataclass(frozen=True)
class Scale:
    """A straight axis from `low` to `high` with its round ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


def scale(values: Sequence[float], *, from_zero: bool = False, whole: float | None = None, ticks: int = 5) -> Scale:
    """An axis that holds all `values`, ending on round ticks; `from_zero` for bars.

    Values without a negative one never get an axis below zero, and values within `whole` (100 of
    a percentage) none above it.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    biggest = max(abs(low), abs(high))
    least = _NARROWEST * biggest if biggest > 1e-12 else 1.0
    if high - low < least:  # no tiny difference fills a drawing
        ceiling = whole if whole is not None and high <= whole else math.inf
        low = max((low + high - least) / 2, 0.0 if low >= 0 else -math.inf)
        high = min(low + least, ceiling)
    step = _round_step((high - low) / max(ticks - 1, 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    marks = tuple(float(f"{index * step:.12g}") for index in range(first, last + 1))
    return Scale(low=marks[0], high=marks[-1], ticks=marks)


def spread(positions: Sequence[float], *, gap: float) -> list[float]:
    """Where labels go so that they are at least `gap` apart, each as near its own position as that allows, all in 0…1.

    Labels that would touch are stacked around the middle of their positions, in their order; with
    too many for the room they are evenly packed.
    """
    if not positions:
        return []
    gap = min(gap, 1 / max(len(positions) - 1, 1))
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    stacks: list[list[int]] = []
    for index in order:
        stacks.append([index])
        while len(stacks) > 1 and _foot(stacks[-1], positions, gap) < _top(stacks[-2], positions, gap) + gap - 1e-12:
            last = stacks.pop()
            stacks[-1] += last
    placed = {index: _foot(stack, positions, gap) + rank * gap for stack in stacks for rank, index in enumerate(stack)}
    return [placed[index] for index in range(len(positions))]


def _foot(stack: Sequence[int], positions: Sequence[float], gap: float) -> float:
    """The place of the lowest label of a stack, kept inside 0…1 with all that stand on it."""
    height = (len(stack) - 1) * gap
    middle = sum(positions[index] for index in stack) / len(stack)
    return min(max(middle - height / 2, 0.0), 1.0 - height)


def _top(stack: Sequence[int], positions: Sequence[float], gap: float) -> float:
    return _foot(stack, positions, gap) + (len(stack) - 1) * gap


def eras(
    years: Sequence[int], values: Sequence[float | None], *, breaks: Collection[int]
) -> list[tuple[int | None, tuple[float | None, ...]]]:
    """A series in parts, none of which crosses a break: the year a part begins with (None: the first) and its values.

    Each part has a value or None for every year; parts without a figure are left out.
    """
    parts: dict[int | None, list[float | None]] = {}
    begun = None
    for at, (year, value) in enumerate(zip(years, values, strict=True)):
        begun = year if year in breaks else begun
        if value is not None:
            parts.setdefault(begun, [None] * len(years))[at] = value
    return [(year, tuple(part)) for year, part in parts.items()]


def year_ticks(years: Sequence[int], *, most: int) -> list[int]:
    """The years to write under an axis: all of them, or every n-th counted back from the last."""
    every = math.ceil(len(years) / most)
    return [year for year in years if (years[-1] - year) % every == 0]


def _round_step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 × a power of ten at or above `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))
