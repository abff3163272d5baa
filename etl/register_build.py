"""Tables of indicators.toml that have no problem, as frozen values with their defaults filled in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from etl.register_fields import Entry
from etl.register_items import (
    Document,
    Indicator,
    Milestone,
    Place,
    Step,
    Target,
    Task,
    Unit,
)


def document_of(entry: Entry, at: int) -> Document:
    values = entry.values
    year, day = _year_and_day(values["published"])
    return Document(
        id=entry.id,
        title=values["title"],
        short=values.get("short", values["title"]),
        issuer=values.get("issuer", ""),
        published_year=year,
        published_on=day,
        place=values["place"],
        text=values.get("text", ""),
        position=at,
    )


def place_of(entry: Entry, at: int) -> Place:
    values = entry.values
    return Place(
        id=entry.id,
        name=values["name"],
        short=values.get("short", values["name"]),
        level=values["level"],
        part_of=values.get("part_of"),
        aliases=values.get("aliases", ()),
        formerly=values.get("formerly", ()),
        tile=values.get("tile"),
        position=at,
    )


def unit_of(entry: Entry, at: int) -> Unit:
    values = entry.values
    return Unit(id=entry.id, name=values["name"], formerly=values.get("formerly", ()), position=at)


def indicator_of(entry: Entry, at: int) -> Indicator:
    values = entry.values
    return Indicator(
        id=entry.id,
        name=values["name"],
        unit=values["unit"],
        better=values["better"],
        kind=values.get("kind", "ratio" if values["unit"] == "%" else "amount"),
        theme=values.get("theme", ""),
        plausible=values.get("plausible"),
        lag_years=values.get("lag_years", 1),
        definition=values.get("definition", ""),
        note=values.get("note", ""),
        aliases=values.get("aliases", ()),
        rate_of=values.get("rate_of"),
        rate_base=values.get("rate_base"),
        beside=values.get("beside", ()),
        part_of=values.get("part_of"),
        decimals=values.get("decimals"),
        position=at,
    )


def target_of(entry: Entry, at: int, *, own_unit: str, quote_line: int | None) -> Target:
    """A target; `own_unit` is its indicator's, `quote_line` where its quote stands in the text."""
    values = entry.values
    by_year, by_date = _year_and_day(values.get("by"))
    valid_from = values.get("valid_from")
    return Target(
        id=entry.id,
        document=values["document"],
        section=values.get("section", ""),
        quote=values["quote"],
        quote_line=quote_line,
        indicator=values["indicator"],
        places=values.get("places", (values.get("place"),)),
        measure=values["measure"],
        rule=values["rule"],
        value=values.get("value"),
        value_to=values.get("value_to"),
        unit=values.get("unit", "%" if values["measure"] == "change" else own_unit),
        by_year=by_year,
        by_date=by_date,
        base_year=values.get("base_year", _default_base_year(values, by_year)),
        since=values.get("since"),
        every_year=values.get("every_year", False),
        per=values.get("per"),
        window=values.get("window"),
        force=values.get("force", "duty"),
        soft=values.get("soft", ""),
        assigned=values.get("assigned", False),
        assigned_value=values.get("assigned_value"),
        assigned_source=values.get("assigned_source", ""),
        reading=values.get("reading", ""),
        note=values.get("note", ""),
        same_as=values.get("same_as", ()),
        replaces=values.get("replaces"),
        valid_from=date(valid_from, 1, 1) if isinstance(valid_from, int) else valid_from,
        milestones=tuple(Milestone(year=step["by"], value=step["value"]) for step in values.get("milestones", ())),
        after=values.get("after"),
        condition_met=values.get("condition_met"),
        not_applicable=values.get("not_applicable", ""),
        checked=values.get("checked", ""),
        lead=values.get("lead", ()),
        support=values.get("support", ()),
        position=at,
    )


def task_of(entry: Entry, at: int) -> Task:
    values = entry.values
    return Task(
        id=entry.id,
        document=values["document"],
        section=values.get("section", ""),
        title=values["title"],
        quote=values["quote"],
        place=values.get("place"),
        due=values.get("due"),
        year=values.get("year"),
        standing=values.get("standing", ""),
        goal=values.get("goal", ""),
        reading=values.get("reading", ""),
        note=values.get("note", ""),
        lead=values.get("lead", ()),
        support=values.get("support", ()),
        serves=values.get("serves", ()),
        steps=tuple(_step(step) for step in values.get("steps", ())),
        position=at,
    )


def _step(values: Mapping[str, Any]) -> Step:
    return Step(
        title=values["title"],
        quote=values.get("quote", ""),
        due=values.get("due"),
        year=values.get("year"),
        standing=values.get("standing", ""),
        lead=values.get("lead", ()),
    )


def _default_base_year(values: Mapping[str, Any], by_year: int | None) -> int | None:
    """A change without a base is against the year before its deadline (零增长)."""
    if values["measure"] != "change" or by_year is None or values.get("every_year"):
        return None
    return by_year - 1


def _year_and_day(value: int | date | None) -> tuple[Any, date | None]:
    """Year, and the day where it lies inside the year: 12-31 is the year itself."""
    if not isinstance(value, date):
        return value, None
    return value.year, None if (value.month, value.day) == (12, 31) else value
