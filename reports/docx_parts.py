"""Tables and native charts inside a Word document, as XML that python-docx has no calls for."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from lxml import etree

from etl.words import read_words
from reports.blocks import Cell, LineChart, Ranking, SegmentBar, Table
from reports.native_charts import add_chart
from reports.office import fit, marked
from reports.plain import plain_text

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_POINTS = 72 / 25.4  # in a millimetre
_SIZE = 10.5
_HEAD_FILL = "E8EDF3"
_ALIGN = {"left": "left", "right": "right", "centre": "center"}


class Charts:
    """Puts charts into a document: each is made on a slide of `scratch` and its parts move over."""

    def __init__(self, part: Any, scratch: Any) -> None:
        self._part = part
        self._shapes = scratch.slides.add_slide(scratch.slide_layouts[6]).shapes
        self._count = 0

    def add(self, paragraph: Any, block: LineChart | Ranking | SegmentBar, *, width: int, height: int) -> int:
        """A native chart inline in `paragraph`, with its alternative text; its number comes back."""
        self._count += 1
        source = add_chart(self._shapes, block, left=0, top=0, width=width, height=height).chart.part
        package = self._part.package
        sheet = Part(
            PackURI(f"/word/embeddings/chart{self._count}.xlsx"),
            _SHEET_TYPE,
            source.chart_workbook.xlsx_part.blob,
            package,
        )
        chart = Part(PackURI(f"/word/charts/chart{self._count}.xml"), _CHART_TYPE, b"", package)
        space = etree.fromstring(source.blob)
        for old in space.findall(f"{{{_C}}}externalData"):
            old.set(f"{{{_R}}}id", chart.relate_to(sheet, RELATIONSHIP_TYPE.PACKAGE))
        chart._blob = etree.tostring(space, xml_declaration=True, encoding="UTF-8", standalone=True)
        relation = self._part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
        paragraph.add_run()._r.append(
            parse_xml(_drawing(block, relation, number=self._count, width=width, height=height))
        )
        return self._count


def _drawing(block: LineChart | Ranking | SegmentBar, relation: str, *, number: int, width: int, height: int) -> str:
    title, words = (quoteattr(plain_text(text)) for text in (block.title, block.alternative))
    return (
        f'<w:drawing xmlns:w="{_W}" xmlns:wp="{_WP}" xmlns:a="{_A}" xmlns:r="{_R}" xmlns:c="{_C}">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="图{number}" title={title} descr={words}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_C}"><c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )


def add_table(document: Any, table: Table, *, room_mm: float, latin: str, east: str, head: str) -> None:
    """A table over the width of the text: heads repeat on every page, no row is cut in two."""
    table, points, size = fit(table, width=room_mm * _POINTS, size=_SIZE)
    widths = [int(each * 20) for each in points]
    aligned = [_ALIGN[column.align] for column in table.columns]
    titles = [Cell(column.title + (f"（{column.unit}）" if column.unit else "")) for column in table.columns]
    half_points = int(size * 2)
    faces = f'w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia='
    rows = [_row(titles, widths, ["center"] * len(widths), faces=f'{faces}"{head}"', size=half_points, head=True)]
    for at, cells in enumerate(table.rows, 1):
        rows.append(
            _row(cells, widths, aligned, faces=f'{faces}"{east}"', size=half_points, last=at == len(table.rows))
        )
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7F8A97"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    caption = quoteattr(plain_text(table.title))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    xml = (
        f'<w:tbl xmlns:w="{_W}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
        f"<w:tblCaption w:val={caption}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")


def _row(
    cells: Sequence[Cell],
    widths: Sequence[int],
    aligned: Sequence[str],
    *,
    faces: str,
    size: int,
    head: bool = False,
    last: bool = False,
) -> str:
    properties = f"<w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>"
    drawn = (
        _cell(cell, width, align, faces=faces, size=size, head=head, last=last)
        for cell, width, align in zip(cells, widths, aligned, strict=True)
    )
    return f"<w:tr>{properties}{''.join(drawn)}</w:tr>"


def _cell(cell: Cell, width: int, align: str, *, faces: str, size: int, head: bool, last: bool) -> str:
    light = read_words().lights[cell.mark.light] if cell.mark else None
    fill = _HEAD_FILL if head else light.soft[1:7] if light else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    colour = light.colour[1:] if light else "000000"
    run = f'<w:rPr><w:rFonts {faces}/>{"<w:b/>" if light else ""}<w:color w:val="{colour}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    keep = "<w:keepNext/>" if head or last else ""  # the note below stays with the last row
    text = escape(plain_text(marked(cell))).replace("\n", " ")
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{keep}<w:spacing w:before="20" w:after="20" w:line="280" w:lineRule="atLeast"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r>{run}<w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
    )
