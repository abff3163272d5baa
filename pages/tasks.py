"""任务: where the tasks stand on a day, what needs attention, what is due, the board; the view of one task."""

import streamlit as st

from dashboard import picks, pieces, tables, task_board, task_lists, task_questions, task_view
from dashboard.kept import kept
from etl import task_sentences as sentences

year = picks.year()
day = picks.day(year)
rows = task_questions.states(day)
task = task_view.picked(rows)
if task:
    task_view.draw(task, rows, year=year, day=day)
    task_view.pick_another(rows, task)
else:
    message = st.container()
    shown = task_board.filter_bar(rows)
    with message:
        pieces.headline(
            sentences.headline(shown, day=day), task_board.filter_words(shown, rows) + sentences.paragraph(shown)
        )
        pieces.draw(task_view.missing(rows, day=day))
        pieces.draw(kept(task_lists.heaps_bar, shown))
    left, right = st.columns([3, 2], gap="large")
    with left:
        pieces.draw(
            pieces.section("需要关注", "任务和步骤：督察认定不实、反弹、逾期、滞后，最要紧的在前"),
            kept(task_lists.attention, shown, year=year, day=day),
            kept(task_lists.unreported, shown, year=year, day=day),
        )
    with right:
        pieces.draw(
            pieces.section("90天内到期", "任务和步骤"),
            kept(task_lists.coming, shown, year=year, day=day),
            pieces.section("已报完成、待销号", "任务和步骤，由另一个单位凭依据销号"),
            kept(task_lists.waiting, shown, year=year, day=day),
            pieces.section("据报完成的合计", "原样照录，不摊到各项任务"),
            kept(task_lists.totals, kept(task_board.totals_of, shown, task_questions.totals(day))),
        )
    pieces.draw(pieces.section("全部任务", "点任务看步骤、报告、佐证，也在那里报送"))
    task_view.pick_another(rows, None)
    task_board.draw(shown, year=year, day=day)
    tables.download(
        task_board.for_csv(shown, day=day), task_board.CSV, name=f"任务_{day}", label="下载任务和步骤（CSV）"
    )
