"""The report as an office hands it out: A4, tagged, PDF/A-3a and PDF/UA-1, the frozen record attached."""

import re

from reports import paper
from reports.blocks import Report
from reports.record import Record, canonical
from reports.seal import blank_mark, seal

_PAGE = re.compile(rb"/Type\s*/Page\b")


def write(report: Report, record: Record) -> bytes:
    """The pages of `report`, sealed, with `record` attached as record.json.

    The same report and record give the same bytes. Raises paper.Unset when they cannot be set.
    """
    dated = paper.date_of(report, record)
    attached = canonical(record).decode("utf-8")

    def at(size: float) -> list[bytes]:
        data = paper.pages(report, size=size, dated=dated, mark=blank_mark(report.snapshot, report.sha256))
        return paper.compile(
            "report.typ", inputs={"data": paper.as_json(data), "record": attached}, form="pdf", dated=dated
        )

    return seal(paper.fitted(report, at, count=lambda made: len(_PAGE.findall(made[0])))[0])
