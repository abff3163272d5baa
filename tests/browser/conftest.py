"""A real server on a database of its own, and a real browser that forgives nothing.

Every test that opens a page fails at its end if the browser wrote an error to its console, a
request went to another host, or the page showed a fault.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request
from pytest_playwright.pytest_playwright import CreateContextCallback

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = ("", "documents", "indicators", "places", "compare", "method")
START_SECONDS = 120


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine: install it, or name it in CHROMIUM=/path/to/chromium")
    return {"executable_path": chromium, "args": QUIET_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1440, "height": 900}}


def start_server(*, store: str, log: Path, healthy: bool = True) -> tuple[subprocess.Popen[bytes], str]:
    """The dashboard on a free port, as `make run` starts it; returns when it answers /healthz.

    healthy=False: any answer will do, also that the database cannot be opened.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "MONITOR_STORE": store}, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return process, url
        except urllib.error.HTTPError as answer:
            if not healthy:
                return process, url
            raise RuntimeError(f"the server answered {answer.code}:\n{log.read_text(errors='replace')}") from answer
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')}")


def stop_server(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture(scope="session")
def site(browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on the figures that come with the project."""
    folder = tmp_path_factory.mktemp("site")
    process, url = start_server(store=f"duckdb:{folder / 'monitor.duckdb'}", log=folder / "server.log")
    yield url
    stop_server(process)


@pytest.fixture(scope="session")
def demo_site(browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on made-up figures, where every state of every screen can be seen."""
    folder = tmp_path_factory.mktemp("demo")
    store = f"duckdb:{folder / 'demo.duckdb'}"
    subprocess.run([sys.executable, "-m", "etl.demo", "--database", store], cwd=ROOT, check=True, capture_output=True)
    process, url = start_server(store=store, log=folder / "server.log")
    yield url
    stop_server(process)


@pytest.fixture
def page_url(site: str) -> Callable[[str], str]:
    """page_url("documents?year=2020"): the address of a page and its picks."""
    return lambda path="": f"{site}/{path}"


class Faults(list[str]):
    """What went wrong in the browser during one test, a sentence each."""

    def listen(self, page: Page) -> None:
        page.on("console", lambda message: self.append(f"console: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: self.append(f"script: {error}"))
        page.on("request", self.note_outside)

    def note_outside(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
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
