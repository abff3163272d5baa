"""The judgement in pandas: tables and words in pandas, the arithmetic in numpy, whole tables at a time.

Series are the rows of a panel with a column a year, judgements the rows of one with a column a year looked at.
Of METHOD.md it holds what a whole year's figures ask for: no findings, reports, tasks, amendments, assigned numbers,
published rates, sums of several years or parts of a year. Sentences stay out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd

from bench.scale.judged import GREEN, LOOKS_BACK, PACE, RED, SLACK, STEP, STATUSES, UNJUDGED, YELLOW

BOUNDS = ("", "ge", "le", "about")
EXACT, AT_LEAST, AT_MOST, ROUGHLY = range(4)
CODE = {status: code for code, status in enumerate(STATUSES)}
NONE = -1  # the code of no word at all
LIGHTS = ("green", "yellow", "red", "grey")
LIGHT_OF = np.array([0 if each in GREEN else 1 if each in YELLOW else 2 if each in RED else 3 for each in STATUSES])
BUCKETS = ("not_due", "due_unknown", "due_met", "due_missed", "due_awaiting")
BASES = ("none", "total", "deadline", "trend", "hold", "outlook", "path")
STEPS = np.array([STEP.get(status, 0) for status in STATUSES])
POINTS = {"1": 0.01, "‰": 10.0}  # a percentage point, in the unit of a ratio; else 1
# outcomes
UNKNOWN, YES, ROUGH, NO = range(4)


@dataclass(frozen=True)
class Panel:
    """Series by years; column 0 stands for no year at all and is empty."""

    first: int  # the year of column 1
    value: np.ndarray  # nan: none
    bound: np.ndarray
    exact: np.ndarray
    era: np.ndarray
    run: np.ndarray  # nan: of no exact value
    previous: np.ndarray
    pace_from: np.ndarray
    last: np.ndarray  # the column of the last value so far, 0: none
    last_exact: np.ndarray
    following: np.ndarray  # the column of the next value, 0: none

    def column(self, year: np.ndarray) -> np.ndarray:
        """Where a year stands; 0 where it is nan or outside."""
        at = year - self.first + 1
        return np.where((at >= 1) & (at < self.value.shape[1]), at, 0).astype(np.intp)

    def year(self, column: np.ndarray) -> np.ndarray:
        """The year of a column; nan of column 0."""
        return np.where(column > 0, column + (self.first - 1.0), np.nan)


def judge_with_pandas(
    figures: pd.DataFrame,
    targets: pd.DataFrame,
    target_place: pd.DataFrame,
    milestones: pd.DataFrame,
    *,
    years: Sequence[int],
) -> pd.DataFrame:
    """One row a target, place and year with the columns of judged.COLUMNS.

    `figures`: place, indicator, year, value, bound, obs_status of whole years, words as categories; `targets` with the
    better, kind, unit and lag_years of their indicators.
    """
    asked = target_place.merge(targets, on="target")
    seen = np.unique([*years, *(year - 1 for year in years)])
    series, panel = _panel(figures, asked, years=[*seen, *milestones["year"]])
    with np.errstate(invalid="ignore", divide="ignore"):
        clause = _clauses(asked, seen)
        value = _values(clause, panel, series)
        based = _based(clause, value, panel, series)
        limits = _limits(clause, value, based)
        expected = _expected(asked, clause, value, based, limits, milestones)
        judged = _judged(clause, value, based, limits, expected, panel, series)
        columns = _shown(clause, value, based, limits, expected, judged, panel, series)
        columns["breaches"] = _breaches(clause, value, limits, panel, series)
    return _frame(columns, asked, seen=seen, years=years)


def _panel(figures: pd.DataFrame, asked: pd.DataFrame, *, years: Sequence[int]) -> tuple[np.ndarray, Panel]:
    """The row of each asked target and place in the panel, and the panel of their series."""
    place, indicator = figures["place"], figures["indicator"]
    wanted = (
        asked["place"].astype(place.dtype).cat.codes.to_numpy(),
        asked["indicator"].astype(indicator.dtype).cat.codes.to_numpy(),
    )
    rows = np.full((len(place.cat.categories), len(indicator.cat.categories)), -1, np.int32)
    rows[wanted] = 0
    rows[rows == 0] = np.arange((rows == 0).sum())
    row = rows[place.cat.codes.to_numpy(), indicator.cat.codes.to_numpy()]
    chosen = np.flatnonzero(row >= 0)
    row, here = row[chosen], figures.iloc[chosen]
    first = min(int(here["year"].min()), *years)
    shape = (rows.max() + 1, max(int(here["year"].max()), *years) - first + 3)
    column = here["year"].to_numpy() - first + 1
    value, bound, breaks = np.full(shape, np.nan), np.zeros(shape, np.int8), np.zeros(shape, np.int16)
    value[row, column] = here["value"]
    bound[row, column] = here["bound"].cat.set_categories(BOUNDS).cat.codes
    breaks[row, column] = here["obs_status"] == "B"
    there = ~np.isnan(value)
    bound[~there] = EXACT
    era = np.where(there, breaks.cumsum(axis=1), np.nan)
    at = np.arange(shape[1])
    # what stands before a column, and the first after it
    last = np.maximum.accumulate(np.where(there, at, 0), axis=1)
    exact = there & (bound == EXACT)
    last_exact = np.maximum.accumulate(np.where(exact, at, 0), axis=1)
    next_from = np.minimum.accumulate(np.where(there, at, shape[1])[:, ::-1], axis=1)[:, ::-1]
    following = np.zeros(shape, np.intp)
    following[:, :-1] = np.where(next_from[:, 1:] < shape[1], next_from[:, 1:], 0)
    # consecutive exact years of one era
    run = np.where(exact, 1.0, np.nan)
    for year in at[1:]:
        goes_on = exact[:, year] & (era[:, year - 1] == era[:, year]) & exact[:, year - 1]
        run[goes_on, year] = np.minimum(run[goes_on, year - 1] + 1, LOOKS_BACK + 1)
    back = np.where(exact, at - np.nan_to_num(run, nan=1.0) + 1, 0).astype(np.intp)
    return rows[wanted][:, None], Panel(
        first=first,
        value=value,
        bound=bound,
        exact=exact,
        era=era,
        run=run,
        previous=np.where(run >= 2, np.roll(value, 1, axis=1), np.nan),
        pace_from=np.take_along_axis(value, back, axis=1),
        last=last,
        last_exact=last_exact,
        following=following,
    )


def _clauses(asked: pd.DataFrame, seen: np.ndarray) -> SimpleNamespace:
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
    return SimpleNamespace(
        year=year, by=by, due=by <= year, standing=standing, since=number("since"), window=number("window_years"),
        document_year=number("document_year"), lag=number("lag_years"), goal=number("goal"), goal_to=number("goal_to"),
        change=change, total=total, year_total=year_total, trend=has("measure", "trend"), aim=has("force", "aim"),
        up=up | ~down & has("better", "higher"), down=down | ~up & has("better", "lower"), equal=has("rule", "equal"),
        strict=has("rule", "more_than", "less_than"), tolerant=has("rule", "about") | soft,
        point=np.where(has("kind", "ratio"), point, np.nan),
        base_year_named=np.where(change & np.isnan(base_year), by - 1, base_year),
        against_previous=change & np.isnan(base_year) & (np.isnan(by) | standing & (by > year)),
    )  # fmt: skip


def _values(clause: SimpleNamespace, panel: Panel, series: np.ndarray) -> SimpleNamespace:
    """§2: x and t, the value that is judged, and its pace."""
    latest = panel.last[series, panel.column(clause.year)]
    at_end = panel.column(np.where(clause.due, clause.by, np.nan))
    too_early = clause.standing & (panel.year(latest) < clause.since) | clause.year_total & ~clause.standing
    level = np.where(too_early, 0, latest)
    level = np.where(clause.due, np.where(np.isnan(panel.value[series, at_end]), 0, at_end), level)
    total = _totals(clause, panel, series)
    level[total.rows] = total.column
    at = np.where(level > 0, level, latest)
    x, bound = panel.value[series, level], panel.bound[series, level]
    x[total.rows], bound[total.rows] = total.value, np.where(total.complete, EXACT, AT_LEAST)
    run, d_short = panel.run[series, at], panel.value[series, at] - panel.pace_from[series, at]
    d_short = np.where(run >= 2, d_short / np.maximum(run - 1, 1), np.nan)
    d = np.where(run >= PACE, d_short, np.nan)
    d[total.rows] = total.pace
    complete = np.ones(x.shape, bool)
    complete[total.rows] = total.complete
    previous = panel.previous[series, at]
    return SimpleNamespace(
        x=x, t=panel.year(level), level=level, bound=bound, exact=bound == EXACT, latest=latest, complete=complete,
        era=panel.era[series, at], d=d, d_short=d_short, previous=previous,
        last_change=panel.value[series, at] - previous,
    )  # fmt: skip


def _totals(clause: SimpleNamespace, panel: Panel, series: np.ndarray) -> SimpleNamespace:
    """Sums of since … the year looked at or the deadline; a bound "at least" adds to a lower bound."""
    rows = np.flatnonzero(clause.total)
    since, at = clause.since[rows], series[rows]
    value, bound, run = panel.value[at[:, 0]], panel.bound[at[:, 0]], panel.run[at[:, 0]]
    column = np.arange(value.shape[1])
    counts = ~np.isnan(value) & (bound <= AT_LEAST) & (panel.year(column) >= since)
    sums = np.where(counts, value, 0.0).cumsum(axis=1)
    number, open_bounds = counts.cumsum(axis=1), (counts & (bound == AT_LEAST)).cumsum(axis=1)
    last_counted = np.maximum.accumulate(np.where(counts, column, 0), axis=1)
    due = clause.due[rows]
    end = np.where(due, clause.by[rows], clause.year)
    row, end_column = np.arange(len(rows))[:, None], panel.column(end)
    final = last_counted[row, end_column]
    final_year = panel.year(final)
    # years not yet out at the end are no gap before the deadline
    missing = np.nan_to_num(np.where(due, end, final_year) - since + 1) - number[row, end_column]
    years = np.where(final > 0, np.fmin(np.fmin(run[row, final], LOOKS_BACK), final_year - since), np.nan)
    back = np.where(years >= PACE - 1, final - np.nan_to_num(years), final).astype(np.intp)
    pace = (sums[row, final] - sums[row, back]) / years
    return SimpleNamespace(
        rows=rows,
        column=final,
        value=np.where(final > 0, np.round(sums[row, end_column], 9), np.nan),
        complete=(missing + open_bounds[row, end_column] == 0) & (end >= since),
        pace=np.where((missing == 0) & (years >= PACE - 1), pace, np.nan),
    )


def _based(clause: SimpleNamespace, value: SimpleNamespace, panel: Panel, series: np.ndarray) -> SimpleNamespace:
    """§2: b and t0: the document's base year, else the last exact value before the document's year."""
    named = panel.column(clause.base_year_named)
    named = np.where(panel.exact[series, named], named, 0)
    before = panel.last_exact[series, panel.column(np.minimum(clause.document_year - 1, clause.year))]
    any_before = np.isnan(clause.base_year_named) | ~(clause.change | clause.trend)
    at = np.where(named > 0, named, before)
    none = clause.year_total | (named == 0) & ~any_before
    b, t0 = np.where(none, np.nan, panel.value[series, at]), np.where(none, np.nan, panel.year(at))
    b = np.where(clause.total, 0.0, np.where(clause.against_previous, value.previous, b))
    t0 = np.where(clause.total, clause.since - 1, np.where(clause.against_previous, value.t - 1, t0))
    other_era = (np.abs(panel.era[series, at] - value.era) > 0) & ~clause.total & ~clause.against_previous
    return SimpleNamespace(b=b, t0=t0, same_era=~other_era)


def _limits(clause: SimpleNamespace, value: SimpleNamespace, based: SimpleNamespace) -> SimpleNamespace:
    """§1: z, what x has to keep to, the tolerance, and how far on the right side of it x stands."""
    x, b = value.x, based.b
    z = np.where(clause.change, np.round(b * (1 + clause.goal / 100), 9), np.where(clause.trend, b, clause.goal))
    z_to = np.where(clause.change, np.round(b * (1 + clause.goal_to / 100), 9), clause.goal_to)
    z = np.where(~based.same_era & (clause.change | clause.trend), np.nan, z)
    z_to = np.where(~based.same_era & clause.change, np.nan, z_to)
    both = clause.equal & clause.due & ~clause.trend | ~clause.up & ~clause.down
    low, high = np.fmin(z, z_to), np.fmax(z, z_to)
    low, high = np.where(clause.up | both, low, np.nan), np.where(clause.down | both, high, np.nan)
    size = np.fmax(np.fmax(np.abs(x), np.abs(z)), np.fmax(np.abs(z_to), np.abs(b)))
    slack = SLACK * np.nan_to_num(size)
    of_amount = np.where(np.abs(z) < 1, 0.05 * np.abs(z), np.ceil(np.round(0.05 * np.abs(z), 9)))
    tolerance = np.where(np.isnan(clause.point), of_amount, clause.point)
    tolerance = np.where(clause.change, np.abs(b) / 100, tolerance)
    tolerance = np.where(clause.tolerant & ~clause.trend, tolerance, 0.0)
    # what a bound leaves open; an exact value is its own lowest and highest
    about = np.where(np.isnan(clause.point), 0.05 * np.abs(x), clause.point) * (value.bound == ROUGHLY)
    lowest = np.where(value.bound == AT_MOST, -1e300, x - about)
    highest = np.where(value.bound == AT_LEAST, 1e300, x + about)
    sure, possible = np.fmin(lowest - low, high - highest), np.fmin(highest - low, high - lowest)
    margin_base = np.fmin(b - low, high - b)
    seen_from = np.where(np.isnan(x), low, x)
    near = np.where(np.isnan(low) | (np.abs(seen_from - high) < np.abs(seen_from - low)), high, low)
    return SimpleNamespace(
        z=z, z_to=z_to, low=low, high=high, near=near, both=both, slack=slack, tolerance=tolerance,
        margin=np.fmin(x - low, high - x),
        meets=np.where(clause.strict, sure > slack, sure >= -slack),
        fails=np.where(clause.strict, possible <= slack, possible < -slack),
        base_meets=np.where(clause.strict, margin_base > slack, margin_base >= -slack),
        within=(sure >= -tolerance - slack) & (tolerance > 0),
    )  # fmt: skip


def _expected(
    asked: pd.DataFrame,
    clause: SimpleNamespace,
    value: SimpleNamespace,
    based: SimpleNamespace,
    limits: SimpleNamespace,
    milestones: pd.DataFrame,
) -> SimpleNamespace:
    """§2: p on the straight path through any milestones, and h, where the pace leads to."""
    x, t, b, t0, by = value.x, value.t, based.b, based.t0, clause.by
    from_year, from_value, to_value = t0.copy(), b.copy(), limits.near.copy()
    to_year = np.broadcast_to(by, x.shape).copy()
    goals = asked[["target"]].reset_index(names="row").merge(milestones, on="target")
    for _, node in goals.groupby("year"):  # in order: the last one passed, the first one ahead
        row = node["row"].to_numpy()
        goal, year = node["goal"].to_numpy(float)[:, None], node["year"].to_numpy(float)[:, None]
        goal = np.where(clause.change[row], b[row] * (1 + goal / 100), goal)
        counts = (year > t0[row]) & (year < by[row])
        passed, ahead = counts & (year <= t[row]), counts & (year > t[row]) & (to_year[row] == by[row])
        from_year[row], from_value[row] = np.where(passed, year, from_year[row]), np.where(passed, goal, from_value[row])
        to_year[row], to_value[row] = np.where(ahead, year, to_year[row]), np.where(ahead, goal, to_value[row])
    straight = from_value + (to_value - from_value) * (t - from_year) / (to_year - from_year)
    expected = np.where(t >= by, limits.near, straight)
    has_path = ~clause.trend & (t0 < by) & (t0 < t) & based.same_era & value.exact & ~limits.base_meets
    has_path &= (np.abs(limits.near - b) > limits.slack) & (np.abs(expected - b) > limits.slack)
    ahead_years = np.where(clause.standing, 1.0, np.where(by > t, by - t, np.nan))
    h = np.round(x + value.d * ahead_years, 9)
    h = np.where(clause.due | clause.trend | clause.against_previous | ~value.exact, np.nan, h)
    margin = np.fmin(h - limits.low, limits.high - h)
    return SimpleNamespace(
        p=np.where(has_path, np.round((x - b) / (expected - b), 9), np.nan),
        h=h,
        margin=margin,
        meets=np.where(clause.strict, margin > limits.slack, margin >= -limits.slack),
        fails=np.where(clause.strict, margin <= limits.slack, margin < -limits.slack),
    )


def _outcome(
    clause: SimpleNamespace, value: SimpleNamespace, limits: SimpleNamespace, panel: Panel, series: np.ndarray
) -> np.ndarray:
    """The verdict on this one value, or on each year of a window: yes, roughly, no, unknown."""
    outcome = np.select(
        [
            np.isnan(value.x) | np.isnan(limits.low) & np.isnan(limits.high),
            limits.meets,
            clause.total & ~value.complete,
            limits.within,
            limits.fails,
        ],
        [UNKNOWN, YES, UNKNOWN, ROUGH, NO],
        UNKNOWN,
    )
    rows = np.flatnonzero(~np.isnan(clause.window))
    window, at = clause.window[rows], series[rows]
    low, high, slack, tolerance, level = (
        each[rows] for each in (limits.low, limits.high, limits.slack, limits.tolerance, value.level)
    )
    present, kept, kept_fully = np.zeros(level.shape), np.zeros(level.shape), np.zeros(level.shape)
    for back in range(int(np.nan_to_num(window).max(initial=0))):
        column = np.maximum(level - back, 0)
        counts = panel.exact[at, column] & (back < window)
        margin = np.fmin(panel.value[at, column] - low, high - panel.value[at, column])
        on_the_line = clause.strict[rows] & (margin <= slack)
        present += counts
        kept += counts & ~(margin < -tolerance - slack) & ~((tolerance == 0) & on_the_line)
        kept_fully += counts & ~(margin < -slack) & ~on_the_line
    outcome[rows] = np.select(
        [present < window, kept_fully == window, kept == window], [UNKNOWN, YES, ROUGH], NO
    )  # fmt: skip
    return outcome


def _judged(
    clause: SimpleNamespace,
    value: SimpleNamespace,
    based: SimpleNamespace,
    limits: SimpleNamespace,
    expected: SimpleNamespace,
    panel: Panel,
    series: np.ndarray,
) -> SimpleNamespace:
    """§2: path and outlook, and one status: the first that matches."""
    t, d, slack, margin, due, standing, trend = (
        value.t, value.d, limits.slack, limits.margin, clause.due, clause.standing, clause.trend
    )  # fmt: skip
    outcome = _outcome(clause, value, limits, panel, series)
    yes, roughly, no = outcome == YES, outcome == ROUGH, outcome == NO
    stale = (t < clause.year - 2 * clause.lag) & ~due
    p = expected.p
    path = _first(
        [(p >= 0.95 - 1e-9, "on_track"), (p >= 0.60 - 1e-9, "slightly_behind"), (p >= -1e-9, "off_track"), (p < 0, "wrong_way")],
        NONE,
    )
    direction = np.where(limits.both, np.sign(limits.near - value.x), np.where(clause.up, 1.0, -1.0))
    moved = ~clause.change | (t > based.t0)
    none = np.isnan(d) | np.isnan(value.x) | ~value.exact | np.isnan(margin) | due | standing | trend | yes & moved
    short, short_h = -margin, -expected.margin
    near = short_h < 0.05 * short - slack
    outlook = _first(
        [
            (expected.meets, "on_track"),
            ((limits.tolerance > 0) & (short_h <= limits.tolerance + slack) & ~near, "slightly_behind"),
            (np.abs(d) <= slack, "stalled"),
            (d * direction < 0, "wrong_way"),
            (near, "on_track"),
            (short_h <= 0.20 * short + slack, "slightly_behind"),
            (~np.isnan(short_h), "off_track"),
        ],
        NONE,
    )
    outlook = np.where(none, NONE, outlook)

    def right(change: np.ndarray) -> np.ndarray:  # flat counts as right
        return np.where(limits.both, np.abs(change) <= slack, change * direction >= -slack)

    average, last = right(value.d_short), right(value.last_change)
    held = trend & ~np.isnan(clause.base_year_named) & (t > based.t0)
    missed = np.where(clause.aim, CODE["aim_missed"], CODE["not_met"])
    by_value = standing & ~trend
    good = yes & moved
    status = _first(
        [
            (~trend & np.isnan(clause.goal), "target_pending"),
            (clause.year_total & ~due & ~standing, "not_due"),
            (standing & (clause.since > clause.year), "not_due"),
            (due & yes, "met"),
            (due & roughly, "met_roughly"),
            (due & no, missed),
            (due & ~(t >= clause.by) & (clause.year <= clause.by + clause.lag), "awaiting"),
            (due, "cannot_judge"),
            (np.isnan(t) | stale, "no_data"),
            (by_value & yes & expected.fails, "met_at_risk"),
            (by_value & yes, "met"),
            (by_value & roughly, "met_roughly"),
            (by_value & no, missed),
            (by_value, "cannot_judge"),
            (held & yes, "met"),
            (held & no, missed),
            (trend & average & last, "on_track"),
            (trend & average, "slightly_behind"),
            (trend & last, "off_track"),
            (trend & ~np.isnan(value.d_short), "wrong_way"),
            (trend, "too_early"),
            (good & expected.fails, "met_at_risk"),
            (good & limits.base_meets, "holding"),
            (good & clause.total & clause.up, "done_early"),
            (good, "met_now"),
            (outlook != NONE, outlook),
            (path != NONE, path),
        ],
        CODE["too_early"],
    )
    return SimpleNamespace(status=status, path=path, outlook=outlook, stale=stale, yes=yes)


def _first(rules: Sequence[tuple[np.ndarray, "str | np.ndarray"]], otherwise: int) -> np.ndarray:
    """The code of the first rule that holds."""
    code = [np.int8(CODE[what]) if isinstance(what, str) else what.astype(np.int8) for _, what in rules]
    return np.select([when for when, _ in rules], code, np.int8(otherwise))


def _shown(
    clause: SimpleNamespace,
    value: SimpleNamespace,
    based: SimpleNamespace,
    limits: SimpleNamespace,
    expected: SimpleNamespace,
    judged: SimpleNamespace,
    panel: Panel,
    series: np.ndarray,
) -> dict[str, np.ndarray]:
    """§3: light, bucket, basis and every number that went in; words as codes."""
    x, t, b, t0, by, due = value.x, value.t, based.b, based.t0, clause.by, clause.due
    status, stale = judged.status, judged.stale
    began = np.where(np.isnan(clause.since), clause.document_year, clause.since) <= clause.year
    pending, never_due = status == CODE["target_pending"], ~due & ~clause.standing
    bucket = np.select(
        [
            status == CODE["not_due"],
            pending & (due | clause.standing & began),
            pending | never_due,
            _among(status, "met", "met_roughly", "met_at_risk"),
            _among(status, "not_met", "aim_missed"),
            status == CODE["awaiting"],
            due | began,
        ],
        [BUCKETS.index(each) for each in ("not_due", "due_unknown", "not_due", "due_met", "due_missed", "due_awaiting", "due_unknown")],
        BUCKETS.index("not_due"),
    )
    basis = np.select(
        [
            _among(status, *UNJUDGED),
            due & clause.total,
            due,
            clause.trend,
            status == CODE["done_early"],
            clause.standing | judged.yes & (judged.outlook == NONE),
            judged.outlook != NONE,
        ],
        [BASES.index(each) for each in ("none", "total", "deadline", "trend", "total", "hold", "outlook")],
        BASES.index("path"),
    )
    disagree = (judged.path != NONE) & (judged.outlook != NONE) & (basis == BASES.index("outlook"))
    disagree &= np.abs(STEPS[judged.path] - STEPS[judged.outlook]) > 1
    shown, sized = ~np.isnan(x) & ~stale, ~clause.trend & ~stale & value.exact
    nearest = np.where(status == CODE["no_data"], value.latest, 0)
    nearest = np.where(due & (value.level == 0), _nearest(clause, panel, series), nearest)
    needed = np.round((limits.near - x) / (by - t), 9)
    on_goal = (np.abs(x - limits.z) <= limits.slack) | (np.abs(x - limits.z_to) <= limits.slack)
    return {
        "status": status,
        "light": LIGHT_OF[status],
        "bucket": bucket,
        "basis": basis,
        "value": np.where(shown, x, np.nan),
        "value_year": np.where(shown, t, np.nan),
        "value_bound": np.where(shown, value.bound, NONE),
        "base": b,
        "base_year": np.where(np.isnan(b), np.nan, t0),
        "goal": np.where(clause.trend, np.nan, np.fmin(limits.z, limits.z_to)),
        "goal_to": np.where(clause.trend | np.isnan(limits.z_to), np.nan, np.fmax(limits.z, limits.z_to)),
        "path": np.where(stale, np.nan, expected.p),
        "path_status": np.where(stale, NONE, judged.path),
        "change_per_year": np.round(np.where(clause.trend, value.d_short, value.d), 9),
        "outlook": np.where(stale, np.nan, expected.h),
        "outlook_status": np.where(stale, NONE, judged.outlook),
        "disagree": disagree,
        "gap": np.where(sized, -np.round(limits.margin, 9), np.nan),
        "achieved_per_year": np.where(
            ~stale & based.same_era & value.exact & (t > t0), np.round((x - b) / (t - t0), 9), np.nan
        ),
        "needed_per_year": np.where(sized & ~due & ~limits.meets & (by > t), needed, np.nan),
        "exactly": shown & value.exact & ~clause.trend & on_goal,
        "nearest_year": panel.year(nearest),
        "nearest_value": panel.value[series, nearest],
    }


def _among(code: np.ndarray, *statuses: str) -> np.ndarray:
    return np.isin(STATUSES, statuses)[code]


def _nearest(clause: SimpleNamespace, panel: Panel, series: np.ndarray) -> np.ndarray:
    """The column of the nearest other year where the deadline's own has no figure; of two the earlier one."""
    end = panel.column(np.where(clause.due, clause.by, np.nan))
    before, after = panel.last[series, end], panel.following[series, end]
    after = np.where(panel.year(after) <= clause.year, after, 0)
    earlier = (before > 0) & ((after == 0) | (end - before <= after - end))
    return np.where(earlier, before, after)


def _breaches(
    clause: SimpleNamespace, value: SimpleNamespace, limits: SimpleNamespace, panel: Panel, series: np.ndarray
) -> np.ndarray:
    """§1, every year: earlier years that failed, as a text."""
    rows = np.flatnonzero(clause.standing & ~clause.total & ~clause.trend)
    at = series[rows, 0]
    of_year, x, previous = np.arange(panel.value.shape[1]), panel.value[at][:, None], panel.previous[at][:, None]
    start = np.where(np.isnan(clause.since), clause.document_year, clause.since)[rows]
    own = previous * (1 + clause.goal[rows] / 100)[:, :, None]
    against_previous, both = clause.against_previous[rows][:, :, None], limits.both[rows][:, :, None]
    up, down = clause.up[rows][:, :, None] & ~both, clause.down[rows][:, :, None] & ~both
    low = np.where(against_previous, np.where(down, np.nan, own), limits.low[rows][:, :, None])
    high = np.where(against_previous, np.where(up, np.nan, own), limits.high[rows][:, :, None])
    line = np.where(clause.strict[rows], limits.slack[rows], -limits.slack[rows])[:, :, None]
    failed = np.fmin(x - low, high - x) < line
    counts = panel.exact[at] & (panel.year(of_year) >= start)
    failed &= counts[:, None] & (of_year < value.level[rows][:, :, None])
    # of few different sets of years each is written once
    sets, which = np.unique(failed @ (1 << of_year.astype(np.int64)), return_inverse=True)
    texts = ["、".join(str(panel.first - 1 + year) for year in of_year if one >> year & 1) for one in sets.tolist()]
    breaches = np.full(value.x.shape, "", object)
    breaches[rows] = np.array(texts, object)[which].reshape(len(rows), -1)
    return breaches


def _frame(
    columns: dict[str, np.ndarray], asked: pd.DataFrame, *, seen: np.ndarray, years: Sequence[int]
) -> pd.DataFrame:
    """One row a target, place and year; what the year before says stands beside it."""
    wanted = np.array(sorted(years))
    at, before = np.searchsorted(seen, wanted), np.searchsorted(seen, wanted - 1)
    words = {"status": STATUSES, "light": LIGHTS, "bucket": BUCKETS, "basis": BASES, "value_bound": BOUNDS}
    words |= {"path_status": STATUSES, "outlook_status": STATUSES}
    last = {f"last_{name}": (columns[name][:, before], words[name]) for name in ("status", "light")}
    coded = {name: (columns[name][:, at], categories) for name, categories in words.items()}
    plain = {name: column[:, at].ravel() for name, column in columns.items() if name not in words}
    repeated = {name: asked[name].astype("category").repeat(len(wanted)).array for name in ("target", "place")}
    return pd.DataFrame(
        {
            **repeated,
            "year": np.tile(wanted, len(asked)),
            **plain,
            **{
                name: pd.Categorical.from_codes(codes.ravel(), categories=list(categories))
                for name, (codes, categories) in (coded | last).items()
            },
        }
    )
