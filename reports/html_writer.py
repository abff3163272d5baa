"""One HTML file that opens offline: text and tables as plain HTML, charts interactive, no outside request.

The charts are drawn by the shipped plotly.js basic bundle (reports/assets/); without scripts the
sentence of each chart and every table still tell it. Every text is escaped on its way in.
"""

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from etl.sentences import number
from etl.words import read_words
from reports.blocks import Block, LineChart, Mark, Paragraph, Ranking, Report, Section, SegmentBar, Table
from reports.plain import plain_json, plain_text
from reports.record import canonical
from reports.seal import blank_mark, seal

_ASSETS = Path(__file__).parent / "assets"
_MOST_RECORD = 8_000_000  # bytes of a record that is still attached
_ACCENT, _FAINT, _QUIET, _RED = "#1F4E79", "#B9C3CE", "#5F6B7A", "#B3261E"
_FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:"
_CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "displayModeBar": False,
}
_START = """
const charts = JSON.parse(document.getElementById("charts").textContent);
for (const chart of charts) Plotly.newPlot(chart.id, chart.data, chart.layout, chart.config);
"""


def write(report: Report, record: Mapping[str, Any]) -> bytes:
    """A told report and its record as one self-contained page; the same input gives the same bytes."""
    charts: list[dict[str, Any]] = []
    sections = "".join(_section(section, charts) for section in report.sections)
    attached = canonical(record)
    parts = (
        "<!doctype html>",
        f'<html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta name="description" content="{blank_mark(report.snapshot, report.sha256)}">',
        f"<title>{_text(report.title)}</title><style>{_style(report)}</style></head><body>",
        _head(report), f"<main>{sections}</main>", _foot(report),
        f'<script type="application/json" id="charts">{_json(charts)}</script>',
        f'<script type="application/json" id="record">{_safe(attached.decode())}</script>' if len(attached) <= _MOST_RECORD else "",
        f"<script>{(_ASSETS / 'plotly-basic.min.js').read_text(encoding='utf-8')}</script>" if charts else "",
        f"<script>{_START}</script>" if charts else "",
        "</body></html>",
    )  # fmt: skip
    return seal("\n".join(part for part in parts if part).encode())


def _text(text: Any) -> str:
    return html.escape(plain_text(str(text)))


def _json(value: Any) -> str:
    return _safe(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _safe(text: str) -> str:
    """JSON that can stand inside a script element whatever its strings hold."""
    return plain_json(text).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _head(report: Report) -> str:
    demo = '<p class="demo" role="note">演示数据：全部数字为编造，只供试用。</p>' if report.demo else ""
    about = "　".join(part for part in (report.meeting, report.date, report.issuer) if part)
    return f'<header>{demo}<h1>{_text(report.title)}</h1><p class="quiet">{_text(report.subtitle)}</p><p class="quiet">{_text(about)}</p></header>'


def _foot(report: Report) -> str:
    demo = "演示数据　" if report.demo else ""
    return f'<footer>{demo}{_text(report.cutoff)}　快照 {report.snapshot}　<span class="hash">SHA-256 {report.sha256}</span></footer>'


def _section(section: Section, charts: list[dict[str, Any]]) -> str:
    blocks = "".join(_block(block, charts) for block in section.blocks)
    sources = "".join(f"<li>{_text(source)}</li>" for source in section.sources)
    noted = f"<details><summary>来源</summary><ul>{sources}</ul></details>" if sources else ""
    return f'<section class="{section.kind}"><h2>{_text(section.title)}</h2>{blocks}{noted}</section>'


def _block(block: Block, charts: list[dict[str, Any]]) -> str:
    if isinstance(block, Paragraph):
        return f'<p class="{block.style}">{_text(block.text)}</p>'
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, SegmentBar):
        return _segments(block)
    drawn = _line(block) if isinstance(block, LineChart) else _bars(block)
    name = f"chart-{len(charts) + 1}"
    charts.append({"id": name, "config": _CONFIG, **drawn})
    height = drawn["layout"]["height"]
    return (
        f'<figure><div id="{name}" role="img" aria-label="{_text(block.alternative)}" style="height:{height}px"></div>'
        f"<figcaption>{_text(block.alternative)}</figcaption></figure>"
    )


def _mark(mark: Mark, text: str = "") -> str:
    return f'<span class="mark {mark.light}"><span aria-hidden="true">{_text(mark.symbol)}</span> {_text(text or mark.word)}</span>'


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col" class="{column.align}">{_text(column.title)}{f" <small>{_text(column.unit)}</small>" if column.unit else ""}</th>'
        for column in table.columns
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="{column.align}">{_mark(cell.mark, cell.text.removeprefix(cell.mark.symbol).strip()) if cell.mark else _text(cell.text)}</td>'
            for column, cell in zip(table.columns, cells, strict=True)
        )
        + "</tr>"
        for cells in table.rows
    )
    capped = f"显示前{len(table.rows)}行，共{table.total_rows}行。" if table.total_rows > len(table.rows) else ""
    note = f'<p class="note">{_text(capped + table.note)}</p>' if capped or table.note else ""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{_text(table.title)}"><table><caption>{_text(table.title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}'


def _segments(bar: SegmentBar) -> str:
    """Counts as bars of HTML: lengths to one scale, each part with its number, named below."""
    most = max((sum(part.count for part in parts) for _, parts in bar.rows), default=0) or 1
    rows = "".join(
        f'<div class="heap"><span class="heap-name">{_text(name)}</span><span class="bar">'
        + "".join(
            f'<span class="part {part.mark.light} part-{at}" style="width:{part.count / most * 100:.3f}%" title="{_text(part.name)}{part.count}项">{part.count}</span>'
            for at, part in enumerate(parts)
            if part.count
        )
        + "</span></div>"
        for name, parts in bar.rows
    )
    named = bar.rows[0][1] if bar.rows else ()
    legend = "".join(
        f'<span class="key part-{at} {part.mark.light}"></span>{_text(part.name)}　' for at, part in enumerate(named)
    )
    return f'<div class="heaps" role="img" aria-label="{_text(bar.alternative)}"><p class="caption">{_text(bar.title)}</p>{rows}<p class="quiet">{legend}</p></div>'


def _line(chart: LineChart) -> dict[str, Any]:
    years = list(chart.years)
    traces: list[dict[str, Any]] = [
        _trace(
            series.name,
            years,
            series.values,
            colour=_ACCENT if series.emphasis else _FAINT,
            width=2.6 if series.emphasis else 1.2,
            mode="lines+markers" if series.emphasis else "lines",
            unit=chart.unit,
        )
        for series in sorted(chart.series, key=lambda series: series.emphasis)
    ]
    extra = (
        ("序时进度", chart.path, _QUIET, "solid", 1.0),
        ("按近年变化推算", chart.outlook, _ACCENT, "dot", 1.6),
        (chart.target_words or "目标", chart.target, _RED, "dash", 1.6),
    )
    traces += [
        _trace(name, years, values, colour=colour, width=width, mode="lines", unit=chart.unit, dash=dash)
        for name, values, colour, dash, width in extra
        if any(value is not None for value in values)
    ]
    layout = _layout(chart.title, height=380)
    layout["showlegend"] = True
    layout["xaxis"] |= {"dtick": 1 if len(years) <= 16 else 5, "tickformat": "d", "separatethousands": False}
    layout["yaxis"] |= {"title": {"text": _text(chart.unit), "font": {"size": 12}}}
    layout["shapes"] = [
        {
            "type": "line",
            "x0": year - 0.5,
            "x1": year - 0.5,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": _QUIET, "width": 1},
        }
        for year in chart.breaks
    ]
    layout["annotations"] = [
        {
            "x": year - 0.5,
            "yref": "paper",
            "y": 1,
            "text": "口径变化",
            "showarrow": False,
            "xanchor": "left",
            "font": {"size": 11, "color": _QUIET},
        }
        for year in chart.breaks
    ]
    return {"data": traces, "layout": layout}


def _trace(
    name: str,
    years: Sequence[int],
    values: Sequence[float | None],
    *,
    colour: str,
    width: float,
    mode: str,
    unit: str,
    dash: str = "solid",
) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": mode, "name": _text(name), "x": years, "y": list(values), "connectgaps": False,
        "line": {"color": colour, "width": width, "dash": dash}, "marker": {"size": 6, "color": colour},
        "hovertemplate": f"{_text(name)} %{{x}}年：%{{y}}{_text(unit)}<extra></extra>",
    }  # fmt: skip


def _bars(ranking: Ranking) -> dict[str, Any]:
    lights = read_words().lights
    shown = [bar for bar in ranking.bars if bar.value is not None]
    trace = {
        "type": "bar", "orientation": "h", "x": [bar.value for bar in shown],
        "y": [_text(f"{bar.rank} {bar.name}") for bar in shown],
        "text": [_text(f"{number(bar.value)} {bar.mark.symbol} {bar.mark.word}") for bar in shown], "textposition": "outside", "cliponaxis": False,
        "marker": {"color": [lights[bar.mark.light].colour for bar in shown]}, "hovertemplate": "%{y}：%{x}<extra></extra>",
    }  # fmt: skip
    layout = _layout(ranking.title, height=110 + 30 * len(shown))
    layout["yaxis"] |= {"autorange": "reversed", "automargin": True}
    layout["xaxis"] |= {"rangemode": "tozero", "title": {"text": _text(ranking.unit)}}
    layout["margin"]["r"] = 150
    if ranking.goal is not None:
        layout["shapes"] = [
            {
                "type": "line",
                "x0": ranking.goal,
                "x1": ranking.goal,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": _RED, "width": 1.5, "dash": "dash"},
            }
        ]
        layout["annotations"] = [
            {
                "x": ranking.goal,
                "yref": "paper",
                "y": 1.04,
                "text": _text(ranking.goal_words),
                "showarrow": False,
                "font": {"size": 12, "color": _RED},
            }
        ]
    return {"data": [trace], "layout": layout}


def _layout(title: str, *, height: int) -> dict[str, Any]:
    grid = {
        "gridcolor": "#E3E7EC",
        "zeroline": False,
        "linecolor": _QUIET,
        "exponentformat": "none",
        "separatethousands": True,
    }
    return {
        "title": {"text": _text(title), "x": 0, "xanchor": "left", "font": {"size": 15}}, "height": height, "hovermode": "closest",
        "font": {"family": _FONT.replace('"', "'"), "size": 13, "color": "#1B2430"}, "paper_bgcolor": "#fff", "plot_bgcolor": "#fff",
        "margin": {"l": 60, "r": 30, "t": 60, "b": 50}, "xaxis": dict(grid), "yaxis": dict(grid),
        "legend": {"orientation": "h", "y": -0.16}, "showlegend": False,
    }  # fmt: skip


def _style(report: Report) -> str:
    lights = "".join(
        f".mark.{name} {{ color: {light.colour} }} .part.{name}, .key.{name} {{ background: {light.colour} }}"
        for name, light in read_words().lights.items()
    )
    demo = (
        'body::before { content: "演示数据"; position: fixed; inset: 0; display: grid; place-items: center; font-size: 22vw; color: #1b243010; transform: rotate(-24deg); pointer-events: none }'
        if report.demo
        else ""
    )
    return f"""
{lights}
body {{ font: 16px/1.65 {_FONT}; color: #1b2430; max-width: 68rem; margin: 0 auto; padding: 1.5rem; background: #fff; font-variant-numeric: tabular-nums }}
h1 {{ font-size: 1.7rem; margin: 0 0 .3rem }} h2 {{ font-size: 1.2rem; border-bottom: 2px solid #1b2430; padding-bottom: .3rem; margin: 2.6rem 0 .8rem }}
.quiet, .note, caption, figcaption, footer, small {{ color: {_QUIET}; font-size: .85rem }} .lead {{ font-size: 1.1rem }} .quote {{ border-left: 3px solid #d5dae1; padding-left: .8rem }}
.demo {{ background: #fbf0d9; border: 1px solid #9a6400; padding: .4rem .8rem; font-weight: 600 }}
table {{ border-collapse: collapse; width: 100%; font-size: .9rem }} caption {{ text-align: left }} th, td {{ text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid #d5dae1 }}
thead th {{ position: sticky; top: 0; background: #fff; color: {_QUIET}; font-weight: 400; border-bottom: 1px solid #1b2430 }} .right {{ text-align: right; white-space: nowrap }} .centre {{ text-align: center }}
.mark {{ font-weight: 600; white-space: nowrap }} .scroll {{ overflow-x: auto; max-height: 34rem; overflow-y: auto; margin: .6rem 0 }} figure {{ margin: .8rem 0 }}
.heap {{ display: flex; align-items: center; gap: .8rem; margin: .25rem 0 }} .heap-name {{ flex: 0 0 11rem; font-size: .9rem }} .bar {{ flex: 1; display: flex }}
.part {{ color: #fff; text-align: center; font-size: .8rem; font-weight: 600; min-width: 1.4rem; border-right: 2px solid #fff; box-sizing: border-box }}
.part.part-2, .part.part-3, .key.part-2, .key.part-3 {{ background-image: repeating-linear-gradient(135deg, #ffffff33 0 4px, transparent 4px 8px) }} .part.part-4, .key.part-4 {{ background: #fff; color: #1b2430; border: 1px solid {_QUIET} }}
.key {{ display: inline-block; width: .8em; height: .8em; margin-right: .3em }} footer {{ border-top: 1px solid #d5dae1; margin-top: 3rem; padding-top: .8rem }} .hash {{ overflow-wrap: anywhere }}
@media print {{ .scroll {{ max-height: none; overflow: visible }} section {{ break-inside: avoid-page }} }}
@media (max-width: 640px) {{ body {{ padding: .8rem }} .heap {{ display: block }} }}
{demo}"""
