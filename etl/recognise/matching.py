"""Raw cells matched with the register: place, indicator, year, unit, value; or a question."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from etl.problem import LOOK, Problem
from etl.recognise.labels import UNKNOWN_COLUMNS, Labels, Settled, series_name, shown_label
from etl.recognise.layout import RawCell
from etl.recognise.numbers import Number, Reading, Unreadable, percent_shown, read_number, shown_number
from etl.recognise.questions import CONFIRM, LEAVE, LEAVE_WORDS, Asking, listed, year_choices
from etl.recognise.report import ASKED, LEFT_OUT, REFERENCE, TAKEN, UNKNOWN_PLACE, Cell, Skipped
from etl.recognise.text import clean, normal
from etl.recognise.units import LEAVE_UNIT, Units

_PLANNED = "计划数、目标数或预计数，不是实际数"
_NOT_WHOLE_YEAR = "不是当年的全年数（上年、月度、季度或多年合计）"


@dataclass
class _Draft:
    """What is being decided about one cell."""

    value: float | None
    year: int | None
    unit: str | None = None
    left_out: str = ""
    reason: str = ""
    waits: list[str] = field(default_factory=list)


@dataclass
class Matcher:
    """Turns the raw cells of one file into cells of the report."""

    labels: Labels
    units: Units
    asking: Asking
    likely_years: Sequence[int]
    latest_year: int
    _not_taken: dict[str, list[str]] = field(default_factory=dict)

    def match_all(self, raw: Sequence[RawCell]) -> tuple[list[Cell], list[Skipped]]:
        """Cells in the file's order, and the figures of totals."""
        self.labels.survey(raw)
        cells: list[Cell] = []
        skipped: list[Skipped] = []
        for each in raw:
            place = self.labels.place(each)
            if place.total:
                found = f"{clean(each.place)} {shown_number(each.content)}".strip()
                why = "合计、平均或大区的行，不是一个地区"
                skipped.append(Skipped(each.sheet.name, each.row + 1, each.column + 1, found, why))
            else:
                cells.append(self._cell(each, place))
        return cells, skipped

    def problems(self) -> list[Problem]:
        """What was converted and what was left out, a sentence each."""
        converted = [
            Problem(LOOK, "单位换算", label, "登记表的单位", f"“{label}”{how}。")
            for label, how in sorted(self.units.conversions.items())
        ]
        return converted + [
            Problem(LOOK, "未采用", listed(where), "当年的全年实际数", f"{why}：{listed(where)}。")
            for why, where in sorted(self._not_taken.items())
        ]

    def _cell(self, raw: RawCell, place: Settled) -> Cell:
        planned = raw.target and self.labels.match(raw).kind != "one"
        apart = place.unknown and not self.labels.keeps_places
        silent = apart or planned or bool(raw.period)
        indicator = self.labels.certain_indicator(raw) if silent else self.labels.indicator(raw)
        number = _read(raw)
        said = (number.unit if isinstance(number, Number) else None) or raw.unit
        draft = _Draft(number.value if isinstance(number, Number) else None, raw.year)
        if planned or raw.period:
            draft.left_out = _PLANNED if planned else _NOT_WHOLE_YEAR
            label = shown_label(raw)
            column = label if normal(raw.period) in normal(label) else f"{label} {raw.period}"
            self._not_taken.setdefault(draft.left_out, []).append(column.strip())
        elif apart:
            draft.year = raw.year or self._answered_year()
        else:
            self._ask_open(draft, raw, place, indicator, number)
        self._bring_to_unit(draft, raw, indicator, said, silent=silent)
        bound = number.bound if isinstance(number, Number) else ""
        return self._finished(draft, raw, place=place, indicator=indicator, bound=bound, said=said)

    def _ask_open(self, draft: _Draft, raw: RawCell, place: Settled, indicator: Settled, number: Reading) -> None:
        draft.left_out = place.left_out or indicator.left_out
        if draft.left_out:
            return
        draft.waits.extend(each for each in (place.question, indicator.question) if each)
        # The year of columns that may be left out altogether is not worth a question yet.
        if raw.year is None and indicator.question != UNKNOWN_COLUMNS:
            self._ask_year(draft, raw)
        self._ask_whether_done(draft, raw)
        self._ask_value(draft, raw, number)

    def _ask_year(self, draft: _Draft, raw: RawCell) -> None:
        """A title that speaks of a month or of several years together is asked about on its own."""
        years = year_choices(self.likely_years, latest=self.latest_year)
        id, where, why = "year", raw.sheet.name, "文件没有说明数据是哪一年的（年鉴的年份一般比数据年份晚一年）"
        choices = [*years, ("各表年份不同，不采用", LEAVE)]
        if raw.part_in_title:
            id, where = "year:part", raw.part_in_title
            why = "标题说的不是一整年；如果这些其实是全年的数，请选是哪一年"
            choices = [("不是全年的数，不采用", LEAVE), *years]
        answer = self.asking.ask(id, about="year", where=where, why=why, choices=choices)
        if answer is None:
            draft.waits.append(id)
        elif answer == LEAVE:
            draft.left_out = _NOT_WHOLE_YEAR if raw.part_in_title else "年份不明"
        else:
            draft.year = int(answer)

    def _ask_whether_done(self, draft: _Draft, raw: RawCell) -> None:
        """A title about plans over columns that do not say what they hold."""
        if not raw.planned_in_title:
            return
        why = "标题说的是计划、目标或预计：这些是实际完成的数吗"
        choices = [("是实际数，照用", CONFIRM), ("不是实际数，不采用", LEAVE)]
        answer = self.asking.ask("value:planned", about="value", where=raw.planned_in_title, why=why, choices=choices)
        if answer is None:
            draft.waits.append("value:planned")
        elif answer == LEAVE:
            draft.left_out = _PLANNED

    def _answered_year(self) -> int | None:
        given = self.asking.settled.get("year", "")
        return int(given) if given.isdecimal() else None

    def _ask_value(self, draft: _Draft, raw: RawCell, number: Reading) -> None:
        """A cell that is no number, or a formula nobody calculated."""
        stale = raw.flag == "no_result"
        if not stale and not isinstance(number, Unreadable):
            return
        draft.value = None
        id = "value:formula" if stale else "value:unreadable"
        formula = "公式没有保存计算结果，请在 Excel 中打开、保存后重新上传，或按缺失处理"
        why = formula if stale else "单元格里的文字读不成一个数"
        where = f"{raw.sheet.name} 第{raw.row + 1}行第{raw.column + 1}列“{_shown(raw).strip()[:20]}”"
        choices = [("按缺失处理", "missing"), (LEAVE_WORDS, LEAVE)]
        answer = self.asking.ask(id, about="value", where=where, why=why, choices=choices)
        if answer is None:
            draft.waits.append(id)
        elif answer == LEAVE:
            draft.left_out = why

    def _bring_to_unit(
        self, draft: _Draft, raw: RawCell, indicator: Settled, said: str | None, *, silent: bool
    ) -> None:
        """The value in the indicator's unit; unit null and the bare number while that is open."""
        if indicator.id is None:
            draft.unit = said
            return
        wanted = self.labels.indicators.units[indicator.id]
        label = shown_label(raw)
        unit = self.units.settle(said, wanted, label=None if silent or draft.left_out else label)
        if unit == LEAVE_UNIT:
            draft.left_out = "单位不明"
        elif unit is not None:
            draft.unit = wanted
            if draft.value is not None:
                before, draft.value = (
                    draft.value,
                    self.units.converted(draft.value, unit=unit, wanted=wanted, label=label),
                )
                if before != draft.value:
                    draft.reason = f"{before:.12g}{unit} = {draft.value:.12g}{wanted}"
        elif not silent and not draft.left_out:
            draft.waits.append(self.units.question_about(said, wanted))

    def _finished(
        self, draft: _Draft, raw: RawCell, *, place: Settled, indicator: Settled, bound: str, said: str | None
    ) -> Cell:
        extra = dict(raw.extra)
        outside = "地区不在任何文件里" if place.unknown and not self.labels.keeps_places else ""
        return Cell(
            sheet=raw.sheet.name,
            sheet_number=raw.sheet.number,
            row=raw.row + 1,
            column=raw.column + 1,
            label_place=clean(raw.place),
            label_indicator=shown_label(raw),
            place=place.id,
            indicator=indicator.id,
            year=draft.year,
            value=draft.value,
            unit=draft.unit,
            value_in_file=_shown(raw),
            unit_in_file=said,
            state=_state(draft, place, indicator, keeps_places=self.labels.keeps_places),
            reason=draft.left_out or outside or draft.reason,
            bound=extra["bound"] if extra.get("bound") in {"ge", "le", "about"} else bound,
            period=extra.get("period", raw.period),
            status=extra.get("status", ""),
            source=extra.get("source", ""),
            note=extra.get("note", ""),
            series=series_name(raw) if indicator.id is None else "",
            outside=place.outside,
            questions=() if draft.left_out else tuple(dict.fromkeys(draft.waits)),
        )


def _state(draft: _Draft, place: Settled, indicator: Settled, *, keeps_places: bool) -> str:
    if draft.left_out:
        return LEFT_OUT
    if place.unknown and not keeps_places:
        return UNKNOWN_PLACE
    if draft.waits:
        return ASKED
    return REFERENCE if indicator.reference or place.unknown else TAKEN


def _read(raw: RawCell) -> Reading:
    if raw.flag == "error":
        return Unreadable()
    return read_number(_shown(raw) if raw.flag == "percent" else raw.content)


def _shown(raw: RawCell) -> str:
    if raw.flag == "percent" and isinstance(raw.content, (int, float)):
        return percent_shown(raw.content)
    return shown_number(raw.content)
