"""The interactive charts of the offline page: blocks in, the data and layout that plotly.js draws out.

A gap stays a gap, also where a series breaks; every text is escaped, for plotly reads some markup.
"""

import html
from collections.abc import Sequence
from typing import Any

from etl.sentences import number
from etl.words import read_words
from reports.blocks import LineChart, Ranking
from reports.lettering import ems
from reports.plain import plain_text
from reports.scales import eras

ACCENT, FAINT, QUIET, RED, INK, GRID = "#1F4E79", "#B9C3CE", "#5F6B7A", "#B3261E", "#1B2430", "#E3E7EC"
FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'

_LINE_HEIGHT = 380
_BAR_HEIGHT = 30
_EM = 13  # of the words in a chart

Figure = dict[str, Any]


def text(words: Any) -> str:
    """Words that can stand in HTML, and in plotly's texts, which know some tags."""
    return html.escape(plain_text(str(words)))


def line(chart: LineChart) -> Figure:
    """One indicator over the years: the place that is meant above the others, with target, path and outlook."""
    years = list(chart.years)
    traces = [
        _trace(each.name, years, each.values, FAINT, width=1.2, unit=chart.unit)
        for each in chart.series
        if not each.emphasis
    ]
    for each in (each for each in chart.series if each.emphasis):
        parts = eras(years, each.values, breaks=chart.breaks)
        for begun, values in parts:
            name = f"{each.name}（{begun}年起口径变化）" if begun else each.name
            own = _trace(name, years, values, ACCENT, width=2.6, unit=chart.unit)
            traces.append({**own, **_last_figure(values), "mode": "lines+markers+text"})
    extra = (
        ("序时进度", chart.path, QUIET, "solid", 1.0),
        ("按近年变化推算", chart.outlook, ACCENT, "dot", 1.6),
        (chart.target_words or "目标", chart.target, RED, "dash", 1.6),
    )
    traces += [
        _trace(name, years, values, colour, width=width, unit=chart.unit, dash=dash)
        for name, values, colour, dash, width in extra
        if any(value is not None for value in values)
    ]
    layout = _layout(chart.title, unit=chart.unit, height=_LINE_HEIGHT)
    layout["showlegend"] = True
    layout["xaxis"] |= {"dtick": 1 if len(years) <= 16 else 5, "tickformat": "d", "separatethousands": False}
    layout["shapes"] = [_upright(year - 0.5, QUIET) for year in chart.breaks]
    layout["annotations"] = [
        {**_words("口径变化", QUIET), "x": year - 0.5, "y": 1, "xanchor": "left", "yanchor": "bottom"}
        for year in chart.breaks
    ]
    return {"data": traces, "layout": layout}


def bars(ranking: Ranking) -> Figure:
    """Places by rank, bars from zero, the goal as a dashed line across them."""
    lights = read_words().lights
    shown = [bar for bar in ranking.bars if bar.value is not None]
    words = [f"{number(bar.value)} {bar.mark.symbol} {bar.mark.word}" for bar in shown]
    trace = {
        "type": "bar", "orientation": "h", "x": [bar.value for bar in shown],
        "y": [text(f"{bar.rank} {bar.name}") for bar in shown],
        "text": [text(each) for each in words], "textposition": "outside", "cliponaxis": False,
        "marker": {"color": [lights[bar.mark.light].colour for bar in shown]}, "hovertemplate": "%{y}：%{x}<extra></extra>",
    }  # fmt: skip
    layout = _layout(ranking.title, unit=ranking.unit, height=120 + _BAR_HEIGHT * len(shown))
    layout["yaxis"] |= {"autorange": "reversed", "automargin": True}
    layout["xaxis"] |= {"rangemode": "tozero"}
    layout["margin"] |= {"r": min(int(max(map(ems, words), default=0) * _EM) + 20, 220), "t": 80}
    if ranking.goal is not None:
        layout["shapes"] = [{**_upright(ranking.goal, RED), "line": {"color": RED, "width": 1.5, "dash": "dash"}}]
        layout["annotations"] = [
            {**_words(f"目标：{ranking.goal_words}", RED), "x": ranking.goal, "y": 1, "xanchor": "right", "yanchor": "bottom"}
        ]  # fmt: skip
    return {"data": [trace], "layout": layout}


def _trace(
    name: str, years: Sequence[int], values: Sequence[float | None], colour: str, *, width: float, unit: str, dash: str = "solid"
) -> Figure:  # fmt: skip
    return {
        "type": "scatter", "mode": "lines", "name": text(name), "x": years, "y": list(values), "connectgaps": False,
        "line": {"color": colour, "width": width, "dash": dash}, "marker": {"size": 6, "color": colour},
        "hovertemplate": f"{text(name)} %{{x}}年：%{{y}}{text(unit)}<extra></extra>",
    }  # fmt: skip


def _last_figure(values: Sequence[float | None]) -> Figure:
    """The last figure is written at the end of its line."""
    last = max(at for at, value in enumerate(values) if value is not None)
    words = [number(value) if at == last else "" for at, value in enumerate(values)]
    return {"text": words, "textposition": "top center", "textfont": {"color": ACCENT, "size": 14}, "cliponaxis": False}


def _upright(at: float, colour: str) -> Figure:
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": 1},
    }


def _words(words: str, colour: str) -> Figure:
    return {"text": text(words), "yref": "paper", "showarrow": False, "font": {"size": 12, "color": colour}}


def _layout(title: str, *, unit: str, height: int) -> Figure:
    grid = {
        "gridcolor": GRID, "zeroline": False, "linecolor": QUIET, "exponentformat": "none", "separatethousands": True,
    }  # fmt: skip
    headed = f"{title}（{unit}）" if unit else title
    return {
        "title": {"text": text(headed), "x": 0, "xanchor": "left", "font": {"size": 15}}, "height": height, "hovermode": "closest",
        "font": {"family": FONT.replace('"', "'"), "size": _EM, "color": INK}, "paper_bgcolor": "#fff", "plot_bgcolor": "#fff",
        "margin": {"l": 60, "r": 30, "t": 60, "b": 50}, "xaxis": dict(grid), "yaxis": dict(grid),
        "legend": {"orientation": "h", "y": -0.16}, "showlegend": False, "dragmode": False,
    }  # fmt: skip
