"""The judgement in pandas: tables and words in pandas, the arithmetic in numpy, whole tables at a time.

Series are the rows of a panel with a column a year, judgements the rows of one with a column a year looked at.
Of METHOD.md it holds what a whole year's figures ask for: no findings, reports, tasks, amendments, assigned numbers,
published rates, sums of several years or parts of a year. Sentences stay out.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bench.scale.judged import GREEN, RED, SLACK, STATUSES, STEP, UNJUDGED, YELLOW
from bench.scale.pandas_panel import AT_LEAST, AT_MOST, BOUNDS, ROUGHLY, Panel, panel_of
from bench.scale.pandas_values import Table, clauses, find_base, find_value

CODE = {status: code for code, status in enumerate(STATUSES)}
NONE = -1  # the code of no word at all
LIGHTS = ("green", "yellow", "red", "grey")
LIGHT_OF = np.array([0 if each in GREEN else 1 if each in YELLOW else 2 if each in RED else 3 for each in STATUSES])
BUCKETS = ("not_due", "due_unknown", "due_met", "due_missed", "due_awaiting")
BASES = ("none", "total", "deadline", "trend", "hold", "outlook", "path")
STEPS = np.array([STEP.get(status, 0) for status in STATUSES])
# outcomes
UNKNOWN, YES, ROUGH, NO = range(4)


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
    series, panel = panel_of(figures, asked, years=[*seen, *milestones["year"]])
    with np.errstate(invalid="ignore", divide="ignore"):
        table = clauses(asked, seen, series)
        find_value(table, panel)
        find_base(table, panel)
        _limit(table)
        _expect(table, asked, milestones)
        _judge(table, panel)
        columns = _shown(table, panel) | {"breaches": _breaches(table, panel)}
    return _frame(columns, asked, seen=seen, years=years)


def _limit(table: Table) -> None:
    """§1: z, what x has to keep to, the tolerance, and how far on the right side of it x stands."""
    x, b = table.x, table.b
    z = np.where(table.change, np.round(b * (1 + table.goal / 100), 9), np.where(table.trend, b, table.goal))
    z_to = np.where(table.change, np.round(b * (1 + table.goal_to / 100), 9), table.goal_to)
    z = np.where(~table.same_era & (table.change | table.trend), np.nan, z)
    z_to = np.where(~table.same_era & table.change, np.nan, z_to)
    both = table.equal & table.due & ~table.trend | ~table.up & ~table.down
    low, high = np.fmin(z, z_to), np.fmax(z, z_to)
    low, high = np.where(table.up | both, low, np.nan), np.where(table.down | both, high, np.nan)
    size = np.fmax(np.fmax(np.abs(x), np.abs(z)), np.fmax(np.abs(z_to), np.abs(b)))
    slack = SLACK * np.nan_to_num(size)
    of_amount = np.where(np.abs(z) < 1, 0.05 * np.abs(z), np.ceil(np.round(0.05 * np.abs(z), 9)))
    tolerance = np.where(np.isnan(table.point), of_amount, table.point)
    tolerance = np.where(table.change, np.abs(b) / 100, tolerance)
    tolerance = np.where(table.tolerant & ~table.trend, tolerance, 0.0)
    # what a bound leaves open; an exact value is its own lowest and highest
    about = np.where(np.isnan(table.point), 0.05 * np.abs(x), table.point) * (table.bound == ROUGHLY)
    lowest = np.where(table.bound == AT_MOST, -1e300, x - about)
    highest = np.where(table.bound == AT_LEAST, 1e300, x + about)
    sure, possible = np.fmin(lowest - low, high - highest), np.fmin(highest - low, high - lowest)
    margin_base = np.fmin(b - low, high - b)
    seen_from = np.where(np.isnan(x), low, x)
    near = np.where(np.isnan(low) | (np.abs(seen_from - high) < np.abs(seen_from - low)), high, low)
    table.add(
        z=z, z_to=z_to, low=low, high=high, near=near, both=both, slack=slack, tolerance=tolerance,
        margin=np.fmin(x - low, high - x),
        meets=np.where(table.strict, sure > slack, sure >= -slack),
        fails=np.where(table.strict, possible <= slack, possible < -slack),
        base_meets=np.where(table.strict, margin_base > slack, margin_base >= -slack),
        within=(sure >= -tolerance - slack) & (tolerance > 0),
    )  # fmt: skip


def _expect(table: Table, asked: pd.DataFrame, milestones: pd.DataFrame) -> None:
    """§2: p on the straight path through any milestones, and h, where the pace leads to."""
    x, t, b, t0, by = table.x, table.t, table.b, table.t0, table.by
    from_year, from_value, to_value = t0.copy(), b.copy(), table.near.copy()
    to_year = np.broadcast_to(by, x.shape).copy()
    goals = asked[["target"]].reset_index(names="row").merge(milestones, on="target")
    for _, node in goals.groupby("year"):  # in order: the last one passed, the first one ahead
        row = node["row"].to_numpy()
        goal, year = node["goal"].to_numpy(float)[:, None], node["year"].to_numpy(float)[:, None]
        goal = np.where(table.change[row], b[row] * (1 + goal / 100), goal)
        counts = (year > t0[row]) & (year < by[row])
        passed, ahead = counts & (year <= t[row]), counts & (year > t[row]) & (to_year[row] == by[row])
        from_year[row], from_value[row] = (
            np.where(passed, year, from_year[row]),
            np.where(passed, goal, from_value[row]),
        )
        to_year[row], to_value[row] = np.where(ahead, year, to_year[row]), np.where(ahead, goal, to_value[row])
    straight = from_value + (to_value - from_value) * (t - from_year) / (to_year - from_year)
    expected = np.where(t >= by, table.near, straight)
    has_path = ~table.trend & (t0 < by) & (t0 < t) & table.same_era & table.exact & ~table.base_meets
    has_path &= (np.abs(table.near - b) > table.slack) & (np.abs(expected - b) > table.slack)
    ahead_years = np.where(table.standing, 1.0, np.where(by > t, by - t, np.nan))
    h = np.round(x + table.d * ahead_years, 9)
    h = np.where(table.due | table.trend | table.against_previous | ~table.exact, np.nan, h)
    margin = np.fmin(h - table.low, table.high - h)
    table.add(
        p=np.where(has_path, np.round((x - b) / (expected - b), 9), np.nan),
        h=h,
        margin_h=margin,
        h_meets=np.where(table.strict, margin > table.slack, margin >= -table.slack),
        h_fails=np.where(table.strict, margin <= table.slack, margin < -table.slack),
    )


def _outcome(table: Table, panel: Panel) -> np.ndarray:
    """The verdict on this one value, or on each year of a window: yes, roughly, no, unknown."""
    outcome = np.select(
        [
            np.isnan(table.x) | np.isnan(table.low) & np.isnan(table.high),
            table.meets,
            table.total & ~table.complete,
            table.within,
            table.fails,
        ],
        [UNKNOWN, YES, UNKNOWN, ROUGH, NO],
        UNKNOWN,
    )
    chosen = np.flatnonzero(~np.isnan(table.window))
    window, at = table.window[chosen], table.series[chosen]
    low, high, slack, tolerance, level = (
        each[chosen] for each in (table.low, table.high, table.slack, table.tolerance, table.level)
    )
    present, kept, kept_fully = np.zeros(level.shape), np.zeros(level.shape), np.zeros(level.shape)
    for back in range(int(np.nan_to_num(window).max(initial=0))):
        column = np.maximum(level - back, 0)
        counts = panel.exact[at, column] & (back < window)
        margin = np.fmin(panel.value[at, column] - low, high - panel.value[at, column])
        on_the_line = table.strict[chosen] & (margin <= slack)
        present += counts
        kept += counts & ~(margin < -tolerance - slack) & ~((tolerance == 0) & on_the_line)
        kept_fully += counts & ~(margin < -slack) & ~on_the_line
    outcome[chosen] = np.select(
        [present < window, kept_fully == window, kept == window], [UNKNOWN, YES, ROUGH], NO
    )  # fmt: skip
    return outcome


def _judge(table: Table, panel: Panel) -> None:
    """§2: path and outlook, and one status: the first that matches."""
    t, d, slack, margin, due, standing, trend = (
        table.t, table.d, table.slack, table.margin, table.due, table.standing, table.trend
    )  # fmt: skip
    outcome = _outcome(table, panel)
    yes, roughly, no = outcome == YES, outcome == ROUGH, outcome == NO
    stale = (t < table.year - 2 * table.lag) & ~due
    p = table.p
    path = _first(
        [
            (p >= 0.95 - 1e-9, "on_track"),
            (p >= 0.60 - 1e-9, "slightly_behind"),
            (p >= -1e-9, "off_track"),
            (p < 0, "wrong_way"),
        ],
        NONE,
    )
    direction = np.where(table.both, np.sign(table.near - table.x), np.where(table.up, 1.0, -1.0))
    moved = ~table.change | (t > table.t0)
    none = np.isnan(d) | np.isnan(table.x) | ~table.exact | np.isnan(margin) | due | standing | trend | yes & moved
    short, short_h = -margin, -table.margin_h
    near = short_h < 0.05 * short - slack
    outlook = _first(
        [
            (table.h_meets, "on_track"),
            ((table.tolerance > 0) & (short_h <= table.tolerance + slack) & ~near, "slightly_behind"),
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
        return np.where(table.both, np.abs(change) <= slack, change * direction >= -slack)

    average, last = right(table.d_short), right(table.last_change)
    held = trend & ~np.isnan(table.base_year_named) & (t > table.t0)
    missed = np.where(table.aim, CODE["aim_missed"], CODE["not_met"])
    by_value = standing & ~trend
    good = yes & moved
    status = _first(
        [
            (~trend & np.isnan(table.goal), "target_pending"),
            (table.year_total & ~due & ~standing, "not_due"),
            (standing & (table.since > table.year), "not_due"),
            (due & yes, "met"),
            (due & roughly, "met_roughly"),
            (due & no, missed),
            (due & ~(t >= table.by) & (table.year <= table.by + table.lag), "awaiting"),
            (due, "cannot_judge"),
            (np.isnan(t) | stale, "no_data"),
            (by_value & yes & table.h_fails, "met_at_risk"),
            (by_value & yes, "met"),
            (by_value & roughly, "met_roughly"),
            (by_value & no, missed),
            (by_value, "cannot_judge"),
            (held & yes, "met"),
            (held & no, missed),
            (trend & average & last, "on_track"),
            (trend & average, "slightly_behind"),
            (trend & last, "off_track"),
            (trend & ~np.isnan(table.d_short), "wrong_way"),
            (trend, "too_early"),
            (good & table.h_fails, "met_at_risk"),
            (good & table.base_meets, "holding"),
            (good & table.total & table.up, "done_early"),
            (good, "met_now"),
            (outlook != NONE, outlook),
            (path != NONE, path),
        ],
        CODE["too_early"],
    )
    table.add(status=status, path=path, outlook=outlook, stale=stale, yes=yes)


def _first(rules: Sequence[tuple[np.ndarray, "str | np.ndarray"]], otherwise: int) -> np.ndarray:
    """The code of the first rule that holds."""
    code = [np.int8(CODE[what]) if isinstance(what, str) else what.astype(np.int8) for _, what in rules]
    return np.select([when for when, _ in rules], code, np.int8(otherwise))


def _shown(table: Table, panel: Panel) -> dict[str, np.ndarray]:
    """§3: light, bucket, basis and every number that went in; words as codes."""
    x, t, b, t0, by, due = table.x, table.t, table.b, table.t0, table.by, table.due
    status, stale = table.status, table.stale
    began = np.where(np.isnan(table.since), table.document_year, table.since) <= table.year
    pending, never_due = status == CODE["target_pending"], ~due & ~table.standing
    bucket = np.select(
        [
            status == CODE["not_due"],
            pending & (due | table.standing & began),
            pending | never_due,
            _among(status, "met", "met_roughly", "met_at_risk"),
            _among(status, "not_met", "aim_missed"),
            status == CODE["awaiting"],
            due | began,
        ],
        [
            BUCKETS.index(each)
            for each in ("not_due", "due_unknown", "not_due", "due_met", "due_missed", "due_awaiting", "due_unknown")
        ],
        BUCKETS.index("not_due"),
    )
    basis = np.select(
        [
            _among(status, *UNJUDGED),
            due & table.total,
            due,
            table.trend,
            status == CODE["done_early"],
            table.standing | table.yes & (table.outlook == NONE),
            table.outlook != NONE,
        ],
        [BASES.index(each) for each in ("none", "total", "deadline", "trend", "total", "hold", "outlook")],
        BASES.index("path"),
    )
    disagree = (table.path != NONE) & (table.outlook != NONE) & (basis == BASES.index("outlook"))
    disagree &= np.abs(STEPS[table.path] - STEPS[table.outlook]) > 1
    shown, sized = ~np.isnan(x) & ~stale, ~table.trend & ~stale & table.exact
    nearest = np.where(status == CODE["no_data"], table.latest, 0)
    nearest = np.where(due & (table.level == 0), _nearest(table, panel), nearest)
    needed = np.round((table.near - x) / (by - t), 9)
    on_goal = (np.abs(x - table.z) <= table.slack) | (np.abs(x - table.z_to) <= table.slack)
    return {
        "status": status,
        "light": LIGHT_OF[status],
        "bucket": bucket,
        "basis": basis,
        "value": np.where(shown, x, np.nan),
        "value_year": np.where(shown, t, np.nan),
        "value_bound": np.where(shown, table.bound, NONE),
        "base": b,
        "base_year": np.where(np.isnan(b), np.nan, t0),
        "goal": np.where(table.trend, np.nan, np.fmin(table.z, table.z_to)),
        "goal_to": np.where(table.trend | np.isnan(table.z_to), np.nan, np.fmax(table.z, table.z_to)),
        "path": np.where(stale, np.nan, table.p),
        "path_status": np.where(stale, NONE, table.path),
        "change_per_year": np.round(np.where(table.trend, table.d_short, table.d), 9),
        "outlook": np.where(stale, np.nan, table.h),
        "outlook_status": np.where(stale, NONE, table.outlook),
        "disagree": disagree,
        "gap": np.where(sized, -np.round(table.margin, 9), np.nan),
        "achieved_per_year": np.where(
            ~stale & table.same_era & table.exact & (t > t0), np.round((x - b) / (t - t0), 9), np.nan
        ),
        "needed_per_year": np.where(sized & ~due & ~table.meets & (by > t), needed, np.nan),
        "exactly": shown & table.exact & ~table.trend & on_goal,
        "nearest_year": panel.year(nearest),
        "nearest_value": panel.value[table.series, nearest],
    }


def _among(code: np.ndarray, *statuses: str) -> np.ndarray:
    return np.isin(STATUSES, statuses)[code]


def _nearest(table: Table, panel: Panel) -> np.ndarray:
    """The column of the nearest other year where the deadline's own has no figure; of two the earlier one."""
    end = panel.column(np.where(table.due, table.by, np.nan))
    before, after = panel.last[table.series, end], panel.following[table.series, end]
    after = np.where(panel.year(after) <= table.year, after, 0)
    earlier = (before > 0) & ((after == 0) | (end - before <= after - end))
    return np.where(earlier, before, after)


def _breaches(table: Table, panel: Panel) -> np.ndarray:
    """§1, every year: earlier years that failed, as a text."""
    chosen = np.flatnonzero(table.standing & ~table.total & ~table.trend)
    at = table.series[chosen, 0]
    of_year, x, previous = np.arange(panel.value.shape[1]), panel.value[at][:, None], panel.previous[at][:, None]
    start = np.where(np.isnan(table.since), table.document_year, table.since)[chosen]
    own = previous * (1 + table.goal[chosen] / 100)[:, :, None]
    against_previous, both = table.against_previous[chosen][:, :, None], table.both[chosen][:, :, None]
    up, down = table.up[chosen][:, :, None] & ~both, table.down[chosen][:, :, None] & ~both
    low = np.where(against_previous, np.where(down, np.nan, own), table.low[chosen][:, :, None])
    high = np.where(against_previous, np.where(up, np.nan, own), table.high[chosen][:, :, None])
    line = np.where(table.strict[chosen], table.slack[chosen], -table.slack[chosen])[:, :, None]
    failed = np.fmin(x - low, high - x) < line
    counts = panel.exact[at] & (panel.year(of_year) >= start)
    failed &= counts[:, None] & (of_year < table.level[chosen][:, :, None])
    # of few different sets of years each is written once
    sets, which = np.unique(failed @ (1 << of_year.astype(np.int64)), return_inverse=True)
    texts = ["、".join(str(panel.first - 1 + year) for year in of_year if one >> year & 1) for one in sets.tolist()]
    breaches = np.full(table.x.shape, "", object)
    breaches[chosen] = np.array(texts, object)[which].reshape(len(chosen), -1)
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
