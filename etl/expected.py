"""催报单: which figures of a year the register waits for, who has to send them, and how late they are."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from etl.store import Store, read_sql

COLUMNS = {
    "units": "牵头单位",
    "place_name": "地区",
    "indicator_name": "指标",
    "unit": "计量单位",
    "year": "年份",
    "state": "状态",
    "due_on": "应报日期",
    "days_overdue": "已逾期天数",
    "last_value": "上年数值",
    "documents": "涉及文件",
}
NO_UNIT = "未注明牵头单位"


@dataclass(frozen=True)
class Expected:
    """One figure that is waited for: the year's value of one indicator in one place."""

    place: str
    place_name: str
    indicator: str
    indicator_name: str
    unit: str
    year: int
    plausible: tuple[float | None, float | None]
    units: tuple[str, ...]  # names of the lead units; empty where no document names one
    targets: tuple[str, ...]
    documents: tuple[str, ...]  # short titles
    present: bool
    reported_missing: bool  # somebody sent "no figure"
    value: float | None
    last_value: float | None  # of the year before
    due_on: date  # the last day of the year in which it should have come out

    def days_overdue(self, on: date) -> int:
        """How many days late it is on a day; 0 where it is not."""
        return 0 if self.present else max(0, (on - self.due_on).days)

    def state(self, on: date) -> str:
        """已报, 报为缺失, 逾期未报 or 待报, on a day."""
        if self.present:
            return "已报"
        if self.reported_missing:
            return "报为缺失"
        return "逾期未报" if on > self.due_on else "待报"


def expected(store: Store, *, year: int) -> tuple[Expected, ...]:
    """Every figure of `year` that a live target is judged on, in the order of the register.

    A figure is due at the end of the year that lies its indicator's lag behind (METHOD §2, rule 3).
    """
    units = dict(store.rows("select unit, name from unit"))
    titles = dict(store.rows("select document, coalesce(short, title) from document"))
    names = ("place", "place_name", "indicator", "indicator_name", "unit", "lag_years", "low", "high", "lead", "targets", "documents")  # fmt: skip
    found = store.rows(read_sql("expected.sql"), [year, year, year])
    return tuple(
        _expected(dict(zip(names, row, strict=False)), row[len(names) :], year=year, units=units, titles=titles)
        for row in found
    )


def missing(figures: Iterable[Expected]) -> list[Expected]:
    """Those that nobody has sent."""
    return [figure for figure in figures if not figure.present]


def by_unit(figures: Iterable[Expected]) -> dict[str, list[Expected]]:
    """Figures under each lead unit; one that several lead stands under each of them."""
    sorted_out: dict[str, list[Expected]] = {}
    for figure in figures:
        for unit in figure.units or (NO_UNIT,):
            sorted_out.setdefault(unit, []).append(figure)
    return sorted_out


def to_csv(figures: Sequence[Expected], *, on: date) -> bytes:
    """The list as a file for sending on: UTF-8 with a mark, so that Excel and WPS read it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for figure in figures:
        writer.writerow(
            (
                "、".join(figure.units) or NO_UNIT, figure.place_name, figure.indicator_name, figure.unit, figure.year,
                figure.state(on), figure.due_on.isoformat(), figure.days_overdue(on),
                "" if figure.last_value is None else figure.last_value, "、".join(figure.documents),
            )
        )  # fmt: skip
    return out.getvalue().encode("utf-8-sig")


def _expected(
    row: dict[str, Any], rest: Sequence[Any], *, year: int, units: dict[str, str], titles: dict[str, str]
) -> Expected:
    present, reported_missing, value, last_value = rest
    return Expected(
        place=row["place"],
        place_name=row["place_name"],
        indicator=row["indicator"],
        indicator_name=row["indicator_name"],
        unit=row["unit"],
        year=year,
        plausible=(row["low"], row["high"]),
        units=tuple(units.get(each, each) for each in row["lead"] or ()),
        targets=tuple(row["targets"]),
        documents=tuple(titles[each] for each in row["documents"]),
        present=present,
        reported_missing=reported_missing,
        value=value,
        last_value=last_value,
        due_on=date(year + row["lag_years"], 12, 31),
    )
