"""操作记录 as markup: the chain and its head, the entries, the settings in force."""

from collections.abc import Sequence
from typing import Any

from dashboard.markup import Markup, h, join
from dashboard.pieces import empty, facts
from dashboard.tables import Column, table
from etl.audit import Entry
from etl.settings import Settings, shown
from etl.words import read_words

CSV = {
    "seq": "序号", "noted_at": "时间", "event": "操作", "person": "姓名", "account": "账号", "origin": "来自", "what": "对象",
    "detail": "详情", "previous": "前一条的SHA-256", "sha256": "本条的SHA-256",
}  # fmt: skip
_TOLD = {
    "file": "文件", "rows": "行数", "note": "说明", "reason": "原因", "title": "标题", "roles": "角色", "person": "经手人",
    "approved_by": "审核人", "changed": "改动", "sha256": "SHA-256",
}  # fmt: skip
_LONGEST = 80


def chain(wrong: Sequence[str], *, head: str) -> Markup:
    """Whether the log is whole, and the head to note elsewhere."""
    if wrong:
        return h("ul", (h("li", line, class_="stop") for line in wrong), class_="problems", role="alert")
    number, _, digest = head.partition(":")
    said = f"共{number}条，首尾相接，没有被改动。" if head else "还没有记录。"
    return join(
        h("p", said), h("p", f"最后一条的SHA-256：{digest}（抄存别处，日后可核对）", class_="quiet") if head else None
    )


def entries(found: Sequence[Entry]) -> Markup:
    """What was done, newest first."""
    if not found:
        return empty("这段时间没有操作。")
    columns = (
        Column("序号", lambda entry: entry.seq, number=True),
        Column("时间", lambda entry: f"{entry.noted_at:%Y-%m-%d %H:%M:%S}"),
        Column("操作", lambda entry: event_word(entry.event)),
        Column("对象", lambda entry: entry.what),
        Column("姓名", lambda entry: entry.person or "未填"),
        Column("账号", lambda entry: entry.account, optional=True),
        Column("来自", lambda entry: entry.origin),
        Column("详情", _told, optional=True),
    )
    return table(found, columns, caption="操作记录")


def event_word(event: str) -> str:
    return read_words().events.get(event, event)


def for_csv(found: Sequence[Entry]) -> list[dict[str, Any]]:
    return [{**vars(entry), "event": event_word(entry.event)} for entry in found]


def settings(found: Settings) -> Markup:
    """What is in force, without any secret."""
    told = shown(found)
    words = read_words().roles
    signin = told["signin"]
    return join(
        facts(
            (
                ("登录", f"{signin['server_metadata_url']}（应用编号 {signin['client_id']}）" if signin else "没有设置：本机一人使用"),
                ("账号取自", signin["account"] if signin else ""),
                ("审核", "填报的内容由另一个人审核后发布" if found.approval and signin else "不审核，填报人自行发布"),
                ("原件和佐证", "查看的人也能下载" if found.viewers_see_originals else "查看的人不能下载"),
                ("设置文件的SHA-256", found.sha256),
            )
        ),
        table(
            found.rules,
            (
                Column("角色", lambda rule: words[rule.role]),
                Column("用户组", lambda rule: "、".join(rule.groups), optional=True),
                Column("账号", lambda rule: "、".join(rule.accounts), optional=True),
                Column("地区", lambda rule: "、".join(rule.places) or "全部"),
                Column("单位", lambda rule: "、".join(rule.units) or "全部"),
            ),
            caption="角色",
        )
        if found.rules
        else None,
    )  # fmt: skip


def _told(entry: Entry) -> str:
    told = {_TOLD[key]: value for key, value in entry.told.items() if key in _TOLD and value not in (None, "", [])}
    if entry.event not in ("publish", "approve", "submit", "close"):
        told.pop(_TOLD["sha256"], None)
    parts = (
        f"{name}：{'、'.join(map(str, value)) if isinstance(value, list) else value}" for name, value in told.items()
    )
    text = "；".join(parts)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"
