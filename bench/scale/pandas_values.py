"""What each clause asks, the value that is judged, and its base: the first half of the judgement in pandas."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from bench.scale.judged import LOOKS_BACK, PACE
from bench.scale.pandas_panel import AT_LEAST, EXACT, Panel

POINTS = {"1": 0.01, "‰": 10.0}  # a percentage point, in the unit of a ratio; else 1


class Table(SimpleNamespace):
    """Columns of one shape, a row a target and place, a column a year looked at; some alike in every year.

    Words are codes, -1 for none; numbers are nan for none.
    """

    def add(self, **columns: np.ndarray) -> None:
        vars(self).update(columns)


def clauses(asked: pd.DataFrame, seen: np.ndarray, series: np.ndarray) -> Table:
    """§1: what each clause asks, a row a target and place; and what of it depends on the year looked at."""
    year = seen.astype(float)[None, :]
    # words are compared once a word, numbers once a row
    words = {name: asked[name].astype("category") for name in ("measure", "rule", "better", "kind", "unit", "force")}

    def has(name: str, *wanted: str) -> np.ndarray:
        return words[name].cat.categories.isin(wanted)[words[name].cat.codes][:, None]

    def number(name: str) -> np.ndarray:
        return asked[name].to_numpy(float, na_value=np.nan)[:, None]

    change, total, year_total = has("measure", "change"), has("measure", "running_total"), has("measure", "year_total")
    by, base_year = number("by_year"), number("base_year")
    standing = asked["every_year"].to_numpy(bool)[:, None] | year_total & np.isnan(by)
    up, down = has("rule", "at_least", "more_than"), has("rule", "at_most", "less_than")
    point = asked["unit"].map(POINTS).fillna(1.0).to_numpy(float)[:, None]
    soft = asked["soft"].fillna("").str.contains("基本").to_numpy(bool)[:, None]
    return Table(
        series=series, year=year, by=by, due=by <= year, standing=standing, since=number("since"),
        window=number("window_years"), document_year=number("document_year"), lag=number("lag_years"),
        goal=number("goal"), goal_to=number("goal_to"),
        change=change, total=total, year_total=year_total, trend=has("measure", "trend"), aim=has("force", "aim"),
        up=up | ~down & has("better", "higher"), down=down | ~up & has("better", "lower"), equal=has("rule", "equal"),
        strict=has("rule", "more_than", "less_than"), tolerant=has("rule", "about") | soft,
        point=np.where(has("kind", "ratio"), point, np.nan),
        base_year_named=np.where(change & np.isnan(base_year), by - 1, base_year),
        against_previous=change & np.isnan(base_year) & (np.isnan(by) | standing & (by > year)),
    )  # fmt: skip


def find_value(table: Table, panel: Panel) -> None:
    """§2: x and t, the value that is judged, and its pace."""
    latest = panel.last[table.series, panel.column(table.year)]
    at_end = panel.column(np.where(table.due, table.by, np.nan))
    too_early = table.standing & (panel.year(latest) < table.since) | table.year_total & ~table.standing
    level = np.where(too_early, 0, latest)
    level = np.where(table.due, np.where(np.isnan(panel.value[table.series, at_end]), 0, at_end), level)
    total = _totals(table, panel)
    level[total.chosen] = total.column
    at = np.where(level > 0, level, latest)
    x, bound = panel.value[table.series, level], panel.bound[table.series, level]
    x[total.chosen], bound[total.chosen] = total.value, np.where(total.complete, EXACT, AT_LEAST)
    run, d_short = panel.run[table.series, at], panel.value[table.series, at] - panel.pace_from[table.series, at]
    d_short = np.where(run >= 2, d_short / np.maximum(run - 1, 1), np.nan)
    d = np.where(run >= PACE, d_short, np.nan)
    d[total.chosen] = total.pace
    complete = np.ones(x.shape, bool)
    complete[total.chosen] = total.complete
    previous = panel.previous[table.series, at]
    table.add(
        x=x, t=panel.year(level), level=level, bound=bound, exact=bound == EXACT, latest=latest, complete=complete,
        era=panel.era[table.series, at], d=d, d_short=d_short, previous=previous,
        last_change=panel.value[table.series, at] - previous,
    )  # fmt: skip


def _totals(table: Table, panel: Panel) -> SimpleNamespace:
    """Sums of since … the year looked at or the deadline; a bound "at least" adds to a lower bound."""
    chosen = np.flatnonzero(table.total)
    since, at = table.since[chosen], table.series[chosen]
    value, bound, run = panel.value[at[:, 0]], panel.bound[at[:, 0]], panel.run[at[:, 0]]
    column = np.arange(value.shape[1])
    counts = ~np.isnan(value) & (bound <= AT_LEAST) & (panel.year(column) >= since)
    sums = np.where(counts, value, 0.0).cumsum(axis=1)
    number, open_bounds = counts.cumsum(axis=1), (counts & (bound == AT_LEAST)).cumsum(axis=1)
    last_counted = np.maximum.accumulate(np.where(counts, column, 0), axis=1)
    due = table.due[chosen]
    end = np.where(due, table.by[chosen], table.year)
    row, end_column = np.arange(len(chosen))[:, None], panel.column(end)
    final = last_counted[row, end_column]
    final_year = panel.year(final)
    # years not yet out at the end are no gap before the deadline
    missing = np.nan_to_num(np.where(due, end, final_year) - since + 1) - number[row, end_column]
    years = np.where(final > 0, np.minimum(np.minimum(run[row, final], LOOKS_BACK), final_year - since), np.nan)
    back = np.where(years >= PACE - 1, final - np.nan_to_num(years), final).astype(np.intp)
    pace = (sums[row, final] - sums[row, back]) / years
    return SimpleNamespace(
        chosen=chosen,
        column=final,
        value=np.where(final > 0, np.round(sums[row, end_column], 9), np.nan),
        complete=(missing + open_bounds[row, end_column] == 0) & (end >= since),
        pace=np.where((missing == 0) & (years >= PACE - 1), pace, np.nan),
    )


def find_base(table: Table, panel: Panel) -> None:
    """§2: b and t0: the document's base year, else the last exact value before the document's year."""
    named = panel.column(table.base_year_named)
    named = np.where(panel.exact[table.series, named], named, 0)
    before = panel.last_exact[table.series, panel.column(np.minimum(table.document_year - 1, table.year))]
    any_before = np.isnan(table.base_year_named) | ~(table.change | table.trend)
    at = np.where(named > 0, named, before)
    none = table.year_total | (named == 0) & ~any_before
    b, t0 = np.where(none, np.nan, panel.value[table.series, at]), np.where(none, np.nan, panel.year(at))
    b = np.where(table.total, 0.0, np.where(table.against_previous, table.previous, b))
    t0 = np.where(table.total, table.since - 1, np.where(table.against_previous, table.t - 1, t0))
    other_era = (np.abs(panel.era[table.series, at] - table.era) > 0) & ~table.total & ~table.against_previous
    table.add(b=b, t0=t0, same_era=~other_era)
