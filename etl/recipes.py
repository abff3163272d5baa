"""What clerks answered, kept for the next file of the same shape.

A recipe counts while the release it was learned with is in force: a withdrawn file teaches nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from etl.access import FORGET, Person, need
from etl.audit import note
from etl.publish import Release
from etl.recognise.recipe import Recipe, make_recipe
from etl.recognise.report import Report
from etl.store import Cursor, Store, insert_rows


@dataclass(frozen=True)
class KeptRecipe:
    """The answers for one shape of file, and where they come from."""

    shape: str
    answers: dict[str, str]  # question id to choice
    year: int | None  # the year that file held
    file_name: str
    release: str
    person: str | None
    learned_at: datetime

    def for_recognising(self) -> Recipe:
        """The recipe as etl.recognise takes it."""
        return Recipe(self.shape, tuple(self.answers.items()), self.year, self.file_name)


def recipes(store: Store) -> tuple[KeptRecipe, ...]:
    """The recipe of every shape, the last one learned of each, newest first."""
    found = store.rows(
        """
        select c.shape, c.answers, c.year, c.file_name, c.release, c.person, c.learned_at
        from recipe c
        where not exists (select 1 from withdrawal w where w.release = c.release)
        order by c.seq desc
        """
    )
    newest: dict[str, KeptRecipe] = {}
    for shape, answers, *rest in found:
        newest.setdefault(shape, KeptRecipe(shape, json.loads(answers), *rest))
    return tuple(newest.values())


def learned(store: Store) -> tuple[str, ...]:
    """Which recipes count at this moment: what was read with them is to be read again when this changes."""
    return tuple(f"{each.release} {each.shape}" for each in recipes(store))


def forget(store: Store, shape: str, *, by: Person) -> None:
    """Ask again from now on about files of this shape. Raises NotAllowed."""
    need(by, FORGET)
    with store.write() as cursor:
        cursor.execute("delete from recipe where shape = ?", [shape])
        note(cursor, "forget", by=by, what=shape)


def learn(cursor: Cursor, *, report: Report, release: Release, person: str | None) -> None:
    """Keep what was answered for `report`, in the transaction that publishes it."""
    recipe = make_recipe(
        shape=report.shape, settled=report.settled, year=_latest_year(report), file_name=release.file_name
    )
    if report.shape and recipe.answers:
        insert_rows(cursor, "recipe", [_as_row(recipe, release=release, person=person)])


def _as_row(recipe: Recipe, *, release: Release, person: str | None) -> dict[str, Any]:
    return {
        "shape": recipe.shape,
        "release": release.release,
        "seq": release.seq,
        "file_name": recipe.file_name,
        "year": recipe.year,
        "answers": json.dumps(dict(recipe.answers), ensure_ascii=False),
        "person": person,
        "learned_at": release.published_at,
    }


def _latest_year(report: Report) -> int | None:
    years: Iterable[int] = (cell.year for cell in report.cells if cell.year is not None)
    return max(years, default=None)
