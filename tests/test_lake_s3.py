"""The data files of a lake in S3: the same database, its objects behind a server that speaks S3 on loopback."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError

import pytest

from etl.access import LOCAL
from etl.backup import move
from etl.build import build
from etl.checks import run_checks
from etl.publish import publish
from etl.store import Store, open_store
from tests.conftest import SMALL
from tests.postgres import Server
from tests.test_crash import rows_of
from tools.serving import free_port

PATIENCE_SECONDS = 60


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket, and the usual names set so that it is found."""
    if not find_spec("moto"):
        pytest.skip('a server that speaks S3 is optional: pip install "moto[server]==5.2.5"')
    address = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "moto.server", "-p", address.rpartition(":")[2]]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _make_bucket(f"{address}/shared")
        for name, value in {"ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s", "REGION": "cn-north-1"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        yield "s3://shared"
    finally:
        server.kill()
        server.wait()


def _make_bucket(address: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(address, method="PUT"))
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


@pytest.fixture
def in_s3(postgres: Server, bucket: str) -> Iterator[Store]:
    """A lake with the small register, its files in the bucket."""
    connection = postgres.lake(postgres.database(), Path("unused")).partition(";")[0]
    opened = open_store(f"{connection};data={bucket}/monitor")
    build(opened, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    yield opened
    opened.close()


def test_it_is_built_published_into_tidied_opened_again_and_moved_to_a_file(in_s3: Store, tmp_path: Path) -> None:
    publish(in_s3, kind="figures", rows=rows_of(1), file_name="f.csv", data=b"1", by=LOCAL)
    before = in_s3.contents()
    assert run_checks(in_s3) == []
    in_s3.tidy(keep_days=0, in_use_days=0)
    assert in_s3.contents() == before
    again = open_store(in_s3.url)
    assert again.contents() == before
    again.close()
    moved = move(in_s3.url, f"duckdb:{tmp_path / 'moved.duckdb'}")
    assert moved == {table: rows for table, (rows, _) in before.items()}
