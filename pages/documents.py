"""文件: the targets of one document by section: clause, goal, latest figure, status, way to go, lead unit."""

import streamlit as st

from dashboard import picks, pieces, questions, tables, target_lists, task_board, task_lists, task_questions
from dashboard.kept import kept
from etl import sentences

year = picks.year()
with st.container(horizontal=True):
    document = picks.one("文件", questions.documents(), key="document")
if document is None:
    pieces.headline("还没有登记文件")
    pieces.draw(pieces.empty("在 indicators.toml 里写入一份文件和它的目标，重新入库后这里就会列出来。"))
    raise picks.EndOfPage
verdicts = questions.verdicts(year, document["document"])
pieces.headline(
    sentences.headline(verdicts, year=year, of=document["short"], issued=document["published_year"]),
    f"《{document['title']}》，{document['issuer'] or '发文机关未注明'}，{document['published_year']}年。{sentences.paragraph(verdicts, documents=1)}",
)
if verdicts:
    with st.container(horizontal=True):
        status = picks.one_or_all("状态", (sentences.status_word(row) for row in verdicts), key="status")
        unit = picks.one_or_all("牵头单位", (name for row in verdicts for name in row["lead"] or ()), key="unit")
        place = picks.one_or_all("地方", (row["place_label"] for row in verdicts if row["place_label"]), key="place")
    shown = kept(target_lists.filtered, verdicts, status=status, unit=unit, place=place)
    pieces.draw(
        kept(target_lists.targets_by_section, shown, year=year, total=len(verdicts)),
        pieces.section("目标值待补", "数字由上级下达，原文没有写出"),
        kept(target_lists.pending, questions.pending_targets(document["document"])),
    )
    tables.download(target_lists.for_csv(shown), target_lists.CSV, name=f"{document['short']}_目标_{year}")
else:
    pieces.draw(target_lists.no_targets(document, year=year))

day = picks.day_of(year)
tasks = kept(task_lists.of_document, task_questions.states(day), document["document"])
totals = kept(task_lists.of_document, task_questions.totals(day), document["document"])
pieces.draw(
    pieces.section("任务", task_lists.note(tasks, day=day)),
    kept(task_board.by_section, tasks, year=year, day=day),
    pieces.section("据报完成的合计", "原样照录，不摊到各项任务") if totals else None,
    kept(task_lists.totals, totals) if totals else None,
)
tables.download(
    task_board.for_csv(tasks, day=day),
    task_board.CSV,
    name=f"{document['short']}_任务_{day}",
    label="下载任务（CSV）",
)
