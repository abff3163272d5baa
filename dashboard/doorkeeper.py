"""What stands between a signed-in browser and the server: files only for those who may, sign-ins on record, the way back.

Streamlit's own routes do the signing in (/auth/login, /oauth2callback, /auth/logout); this watches them.
"""

from urllib.parse import quote, unquote, urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from dashboard import data, handed_out
from dashboard.house_rules import rules
from dashboard.identity import claims_in, cookies_of, person_with, sign_out
from etl.access import CLOSE, REPORT, THIS_MACHINE, UPLOAD, VIEW, Person, may
from etl.audit import note_alone
from etl.settings import LOOPBACK, person_of

COMEBACK = "monitor_next"
_COMEBACK_SECONDS = 900
_LONGEST_COMEBACK = 1500
_CALLBACK, _LOGOUT = "/oauth2callback", "/auth/logout"
_FILES, _UPLOADS = "/media/", "/_stcore/upload_file/"
_WITH_FILES = (UPLOAD, REPORT, CLOSE)  # acts that bring a file or evidence
_NO_PAGES = (
    "/_stcore/",
    "/media/",
    "/component/",
    "/static/",
    "/assets/",
    "/auth/",
    "/oauth2callback",
    "/etl/",
    "/healthz",
)


class Doorkeeper:
    """ASGI middleware for a server that people sign in to."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure  # whether browsers come by https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, by = scope["path"], visitor_of(HTTPConnection(scope))
        if path.startswith(_FILES) and may(by, VIEW):
            await PlainTextResponse("请先登录。", status_code=403)(scope, receive, send)
        elif path.startswith(_FILES) and not handed_out.is_for(by.account, path.removeprefix(_FILES)):
            await PlainTextResponse("这个文件是为另一个账号准备的。", status_code=403)(scope, receive, send)
        elif path.startswith(_UPLOADS) and scope["method"] != "OPTIONS" and not _may_upload(by, path):
            await PlainTextResponse("您的账号不能上传文件。", status_code=403)(scope, receive, send)
        elif (place := way_back(scope)) and by.account:
            answer = RedirectResponse(place, status_code=302)
            answer.delete_cookie(COMEBACK)
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, self._watching(scope, by, send))

    def _watching(self, scope: Scope, by: Person, send: Send) -> Send:
        path = scope["path"]

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if path == _CALLBACK:
                    await to_thread.run_sync(_note_sign_in, headers.getlist("set-cookie"), by.origin)
                elif path == _LOGOUT and by.account:
                    sign_out(claims_in(HTTPConnection(scope).cookies, settings=rules()))
                    await to_thread.run_sync(_note_sign_out, by)
                elif not by.account and is_page(scope):
                    headers.append("set-cookie", self._comeback(scope))
                self._secure_cookies(headers)
            await send(message)

        return send_on

    def _comeback(self, scope: Scope) -> str:
        """Where to go after signing in; forgotten where it is the front page."""
        place = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        keep = place != "/" and len(place) <= _LONGEST_COMEBACK
        value, age = (quote(place, safe=""), _COMEBACK_SECONDS) if keep else ("", 0)
        return f"{COMEBACK}={value}; Max-Age={age}; Path=/; HttpOnly; SameSite=lax"

    def _secure_cookies(self, headers: MutableHeaders) -> None:
        """Streamlit sets its cookies without Secure: it does not know of the https in front of it."""
        cookies = headers.getlist("set-cookie")
        if not self.secure or not cookies:
            return
        del headers["set-cookie"]
        for cookie in cookies:
            headers.append("set-cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; Secure")


def visitor_of(connection: HTTPConnection) -> Person:
    """Who sent a request, with what he may; nobody where he is not signed in or no longer."""
    settings = rules()
    address = connection.client.host if connection.client else ""
    origin = THIS_MACHINE if address in LOOPBACK else address
    return person_with(claims_in(connection.cookies, settings=settings), settings=settings, origin=origin)


def _may_upload(by: Person, path: str) -> bool:
    """Whether somebody brings anything at all, and brings it to a page that he himself has open."""
    if all(may(by, act) for act in _WITH_FILES):
        return False
    session = path.removeprefix(_UPLOADS).partition("/")[0]
    client = runtime.get_instance().get_client(session) if runtime.exists() else None
    if client is None or client.client_context is None:
        return True  # no such page: Streamlit says so itself
    settings = rules()
    claims = claims_in(client.client_context.cookies, settings=settings)
    return person_with(claims, settings=settings, origin="").account == by.account


def is_page(scope: Scope) -> bool:
    """Whether a browser asks for a document that people look at."""
    wants = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and "text/html" in wants and not scope["path"].startswith(_NO_PAGES)


def way_back(scope: Scope) -> str:
    """Where somebody wanted to go before he signed in, who now comes to the front page; "" where nowhere."""
    if scope["path"] != "/" or scope["query_string"] or not is_page(scope):
        return ""
    place = unquote(HTTPConnection(scope).cookies.get(COMEBACK, ""))
    parts = urlsplit(place)
    inside = place.startswith("/") and not place.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    plain = place.isprintable() and "\\" not in place and not parts.path.startswith(_NO_PAGES)
    return quote(place, safe="/?&=%+-._~:,;!*'()@$") if inside and plain and place != "/" else ""


def _note_sign_in(set_cookies: list[str], origin: str) -> None:
    settings = rules()
    cookies = {name: value for header in set_cookies for name, value in cookies_of(header).items()}
    by = person_of(settings, claims_in(cookies, settings=settings), origin=origin)
    if by.account:
        note_alone(data.store(), "sign_in", by=by, detail={"roles": by.roles})


def _note_sign_out(by: Person) -> None:
    note_alone(data.store(), "sign_out", by=by)
