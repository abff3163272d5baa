"""单位: everything one unit leads or supports, targets and tasks, how they stand, its next dates."""

import streamlit as st

from dashboard import attention, picks, pieces, questions, tables, task_lists, task_questions, unit_tables
from dashboard.kept import kept
from etl import sentences

year = picks.year()
with st.container(horizontal=True):
    unit = picks.one("单位", task_questions.units_in_charge(), key="unit")
    day = picks.day(year)
if unit is None:
    pieces.headline("还没有登记牵头或配合单位")
    pieces.draw(pieces.empty("在 indicators.toml 的目标和任务里写上 lead、support，重新入库后这里就会列出来。"))
else:
    rows = (questions.verdicts(year), task_questions.states(day))
    targets, tasks = (kept(unit_tables.of_unit, each, unit["unit"], "lead") for each in rows)
    helped_targets, helped_tasks = (kept(unit_tables.of_unit, each, unit["unit"], "support") for each in rows)
    pieces.headline(unit_tables.title(unit, targets, tasks))
    pieces.draw(task_lists.heaps_bar(tasks))

    left, right = st.columns([3, 2], gap="large")
    names = kept(attention.place_names, questions.places())
    with left:
        pieces.draw(
            pieces.section("需要关注的任务", "牵头的任务和步骤，最要紧的在前"),
            kept(task_lists.attention, kept(unit_tables.own_items, tasks), year=year, day=day, most=5),
            pieces.section("需要关注的目标", f"牵头的目标，站在{year}年看"),
            kept(attention.needed, kept(sentences.needs_attention, targets), year=year, names=names, most=5),
        )
    with right:
        pieces.draw(
            pieces.section("今后的期限", "牵头的任务、步骤和目标"),
            kept(unit_tables.next_dates, tasks, targets, year=year, day=day),
            pieces.section("名称"),
            unit_tables.names(unit),
        )
    pieces.draw(
        pieces.section("牵头的任务", "点开一类"),
        kept(unit_tables.tasks, tasks, year=year, day=day, empty="没有牵头的任务。"),
        pieces.section("牵头的目标", "最要紧的在前"),
        kept(unit_tables.targets, targets, year=year, empty="没有牵头的目标。"),
        pieces.section("配合的任务", "点开一类"),
        kept(unit_tables.tasks, helped_tasks, year=year, day=day, empty="没有配合的任务。"),
        pieces.section("配合的目标"),
        kept(unit_tables.targets, helped_targets, year=year, empty="没有配合的目标。", folded=True),
    )
    lines = unit_tables.for_csv([*targets, *helped_targets], [*tasks, *helped_tasks], unit=unit["unit"])
    tables.download(lines, unit_tables.CSV, name=f"{unit['name']}_{day}")
