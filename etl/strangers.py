"""Names in our own tidy file that the register does not know: asked about, then kept as references or left out.

Nothing is lost without being said: while the question is open their lines wait, and a name that was
mistyped can still be put right in the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from etl.csv_rows import CsvRow
from etl.names import near_names
from etl.recognise.labels import UNKNOWN_COLUMNS, UNKNOWN_PLACES
from etl.recognise.places import Places
from etl.recognise.questions import KEEP, Asking, keep_or_leave, listed
from etl.recognise.recipe import fingerprint
from etl.references import Reference, ReferencePlace, reference_for, reference_place
from etl.register import Indicator, Place, Register

_MOST_NEAR = 3
LEFT_OUT_WHY = {UNKNOWN_PLACES: "地区不在任何文件里", UNKNOWN_COLUMNS: "不是登记表里的指标，不采用"}


@dataclass(frozen=True)
class Strangers:
    """The labels of one file that the register does not know, and what was decided about each kind."""

    places: tuple[str, ...]
    indicators: Mapping[str, str]  # label to the unit of its first line
    answers: Mapping[str, str | None]  # question id to KEEP, LEAVE, None while it is open

    @property
    def shape(self) -> str:
        """A fingerprint of the names: the next file with the same ones needs no question."""
        return fingerprint(["tidy", *sorted(self.places), *sorted(self.indicators)]) if self.answers else ""

    def questions_of(self, line: CsvRow) -> dict[str, str | None]:
        """The questions a line depends on, with what was decided."""
        concerned = {
            UNKNOWN_PLACES: line["place"] in self.places,
            UNKNOWN_COLUMNS: line["indicator"] in self.indicators,
        }
        return {id: self.answers[id] for id, concerns in concerned.items() if concerns}


def find_strangers(lines: Sequence[CsvRow], *, register: Register, asking: Asking) -> Strangers:
    """The unknown names of a tidy file's lines, asked about once each kind."""
    places: dict[str, CsvRow] = {}
    indicators: dict[str, CsvRow] = {}
    for line in lines:
        if line["place"] and not register.place_of(line["place"]):
            places.setdefault(line["place"], line)
        if line["indicator"] and not register.indicator_of(line["indicator"]):
            indicators.setdefault(line["indicator"], line)
    answers: dict[str, str | None] = {}
    if places:
        known = [name for place in register.places.values() for name in place.names]
        answers[UNKNOWN_PLACES] = _ask(asking, about="place", labels=places, known=known)
    if indicators:
        known = [name for indicator in register.indicators.values() for name in indicator.names]
        answers[UNKNOWN_COLUMNS] = _ask(asking, about="indicator", labels=indicators, known=known)
    return Strangers(tuple(places), {label: line["unit"] for label, line in indicators.items()}, answers)


def with_guests(
    register: Register, strangers: Strangers, *, known: Sequence[Reference]
) -> tuple[Register, dict[str, Reference], dict[str, ReferencePlace]]:
    """The register with the kept names as entries of their own, and these by id."""
    series: dict[str, Reference] = {}
    elsewhere: dict[str, ReferencePlace] = {}
    indicators, places = dict(register.indicators), dict(register.places)
    if strangers.answers.get(UNKNOWN_COLUMNS) == KEEP:
        for label, unit in strangers.indicators.items():
            reference = reference_for(label, unit, known=[*known, *series.values()])
            series[reference.indicator] = reference
            indicators[reference.indicator] = _as_indicator(reference, label)
    if strangers.answers.get(UNKNOWN_PLACES) == KEEP:
        names = Places.of(register.places)
        for label in strangers.places:
            place = reference_place(label, outside=names.outside(label))
            elsewhere[place.place] = place
            places[place.place] = _as_place(place, label, also=places.get(place.place))
    return replace(register, indicators=indicators, places=places), series, elsewhere


def _ask(asking: Asking, *, about: str, labels: Mapping[str, CsvRow], known: list[str]) -> str | None:
    id, word = (UNKNOWN_PLACES, "地区") if about == "place" else (UNKNOWN_COLUMNS, "指标")
    near = {label: near_names(label, known)[:_MOST_NEAR] for label in list(labels)[:_MOST_NEAR]}
    hints = "；".join(f"“{label}”相近的有：{'、'.join(found)}" for label, found in near.items() if found)
    why = f"登记表里没有这些{word}，不在任何文件里；若是写错了，请改正后重新上传{f'（{hints}）' if hints else ''}"
    where = listed(f"{label}（第{line.line}行）" for label, line in labels.items())
    return asking.ask(id, about=about, where=where, why=why, choices=keep_or_leave())


def _as_indicator(reference: Reference, label: str) -> Indicator:
    return Indicator(
        id=reference.indicator, name=reference.name, unit=reference.unit, better="none", kind="amount", theme="",
        plausible=None, lag_years=1, definition="", note="", aliases=(label,), rate_of=None, rate_base=None, beside=(),
        part_of=None, decimals=None, position=0,
    )  # fmt: skip


def _as_place(place: ReferencePlace, label: str, *, also: Place | None) -> Place:
    aliases = (*(also.aliases if also else ()), label)
    return Place(
        id=place.place, name=place.name, short=place.name, level="part", part_of=None, aliases=aliases, formerly=(),
        tile=None, position=0,
    )  # fmt: skip
