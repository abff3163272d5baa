"""A snapshot's journey in a real browser: look, freeze, take along; open it again after the figures changed."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from etl.build import build
from etl.store import open_store
from reports.verify import verify
from tests.conftest import ROOT, SMALL
from tools.serving import start_server, stop_server

REVISED = "place,indicator,year,value,unit,status,source,note\n乙市,PM2.5,2019,36.5,,,修订公报,\n"


@pytest.fixture(scope="module")
def office(
    browser_type_launch_args: dict[str, object],  # noqa: ARG001 - skipped where there is no browser
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, str]]:
    """A folder with the small register's database, and the address of the dashboard that holds it."""
    folder = tmp_path_factory.mktemp("office")
    store = open_store(f"duckdb:{folder / 'monitor.duckdb'}")
    build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    store.close()
    process, url = start_server(store=f"duckdb:{folder / 'monitor.duckdb'}", log=folder / "server.log")
    yield folder, url
    stop_server(process)


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".frame-foot")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", name="全部快照")).to_be_visible(timeout=30_000)


def take(page: Page, name: str) -> bytes:
    """Press a download button and give the file that came."""
    with page.expect_download(timeout=60_000) as coming:
        page.get_by_role("button", name=name).click()
    return Path(coming.value.path()).read_bytes()


def command(folder: Path, *arguments: str) -> str:
    """What the command line prints while the dashboard runs."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder, check=True, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "MONITOR_STORE": "duckdb:monitor.duckdb"},
    ).stdout  # fmt: skip


def test_what_was_frozen_stays_whatever_is_published_later(page: Page, office: tuple[Path, str]):
    folder, site = office
    open_page(page, f"{site}/snapshots?year=2019")
    expect(page.get_by_text(re.compile("第1页，共[12]页"))).to_be_visible(timeout=30_000)
    page.get_by_label("会议").fill("省政府常务会议")
    page.get_by_label("会议").press("Enter")
    page.get_by_role("button", name="冻结并存入列表").click()
    expect(page).to_have_url(re.compile("snapshot=S[0-9a-f]{12}"), timeout=30_000)
    address = page.url
    number = re.search("S[0-9a-f]{12}", address)[0]
    expect(page.get_by_text("省政府常务会议").first).to_be_visible()
    expect(page.get_by_text(f"快照 {number} 与现在完全一致")).to_be_visible()
    before = take(page, "汇报材料（PDF）")
    verdict = verify(before, name="汇报材料")
    assert (verdict.snapshot, verdict.unaltered) == (number, True)

    assert command(folder, "reports", "list").startswith(number)
    command(folder, "reports", "pdf", "--snapshot", number, "--out", "same.pdf")
    assert (folder / "same.pdf").read_bytes() == before

    (folder / "revised.csv").write_text(REVISED, encoding="utf-8")
    command(folder, "etl", "import", "revised.csv")
    open_page(page, address)
    expect(page.get_by_text(f"快照 {number} 与现在相比")).to_be_visible(timeout=30_000)
    changed = page.get_by_role("table", name="数据的变化")
    expect(changed).to_contain_text("修订")
    expect(changed).to_contain_text("38")
    expect(changed).to_contain_text("36.5")
    assert take(page, "汇报材料（PDF）") == before


def test_the_same_state_frozen_twice_is_one_snapshot(page: Page, office: tuple[Path, str]):
    _, site = office
    addresses = []
    for _ in range(2):
        open_page(page, f"{site}/snapshots?year=2018")
        page.get_by_role("button", name="冻结并存入列表").click()
        expect(page).to_have_url(re.compile("snapshot=S"), timeout=30_000)
        addresses.append(re.search("S[0-9a-f]{12}", page.url)[0])
    assert len(set(addresses)) == 1
    expect(page.get_by_role("table", name="全部快照").get_by_text(addresses[0])).to_have_count(1)


def test_a_choice_that_holds_nothing_is_said_in_a_sentence(page: Page, office: tuple[Path, str]):
    _, site = office
    open_page(page, f"{site}/snapshots?year=2019")
    for label, option in (("地区（不选为全部）", "丙市"), ("指标（不选为全部）", "森林覆盖率")):
        page.get_by_role("combobox", name=label).click()
        page.get_by_role("option", name=option, exact=True).click()
        page.keyboard.press("Escape")
    expect(page.get_by_text("没有任何目标，请放宽选择")).to_be_visible(timeout=30_000)
