"""What surrounds the screens: who is let in, warm-up, headers, compression, the document shell, health.

Everything here runs once at the start or once a request; nothing knows a page or a question.
"""

import gc
import gzip
import importlib
import pkgutil
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import plotly.graph_objects as go
import streamlit
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import dashboard
from dashboard import data
from dashboard.compression import CompressedAssets, CompressedFolder, takes_gzip
from dashboard.doorkeeper import Doorkeeper
from dashboard.foresight import looking_ahead
from dashboard.gate import Gate
from dashboard.handover import command_route, taking_commands
from dashboard.house_rules import note_changes
from dashboard.logs import RequestLog, set_up
from dashboard.shell import Shell, read_shell
from dashboard.turns import SLICE_SECONDS
from etl.problem import Refused
from etl.settings import Settings
from etl.store import StoreError

STREAMLIT_STATIC = Path(streamlit.__file__).parent / "static"
OWN_STATIC = Path(__file__).parent / "static"

# Objects made before the youngest are looked through, and how many such looks before the older, and all. Python's own
# 700, 10, 10 looks through all every nine seconds while a hundred people work, a tenth of a second each time (bench/load).
COLLECTS_AFTER = (2_000, 10, 50)


class SecurityHeaders:
    """ASGI middleware: the content policy, no framing, no guessing of types, on every answer."""

    def __init__(self, app: ASGIApp, *, policy: str, secure: bool) -> None:
        self.app = app
        self.headers = {
            "Content-Security-Policy": policy,
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class ChineseShell:
    """ASGI middleware: wherever Streamlit answers with its document, ours goes out.

    Which addresses those are stays Streamlit's affair: an answer is recognised by its body.
    """

    # never the document, and worth compressing and keeping on the way
    ELSEWHERE = ("/_stcore/", "/media/", "/component/", "/static/", "/assets/")
    # A compressed answer could not be recognised; a "not modified" would keep an older document in the browser.
    PUT_ASIDE = (b"accept-encoding", b"if-none-match", b"if-modified-since")

    def __init__(self, app: ASGIApp, *, shell: Shell) -> None:
        self.app = app
        self.shell = shell
        self.packed = gzip.compress(shell.html, mtime=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(self.ELSEWHERE):
            await self.app(scope, receive, send)
            return
        held: list[Message] = []

        async def send_or_hold(message: Message) -> None:
            if not held and not self._may_be_document(message):
                await send(message)
                return
            held.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                await self._answer(held, scope, receive, send)

        plain = [pair for pair in scope["headers"] if pair[0] not in self.PUT_ASIDE]
        await self.app({**scope, "headers": plain}, receive, send_or_hold)

    def _may_be_document(self, message: Message) -> bool:
        if message["type"] != "http.response.start":
            return False
        return Headers(raw=message["headers"]).get("content-length") == str(len(self.shell.original))

    async def _answer(self, held: list[Message], scope: Scope, receive: Receive, send: Send) -> None:
        if b"".join(message.get("body", b"") for message in held) != self.shell.original:
            for message in held:
                await send(message)
            return
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        body = self.shell.html
        if takes_gzip(scope):
            body, headers["Content-Encoding"] = self.packed, "gzip"
        await Response(body, media_type="text/html", headers=headers)(scope, receive, send)


@cache
def _shell() -> Shell:
    return read_shell(STREAMLIT_STATIC)


@cache
def _assets() -> CompressedFolder:
    return CompressedFolder(STREAMLIT_STATIC)


def middleware(settings: Settings) -> Sequence[Middleware]:
    """Outermost first. Sets up what the server logs, before anything is logged."""
    set_up(settings)
    secure = settings.signin is not None and urlsplit(settings.signin.redirect_uri).scheme == "https"
    return [
        *([Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.proxies))] if settings.proxies else []),
        *([Middleware(RequestLog)] if settings.log_requests else []),
        Middleware(SecurityHeaders, policy=_shell().policy, secure=secure),
        Middleware(Gate, settings=settings),
        *([Middleware(Doorkeeper, secure=secure)] if settings.signin else []),
        Middleware(CompressedAssets, folder=_assets()),
        Middleware(ChineseShell, shell=_shell()),
    ]


def routes() -> Sequence[BaseRoute]:
    return [Route("/healthz", health), command_route(), Mount("/assets", StaticFiles(directory=OWN_STATIC))]


def health(_: Request) -> JSONResponse:
    """200 while the database answers, else 503: for whoever watches the server."""
    try:
        store = data.store()
        store.rows("select 1 from setting limit 1")  # the version may come from memory
        return JSONResponse({"status": "ok", "data_version": store.version()})
    except Exception as problem:  # noqa: BLE001 - whatever it is, the watcher must hear of it
        return JSONResponse({"status": "failed", "reason": type(problem).__name__}, status_code=503)


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[dict[str, Any]]:
    sys.setswitchinterval(SLICE_SECONDS)
    await to_thread.run_sync(warm_up)
    with taking_commands(), looking_ahead():
        yield {}


def warm_up() -> None:
    """Do before the first visitor comes what he would otherwise wait for.

    gc.freeze() last: a full collection costs some 50 ms while pandas, Plotly and DuckDB are among what
    it walks through; frozen, they are not. It still walks through all that is kept, and nobody's page
    goes on meanwhile: so it comes less often.
    """
    try:
        data.edition()
        note_changes(data.store())
    except (StoreError, Refused) as problem:  # every page says so too, and works again once the reason is gone
        print(problem, file=sys.stderr, flush=True)
    go.Figure(data=[go.Scatter(x=[1, 2], y=[1, 2])], layout={"title": {"text": "-"}}).to_json()
    for module in pkgutil.iter_modules(dashboard.__path__):
        if module.name != "entry":  # the one that draws
            importlib.import_module(f"dashboard.{module.name}")
    for name in first_visit():
        _assets().packed(name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTS_AFTER)
    print("已就绪，请在浏览器打开下面的地址 / Ready, open this address:", _address(), file=sys.stderr, flush=True)


def first_visit() -> list[str]:
    """The assets that the document itself asks for, as names in the compressed folder."""
    named = re.findall(r'(?:src|href)="\./(static/[^"]+)"', _shell().html.decode())
    return [name for name in named if name in _assets()]


def _address() -> str:
    return f"http://{config.get_option('server.address')}:{config.get_option('server.port')}"
