"""The file's words for places and indicators decided, each once; what is not certain is asked."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from etl.measure import same_dimension
from etl.recognise.indicators import Indicators, Match
from etl.recognise.layout import RawCell
from etl.recognise.places import Meaning, Places
from etl.recognise.questions import KEEP, LEAVE, LEAVE_WORDS, Asking, keep_or_leave, listed
from etl.recognise.text import clean, normal

UNKNOWN_COLUMNS = "indicator:unknown"
UNKNOWN_PLACES = "place:unknown"
_MOST_SEARCHED = 100_000  # characters of a sheet
_DIGITS_OF_WHOLE = {"省": 2, "市": 4}  # of the code: 全省 is a province, 全市 a city
_MOST_COMPARED = 500  # labels beyond are matched exactly or not at all, so that time stays bounded


@dataclass(frozen=True)
class Settled:
    """What was decided about a label: an id of the register, or why there is none."""

    id: str | None = None
    question: str | None = None  # open
    left_out: str = ""
    reference: bool = False  # unknown to the register, kept as a series
    unknown: bool = False  # a place in no document
    outside: str = ""  # what tells that place apart
    total: bool = False


@dataclass
class Labels:
    """Decides the labels of one file. `unknown_columns` lists those the register does not know."""

    places: Places
    indicators: Indicators
    asking: Asking
    unknown_columns: str = ""
    areas: Sequence[str] = ()  # what 全省 may be
    keeps_places: bool = False  # places unknown to the register are kept as reference series
    _codes: dict[int, frozenset[str]] = field(default_factory=dict)  # sheet number to the codes of its places
    _settled: dict[Hashable, Settled] = field(default_factory=dict)
    _matches: dict[Hashable, Match] = field(default_factory=dict)

    def survey(self, raw: Sequence[RawCell]) -> None:
        """Look at the whole file first: questions about it list everything they concern."""
        labels: dict[str, None] = {}
        for sample in {_words(each): each for each in raw if not (each.target or each.period)}.values():
            if shown_label(sample) and self.match(sample).kind == "unknown":
                labels[shown_label(sample)] = None
        self.unknown_columns = listed(labels)
        outside: dict[str, None] = {}
        areas: dict[str, None] = {}
        codes: dict[int, set[str]] = {}
        for label, area, sheet in dict.fromkeys((each.place, each.area, each.sheet.number) for each in raw):
            meaning = self.places.meaning(label, context=area)
            code = self.places.code_of(label)
            if code is not None and code[:6].isdigit():
                codes.setdefault(sheet, set()).add(code[:6])
            if meaning.kind == "unknown" and label.strip():
                outside[clean(label)] = None
            above = self.places.part_of.get(meaning.ids[0]) if meaning.kind == "one" else None
            if above:
                areas[above] = None
        self.areas = list(areas or self.places.names)
        self._codes = {sheet: frozenset(found) for sheet, found in codes.items()}
        if outside:
            self.keeps_places = self._keeps(list(outside))

    def _keeps(self, outside: list[str]) -> bool:
        """Whether figures of places in no document are kept: offered, never waited for."""
        why = f"{len(outside)}个地区不在任何文件里"
        choices = keep_or_leave()
        answer = self.asking.offer(UNKNOWN_PLACES, about="place", where=listed(outside), why=why, choices=choices)
        return answer == KEEP

    def place(self, raw: RawCell) -> Settled:
        """The place of a cell."""
        key = ("place", raw.place, raw.sheet.number, raw.area)
        if key not in self._settled:
            self._settled[key] = self._settle_place(raw)
        return self._settled[key]

    def indicator(self, raw: RawCell) -> Settled:
        """The indicator of a cell, asked about where the words do not decide it."""
        key = ("indicator", _words(raw))
        if key not in self._settled:
            self._settled[key] = self._settle_indicator(raw)
        return self._settled[key]

    def certain_indicator(self, raw: RawCell) -> Settled:
        """The indicator of a cell where the words decide it; nothing is asked."""
        found = self.match(raw)
        return Settled(found.ids[0]) if found.kind == "one" else Settled()

    def match(self, raw: RawCell) -> Match:
        """How a cell's words stand to the register's names."""
        key = _words(raw)
        if key not in self._matches:
            self._matches[key] = self._find_match(raw)
        return self._matches[key]

    def _find_match(self, raw: RawCell) -> Match:
        look_alikes = len(self._matches) < _MOST_COMPARED
        found = self.indicators.match(raw.indicator, scope=raw.scope, hint=raw.hint, look_alikes=look_alikes)
        if found.kind == "one" and self.indicators.is_vague(raw.indicator, found.ids[0], around=raw.around + raw.place):
            return Match("near", found.ids, "这是简称，表里没有说明是哪一方面的")
        if found.kind == "one" and raw.rate_in_title and not self._is_amount(raw, found.ids[0]):
            return Match("under", found.ids, "标题说的是增长、构成或指数，不是数量本身")
        if raw.uncertain and found.kind == "one":
            return Match("near", found.ids, "表头有几层，看不出上层标题是否管着这一列")
        if found.kind == "near" and raw.unit is not None:
            fitting = tuple(each for each in found.ids if same_dimension(raw.unit, self.indicators.units[each]))
            return replace(found, ids=fitting) if fitting else Match("unknown")
        return found

    def _is_amount(self, raw: RawCell, indicator: str) -> bool:
        """Whether the unit shows that this is the amount and not its rate of change."""
        wanted = self.indicators.units[indicator]
        return raw.unit is not None and wanted != "%" and same_dimension(raw.unit, wanted)

    def _settle_place(self, raw: RawCell) -> Settled:
        if not raw.place.strip():
            sheet = raw.sheet.name
            why = "没有说明是哪个地区的数据"
            return self._ask_place(raw, f"place@{normal(sheet)}", f"表“{sheet}”", why=why, ids=self._named_first(raw))
        meaning = self.places.meaning(raw.place, context=raw.area)
        label = clean(raw.place)
        id = f"place:{normal(label)}"
        if meaning.kind == "several":
            return self._ask_namesakes(raw, id, label, meaning)
        if meaning.kind in {"whole", "part"}:
            return self._settle_around(raw, id, label, meaning)
        if meaning.kind == "total":
            return Settled(total=True)
        return Settled(meaning.ids[0]) if meaning.kind == "one" else self._outside(raw)

    def _settle_around(self, raw: RawCell, id: str, label: str, meaning: Meaning) -> Settled:
        """全省 and 市区 are some place only together with what surrounds them; asked about where nothing does."""
        home = self._home(raw, digits=4 if meaning.kind == "part" else _DIGITS_OF_WHOLE.get(label[-1:], 0))
        if home is None and meaning.kind == "part":
            return self._ask_namesakes(raw, id, label, meaning)
        if home is None:
            why = f"“{label}”指哪个地区"
            return self._ask_place(raw, id, label, why=why, ids=self.areas, others=["不是登记表里的地区"])
        found = (
            [home] if meaning.kind == "whole" else [each for each in meaning.ids if self.places.part_of[each] == home]
        )
        known = [each for each in found if each in self.places.names]
        if len(known) == 1:
            return Settled(known[0])
        return Settled(unknown=True, outside=home if meaning.kind == "whole" else f"{home}/{normal(label)}")

    def _outside(self, raw: RawCell) -> Settled:
        return Settled(unknown=True, outside=self.places.outside(raw.place, context=raw.area))

    def _named_first(self, raw: RawCell) -> list[str]:
        """All places, those that the sheet names anywhere first."""
        words = "".join(text for row in raw.sheet.rows for text in row if isinstance(text, str))[:_MOST_SEARCHED]
        named = sorted((-len(name), place) for place, name in self.places.names.items() if name in words)
        return list(dict.fromkeys((*(place for _, place in named), *self.places.names)))

    def _home(self, raw: RawCell, *, digits: int) -> str | None:
        """The province (2 digits) or city (4) that a cell stands under, else the one in which all places of its sheet lie.

        None where neither says one.
        """
        if not digits:
            return None
        above = (self.places.code_of(label) or "" for label in reversed(raw.area))
        around = self._codes.get(raw.sheet.number, frozenset())
        under = next((code[:digits] for code in above if _is_as_fine(code, digits)), None)
        homes = {under} if under else {code[:digits] for code in around if _is_as_fine(code, digits)}
        alone = under is None and len(around) < 2
        return next(iter(homes)).ljust(6, "0") if len(homes) == 1 and not alone else None

    def _ask_namesakes(self, raw: RawCell, id: str, label: str, meaning: Meaning) -> Settled:
        others = [f"{name}（不在任何文件里）" for name in meaning.others] or ["都不是"]
        names = "、".join([*(self.places.names[each] for each in meaning.ids), *meaning.others])
        return self._ask_place(raw, id, label, why=f"“{label}”可能是{names}", ids=meaning.ids, others=others)

    def _ask_place(
        self, raw: RawCell, id: str, where: str, *, why: str, ids: Iterable[str], others: Iterable[str] = (LEAVE_WORDS,)
    ) -> Settled:
        choices = [(f"{self.places.names[each]}（{each}）", each) for each in ids]
        choices += [(words, LEAVE) for words in others]
        answer = self.asking.ask(id, about="place", where=where, why=why, choices=choices)
        if answer is None:
            return Settled(question=id)
        return self._outside(raw) if answer == LEAVE else Settled(answer)

    def _settle_indicator(self, raw: RawCell) -> Settled:
        found = self.match(raw)
        if found.kind == "one":
            return Settled(found.ids[0])
        label = shown_label(raw)
        if not label:
            sheet = raw.sheet.name
            names = [(f"{name}（{each}）", each) for each, name in self._possible(raw)]
            why = "没有说明是哪个指标的数据"
            return self._ask_indicator(f"indicator@{normal(sheet)}", f"表“{sheet}”", why, names)
        if found.kind == "unknown":
            why = "这些列不是登记表里的指标，不在任何文件里"
            return self._ask_indicator(UNKNOWN_COLUMNS, self.unknown_columns, why, [])
        if found.kind == "under":
            why = "它们在上级标题之下，可能只是其中一部分：是不是登记表里的同名指标"
            return self._ask_indicator("indicator:under", label, why, [("都是登记表里的同名指标", found.ids[0])])
        where = series_name(raw)
        names = [(f"{self.indicators.names[each]}（{each}）", each) for each in found.ids]
        id = f"indicator:{normal(label)}{'@' + raw.scope if raw.scope else ''}"
        return self._ask_indicator(id, where, f"“{where}”是不是登记表里的指标：{found.why}", names)

    def _possible(self, raw: RawCell) -> list[tuple[str, str]]:
        """The indicators that figures without a name may be: those whose unit fits."""
        units = self.indicators.units
        return [
            (each, name)
            for each, name in self.indicators.names.items()
            if raw.unit is None or same_dimension(raw.unit, units[each])
        ]

    def _ask_indicator(self, id: str, where: str, why: str, names: list[tuple[str, str]]) -> Settled:
        choices = [*names, *keep_or_leave()]
        answer = self.asking.ask(id, about="indicator", where=where, why=why, choices=choices)
        if answer is None:
            return Settled(question=id)
        if answer == LEAVE:
            return Settled(left_out="不是登记表里的指标，不采用")
        return Settled(reference=True) if answer == KEEP else Settled(answer)


def series_name(raw: RawCell) -> str:
    """The name under which an unknown indicator can be kept: the same words of another scope are another series."""
    label = shown_label(raw) or clean(raw.sheet.name)
    return f"{label}（{raw.scope}）" if raw.scope and raw.scope not in label else label


def shown_label(raw: RawCell) -> str:
    """The file's words for an indicator, its scope with them where the header names it."""
    words = [clean(part) for part in raw.indicator]
    if raw.scope and raw.scope not in words and raw.scope_in_header:
        words.append(raw.scope)
    return " ".join(words)


def _is_as_fine(code: str, digits: int) -> bool:
    """Whether a code names a province (2 digits) or city (4), or something inside one."""
    return code[:6].isdigit() and code[digits - 2 : digits] != "00" and code != "100000"


def _words(raw: RawCell) -> Hashable:
    """Everything that decides which indicator a cell belongs to."""
    return raw.indicator, raw.scope, raw.uncertain, raw.rate_in_title, raw.unit, raw.around
