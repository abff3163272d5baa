"""Tasks in a real browser: a report with its evidence, closing, relapse, a finding, explanations; each journey on tasks of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from etl.build import build
from etl.store import open_store
from tools.serving import start_server, stop_server

HEADLINE = "h1.headline"
SLOW = 60_000
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
REGISTER = """
[documents.plan]
title = "甲省2018年整改方案"
short = "甲省整改方案"
published = 2018-03-01
place = "P"

[places.P]
name = "甲省"
level = "province"

[units.env]
name = "省生态环境厅"
formerly = ["省环保厅"]
[units.plan]
name = "省发展改革委"

[indicators.forest]
name = "森林覆盖率"
unit = "%"
better = "higher"
kind = "ratio"

[[targets]]
id = "plan.forest"
document = "plan"
quote = "森林覆盖率达到60%"
indicator = "forest"
place = "P"
measure = "level"
rule = "at_least"
value = 60
unit = "%"
by = 2019
lead = ["env"]
"""
TASK = """
[[tasks]]
id = "plan.{name}"
document = "plan"
title = "整改{name}"
quote = "完成整改{name}"
due = 2018-06-30
lead = ["env"]
serves = ["plan.forest"]
steps = [{{title = "制定方案", due = 2018-04-30}}, {{title = "完成整改", due = 2018-06-30}}]
"""
FIGURES = "place,indicator,year,value,unit,status,source,note\n" + "".join(
    f"甲省,森林覆盖率,{year},{value},%,A,省公报,\n" for year, value in ((2017, 61), (2018, 61.2), (2019, 61.4))
)
EVIDENCE = b"%PDF-1.4\n" + bytes(range(256)) * 300


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server with a task for each journey, one target that is met, and nothing reported yet."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "yearly").mkdir()
    (folder / "yearly" / "forest.csv").write_text(FIGURES, encoding="utf-8")
    tasks = "".join(TASK.format(name=name) for name in "甲乙丙丁戊")
    (folder / "indicators.toml").write_text(REGISTER + tasks, encoding="utf-8")
    url = f"duckdb:{folder / 'monitor.duckdb'}"
    store = open_store(url)
    build(store, definitions=folder / "indicators.toml", yearly=folder / "yearly")
    store.close()
    process, address = start_server(store=url, log=folder / "server.log")
    yield address
    stop_server(process)


def open_task(page: Page, office: str, name: str, act: str) -> None:
    open_form(page, f"{office}/tasks?task=plan.{name}&act={act}")


def open_form(page: Page, address: str) -> None:
    """A page with a form, drawn to its end."""
    page.goto(address)
    expect(page.locator(".frame-foot")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name=re.compile("^登记"))).to_be_visible()
    page.wait_for_load_state("networkidle")


def pick(page: Page, label: str, choice: str, *, typed: bool = False) -> None:
    """One of a list, or with `typed` what is not on it."""
    box = page.get_by_role("combobox", name=re.compile(f"^{label}"))
    box.scroll_into_view_if_needed()
    page.evaluate(TWO_FRAMES)  # a list that has just opened closes when the page still scrolls
    if typed:
        box.fill(choice)
        box.press("Enter")
        return
    option = page.get_by_role("option", name=choice, exact=True)
    box.fill(choice)
    option.click()


def write(page: Page, day: str, **filled: str) -> None:
    """The day, part by part as a person types it, and the texts by their labels."""
    form = page.get_by_test_id("stForm")
    for name, part in zip(("年，日期", "月，日期", "日，日期"), day.split("-"), strict=True):
        segment = form.get_by_role("spinbutton", name=name)
        segment.click()
        page.keyboard.type(part)
    for label, text in filled.items():
        form.get_by_role("textbox", name=label, exact=True).fill(text)


def send(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^登记")).click()


def filed(page: Page) -> Locator:
    found = page.locator(".filed")
    expect(found).to_contain_text("已登记，编号R", timeout=SLOW)
    return found


def report_done(page: Page, office: str, name: str) -> None:
    open_task(page, office, name, "报告进展")
    pick(page, "进展", "报告完成")
    write(page, "2018-06-20", 内容="已全部完成", 姓名="张三")
    pick(page, "单位", "省生态环境厅")
    send(page)
    filed(page)


def close(page: Page, office: str, name: str) -> None:
    open_task(page, office, name, "销号")
    write(page, "2018-08-01", 内容="现场核查属实", 销号的依据="验收报告", 姓名="李四")
    pick(page, "单位", "省发展改革委")
    send(page)
    filed(page)


def test_a_report_goes_in_with_its_evidence_and_the_evidence_comes_back_byte_for_byte(page: Page, office: str):
    open_task(page, office, "甲", "报告进展")
    pick(page, "进展", "报告完成")
    write(page, "2018-06-20", 内容="已全部完成", 姓名="张三")
    page.set_input_files(
        "input[type=file]", {"name": "验收 报告.pdf", "mimeType": "application/pdf", "buffer": EVIDENCE}
    )
    expect(page.get_by_text("验收 报告.pdf")).to_be_visible()
    pick(page, "单位", "省生态环境厅")
    send(page)
    result = filed(page)
    expect(result).to_contain_text("已逾期、未见报告")
    expect(result).to_contain_text("已完成（待销号）")
    expect(page.locator(HEADLINE)).to_have_text("整改甲：已完成（待销号）")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("下载佐证：验收 报告.pdf")).click()
    assert Path(waiting.value.path()).read_bytes() == EVIDENCE
    assert waiting.value.suggested_filename == "验收 报告.pdf"


def test_a_report_does_not_go_in_without_the_evidence_that_was_too_large(page: Page, office: str):
    """The browser turns such a file away by itself: the report would be filed as if there had been none."""
    open_task(page, office, "戊", "报告进展")
    write(page, "2018-06-20", 内容="已全部完成", 姓名="张三")
    large = {"name": "录像.mp4", "mimeType": "video/mp4", "buffer": bytes(21 * 2**20)}
    page.set_input_files("input[type=file]", large)
    button = page.get_by_role("button", name=re.compile("^登记"))
    expect(button).to_have_count(0)
    page.get_by_role("textbox", name="姓名", exact=True).press("Enter")
    page.get_by_role("button", name="移除 录像.mp4").click()
    expect(button).to_be_visible()
    expect(page.locator(".filed, .problems")).to_have_count(0)
    expect(page.get_by_role("textbox", name="内容", exact=True)).to_have_value("已全部完成")


def test_the_reporter_does_not_close_another_does_and_it_comes_back(page: Page, office: str):
    report_done(page, office, "乙")
    open_task(page, office, "乙", "销号")
    write(page, "2018-08-01", 内容="自己核查属实", 销号的依据="验收报告", 姓名="张三")
    pick(page, "单位", "省生态环境厅")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("不能自己销号", timeout=SLOW)
    expect(page.get_by_role("textbox", name="内容", exact=True)).to_have_value("自己核查属实")
    expect(page.locator(HEADLINE)).to_have_text("整改乙：已完成（待销号）")

    close(page, office, "乙")
    expect(page.locator(HEADLINE)).to_have_text("整改乙：已销号")
    open_task(page, office, "乙", "反弹")
    write(page, "2019-03-01", 内容="问题又出现", 姓名="王五")
    pick(page, "单位", "中央督察组", typed=True)
    send(page)
    filed(page)
    expect(page.locator(HEADLINE)).to_have_text("整改乙：反弹")
    expect(page.locator("table.sheet", has_text="现场核查属实")).to_be_visible()


def test_a_finding_takes_the_green_away_and_shows_both_sides(page: Page, office: str):
    report_done(page, office, "丙")
    open_task(page, office, "丙", "督察认定不实")
    write(page, "2018-10-01", 内容="抽查发现没有完成", 姓名="王五")
    pick(page, "单位", "中央督察组", typed=True)
    send(page)
    filed(page)
    expect(page.locator(".large-mark .mark.red")).to_contain_text("督察认定不实")
    expect(page.locator("p.lead")).to_contain_text("省生态环境厅2018年6月20日报告完成；2018年10月1日督察认定不实")

    open_form(page, f"{office}/method?target=plan.forest&place=P&act=督察存疑")
    expect(page.locator(".large-mark .mark.green")).to_be_visible()
    write(
        page,
        "2020-03-01",
        认定单位="中央督察组",
        **{"内容（原话或要点）": "数字不实", "来源（文号、网址）": "通报", "经办人": "李四"},
    )
    send(page)
    filed(page)
    expect(page.locator(".large-mark .mark.yellow")).to_contain_text("督察存疑")


def test_an_explanation_stands_under_the_judgement(page: Page, office: str):
    open_form(page, f"{office}/method?target=plan.forest&place=P&act=原因和措施")
    write(page, "2020-02-01", 原因="造林面积扩大", 下一步措施="继续抚育", 姓名="张三")
    send(page)
    filed(page)
    said = page.locator("ul.plain", has_text="造林面积扩大")
    expect(said).to_contain_text("继续抚育")
    expect(said).to_contain_text("姓名自填")


def test_what_was_filed_can_be_withdrawn(page: Page, office: str):
    report_done(page, office, "丁")
    page.get_by_role("link", name="下载原件或撤回").click()
    page.get_by_role("textbox", name="撤回原因").fill("报错了", timeout=SLOW)
    page.get_by_role("button", name=re.compile("^撤回R")).click()
    expect(page.get_by_text(re.compile("^R.*已撤回")).first).to_be_visible(timeout=SLOW)
    page.goto(f"{office}/tasks?task=plan.丁")
    expect(page.locator(HEADLINE)).to_have_text("整改丁：已逾期、未见报告", timeout=SLOW)
    expect(page.locator("del.withdrawn")).to_be_visible()


def test_the_day_is_kept_in_the_address(page: Page, office: str):
    page.goto(f"{office}/tasks?day=2018-05-15")
    expect(page.locator(HEADLINE)).to_contain_text("到2018年5月15日", timeout=SLOW)
    expect(page).to_have_url(re.compile("day=2018-05-15"))
    page.get_by_role("link", name="整改甲：完成整改").first.click()
    expect(page.locator("p.lead")).to_contain_text("看到2018年5月15日", timeout=SLOW)
