"""python -m bench.pages: how fast the screens are, as ratios to a bare Streamlit page measured in the same run.

Each number is a median; bare and own pages take turns, so that a busy machine slows both. Printed,
never asserted: a ratio says something about this program, a second only about a machine.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.runs import server_runs
from tools.serving import PAGES, QUIET_FLAGS, ROOT, find_chromium, start_bare, start_server, stop_server

ROUNDS = 5
SETTLE_MILLISECONDS = 1000
PATIENCE_SECONDS = 60

# Notes, inside the page, when its headline changed and how many charts have been drawn since `from`.
WATCH = """
window.watch = { from: 0, headline: null, before: null, charts: [] };
new MutationObserver(() => {
  const now = performance.now(), title = document.querySelector("h1")?.innerText;
  if (watch.headline === null && title && title !== watch.before) watch.headline = now - watch.from;
  const drawn = [...document.querySelectorAll(".js-plotly-plot")].filter((plot) => plot.querySelector(".main-svg")).length;
  while (watch.charts.length < drawn) watch.charts.push(now - watch.from);
}).observe(document, { childList: true, subtree: true, characterData: true });
"""
SWITCH = """(link) => {
  Object.assign(watch, { from: performance.now(), headline: null, before: document.querySelector("h1").innerText, charts: [] });
  const links = document.querySelectorAll("[data-testid=stTopNavLink], [data-testid=stSidebarNavLink]");
  [...links].find((one) => new URL(one.href).pathname === link).click();
}"""


@dataclass(frozen=True)
class Drawn:
    """Milliseconds from the start of the navigation to the headline, and to the last chart as well."""

    headline: float
    complete: float


def main() -> int:
    chromium = find_chromium()
    if chromium is None:
        print("no Chromium on this machine: install it, or name it in CHROMIUM=/path/to/chromium", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        own_process, own = start_server(store=f"duckdb:{folder / 'monitor.duckdb'}", log=folder / "own.log")
        bare_process, bare = start_bare(log=folder / "bare.log")
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=QUIET_FLAGS)
            in_the_browser(browser, own=own, bare=bare)
        finally:
            stop_server(own_process)
            stop_server(bare_process)
    on_the_server()
    return 0


def in_the_browser(browser: Browser, *, own: str, bare: str) -> None:
    print(f"First visit and change of page, milliseconds, medians of {ROUNDS}.")
    print("Beside each the floor: a blank page, a bare page with as many charts, a change between bare pages.\n")
    print("page         charts | headline blank  ratio ≤1.3 | complete  bare  ratio ≤1.2 |   switch   bare  ratio ≤1.3")
    for page in PAGES:
        charts = count_charts(browser, f"{own}/{page}")
        rounds = [
            (
                visit(browser, f"{bare}/", charts=0),
                visit(browser, f"{own}/{page}", charts=charts),
                visit(browser, f"{bare}/charts{charts}", charts=charts),
                switch(
                    browser, own, way=("indicators", "method" if page != "method" else "documents", page), charts=charts
                ),
                switch(browser, bare, way=("charts1", "", f"charts{charts}"), charts=charts),
            )
            for _ in range(ROUNDS)
        ]
        blank, first, floor, switched, switched_bare = (list(column) for column in zip(*rounds, strict=True))
        print(
            f"{page or 'overview':12} {charts:6} |"
            f" {compared(first, blank, lambda drawn: drawn.headline)}      |"
            f" {compared(first, floor, lambda drawn: drawn.complete)}      |"
            f" {compared(switched, switched_bare, lambda drawn: drawn.complete)}",
            flush=True,
        )


def compared(own: list[Drawn], floor: list[Drawn], measure: Callable[[Drawn], float]) -> str:
    mine, bare = (statistics.median(map(measure, runs)) for runs in (own, floor))
    return f"{mine:8.0f} {bare:6.0f} {mine / bare:6.2f}"


def count_charts(browser: Browser, url: str) -> int:
    with opened(browser, url) as page:
        drawn(page, charts=0)
        page.wait_for_timeout(4 * SETTLE_MILLISECONDS)
        return page.locator(".js-plotly-plot").count()


def visit(browser: Browser, url: str, *, charts: int) -> Drawn:
    """A first visit: nothing in the browser's cache."""
    with opened(browser, url) as page:
        return drawn(page, charts=charts)


def switch(browser: Browser, site: str, *, way: tuple[str, str, str], charts: int) -> Drawn:
    """A change of page by the menu, from the second page of `way` to the third; the first one drew a chart."""
    first, start, to = way
    with opened(browser, f"{site}/{first}") as page:
        drawn(page, charts=1)
        for step in (start, to):
            page.wait_for_timeout(SETTLE_MILLISECONDS)
            page.evaluate(SWITCH, f"/{step}")
            result = drawn(page, charts=charts if step == to else 0)
        return result


@contextmanager
def opened(browser: Browser, url: str) -> Iterator[Page]:
    with browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(url)
        yield page


def drawn(page: Page, *, charts: int) -> Drawn:
    """Wait for the headline and as many charts; asked again and again, for the content policy forbids waiting by eval."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        headline, moments = page.evaluate("[watch.headline, watch.charts]")
        if headline is not None and len(moments) >= charts:
            return Drawn(headline=headline, complete=max([headline, *moments[:charts]]))
        page.wait_for_timeout(20)
    raise RuntimeError(f"{page.url} had not drawn {charts} charts after {PATIENCE_SECONDS} s")


def on_the_server() -> None:
    print("\nOne run of a page on the server, milliseconds: the first time, the median again, its processor time.\n")
    for words, limit, store in (("shipped figures", 50, None), ("2,900 places × 50 indicators × 20 years", 100, "big")):
        print(f"{words} (≤ {limit})")
        for runs in server_runs(store):
            print(f"  {runs.page:12} {runs.first:7.0f} {runs.again:7.0f} {runs.again_cpu:7.0f}", flush=True)


if __name__ == "__main__":
    started = time.monotonic()
    os.chdir(ROOT)
    status = main()
    print(f"\n{time.monotonic() - started:.0f} s", file=sys.stderr)
    sys.exit(status)
