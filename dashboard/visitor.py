"""Who is in front of the screen: the one user of this computer, or somebody signed in, for as long as the token holds."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal
from urllib.parse import urlencode

import streamlit as st

from dashboard import data, handed_out, pieces
from dashboard.house_rules import rules
from dashboard.identity import Claims, person_with, seconds_left
from dashboard.markup import h
from etl.access import EXPORT, LOCAL, THIS_MACHINE, VIEW, Person, may, need
from etl.audit import note_alone
from etl.words import read_words

_LONGEST_NAME = 20
_NAME_HELP = "写进发布记录；没有登录时由您自己填写。"
_SIGNED = "登录的账号，不能改。"
NAMES_TYPED = "从文件导入的、启用登录以前报送的，姓名由报送人自己填写，没有经过登录核实。"


def current() -> Person:
    """Whoever acts in this run; somebody who may nothing where nobody is signed in any more."""
    return _person(_claims(), _origin())


def _person(claims: Claims, origin: str) -> Person:
    settings = rules()
    if settings.signin is None:
        return replace(LOCAL, origin=origin) if settings.open_to_all else LOCAL
    return person_with(claims, settings=settings, origin=origin)


def is_in() -> bool:
    """Whether whoever is here may look at anything."""
    return not may(current(), VIEW)


def shows(acts: Sequence[str], *, alone: bool = True) -> Literal["visible", "hidden"]:
    """Whether a page stands in the menu: for whoever may do one of `acts`; `alone`: also where nobody signs in."""
    by = current()
    there = any(not may(by, act) for act in acts) and (alone or bool(by.account))
    return "visible" if there else "hidden"


def welcome(acts: Sequence[str] = ()) -> None:
    """Let whoever is signed in and has a use for the page through; tell everybody else what to do, and end the run.

    `acts`: one of which the page is for. What is shown stays under a clock: when the token ends, so
    does the session.
    """
    settings, by = rules(), current()
    if settings.signin is None:
        return
    if not by.account:
        if seconds_left(_claims(), settings=settings) > 0:
            _tell_no_account(settings.signin.account)
        else:
            _ask_to_sign_in(ended=bool(_claims()))
        st.stop()
    if may(by, VIEW):
        _turn_away(by)
        st.stop()
    _end_in_time(seconds_left(_claims(), settings=settings))
    _badge(by)
    reasons = [may(by, act) for act in acts]
    if reasons and all(reasons):
        pieces.headline("您没有使用这个页面的权限", reasons[0])
        st.stop()


def _badge(by: Person) -> None:
    """Who is signed in, in which role, and the way out."""
    with st.container(key="visitor", horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        st.html(f'<span class="visitor">{h("b", by.name)}{h("small", _roles(by))}</span>', width="content")
        if st.button("退出", key="sign-out", type="tertiary"):
            st.logout()


def ask_name(*, help: str = _NAME_HELP) -> Person:
    """Whoever acts, with the name that is typed here where nobody signs in."""
    return current().signing(name_field("经办人", help=help))


def name_field(label: str, *, help: str, key: str | None = None, width: int | Literal["stretch"] = "stretch") -> str:
    """A name to type; that of the account, not to be changed, where somebody is signed in."""
    by = current()
    if by.account:
        st.text_input(label, value=by.name, disabled=True, help=_SIGNED, key=key, width=width)
        return by.name
    return st.text_input(label, max_chars=_LONGEST_NAME, help=help, key=key, width=width)


def name_note(note: str) -> None:
    """What is to be known about a typed name; nothing where the name is that of an account."""
    if not current().account:
        st.caption(note)


def taking(what: str, make: Callable[[], bytes], *, event: str = "export", act: str = EXPORT) -> Callable[[], bytes]:
    """`make` for a download button: refused to whoever may not when it is pressed, put on record, and his alone.

    What counts is what he may at that moment: the page may have been open for long.
    """
    claims, origin = _claims(), _origin()

    def made() -> bytes:
        by = _person(claims, origin)
        need(by, act)
        content = make()
        note_alone(data.store(), event, by=by, what=what)
        handed_out.made_for(by.account, content)
        return content

    return made


def _claims() -> Claims:
    return dict(st.user.to_dict()) if rules().signin and st.user.is_logged_in else {}


def _origin() -> str:
    return st.context.ip_address or THIS_MACHINE


def _roles(by: Person) -> str:
    words = read_words().roles
    return "、".join(words[role] for role in by.roles)


def _tell_no_account(claim: str) -> None:
    pieces.headline(
        "身份系统没有给出账号", f"设置里 account 指定的“{claim}”没有值，或邮箱没有核实；请把这句话告诉管理员。"
    )
    if st.button("退出"):
        st.logout()


def _ask_to_sign_in(*, ended: bool) -> None:
    if ended:
        pieces.headline("登录已结束", "登录已到时间，或已在别处退出；没有发布的内容都还在。")
        # a whole new visit of the same address: after signing in one is back here
        address = f"?{urlencode(st.query_params.to_dict(), doseq=True)}"
        pieces.draw(h("p", h("a", "重新登录", href=address, target="_self")))
    else:
        pieces.headline("请先登录", "本看板仅限已授权的人员使用；登录后回到您要打开的页面。")
    if st.button("登录", type="primary"):
        st.login()


def _turn_away(by: Person) -> None:
    pieces.headline(
        "您的账号还没有权限", f"当前账号：{by.name}（{by.account}），尚未分配角色；请联系管理员，并提供这个账号。"
    )
    if st.button("退出"):
        st.logout()


def _end_in_time(seconds: float) -> None:
    @st.fragment(run_every=max(1.0, seconds + 1))
    def watch(ends: float) -> None:
        if time.time() > ends:
            st.rerun()

    watch(time.time() + seconds)
