"""How the screens ask the database: one way in, answers kept while they are true, and SQL that questions share.

An answer is a tuple of rows (dictionaries; None where nothing is known, tuples where there are several);
nobody changes a row.
Names come with ids: `*_name` to read, `*_label` unique, as the picks and links write it.
"""

from collections.abc import Sequence
from typing import Any

from dashboard import data, turns
from dashboard.kept import answer

Row = dict[str, Any]
Rows = tuple[Row, ...]

# A name that several places (indicators) share is told apart by its id: 鼓楼区（320106）.
PLACES = """(select place, name, coalesce(short, name) as short, level, part_of, tile_row, tile_column, position,
    case when count(*) over (partition by name) > 1 then name || '（' || place || '）' else name end as label from place)"""
INDICATORS = """(select *, case when count(*) over (partition by name) > 1
    then name || '（' || indicator || '）' else name end as label from indicator)"""
DOCUMENTS = """(select document, title, issuer, published_year, place, position,
    coalesce(short, title) as short, case when count(*) over (partition by coalesce(short, title)) > 1
    then coalesce(short, title) || '（' || document || '）' else coalesce(short, title) end as label from document)"""
UNITS = """(select unit, name, formerly, position,
    case when count(*) over (partition by name) > 1 then name || '（' || unit || '）' else name end as label from unit)"""

# The whole year's figures: sums of several years and parts of a year stand apart.
YEARLY = "coalesce(period, '') = ''"

# A published rate of change judges its target in percent, from a base of nothing (METHOD §2, change).
_BY_RATE = "coalesce(a.measure = 'change' and a.base = 0, false)"
JUDGED_IN = f"""{_BY_RATE} as by_rate, case when {_BY_RATE} then '%' else i.unit end as unit,
    case when {_BY_RATE} then 'ratio' else i.kind end as kind"""


def ask(sql: str, *params: Any) -> Rows:
    """Rows of `sql`, from memory while they are true: then the very same object."""
    return answer((sql, params), lambda: _asked(sql, params))


def _asked(sql: str, params: tuple[Any, ...]) -> Rows:
    """Lists come as tuples: what holds nothing that can change is passed over by Python's collector from then on."""
    with data.store().reading() as cursor:
        with turns.asking():
            cursor.execute(sql, list(params))
        names = [name for name, *_ in cursor.description]
        lists = [at for at, (_, kind, *_) in enumerate(cursor.description) if kind.id == "list"]
        rows = cursor.fetchall()
    if lists:
        rows = [_with_tuples(row, lists) for row in rows]
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


def _with_tuples(row: tuple[Any, ...], lists: Sequence[int]) -> tuple[Any, ...]:
    cells = list(row)
    for at in lists:
        cells[at] = None if cells[at] is None else tuple(cells[at])
    return tuple(cells)
