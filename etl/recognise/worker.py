"""The process that recognises one received file: a request and the file's bytes in, its report out.

It runs apart, below 1 GiB and until it is stopped (`apart.py`): a file made to exhaust the
recogniser takes down this process, never the application. One line of JSON is one message:

    in    the request, then as many bytes as it says; then the present figures, where they were asked for
    out   {"wanted": series}, once at most; {"cells": rows} and {"skipped": rows}, in portions; {"rest": …}, the last
"""

import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, TextIO

from etl.recognise.engine import recognise_sheets
from etl.recognise.grid import sheet_of
from etl.recognise.opened import NotOpened
from etl.recognise.plausibility import Known
from etl.recognise.reader import TOO_MUCH_MEMORY, limit_memory, opened
from etl.recognise.recipe import Recipe
from etl.recognise.report import Cell, Report, Skipped

_AT_ONCE = 2000  # rows of a message


def main() -> int:
    """Recognise the file on standard input; whatever goes wrong is a sentence."""
    limit_memory()
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read(asked["bytes"])
    try:
        report = _recognised(data, asked, out)
    except NotOpened as refused:
        _say(out, {"rest": {"error": str(refused), "found": refused.found}})
    except MemoryError:
        _say(out, {"rest": {"error": TOO_MUCH_MEMORY, "found": ""}})
    else:
        _say_report(out, report)
    return 0


def _recognised(data: bytes, asked: dict[str, Any], out: TextIO) -> Report:
    sheets = tuple(sheet_of(number, **vars(each)) for number, each in enumerate(opened(data), 1))

    def look_up(series: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str, int], float]:
        _say(out, {"wanted": series})
        found = json.loads(sys.stdin.buffer.readline())
        return {(indicator, place, year): value for indicator, place, year, value in found}

    return recognise_sheets(
        sheets,
        name=asked["name"],
        register=_register(asked["register"]),
        answers=asked["answers"],
        known=Known(latest_year=asked["latest_year"], look_up=look_up) if asked["knows"] else None,
        recipes=[Recipe(**{**each, "answers": tuple(map(tuple, each["answers"]))}) for each in asked["recipes"]],
        this_year=asked["this_year"] or datetime.now(tz=UTC).year,
    )


def _register(given: dict[str, Any]) -> SimpleNamespace:
    """What recognising asks of a register, from its tables."""
    return SimpleNamespace(**{
        kind: {id: SimpleNamespace(**entry) for id, entry in entries.items()} for kind, entries in given.items()
    })  # fmt: skip


def _say_report(out: TextIO, report: Report) -> None:
    _say_rows(out, "cells", report.cells, [field.name for field in fields(Cell)])
    _say_rows(out, "skipped", report.skipped, [field.name for field in fields(Skipped)])
    rest = {
        "questions": [vars(each) for each in report.questions],
        "offers": [vars(each) for each in report.offers],
        "answered": [vars(each) for each in report.answered],
        "problems": [vars(each) for each in report.problems],
        "settled": report.settled,
        "recipe_used": report.recipe_used,
        "shape": report.shape,
    }
    _say(out, {"rest": rest})


def _say_rows(out: TextIO, name: str, rows: Sequence[Any], columns: Iterable[str]) -> None:
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        _say(out, {name: [[getattr(row, column) for column in columns] for row in some]})


def _say(out: TextIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
