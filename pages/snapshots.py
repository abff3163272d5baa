"""会议快照: choose, preview, freeze, take along; open an earlier one exactly as it was, compare it."""

import streamlit as st

from dashboard import picks, pieces, snapshot_choice, snapshot_view, visitor
from etl.freeze import NothingToFreeze
from etl.snapshots import AlteredSnapshot

kept = snapshot_view.kept()
by_id = {line.snapshot: line for line in kept}
pieces.headline(
    f"已存{len(kept)}份会议快照，数字不再随数据变动" if kept else "把现在看到的存成会议快照，数字不再变动",
    "快照冻结当时的全部数据、判定和来源；编号就是内容的指纹，任何时候都能原样打开、再次导出、核对真伪。",
)
snapshot_view.open_frozen()
number = st.selectbox(
    "打开已有的快照", list(by_id), index=None, key="snapshot", bind="query-params", placeholder="不选则新做一份"
)

if number:
    try:
        record = snapshot_view.opened(number)
    except AlteredSnapshot as altered:
        pieces.draw(pieces.empty(f"{altered}请用备份核对。"))
        raise picks.EndOfPage from None
    pieces.draw(pieces.section(by_id[number].title, "原样打开"), snapshot_view.about(record, by_id[number]))
    snapshot_view.show_downloads(record)
    snapshot_view.show_pictures(record)
    snapshot_view.show_pages(record)
    pieces.draw(pieces.section("与此后相比", "变了什么，为什么"))
    others = [other for other in by_id if other != number]
    against = st.selectbox("与哪一份相比", [snapshot_view.TODAY, *others], key="against", bind="query-params")
    later = snapshot_view.opened(against) if against in by_id else snapshot_view.today_of(record)
    snapshot_view.show_comparison(record, later, later_name=f"快照 {against}" if against in by_id else "现在")
else:
    pieces.draw(pieces.section("新做一份", "先预览，满意再冻结"))
    choice = snapshot_choice.choose(picks.year())
    try:
        record = snapshot_view.present(choice)
    except NothingToFreeze as nothing:
        pieces.draw(pieces.empty(str(nothing)))
        raise picks.EndOfPage from None
    by = visitor.ask_name(help="只记在快照列表里，不写进快照。")
    if st.button("冻结并存入列表", type="primary"):
        snapshot_view.freeze_now(record, by)
    snapshot_view.show_pages(record)

pieces.draw(pieces.section("全部快照", f"{len(kept)}份"), snapshot_view.all_kept(kept))
