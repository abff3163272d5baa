"""What each column of a block holds, and the words above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from etl.recognise.grid import Sheet
from etl.recognise.headings import is_year_word, role_of
from etl.recognise.indicators import Indicators
from etl.recognise.numbers import Number, read_number
from etl.recognise.places import Places
from etl.recognise.row_kinds import Block, kind_of
from etl.recognise.text import chinese_part, clean, has_chinese, is_unit, split_unit, year_of


@dataclass(frozen=True)
class Column:
    """One column: its role, the header words above it (outermost first), how sure they are."""

    index: int
    role: str  # place, gloss, year, indicator, unit, value, code, note, label, empty, or a tidy key
    path: tuple[str, ...]
    uncertain: bool = False  # whether the upper header belongs to it cannot be told


def read_columns(sheet: Sheet, block: Block, *, places: Places, indicators: Indicators) -> list[Column]:
    """The columns of a block with their roles, from their header words and their contents."""
    paths = [_path(sheet, block, column) for column in range(block.first, block.last)]
    columns = [
        Column(column, _role(_content(sheet, block, column, path), places, indicators), path, uncertain)
        for column, (path, uncertain) in zip(range(block.first, block.last), paths, strict=True)
    ]
    columns = _places_in_header(columns, places)
    columns = _single_labels(sheet, block, columns, places, indicators)
    return _without_glosses(sheet, block, columns)


def _path(sheet: Sheet, block: Block, column: int) -> tuple[tuple[str, ...], bool]:
    """Header words above a column, with the upper levels that span it, merged or only seen so."""
    parts: list[str] = []
    uncertain = False
    merged_header = any(top in block.header for top, _, _, _ in sheet.merged)
    for level, row in enumerate(block.header):
        text = sheet.text(row, column)
        below = any(sheet.text(lower, column).strip() for lower in block.header[level + 1 :])
        if not text.strip():
            text = _merged_text(sheet, row, column)
        if not text.strip() and below:
            text = _text_left(sheet, block, row, column)
            if not text.strip() and not merged_header and _text_right(sheet, block, row, column):
                uncertain = True
        if text.strip() and clean(text) not in [clean(part) for part in parts]:
            parts.append(text)
    return tuple(parts), uncertain


def _merged_text(sheet: Sheet, row: int, column: int) -> str:
    for top, left, bottom, right in sheet.merged:
        if top <= row <= bottom and left <= column <= right:
            return sheet.text(top, left)
    return ""


def _text_left(sheet: Sheet, block: Block, row: int, column: int) -> str:
    """The words to the left that visually span this column; none across a column of labels."""
    for left in range(column - 1, block.first - 1, -1):
        text = sheet.text(row, left) or _merged_text(sheet, row, left)
        if text.strip():
            spans = [each for each in sheet.merged if each[0] <= row <= each[2] and each[1] == left]
            ends_before = any(each[3] > each[1] and each[3] < column for each in spans)
            return "" if ends_before or role_of(text) else text
    return ""


def _text_right(sheet: Sheet, block: Block, row: int, column: int) -> bool:
    return any(sheet.text(row, right).strip() for right in range(column + 1, block.last))


@dataclass(frozen=True)
class _Content:
    """What stands in one column of a block, and the role its header claims."""

    said: str | None
    path: tuple[str, ...]
    first: bool  # the panel's first column
    cells: tuple[str, ...]
    texts: tuple[str, ...]
    figures: tuple[float, ...]
    marks: int  # missing marks
    years: int

    @property
    def is_empty(self) -> bool:
        return not (self.texts or self.figures or self.marks or self.years)

    @property
    def is_mostly_text(self) -> bool:
        return len(self.texts) > len(self.figures) + self.marks + self.years

    @property
    def only_years(self) -> bool:
        return self.years > 0 and not (self.texts or self.figures or self.marks)


def _content(sheet: Sheet, block: Block, column: int, path: tuple[str, ...]) -> _Content:
    kinds = [(row, kind_of(sheet, row, column)) for row in block.data]
    readings = [read_number(sheet.at(row, column)) for row, kind in kinds if kind == "n"]
    return _Content(
        said=next((role for text in reversed(path) if (role := role_of(text))), None),
        path=path,
        first=column == block.first,
        cells=tuple(sheet.text(row, column) for row, kind in kinds if kind != "e"),
        texts=tuple(sheet.text(row, column) for row, kind in kinds if kind == "t"),
        figures=tuple(each.value for each in readings if isinstance(each, Number)),
        marks=sum(1 for _, kind in kinds if kind == "m"),
        years=sum(1 for _, kind in kinds if kind == "y"),
    )


def _role(content: _Content, places: Places, indicators: Indicators) -> str:
    """The role of a column: what its header claims where the content bears it out, else what the content shows."""
    if content.is_empty:
        return "value" if content.path and content.said is None else "empty"
    if content.said and _bears_out(content, places):
        return "year" if content.said == "part" and content.only_years else content.said
    if content.is_mostly_text and not _spoilt_figures(content, places, indicators):
        return _text_role(content, places)
    if not content.path and _only_counts(content.figures):
        return "code"
    if content.only_years and (any(map(is_year_word, content.path[-1:])) or (not content.path and content.first)):
        return "year"
    return "value"


def _bears_out(content: _Content, places: Places) -> bool:
    """Whether what stands in a column can be what its header says."""
    if content.said == "year":
        return content.years > 0 and len(content.figures) * 4 < len(content.texts) + content.years
    if content.said in {"place", "indicator", "unit"}:
        return content.is_mostly_text or any(map(places.is_named, content.cells))
    if content.said == "code":
        return all(figure.is_integer() for figure in content.figures)
    if content.said in {"value", "part"}:
        return True
    return content.is_mostly_text or content.said == "period"


def _spoilt_figures(content: _Content, places: Places, indicators: Indicators) -> bool:
    """A column headed by an indicator or a unit whose cells cannot be read is still one of figures."""
    words = [chinese_part(part) for part in content.path]
    headed = any(split_unit(word)[1] or indicators.exact(word) for word in words)
    digits = sum(1 for text in content.texts if any(map(str.isdigit, text)))
    return headed and digits * 2 >= len(content.texts) and not any(map(places.is_named, content.texts))


def _text_role(content: _Content, places: Places) -> str:
    texts = content.texts
    if sum(1 for text in texts if is_unit(text)) * 2 > len(texts):
        return "unit"
    if sum(1 for text in texts if places.is_place(text)) * 2 >= len(texts):
        return "place"
    return "label"


def _only_counts(figures: Sequence[float]) -> bool:
    """Whether a column only numbers its rows."""
    return len(figures) > 1 and all(b - a == 1 for a, b in zip(figures, figures[1:], strict=False))


def _places_in_header(columns: list[Column], places: Places) -> list[Column]:
    """Nothing changes here but a text column that a header of places turns into plain labels."""
    named = [
        column for column in columns if column.role == "value" and any(places.is_named(part) for part in column.path)
    ]
    values = [column for column in columns if column.role == "value"]
    if not values or len(named) * 2 < len(values):
        return columns
    return [
        Column(each.index, "label", each.path, each.uncertain) if each.role == "place" and len(named) > 1 else each
        for each in columns
    ]


def _single_labels(
    sheet: Sheet, block: Block, columns: list[Column], places: Places, indicators: Indicators
) -> list[Column]:
    """A text column left of the figures is places or indicators; one behind them is a note."""
    first_value = next((each.index for each in columns if each.role == "value"), None)
    has_place = any(each.role == "place" for each in columns)
    has_indicator = any(each.role == "indicator" for each in columns)
    out = []
    for each in columns:
        role = each.role
        if role == "label":
            if first_value is None or each.index > first_value:
                role = "note"
            elif has_place or has_indicator:
                role = (
                    "note" if has_indicator or not _names_indicators(sheet, block, each, indicators) else ("indicator")
                )
            elif _names_indicators(sheet, block, each, indicators) or _columns_are_places(columns, places):
                role, has_indicator = "indicator", True
            elif _columns_are_indicators(columns, indicators):
                role, has_place = "place", True
            else:
                role, has_indicator = "indicator", True
        out.append(Column(each.index, role, each.path, each.uncertain))
    return out


def _names_indicators(sheet: Sheet, block: Block, column: Column, indicators: Indicators) -> bool:
    texts = [sheet.text(row, column.index) for row in block.data if sheet.text(row, column.index)]
    with_unit = sum(1 for text in texts if split_unit(chinese_part(text))[1])
    return any(indicators.exact(chinese_part(text)) for text in texts) or with_unit * 2 > len(texts)


def _columns_are_places(columns: list[Column], places: Places) -> bool:
    values = [each for each in columns if each.role == "value" and each.path]
    named = [each for each in values if any(places.is_named(part) for part in each.path)]
    return bool(values) and len(named) * 2 >= len(values)


def _columns_are_indicators(columns: list[Column], indicators: Indicators) -> bool:
    """Whether the value columns are headed by more than years."""
    values = [each for each in columns if each.role == "value"]
    return any(
        indicators.exact(chinese_part(part)) or split_unit(chinese_part(part))[1] or year_of(part) is None
        for each in values
        for part in each.path
    )


def _without_glosses(sheet: Sheet, block: Block, columns: list[Column]) -> list[Column]:
    """Of two columns with the same names in two languages the Chinese one counts."""
    for role in ("place", "indicator"):
        same = [each for each in columns if each.role == role]
        chinese = [each for each in same if _mostly_chinese(sheet, block, each.index)]
        if chinese and len(chinese) < len(same):
            glosses = {each.index for each in same if each not in chinese}
            columns = [
                Column(each.index, "gloss", each.path, each.uncertain) if each.index in glosses else each
                for each in columns
            ]
    return columns


def _mostly_chinese(sheet: Sheet, block: Block, column: int) -> bool:
    texts = [sheet.text(row, column) for row in block.data if sheet.text(row, column)]
    return sum(1 for text in texts if has_chinese(text)) * 2 > len(texts)
