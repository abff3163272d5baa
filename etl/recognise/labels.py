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
_MOST_COMPARED = 500  # labels beyond are matched exactly or not at all, so that time stays bounded


@dataclass(frozen=True)
class Settled:
    """What was decided about a label: an id of the register, or why there is none."""

    id: str | None = None
    question: str | None = None  # open
    left_out: str = ""
    reference: bool = False  # unknown to the register, kept as a series
    unknown: bool = False  # a place in no document
    total: bool = False


@dataclass
class Labels:
    """Decides the labels of one file. `unknown_columns` lists those the register does not know."""

    places: Places
    indicators: Indicators
    asking: Asking
    unknown_columns: str = ""
    areas: Sequence[str] = ()  # what 全省 may be
    _settled: dict[Hashable, Settled] = field(default_factory=dict)
    _matches: dict[Hashable, Match] = field(default_factory=dict)

    def survey(self, raw: Sequence[RawCell]) -> None:
        """Look at the whole file first: questions about it list everything they concern."""
        labels: dict[str, None] = {}
        for sample in {_words(each): each for each in raw if not (each.target or each.period)}.values():
            if shown_label(sample) and self.match(sample).kind == "unknown":
                labels[shown_label(sample)] = None
        self.unknown_columns = listed(labels)
        areas: dict[str, None] = {}
        for label, area in dict.fromkeys((each.place, each.area) for each in raw):
            meaning = self.places.meaning(label, context=area)
            above = self.places.part_of.get(meaning.ids[0]) if meaning.kind == "one" else None
            if above:
                areas[above] = None
        self.areas = list(areas or self.places.names)

    def place(self, raw: RawCell) -> Settled:
        """The place of a cell."""
        key = ("place", raw.place or raw.sheet.number, raw.area)
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
            return self._ask_place(f"place@{normal(sheet)}", f"表“{sheet}”", why, self.places.names)
        meaning = self.places.meaning(raw.place, context=raw.area)
        label = clean(raw.place)
        id = f"place:{normal(label)}"
        if meaning.kind == "several":
            return self._ask_namesakes(id, label, meaning)
        if meaning.kind == "whole":
            return self._ask_place(id, label, f"“{label}”指哪个地区", self.areas, others=["不是登记册里的地区"])
        if meaning.kind == "total":
            return Settled(total=True)
        return Settled(meaning.ids[0]) if meaning.kind == "one" else Settled(unknown=True)

    def _ask_namesakes(self, id: str, label: str, meaning: Meaning) -> Settled:
        others = [f"{name}（不在任何文件里）" for name in meaning.others] or ["都不是"]
        names = "、".join([*(self.places.names[each] for each in meaning.ids), *meaning.others])
        return self._ask_place(id, label, f"“{label}”可能是{names}", meaning.ids, others=others)

    def _ask_place(
        self, id: str, where: str, why: str, ids: Iterable[str], *, others: Iterable[str] = (LEAVE_WORDS,)
    ) -> Settled:
        choices = [(f"{self.places.names[each]}（{each}）", each) for each in ids]
        choices += [(words, LEAVE) for words in others]
        answer = self.asking.ask(id, about="place", where=where, why=why, choices=choices)
        if answer is None:
            return Settled(question=id)
        return Settled(unknown=True) if answer == LEAVE else Settled(answer)

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
            why = "这些列不是登记册里的指标，不在任何文件里"
            return self._ask_indicator(UNKNOWN_COLUMNS, self.unknown_columns, why, [])
        if found.kind == "under":
            why = "它们在上级标题之下，可能只是其中一部分：是不是登记册里的同名指标"
            return self._ask_indicator("indicator:under", label, why, [("都是登记册里的同名指标", found.ids[0])])
        where = f"{label}（{raw.scope}）" if raw.scope and raw.scope not in label else label
        names = [(f"{self.indicators.names[each]}（{each}）", each) for each in found.ids]
        id = f"indicator:{normal(label)}{'@' + raw.scope if raw.scope else ''}"
        return self._ask_indicator(id, where, f"“{where}”是不是登记册里的指标：{found.why}", names)

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
            return Settled(left_out="不是登记册里的指标，不采用")
        return Settled(reference=True) if answer == KEEP else Settled(answer)


def shown_label(raw: RawCell) -> str:
    """The file's words for an indicator, its scope with them where the header names it."""
    words = [clean(part) for part in raw.indicator]
    if raw.scope and raw.scope not in words and raw.scope_in_header:
        words.append(raw.scope)
    return " ".join(words)


def _words(raw: RawCell) -> Hashable:
    """Everything that decides which indicator a cell belongs to."""
    return raw.indicator, raw.scope, raw.uncertain, raw.rate_in_title, raw.unit
