"""A sheet in, raw cells out: every figure with all the words that say what it is.

Nothing is matched with the register here beyond telling places from indicators; the words stay
the file's own, and what the file does not say stays empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from etl.recognise.columns import Column, read_columns
from etl.recognise.grid import Content, Sheet
from etl.recognise.headings import (
    is_broader,
    is_continued,
    is_date_of_paper,
    is_declaration,
    is_plain_measure,
    names_target,
    role_of,
    split_scope,
)
from etl.recognise.indicators import Indicators
from etl.recognise.places import Places
from etl.recognise.tables import Block, find_blocks, kind_of
from etl.recognise.text import (
    YEAR,
    chinese_part,
    clean,
    has_chinese,
    is_part_year,
    is_unit,
    names_yearbook,
    normal,
    split_unit,
    unit_of,
    year_of,
    years_in,
)


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


@dataclass(frozen=True)
class Context:
    """What the words around a table say: above it, in the sheet's name."""

    scope: str = ""
    unit: str | None = None
    years: tuple[int, ...] = ()  # data years named; more than one decides nothing
    yearbook: tuple[int, ...] = ()  # years of a yearbook: never taken, offered as a choice
    indicator: tuple[str, ...] = ()  # possible names of the indicator, best first
    place: str = ""


@dataclass
class Laid:
    """The whole of one sheet: cells, what was skipped, and the shape for the fingerprint."""

    cells: list[RawCell] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    shape: list[str] = field(default_factory=list)
    yearbook: list[int] = field(default_factory=list)
    years: list[int] = field(default_factory=list)


def lay_out(
    sheet: Sheet, *, places: Places, indicators: Indicators, before: Context | None = None
) -> tuple[Laid, Context]:
    """The cells of a sheet; `before` is what the sheet before said, for a 续表 on this one."""
    laid = Laid()
    context = Context()
    carried = before or Context()
    for block in find_blocks(sheet, places):
        own = _context(sheet, block, places)
        goes_on = block.continued or not block.titles
        if goes_on:
            base = context if context != Context() else carried if block.continued else Context()
            own = _carried(own, base)
        context = own if block.data else _carried(own, context)
        context = _with_sheet_name(context, sheet, places)
        laid.skips.extend(_skipped_words(block, sheet))
        laid.yearbook.extend(context.yearbook)
        laid.years.extend(context.years)
        if block.data:
            _lay_block(sheet, block, context, laid, places=places, indicators=indicators)
    return laid, context


def _carried(own: Context, base: Context) -> Context:
    return Context(
        scope=own.scope or base.scope,
        unit=own.unit or base.unit,
        years=own.years or base.years,
        yearbook=own.yearbook or base.yearbook,
        indicator=own.indicator or base.indicator,
        place=own.place or base.place,
    )


def _with_sheet_name(context: Context, sheet: Sheet, places: Places) -> Context:
    """The sheet's name says the year, the place or the indicator where nothing nearer does."""
    years = tuple(years_in(sheet.name))
    name = clean(YEAR.sub(" ", sheet.name)).strip(" 年()（）-_")
    names = context.indicator
    generic = not name or name.casefold().startswith(("sheet", "表", "工作表")) or not any(map(str.isalpha, name))
    if places.is_named(name):
        return replace(context, years=context.years or years, place=context.place or name)
    if not generic and name not in names and not is_part_year(name):
        names = (*names, name)
    return replace(context, years=context.years or years, indicator=names)


def _context(sheet: Sheet, block: Block, places: Places) -> Context:
    """Scope, unit, year, indicator and place as the title rows say them."""
    scope, unit, place = "", None, ""
    years: list[int] = []
    yearbook: list[int] = []
    names: list[str] = []
    for _, text in block.titles:
        for line in _parts(text):
            if names_yearbook(line):
                yearbook.extend(years_in(line))
                continue
            if is_date_of_paper(line):
                yearbook.extend(each + 1 for each in years_in(line))
                continue
            found_unit = unit_of(line) if is_unit(line) else split_unit(line)[1]
            unit = unit or found_unit
            plain, said = split_scope(chinese_part(line))
            scope = scope or said
            if not names_target(line):
                years.extend(each for each in years_in(line) if each not in years)
            name = _title_name(plain)
            if line.startswith(("指标:", "指标：")):
                names.insert(0, split_unit(line[3:])[0])
            elif name and not is_unit(line) and not is_continued(line) and not is_declaration(line):
                names.append(name)
            place = place or _title_place(name, line, places)
    return Context(scope, unit, tuple(years), tuple(dict.fromkeys(yearbook)), tuple(names), place)


def _parts(text: str) -> list[str]:
    """A title row's pieces: one each cell or line."""
    pieces = [piece.strip() for piece in text.replace("\r", "\n").split("\n")]
    out: list[str] = []
    for piece in pieces:
        head, mark, tail = piece.partition("单位")
        out.extend([head.strip(" (（"), mark + tail.rstrip(" )）")] if mark and tail[:1] in ":：" else [piece])
    return [piece for piece in out if piece]


def _title_name(text: str) -> str:
    """A title as a possible name of an indicator: without number, year and unit."""
    plain = split_unit(chinese_part(text))[0]
    plain = clean(YEAR.sub(" ", plain))
    for mark in ("附表", "表"):
        plain = plain.removeprefix(mark).lstrip(" :：")
    plain = plain.lstrip("0123456789.-—–一二三四五六七八九十、 ")
    for filler in ("年末", "年度", "年", "全省", "各设区市", "设区市", "各市", "各地区", "分地区", "各省"):
        plain = plain.removeprefix(filler).strip()
    return plain.rstrip("情况表统计 ") if len(plain) > 6 else plain


def _title_place(name: str, line: str, places: Places) -> str:
    text = line.partition(":")[2] or line.partition("：")[2] if line.startswith("地区") else ""
    if text and places.is_named(text):
        return clean(text)
    plain = clean(YEAR.sub(" ", name)).lstrip("年 ")
    for length in range(min(len(plain), 12), 1, -1):
        if plain[length - 1] in "省市县区州盟旗" and places.is_named(plain[:length]):
            rest = plain[length:]
            return "" if rest.startswith(("各", "分", "所辖", "设区")) else plain[:length]
    return ""


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


@dataclass(frozen=True)
class _Head:
    """What the words above one value column say."""

    names: tuple[str, ...]
    unit: str | None
    year: int | None
    scope: str
    place: str
    period: str
    target: bool
    previous: bool


def _lay_block(
    sheet: Sheet, block: Block, context: Context, laid: Laid, *, places: Places, indicators: Indicators
) -> None:
    columns = read_columns(sheet, block, places=places, indicators=indicators)
    values = [each for each in columns if each.role == "value"]
    row_places = any(each.role == "place" for each in columns)
    heads = {each.index: _head(each, places, row_places=row_places) for each in values}
    laid.shape.append(_shape(columns, heads, context))
    laid.skips.extend(_skipped_columns(sheet, block, columns))
    rows = _Rows(sheet, columns, places)
    for row in block.data:
        filled = [each for each in values if kind_of(sheet, row, each.index) != "e"]
        if not filled and _is_heading(sheet, block, row, columns, places):
            rows.enter(row)
            laid.skips.append(Skip(sheet, row, None, rows.shown(row), "分组标题行，没有数值"))
            continue
        rows.leave(row)
        for each in values:
            laid.cells.append(_cell(sheet, row, each, heads[each.index], rows, context, row_places=row_places))


def _shape(columns: list[Column], heads: dict[int, _Head], context: Context) -> str:
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


def _head(column: Column, places: Places, *, row_places: bool) -> _Head:
    names: list[str] = []
    unit: str | None = None
    year: int | None = None
    scope = place = period = ""
    target = previous = False
    for raw in column.path:
        text, found_unit = split_unit(chinese_part(raw))
        unit = found_unit or unit
        if is_unit(raw):
            unit = unit_of(raw)
            continue
        text, said = split_scope(text)
        scope = said or scope
        if year_of(text) is not None:
            year = year_of(text)
            continue
        if is_part_year(text):
            period = clean(text)
        if not row_places and places.is_named(text):
            place = text
            continue
        target = target or names_target(text)
        previous = previous or normal(text) in {"上年", "去年", "上年同期", "去年同期", "上年数"}
        in_name = years_in(text)
        if len(in_name) == 1:
            year = in_name[0]
            text = clean(YEAR.sub(" ", text, count=1)).lstrip("年 ").strip()
            text = "" if normal(text) in {"x", "y", "fy", "yr", "year", "()"} else text.removesuffix("()").strip()
        if text and role_of(text) != "value" and not is_plain_measure(text) and not _glosses(text, names):
            names.append(text)
    return _Head(tuple(names), unit, year, scope, place, period, target, previous)


def _glosses(text: str, names: list[str]) -> bool:
    """Whether a lower header is the English of the Chinese one above it."""
    return bool(names) and has_chinese(names[-1]) and not has_chinese(text) and len(text.split()) > 2


def _is_heading(sheet: Sheet, block: Block, row: int, columns: list[Column], places: Places) -> bool:
    """A row without any figure that stands above rows of its own, like 河北省 above its cities."""
    position = block.data.index(row)
    following = block.data[position + 1] if position + 1 < len(block.data) else None
    labels = [each for each in columns if each.role in {"place", "indicator"}]
    if not labels:
        return True
    text = next((sheet.text(row, each.index) for each in labels if sheet.text(row, each.index).strip()), "")
    if not text.strip():
        return True
    if labels[0].role == "indicator":
        return not any(each.role == "place" for each in columns)
    if following is None:
        return False
    below = next((sheet.text(following, each.index) for each in labels if sheet.text(following, each.index)), "")
    own, next_code = places.code_of(text), places.code_of(below)
    if own and next_code:
        return places.inside(next_code, own) or _holds(own, next_code)
    if _indent(below) > _indent(text):
        return True
    return not places.is_place(text)


def _holds(area: str, code: str) -> bool:
    if not (area.isdigit() and code[:6].isdigit() and len(area) == 6):
        return False
    prefix = area[:2] if area.endswith("0000") else area[:4] if area.endswith("00") else area
    return area != code and code.startswith(prefix)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" \u3000\xa0"))


class _Rows:
    """The labels of a block's rows, with the heading and the larger area each stands under."""

    def __init__(self, sheet: Sheet, columns: list[Column], places: Places) -> None:
        self._sheet = sheet
        self._places = places
        self._by_role: dict[str, list[Column]] = {}
        for each in columns:
            self._by_role.setdefault(each.role, []).append(each)
        self._heading: list[tuple[int, str]] = []
        self._last_broad: dict[int, str] = {}

    def enter(self, row: int) -> None:
        """A heading row opens its group and closes those that are not above it."""
        text = self._raw(row)
        while self._heading and self._heading[-1][0] >= _indent(text):
            self._heading.pop()
        self._heading.append((_indent(text), text.strip()))

    def leave(self, row: int) -> None:
        """A row of data closes headings that stand deeper than it, and fills areas down."""
        text = self._raw(row)
        while self._heading and self._heading[-1][0] > _indent(text):
            self._heading.pop()
        for each in self._by_role.get("place", []):
            if is_broader(" ".join(each.path)) or each is not self._main():
                found = self._sheet.text(row, each.index)
                if found.strip():
                    self._last_broad[each.index] = found

    def _raw(self, row: int) -> str:
        for role in ("place", "indicator", "year"):
            for each in self._by_role.get(role, []):
                if self._sheet.text(row, each.index).strip():
                    return self._sheet.text(row, each.index)
        return ""

    def _main(self) -> Column | None:
        found = self._by_role.get("place", [])
        narrow = [each for each in found if not is_broader(" ".join(each.path[-1:]))]
        return narrow[-1] if narrow else found[-1] if found else None

    def shown(self, row: int) -> str:
        """The words of a row, for the list of what was skipped."""
        return " ".join(
            clean(self._sheet.text(row, each.index))
            for role in ("place", "gloss", "indicator", "label")
            for each in self._by_role.get(role, [])
            if self._sheet.text(row, each.index).strip()
        )

    def place(self, row: int) -> tuple[str, tuple[str, ...]]:
        """The row's place label and the areas it stands under."""
        main = self._main()
        if main is None:
            return "", ()
        others = [each for each in self._by_role["place"] if each is not main]
        text = self._sheet.text(row, main.index)
        area = [label for _, label in self._heading if self._places.is_place(label)]
        area += [self._last_broad[each.index] for each in others if each.index in self._last_broad]
        if not text.strip():
            text = next((self._sheet.text(row, each.index) for each in others), "")
            area = [each for each in area if each != text]
        if not text.strip():
            text = next((self._sheet.text(row, each.index) for each in self._by_role.get("gloss", [])), "")
        return text, tuple(area)

    def indicator(self, row: int) -> tuple[str, ...]:
        """The row's own indicator words under its headings."""
        texts = [self._sheet.text(row, each.index) for each in self._by_role.get("indicator", [])]
        own = [text for text in texts if text.strip()]
        above = [label for _, label in self._heading if not self._places.is_named(label)]
        return (*above, *own) if own else ()

    def one(self, row: int, role: str) -> str:
        """The content of the row's only column of that role."""
        for each in self._by_role.get(role, []):
            if self._sheet.text(row, each.index).strip():
                return self._sheet.text(row, each.index)
        return ""

    def extra(self, row: int) -> tuple[tuple[str, str], ...]:
        """Status, bound, period, note and source, where columns are headed so."""
        keys = ("status", "bound", "period", "quality", "published")
        found = [(key, self.one(row, key)) for key in keys]
        for each in self._by_role.get("note", []):
            name = normal(" ".join(each.path[-1:]))
            if name in {"note", "备注", "说明"}:
                found.append(("note", self._sheet.text(row, each.index)))
            if name in {"source", "来源", "数据来源"}:
                found.append(("source", self._sheet.text(row, each.index)))
        return tuple((key, text) for key, text in found if text.strip())


def _cell(
    sheet: Sheet, row: int, column: Column, head: _Head, rows: _Rows, context: Context, *, row_places: bool
) -> RawCell:
    place, area = rows.place(row)
    row_names: list[str] = []
    row_unit: str | None = None
    row_scope = ""
    for part in rows.indicator(row):
        text, found = split_unit(chinese_part(part))
        text, said = split_scope(text)
        row_unit, row_scope = found or row_unit, said or row_scope
        if text:
            row_names.append(text)
    year_text = rows.one(row, "year")
    year = year_of(year_text) if year_text else None
    extra = rows.extra(row)
    part = rows.one(row, "part")
    period = head.period or clean(part) or ("" if not year_text or year is not None else clean(year_text))
    names = (*row_names, *head.names)
    if not names:
        names = context.indicator[:1]
    if head.previous:
        year, period = None, period or "上年"
    written_unit = rows.one(row, "unit")
    return RawCell(
        sheet=sheet,
        row=row,
        column=column.index,
        content=sheet.at(row, column.index),
        place=place or head.place or ("" if row_places else context.place),
        area=area,
        indicator=names,
        scope=head.scope or row_scope or context.scope,
        scope_in_header=bool(head.scope or row_scope),
        unit=_unit(written_unit) or row_unit or head.unit or context.unit,
        year=year or head.year or (context.years[0] if len(context.years) == 1 else None),
        period=period,
        uncertain=column.uncertain,
        target=head.target,
        hint=" ".join(clean(part) for part in column.path),
        extra=extra,
        flag=sheet.flags.get((row, column.index), ""),
    )


def _unit(text: str) -> str | None:
    return (unit_of(text) or clean(text) or None) if text.strip() else None
