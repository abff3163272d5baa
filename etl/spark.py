"""One question over many machines: the assessment on Spark, from the same SQL and the same facts.

What assess.sql reads is written as Parquet into a folder that every machine of the cluster reaches.
Spark would put every step of the SQL in place wherever its name stands, and its plan would grow
beyond measure: here each step is asked in the file's order, and what several others read is
written down in between.
"""

import os
import re
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from etl.assess import closing_bracket, judging_text, look_from
from etl.store import Cursor, Store, as_frame, read_sql

_READ = (
    "seen", "target", "place", "milestone", "indicator",
    "pair", "cell", "rate_cell", "figure_seen", "statement_seen", "assigned_seen", "task_done_seen",
)  # fmt: skip
_WORTH_KEEPING = 8  # relations read again; a step kept costs a round of the cluster
_ORDER = ["position_of_target", "position_of_place", "year"]


class NoSpark(Exception):
    """The assessment cannot run on Spark here; str() is a Chinese sentence."""


@dataclass(frozen=True)
class Step:
    """One named step of `with … select`; the last one has no name."""

    name: str
    sql: str


def assess_on_spark(
    store: Store,
    *,
    years: Sequence[int],
    master: str,
    as_published: date | None = None,
    shared: Path | None = None,
) -> pd.DataFrame:
    """The rows of `assess`, made by the Spark cluster at `master` ("spark://HOST:7077", "local[4]").

    `shared`: a folder that every machine of the cluster reaches under the same name; without one a
    temporary folder serves, which is enough where all of them are this machine.
    Raises NoSpark where Spark or Java is missing or the cluster does not answer.
    """
    _refuse_early(master)
    wanted = sorted(set(years))
    folder = Path(tempfile.mkdtemp(prefix="assess-", dir=shared))
    folder.chmod(0o755)  # the workers may be another user's
    try:
        with store.reading() as cursor:
            cursor.begin()  # one state of the data for all that is read
            look_from(cursor, years=wanted, as_published=as_published)
            for name in _READ:
                _write(cursor, name, folder)
            cursor.rollback()
        _judge(folder, years=wanted, master=master)
        return as_frame(pq.read_table(folder / "answer").sort_by([(name, "ascending") for name in _ORDER])).drop(
            columns=_ORDER[:2]
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def steps_of(sql: str) -> list[Step]:
    """The steps of one `with NAME as (…), … select`, in order, without its comments."""
    plain = re.sub(r"--[^\n]*", "", sql).strip()
    at = len("with")
    steps = []
    while named := re.compile(r"\s*,?\s*(\w+)\s+as\s+\(").match(plain, at):
        end = closing_bracket(plain, named.end())
        steps.append(Step(named[1], plain[named.end() : end].strip()))
        at = end + 1
    return [*steps, Step("", plain[at:].strip())]


def written_down(steps: Sequence[Step]) -> set[str]:
    """The steps that are better kept than asked again: by how many relations that would read once more."""
    read = {step.name: re.findall(r"\b(?:from|join)\s+(\w+)", step.sql) for step in steps}
    often = Counter(name for names in read.values() for name in names)
    size: dict[str, int] = {}
    kept = set()
    for step in steps:
        size[step.name] = sum(size.get(name, 1) for name in read[step.name])
        if size[step.name] * (often[step.name] - 1) >= _WORTH_KEEPING:
            kept.add(step.name)
            size[step.name] = 1
    return kept


def _write(cursor: Cursor, name: str, folder: Path) -> None:
    (folder / name).mkdir()
    reader = cursor.execute(f"select * from {name}").to_arrow_reader(1_000_000)
    with pq.ParquetWriter(folder / name / "rows.parquet", reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def _judge(folder: Path, *, years: Sequence[int], master: str) -> None:
    """Read the relations in `folder`, judge, and write the rows to its `answer`."""
    with _session(master) as spark:
        for name in _READ:
            spark.read.parquet(str(folder / name)).createOrReplaceTempView(name)
        *lining_up, series = steps_of(read_sql("series.sql"))
        steps = [*lining_up, Step("series", series.sql), *steps_of(judging_text())]
        kept = written_down(steps)
        for step in steps[:-1]:
            rows = spark.sql(step.sql)
            if step.name in kept:
                rows.write.parquet(str(folder / step.name))
                rows = spark.read.parquet(str(folder / step.name))
            rows.createOrReplaceTempView(step.name)
        spark.sql(
            "select judged.*, t.position as position_of_target, p.position as position_of_place "
            f"from ({steps[-1].sql}) judged "
            "join target t on t.target = judged.target join place p on p.place = judged.place "
            f"where judged.year in ({', '.join(map(str, years))})"
        ).write.parquet(str(folder / "answer"))


@contextmanager
def _session(master: str) -> Iterator[Any]:
    # by name: both are optional, and types are checked where they are not installed
    SparkSession = import_module("pyspark.sql").SparkSession  # noqa: N806 - a class
    failures = (import_module("pyspark.errors").PySparkException, import_module("py4j.protocol").Py4JError)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.log.level": "ERROR",
    }
    spark = None
    try:
        spark = SparkSession.builder.master(master).appName("assess").config(map=settings).getOrCreate()
        spark.conf.set("spark.sql.shuffle.partitions", str(max(4, 2 * spark.sparkContext.defaultParallelism)))
        yield spark
    except failures as error:
        raise NoSpark(f"Spark 没有算完：{str(error).strip().splitlines()[0]}") from error
    finally:
        if spark is not None:
            spark.stop()


def _refuse_early(master: str) -> None:
    """Raises NoSpark for what would otherwise end in minutes of waiting or a traceback."""
    if find_spec("pyspark") is None:
        raise NoSpark("这台机器没有安装 Spark，请先运行 pip install -r requirements-spark.txt。")
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        raise NoSpark("这台机器没有 Java（Spark 需要 17 或更新的版本），请先安装。")
    for address in master.removeprefix("spark://").split(",") if master.startswith("spark://") else []:
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=5).close()
            return
        except (OSError, ValueError) as error:
            problem = error
    if master.startswith("spark://"):
        raise NoSpark(f"连不上 Spark 主节点 {master}：{problem}。")
