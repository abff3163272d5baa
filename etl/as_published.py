"""What stood on a day: the judgements from what had been published by then, beside those of today."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from etl.assess import assess
from etl.rehearsal import JudgementChange, judgement_change
from etl.store import Store


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
    changes = []
    for row in then[["target", "place", "status", "light", "basis"]].itertuples(index=False):
        status, light, basis, reason = now.get((row.target, row.place), (row.status, row.light, row.basis, ""))
        if (status, light) == (row.status, row.light):
            continue
        changes.append(
            judgement_change(
                row.target,
                row.place,
                year,
                before=(row.status, row.light, row.basis),
                after=(status, light, basis),
                better=better[row.target],
                reason=reason,
            )
        )
    return Standing(then, tuple(changes))
