"""What stood on a day: the judgements from what had been published by then, beside those of today."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from etl.assess import assess
from etl.rehearsal import JudgementChange
from etl.store import Store
from etl.words import read_words


@dataclass(frozen=True)
class Standing:
    """A year's judgements as of a day, one row a target and place, and where today's differ from them."""

    rows: pd.DataFrame  # columns of etl.assess.assess
    changes: tuple[JudgementChange, ...]  # before: on that day; after: now


def standing_on(store: Store, *, day: date, year: int) -> Standing:
    """The judgements seen from `year`, made only of figures, numbers and statements published by `day`."""
    then = assess(store, years=[year], as_published=day)
    now = {
        (target, place): (status, light, basis, reason)
        for target, place, status, light, basis, reason in store.rows(
            "select target, place, status, light, basis, reason from assessment where year = ?", [year]
        )
    }
    better = dict(store.rows("select t.target, i.better from target t join indicator i on i.indicator = t.indicator"))
    word = read_words().status_word
    changes = []
    for row in then[["target", "place", "status", "light", "basis"]].itertuples(index=False):
        status, light, basis, reason = now.get((row.target, row.place), (row.status, row.light, row.basis, ""))
        if (status, light) == (row.status, row.light):
            continue
        changes.append(
            JudgementChange(
                target=row.target,
                place=row.place,
                year=year,
                before_status=row.status,
                after_status=status,
                before_light=row.light,
                after_light=light,
                before_word=word(row.status, basis=row.basis, better=better[row.target]),
                after_word=word(status, basis=basis, better=better[row.target]),
                reason=reason,
            )
        )
    return Standing(then, tuple(changes))
