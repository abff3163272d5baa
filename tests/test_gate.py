"""Which requests are let in, who they come from, and what is written about them: without a browser."""

import json
import logging
import os
import subprocess
import sys
import time
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.types import Scope
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard.doorkeeper import COMEBACK, way_back
from dashboard.gate import Gate, hosts_of, is_host
from dashboard.house_rules import note_changes, refuse_to_start, rules, unknown_scopes
from dashboard.identity import claims_in, cookies_of, person_with, seconds_left, sign_out
from dashboard.logs import Plain, Structured, hide
from etl.access import LOCAL
from etl.audit import entries
from etl.settings import WITHOUT_SIGNIN, Settings, parse_settings
from etl.store import Store
from tests.conftest import ROOT
from tests.provider import COOKIE, SECRET, SETTINGS, write_settings
from tools.serving import free_port

SIGNED_IN = parse_settings(
    SETTINGS.format(
        site="https://m.example.cn", provider="https://id.example.cn", secret=SECRET, cookie=COOKIE
    ).encode(),
    name="settings.toml",
)
OPEN = parse_settings(f'[server]\nwithout_signin = "{WITHOUT_SIGNIN}"\n'.encode(), name="settings.toml")
ALONE = Settings()


def request(
    path: str = "/", *, kind: str = "http", method: str = "GET", server: str = "127.0.0.1", client: str = "127.0.0.1",
    **headers: str,
) -> Scope:  # fmt: skip
    given = {"host": "127.0.0.1:8501", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": kind, "method": method, "path": path, "query_string": b"", "server": (server, 8501), "client": (client, 5),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip


def status(settings: Settings, scope: Scope) -> int:
    return Gate(None, settings=settings).refusal(scope)[0]  # type: ignore[arg-type]


LET_IN = [
    ("this machine by its name", ALONE, request(host="localhost:8501"), 200),
    ("this machine by its other address", ALONE, request(host="[::1]:8501", server="::1"), 200),
    ("another name that leads here (DNS rebinding)", ALONE, request(host="evil.example"), 400),
    ("no name at all", ALONE, request(host=""), 400),
    ("a name with something in it", ALONE, request(host="localhost@evil.example"), 400),
    ("an address of the network without sign-in", ALONE, request(server="10.0.0.5", host="localhost"), 403),
    ("the same where that was told in words", OPEN, request(server="10.0.0.5", host="10.0.0.5:8501"), 200),
    ("but under no name of another site", OPEN, request(server="10.0.0.5", host="evil.example"), 400),
    ("the public name", SIGNED_IN, request(host="m.example.cn", server="10.0.0.5"), 200),
    ("another name with sign-in", SIGNED_IN, request(host="other.example.cn"), 400),
    ("whoever watches, by any name", SIGNED_IN, request("/healthz", host="10.0.0.5"), 200),
    ("the websocket of our own page", ALONE, request(kind="websocket", origin="http://127.0.0.1:8501"), 200),
    ("the websocket of another site", ALONE, request(kind="websocket", origin="https://evil.example"), 403),
    ("of another port of this machine", ALONE, request(kind="websocket", origin="http://127.0.0.1:9999"), 403),
    ("of no site (Origin: null)", ALONE, request(kind="websocket", origin="null"), 403),
    ("behind a proxy that ends TLS", SIGNED_IN, request(kind="websocket", origin="https://m.example.cn"), 200),
    (
        "an upload from another site",
        ALONE,
        request("/_stcore/upload_file/a/b", method="PUT", origin="https://e.x"),
        403,
    ),
    ("metrics from this machine", ALONE, request("/_stcore/metrics"), 200),
    ("metrics from another", SIGNED_IN, request("/_stcore/metrics", client="10.0.0.9", host="m.example.cn"), 404),
    ("metrics through the proxy", SIGNED_IN, request("/_stcore/metrics", x_forwarded_for="1.2.3.4"), 404),
    ("the agent interface, never", ALONE, request("/_stcore/agent/mcp", method="POST"), 404),
]


@pytest.mark.parametrize(("sentence", "settings", "scope", "expected"), LET_IN, ids=[case[0] for case in LET_IN])
def test_who_is_let_in(sentence: str, settings: Settings, scope: Scope, expected: int) -> None:
    assert status(settings, scope) == expected, sentence


EVERYWHERE = "0.0.0.0"  # noqa: S104 - the very address that is refused
START = [
    ("on loopback", ALONE, "127.0.0.1", True),
    ("on loopback, IPv6", ALONE, "::1", True),
    ("on every address", ALONE, EVERYWHERE, False),
    ("on no address, which is every one", ALONE, None, False),
    ("on an address of the network", ALONE, "10.0.0.5", False),
    ("with sign-in", SIGNED_IN, EVERYWHERE, True),
    ("told in words", OPEN, EVERYWHERE, True),
]


@pytest.mark.parametrize(("sentence", "settings", "address", "may"), START, ids=[case[0] for case in START])
def test_where_the_server_listens(sentence: str, settings: Settings, address: str | None, may: bool) -> None:  # noqa: FBT001
    reason = refuse_to_start(settings, address=address)
    assert (reason == "") is may, sentence
    assert may or WITHOUT_SIGNIN in reason


def test_a_server_told_to_listen_elsewhere_ends_with_the_sentence(tmp_path: Path) -> None:
    command = ["streamlit", "run", "app.py", "--server.address", "127.0.0.2", "--server.port", str(free_port())]
    told = {"MONITOR_SETTINGS": os.devnull, "MONITOR_STORE": f"duckdb:{tmp_path / 'm.duckdb'}"}
    ended = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 1
    assert WITHOUT_SIGNIN in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_names_of_the_server() -> None:
    assert hosts_of(SIGNED_IN) == {"127.0.0.1", "::1", "localhost", "m.example.cn"}
    assert is_host("M.EXAMPLE.CN:443", hosts_of(SIGNED_IN))
    assert is_host("m.example.cn.", hosts_of(SIGNED_IN))
    assert not is_host("m.example.cn:port", hosts_of(SIGNED_IN))


# who a request comes from ----------------------------------------------------------------------------


def cookie(claims: dict[str, object], *, secret: str = COOKIE) -> dict[str, str]:
    signed = create_signed_value(secret, "_streamlit_user", json.dumps(claims))
    return {"_streamlit_user": signed.decode()}


def test_claims_are_read_from_the_signed_cookie_alone() -> None:
    claims = {"sub": "u1", "exp": 4e9}
    assert claims_in(cookie(claims), settings=SIGNED_IN) == claims
    assert claims_in(cookie(claims, secret=COOKIE[::-1]), settings=SIGNED_IN) == {}
    assert claims_in({"_streamlit_user": json.dumps(claims)}, settings=SIGNED_IN) == {}
    assert claims_in({}, settings=SIGNED_IN) == {}
    assert claims_in(cookie(claims), settings=ALONE) == {}


def test_cookies_of_a_header() -> None:
    jar = SimpleCookie()
    jar["_streamlit_user"] = cookie({"sub": "u1"})["_streamlit_user"]
    jar["_streamlit_user"]["httponly"] = True
    read = cookies_of(jar.output(header="").strip())
    assert claims_in(read, settings=SIGNED_IN) == {"sub": "u1"}
    assert cookies_of("\x00=;;") == {}


HOURS = parse_settings(
    SETTINGS.format(site="https://m.example.cn", provider="https://id.example.cn", secret=SECRET, cookie=COOKIE)
    .replace("[log]", "hours = 1\n[log]")
    .encode(),
    name="settings.toml",
)
ENDS = [
    ("as long as the token", SIGNED_IN, {"exp": 1060}, 60),
    ("a token that is over", SIGNED_IN, {"exp": 940}, -60),
    ("no longer than the settings say", HOURS, {"exp": 99_999, "iat": 1000 - 3000}, 600),
    (
        "counted from the sign-in, where that is told",
        HOURS,
        {"exp": 99_999, "iat": 1000, "auth_time": 1000 - 3000},
        600,
    ),
    ("a token that does not say when it began", HOURS, {"exp": 99_999}, 0),
    ("a token without an end", SIGNED_IN, {"sub": "u1"}, 0),
    ("an end that is no number", SIGNED_IN, {"exp": "soon"}, 0),
    ("nobody", SIGNED_IN, {}, 0),
]


@pytest.mark.parametrize(("sentence", "settings", "claims", "left"), ENDS, ids=[case[0] for case in ENDS])
def test_how_long_somebody_stays_signed_in(sentence: str, settings: Settings, claims: dict, left: float) -> None:
    assert seconds_left(claims, settings=settings, now=1000) == left, sentence


def test_time_is_counted_from_now() -> None:
    assert 50 < seconds_left({"exp": time.time() + 60}, settings=SIGNED_IN) <= 60


def test_who_signs_out_is_out_everywhere_and_only_he() -> None:
    claims = {"sub": "u1", "iat": 1000, "exp": 9e9, "groups": ["leaders"]}
    later = claims | {"iat": 2000}
    sign_out(claims | {"is_logged_in": True, "origin": "https://m.example.cn"})
    assert person_with(claims, settings=SIGNED_IN, origin="").account == ""
    assert person_with(later, settings=SIGNED_IN, origin="").account == "u1"
    assert person_with(claims | {"sub": "u2"}, settings=SIGNED_IN, origin="").account == "u2"


def test_every_change_of_the_rules_is_on_record_while_the_server_runs(
    small: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_settings(tmp_path / "settings.toml", site="http://127.0.0.1:1", provider="http://127.0.0.1:2")
    monkeypatch.setenv("MONITOR_SETTINGS", str(path))

    def recorded() -> list[list[str]]:
        note_changes(small)
        return [entry.told["changed"] for entry in entries(small, by=LOCAL) if entry.event == "settings"]

    assert len(recorded()) == len(recorded()) == 1
    path.write_text(path.read_text(encoding="utf-8").replace('"leaders"', '"others"'), encoding="utf-8")
    assert recorded()[0] == ["roles"]
    path.write_text("broken", encoding="utf-8")
    assert len(recorded()) == 2
    assert unknown_scopes(rules(), small) == [
        "settings.toml 的 [[roles]] 第2个：登记表里没有地区“360100”，这一项不起作用。"
    ]


# a cookie with a place to come back to, and where that leads
BACK = [
    ("a page with its picks", "/places?place=南昌市&year=2020", "/places?place=%E5%8D%97%E6%98%8C%E5%B8%82&year=2020"),
    ("another host", "//evil.example/x", ""),
    ("another host, written otherwise", "/\\evil.example", ""),
    ("a whole address", "https://evil.example/", ""),
    ("a line break", "/places\r\nSet-Cookie: x=1", ""),
    ("not a page", "/auth/logout", ""),
    ("the front page", "/", ""),
    ("nothing", "", ""),
]


@pytest.mark.parametrize(("sentence", "kept", "leads"), BACK, ids=[case[0] for case in BACK])
def test_the_way_back_stays_in_the_house(sentence: str, kept: str, leads: str) -> None:
    scope = request("/", accept="text/html", cookie=f"{COMEBACK}={quote(kept, safe='')}")
    assert way_back(scope) == leads, sentence


# what is written --------------------------------------------------------------------------------------

TELLING = [
    f"GET /oauth2callback?code=abc123&state=xyz {SECRET}",
    f"client_secret='{SECRET}' cookie_secret={COOKIE}",
    "Authorization: Bearer abc.def-ghi",
    "id_token: eyJhbGciOiJI.eyJzdWIiOiJ1.c2lnbmF0dXJl",
    "Cookie: _streamlit_user=2|1:0|10:16|15:_streamlit_user|abc|def; other=1",
    '{"access_token": "abc123", "password": "hunter2"}',
    "/auth/login?provider=eyJhbGciOiJI.eyJzdWIiOiJ1.c2lnbmF0dXJl",
]


@pytest.mark.parametrize("line", TELLING)
@pytest.mark.parametrize("formatter", [Plain((SECRET, COOKIE)), Structured((SECRET, COOKIE))], ids=["text", "json"])
def test_no_secret_is_written(line: str, formatter: logging.Formatter) -> None:
    record = logging.LogRecord("authlib", logging.WARNING, __file__, 1, line, None, None)
    written = formatter.format(record)
    for secret in (SECRET, COOKIE, "abc123", "xyz", "abc.def", "eyJ", "hunter2", "|abc|def"):
        assert secret not in written
    assert "（略）" in written


def test_a_structured_line_is_one_json_object_with_its_exception() -> None:
    try:
        raise ValueError(f"refused: {SECRET}\nsecond line")
    except ValueError:
        record = logging.LogRecord("monitor", logging.ERROR, __file__, 1, "出错", None, sys.exc_info())
    written = Structured((SECRET,)).format(record)
    assert "\n" not in written
    told = json.loads(written)
    assert (told["level"], told["logger"], told["message"]) == ("error", "monitor", "出错")
    assert "ValueError" in told["exception"]
    assert SECRET not in told["exception"]


FORGED = "GET /x\n2026-01-01 00:00:00 ERROR monitor 已撤回\r\x1b[2J\u2028\x85\u202e"


@pytest.mark.parametrize("formatter", [Plain(()), Structured(())], ids=["text", "json"])
def test_what_a_visitor_sends_begins_no_line_of_its_own(formatter: logging.Formatter) -> None:
    written = formatter.format(logging.LogRecord("monitor", logging.INFO, __file__, 1, FORGED, None, None))
    assert len(written.splitlines()) == 1
    assert not any(character in written for character in "\x1b\u202e\x85")
    assert "ERROR monitor 已撤回" in written


def test_a_text_line_keeps_the_lines_of_its_exception() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = logging.LogRecord("monitor", logging.ERROR, __file__, 1, "出错", None, sys.exc_info())
    lines = Plain((SECRET,)).format(record).splitlines()
    assert lines[0].endswith("ERROR monitor 出错")
    assert "Traceback" in lines[1]
    assert SECRET not in "".join(lines)


def test_what_tells_nothing_stays_as_it_is() -> None:
    assert (
        hide("GET /documents 200 in 12 ms; state of the task: done")
        == "GET /documents 200 in 12 ms; state of the task: done"
    )
