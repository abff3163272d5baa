"""Every promise of the data as a query that returns the rows that break it: empty is good."""

import re
from dataclasses import dataclass

import pandas as pd

from etl.assess import assess
from etl.store import Store, read_sql


@dataclass(frozen=True)
class Check:
    """One promise: its name, what it promises in a Chinese sentence, and its query."""

    name: str
    sentence: str
    sql: str


def read_checks() -> list[Check]:
    """The checks of sql/checks.sql: each starts with `-- check NAME: sentence`."""
    parts = re.split(r"^-- check (\w+): (.+)$", read_sql("checks.sql"), flags=re.MULTILINE)
    return [
        Check(name=name, sentence=sentence, sql=sql.strip().rstrip(";"))
        for name, sentence, sql in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    ]


def run_checks(store: Store) -> list[str]:
    """One line for every row that breaks a promise."""
    broken = []
    for check in read_checks():
        broken += _lines(check.name, check.sentence, store.query(check.sql))
    sentence = "存下的判定与重新计算的一致"
    return broken + _lines("assessment_is_current", sentence, _differences(store))


def _lines(name: str, sentence: str, rows: pd.DataFrame) -> list[str]:
    return [
        f"{name}（{sentence}）：" + "，".join(f"{key}={value}" for key, value in row.items())
        for row in rows.to_dict(orient="records")
    ]


def _differences(store: Store) -> pd.DataFrame:
    """Stored judgements that differ from ones made now; sums of doubles are compared rounded."""
    stored = store.query("select * from assessment")
    years = sorted({int(year) for year in stored["year"]})
    key = ["target", "place", "year"]
    return _marked(stored, key).merge(
        _marked(assess(store, years=years), key), how="outer", on=[*key, "content"], indicator="side"
    ).query("side != 'both'")[key].drop_duplicates()


def _marked(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The key of every row, with all else as one text."""
    rest = rows.drop(columns=key)
    rounded = rest.apply(lambda column: column.map(_as_text))
    return rows[key].assign(content=rounded.agg("|".join, axis=1) if len(rows) else "")


def _as_text(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)
