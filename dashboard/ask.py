"""How the screens ask the database: one way in, answers kept until the data changes, and SQL that questions share.

An answer is a tuple of rows (dictionaries, None where nothing is known); nobody changes a row.
Names come with ids: `*_name` to read, `*_label` unique, as the picks and links write it.
"""

from typing import Any

from dashboard import data
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
    """Rows of `sql`, from memory while the data has not changed: then the very same object."""
    store = data.store()
    return answer(store.url, store.version(), (sql, params), lambda: _asked(sql, params))


def _asked(sql: str, params: tuple[Any, ...]) -> Rows:
    with data.store().reading() as cursor:
        cursor.execute(sql, list(params))
        names = [column[0] for column in cursor.description]
        return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
