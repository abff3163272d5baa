"""Thousands of damaged files through the recogniser: each must end in a report within its limits.

    python bench/fuzz_files.py [COUNT] [FOLDER]

FOLDER holds files to damage (by default the made-up ones of the tests). Prints what happened, the
slowest file, and the seed of every file that broke a promise.
"""

import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "recognise")]

from files import small_register  # noqa: E402
from mutations import mutated  # noqa: E402
from shapes import CASES  # noqa: E402

from etl.recognise.engine import recognise  # noqa: E402

MOST_SECONDS = 60


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    files = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()] if folder else []
    files = files or [case.data for case in CASES]
    register = small_register()
    ends: Counter[str] = Counter()
    slowest, broken = (0.0, -1), []
    for seed in range(count):
        started = time.perf_counter()
        try:
            report = recognise(mutated(files[seed % len(files)], seed), name="x.xls", register=register)
        except Exception as failure:  # noqa: BLE001  what must never happen is counted, not hidden
            broken.append((seed, repr(failure)))
            continue
        taken = time.perf_counter() - started
        slowest = max(slowest, (taken, seed))
        stopped = [problem.message for problem in report.problems if problem.severity == "stop"]
        ends[stopped[0] if stopped else "read"] += 1
        if taken > MOST_SECONDS or not (report.cells or report.problems):
            broken.append((seed, f"{taken:.0f} s"))
    for words, times in ends.most_common():
        print(f"{times:6d}  {words}")
    print(f"slowest: {slowest[0]:.2f} s (seed {slowest[1]}); broken: {len(broken)}")
    for seed, why in broken[:20]:
        print(f"  seed {seed}: {why}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
