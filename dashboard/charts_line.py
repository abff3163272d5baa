"""Line charts over years: one indicator in many places with its targets.

Charts are built as plain dictionaries and handed to Plotly once: adding to a figure piece by piece
costs a hundred times more.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.ask import Row
from dashboard.charts import Palette, axis, layout, safe
from etl import sentences

MOST_LINES = 30
SMALL_HEIGHT = 190  # pixels of one small chart, its title and its years

# What a year's figure can be held against on its own axis: a sum over years cannot.
DRAWN_MEASURES = ("level", "change", "year_total")

Trace = dict[str, Any]
Label = dict[str, Any]


def indicator_chart(
    *, indicator: Row, place: Row, figures: Sequence[Row], beside: Sequence[Row], standing: Sequence[Row],
    milestones: dict[str, Sequence[Row]], year: int, colours: Palette,
) -> go.Figure:  # fmt: skip
    """The chosen place in the accent, those beside it in their own colour, all others thin and grey.

    `figures`: yearly rows of all places shown; `standing`: the judgements of the chosen place as seen
    from `year`, whose goals, paths and outlooks are drawn; `milestones`: by target. Missing years are
    gaps, breaks in a series a hairline with a word.
    """
    unit = indicator["unit"]
    by_place: dict[str, list[Row]] = {}
    for row in figures:
        by_place.setdefault(row["place"], []).append(row)
    own = by_place.pop(place["place"], [])
    picked = [
        (by_place.pop(row["place"]), colour)
        for row, colour in zip(beside, colours.beside, strict=False)
        if row["place"] in by_place
    ]
    drawn = [
        row for row in standing if row["measure"] in DRAWN_MEASURES and row["goal"] is not None and not row["by_rate"]
    ]

    traces = [_line(rows, unit, colour=colours.faint, width=1.2) for rows in by_place.values()]
    for row in drawn:
        traces.extend(_towards_goal(row, milestones.get(row["target"], ()), colours))
    traces.extend(_line(rows, unit, colour=colour, width=1.8, markers=True) for rows, colour in picked)
    traces.extend([_line(own, unit, colour=colours.accent, width=2.6, markers=True)] if own else [])

    ends = [_end(rows, unit, colour=colour, name=True) for rows, colour in picked]
    ends.extend(
        [_end(own, unit, colour=colours.accent, name=bool(picked or by_place), away=_outlook(drawn))] if own else []
    )
    first, last = _years_shown(figures, drawn, year)
    low, high = _range([row["value"] for row in figures if row["value"] is not None] + [row["goal"] for row in drawn])
    breaks = [row["year"] - 0.5 for row in own if row["obs_status"] == "B"]
    look = layout(
        colours,
        height=420,
        margin={"l": 8, "r": _room(ends, last), "t": 34, "b": 28},
        annotations=[
            _unit_label(unit, colours),
            *_apart(
                [*_goal_labels(drawn, own, milestones, unit, colours, middle=(first + last) / 2), *ends],
                low=low,
                high=high,
            ),
            *(_break_word(x, colours) for x in breaks),
        ],
        shapes=[_hairline(x, colours) for x in breaks],
    )
    look["xaxis"] |= {
        "range": [first - 0.4, last + 0.2],
        "tickvals": _tick_years([first, last], most=8),
    }
    look["yaxis"] |= {"range": [low, high]}
    return go.Figure({"data": traces, "layout": look})


def small_charts(
    series: Mapping[str, Sequence[Row]], *, place_name: str, colours: Palette, columns: int = 2
) -> go.Figure:
    """One small chart an indicator: the place in the accent, the larger place it is part of in grey.

    `series`: by title, rows with year, value, larger_value, larger_name in order of years.
    """
    high = SMALL_HEIGHT * -(-len(series) // columns)
    look = layout(colours, height=high, annotations=[], margin={"l": 34, "r": 8, "t": 0, "b": 0})
    traces: list[Trace] = []
    for at, (title, rows) in enumerate(series.items()):
        across, down = at % columns, at // columns
        left, right = (
            across / columns + (0.05 if across else 0),
            (across + 1) / columns - (0.03 if across < columns - 1 else 0),
        )
        top, bottom = 1 - (down * SMALL_HEIGHT + 28) / high, 1 - ((down + 1) * SMALL_HEIGHT - 34) / high
        name = str(at + 1) if at else ""
        look[f"xaxis{name}"] = axis(colours) | {
            "domain": [left, right],
            "anchor": f"y{name}",
            "tickvals": _tick_years([row["year"] for row in rows], most=4),
            "tickformat": "d",
            "showline": True,
            "linecolor": colours.quiet,
        }
        look[f"yaxis{name}"] = axis(colours) | {
            "domain": [bottom, top],
            "anchor": f"x{name}",
            "nticks": 4,
            "showgrid": True,
            "gridcolor": colours.grid,
        }
        look["annotations"].append(
            _note(left, top, safe(title), colours.ink, xref="paper", yref="paper", yanchor="bottom", yshift=6)
        )
        larger = next((row["larger_name"] for row in rows if row["larger_name"]), "")
        for column, colour, width, who in (
            ("larger_value", colours.quiet, 1.2, larger),
            ("value", colours.accent, 2.4, place_name),
        ):
            years, values = _with_gaps(rows, column)
            traces.append(
                {
                    "type": "scatter", "x": years, "y": values, "mode": "lines+markers", "name": safe(who), "xaxis": f"x{name}", "yaxis": f"y{name}",
                    "line": {"color": colour, "width": width}, "marker": {"size": 4, "color": colour}, "hovertemplate": "%{fullData.name} %{x}年 %{y}<extra></extra>",
                }
            )  # fmt: skip
    return go.Figure({"data": traces, "layout": look})


# lines -----------------------------------------------------------------------------------------


def _with_gaps(rows: Sequence[Row], column: str = "value") -> tuple[list[float], list[float | None]]:
    """Every year from the first to the last; a year without a figure is None and stays a gap, as does a break before it."""
    known = {row["year"]: row[column] for row in rows}
    points: dict[float, float | None] = {year: known.get(year) for year in range(min(known), max(known) + 1)}
    points |= {row["year"] - 0.5: None for row in rows if row.get("obs_status") == "B" and row["year"] > min(known)}
    return sorted(points), [points[year] for year in sorted(points)]


def _line(rows: Sequence[Row], unit: str, *, colour: str, width: float, markers: bool = False) -> Trace:
    years, values = _with_gaps(rows)
    alone = [
        value is not None and (at == 0 or values[at - 1] is None) and (at == len(values) - 1 or values[at + 1] is None)
        for at, value in enumerate(values)
    ]
    return {
        "type": "scatter", "x": years, "y": values, "connectgaps": False, "mode": "lines+markers", "line": {"color": colour, "width": width},
        # a figure between two gaps would not be seen as a line
        "marker": {"color": colour, "size": [6 if markers else 4 if lonely else 0 for lonely in alone], "line": {"width": 0}},
        "name": safe(rows[0]["place_name"]), "text": [safe(sentences.figure(value, unit)) for value in values],
        "hovertemplate": "%{fullData.name} %{x}年 %{text}<extra></extra>",
    }  # fmt: skip


def _goal_line(row: Row, steps: Sequence[Row]) -> tuple[int, list[tuple[int, float]]]:
    """From which year the goal is drawn, and its steps up to the deadline."""
    by = row["by"] or row["year"]
    goals = [(step["year"], step["goal"]) for step in steps if step["year"] < by] + [(by, row["goal"])]
    return min(row["base_year"] or row["value_year"] or by, goals[0][0] - 1), goals


def _towards_goal(row: Row, steps: Sequence[Row], colours: Palette) -> list[Trace]:
    """The goal as a dashed line or step, the straight path thin, the outlook dotted to the deadline."""
    start, goals = _goal_line(row, steps)
    by = goals[-1][0]
    quiet = {"type": "scatter", "hoverinfo": "skip", "mode": "lines"}
    across, level = [start, *(year for year, _ in goals)], [goals[0][1], *(goal for _, goal in goals)]
    lines: list[Trace] = [
        {**quiet, "x": across, "y": level, "line": {"color": colours.ink, "width": 1.4, "dash": "dash", "shape": "vh"}}
    ]
    if row["base"] is not None and row["path"] is not None:
        through = [(row["base_year"], row["base"]), *goals]
        lines.append(
            {
                **quiet,
                "x": [x for x, _ in through],
                "y": [y for _, y in through],
                "line": {"color": colours.quiet, "width": 0.8},
            }
        )
    if row["outlook"] is not None and row["value"] is not None and row["value_year"] < by:
        lines.append(
            {
                "type": "scatter", "mode": "lines+markers", "x": [row["value_year"], by], "y": [row["value"], row["outlook"]],
                "line": {"color": colours.accent, "width": 1.6, "dash": "dot"}, "marker": {"size": [0, 7], "symbol": "circle-open", "color": colours.accent},
                "hovertemplate": f"按近年变化推算到%{{x}}年 {sentences.rounded(row['outlook'])}<extra></extra>",
            }
        )  # fmt: skip
    return lines


# words -----------------------------------------------------------------------------------------


def _note(x: float, y: float, text: str, colour: str, **more: Any) -> Label:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"color": colour, "size": 13},
        **more,
    }


def _goal_labels(
    rows: Iterable[Row],
    own: Sequence[Row],
    milestones: Mapping[str, Sequence[Row]],
    unit: str,
    colours: Palette,
    *,
    middle: float,
) -> list[Label]:
    """The words of each goal once, however many documents set the same one: where its line begins, away from the figures.

    A line that begins late, and one of several steps, carries them at its end. Beneath the line where the
    place's figures run above it.
    """
    known = [row for row in own if row["value"] is not None]
    labels: dict[tuple[float, str], Label] = {}
    for row in rows:
        start, goals = _goal_line(row, milestones.get(row["target"], ()))
        text = f"目标{sentences.goal_words(row, unit=unit)}，{sentences.deadline_words(row)}"
        at, side = (start, "left") if start <= middle and len(goals) == 1 else (goals[-1][0], "right")
        nearest = min(known, key=lambda figure: abs(figure["year"] - at), default=None)
        above = nearest is None or nearest["value"] <= row["goal"]
        labels[row["goal"], text] = _note(
            at, row["goal"], safe(text), colours.ink, xanchor=side, yanchor="bottom" if above else "top",
            bgcolor=_veil(colours.paper), borderpad=0,
        )  # fmt: skip
    return [labels[key] for key in sorted(labels)]


def _veil(colour: str) -> str:
    """The colour, seen through: words stand out of lines behind them, and no line seems to have a gap."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.6)"


def _outlook(rows: Iterable[Row]) -> float | None:
    """By how much the outlook leaves the latest value, where one is drawn."""
    return next(
        (
            row["outlook"] - row["value"]
            for row in rows
            if row["outlook"] is not None and row["value"] is not None and row["by"]
        ),
        None,
    )


def _end(rows: Sequence[Row], unit: str, *, colour: str, name: bool, away: float | None = None) -> Label:
    """The last value at the line's end; where a line goes on from there, on the other side of it."""
    last = next((row for row in reversed(rows) if row["value"] is not None), rows[-1])
    value = sentences.figure(last["value"], unit, bound=last["bound"])
    text = f"{last['place_name']} {value}" if name else value
    aside = 0 if not away else -14 if away > 0 else 14
    return _note(last["year"], last["value"] or 0, f"<b>{safe(text)}</b>", colour, xshift=8, yshift=aside)


def _room(ends: Iterable[Label], last: int) -> int:
    """Pixels to the right of the last year that the words at the lines' ends need."""
    lengths = [
        sum(13 if ord(letter) > 255 else 8 for letter in label["text"]) - 50 for label in ends if label["x"] >= last - 1
    ]
    return max([16, *(length + 14 for length in lengths)])


def _apart(labels: Iterable[Label], *, low: float, high: float) -> list[Label]:
    """Push labels up where they would lie on each other."""
    least = (high - low) * 0.06
    placed: list[Label] = []
    for label in sorted(labels, key=lambda label: label["y"]):
        below = [other["y"] + least for other in placed if abs(other["x"] - label["x"]) < 5]
        placed.append({**label, "y": max([label["y"], *below])})
    return placed


def _unit_label(unit: str, colours: Palette) -> Label:
    text = "" if unit == "1" else f"单位：{safe(unit)}"
    return _note(0, 1.02, text, colours.quiet, xref="paper", yref="paper", yanchor="bottom")


def _hairline(x: float, colours: Palette) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colours.quiet, "width": 0.8},
    }


def _break_word(x: float, colours: Palette) -> Label:
    return _note(x, 1, "口径变化", colours.quiet, yref="paper", yanchor="top", xshift=3)


# axes ------------------------------------------------------------------------------------------


def _years_shown(figures: Iterable[Row], standing: Iterable[Row], year: int) -> tuple[int, int]:
    shown = [row["year"] for row in figures]
    for row in standing:
        shown.extend(known for known in (row["by"], row["base_year"]) if known)
    return (min(shown), max(shown)) if shown else (year - 1, year)


def _tick_years(years: Sequence[int], *, most: int) -> list[int]:
    """Whole years at equal steps, ending on the last: never 2021, 2022, 2022."""
    first, last = min(years), max(years)
    step = max(1, -(-(last - first) // (most - 1)))
    return list(range(last, first - 1, -step))[::-1]


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = (high - low or abs(high) or 1) * 0.08
    return low - room, high + room
