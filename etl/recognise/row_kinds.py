"""What a row is: title, header, data, a label alone, a note; by small rules in a fixed order."""

from collections.abc import Callable
from dataclasses import dataclass, field

from etl.recognise.grid import Sheet
from etl.recognise.headings import is_declaration, is_note, is_signature, role_of
from etl.recognise.numbers import Missing, Number, read_number
from etl.recognise.places import Places
from etl.recognise.text import is_part_year, is_unit, normal, year_of

_ORDINALS = frozenset("甲 乙 丙 丁 戊 a b c".split())


@dataclass
class Block:
    """One header with its data; all positions are those of the sheet, from 0."""

    first: int  # columns of the panel: first, and the one after the last
    last: int
    titles: list[tuple[int, str]] = field(default_factory=list)
    header: list[int] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
    labels: set[int] = field(default_factory=set)  # data rows that hold a label and nothing else
    notes: list[tuple[int, str]] = field(default_factory=list)
    continued: bool = False
    inherited: bool = False  # the header is that of the block before


def kind_of(sheet: Sheet, row: int, column: int) -> str:
    """E empty, y a year, n number, m missing mark, t text."""
    content = sheet.at(row, column)
    if content == "":
        return "e"
    text = sheet.text(row, column)
    if year_of(text) is not None:
        return "y"
    reading = read_number(content)
    if isinstance(reading, Missing):
        return "m" if str(content).strip() else "e"
    return "n" if isinstance(reading, Number) else "t"


@dataclass(frozen=True)
class _Row:
    """One row of a panel with what its filled cells are."""

    sheet: Sheet
    places: Places
    block: Block
    number: int
    texts: tuple[int, ...]  # columns
    figures: tuple[int, ...]
    years: tuple[int, ...]
    gap: bool  # empty rows lie between the data above and this row

    @property
    def filled(self) -> list[int]:
        return sorted((*self.texts, *self.figures, *self.years))

    @property
    def words(self) -> list[str]:
        return [self.text(column) for column in self.texts]

    def text(self, column: int) -> str:
        return self.sheet.text(self.number, column)


def row_kind(sheet: Sheet, kinds: list[str], places: Places, number: int, *, block: Block, gap: bool) -> str:
    """blank, title, header, data, label, note or index: the first rule that fits.

    `kinds` are those of the row's cells; `block` holds the rows above that belong together.
    """
    columns = range(block.first, block.last)
    row = _Row(
        sheet=sheet,
        places=places,
        block=block,
        number=number,
        texts=tuple(column for column in columns if kinds[column] == "t"),
        figures=tuple(column for column in columns if kinds[column] in {"n", "m"}),
        years=tuple(column for column in columns if kinds[column] == "y"),
        gap=gap,
    )
    return next((kind for kind in (rule(row) for rule in _RULES) if kind is not None), "header")


def _blank_or_single(row: _Row) -> str | None:
    if not row.filled:
        return "blank"
    only_one_text = not row.figures and not row.years and len(set(row.words)) == 1
    declared = any(is_declaration(word) for word in row.words)
    if len(row.filled) == 1 or (only_one_text and not declared):
        return _single(row, row.filled[0])
    return None


def _title_or_note(row: _Row) -> str | None:
    starts_with_place = bool(row.words) and row.places.is_named(row.words[0]) and not is_declaration(row.words[0])
    if not row.figures and any(map(is_declaration, row.words)) and not starts_with_place:
        return "title"
    if row.words and is_note(row.words[0]) and len(row.filled) <= 2 and not row.years:
        return "note"
    if row.words and row.block.data and is_signature(row.words[0]):
        return "note"
    return None


def _index(row: _Row) -> str | None:
    """The row 甲 乙 1 2 3 below a header, which only counts the columns."""
    if not row.block.header or row.block.data:
        return None
    words = [normal(row.text(column)) for column in row.filled]
    digits = [int(word) for word in words if word.isdigit() and len(word) < 4]
    letters = [word for word in words if word in _ORDINALS]
    counts = digits == list(range(digits[0], digits[0] + len(digits))) if len(digits) > 1 else False
    return "index" if counts and len(digits) + len(letters) == len(words) and digits[0] < 4 else None


def _years_or_figures(row: _Row) -> str | None:
    if row.years and not row.figures and _is_year_header(row):
        return "header"
    if row.figures or row.years:
        return "header" if _all_units(row) else "data"
    return None


def _label(row: _Row) -> str | None:
    """A row of words alone that belongs to the data: a heading, or a place without figures."""
    if row.block.data and not row.gap and _label_columns(row.sheet, row.block).issuperset(row.texts):
        return "label"
    named = [column for column in row.texts if row.places.is_named(row.text(column))]
    if named and not _names_columns(row, named) and (row.block.header or row.block.data):
        return "label"
    return None


_RULES: tuple[Callable[[_Row], str | None], ...] = (_blank_or_single, _title_or_note, _index, _years_or_figures, _label)


def _single(row: _Row, column: int) -> str:
    """The kind of a row with one filled cell, or with the same words in all of them."""
    text = row.text(column)
    if column in row.figures:
        return "data"
    if is_declaration(text):
        return "title"
    return _single_below(row, column, text) if row.block.data else _single_above(row, column, text)


def _single_below(row: _Row, column: int, text: str) -> str:
    if is_note(text):
        return "note"
    inside = column in _label_columns(row.sheet, row.block)
    return "label" if inside and (not row.gap or row.places.is_named(text)) else "title"


def _single_above(row: _Row, column: int, text: str) -> str:
    if row.block.header:
        return "header" if is_unit(text) or column > row.block.first else "label"
    if column in row.texts and _spans_part(row.sheet, row.number, column, row.block):
        return "header"
    return "note" if is_note(text) and not is_unit(text) else "title"


def _spans_part(sheet: Sheet, row: int, column: int, block: Block) -> bool:
    """Whether a lone cell is merged over some, not all, of the columns: a header's upper level."""
    return column > block.first and any(
        top <= row <= bottom and left == column and right > left for top, left, bottom, right in sheet.merged
    )


def _label_columns(sheet: Sheet, block: Block) -> set[int]:
    """Columns that hold text in the block's data rows so far."""
    return {
        column
        for row in block.data[-6:]
        for column in range(block.first, block.last)
        if kind_of(sheet, row, column) == "t"
    }


def _is_year_header(row: _Row) -> bool:
    """A row of years over columns, not a row of figures that look like years."""
    years = [year_of(row.text(column)) for column in row.years]
    headed = not row.texts or any(role_of(word) for word in row.words)
    if row.texts and not headed and any(row.places.is_named(word) for word in row.words):
        return False
    if not row.texts and row.years[0] == row.block.first and (len(years) < 3 or row.block.data):
        return False
    if not row.texts and row.block.header and not row.block.data:
        return True
    said = any(not row.text(column).strip().isdigit() for column in row.years)
    if row.block.data:
        return len(years) > 1 and _run_on(years) and (headed or said) and not row.block.labels
    if headed or said:
        return _run_on(years) or said or not row.block.header
    # Beside a word that is no header word the numbers must count on, or they are figures like 2010 and 2020.
    return len(years) > 1 and _run_on(years)


def _run_on(years: list[int | None]) -> bool:
    """Whether years follow each other, perhaps several times over: 2016 2017 2016 2017."""
    distinct = list(dict.fromkeys(year for year in years if year is not None))
    steps = {b - a for a, b in zip(distinct, distinct[1:], strict=False)}
    if len(distinct) > 2 and steps in ({5}, {-5}):
        return True
    return steps in ({1}, {-1})


def _all_units(row: _Row) -> bool:
    units = bool(row.words) and all(map(is_unit, row.words))
    return units and not row.years and len(row.figures) < len(row.words)


def _names_columns(row: _Row, named: list[int]) -> bool:
    """Whether a row without figures names places as column headers, not as a row's own label."""
    codes = {row.places.code_of(row.text(column)) or row.text(column) for column in named}
    others = [row.text(column) for column in row.texts if column not in named]
    headed = any(map(role_of, others))
    if len(codes) > 1 and (len(codes) > 2 or headed or named[0] > row.texts[0]):
        return True
    return headed and not any(map(is_part_year, row.words))
