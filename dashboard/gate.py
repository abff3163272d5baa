"""Which requests are let in at all: by host, origin and address before anything else looks at them."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from etl.settings import LOOPBACK, Settings

# Answered whatever the host is called: whoever watches the server asks by its address.
_ANY_HOST = "/healthz"
# Only for this machine itself: how busy the server is, and which sessions it holds.
_MACHINE_ONLY = ("/_stcore/metrics", "/_stcore/script-health-check")
_NEVER = ("/_stcore/agent/",)
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


class Gate:
    """ASGI middleware: answers what must not come in, hands on the rest."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.hosts = hosts_of(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        status, reason = self.refusal(scope)
        if not reason:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
        else:
            await PlainTextResponse(reason, status_code=status)(scope, receive, send)

    def refusal(self, scope: Scope) -> tuple[int, str]:
        """Status and Chinese sentence for a request that is not let in; ("" the sentence) where it is."""
        headers, path = Headers(scope=scope), scope["path"]
        if not self._open_here(scope):
            return 403, "没有设置登录，看板只在本机提供服务。"
        if path.startswith(_NEVER) or (path.startswith(_MACHINE_ONLY) and not is_machine_itself(scope, headers)):
            return 404, "没有这个地址。"
        host = headers.get("host", "")
        if path != _ANY_HOST and not is_host(host, self.hosts, by_number=self._by_number()):
            return 400, "看板不以这个主机名提供服务：请用正式的网址打开，或由管理员把它写进 settings.toml 的 hosts。"
        if scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS:
            origin = headers.get("origin")
            if origin is not None and not self._is_own(origin, host):
                return 403, "这个请求来自别的网站，没有受理。"
        return 200, ""

    def _open_here(self, scope: Scope) -> bool:
        """Whether the address this came to is one to listen at: without sign-in only the machine's own."""
        if self.settings.signin is not None or self.settings.open_to_all or not scope.get("server"):
            return True
        address = scope["server"][0]
        return scope["server"][1] is None or address in LOOPBACK or _is_loopback(address)

    def _by_number(self) -> bool:
        """Whether an address in digits will do for a host: no other site can take such a name."""
        return self.settings.open_to_all and not self.settings.hosts

    def _is_own(self, origin: str, host: str) -> bool:
        netloc = urlsplit(origin).netloc.lower()
        public = urlsplit(self.settings.signin.redirect_uri).netloc.lower() if self.settings.signin else None
        return bool(netloc) and netloc in (host.lower(), public)


def hosts_of(settings: Settings) -> frozenset[str]:
    """The names by which the server may be called."""
    public = urlsplit(settings.signin.redirect_uri).hostname if settings.signin else None
    return frozenset(host.lower() for host in (*LOOPBACK, *settings.hosts, *((public,) if public else ())))


def is_host(header: str, hosts: Iterable[str], *, by_number: bool = False) -> bool:
    """Whether a Host header names one of `hosts`."""
    try:
        parts = urlsplit(f"//{header}")
        name, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not name or parts.username is not None or parts.path or parts.query or parts.fragment:
        return False
    return name.rstrip(".") in hosts or (by_number and _is_address(name))


def is_machine_itself(scope: Scope, headers: Headers) -> bool:
    """Whether a request comes from this machine and through no proxy."""
    client = scope["client"][0] if scope.get("client") else ""
    return _is_loopback(client) and not any(name in headers for name in FORWARDED)


def _is_loopback(address: str) -> bool:
    return _is_address(address) and _address(address).is_loopback


def _is_address(text: str) -> bool:
    try:
        _address(text)
    except ValueError:
        return False
    return True


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if mapped is not None else address
