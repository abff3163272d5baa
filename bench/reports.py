"""Snapshots: CPU seconds to freeze, to tell, and to write each format.

python -m bench.reports          the demonstration register (6 documents, some 220 targets, 11 cities)
python -m bench.reports --big    also 2,900 places × 50 indicators × 20 years; about a minute to build
"""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.big import LAST_YEAR, open_big_store
from etl.demo import build_demo
from etl.freeze import AUDIENCES, Choice, freeze
from etl.store import Store, open_store
from reports.export import FORMATS, export
from reports.record import canonical, identity
from reports.story import tell


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        store = open_store(f"duckdb:{Path(name) / 'demo.duckdb'}")
        build_demo(store)
        for audience in AUDIENCES:
            measure(store, Choice(year=2019, audience=audience), name=f"demonstration, {audience}")
        store.close()
        if "--big" in arguments:
            store = open_big_store(Path(name))
            measure(store, Choice(year=LAST_YEAR), name="2,900 places, leaders")
            measure(store, Choice(year=LAST_YEAR, audience="full"), name="2,900 places, full")
            store.close()


def measure(store: Store, choice: Choice, *, name: str) -> None:
    record, seconds = timed(lambda: freeze(store, choice))
    content, hashed = timed(lambda: canonical(record))
    _, told = timed(lambda: tell(record))
    left = record["left_out"]["judgements"]
    print(
        f"{name}: {len(record['assessments']):,} judgements ({left:,} left out), {len(record['figures']):,} figures, {len(content) / 1e6:.1f} MB, {identity(record)[0]}"
    )
    print(f"  {'freeze':<8}{seconds:6.2f} s   hash {hashed:.2f} s   tell {told:.2f} s")
    other = freeze(store, replace(choice, year=choice.year - 1, audience="leaders"))
    for form in FORMATS:
        export(other, form)  # imports are not the format's; another record, for the typesetter remembers pages
        data, seconds = timed(lambda form=form: export(record, form))
        print(f"  {form:<8}{seconds:6.2f} s{len(data) / 1e6:9.2f} MB")


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What `work` gives, and the CPU seconds of this process it took."""
    started = time.process_time()
    return work(), time.process_time() - started


if __name__ == "__main__":
    main(sys.argv[1:])
