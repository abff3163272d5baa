"""A real server on a database of its own, and a real browser that forgives nothing.

Every test that opens a page fails at its end if the browser wrote an error to its console, a
request went to another host, or the page showed a fault.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request
from pytest_playwright.pytest_playwright import CreateContextCallback

from tools.serving import QUIET_FLAGS, demo_database, find_chromium, start_server, stop_server


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium on this machine: install it, or name it in CHROMIUM=/path/to/chromium")
    return {"executable_path": chromium, "args": QUIET_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on the figures that come with the project."""
    folder = tmp_path_factory.mktemp("site")
    process, url = start_server(store=f"duckdb:{folder / 'monitor.duckdb'}", log=folder / "server.log")
    yield url
    stop_server(process)


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on made-up figures, where every state of every screen can be seen."""
    folder = tmp_path_factory.mktemp("demo")
    store = f"duckdb:{folder / 'demo.duckdb'}"
    demo_database(store)
    process, url = start_server(store=store, log=folder / "server.log")
    yield url
    stop_server(process)


@pytest.fixture
def page_url(site: str) -> Callable[[str], str]:
    """page_url("documents?year=2020"): the address of a page and its picks."""
    return lambda path="": f"{site}/{path}"


# this machine, and what is no request
OWN = (*(f"{scheme}://127.0.0.1:" for scheme in ("http", "https", "ws", "wss")), "data:", "blob:", "file:")


class Faults(list[str]):
    """What went wrong in the browser during one test, a sentence each."""

    def listen(self, page: Page) -> None:
        page.on("console", lambda message: self.append(f"console: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: self.append(f"script: {error}"))
        page.on("request", self.note_outside)

    def note_outside(self, request: Request) -> None:
        if not request.url.startswith(OWN):
            self.append(f"outside request: {request.url}")

    def look_at(self, page: Page) -> None:
        shown = page.locator("[data-testid=stException]").all_inner_texts() if page.url.startswith("http") else []
        self.extend(f"fault on {page.url}: {text}" for text in shown)


@pytest.fixture
def new_context(new_context: CreateContextCallback) -> Iterator[CreateContextCallback]:
    """A fresh browser profile each call (`page` uses it too); nothing may have gone wrong in any of them."""
    faults = Faults()
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.on("page", faults.listen)
        made.append(context)
        return context

    yield make
    for page in [page for context in made for page in context.pages]:
        faults.look_at(page)
    assert faults == []
