"""A sheet in, raw cells out: every figure with all the words that say what it is.

Nothing is matched with the register here beyond telling places from indicators; the words stay
the file's own, and what the file does not say stays empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from etl.recognise.columns import Column, read_columns
from etl.recognise.context import Context, carried, read_context, with_sheet_name
from etl.recognise.grid import Content, Sheet
from etl.recognise.headings import is_total, is_whole, names_rate, split_scope
from etl.recognise.heads import Head, read_head
from etl.recognise.indicators import Indicators
from etl.recognise.places import Places
from etl.recognise.row_kinds import Block, kind_of
from etl.recognise.rows import Rows, is_heading
from etl.recognise.tables import find_blocks
from etl.recognise.text import chinese_part, clean, normal, split_unit, unit_of, without_numbering, year_of, years_in


@dataclass(frozen=True)
class RawCell:
    """One data cell and the file's words for it; row and column from 0."""

    sheet: Sheet
    row: int
    column: int
    content: Content
    place: str = ""
    area: tuple[str, ...] = ()  # the areas the place stands under, outermost first
    indicator: tuple[str, ...] = ()  # header path without unit, year, scope
    scope: str = ""
    scope_in_header: bool = False
    unit: str | None = None
    year: int | None = None
    period: str = ""
    uncertain: bool = False
    target: bool = False  # the column holds plans, not what happened
    hint: str = ""  # the header as written, English included
    rate_in_title: bool = False  # the title speaks of growth or shares, the header does not
    part_in_title: str = ""  # the title that speaks of a part of a year or of several years
    planned_in_title: str = ""  # the title that speaks of plans or targets
    around: str = ""  # the words around the table: titles and the sheet's name
    extra: tuple[tuple[str, str], ...] = ()  # status, bound, source … of our own template
    flag: str = ""


@dataclass(frozen=True)
class Skip:
    """A row that is no figure of a place."""

    sheet: Sheet
    row: int
    column: int | None
    found: str
    why: str


@dataclass
class Laid:
    """The whole of one sheet: cells, what was skipped, and the shape for the fingerprint."""

    cells: list[RawCell] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    shape: list[str] = field(default_factory=list)
    yearbook: list[int] = field(default_factory=list)
    years: list[int] = field(default_factory=list)


def lay_out(
    sheet: Sheet,
    *,
    places: Places,
    indicators: Indicators,
    before: Context | None = None,
    editions: Sequence[int] = (),
) -> tuple[Laid, Context]:
    """The cells of a sheet; `before` is what the sheet before said, for a 续表 on this one.

    `editions`: years of the yearbook that the file is from, as its name or other sheets say.
    """
    laid = Laid()
    heading = read_context([sheet.heading] if sheet.heading else [], places)
    context: Context | None = None
    for block in find_blocks(sheet, places):
        own = read_context([text for _, text in block.titles], places)
        if block.continued or not block.titles:
            own = carried(own, context or (before if before and block.continued else Context()))
        elif not block.data and context:
            own = carried(own, context)
        context = carried(own, heading)
        context = with_sheet_name(context, sheet, places, editions=editions)
        laid.skips.extend(_skipped_words(block, sheet))
        laid.yearbook.extend(context.yearbook)
        laid.years.extend(context.years)
        if block.data:
            _lay_block(sheet, block, context, laid, places=places, indicators=indicators)
    return laid, context or Context()


def _skipped_words(block: Block, sheet: Sheet) -> Iterator[Skip]:
    for row, text in block.titles:
        yield Skip(sheet, row, None, clean(text), "标题")
    if not block.inherited:
        for row in block.header:
            words = [clean(sheet.text(row, c)) for c in range(block.first, block.last)]
            yield Skip(sheet, row, None, " ".join(word for word in words if word), "表头")
    for row, text in block.notes:
        yield Skip(sheet, row, None, clean(text), "注释")


def _skipped_columns(sheet: Sheet, block: Block, columns: list[Column]) -> Iterator[Skip]:
    """Columns that are neither figures nor names, so that nothing is lost without being said."""
    why = {"note": "文字列，不是数值", "code": "编号或代码列，不是数值"}
    for each in columns:
        if each.role in why and block.data:
            yield Skip(sheet, block.data[0], each.index + 1, " ".join(map(clean, each.path)), why[each.role])


def _lay_block(
    sheet: Sheet, block: Block, context: Context, laid: Laid, *, places: Places, indicators: Indicators
) -> None:
    columns = read_columns(sheet, block, places=places, indicators=indicators)
    values = [each for each in columns if each.role == "value"]
    row_places = any(each.role == "place" for each in columns)
    heads = {each.index: read_head(each, places, row_places=row_places) for each in values}
    if not row_places:
        heads = _with_totals(values, heads)
    laid.shape.append(_shape(columns, heads, context))
    laid.skips.extend(_skipped_columns(sheet, block, columns))
    rows = Rows(sheet, columns, places)
    named = next((name for name in context.indicator if indicators.exact(name)), None)
    context = replace(
        context,
        unit=rows.corner_unit or context.unit,
        indicator=(named,) if named else context.indicator[:1],
    )
    around = " ".join([sheet.name, *(text for _, text in block.titles)])
    for row in block.data:
        filled = [each for each in values if kind_of(sheet, row, each.index) != "e"]
        if not filled and is_heading(sheet, block, row, columns, places):
            rows.enter(row)
            laid.skips.append(Skip(sheet, row, None, rows.shown(row), "分组标题行，没有数值"))
            continue
        rows.leave(row)
        words = _row_words(rows, row)
        for each in values:
            head = heads[each.index]
            cell = _cell(sheet, row, column=each, head=head, words=words, context=context, row_places=row_places)
            laid.cells.append(replace(cell, around=around))


def _with_totals(columns: list[Column], heads: dict[int, Head]) -> dict[int, Head]:
    """Where places stand over the columns, one headed 合计, 平均 or 全省 is theirs together, no other quantity."""
    if sum(1 for head in heads.values() if head.place) < 2:
        return heads
    out = dict(heads)
    for column in columns:
        word = next((part for part in reversed(column.path) if is_total(part) or is_whole(part)), "")
        head = heads[column.index]
        if word and not head.place:
            names = tuple(name for name in head.names if normal(name) != normal(word))
            out[column.index] = replace(head, place=word, names=names, scope="")
    return out


def _shape(columns: list[Column], heads: dict[int, Head], context: Context) -> str:
    """The block's form without its years and values, for the fingerprint of the file."""
    parts = []
    for each in columns:
        head = heads.get(each.index)
        if head is None:
            parts.append(each.role)
        elif head.names or not head.year:
            parts.append("|".join([*map(normal, head.names), head.unit or "", head.scope, normal(head.place)]))
    distinct = list(dict.fromkeys(parts))
    return ";".join([*distinct, context.unit or "", context.scope, *map(normal, context.indicator)])


@dataclass(frozen=True)
class _RowWords:
    """What a row's own labels say, the same for all its figures."""

    place: str
    area: tuple[str, ...]
    names: tuple[str, ...]
    unit: str | None
    scope: str
    year: int | None
    period: str
    extra: tuple[tuple[str, str], ...]


def _row_words(rows: Rows, row: int) -> _RowWords:
    place, area = rows.place(row)
    names: list[str] = []
    unit: str | None = None
    scope = ""
    year: int | None = None
    for part in rows.indicator(row):
        text, found = split_unit(without_numbering(chinese_part(part)))
        text, said = split_scope(text)
        unit, scope = found or unit, said or scope
        named = years_in(text)
        if len(named) == 1 and text.startswith(str(named[0])):
            year, text = named[0], text.removeprefix(str(named[0])).lstrip("年度 ")
        names.extend([text] if text else [])
    year_text = rows.year(row)
    own_year = year_of(year_text) if year_text else None
    period = clean(rows.one(row, "part")) or ("" if not year_text or own_year else clean(year_text))
    written = _unit(rows.one(row, "unit"))
    return _RowWords(
        place, area, tuple(names), written or unit, scope, own_year or year, period, rows.further_columns(row)
    )


def _cell(
    sheet: Sheet, row: int, *, column: Column, head: Head, words: _RowWords, context: Context, row_places: bool
) -> RawCell:
    names = (*words.names, *head.names) or context.indicator
    only_year = context.years[0] if len(context.years) == 1 else None
    return RawCell(
        sheet=sheet,
        row=row,
        column=column.index,
        content=sheet.at(row, column.index),
        place=words.place or head.place or ("" if row_places else context.place),
        area=(context.place, *words.area) if context.place and row_places else words.area,
        indicator=names,
        scope=head.scope or words.scope or context.scope,
        scope_in_header=bool(head.scope or words.scope),
        unit=words.unit or head.unit or context.unit,
        year=words.year or head.year or only_year,
        period=head.period or words.period or ("上年" if head.previous else ""),
        uncertain=column.uncertain,
        target=head.target,
        rate_in_title=context.rate and not any(map(names_rate, names)),
        part_in_title=context.part,
        planned_in_title=context.planned,
        hint=" ".join(clean(part) for part in column.path),
        extra=words.extra,
        flag=sheet.flags.get((row, column.index), ""),
    )


def _unit(text: str) -> str | None:
    return (unit_of(text) or clean(text) or None) if text.strip() else None
