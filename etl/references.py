"""Series and places that no document asks for, kept because a clerk chose to: they stand beside, and judge nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from etl.facts import REFERENCE
from etl.measure import convert, normal_unit, same_dimension
from etl.recognise.places import name_of_code
from etl.recognise.report import Cell
from etl.recognise.text import normal
from etl.store import Cursor, Store, insert_rows


@dataclass(frozen=True)
class Reference:
    """A series of our own making: its id ('x:' and the name as it is compared), name and unit as received."""

    indicator: str
    name: str
    unit: str


@dataclass(frozen=True)
class ReferencePlace:
    """A place in no document: its id ('x:' and its code, or its name as it is compared) and name."""

    place: str
    name: str


def references(store: Store) -> tuple[Reference, ...]:
    """The reference series of the releases in force, by id; the unit is that of the first release."""
    found = store.rows(
        """
        select r.indicator, r.name, r.unit
        from reference_indicator r join release l on l.release = r.release
        where not exists (select 1 from withdrawal w where w.release = r.release)
        order by l.seq desc
        """
    )
    return tuple(sorted({row[0]: Reference(*row) for row in found}.values(), key=lambda each: each.indicator))


def reference_for(name: str, unit: str, *, known: Iterable[Reference]) -> Reference:
    """The series of a name whose unit this one converts into, a new one where there is none.

    A unit that cannot be converted into that of the series so far makes a series of its own.
    """
    same = [each for each in known if normal(each.name) == normal(name)]
    for each in same:
        if normal_unit(each.unit) == normal_unit(unit) or (unit and each.unit and same_dimension(unit, each.unit)):
            return each
    return Reference(REFERENCE + normal(name) + (f":{normal_unit(unit)}" if same else ""), name, unit)


def reference_of(cell: Cell, known: Iterable[Reference]) -> tuple[Reference, float | None]:
    """The series a cell belongs to, and its value in the unit of that series."""
    unit = cell.unit_in_file or cell.unit or ""
    series = reference_for(cell.series or cell.label_indicator, unit, known=known)
    value = cell.value if cell.value is None else convert(cell.value, from_unit=unit, to_unit=series.unit)
    return series, value


def reference_place(name: str, *, outside: str) -> ReferencePlace:
    """The place in no document that a label names; `outside` tells it apart (etl.recognise.report.Cell)."""
    return ReferencePlace(REFERENCE + outside, name_of_code(outside) or name)


def keep_references(
    cursor: Cursor, kept: Sequence[Reference], places: Sequence[ReferencePlace], *, release: str
) -> None:
    """Store the series and places a release brings figures of, in the transaction that publishes it."""
    series = [
        {"release": release, "indicator": each.indicator, "name": each.name, "unit": each.unit}
        for each in dict.fromkeys(kept)
    ]
    insert_rows(cursor, "reference_indicator", series)
    elsewhere = [{"release": release, "place": each.place, "name": each.name} for each in dict.fromkeys(places)]
    insert_rows(cursor, "reference_place", elsewhere)
