"""The labels of a block's rows, with the heading and the larger area each stands under."""

from dataclasses import dataclass

from etl.recognise.columns import Column
from etl.recognise.grid import Sheet
from etl.recognise.headings import is_broader, is_category
from etl.recognise.places import Places
from etl.recognise.row_kinds import Block
from etl.recognise.text import clean, normal, split_unit


def is_heading(sheet: Sheet, block: Block, row: int, columns: list[Column], places: Places) -> bool:
    """Whether a row without any figure stands above rows of its own, like 河北省 above its cities.

    A city without a figure is none: its figures are missing.
    """
    labels = [each for each in columns if each.role in {"place", "indicator"}]
    if any(sheet.text(row, each.index).strip() for each in columns if each.role == "year"):
        return False
    text = _first_text(sheet, row, labels)
    if not text.strip() or labels[0].role == "indicator":
        return not any(each.role == "place" for each in columns) or not text.strip()
    position = block.data.index(row)
    if position + 1 == len(block.data):
        return False
    below = _first_text(sheet, block.data[position + 1], labels)
    own, inner = places.code_of(text), places.code_of(below)
    if own and inner:
        return places.inside(inner, own) or _holds(own, inner)
    return _indent(below) > _indent(text) or (is_category(text) and not places.is_place(text))


def _first_text(sheet: Sheet, row: int, columns: list[Column]) -> str:
    texts = (sheet.text(row, each.index) for each in columns)
    return next((text for text in texts if text.strip()), "")


def _holds(area: str, code: str) -> bool:
    if not (area.isdigit() and code[:6].isdigit() and len(area) == 6):
        return False
    prefix = area[:2] if area.endswith("0000") else area[:4] if area.endswith("00") else area
    return area != code and code.startswith(prefix)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" \u3000\xa0"))


@dataclass(frozen=True)
class _Heading:
    """A label that rows below may stand under."""

    indent: int
    label: str
    has_figures: bool

    def closed_by(self, indent: int) -> bool:
        """Whether a row of figures so indented no longer stands under it."""
        return self.indent > indent or (self.has_figures and self.indent == indent)


class Rows:
    """The labels of a block's rows, with the heading and the larger area each stands under."""

    def __init__(self, sheet: Sheet, columns: list[Column], places: Places) -> None:
        self._sheet = sheet
        self._places = places
        self._by_role: dict[str, list[Column]] = {}
        for each in columns:
            self._by_role.setdefault(each.role, []).append(each)
        self._heading: list[_Heading] = []
        self._filled: dict[int, str] = {}
        corners = [each.path for each in columns if each.role in {"place", "indicator", "year"}]
        self.corner_unit = next((split_unit(part)[1] for path in corners for part in path if "单位" in part), None)

    def enter(self, row: int) -> None:
        """A heading row opens its group and closes those that are not above it."""
        text = self._raw(row)
        while self._heading and (self._heading[-1].indent >= _indent(text) or self._heading[-1].has_figures):
            self._heading.pop()
        self._heading.append(_Heading(_indent(text), text.strip(), has_figures=False))

    def leave(self, row: int) -> None:
        """A row of figures closes the headings it does not stand under, and fills labels down.

        A province with figures of its own still heads the rows below it, and so does any place
        whose followers are indented.
        """
        text = self._raw(row)
        while self._heading and self._heading[-1].closed_by(_indent(text)):
            self._heading.pop()
        code = self._places.code_of(text) if text.strip() else None
        if code is not None and code.endswith("0000"):
            self._heading.clear()
        if code is not None:
            self._heading.append(_Heading(_indent(text), text.strip(), has_figures=not code.endswith("0000")))
        for role in ("place", "year", "indicator"):
            for each in self._by_role.get(role, []):
                found = self._sheet.text(row, each.index)
                if found.strip():
                    self._filled[each.index] = found

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
        area = [each.label for each in self._heading if self._places.is_place(each.label)]
        area += [self._filled[each.index] for each in others if each.index in self._filled]
        if not text.strip() and self._repeats(row):
            text = self._filled.get(main.index, "")
        if not text.strip():
            text = next((self._sheet.text(row, each.index) for each in others), "")
        if not text.strip():
            text = next((self._sheet.text(row, each.index) for each in self._by_role.get("gloss", [])), "")
        return text, tuple(each for each in area if each.strip() != text.strip())

    def year(self, row: int) -> str:
        """The row's year in the file's words; a blank below a year means the same year."""
        own = self.one(row, "year")
        return own or next(
            (self._filled[c.index] for c in self._by_role.get("year", []) if c.index in self._filled), ""
        )

    def _repeats(self, row: int) -> bool:
        """Whether a blank label stands for the one above: the row tells itself apart by something else."""
        return bool(self.one(row, "year") or self.one(row, "indicator"))

    def indicator(self, row: int) -> tuple[str, ...]:
        """The row's own indicator words under its headings; where they are blank, those above go on.

        Only a row that tells itself apart by its place or year continues the one above.
        """
        columns = self._by_role.get("indicator", [])
        own = [text for each in columns if (text := self._sheet.text(row, each.index)).strip()]
        if not own and (self.one(row, "place") or self.one(row, "year")):
            own = [self._filled[each.index] for each in columns if each.index in self._filled]
        above = [each.label for each in self._heading if not self._places.is_named(each.label)]
        return (*above, *own) if own else ()

    def one(self, row: int, role: str) -> str:
        """The content of the row's only column of that role."""
        for each in self._by_role.get(role, []):
            if self._sheet.text(row, each.index).strip():
                return self._sheet.text(row, each.index)
        return ""

    def further_columns(self, row: int) -> tuple[tuple[str, str], ...]:
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
