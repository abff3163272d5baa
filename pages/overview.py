"""总览: where all targets stand, what needs attention, what changed, the cities at a glance."""

import streamlit as st

from dashboard import attention, picks, pieces, questions, tables, target_lists, task_lists, task_questions
from dashboard.kept import kept
from etl import sentences

year = picks.year()
verdicts = questions.verdicts(year)
documents = questions.documents()
later = target_lists.issued_later(documents, verdicts, year=year)

pieces.headline(
    sentences.headline(verdicts, year=year, issued=min((row["published_year"] for row in documents), default=None)),
    sentences.paragraph(verdicts, documents=len(documents) - len(later), later=[row["short"] for row in later]),
)
tasks, day = task_questions.states(picks.day_of(year)), picks.day_of(year)
pieces.draw(kept(pieces.segmented_bar, verdicts), kept(task_lists.sentence, tasks, year=year, day=day))

left, right = st.columns([3, 2], gap="large")
names = kept(attention.place_names, questions.places())
with left:
    pieces.draw(
        pieces.section("需要关注", f"红灯、黄灯和督察存疑的，最要紧的在前；站在{year}年看"),
        kept(attention.needed, kept(sentences.needs_attention, verdicts), year=year, names=names),
        kept(target_lists.unjudged, verdicts, documents, year=year),
        pieces.section(f"比{year - 1}年", "状态变了的目标，以及为何"),
        kept(attention.changes, verdicts, year=year),
    )
with right:
    pieces.draw(
        kept(task_lists.brief, tasks, year=year, day=day),
        pieces.section("各城市", "点开看一个城市"),
        kept(attention.tile_map, questions.tile_lights(year), year=year),
        pieces.section("各文件", "每条的长短是目标多少"),
        kept(target_lists.document_lights, verdicts, documents, year=year),
    )
tables.download(
    target_lists.for_csv(verdicts), target_lists.CSV, name=f"目标状态_{year}", label="下载全部目标的状态（CSV）"
)
