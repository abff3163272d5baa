"""数据上报: file → questions → rehearsal → published; what is missing, forms, assigned numbers, releases."""

from dashboard import pieces, upload_desk, upload_lists, upload_review, upload_steps, visitor

draft = upload_steps.current()
submission = upload_review.current()
if submission is not None:
    upload_review.show(submission)
elif draft is None:
    upload_desk.welcome()
    upload_desk.show()
else:
    intake = upload_steps.read(draft)
    pieces.headline(*upload_desk.message(draft, intake))
    pieces.draw(
        upload_lists.steps(2 if intake.report.questions else 3, last=upload_steps.last_step(visitor.current(), intake)),
        upload_lists.problems(intake.problems),
        upload_lists.recipe_note(intake.report),
    )
    if not intake.stopped:
        upload_steps.ask(draft, intake)
    rehearsal = upload_steps.rehearse(draft)
    upload_steps.show_rehearsal(intake, rehearsal, name=draft.file_name)
    upload_steps.publish(draft, intake, rehearsal)
