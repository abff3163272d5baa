"""The project's own files as uploads: the filled form, tidy figures, numbers set for targets, statements,
reports on tasks, explanations.

They say everything themselves, so nothing is asked: what does not fit is a problem with its line.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from etl.csv_rows import CsvRow, read_rows
from etl.facts import FactRow, FigureRow
from etl.other_facts import ASSIGNED_COLUMNS, STATEMENT_COLUMNS, read_assigned, read_statements
from etl.problem import Problem
from etl.recognise.grid import Unreadable, shown_name
from etl.recognise.report import LEFT_OUT, TAKEN, Cell, Report
from etl.register import Register
from etl.task_reports import EXPLANATION_COLUMNS, REPORT_COLUMNS, read_explanations, read_task_reports
from etl.template import as_tidy, is_template
from etl.tidy import OPTIONAL, REQUIRED, read_tidy

Read = Callable[..., tuple[Sequence[FactRow], list[Problem]]]


@dataclass(frozen=True)
class OwnFile:
    """One of our own files, read: its kind, its rows, and the report of every cell."""

    kind: str
    rows: tuple[FactRow, ...]
    report: Report


@dataclass(frozen=True)
class _Form:
    kind: str
    marks: frozenset[str]  # columns by which a header is known
    columns: tuple[str, ...]
    value: str  # the column that holds what is reported
    read: Read


_FORMS = (
    _Form("figures", frozenset({"place", "indicator", "year", "value"}), (*REQUIRED, *OPTIONAL), "value", read_tidy),
    _Form("assigned", frozenset({"target", "value", "source"}), ASSIGNED_COLUMNS, "value", read_assigned),
    _Form("statements", frozenset({"target", "kind", "stated_on"}), STATEMENT_COLUMNS, "text", read_statements),
    _Form("tasks", frozenset({"task", "state", "stated_on"}), REPORT_COLUMNS, "text", read_task_reports),
    _Form("explanations", frozenset({"cause", "measures"}), EXPLANATION_COLUMNS, "cause", read_explanations),
)


def read_own(data: bytes, *, name: str, register: Register) -> OwnFile | None:
    """One of our own files, None where the header is another one."""
    sheet = ""
    if is_template(data):
        try:
            data, sheet = as_tidy(data, name=name)
        except (KeyError, Unreadable):
            return None  # read like any other file, or refused like one
    header = _header(data)
    form = next((form for form in _FORMS if form.marks <= header), None)
    if form is None:
        return None
    shown = shown_name(name)
    rows, problems = form.read(data, name=shown, register=register)
    lines, _ = read_rows(data, name=shown, required=(), optional=form.columns)
    figures = {row.sheet_row: row for row in rows if isinstance(row, FigureRow)}
    cells = [_cell(line, figures.get(line.line), sheet=sheet, form=form, register=register) for line in lines]
    report = Report(cells=tuple(cells), problems=tuple(problems))
    return OwnFile(form.kind, tuple(rows), report)


def _header(data: bytes) -> frozenset[str]:
    first: Iterable[bytes] = (line for line in data[:4096].splitlines() if line.strip())
    try:
        line = next(iter(first), b"").decode("utf-8-sig")
        return frozenset(cell.strip() for cell in next(csv.reader([line]), []))
    except (UnicodeDecodeError, csv.Error):
        return frozenset()  # our column names are plain letters in every encoding we read


def _cell(line: CsvRow, figure: FigureRow | None, *, sheet: str, form: _Form, register: Register) -> Cell:
    """The cell of the value; left out where its line has a problem."""
    known = figure is not None or form.kind != "figures"
    target = register.targets.get(line["target"])
    indicator = figure.indicator if figure else target.indicator if target else None
    return Cell(
        sheet=sheet,
        row=line.line,
        column=line.column(form.value),
        label_place=line["place"],
        label_indicator=line["indicator"] or line["target"] or line["task"],
        place=figure.place if figure else _only(register.place_of(line["place"])),
        indicator=indicator or _only(register.indicator_of(line["indicator"])),
        year=figure.year if figure else None,
        value=figure.value if figure else None,
        unit=register.indicators[indicator].unit if indicator else None,
        value_in_file=line[form.value],
        unit_in_file=line["unit"] or None,
        state=TAKEN if known else LEFT_OUT,
        reason="" if known else "这一行有问题，见 problems",
        bound=figure.bound if figure else "",
        period=figure.period if figure else "",
        status=figure.obs_status if figure else "",
        source=line["source"],
        note=line["note"],
    )


def _only(found: tuple[str, ...]) -> str | None:
    return found[0] if len(found) == 1 else None
