"""Every quote must stand verbatim on one line of its document's full text, where that is at hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from etl.problem import Problem
from etl.register_book import Book
from etl.register_lines import Path


@dataclass(frozen=True)
class Quotes:
    """What came of comparing quotes with texts."""

    lines: Mapping[Path, int]  # entry path -> line of the text that holds its quote
    checked: int
    unchecked: int
    problems: tuple[Problem, ...]


def check_quotes(book: Book, *, texts: FilePath | None) -> Quotes:
    """Compare the quotes of targets, tasks and steps with the texts found in the folder `texts`."""
    read = {id: _lines(texts, entry.values.get("text")) for id, entry in book.by_kind["documents"].items()}
    lines: dict[Path, int] = {}
    problems: list[Problem] = []
    checked = unchecked = 0
    for path, label, document, quote in _quotes(book):
        text = read.get(document)
        if text is None:
            unchecked += 1
            continue
        checked += 1
        line = next((at for at, each in enumerate(text, start=1) if quote in each), None)
        if line is not None:
            lines[path] = line
            continue
        problems.append(
            book.source.problem(
                (*path, "quote"),
                found=quote,
                expected="与原文同一行逐字相同",
                message=f"{label} 的 quote“{quote}”在原文里没有任何一行与之逐字相同，请照原文抄写。",
            )
        )
    return Quotes(lines=lines, checked=checked, unchecked=unchecked, problems=tuple(problems))


def _quotes(book: Book) -> Iterator[tuple[Path, str, str, str]]:
    for entry in (*book.of("targets"), *book.of("tasks")):
        document: Any = entry.values.get("document")
        if "quote" in entry.values:
            yield entry.path, entry.label, document, entry.values["quote"]
        for at, step in enumerate(entry.values.get("steps", ())):
            if "quote" in step:
                path = (*entry.path, "steps", at)
                yield path, f"{entry.label} 的步骤第{at + 1}项", document, step["quote"]


def _lines(texts: FilePath | None, name: str | None) -> list[str] | None:
    """The lines of one full text, None where it is not at hand."""
    if texts is None or not name:
        return None
    path = texts / FilePath(name).name
    if not path.is_file():
        return None
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace").splitlines()
