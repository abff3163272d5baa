"""The clients of bench/load see what a browser would see, and count as an error what people would call one."""

import asyncio
import math
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from streamlit.proto.Element_pb2 import Element

from bench.load.browsing import Documents
from bench.load.protocol import Answer, Screen, Visit, see
from bench.load.tables import percentile
from tools.serving import start_server, stop_server

T = TypeVar("T")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("load")
    process, site = start_server(
        store=f"duckdb:{folder / 'monitor.duckdb'}", log=folder / "server.log", script="bench/load/server.py"
    )
    yield site
    stop_server(process)


def ended(doing: Coroutine[Any, Any, T]) -> T:
    """What it gives; in a thread of its own, because a browser of other tests may have a loop going in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, doing).result()


def test_a_visit_goes_through_the_pages_and_picks_as_a_person_does(site):
    async def visit() -> None:
        page, first = await Visit.open(site)
        good(first)
        assert page.screen.title == "总览 · 政策目标监测"
        assert page.screen.targets
        good(await page.go("places"))
        assert page.screen.title.startswith("城市")
        assert page.screen.charts == 1
        city = picker(page, "place")
        other = next(option for option in city.options if option != city.value)
        good(await page.pick(city, other))
        assert other in page.screen.headline
        year = picker(page, "year")
        good(await page.pick(year, year.options[1]))
        assert other in page.screen.headline  # one pick does not undo another
        good(await page.go("documents"))
        assert picker(page, "year").value == year.options[1]  # the year goes along from page to page
        await page.close()

    ended(visit())


def test_a_target_opens_by_its_address_as_from_a_link(site):
    async def visit() -> None:
        page, _ = await Visit.open(site)
        address, _, query = page.screen.targets[0].partition("?")
        await page.close()
        page, answer = await Visit.open(site, path=address, query=query)
        good(answer)
        assert page.screen.title.startswith("方法与口径")
        await page.close()

    ended(visit())


def test_an_address_that_is_not_there_is_an_error(site):
    async def visit() -> Answer:
        page, answer = await Visit.open(site, path="nowhere")
        await page.close()
        return answer

    assert any("page not found" in error for error in ended(visit()).errors)


def test_a_browser_fetches_scripts_and_styles_once(site):
    async def load() -> tuple[int, int]:
        browser = Documents(site)
        first, second = await browser.load(""), await browser.load("places")
        assert (first.errors, second.errors) == ((), ())
        return first.received, second.received

    first, second = ended(load())
    assert first > 1_000_000
    assert second < 100_000


def test_an_exception_among_the_elements_is_an_error():
    element = Element()
    element.exception.type, element.exception.message = "KeyError", "'x'"
    assert see(element, Screen(), {}, before={}, of_entry=False) == ["KeyError: 'x'"]


@pytest.mark.parametrize(
    ("values", "part", "value"),
    [
        ([], 0.5, math.nan),
        ([7.0], 0.95, 7.0),
        (range(1, 101), 0.95, 95),
        (range(1, 101), 0.5, 50),
        ([1, 2, 3, 4], 0.99, 4),
    ],
)
def test_percentiles_are_values_that_were_measured(values, part, value):
    assert percentile(values, part) == pytest.approx(value, nan_ok=True)


def good(answer: Answer) -> None:
    assert answer.errors == ()
    assert answer.received > 5_000


def picker(page: Visit, param: str):
    (widget,) = [widget for widget in page.screen.widgets.values() if widget.param == param]
    return widget
