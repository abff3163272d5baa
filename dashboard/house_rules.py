"""settings.toml as the running server follows it: read again when it changes, and every change put on record.

A file that is broken after the start leaves the rules as they were; at the start it stops the start.
"""

import json
import logging
import threading
from pathlib import Path
from typing import Any

from streamlit import config
from streamlit.auth_util import is_authlib_installed

from etl.access import operator
from etl.audit import Entry, last_of, note_alone
from etl.problem import Refused
from etl.settings import ALL, LOOPBACK, WITHOUT_SIGNIN, Settings, read_settings, settings_path, shown
from etl.store import Store

_log = logging.getLogger("monitor.settings")
_lock = threading.Lock()
_known: dict[Path, tuple[object, Settings]] = {}
_noted: dict[str, str] = {}  # database → SHA-256 of the settings on its record


def rules() -> Settings:
    """The settings in force at this moment. Raises Refused where the file was never good."""
    path = settings_path()
    stamp = _stamp(path)
    with _lock:
        known = _known.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            settings = read_settings()
        except Refused as refused:
            if known is None:
                raise
            _log.error("设置文件有误，仍按原来的设置运行：%s", refused)
            settings = known[1]
        _known[path] = (stamp, settings)
        return settings


def refuse_to_start(settings: Settings, *, address: str | None) -> str:
    """Why the server may not listen at an address with these settings, a Chinese sentence; "" where it may.

    No address at all means every one of this machine.
    """
    if settings.signin is not None or settings.open_to_all or address in LOOPBACK:
        return ""
    return (
        f"没有设置登录，看板只在本机（127.0.0.1）提供服务，不能在 {address or '全部网络地址'} 上打开。"
        f"请在 settings.toml 里设置 [signin]；确实要不登录就开放，请在 [server] 里写 without_signin = “{WITHOUT_SIGNIN}”"
        "（docs/operations.md）。"
    )


def start() -> Settings:
    """The settings to start with. Ends the process with a sentence where it must not start."""
    try:
        settings = rules()
    except Refused as refused:
        raise SystemExit(f"设置文件有误，看板没有启动：\n{refused}") from None
    if settings.signin is not None and not is_authlib_installed():
        raise SystemExit(
            "设置了登录，但没有安装登录需要的程序包；请运行 .venv/bin/pip install -r requirements-signin.txt。"
        )
    reason = refuse_to_start(settings, address=config.get_option("server.address"))
    if reason:
        raise SystemExit(reason)
    if settings.signin is not None:  # several replicas must understand each other's cookies
        config.set_option("server.cookieSecret", settings.signin.cookie_secret)
    return settings


def for_streamlit(settings: Settings) -> dict[str, Any]:
    """What Streamlit's own sign-in wants to be told."""
    signin = settings.signin
    if signin is None:
        return {}
    return {
        "auth": {
            "redirect_uri": signin.redirect_uri,
            "cookie_secret": signin.cookie_secret,
            "client_id": signin.client_id,
            "client_secret": signin.client_secret,
            "server_metadata_url": signin.server_metadata_url,
            "client_kwargs": {"scope": signin.scope},
        }
    }


def note_changes(store: Store) -> None:
    """Put on record what the settings say, where they say something else than the record does.

    Asked in every run, so that no rule is followed that is not on record. Raises StoreError.
    """
    settings = rules()
    if _noted.get(store.url) == settings.sha256:
        return
    last = last_of(store, "settings")
    if (last.told.get("sha256") if last else "") != settings.sha256:
        _note(store, settings, last)
    for line in unknown_scopes(settings, store):
        _log.warning("%s", line)
    _noted[store.url] = settings.sha256


def unknown_scopes(settings: Settings, store: Store) -> list[str]:
    """A sentence for every place and unit of a role that the register does not know: such a role reaches nothing there."""
    known = {
        "地区": {row[0] for row in store.rows("select place from place")},
        "单位": {row[0] for row in store.rows("select unit from unit")},
    }
    return [
        f"settings.toml 的 [[roles]] 第{at}个：登记表里没有{kind}“{each}”，这一项不起作用。"
        for at, rule in enumerate(settings.rules, 1)
        for kind, named in (("地区", rule.places), ("单位", rule.units))
        for each in named
        if each != ALL and each not in known[kind]
    ]


def _note(store: Store, settings: Settings, last: Entry | None) -> None:
    before = last.told.get("settings", {}) if last else {}
    after = json.loads(json.dumps(shown(settings), ensure_ascii=False))
    changed = sorted(key for key in after if after[key] != before.get(key))
    detail = {"sha256": settings.sha256, "changed": changed, "settings": after}
    note_alone(store, "settings", by=operator(), what=settings_path().name, detail=detail)


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
