"""What recognising a file gives: every cell, what was skipped, what is asked, what is wrong."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from etl.problem import Problem

TAKEN = "taken"  # goes into the figures
ASKED = "asked"  # waits for the answer to a question
REFERENCE = "reference"  # unknown to the register, kept as a reference series
LEFT_OUT = "left_out"  # not taken, for the reason given
UNKNOWN_PLACE = "unknown_place"  # a place in no document


@dataclass(frozen=True)
class Cell:
    """One data cell of the file.

    `place`, `indicator`, `year` are null while open or unknown to the register. `value` is in
    `unit`, the indicator's unit once it is known; a missing mark has value null. While the
    file's unit is asked about `unit` is null and `value` is the bare number of the file.
    """

    sheet: str
    row: int
    column: int
    label_place: str
    label_indicator: str
    place: str | None
    indicator: str | None
    year: int | None
    value: float | None
    unit: str | None
    value_in_file: str
    unit_in_file: str | None
    sheet_number: int = 1
    state: str = TAKEN
    reason: str = ""  # why it is not taken, or how a unit was converted
    bound: str = ""  # ge, le, about
    period: str = ""  # not a whole year: the file's words
    status: str = ""  # SDMX OBS_STATUS of our own template
    source: str = ""  # own template only
    note: str = ""
    series: str = ""  # the name under which an indicator unknown to the register can be kept, its scope with it
    outside: str = ""  # what tells a place unknown to the register apart: its code, else its name with the area's
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """A row or cell that holds no figure of a place: a total, a heading, a note."""

    sheet: str
    row: int
    column: int | None  # None: the whole row
    found: str
    why: str


@dataclass(frozen=True)
class Question:
    """What the file does not say; asked once a file. An answer is one of `choices`."""

    id: str
    about: str  # year, indicator, place, unit, value
    where: str
    why: str
    choices: tuple[str, ...]
    meanings: tuple[str, ...] = field(default=(), repr=False)  # parallel to choices, for us

    def as_dict(self) -> dict[str, Any]:
        """The contract of a question."""
        return {
            "id": self.id,
            "about": self.about,
            "where": self.where,
            "why": self.why,
            "choices": list(self.choices),
        }

    def meaning_of(self, answer: str) -> str | None:
        """What an answer stands for: a choice in its words, or what a choice means."""
        for choice, meaning in zip(self.choices, self.meanings or self.choices, strict=True):
            if answer in (choice, meaning):
                return meaning
        return None


@dataclass(frozen=True)
class Report:
    """The whole answer for one file; `settled` are questions already answered.

    `offers` may be answered like questions, but need not: unanswered, their first choice counts.
    """

    cells: tuple[Cell, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    questions: tuple[Question, ...] = ()
    offers: tuple[Question, ...] = ()
    answered: tuple[Question, ...] = ()  # those of `settled` that were questions
    problems: tuple[Problem, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()  # question id, choice
    recipe_used: str | None = None  # fingerprint of the recipe whose answers were used
    shape: str = ""  # fingerprint of this file's shape

    @property
    def taken(self) -> tuple[Cell, ...]:
        """The cells that become figures."""
        return tuple(cell for cell in self.cells if cell.state == TAKEN)

    def as_dict(self) -> dict[str, Any]:
        """The contract of `import --format json`."""
        return {
            "cells": [asdict(cell) for cell in self.cells],
            "skipped": [asdict(each) for each in self.skipped],
            "questions": [question.as_dict() for question in self.questions],
            "offers": [offer.as_dict() for offer in self.offers],
            "problems": [
                {key: value for key, value in asdict(problem).items() if key != "column" or value}
                for problem in self.problems
            ],
            "settled": dict(self.settled),
            "recipe_used": self.recipe_used,
            "shape": self.shape,
        }

    def to_json(self) -> str:
        """`as_dict` as text, one form for one report."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1)
