"""A real OpenID Connect provider on loopback, with the people of these tests; and settings that trust it."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import flask

PEOPLE = {
    "leader": {"name": "领导", "groups": ["leaders"]},
    "clerk": {"name": "张三", "groups": ["nanchang"]},
    "chief": {"name": "李四", "groups": ["approvers"]},
    "both": {"name": "王五", "groups": ["approvers", "nanchang"]},
    "keeper": {"name": "赵六", "groups": ["it"]},
    "stranger": {"name": "路人", "groups": ["others"]},
}

SETTINGS = """
[signin]
redirect_uri = "{site}/oauth2callback"
server_metadata_url = "{provider}/.well-known/openid-configuration"
client_id = "monitor"
client_secret = "{secret}"
cookie_secret = "{cookie}"

[log]
requests = true

[[roles]]
role = "viewer"
groups = ["leaders"]

[[roles]]
role = "editor"
groups = ["nanchang"]
places = ["360100"]

[[roles]]
role = "approver"
groups = ["approvers"]

[[roles]]
role = "administrator"
groups = ["it"]
"""
SECRET, COOKIE = "the-client-secret-of-these-tests", "the-cookie-secret-of-these-tests-0123456789"


@contextmanager
def provider(*, seconds: int = 3600) -> Iterator[str]:
    """Address of a provider whose tokens hold for so long."""
    import oidc_provider_mock
    import werkzeug.serving

    users = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    app = oidc_provider_mock.app(user_claims=users, access_token_max_age=timedelta(seconds=seconds))
    app.add_url_rule("/favicon.ico", view_func=lambda: ("", 204))  # else the browser writes an error to its console
    app.after_request(_without_style_sheets_of_others)
    server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _without_style_sheets_of_others(answer: "flask.Response") -> "flask.Response":
    """Nothing in these tests asks another host."""
    if answer.mimetype == "text/html":
        answer.set_data(re.sub(r"<link[^>]*https://[^>]*>", "", answer.get_data(as_text=True)))
    return answer


def write_settings(path: Path, *, site: str, provider: str, more: str = "") -> Path:
    """A settings.toml for a site, readable by its owner alone."""
    path.touch(mode=0o600)
    path.write_text(
        SETTINGS.format(site=site, provider=provider, secret=SECRET, cookie=COOKIE) + more, encoding="utf-8"
    )
    return path
