"""What DuckLake needs said: the address of a lake, the statements that attach it, its turns and its tidying.

A lake is a catalogue in PostgreSQL and Parquet files on a path that every machine reaches, so that
several processes read and write the same data. Which connection runs these statements is the
business of etl/store.py.
"""

import importlib.util
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SCHEME = "ducklake"
EXAMPLE = "ducklake:postgres:host=db.example dbname=monitor user=monitor;data=/srv/monitor/lake"
NAME = "lake"  # under which the connection knows it
TURNS = "turns"  # the same PostgreSQL once more, for taking turns at writing

# Files and reports as received go to Parquet whatever their size: PostgreSQL keeps only small rows.
_NEVER_INLINED = (
    "original", "evidence", "draft", "snapshot", "register_source", "submission", "submission_evidence",
)  # fmt: skip
# The order in which pages read; kept when files are merged.
SORTED = {
    "figure": "seq, row_number",
    "figure_now": "year, indicator, place",
    "figure_by_place": "place, indicator, year, period",
    "holding": "place, indicator",
    "assessment": "year, target, place",
    "verdict": "year, target",
}
_INLINED_ROWS = 100


class BadAddress(ValueError):
    """Not the address of a lake, or not one this machine can open; str() is a Chinese sentence."""


@dataclass(frozen=True)
class Address:
    """Where a lake is: its catalogue, as libpq writes a connection, and where its data files are."""

    catalogue: str
    data: str  # an absolute folder, or s3://bucket/prefix/
    schema: str  # of the catalogue: several lakes may share one PostgreSQL database

    @property
    def in_s3(self) -> bool:
        """Whether the data files are objects, not files."""
        return self.data.startswith("s3://")


def read_address(url: str) -> Address:
    """The address that `ducklake:postgres:CONNECTION;data=PATH[;schema=NAME]` names. Raises BadAddress."""
    _, _, rest = url.partition(":")
    kind, _, rest = rest.partition(":")
    connection, *options = (part.strip() for part in rest.split(";"))
    given = dict(option.partition("=")[::2] for option in options if option)
    data, schema = given.pop("data", ""), given.pop("schema", "monitor")
    if kind != "postgres" or not data or given or not re.fullmatch(r"[a-z_][a-z0-9_]{0,40}", schema):
        raise BadAddress(f"不认识的数据库地址“{shown(url)}”，应写成 {EXAMPLE}。")
    folder = data if data.startswith("s3://") else str(Path(data).absolute())
    return Address(connection, folder.rstrip("/") + "/", schema)


def shown(text: str) -> str:
    """An address, or a message that quotes one, without its password."""
    without = re.sub(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s;]+)", r"\1…", text, flags=re.IGNORECASE)
    return re.sub(r"(postgres(?:ql)?://[^:/@\s]*):[^@\s]*@", r"\1:…@", without)


def preparing(address: Address) -> Iterator[str]:
    """The statements after which a connection can take turns and attach the lake. Raises BadAddress."""
    for name in ("ducklake", "postgres_scanner", *(["httpfs"] if address.in_s3 else [])):
        yield f"load {_quoted(str(_extension(name)))}"
    if address.in_s3:
        yield _secret(os.environ)
    yield f"attach {_quoted(address.catalogue)} as {TURNS} (type postgres, read_only)"


def attaching(address: Address, *, read_only: bool) -> str:
    """The statement after which a connection knows the lake; a new one is made unless it is only to be read."""
    options = [f"data_path {_quoted(address.data)}", f"metadata_schema {_quoted(address.schema)}"]
    options += ["read_only", "create_if_not_exists false"] if read_only else []
    return f"attach {_quoted(f'ducklake:postgres:{address.catalogue}')} as {NAME} ({', '.join(options)})"


def asking_whether_there(address: Address) -> str:
    """A query whose answer is empty where nobody has made this lake yet."""
    return _in_catalogue(
        f"select 1 from information_schema.tables where table_schema = {_quoted(address.schema)} "
        "and table_name = 'ducklake_snapshot'"
    )


def taking_turn(address: Address, *, patience_ms: int) -> str:
    """A query that ends when this transaction, alone among all processes, may write.

    PostgreSQL gives the turn back when the transaction ends, or the process.
    """
    return _in_catalogue(
        f"select set_config('lock_timeout', '{patience_ms}ms', true), "
        f"pg_advisory_xact_lock(hashtext({_quoted(f'monitor {address.schema}')}))"
    )


def asking_snapshot() -> str:
    """A query for the number of the lake's last commit."""
    return f"select id from {NAME}.current_snapshot()"


def setting_up() -> Iterator[str]:
    """What a new lake is told once its tables are there."""
    yield f"call {NAME}.set_option('parquet_compression', 'zstd')"
    yield f"call {NAME}.set_option('data_inlining_row_limit', {_INLINED_ROWS})"
    for table in _NEVER_INLINED:
        yield f"call {NAME}.set_option('data_inlining_row_limit', 0, table_name => '{table}')"
    for table, order in SORTED.items():
        yield f"alter table {NAME}.{table} set sorted by ({order})"


def tidying(*, keep_days: int, in_use_days: int) -> Iterator[tuple[str, str]]:
    """A name and a statement for each step of tidying, which wants the writer's turn.

    `keep_days`: earlier states of the lake are kept so long; `in_use_days`: a replaced file may be
    read so long by a query that began before.
    """
    yield "flushed", f"call ducklake_flush_inlined_data('{NAME}')"
    yield "merged", f"call ducklake_merge_adjacent_files('{NAME}')"
    yield "rewritten", f"call ducklake_rewrite_data_files('{NAME}')"
    yield "expired", f"call ducklake_expire_snapshots('{NAME}', older_than => {_days_ago(keep_days)})"
    yield "cleaned", f"call ducklake_cleanup_old_files('{NAME}', older_than => {_days_ago(in_use_days)})"
    yield "orphans", f"call ducklake_delete_orphaned_files('{NAME}', cleanup_all => true)"


def _days_ago(days: int) -> str:
    return f"now() - interval {int(days)} day"


def _in_catalogue(sql: str) -> str:
    return f"select * from postgres_query('{TURNS}', {_quoted(sql)})"


def _extension(name: str) -> Path:
    """The file of a DuckDB extension that came as a package. Raises BadAddress where it did not."""
    package = importlib.util.find_spec(f"duckdb_extension_{name}")
    if package is None or package.origin is None:
        raise BadAddress("这台机器没有安装 DuckLake 所需的扩展，请先运行 pip install -r requirements-lake.txt。")
    return next(Path(package.origin).parent.glob("extensions/*/*.duckdb_extension"))


def _secret(environment: Mapping[str, str]) -> str:
    """How S3 is reached, from the usual AWS_* names."""
    endpoint = urlsplit(environment.get("AWS_ENDPOINT_URL", ""))
    given = {
        "key_id": environment.get("AWS_ACCESS_KEY_ID"),
        "secret": environment.get("AWS_SECRET_ACCESS_KEY"),
        "session_token": environment.get("AWS_SESSION_TOKEN"),
        "region": environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"),
        "endpoint": endpoint.netloc,
        "url_style": "path" if endpoint.netloc else None,
        "use_ssl": "false" if endpoint.scheme == "http" else None,
    }
    options = "".join(f", {name} {_quoted(value)}" for name, value in given.items() if value)
    return f"create secret (type s3{options})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
