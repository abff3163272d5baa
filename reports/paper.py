"""A report as the typst templates take it, and the one way they are compiled.

Data go in as JSON and are shown as text: nothing of a report is ever part of a template. The
shipped fonts are the only ones; a warning of the compiler is an error.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from etl.words import read_words
from reports import glyphs, paper_charts, paper_tables
from reports.blocks import Block, LineChart, Paragraph, Ranking, Report, Section, SegmentBar, Table
from reports.glyphs import shown
from reports.lettering import pieces, shorten
from reports.record import Record

ACCENT = "#1F4E79"  # the ink blue of the screens
SIZES = (10.0, 9.5, 9.0, 8.5, 8.0)  # pt of the body: the first that keeps a briefing on its two pages
LEADERS_PAGES = 2

_TEMPLATES = Path(__file__).with_name("typst")
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # of a picture, which says no date
_MM = 72 / 25.4
_MARGIN = 20 * _MM
_RUNNING = 36.0  # ems of a line that every page repeats
_TABLE_SIZE = 0.84  # of the body
_GROUPS = {
    "headline": "总体情况",
    "attention": "需要关注",
    "document": "各文件进展",
    "changes": "与上年相比",
    "tasks": "任务进展",
    "indicator": "重点指标",
    "matrix": "地区对照",
}
_DIGITS = "〇一二三四五六七八九"
_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")


class Unset(ValueError):
    """The pages could not be set; str() says what the typesetter said."""


@cache
def fonts() -> typst.Fonts:
    """The shipped fonts. Raises Unset when they are not there, rather than set boxes."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[glyphs.FONTS])
    if glyphs.FAMILY not in found.families():
        raise Unset(f"没有找到随项目提供的字体“{glyphs.FAMILY}”（reports/fonts）。")
    return found


def compile(
    template: str,
    *,
    inputs: dict[str, str],
    form: Literal["pdf", "png"],
    ppi: float | None = None,
    dated: datetime = _UNDATED,
) -> list[bytes]:
    """A template of reports/typst with its inputs in; the PDF, or a picture a page, out. Raises Unset."""
    try:
        made, warnings = typst.compile_with_warnings(
            str(_TEMPLATES / template),
            root=str(_TEMPLATES),
            font_paths=fonts(),
            ignore_system_fonts=True,
            format=form,
            ppi=ppi,
            sys_inputs=inputs,
            pdf_standards=["a-3a", "ua-1"] if form == "pdf" else [],
            timestamp=dated,
        )
    except RuntimeError as problem:  # of the typesetter, and of what it cannot open
        raise Unset(f"排版没有完成：{problem}") from problem
    if warnings:
        raise Unset(f"排版时有警告：{'；'.join(str(each) for each in warnings)}")
    several: Any = made  # a list where there are several pictures, which the stub does not say
    return several if isinstance(several, list) else [several]


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def date_of(report: Report, record: Record) -> datetime:
    """The date written into the file: that of the meeting, else the last day of the year looked at; never the clock."""
    year_end = datetime(int(record["choice"]["year"]), 12, 31, tzinfo=UTC)
    found = _DATE.search(report.date)
    if found is None:
        return year_end
    year, month, day = (int(part) for part in found.groups())
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return year_end


# the pages ---------------------------------------------------------------------------------------


def is_wide(report: Report) -> bool:
    """Whether the pages lie on their side: the tables of the data annex have many columns."""
    return any(section.kind == "annex" for section in report.sections)


def is_long(report: Report) -> bool:
    """Whether the pages want a table of contents; the leaders' two pages do not."""
    return is_wide(report) or any(section.kind in ("document", "indicator") for section in report.sections)


def fitted(report: Report, made: Callable[[float], list[bytes]], *, count: Callable[[list[bytes]], int]) -> list[bytes]:
    """What `made` gives for the largest body size that keeps a briefing on its two pages; a long report has one size."""
    for size in SIZES[:1] if is_long(report) else SIZES[:-1]:
        result = made(size)
        if is_long(report) or count(result) <= LEADERS_PAGES:
            return result
    return made(SIZES[-1])


def pages(report: Report, *, size: float, dated: datetime = _UNDATED, mark: str = "") -> dict[str, Any]:
    """The whole report, its body at `size` pt, for report.typ; `dated` and `mark` go into the properties of a PDF."""
    wide = is_wide(report)
    paper = (297 * _MM, 210 * _MM) if wide else (210 * _MM, 297 * _MM)
    width, height = paper[0] - 2 * _MARGIN, paper[1] - 2 * _MARGIN
    most = paper_tables.rows_allowed(
        each for section in report.sections for each in section.blocks if isinstance(each, Table)
    )
    return {
        **_frame(report),
        "size": size,
        "date": [dated.year, dated.month, dated.day],
        "keywords": [mark],
        "wide": wide,
        "contents": is_long(report),
        "sections": [
            {
                **heading,
                "blocks": [block(each, width=width, height=height, size=size, most=most) for each in section.blocks],
                "sources": _sources(section),
            }
            for section, heading in zip(report.sections, _headings(report), strict=True)
        ],
    }


def picture(chart: Block, report: Report, *, width: float) -> dict[str, Any]:
    """One block with its frame, for picture.typ."""
    return {
        **_frame(report, of=chart),
        "width": width,
        "size": 9.5,
        "block": block(chart, width=width, height=10_000, size=9.5),
    }


def block(
    each: Block, *, width: float, height: float, size: float, most: int = paper_tables.MOST_ROWS[0]
) -> dict[str, Any]:
    """One block of a report, for a text area of `width` × `height` pt."""
    match each:
        case Paragraph():
            return {"type": "paragraph", "style": each.style, "text": pieces(shown(each.text))}
        case Table():
            return paper_tables.draw(each, width=width, height=height, size=size * _TABLE_SIZE, most=most)
        case LineChart():
            return paper_charts.line(each, width=width)
        case Ranking():
            return paper_charts.ranking(each, width=width)
        case SegmentBar():
            return paper_charts.segments(each, width=width)


def _frame(report: Report, *, of: Any = None) -> dict[str, Any]:
    """What every page carries, and the colours."""
    lights = read_words().lights
    strange = glyphs.unknown(_texts(report if of is None else of))
    told = glyphs.named(strange)
    return {
        "title": shown(report.title),
        "heading": pieces(shown(report.title)),
        "running": shorten(shown(report.title), _RUNNING),
        "subtitle": pieces(shorten(shown(report.subtitle), _RUNNING)),
        "issuer": shown(report.issuer),
        "office": pieces(shown(report.issuer)),
        "facts": [
            [name, pieces(shown(text))]
            for name, text in (
                ("会议", report.meeting),
                ("日期", report.date),
                ("编制单位", report.issuer),
                ("数据截至", report.cutoff.removeprefix("数据截至")),
            )
            if text
        ],
        "cutoff": shorten(shown(report.cutoff), _RUNNING),
        "snapshot": report.snapshot,
        "hash": report.sha256[:16],
        "demo": read_words().overlays["demo"] if report.demo else "",
        "strange": f"本文件用的字体没有下列字符，均以{glyphs.STAND_IN}代替，原字符见数据附件：{told}。" if told else "",
        "family": glyphs.FAMILY,
        "accent": ACCENT,
        "colours": {light: {"ink": entry.colour, "soft": entry.soft} for light, entry in lights.items()},
    }


def _headings(report: Report) -> list[dict[str, Any]]:
    """Each section's headings: in a long report one a group of sections, and the section's own sentence under it."""
    if not is_long(report):
        return [
            {
                "group": "",
                "number": "" if section.kind == "headline" else f"{_numeral(index)}、",
                "title": pieces(shown(section.title)),
                "kind": section.kind,
            }
            for index, section in enumerate(report.sections)
        ]
    made, groups, inside, last = [], 0, 0, ""
    of_kind = [section.kind for section in report.sections]
    for section in report.sections:
        name = _GROUPS.get(section.kind, "")
        starts = not name or section.kind != last
        groups, inside = (groups + 1, 1) if starts else (groups, inside + 1)
        number = (
            f"{_numeral(groups)}、"
            if not name
            else f"（{_numeral(inside)}）"
            if of_kind.count(section.kind) > 1
            else ""
        )
        made.append(
            {
                "group": f"{_numeral(groups)}、{name}" if name and starts else "",
                "number": number,
                "title": pieces(shown(section.title)),
                "kind": section.kind,
                "under": bool(name),
            }
        )
        last = section.kind
    return made


def _numeral(number: int) -> str:
    """1 to 99 as 一、十二、二十一."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
        _DIGITS[ones] if ones or not tens else ""
    )


def _sources(section: Section, *, most: int = 6) -> Any:
    """The sources under a section; beyond `most`, how many there are."""
    if not section.sources:
        return ""
    told = "；".join(shown(each) for each in section.sources[:most])
    rest = f"等{len(section.sources)}种，见“文件、数据来源与批次”" if len(section.sources) > most else ""
    return pieces(f"来源：{told}{rest}。")


def _texts(value: Any) -> Iterator[str]:
    """Every text of a report, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Table):  # thousands of cells: the quick way
        yield from (value.title, value.note)
        yield from (text for column in value.columns for text in (column.title, column.unit))
        yield from (cell.text for row in value.rows for cell in row)
        yield from {cell.mark.word for row in value.rows for cell in row if cell.mark}
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))
