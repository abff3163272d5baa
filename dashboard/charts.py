"""What all charts share: one layout, one palette for light and one for dark, one configuration, one way onto the page."""

import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from plotly.basedatatypes import BaseFigure

from dashboard.kept import kept
from dashboard.markup import h
from dashboard.pieces import draw

CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "locale": "zh-CN",
    "scrollZoom": False,
    "doubleClick": False,
    "responsive": True,
}

FONTS = "'PingFang SC', 'Microsoft YaHei UI', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"


@dataclass(frozen=True)
class Palette:
    """Colours of lines and words; status colours are not among them."""

    ink: str
    paper: str  # words inside a bar
    accent: str
    quiet: str
    faint: str  # the lines of places nobody picked
    grid: str
    beside: tuple[str, ...]  # places picked to be compared


LIGHT = Palette(
    "#1B2430", "#FFFFFF", "#1F4E79", "#55616E", "#C3CAD2", "#E8ECF0", ("#B07D2B", "#4F8A8B", "#6B5B95", "#8C5E58")
)
DARK = Palette(
    "#E6EAEF", "#12171E", "#8AB8E6", "#A7B0BC", "#46515C", "#262E37", ("#D9AE5F", "#7CC0BF", "#A99AD1", "#C59A93")
)


def palette() -> Palette:
    """The palette of the theme that the reader's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def axis(colours: Palette) -> dict[str, Any]:
    """What every axis has."""
    return {"showgrid": False, "zeroline": False, "fixedrange": True, "tickfont": {"size": 13, "color": colours.quiet}}


def layout(colours: Palette, **more: Any) -> dict[str, Any]:
    """The one layout of every chart; `more` adds what a chart alone needs."""
    return {
        "font": {"family": FONTS, "size": 13, "color": colours.ink},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {
            **axis(colours),
            "tickformat": "d",
            "linecolor": colours.quiet,
            "showline": True,
            "ticks": "outside",
            "ticklen": 4,
        },
        "yaxis": {**axis(colours), "showgrid": True, "gridcolor": colours.grid, "automargin": True},
        **more,
    }


def safe(text: str) -> str:
    """Text for a chart: Plotly reads some HTML in its labels, and data must not be read as HTML."""
    return html.escape(text, quote=False)


def drawn(make: Callable[..., go.Figure], *args: Any, **named: Any) -> str:
    """The chart that `make` draws, as Plotly writes it, from memory where it was drawn of the very same before (kept.py)."""
    return kept(_written, make, *args, **named)


def _written(make: Callable[..., go.Figure], *args: Any, **named: Any) -> str:
    written: str = make(*args, **named).to_json()
    return written


class _Written(BaseFigure):  # type: ignore[misc]  # Plotly has no types
    """A chart that is written already, for st.plotly_chart, which asks a figure for its dictionary and nothing else.

    A figure is some four hundred objects, and for as long as it is kept Python's collector walks through them all.
    """

    def __init__(self, text: str) -> None:  # nothing of a figure's own is made
        self._text = text

    def to_dict(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self._text)
        return read


def show(chart: str, *, alt: str, key: str, note: str = "") -> None:
    """Put a chart that is `drawn` on the page, with a sentence of what it shows for those who cannot see it, and a note beneath for all."""
    st.plotly_chart(_Written(chart), width="stretch", theme=None, config=CONFIG, key=key, alt=alt)
    if note:
        draw(h("p", note, class_="quiet"))
