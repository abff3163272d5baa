"""Recognising in a process of its own, with limits on time and memory (`worker.py` is its other end)."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import IO, Any

from etl.problem import Problem
from etl.recognise.grid import CRASHED, MOST_SECONDS, ROOT, TOO_SLOW, Unreadable, refuse_size, unreadable
from etl.recognise.plausibility import Known
from etl.recognise.recipe import Recipe
from etl.recognise.report import Cell, Question, Report, Skipped

_CELL = [field.name for field in fields(Cell)]


def recognise_apart(
    data: bytes,
    *,
    name: str,
    register: Any,
    answers: Mapping[str, str] | None = None,
    known: Known | None = None,
    recipes: Iterable[Recipe] = (),
    this_year: int | None = None,
    seconds: float = MOST_SECONDS,
) -> Report:
    """`engine.recognise`, which is stopped after `seconds`: then the report is one problem that stops.

    Opening and recognising together have that time, and 1 GiB. `known.look_up` runs here, in this process.
    """
    request = {
        "name": name,
        "bytes": len(data),
        "answers": dict(answers or {}),
        "knows": known is not None,
        "latest_year": known.latest_year if known else None,
        "recipes": [asdict(recipe) for recipe in recipes],
        "this_year": this_year,
        "register": _tables_of(register),
    }
    try:
        refuse_size(data, name=name)
        return _Conversation(request, data, name=name, known=known, seconds=seconds).report()
    except Unreadable as refused:
        return Report(problems=(refused.problem,))


class _Conversation:
    """One worker process from its start to its report."""

    def __init__(self, request: dict[str, Any], data: bytes, *, name: str, known: Known | None, seconds: float) -> None:
        self._request, self._data, self._name, self._known = request, data, name, known
        self._seconds = seconds
        self._late = threading.Event()

    def report(self) -> Report:
        """The worker's report. Raises Unreadable where it was too slow, or ended without one."""
        with subprocess.Popen(
            [sys.executable, "-m", "etl.recognise.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        ) as process:
            alarm = threading.Timer(self._seconds, self._stop, [process])
            alarm.daemon = True
            alarm.start()
            try:
                return self._talk(process)
            except (OSError, ValueError, KeyError) as failure:  # it is gone, or was cut off in the middle of a line
                raise unreadable(self._name, "", TOO_SLOW if self._late.is_set() else CRASHED) from failure
            finally:
                alarm.cancel()
                process.kill()

    def _stop(self, process: "subprocess.Popen[bytes]") -> None:
        self._late.set()
        process.kill()

    def _talk(self, process: "subprocess.Popen[bytes]") -> Report:
        to_worker, from_worker = process.stdin, process.stdout
        if to_worker is None or from_worker is None:
            raise OSError("no pipes")
        to_worker.write(json.dumps(self._request).encode() + b"\n" + self._data)
        to_worker.flush()
        cells: list[Cell] = []
        skipped: list[Skipped] = []
        for line in from_worker:
            message = json.loads(line)
            if "wanted" in message:
                self._answer(message["wanted"], to_worker)
            cells.extend(_cell(values) for values in message.get("cells", ()))
            skipped.extend(Skipped(*values) for values in message.get("skipped", ()))
            if "rest" in message:
                return self._report(message["rest"], cells, skipped)
        raise OSError("the worker ended without a report")

    def _answer(self, wanted: list[list[str]], to_worker: IO[bytes]) -> None:
        look_up = self._known.look_up if self._known else None
        found = look_up([(indicator, place) for indicator, place in wanted]) if look_up else {}
        rows = [[indicator, place, year, value] for (indicator, place, year), value in found.items()]
        to_worker.write(json.dumps(rows).encode() + b"\n")
        to_worker.flush()

    def _report(self, rest: dict[str, Any], cells: list[Cell], skipped: list[Skipped]) -> Report:
        if "error" in rest:
            raise unreadable(self._name, rest["found"], rest["error"])
        return Report(
            cells=tuple(cells),
            skipped=tuple(skipped),
            questions=tuple(map(_question, rest["questions"])),
            offers=tuple(map(_question, rest["offers"])),
            answered=tuple(map(_question, rest["answered"])),
            problems=tuple(Problem(**each) for each in rest["problems"]),
            settled=tuple((question, choice) for question, choice in rest["settled"]),
            recipe_used=rest["recipe_used"],
            shape=rest["shape"],
        )


def _cell(values: list[Any]) -> Cell:
    cell = dict(zip(_CELL, values, strict=True))
    return Cell(**{**cell, "questions": tuple(cell["questions"])})


def _question(given: dict[str, Any]) -> Question:
    return Question(**{**given, "choices": tuple(given["choices"]), "meanings": tuple(given["meanings"])})


def _tables_of(register: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """What recognising asks of a register, as plain values."""
    return {
        "places": {
            id: {"name": place.name, "aliases": place.aliases, "part_of": place.part_of}
            for id, place in register.places.items()
        },
        "indicators": {
            id: {"name": each.name, "aliases": each.aliases, "unit": each.unit, "plausible": each.plausible}
            for id, each in register.indicators.items()
        },
        "targets": {
            id: {"indicator": target.indicator, "measure": target.measure} for id, target in register.targets.items()
        },
    }
