"""What the rows of a file are about, so that etl/access.py can say whether somebody may bring or publish them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from etl.access import (
    APPROVE,
    CLOSE,
    PUBLISH,
    REPORT,
    UPLOAD,
    Matter,
    NotAllowed,
    Person,
    may_everywhere,
    need,
    same_person,
)
from etl.facts import AssignedRow, ExplanationRow, FactRow, FigureRow, StatementRow, TaskReportRow
from etl.store import Cursor
from etl.task_reports import ACTS_OF_OTHERS
from etl.words import read_words

_MOST_NAMED = 3  # units of one matter, in a sentence


def need_to_bring(cursor: Cursor, rows: Sequence[FactRow], *, by: Person, where: str) -> None:
    """Raises NotAllowed where somebody may not bring these rows for another to publish."""
    if any(_is_closing(row) for row in rows):
        raise NotAllowed("销号和复核是审批人自己的行为，不能由别人送审，请由审批人单独办理。", where=where)
    for act in sorted({_act_of(row) for row in rows}):
        _need(cursor, act, [row for row in rows if _act_of(row) == act], by=by, where=where)


def need_to_publish(
    cursor: Cursor, rows: Sequence[FactRow], *, by: Person, where: str, brought_by: Person | None = None
) -> None:
    """Raises NotAllowed where somebody may not put these rows into force.

    `brought_by`: who had submitted them; nobody approves his own.
    """
    if brought_by is not None and same_person(by, brought_by):
        raise NotAllowed("不能审核自己送审的内容，请由另一位审批人办理。", where=where)
    act = PUBLISH if brought_by is None else APPROVE
    _need(cursor, act, [row for row in rows if not _is_closing(row)], by=by, where=where)
    closing = [row for row in rows if _is_closing(row)]
    _need(cursor, CLOSE, closing, by=by, where=where)
    _need_own_signature(closing, by=by, where=where)


def matters_of(cursor: Cursor, rows: Iterable[FactRow]) -> list[Matter]:
    """What the rows are about, each place and unit once.

    A figure is answered for by the units that lead or support a target with its indicator in its place
    or a larger one; a report or an explanation by the unit that signs it.
    """
    return _matters(cursor, [_about(row) for row in rows])


def matters_of_release(cursor: Cursor, release: str) -> list[Matter]:
    """The same for the facts of a release."""
    found = cursor.execute(
        """
        select distinct place, 'indicator', indicator from figure where release = $1
        union select distinct place, 'target', target from assigned_value where release = $1
        union select distinct place, 'target', target from statement where release = $1
        union select distinct place, 'unit', unit from task_report where release = $1
        union select distinct place, 'unit', unit from explanation where release = $1
        order by all
        """,
        [release],
    ).fetchall()
    return _matters(cursor, [_About(place or "", kind, id or "") for place, kind, id in found])


@dataclass(frozen=True)
class _About:
    """A place, and what says which units answer for it: an indicator, a target or a unit."""

    place: str
    kind: str
    id: str


def _about(row: FactRow) -> _About:
    if isinstance(row, FigureRow):
        return _About(row.place, "indicator", row.indicator)
    if isinstance(row, AssignedRow | StatementRow):
        return _About(row.place or "", "target", row.target)
    return _About(row.place or "", "unit", row.unit)


def _matters(cursor: Cursor, about: Iterable[_About]) -> list[Matter]:
    larger = _larger_places(cursor)
    names = dict(cursor.execute("select place, name from place").fetchall())
    names.update(cursor.execute("select unit, name from unit").fetchall())
    of_indicator, of_target = _units_in_charge(cursor)
    found: dict[tuple[str, frozenset[str]], str] = {}
    for each in dict.fromkeys(about):
        above = larger.get(each.place, frozenset())
        if each.kind == "indicator":
            units = frozenset(unit for place in (each.place, *above) for unit in of_indicator.get((each.id, place), ()))
        elif each.kind == "target":
            units = of_target.get(each.id, frozenset())
        else:
            units = frozenset({each.id}) if each.id else frozenset()
        found.setdefault((each.place, units), _name(each.place, units, names))
    return [Matter(place, larger.get(place, frozenset()), units, name) for (place, units), name in found.items()]


def _need(cursor: Cursor, act: str, rows: Sequence[FactRow], *, by: Person, where: str) -> None:
    if rows and not may_everywhere(by, act):
        need(by, act, where=where)  # before the register is asked
        need(by, act, matters_of(cursor, rows), where=where)


def _need_own_signature(rows: Iterable[FactRow], *, by: Person, where: str) -> None:
    """Somebody signed in closes in his own name."""
    for row in rows:
        if by.account and isinstance(row, TaskReportRow) and row.person != by.name:
            word = read_words().task_reports[row.state]
            raise NotAllowed(f"{word}须由登录的本人（{by.name}）署名，这里写的是“{row.person}”。", where=where)


def _act_of(row: FactRow) -> str:
    return REPORT if isinstance(row, TaskReportRow | ExplanationRow) else UPLOAD


def _is_closing(row: FactRow) -> bool:
    return (isinstance(row, TaskReportRow) and row.state in ACTS_OF_OTHERS) or (
        isinstance(row, StatementRow) and row.kind == "verified"
    )


def is_closing(rows: Sequence[FactRow]) -> bool:
    """Whether rows do nothing but close and verify."""
    return bool(rows) and all(_is_closing(row) for row in rows)


def _larger_places(cursor: Cursor) -> dict[str, frozenset[str]]:
    """For every place those it is part of, however far up."""
    above = dict(cursor.execute("select place, part_of from place where part_of is not null").fetchall())
    found: dict[str, frozenset[str]] = {}
    for place in above:
        larger: list[str] = []
        at = above.get(place)
        while at is not None and at not in larger:
            larger.append(at)
            at = above.get(at)
        found[place] = frozenset(larger)
    return found


def _units_in_charge(cursor: Cursor) -> tuple[dict[tuple[str, str], frozenset[str]], dict[str, frozenset[str]]]:
    """The lead and supporting units by indicator and place, and by target."""
    of_indicator: dict[tuple[str, str], frozenset[str]] = {}
    of_target: dict[str, frozenset[str]] = {}
    for target, indicator, place, lead, support in cursor.execute(
        "select t.target, t.indicator, p.place, t.lead, t.support from target t join target_place p on p.target = t.target"
    ).fetchall():
        units = frozenset((*(lead or ()), *(support or ())))
        of_target[target] = units
        of_indicator[indicator, place] = of_indicator.get((indicator, place), frozenset()) | units
    return of_indicator, of_target


def _name(place: str, units: frozenset[str], names: dict[str, str]) -> str:
    answering = sorted(names.get(unit, unit) for unit in units)
    more = f"等{len(answering)}个单位" if len(answering) > _MOST_NAMED else ""
    said = "、".join(answering[:_MOST_NAMED]) + more
    return names.get(place, place) + (f"（{said}）" if said else "")
