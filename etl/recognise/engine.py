"""Bytes of any received file in, a report of every cell out.

The four steps: open, lay out, match with the register (asking where the file does not say),
doubt the values. Nothing is stored here, and the same input always gives the same report.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from etl.problem import LOOK, STOP, Problem
from etl.recognise.context import Context
from etl.recognise.grid import Sheet, Unreadable, read_grid, shown_name
from etl.recognise.indicators import Indicators
from etl.recognise.labels import Labels
from etl.recognise.layout import Laid, RawCell, lay_out
from etl.recognise.matching import Matcher
from etl.recognise.places import Places
from etl.recognise.plausibility import Known, doubts
from etl.recognise.questions import HUNDREDFOLD, LEAVE, Asking, listed, share_or_percent, use_or_leave
from etl.recognise.recipe import Recipe, fingerprint, recipe_for
from etl.recognise.report import ASKED, LEFT_OUT, REFERENCE, TAKEN, UNKNOWN_PLACE, Cell, Report, Skipped
from etl.recognise.text import clean, names_yearbook, years_in
from etl.recognise.units import Units


@dataclass(frozen=True)
class _Read:
    """The whole file laid out."""

    cells: list[RawCell]
    skipped: list[Skipped]
    shape: str
    years: list[int]
    yearbook: list[int]


def recognise(
    data: bytes,
    *,
    name: str,
    register: Any,
    answers: Mapping[str, str] | None = None,
    known: Known | None = None,
    recipes: Iterable[Recipe] | Mapping[str, Recipe] | None = None,
    this_year: int | None = None,
) -> Report:
    """Everything a received file says, cell by cell.

    `register` has places, indicators, targets (id to entry). `answers` are question ids with
    choices; they outrank those of a fitting recipe. `known` holds present figures to compare
    with. `this_year` bounds the years offered, by default the calendar's.
    Never raises for the content of a file: what cannot be opened is one problem that stops.
    """
    try:
        sheets = read_grid(data, name=name)
    except Unreadable as refused:
        return Report(problems=(refused.problem,))
    return recognise_sheets(
        sheets, name=name, register=register, answers=answers, known=known, recipes=recipes, this_year=this_year
    )


def recognise_sheets(
    sheets: tuple[Sheet, ...],
    *,
    name: str,
    register: Any,
    answers: Mapping[str, str] | None = None,
    known: Known | None = None,
    recipes: Iterable[Recipe] | Mapping[str, Recipe] | None = None,
    this_year: int | None = None,
) -> Report:
    """`recognise` for sheets that are open already."""
    places, indicators = Places.of(register.places), Indicators.of(register.indicators)
    read = _lay_out(sheets, places, indicators, name=name)
    recipe = recipe_for(read.shape, recipes)
    asking = Asking(dict(answers or {}), remembered=dict(recipe.answers if recipe else ()))
    matcher = Matcher(
        labels=Labels(places, indicators, asking),
        units=Units(asking),
        asking=asking,
        likely_years=_likely_years(read, name=name, known=known, recipe=recipe),
        latest_year=this_year or datetime.now(tz=UTC).year,
    )
    cells, skipped = matcher.match_all(read.cells)
    cells = _doubted(cells, register, asking, known)
    problems = [*matcher.problems(), *_problems(cells, sheets, asking, name=name)]
    return Report(
        cells=tuple(cells),
        skipped=tuple(dict.fromkeys((*read.skipped, *skipped))),
        questions=asking.questions(),
        answered=asking.answered(),
        offers=asking.offers(),
        problems=tuple(problems),
        settled=tuple(sorted(asking.settled.items())),
        recipe_used=recipe.shape if recipe and set(dict(recipe.answers)) & set(asking.settled) else None,
        shape=read.shape,
    )


def _lay_out(sheets: tuple[Sheet, ...], places: Places, indicators: Indicators, *, name: str) -> _Read:
    laid: list[Laid] = []
    context: Context | None = None
    editions = years_in(clean(name)) if names_yearbook(name) else []
    for sheet in sheets:
        one, context = lay_out(sheet, places=places, indicators=indicators, before=context, editions=editions)
        editions += one.yearbook
        laid.append(one)
    skipped = [
        Skipped(skip.sheet.name, skip.row + 1, skip.column, skip.found[:200], skip.why)
        for one in laid
        for skip in one.skips
    ]
    return _Read(
        cells=[cell for one in laid for cell in one.cells],
        skipped=skipped,
        shape=fingerprint(dict.fromkeys(part for one in laid for part in one.shape)),
        years=[year for one in laid for year in one.years],
        yearbook=[year for one in laid for year in one.yearbook],
    )


def _likely_years(read: _Read, *, name: str, known: Known | None, recipe: Recipe | None) -> list[int]:
    """Years to offer first: next after the recipe's, those named, the yearbook's year before."""
    likely = [recipe.year + 1] if recipe and recipe.year else []
    likely += read.years
    for year in read.yearbook:
        likely += [year - 1, year]
    likely += years_in(clean(name))
    if known and known.latest_year:
        likely += [known.latest_year + 1, known.latest_year]
    return list(dict.fromkeys(likely))


def _doubted(cells: list[Cell], register: Any, asking: Asking, known: Known | None) -> list[Cell]:
    """The cells with their values doubted; a doubt not answered keeps a cell out of the figures."""
    ranges = {
        indicator: (float(entry.plausible[0]), float(entry.plausible[1]))
        for indicator, entry in register.indicators.items()
        if getattr(entry, "plausible", None)
    }
    running = {
        target.indicator
        for target in _entries(register, "targets")
        if getattr(target, "measure", "") == "running_total"
    }
    found = doubts(
        cells,
        ranges=ranges,
        running_totals=running,
        wholes=_wholes(cells),
        known=known.about(cells) if known else None,
    )
    out = list(cells)
    for doubt in found:
        answer = None
        mine = [
            (at, text)
            for at, text in zip(doubt.cells, doubt.found, strict=True)
            if cells[at].state not in {LEFT_OUT, UNKNOWN_PLACE}
        ]
        choices = share_or_percent() if doubt.kind == "shares" else use_or_leave()
        for _, text in mine:
            answer = asking.ask(f"value:{doubt.kind}", about="value", where=text, why=doubt.why, choices=choices)
        for at, _ in mine:
            cell = out[at]
            if answer is None:
                out[at] = replace(
                    cell,
                    state=ASKED if cell.state == TAKEN else cell.state,
                    questions=tuple(dict.fromkeys((*cell.questions, f"value:{doubt.kind}"))),
                )
            elif answer == LEAVE:
                out[at] = replace(cell, state=LEFT_OUT, reason=doubt.why)
            elif answer == HUNDREDFOLD and cell.value is not None:
                value = float(Decimal(repr(cell.value)) * 100)
                out[at] = replace(cell, value=value, reason=f"{cell.value:.12g} 即 {value:.12g}%")
    return out


def _entries(register: Any, name: str) -> list[Any]:
    found = getattr(register, name, ())
    return list(found.values() if isinstance(found, Mapping) else found)


def _wholes(cells: list[Cell]) -> dict[int, int]:
    """A part's cell to its whole's: a sub-column of the header, or 市辖区 of 全市."""
    by_row: dict[tuple[int, int, int | None], dict[str, int]] = {}
    for at, cell in enumerate(cells):
        by_row.setdefault((cell.sheet_number, cell.row, cell.year), {})[cell.label_indicator] = at
    wholes: dict[int, int] = {}
    for labels in by_row.values():
        for label, at in labels.items():
            if cells[at].unit in {"%", "‰"} or cells[at].unit is None:
                continue
            head, _, tail = label.rpartition(" ")
            whole = labels.get(f"{head} 全市") if tail == "市辖区" else labels.get(head)
            if whole is not None and whole != at:
                wholes[at] = whole
    return wholes


def _problems(cells: list[Cell], sheets: tuple[Sheet, ...], asking: Asking, *, name: str) -> list[Problem]:
    problems = []
    where = shown_name(name)
    if not cells:
        problems.append(
            Problem(
                STOP,
                where,
                f"{len(sheets)}张表",
                "有地区或指标、有年份、有数字的表",
                "文件里没有找到数据表：没有一行同时有名称和数字。请检查是否选错了文件。",
            )
        )
    elif not any(cell.state in {TAKEN, ASKED, REFERENCE} for cell in cells):
        problems.append(
            Problem(
                LOOK,
                where,
                f"{len(cells)}个单元格",
                "登记表里的地区和指标",
                "文件能读，但没有一个数值会进入数据库：地区或指标不在任何文件的目标里。",
            )
        )
    read_from = {cell.sheet_number for cell in cells}
    hidden = [sheet.name for sheet in sheets if sheet.hidden and sheet.number in read_from]
    if hidden:
        problems.append(
            Problem(
                LOOK, where, listed(hidden), "", f"隐藏的工作表也读了：{listed(hidden)}。不该收入的请先删去再上传。"
            )
        )
    if any(sheet.macros for sheet in sheets):
        problems.append(Problem(LOOK, where, "宏", "", "文件里有宏；这里只读数值，宏不会运行。"))
    for question, answer in asking.wrong.items():
        problems.append(
            Problem(
                LOOK, question, answer, "问题给出的选项之一", f"对“{question}”的回答“{answer}”不在选项里，请重新选择。"
            )
        )
    unknown = [cell.label_place.strip() for cell in cells if cell.state == UNKNOWN_PLACE]
    if unknown:
        count = len(set(unknown))
        problems.append(
            Problem(
                LOOK,
                where,
                f"{count}个地区",
                "登记表里的地区",
                f"{count}个地区不在任何文件里，它们的{len(unknown)}个数值不采用，也可以选择留作参考：{listed(unknown)}。",
            )
        )
    return problems
