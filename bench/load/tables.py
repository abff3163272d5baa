"""Lines of measurements in, tables out."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.load.sampling import Sample

_CLOCK = ("server, wall", "server, processor")


@dataclass(frozen=True)
class Run:
    """One thing done by one visitor."""

    at: float
    page: str
    action: str
    seconds: float
    bytes: int
    errors: tuple[str, ...]


def percentile(values: Iterable[float], part: float) -> float:
    """The nearest-rank percentile: the smallest value that `part` of all do not exceed. Not a number of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else math.nan


def spread(seconds: Sequence[float]) -> str:
    return " | ".join(f"{1000 * percentile(seconds, part):.0f}" for part in (0.5, 0.95, 0.99))


def by_page(runs: Sequence[Run], clocked: Sequence[tuple[float, float, float]]) -> str:
    """Every page and action as the client saw them, all together, and the server's own clock."""
    groups: dict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in runs:
        groups[(run.page, run.action)].append(run)
    lines = ["| page | action | n | p50 ms | p95 ms | p99 ms | KB | errors |", "|---|---|--:|--:|--:|--:|--:|--:|"]
    for (page, action), some in sorted(groups.items()):
        lines.append(f"| {page} | {action} | {_line(some)} |")
    lines.append(f"| **all** | rerun sent → script finished | {_line(runs)} |")
    for name, at in zip(_CLOCK, (1, 2), strict=True):
        own = [clock[at] for clock in clocked]
        lines.append(f"| **all** | {name} | {len(own)} | {spread(own)} | | |")
    return "\n".join(lines)


def _line(runs: Sequence[Run]) -> str:
    size = sum(run.bytes for run in runs) / 1000 / max(len(runs), 1)
    return f"{len(runs)} | {spread([run.seconds for run in runs])} | {size:.0f} | {sum(map(bool, (run.errors for run in runs)))}"


def by_minute(
    runs: Sequence[Run], *, server: Sequence[Sample], people: Sequence[Sample], start: float, minutes: float
) -> str:
    """Minute by minute: actions, p95, memory and processor of both processes."""
    lines = [
        "| minute | actions | p50 ms | p95 ms | p99 ms | errors | server MB | server CPU | generator MB | generator CPU |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for minute in range(math.ceil(minutes)):
        low, high = start + 60 * minute, start + 60 * (minute + 1)
        some = [run for run in runs if low <= run.at < high]
        errors = sum(map(bool, (run.errors for run in some)))
        lines.append(
            f"| {minute + 1} | {len(some)} | {spread([run.seconds for run in some])} | {errors} |"
            f" {_used(server, low, high)} | {_used(people, low, high)} |"
        )
    return "\n".join(lines)


def _used(samples: Sequence[Sample], low: float, high: float) -> str:
    """Memory at the end and processor in between; one core at work all the time is 100 %."""
    some = [sample for sample in samples if low <= sample.at <= high]
    if len(some) < 2:
        return "– | –"
    share = (some[-1].worked - some[0].worked) / (some[-1].at - some[0].at)
    return f"{some[-1].memory / 1e6:.0f} | {100 * share:.0f} %"


def about_uploads(runs: Sequence[Run], published: Sequence[tuple[str, float, float]], *, start: float) -> str:
    """Each publication, and the runs that began while it lasted or in the ten seconds after it."""
    lines = [
        "| upload | at | took s | runs meanwhile and 10 s after | p50 ms | p95 ms | p99 ms |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, began, ended in published:
        some = [run.seconds for run in runs if began <= run.at <= ended + 10]
        lines.append(f"| {name} | {began - start:.0f} s | {ended - began:.1f} | {len(some)} | {spread(some)} |")
    return "\n".join(lines)


def about_errors(runs: Sequence[Run]) -> str:
    counted = Counter(error[:160] for run in runs for error in run.errors)
    return "\n".join(f"- {many} × {error}" for error, many in counted.most_common(10)) or "No error."
