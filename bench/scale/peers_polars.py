"""The judgement in polars: expressions over whole tables, with the lazy engine.

`grid` has a row a series and year, `rows` one a target, place and year looked at (polars_values.py).
Of METHOD.md it holds what a whole year's figures ask for: no findings, reports, tasks, amendments, assigned numbers,
published rates, sums of several years or parts of a year. Sentences stay out.
"""

from collections.abc import Iterable, Sequence

import polars as pl
from polars import col, lit, when

from bench.scale.judged import COLUMNS, GREEN, RED, SLACK, STATUSES, STEP, UNJUDGED, YELLOW
from bench.scale.polars_values import ROW, beside, found_values

STATUS = pl.Enum(STATUSES)


def judge_with_polars(
    figures: pl.DataFrame,
    targets: pl.DataFrame,
    target_place: pl.DataFrame,
    milestones: pl.DataFrame,
    *,
    years: Sequence[int],
) -> pl.DataFrame:
    """One row a target, place and year with the columns of judged.COLUMNS.

    `figures`: place, indicator, year, value, bound, obs_status of whole years, words as categories; `targets` with the
    better, kind, unit and lag_years of their indicators.
    """
    seen = sorted({*years, *(year - 1 for year in years)})
    rows, grid = found_values(figures, targets, target_place, seen=seen)
    rows = _limited(rows).collect().lazy()
    few = (_milestones(rows, milestones.lazy()), _windows(rows, grid), _nearest(rows, grid), _breaches(rows, grid))
    rows = _ruled(_drawn(beside(rows, *few)))
    return _shown(rows).filter(col("year").is_in(list(years))).select(COLUMNS).collect()


def _limited(rows: pl.LazyFrame) -> pl.LazyFrame:
    """§1: z, what x has to keep to, the tolerance, and how far on the right side of it x stands."""
    x, b, z, z_to, low, high, slack = map(col, ("x", "b", "z", "z_to", "low", "high", "slack"))
    change, trend, side, bound, point = (
        col("measure") == "change", col("measure") == "trend", col("side"), col("x_bound"), col("point")
    )  # fmt: skip
    of_amount = when(z.abs() < 1).then(0.05 * z.abs()).otherwise((0.05 * z.abs()).round(9).ceil())
    tolerance = when(change).then(b.abs() / 100).otherwise(pl.coalesce(point, of_amount))
    about = when(bound == "about").then(pl.coalesce(point, 0.05 * x.abs())).otherwise(0.0)
    seen_from = pl.coalesce(x, low)
    return (
        rows.with_columns(
            z=when(~col("same_era") & (change | trend)).then(None)
            .when(trend).then(b)
            .when(change).then((b * (1 + col("goal") / 100)).round(9))
            .otherwise("goal"),
            z_to=when(~col("same_era") & change).then(None)
            .when(change).then((b * (1 + col("goal_to") / 100)).round(9))
            .otherwise("goal_to"),
            side=when(col("equal") & col("due") & ~trend).then(lit("both")).otherwise("way"),
        )
        .with_columns(
            low=when(side != "down").then(pl.min_horizontal(z, z_to)),
            high=when(side != "up").then(pl.max_horizontal(z, z_to)),
            slack=SLACK * pl.max_horizontal(x.abs(), z.abs(), z_to.abs(), b.abs()).fill_null(0.0),
            tolerance=when(col("tolerant") & ~trend).then(tolerance).otherwise(0.0),
            # what a bound leaves open; an exact value is its own lowest and highest
            lowest=when(bound == "le").then(-1e300).otherwise(x - about),
            highest=when(bound == "ge").then(1e300).otherwise(x + about),
        )
        .with_columns(
            sure=pl.min_horizontal(col("lowest") - low, high - col("highest")),
            possible=pl.min_horizontal(col("highest") - low, high - col("lowest")),
            margin=pl.min_horizontal(x - low, high - x),
            margin_base=pl.min_horizontal(b - low, high - b),
            near=when(low.is_null() | ((seen_from - high).abs() < (seen_from - low).abs())).then(high).otherwise(low),
        )
        .with_columns(
            meets=_keeps(col("sure")),
            fails=_fails(col("possible")),
            base_meets=_keeps(col("margin_base")),
            within=(col("sure") >= -col("tolerance") - slack) & (col("tolerance") > 0),
        )
    )  # fmt: skip


def _keeps(margin: pl.Expr) -> pl.Expr:
    return when("strict").then(margin > col("slack")).otherwise(margin >= -col("slack"))


def _fails(margin: pl.Expr) -> pl.Expr:
    return when("strict").then(margin <= col("slack")).otherwise(margin < -col("slack"))


def _milestones(rows: pl.LazyFrame, milestones: pl.LazyFrame) -> pl.LazyFrame:
    """§2: the last milestone passed and the first one ahead, of the rows that have any."""
    node, t = col("node"), col("t")
    goal, passed, ahead = col("goal"), node <= t, node > t
    return (
        rows.select(ROW, "target", "t", "t0", "by")
        .join(milestones.select("target", "goal", node="year"), on="target")
        .filter((node > col("t0")) & (node < col("by")))
        .sort("node")
        .group_by(ROW)
        .agg(
            passed=node.filter(passed).last(),
            passed_goal=goal.filter(passed).last(),
            ahead=node.filter(ahead).first(),
            ahead_goal=goal.filter(ahead).first(),
        )
    )


def _drawn(rows: pl.LazyFrame) -> pl.LazyFrame:
    """§2: p on the straight path through any milestones, and h, where the pace leads to."""
    x, b, d, t, t0, by, near, slack, expected = map(col, ("x", "b", "d", "t", "t0", "by", "near", "slack", "expected"))

    def goal(of_node: str) -> pl.Expr:
        return when(col("measure") == "change").then(b * (1 + col(of_node) / 100)).otherwise(of_node)

    from_year, to_year = pl.coalesce("passed", t0), pl.coalesce("ahead", by)
    from_value, to_value = pl.coalesce(goal("passed_goal"), b), pl.coalesce(goal("ahead_goal"), near)
    slope = when(to_year != from_year).then((to_value - from_value) / (to_year - from_year))
    no_outlook = col("due") | (col("measure") == "trend") | col("against_previous") | ~col("exact")
    has_path = (
        (col("measure") != "trend") & (t0 < by) & (t0 < t) & col("same_era") & col("exact") & ~col("base_meets")
        & ((near - b).abs() > slack) & ((expected - b).abs() > slack)
    )  # fmt: skip
    return (
        rows.with_columns(
            expected=when(t >= by).then(near).otherwise(from_value + slope * (t - from_year)),
            h=when(no_outlook).then(None)
            .when("standing").then((x + d).round(9))
            .when(by > t).then((x + d * (by - t)).round(9)),
        )
        .with_columns(
            p=when(has_path).then(((x - b) / (expected - b)).round(9)),
            margin_h=pl.min_horizontal(col("h") - col("low"), col("high") - col("h")),
            direction=when(col("side") == "up").then(1.0).when(col("side") == "down").then(-1.0).otherwise((near - x).sign()),
            stale=(t < col("year") - 2 * col("lag")).fill_null(value=False) & ~col("due"),
        )
        .with_columns(outcome=_outcome(), h_meets=_keeps(col("margin_h")), h_fails=_fails(col("margin_h")))
    )  # fmt: skip


def _windows(rows: pl.LazyFrame, grid: pl.LazyFrame) -> pl.LazyFrame:
    """§1: how many of the last years of a window have a figure, and how many of them keep the limits."""
    window, margin, slack, tolerance = map(col, ("window", "of_margin", "slack", "tolerance"))
    on_the_line = col("strict") & (margin <= slack)
    return (
        rows.filter(window.is_not_null() & col("t").is_not_null())
        .select(
            ROW, "series", "low", "high", "slack", "tolerance", "strict",
            of=pl.int_ranges(col("t") - window + 1, col("t") + 1, dtype=pl.Int32),
        )
        .explode("of")
        .join(grid.filter("exact").select("series", "value", of="year"), on=["series", "of"])
        .with_columns(of_margin=pl.min_horizontal(col("value") - col("low"), col("high") - col("value")))
        .group_by(ROW)
        .agg(
            present=pl.len(),
            kept=((margin >= -tolerance - slack) & ~((tolerance == 0) & on_the_line)).fill_null(value=True).sum(),
            kept_fully=((margin >= -slack) & ~on_the_line).fill_null(value=True).sum(),
        )
    )  # fmt: skip


def _outcome() -> pl.Expr:
    """The verdict on this one value, or on each year of a window: yes, roughly, no, unknown."""
    window = col("window")
    return (
        when(window.is_not_null() & (col("present").fill_null(0) < window)).then(lit("unknown"))
        .when(col("kept_fully") == window).then(lit("yes"))
        .when(col("kept") == window).then(lit("roughly"))
        .when(window.is_not_null()).then(lit("no"))
        .when(col("x").is_null() | pl.coalesce("low", "high").is_null()).then(lit("unknown"))
        .when("meets").then(lit("yes"))
        .when((col("measure") == "running_total") & ~col("complete")).then(lit("unknown"))
        .when("within").then(lit("roughly"))
        .when("fails").then(lit("no"))
        .otherwise(lit("unknown"))
    )  # fmt: skip


def _ruled(rows: pl.LazyFrame) -> pl.LazyFrame:
    """§2: path and outlook, and one status: the first that matches; its light, bucket and basis."""
    t, d, p, slack, side, direction, measure, due, standing = map(
        col, ("t", "d", "p", "slack", "side", "direction", "measure", "due", "standing")
    )
    trend, year, since = measure == "trend", col("year"), col("since")
    yes, roughly, no = (col("outcome") == each for each in ("yes", "roughly", "no"))
    moved = (measure != "change") | (t > col("t0"))
    short, short_h, tolerance = -col("margin"), -col("margin_h"), col("tolerance")
    near = (short_h < 0.05 * short - slack).fill_null(value=False)
    path = _first([
        (p >= 0.95 - 1e-9, "on_track"),
        (p >= 0.60 - 1e-9, "slightly_behind"),
        (p >= -1e-9, "off_track"),
        (p < 0, "wrong_way"),
    ])  # fmt: skip
    no_pace = d.is_null() | col("x").is_null() | ~col("exact") | col("margin").is_null()
    none = no_pace | due | standing | trend | yes & moved
    outlook = _first([
        (none, None),
        (col("h_meets"), "on_track"),
        ((tolerance > 0) & (short_h <= tolerance + slack) & ~near, "slightly_behind"),
        (d.abs() <= slack, "stalled"),
        (d * direction < 0, "wrong_way"),
        (near, "on_track"),
        (short_h <= 0.20 * short + slack, "slightly_behind"),
        (short_h.is_not_null(), "off_track"),
    ])  # fmt: skip

    def right(change: pl.Expr) -> pl.Expr:  # flat counts as right
        return when(side == "both").then(change.abs() <= slack).otherwise(change * direction >= -slack)

    average, last = right(col("d_short")), right(col("last_change"))
    held = trend & col("base_named").is_not_null() & (t > col("t0"))
    missed = when(col("force") == "aim").then(lit("aim_missed", dtype=STATUS)).otherwise(lit("not_met", dtype=STATUS))
    by_value, good = standing & ~trend, yes & moved
    status = _first([
        (~trend & col("goal").is_null(), "target_pending"),
        ((measure == "year_total") & ~due & ~standing, "not_due"),
        (standing & (since > year), "not_due"),
        (due & yes, "met"),
        (due & roughly, "met_roughly"),
        (due & no, missed),
        (due & (t.is_null() | (t < col("by"))) & (year <= col("by") + col("lag")), "awaiting"),
        (due, "cannot_judge"),
        (t.is_null() | col("stale"), "no_data"),
        (by_value & yes & col("h_fails"), "met_at_risk"),
        (by_value & yes, "met"),
        (by_value & roughly, "met_roughly"),
        (by_value & no, missed),
        (by_value, "cannot_judge"),
        (held & yes, "met"),
        (held & no, missed),
        (trend & average & last, "on_track"),
        (trend & average, "slightly_behind"),
        (trend & last, "off_track"),
        (trend & col("d_short").is_not_null(), "wrong_way"),
        (trend, "too_early"),
        (good & col("h_fails"), "met_at_risk"),
        (good & col("base_meets"), "holding"),
        (good & (measure == "running_total") & (side == "up"), "done_early"),
        (good, "met_now"),
        (col("outlook_says").is_not_null(), col("outlook_says")),
        (col("path_says").is_not_null(), col("path_says")),
    ], otherwise="too_early")  # fmt: skip
    began = pl.coalesce("since", "document_year") <= year
    status_is = col("status")
    bucket = (
        when(status_is == "not_due").then(lit("not_due"))
        .when((status_is == "target_pending") & (due | standing & began)).then(lit("due_unknown"))
        .when((status_is == "target_pending") | ~due & ~standing).then(lit("not_due"))
        .when(status_is.is_in(["met", "met_roughly", "met_at_risk"])).then(lit("due_met"))
        .when(status_is.is_in(["not_met", "aim_missed"])).then(lit("due_missed"))
        .when(status_is == "awaiting").then(lit("due_awaiting"))
        .when(due | began).then(lit("due_unknown"))
        .otherwise(lit("not_due"))
    )  # fmt: skip
    basis = (
        when(status_is.is_in(UNJUDGED)).then(lit("none"))
        .when(due & (measure == "running_total")).then(lit("total"))
        .when(due).then(lit("deadline"))
        .when(trend).then(lit("trend"))
        .when(status_is == "done_early").then(lit("total"))
        .when(standing | yes & col("outlook_says").is_null()).then(lit("hold"))
        .when(col("outlook_says").is_not_null()).then(lit("outlook"))
        .otherwise(lit("path"))
    )  # fmt: skip
    light_of = {**dict.fromkeys(GREEN, "green"), **dict.fromkeys(YELLOW, "yellow"), **dict.fromkeys(RED, "red")}
    light = status_is.replace_strict(light_of, default="grey", return_dtype=pl.String)
    return (
        rows.with_columns(path_says=path, outlook_says=outlook)
        .with_columns(status=status)
        .with_columns(light=light, bucket=bucket, basis=basis)
    )


def _first(rules: Iterable[tuple[pl.Expr, "str | pl.Expr | None"]], otherwise: str | None = None) -> pl.Expr:
    """The status of the first rule that holds."""
    chain: pl.Then | pl.ChainedThen | None = None
    for holds, what in rules:
        status = what if isinstance(what, pl.Expr) else lit(what, dtype=STATUS)
        chain = when(holds).then(status) if chain is None else chain.when(holds).then(status)
    if chain is None:
        raise ValueError("no rules")
    return chain.otherwise(lit(otherwise, dtype=STATUS))


def _nearest(rows: pl.LazyFrame, grid: pl.LazyFrame) -> pl.LazyFrame:
    """The nearest other year where the deadline's own has no figure; of two the earlier one."""
    of, by = col("of"), col("by")
    distance = (of - by).abs() * 2 + (of > by).cast(pl.Int32)
    values = grid.filter(col("value").is_not_null()).select("series", of="year", of_value="value")
    return (
        rows.filter(col("due") & col("t").is_null()).select(ROW, "year", "series", "by")
        .join(values, on="series")
        .filter(of <= col("year"))
        .group_by(ROW)
        .agg(near_year=of.get(distance.arg_min()), near_value=col("of_value").get(distance.arg_min()))
    )  # fmt: skip


def _breaches(rows: pl.LazyFrame, grid: pl.LazyFrame) -> pl.LazyFrame:
    """§1, every year: earlier years that failed, as a text."""
    side, of, x = col("side"), col("of"), col("of_value")
    own = col("of_previous") * (1 + col("goal") / 100)
    low = when("against_previous").then(when(side != "down").then(own)).otherwise("low")
    high = when("against_previous").then(when(side != "up").then(own)).otherwise("high")
    line = when("strict").then("slack").otherwise(-col("slack"))
    values = grid.filter("exact").select("series", of="year", of_value="value", of_previous="previous")
    return (
        rows.filter(col("standing") & ~col("measure").is_in(["running_total", "trend"]))
        .select(
            ROW, "series", "t", "goal", "low", "high", "slack", "strict", "side", "against_previous",
            start=pl.coalesce("since", "document_year"),
        )
        .join(values, on="series")
        .filter((of >= col("start")) & (of < col("t")) & (pl.min_horizontal(x - low, high - x) < line))
        .group_by(ROW)
        .agg(breaches=of.sort().cast(pl.String).str.join("、"))
    )  # fmt: skip


def _shown(rows: pl.LazyFrame) -> pl.LazyFrame:
    """§3: every number that went in."""
    x, t, b, t0, z, z_to, by, near, slack = map(col, ("x", "t", "b", "t0", "z", "z_to", "by", "near", "slack"))
    trend, fresh = col("measure") == "trend", ~col("stale")
    shown, sized = x.is_not_null() & fresh, fresh & ~trend & col("exact")
    path_step, outlook_step = (
        col(name).replace_strict(STEP, default=None, return_dtype=pl.Int32) for name in ("path_says", "outlook_says")
    )
    apart = (path_step - outlook_step).abs() > 1
    unseen, old = col("due") & t.is_null(), col("status") == "no_data"
    on_goal = ((x - z).abs() <= slack).fill_null(value=False) | ((x - z_to).abs() <= slack).fill_null(value=False)
    return rows.select(
        "target", "place", "year", "status", "light", "bucket", "basis",
        # every row comes after that of the year before, which is only looked at for its sake
        last_status=col("status").shift(1),
        last_light=col("light").shift(1),
        value=when(shown).then(x),
        value_year=when(shown).then(t),
        value_bound=when(shown).then("x_bound"),
        base=b,
        base_year=when(b.is_not_null()).then(t0),
        goal=when(~trend).then(pl.min_horizontal(z, z_to)),
        goal_to=when(~trend & z_to.is_not_null()).then(pl.max_horizontal(z, z_to)),
        path=when(fresh).then("p"),
        path_status=when(fresh).then("path_says"),
        change_per_year=when(trend).then("d_short").otherwise("d").round(9),
        outlook=when(fresh).then("h"),
        outlook_status=when(fresh).then("outlook_says"),
        disagree=((col("basis") == "outlook") & apart).fill_null(value=False),
        gap=when(sized).then((-col("margin")).round(9)),
        achieved_per_year=when(fresh & col("same_era") & col("exact") & (t > t0)).then(((x - b) / (t - t0)).round(9)),
        needed_per_year=when(sized & ~col("due") & ~col("meets") & (by > t)).then(((near - x) / (by - t)).round(9)),
        exactly=shown & col("exact") & ~trend & on_goal,
        nearest_year=when(unseen).then("near_year").when(old).then("latest"),
        nearest_value=when(unseen).then("near_value").when(old).then("latest_value"),
        breaches=col("breaches").fill_null(""),
    )  # fmt: skip
