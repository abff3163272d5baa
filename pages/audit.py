"""操作记录: who did what, when, from where; whether the record is whole; the settings in force."""

from datetime import timedelta

import streamlit as st

from dashboard import audit_lists, data, pieces, tables, visitor
from dashboard import upload_questions as questions
from dashboard.house_rules import rules
from etl.audit import entries, head_of
from etl.clock import china_now

by = visitor.current()
today = china_now().date()
wrong = audit_lists.look(data.store())
head = head_of(data.store())
pieces.headline(
    audit_lists.headline(wrong, head=head),
    "谁在什么时候、从哪里、做了什么：登录、上报、审核、发布、撤回、销号、导出、设置变更，只增不改；每一条带着前一条的SHA-256。",
)
pieces.draw(pieces.section("核对"), audit_lists.chain(wrong, head=head))
with st.container(horizontal=True):
    since = st.date_input("从", today - timedelta(days=7), key="since", format="YYYY-MM-DD", width=200)
    until = st.date_input("到", today, key="until", format="YYYY-MM-DD", width=200)
found = entries(data.store(), by=by, since=since, until=until)
pieces.draw(pieces.section("记录", f"{len(found):,}条"), audit_lists.entries(found))
tables.download(audit_lists.for_csv(found), audit_lists.CSV, name=f"操作记录_{since}_{until}")
pieces.draw(
    pieces.section("现在的设置", "角色和审核改动后立即生效，其余重启后生效；每次变更都记在上面"),
    audit_lists.settings(rules(), names=questions.names()),
)
