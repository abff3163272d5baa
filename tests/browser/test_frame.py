"""The frame around every screen: menu, language, headers, compression, health."""

import gzip
import json
import re
import tomllib
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tools.serving import MENU, PAGES, ROOT, start_server, stop_server

# Every text a reader can see or hear, without what comes from drawings of letters (icons) and from data.
VISIBLE_ENGLISH = """() => {
  const isIcon = (element) => getComputedStyle(element).fontFamily.includes("Material Symbols");
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (element.closest("script, style, noscript, svg, [data-testid=stHtml], [data-testid=stMarkdown]") || isIcon(element)) continue;
    if (element.checkVisibility()) found.push(texts.currentNode.nodeValue);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const element of document.querySelectorAll(`[${name}]`)) if (element.checkVisibility()) found.push(element.getAttribute(name));
  return found.filter((text) => /[A-Za-z]{4,}/.test(text));
}"""


def words_of_the_subject() -> set[str]:
    """Latin words that come from what is monitored: names and units of the register, and the formats offered."""
    register = tomllib.loads((ROOT / "indicators.toml").read_text(encoding="utf-8"))
    texts = [f"{item['name']} {item['unit']}" for item in register["indicators"].values()]
    return set(re.findall(LATIN_WORD, " ".join(texts))) | FORMATS_AND_COMMANDS


LATIN_WORD = r"[A-Za-z]{4,}"
FORMATS_AND_COMMANDS = {"xlsx", "XLSX", "XLSM", "XLSB", "HTML", "indicators", "toml", "yearly", "python", "build"}


def ask(url: str, **headers: str) -> HTTPResponse:
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30)


def wait_until_drawn(page: Page) -> None:
    expect(page.locator("h1").first).to_be_visible(timeout=30_000)
    expect(page.locator(".frame-foot")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_in_the_frame(page: Page, page_url: Callable[[str], str], path: str) -> None:
    page.goto(page_url(path))
    wait_until_drawn(page)
    assert page.locator("[data-testid=stTopNavLink]").all_inner_texts() == list(MENU.values())
    assert page.title().endswith("政策目标监测")
    assert page.locator("html").get_attribute("lang") == "zh-CN"


@pytest.mark.parametrize("path", PAGES)
def test_the_frame_speaks_chinese_only(page: Page, page_url: Callable[[str], str], path: str) -> None:
    page.goto(page_url(path))
    wait_until_drawn(page)
    page.get_by_test_id("stMainMenuButton").click()
    expect(page.get_by_test_id("stMainMenuPopover")).to_be_visible()
    subject = words_of_the_subject()
    assert [text for text in page.evaluate(VISIBLE_ENGLISH) if set(re.findall(LATIN_WORD, text)) - subject] == []


@pytest.mark.parametrize("path", ["documents", "method"])
def test_a_deep_link_is_framed_as_the_very_first_thing_after_a_start(page: Page, tmp_path: Path, path: str) -> None:
    """Beside a pages/ folder Streamlit would run the page alone, past menu and guard."""
    process, url = start_server(store=f"duckdb:{tmp_path / 'monitor.duckdb'}", log=tmp_path / "server.log")
    try:
        page.goto(f"{url}/{path}")
        wait_until_drawn(page)
        assert page.locator("[data-testid=stTopNavLink]").all_inner_texts() == list(MENU.values())
        page.goto("about:blank")
    finally:
        stop_server(process)


def test_an_unknown_address_says_so_in_chinese(browser: Browser, page_url: Callable[[str], str]) -> None:
    """Streamlit itself writes the miss to the console, so this one browser is not listened to."""
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        page.goto(page_url("no-such-page"))
        expect(page.get_by_text("没有这个页面")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("下面是首页")).to_be_visible()


def test_without_data_every_page_says_why_instead_of_drawing_emptiness(page: Page, tmp_path: Path) -> None:
    not_a_database = tmp_path / "monitor.duckdb"
    not_a_database.write_bytes(b"this is not a database" * 1000)
    process, url = start_server(store=f"duckdb:{not_a_database}", log=tmp_path / "server.log", healthy=False)
    try:
        page.goto(f"{url}/compare")
        expect(page.get_by_role("heading", name="现在打不开数据")).to_be_visible(timeout=30_000)
        assert page.locator("h1").count() == 1
        page.goto("about:blank")
    finally:
        stop_server(process)


def test_a_demonstration_says_so_on_every_page(page: Page, demo_site: str) -> None:
    for path in PAGES:
        page.goto(f"{demo_site}/{path}")
        wait_until_drawn(page)
        expect(page.locator(".demo-banner")).to_contain_text("演示数据")


def test_real_figures_carry_no_demonstration_banner(page: Page, page_url: Callable[[str], str]) -> None:
    page.goto(page_url(""))
    wait_until_drawn(page)
    expect(page.locator(".demo-banner")).to_have_count(0)


def test_the_footer_says_which_data_this_is(page: Page, page_url: Callable[[str], str]) -> None:
    page.goto(page_url(""))
    wait_until_drawn(page)
    foot = page.locator(".frame-foot")
    expect(foot).to_contain_text(re.compile(r"数据截至 \d{4} 年"))
    expect(foot).to_contain_text(re.compile(r"最近入库 R\d{4}"))
    expect(foot).to_contain_text(re.compile(r"指标登记 [0-9a-f]{8}"))


# headers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "documents", "no-such-page", "healthz", "assets/chinese.js", "_stcore/health"])
def test_every_answer_carries_the_policy_and_refuses_to_be_framed(site: str, path: str) -> None:
    headers = ask(f"{site}/{path}").headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/=]+'", policy["script-src"])
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["", "documents", "no-such-page"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_every_address_answers_with_the_chinese_document(site: str, path: str, encoding: str) -> None:
    answer = ask(f"{site}/{path}", **{"Accept-Encoding": encoding})
    body = answer.read()
    assert answer.headers["Cache-Control"] == "no-cache"
    text = (gzip.decompress(body) if encoding == "gzip" else body).decode()
    assert '<html lang="zh-CN"' in text
    assert "<title>政策目标监测</title>" in text


def test_a_document_of_an_older_version_is_never_confirmed_as_current(site: str) -> None:
    answer = ask(f"{site}/", **{"If-None-Match": "*", "If-Modified-Since": "Fri, 31 Dec 2100 00:00:00 GMT"})
    assert answer.status == 200
    assert "zh-CN" in answer.read().decode()


def test_scripts_come_compressed_and_unchanged(site: str) -> None:
    document = ask(f"{site}/").read().decode()
    scripts = re.findall(r'(?:src|href)="\./(static/js/[^"]+)"', document)
    assert any("PlotlyChart" in script for script in scripts)
    for script in scripts:
        packed = ask(f"{site}/{script}", **{"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.read()) == ask(f"{site}/{script}", **{"Accept-Encoding": "identity"}).read()


def test_health_answers_while_the_database_does(site: str) -> None:
    state = json.load(ask(f"{site}/healthz"))
    assert state["status"] == "ok"
    assert state["data_version"] >= 1
