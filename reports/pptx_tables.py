"""Native tables on slides: a long one goes on over the next slide under its own heads, none of its rows lost.

Heights are reckoned once a row; the cells are written as XML, for python-pptx takes a millisecond for each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from pptx.util import Emu, Inches, Pt

from etl.words import read_words
from reports.blocks import Cell, Table
from reports.lettering import ems
from reports.office import SANS, fit, marked
from reports.paper_tables import capped_words
from reports.plain import plain_text

POINTS = 12  # of the text in a table, and of the words under it
_SMALLER = (POINTS, 10, 8, 6)  # where one row would not fit on a slide

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_LINE = 1.35  # of the size of the text
_PADDING = Inches(0.1)
_TITLE = Inches(0.315)
_GAP = Inches(0.1)  # below a table
_WIDER = 1.15  # fonts that stand in for ours are wider
_LOST = 0.6  # ems that a line loses at its end, where a number is not parted
_FEW = 3
_ALIGN = {"left": "l", "right": "r", "centre": "ctr"}
_INK, _WHITE, _HEAD, _RULE = "1B2430", "FFFFFF", "1F4E79", "D5DAE1"
_FACES = "".join(f"<a:{script} typeface={quoteattr(SANS)}/>" for script in ("latin", "ea", "cs"))


@dataclass(frozen=True)
class Part:
    """What one slide shows of a table; widths and heights (of the heads first) in EMU."""

    table: Table
    widths: tuple[int, ...]
    heights: tuple[int, ...]
    note: str  # under the last part: what was left out, and the table's own note
    points: int

    @property
    def height(self) -> int:
        return _TITLE + sum(self.heights) + _note_height(self.note, sum(self.widths)) + _GAP


def line_count(text: str, width: float, *, points: float = POINTS) -> int:
    """The lines that a text needs in `width` EMU."""
    room, needed = width / Pt(points), ems(text) * _WIDER
    return 1 if needed <= room else int(-(-needed // max(room - _LOST, 1.0)))


def dealt(table: Table, *, width: int, first: int, whole: int) -> Iterator[Part]:
    """A table as parts that fit on slides of the height `whole`; the heads repeat.

    It begins in the room that is left (`first`) if that holds a few rows, else on the next slide.
    """
    table, shares, _ = fit(table, width=width / Pt(1), size=POINTS * _WIDER)
    widths = tuple(int(width * each / sum(shares)) for each in shares)
    heads = tuple(Cell(column.title + (f"（{column.unit}）" if column.unit else "")) for column in table.columns)
    note = capped_words(len(table.rows), table.total_rows) + table.note
    for points in _SMALLER:
        top, *heights = (_row_height(cells, widths, points) for cells in (heads, *table.rows))
        if _TITLE + top + max(heights, default=0) + _GAP <= whole:
            break
    frame, below = _TITLE + top + _GAP, _note_height(note, width)
    everything = frame + sum(heights) + below
    counts = _counts(heights, first=first if first >= min(Inches(2.2), everything) else whole, whole=whole, frame=frame, last=below)  # fmt: skip
    at = 0
    for number, count in enumerate(counts, 1):
        rows, tall = table.rows[at : at + count], heights[at : at + count]
        yield Part(
            Table(table.title, table.columns, rows, len(rows)), widths, (top, *tall), note if number == len(counts) else "", points
        )  # fmt: skip
        at += count


def _counts(heights: list[int], *, first: int, whole: int, frame: int, last: int) -> list[int]:
    """How many rows stand on each slide."""
    counts, room = [0], first - frame
    for at, height in enumerate(heights, 1):
        if counts[-1] and height + (last if at == len(heights) else 0) > room:
            counts.append(0)
            room = whole - frame
        counts[-1] += 1
        room -= height
    if len(counts) > 1 and counts[-1] < _FEW:  # two rows alone on a slide look lost
        both = counts[-2] + counts[-1]
        half = (both + 1) // 2
        if frame + sum(heights[len(heights) - (both - half) :]) + last <= whole:
            counts[-2:] = [half, both - half]
    return counts


def _row_height(cells: tuple[Cell, ...], widths: tuple[int, ...], points: int) -> int:
    lines = (
        line_count(marked(cell), width - _PADDING, points=points) for cell, width in zip(cells, widths, strict=True)
    )
    return int(Pt(points) * _LINE * max(lines) + _PADDING)


def _note_height(note: str, width: int) -> int:
    return int(line_count(note, width) * Pt(POINTS) * _LINE + _PADDING) if note else 0


def add_part(slide: Any, part: Part, *, left: int, top: int) -> int:
    """The part as a native table; gives where the words below it go."""
    below = top + _TITLE
    height = sum(part.heights)
    frame = slide.shapes.add_table(1, 1, left, Emu(below), Emu(sum(part.widths)), Emu(height))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain_text(part.table.title))
    empty = frame._element.graphic.graphicData.tbl
    empty.getparent().replace(empty, etree.fromstring(_xml(part)))
    return below + height + int(_PADDING / 2)


def _xml(part: Part) -> str:
    aligned = [_ALIGN[column.align] for column in part.table.columns]
    heads = [column.title + (f"（{column.unit}）" if column.unit else "") for column in part.table.columns]
    size = part.points * 100
    grid = "".join(f'<a:gridCol w="{width}"/>' for width in part.widths)
    rows = [_row([_cell(text, align, size=size, ink=_WHITE, fill=_HEAD, bold=True) for text, align in zip(heads, aligned, strict=True)], part.heights[0])]  # fmt: skip
    lights = read_words().lights
    for cells, height in zip(part.table.rows, part.heights[1:], strict=True):
        drawn = []
        for cell, align in zip(cells, aligned, strict=True):
            light = lights[cell.mark.light] if cell.mark else None
            ink, fill = (light.colour[1:], light.soft[1:7]) if light else (_INK, "")
            drawn.append(_cell(marked(cell), align, size=size, ink=ink, fill=fill, bold=light is not None))
        rows.append(_row(drawn, height))
    return f'<a:tbl xmlns:a="{_A}"><a:tblPr firstRow="1"/><a:tblGrid>{grid}</a:tblGrid>{"".join(rows)}</a:tbl>'


def _row(cells: list[str], height: int) -> str:
    return f'<a:tr h="{height}">{"".join(cells)}</a:tr>'


def _cell(text: str, align: str, *, size: int, ink: str, fill: str, bold: bool) -> str:
    """A cell with a hairline above and below, so that rows are told apart without colour."""
    pad = int(_PADDING / 2)
    rules = "".join(
        f'<a:{side} w="6350"><a:solidFill><a:srgbClr val="{_RULE}"/></a:solidFill></a:{side}>' for side in ("lnT", "lnB")
    )  # fmt: skip
    shade = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else "<a:noFill/>"
    paragraphs = "".join(
        f'<a:p><a:pPr algn="{align}"/><a:r><a:rPr lang="zh-CN" sz="{size}" b="{int(bold)}">'
        f'<a:solidFill><a:srgbClr val="{ink}"/></a:solidFill>{_FACES}</a:rPr><a:t>{escape(line)}</a:t></a:r></a:p>'
        for line in plain_text(text).split("\n")
    )
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</a:txBody>"
        f'<a:tcPr marL="{pad}" marR="{pad}" marT="{pad}" marB="{pad}" anchor="t">{rules}{shade}</a:tcPr></a:tc>'
    )
