"""One HTML file that opens offline: text and tables as plain HTML, charts interactive, no outside request.

The charts are drawn by the shipped plotly.js basic bundle (reports/assets/); without scripts the
sentence of each chart and every table still tell it. Every text is escaped on its way in.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from etl.words import read_words
from reports.blocks import Block, Cell, LineChart, Mark, Paragraph, Report, Section, Segment, SegmentBar, Table
from reports.html_charts import FONT, QUIET, bars, line, text
from reports.lettering import ems
from reports.paper_tables import capped_words, filled_columns
from reports.plain import plain_json
from reports.record import canonical
from reports.seal import blank_mark, seal

_ASSETS = Path(__file__).parent / "assets"
_MOST_RECORD = 8_000_000  # bytes of a record that is still attached
_LONG = 30  # rows beyond which a table scrolls in a window of its own
_SHORT = 7  # ems of a cell that is never parted
_COLUMN = 6  # rem that a column has at least: on a phone a table is pushed sideways, not squeezed
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
    content = canonical(record)
    attached = len(content) <= _MOST_RECORD
    parts = (
        "<!doctype html>",
        f'<html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta name="description" content="{blank_mark(report.snapshot, report.sha256)}">',
        f"<title>{text(report.title)}</title><style>{_style(report)}</style></head><body>",
        _head(report), f"<main>{sections}</main>", _foot(report, attached=attached),
        f'<script type="application/json" id="charts">{_json(charts)}</script>',
        f'<script type="application/json" id="record">{_safe(content.decode())}</script>' if attached else "",
        f"<script>{(_ASSETS / 'plotly-basic.min.js').read_text(encoding='utf-8')}</script>" if charts else "",
        f"<script>{_START}</script>" if charts else "",
        "</body></html>",
    )  # fmt: skip
    return seal("\n".join(part for part in parts if part).encode())


def _json(value: Any) -> str:
    return _safe(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _safe(content: str) -> str:
    """JSON that can stand inside a script element whatever its strings hold."""
    return plain_json(content).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _head(report: Report) -> str:
    demo = '<p class="demo" role="note">演示数据：全部数字为编造，只供试用。</p>' if report.demo else ""
    about = "　".join(part for part in (report.meeting, report.date, report.issuer) if part)
    return f'<header>{demo}<h1>{text(report.title)}</h1><p class="quiet">{text(report.subtitle)}</p><p class="quiet">{text(about)}</p></header>'


def _foot(report: Report, *, attached: bool) -> str:
    demo = "演示数据　" if report.demo else ""
    left = "" if attached else "<br>完整记录太大，没有附在本页里，见数据工作簿和开放数据。"
    return f'<footer>{demo}{text(report.cutoff)}　快照 {report.snapshot}　<span class="hash">SHA-256 {report.sha256}</span>{left}</footer>'


def _section(section: Section, charts: list[dict[str, Any]]) -> str:
    blocks = "".join(_block(block, charts) for block in section.blocks)
    sources = "".join(f"<li>{text(source)}</li>" for source in section.sources)
    noted = f"<details><summary>来源</summary><ul>{sources}</ul></details>" if sources else ""
    return f'<section class="{section.kind}"><h2>{text(section.title)}</h2>{blocks}{noted}</section>'


def _block(block: Block, charts: list[dict[str, Any]]) -> str:
    if isinstance(block, Paragraph):
        return f'<p class="{block.style}">{text(block.text)}</p>'
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, SegmentBar):
        return _segments(block)
    drawn = line(block) if isinstance(block, LineChart) else bars(block)
    missing = () if isinstance(block, LineChart) else block.missing
    name = f"chart-{len(charts) + 1}"
    charts.append({"id": name, "config": _CONFIG, **drawn})
    height = drawn["layout"]["height"]
    return (
        f'<figure><div id="{name}" role="img" aria-label="{text(block.alternative)}" style="height:{height}px"></div>'
        f"<figcaption>{text(block.alternative)}</figcaption></figure>"
        + (f'<p class="note">暂无数据：{text("、".join(missing))}</p>' if missing else "")
    )


def _table(table: Table) -> str:
    """A table without its empty columns; a long one scrolls under its heads."""
    kept = filled_columns(table)
    columns = [table.columns[at] for at in kept]
    head = "".join(
        f'<th scope="col" class="{column.align}">{text(column.title)}{f" <small>{text(column.unit)}</small>" if column.unit else ""}</th>'
        for column in columns
    )
    rows = "".join(f"<tr>{''.join(_cell(row[at], table.columns[at].align) for at in kept)}</tr>" for row in table.rows)
    name, noted = text(table.title), capped_words(len(table.rows), table.total_rows) + table.note
    note = f'<p class="note">{text(noted)}</p>' if noted else ""
    size = "scroll long" if len(table.rows) > _LONG else "scroll"
    return (
        f'<div class="{size}" tabindex="0" role="region" aria-label="{name}"><table style="min-width:{_COLUMN * len(kept)}rem">'
        f"<caption>{name}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}"
    )


def _cell(cell: Cell, align: str) -> str:
    align = f"{align} short" if ems(cell.text) <= _SHORT else align
    if cell.mark is None:
        return f'<td class="{align}">{text(cell.text)}</td>'
    said = cell.text.removeprefix(cell.mark.symbol).strip()
    return f'<td class="{align}">{_mark(cell.mark, said)}</td>'


def _mark(mark: Mark, said: str) -> str:
    return f'<span class="mark {mark.light}"><span aria-hidden="true">{text(mark.symbol)}</span> {text(said or mark.word)}</span>'


def _segments(bar: SegmentBar) -> str:
    """Counts as bars of HTML, each row over the whole width, each part with its number, named below."""
    looks = _looks(bar.rows[0][1] if bar.rows else ())
    rows = "".join(
        f'<div class="heap"><span class="heap-name">{text(name)}　{sum(part.count for part in parts)}项</span><span class="bar">'
        + "".join(
            f'<span class="part {look}" style="flex-grow:{part.count}" title="{text(part.name)}{part.count}项">'
            f"<i>{text(_symbol(part))}</i>{part.count}</span>"
            for look, part in zip(looks, parts, strict=True)
            if part.count
        )
        + "</span></div>"
        for name, parts in bar.rows
    )
    legend = "".join(
        f'<span class="key"><span class="swatch {look}"></span>{text(part.mark.symbol)} {text(part.name)}</span> '
        for look, part in zip(looks, bar.rows[0][1] if bar.rows else (), strict=True)
    )
    return f'<div class="heaps" role="img" aria-label="{text(bar.alternative)}"><p class="caption">{text(bar.title)}</p>{rows}<p class="quiet">{legend}</p></div>'


def _looks(parts: Sequence[Segment]) -> list[str]:
    """A class for each part: its light; the grey ones are told apart as dark, pale and empty."""
    greys = cycle(("dark", "pale", "empty"))
    return [f"grey {next(greys)}" if part.mark.light == "grey" else part.mark.light for part in parts]


def _symbol(part: Segment) -> str:
    return "" if part.mark.symbol == "–" else part.mark.symbol  # before a number it would read as a minus


def _style(report: Report) -> str:
    lights = "".join(
        f".mark.{name} {{ color: {light.colour} }} .part.{name}, .swatch.{name} {{ background: {light.colour} }}"
        for name, light in read_words().lights.items()
    )
    demo = (
        'body::before { content: "演示数据"; position: fixed; inset: 0; display: grid; place-items: center; font-size: 22vw; color: #1b243010; transform: rotate(-24deg); pointer-events: none }'
        if report.demo
        else ""
    )
    return f"""
{lights}
body {{ font: 16px/1.65 {FONT}; color: #1b2430; max-width: 68rem; margin: 0 auto; padding: 1.5rem; background: #fff; font-variant-numeric: tabular-nums }}
h1 {{ font-size: 1.7rem; margin: 0 0 .3rem }} h2 {{ font-size: 1.2rem; border-bottom: 2px solid #1b2430; padding-bottom: .3rem; margin: 2.6rem 0 .8rem }}
.quiet, .note, caption, figcaption, footer, small {{ color: {QUIET}; font-size: .85rem }} .lead {{ font-size: 1.1rem }} .quote {{ border-left: 3px solid #d5dae1; padding-left: .8rem }}
.demo {{ background: #fbf0d9; border: 1px solid #9a6400; padding: .4rem .8rem; font-weight: 600 }}
table {{ border-collapse: collapse; width: 100%; font-size: .9rem }} caption {{ text-align: left }} th, td {{ text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid #d5dae1 }}
thead th {{ position: sticky; top: 0; background: #fff; color: {QUIET}; font-weight: 400; border-bottom: 1px solid #1b2430 }} .right {{ text-align: right }} td.short {{ white-space: nowrap }} .centre {{ text-align: center }}
.mark {{ font-weight: 600 }} .scroll {{ overflow-x: auto; margin: .6rem 0 }} .scroll.long {{ max-height: 34rem; overflow-y: auto }} figure {{ margin: .8rem 0 }}
.heap {{ display: flex; align-items: center; gap: .8rem; margin: .25rem 0 }} .heap-name {{ flex: 0 0 13rem; font-size: .9rem }} .bar {{ flex: 1; display: flex }}
.part {{ flex: 1 1 0; min-width: max-content; padding: 0 .2em; color: #fff; text-align: center; font-size: .8rem; font-weight: 600; border-right: 2px solid #fff; box-sizing: border-box; white-space: nowrap }} .part i {{ font-style: normal; margin-right: .15em }}
.part.pale, .swatch.pale {{ background: #a7b0bc }} .part.empty, .swatch.empty {{ background: #fff }} .part.pale, .part.empty {{ color: #1b2430 }} .part.empty {{ border: 1px solid {QUIET} }}
.key {{ white-space: nowrap; margin-right: .8em }} .swatch {{ display: inline-block; width: .8em; height: .8em; margin-right: .3em; border: 1px solid {QUIET} }} footer {{ border-top: 1px solid #d5dae1; margin-top: 3rem; padding-top: .8rem }} .hash {{ overflow-wrap: anywhere }}
@media print {{ .scroll, .scroll.long {{ max-height: none; overflow: visible }} table {{ min-width: 0 !important }} section {{ break-inside: avoid-page }} }}
@media (max-width: 640px) {{ body {{ padding: .8rem }} .heap {{ display: block }} }}
{demo}"""
