"""settings.toml in, Settings out: who may sign in, who may do what, where the server listens.

Without the file the dashboard is for one user on this computer. docs/operations.md describes every
key; settings.example.toml can be copied.
"""

import hashlib
import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from etl.access import ACTS_OF_ROLES, ADMINISTRATOR, EDITOR, VIEWER, Grant, Person, acts_of, roles_in_order
from etl.problem import STOP, Problem, Refused
from etl.register_fields import Source, read_table
from etl.register_keys import Field, flag, one_of, text, texts, whole
from etl.register_lines import lines_of
from etl.words import read_words

ENVIRONMENT_NAME = "MONITOR_SETTINGS"
DEFAULT_PATH = Path(__file__).parent.parent / "settings.toml"
ALL = "*"
# What must stand in the settings, word for word, before others may come in without signing in.
WITHOUT_SIGNIN = "能连上这台机器的人都可以查看和改动全部数据"
_SHORTEST_SECRET = 32
_EVERYWHERE = (VIEWER, ADMINISTRATOR)  # what they do is about no place

_SIGNIN = {
    "redirect_uri": Field(text, required=True),
    "server_metadata_url": Field(text, required=True),
    "client_id": Field(text, required=True),
    "client_secret": Field(text, required=True),
    "cookie_secret": Field(text, required=True),
    "scope": Field(text),
    "account": Field(text),
    "name": Field(text),
    "groups": Field(text),
    "hours": Field(whole),
}
_ACCESS = {"approval": Field(flag), "viewers_see_originals": Field(flag)}
_SERVER = {"hosts": Field(texts), "proxies": Field(texts), "without_signin": Field(one_of((WITHOUT_SIGNIN,)))}
_LOG = {"format": Field(one_of(("text", "json"))), "requests": Field(flag)}
_ROLE = {
    "role": Field(one_of(tuple(ACTS_OF_ROLES)), required=True),
    "groups": Field(texts),
    "accounts": Field(texts),
    "places": Field(texts),
    "units": Field(texts),
}
_TABLES = {"signin": _SIGNIN, "access": _ACCESS, "server": _SERVER, "log": _LOG}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class SignIn:
    """How people sign in: one OpenID Connect provider, and which of its claims say who somebody is."""

    redirect_uri: str
    server_metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    scope: str = "openid profile email"
    account: str = "sub"
    name: str = "name"
    groups: str = "groups"
    hours: int | None = None  # the longest session; None: as long as the token


@dataclass(frozen=True)
class RoleRule:
    """A role for the members of some groups and for some accounts, in some places, for some units."""

    role: str
    groups: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def is_for(self, account: str, groups: frozenset[str]) -> bool:
        """Whether somebody holds the role; the group "*" is everybody who signed in."""
        return ALL in self.groups or account in self.accounts or not groups.isdisjoint(self.groups)


@dataclass(frozen=True)
class Settings:
    """What settings.toml says; the defaults are those of one user on this computer."""

    signin: SignIn | None = None
    rules: tuple[RoleRule, ...] = ()
    approval: bool = True
    viewers_see_originals: bool = False
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    open_to_all: bool = False
    log_format: str = "text"
    log_requests: bool = False
    sha256: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown or logged."""
        return (self.signin.client_secret, self.signin.cookie_secret) if self.signin else ()


def settings_path() -> Path:
    """The file meant: MONITOR_SETTINGS, else settings.toml beside the program."""
    return Path(os.environ.get(ENVIRONMENT_NAME) or DEFAULT_PATH)


def read_settings(path: Path | None = None) -> Settings:
    """The settings of a file, the defaults where there is none and none was named.

    Raises Refused with every problem of the file at once, each with its line.
    """
    path = path or settings_path()
    if path == DEFAULT_PATH and not path.exists():
        return Settings()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused((_problem(path.name, f"读不到设置文件 {path}：{error.strerror}。"),)) from error
    if _may_be_read_by_all(path) and b"secret" in data:
        raise Refused((_problem(path.name, f"设置文件里有密钥，却任何人都能读；请先运行 chmod 640 {path.name}。"),))
    return parse_settings(data, name=path.name)


def parse_settings(data: bytes, *, name: str) -> Settings:
    """The settings that these bytes say. Raises Refused."""
    try:
        content = data.decode("utf-8-sig")
        table = tomllib.loads(content)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused((_problem(name, f"不是可读的 TOML 文件：{error}。"),)) from error
    source = Source(name=name, lines=lines_of(content))
    values, rules, problems = _read(table, source)
    problems += _wrong(values, rules, source)
    if problems:
        raise Refused(tuple(problems))
    server, log, access = values.get("server", {}), values.get("log", {}), values.get("access", {})
    return Settings(
        signin=SignIn(**values["signin"]) if "signin" in values else None,
        rules=tuple(RoleRule(**{key: _plain(value) for key, value in rule.items()}) for rule in rules),
        approval=access.get("approval", True),
        viewers_see_originals=access.get("viewers_see_originals", False),
        hosts=server.get("hosts", ()),
        proxies=server.get("proxies", ()),
        open_to_all="without_signin" in server,
        log_format=log.get("format", "json" if "signin" in values else "text"),
        log_requests=log.get("requests", False),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def person_of(settings: Settings, claims: Mapping[str, Any], *, origin: str = "") -> Person:
    """Who somebody is by the provider's claims, with everything that groups and table give.

    Nobody without an account, nor with an address as account that the provider has not verified:
    such a person may nothing.
    """
    signin = settings.signin
    account = str(claims.get(signin.account) or "") if signin else ""
    if signin is None or not account or (signin.account == "email" and claims.get("email_verified") is False):
        return Person(name="", origin=origin)
    told = claims.get(signin.groups)
    groups = frozenset(str(each) for each in told) if isinstance(told, list) else frozenset(str(told or "").split())
    held = [rule for rule in settings.rules if rule.is_for(account, groups)]
    return Person(
        name=str(claims.get(signin.name) or account),
        account=account,
        roles=roles_in_order(rule.role for rule in held),
        grants=tuple(_grant(rule, settings) for rule in held),
        origin=origin,
    )


def shown(settings: Settings) -> dict[str, Any]:
    """What the settings say, without any secret: for the screen and the audit log."""
    signin = settings.signin
    return {
        "signin": {
            name: getattr(signin, name)
            for name in ("redirect_uri", "server_metadata_url", "client_id", "scope", "account", "name", "groups", "hours")
        }
        if signin
        else None,
        "roles": [vars(rule) for rule in settings.rules],
        **{
            name: getattr(settings, name)
            for name in ("approval", "viewers_see_originals", "hosts", "proxies", "open_to_all", "log_format", "log_requests")
        },
    }  # fmt: skip


def _grant(rule: RoleRule, settings: Settings) -> Grant:
    acts = acts_of(rule.role, approval=settings.approval, viewers_see_originals=settings.viewers_see_originals)
    return Grant(acts, places=_scope(rule.places), units=_scope(rule.units))


def _scope(named: tuple[str, ...]) -> frozenset[str]:
    return frozenset() if ALL in named else frozenset(named)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# reading -----------------------------------------------------------------------------------------


def _read(
    table: Mapping[str, Any], source: Source
) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]], list[Problem]]:
    values: dict[str, dict[str, Any]] = {}
    rules: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for name, content in table.items():
        if name in _TABLES and isinstance(content, dict):
            values[name], wrong = read_table(content, _TABLES[name], (name,), f"[{name}]", source)
            problems += wrong
        elif name == "roles" and isinstance(content, list):
            for at, each in enumerate(content):
                rule, wrong = read_table(each, _ROLE, (name, at), f"[[roles]] 第{at + 1}个", source)
                rules.append(rule)
                problems += wrong
        else:
            known = "、".join((*(f"[{each}]" for each in _TABLES), "[[roles]]"))
            message = f"不认识的部分“{name}”，只能是 {known}。"
            problems.append(source.problem((name,), found=name, expected=known, message=message))
    return values, rules, problems


def _wrong(values: Mapping[str, Mapping[str, Any]], rules: list[dict[str, Any]], source: Source) -> list[Problem]:
    """What several keys mean together."""
    problems = [source.problem(path, found="", expected="", message=message) for path, message in _wrong_roles(rules)]
    signin = values.get("signin")
    if signin is None:
        if rules:
            message = "没有 [signin] 就没有人登录，[[roles]] 不起作用；请补上 [signin]，或删去 [[roles]]。"
            problems.append(source.problem(("roles",), found="", expected="[signin]", message=message))
        return problems
    if not any(rule.get("role") for rule in rules):
        message = "要登录，却没有一个 [[roles]]：登录以后谁都不能做任何事；至少给出一个管理员。"
        problems.append(source.problem(("signin",), found="", expected="[[roles]]", message=message))
    for key, message in _wrong_signin(signin):
        problems.append(source.problem(("signin", key), found=key, expected="", message=message))
    return problems


def _wrong_signin(signin: Mapping[str, Any]) -> list[tuple[str, str]]:
    wrong = []
    for key in ("redirect_uri", "server_metadata_url"):
        address = urlsplit(signin.get(key, "https://x/oauth2callback"))
        if address.scheme not in ("http", "https") or not address.hostname:
            wrong.append((key, f"{key} 应是完整的网址，以 https:// 开头。"))
        elif address.scheme == "http" and address.hostname not in LOOPBACK:
            wrong.append((key, f"{key} 用的是 http://：登录凭据会在网上明文传输，请改用 https://。"))
    if not signin.get("redirect_uri", "/oauth2callback").endswith("/oauth2callback"):
        wrong.append(("redirect_uri", "redirect_uri 应是看板的网址加上 /oauth2callback。"))
    if len(signin.get("cookie_secret", "x" * _SHORTEST_SECRET)) < _SHORTEST_SECRET:
        wrong.append((
            "cookie_secret",
            f'cookie_secret 至少要 {_SHORTEST_SECRET} 个字符，用 python -c "import secrets; print(secrets.token_hex(32))" 生成。',
        ))  # fmt: skip
    return wrong


def _wrong_roles(rules: list[dict[str, Any]]) -> list[tuple[tuple[str | int, ...], str]]:
    wrong: list[tuple[tuple[str | int, ...], str]] = []
    words = read_words().roles
    for at, rule in enumerate(rules):
        label, role = f"[[roles]] 第{at + 1}个", rule.get("role", "")
        if not rule.get("groups") and not rule.get("accounts"):
            wrong.append((("roles", at), f"{label} 没有写给谁：请写 groups 或 accounts。"))
        if role == EDITOR and not rule.get("places") and not rule.get("units"):
            message = (
                f'{label}（{words[role]}）没有写负责哪些地区或单位：请写 places 或 units，全部负责就写 places = ["*"]。'
            )
            wrong.append((("roles", at), message))
        if role in _EVERYWHERE and (rule.get("places") or rule.get("units")):
            message = f"{label}（{words[role]}）不分地区和单位：places 和 units 只用于 editor 和 approver，请删去。"
            wrong.append((("roles", at), message))
        if ALL in rule.get("groups", ()) and role != VIEWER and role:
            wrong.append(
                (("roles", at), f'{label}：不能把“{words[role]}”给所有登录的人，groups = ["*"] 只能用于 viewer。')
            )
    return wrong


def _may_be_read_by_all(path: Path) -> bool:
    return os.name == "posix" and path.is_file() and bool(path.stat().st_mode & stat.S_IROTH)


def _problem(where: str, message: str) -> Problem:
    return Problem(STOP, where=where, found="", expected="", message=message)
