"""python -m bench.load: a hundred people at once on one server, while files are published.

    python -m bench.load [--people 100] [--minutes 10] [--every 5] [--uploads 3]
                         [--database FILE] [--without REMEDY[,REMEDY…]] [--keep FOLDER]

Without --database one is made (2.9 million figures). Prints Markdown tables; what they mean is in README.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import REMEDIES, database, tables
from bench.load.sampling import Sample, sample
from bench.load.tables import Run
from tools.serving import ROOT, start_server, stop_server

SAMPLE_SECONDS = 2
RAMP_SECONDS = 30


@dataclass
class Measured:
    start: float
    server: list[Sample] = field(default_factory=list)
    people: list[Sample] = field(default_factory=list)
    published: list[tuple[str, float, float]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--every", type=float, default=5, help="seconds from one action of a person to the next")
    parser.add_argument("--uploads", type=int, default=3, help="files published meanwhile")
    parser.add_argument("--database", type=Path, help="a ready one; it is copied")
    parser.add_argument("--without", default="", help=f"remedies to leave out: {', '.join(REMEDIES)}")
    parser.add_argument("--keep", type=Path, help="a folder for the raw measurements")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = asked.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        path = database.copied(asked.database, folder) if asked.database else database.made(folder)
        count = database.figures(path)
        measured = measure(
            folder, path, people=asked.people, minutes=asked.minutes, every=asked.every, uploads=asked.uploads,
            without=asked.without,
        )  # fmt: skip
        print(
            f"{asked.people} people, one action in {asked.every:g} s each, {asked.minutes:g} minutes, {count:,} figures, "
            f"{os.cpu_count()} cores; without: {asked.without or 'nothing, as shipped'}.\n"
        )
        return report(folder, measured, minutes=asked.minutes)


def measure(
    folder: Path, path: Path, *, people: int, minutes: float, every: float, uploads: int, without: str
) -> Measured:
    """Start the server and the people, publish evenly over the time, take samples until it is over."""
    files = database.uploads(folder, many=uploads)
    store = f"duckdb:{path}"
    told = {"LOAD_RUNS": str(folder / "server-runs.txt"), "LOAD_WITHOUT": without}
    if "collection" in without.split(","):
        told["STREAMLIT_RUNNER_POST_SCRIPT_GC"] = "true"
    process, site = start_server(
        store=store, log=folder / "server.log", environment=told, script="bench/load/server.py"
    )
    crowd = subprocess.Popen(
        [sys.executable, "-m", "bench.load.people", "--site", site, "--people", str(people), "--every", str(every),
         "--seconds", str(60 * minutes), "--ramp", str(min(RAMP_SECONDS, 15 * minutes)), "--out", str(folder / "people.jsonl")],
        cwd=ROOT,
    )  # fmt: skip
    measured = Measured(time.time())
    due = [measured.start + 60 * minutes * (nth + 1) / (uploads + 1) for nth in range(uploads)]
    publishing: tuple[subprocess.Popen[bytes], str, float] | None = None
    try:
        while crowd.poll() is None:
            now = time.time()
            if publishing is None and due and now >= due[0]:
                file = files[uploads - len(due)]
                due.pop(0)
                publishing = publish(file, store=store, log=folder / f"{file.stem}.log"), file.name, now
            if publishing is not None and publishing[0].poll() is not None:
                child, name, began = publishing
                measured.published.append((name, began, now))
                if child.returncode:
                    measured.failed.append(f"{name}: exit status {child.returncode}")
                publishing = None
            for samples, watched in ((measured.server, process.pid), (measured.people, crowd.pid)):
                taken = sample(watched, at=now) if not samples or now - samples[-1].at >= SAMPLE_SECONDS else None
                samples.extend([taken] if taken else [])
            time.sleep(0.1)
    finally:
        crowd.terminate()
        stop_server(process)
    return measured


def publish(file: Path, *, store: str, log: Path) -> "subprocess.Popen[bytes]":
    """As the command line does it: the running server takes the command over."""
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "etl", "import", str(file), "--database", store], cwd=ROOT, stdout=out, stderr=out
        )


def report(folder: Path, measured: Measured, *, minutes: float) -> int:
    """Print the tables; 1 where anything failed."""
    runs = read_runs(folder / "people.jsonl")
    clocked = [tuple(map(float, line.split())) for line in (folder / "server-runs.txt").read_text().splitlines()]
    print(tables.by_page(runs, clocked), end="\n\n")  # type: ignore[arg-type]
    print(
        tables.by_minute(runs, server=measured.server, people=measured.people, start=measured.start, minutes=minutes),
        end="\n\n",
    )
    print(tables.about_uploads(runs, measured.published, start=measured.start), end="\n\n")
    print(tables.about_errors(runs), *measured.failed, sep="\n")
    return 1 if measured.failed or any(run.errors for run in runs) else 0


def read_runs(path: Path) -> list[Run]:
    lines: Sequence[dict[str, object]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Run(
            **{
                **{key: line[key] for key in ("at", "page", "action", "seconds", "bytes")},
                "errors": tuple(line["errors"]),
            }
        )
        for line in lines
    ]  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main())
