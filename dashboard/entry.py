"""Where every run of every screen begins: menu, guards, the year, page, footer, in this order.

Nobody gets past `visitor.welcome` who is not signed in where people sign in, whichever address was
opened first; what a role has no use for is not in the menu, and says so to whoever has its address.
"""

from contextlib import suppress

import streamlit as st

from dashboard import data, frame, picks, turns, visitor
from dashboard.house_rules import note_changes
from etl.access import APPROVE, AUDIT, REPORT, UPLOAD, WITHDRAW
from etl.store import StoreError

# who has a use for a page: whoever may do one of these
USES = {"upload": (UPLOAD, REPORT, APPROVE, WITHDRAW), "audit": (AUDIT,)}

page = st.navigation(
    [
        st.Page("../pages/overview.py", title="总览", url_path="", default=True),
        st.Page("../pages/documents.py", title="文件", url_path="documents"),
        st.Page("../pages/indicators.py", title="指标", url_path="indicators"),
        st.Page("../pages/places.py", title="城市", url_path="places"),
        st.Page("../pages/tasks.py", title="任务", url_path="tasks"),
        st.Page("../pages/units.py", title="单位", url_path="units"),
        st.Page("../pages/compare.py", title="对照", url_path="compare"),
        st.Page("../pages/upload.py", title="数据上报", url_path="upload", visibility=visitor.shows(USES["upload"])),
        st.Page("../pages/snapshots.py", title="会议快照", url_path="snapshots"),
        st.Page("../pages/method.py", title="方法与口径", url_path="method"),
        st.Page(
            "../pages/audit.py",
            url_path="audit",
            title="操作记录",
            visibility=visitor.shows(USES["audit"], alone=False),
        ),
    ],
    position="top" if visitor.is_in() else "hidden",
)
with turns.turn():
    frame.head(title=page.title)
    visitor.welcome(USES.get(page.url_path, ()))
    frame.guard()
    with suppress(StoreError):  # the next run tries again
        note_changes(data.store())
    try:
        picks.arrive(page.url_path)
        picks.year_bar()
        with suppress(picks.EndOfPage):
            page.run()
        frame.foot()
    except StoreError as problem:  # lost between two questions of one page
        frame.tell(problem)
