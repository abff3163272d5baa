"""A 通报 draft in the layout of GB/T 9704: A4, title in 小标宋, body in 仿宋 of 16 points, 一、 and （一）.

Tables repeat their heads and cut no row; charts are the native ones of the slides, moved in with the
workbooks behind them. Every page carries data cut-off, snapshot and hash, and 演示数据 where it is so.
"""

import io
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from pptx import Presentation

from reports.blocks import Block, LineChart, Paragraph, Ranking, Report, Section, SegmentBar, Table
from reports.docx_parts import Charts, add_table
from reports.native_charts import words_below
from reports.office import finish
from reports.plain import plain_text

SONG, FANG, HEI, KAI, TITLE = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
_LATIN = "Times New Roman"
_LINE = Pt(28.95)  # 22 lines on a page
_ROOM_MM = 210 - 28 - 26
_INK, _RED = RGBColor(0, 0, 0), RGBColor(0xB3, 0x26, 0x1E)
_NUMERALS = "〇一二三四五六七八九"
_KINDS = {
    "headline": "总体情况", "attention": "需要关注的事项", "changes": "变化情况", "tasks": "任务进展情况", "document": "各文件进展情况", "indicator": "重点指标情况",
    "matrix": "各地对照", "method": "判定方法", "sources": "数据来源", "annex": "数据附表",
}  # fmt: skip


def write(report: Report, record: Mapping[str, Any]) -> bytes:  # noqa: ARG001  every writer is called alike
    """A told report as a Word document; the same input gives the same bytes."""
    draft = _Draft(report)
    draft.opening()
    parts = [(kind, list(sections)) for kind, sections in groupby(report.sections, key=lambda section: section.kind)]
    for number, (kind, sections) in enumerate(parts, 1):
        draft.part(number, _KINDS.get(kind, "其他"), sections)
    draft.closing()
    return finish(draft.saved(), snapshot=report.snapshot, sha256=report.sha256)


class _Draft:
    """A document being written: paragraphs, tables and charts are numbered as they come."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._document = Document()
        self._charts = Charts(self._document.part, Presentation())
        self._tables = 0
        self._prepare()

    def saved(self) -> bytes:
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    def opening(self) -> None:
        """Title, and whom it is for."""
        if self._report.demo:
            self._line(
                "演示数据：全部数字为编造，只供试用", face=HEI, points=14, colour=_RED, align=WD_ALIGN_PARAGRAPH.CENTER
            )
        title = self._line(self._report.title, face=TITLE, points=22, align=WD_ALIGN_PARAGRAPH.CENTER, style="Title")
        title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(29), Pt(14)
        title.paragraph_format.line_spacing = Pt(36)
        self._line(f"（{self._report.subtitle}）", face=KAI, points=16, align=WD_ALIGN_PARAGRAPH.CENTER)
        if self._report.meeting:
            self._line(f"{self._report.meeting}：", face=FANG, points=16)

    def part(self, number: int, name: str, sections: list[Section]) -> None:
        """一、 its one message, or the name of the part and （一） its messages."""
        alone = len(sections) == 1
        self._heading(f"{numeral(number)}、{sections[0].title if alone else name}", level=1)
        for at, section in enumerate(sections, 1):
            if not alone:
                self._heading(f"（{numeral(at)}）{section.title}", level=2)
            for block in section.blocks:
                self._block(block)
            if section.sources:
                self._note(f"来源：{'；'.join(section.sources)}")

    def closing(self) -> None:
        """Issuing unit and date, at the right, two characters from the edge."""
        if self._document.paragraphs:
            self._document.paragraphs[-1].paragraph_format.keep_with_next = True  # never alone on a page
        for text in (self._report.issuer, self._report.date):
            if text:
                line = self._line(text, face=FANG, points=16, align=WD_ALIGN_PARAGRAPH.RIGHT)
                line.paragraph_format.right_indent = Pt(32)
                line.paragraph_format.keep_with_next = text == self._report.issuer

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            if block.style == "note":
                self._note(block.text)
            else:
                self._line(block.text, face=KAI if block.style == "quote" else FANG, points=16, indent=True)
        elif isinstance(block, Table):
            self._table(block)
        else:
            self._chart(block)

    def _table(self, table: Table) -> None:
        self._tables += 1
        self._caption(f"表{self._tables}　{table.title}")
        add_table(self._document, table, room_mm=_ROOM_MM, latin=_LATIN, east=FANG, head=HEI)
        left_out = table.total_rows - len(table.rows)
        capped = f"显示前{len(table.rows)}行，共{table.total_rows}行。" if left_out > 0 else ""
        self._note(capped + table.note)

    def _chart(self, block: LineChart | Ranking | SegmentBar) -> None:
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        width = Mm(_ROOM_MM)
        number = self._charts.add(paragraph, block, width=width, height=Mm(_chart_mm(block)))
        below = words_below(block, width=width)
        caption = self._line(
            f"图{number}　{block.title}", face=HEI, points=12, align=WD_ALIGN_PARAGRAPH.CENTER, spacing=18
        )
        caption.paragraph_format.space_after = Pt(6)
        if below:
            self._note(below)

    def _caption(self, text: str) -> None:
        line = self._line(text, face=HEI, points=12, align=WD_ALIGN_PARAGRAPH.CENTER, spacing=18)
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_before = Pt(6)

    def _note(self, text: str) -> None:
        line = self._line(text, face=FANG, points=10.5, spacing=16)
        line.paragraph_format.space_after = Pt(6)

    def _heading(self, text: str, *, level: int) -> None:
        line = self._line(text, face=HEI if level == 1 else KAI, points=16, indent=True, style=f"Heading {level}")
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(0)

    def _line(
        self,
        text: str,
        *,
        face: str,
        points: float,
        align: Any = None,
        indent: bool = False,
        colour: RGBColor = _INK,
        style: str = "Normal",
        spacing: float | None = None,
    ) -> Any:
        paragraph = self._document.add_paragraph(style=style)
        _write(paragraph, text, face=face, points=points, colour=colour)
        form = paragraph.paragraph_format
        form.alignment = align
        form.line_spacing = _LINE if spacing is None else Pt(spacing)
        if indent:
            form.first_line_indent = Pt(points * 2)
            paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
        return paragraph

    def _prepare(self) -> None:
        """Paper, margins, the fonts of every style, what stands on every page."""
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
            Mm(37),
            Mm(35),
            Mm(28),
            Mm(26),
        )
        section.footer_distance = Mm(20)
        for name in ("Normal", "Title", "Heading 1", "Heading 2"):
            style = self._document.styles[name]
            set_face(style.element.get_or_add_rPr(), FANG)
            style.font.color.rgb, style.font.bold = _INK, False
            style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        self._document.styles.element.xpath("w:docDefaults//w:lang")[0].set(qn("w:eastAsia"), "zh-CN")
        self._lighten()
        border = self._document.styles["Title"].element.pPr.find(qn("w:pBdr"))
        if border is not None:
            self._document.styles["Title"].element.pPr.remove(border)
        about = self._document.core_properties
        about.title, about.author, about.last_modified_by = (
            plain_text(text)[:255] for text in (self._report.title, self._report.issuer, self._report.issuer)
        )
        about.language, about.comments = "zh-CN", plain_text(self._foot())[:255]
        self._document.settings.odd_and_even_pages_header_footer = True
        for footer, align in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            self._footer(footer, align)

    def _lighten(self) -> None:
        """Without the template's hundred table styles, which nothing here uses."""
        styles = self._document.styles.element
        for style in styles.xpath("w:style[@w:type='table' and not(@w:default='1')]"):
            styles.remove(style)
        part = self._document.part
        for name in [name for name, each in part.rels.items() if each.reltype.endswith("/stylesWithEffects")]:
            del part.rels[name]

    def _footer(self, footer: Any, align: Any) -> None:
        number = footer.paragraphs[0]
        number.alignment = align
        _write(number, "— ", face=SONG, points=14)
        _page_number(number)
        _write(number, " —", face=SONG, points=14)
        number.paragraph_format.left_indent = number.paragraph_format.right_indent = Pt(14)
        mark = footer.add_paragraph()
        mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(mark, self._foot(), face=SONG, points=9)

    def _foot(self) -> str:
        demo = "演示数据　" if self._report.demo else ""
        return f"{demo}{self._report.cutoff}　快照 {self._report.snapshot}　{self._report.sha256[:16]}"


def _chart_mm(block: Block) -> float:
    """The height of a chart. LibreOffice lays every chart of a document out as 16:9: near that nothing is stretched."""
    if isinstance(block, SegmentBar):
        return min(38 + 7 * len(block.rows), 150)
    if isinstance(block, Ranking):
        return min(max(86, 30 + 5 * len(block.bars)), 200)
    return 86


def numeral(number: int) -> str:
    """1 → 一, 12 → 十二, 31 → 三十一; from 100 on in digits."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十") + (_NUMERALS[ones] if ones else "")


def set_face(properties: Any, east: str) -> None:
    """Latin and East Asian typeface of a run or style; the theme's have no say."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", east)):
        fonts.set(qn(f"w:{script}"), name)


def _write(paragraph: Any, text: str, *, face: str, points: float, colour: RGBColor = _INK) -> None:
    run = paragraph.add_run(plain_text(text))
    run.font.size, run.font.color.rgb, run.font.bold = Pt(points), colour, False
    set_face(run._r.get_or_add_rPr(), face)


def _page_number(paragraph: Any) -> None:
    """A field that counts pages."""
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
