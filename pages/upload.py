"""数据上报: file → questions → rehearsal → published; what is missing, forms, assigned numbers, releases."""

import streamlit as st

from dashboard import pieces, upload_desk, upload_lists, upload_steps

draft = upload_steps.current()
if draft is None:
    upload_desk.welcome()
    upload_desk.show(upload_desk.pick_part())
else:
    intake = upload_steps.read(draft)
    pieces.headline(*upload_desk.message(draft, intake))
    pieces.draw(
        upload_lists.steps(2 if intake.report.questions else 3),
        upload_lists.problems(intake.problems),
        upload_lists.recipe_note(intake.report),
    )
    if not intake.stopped:
        upload_steps.ask(draft, intake)
    rehearsal = upload_steps.rehearse(draft)
    names = upload_lists.names_for(intake)
    pieces.draw(pieces.section("预演", "还没有存入任何数据"), upload_lists.counts(rehearsal, kind=intake.kind))
    pieces.draw(
        upload_lists.tasks(rehearsal.tasks) if intake.kind == "tasks" and not intake.stopped else None,
        upload_lists.judgements(rehearsal.judgements),
        upload_lists.changes(rehearsal, names)
        if intake.kind in upload_lists.WITH_NUMBERS
        else upload_lists.said(intake),
    )
    upload_desk.downloads(draft, intake, rehearsal, names)
    with st.expander(f"文件里的每一格（{len(intake.report.cells)}格）和跳过的行（{len(intake.report.skipped)}行）"):
        pieces.draw(upload_lists.cells(intake.report, names), upload_lists.skipped(intake.report))
    pieces.draw(pieces.section("发布", "发布后可以撤回"))
    upload_steps.publish(draft, intake, rehearsal)
