"""操作记录 as markup: the chain and its head, the entries, the settings in force."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.markup import Markup, h, join
from dashboard.pieces import empty, facts
from dashboard.tables import Column, table
from etl.audit import Entry, head_of, verify
from etl.settings import ALL, Settings, shown
from etl.store import Store
from etl.words import read_words

CSV = {
    "seq": "序号", "noted_at": "时间", "event": "操作", "person": "姓名", "account": "账号", "origin": "来自", "what": "对象",
    "detail": "详情", "previous": "前一条的SHA-256", "sha256": "本条的SHA-256",
}  # fmt: skip
_TOLD = {
    "file": "文件", "rows": "行数", "note": "说明", "reason": "原因", "title": "标题", "roles": "角色", "person": "经手人",
    "approved_by": "审核人", "changed": "改动", "sha256": "SHA-256",
}  # fmt: skip
_SETTINGS = {
    "signin": "登录", "roles": "角色", "approval": "审核", "viewers_see_originals": "原件和佐证", "hosts": "主机名",
    "proxies": "反向代理", "open_to_all": "不登录开放", "log_format": "日志格式", "log_requests": "请求日志",
}  # fmt: skip
_WITH_FILES = ("publish", "approve", "submit", "close")
_LONGEST = 80
_WHOLE_LOOK_SECONDS = 600
_OF_HASH = 12  # characters; the whole of it is in the export


@st.cache_data(ttl=_WHOLE_LOOK_SECONDS, show_spinner="正在从头核对全部操作记录……")
def _whole_look(_store: Store, url: str) -> tuple[list[str], str]:  # noqa: ARG001 - the key
    head = head_of(_store)  # before: what is noted meanwhile is looked at by the next look
    return verify(_store), head


def look(store: Store) -> list[str]:
    """What is wrong with the log: all of it every ten minutes, what came since each time."""
    wrong, head = _whole_look(store, store.url)
    return wrong or verify(store, after=head)


def headline(wrong: Sequence[str], *, head: str) -> str:
    """The message of the page."""
    if wrong:
        return "操作记录被改动过，请立即核查"
    return f"操作记录共{int(head.partition(':')[0]):,}条，首尾相接，没有被改动" if head else "还没有操作记录"


def chain(wrong: Sequence[str], *, head: str) -> Markup:
    """What is wrong with the log, else the head to note elsewhere."""
    if wrong:
        return h("ul", (h("li", line, class_="stop") for line in wrong), class_="problems", role="alert")
    if not head:
        return empty("第一次登录、上报或导出以后，这里就有记录。")
    return facts(
        (
            ("末条编号和SHA-256", head),
            ("核对办法", "定期抄存到别处，日后运行 python -m etl audit verify --known 加上这一串，看它还在不在。"),
        )
    )


def entries(found: Sequence[Entry]) -> Markup:
    """What was done, newest first."""
    if not found:
        return empty("这段时间没有操作。")
    columns = (
        Column("序号", lambda entry: entry.seq, number=True),
        Column("时间", lambda entry: f"{entry.noted_at:%Y-%m-%d %H:%M:%S}", look="short"),
        Column("操作", lambda entry: event_word(entry.event), look="short"),
        Column("对象", lambda entry: entry.what),
        Column("姓名", lambda entry: entry.person or "未填", look="short"),
        Column("账号", lambda entry: entry.account, look="short", optional=True),
        Column("来自", lambda entry: entry.origin, look="short"),
        Column("详情", _told, look="wide", optional=True),
    )
    return table(found, columns, caption="操作记录", look="cards")


def event_word(event: str) -> str:
    return read_words().events.get(event, event)


def for_csv(found: Sequence[Entry]) -> list[dict[str, Any]]:
    return [{**vars(entry), "event": event_word(entry.event)} for entry in found]


def settings(found: Settings, *, names: Mapping[str, str]) -> Markup:
    """What is in force, without any secret; `names` of places and units by their ids."""
    told = shown(found)
    words = read_words().roles
    signin = told["signin"]
    return join(
        facts(
            (
                ("身份系统", f"{signin['server_metadata_url']}（应用编号 {signin['client_id']}）" if signin else "没有设置登录：本机一人使用"),
                *((("账号取自", signin["account"]),) if signin else ()),
                ("审核", "填报的内容由另一个人审核后发布" if found.approval and signin else "不审核，填报人自行发布"),
                ("原件和佐证", "查看的人也能下载" if found.viewers_see_originals else "查看的人不能下载"),
                ("设置文件的SHA-256", found.sha256 or "没有设置文件"),
            )
        ),
        table(
            found.rules,
            (
                Column("角色", lambda rule: words[rule.role], look="short"),
                Column("用户组", lambda rule: "、".join("所有登录的人" if each == ALL else each for each in rule.groups), optional=True),
                Column("账号", lambda rule: "、".join(rule.accounts), optional=True),
                Column("地区", lambda rule: _named(rule.places, names)),
                Column("单位", lambda rule: _named(rule.units, names)),
            ),
            caption="角色", look="cards",
        )
        if found.rules
        else None,
    )  # fmt: skip


def _told(entry: Entry) -> str:
    told = {key: value for key, value in entry.told.items() if key in _TOLD and value not in (None, "", [])}
    if entry.event not in _WITH_FILES:
        told.pop("sha256", None)
    text = "；".join(f"{_TOLD[key]}：{_plainly(key, value)}" for key, value in told.items())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


def _plainly(key: str, value: Any) -> str:
    """One detail as people read it: roles and settings by their words, a hash by its beginning."""
    if key == "sha256":
        return f"{str(value)[:_OF_HASH]}……"
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, list):
        return str(value)
    words = {"roles": read_words().roles, "changed": _SETTINGS}.get(key, {})
    return "、".join(words.get(str(each), str(each)) for each in value)


def _named(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Places or units of a role; one that the register does not know reaches nothing, and says so."""
    if not ids or ALL in ids:
        return "全部"
    return "、".join(f"{names[each]}（{each}）" if each in names else f"{each}（登记表里没有）" for each in ids)
