"""How long the server works for one run of a page: through Streamlit's AppTest, in this process."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench.big import open_big_store
from dashboard import data
from etl.store import ENVIRONMENT_NAME
from tools.serving import PAGES, ROOT

AGAIN = 9


@dataclass(frozen=True)
class Runs:
    """Milliseconds of one page's runs on the server."""

    page: str
    first: float
    again: float  # median of AGAIN more
    again_cpu: float  # of which the processor worked for it: what a busy machine does not distort


def server_runs(store: str | None) -> Iterator[Runs]:
    """The floor first, then every page.

    `store`: None for the shipped figures, "big" for bench.big; both in a folder of their own.
    """
    yield timed(AppTest.from_string("import streamlit as st\nst.title('空白')", default_timeout=60), page=None)
    with tempfile.TemporaryDirectory() as folder:
        url = f"duckdb:{folder}/{'big' if store else 'monitor'}.duckdb"
        if store:
            open_big_store(Path(folder)).close()
        os.environ[ENVIRONMENT_NAME] = url
        data.edition()  # as the warm-up of the server does
        entry = AppTest.from_file(ROOT / "dashboard" / "entry.py", default_timeout=120)
        entry.run()
        for page in (address or "overview" for address in PAGES):
            yield timed(entry, page=page)
        data.store().close()


def timed(app: AppTest, *, page: str | None) -> Runs:
    """Raises RuntimeError where the page failed."""
    wall, processor = [], []
    for _ in range(1 + AGAIN):
        if page:
            app.switch_page(f"../pages/{page}.py")
        started, worked = time.perf_counter(), time.process_time()
        app.run()
        wall.append(1000 * (time.perf_counter() - started))
        processor.append(1000 * (time.process_time() - worked))
    if app.exception:
        raise RuntimeError(f"{page}: {app.exception[0].value}")
    return Runs(page or "(bare page)", wall[0], statistics.median(wall[1:]), statistics.median(processor[1:]))
