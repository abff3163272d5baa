"""What the server writes to standard error: one line an event, as text or as JSON, and never a secret.

Everything any part of the program logs passes the same formatter, so that no library can let one slip.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Iterable
from datetime import datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from etl.clock import CHINA
from etl.settings import Settings

_HIDDEN = "（略）"
# What may stand in an address, a header or a stack trace and lets somebody in.
_TELLING = re.compile(
    r"(\b(?:code|state|provider)=)[^\s&\"',;}]+"
    r"|((?:id_token|access_token|refresh_token|client_secret|cookie_secret|password)[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;}]+"
    r"|(Bearer\s+)[\w.~+/=-]+"
    r"|(\b_streamlit_(?:user|session|xsrf)\w*=)[^\s;\"']+"
    r"|()\beyJ[\w-]+\.[\w-]+\.[\w-]*",
    re.IGNORECASE,
)
_LIBRARIES = ("streamlit", "uvicorn", "authlib", "httpx")

request_log = logging.getLogger("monitor.request")


class Plain(logging.Formatter):
    """One line of text, secrets left out."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self.secrets = tuple(secrets)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name logging has for it
        return visible(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record), secrets=self.secrets)


class Structured(logging.Formatter):
    """One JSON object a line: time, level, where, message, and what a request was."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self.secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, CHINA).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        plain = {key: hide(each, secrets=self.secrets) if isinstance(each, str) else each for key, each in told.items()}
        return visible(json.dumps(plain, ensure_ascii=False, default=str))


def set_up(settings: Settings) -> None:
    """Let everything that is logged in this process go through our formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter((Structured if settings.log_format == "json" else Plain)(settings.secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("monitor").setLevel(logging.INFO)
    for name in {*_LIBRARIES, *(each for each in logging.root.manager.loggerDict if each.startswith(_LIBRARIES))}:
        library = logging.getLogger(name)
        library.handlers, library.propagate = [], True
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True  # it writes queries; RequestLog does not


def hide(text: str, *, secrets: Iterable[str] = ()) -> str:
    """A line without what would let its reader in."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, _HIDDEN)
    return _TELLING.sub(lambda found: next((part for part in found.groups() if part), "") + _HIDDEN, text)


def visible(text: str) -> str:
    """A text as one line of what can be seen: an address or a name that somebody sends cannot begin a line of its own."""
    return (
        text if text.isprintable() else "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)
    )


class RequestLog:
    """ASGI middleware: every request as one event, without its query, which may hold a code."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 101 if scope["type"] == "websocket" else 0

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "websocket.close":
                status = message.get("code", 1000)
            await send(message)

        try:
            await self.app(scope, receive, send_and_see)
        finally:
            told = {
                "method": scope.get("method", "WEBSOCKET"),
                "path": scope["path"],
                "status": status or 500,
                "milliseconds": round(1000 * (time.perf_counter() - begun), 1),
                "client": scope["client"][0] if scope.get("client") else "",
            }
            request_log.info("%(method)s %(path)s %(status)s", told, extra={"told": told})
