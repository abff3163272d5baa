"""The way by which the command line reaches the running dashboard (etl/handover.py has the rules)."""

from collections.abc import Iterator
from contextlib import contextmanager

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit import config

from dashboard.gate import FORWARDED
from etl import handover
from etl.cli import run_command
from etl.handover import Notice
from etl.store import default_url, is_shared

_LOCAL = {"", "0.0.0.0", "::", "127.0.0.1", "::1", "localhost"}  # noqa: S104 - addresses that hear this machine

_notice: list[Notice] = []


def command_route() -> Route:
    """Takes commands from this machine; to everybody else there is nothing here."""
    return Route(handover.PATH, _take_command, methods=["POST"])


@contextmanager
def taking_commands() -> Iterator[None]:
    """While this lasts, the command line finds its way here."""
    address = config.get_option("server.address") or ""
    if is_shared(default_url()):
        yield  # commands open a shared database themselves
        return
    if address not in _LOCAL or config.get_option("server.sslCertFile"):
        yield  # no plain way from this machine to this server
        return
    host = address if address in {"127.0.0.1", "localhost"} else "[::1]" if address == "::1" else "127.0.0.1"
    with handover.announced(url=default_url(), address=f"http://{host}:{config.get_option('server.port')}") as notice:
        _notice.append(notice)
        try:
            yield
        finally:
            _notice.remove(notice)


async def _take_command(request: Request) -> JSONResponse:
    allowed = handover.may_command(
        _notice[-1] if _notice else None,
        client=request.client.host if request.client else None,
        authorization=request.headers.get("authorization", ""),
        forwarded=any(name in request.headers for name in FORWARDED),
    )
    if not allowed:
        return JSONResponse({}, status_code=404)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > handover.MOST_BYTES:
            return JSONResponse({}, status_code=413)
    return JSONResponse(await to_thread.run_sync(_answer, bytes(body)))


def _answer(body: bytes) -> dict[str, object]:
    return handover.answer(body, run=run_command, url=default_url())
