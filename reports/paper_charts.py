"""Charts as the typst templates take them: places are fractions of the drawing, words are ready to set.

Nothing is drawn that is not in the block; a gap (None) stays one, also across a break in the series.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from etl import sentences
from reports.blocks import LineChart, Ranking, SegmentBar
from reports.glyphs import shown
from reports.lettering import ems, pieces, shorten
from reports.scales import Scale, scale, spread, year_ticks

LINE_HEIGHT = 195.0  # pt of the plot: two charts with their words fill a page
MOST_BARS = 60

_LABEL = 7.5  # pt
_AXIS = 40.0  # pt left of the plot for the numbers
_LABEL_GAP = 9.6 / LINE_HEIGHT
_NEAR_END = 90.0  # pt of plot right of a line's end that its label needs to stand inside
_NAME = 30.0  # ems of a name beside a bar; the whole is in the sentence that stands for the chart
_GREYS = ("dark", "hatched", "empty")


@dataclass(frozen=True)
class _Label:
    x: float
    y: float
    text: str
    style: str  # main | other | target | outlook


def line(chart: LineChart, *, width: float) -> dict[str, Any]:
    """One indicator over the years, `width` pt wide."""
    every = [
        value
        for values in (*(each.values for each in chart.series), chart.target, chart.path, chart.outlook)
        for value in values
        if value is not None
    ]
    vertical = scale(every, whole=100.0 if chart.unit == "%" else None)
    labels = list(_labels(chart, vertical))
    column = min(max((ems(label.text) * _LABEL + 16 for label in labels), default=10.0), width * 0.35)
    plot = width - _AXIS - column
    across = {year: _across(index, len(chart.years)) for index, year in enumerate(chart.years)}
    at = list(across.values())
    lines = [
        {"style": "main" if each.emphasis else "other", "points": run}
        for each in sorted(chart.series, key=lambda each: each.emphasis)
        for run in _runs(each.values, at, vertical, cut=_cuts(chart) if each.emphasis else ())
    ]
    lines += [{"style": "path", "points": run} for run in _runs(chart.path, at, vertical)]
    lines += [{"style": "outlook", "points": run} for run in _runs(chart.outlook, at, vertical)]
    lines += [{"style": "target", "points": run} for run in _steps(chart.target, at, vertical)]
    return {
        "type": "line",
        "title": pieces(shown(chart.title)),
        "unit": pieces(shown(chart.unit)),
        "alternative": alternative(chart),
        "plot": plot,
        "height": LINE_HEIGHT,
        "x_ticks": [
            {"at": across[year], "text": str(year)} for year in year_ticks(chart.years, most=max(int(plot / 30), 2))
        ],
        "y_ticks": [{"at": vertical.at(tick), "text": sentences.number(tick)} for tick in vertical.ticks],
        "zero": vertical.at(0.0) if vertical.low < 0 < vertical.high else None,
        "lines": lines,
        "breaks": [max(across[year] - _half(len(at)), 0.0) for year in chart.breaks if year in across],
        "labels": _placed(labels, plot=plot, column=column),
        "keys": [
            name
            for name, values in (("target", chart.target), ("path", chart.path), ("outlook", chart.outlook))
            if any(value is not None for value in values)
        ],
        "empty": not every,
    }


def ranking(chart: Ranking, *, width: float) -> dict[str, Any]:
    """Places by rank, bars from zero."""
    bars = chart.bars[:MOST_BARS]
    known = [bar.value for bar in bars if bar.value is not None]
    texts = {bar.value: sentences.number(bar.value) for bar in bars if bar.value is not None}
    names = min(max((ems(bar.name) for bar in bars), default=2.0) * 8.0 + 8, width * 0.22)
    words = min(max((ems(bar.mark.word) for bar in bars), default=2.0) * _LABEL + 22, width * 0.26)
    ranks = max((ems(bar.rank) for bar in bars), default=2.0) * _LABEL + 8
    values = max((ems(text) for text in texts.values()), default=3.0) * 8.0 + 10
    room = width - names - words - ranks - values
    across = scale([*known, *([] if chart.goal is None else [chart.goal])], from_zero=True)
    top = max([*known, *([] if chart.goal is None else [chart.goal]), 0.0])
    across = Scale(low=across.low if across.low < 0 else 0.0, high=top or across.high, ticks=())
    listed = {bar.name for bar in bars}
    return {
        "type": "ranking",
        "title": pieces(shown(chart.title)),
        "unit": pieces(shown(chart.unit)),
        "alternative": alternative(chart),
        "widths": {"rank": ranks, "name": names, "bar": room, "value": values, "word": words},
        "zero": across.at(0.0),
        "bars": [
            {
                "rank": shown(bar.rank),
                "name": shorten(shown(bar.name), names / 8.0),
                "at": None if bar.value is None else across.at(bar.value),
                "text": "暂无数据" if bar.value is None else texts[bar.value],
                "light": bar.mark.light,
                "symbol": shown(bar.mark.symbol),
                "word": shorten(shown(bar.mark.word), (words - 14) / _LABEL),
            }
            for bar in bars
        ],
        "goal": None if chart.goal is None else across.at(chart.goal),
        "goal_words": shorten(f"目标：{shown(chart.goal_words)}" if chart.goal_words else "目标", 30),
        "missing": pieces(
            "、".join(shown(name) for name in chart.missing if name not in listed)
            if len(chart.bars) <= MOST_BARS
            else ""
        ),
        "capped": f"显示前{len(bars):,}个，共{len(chart.bars):,}个；其余见数据工作簿。"
        if len(chart.bars) > len(bars)
        else "",
    }


def segments(chart: SegmentBar, *, width: float) -> dict[str, Any]:
    """Counts side by side: a bar a row and its numbers in columns, which are the legend too."""
    heads: dict[str, dict[str, Any]] = {}
    for _, parts in chart.rows:
        for part in parts:
            heads.setdefault(
                part.name,
                {
                    "name": pieces(shorten(shown(part.name), _NAME)),
                    "light": part.mark.light,
                    "symbol": shown(part.mark.symbol),
                },
            )
    for light in {head["light"] for head in heads.values()}:
        alike = [head for head in heads.values() if head["light"] == light]
        for index, head in enumerate(alike):
            head["fill"] = _GREYS[index % len(_GREYS)] if light == "grey" else "solid"
    rows = []
    for name, parts in chart.rows:
        counts = {part.name: part.count for part in parts}
        rows.append(
            {
                "name": pieces(shorten(shown(name), _NAME)),
                "counts": [counts.get(head, 0) for head in heads],
                "total": sum(counts.values()),
            }
        )
    names = min(max((ems(name) for name, _ in chart.rows), default=2.0) * 8.5 + 10, width * 0.24)
    numbers = min(46.0, width * 0.5 / max(len(heads) + 1, 1))
    return {
        "type": "segments",
        "title": pieces(shown(chart.title)),
        "alternative": alternative(chart),
        "heads": list(heads.values()),
        "rows": rows,
        "widths": {"name": names, "number": numbers, "bar": width - names - numbers * (len(heads) + 1)},
    }


def alternative(chart: LineChart | Ranking | SegmentBar) -> str:
    """The chart in a sentence; its title where it has none, never nothing."""
    return shown(chart.alternative) or shown(chart.title) or "图"


# the lines of a chart ----------------------------------------------------------------------------


def _across(index: int, count: int) -> float:
    return (index + 0.5) / count


def _half(count: int) -> float:
    return 0.5 / count


def _cuts(chart: LineChart) -> tuple[int, ...]:
    """Positions before which the line is interrupted: the years at which the series breaks."""
    return tuple(index for index, year in enumerate(chart.years) if year in chart.breaks)


def _runs(
    values: Sequence[float | None], at: Sequence[float], vertical: Scale, *, cut: Iterable[int] = ()
) -> list[list[list[float]]]:
    """Points that follow each other without a gap, as one line each."""
    runs: list[list[list[float]]] = [[]]
    breaks = set(cut)
    for index, value in enumerate(values):
        if value is None or index in breaks:
            runs.append([])
        if value is not None:
            runs[-1].append([at[index], vertical.at(value)])
    return [run for run in runs if run]


def _steps(values: Sequence[float | None], at: Sequence[float], vertical: Scale) -> list[list[list[float]]]:
    """A goal holds for its whole year: a level piece a year, joined where years follow each other."""
    half = _half(len(at)) if at else 0.0
    return [
        [[place + side, height] for place, height in run for side in (-half, half)]
        for run in _runs(values, at, vertical)
    ]


def _labels(chart: LineChart, vertical: Scale) -> Iterator[_Label]:
    """The words at the ends of the lines."""
    count = len(chart.years)
    for each in chart.series:
        end = _last(each.values)
        if end is not None:
            index, value = end
            text = (
                f"{shorten(shown(each.name), 10)} {sentences.number(value)}{shown(chart.unit) if chart.unit == '%' else ''}"
                if each.emphasis
                else shorten(shown(each.name), 8)
            )
            yield _Label(_across(index, count), vertical.at(value), text, "main" if each.emphasis else "other")
    end = _last(chart.target)
    if end is not None:
        words = shown(chart.target_words) or f"目标 {sentences.number(end[1])}"
        yield _Label(_across(end[0], count) + _half(count), vertical.at(end[1]), shorten(words, 24), "target")
    end = _last(chart.outlook)
    if end is not None:
        yield _Label(_across(end[0], count), vertical.at(end[1]), f"走势推算 {sentences.rounded(end[1])}", "outlook")


def _last(values: Sequence[float | None]) -> tuple[int, float] | None:
    return next(((index, value) for index, value in reversed(list(enumerate(values))) if value is not None), None)


def _placed(labels: Sequence[_Label], *, plot: float, column: float) -> list[dict[str, Any]]:
    """Labels of lines that end together stand under each other; those with no room inside go to the right of the plot."""
    groups: dict[float, list[_Label]] = {}
    for label in labels:
        inside = (1 - label.x) * plot > max(_NEAR_END, ems(label.text) * _LABEL + 12)
        groups.setdefault(label.x if inside else 1.0, []).append(label)
    placed = []
    for x, group in groups.items():
        for label, y in zip(group, spread([label.y for label in group], gap=_LABEL_GAP), strict=True):
            text = shorten(label.text, (column - 12) / _LABEL) if x == 1.0 else label.text
            placed.append(
                {"from": [label.x, label.y], "at": [x, y], "text": text, "style": label.style, "inside": x < 1.0}
            )
    return placed
