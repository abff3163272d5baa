"""Measure one size and print its tables: python -m bench.scale --size 2.9M [--folder DIR].

Every step runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.scale.made import SIZES, YEARS, Size, make_register, make_year
from bench.scale.steps import STEPS

Result = dict[str, Any]
PEERS = ("pandas", "in_pandas", "in_polars")
DEFAULT = ("raw", "pandas", "load", "derive", "wordless", "in_pandas", "in_polars", "pages", "upload")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="2.9M")
    parser.add_argument(
        "--folder", type=Path, help="where the files and the database go, and stay; else a temporary one"
    )
    parser.add_argument("--steps", default=",".join(DEFAULT), help="of these")
    asked = parser.parse_args()
    if unknown := {*asked.steps.split(",")} - {*STEPS}:
        parser.error(f"no such steps: {', '.join(sorted(unknown))}")
    size = SIZES[asked.size]
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="scale-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        measured = measure(size, folder, steps=asked.steps.split(","))
    finally:
        if asked.folder is None:
            shutil.rmtree(folder)
    print("\n".join(lines_of(asked.size, size, measured)))


def measure(size: Size, folder: Path, *, steps: Sequence[str]) -> dict[str, Result]:
    """What each of the steps printed; of those that read files the sum over all of them, and the highest peak."""
    found: dict[str, Result] = {}
    reading = [step for step in ("raw", "pandas", "load") if step in steps and (size.peers or step not in PEERS)]
    if reading:
        make_register(size, folder)
        for first in range(0, len(YEARS), size.years_at_once):
            yearly = folder / "yearly"
            yearly.mkdir(exist_ok=True)
            for year in YEARS[first : first + size.years_at_once]:
                make_year(size, year, yearly)
            for step in reading:
                found[step] = _sum(found.get(step), run(step, folder))
            shutil.rmtree(yearly)
    elif "fill" in steps:
        make_register(size, folder)
    for step in ("fill", "judge", "derive", "wordless", "in_pandas", "in_polars", "pages", "upload"):
        if step in steps and (size.peers or step not in PEERS):
            found[step] = run(step, folder)
    return found


def run(step: str, folder: Path) -> Result:
    """One step in a process of its own."""
    print(f"… {step}", file=sys.stderr, flush=True)
    ended = subprocess.run(
        [sys.executable, "-m", "bench.scale.steps", step, str(folder)], stdout=subprocess.PIPE, check=True
    )
    result: Result = json.loads(ended.stdout.splitlines()[-1])
    return result


def _sum(before: Result | None, now: Result) -> Result:
    if before is None:
        return now
    added = {
        name: {kind: before[name][kind] + now[name][kind] for kind in ("wall", "cpu")}
        for name in before
        if name != "peak"
    }
    return {**added, "peak": max(before["peak"], now["peak"])}


def lines_of(name: str, size: Size, found: dict[str, Result]) -> Iterator[str]:
    """The tables, in Markdown."""
    yield f"### {name}: {size.places:,} places × {size.indicators} indicators × {len(YEARS)} years = {size.figures:,} figures"
    yield ""
    yield "| step | CPU s | clock s | peak memory |"
    yield "|---|--:|--:|--:|"
    for step in found.values():
        peak = f"{step['peak'] / 2**30:.1f} GB"
        for what, spent in step.items():
            if isinstance(spent, dict) and "cpu" in spent:
                yield f"| {what} | {spent['cpu']:.2f} | {spent['wall']:.2f} | {peak} |"
                peak = ""
    yield ""
    yield from _ratios(found)
    derived = found.get("derive") or found.get("judge")
    if derived:
        counts = derived["counts"]
        yield (
            f"- {counts['figures']:,} present values, {counts['judgements']:,} judgements; "
            f"the database is {derived['size'] / 2**20:,.0f} MB"
        )
    if "pages" in found:
        yield ""
        yield "| page | questions | slowest, ms on the clock | CPU ms |"
        yield "|---|--:|--:|--:|"
        for page, each in found["pages"]["queries"].items():
            yield f"| {page} | {each['questions']} | {1000 * each['wall']:.0f} | {1000 * each['cpu']:.0f} |"


def _ratios(found: dict[str, Result]) -> Iterator[str]:
    cpu = {what: spent["cpu"] for step in found.values() for what, spent in step.items() if "cpu" in _as_dict(spent)}
    for label, one, other in (
        ("checked load ÷ raw COPY", "load, checked", "raw COPY"),
        ("pandas' checked reading ÷ checked load", "pandas, checked", "load, checked"),
        ("pandas ÷ judged without sentences", "pandas", "judged without sentences"),
        ("polars ÷ judged without sentences", "polars", "judged without sentences"),
        ("pandas ÷ whole assessment", "pandas", "assessment"),
        ("polars ÷ whole assessment", "polars", "assessment"),
    ):
        if one in cpu and other in cpu:
            yield f"- {label}: {cpu[one] / cpu[other]:.2f}"


def _as_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


if __name__ == "__main__":
    main()
