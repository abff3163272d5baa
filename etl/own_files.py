"""The project's own files as uploads: the filled form, tidy figures, numbers set for targets, statements,
reports on tasks, explanations.

They say everything themselves: what does not fit is a problem with its line. Asked is only what to do with
places and indicators that the register does not know (etl/strangers.py).
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from etl.cells import Unfit, read_number, read_year
from etl.csv_rows import CsvRow, read_rows
from etl.facts import REFERENCE as REFERENCE_PREFIX
from etl.facts import FactRow, FigureRow
from etl.other_facts import ASSIGNED_COLUMNS, STATEMENT_COLUMNS, read_assigned, read_statements
from etl.problem import Problem
from etl.recognise.grid import Unreadable, shown_name
from etl.recognise.questions import LEAVE, Asking
from etl.recognise.recipe import Recipe, recipe_for
from etl.recognise.report import ASKED, LEFT_OUT, REFERENCE, TAKEN, Cell, Report, Skipped
from etl.references import Reference, ReferencePlace
from etl.register import Register
from etl.strangers import LEFT_OUT_WHY, find_strangers, with_guests
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
    references: tuple[Reference, ...] = ()  # series and places in no document that are kept all the same
    reference_places: tuple[ReferencePlace, ...] = ()


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


def read_own(
    data: bytes,
    *,
    name: str,
    register: Register,
    answers: Mapping[str, str] | None = None,
    recipes: Iterable[Recipe] = (),
    known: Sequence[Reference] = (),
) -> OwnFile | None:
    """One of our own files, None where the header is another one. `known`: the reference series there are."""
    sheet = title = ""
    if is_template(data):
        try:
            data, sheet, title = as_tidy(data, name=name)
        except (KeyError, Unreadable):
            return None  # read like any other file, or refused like one
    header = _header(data)
    form = next((form for form in _FORMS if form.marks <= header), None)
    if form is None:
        return None
    shown = shown_name(name)
    lines, _ = read_rows(data, name=shown, required=(), optional=form.columns)
    if form.kind == "figures":
        own = _read_figures(data, lines, name=shown, sheet=sheet, register=register, known=known,
                            asking=_asking(lines, register, answers or {}, recipes))  # fmt: skip
        skipped = (Skipped(sheet, 1, None, title, "标题"),) if title else ()
        return replace(own, report=replace(own.report, skipped=skipped))
    rows, problems = form.read(data, name=shown, register=register)
    cells = [_cell(line, None, sheet=sheet, value=form.value, known=True, register=register) for line in lines]
    return OwnFile(form.kind, tuple(rows), Report(cells=tuple(cells), problems=tuple(problems)))


def _asking(
    lines: Sequence[CsvRow], register: Register, answers: Mapping[str, str], recipes: Iterable[Recipe]
) -> Asking:
    """The answers given, and those kept for a file with the same unknown names."""
    shape = find_strangers(lines, register=register, asking=Asking({})).shape
    recipe = recipe_for(shape, recipes) if shape else None
    return Asking(answers, remembered=dict(recipe.answers if recipe else ()))


def _read_figures(
    data: bytes,
    lines: Sequence[CsvRow],
    *,
    name: str,
    sheet: str,
    register: Register,
    known: Sequence[Reference],
    asking: Asking,
) -> OwnFile:
    """Tidy figures; lines with a name the register does not know wait, are left out, or are kept as references."""
    strangers = find_strangers(lines, register=register, asking=asking)
    register, series, places = with_guests(register, strangers, known=known)
    decided = {line.line: strangers.questions_of(line) for line in lines}
    aside = {line for line, answers in decided.items() if None in answers.values() or LEAVE in answers.values()}
    rows, problems = read_tidy(data, name=name, register=register, aside=aside)
    figures = {row.sheet_row: row for row in rows}
    cells = []
    for line in lines:
        figure = figures.get(line.line)
        cell = _cell(line, figure, sheet=sheet, value="value", known=figure is not None, register=register)
        cells.append(_set_aside(cell, line, decided[line.line]) if line.line in aside else _marked(cell))
    report = Report(
        cells=tuple(cells),
        questions=asking.questions(),
        answered=asking.answered(),
        problems=tuple(problems),
        settled=tuple(sorted(asking.settled.items())),
        recipe_used=strangers.shape if set(asking.remembered) & set(asking.settled) - set(asking.answers) else None,
        shape=strangers.shape,
    )
    used = {row.indicator for row in rows}, {row.place for row in rows}
    return OwnFile(
        "figures",
        tuple(rows),
        report,
        tuple(each for id, each in series.items() if id in used[0]),
        tuple(each for id, each in places.items() if id in used[1]),
    )


def _set_aside(cell: Cell, line: CsvRow, decided: Mapping[str, str | None]) -> Cell:
    """A cell whose line waits for an answer, or is left out because of one."""
    left = [LEFT_OUT_WHY[id] for id, answer in decided.items() if answer == LEAVE]
    try:
        year, value = read_year(line["year"]), read_number(line["value"])
    except Unfit:
        year, value = None, None
    waits = tuple(id for id, answer in decided.items() if answer is None)
    return replace(
        cell,
        year=year,
        value=value,
        unit=line["unit"] or None,
        state=LEFT_OUT if left else ASKED,
        reason="；".join(left),
        questions=() if left else waits,
    )


def _marked(cell: Cell) -> Cell:
    """A cell of a kept series or place is a reference; in the report it stays one the register does not know."""
    if cell.state != TAKEN or not any((id or "").startswith(REFERENCE_PREFIX) for id in (cell.place, cell.indicator)):
        return cell
    return replace(
        cell,
        state=REFERENCE,
        place=None if (cell.place or "").startswith(REFERENCE_PREFIX) else cell.place,
        indicator=None if (cell.indicator or "").startswith(REFERENCE_PREFIX) else cell.indicator,
    )


def _header(data: bytes) -> frozenset[str]:
    first: Iterable[bytes] = (line for line in data[:4096].splitlines() if line.strip())
    try:
        line = next(iter(first), b"").decode("utf-8-sig")
        return frozenset(cell.strip() for cell in next(csv.reader([line]), []))
    except (UnicodeDecodeError, csv.Error):
        return frozenset()  # our column names are plain letters in every encoding we read


def _cell(line: CsvRow, figure: FigureRow | None, *, sheet: str, value: str, known: bool, register: Register) -> Cell:
    """The cell of the column `value`; left out where its line has a problem."""
    target = register.targets.get(line["target"])
    indicator = figure.indicator if figure else target.indicator if target else None
    return Cell(
        sheet=sheet,
        row=line.line,
        column=line.column(value),
        label_place=line["place"],
        label_indicator=line["indicator"] or line["target"] or line["task"],
        place=figure.place if figure else _only(register.place_of(line["place"])),
        indicator=indicator or _only(register.indicator_of(line["indicator"])),
        year=figure.year if figure else None,
        value=figure.value if figure else None,
        unit=register.indicators[indicator].unit if indicator else None,
        value_in_file=line[value],
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
