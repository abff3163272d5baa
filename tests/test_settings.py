"""settings.toml: what it gives to whom, and every mistake told with its line."""

import os
from pathlib import Path

import pytest

from etl.access import APPROVE, PUBLISH, UPLOAD, WITHDRAW, Matter, Person, may
from etl.problem import Refused
from etl.register import read_register
from etl.settings import (
    WITHOUT_SIGNIN,
    Settings,
    parse_settings,
    person_of,
    read_settings,
    shown,
)
from tests.conftest import ROOT
from tests.provider import COOKIE, SECRET, SETTINGS

GOOD = SETTINGS.format(site="https://m.example.cn", provider="https://id.example.cn", secret=SECRET, cookie=COOKIE)
NANCHANG, JIUJIANG = Matter("360100"), Matter("360400")


def settings(text: str = GOOD, **replaced: str) -> Settings:
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return parse_settings(text.encode(), name="settings.toml")


def somebody(found: Settings, **claims: object) -> Person:
    return person_of(found, {"sub": "u1", "name": "某人", **claims}, origin="10.0.0.1")


def test_without_the_file_one_user_on_this_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONITOR_SETTINGS", raising=False)
    monkeypatch.setattr("etl.settings.DEFAULT_PATH", tmp_path / "settings.toml")
    found = read_settings()
    assert (found.signin, found.rules, found.open_to_all, found.log_format) == (None, (), False, "text")


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="读不到设置文件"):
        read_settings(tmp_path / "elsewhere.toml")


GIVEN = [
    ("a group gives its role", {"groups": ["leaders"]}, ("viewer",)),
    ("groups as one text", {"groups": "leaders it"}, ("viewer", "administrator")),
    ("several groups give several roles, in order", {"groups": ["it", "nanchang"]}, ("editor", "administrator")),
    ("another group gives nothing", {"groups": ["others"]}, ()),
    ("no groups give nothing", {}, ()),
]


@pytest.mark.parametrize(("sentence", "claims", "roles"), GIVEN, ids=[case[0] for case in GIVEN])
def test_who_holds_which_role(sentence: str, claims: dict, roles: tuple[str, ...]) -> None:
    by = somebody(settings(), **claims)
    assert (by.name, by.account, by.origin, by.roles) == ("某人", "u1", "10.0.0.1", roles), sentence


def test_an_account_in_the_table_holds_the_role_too() -> None:
    found = settings(GOOD + '\n[[roles]]\nrole = "administrator"\naccounts = ["u1"]\n')
    assert may(somebody(found), WITHDRAW) == ""
    assert may(person_of(found, {"sub": "u2", "name": "u1"}), WITHDRAW) != ""


def test_everybody_who_signs_in_may_look_where_that_is_said() -> None:
    found = settings(GOOD + '\n[[roles]]\nrole = "viewer"\ngroups = ["*"]\n')
    assert somebody(found).roles == ("viewer",)


def test_the_claim_that_names_the_account_can_be_another() -> None:
    found = settings(**{"[log]": 'account = "email"\ngroups = "roles"\n[log]'})
    by = person_of(found, {"sub": "x", "email": "zhang@gov", "roles": ["it"]})
    assert (by.account, by.name, by.roles) == ("zhang@gov", "zhang@gov", ("administrator",))


def test_an_address_that_anybody_can_claim_is_no_account() -> None:
    found = settings(**{"[log]": 'account = "email"\n[log]'})
    claims = {"sub": "x", "email": "zhao@gov", "groups": ["it"]}
    assert person_of(found, claims | {"email_verified": False}).grants == ()
    assert person_of(found, claims | {"email_verified": True}).account == "zhao@gov"
    assert person_of(found, claims).account == "zhao@gov"


def test_claims_without_the_account_are_nobody() -> None:
    assert person_of(settings(), {"name": "某人", "groups": ["it"]}).grants == ()


def test_an_editors_places_and_what_approval_changes() -> None:
    claims = {"groups": ["nanchang"]}
    with_approval, without = (
        somebody(settings(), **claims),
        somebody(settings(**{"[log]": "[access]\napproval = false\n[log]"}), **claims),
    )
    assert may(with_approval, UPLOAD, [NANCHANG]) == ""
    assert may(with_approval, UPLOAD, [JIUJIANG]) != ""
    assert may(with_approval, PUBLISH, [NANCHANG]) != ""
    assert may(without, PUBLISH, [NANCHANG]) == ""
    assert may(without, APPROVE, [NANCHANG]) != ""


# a mistake a case: what is written instead, and the words the refusal must hold
WRONG = [
    ("an unknown part", {"[log]": "[logs]"}, "第9行.*不认识的部分“logs”"),
    ("an unknown key", {"requests": "request"}, "不认识的键 request，是否想写 requests"),
    ("a missing secret", {f'client_secret = "{SECRET}"': ""}, r"\[signin\] 缺少必填的 client_secret"),
    ("a secret that is too short", {COOKIE: "short"}, "cookie_secret 至少要 32 个字符"),
    ("a plain address in the open", {"https://m.example.cn": "http://m.example.cn"}, "redirect_uri 用的是 http://"),
    ("a provider in the open", {"https://id.example.cn": "http://id.example.cn"}, "server_metadata_url 用的是 http://"),
    ("not an address", {"https://id.example.cn/": "id.example.cn/"}, "应是完整的网址"),
    ("another way back", {"/oauth2callback": "/back"}, "加上 /oauth2callback"),
    ("an unknown role", {'role = "viewer"': 'role = "reader"'}, "viewer、editor、approver、administrator 之一"),
    ("an editor of nothing", {'places = ["360100"]': ""}, "没有写负责哪些地区或单位"),
    ("a role for nobody", {'groups = ["leaders"]': ""}, "没有写给谁"),
    ("administering for everybody", {'groups = ["it"]': 'groups = ["*"]'}, "不能把“管理”给所有登录的人"),
    (
        "a viewer of one place, who would see all",
        {'groups = ["leaders"]': 'groups = ["leaders"]\nplaces = ["360100"]'},
        "不分地区和单位",
    ),
    (
        "an administrator of one unit",
        {'groups = ["it"]': 'groups = ["it"]\nunits = ["x"]'},
        "只用于 editor 和 approver",
    ),
    ("no TOML", {"[signin]": "[signin"}, "不是可读的 TOML 文件"),
]


@pytest.mark.parametrize(("sentence", "replaced", "said"), WRONG, ids=[case[0] for case in WRONG])
def test_a_mistake_is_refused_with_its_line(sentence: str, replaced: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        settings(**replaced)
    assert sentence


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        settings(**{COOKIE: "short", 'role = "viewer"': 'role = "reader"', "requests": "request"})
    assert len(refused.value.problems) == 3


def test_roles_without_sign_in_are_refused() -> None:
    with pytest.raises(Refused, match=r"没有 \[signin\] 就没有人登录"):
        settings('[[roles]]\nrole = "viewer"\ngroups = ["a"]\n')


def test_sign_in_without_any_role_is_refused() -> None:
    with pytest.raises(Refused, match=r"没有一个 \[\[roles\]\]"):
        settings(GOOD[: GOOD.index("[[roles]]")])


@pytest.mark.parametrize(("words", "open_to_all"), [(WITHOUT_SIGNIN, True), ("yes", None)])
def test_opening_without_sign_in_wants_the_whole_sentence(words: str, open_to_all: bool | None) -> None:  # noqa: FBT001
    text = f'[server]\nwithout_signin = "{words}"\n'
    if open_to_all is None:
        with pytest.raises(Refused, match=WITHOUT_SIGNIN):
            settings(text)
    else:
        assert settings(text).open_to_all is open_to_all


def test_secrets_are_shown_nowhere() -> None:
    found = settings()
    for text in (repr(found), str(shown(found))):
        assert SECRET not in text
        assert COOKIE not in text


@pytest.mark.skipif(os.name != "posix", reason="other systems keep no such modes")
def test_secrets_that_anybody_may_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(GOOD, encoding="utf-8")
    path.chmod(0o644)
    with pytest.raises(Refused, match=r"chmod 640 settings\.toml"):
        read_settings(path)
    path.chmod(0o640)
    assert read_settings(path).signin is not None


def test_the_places_and_units_of_the_example_are_in_the_register() -> None:
    example = parse_settings((ROOT / "settings.example.toml").read_bytes(), name="settings.example.toml")
    register = read_register(ROOT / "indicators.toml")
    assert {place for rule in example.rules for place in rule.places} <= set(register.places)
    assert {unit for rule in example.rules for unit in rule.units} <= set(register.units)


def test_the_example_is_good_and_every_key_is_in_it() -> None:
    text = (ROOT / "settings.example.toml").read_text(encoding="utf-8")
    example = parse_settings(text.encode(), name="settings.example.toml")
    assert example.signin is not None
    from etl import settings as module

    for fields in (module._SIGNIN, module._ACCESS, module._SERVER, module._LOG, module._ROLE):
        for key in fields:
            assert f"{key} =" in text, key
