"""The judgement in polars: expressions over whole tables, with the lazy engine.

`grid` has a row a series and year, `rows` one a target, place and year looked at.
Of METHOD.md it holds what a whole year's figures ask for: no findings, reports, tasks, amendments, assigned numbers,
published rates, sums of several years or parts of a year. Sentences stay out.
"""

from collections.abc import Iterable, Sequence

import polars as pl
from polars import col, lit, when

from bench.scale.judged import COLUMNS, GREEN, LOOKS_BACK, PACE, RED, SLACK, STATUSES, STEP, UNJUDGED, YELLOW

ROW, PAIR = "row", "pair"  # a judgement; a target and a place
STATUS = pl.Enum(STATUSES)
STANDS_AT = ("value", "bound", "era", "run", "previous", "pace_from")


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
    asked = _asked(targets, target_place)
    grid = _grid(figures.lazy(), asked.lazy(), years=seen).lazy()
    rows = _rows(asked.lazy(), grid, seen).collect().lazy()
    rows = _beside(rows, _totals(rows, grid)).with_columns(t=_T).with_columns(at=pl.coalesce("t", "latest"))
    rows = rows.collect().lazy()
    at = rows.select(ROW, cell=col("cell") + (col("at") - col("year"))).join(grid.select("cell", *STANDS_AT), on="cell")
    rows = _beside(rows, at.drop("cell"))
    rows = _limited(_based(_valued(rows))).collect().lazy()
    few = (_milestones(rows, milestones.lazy()), _windows(rows, grid), _nearest(rows, grid), _breaches(rows, grid))
    rows = _ruled(_drawn(_beside(rows, *few)))
    return _shown(rows).filter(col("year").is_in(list(years))).select(COLUMNS).collect()


def _beside(rows: pl.LazyFrame, *found: pl.LazyFrame) -> pl.LazyFrame:
    """`rows` with the columns of `found`, which has a row for some of them; only their numbers are joined."""
    numbers = rows.select(ROW)
    for each in found:
        numbers = numbers.join(each, on=ROW, how="left", maintain_order="left")
    return pl.concat([rows, numbers.drop(ROW)], how="horizontal")


def _asked(targets: pl.DataFrame, target_place: pl.DataFrame) -> pl.DataFrame:
    """§1: what each clause asks, a row a target and place."""
    by, rule, better, measure = col("by_year"), col("rule"), col("better"), col("measure")
    standing = col("every_year").fill_null(value=False) | ((measure == "year_total") & by.is_null())
    up, down = rule.is_in(["at_least", "more_than"]), rule.is_in(["at_most", "less_than"])
    clauses = targets.lazy().select(
        "target", "indicator", "measure", "document_year", "since", "force",
        col("indicator").cast(pl.Categorical).alias("of"),
        by=by,
        window=col("window_years"),
        lag=col("lag_years").fill_null(1),
        standing=standing,
        # the way the figure has to go: from the rule, else from what is better
        way=when(up | ~down & (better == "higher")).then(lit("up"))
        .when(down | (better == "lower")).then(lit("down"))
        .otherwise(lit("both")),
        strict=rule.is_in(["more_than", "less_than"]),
        equal=rule == "equal",
        tolerant=(rule == "about") | col("soft").fill_null("").str.contains("基本", literal=True),
        point=when(col("kind") == "ratio").then(col("unit").replace_strict({"1": 0.01, "‰": 10.0}, default=1.0)),
        base_named=when(measure == "change").then(pl.coalesce("base_year", by - 1)).otherwise(col("base_year")),
        names_no_base=(measure == "change") & col("base_year").is_null(),
    )  # fmt: skip
    places = target_place.lazy().with_columns(col("place").cast(pl.Categorical))
    series = pl.struct("place", "of").rank("dense").cast(pl.UInt32)
    return places.join(clauses, on="target").with_columns(series=series).with_row_index(PAIR).collect()


def _grid(figures: pl.LazyFrame, asked: pl.LazyFrame, *, years: Sequence[int]) -> pl.DataFrame:
    """Every series in every year, with what stands before and after it."""
    series = asked.select("place", indicator="of", series="series").unique()
    here = figures.join(series, on=["place", "indicator"]).select(
        "series", "year", "value", bound=when(col("value").is_not_null()).then(col("bound").cast(pl.String)),
        breaks=col("obs_status").cast(pl.String) == "B",
    ).collect()  # fmt: skip
    first, last = min(*years, here["year"].min()), max(*years, here["year"].max())
    number = (col("series").cast(pl.Int32) - 1) * (last - first + 1) + (col("year") - first)
    here = here.select("value", "bound", "breaks", cell=number)
    every = pl.LazyFrame({"year": range(first, last + 1)}, schema={"year": pl.Int32})
    value, exact, era, series_of, cell = col("value"), col("exact"), col("era"), col("series"), col("cell")
    grid = (
        series.select("series").sort("series").join(every, how="cross", maintain_order="left_right")
        .with_columns(cell=pl.int_range(pl.len(), dtype=pl.Int32))
        .join(here.lazy(), on="cell", how="left", maintain_order="left")
        .with_columns(
            exact=col("bound").eq_missing(""),
            # counts the breaks: within a series two values are of one era where it is the same
            era=when(value.is_not_null()).then(col("breaks").fill_null(value=False).cast(pl.Int32).cum_sum()),
        )
    )  # fmt: skip

    def last_one(which: pl.Expr) -> pl.Expr:
        found = when(which).then(cell).forward_fill()
        return when(found >= cell - (col("year") - first)).then(found)

    # a series has a row every year: what is so many rows before is so many years before
    goes_on, run, pace_from = exact, lit(1), value
    for back in range(1, LOOKS_BACK + 1):
        same = exact.shift(back) & (era.shift(back) == era) & (series_of.shift(back) == series_of)
        goes_on = goes_on & same.fill_null(value=False)
        run = run + goes_on.cast(pl.Int32)
        pace_from = when(goes_on).then(value.shift(back)).otherwise(pace_from)
    return (
        grid.with_columns(
            run=when(exact).then(run),
            pace_from=when(exact).then(pace_from),
            last=last_one(value.is_not_null()),
            last_exact=last_one(exact),
        )
        .with_columns(
            previous=when(col("run") >= 2).then(value.shift(1)),
            latest=col("year").gather("last"),
            latest_value=value.gather("last"),
            **{f"before_{name}": col(name).gather("last_exact") for name in ("year", "value", "era")},
        )
        .drop("last", "last_exact")
        .collect()
    )


def _rows(asked: pl.LazyFrame, grid: pl.LazyFrame, seen: Sequence[int]) -> pl.LazyFrame:
    """Every target and place, seen from each year; with the deadline's own value and what a base may be taken from."""
    base = ("before_year", "before_value", "before_era")
    at_end = grid.filter(col("value").is_not_null()).select("series", by="year", at_end="year")
    named = grid.filter("exact").select("series", base_named="year", named_value="value", named_era="era")
    document = grid.select("series", last="year", **{f"document_{name}": name for name in base})
    own = grid.filter(col("year").is_in(list(seen))).select("series", "year", "cell", "latest", "latest_value", *base)
    last_year = grid.select(col("year").max()).collect().item()
    written_later = col("year") < col("document_year") - 1
    return (
        asked.join(at_end, on=["series", "by"], how="left", maintain_order="left")
        .join(named, on=["series", "base_named"], how="left", maintain_order="left")
        .with_columns(last=pl.min_horizontal(col("document_year") - 1, last_year))
        .join(document, on=["series", "last"], how="left", maintain_order="left")
        .join(own, on="series", maintain_order="left_right")
        .with_row_index(ROW)
        .with_columns(
            due=(col("by") <= col("year")).fill_null(value=False),
            **{name: when(written_later).then(name).otherwise(f"document_{name}") for name in base},
        )
        .with_columns(
            against_previous=col("names_no_base") & (col("by").is_null() | col("standing") & (col("by") > col("year"))),
        )
    )


# the year of the value that is judged: due, that year and no other; else the latest one
_T = (
    when(col("measure") == "running_total").then("total_year")
    .when("due").then("at_end")
    .when("standing").then(when(col("latest") >= col("since").fill_null(0)).then("latest"))
    .when(col("measure") != "year_total").then("latest")
)  # fmt: skip


def _valued(rows: pl.LazyFrame) -> pl.LazyFrame:
    """§2: x, the value that is judged, and its pace."""
    total, judged = col("measure") == "running_total", col("t").is_not_null()
    moved = when(col("run") >= 2).then((col("value") - col("pace_from")) / pl.max_horizontal(col("run") - 1, 1))
    return rows.with_columns(
        x=when(total).then("total").when(judged).then("value"),
        x_bound=when(total).then(when("complete").then(lit("")).otherwise(lit("ge")))
        .when(judged).then("bound").otherwise(lit("")),
        d=when(total).then("pace").when(col("run") >= PACE).then(moved),
        d_short=moved,
        last_change=when(col("run") >= 2).then(col("value") - col("previous")),
    ).with_columns(exact=col("x_bound") == "")  # fmt: skip


def _totals(rows: pl.LazyFrame, grid: pl.LazyFrame) -> pl.LazyFrame:
    """Sums of since … the year looked at or the deadline; a bound "at least" adds to a lower bound."""
    asked = rows.filter(col("measure") == "running_total").select(ROW, PAIR, "series", "since", "by", "due", "year")
    year, since, counts = col("year"), col("since"), col("counts")
    years = pl.min_horizontal("run", LOOKS_BACK, year - since)
    sums = col("sums")
    back = pl.coalesce(
        when(col("years") == each).then(sums - sums.shift(each).over(PAIR).fill_null(0.0))
        for each in range(PACE - 1, LOOKS_BACK + 1)
    )
    added = (
        asked.select(PAIR, "series", "since").unique()
        .join(grid.select("series", "year", "value", "bound", "run"), on="series")
        .sort(PAIR, "year")
        .with_columns(counts=(col("bound").is_in(["", "ge"]) & (year >= since)).fill_null(value=False))
        .with_columns(
            sums=when(counts).then("value").otherwise(0.0).cum_sum().over(PAIR),
            number=counts.cast(pl.Int32).cum_sum().over(PAIR),
            open_bounds=(counts & (col("bound") == "ge")).cast(pl.Int32).cum_sum().over(PAIR),
            years=when(counts).then(years),
        )
        .with_columns(
            total_year=when(counts).then(year).forward_fill().over(PAIR),
            pace=when(counts).then(pl.struct(sum=back, years="years")).forward_fill().over(PAIR),
        )
        .select(PAIR, "sums", "number", "open_bounds", "total_year", "pace", end="year")
    )  # fmt: skip
    # years not yet out at the end are no gap before the deadline
    last = when("due").then("end").otherwise("total_year")
    missing = (last - since + 1 - col("number")).fill_null(0)
    return (
        asked.with_columns(end=when("due").then("by").otherwise("year"))
        .join(added, on=[PAIR, "end"], how="left")
        .select(
            ROW, "total_year",
            total=when(col("number") > 0).then(sums.round(9)),
            complete=(missing + col("open_bounds") == 0) & (col("end") >= since),
            pace=when(missing == 0).then(col("pace").struct.field("sum") / col("pace").struct.field("years")),
        )
    )  # fmt: skip


def _based(rows: pl.LazyFrame) -> pl.LazyFrame:
    """§2: b and t0: the document's base year, else the last exact value before the document's year."""
    measure, named = col("measure"), col("named_value").is_not_null()
    any_before = col("base_named").is_null() | ~measure.is_in(["change", "trend"])

    def base(total: pl.Expr, previous: pl.Expr, of_named: str, before: str) -> pl.Expr:
        return (
            when(measure == "running_total").then(total)
            .when("against_previous").then(previous)
            .when(measure == "year_total").then(None)
            .when(named).then(of_named)
            .when(any_before).then(before)
        )  # fmt: skip

    own_era = (measure == "running_total") | col("against_previous")
    era = when(own_era).then("era").when(named).then("named_era").otherwise("before_era")
    return rows.with_columns(
        b=base(lit(0.0), col("previous"), "named_value", "before_value"),
        t0=base(col("since") - 1, col("t") - 1, "base_named", "before_year"),
        same_era=(era == col("era")).fill_null(value=True),
    )


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
