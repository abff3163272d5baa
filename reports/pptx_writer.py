"""Slides, 16:9: one message a slide as its title, native charts and tables, notes with the sources.

Long tables go on over further slides; what a slide cannot hold is never cut silently. Every slide
carries data cut-off, snapshot and hash, and 演示数据 where it is so.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from etl.words import read_words
from reports.blocks import Block, Cell, LineChart, Paragraph, Ranking, Report, Section, SegmentBar, Table
from reports.lettering import ems
from reports.native_charts import ACCENT, QUIET, add_chart
from reports.office import finish, fit, marked, set_typeface
from reports.plain import plain_text

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_LEFT, _ROOM = Inches(0.6), Inches(12.13)
_TOP, _BOTTOM = Inches(1.5), Inches(6.85)
_INK = RGBColor.from_string("1B2430")
_CELL_POINTS = 12
_LINE = Inches(0.225)  # a line of a table at that size
_PADDING = Inches(0.1)
_FEW = 3
_PROPERTY = 255  # characters that a document property holds
_WIDER = 1.07  # fonts that stand in for ours are wider
_MISSING_LINE = Inches(0.35)
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
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
    about.title, about.author, about.last_modified_by = (
        plain_text(text)[:_PROPERTY] for text in (report.title, report.issuer, report.issuer)
    )
    about.language, about.comments = "zh-CN", plain_text(_foot(report))[:_PROPERTY]


def _foot(report: Report) -> str:
    demo = "演示数据　" if report.demo else ""
    return f"{demo}{report.cutoff}　快照 {report.snapshot}　{report.sha256[:16]}"


def _cover(deck: Any, report: Report) -> None:
    slide = _slide(deck, report.title, report, points=40, top=Inches(2.3))
    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, _LEFT, Inches(3.45), Inches(1.6), Inches(0.06))
    bar.fill.solid()
    bar.fill.fore_color.rgb = ACCENT
    bar.line.fill.background()
    lines = [report.subtitle, *(part for part in (report.meeting, report.date, report.issuer) if part)]
    if report.demo:
        lines.insert(0, "演示数据：全部数字为编造，只供试用")
    _text_box(
        slide, "\n".join(lines), left=_LEFT, top=Inches(3.9), width=_ROOM, height=Inches(2), points=20, colour=QUIET
    )


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
    """Blocks dealt onto slides in their order; a table goes on over the next, a chart takes what is left."""
    page: list[Block] = []
    for block in blocks:
        if isinstance(block, Table):
            for at, part in enumerate(_cut(_fitted(block), first=_room(page))):
                if at or (page and _needs(part) > _room(page)):
                    yield page
                    page = []
                page.append(part)
            continue
        if page and _needs(block) > _room(page):
            yield page
            page = []
        page.append(block)
    if page:
        yield page


def _room(page: Sequence[Block]) -> int:
    return int(_BOTTOM - _TOP - sum(_needs(block) for block in page))


def _needs(block: Block) -> int:
    """The least height of a block on a slide."""
    if isinstance(block, Paragraph):
        return _paragraph_height(block)
    if isinstance(block, Table):
        return _table_height(block)
    if isinstance(block, SegmentBar):
        return int(Inches(1.0) + Inches(0.34) * len(block.rows))
    below = _MISSING_LINE if isinstance(block, Ranking) and block.missing else 0
    rows = len(block.bars) if isinstance(block, Ranking) else 0
    return int(min(max(Inches(2.9), Inches(0.8) + Inches(0.24) * rows), _BOTTOM - _TOP) + below)


def _most(block: Block) -> int:
    """The height beyond which a chart only grows thick."""
    if isinstance(block, SegmentBar):
        return int(Inches(1.0) + Inches(0.8) * len(block.rows))
    return int(_BOTTOM - _TOP)


def _points(paragraph: Paragraph) -> int:
    return {"lead": 20, "note": 12}.get(paragraph.style, 16)


def _paragraph_height(paragraph: Paragraph) -> int:
    points = _points(paragraph)
    lines = -(-ems(paragraph.text) * _WIDER * points // (_ROOM / 12700))
    return int(Pt(points * 1.35) * lines + Inches(0.12))


def _fitted(table: Table) -> Table:
    """The table without empty columns, its widths set by what stands in them."""
    table, widths, _ = fit(table, width=_ROOM / Pt(1), size=_CELL_POINTS)
    return replace(
        table, columns=tuple(replace(column, width=width) for column, width in zip(table.columns, widths, strict=True))
    )


def _cut(table: Table, *, first: int) -> Iterator[Table]:
    """A table as parts that fit on slides, none of its rows lost; the heading repeats.

    It begins in the room that is left (`first`) if that holds a few rows, else on the next slide.
    """
    left_out = table.total_rows - len(table.rows)
    note = (f"显示前{len(table.rows)}行，共{table.total_rows}行。" if left_out > 0 else "") + table.note
    whole = int(_BOTTOM - _TOP)
    room = first if first >= min(Inches(2.2), _table_height(replace(table, note=note))) else whole
    parts: list[list[tuple[Cell, ...]]] = [[]]
    for at, row in enumerate(table.rows, 1):
        last = note if at == len(table.rows) else ""
        if parts[-1] and _table_height(replace(table, rows=(*parts[-1], row), note=last)) > room:
            parts.append([])
            room = whole
        parts[-1].append(row)
    if len(parts) > 1 and len(parts[-1]) < _FEW:  # two rows alone on a slide look lost
        both = parts[-2] + parts[-1]
        half = (len(both) + 1) // 2
        if _table_height(replace(table, rows=tuple(both[half:]), note=note)) <= whole:
            parts[-2:] = [both[:half], both[half:]]
    for rows in parts[:-1]:
        yield Table(table.title, table.columns, tuple(rows), len(rows))
    yield Table(table.title, table.columns, tuple(parts[-1]), len(parts[-1]), note)


def _table_height(table: Table) -> int:
    widths = _widths(table)
    rows = sum(_row_height([cell.text for cell in cells], widths) for cells in _lettered(table))
    note = _line_count(table.note, _ROOM) * _LINE + _PADDING if table.note else 0
    return int(rows + note + _LINE * 1.4 + _PADDING)


def _lettered(table: Table) -> list[tuple[Cell, ...]]:
    """The rows as they are written, heads first, symbols in place."""
    heads = tuple(Cell(column.title + (f"（{column.unit}）" if column.unit else "")) for column in table.columns)
    return [heads, *(tuple(replace(cell, text=marked(cell)) for cell in row) for row in table.rows)]


def _widths(table: Table) -> list[int]:
    total = sum(column.width for column in table.columns)
    return [int(_ROOM * column.width / total) for column in table.columns]


def _row_height(texts: Sequence[str], widths: Sequence[int]) -> int:
    lines = (_line_count(text, width - 2 * _PADDING) for text, width in zip(texts, widths, strict=True))
    return int(_LINE * max([1, *lines]) + _PADDING)


def _line_count(text: str, width: float) -> int:
    return int(-(-(ems(text) + 0.5) * _CELL_POINTS * 12700 // max(width, 1)))


def _fill(slide: Any, blocks: Sequence[Block]) -> None:
    top = int(_TOP)
    charts = sum(1 for block in blocks if not isinstance(block, Paragraph | Table))
    spare = max(_room(blocks), 0) // max(charts, 1)
    for block in blocks:
        height = _needs(block)
        if isinstance(block, Paragraph):
            _text_box(
                slide,
                block.text,
                left=_LEFT,
                top=top,
                width=_ROOM,
                height=height,
                points=_points(block),
                colour=QUIET if block.style == "note" else _INK,
            )
        elif isinstance(block, Table):
            _table(slide, block, top=top)
        else:
            height = max(height, min(height + spare, _most(block)))
            _chart(slide, block, top=top, height=height)
        top += height


def _chart(slide: Any, block: LineChart | Ranking | SegmentBar, *, top: int, height: int) -> None:
    missing = block.missing if isinstance(block, Ranking) else ()
    below = _MISSING_LINE if missing else 0
    add_chart(slide.shapes, block, left=_LEFT, top=top, width=_ROOM, height=int(height - below))
    if missing:
        _text_box(
            slide,
            f"暂无数据：{'、'.join(missing)}",
            left=_LEFT,
            top=top + height - below,
            width=_ROOM,
            height=below,
            points=12,
            colour=QUIET,
        )


def _table(slide: Any, table: Table, *, top: int) -> None:
    widths, lettered = _widths(table), _lettered(table)
    _text_box(slide, table.title, left=_LEFT, top=top, width=_ROOM, height=_LINE, points=12, colour=QUIET)
    frame = slide.shapes.add_table(
        len(lettered), len(table.columns), _LEFT, Emu(top + int(_LINE * 1.4)), _ROOM, Inches(0.3)
    )
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain_text(table.title))
    native = frame.table
    native.horz_banding = False
    for column, width in zip(native.columns, widths, strict=True):
        column.width = Emu(width)
    for at, cells in enumerate(lettered):
        native.rows[at].height = Emu(_row_height([cell.text for cell in cells], widths))
        for column, (cell, drawn) in enumerate(zip(cells, native.rows[at].cells, strict=True)):
            _write_cell(drawn, cell, align=_ALIGN[table.columns[column].align], head=at == 0)
    if table.note:
        below = top + _table_height(table) - _line_count(table.note, _ROOM) * _LINE - _PADDING // 2
        _text_box(slide, table.note, left=_LEFT, top=below, width=_ROOM, height=_LINE, points=12, colour=QUIET)


def _write_cell(drawn: Any, cell: Cell, *, align: Any, head: bool) -> None:
    drawn.margin_left = drawn.margin_right = drawn.margin_top = drawn.margin_bottom = int(_PADDING / 2)
    drawn.vertical_anchor = MSO_ANCHOR.TOP
    drawn.fill.solid()
    drawn.fill.fore_color.rgb = ACCENT if head else RGBColor(255, 255, 255)
    colour = RGBColor(255, 255, 255) if head else _INK
    if cell.mark is not None:
        light = read_words().lights[cell.mark.light]
        colour = RGBColor.from_string(light.colour[1:])
        drawn.fill.fore_color.rgb = RGBColor.from_string(light.soft[1:7])
    _rule_below(drawn)
    _write(
        drawn.text_frame, cell.text, points=_CELL_POINTS, colour=colour, bold=head or cell.mark is not None, align=align
    )


def _rule_below(drawn: Any) -> None:
    """A hairline under the cell, so that rows are told apart without colour."""
    line = etree.fromstring(
        f'<a:lnB xmlns:a="{_A}" w="6350"><a:solidFill><a:srgbClr val="D5DAE1"/></a:solidFill></a:lnB>'
    )
    drawn._tc.get_or_add_tcPr().insert(0, line)


def _slide(deck: Any, title: str, report: Report, *, points: int = 26, top: int = Inches(0.4)) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = _LEFT, Emu(int(top)), _ROOM, Inches(1.0)
    shape.text_frame.word_wrap = True
    shape.text_frame.margin_left = shape.text_frame.margin_right = 0
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _write(
        shape.text_frame, title, points=_title_points(title, most=points), colour=ACCENT, bold=True, align=PP_ALIGN.LEFT
    )
    _text_box(
        slide,
        _foot(report),
        left=_LEFT,
        top=Inches(7.05),
        width=Inches(11),
        height=Inches(0.3),
        points=10,
        colour=QUIET,
    )
    return slide


def _title_points(title: str, *, most: int) -> int:
    """The size at which a title keeps to its inch: two lines as a rule, more for one that is very long."""
    wide = ems(title) * _WIDER
    return next((size for size in range(most, 8, -1) if -(-wide * size // (_ROOM / Pt(1))) * size * 1.25 <= 72), 8)


def _number_pages(deck: Any) -> None:
    for number, slide in enumerate(deck.slides, 1):
        _text_box(
            slide,
            f"{number}/{len(deck.slides)}",
            left=Inches(11.7),
            top=Inches(7.05),
            width=Inches(1.03),
            height=Inches(0.3),
            points=10,
            colour=QUIET,
            align=PP_ALIGN.RIGHT,
        )


def _text_box(
    slide: Any,
    text: str,
    *,
    left: int,
    top: int,
    width: int,
    height: int,
    points: int,
    colour: RGBColor,
    align: Any = PP_ALIGN.LEFT,
) -> None:
    frame = slide.shapes.add_textbox(Emu(int(left)), Emu(int(top)), Emu(int(width)), Emu(int(height))).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    _write(frame, text, points=points, colour=colour, align=align)


def _write(
    frame: Any, text: str, *, points: int, colour: RGBColor, bold: bool = False, align: Any = PP_ALIGN.LEFT
) -> None:
    for at, line in enumerate(plain_text(text).split("\n")):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.alignment = align
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold, run.font.color.rgb = Pt(points), bold, colour
        run.font._element.set("lang", "zh-CN")
        set_typeface(run.font._element)
