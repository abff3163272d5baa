"""indicators.toml in, Register out: the only place where the meaning of a number is written down."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from etl.names import normal_name
from etl.problem import STOP, Problem, Refused
from etl.register_book import Book
from etl.register_build import document_of, indicator_of, place_of, target_of, task_of, unit_of
from etl.register_checks import check_book
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

Item = TypeVar("Item")

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
    text: str = field(repr=False)  # the file as read: the database keeps it beside what it says

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
    return parse_register(_bytes_of(path), name=path.name, texts=texts)


def parse_register(data: bytes, *, name: str, texts: str | Path | None = None) -> Register:
    """The register in the bytes of a file called `name`; as read_register in all else."""
    content, table = _parsed(data, name=name)
    source = Source(name=name, lines=lines_of(content))
    entries, problems = read_entries(table, source)
    book = Book(entries=tuple(entries), source=source)
    quotes = check_quotes(book, texts=Path(texts) if texts is not None else None)
    problems = [*problems, *check_book(book), *quotes.problems]
    if problems:
        raise Refused(tuple(sorted(problems, key=_line_number)))
    return _built(book, quotes, sha256=hashlib.sha256(data).hexdigest(), text=content)


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
        raise _refused(f"{name} 第{line}行", "不是 UTF-8 编码，请另存为 UTF-8 后再试。") from error
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
    at = "".join(content.split("\n")[line - 1 : line]).strip()[:60]
    return f"{name} 第{line}行", f"{said}：“{at}”。请改正这一行（或它的上一行）。"


def _refused(where: str, message: str) -> Refused:
    return Refused((Problem(STOP, where=where, found="", expected="", message=message),))


def _line_number(problem: Problem) -> int:
    match = re.search(r"第(\d+)行$", problem.where)
    return int(match[1]) if match else 0


def _built(book: Book, quotes: Quotes, *, sha256: str, text: str) -> Register:
    units = {entry.id: entry.values["unit"] for entry in book.of("indicators")}
    targets = [
        target_of(
            entry,
            at,
            own_unit=units[entry.values["indicator"]],
            quote_line=quotes.lines.get(entry.path),
        )
        for at, entry in enumerate(book.of("targets"))
    ]
    return Register(
        documents=_by_id(book, "documents", document_of),
        places=_by_id(book, "places", place_of),
        units=_by_id(book, "units", unit_of),
        indicators=_by_id(book, "indicators", indicator_of),
        targets={target.id: target for target in targets},
        tasks=_by_id(book, "tasks", task_of),
        sha256=sha256,
        quotes_checked=quotes.checked,
        quotes_unchecked=quotes.unchecked,
        text=text,
    )


def _by_id(book: Book, kind: str, build: Callable[[Entry, int], Item]) -> dict[str, Item]:
    return {entry.id: build(entry, at) for at, entry in enumerate(book.of(kind))}


def _ids_by_name(named: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    ids: dict[str, tuple[str, ...]] = {}
    for id, names in named:
        for name in {normal_name(each) for each in names}:
            ids[name] = (*ids.get(name, ()), id)
    return ids
