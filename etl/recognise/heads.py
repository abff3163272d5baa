"""What the words above one column of figures say."""

import re
from dataclasses import dataclass

from etl.recognise.columns import Column
from etl.recognise.headings import is_plain_measure, names_previous, names_rate, names_target, role_of, split_scope
from etl.recognise.places import Places
from etl.recognise.text import (
    YEAR,
    chinese_part,
    clean,
    has_chinese,
    is_part_year,
    is_unit,
    normal,
    split_unit,
    unit_of,
    year_of,
    years_in,
)

_LEFT_OF_YEAR = re.compile(r"\s*[(（][\s,，、年]*[)）]?$|(?<=\S)\s+年(?:度|末|底)?$")
_BRACKETED_YEAR = re.compile(r"[(（]\s*(?:19|20)\d{2}\s*年?\s*[)）]")


@dataclass(frozen=True)
class Head:
    """What the words above one value column say."""

    names: tuple[str, ...]
    unit: str | None
    year: int | None
    scope: str
    place: str
    period: str
    target: bool
    previous: bool


def read_head(column: Column, places: Places, *, row_places: bool) -> Head:
    names: list[str] = []
    unit: str | None = None
    year: int | None = None
    scope = place = period = ""
    target = previous = False
    for raw in column.path:
        text, found_unit = split_unit(chinese_part(raw))
        unit = found_unit or unit
        if is_unit(raw):
            unit = unit_of(raw)
            continue
        text, said = split_scope(text)
        scope = said or scope
        if year_of(text) is not None:
            year = year_of(text)
            continue
        if is_part_year(text):
            period = clean(text)
        if not row_places and places.is_named(text):
            place = text
            continue
        target = target or names_target(text)
        previous = previous or names_previous(text)
        in_name = years_in(text)
        if len(in_name) == 1:
            year = in_name[0]
            text = clean(
                _BRACKETED_YEAR.sub(" ", text) if _BRACKETED_YEAR.search(text) else YEAR.sub(" ", text, count=1)
            )
            text = text.lstrip("年 ").strip()
            text = "" if normal(text) in {"x", "y", "fy", "yr", "year", "()"} else _LEFT_OF_YEAR.sub("", text).strip()
        if text and role_of(text) != "value" and not is_plain_measure(text) and not _glosses(text, names):
            names.append(text)
    return Head(tuple(names), unit, year, scope, place, period, target, previous)


def _glosses(text: str, names: list[str]) -> bool:
    """Whether a lower header is the English of the Chinese one above it: words, no PM2.5 and no GDP."""
    words = text.split()
    two = len(words) == 2 and all(len(word) > 3 and word.isalpha() for word in words) and not names_rate(text)
    return bool(names) and has_chinese(names[-1]) and not has_chinese(text) and (len(words) > 2 or two)
