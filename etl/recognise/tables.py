"""A sheet cut into tables: side-by-side panels, and in each the blocks of header and data rows.

A block is what shares one header. A new header, a title after the data, or 续表 begins the next.
"""

from collections.abc import Iterator

from etl.recognise.grid import Sheet
from etl.recognise.headings import is_continued, is_year_word, role_of
from etl.recognise.places import Places
from etl.recognise.row_kinds import Block, kind_of, row_kind


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
        kind = row_kind(sheet, kinds[number], places, number, block=block, gap=gap)
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
