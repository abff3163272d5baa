"""Line charts over years: one indicator in many places with its targets, and small ones side by side."""

from collections.abc import Iterable, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts import Palette, layout, safe
from dashboard.questions import Row
from etl import sentences

MOST_LINES = 30

# What a year's figure can be held against on its own axis: a sum over years cannot.
DRAWN_MEASURES = ("level", "change", "year_total")


def indicator_chart(
    *, indicator: Row, place: Row, figures: Sequence[Row], beside: Sequence[Row], standing: Sequence[Row],
    milestones: dict[str, Sequence[Row]], year: int, colours: Palette,
) -> go.Figure:  # fmt: skip
    """The chosen place in the accent, those beside it in their own colour, all others thin and grey.

    `figures`: yearly rows of all places shown; `standing`: the judgements of the chosen place as seen
    from `year`, whose goals, paths and outlooks are drawn; `milestones`: by target. Missing years are
    gaps, breaks in a series a hairline with a word.
    """
    by_place = _by_place(figures)
    figure = go.Figure()
    picked = {row["place"]: colour for row, colour in zip(beside, colours.beside, strict=False)}
    unit = indicator["unit"]
    for identity, rows in by_place.items():
        if identity != place["place"] and identity not in picked:
            figure.add_trace(_line(rows, unit, colour=colours.faint, width=1.2))
    labels: list[dict[str, Any]] = []
    for identity, colour in picked.items():
        if identity in by_place:
            figure.add_trace(_line(by_place[identity], unit, colour=colour, width=1.8, markers=True))
            labels.append(_end(by_place[identity], unit, colour=colour, name=True))
    own = by_place.get(place["place"], [])
    drawn = [row for row in standing if row["measure"] in DRAWN_MEASURES and row["goal"] is not None]
    for row in drawn:
        figure.add_traces(_towards_goal(row, milestones.get(row["target"], ()), colours))
    labels.extend(_goal_labels(drawn, unit, colours))
    if own:
        figure.add_trace(_line(own, unit, colour=colours.accent, width=2.6, markers=True))
        labels.append(_end(own, unit, colour=colours.accent, name=bool(picked)))
    years = _years_shown(figures, drawn, year)
    values = [row["value"] for row in figures if row["value"] is not None] + [row["goal"] for row in drawn]
    low, high = _range(values)
    figure.update_layout(
        layout(
            colours,
            height=420,
            annotations=[_unit_label(unit, colours), *_apart(labels, low=low, high=high), *_breaks(own, colours)],
            shapes=[_hairline(row["year"], colours) for row in own if row["obs_status"] == "B"],
        )
    )
    figure.update_xaxes(range=[years[0] - 0.4, years[1] + 0.4], dtick=_step(years))
    figure.update_yaxes(range=[low, high])
    figure.update_layout(margin={"r": 190 if labels else 16})
    return figure


def small_charts(series: dict[str, Sequence[Row]], *, place_name: str, colours: Palette, columns: int = 3) -> go.Figure:
    """One small chart an indicator: the place in the accent, the larger place it is part of in grey.

    `series`: by title, rows with year, value, larger_value, in order of years.
    """
    lines = -(-len(series) // columns)
    figure = make_subplots(
        rows=lines, cols=columns, subplot_titles=[safe(title) for title in series],
        horizontal_spacing=0.07, vertical_spacing=0.55 / (lines + 1),
    )  # fmt: skip
    for at, rows in enumerate(series.values()):
        where = {"row": at // columns + 1, "col": at % columns + 1}
        larger = next((row["larger_name"] for row in rows if row["larger_name"]), "")
        for column, colour, width, name in (("larger_value", colours.quiet, 1.2, larger), ("value", colours.accent, 2.4, place_name)):
            years, values = _with_gaps(rows, column)
            figure.add_trace(
                go.Scatter(
                    x=years, y=values, mode="lines+markers", name=safe(name), line={"color": colour, "width": width},
                    marker={"size": 4}, hovertemplate="%{fullData.name} %{x}年 %{y}<extra></extra>",
                ),
                **where,
            )  # fmt: skip
    titles = figure.layout.annotations
    figure.update_layout(layout(colours, height=210 * lines + 30))
    shared = layout(colours)
    figure.update_xaxes(**shared["xaxis"], nticks=4)
    figure.update_yaxes(**shared["yaxis"], nticks=4)
    for title in titles:
        title.update(font={"size": 13, "color": colours.ink}, xanchor="left", x=title.x - 0.5 * (1 - 0.07 * (columns - 1)) / columns)
    return figure


def _by_place(figures: Iterable[Row]) -> dict[str, list[Row]]:
    by_place: dict[str, list[Row]] = {}
    for row in figures:
        by_place.setdefault(row["place"], []).append(row)
    return by_place


def _with_gaps(rows: Sequence[Row], column: str = "value") -> tuple[list[int], list[float | None]]:
    """Every year from the first to the last; a year without a figure is None and stays a gap."""
    known = {row["year"]: row[column] for row in rows}
    years = list(range(min(known), max(known) + 1))
    return years, [known.get(year) for year in years]


def _line(rows: Sequence[Row], unit: str, *, colour: str, width: float, markers: bool = False) -> go.Scatter:
    years, values = _with_gaps(rows)
    lonely = any(value is not None for value in values) and not any(a is not None and b is not None for a, b in zip(values, values[1:], strict=False))
    return go.Scatter(
        x=years, y=values, mode="lines+markers" if markers or lonely else "lines", connectgaps=False,
        line={"color": colour, "width": width}, marker={"size": 6 if markers else 4, "color": colour},
        name=safe(rows[0]["place_name"]), text=[safe(sentences.figure(value, unit)) for value in values],
        hovertemplate="%{fullData.name} %{x}年 %{text}<extra></extra>",
    )  # fmt: skip


def _towards_goal(row: Row, steps: Sequence[Row], colours: Palette) -> list[go.Scatter]:
    """The goal as a dashed line or step, the straight path thin, the outlook dashed to the deadline."""
    by = row["by"] or row["year"]
    start = row["base_year"] or row["value_year"] or by
    goals = [(step["year"], step["goal"]) for step in steps] + [(by, row["goal"])]
    across = [min(start, by - 1), *(year for year, _ in goals)]
    level = [goals[0][1], *(goal for _, goal in goals)]
    quiet: dict[str, Any] = {"hoverinfo": "skip", "mode": "lines"}
    lines = [go.Scatter(x=across, y=level, line={"color": colours.ink, "width": 1.4, "dash": "dash", "shape": "vh"}, **quiet)]
    if row["base"] is not None and row["path"] is not None:
        through = [(row["base_year"], row["base"]), *goals]
        lines.append(go.Scatter(x=[x for x, _ in through], y=[y for _, y in through], line={"color": colours.quiet, "width": 0.8}, **quiet))
    if row["outlook"] is not None and row["value"] is not None and row["value_year"] < by:
        lines.append(
            go.Scatter(
                x=[row["value_year"], by], y=[row["value"], row["outlook"]], mode="lines+markers",
                line={"color": colours.accent, "width": 1.6, "dash": "dot"}, marker={"size": [0, 7], "symbol": "circle-open"},
                name="按近年变化推算", hovertemplate=f"按近年变化推算到 %{{x}}年 {sentences.rounded(row['outlook'])}<extra></extra>",
            )
        )  # fmt: skip
    return lines


def _goal_labels(rows: Sequence[Row], unit: str, colours: Palette) -> list[dict[str, Any]]:
    """The words of each goal once, however many documents set the same one."""
    words = {(row["by"] or row["year"], row["goal"], f"目标{sentences.goal_words(row, unit=unit)}，{sentences.deadline_words(row)}") for row in rows}
    return [_label(by, goal, text, colours.ink) for by, goal, text in sorted(words)]


def _end(rows: Sequence[Row], unit: str, *, colour: str, name: bool) -> dict[str, Any]:
    last = next((row for row in reversed(rows) if row["value"] is not None), None)
    if last is None:
        return _label(rows[-1]["year"], 0, "", colour)
    value = sentences.figure(last["value"], unit, bound=last["bound"])
    return _label(last["year"], last["value"], f"{last['place_name']} {value}" if name else value, colour, bold=True)


def _label(x: float, y: float, text: str, colour: str, *, bold: bool = False) -> dict[str, Any]:
    shown = f"<b>{safe(text)}</b>" if bold else safe(text)
    return {
        "x": x, "y": y, "text": shown, "showarrow": False, "xanchor": "left", "xshift": 8,
        "font": {"color": colour, "size": 13}, "align": "left",
    }  # fmt: skip


def _apart(labels: Sequence[dict[str, Any]], *, low: float, high: float) -> list[dict[str, Any]]:
    """Push labels up where they would lie on each other."""
    least = (high - low) * 0.055
    placed: list[dict[str, Any]] = []
    for label in sorted((label for label in labels if label["text"]), key=lambda label: label["y"]):
        y = max([label["y"], *(other["y"] + least for other in placed if abs(other["x"] - label["x"]) < 6)])
        placed.append({**label, "y": y})
    return placed


def _unit_label(unit: str, colours: Palette) -> dict[str, Any]:
    text = "" if unit == "1" else f"单位：{safe(unit)}"
    return {"xref": "paper", "yref": "paper", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom", "showarrow": False, "text": text, "font": {"size": 12, "color": colours.quiet}}


def _hairline(year: int, colours: Palette) -> dict[str, Any]:
    return {"type": "line", "x0": year - 0.5, "x1": year - 0.5, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": colours.quiet, "width": 0.8}}


def _breaks(rows: Sequence[Row], colours: Palette) -> list[dict[str, Any]]:
    return [
        {"x": row["year"] - 0.5, "yref": "paper", "y": 1, "yanchor": "top", "xanchor": "left", "showarrow": False, "text": "口径变化", "font": {"size": 12, "color": colours.quiet}}
        for row in rows
        if row["obs_status"] == "B"
    ]


def _years_shown(figures: Sequence[Row], standing: Sequence[Row], year: int) -> tuple[int, int]:
    shown = [row["year"] for row in figures] + [row["by"] for row in standing if row["by"]] + [row["base_year"] for row in standing if row["base_year"]]
    return (min(shown), max(shown)) if shown else (year - 1, year)


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = (high - low or abs(high) or 1) * 0.08
    return low - room, high + room


def _step(years: tuple[int, int]) -> int:
    return max(1, -(-(years[1] - years[0]) // 9))
