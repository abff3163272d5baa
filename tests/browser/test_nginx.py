"""The dashboard behind nginx as docs/operations/nginx.conf sets it up: TLS, headers, limits, signing in through it."""

import re
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.provider import provider, write_settings
from tools.serving import ROOT, free_port, start_server, stop_server

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
SLOW = 60_000

if NGINX is None or shutil.which("openssl") is None:
    pytest.skip("nginx or openssl is not installed (Debian: apt-get install nginx openssl)", allow_module_level=True)
if not find_spec("authlib") or not find_spec("oidc_provider_mock"):
    pytest.skip("sign-in is optional: pip install -r requirements-signin.txt", allow_module_level=True)


@dataclass(frozen=True)
class Front:
    """The site as browsers reach it, and what stands behind."""

    url: str
    plain: str  # by http
    behind: str
    folder: Path


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    tls, plain, behind = free_port(), free_port(), free_port()
    url = f"https://127.0.0.1:{tls}"
    make_certificate(folder)
    with provider() as at:
        settings = write_settings(folder / "settings.toml", site=url, provider=at)
        server, _ = start_server(
            store=f"duckdb:{folder / 'monitor.duckdb'}", log=folder / "server.log", port=behind, settings=settings
        )
        nginx = start_nginx(folder, tls=tls, plain=plain, behind=behind)
        try:
            yield Front(url, f"http://127.0.0.1:{plain}", f"http://127.0.0.1:{behind}", folder)
        finally:
            stop_server(nginx)
            stop_server(server)


def make_certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def start_nginx(folder: Path, *, tls: int, plain: int, behind: int) -> subprocess.Popen[bytes]:
    """nginx with the file that is shipped, its names and ports put to this machine."""
    site = (ROOT / "docs/operations/nginx.conf").read_text(encoding="utf-8")
    changed = {
        "127.0.0.1:8501": f"127.0.0.1:{behind}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{tls} ssl;",
        "monitor.example.gov.cn": "127.0.0.1",
        "/etc/ssl/monitor": str(folder),
        "/var/log/nginx/monitor.log": str(folder / "access.log"),
    }
    for old, new in changed.items():
        assert old in site
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site, encoding="utf-8")
    temporary = "\n".join(
        f"{name}_temp_path {folder / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; worker_processes 1; pid {folder / 'nginx.pid'}; error_log {folder / 'error.log'};\n"
        f"events {{ worker_connections 256; }}\nhttp {{\n{temporary}\ninclude {folder / 'site.conf'};\n}}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen([str(NGINX), "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not (folder / "nginx.pid").exists():
        assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def ask(url: str, *, data: bytes | None = None, method: str | None = None, **headers: str) -> tuple[int, Message]:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    trusting = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())  # noqa: S323 - its own certificate
    opener = urllib.request.build_opener(Stay, trusting)
    try:
        with opener.open(urllib.request.Request(url, data=data, headers=headers, method=method), timeout=30) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers


def test_whoever_comes_in_the_clear_is_sent_to_tls(front: Front) -> None:
    status, headers = ask(f"{front.plain}/documents?year=2020")
    assert (status, headers["Location"]) == (301, "https://127.0.0.1/documents?year=2020")


def test_every_header_stands_once(front: Front) -> None:
    status, headers = ask(f"{front.url}/")
    assert status == 200
    for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Strict-Transport-Security"):
        assert len(headers.get_all(name) or []) == 1, name
    assert "nginx/" not in headers["Server"]


@pytest.mark.parametrize("path", ["_stcore/metrics", "_stcore/agent/openapi.json", "etl/command"])
def test_what_is_for_the_machine_alone_is_nothing_to_others(front: Front, path: str) -> None:
    assert ask(f"{front.url}/{path}")[0] == 404


def test_metrics_are_refused_through_any_proxy_and_there_for_the_machine(front: Front) -> None:
    assert ask(f"{front.behind}/_stcore/metrics", **{"X-Forwarded-For": "127.0.0.1"})[0] == 404
    assert ask(f"{front.behind}/_stcore/metrics")[0] == 200


def test_health_is_seen_from_outside(front: Front) -> None:
    assert ask(f"{front.url}/healthz")[0] == 200


def test_what_is_too_large_is_refused_at_the_door(front: Front) -> None:
    assert ask(f"{front.url}/_stcore/upload_file/a/b", data=b"\0" * (22 << 20), method="PUT")[0] == 413


def test_another_name_for_this_server_is_refused(front: Front) -> None:
    assert ask(f"{front.url}/", Host="evil.example")[0] == 400


def test_signing_in_through_it_sets_secure_cookies_and_is_on_record(
    new_context: Callable[..., object], front: Front
) -> None:
    page = new_context(ignore_https_errors=True).new_page()  # type: ignore[attr-defined]
    page.goto(f"{front.url}/documents")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="keeper", exact=True).click()
    expect(page.locator(".frame-foot")).to_be_visible(timeout=SLOW)
    expect(page).to_have_url(re.compile("/documents"))
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    for name in ("_streamlit_user", "_streamlit_user_tokens"):
        assert cookies[name]["secure"], name
        assert cookies[name]["httpOnly"], name
    page.goto(f"{front.url}/audit")
    expect(page.get_by_role("cell", name="登录").first).to_be_visible(timeout=SLOW)
    page.goto("about:blank")


def test_no_code_is_in_the_log_of_the_proxy(front: Front) -> None:
    ask(f"{front.url}/oauth2callback?code=a-code-of-the-provider&state=x")
    log = (front.folder / "access.log").read_text(encoding="utf-8")
    assert "/oauth2callback" in log
    assert "code=" not in log
    assert "?" not in log


def test_the_address_in_the_log_is_the_browsers_not_what_it_claims(front: Front) -> None:
    ask(f"{front.url}/healthz?claimed", **{"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"})
    log = (front.folder / "server.log").read_text(encoding="utf-8")
    assert '"path": "/healthz"' in log
    assert "203.0.113.9" not in log
