"""Who a request or a run of a screen comes from: the claims in Streamlit's own signed cookie, and how long they hold.

A cookie cannot be called back: who signs out is remembered here until his token ends, so that neither
another tab nor a copy of the cookie goes on without him.
"""

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from etl.access import Person
from etl.record import canonical
from etl.settings import Settings, person_of

Claims = Mapping[str, Any]

# What tells one sign-in from another, whoever reads the claims.
_OF_ONE_SIGN_IN = ("iss", "sub", "sid", "jti", "nonce", "iat", "auth_time", "exp")
_signed_out: dict[str, float] = {}  # sign-in → end of its token
_lock = threading.Lock()


def claims_in(cookies: Mapping[str, str], *, settings: Settings) -> Claims:
    """What the provider said of somebody, from signed cookies; empty where there are none or they were made up."""
    signin = settings.signin
    if signin is None:
        return {}

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(signin.cookie_secret, name, value.encode("latin-1"))

    try:
        found = get_cookie_with_chunks(one, USER_COOKIE_NAME)
        claims = json.loads(found) if found else {}
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def seconds_left(claims: Claims, *, settings: Settings, now: float | None = None) -> float:
    """How long somebody stays signed in: until he signs out or the token ends, and no longer than the settings say.

    0 or less: no more.
    """
    if not claims or settings.signin is None or _sign_in_of(claims) in _signed_out:
        return 0
    now = time.time() if now is None else now
    ends = _number(claims.get("exp"))
    if ends is None:  # a token without an end is none
        return 0
    begun = _number(claims.get("auth_time")) or _number(claims.get("iat"))
    if settings.signin.hours is not None:
        if begun is None:
            return 0
        ends = min(ends, begun + 3600 * settings.signin.hours)
    return ends - now


def person_with(claims: Claims, *, settings: Settings, origin: str) -> Person:
    """Whom claims are about, with everything he may at this moment; nobody where they hold no longer."""
    held = claims if seconds_left(claims, settings=settings) > 0 else {}
    return person_of(settings, held, origin=origin)


def sign_out(claims: Claims, *, now: float | None = None) -> None:
    """From now on these claims are nobody's, whoever shows them."""
    now = time.time() if now is None else now
    with _lock:
        for over in [each for each, ends in _signed_out.items() if ends <= now]:
            del _signed_out[over]
        _signed_out[_sign_in_of(claims)] = _number(claims.get("exp")) or now


def _sign_in_of(claims: Claims) -> str:
    return hashlib.sha256(canonical({name: claims.get(name) for name in _OF_ONE_SIGN_IN})).hexdigest()


def cookies_of(header: str) -> dict[str, str]:
    """The cookies of one Cookie or Set-Cookie header."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
