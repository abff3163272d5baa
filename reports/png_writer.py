"""Charts and pages as pictures, at print size or for a preview."""

from reports import paper
from reports.blocks import Block, LineChart, Ranking, Report, SegmentBar
from reports.record import Record
from reports.seal import seal_png

PRINT_PPI = 300.0
PREVIEW_PPI = 96.0

_WIDTH = 482.0  # pt: the text width of an A4 page


def write(report: Report, record: Record) -> bytes:
    """The overview: the first counts of the report at print size, or its first chart, or its first block."""
    del record  # a picture has no room for it; its hash is in the mark
    blocks = [each for section in report.sections for each in section.blocks]
    for kinds in (SegmentBar, LineChart | Ranking, object):
        chart = next((each for each in blocks if isinstance(each, kinds)), None)
        if chart is not None:
            return write_chart(chart, report)
    raise ValueError("这份快照里没有可以画的内容。")


def write_chart(block: Block, report: Report, *, ppi: float = PRINT_PPI) -> bytes:
    """Any chart or table of `report` as a sealed PNG, `ppi` pixels an inch at the width of an A4 text."""
    data = paper.picture(block, report, width=_WIDTH)
    made = paper.compile("picture.typ", inputs={"data": paper.as_json(data)}, form="png", ppi=ppi)[0]
    return seal_png(made, snapshot=report.snapshot, sha256=report.sha256)


def write_pages(report: Report, *, ppi: float = PREVIEW_PPI) -> list[bytes]:
    """Every page of the PDF as a sealed PNG, `ppi` pixels an inch."""

    def at(size: float) -> list[bytes]:
        return paper.compile(
            "report.typ", inputs={"data": paper.as_json(paper.pages(report, size=size))}, form="png", ppi=ppi
        )

    return [
        seal_png(each, snapshot=report.snapshot, sha256=report.sha256) for each in paper.fitted(report, at, count=len)
    ]
