"""Slides, 16:9: one message a slide as its title, native charts and tables, notes with the sources.

Long tables go on over further slides; what a slide cannot hold is never cut silently. Every slide
carries data cut-off, snapshot and hash, and 演示数据 where it is so.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from reports.blocks import Block, LineChart, Paragraph, Ranking, Report, Section, SegmentBar, Table
from reports.native_charts import ACCENT, INK, QUIET, add_chart, words_below
from reports.office import finish, set_typeface
from reports.plain import plain_text
from reports.pptx_tables import Part, add_part, dealt, line_count

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_LEFT, _ROOM = Inches(0.6), Inches(12.13)
_TOP, _WHOLE = Inches(1.5), Inches(5.35)
_PROPERTY = 255  # characters that a document property holds

Chart = LineChart | Ranking | SegmentBar
Drawn = Paragraph | Part | Chart


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
    pages = list(_pages(section.blocks)) or [[]]
    for at, blocks in enumerate(pages, 1):
        title = section.title if len(pages) == 1 else f"{section.title}（{at}/{len(pages)}）"
        slide = _slide(deck, title, report)
        _fill(slide, blocks)
        said = [block.alternative for block in blocks if isinstance(block, Chart)]
        notes = [*said, *(["来源："] if section.sources else []), *section.sources, _foot(report)]
        slide.notes_slide.notes_text_frame.text = plain_text("\n".join(note for note in notes if note))


def _pages(blocks: Sequence[Block]) -> Iterator[list[Drawn]]:
    """Blocks dealt onto slides in their order; a table goes on over the next, a chart takes what is left."""
    page: list[Drawn] = []
    for block in blocks:
        if isinstance(block, Table):
            for at, part in enumerate(dealt(block, width=_ROOM, first=_room(page), whole=_WHOLE)):
                if at or (page and part.height > _room(page)):
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


def _room(page: Sequence[Drawn]) -> int:
    return int(_WHOLE - sum(_needs(block) for block in page))


def _needs(block: Drawn) -> int:
    """The least height of a block on a slide."""
    if isinstance(block, Paragraph):
        return _height(block.text, _points(block))
    if isinstance(block, Part):
        return block.height
    below = _words_height(words_below(block, width=_ROOM))
    if isinstance(block, SegmentBar):
        return int(Inches(1.0) + Inches(0.34) * len(block.rows)) + below
    rows = len(block.bars) if isinstance(block, Ranking) else 0
    return int(min(max(Inches(2.9), Inches(0.8) + Inches(0.24) * rows) + below, _WHOLE))


def _most(block: Chart) -> int:
    """The height beyond which a chart only grows thick."""
    if isinstance(block, SegmentBar):
        return int(Inches(1.0) + Inches(0.6) * len(block.rows)) + _words_height(words_below(block, width=_ROOM))
    return _WHOLE


def _points(paragraph: Paragraph) -> int:
    """Smaller where a paragraph would not fit on a slide."""
    most = {"lead": 20, "note": 12}.get(paragraph.style, 16)
    return next((size for size in range(most, 6, -1) if _height(paragraph.text, size) <= _WHOLE), 6)


def _height(text: str, points: int) -> int:
    return int(Pt(points * 1.35) * line_count(text, _ROOM, points=points) + Inches(0.12))


def _fill(slide: Any, blocks: Sequence[Drawn]) -> None:
    top = int(_TOP)
    charts = sum(1 for block in blocks if isinstance(block, Chart))
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
                colour=QUIET if block.style == "note" else INK,
            )
        elif isinstance(block, Part):
            _part(slide, block, top=top)
        else:
            height = max(height, min(height + spare, _most(block)))
            _chart(slide, block, top=top, height=height)
        top += height


def _part(slide: Any, part: Part, *, top: int) -> None:
    _text_box(slide, part.table.title, left=_LEFT, top=top, width=_ROOM, height=Inches(0.225), points=12, colour=QUIET)
    below = add_part(slide, part, left=_LEFT, top=top)
    if part.note:
        _text_box(slide, part.note, left=_LEFT, top=below, width=_ROOM, height=Inches(0.225), points=12, colour=QUIET)


def _chart(slide: Any, block: Chart, *, top: int, height: int) -> None:
    words = words_below(block, width=_ROOM)
    below = _words_height(words)
    add_chart(slide.shapes, block, left=_LEFT, top=top, width=_ROOM, height=int(height - below))
    if words:
        _text_box(
            slide, words, left=_LEFT, top=top + height - below, width=_ROOM, height=below, points=12, colour=QUIET
        )  # fmt: skip


def _words_height(words: str) -> int:
    return _height(words, 12) if words else 0


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
    sizes = range(most, 8, -1)
    return next((size for size in sizes if line_count(title, _ROOM, points=size) * size * 1.25 <= 72), 8)


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
