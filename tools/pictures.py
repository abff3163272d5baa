"""Takes a picture of every screen: light and dark, wide and phone. For the eyes of whoever changes one.

    .venv/bin/python tools/pictures.py FOLDER [--demo] [--only documents,places]

Starts a server of its own on a database of its own; the folder should lie outside the repository.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, expect, sync_playwright  # noqa: E402  after the path

from tools.serving import PAGES, QUIET_FLAGS, demo_database, find_chromium, start_server, stop_server  # noqa: E402

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--demo", action="store_true", help="on made-up figures, where every state can be seen")
    arguments.add_argument(
        "--only", default=",".join(page or "overview" for page in PAGES), help="pages, with commas between"
    )
    wanted = arguments.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print("no Chromium on this machine: install it, or name it in CHROMIUM=/path/to/chromium", file=sys.stderr)
        return 1
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with running_site(demo=wanted.demo) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET_FLAGS)
        for page in wanted.only.split(","):
            for size in SIZES:
                for scheme in ("light", "dark"):
                    path = wanted.folder / f"{page.split('?')[0]}-{size}-{scheme}.png"
                    take(browser, f"{site}/{'' if page == 'overview' else page}", size=size, scheme=scheme, path=path)
                    print(path)
    return 0


@contextmanager
def running_site(*, demo: bool) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        store = f"duckdb:{folder}/monitor.duckdb"
        if demo:
            demo_database(store)
        process, site = start_server(store=store, log=Path(folder) / "server.log")
        try:
            yield site
        finally:
            stop_server(process)


def take(browser: Browser, url: str, *, size: str, scheme: str, path: Path) -> None:
    """The whole page, however long; Streamlit scrolls inside itself, so the window grows to its length first."""
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.goto(url)
    expect(page.locator(".frame-foot")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1500)  # charts draw after their place is there
    length = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({**SIZES[size], "height": min(max(length, SIZES[size]["height"]), 12_000)})
    page.wait_for_timeout(700)
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
