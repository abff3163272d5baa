"""The leader's journey, in a real browser: the headline, one red light to its clause and source, another year, a link to send."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

HEADLINE = "h1.headline"


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".frame-foot")).to_be_visible(timeout=30_000)


def pick(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_from_the_headline_to_the_clause_and_source_of_a_red_light(page: Page, demo_site: str):
    open_page(page, demo_site)
    expect(page.locator(HEADLINE)).to_contain_text(re.compile(r"到\d{4}年，\d+项约束性要求到期"))
    red = page.locator(".attention .mark.red").first
    expect(red).to_contain_text("■")
    quote = page.locator(".attention li").first.locator("q").inner_text()
    red.click()
    expect(page.locator(HEADLINE)).to_contain_text("未达标")
    expect(page.locator(".facts q")).to_have_text(quote)
    expect(page.get_by_role("heading", name="来源与版本")).to_be_visible()
    expect(page.locator("table.sources")).to_contain_text("演示数据")


def test_one_step_back_is_where_one_came_from(page: Page, demo_site: str):
    open_page(page, demo_site)
    seen = page.locator(HEADLINE).inner_text()
    page.locator(".attention .mark.red").first.click()
    expect(page.locator(".facts").first).to_be_visible()
    page.evaluate("history.back()")
    expect(page.locator(HEADLINE)).to_have_text(seen)


def test_another_year_changes_the_sentence_and_the_address(page: Page, demo_site: str):
    open_page(page, demo_site)
    before = page.locator(HEADLINE).inner_text()
    pick(page, "站在某年看", "2018")
    expect(page.locator(HEADLINE)).not_to_have_text(before)
    expect(page).to_have_url(re.compile("year=2018"))


def test_the_year_stays_when_the_page_changes(page: Page, demo_site: str):
    open_page(page, f"{demo_site}/?year=2018")
    page.get_by_role("link", name="城市", exact=True).first.click()
    expect(page.locator(HEADLINE)).to_contain_text("项目标")
    expect(page.get_by_text("站在2018年看").first).to_be_visible()
    expect(page).to_have_url(re.compile("places.*year=2018"))


def test_a_copied_link_opens_the_same_view_in_a_fresh_browser(page: Page, new_context: Any, demo_site: str):
    open_page(page, f"{demo_site}/indicators")
    pick(page, "城市（地方）", "九江市")
    expect(page.locator(HEADLINE)).to_contain_text("九江市")
    expect(page).to_have_url(re.compile("place="))
    seen = page.locator(HEADLINE).inner_text()
    fresh = new_context().new_page()
    open_page(fresh, page.url)
    expect(fresh.locator(HEADLINE)).to_have_text(seen)
    fresh.reload()
    expect(fresh.locator(HEADLINE)).to_have_text(seen)


def test_a_judgement_has_an_address_of_its_own(page: Page, new_context: Any, demo_site: str):
    open_page(page, f"{demo_site}/?year=2020")
    page.locator(".attention .mark.red").first.click()
    expect(page.locator(".facts").first).to_be_visible()
    seen = page.locator(HEADLINE).inner_text()
    fresh = new_context().new_page()
    open_page(fresh, page.url)
    expect(fresh.locator(HEADLINE)).to_have_text(seen)


def test_another_target_is_picked_by_typing_a_few_letters(page: Page, demo_site: str):
    open_page(page, f"{demo_site}/method")
    box = page.get_by_role("combobox", name="看哪一项目标的判断过程")
    box.click()
    box.fill("森林覆盖率")
    page.get_by_role("option").first.click()
    expect(page.locator(HEADLINE)).to_contain_text("森林覆盖率")
    expect(page).to_have_url(re.compile("target="))


def test_a_cell_of_the_comparison_leads_to_the_figure_behind_it(page: Page, demo_site: str):
    open_page(page, f"{demo_site}/compare?year=2020")
    cell = page.locator("a.cell.red, a.cell.green").first
    expect(cell).to_be_visible()
    cell.click()
    expect(page.locator(".facts").first).to_be_visible()
    expect(page.get_by_text("用到的数字")).to_be_visible()


def test_a_table_is_downloaded_as_csv_that_says_it_is_made_up(page: Page, demo_site: str):
    open_page(page, f"{demo_site}/documents")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载表格（CSV）").click()
    download = waiting.value
    assert download.suggested_filename.startswith("演示数据_")
    lines = download.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("文件,条款位置,原文,指标")
    assert lines[1].endswith("演示数据")


def test_the_comparison_is_taken_along_with_every_indicator_also_those_not_drawn(page: Page, demo_site: str):
    open_page(page, f"{demo_site}/compare?year=2020")
    drawn = page.locator("table.matrix thead th").count() - 1
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载表格（CSV）").click()
    lines = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("地方,指标,当年数值")
    assert len({line.split(",")[1] for line in lines[1:]}) >= drawn > 1


def test_the_light_is_reached_and_followed_by_keyboard_alone(page: Page, demo_site: str):
    open_page(page, demo_site)
    link = page.locator(".attention a.to-working").first
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".facts").first).to_be_visible()


@pytest.mark.parametrize("path", ["", "documents", "indicators", "places", "compare", "method"])
def test_a_phone_never_scrolls_sideways(page: Page, demo_site: str, path: str):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{demo_site}/{path}")
    expect(page.locator(HEADLINE)).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_real_figures_open_with_the_real_sentence(page: Page, site: str):
    open_page(page, site)
    expect(page.locator(HEADLINE)).to_contain_text("约束性要求到期")
    expect(page.locator(".demo-banner")).to_have_count(0)


def test_a_long_address_cuts_no_words_off_on_a_phone(page: Page, site: str):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{site}/indicators?indicator=空气质量优良天数比例&place=江西省&year=2025")
    cards = page.locator("table.cards")
    expect(cards).not_to_have_count(0)
    assert all(each.evaluate("it => it.getBoundingClientRect().right") <= 390 for each in cards.all())
