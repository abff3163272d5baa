"""单位: everything one unit leads or supports, targets and tasks, how they stand, its next dates."""

import streamlit as st

from dashboard import picks, pieces, questions, tables, task_questions, unit_tables

year = picks.year()
with st.container(horizontal=True):
    unit = picks.one("单位", task_questions.units_in_charge(), key="unit")
    day = picks.day(year)
if unit is None:
    pieces.headline("还没有登记牵头或配合单位")
    pieces.draw(pieces.empty("在 indicators.toml 的目标和任务里写上 lead、support，重新入库后这里就会列出来。"))
else:
    all_targets, all_tasks = questions.verdicts(year), task_questions.states(day)
    leads = [unit_tables.of_unit(rows, unit["unit"], "lead") for rows in (all_targets, all_tasks)]
    supports = [unit_tables.of_unit(rows, unit["unit"], "support") for rows in (all_targets, all_tasks)]
    pieces.headline(unit_tables.title(unit, *leads), unit_tables.names(unit))
    pieces.draw(
        pieces.section("今后的期限", "牵头的任务、步骤和目标"),
        unit_tables.next_dates(leads[1], leads[0], year=year, day=day),
        pieces.section("牵头的任务", "最要紧的在前"),
        unit_tables.tasks(leads[1], year=year, day=day, empty="没有牵头的任务。"),
        pieces.section("牵头的目标", f"站在{year}年看，最要紧的在前"),
        unit_tables.targets(leads[0], year=year, empty="没有牵头的目标。"),
        pieces.section("配合的任务"),
        unit_tables.tasks(supports[1], year=year, day=day, empty="没有配合的任务。"),
        pieces.section("配合的目标"),
        unit_tables.targets(supports[0], year=year, empty="没有配合的目标。"),
    )
    lines = unit_tables.for_csv([*leads[0], *supports[0]], [*leads[1], *supports[1]], unit=unit["unit"])
    tables.download(lines, unit_tables.CSV, name=f"{unit['name']}_{day}")
