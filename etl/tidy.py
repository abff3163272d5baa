"""Tidy yearly CSV in, figure rows out, in the indicator's unit.

Columns: place,indicator,year,value,unit,status,source,note and optionally
quality,published,bound,period. Nothing is repaired and nothing is skipped: what cannot be taken
as it stands is a problem that names its line, its column, what was found and what was expected.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from etl.cells import (
    Unfit,
    cell_problem,
    read_bound,
    read_number,
    read_period,
    read_place,
    read_published,
    read_status,
    read_year,
    remembering,
)
from etl.csv_rows import CsvRow, read_rows
from etl.facts import FigureRow
from etl.measure import UnknownConversion, convert
from etl.names import near_names
from etl.problem import LOOK, Problem
from etl.register import Register
from etl.words import read_words

REQUIRED = ("place", "indicator", "year", "value", "unit", "status", "source", "note")
OPTIONAL = ("quality", "published", "bound", "period")

Readers = Mapping[str, Callable[[str], Any]]


def read_tidy(
    data: bytes, *, name: str, register: Register, aside: Collection[int] = ()
) -> tuple[list[FigureRow], list[Problem]]:
    """Figure rows of one tidy file (UTF-8 or GB18030), and every problem it has.

    A unit left empty is the indicator's own. Lines of `aside` are not looked at. With any problem of severity "stop" the file is not
    to be loaded; the rows that could be read come back all the same.
    """
    rows, problems = read_rows(data, name=name, required=REQUIRED, optional=OPTIONAL)
    readers = readers_of(register)
    figures: list[tuple[CsvRow, FigureRow]] = []
    for row in rows:
        if row.line in aside:
            continue
        figure, wrong = read_row(row, name=name, register=register, readers=readers)
        problems += wrong
        if figure is not None:
            figures.append((row, figure))
    problems += _contradictions(figures, name=name)
    lines = [row.line for row, figure in figures if not figure.source and figure.value is not None]
    problems += missing_source(lines, name=name)
    return [figure for _, figure in figures], problems


def readers_of(register: Register) -> Readers:
    """What reads the cells of each column; raises Unfit."""
    return {
        "place": remembering(partial(read_place, register=register)),
        "indicator": remembering(partial(_read_indicator, register=register)),
        "year": read_year,
        "value": read_number,
        "status": read_status,
        "bound": read_bound,
        "period": read_period,
        "published": read_published,
    }


def read_row(row: CsvRow, *, name: str, register: Register, readers: Readers) -> tuple[FigureRow | None, list[Problem]]:
    """The figure of one row, None where it cannot be taken, and every problem of the row alone."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, read in readers.items():
        try:
            values[column] = read(row[column])
        except Unfit as unfit:
            problems.append(cell_problem(row, column, unfit, name=name))
    problems += _period_problems(row, values, name=name)
    if "indicator" in values and values.get("value") is not None:
        unit = register.indicators[values["indicator"]].unit
        try:
            values["value"] = convert(values["value"], from_unit=row["unit"] or unit, to_unit=unit)
        except UnknownConversion:
            problems.append(_unit_problem(row, unit, name=name))
    if problems:
        return None, problems
    figure = FigureRow(
        place=values["place"],
        indicator=values["indicator"],
        year=values["year"],
        value=values["value"],
        period=values["period"],
        bound=values["bound"],
        obs_status=values["status"],
        quality=row["quality"],
        source=row["source"],
        note=row["note"],
        published=values["published"],
        unit_in_file=row["unit"],
        value_in_file=row["value"],
        sheet_row=row.line,
        sheet_column=row.column("value"),
    )
    return figure, _things_to_look_at(row, figure, name=name, register=register)


def _unit_problem(row: CsvRow, unit: str, *, name: str) -> Problem:
    why = f"指标“{row['indicator']}”的单位是“{unit}”，这个单位不能换算成它"
    return cell_problem(row, "unit", Unfit(f"能换算成“{unit}”的单位", why), name=name)


def _read_indicator(text: str, *, register: Register) -> str:
    found = register.indicator_of(text)
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise Unfit("指标编号", f"这个名称可能指 {'、'.join(found)}，请写编号")
    names = [each for indicator in register.indicators.values() for each in indicator.names]
    near = near_names(text, names)
    raise Unfit(
        "登记过的指标编号或名称",
        f"登记表里没有这个指标{'，相近的有：' + '、'.join(near) if near else ''}",
    )


def _period_problems(row: CsvRow, values: Mapping[str, Any], *, name: str) -> list[Problem]:
    """A period ends in the year of its row."""
    year = values.get("year")
    if not row["period"] or "period" not in values or year is None:
        return []
    period = values["period"] or row["period"]  # 31 December is read as the whole year
    if last_year_of(period) == year:
        return []
    unfit = Unfit(f"以{year}年为最后一年的时段", f"这一行的 year 是 {year}，与时段不符")
    return [cell_problem(row, "period", unfit, name=name)]


def last_year_of(period: str) -> int:
    """The year in which a period ends."""
    return int(period[5:9]) if len(period) == 9 else int(period[:4])


def _things_to_look_at(row: CsvRow, figure: FigureRow, *, name: str, register: Register) -> list[Problem]:
    problems = []
    plausible = register.indicators[figure.indicator].plausible
    if plausible and figure.value is not None and not plausible[0] <= figure.value <= plausible[1]:
        unfit = Unfit(f"{plausible[0]:g}–{plausible[1]:g}", "数值超出合理范围，请核对")
        problems.append(cell_problem(row, "value", unfit, name=name, severity=LOOK))
    if figure.quality and figure.quality not in read_words().qualities:
        unfit = Unfit("、".join(read_words().qualities), "数据质量的写法不认识，照原样保留")
        problems.append(cell_problem(row, "quality", unfit, name=name, severity=LOOK))
    return problems


def missing_source(lines: Sequence[int], *, name: str) -> list[Problem]:
    """One thing to look at for all lines without a source, not one for each."""
    if not lines:
        return []
    return [
        Problem(
            severity=LOOK,
            where=f"{name} 第{lines[0]}行 source 列",
            found=f"{len(lines)}行为空",
            expected="数据的出处",
            message=f"有{len(lines)}行没有写明出处，屏幕上将无法追溯这些数值。",
        )
    ]


def _contradictions(figures: list[tuple[CsvRow, FigureRow]], *, name: str) -> list[Problem]:
    """One cell with two different values of one publication day: nobody can say which holds."""
    problems = []
    first: dict[tuple[Any, ...], tuple[CsvRow, FigureRow]] = {}
    for row, figure in figures:
        cell = (figure.place, figure.indicator, figure.year, figure.period, figure.published)
        earlier_row, earlier = first.setdefault(cell, (row, figure))
        if (earlier.value, earlier.bound) != (figure.value, figure.bound):
            unfit = Unfit(
                f"与第{earlier_row.line}行相同，或写明不同的 published",
                f"同一地区、指标、年份在第{earlier_row.line}行已有另一个数值“{earlier_row['value']}”",
            )
            problems.append(cell_problem(row, "value", unfit, name=name))
    return problems
