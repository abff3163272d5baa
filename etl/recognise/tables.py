"""A sheet cut into tables: side-by-side panels, and in each the blocks of header and data rows.

A block is what shares one header. A new header, a title after the data, or 续表 begins the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from etl.recognise.grid import Sheet
from etl.recognise.headings import is_continued, is_declaration, is_note, role_of
from etl.recognise.numbers import Missing, Number, read_number
from etl.recognise.places import Places
from etl.recognise.text import clean, is_part_year, is_unit, normal, year_of

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
    """Column ranges of tables that stand side by side: each begins with a column of places."""
    groups: list[int] = []
    figures_since = False
    for column in range(width):
        texts = [sheet.text(row, column) for row in range(len(kinds)) if kinds[row][column] == "t"]
        numbers = sum(1 for row in kinds if row[column] in "nm")
        named = sum(1 for text in texts if places.is_place(text))
        headed = any(role_of(text) == "place" for text in texts)
        if named >= 2 and named * 2 >= len(texts) and len(texts) > numbers and (headed or named > 2):
            if not groups or figures_since:
                groups.append(column)
            figures_since = False
        elif numbers >= 2 and numbers >= len(texts):
            figures_since = True
    if len(groups) > 1 and not figures_since:
        groups.pop()
    if len(groups) < 2:
        return [(0, width)] if width else []
    starts = [0, *groups[1:]]
    return list(zip(starts, [*starts[1:], width], strict=True))


def _blocks(sheet: Sheet, kinds: list[list[str]], places: Places, first: int, last: int) -> Iterator[Block]:
    block = Block(first, last)
    before: Block | None = None
    gap = False
    for row in range(len(kinds)):
        found = _row_kind(sheet, kinds[row], places, row, first, last, block, gap=gap)
        if found == "blank":
            gap = gap or bool(block.data)
            continue
        if found in {"title", "header"} and block.data:
            yield block
            before, block = block, Block(first, last)
        if found == "title":
            text = " ".join(sheet.text(row, c) for c in range(first, last) if sheet.text(row, c))
            block.titles.append((row, text))
            block.continued = block.continued or is_continued(text)
        elif found == "header":
            block.header.append(row)
        elif found == "note":
            block.notes.append((row, _row_text(sheet, row, first, last)))
        elif found in {"data", "label"}:
            _begin(block, before)
            block.data.append(row)
            if found == "label":
                block.labels.add(row)
        gap = False
    if block.data or block.titles or block.notes or block.header:
        yield block


def _begin(block: Block, before: Block | None) -> None:
    """A block without a header of its own goes on under the header before it."""
    if not block.data and not block.header and before is not None:
        block.header = list(before.header)
        block.inherited = True


def _row_text(sheet: Sheet, row: int, first: int, last: int) -> str:
    return " ".join(sheet.text(row, column) for column in range(first, last) if sheet.text(row, column))


def _row_kind(
    sheet: Sheet,
    kinds: list[str],
    places: Places,
    row: int,
    first: int,
    last: int,
    block: Block,
    *,
    gap: bool,
) -> str:
    """blank, title, header, data, label, note or index."""
    filled = [column for column in range(first, last) if kinds[column] != "e"]
    if not filled:
        return "blank"
    texts = [column for column in filled if kinds[column] == "t"]
    words = [sheet.text(row, column) for column in texts]
    figures = [column for column in filled if kinds[column] in "nm"]
    years = [column for column in filled if kinds[column] == "y"]
    if len(filled) == 1:
        return _single(sheet, kinds, places, row, filled[0], block, gap=gap)
    if not figures and any(is_declaration(word) for word in words) and not _starts_with_place(words, places):
        return "title"
    if not figures and len(set(words)) == 1 and not years:
        return _single(sheet, kinds, places, row, filled[0], block, gap=gap)
    if texts and is_note(words[0]) and len(filled) <= 2 and not years:
        return "note"
    if _is_index(sheet, row, filled, block):
        return "index"
    if years and not figures and _is_year_header(sheet, row, texts, years, places, first, block):
        return "header"
    if figures or years:
        return "data" if not _all_units(words, figures, years) else "header"
    named = [column for column in texts if places.is_named(sheet.text(row, column))]
    if block.data and not gap and all(column in _label_columns(sheet, block) for column in texts):
        return "label"
    if named and not _names_columns(sheet, row, texts, named, places):
        return "label" if block.header or block.data else "header"
    return "header"


def _single(sheet: Sheet, kinds: list[str], places: Places, row: int, column: int, block: Block, *, gap: bool) -> str:
    """The kind of a row with one filled cell."""
    text = sheet.text(row, column)
    if kinds[column] in "nm":
        return "data"
    if is_declaration(text):
        return "title"
    if block.data:
        if is_note(text):
            return "note"
        inside = column in _label_columns(sheet, block)
        if inside and not gap:
            return "label"
        return "label" if inside and places.is_named(text) else "title"
    if block.header:
        if is_unit(text) or column > block.first:
            return "header"
        return "label"
    if kinds[column] == "t" and _spans_part(sheet, row, column, block):
        return "header"
    return "note" if is_note(text) and not is_unit(text) else "title"


def _spans_part(sheet: Sheet, row: int, column: int, block: Block) -> bool:
    """Whether a lone cell is merged over some, not all, of the columns: a header's upper level."""
    return column > block.first and any(
        top <= row <= bottom and left == column and right > left for top, left, bottom, right in sheet.merged
    )


def _starts_with_place(words: list[str], places: Places) -> bool:
    return bool(words) and places.is_named(words[0]) and not is_declaration(words[0])


def _label_columns(sheet: Sheet, block: Block) -> set[int]:
    """Columns that hold text in the block's data rows so far."""
    return {
        column
        for row in block.data[-6:]
        for column in range(block.first, block.last)
        if kind_of(sheet, row, column) == "t"
    }


def _is_index(sheet: Sheet, row: int, filled: list[int], block: Block) -> bool:
    """The row 甲 乙 1 2 3 below a header, which only counts the columns."""
    if not block.header or block.data:
        return False
    words = [normal(sheet.text(row, column)) for column in filled]
    digits = [int(word) for word in words if word.isdigit() and len(word) < 4]
    letters = [word for word in words if word in _ORDINALS]
    return (
        len(digits) + len(letters) == len(words)
        and len(digits) >= 2
        and digits == list(range(digits[0], digits[0] + len(digits)))
        and digits[0] in {0, 1, 2, 3}
    )


def _is_year_header(
    sheet: Sheet, row: int, texts: list[int], years: list[int], places: Places, first: int, block: Block
) -> bool:
    """A row of years over columns, not a row of figures that look like years."""
    words = [sheet.text(row, column) for column in texts]
    found = [year_of(sheet.text(row, column)) for column in years]
    if any(places.is_named(word) for word in words) and not any(role_of(word) for word in words):
        return False
    if not texts and years[0] == first and (len(years) < 3 or block.data):
        return False
    said = any(not sheet.text(row, column).isdigit() for column in years)
    headed = not texts or any(role_of(word) for word in words)
    if block.data:
        return len(years) > 1 and _run_on(found) and (headed or said) and not block.labels
    if headed or said:
        return _run_on(found) or said or not block.header
    # Beside a word that is no header word the numbers must count on, or they are figures like 2010 and 2020.
    return len(years) > 1 and _run_on(found)


def _run_on(years: list[int | None]) -> bool:
    """Whether years follow each other, perhaps several times over: 2016 2017 2016 2017."""
    distinct = list(dict.fromkeys(year for year in years if year is not None))
    steps = {b - a for a, b in zip(distinct, distinct[1:], strict=False)}
    return len(distinct) > 1 and (steps <= {1} or steps <= {-1}) or (len(distinct) > 2 and steps in ({5}, {-5}))


def _all_units(words: list[str], figures: list[int], years: list[int]) -> bool:
    return bool(words) and not years and all(is_unit(word) for word in words) and len(figures) < len(words)


def _names_columns(sheet: Sheet, row: int, texts: list[int], named: list[int], places: Places) -> bool:
    """Whether a row without figures names places as column headers, not as a row's own label."""
    codes = {places.code_of(sheet.text(row, column)) or sheet.text(row, column) for column in named}
    headed = any(role_of(sheet.text(row, column)) for column in texts if column not in named)
    return (len(codes) > 1 and (len(codes) > 2 or headed or named[0] > texts[0])) or (
        headed and not any(is_part_year(clean(sheet.text(row, column))) for column in texts)
    )
