"""Made-up and real figures never come together: the demonstration takes its own forms only, a real database none of them."""

from collections.abc import Iterable

from etl.facts import AssignedRow, FactRow, FigureRow
from etl.problem import STOP, Problem
from etl.recognise.report import Report
from etl.store import Store
from etl.words import read_words


def mixing(
    store: Store, data: bytes, rows: Iterable[FactRow], report: Report, *, kind: str, name: str
) -> Problem | None:
    """Why this file's figures may not go into this database; None where they may.

    Made up is what says so itself: a source, a title or the bytes of a text file with the words of
    the demonstration. What is said about tasks and targets without a figure goes everywhere.
    """
    if kind not in {"figures", "assigned"}:
        return None
    made_up = _is_made_up(data, rows, report)
    if store.is_demo() and not made_up:
        why = "这是演示数据库，不收真实数据；可以在这里预演，要发布请用本系统（不是演示）。演示里的填报表可以填好再传回来发布。"
        return Problem(STOP, where=name, found="真实数据", expected=_mark(), message=why)
    if made_up and not store.is_demo():
        why = "文件里写明是演示数据（虚构），不能写入真实的数据库。"
        return Problem(STOP, where=name, found=_mark(), expected="真实数据", message=why)
    return None


def _mark() -> str:
    return read_words().overlays["demo"]


def _is_made_up(data: bytes, rows: Iterable[FactRow], report: Report) -> bool:
    mark = _mark()
    words = (row.source for row in rows if isinstance(row, FigureRow | AssignedRow))
    written = any(mark.encode(encoding) in data for encoding in ("utf-8", "gb18030"))
    return written or any(mark in text for text in words) or any(mark in each.found for each in report.skipped)
