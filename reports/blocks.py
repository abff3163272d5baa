"""What a report is made of, before any format: sections of paragraphs, tables and charts.

`story.tell(record, audience=…)` makes these from a frozen record; every writer (pptx, pdf, docx,
xlsx, html) draws the same blocks, so that no format can say anything another does not.
All numbers are floats in the unit named beside them; None is a gap and is drawn as one.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Paragraph:
    text: str
    style: str = "body"  # body | lead | note | quote


@dataclass(frozen=True)
class Mark:
    """A status as it is always shown: colour, symbol and word together."""

    light: str  # green | yellow | red | grey
    symbol: str
    word: str


@dataclass(frozen=True)
class Cell:
    text: str
    mark: Mark | None = None
    number: float | None = None  # the value behind the text, for workbooks; None: nothing to compute with


@dataclass(frozen=True)
class Column:
    title: str
    unit: str = ""
    align: str = "left"  # left | right | centre
    width: float = 1.0  # relative


@dataclass(frozen=True)
class Table:
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total_rows: int  # more than len(rows) when capped: 显示前N行，共M行
    note: str = ""


@dataclass(frozen=True)
class Series:
    name: str
    values: tuple[float | None, ...]  # one for each year of the chart
    emphasis: bool = False  # drawn in the accent, the others thin and grey


@dataclass(frozen=True)
class LineChart:
    """One indicator over the years, with its target, path and outlook."""

    title: str
    unit: str
    years: tuple[int, ...]
    series: tuple[Series, ...]
    target: tuple[float | None, ...] = ()  # the goal in each year; empty: none
    target_words: str = ""
    path: tuple[float | None, ...] = ()  # thin, from the base to the goal (序时进度)
    outlook: tuple[float | None, ...] = ()  # dashed, from the latest value to the deadline
    breaks: tuple[int, ...] = ()  # years at which the series breaks
    alternative: str = ""  # the chart in a sentence, for those who cannot see it


@dataclass(frozen=True)
class Bar:
    name: str
    value: float | None  # None: 暂无数据, listed and not drawn
    mark: Mark
    rank: str = ""  # 并列第5


@dataclass(frozen=True)
class Ranking:
    """Places ordered by one indicator in one year; bars start at zero."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    goal: float | None = None
    goal_words: str = ""
    missing: tuple[str, ...] = ()
    alternative: str = ""


@dataclass(frozen=True)
class Segment:
    name: str
    count: int
    mark: Mark


@dataclass(frozen=True)
class SegmentBar:
    """Counts side by side as one bar a row: (row title, segments)."""

    title: str
    rows: tuple[tuple[str, tuple[Segment, ...]], ...]
    alternative: str = ""


Block = Paragraph | Table | LineChart | Ranking | SegmentBar


@dataclass(frozen=True)
class Section:
    """One message: its title is the sentence to say aloud. A slide, or a heading with what follows."""

    title: str
    kind: str  # headline | document | indicator | matrix | changes | attention | tasks | method | sources | annex
    blocks: tuple[Block, ...]
    sources: tuple[str, ...] = ()  # for speaker notes and footnotes


@dataclass(frozen=True)
class Report:
    title: str
    subtitle: str
    meeting: str
    date: str  # as chosen by whoever made the snapshot, never from the clock
    issuer: str
    cutoff: str
    snapshot: str  # id
    sha256: str
    demo: bool
    sections: tuple[Section, ...] = field(default_factory=tuple)
