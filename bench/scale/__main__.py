"""Measure one size and print its tables: python -m bench.scale --size 2.9M [--folder DIR] [--store file|lake|both].

Every step runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.scale.made import SIZES, YEARS, Size, make_register, make_year
from bench.scale.steps import LAKE, MEASURED_STORE, STEPS

Result = dict[str, Any]
PEERS = ("pandas", "in_pandas", "in_polars")
DEFAULT = ("raw", "pandas", "load", "derive", "wordless", "in_pandas", "in_polars", "pages", "upload")

_OF_FILES = ("raw", "pandas")  # these know no database


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="2.9M")
    parser.add_argument(
        "--folder", type=Path, help="where the files and the database go, and stay; else a temporary one"
    )
    parser.add_argument("--steps", default=",".join(DEFAULT), help="of these")
    parser.add_argument(
        "--store", choices=("file", "lake", "both"), default="file",
        help="a database file, a lake in a PostgreSQL that is started for it, or one beside the other",
    )  # fmt: skip
    asked = parser.parse_args()
    if unknown := {*asked.steps.split(",")} - {*STEPS}:
        parser.error(f"no such steps: {', '.join(sorted(unknown))}")
    size = SIZES[asked.size]
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="scale-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _stores(asked.store, folder) as stores:
            measured = measure(size, folder, steps=asked.steps.split(","), stores=stores)
    finally:
        if asked.folder is None:
            shutil.rmtree(folder)
    for name, found in measured.items():
        print("\n".join(lines_of(f"{asked.size}, {name}" if asked.store != "file" else asked.size, size, found)))
    if asked.store == "both":
        print("\n".join(beside_each_other(measured["file"], measured["lake"])))


@contextmanager
def _stores(asked: str, folder: Path) -> Iterator[dict[str, str]]:
    """The databases that are measured by their names; "" for the file in `folder`. PostgreSQL writes its log as anywhere."""
    if asked == "file":
        yield {"file": ""}
        return
    from tests.postgres import running

    with running(safe=True) as server:
        lake = {"lake": server.lake(server.database(), folder / LAKE)}
        yield lake if asked == "lake" else {"file": "", **lake}


Measured = dict[str, dict[str, Result]]  # of each database what each step printed


def measure(size: Size, folder: Path, *, steps: Sequence[str], stores: Mapping[str, str]) -> Measured:
    """What each of the steps printed; of those that read files the sum over all of them, and the highest peak."""
    measured: Measured = {name: {} for name in stores}
    reading = [step for step in ("raw", "pandas", "load") if step in steps and (size.peers or step not in PEERS)]
    if reading or "fill" in steps:
        make_register(size, folder)
    if reading:
        for first in range(0, len(YEARS), size.years_at_once):
            years = YEARS[first : first + size.years_at_once]
            _read_years(size, years, folder, steps=reading, stores=stores, into=measured)
    for step in ("fill", "judge", "derive", "wordless", "in_pandas", "in_polars", "pages", "upload"):
        if step in steps and (size.peers or step not in PEERS):
            for name, url in stores.items():
                measured[name][step] = run(step, folder, url=url)
    return measured


def _read_years(
    size: Size, years: Sequence[int], folder: Path, *, steps: Sequence[str], stores: Mapping[str, str], into: Measured
) -> None:
    """Make the files of some years, have them read into every database, and delete them."""
    yearly = folder / "yearly"
    yearly.mkdir(exist_ok=True)
    for year in years:
        make_year(size, year, yearly)
    for at, (name, url) in enumerate(stores.items()):
        for step in steps:
            if at == 0 or step not in _OF_FILES:
                into[name][step] = _sum(into[name].get(step), run(step, folder, url=url))
    shutil.rmtree(yearly)


def run(step: str, folder: Path, *, url: str) -> Result:
    """One step in a process of its own."""
    print(f"… {step}", file=sys.stderr, flush=True)
    ended = subprocess.run(
        [sys.executable, "-m", "bench.scale.steps", step, str(folder)],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, MEASURED_STORE: url},
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


def beside_each_other(file: Mapping[str, Result], lake: Mapping[str, Result]) -> Iterator[str]:
    """A table of what both did, on the clock: a lake also waits for PostgreSQL, whose work is no CPU of ours."""
    yield "### A lake beside a file"
    yield ""
    yield "| on the clock | file | lake | times |"
    yield "|---|--:|--:|--:|"
    for step in (step for step in file if step in lake and step != "pages"):
        for what in (what for what, spent in file[step].items() if "wall" in _as_dict(spent)):
            one, other = file[step][what]["wall"], lake[step][what]["wall"]
            yield f"| {what} | {one:.2f} s | {other:.2f} s | {other / one:.1f} |"
    for page, each in file.get("pages", {}).get("queries", {}).items():
        one, other = each["wall"], lake["pages"]["queries"][page]["wall"]
        yield f"| slowest question of {page} | {1000 * one:.0f} ms | {1000 * other:.0f} ms | {other / one:.1f} |"


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
