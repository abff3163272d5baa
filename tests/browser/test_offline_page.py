"""The exported page, opened from a file in a browser without a network."""

from pathlib import Path

import pytest

from reports import html_writer
from reports.story import tell
from tests.reports.files import small_record
from tests.reports.paper_samples import HOSTILE, LINE, RANKING, RECORD, everywhere, report


@pytest.fixture
def offline(new_context):
    """Opens the bytes of a page; `new_context` fails the test on console errors and outside requests."""

    def show(data: bytes, folder: Path, *, width: int = 1280):
        path = folder / "page.html"
        path.write_bytes(data)
        context = new_context(offline=True)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        assert [url for url in asked if not url.startswith(("data:", "blob:", path.as_uri()))] == []
        return page

    return show


def test_the_charts_are_drawn_and_can_be_asked(offline, tmp_path):
    page = offline(html_writer.write(report(demo=True), RECORD), tmp_path)
    assert page.locator("figure .main-svg").count() >= 2
    assert page.locator("figure").nth(0).locator(".scatterlayer .trace").count() == 4  # cut where it breaks
    assert page.locator("figure").nth(1).locator(".barlayer .point").count() == sum(
        bar.value is not None for bar in RANKING.bars
    )
    page.locator("figure").nth(0).locator(".scatterlayer .points path").last.hover(force=True)
    page.locator("figure").nth(0).locator(".hoverlayer .hovertext").first.wait_for()


def test_a_year_without_a_figure_breaks_the_line_and_so_does_a_break_in_the_series(offline, tmp_path):
    page = offline(html_writer.write(report(), RECORD), tmp_path)
    lines = page.locator("figure").nth(0).locator(".scatterlayer .js-line")
    drawn = lines.evaluate_all("lines => lines.map(line => line.getAttribute('d'))")
    assert LINE.series[0].values[1] is None  # so that 2016 and 2018 stand alone
    assert LINE.breaks == (2019,)  # so that 2018 and 2019 are not joined
    # a straight line is one piece: the other place, 2016, 2018, 2019 to 2020, the goal
    assert [path.count("L") for path in drawn] == [1, 0, 0, 1, 1]


def test_no_button_shares_anything(offline, tmp_path):
    page = offline(html_writer.write(report(), RECORD), tmp_path)
    assert page.locator("a, button, form, iframe, .modebar-btn").count() == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_never_scrolls_sideways(offline, tmp_path, width):
    page = offline(html_writer.write(tell(small_record()), small_record()), tmp_path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("name", ["HTML", "code", "JSON", "right to left", "a formula"])
def test_hostile_names_stay_text(offline, tmp_path, name):
    page = offline(html_writer.write(everywhere(HOSTILE[name][0]), RECORD), tmp_path)
    assert page.locator("main script, main img, main a").count() == 0
    assert page.locator("figure .main-svg").count() >= 2
