"""A database of 2,900 places × 50 indicators × 20 years, made up by a formula: for measuring only."""

from pathlib import Path

from etl.build import build
from etl.refresh import refresh
from etl.store import Store, open_store

PARTS = 100  # counties of one province, with codes beside each other as in GB/T 2260
PLACES = 2900
INDICATORS = 50
FIRST_YEAR, LAST_YEAR = 2006, 2025

FIGURES = """
insert into figure (release, seq, row_number, place, indicator, year, period, value, bound, obs_status, quality, source)
select 'R0001', 1, row_number() over (), p.place, i.indicator, y.year, '',
    round(40 + (p.position * 7 + i.position * 3) % 50 + (y.year - 2006) * ((p.position + i.position) % 5 - 1) * 0.3, 2),
    '', 'A', 'table', '按公式编造，只用于测速'
from place p cross join indicator i cross join (select unnest(range(2006, 2026)) as year) y
where p.level = 'county'
"""
RELEASE = """
insert into release (release, seq, kind, file_name, file_hash, published_at, note)
values ('R0001', 1, 'figures', 'formula', 'formula', timestamp '2026-01-01 00:00:00', '按公式编造，只用于测速')
"""


def open_big_store(folder: Path) -> Store:
    """Build it in `folder` and leave it open; about a minute."""
    definitions = folder / "indicators.toml"
    definitions.write_text(definitions_text(), encoding="utf-8")
    yearly = folder / "yearly"
    yearly.mkdir()
    store = open_store(f"duckdb:{folder / 'big.duckdb'}")
    build(store, definitions=definitions, yearly=yearly, demo=True)
    with store.write() as cursor:
        cursor.execute(RELEASE)
        cursor.execute(FIGURES)
        refresh(cursor)
    return store


def definitions_text(*, places: int = PLACES, indicators: int = INDICATORS, targets: int | None = None) -> str:
    """A register as large as the country: every place has a target for every indicator, or for the first `targets`."""
    lines = places_lines(places)
    for number in range(indicators):
        lines += [
            f"[indicators.i{number:02}]",
            f'name = "测速指标{number}"',
            'unit = "%"',
            'better = "higher"',
            'kind = "ratio"',
        ]
        lines += ['theme = "water"', "lag_years = 1"]
    everywhere = ", ".join(f'"c{number:04}"' for number in range(places))
    for number in range(indicators if targets is None else targets):
        lines += [
            "[[targets]]",
            f'id = "big.t{number:02}"',
            'document = "big"',
            'section = "一"',
            f'quote = "测速指标{number}达到80%"',
        ]
        lines += [f'indicator = "i{number:02}"', f"places = [{everywhere}]", 'measure = "level"', 'rule = "at_least"']
        lines += ["value = 80", 'unit = "%"', f"by = {2015 + number % 15}"]
    return "\n".join(lines) + "\n"


def places_lines(places: int) -> list[str]:
    """The document, the country and its provinces of so many counties each, and the counties."""
    lines = ["[documents.big]", 'title = "测速用文件"', "published = 2010", 'place = "000000"']
    lines += ["[places.000000]", 'name = "全国"', 'level = "country"']
    for number in range(-(-places // PARTS)):
        lines += [f"[places.p{number:02}]", f'name = "第{number}省"', 'level = "province"', 'part_of = "000000"']
    for number in range(places):
        lines += [
            f"[places.c{number:04}]",
            f'name = "第{number}县"',
            'level = "county"',
            f'part_of = "p{number // PARTS:02}"',
        ]
    return lines
