"""Tables as the typst templates take them: column widths from what the cells hold, capped and saying so."""

from collections.abc import Iterable
from typing import Any

from reports.blocks import Cell, Column, Table
from reports.glyphs import shown
from reports.lettering import ems, pieces, share, unbroken

# rows a table of a printed report may have; the workbook holds all
MOST_ROWS = (500, 400, 300, 250, 200, 150, 100, 80, 60, 50, 40, 30)
MOST_CELLS = 6_000  # of all tables together: some 35 pages, and the second they take to set

_PAD = 8.0  # pt on both sides of a cell together
_WANTED = 60.0  # ems beyond which a longer cell does not ask for a wider column
_KEPT = 0.3  # of a page: a row taller than this may go over to the next
_TOGETHER = 0.3  # of a page: a table lower than this is never parted
_SHORT = 8.3  # ems: words no longer (96.5%（2020年）) stay on one line where there are few columns
_STRETCH = 1.5  # a table is not drawn out further than this over what its words need


def draw(table: Table, *, width: float, height: float, size: float, most: int = MOST_ROWS[0]) -> dict[str, Any]:
    """One table for a text area of `width` × `height` pt, its text at about `size` pt; columns with nothing in them are left out."""
    rows = table.rows[:most]
    filled = filled_columns(table)
    columns, rows = (
        tuple(table.columns[index] for index in filled),
        tuple(tuple(row[index] for index in filled) for row in rows),
    )
    size *= 1.0 if len(columns) <= 9 else 0.92 if len(columns) <= 13 else 0.8
    widths, size = column_widths(columns, rows, width=width, size=size)
    lines, line = [_lines(row, widths, size) for row in rows], size * 1.55
    return {
        "type": "table",
        "title": pieces(shown(table.title)),
        "size": size,
        "widths": widths,
        "columns": [
            {"title": pieces(shown(each.title)), "unit": pieces(shown(each.unit)), "align": each.align}
            for each in columns
        ],
        "rows": [[_cell(cell) for cell in row] for row in rows],
        "together": sum(lines) * line < height * _TOGETHER,
        "tall": [each * line > height * _KEPT for each in lines],
        "note": pieces(shown(table.note)),
        "capped": capped_words(len(rows), table.total_rows),
    }


def rows_allowed(tables: Iterable[Table]) -> int:
    """The rows that each table may have so that all of them together stay within MOST_CELLS."""
    sizes = [(len(table.rows), len(filled_columns(table))) for table in tables]
    return next(
        (most for most in MOST_ROWS if sum(min(rows, most) * columns for rows, columns in sizes) <= MOST_CELLS),
        MOST_ROWS[-1],
    )


def filled_columns(table: Table) -> list[int]:
    """The columns that have anything in them; all, where there are no rows."""
    return [
        index
        for index in range(len(table.columns))
        if not table.rows or any(row[index].text or row[index].mark for row in table.rows)
    ]


def capped_words(shown_rows: int, all_rows: int) -> str:
    """显示前8行，共67行; nothing where all are there."""
    return f"显示前{shown_rows:,}行，共{all_rows:,}行；其余见数据工作簿。" if all_rows > shown_rows else ""


def _cell(cell: Cell) -> Any:
    text = pieces(shown(cell.text))
    if cell.mark is None:
        return text
    return {
        "text": text,
        "light": cell.mark.light,
        "symbol": shown(cell.mark.symbol),
        "word": "" if cell.mark.word == cell.text else shown(cell.mark.word),
    }


def column_widths(
    columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...], *, width: float, size: float
) -> tuple[list[float], float]:
    """Column widths that keep rows low: for cells of e ems, Σ(e/w)² is least where w goes with the cube root of Σe²."""
    least, most, weights = [], [], []
    for index, column in enumerate(columns):
        cells = [row[index] for row in rows]
        lengths = [min(_ems(cell), _WANTED) for cell in cells]
        widest = max(lengths, default=0.0)
        whole = column.align == "right" and widest <= 9  # a number never breaks
        narrow = widest if whole else max((unbroken(cell.text) for cell in cells), default=0.0)
        # a status keeps five characters and its sign on a line
        marked = max((min(ems(cell.mark.word), 5.0) + 1.6 for cell in cells if cell.mark), default=0.0)
        heading = max(min(ems(column.title), 5.0), unbroken(column.title))
        short = widest if widest <= _SHORT and len(columns) <= 9 else 4.0
        floor = max(min(narrow, 9.0), min(widest, short), marked, heading)
        least.append(floor)
        most.append(max(floor, widest, min(ems(column.title), 6.0)))
        weights.append(max(sum(length**2 for length in lengths) ** (1 / 3), 0.1))
    room = min(width - _PAD * len(columns), max(sum(most) * size * _STRETCH, 0.3 * width))
    if sum(least) * size > room:
        size = max(room / sum(least), 5.0)
    widths = share(room, least=[each * size for each in least], most=[each * size for each in most], weights=weights)
    return [each + _PAD for each in widths], size


def _ems(cell: Cell) -> float:
    return ems(cell.text) + (1.6 if cell.mark else 0.0)


def _lines(row: tuple[Cell, ...], widths: list[float], size: float) -> float:
    """The lines that the tallest cell of a row needs, roughly."""
    return max(
        ems(cell.text) * size / max(width - _PAD, 1.0) + (1 if cell.mark else 0)
        for cell, width in zip(row, widths, strict=True)
    )
