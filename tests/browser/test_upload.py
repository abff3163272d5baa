"""Upload day in a real browser: a yearbook file with questions, the form out and back, a hostile file, a withdrawal."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from etl.template import HEADER_ROW, HEADINGS
from tools.serving import ROOT, start_server, stop_server

YEARBOOK = ROOT.parent / "shared" / "real_files" / "01_PM 2.5 Concentration.xls"
HEADLINE = "h1.headline"
SLOW = 60_000  # reading a file takes a process of its own


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server whose figures these tests may change."""
    folder = tmp_path_factory.mktemp("desk")
    process, url = start_server(store=f"duckdb:{folder / 'monitor.duckdb'}", log=folder / "server.log")
    yield url
    stop_server(process)


def open_desk(page: Page, site: str, part: str = "") -> None:
    page.goto(f"{site}/upload" + (f"?part={part}" if part else ""))
    expect(page.locator(".frame-foot")).to_be_visible(timeout=30_000)


def drop(page: Page, *, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    expect(page).to_have_url(re.compile("draft="), timeout=SLOW)
    expect(page.locator(HEADLINE)).to_contain_text("《", timeout=SLOW)


def pick(page: Page, question: str, choice: str | re.Pattern[str]) -> None:
    """Choose in a list that a redraw of the page may close under the pointer."""
    option = page.get_by_role("option", name=re.compile(choice)).first
    for _ in range(5):
        page.get_by_role("combobox", name=re.compile(question)).first.click()
        try:
            expect(option).to_be_visible(timeout=3_000)
            break
        except AssertionError:
            page.keyboard.press("Escape")
    option.click()


def answer(page: Page, question: str, choice: str | re.Pattern[str]) -> None:
    """Choose, once more where a redraw took the list away under the pointer; an answered question goes."""
    asked = page.get_by_role("combobox", name=re.compile(question))
    for seconds in (15, 15, 60):
        pick(page, question, choice)
        try:
            expect(asked).to_have_count(0, timeout=1000 * seconds)
            return
        except AssertionError:
            if seconds == 60:
                raise


def publish(page: Page, *, person: str) -> None:
    page.get_by_role("textbox", name="经办人").fill(person)
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator(HEADLINE)).to_contain_text("已发布，编号R", timeout=SLOW)


def tidy(value: str) -> bytes:
    """One figure of a year that no shipped file has, as a tidy file."""
    header = "place,indicator,year,value,unit,status,source,note"
    return f"{header}\n南昌市,细颗粒物（PM2.5）年均浓度,2031,{value},微克/立方米,A,测试用表,\n".encode()


def test_a_yearbook_file_is_asked_about_rehearsed_and_goes_on_after_f5(page: Page, desk: str):
    if not YEARBOOK.exists():
        pytest.skip("the real yearbook files are not at hand")
    open_desk(page, desk)
    drop(page, name=YEARBOOK.name, content=YEARBOOK.read_bytes())
    expect(page.locator(HEADLINE)).to_contain_text("个问题要您回答")
    expect(page.get_by_role("button", name="发布", exact=True)).to_have_count(0)
    answer(page, "哪一年", re.compile("2017"))
    page.reload()
    expect(page.locator(HEADLINE)).to_contain_text("个问题要您回答", timeout=SLOW)
    page.get_by_text("已回答的1个问题，可以改").click()
    expect(page.get_by_role("combobox", name=re.compile("哪一年"))).to_have_value("2017")


def test_the_form_of_a_year_goes_out_and_comes_back_without_a_question(page: Page, desk: str, tmp_path: Path):
    open_desk(page, desk, "催报单与填报表")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载填报表（XLSX）").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    place, indicator = (book.active.cell(row=HEADER_ROW + 1, column=column).value for column in (1, 2))
    for heading, content in {"数值": 12, "来源": "省厅函（测试）"}.items():
        book.active.cell(row=HEADER_ROW + 1, column=HEADINGS.index(heading) + 1, value=content)
    book.save(tmp_path / "form.xlsx")
    open_desk(page, desk)
    drop(page, name="填报表.xlsx", content=(tmp_path / "form.xlsx").read_bytes())
    expect(page.locator(HEADLINE)).to_contain_text("可收入1个数值")
    expect(page.get_by_text(f"{place}").first).to_be_visible()
    expect(page.get_by_text(f"{indicator}").first).to_be_visible()
    publish(page, person="张三")


def test_what_was_published_can_be_taken_back_and_both_stay_on_record(page: Page, desk: str):
    open_desk(page, desk)
    drop(page, name="2031.csv", content=tidy("33.3"))
    publish(page, person="李四")
    release = re.search(r"R\d+", page.locator(HEADLINE).inner_text())
    assert release
    page.goto(f"{desk}/upload?part=发布记录&release={release[0]}")
    page.get_by_role("textbox", name="撤回原因").fill("发错了文件")
    page.get_by_role("button", name=f"撤回{release[0]}").click()
    line = page.get_by_role("row", name=re.compile(release[0]))
    expect(line).to_contain_text("已撤回", timeout=SLOW)
    expect(line).to_contain_text("李四")


def test_a_withdrawal_without_a_reason_is_refused(page: Page, desk: str):
    page.goto(f"{desk}/upload?part=发布记录&release=R0001")
    page.get_by_role("button", name="撤回R0001").click()
    expect(page.get_by_text("请写明撤回的原因。")).to_be_visible()


def test_a_hostile_file_ends_in_a_sentence_and_changes_nothing(page: Page, desk: str):
    open_desk(page, desk)
    drop(page, name="../../<b>年鉴</b>.xlsx", content=b"PK\x03\x04" + b"\x00\xff" * 500)
    expect(page.locator(HEADLINE)).to_contain_text("不能收")
    expect(page.locator(".problems li.stop").first).to_be_visible()
    expect(page.locator(HEADLINE)).not_to_contain_text("..")
    page.get_by_role("button", name="放弃这份文件").click()
    expect(page.locator(HEADLINE)).to_contain_text("先预演，再发布", timeout=SLOW)


def test_a_number_set_by_a_higher_level_goes_the_way_of_every_file(page: Page, desk: str):
    open_desk(page, desk, "补录下达的目标值")
    page.get_by_label(re.compile("^数值")).fill("92.8")
    page.get_by_label("出处").fill("国家下达文件（测试）")
    page.get_by_role("button", name="预演").click()
    expect(page.locator(HEADLINE)).to_contain_text("可收入1个数值", timeout=SLOW)
    publish(page, person="王五")


def test_an_answer_can_be_changed_and_what_no_document_asks_for_can_be_kept(page: Page, desk: str):
    open_desk(page, desk)
    table = "地区,2031年幸福指数(%)\n南昌市,88\n石家庄市,80\n"
    drop(page, name="幸福指数.csv", content=table.encode())
    answer(page, "不是登记表里的指标", "不采用")
    expect(page.get_by_text("文件里没有可以发布的数值。")).to_be_visible(timeout=SLOW)
    page.get_by_text("已回答的1个问题，可以改").click()
    pick(page, "不是登记表里的指标", "作为参考序列保留")
    expect(page.locator(HEADLINE)).to_contain_text("可收入1个数值", timeout=SLOW)
    pick(page, "可选.*石家庄市", "作为参考序列保留")
    expect(page.locator(HEADLINE)).to_contain_text("可收入2个数值", timeout=SLOW)
    publish(page, person="赵六")
    open_desk(page, desk, "发布记录")
    expect(page.get_by_role("region", name="参考序列").get_by_role("row", name=re.compile("幸福指数"))).to_be_visible()


def test_a_release_shows_what_rests_on_it_before_it_is_taken_back(page: Page, desk: str):
    page.goto(f"{desk}/upload?part=发布记录&release=R0005")
    resting = page.get_by_role("region", name="撤回它会改变的判断")
    expect(resting).to_contain_text("森林覆盖率", timeout=SLOW)
    expect(resting).to_contain_text("撤回后")


def test_what_stood_on_a_day_is_shown_beside_today(page: Page, desk: str):
    page.goto(f"{desk}/upload?part=发布记录&day=2018-12-31&year=2019")
    then = page.get_by_role("region", name="2018-12-31与现在不同的判断")
    expect(then).to_contain_text("森林覆盖率", timeout=SLOW)
    expect(page.get_by_role("button", name="下载那一天的全部判断（CSV）")).to_be_visible()


def test_of_two_people_publishing_at_once_the_second_is_told_and_can_go_on(new_context, desk: str):
    first, second = (new_context().new_page() for _ in range(2))
    for at, page in enumerate((first, second)):
        open_desk(page, desk)
        drop(page, name=f"{at}.csv", content=tidy(f"3{at}.5"))
        page.get_by_role("textbox", name="经办人").fill("甲乙"[at])
    first.get_by_role("button", name="发布", exact=True).click()
    expect(first.locator(HEADLINE)).to_contain_text("已发布，编号R", timeout=SLOW)
    second.get_by_role("button", name="发布", exact=True).click()
    expect(second.get_by_text(re.compile("预演之后数据又有变化"))).to_be_visible(timeout=SLOW)
    second.reload()
    expect(second.locator(HEADLINE)).to_contain_text("《1.csv》", timeout=SLOW)
    expect(second.get_by_role("region", name="修订的数值")).to_contain_text("30.5", timeout=SLOW)
