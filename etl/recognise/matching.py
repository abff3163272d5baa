"""Raw cells matched with the register: place, indicator, year, unit, value; or a question.

A label is decided once and then holds for all its cells.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from etl.measure import UnknownConversion, convert, same_dimension
from etl.problem import LOOK, Problem
from etl.recognise.indicators import Indicators, Match
from etl.recognise.layout import RawCell
from etl.recognise.numbers import Number, Unreadable, percent_shown, read_number, shown_number
from etl.recognise.places import Meaning, Places
from etl.recognise.questions import (
    KEEP,
    LEAVE,
    LEAVE_WORDS,
    Asking,
    keep_or_leave,
    listed,
    year_choices,
)
from etl.recognise.report import ASKED, LEFT_OUT, REFERENCE, TAKEN, UNKNOWN_PLACE, Cell, Skipped
from etl.recognise.text import clean, normal

_OTHER_UNITS = {
    "area": ("公顷", "万公顷", "平方公里", "亩", "万亩", "平方米", "万平方米"),
    "mass": ("吨", "万吨", "千克"),
    "money": ("元", "万元", "亿元"),
    "persons": ("人", "万人"),
    "share": ("%", "‰"),
    "concentration": ("微克/立方米", "毫克/立方米"),
    "water": ("毫克/升", "微克/升"),
    "volume": ("立方米", "万立方米", "亿立方米"),
    "count": ("个", "万个"),
}


@dataclass(frozen=True)
class _Settled:
    """What was decided about a place, an indicator or a unit; `question` while it is open."""

    id: str | None = None
    question: str | None = None
    left_out: str = ""
    reference: bool = False
    unknown: bool = False
    total: bool = False


@dataclass
class Matcher:
    """Decides labels one by one, asks through `asking`, remembers what it decided."""

    places: Places
    indicators: Indicators
    asking: Asking
    likely_years: Sequence[int]
    latest_year: int
    _matches: dict[Hashable, Match] = field(default_factory=dict)
    _labels: dict[Hashable, _Settled] = field(default_factory=dict)
    _conversions: dict[str, str] = field(default_factory=dict)
    _left: dict[str, list[str]] = field(default_factory=dict)

    def match_all(self, raw: Sequence[RawCell]) -> tuple[list[Cell], list[Skipped]]:
        """Cells in the file's order, and the rows that are totals."""
        cells: list[Cell] = []
        skipped: list[Skipped] = []
        whole = self._whole_candidates(raw)
        unknown_columns = self._unknown_columns(raw)
        for each in raw:
            place = self._place(each, whole)
            if place.total:
                skipped.append(
                    Skipped(
                        each.sheet.name,
                        each.row + 1,
                        each.column + 1,
                        f"{clean(each.place)} {shown_number(each.content)}".strip(),
                        "合计、平均或大区的行，不是一个地区",
                    )
                )
                continue
            cells.append(self._cell(each, place, unknown_columns))
        return cells, skipped

    def problems(self) -> list[Problem]:
        """What was converted and what was left out, a sentence each."""
        found = [
            Problem(LOOK, "单位换算", label, "登记册的单位", f"“{label}”{how}。")
            for label, how in sorted(self._conversions.items())
        ]
        found += [
            Problem(LOOK, "未采用", listed(where), "全年实际数", f"{why}：{listed(where)}。")
            for why, where in sorted(self._left.items())
        ]
        return found

    def _cell(self, raw: RawCell, place: _Settled, unknown_columns: str) -> Cell:
        target = raw.target and self._match(raw).kind != "one"
        silent = place.unknown or target or bool(raw.period)
        indicator = self._known_indicator(raw) if silent else self._indicator(raw, unknown_columns)
        number = self._number(raw)
        cell = Cell(
            sheet=raw.sheet.name,
            sheet_number=raw.sheet.number,
            row=raw.row + 1,
            column=raw.column + 1,
            label_place=clean(raw.place),
            label_indicator=self._label(raw),
            place=place.id,
            indicator=indicator.id,
            year=raw.year,
            value=number.value if isinstance(number, Number) else None,
            unit=None,
            value_in_file=self._shown(raw),
            unit_in_file=(number.unit if isinstance(number, Number) else None) or raw.unit,
            bound=number.bound if isinstance(number, Number) else "",
            period=raw.period,
        )
        cell = self._with_extra(cell, raw)
        if raw.period or target:
            why = "计划数或目标数，不是实际数" if target else "不是当年的全年数（上年、月度、季度或多年合计）"
            self._left.setdefault(why, []).append(f"{cell.label_indicator} {raw.period}".strip())
            return replace(self._in_unit(cell, asked=False), state=LEFT_OUT, reason=why)
        if place.unknown:
            # Nothing is asked about figures of places that no document speaks of.
            return replace(
                self._in_unit(cell, asked=False),
                state=UNKNOWN_PLACE,
                year=self._answered_year(raw),
                reason="地区不在任何文件里",
            )
        waits = [each for each in (place.question, indicator.question) if each]
        if raw.year is None and not (place.left_out or indicator.left_out or indicator.question == "indicator:unknown"):
            cell = self._with_year(cell, waits)
        cell = self._in_unit(cell, asked=not indicator.left_out, waits=waits)
        cell = self._readable(cell, raw, number, waits)
        return self._state(cell, place, indicator, waits)

    def _state(self, cell: Cell, place: _Settled, indicator: _Settled, waits: list[str]) -> Cell:
        if cell.state == LEFT_OUT:
            return cell
        left = place.left_out or indicator.left_out
        if left:
            return replace(cell, state=LEFT_OUT, reason=left, questions=())
        state = ASKED if waits else REFERENCE if indicator.reference else TAKEN
        return replace(cell, state=state, questions=tuple(dict.fromkeys(waits)))

    def _answered_year(self, raw: RawCell) -> int | None:
        given = self.asking.answers.get("year", "")
        return raw.year or (int(given) if given.isdecimal() and len(given) == 4 else None)

    def _with_year(self, cell: Cell, waits: list[str]) -> Cell:
        answer = self.asking.ask(
            "year",
            about="year",
            where=cell.sheet,
            why="文件没有说明数据是哪一年的（年鉴的年份一般比数据年份晚一年）",
            choices=[*year_choices(self.likely_years, latest=self.latest_year), ("各表年份不同，不采用", LEAVE)],
        )
        if answer is None:
            waits.append("year")
            return cell
        if answer == LEAVE:
            return replace(cell, state=LEFT_OUT, reason="年份不明")
        return replace(cell, year=int(answer))

    def _readable(self, cell: Cell, raw: RawCell, number: object, waits: list[str]) -> Cell:
        """A cell that is no number, or a formula nobody calculated, is asked about."""
        stale = raw.flag == "no_result"
        if not stale and not isinstance(number, Unreadable):
            return cell
        kind = "formula" if stale else "unreadable"
        why = (
            "公式没有保存计算结果，请在 Excel 中打开、保存后重新上传，或按缺失处理"
            if stale
            else "单元格里的文字读不成一个数"
        )
        words = f"{cell.sheet} 第{cell.row}行第{cell.column}列“{cell.value_in_file[:20]}”"
        missing = ("按缺失处理", "missing")
        answer = self.asking.ask(
            f"value:{kind}", about="value", where=words, why=why, choices=[missing, (LEAVE_WORDS, LEAVE)]
        )
        cell = replace(cell, value=None)
        if answer is None:
            waits.append(f"value:{kind}")
        elif answer == LEAVE:
            return replace(cell, state=LEFT_OUT, reason=why)
        return cell

    def _number(self, raw: RawCell) -> object:
        if raw.flag == "error":
            return Unreadable()
        if raw.flag == "percent" and isinstance(raw.content, (int, float)):
            return read_number(percent_shown(raw.content))
        return read_number(raw.content)

    def _shown(self, raw: RawCell) -> str:
        if raw.flag == "percent" and isinstance(raw.content, (int, float)):
            return percent_shown(raw.content)
        return shown_number(raw.content)

    def _label(self, raw: RawCell) -> str:
        words = [clean(part) for part in raw.indicator]
        if raw.scope and raw.scope not in words and raw.scope_in_header:
            words.append(raw.scope)
        return " ".join(words)

    def _with_extra(self, cell: Cell, raw: RawCell) -> Cell:
        extra = dict(raw.extra)
        bound = {"ge": "ge", "le": "le", "about": "about"}.get(extra.get("bound", ""), cell.bound)
        return replace(
            cell,
            bound=bound,
            period=extra.get("period", cell.period),
            status=extra.get("status", ""),
            source=extra.get("source", ""),
            note=extra.get("note", ""),
        )

    # -- places ------------------------------------------------------------------------------

    def _place(self, raw: RawCell, whole: Sequence[str]) -> _Settled:
        key = ("place", raw.place or raw.sheet.number, raw.area)
        if key not in self._labels:
            self._labels[key] = self._settle_place(raw, whole)
        return self._labels[key]

    def _settle_place(self, raw: RawCell, whole: Sequence[str]) -> _Settled:
        if not raw.place.strip():
            return self._asked_place(
                f"place@{normal(raw.sheet.name)}",
                f"表“{raw.sheet.name}”",
                "没有说明是哪个地区的数据",
                list(self.places.names),
            )
        meaning = self.places.meaning(raw.place, context=raw.area)
        label = clean(raw.place)
        if meaning.kind == "one":
            return _Settled(meaning.ids[0])
        if meaning.kind == "total":
            return _Settled(total=True)
        if meaning.kind == "whole":
            return self._asked_place(
                f"place:{normal(label)}", label, f"“{label}”指哪个地区", whole, others=["不是登记册里的地区"]
            )
        if meaning.kind == "several":
            return self._ambiguous(label, meaning)
        return _Settled(unknown=True)

    def _ambiguous(self, label: str, meaning: Meaning) -> _Settled:
        others = [f"{name}（不在任何文件里）" for name in meaning.others] or ["都不是"]
        names = "、".join([*(self.places.names[each] for each in meaning.ids), *meaning.others])
        why = f"“{label}”可能是{names}"
        return self._asked_place(f"place:{normal(label)}", label, why, meaning.ids, others=others)

    def _asked_place(
        self, id: str, where: str, why: str, ids: Iterable[str], *, others: Iterable[str] = ()
    ) -> _Settled:
        choices = [(f"{self.places.names[each]}（{each}）", each) for each in ids]
        choices += [(words, LEAVE) for words in others or [LEAVE_WORDS]]
        answer = self.asking.ask(id, about="place", where=where, why=why, choices=choices)
        if answer is None:
            return _Settled(question=id)
        return _Settled(unknown=True) if answer == LEAVE else _Settled(answer)

    def _whole_candidates(self, raw: Sequence[RawCell]) -> list[str]:
        """What 全省 may be: the areas that the file's other places lie in."""
        found: list[str] = []
        for label, area in dict.fromkeys((each.place, each.area) for each in raw):
            meaning = self.places.meaning(label, context=area)
            above = self.places.part_of.get(meaning.ids[0]) if meaning.kind == "one" else None
            if above and above not in found:
                found.append(above)
        return found or list(self.places.names)

    # -- indicators --------------------------------------------------------------------------

    def _match(self, raw: RawCell) -> Match:
        key = _words(raw)
        if key not in self._matches:
            self._matches[key] = self._find_match(raw)
        return self._matches[key]

    def _find_match(self, raw: RawCell) -> Match:
        found = self.indicators.match(raw.indicator, scope=raw.scope, hint=raw.hint)
        if found.kind == "one" and raw.rate_in_title and not self._has_own_unit(raw, found.ids[0]):
            return Match("under", found.ids, "标题说的是增长、构成或指数，不是数量本身")
        if raw.uncertain and found.kind == "one":
            return Match("near", found.ids, "表头有几层，看不出上层标题是否管着这一列")
        return found

    def _has_own_unit(self, raw: RawCell, indicator: str) -> bool:
        """Whether the unit shows that this is the amount and not its rate of change."""
        wanted = self.indicators.units[indicator]
        return raw.unit is not None and wanted != "%" and same_dimension(raw.unit, wanted)

    def _unknown_columns(self, raw: Sequence[RawCell]) -> str:
        """The labels unknown to the register, in one line, for the one question about them."""
        labels: dict[str, None] = {}
        samples = {_words(each): each for each in raw if not (each.target or each.period)}
        for sample in samples.values():
            if self._match(sample).kind == "unknown":
                labels[self._label(sample) or "（没有名称）"] = None
        return listed(labels)

    def _known_indicator(self, raw: RawCell) -> _Settled:
        """The indicator where nothing has to be asked for it."""
        found = self._match(raw)
        return _Settled(found.ids[0]) if found.kind == "one" else _Settled()

    def _indicator(self, raw: RawCell, unknown_columns: str) -> _Settled:
        key = ("indicator", _words(raw))
        if key not in self._labels:
            self._labels[key] = self._settle_indicator(raw, unknown_columns)
        return self._labels[key]

    def _settle_indicator(self, raw: RawCell, unknown_columns: str) -> _Settled:
        found = self._match(raw)
        label = self._label(raw)
        if found.kind == "one":
            return _Settled(found.ids[0])
        if found.kind == "unknown":
            answer = self.asking.ask(
                "indicator:unknown",
                about="indicator",
                where=unknown_columns,
                why="这些列不是登记册里的指标，不在任何文件里",
                choices=keep_or_leave(),
            )
            if answer is None:
                return _Settled(question="indicator:unknown")
            return _Settled(reference=True) if answer == KEEP else _Settled(left_out="指标不在任何文件里")
        if found.kind == "under":
            return self._settle_under(label, found)
        names = [(f"{self.indicators.names[each]}（{each}）", each) for each in found.ids]
        id = f"indicator:{normal(label)}{'@' + raw.scope if raw.scope else ''}"
        where = f"{label}（{raw.scope}）" if raw.scope and raw.scope not in label else label
        answer = self.asking.ask(
            id,
            about="indicator",
            where=where,
            why=f"“{where}”是不是登记册里的指标：{found.why}",
            choices=[*names, *keep_or_leave()],
        )
        if answer is None:
            return _Settled(question=id)
        if answer in {KEEP, LEAVE}:
            return _Settled(reference=True) if answer == KEEP else _Settled(left_out="不是登记册里的指标")
        return _Settled(answer)

    def _settle_under(self, label: str, found: Match) -> _Settled:
        answer = self.asking.ask(
            "indicator:under",
            about="indicator",
            where=label,
            why="它们在上级标题之下，可能只是其中一部分：是不是登记册里的同名指标",
            choices=[("都是登记册里的同名指标", "same"), *keep_or_leave()],
        )
        if answer is None:
            return _Settled(question="indicator:under")
        if answer == "same":
            return _Settled(found.ids[0])
        return _Settled(reference=True) if answer == KEEP else _Settled(left_out="不是登记册里的指标")

    # -- units -------------------------------------------------------------------------------

    def _in_unit(self, cell: Cell, *, asked: bool, waits: list[str] | None = None) -> Cell:
        """The value in the indicator's unit; unit null and the bare number while that is open."""
        if cell.indicator is None:
            return replace(cell, unit=cell.unit_in_file)
        wanted = self.indicators.units[cell.indicator]
        unit = cell.unit_in_file
        if unit is None and wanted == "1":
            unit = wanted
        if unit is None or not same_dimension(unit, wanted):
            unit = self._asked_unit(cell, unit, wanted) if asked and waits is not None else None
            if unit is None:
                if waits is not None and asked:
                    waits.append(self._unit_question(cell))
                return cell
            if unit == LEAVE:
                return replace(cell, state=LEFT_OUT, reason="单位不明")
        if cell.value is None:
            return replace(cell, unit=wanted)
        try:
            value = convert(cell.value, from_unit=unit, to_unit=wanted)
        except UnknownConversion:
            return cell
        if value != cell.value:
            how = f"由{unit}换算为{wanted}，例如{cell.value:g}{unit} = {value:g}{wanted}"
            self._conversions.setdefault(cell.label_indicator, how)
            return replace(cell, value=value, unit=wanted, reason=f"{cell.value_in_file}{unit} = {value:g}{wanted}")
        return replace(cell, unit=wanted)

    def _unit_question(self, cell: Cell) -> str:
        said = f"@{normal(cell.unit_in_file)}" if cell.unit_in_file else ""
        return f"unit:{self.indicators.units[cell.indicator or '']}{said}"

    def _asked_unit(self, cell: Cell, unit: str | None, wanted: str) -> str | None:
        choices = [(wanted, wanted)]
        group = next((units for units in _OTHER_UNITS.values() if wanted in units), ())
        choices += [(each, each) for each in group if same_dimension(each, wanted)]
        why = (
            f"文件里的单位是“{unit}”，登记册的单位是“{wanted}”，两者不能换算，请选实际的单位"
            if unit
            else f"文件没有说明单位，登记册的单位是“{wanted}”"
        )
        choices = [*dict.fromkeys(choices), (LEAVE_WORDS, LEAVE)]
        return self.asking.ask(
            self._unit_question(cell), about="unit", where=cell.label_indicator, why=why, choices=choices
        )


def _words(raw: RawCell) -> Hashable:
    """Everything that decides which indicator a cell belongs to."""
    return raw.indicator, raw.scope, raw.uncertain, raw.rate_in_title and raw.unit
