"""The kinds of facts that files bring, as rows. Facts are appended and never changed."""

from dataclasses import dataclass
from datetime import date

REFERENCE = "x:"  # begins the id of a series or place in no document, kept for comparison only
# Of figures (SQL): those of the register. Only they make a year one that is judged.
IN_REGISTER = f"not starts_with(indicator, '{REFERENCE}') and not starts_with(place, '{REFERENCE}')"


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


@dataclass(frozen=True)
class TaskReportRow:
    """What somebody reported about a task, one of its steps, or a total for many tasks of a document."""

    task: str  # "" for a total, which stays one (METHOD §4)
    step: int  # from 1; 0 the whole task
    document: str
    place: str
    state: str  # words.toml, task_reports
    stated_on: date
    text: str
    percent: float | None = None
    evidence: str = ""  # a reference
    evidence_file: str = ""  # a file that comes along
    unit: str = ""  # id of the unit that reports, else its name
    person: str = ""
    basis: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class ExplanationRow:
    """Why something stands as it does and what is done next: signed, under a judgement or a task."""

    target: str  # with place and year, or "" where it is about a task
    place: str
    year: int | None
    task: str
    stated_on: date
    cause: str
    measures: str
    unit: str
    person: str
    note: str = ""


FactRow = FigureRow | AssignedRow | StatementRow | TaskReportRow | ExplanationRow
