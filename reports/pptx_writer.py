"""Slides, 16:9: one message a slide as its title, native charts and tables, notes with the sources.

Long tables go on over further slides; what a slide cannot hold is never cut silently. Every slide
carries data cut-off, snapshot and hash, and 演示数据 where it is so.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from etl.words import read_words
from reports.blocks import Block, Cell, LineChart, Paragraph, Ranking, Report, Section, SegmentBar, Table
from reports.lettering import ems
from reports.native_charts import ACCENT, QUIET, add_chart
from reports.office import finish, set_typeface
from reports.plain import plain_text

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_LEFT, _ROOM = Inches(0.6), Inches(12.13)
_TOP, _BOTTOM = Inches(1.5), Inches(6.85)
_INK = RGBColor.from_string("1B2430")
_CELL_POINTS = 12
_LINE = Inches(0.225)  # a line of a table at that size
_PADDING = Inches(0.1)
_ALIGN = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "centre": PP_ALIGN.CENTER}


def write(report: Report, record: Mapping[str, Any]) -> bytes:  # noqa: ARG001  every writer is called alike
    """A told report as a presentation; the same input gives the same bytes."""
    deck = Presentation()
    _widen(deck)
    _properties(deck, report)
    _cover(deck, report)
    for section in report.sections:
        _section(deck, section, report)
    _number_pages(deck)
    out = io.BytesIO()
    deck.save(out)
    return finish(out.getvalue(), snapshot=report.snapshot, sha256=report.sha256)


def _widen(deck: Any) -> None:
    """The 4:3 template as 16:9: master and layouts grow in width with the slide."""
    ratio = _WIDTH / deck.slide_width
    deck.slide_width, deck.slide_height = _WIDTH, _HEIGHT
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.placeholders:
            left, width = shape.left, shape.width
            shape.left, shape.width = Emu(int(left * ratio)), Emu(int(width * ratio))


def _properties(deck: Any, report: Report) -> None:
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = plain_text(report.title), plain_text(report.issuer), plain_text(report.issuer)
    about.language, about.comments = "zh-CN", plain_text(_foot(report))


def _foot(report: Report) -> str:
    demo = "演示数据　" if report.demo else ""
    return f"{demo}{report.cutoff}　快照 {report.snapshot}　{report.sha256[:16]}"


def _cover(deck: Any, report: Report) -> None:
    slide = _slide(deck, report.title, report, points=40, top=Inches(2.3))
    lines = [report.subtitle, *(part for part in (report.meeting, report.date, report.issuer) if part)]
    if report.demo:
        lines.insert(0, "演示数据：全部数字为编造，只供试用")
    _text_box(slide, "\n".join(lines), left=_LEFT, top=Inches(3.9), width=_ROOM, height=Inches(2), points=20, colour=QUIET)


def _section(deck: Any, section: Section, report: Report) -> None:
    """One slide, and as many more as its blocks need, under the same message."""
    pages = list(_pages(section.blocks))
    for at, blocks in enumerate(pages, 1):
        title = section.title if len(pages) == 1 else f"{section.title}（{at}/{len(pages)}）"
        slide = _slide(deck, title, report)
        _fill(slide, blocks)
        said = [block.alternative for block in blocks if isinstance(block, LineChart | Ranking | SegmentBar)]
        notes = [*said, *(["来源："] if section.sources else []), *section.sources, _foot(report)]
        slide.notes_slide.notes_text_frame.text = plain_text("\n".join(note for note in notes if note))


def _pages(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks dealt onto slides: paragraphs go with what follows them, a chart or table fills the rest."""
    waiting: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            if _height(waiting) + _paragraph_height(block) > _BOTTOM - _TOP - Inches(0.1):
                yield waiting
                waiting = []
            waiting.append(block)
            continue
        room = _BOTTOM - _TOP - _height(waiting)
        if room < Inches(2.6):
            yield waiting
            waiting, room = [], _BOTTOM - _TOP
        if isinstance(block, Table):
            for part in _cut(block, first=room):
                yield [*waiting, part]
                waiting = []
        else:
            yield [*waiting, block]
            waiting = []
    if waiting:
        yield waiting


def _height(blocks: Sequence[Block]) -> int:
    return sum(_paragraph_height(block) for block in blocks if isinstance(block, Paragraph))


def _points(paragraph: Paragraph) -> int:
    return {"lead": 20, "note": 12}.get(paragraph.style, 16)


def _paragraph_height(paragraph: Paragraph) -> int:
    points = _points(paragraph)
    lines = -(-ems(paragraph.text) * points // (_ROOM / 12700))
    return int(Pt(points * 1.35) * lines + Inches(0.12))


def _cut(table: Table, *, first: int) -> Iterator[Table]:
    """A table as parts that fit on slides, none of its rows lost; the heading repeats."""
    widths = _widths(table)
    room, rows = first, []
    used = _row_height([column.title + column.unit for column in table.columns], widths) + _LINE * 2
    head = used
    for row in table.rows:
        height = _row_height([cell.text for cell in row], widths)
        if rows and used + height > room:
            yield Table(table.title, table.columns, tuple(rows), len(rows))
            rows, used, room = [], head, _BOTTOM - _TOP
        rows.append(row)
        used += height
    left_out = table.total_rows - len(table.rows)
    note = (f"显示前{len(table.rows)}行，共{table.total_rows}行。" if left_out > 0 else "") + table.note
    yield Table(table.title, table.columns, tuple(rows), len(rows), note)


def _widths(table: Table) -> list[int]:
    total = sum(column.width for column in table.columns)
    return [int(_ROOM * column.width / total) for column in table.columns]


def _row_height(texts: Sequence[str], widths: Sequence[int]) -> int:
    lines = (-(-(ems(text) + 1) * _CELL_POINTS * 12700 // max(width - 2 * _PADDING, 1)) for text, width in zip(texts, widths, strict=True))
    return int(_LINE * max([1, *lines]) + _PADDING)


def _fill(slide: Any, blocks: Sequence[Block]) -> None:
    top = int(_TOP)
    for block in blocks:
        if isinstance(block, Paragraph):
            height = _paragraph_height(block)
            _text_box(slide, block.text, left=_LEFT, top=top, width=_ROOM, height=height, points=_points(block), colour=QUIET if block.style == "note" else _INK)
            top += height
        elif isinstance(block, Table):
            _table(slide, block, top=top)
        else:
            if isinstance(block, Ranking) and block.missing:
                _text_box(slide, f"暂无数据：{'、'.join(block.missing)}", left=_LEFT, top=_BOTTOM - Inches(0.35), width=_ROOM, height=Inches(0.3), points=12, colour=QUIET)
            below = Inches(0.4) if isinstance(block, Ranking) and block.missing else 0
            add_chart(slide.shapes, block, left=_LEFT, top=top, width=_ROOM, height=int(_BOTTOM - top - below))


def _table(slide: Any, table: Table, *, top: int) -> None:
    widths = _widths(table)
    _text_box(slide, table.title, left=_LEFT, top=top, width=_ROOM, height=_LINE, points=12, colour=QUIET)
    frame = slide.shapes.add_table(len(table.rows) + 1, len(table.columns), _LEFT, Emu(top + int(_LINE * 1.4)), _ROOM, Inches(0.3))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain_text(table.title))
    native = frame.table
    native.horz_banding = False
    for column, width in zip(native.columns, widths, strict=True):
        column.width = Emu(width)
    heads = [Cell(column.title + (f"（{column.unit}）" if column.unit else "")) for column in table.columns]
    for at, cells in enumerate((heads, *table.rows)):
        native.rows[at].height = Emu(_row_height([cell.text for cell in cells], widths))
        for column, (cell, drawn) in enumerate(zip(cells, native.rows[at].cells, strict=True)):
            _write_cell(drawn, cell, align=_ALIGN[table.columns[column].align], head=at == 0)
    if table.note:
        _text_box(slide, table.note, left=_LEFT, top=_BOTTOM, width=_ROOM, height=_LINE, points=11, colour=QUIET)


def _write_cell(drawn: Any, cell: Cell, *, align: Any, head: bool) -> None:
    drawn.margin_left = drawn.margin_right = drawn.margin_top = drawn.margin_bottom = int(_PADDING / 2)
    drawn.vertical_anchor = MSO_ANCHOR.TOP
    drawn.fill.solid()
    drawn.fill.fore_color.rgb = ACCENT if head else RGBColor(255, 255, 255)
    text, colour = cell.text, RGBColor(255, 255, 255) if head else _INK
    if cell.mark is not None:
        light = read_words().lights[cell.mark.light]
        colour = RGBColor.from_string(light.colour[1:])
        drawn.fill.fore_color.rgb = RGBColor.from_string(light.soft[1:7])
        text = text if cell.mark.symbol in text else f"{cell.mark.symbol} {text}"
    _write(drawn.text_frame, text, points=_CELL_POINTS, colour=colour, bold=head or cell.mark is not None, align=align)


def _slide(deck: Any, title: str, report: Report, *, points: int = 26, top: int = Inches(0.4)) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = _LEFT, Emu(int(top)), _ROOM, Inches(1.0)
    shape.text_frame.word_wrap = True
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    long = ems(title) * points > _ROOM / 12700 * 1.9
    _write(shape.text_frame, title, points=int(points * 0.72) if long else points, colour=ACCENT, bold=True, align=PP_ALIGN.LEFT)
    _text_box(slide, _foot(report), left=_LEFT, top=Inches(7.05), width=Inches(11), height=Inches(0.3), points=10, colour=QUIET)
    return slide


def _number_pages(deck: Any) -> None:
    for number, slide in enumerate(deck.slides, 1):
        _text_box(slide, f"{number}/{len(deck.slides)}", left=Inches(11.7), top=Inches(7.05), width=Inches(1.03), height=Inches(0.3), points=10, colour=QUIET, align=PP_ALIGN.RIGHT)


def _text_box(slide: Any, text: str, *, left: int, top: int, width: int, height: int, points: int, colour: RGBColor, align: Any = PP_ALIGN.LEFT) -> None:
    frame = slide.shapes.add_textbox(Emu(int(left)), Emu(int(top)), Emu(int(width)), Emu(int(height))).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    _write(frame, text, points=points, colour=colour, align=align)


def _write(frame: Any, text: str, *, points: int, colour: RGBColor, bold: bool = False, align: Any = PP_ALIGN.LEFT) -> None:
    for at, line in enumerate(plain_text(text).split("\n")):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.alignment = align
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold, run.font.color.rgb = Pt(points), bold, colour
        run.font._element.set("lang", "zh-CN")
        set_typeface(run.font._element)
