"""Values that want a second look. Each doubt is a question about the value, never a correction.

One question a kind and file: the clerk looks at the list once and says whether it is right.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import median

from etl.recognise.questions import listed
from etl.recognise.report import REFERENCE, Cell

_JUMP = 100.0
_LARGE = 20.0  # percent
_FAR = 10.0
_OUTLYING = 5.5  # times the usual spread of the column
_ENOUGH = 20
_LEADING_ZERO = re.compile(r"[+-]?0\d")


@dataclass(frozen=True)
class Known:
    """Present figures. `look_up` finds those of some series (indicator, place), where all are too many."""

    figures: Mapping[tuple[str, str, int], float] = field(default_factory=dict)  # indicator, place, year
    latest_year: int | None = None
    look_up: Callable[[Sequence[tuple[str, str]]], Mapping[tuple[str, str, int], float]] | None = None

    def about(self, cells: Sequence[Cell]) -> "Known":
        """What is known of the series that these cells belong to."""
        if self.look_up is None:
            return self
        series = sorted({(cell.indicator, cell.place) for cell in cells if cell.indicator and cell.place})
        return replace(self, figures=self.look_up(series) if series else {}, look_up=None)


@dataclass(frozen=True)
class Doubt:
    """Cells (by position in the list given) that are doubted, and why."""

    kind: str
    why: str
    cells: tuple[int, ...]
    found: tuple[str, ...]


def doubts(
    cells: Sequence[Cell],
    *,
    ranges: Mapping[str, tuple[float, float]],
    running_totals: Iterable[str] = (),
    wholes: Mapping[int, int] | None = None,
    known: Known | None = None,
) -> list[Doubt]:
    """Every doubt about the cells. `wholes`: position of a part's cell to that of its whole."""
    history = _history(known)
    found = [
        _outside(cells, ranges),
        _jumps(cells, history),
        _leading_zeros(cells),
        _zeros(cells),
        _falling(cells, history, frozenset(running_totals)),
        _parts(cells, wholes or {}),
        _contradictions(cells, known),
        _twice(cells),
        _outliers(cells),
        _shares(cells, history),
    ]
    return [doubt for doubt in found if doubt.cells]


def _doubt(kind: str, why: str, found: Iterable[tuple[int, str]]) -> Doubt:
    pairs = list(found)
    return Doubt(kind, why, tuple(at for at, _ in pairs), tuple(text for _, text in pairs))


def _called(cell: Cell) -> str:
    year = f"{cell.year}年" if cell.year else ""
    return f"{cell.label_place.strip()}{year}{cell.label_indicator}"


def _history(known: Known | None) -> dict[tuple[str, str], dict[int, float]]:
    history: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for (indicator, place, year), value in (known.figures if known else {}).items():
        history[(indicator, place)][year] = value
    return history


def _outside(cells: Sequence[Cell], ranges: Mapping[str, tuple[float, float]]) -> Doubt:
    def found() -> Iterable[tuple[int, str]]:
        for at, cell in enumerate(cells):
            if cell.indicator is None or cell.value is None or cell.unit is None:
                continue
            low, high = ranges.get(cell.indicator, (float("-inf"), float("inf")))
            if not low <= cell.value <= high:
                yield at, f"{_called(cell)}为{cell.value:.12g}（合理范围{low:.12g}至{high:.12g}）"

    return _doubt("range", "数值超出登记表里的合理范围，可能是单位或小数点有误", found())


def _jumps(cells: Sequence[Cell], history: Mapping[tuple[str, str], Mapping[int, float]]) -> Doubt:
    def found() -> Iterable[tuple[int, str]]:
        for at, cell in enumerate(cells):
            if not cell.value or cell.indicator is None or cell.place is None or cell.unit is None:
                continue
            others = [abs(each) for each in history.get((cell.indicator, cell.place), {}).values() if each]
            if not others:
                continue
            usual = median(others)
            if not usual / _JUMP < abs(cell.value) < usual * _JUMP:
                yield at, f"{_called(cell)}为{cell.value:.12g}，库中其他年份约{usual:.12g}"

    return _doubt("jump", "与库中其他年份相差百倍以上，单位可能变了", found())


def _leading_zeros(cells: Sequence[Cell]) -> Doubt:
    """0050 is 50 where its neighbours are such; else it may be a 0.50 that has lost its point."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        if cell.value:
            groups[(cell.sheet_number, cell.label_indicator)].append(at)

    def found() -> Iterable[tuple[int, str]]:
        for positions in groups.values():
            padded = {at for at in positions if _is_padded(cells[at].value_in_file)}
            others = [abs(cells[at].value or 0.0) for at in positions if at not in padded]
            usual = median(others) if padded and others else 0.0
            for at in sorted(padded):
                if not usual / _FAR < abs(cells[at].value or 0.0) < usual * _FAR:
                    yield at, f"{_called(cells[at])}写作{cells[at].value_in_file.strip()}"

    return _doubt("leading_zero", "数字前面多写了0，可能丢了小数点", found())


def _is_padded(text: str) -> bool:
    return _LEADING_ZERO.match(unicodedata.normalize("NFKC", text.strip())) is not None


def _zeros(cells: Sequence[Cell]) -> Doubt:
    """A whole column of zeros in a year is more often a missing mark than a fact."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        if cell.value is not None and (cell.indicator or cell.state == REFERENCE):
            groups[(cell.sheet_number, cell.label_indicator, cell.indicator, cell.year)].append(at)

    def found() -> Iterable[tuple[int, str]]:
        for positions in groups.values():
            if len(positions) >= 2 and all(cells[at].value == 0 for at in positions):
                year = f"{cells[positions[0]].year}年" if cells[positions[0]].year else ""
                text = f"{year}{cells[positions[0]].label_indicator}全部为0"
                yield from ((at, text) for at in positions)

    return _doubt("zeros", "整年的数值全部为0，可能是没有数据", found())


def _falling(
    cells: Sequence[Cell],
    history: Mapping[tuple[str, str], Mapping[int, float]],
    running: frozenset[str],
) -> Doubt:
    own: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for cell in cells:
        if cell.indicator in running and cell.place and cell.year and cell.value is not None:
            own[(cell.indicator, cell.place)][cell.year] = cell.value

    def found() -> Iterable[tuple[int, str]]:
        for at, cell in enumerate(cells):
            if cell.indicator not in running or not cell.place or not cell.year or cell.value is None:
                continue
            series = {**history.get((cell.indicator, cell.place), {}), **own[(cell.indicator, cell.place)]}
            earlier = [year for year in series if year < cell.year]
            if earlier and cell.value < series[max(earlier)]:
                yield at, f"{_called(cell)}为{cell.value:.12g}，少于{max(earlier)}年的{series[max(earlier)]:.12g}"

    return _doubt("falling", "累计数不应比前一年少", found())


def _parts(cells: Sequence[Cell], wholes: Mapping[int, int]) -> Doubt:
    def found() -> Iterable[tuple[int, str]]:
        for part, whole in wholes.items():
            small, large = cells[part], cells[whole]
            if small.value is None or large.value is None or small.unit != large.unit:
                continue
            if small.value > large.value * (1 + 1e-9) and large.value >= 0:
                yield part, f"{_called(small)}为{small.value:.12g}，大于{large.label_indicator}的{large.value:.12g}"

    return _doubt("parts", "部分大于整体", found())


def _contradictions(cells: Sequence[Cell], known: Known | None) -> Doubt:
    figures = known.figures if known else {}

    def found() -> Iterable[tuple[int, str]]:
        for at, cell in enumerate(cells):
            if cell.value is None or not (cell.indicator and cell.place and cell.year) or cell.unit is None:
                continue
            stored = figures.get((cell.indicator, cell.place, cell.year))
            if stored is not None and not same_but_rounding(stored, cell.value):
                yield at, f"{_called(cell)}为{cell.value:.12g}，库中为{stored:.12g}"

    return _doubt("revised", "与库中已有的数值不同：是修订，还是口径或单位不同", found())


def _twice(cells: Sequence[Cell]) -> Doubt:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        kept = cell.state == REFERENCE
        indicator = cell.indicator or (kept and (cell.series, cell.unit))
        place = cell.place or (kept and cell.outside)
        if indicator and place and cell.year and not cell.period and cell.value is not None:
            groups[(indicator, place, cell.year)].append(at)

    def found() -> Iterable[tuple[int, str]]:
        for positions in groups.values():
            values = {cells[at].value for at in positions}
            if len(values) > 1:
                shown = listed(f"{each:.12g}" for each in sorted(v for v in values if v is not None))
                text = f"{_called(cells[positions[0]])}有{shown}"
                yield from ((at, text) for at in positions)

    return _doubt("twice", "同一地区同一年的同一指标在文件里有几个不同的数值", found())


def _outliers(cells: Sequence[Cell]) -> Doubt:
    """A share far from what all other places report in the same column."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        if cell.value is not None and cell.unit == "%" and 0 < cell.value < 100:
            groups[(cell.sheet_number, cell.label_indicator, cell.indicator, cell.year)].append(at)

    def found() -> Iterable[tuple[int, str]]:
        for positions in groups.values():
            values = [cells[at].value or 0.0 for at in positions]
            if len(values) < _ENOUGH:
                continue
            middle = median(values)
            spread = 1.4826 * median(abs(each - middle) for each in values)
            for at, value in zip(positions, values, strict=True):
                if spread and abs(value - middle) > _OUTLYING * spread and cells[at].place:
                    yield at, f"{_called(cells[at])}为{value:.12g}（各地中位数{middle:.12g}）"

    return _doubt("outlier", "与表中其他地区相差悬殊", found())


def _shares(cells: Sequence[Cell], history: Mapping[tuple[str, str], Mapping[int, float]]) -> Doubt:
    """Numbers in percent of at most 1: all of a column, some beside others of 20 and more, or of a series of such."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        if cell.value is not None and cell.unit == "%" and cell.indicator:
            groups[(cell.sheet_number, cell.indicator)].append(at)

    def found() -> Iterable[tuple[int, str]]:
        for positions in groups.values():
            values = [abs(cells[at].value or 0.0) for at in positions]
            small = [at for at, value in zip(positions, values, strict=True) if 0 < value <= 1]
            if len(values) > 1 and max(values) <= 1 and any(0 < each < 1 for each in values):
                yield from ((at, f"{cells[at].label_indicator}全部不超过1") for at in positions)
                continue
            apart = max(values) >= _LARGE and not any(1 < value < _LARGE for value in values)
            usual = median(values) >= _LARGE and len(values) > 2
            for at in small:
                before = [
                    abs(each) for each in history.get((cells[at].indicator or "", cells[at].place or ""), {}).values()
                ]
                if apart or usual or (before and median(before) >= _LARGE):
                    yield at, f"{_called(cells[at])}为{cells[at].value:.12g}"

    return _doubt("shares", "以%为单位的数值不超过1，可能是小数形式（0.87即87%）", found())


def same_but_rounding(a: float, b: float) -> bool:
    """Whether two numbers are one, written with more or fewer digits."""
    digits = min(_decimals(a), _decimals(b))
    return abs(a - b) <= 0.5 * 10.0**-digits * (1 + 1e-9) if digits or a == b else abs(a - b) < 0.5


def _decimals(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
