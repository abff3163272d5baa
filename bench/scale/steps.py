"""One measured step in a process of its own: python -m bench.scale.steps NAME FOLDER prints one line of JSON.

FOLDER holds the register and the files that bench.scale.made wrote; `load` and `derive` make the database that
the later steps use.
"""

import json
import os
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from bench.big import FIRST_YEAR, LAST_YEAR
from bench.scale.made import (
    BOUNDED,
    BOUNDS,
    BROKEN,
    ENDS,
    HUNDREDTHS,
    PLACE_SHARE,
    SOURCE,
    STARTS,
    UNREPORTED,
    YEARS,
)
from etl.assess import judge_everywhere, look_from
from etl.spark import steps_of
from etl.store import ENVIRONMENT_NAME, Store, change_setting, is_shared, open_store, path_of, read_sql

AGAIN = 5
MEASURED_STORE = "MONITOR_SCALE_STORE"
LAKE = "lake"  # where the data files of a lake are, in the folder
READS = r"\b(?:from|join)\s+(\w+)"
Result = dict[str, Any]
Found = TypeVar("Found")


@contextmanager
def measured(result: Result, name: str) -> Iterator[None]:
    """Seconds on the clock and of all processors, under `name`."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    result[name] = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def url_of(folder: Path) -> str:
    """The database that is measured: the one the environment names, else a file in `folder`."""
    return os.environ.get(MEASURED_STORE) or f"duckdb:{folder / 'scale.duckdb'}"


def raw(folder: Path, result: Result) -> None:
    """DuckDB's own reading of the files at hand into a table, with no check at all."""
    import duckdb

    path = folder / "raw.duckdb"
    with duckdb.connect(str(path), config={"threads": 2, "memory_limit": "2GB"}) as connection:
        connection.execute(
            "create table raw (place varchar, indicator varchar, year integer, value double, "
            "unit varchar, status varchar, source varchar, note varchar, bound varchar)"
        )
        with measured(result, "raw COPY"):
            for file in sorted((folder / "yearly").glob("*.csv")):
                connection.execute(f"copy raw from '{file}' (header)")
            connection.execute("checkpoint")
    path.unlink()


def pandas(folder: Path, result: Result) -> None:
    """pandas' reading of the same files with the same checks."""
    from bench.scale.peers import load_with_pandas
    from etl.register import read_register

    register = read_register(folder / "indicators.toml")
    places = {place.name: place.id for place in register.places.values()}
    indicators = {indicator.name: indicator.id for indicator in register.indicators.values()}
    units = {indicator.id: indicator.unit for indicator in register.indicators.values()}
    with measured(result, "pandas, checked"):
        load_with_pandas(folder / "yearly", places=places, indicators=indicators, units=units)


def load(folder: Path, result: Result) -> None:
    """The files at hand as releases with all checks and their originals, written down; nothing derived yet."""
    from etl import build as build_module

    store = open_store(url_of(folder))
    build_module.refresh = lambda _: None  # type: ignore[assignment]  # measured apart
    with measured(result, "load, checked"):
        build_module.build(store, definitions=folder / "indicators.toml", yearly=folder / "yearly", demo=True)
        _write_down(store)
    store.close()


def _write_down(store: Store) -> None:
    """A lake has its files written with every commit."""
    if not is_shared(store.url):
        with store.reading() as cursor:
            cursor.execute("checkpoint")


_FILL = f"""
insert into figure_now by name
with cell as (
    select
        p.place, i.indicator, i.i, p.p, {{y}} as y
    from (select indicator, cast(substr(indicator, 2) as integer) as i from indicator) i
    cross join (select place, cast(substr(place, 2) as integer) as p from place where level = 'county') p
)
select
    place, indicator, {{year}} as year, '' as period,
    case when {UNREPORTED} <> 1 then ({HUNDREDTHS}) / 100.0 end as value,
    case when {UNREPORTED} = 1 then '' else coalesce({list(BOUNDS)}[{BOUNDED} + 1], '') end as bound,
    case when {BROKEN} = 0 then 'B' else 'A' end as obs_status,
    '' as quality, '{SOURCE}' as source, '' as note, 'R0001' as release, 1 as vintages
from cell
where {UNREPORTED} <> 0 and not ({PLACE_SHARE} = 7 and y > {ENDS}) and not ({PLACE_SHARE} = 8 and y < {STARTS})
order by indicator, place
"""


def fill(folder: Path, result: Result) -> None:
    """In place of `load` and half of `derive`: the register, and the present values made by SQL, year by year."""
    from etl.register import read_register
    from etl.register_tables import load_register

    store = open_store(url_of(folder))
    with store.write() as cursor:
        load_register(cursor, read_register(folder / "indicators.toml"))
        change_setting(cursor, "demo", "1")
    with measured(result, "present values, by SQL"):
        for year in YEARS:
            with store.write() as cursor:
                cursor.execute(_FILL.format(year=year, y=year - FIRST_YEAR))
    store.close()


def judge(folder: Path, result: Result) -> None:
    """The other half of `derive`, after `fill`."""
    from etl import refresh as refresh_module

    store = open_store(url_of(folder))
    with measured(result, "arranged by place"), store.write() as cursor:
        refresh_module._arrange_by_place(cursor)
    with measured(result, "assessment"), store.write() as cursor:
        refresh_module._insert_assessment(cursor, list(YEARS))
        judge_everywhere(cursor)
    with measured(result, "verdicts"), store.write() as cursor:
        cursor.execute(f"insert into verdict by name {read_sql('verdict.sql')}")
        change_setting(cursor, "method_version", refresh_module.method_version())
        refresh_module._count_change(cursor)  # else a screen takes it for a new database, to be filled
    _count(store, folder, result)


def derive(folder: Path, result: Result) -> None:
    """Everything derived of what was loaded: present values, every judgement of every year, verdicts."""
    from etl import refresh as refresh_module

    store = open_store(url_of(folder))
    inner: Result = {}
    present, judging = refresh_module._insert_all_figures, refresh_module._insert_assessment

    def timed(name: str, do: Callable[..., None]) -> Callable[..., None]:
        def run(*arguments: Any) -> None:
            with measured(inner, name):
                do(*arguments)

        return run

    refresh_module._insert_all_figures = timed("present values", present)
    refresh_module._insert_assessment = timed("assessment", judging)
    with measured(result, "derived, together"):
        with store.write() as cursor:
            refresh_module.refresh(cursor)
        _write_down(store)
    result.update(inner)
    _count(store, folder, result)


def _count(store: Store, folder: Path, result: Result) -> None:
    figures, judgements = (store.rows(f"select count(*) from {name}")[0][0] for name in ("figure_now", "assessment"))
    result["counts"] = {"figures": figures, "judgements": judgements}
    store.close()
    lake = folder / LAKE
    files = [path for path in lake.rglob("*") if path.is_file()] if is_shared(store.url) else [path_of(store.url)]
    result["size"] = sum(path.stat().st_size for path in files)


def wordless(folder: Path, result: Result) -> None:
    """The judgement as far as the peers take it: every number and no sentence, from the stored figures."""
    from bench.scale.peers import compare
    from etl.store import frame_of

    store = open_store(url_of(folder))
    years = years_of(store)
    with store.reading() as cursor:

        def judged() -> None:
            look_from(cursor, years=years)
            cursor.execute(f"create or replace temp table found as {wordless_sql(years)}", years)

        fastest(result, "judged without sentences", judged)
        compare(frame_of(cursor.execute("select * from found")), store, name="without sentences")


def wordless_sql(years: Sequence[int]) -> str:
    """The steps of the judging SQL that wordless.sql needs, and it; kept to `years` (to be bound)."""
    last = Path(__file__).with_name("wordless.sql").read_text(encoding="utf-8")
    needed, steps = re.findall(READS, last), []
    for step in reversed(steps_of(read_sql("assess.sql"))[:-1]):
        if step.name in needed:
            needed += re.findall(READS, step.sql)
            steps.insert(0, f"{step.name} as ({step.sql})")
    marks = ", ".join("?" for _ in years)
    return f"select * from (with {', '.join(steps)} {last}) judged where year in ({marks})"


def in_pandas(folder: Path, result: Result) -> None:
    """The same judgements in pandas, from frames in memory."""
    from bench.scale.peers import compare, tables_of
    from bench.scale.peers_pandas import judge_with_pandas

    store = open_store(url_of(folder))
    frames = [table.to_pandas() for table in tables_of(store)]
    years = years_of(store)
    found = fastest(result, "pandas", lambda: judge_with_pandas(*frames, years=years))
    compare(found, store, name="pandas")


def in_polars(folder: Path, result: Result) -> None:
    """The same judgements in polars, from frames in memory."""
    import polars as pl

    from bench.scale.peers import compare, tables_of
    from bench.scale.peers_polars import judge_with_polars

    store = open_store(url_of(folder))
    frames = [pl.DataFrame(pl.from_arrow(table)) for table in tables_of(store)]
    years = years_of(store)
    found = fastest(result, "polars", lambda: judge_with_polars(*frames, years=years))
    compare(found.to_pandas(), store, name="polars")


def fastest(result: Result, name: str, judge: Callable[[], Found]) -> Found:
    """What `judge` finds; of three times the least CPU under `name`, and the peak of all three under `peak`.

    The peak counts from here on: what made the frames is no peer's (on Linux; elsewhere it is in it).
    """
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    times = []
    for _ in range(3):
        once: Result = {}
        with measured(once, name):
            found = judge()
        times.append(once[name])
    result[name] = min(times, key=lambda spent: spent["cpu"])
    result["peak"] = peak()
    return found


def years_of(store: Store) -> list[int]:
    """The years judged."""
    return [year for (year,) in store.rows("select distinct year from verdict order by year")]


def peak() -> int:
    """The most memory this process has held so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def pages(folder: Path, result: Result) -> None:
    """Every question that the screens ask of the database, each asked again on its own.

    The questions of upload day's records are asked as well, which the first look at that page does not ask.
    """
    from streamlit.testing.v1 import AppTest

    from dashboard import ask, data, upload_questions
    from tools.serving import PAGES, ROOT

    os.environ[ENVIRONMENT_NAME] = url_of(folder)
    asked: dict[tuple[str, tuple[Any, ...]], str] = {}
    answer = ask._asked

    def noted(sql: str, params: tuple[Any, ...]) -> Any:
        asked.setdefault((sql, params), page)
        return answer(sql, params)

    ask._asked = noted
    app = AppTest.from_file(ROOT / "dashboard" / "entry.py", default_timeout=300)
    page = "overview"
    app.run()
    for page in (address or "overview" for address in PAGES):
        app.switch_page(f"../pages/{page}.py")
        app.run()
    page = "upload"
    for question in (upload_questions.releases, upload_questions.kept_series, upload_questions.names):
        question()
    store = data.store()
    times: dict[str, list[Result]] = {}
    for (sql, params), where in asked.items():
        times.setdefault(where, []).append(_fastest(store, sql, params))
    result["queries"] = {
        where: {"questions": len(each), **{kind: max(one[kind] for one in each) for kind in ("wall", "cpu")}}
        for where, each in times.items()
    }


def _fastest(store: Store, sql: str, params: tuple[Any, ...]) -> Result:
    """Of several times: what disturbs a measurement only ever adds."""
    spent = []
    for _ in range(AGAIN):
        once: Result = {}
        with measured(once, "asked"):
            store.rows(sql, params)
        spent.append(once["asked"])
    return {kind: min(one[kind] for one in spent) for kind in ("wall", "cpu")}


def upload(folder: Path, result: Result) -> None:
    """3,000 figures of one year published: facts, present values, the judgements they touch; then withdrawn."""
    store = open_store(url_of(folder))
    indicators = [id for (id,) in store.rows("select indicator from indicator order by position limit 50")]
    places = [id for (id,) in store.rows("select place from place where level = 'county' order by position limit 60")]
    for name, year in (("", LAST_YEAR - 1), (" of a new year", LAST_YEAR + 1)):
        _publish(store, places, indicators, year=year, name=name, result=result)


def _publish(
    store: Store, places: Sequence[str], indicators: Sequence[str], *, year: int, name: str, result: Result
) -> None:
    from etl.access import LOCAL
    from etl.facts import FigureRow
    from etl.publish import publish, withdraw

    published, withdrawn = [], []
    for again in range(AGAIN):
        rows = [FigureRow(p, i, year, 50.0 + again, source=SOURCE) for p in places for i in indicators]
        data = f"upload {again} {time.time_ns()}".encode()
        spent: Result = {}
        with measured(spent, "publish"):
            release = publish(store, kind="figures", rows=rows, file_name="f.csv", data=data, by=LOCAL)
        with measured(spent, "withdraw"):
            withdraw(store, release.release, by=LOCAL)
        published.append(spent["publish"])
        withdrawn.append(spent["withdraw"])
    for what, each in (("publish", published), ("withdraw", withdrawn)):
        result[f"{what} 3,000 figures{name}"] = {
            kind: statistics.median(one[kind] for one in each) for kind in ("wall", "cpu")
        }


STEPS: dict[str, Callable[[Path, Result], None]] = {
    each.__name__: each
    for each in (raw, pandas, load, fill, judge, derive, wordless, in_pandas, in_polars, pages, upload)
}


if __name__ == "__main__":
    outcome: Result = {}
    STEPS[sys.argv[1]](Path(sys.argv[2]), outcome)
    outcome.setdefault("peak", peak())
    print(json.dumps(outcome))
