"""The three kinds of facts that files bring, as rows. Facts are appended and never changed."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class FigureRow:
    """One published figure of one cell (place, indicator, year, period), in the indicator's unit."""

    place: str
    indicator: str
    year: int
    value: float | None  # None: reported as missing
    period: str = ""  # "" the whole year, "2016-2020", "2018-06-30", "2018-Q1", "2018-H1", "2018-06"
    bound: str = ""  # "" exact, "ge", "le", "about"
    obs_status: str = "A"  # SDMX OBS_STATUS
    quality: str = ""
    source: str = ""
    note: str = ""
    published: date | None = None  # None: with the release
    unit_in_file: str = ""
    value_in_file: str = ""
    sheet: str = ""
    sheet_row: int | None = None  # from 1, as the file has them
    sheet_column: int | None = None


@dataclass(frozen=True)
class AssignedRow:
    """A number that a higher level set for a target whose document leaves it open, in the target's unit."""

    target: str
    place: str
    value: float | None  # None: withdrawn by whoever set it
    source: str = ""
    note: str = ""
    published: date | None = None


@dataclass(frozen=True)
class StatementRow:
    """What somebody published about a target without giving a figure."""

    target: str
    place: str
    kind: str  # reported_done, reported_not_done, contested, verified
    stated_on: date
    text: str
    body: str = ""
    source: str = ""
    note: str = ""


FactRow = FigureRow | AssignedRow | StatementRow
