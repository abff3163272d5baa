"""Tables that read without colour, on paper, by keyboard and aloud: real HTML tables, and the same as CSV."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import data, visitor
from dashboard.markup import Markup, h
from etl.output import harmless
from etl.words import read_words

MOST_ROWS = 300


@dataclass(frozen=True)
class Column:
    """A heading and how a row fills the cell beneath it.

    `number` lines up to the right; `look` names classes of the style sheet; an `optional` column is
    left out where none of the rows has anything in it.
    """

    head: str | Markup
    cell: Callable[[Any], Any]
    number: bool = False
    look: str = ""
    optional: bool = False


def table(
    rows: Sequence[Any], columns: Sequence[Column], *, caption: str, most: int = MOST_ROWS, look: str = "",
    group: Callable[[Any], str] | None = None,
) -> Markup:  # fmt: skip
    """An HTML table; the first column heads its row, `group` heads the rows that follow each other under one name.

    `look` names classes of the style sheet. What is beyond `most` rows is counted, never silently cut.
    """
    lines = [(row, [column.cell(row) for column in columns]) for row in rows[:most]]
    kept = [at for at, column in enumerate(columns) if not column.optional or any(cells[at] for _, cells in lines)]
    head = h("tr", (h("th", columns[at].head, scope="col", class_=_classes(columns[at])) for at in kept))
    bodies = groupby(lines, key=lambda line: group(line[0]) if group else "")
    body = (_body(name, [cells for _, cells in part], [(at, columns[at]) for at in kept]) for name, part in bodies)
    beyond = (
        h("p", f"显示前{most}行，共{len(rows)}行；全部见下载的表格。", class_="quiet") if len(rows) > most else None
    )
    grid = h("table", h("caption", caption, class_="unseen"), h("thead", head), body, class_=f"sheet {look}".strip())
    return h("div", h("div", grid, class_="scroll", tabindex="0", role="region", aria_label=caption), beyond)


def _body(name: str, lines: Sequence[Sequence[Any]], columns: Sequence[tuple[int, Column]]) -> Markup:
    title = h("tr", h("th", name, scope="rowgroup", colspan=len(columns)), class_="group") if name else None
    return h(
        "tbody",
        title,
        (
            h("tr", (_cell(cells[at], column, first=not nth) for nth, (at, column) in enumerate(columns)))
            for cells in lines
        ),
    )


def _cell(content: Any, column: Column, *, first: bool) -> Markup:
    if first:
        return h("th", content, scope="row", class_=_classes(column))
    return h(
        "td",
        content,
        class_=_classes(column),
        data_head=None if isinstance(column.head, Markup) or not content else column.head,
    )


def _classes(column: Column) -> str | None:
    return f"{'number ' if column.number else ''}{column.look}".strip() or None


def download(
    rows: Sequence[dict[str, Any]] | Callable[[], Sequence[dict[str, Any]]],
    columns: dict[str, str],
    *,
    name: str,
    label: str = "下载表格（CSV）",
) -> None:
    """A button that makes the CSV when pressed: `columns` are keys of the rows and their headings.

    Rows that are more than the screen shows come as a function, asked when the button is pressed.
    """
    if not rows:
        return
    given = rows if callable(rows) else lambda: rows
    demo = read_words().overlays["demo"] if data.store().is_demo() else ""
    file_name = f"{demo}_{name}.csv" if demo else f"{name}.csv"
    st.download_button(
        label,
        data=visitor.taking(file_name, lambda: to_csv(given(), columns, mark=demo)),
        file_name=file_name,
        mime="text/csv",
        on_click="ignore",
        key=f"csv-{name}",
    )


def to_csv(rows: Iterable[dict[str, Any]], columns: dict[str, str], *, mark: str = "") -> bytes:
    """CSV as office programs open it: UTF-8 with a byte order mark; `mark` stands in a last column of every row."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*columns.values(), *(["数据性质"] if mark else [])])
    for row in rows:
        writer.writerow([*(_plain(row.get(key)) for key in columns), *([mark] if mark else [])])
    return text.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = "、".join(str(part) for part in value)
    return harmless(value)
