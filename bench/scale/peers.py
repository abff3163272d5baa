"""What the peers start from, what their judgements are compared with, and pandas' checked reading of the files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from bench.scale.judged import COLUMNS, FLAGS, KEYS, NUMBERS, WORDS
from etl.store import Store, frame_of

_FIGURES = """
select place, indicator, year, value, coalesce(bound, '') as bound, obs_status from figure_now
where coalesce(period, '') = ''
"""
_TARGETS = """
select t.target, t.indicator, t.document_year, t.measure, t.rule, t.by_year, t.base_year, t.since, t.every_year,
    t.window_years, t.force, t.soft, i.better, coalesce(i.kind, 'amount') as kind, i.unit, i.lag_years
from target t join indicator i on i.indicator = t.indicator
order by t.position
"""
_PLACES = "select target, place, goal, goal_to from target_place"
_MILESTONES = "select target, year, goal from milestone"


def load_with_pandas(
    folder: Path, *, places: dict[str, str], indicators: dict[str, str], units: dict[str, str]
) -> pd.DataFrame:
    """Every file read and checked: known names, units, statuses, bounds, years, finite numbers, no cell twice.

    `places`, `indicators`: ids by name; `units` by indicator.
    """
    parts = []
    for path in sorted(folder.glob("*.csv")):
        words = dict.fromkeys(("unit", "status", "source", "note", "bound"), str)
        rows = pd.read_csv(path, dtype=words, keep_default_na=False, na_values={"value": [""]})
        place, indicator = rows["place"].map(places), rows["indicator"].map(indicators)
        value = pd.to_numeric(rows["value"], errors="coerce")
        sound = (
            place.notna()
            & indicator.notna()
            & rows["year"].between(1900, 2100)
            & ((rows["unit"] == indicator.map(units)) | (rows["unit"] == ""))
            & rows["status"].isin(["", *"ABDEFGHIJKLMNOPQSTUV"])
            & rows["bound"].isin(["", "ge", "le", "about"])
            & (np.isfinite(value) | rows["value"].isna())
        )
        if not sound.all() or pd.concat([place, indicator, rows["year"]], axis=1).duplicated().any():
            raise ValueError(path.name)
        parts.append(rows.assign(place=place, indicator=indicator, value=value))
    return pd.concat(parts)


def tables_of(store: Store) -> list[pa.Table]:
    """Figures, targets, the places of each target and milestones; words of figures in a dictionary."""
    with store.reading() as cursor:
        tables = [
            cursor.execute(sql).to_arrow_reader(1_000_000).read_all()
            for sql in (_FIGURES, _TARGETS, _PLACES, _MILESTONES)
        ]
    figures = tables[0]
    for at, name in enumerate(figures.column_names):
        if pa.types.is_string(figures[name].type):
            figures = figures.set_column(at, name, figures[name].dictionary_encode().unify_dictionaries())
    return [figures, *tables[1:]]


def compare(found: pd.DataFrame, store: Store, *, name: str) -> None:
    """Raises RuntimeError where a peer judges anything otherwise: then the two did not do the same work.

    Words have to be the same, numbers to six digits behind the point.
    """
    with store.reading() as cursor:
        ours = frame_of(cursor.execute(f"select {', '.join(COLUMNS)} from assessment"))
    differing = differences(found, ours)
    if differing:
        raise RuntimeError(f"{name}: of {len(ours)} judgements differ " + ", ".join(map(str, differing.items())))


def differences(found: pd.DataFrame, ours: pd.DataFrame) -> dict[str, int]:
    """In how many rows each column differs; only columns that do."""
    if len(found) != len(ours):
        return {"rows": abs(len(found) - len(ours))}
    one, other = (_sorted(frame) for frame in (found, ours))
    wrong = {column: one[column] != other[column] for column in (*KEYS, *FLAGS)}
    wrong |= {column: one[column].fillna("") != other[column].fillna("") for column in WORDS}
    for column in NUMBERS:
        a, b = (frame[column].to_numpy(float, na_value=np.nan) for frame in (one, other))
        wrong[column] = ~((np.abs(a - b) < 1e-6) | (np.isnan(a) & np.isnan(b)))
    return {column: int(rows.sum()) for column, rows in wrong.items() if rows.any()}


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    plain = frame.assign(**{name: frame[name].astype(object) for name in ("target", "place", *WORDS)})
    return plain.sort_values(list(KEYS), ignore_index=True)
