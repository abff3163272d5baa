"""While the dashboard runs it does the commands of the command line; nobody else may command it."""

import csv
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from etl.build import build
from etl.handover import Notice, announced, answer, may_command
from etl.store import open_store
from tests.conftest import ROOT, SMALL
from tools.serving import start_server, stop_server

FILE = "place,indicator,year,value,unit,status,source,note\n乙市,PM2.5,2020,36,,,公报,\n"
NOTICE = Notice("http://127.0.0.1:1", "secret", os.getpid())


def command(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command line, started beside the database, as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "etl", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MONITOR_STORE": "duckdb:monitor.duckdb"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a database that a running dashboard holds, and a file to send."""
    folder = tmp_path_factory.mktemp("office")
    store = open_store(f"duckdb:{folder / 'monitor.duckdb'}")
    build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    store.close()
    (folder / "f.csv").write_text(FILE, encoding="utf-8")
    process, _ = start_server(store=f"duckdb:{folder / 'monitor.duckdb'}", log=folder / "server.log")
    yield folder
    stop_server(process)
    assert not (folder / "monitor.duckdb.running").exists()


def notice_of(folder: Path) -> dict[str, str]:
    return json.loads((folder / "monitor.duckdb.running").read_text(encoding="utf-8"))


def test_the_notice_is_readable_by_its_owner_only(office: Path) -> None:
    mode = stat.S_IMODE((office / "monitor.duckdb.running").stat().st_mode)
    assert os.name == "nt" or mode == 0o600


def test_import_list_show_withdraw_check_while_the_dashboard_runs(office: Path) -> None:
    dry = command(office, "import", "f.csv", "--dry-run", "--format", "json")
    assert (dry.returncode, json.loads(dry.stdout)["rehearsal"]["counts"]["new"]) == (0, 1), dry.stderr
    done = command(office, "import", "f.csv", "--format", "json", "--person", "李")
    release = json.loads(done.stdout)["release"]["release"]
    again = command(office, "import", "f.csv")
    assert "已经发布过" in again.stdout
    rows = list(csv.DictReader(io.StringIO(command(office, "releases").stdout)))
    assert (rows[0]["release"], rows[0]["person"], rows[0]["state"]) == (release, "李", "in_force")
    assert "36" in command(office, "history", "--indicator", "PM2.5", "--place", "乙市", "--year", 2020).stdout
    assert "2020" in command(office, "assess", "--year", 2020).stdout
    assert command(office, "withdraw", release).returncode == 0
    checked = command(office, "check")
    assert (checked.returncode, checked.stdout) == (0, "")


def test_evidence_beside_a_file_of_reports_goes_along(office: Path) -> None:
    (office / "tasks.csv").write_text(
        "task,state,stated_on,text,evidence_file\n完成污染源普查,报告完成,2018-06-20,普查完成,证明.txt\n",
        encoding="utf-8",
    )
    missing = command(office, "import", "tasks.csv")
    assert (missing.returncode, "证明.txt" in missing.stderr) == (1, True)
    (office / "证明.txt").write_bytes(b"proof")
    done = command(office, "import", "tasks.csv", "--format", "json")
    assert json.loads(done.stdout)["release"]["rows"] == 1, done.stderr
    assert command(office, "check").stdout == ""


def test_what_goes_wrong_there_is_said_here(office: Path) -> None:
    done = command(office, "withdraw", "R0099")
    assert (done.returncode, done.stdout) == (1, "")
    assert "没有编号为“R0099”" in done.stderr


def test_a_backup_is_taken_where_the_person_stands_and_a_restore_is_refused(office: Path) -> None:
    assert command(office, "backup", "monday.duckdb").returncode == 0
    copy = open_store(f"duckdb:{office / 'monday.duckdb'}", read_only=True)
    assert copy.rows("select count(*) from release where file_name = 'air.csv'") == [(1,)]
    copy.close()
    done = command(office, "restore", "monday.duckdb")
    assert done.returncode == 1
    assert "先停止看板" in done.stderr


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "no token"),
        ({"Authorization": "Bearer wrong"}, "a wrong token"),
        ({"Authorization": "right", "X-Forwarded-For": "10.0.0.1"}, "through a proxy"),
    ],
)
def test_to_others_there_is_nothing(office: Path, headers: dict[str, str], why: str) -> None:
    notice = notice_of(office)
    if headers.get("Authorization") == "right":
        headers = {**headers, "Authorization": f"Bearer {notice['token']}"}
    body = json.dumps({"arguments": ["releases"], "files": {}}).encode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{notice['address']}/etl/command", data=body, headers=headers))
    assert refused.value.code == 404, why


def test_a_dashboard_that_was_killed_leaves_the_database_to_the_command_line(tmp_path: Path) -> None:
    store = open_store(f"duckdb:{tmp_path / 'monitor.duckdb'}")
    build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    store.close()
    process, _ = start_server(store=f"duckdb:{tmp_path / 'monitor.duckdb'}", log=tmp_path / "server.log")
    process.kill()
    process.wait()
    assert (tmp_path / "monitor.duckdb.running").exists()
    assert command(tmp_path, "releases").returncode == 0


def test_two_commands_at_once_take_turns(tmp_path: Path) -> None:
    store = open_store(f"duckdb:{tmp_path / 'monitor.duckdb'}")
    build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    store.close()
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text(FILE.replace("2020", f"202{number}"), encoding="utf-8")
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda number: command(tmp_path, "import", f"{number}.csv"), range(3)))
    assert [each.returncode for each in done] == [0, 0, 0], [each.stderr for each in done]
    assert open_store(store.url).rows("select count(*) from figure_now where year >= 2020") == [(3,)]


# The rules, without a server -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "authorization", "forwarded", "may"),
    [
        ("127.0.0.1", "Bearer secret", False, True),
        ("::1", "Bearer secret", False, True),
        ("10.0.0.7", "Bearer secret", False, False),
        (None, "Bearer secret", False, False),
        ("127.0.0.1", "Bearer secret", True, False),
        ("127.0.0.1", "secret", False, False),
        ("127.0.0.1", "Bearer sécret", False, False),
    ],
)
def test_who_may_command(*, client: str | None, authorization: str, forwarded: bool, may: bool) -> None:
    assert may_command(NOTICE, client=client, authorization=authorization, forwarded=forwarded) is may
    assert not may_command(None, client=client, authorization=authorization, forwarded=forwarded)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b'{"arguments": 1, "files": {}}', b'{"arguments": [], "files": 1}']
)
def test_a_request_that_is_no_command_is_a_sentence(body: bytes) -> None:
    assert answer(body, run=lambda _, __: pytest.fail("ran"), url="duckdb:x")["status"] == 1


def test_a_command_that_breaks_is_a_sentence_and_its_reason_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def break_down(_: object, __: object) -> int:
        raise RuntimeError("the reason")

    done = answer(b'{"arguments": ["check"], "files": {}}', run=break_down, url="duckdb:x")
    assert (done["status"], done["out"]) == (1, "")
    assert "看板的日志" in str(done["err"])
    assert "the reason" in caplog.text


def test_a_notice_left_behind_is_replaced_and_a_newer_one_is_left_alone(tmp_path: Path) -> None:
    url, path = f"duckdb:{tmp_path / 'm.duckdb'}", tmp_path / "m.duckdb.running"
    path.write_text("left behind", encoding="utf-8")
    with announced(url=url, address="http://127.0.0.1:1"):
        newer = path.read_text(encoding="utf-8").replace("127.0.0.1:1", "127.0.0.1:2")
        path.write_text(newer, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == newer
    shutil.rmtree(tmp_path)
