"""The timeline of tasks: how many fall due in each quarter or year and how they stand, as a chart and as a table beside it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, pieces
from dashboard.ask import Row
from dashboard.kept import kept
from dashboard.markup import Markup
from dashboard.tables import Column, table
from etl import task_sentences as sentences
from etl.words import read_words

_QUARTERS_WITHIN = 3  # years that a timeline shows in quarters
_ORDER = ("green", "yellow", "red", "grey")


def show(lines: Sequence[Row]) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        charts.show(
            charts.drawn(timeline_chart, lines, colours=charts.palette()), alt="任务和步骤按到期时间的柱图，数字见旁边的表", key="timeline",
            note="到期的任务和步骤，按灯分段；只写年份的算在年底；没有到期事项的年份不画，长期坚持和未定时限的不在图上。",
        )  # fmt: skip
    with right:
        pieces.draw(kept(timeline_table, lines))


def lights_of(rows: Iterable[Row]) -> dict[str, int]:
    lights = dict.fromkeys(read_words().lights, 0)
    for row in rows:
        lights[read_words().tasks[row["state"]].light] += 1
    return lights


def timeline(rows: Iterable[Row]) -> list[Row]:
    """Tasks and steps by the quarter or year they are due: period, states (how many of each), lights, tasks, steps.

    Quarters where all fall within a few years; a task of which only the year is named counts at its end.
    """
    dated = sorted((row for row in rows if row["due"] is not None), key=lambda row: row["due"])
    if not dated:
        return []
    in_quarters = dated[-1]["due"].year - dated[0]["due"].year < _QUARTERS_WITHIN
    periods: dict[str, list[Row]] = {}
    for row in dated:
        periods.setdefault(_period(row["due"], in_quarters=in_quarters), []).append(row)
    return [_period_line(period, own) for period, own in periods.items()]


def _period(due: date, *, in_quarters: bool) -> str:
    return f"{due.year}年{(due.month + 2) // 3}季度" if in_quarters else f"{due.year}年"


def _period_line(period: str, rows: Sequence[Row]) -> Row:
    states = dict.fromkeys(read_words().tasks, 0)
    for row in rows:
        states[row["state"]] += 1
    tasks = len(sentences.tasks_only(rows))
    return {"period": period, "states": states, "lights": lights_of(rows), "tasks": tasks, "steps": len(rows) - tasks}


def timeline_chart(lines: Sequence[Row], *, colours: charts.Palette) -> go.Figure:
    """Bars by period, stacked by light; the symbol and number stand in the bar, the states in words on hover."""
    lights, dark = read_words().lights, colours is charts.DARK
    traces = [
        {
            "type": "bar",
            "x": [line["period"] for line in lines],
            "y": [line["lights"][light] for line in lines],
            "name": lights[light].word,
            "marker": {"color": lights[light].colour_dark if dark else lights[light].colour, "line": {"width": 0}},
            "text": [
                f"{lights[light].symbol}{line['lights'][light]}" if line["lights"][light] else "" for line in lines
            ],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"color": colours.paper, "size": 12},
            "customdata": [charts.safe(_states_words(line["states"], light)) for line in lines],
            "hovertemplate": f"%{{x}}　{lights[light].symbol} %{{customdata}}<extra></extra>",
        }
        for light in _ORDER
    ]
    look = charts.layout(
        colours, height=min(300 + 10 * len(lines), 440), barmode="stack", bargap=0.35,
        margin={"l": 8, "r": 8, "t": 12, "b": 28}, uniformtext={"minsize": 11, "mode": "hide"},
    )  # fmt: skip

    look["xaxis"] |= {"type": "category", "tickformat": "", "automargin": True}
    return go.Figure({"data": traces, "layout": look})


def _states_words(states: Mapping[str, int], light: str) -> str:
    words = read_words().tasks
    return "、".join(
        f"{words[state].word}{many}项" for state, many in states.items() if many and words[state].light == light
    )


def timeline_table(lines: Sequence[Row]) -> Markup:
    """The same as a table: what the chart shows in colour stands here in words and numbers."""
    lights = read_words().lights
    columns = [
        Column("到期", lambda line: line["period"], look="short"),
        Column("任务", lambda line: line["tasks"] or "", number=True),
        Column("步骤", lambda line: line["steps"] or "", number=True),
        *(_light_column(light, f"{lights[light].symbol} {lights[light].word}") for light in _ORDER),
    ]
    return table(lines, columns, caption="任务和步骤按到期时间")


def _light_column(light: str, head: str) -> Column:
    return Column(head, lambda line: line["lights"][light] or "", number=True)
