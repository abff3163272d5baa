"""Signing in for real: a provider on loopback, a browser, and the roles it gives."""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.provider import COOKIE, SECRET, provider, write_settings
from tools.serving import ROOT, free_port, start_server, stop_server

if not find_spec("oidc_provider_mock") or not find_spec("authlib"):
    pytest.skip(
        "sign-in is optional: pip install -r requirements-signin.txt -r requirements-dev.txt", allow_module_level=True
    )

SLOW = 60_000
HEADLINE = "h1.headline"


@dataclass(frozen=True)
class Office:
    url: str
    log: Path
    settings: Path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server that people sign in to."""
    with provider() as at:
        yield from serve(tmp_path_factory.mktemp("office"), at=at)


@pytest.fixture
def hurried(tmp_path: Path) -> Iterator[Office]:
    """The same with tokens that hold for twenty seconds."""
    with provider(seconds=20) as at:
        yield from serve(tmp_path, at=at)


def serve(folder: Path, *, at: str) -> Iterator[Office]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = write_settings(folder / "settings.toml", site=url, provider=at)
    log = folder / "server.log"
    process, _ = start_server(store=f"duckdb:{folder / 'monitor.duckdb'}", log=log, port=port, settings=settings)
    yield Office(url, log, settings)
    stop_server(process)


def sign_in(page: Page, office: Office, sub: str, *, path: str = "") -> None:
    """From an address to the provider and back."""
    page.goto(f"{office.url}/{path}")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name=sub, exact=True).click()
    expect(page.locator(".frame-foot")).to_be_visible(timeout=SLOW)


def tidy(place: str, value: str) -> bytes:
    header = "place,indicator,year,value,unit,status,source,note"
    return f"{header}\n{place},细颗粒物（PM2.5）年均浓度,2031,{value},微克/立方米,A,测试用表,\n".encode()


def drop(page: Page, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": "2031.csv", "mimeType": "text/csv", "buffer": content})
    expect(page).to_have_url(re.compile("draft="), timeout=SLOW)
    expect(page.locator(HEADLINE)).to_contain_text("可收入1个数值", timeout=SLOW)


def is_over(page: Page) -> None:
    """The session has ended, and nothing else is left on the page once it is drawn."""
    expect(page.locator(HEADLINE).filter(has_text="登录已结束")).to_be_visible(timeout=SLOW)
    expect(page.locator(HEADLINE)).to_have_count(1)


def menu(page: Page) -> list[str]:
    return page.get_by_test_id("stTopNavLink").all_inner_texts()


def test_nobody_sees_anything_before_signing_in_whichever_address_comes_first(page: Page, office: Office) -> None:
    for path in ("documents?year=2020", "upload", "audit", ""):
        page.goto(f"{office.url}/{path}")
        expect(page.locator(HEADLINE)).to_have_text("请先登录", timeout=SLOW)
        expect(page.locator("table, .frame-foot, [data-testid=stTopNavLink]")).to_have_count(0)


def test_who_signs_in_comes_to_the_address_he_wanted(page: Page, office: Office) -> None:
    sign_in(page, office, "leader", path="places?place=南昌市&year=2020")
    expect(page).to_have_url(re.compile(r"/places\?.*2020"))
    expect(page.locator(HEADLINE)).to_contain_text("南昌市", timeout=SLOW)
    expect(page.locator(".visitor")).to_contain_text("领导")


def test_a_viewer_looks_and_uploads_nothing(page: Page, office: Office) -> None:
    sign_in(page, office, "leader")
    assert {"数据上报", "操作记录"}.isdisjoint(menu(page))
    page.goto(f"{office.url}/upload")
    expect(page.locator(HEADLINE)).to_have_text("您没有使用这个页面的权限", timeout=SLOW)
    expect(page.locator("input[type=file]")).to_have_count(0)


def test_somebody_without_a_role_is_told_his_account(page: Page, office: Office) -> None:
    page.goto(office.url)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="stranger", exact=True).click()
    expect(page.locator(HEADLINE)).to_have_text("您的账号还没有权限", timeout=SLOW)
    expect(page.get_by_text("stranger")).to_be_visible()


def test_what_an_editor_uploads_waits_until_another_publishes_it(
    new_context: Callable[..., object], office: Office
) -> None:
    clerk, chief, both = (new_context().new_page() for _ in range(3))  # type: ignore[attr-defined]
    sign_in(clerk, office, "clerk", path="upload")
    drop(clerk, tidy("南昌市", "31.5"))
    expect(clerk.get_by_role("button", name="发布", exact=True)).to_have_count(0)
    expect(clerk.get_by_role("textbox", name="经办人")).to_have_value("张三", timeout=SLOW)
    clerk.get_by_role("button", name="送审", exact=True).click()
    expect(clerk.locator(HEADLINE)).to_contain_text("已送审，编号U", timeout=SLOW)
    number = re.search(r"U\d+", clerk.locator(HEADLINE).inner_text())
    assert number

    sign_in(chief, office, "chief", path=f"upload?submission={number[0]}")
    expect(chief.locator(HEADLINE)).to_contain_text("等待审核", timeout=SLOW)
    expect(chief.get_by_text("31.5").first).to_be_visible()
    chief.get_by_role("button", name="审核通过，发布").click()
    expect(chief.locator(HEADLINE)).to_contain_text("已发布", timeout=SLOW)
    clerk.reload()  # at an address that says what was submitted
    expect(clerk.locator(HEADLINE)).to_contain_text("发布，编号R", timeout=SLOW)

    sign_in(both, office, "both", path="upload")
    drop(both, tidy("南昌市", "32.5"))
    both.get_by_role("button", name="送审", exact=True).click()
    expect(both.locator(HEADLINE)).to_contain_text("已送审", timeout=SLOW)
    own = re.search(r"U\d+", both.locator(HEADLINE).inner_text())
    both.goto(f"{office.url}/upload?submission={own[0] if own else ''}")
    expect(both.get_by_role("button", name="收回")).to_be_visible(timeout=SLOW)
    expect(both.get_by_role("button", name="审核通过，发布")).to_have_count(0)

    chief.goto(f"{office.url}/upload?submission={own[0] if own else ''}")
    chief.get_by_label("退回的原因").fill("缺来源")
    chief.get_by_role("button", name="退回", exact=True).click()
    expect(chief.locator(HEADLINE)).to_contain_text("已退回", timeout=SLOW)
    both.reload()
    expect(both.get_by_text("缺来源")).to_be_visible(timeout=SLOW)
    expect(both.get_by_role("button", name="再次上报")).to_be_visible()


def test_an_editor_brings_nothing_of_another_place(page: Page, office: Office) -> None:
    sign_in(page, office, "clerk", path="upload")
    drop(page, tidy("九江市", "30"))
    expect(page.get_by_text(re.compile("九江市.*不在您负责的地区和单位之内"))).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="送审", exact=True)).to_have_count(0)


def test_an_administrator_reads_what_was_done_and_nobody_else(page: Page, office: Office) -> None:
    sign_in(page, office, "keeper", path="audit")
    expect(page.locator(HEADLINE)).to_contain_text("首尾相接，没有被改动", timeout=SLOW)
    for said in ("登录", "送审", "审核发布", "退回", "首尾相接"):
        expect(page.get_by_text(said).first).to_be_visible()
    assert "操作记录" in menu(page)
    shown = page.locator("body").inner_text()
    assert SECRET not in shown
    assert COOKIE not in shown


def test_who_signs_out_is_out_and_back_means_signing_in(page: Page, office: Office) -> None:
    sign_in(page, office, "leader")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/end_session?*")  # signed out at the provider too, who asks once more
    page.locator("form button").first.click()
    expect(page.locator(HEADLINE)).to_have_text("请先登录", timeout=SLOW)
    page.goto(f"{office.url}/documents")
    expect(page.locator(HEADLINE)).to_have_text("请先登录", timeout=SLOW)


def test_who_signs_out_in_one_tab_is_out_in_the_others_and_so_is_a_copy_of_his_cookie(
    page: Page, office: Office
) -> None:
    sign_in(page, office, "leader")
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies(office.url))
    assert ask(f"{office.url}/media/none.csv", Cookie=cookies)[0] == 404
    other = page.context.new_page()
    other.goto(f"{office.url}/documents")
    expect(other.locator(".frame-foot")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/end_session?*")
    other.get_by_test_id("stTopNavLink").filter(has_text="城市").click()
    is_over(other)
    assert ask(f"{office.url}/media/none.csv", Cookie=cookies)[0] == 403


def test_a_download_is_for_whoever_asked_for_it(new_context: Callable[..., object], office: Office) -> None:
    clerk, leader = (new_context().new_page() for _ in range(2))  # type: ignore[attr-defined]
    sign_in(clerk, office, "clerk", path="documents")
    sign_in(leader, office, "leader", path="documents")
    with clerk.expect_download(timeout=SLOW) as download:
        clerk.get_by_role("button", name=re.compile("下载.*CSV")).first.click()
    address = download.value.url
    assert "/media/" in address
    assert clerk.context.request.get(address).status == 200
    assert leader.context.request.get(address).status == 403


def test_a_file_goes_only_to_a_page_that_ones_own_account_has_open(
    new_context: Callable[..., object], office: Office
) -> None:
    clerk, both = (new_context().new_page() for _ in range(2))  # type: ignore[attr-defined]
    sign_in(both, office, "both", path="documents")
    sign_in(clerk, office, "clerk", path="upload")
    with clerk.expect_request(re.compile("/_stcore/upload_file/")) as sent:
        drop(clerk, tidy("南昌市", "33.5"))
    put = {"method": "PUT", "headers": {"X-Xsrftoken": sent.value.all_headers()["x-xsrftoken"]}}
    put["multipart"] = {"file": {"name": "2031.csv", "mimeType": "text/csv", "buffer": tidy("南昌市", "99")}}
    xsrf = [each for each in clerk.context.cookies() if each["name"] == "_streamlit_xsrf"]
    both.context.add_cookies(xsrf)
    assert both.context.request.fetch(sent.value.url, **put).status == 403
    assert clerk.context.request.fetch(sent.value.url, **put).status == 204


@pytest.mark.parametrize(
    ("sub", "status"),
    [("leader", 403), ("clerk", 400), ("chief", 400), ("keeper", 403)],
    ids=[
        "a viewer brings nothing",
        "an editor figures",
        "an approver evidence for closing",
        "an administrator nothing",
    ],
)
def test_who_may_send_a_file_at_all(page: Page, office: Office, sub: str, status: int) -> None:
    """400: let through to Streamlit, which knows no such page."""
    sign_in(page, office, sub, path="documents")
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    headers = {"X-Xsrftoken": cookies["_streamlit_xsrf"]}
    assert page.context.request.put(f"{office.url}/_stcore/upload_file/a/b", headers=headers).status == status


def test_a_role_that_is_taken_away_is_gone_from_an_open_page(page: Page, office: Office) -> None:
    sign_in(page, office, "leader", path="documents")
    button = page.get_by_role("button", name=re.compile("下载.*CSV")).first
    expect(button).to_be_visible(timeout=SLOW)
    settings = office.settings.read_text(encoding="utf-8")
    office.settings.write_text(settings.replace('"leaders"', '"others-now"'), encoding="utf-8")
    try:
        noted = exports(office)
        button.click()
        expect(page.get_by_text("没有生成文件")).to_be_visible(timeout=SLOW)
        assert exports(office) == noted
        page.reload()
        expect(page.locator(HEADLINE)).to_have_text("您的账号还没有权限", timeout=SLOW)
    finally:
        office.settings.write_text(settings, encoding="utf-8")


def exports(office: Office) -> int:
    """How many downloads are on record."""
    asked = [sys.executable, "-m", "etl", "audit", "export", "--format", "json"]
    store = f"duckdb:{office.log.parent / 'monitor.duckdb'}"
    done = subprocess.run([*asked, "--database", store], cwd=ROOT, capture_output=True, check=True)
    return sum(entry["event"] == "export" for entry in json.loads(done.stdout))


def test_a_session_ends_when_the_token_does_without_anybody_touching_it(page: Page, hurried: Office) -> None:
    sign_in(page, hurried, "leader", path="documents")
    is_over(page)
    expect(page.locator("table")).to_have_count(0)
    page.reload()
    is_over(page)
    page.goto("about:blank")


def test_no_secret_and_no_code_is_in_the_log(page: Page, office: Office) -> None:
    sign_in(page, office, "leader", path="documents?year=2020")
    lines = office.log.read_text(encoding="utf-8").splitlines()
    requests = [json.loads(line) for line in lines if '"path": "/oauth2callback"' in line]
    assert requests
    assert {each["status"] for each in requests} == {302}
    text = "\n".join(lines)
    assert not re.search(r"code=(?!（略）)|eyJ[\w-]+\.|year=2020", text)
    assert SECRET not in text
    assert COOKIE not in text


# without a browser -------------------------------------------------------------------------------


def ask(url: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers, method=method), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "media/whatever.csv"), ("PUT", "_stcore/upload_file/a/b"), ("DELETE", "_stcore/upload_file/a/b")],
)
def test_files_are_neither_given_nor_taken_without_signing_in(office: Office, method: str, path: str) -> None:
    assert ask(f"{office.url}/{path}", method)[0] == 403


def test_a_cookie_that_was_made_up_is_none(office: Office) -> None:
    forged = json.dumps({"sub": "keeper", "is_logged_in": True, "exp": 4e9})
    assert ask(f"{office.url}/media/x.csv", Cookie=f"_streamlit_user={forged}")[0] == 403
