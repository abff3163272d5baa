"""A sheet cut into tables: side-by-side panels, and in each the blocks of header and data rows.

A block is what shares one header. A new header, a title after the data, or 续表 begins the next.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from etl.recognise.grid import Sheet
from etl.recognise.headings import is_continued, is_declaration, is_note, is_year_word, role_of
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


def find_blocks(sheet: Sheet, places: Places) -> list[Block]:
    """The blocks of a sheet, panel by panel from the left."""
    width = max((len(row) for row in sheet.rows), default=0)
    kinds = [[kind_of(sheet, row, column) for column in range(width)] for row in range(len(sheet.rows))]
    blocks: list[Block] = []
    for first, last in _panels(sheet, kinds, places, width):
        found = list(_blocks(sheet, kinds, places, first, last))
        if blocks and found and not found[0].titles:
            found[0].titles = list(blocks[0].titles)
        blocks.extend(found)
    return blocks


def _panels(sheet: Sheet, kinds: list[list[str]], places: Places, width: int) -> list[tuple[int, int]]:
    """Column ranges of tables that stand side by side: each begins with a column of names.

    Figures between two columns of places belong to the left one, so that there a panel ends.
    """
    starts: list[int] = []
    names_before, figures_since = False, False
    for column in range(width):
        kind = _column_kind(sheet, kinds, places, column)
        if kind == "places":
            if not starts or figures_since:
                starts.append(column)
                if len(starts) == 1 and names_before and figures_since:
                    starts.insert(0, 0)
            figures_since = False
        figures_since = figures_since or kind == "figures"
        names_before = names_before or kind == "words"
    if len(starts) > 1 and not figures_since:
        starts.pop()
    if len(starts) < 2:
        return [(0, width)] if width else []
    starts[0] = 0
    return list(zip(starts, [*starts[1:], width], strict=True))


def _column_kind(sheet: Sheet, kinds: list[list[str]], places: Places, column: int) -> str:
    """places, words, figures or other, over the whole sheet."""
    texts = [sheet.text(row, column) for row in range(len(kinds)) if kinds[row][column] == "t"]
    figures = sum(1 for row in kinds if row[column] in {"n", "m"})
    years = sum(1 for row in kinds if row[column] == "y")
    roles = {role_of(text) for text in texts}
    named = sum(1 for text in texts if places.is_place(text))
    if len(texts) > figures + years:
        headed = "place" in roles and len(texts) > 1
        return "places" if headed or (named > 1 and named * 2 >= len(texts)) else "words"
    are_years = not figures and ("year" in roles or not texts or any(map(is_year_word, texts)))
    return "other" if are_years else "figures"


def _blocks(sheet: Sheet, kinds: list[list[str]], places: Places, first: int, last: int) -> Iterator[Block]:
    block = Block(first, last)
    before: Block | None = None
    gap = False
    for number in range(len(kinds)):
        kind = _row_kind(_row(sheet, kinds[number], places, number, block, gap=gap))
        if kind == "blank":
            gap = True
            continue
        if kind in {"title", "header"} and block.data:
            yield block
            before, block = block, Block(first, last)
        elif kind == "header" and gap and block.header:
            _turn_into_titles(sheet, block)
        _add(block, kind, number, _row_text(sheet, number, first, last), before)
        gap = False
    if block.data or block.titles or block.notes or block.header:
        yield block


def _add(block: Block, kind: str, number: int, text: str, before: Block | None) -> None:
    """Put a row where its kind belongs."""
    if kind == "title":
        block.titles.append((number, text))
        block.continued = block.continued or is_continued(text)
    elif kind == "header":
        block.header.append(number)
    elif kind == "note":
        block.notes.append((number, text))
    elif kind in {"data", "label"}:
        _begin(block, before)
        block.data.append(number)
        if kind == "label":
            block.labels.add(number)


def _turn_into_titles(sheet: Sheet, block: Block) -> None:
    """Rows that looked like a header, but an empty row and the real header follow."""
    block.titles.extend((row, _row_text(sheet, row, block.first, block.last)) for row in block.header)
    block.header.clear()


def _begin(block: Block, before: Block | None) -> None:
    """A block without a header of its own goes on under the header before it."""
    if not block.data and not block.header and before is not None:
        block.header = list(before.header)
        block.inherited = True


def _row_text(sheet: Sheet, row: int, first: int, last: int) -> str:
    return " ".join(sheet.text(row, column) for column in range(first, last) if sheet.text(row, column))


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


def _row(sheet: Sheet, kinds: list[str], places: Places, number: int, block: Block, *, gap: bool) -> _Row:
    columns = range(block.first, block.last)
    return _Row(
        sheet=sheet,
        places=places,
        block=block,
        number=number,
        texts=tuple(column for column in columns if kinds[column] == "t"),
        figures=tuple(column for column in columns if kinds[column] in {"n", "m"}),
        years=tuple(column for column in columns if kinds[column] == "y"),
        gap=gap,
    )


def _row_kind(row: _Row) -> str:
    """blank, title, header, data, label, note or index: the first rule that fits."""
    for rule in _RULES:
        kind = rule(row)
        if kind is not None:
            return kind
    return "header"


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
