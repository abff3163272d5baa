"""Every promise of the data as a query that returns the rows that break it: empty is good."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.assess import assess
from etl.audit import verify
from etl.store import Store, read_sql

_KEY = ("target", "place", "year")


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
        rows = store.query(check.sql).to_dict(orient="records")
        broken += [_line(check.name, check.sentence, row) for row in rows]
    broken += [f"audit_chain（操作记录首尾相接、未被改动）：{line}" for line in verify(store)]
    sentence = "存下的判定与重新计算的一致"
    return broken + [
        _line("assessment_is_current", sentence, dict(zip(_KEY, key, strict=True))) for key in _differing(store)
    ]


def _line(name: str, sentence: str, row: Mapping[Any, Any]) -> str:
    return f"{name}（{sentence}）：" + "，".join(f"{key}={value}" for key, value in row.items())


def _differing(store: Store) -> list[tuple[Any, ...]]:
    """Keys of stored judgements that differ from ones made now, or are there on one side only."""
    stored = _by_key(store.query("select * from assessment"))
    years = {year for _, _, year in stored}
    fresh = _by_key(assess(store, years=years))
    return sorted(key for key in stored.keys() | fresh.keys() if stored.get(key) != fresh.get(key))


def _by_key(rows: pd.DataFrame) -> dict[tuple[Any, ...], dict[Any, str]]:
    """Every judgement as texts. Sums of doubles are not the same to the last bit: rounded."""
    return {
        tuple(row[name] for name in _KEY): {name: _as_text(value) for name, value in row.items()}
        for row in rows.to_dict(orient="records")
    }


def _as_text(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)
