"""Series that no document asks for, kept because a clerk chose to: they stand beside, and judge nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from etl.measure import UnknownConversion, convert, normal_unit
from etl.recognise.report import Cell
from etl.recognise.text import normal
from etl.store import Cursor, Store, insert_rows

PREFIX = "x:"


@dataclass(frozen=True)
class Reference:
    """A series of our own making: its id ('x:' and the name as it is compared), name and unit as received."""

    indicator: str
    name: str
    unit: str


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


def reference_of(cell: Cell, known: Iterable[Reference]) -> tuple[Reference, float | None]:
    """The series a cell belongs to, and its value in the unit of that series.

    A unit that cannot be converted into that of the series so far makes a series of its own.
    """
    unit = cell.unit_in_file or cell.unit or ""
    same = [each for each in known if normal(each.name) == normal(cell.label_indicator)]
    for each in same:
        if cell.value is None and normal_unit(each.unit) == normal_unit(unit):
            return each, None
        try:
            if cell.value is not None:
                return each, convert(cell.value, from_unit=unit, to_unit=each.unit)
        except UnknownConversion:
            continue
    id = PREFIX + normal(cell.label_indicator) + (f":{normal_unit(unit)}" if same else "")
    return Reference(id, cell.label_indicator, unit), cell.value


def keep_references(cursor: Cursor, kept: Sequence[Reference], *, release: str) -> None:
    """Store the series a release brings figures of, in the transaction that publishes it."""
    rows = [
        {"release": release, "indicator": each.indicator, "name": each.name, "unit": each.unit}
        for each in dict.fromkeys(kept)
    ]
    insert_rows(cursor, "reference_indicator", rows)
