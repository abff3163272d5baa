"""The two other files of facts: numbers set by a higher level, and statements without a figure.

assigned.csv    target,place,value,source,note,published     (value in the target's unit)
statements.csv  target,place,kind,stated_on,text,body,source,note     (place empty: the whole target)
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from etl.cells import Unfit, cell_problem, read_number, read_place, read_published
from etl.clock import china_now
from etl.csv_rows import CsvRow, read_rows
from etl.facts import AssignedRow, StatementRow
from etl.measure import convert
from etl.names import near_names
from etl.problem import Problem
from etl.register import Register
from etl.register_items import Target

ASSIGNED_COLUMNS = ("target", "place", "value", "source", "note", "published")
STATEMENT_COLUMNS = ("target", "place", "kind", "stated_on", "text", "body", "source", "note")
STATEMENT_KINDS = ("reported_done", "reported_not_done", "contested", "verified")

Readers = Mapping[str, Callable[[str], Any]]


def read_assigned(data: bytes, *, name: str, register: Register) -> tuple[list[AssignedRow], list[Problem]]:
    """Rows of an assigned.csv, values in the indicator's unit, and every problem it has.

    A target whose document sets its own number takes none from elsewhere. An empty place is the
    target's own, where it has only one.
    """
    rows, problems = read_rows(data, name=name, required=ASSIGNED_COLUMNS[:4], optional=ASSIGNED_COLUMNS[4:])
    read: list[AssignedRow] = []
    for row in rows:
        readers: Readers = {
            "target": partial(_read_assigned_target, register=register),
            "value": read_number,
            "published": read_published,
            "source": partial(_read_text, expected="数值的出处"),
        }
        values, wrong = _read_cells(row, readers, name=name, register=register, whole_target=False)
        problems += wrong
        if not wrong:
            target = register.targets[values["target"]]
            read.append(
                AssignedRow(
                    target=target.id,
                    place=values["place"],
                    value=_in_indicator_unit(values["value"], target, register),
                    source=row["source"],
                    note=row["note"],
                    published=values["published"],
                )
            )
    return read, problems


def read_statements(data: bytes, *, name: str, register: Register) -> tuple[list[StatementRow], list[Problem]]:
    """Rows of a statements.csv, and every problem it has. An empty place means all of the target's.

    A day that has not come is a problem.
    """
    rows, problems = read_rows(data, name=name, required=STATEMENT_COLUMNS[:5], optional=STATEMENT_COLUMNS[5:])
    read: list[StatementRow] = []
    for row in rows:
        readers: Readers = {
            "target": partial(_read_target, register=register),
            "kind": _read_kind,
            "stated_on": _read_day,
            "text": partial(_read_text, expected="所说的原话"),
        }
        values, wrong = _read_cells(row, readers, name=name, register=register, whole_target=True)
        problems += wrong
        if not wrong:
            read.append(
                StatementRow(
                    target=values["target"],
                    place=values["place"],
                    kind=values["kind"],
                    stated_on=values["stated_on"],
                    text=row["text"],
                    body=row["body"],
                    source=row["source"],
                    note=row["note"],
                )
            )
    return read, problems


def _read_cells(
    row: CsvRow, readers: Readers, *, name: str, register: Register, whole_target: bool
) -> tuple[dict[str, Any], list[Problem]]:
    """The cells by column, and the place: one of the target's, "" for all of them where that is allowed."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, read in readers.items():
        try:
            values[column] = read(row[column])
        except Unfit as unfit:
            problems.append(cell_problem(row, column, unfit, name=name))
    if "target" in values:
        try:
            target = register.targets[values["target"]]
            if row["place"] or not whole_target:
                values["place"] = _place_of_target(row["place"], target, register)
            else:
                values["place"] = ""
        except Unfit as unfit:
            problems.append(cell_problem(row, "place", unfit, name=name))
    return values, problems


def _place_of_target(text: str, target: Target, register: Register) -> str:
    if not text and len(target.places) == 1:
        return target.places[0]
    place = read_place(text, register=register)
    if place not in target.places:
        raise Unfit("、".join(target.places), f"目标 {target.id} 不涉及这个地区")
    return place


def _read_target(text: str, *, register: Register) -> str:
    if text in register.targets:
        return text
    near = near_names(text, register.targets)
    raise Unfit(
        "登记过的目标编号",
        f"登记表里没有这个目标{'，相近的有：' + '、'.join(near) if near else ''}",
    )


def _read_assigned_target(text: str, *, register: Register) -> str:
    target = _read_target(text, register=register)
    if not register.targets[target].assigned:
        raise Unfit("assigned = true 的目标", "这个目标的数值由文件自己规定，不能另行下达")
    return target


def _read_kind(text: str) -> str:
    if text not in STATEMENT_KINDS:
        raise Unfit("、".join(STATEMENT_KINDS) + " 之一")
    return text


def _read_day(text: str) -> Any:
    day = read_published(text)
    if day is None:
        raise Unfit("说法公布的日期，例如 2018-06-30")
    if day > china_now().date():
        raise Unfit("今天或以前的日期", "日期在今天以后")
    return day


def _read_text(text: str, *, expected: str) -> str:
    if not text:
        raise Unfit(expected, f"不能为空，请写明{expected}")
    return text


def _in_indicator_unit(value: float | None, target: Target, register: Register) -> float | None:
    if value is None or target.measure == "change":
        return value
    unit = register.indicators[target.indicator].unit
    return convert(value, from_unit=target.unit, to_unit=unit, as_water=bool(target.reading))
