"""indicators.toml in, Register out: the only place where the meaning of a number is written down."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from etl.names import normal_name
from etl.problem import STOP, Problem, Refused
from etl.register_checks import Book, check_book
from etl.register_fields import Entry, Source, read_entries
from etl.register_items import (
    Document,
    Indicator,
    Milestone,
    Place,
    Step,
    Target,
    Task,
    Unit,
)
from etl.register_lines import lines_of
from etl.register_quotes import Quotes, check_quotes

__all__ = [
    "Document",
    "Indicator",
    "Milestone",
    "Place",
    "Problem",
    "Refused",
    "Register",
    "Step",
    "Target",
    "Task",
    "Unit",
    "read_register",
]


@dataclass(frozen=True)
class Register:
    """Everything the documents say, by id, in the order of the file."""

    documents: dict[str, Document]
    places: dict[str, Place]
    units: dict[str, Unit]
    indicators: dict[str, Indicator]
    targets: dict[str, Target]
    tasks: dict[str, Task]
    sha256: str  # of the file as read
    quotes_checked: int
    quotes_unchecked: int  # their text was not at hand

    def place_of(self, name: str) -> tuple[str, ...]:
        """All places that `name` (code, name, short or former name, alias) may mean."""
        return self._places_by_name.get(normal_name(name), ())

    def indicator_of(self, name: str) -> tuple[str, ...]:
        """All indicators that `name` (id, name or alias) may mean."""
        return self._indicators_by_name.get(normal_name(name), ())

    @cached_property
    def _places_by_name(self) -> dict[str, tuple[str, ...]]:
        return _ids_by_name((place.id, place.names) for place in self.places.values())

    @cached_property
    def _indicators_by_name(self) -> dict[str, tuple[str, ...]]:
        return _ids_by_name((each.id, each.names) for each in self.indicators.values())


def read_register(path: str | Path, *, texts: str | Path | None = None) -> Register:
    """The register in the file at `path`, its quotes checked against the full texts in `texts`.

    Raises Refused with every problem at once, each with its line; nothing is skipped.
    """
    path = Path(path)
    data = _bytes_of(path)
    content, table = _parsed(data, name=path.name)
    source = Source(name=path.name, lines=lines_of(content))
    entries, problems = read_entries(table, source)
    book = Book(entries=tuple(entries), source=source)
    quotes = check_quotes(book, texts=Path(texts) if texts is not None else None)
    problems = [*problems, *check_book(book), *quotes.problems]
    if problems:
        raise Refused(tuple(sorted(problems, key=_line_number)))
    return _built(book, quotes, sha256=hashlib.sha256(data).hexdigest())


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _refused(path.name, f"读不到登记文件 {path}，请检查路径。") from error


def _parsed(data: bytes, *, name: str) -> tuple[str, dict[str, Any]]:
    try:
        content = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refused(
            f"{name} 第{line}行", "不是 UTF-8 编码，请另存为 UTF-8 后再试。"
        ) from error
    try:
        return content, tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise _refused(*_syntax_error(str(error), content, name=name)) from error


# tomllib's own words -> ours; its message ends in "(at line L, column C)"
_SYNTAX = {
    "Cannot overwrite a value": "同一个键写了两次，请删去一个",
    "Cannot declare": "同一个表写了两次，请合并或改编号",
    "Cannot mutate immutable namespace": "这个表已在别处写完，不能再添加",
    "Unclosed array": "方括号 [ ] 没有配对",
    "Expected '=' after a key": "键的后面缺少等号 =（含中文或空格的键要加引号）",
    "Expected ']": "表头的方括号 [ ] 没有配对",
    "Unterminated string": "引号没有配对",
    "Illegal character": "引号没有配对，或文字里有不允许的字符",
    "Unescaped '\\'": "文字里的反斜杠要写成两个 \\\\",
    "Invalid value": "等号后面的值写法不对（文字要加英文引号，年份和数字不加）",
    "Invalid initial character for a key part": "键的写法不对（含中文或空格的键要加引号）",
    "Expected newline or end of document": "一行只能写一个键，值的后面有多余的内容",
    "Invalid date or datetime": "不存在的日期",
}


def _syntax_error(message: str, content: str, *, name: str) -> tuple[str, str]:
    match = re.search(r"at line (\d+), column (\d+)", message)
    line = int(match[1]) if match else content.count("\n") + 1
    said = next((ours for theirs, ours in _SYNTAX.items() if theirs in message), "不合 TOML 写法")
    at = content.splitlines()[line - 1].strip()[:60] if content.splitlines()[line - 1 :] else ""
    return f"{name} 第{line}行", f"{said}：“{at}”。请改正这一行（或它的上一行）。"


def _refused(where: str, message: str) -> Refused:
    return Refused((Problem(STOP, where=where, found="", expected="", message=message),))


def _line_number(problem: Problem) -> int:
    match = re.search(r"第(\d+)行$", problem.where)
    return int(match[1]) if match else 0


def _built(book: Book, quotes: Quotes, *, sha256: str) -> Register:
    """The frozen values of entries that have no problem."""
    return Register(
        documents={e.id: _document(e, at) for at, e in enumerate(book.of("documents"))},
        places={e.id: _place(e, at) for at, e in enumerate(book.of("places"))},
        units={e.id: _unit(e, at) for at, e in enumerate(book.of("units"))},
        indicators={e.id: _indicator(e, at) for at, e in enumerate(book.of("indicators"))},
        targets={
            e.id: _target(e, at, book=book, quotes=quotes)
            for at, e in enumerate(book.of("targets"))
        },
        tasks={e.id: _task(e, at) for at, e in enumerate(book.of("tasks"))},
        sha256=sha256,
        quotes_checked=quotes.checked,
        quotes_unchecked=quotes.unchecked,
    )


def _document(entry: Entry, at: int) -> Document:
    values = entry.values
    year, day = _year_and_day(values["published"])
    return Document(
        id=entry.id,
        title=values["title"],
        short=values.get("short", values["title"]),
        issuer=values.get("issuer", ""),
        published_year=year,
        published_on=day,
        place=values["place"],
        text=values.get("text", ""),
        position=at,
    )


def _place(entry: Entry, at: int) -> Place:
    values = entry.values
    return Place(
        id=entry.id,
        name=values["name"],
        short=values.get("short", values["name"]),
        level=values["level"],
        part_of=values.get("part_of"),
        aliases=values.get("aliases", ()),
        formerly=values.get("formerly", ()),
        tile=values.get("tile"),
        position=at,
    )


def _unit(entry: Entry, at: int) -> Unit:
    values = entry.values
    return Unit(
        id=entry.id, name=values["name"], formerly=values.get("formerly", ()), position=at
    )


def _indicator(entry: Entry, at: int) -> Indicator:
    values = entry.values
    return Indicator(
        id=entry.id,
        name=values["name"],
        unit=values["unit"],
        better=values["better"],
        kind=values.get("kind", "ratio" if values["unit"] == "%" else "amount"),
        theme=values.get("theme", ""),
        plausible=values.get("plausible"),
        lag_years=values.get("lag_years", 1),
        definition=values.get("definition", ""),
        note=values.get("note", ""),
        aliases=values.get("aliases", ()),
        rate_of=values.get("rate_of"),
        rate_base=values.get("rate_base"),
        beside=values.get("beside", ()),
        part_of=values.get("part_of"),
        decimals=values.get("decimals"),
        position=at,
    )


def _target(entry: Entry, at: int, *, book: Book, quotes: Quotes) -> Target:
    values = entry.values
    by_year, by_date = _year_and_day(values.get("by"))
    valid_from = values.get("valid_from")
    unit = book.by_kind["indicators"][values["indicator"]].values["unit"]
    return Target(
        id=entry.id,
        document=values["document"],
        section=values.get("section", ""),
        quote=values["quote"],
        quote_line=quotes.lines.get(entry.path),
        indicator=values["indicator"],
        places=values.get("places", (values.get("place"),)),
        measure=values["measure"],
        rule=values["rule"],
        value=values.get("value"),
        value_to=values.get("value_to"),
        unit=values.get("unit", "%" if values["measure"] == "change" else unit),
        by_year=by_year,
        by_date=by_date,
        base_year=values.get("base_year", _default_base_year(values, by_year)),
        since=values.get("since"),
        every_year=values.get("every_year", False),
        per=values.get("per"),
        window=values.get("window"),
        force=values.get("force", "duty"),
        soft=values.get("soft", ""),
        assigned=values.get("assigned", False),
        assigned_value=values.get("assigned_value"),
        assigned_source=values.get("assigned_source", ""),
        reading=values.get("reading", ""),
        note=values.get("note", ""),
        same_as=values.get("same_as", ()),
        replaces=values.get("replaces"),
        valid_from=date(valid_from, 1, 1) if isinstance(valid_from, int) else valid_from,
        milestones=tuple(
            Milestone(year=step["by"], value=step["value"]) for step in values.get("milestones", ())
        ),
        after=values.get("after"),
        condition_met=values.get("condition_met"),
        not_applicable=values.get("not_applicable", ""),
        checked=values.get("checked", ""),
        lead=values.get("lead", ()),
        support=values.get("support", ()),
        position=at,
    )


def _task(entry: Entry, at: int) -> Task:
    values = entry.values
    return Task(
        id=entry.id,
        document=values["document"],
        section=values.get("section", ""),
        title=values["title"],
        quote=values["quote"],
        place=values.get("place"),
        due=values.get("due"),
        year=values.get("year"),
        standing=values.get("standing", ""),
        goal=values.get("goal", ""),
        reading=values.get("reading", ""),
        note=values.get("note", ""),
        lead=values.get("lead", ()),
        support=values.get("support", ()),
        serves=values.get("serves", ()),
        steps=tuple(_step(step) for step in values.get("steps", ())),
        position=at,
    )


def _step(values: Mapping[str, Any]) -> Step:
    return Step(
        title=values["title"],
        quote=values.get("quote", ""),
        due=values.get("due"),
        year=values.get("year"),
        standing=values.get("standing", ""),
        lead=values.get("lead", ()),
    )


def _default_base_year(values: Mapping[str, Any], by_year: int | None) -> int | None:
    """A change without a base is against the year before its deadline (零增长)."""
    if values["measure"] != "change" or by_year is None or values.get("every_year"):
        return None
    return by_year - 1


def _year_and_day(value: int | date | None) -> tuple[Any, date | None]:
    """Year, and the day where it lies inside the year: 12-31 is the year itself."""
    if not isinstance(value, date):
        return value, None
    return value.year, None if (value.month, value.day) == (12, 31) else value


def _ids_by_name(named: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    ids: dict[str, tuple[str, ...]] = {}
    for id, names in named:
        for name in {normal_name(each) for each in names}:
            ids[name] = (*ids.get(name, ()), id)
    return ids
