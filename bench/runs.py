"""How long the server works for one run of a page: through Streamlit's AppTest, in this process."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench.big import open_big_store
from dashboard import data
from etl.store import ENVIRONMENT_NAME
from tools.serving import ROOT

AGAIN = 9
OWN = ("overview", "documents", "indicators", "places", "compare", "method")


def server_runs(store: str | None) -> Iterator[tuple[str, float, float]]:
    """Page, first run and median of the following ones, in milliseconds; the floor first.

    `store`: None for the shipped figures, "big" for bench.big; both in a folder of their own.
    """
    yield (
        "(bare page)",
        *timed(AppTest.from_string("import streamlit as st\nst.title('空白')", default_timeout=60), None),
    )
    with tempfile.TemporaryDirectory() as folder:
        url = f"duckdb:{folder}/{'big' if store else 'monitor'}.duckdb"
        if store:
            open_big_store(Path(folder)).close()
        os.environ[ENVIRONMENT_NAME] = url
        data.edition()  # as the warm-up of the server does
        entry = AppTest.from_file(ROOT / "dashboard" / "entry.py", default_timeout=120)
        entry.run()
        for page in OWN:
            yield page, *timed(entry, page)
        data.store().close()


def timed(app: AppTest, page: str | None) -> tuple[float, float]:
    """Milliseconds of the first run and the median of AGAIN more. Raises RuntimeError where the page failed."""
    taken = []
    for _ in range(1 + AGAIN):
        if page:
            app.switch_page(f"../pages/{page}.py")
        started = time.perf_counter()
        app.run()
        taken.append(1000 * (time.perf_counter() - started))
    if app.exception:
        raise RuntimeError(f"{page}: {app.exception[0].value}")
    return taken[0], statistics.median(taken[1:])
