"""How the screens ask the database: one way in, answers kept until the data changes, and SQL that questions share.

An answer is a tuple of rows (dictionaries, None where nothing is known); nobody changes a row.
Names come with ids: `*_name` to read, `*_label` unique, as the picks and links write it.
"""

import threading
from functools import lru_cache
from typing import Any

from dashboard import data

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
    """Rows of `sql`, from memory while the data has not changed.

    Of several who ask the same at once, one asks the database: after a publication everybody does.
    """
    store = data.store()
    with _one_at_a_time[hash((sql, params)) % len(_one_at_a_time)]:
        return _answer(store.url, store.version(), sql, params)


_one_at_a_time = tuple(threading.Lock() for _ in range(256))


@lru_cache(maxsize=2048)
def _answer(_url: str, _version: int, sql: str, params: tuple[Any, ...]) -> Rows:
    with data.store().reading() as cursor:
        cursor.execute(sql, list(params))
        names = [column[0] for column in cursor.description]
        return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
