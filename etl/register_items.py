"""What indicators.toml holds, as values: documents, places, units, indicators, targets, tasks.

Field names follow the keys of the file; defaults are filled in (docs/register.md).
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Document:
    id: str
    title: str
    short: str
    issuer: str
    published_year: int
    published_on: date | None  # None where only the year is known
    place: str
    text: str  # file name of the full text; "" when there is none
    position: int


@dataclass(frozen=True)
class Place:
    id: str
    name: str
    short: str
    level: str
    part_of: str | None
    aliases: tuple[str, ...]
    formerly: tuple[str, ...]
    tile: tuple[int, int] | None  # row and column on the tile map
    position: int

    @property
    def names(self) -> tuple[str, ...]:
        """Every name this place goes by, its code first."""
        return (self.id, self.name, self.short, *self.aliases, *self.formerly)


@dataclass(frozen=True)
class Unit:
    """An office that leads or supports."""

    id: str
    name: str
    formerly: tuple[str, ...]
    position: int


@dataclass(frozen=True)
class Indicator:
    id: str
    name: str
    unit: str
    better: str  # higher | lower | none
    kind: str  # ratio | amount | count
    theme: str
    plausible: tuple[float, float] | None
    lag_years: int
    definition: str
    note: str
    aliases: tuple[str, ...]
    rate_of: str | None  # the published change in % of that indicator …
    rate_base: int | None  # … against this year; None: the year before
    beside: tuple[str, ...]
    part_of: str | None
    decimals: int | None
    position: int

    @property
    def names(self) -> tuple[str, ...]:
        """Every name this indicator goes by, its id first."""
        return (self.id, self.name, *self.aliases)


@dataclass(frozen=True)
class Milestone:
    year: int
    value: float


@dataclass(frozen=True)
class Target:
    id: str
    document: str
    section: str
    quote: str
    quote_line: int | None  # line of the full text; None where the text was not at hand
    indicator: str
    places: tuple[str, ...]
    measure: str
    rule: str
    value: float | None  # as the document writes it, in `unit`; None for trend and open assigned
    value_to: float | None
    unit: str
    by_year: int | None
    by_date: date | None  # only where the document gives a day inside the year
    base_year: int | None
    since: int | None
    every_year: bool
    per: str | None
    window: int | None
    force: str
    soft: str
    assigned: bool
    assigned_value: float | None
    assigned_source: str
    reading: str
    note: str
    same_as: tuple[str, ...]
    replaces: str | None
    valid_from: date | None
    milestones: tuple[Milestone, ...]
    after: str | None  # task that has to be done first
    condition_met: int | None  # the year in which it was
    not_applicable: str
    checked: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    position: int


@dataclass(frozen=True)
class Step:
    title: str
    quote: str
    due: date | None
    year: int | None
    standing: str
    lead: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    id: str
    document: str
    section: str
    title: str
    quote: str
    place: str | None
    due: date | None
    year: int | None
    standing: str
    goal: str
    reading: str
    note: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    serves: tuple[str, ...]
    steps: tuple[Step, ...]
    position: int
