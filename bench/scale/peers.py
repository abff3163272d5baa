"""The peers: the same checks in pandas, and the judgement of these made-up targets in pandas and in polars.

Of METHOD.md they hold what these targets need: level, at least, no bounds, breaks, periods, findings or
sentences. What they judge is compared with this program's statuses, one by one.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from bench.scale.made import GOAL

DOCUMENT_YEAR = 2010
KEY = ["place", "indicator"]
LOOKS_BACK = 5


def load_with_pandas(folder: Path, *, places: dict[str, str], indicators: dict[str, str]) -> pd.DataFrame:
    """Every file read and checked: known names, units, statuses, years, finite numbers, no cell twice."""
    parts = []
    for path in sorted(folder.glob("*.csv")):
        rows = pd.read_csv(path, dtype={"unit": str, "status": str, "source": str, "note": str}, keep_default_na=False)
        place, indicator = rows["place"].map(places), rows["indicator"].map(indicators)
        value = pd.to_numeric(rows["value"], errors="coerce")
        sound = (
            place.notna()
            & indicator.notna()
            & rows["year"].between(1900, 2100)
            & rows["unit"].isin(["%", ""])
            & rows["status"].isin(["", *"ABDEFGHIJKLMNOPQSTUV"])
            & (np.isfinite(value) | (rows["value"] == ""))
        )
        if not sound.all() or pd.concat([place, indicator, rows["year"]], axis=1).duplicated().any():
            raise ValueError(path.name)
        parts.append(rows.assign(place=place, indicator=indicator, value=value))
    return pd.concat(parts)


def judge_with_pandas(figures: pd.DataFrame, targets: pd.DataFrame, *, years: Sequence[int]) -> pd.DataFrame:
    """place, indicator, year looked at, status. `figures`: place, indicator, year, value; `targets`: indicator, by."""
    series = figures[figures["indicator"].isin(targets["indicator"])].sort_values([*KEY, "year"])
    grouped = series.groupby(KEY, sort=False)
    unbroken, run, pace_from = pd.Series(data=True, index=series.index), 1, series["value"]
    for back in range(1, LOOKS_BACK + 1):
        unbroken = unbroken & (grouped["year"].shift(back) == series["year"] - back)
        run = run + unbroken.astype(int)
        pace_from = grouped["value"].shift(back).where(unbroken, pace_from)
    series = series.assign(d=((series["value"] - pace_from) / (run - 1).clip(lower=1)).where(run >= 4))
    series = series.merge(targets, on="indicator")
    looked = []
    for year in years:
        latest = series[series["year"] <= year].groupby(KEY, sort=False).tail(1)
        base = series[series["year"] < min(DOCUMENT_YEAR, year + 1)].groupby(KEY, sort=False).tail(1)
        at_end = series[series["year"] == series["by"]][[*KEY, "value"]]
        seen = latest.merge(base[[*KEY, "year", "value"]], on=KEY, how="left", suffixes=("", "_base"))
        seen = seen.merge(at_end, on=KEY, how="left", suffixes=("", "_end"))
        looked.append(seen[KEY].assign(seen=year, status=_status_with_numpy(seen, year)))
    return pd.concat(looked)


def _status_with_numpy(seen: pd.DataFrame, year: int) -> np.ndarray:
    x, t, b, t0, d, by = (
        seen[name].to_numpy(float) for name in ("value", "year", "value_base", "year_base", "d", "by")
    )
    slack = 1e-9 * np.fmax(np.fmax(np.abs(x), GOAL), np.abs(b))
    h = np.round(x + d * (by - t), 9)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = b + (GOAL - b) * (t - t0) / (by - t0)
        p = np.round((x - b) / (expected - b), 9)
    has_path = (
        (t0 < by) & (t0 < t) & ~(b - GOAL >= -slack) & (np.abs(GOAL - b) > slack) & (np.abs(expected - b) > slack)
    )
    short, short_h = GOAL - x, GOAL - h
    end, due = seen["value_end"].to_numpy(float), by <= year
    rules = [
        (due & (end >= GOAL - 1e-9 * GOAL), "met"),
        (due & np.isfinite(end), "not_met"),
        (due, "cannot_judge"),
        ((x - GOAL >= -slack) & (short_h > slack), "met_at_risk"),
        ((x - GOAL >= -slack) & (b - GOAL >= -slack), "holding"),
        (x - GOAL >= -slack, "met_now"),
        (np.isfinite(d) & (short_h <= slack), "on_track"),
        (np.isfinite(d) & (np.abs(d) <= slack), "stalled"),
        (np.isfinite(d) & (d < 0), "wrong_way"),
        (np.isfinite(d) & (short_h < 0.05 * short - slack), "on_track"),
        (np.isfinite(d) & (short_h <= 0.20 * short + slack), "slightly_behind"),
        (np.isfinite(d), "off_track"),
        (has_path & (p >= 0.95 - 1e-9), "on_track"),
        (has_path & (p >= 0.60 - 1e-9), "slightly_behind"),
        (has_path & (p >= -1e-9), "off_track"),
        (has_path & (p < 0), "wrong_way"),
    ]
    return np.select([when for when, _ in rules], [status for _, status in rules], "too_early")


def judge_with_polars(figures: pl.DataFrame, targets: pl.DataFrame, *, years: Sequence[int]) -> pl.DataFrame:
    """The same, with polars' lazy engine."""
    year, value = pl.col("year"), pl.col("value")
    unbroken, run, pace_from = pl.lit(value=True), pl.lit(1), value
    for back in range(1, LOOKS_BACK + 1):
        unbroken = unbroken & (year.shift(back).over(KEY) == year - back).fill_null(value=False)
        run = run + unbroken.cast(pl.Int32)
        pace_from = pl.when(unbroken).then(value.shift(back).over(KEY)).otherwise(pace_from)
    series = (
        figures.lazy()
        .join(targets.lazy(), on="indicator")
        .sort([*KEY, "year"])
        .with_columns(d=pl.when(run >= 4).then((value - pace_from) / pl.max_horizontal(run - 1, 1)))
        .collect()
        .lazy()
    )
    end = series.filter(year == pl.col("by")).select(*KEY, value_end=value)
    return pl.concat([_seen_with_polars(series, end, at) for at in years]).collect()


def _seen_with_polars(series: pl.LazyFrame, end: pl.LazyFrame, at: int) -> pl.LazyFrame:
    latest = series.filter(pl.col("year") <= at).group_by(KEY, maintain_order=True).last()
    base = series.filter(pl.col("year") < min(DOCUMENT_YEAR, at + 1)).group_by(KEY, maintain_order=True).last()
    base = base.select(*KEY, value_base="value", year_base="year")
    seen = latest.join(base, on=KEY, how="left").join(end, on=KEY, how="left")
    x, t, b, t0, d, by, final = map(pl.col, ("value", "year", "value_base", "year_base", "d", "by", "value_end"))
    slack = 1e-9 * pl.max_horizontal(x.abs(), pl.lit(GOAL), b.abs())
    h = (x + d * (by - t)).round(9)
    expected = b + (GOAL - b) * (t - t0) / (by - t0)
    p = ((x - b) / (expected - b)).round(9)
    has_path = (
        (t0 < by) & (t0 < t) & ~(b - GOAL >= -slack) & ((GOAL - b).abs() > slack) & ((expected - b).abs() > slack)
    )
    short, short_h, due = GOAL - x, GOAL - h, by <= at
    status = (
        pl.when(due & (final >= GOAL - 1e-9 * GOAL)).then(pl.lit("met"))
        .when(due & final.is_not_null()).then(pl.lit("not_met"))
        .when(due).then(pl.lit("cannot_judge"))
        .when((x - GOAL >= -slack) & (short_h > slack)).then(pl.lit("met_at_risk"))
        .when((x - GOAL >= -slack) & (b - GOAL >= -slack)).then(pl.lit("holding"))
        .when(x - GOAL >= -slack).then(pl.lit("met_now"))
        .when(short_h <= slack).then(pl.lit("on_track"))
        .when(d.abs() <= slack).then(pl.lit("stalled"))
        .when(d < 0).then(pl.lit("wrong_way"))
        .when(short_h < 0.05 * short - slack).then(pl.lit("on_track"))
        .when(short_h <= 0.20 * short + slack).then(pl.lit("slightly_behind"))
        .when(d.is_not_null()).then(pl.lit("off_track"))
        .when(has_path & (p >= 0.95 - 1e-9)).then(pl.lit("on_track"))
        .when(has_path & (p >= 0.60 - 1e-9)).then(pl.lit("slightly_behind"))
        .when(has_path & (p >= -1e-9)).then(pl.lit("off_track"))
        .when(has_path & (p < 0)).then(pl.lit("wrong_way"))
        .otherwise(pl.lit("too_early"))
    )  # fmt: skip
    return seen.select(*KEY, seen=pl.lit(at), status=status)
