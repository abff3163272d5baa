"""What each clause asks, the value that is judged, and its base: the first half of the judgement in polars."""

from collections.abc import Sequence

import polars as pl
from polars import col, lit, when

from bench.scale.judged import LOOKS_BACK, PACE

ROW, PAIR = "row", "pair"  # a judgement; a target and a place
STANDS_AT = ("value", "bound", "era", "run", "previous", "pace_from")


def found_values(
    figures: pl.DataFrame, targets: pl.DataFrame, target_place: pl.DataFrame, *, seen: Sequence[int]
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Every target and place looked at from the years `seen` (ascending), with x, t, d, b and t0; and every series."""
    asked = _asked(targets, target_place)
    grid = _grid(figures.lazy(), asked.lazy(), years=seen).lazy()
    rows = _rows(asked.lazy(), grid, seen).collect().lazy()
    rows = beside(rows, _totals(rows, grid)).with_columns(t=_T).with_columns(at=pl.coalesce("t", "latest"))
    rows = rows.collect().lazy()
    at = rows.select(ROW, cell=col("cell") + (col("at") - col("year"))).join(grid.select("cell", *STANDS_AT), on="cell")
    rows = beside(rows, at.drop("cell"))
    return _based(_valued(rows)), grid


def beside(rows: pl.LazyFrame, *found: pl.LazyFrame) -> pl.LazyFrame:
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
    years = when(col("run").is_not_null()).then(
        pl.min_horizontal("run", LOOKS_BACK, year - since)
    )  # a bound has no run
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
