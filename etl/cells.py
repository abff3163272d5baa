"""What the single cells of the project's own CSV files must hold."""

import calendar
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date

from etl.csv_rows import CsvRow
from etl.names import near_names
from etl.problem import STOP, Problem
from etl.register import Register

FIRST_YEAR, LAST_YEAR = 1900, 2100
BOUNDS = ("", "ge", "le", "about")
OBS_STATUS = frozenset("ABDEFGHIJKLMNOPQSTUV")  # SDMX code list CL_OBS_STATUS

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_YEARS = re.compile(r"(\d{4})-(\d{4})")
_PART = re.compile(r"(\d{4})-(Q[1-4]|H[12]|0[1-9]|1[0-2])")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Unfit(Exception):
    """A cell does not hold what its column takes: what was expected, and why, in Chinese."""

    def __init__(self, expected: str, why: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.why = why


def cell_problem(row: CsvRow, column: str, unfit: Unfit, *, name: str, severity: str = STOP) -> Problem:
    """The problem of one cell, with file, line and column."""
    why = unfit.why or f"应为{unfit.expected}"
    return Problem(
        severity=severity,
        where=f"{name} 第{row.line}行 {column} 列",
        found=row[column],
        expected=unfit.expected,
        message=f"“{row[column]}”：{why}。" if row[column] else f"{why}。",
        column=column,
    )


def remembering(read: Callable[[str], str]) -> Callable[[str], str]:
    """`read`, asked once for each text of a file: the same names stand on thousands of rows."""
    known: dict[str, str | Unfit] = {}

    def recall(text: str) -> str:
        if text not in known:
            try:
                known[text] = read(text)
            except Unfit as unfit:
                known[text] = unfit
        found = known[text]
        if isinstance(found, Unfit):
            raise found
        return found

    return recall


def read_place(text: str, *, register: Register) -> str:
    """The place that a code or any known name means. Raises Unfit for none and for several."""
    found = register.place_of(text)
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise Unfit("地区代码", f"这个名称可能指 {'、'.join(found)}，请写代码")
    near = near_names(text, [each for place in register.places.values() for each in place.names])
    raise Unfit(
        "登记过的地区代码或名称",
        f"登记表里没有这个地区{'，相近的有：' + '、'.join(near) if near else ''}",
    )


def read_year(text: str) -> int:
    half_width = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"\d{4}", half_width) or not FIRST_YEAR <= int(half_width) <= LAST_YEAR:
        raise Unfit(f"{FIRST_YEAR}–{LAST_YEAR} 之间的四位年份")
    return int(half_width)


def read_number(text: str) -> float | None:
    """A finite number, None for an empty cell (reported as missing)."""
    half_width = unicodedata.normalize("NFKC", text)
    if not half_width:
        return None
    if not _NUMBER.fullmatch(half_width) or not math.isfinite(float(half_width)):
        raise Unfit("数字；没有数据就留空")
    return float(half_width)


def read_status(text: str) -> str:
    """An SDMX OBS_STATUS letter; empty is A."""
    status = text.upper() or "A"
    if status not in OBS_STATUS:
        raise Unfit("SDMX 观测状态字母（A 正常、P 初步、E 估计、B 口径中断……）")
    return status


def read_bound(text: str) -> str:
    if text not in BOUNDS:
        raise Unfit("空、ge（不小于）、le（不大于）或 about（左右）")
    return text


def read_period(text: str) -> str:
    """Nothing, or one of 2016-2020, 2018-06-30, 2018-Q1, 2018-H1 and 2018-06 (that month).

    Up to 31 December is the whole year, as it is in a deadline: that day comes back as nothing.
    """
    years = _YEARS.fullmatch(text)
    if not text or _PART.fullmatch(text) or (years and years[1] < years[2]):
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Unfit("空（全年）、2016-2020、2018-06-30、2018-Q1、2018-H1 或 2018-06 这样的时段") from None
    return "" if (day.month, day.day) == (12, 31) else day.isoformat()


def read_published(text: str) -> date | None:
    """A day; of a month or a year, its last day, so that nothing is seen before it was published."""
    if not text:
        return None
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        year, month = int(match[1]), int(match[2] or 12)
        return date(year, month, int(match[3] or calendar.monthrange(year, month)[1]))
    except (ValueError, calendar.IllegalMonthError):
        raise Unfit("公布日期，例如 2019-06-05（只知年月就写 2019-06 或 2019）") from None
