"""One table of formats: which writer makes each, for whom it is told, and how long its tables may be.

A writer is imported when it is asked for, so that a page that lists formats loads none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from reports.blocks import Block, LineChart, Ranking, Report, SegmentBar
from reports.story import tell


@dataclass(frozen=True)
class Format:
    """One way to take a snapshot along."""

    name: str  # what people read
    writer: str  # module of reports with write(report, record) -> bytes
    extension: str
    mime: str
    most: int | None  # rows of a table; None: all of them
    audience: str | None = None  # told for this audience, whatever was chosen


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMATS: dict[str, Format] = {
    "pptx": Format("演示文稿（PPTX）", "pptx_writer", "pptx", f"{_OFFICE}.presentationml.presentation", 12),
    "pdf": Format("汇报材料（PDF）", "pdf_writer", "pdf", "application/pdf", 80),
    "docx": Format("通报稿（DOCX）", "docx_writer", "docx", f"{_OFFICE}.wordprocessingml.document", 60),
    "xlsx": Format("工作簿（XLSX）", "xlsx_writer", "xlsx", f"{_OFFICE}.spreadsheetml.sheet", None, "full"),
    "html": Format("离线网页（HTML）", "html_writer", "html", "text/html", 1000),
    "png": Format("总览图（PNG）", "png_writer", "png", "image/png", 24),
    "data": Format("开放数据（CSV压缩包）", "data_writer", "zip", "application/zip", None, "leaders"),
}


def export(record: Mapping[str, Any], form: str) -> bytes:
    """A frozen record as the bytes of one file. Raises KeyError for an unknown format, ValueError
    with a Chinese sentence where a format cannot hold what the record says.
    """
    chosen = FORMATS[form]
    report = tell(record, audience=chosen.audience, most=chosen.most)
    data: bytes = import_module(f"reports.{chosen.writer}").write(report, record)
    return data


def preview(record: Mapping[str, Any]) -> list[bytes]:
    """The pages of the PDF as pictures (PNG), for a look before anything is taken along."""
    from reports.png_writer import write_pages

    return write_pages(tell(record, most=FORMATS["pdf"].most))


def charts_of(record: Mapping[str, Any]) -> list[str]:
    """The titles of every chart that a record gives: those of the full report, whatever it was frozen for."""
    return list(_charts(tell(record, audience="full")))


def picture(record: Mapping[str, Any], title: str) -> bytes:
    """One chart as a PNG at print size. Raises KeyError for a title that charts_of does not give."""
    from reports.png_writer import write_chart

    report = tell(record, audience="full")
    return write_chart(_charts(report)[title], report)


def _charts(report: Report) -> dict[str, Block]:
    """The first chart under each title."""
    found: dict[str, Block] = {}
    for block in (block for section in report.sections for block in section.blocks):
        if isinstance(block, LineChart | Ranking | SegmentBar):
            found.setdefault(block.title, block)
    return found


def file_name(record: Mapping[str, Any], form: str, *, snapshot: str) -> str:
    """目标进展_2020_S0123456789ab.pptx: no word of the data in it, so it is safe everywhere."""
    return f"目标进展_{record['choice']['year']}_{snapshot}.{FORMATS[form].extension}"
