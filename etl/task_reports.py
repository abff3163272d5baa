"""The two files about tasks: reports on them, and explanations under a judgement or a task.

tasks.csv          task,step,document,place,state,stated_on,percent,text,evidence,evidence_file,unit,person,basis,source,note
explanations.csv   target,place,year,task,stated_on,cause,measures,unit,person,note

What one row must hold is read here; what it may say after the reports there are (who closes,
what relapses) is in etl/task_rules.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import PurePath
from typing import Any

from etl.cells import Unfit, cell_problem, read_number, read_place, read_published, read_year
from etl.clock import china_now
from etl.csv_rows import CsvRow, read_rows
from etl.facts import ExplanationRow, TaskReportRow
from etl.names import near_names, normal_name
from etl.problem import Problem
from etl.register import Register
from etl.register_items import Document, Task
from etl.words import read_words

REPORT_COLUMNS = (
    "task", "step", "document", "place", "state", "stated_on", "percent", "text", "evidence", "evidence_file", "unit",
    "person", "basis", "source", "note", "title",
)  # fmt: skip
EXPLANATION_COLUMNS = (
    "target", "place", "year", "task", "stated_on", "cause", "measures", "unit", "person", "note",
)  # fmt: skip
_REPORT_REQUIRED = ("task", "state", "stated_on", "text")
_EXPLANATION_REQUIRED = ("stated_on", "cause", "measures", "unit", "person")

# Acts of somebody else than the unit that does the work: on what they rest and who stands for them must be said.
ACTS_OF_OTHERS = ("closed", "verified")


def read_task_reports(data: bytes, *, name: str, register: Register) -> tuple[list[TaskReportRow], list[Problem]]:
    """Rows of a file of reports, and every problem it has.

    An empty `task` is a total for many tasks of `document` (METHOD §4: it stays one); `title` is
    there for people and not read.
    """
    lines, problems = read_rows(
        data, name=name, required=_REPORT_REQUIRED,
        optional=[column for column in REPORT_COLUMNS if column not in _REPORT_REQUIRED],
    )  # fmt: skip
    read: list[TaskReportRow] = []
    for line in lines:
        values, wrong = _read_cells(
            line,
            {
                "task": partial(_read_task, line=line, register=register),
                "state": _read_state,
                "stated_on": _read_day,
                "percent": _read_percent,
                "text": partial(_read_text, expected="报告的内容"),
                "unit": partial(read_unit, register=register),
                "evidence_file": _read_file_name,
            },
            name=name,
        )
        if "task" in values:
            wrong += _read_where(line, values, name=name, register=register)
        if "state" in values:
            wrong += _unsigned(line, values["state"], name=name)
        problems += wrong
        if not wrong:
            read.append(_report(line, values))
    return read, problems


def read_explanations(data: bytes, *, name: str, register: Register) -> tuple[list[ExplanationRow], list[Problem]]:
    """Rows of a file of explanations, and every problem it has.

    Each is about a task, or about a target in a place and a year (an empty place: the target's
    only one). Where the register names lead units, one of them must have signed.
    """
    lines, problems = read_rows(
        data, name=name, required=_EXPLANATION_REQUIRED,
        optional=[column for column in EXPLANATION_COLUMNS if column not in _EXPLANATION_REQUIRED],
    )  # fmt: skip
    read: list[ExplanationRow] = []
    for line in lines:
        values, wrong = _read_cells(
            line,
            {
                "stated_on": _read_day,
                "cause": partial(_read_text, expected="原因"),
                "measures": partial(_read_text, expected="下一步措施"),
                "person": partial(_read_text, expected="签名"),
                "unit": partial(_read_signing_unit, register=register),
            },
            name=name,
        )
        try:
            about = _about(line, register=register)
        except _Misplaced as misplaced:
            wrong.append(cell_problem(line, misplaced.column, misplaced.unfit, name=name))
        else:
            wrong += _not_in_charge(line, values.get("unit"), about, name=name, register=register)
        problems += wrong
        if not wrong:
            read.append(
                ExplanationRow(
                    target=about.target,
                    place=about.place,
                    year=about.year,
                    task=about.task,
                    note=line["note"],
                    **values,
                )
            )
    return read, problems


def evidence_names(data: bytes) -> list[str]:
    """The evidence files that a file of reports names, each once; none where it is another file."""
    lines, _ = read_rows(data, name="", required=_REPORT_REQUIRED, optional=REPORT_COLUMNS)
    named = dict.fromkeys(line["evidence_file"] for line in lines if line["evidence_file"])
    return [name for name in named if _is_plain(name)]


def read_unit(text: str, *, register: Register) -> str:
    """The id of a unit by its id or any of its names, today's or former; another name as it stands."""
    if text in register.units:
        return text
    wanted = normal_name(text)
    found = [
        unit.id for unit in register.units.values() if wanted in {normal_name(each) for each in (unit.name, *unit.formerly)}
    ]  # fmt: skip
    return found[0] if len(found) == 1 else text


# reports -----------------------------------------------------------------------------------------


def _report(line: CsvRow, values: Mapping[str, Any]) -> TaskReportRow:
    return TaskReportRow(
        task=values["task"], step=values["step"], document=values["document"], place=values["place"],
        state=values["state"], stated_on=values["stated_on"], percent=values["percent"], text=values["text"],
        evidence=line["evidence"], evidence_file=values["evidence_file"], unit=values["unit"], person=line["person"],
        basis=line["basis"], source=line["source"], note=line["note"],
    )  # fmt: skip


def _read_cells(
    line: CsvRow, readers: Mapping[str, Callable[[str], Any]], *, name: str
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, read in readers.items():
        try:
            values[column] = read(line[column])
        except Unfit as unfit:
            problems.append(cell_problem(line, column, unfit, name=name))
    return values, problems


def _read_where(line: CsvRow, values: dict[str, Any], *, name: str, register: Register) -> list[Problem]:
    """Step, document and place into `values`; the report may not be older than the document."""
    problems: list[Problem] = []
    task = register.tasks.get(values["task"])
    readers: dict[str, Callable[[str], Any]] = {
        "step": partial(_read_step, task=task),
        "document": partial(_read_document, task=task, register=register),
    }
    read, wrong = _read_cells(line, readers, name=name)
    values.update(read)
    problems += wrong
    if "document" not in read:
        return problems
    document = register.documents[read["document"]]
    try:
        values["place"] = _place_of(line["place"], task=task, document=document, register=register)
    except Unfit as unfit:
        problems.append(cell_problem(line, "place", unfit, name=name))
    if "stated_on" in values and values["stated_on"] < _first_day(document):
        early = Unfit(f"{_first_day(document)} 及以后", "报告的日期早于文件的印发日期")
        problems.append(cell_problem(line, "stated_on", early, name=name))
    return problems


def _first_day(document: Document) -> date:
    """The document's day; where only its year is known, that year's first."""
    return document.published_on or date(document.published_year, 1, 1)


def _place_of(text: str, *, task: Task | None, document: Document, register: Register) -> str:
    own = (task.place if task else None) or document.place
    place = read_place(text, register=register) if text else own
    if task is not None and place != own:
        raise Unfit(register.places[own].name, "这项任务登记在另一个地区")
    return place


def _read_task(text: str, *, line: CsvRow, register: Register) -> str:
    """The task an id or a title means, "" for a total."""
    if not text or text in register.tasks:
        return text
    wanted = normal_name(text)
    found = [
        task.id
        for task in register.tasks.values()
        if normal_name(task.title) == wanted
        and (not line["document"] or _is_called(line["document"], register.documents[task.document]))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise Unfit("任务编号", f"有{len(found)}项任务叫这个名称，请写编号或在 document 列写明文件")
    near = near_names(text, [task.title for task in register.tasks.values()])
    raise Unfit("登记过的任务编号或名称", f"登记表里没有这项任务{'，相近的有：' + '、'.join(near) if near else ''}")


def _is_called(text: str, document: Document) -> bool:
    return normal_name(text) in {
        normal_name(each) for each in (document.id, document.title, document.short or "") if each
    }


def _read_document(text: str, *, task: Task | None, register: Register) -> str:
    if task is not None:
        if text and not _is_called(text, register.documents[task.document]):
            raise Unfit(register.documents[task.document].title, "这项任务出自另一份文件")
        return task.document
    found = [document.id for document in register.documents.values() if text and _is_called(text, document)]
    if len(found) != 1:
        raise Unfit("登记过的文件编号或标题", "没有写任务的一行是许多任务的合计，要写明是哪份文件" if not text else "")
    return found[0]


def _read_step(text: str, *, task: Task | None) -> int:
    """The number of a step, from 1; 0 where the whole task is meant."""
    if not text or text == "0":
        return 0
    if task is None:
        raise Unfit("空", "合计没有步骤")
    titles = {normal_name(step.title): at for at, step in enumerate(task.steps, 1)}
    at = int(text) if text.isdecimal() else titles.get(normal_name(text), 0)
    if not 1 <= at <= len(task.steps):
        listed = "、".join(f"{number} {step.title}" for number, step in enumerate(task.steps, 1))
        raise Unfit(listed or "空（这项任务没有步骤）", "这项任务没有这个步骤")
    return at


def _read_state(text: str) -> str:
    words = read_words().task_reports
    ids = {word: state for state, word in words.items()}
    if text not in words and text not in ids:
        raise Unfit("、".join(words.values()) + " 之一")
    return ids.get(text, text)


def _read_day(text: str) -> date:
    day = read_published(text)
    if day is None:
        raise Unfit("报告的日期，例如 2018-06-30")
    if day > china_now().date():
        raise Unfit("今天或以前的日期", "日期在今天以后")
    return day


def _read_percent(text: str) -> float | None:
    percent = read_number(text.rstrip("%％"))
    if percent is not None and not 0 <= percent <= 100:
        raise Unfit("0–100 的完成百分比；没有就留空")
    return percent


def _read_text(text: str, *, expected: str) -> str:
    if not text:
        raise Unfit(expected, f"不能为空，请写明{expected}")
    return text


def _read_file_name(text: str) -> str:
    if text and not _is_plain(text):
        raise Unfit("与本文件放在一起的文件名，不带路径")
    return text


def _is_plain(name: str) -> bool:
    return PurePath(name).name == name and "\\" not in name and not name.startswith(".")


def _unsigned(line: CsvRow, state: str, *, name: str) -> list[Problem]:
    """What closing and verifying must say, and the line does not."""
    if state not in ACTS_OF_OTHERS:
        return []
    word = read_words().task_reports[state]
    wanted = {"basis": f"{word}的依据", "unit": f"由哪个单位{word}", "person": f"由谁{word}"}
    return [
        cell_problem(line, column, Unfit(expected, f"{word}要写明{expected}"), name=name)
        for column, expected in wanted.items()
        if not line[column]
    ]


# explanations ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _About:
    target: str
    place: str
    year: int | None
    task: str


class _Misplaced(Exception):
    """What an explanation is about does not fit; the column it stands in."""

    def __init__(self, column: str, unfit: Unfit) -> None:
        super().__init__(column)
        self.column = column
        self.unfit = unfit


def _about(line: CsvRow, *, register: Register) -> _About:
    if bool(line["task"]) == bool(line["target"]):
        raise _Misplaced("target", Unfit("一个任务或一个目标", "要写明说的是哪个任务或哪个目标，且只写一个"))
    column = "task"
    try:
        if line["task"]:
            return _About("", "", None, _read_task(line["task"], line=line, register=register))
        column = "target"
        target = register.targets.get(line["target"])
        if target is None:
            near = near_names(line["target"], register.targets)
            raise Unfit("登记过的目标编号", f"登记表里没有这个目标{'，相近的有：' + '、'.join(near) if near else ''}")
        column = "place"
        only = target.places[0] if len(target.places) == 1 else ""
        place = read_place(line["place"], register=register) if line["place"] or not only else only
        if place not in target.places:
            raise Unfit("、".join(register.places[each].name for each in target.places), "目标不涉及这个地区")
        column = "year"
        return _About(target.id, place, read_year(line["year"]), "")
    except Unfit as unfit:
        raise _Misplaced(column, unfit) from unfit


def _read_signing_unit(text: str, *, register: Register) -> str:
    return read_unit(_read_text(text, expected="署名单位"), register=register)


def _not_in_charge(line: CsvRow, unit: str | None, about: _About, *, name: str, register: Register) -> list[Problem]:
    item = register.tasks[about.task] if about.task else register.targets[about.target]
    lead = [read_unit(each, register=register) for each in item.lead]
    if unit is None or not lead or unit in lead:
        return []
    shown = "、".join(register.units[each].name if each in register.units else each for each in lead)
    return [cell_problem(line, "unit", Unfit(shown, "原因和措施由牵头单位说明"), name=name)]
