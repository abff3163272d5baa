"""What was answered for one shape of file, so that next year's file of that shape asks less.

Kept are answers about indicators, places and units. The year is never reused: next year's file
holds another one, so it is only suggested. Nor is the place or the indicator of a table
that names none: another city may send the same form. Doubts about values belong to one file's values.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_NOT_KEPT = ("year", "value", "place@", "indicator@")


@dataclass(frozen=True)
class Recipe:
    """`answers`: question id and choice, as given; `year`: the year that file held."""

    shape: str
    answers: tuple[tuple[str, str], ...] = ()
    year: int | None = None
    file_name: str = ""


def fingerprint(parts: Iterable[str]) -> str:
    """The shape of a file: its headers, units and scopes; neither years nor values nor rows."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def make_recipe(*, shape: str, settled: Iterable[tuple[str, str]], year: int | None, file_name: str = "") -> Recipe:
    """The recipe to keep once a file is published; answers about its year and values stay out."""
    kept = tuple((question, choice) for question, choice in settled if not question.startswith(_NOT_KEPT))
    return Recipe(shape, kept, year, file_name)


def recipe_for(shape: str, recipes: Iterable[Recipe] | Mapping[str, Recipe] | None) -> Recipe | None:
    """The recipe of this shape, the last one given if there are several."""
    found = recipes.values() if isinstance(recipes, Mapping) else recipes or ()
    fitting = [recipe for recipe in found if recipe.shape == shape]
    return fitting[-1] if fitting else None
