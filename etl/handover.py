"""While the dashboard runs it alone holds the database: the command line hands its commands over.

The dashboard leaves a notice beside the database (address and token, readable by its owner only);
a command that finds the database taken sends itself there, with the bytes of the files it names,
and prints the answer as if it had done the work itself.
"""

import base64
import hmac
import io
import json
import logging
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.console import Console
from etl.store import is_shared, path_of

PATH = "/etl/command"
MOST_BYTES = 48 * 1024 * 1024  # of a request: the largest file we take, as base64
_WAIT_SECONDS = 900

_log = logging.getLogger("monitor.commands")

Run = Callable[[Sequence[str], Console], int]

_NOT_WHILE_RUNNING = {
    "restore": "看板正在运行，恢复会换掉它正在使用的数据库：请先停止看板，再运行 restore。",
    "move": "看板正在运行，搬走之后它仍会写旧的数据库：请先停止看板，再运行 move。",
}


@dataclass(frozen=True)
class Notice:
    """Where the running dashboard takes commands, and the token that shows one may send them."""

    address: str  # http://127.0.0.1:8501
    token: str
    process: int


@contextmanager
def announced(*, url: str, address: str) -> Iterator[Notice]:
    """While this lasts, commands for the database at `url` find their way to `address`."""
    notice = Notice(address, secrets.token_urlsafe(32), os.getpid())
    path = _notice_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # left behind by one that was killed
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        json.dump(notice.__dict__, file)
    try:
        yield notice
    finally:
        if _read_notice(url) == notice:  # else another dashboard has taken over
            path.unlink(missing_ok=True)


def hand_over(arguments: Sequence[str], *, files: dict[str, bytes], url: str, console: Console) -> int | None:
    """Let the dashboard that holds the database at `url` do a command; its exit status.

    None where no dashboard is there to take it; a shared database keeps nobody waiting for one.
    """
    notice = None if is_shared(url) else _read_notice(url)
    if notice is None:
        return None
    body = {
        "arguments": list(arguments),
        "files": {path: base64.b64encode(data).decode() for path, data in files.items()},
    }
    request = urllib.request.Request(  # noqa: S310 - the address is one that announced() wrote
        notice.address + PATH,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {notice.token}", "Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine, never a proxy
    try:
        with console.patience("看板正在运行，已交给它处理"), opener.open(request, timeout=_WAIT_SECONDS) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as refused:
        return _refused(refused, console)
    except (OSError, ValueError):
        return None
    console.out.write(answer["out"])
    console.out.flush()
    console.err.write(answer["err"])
    return int(answer["status"])


def may_command(notice: Notice | None, *, client: str | None, authorization: str, forwarded: bool) -> bool:
    """Whether a request may command: from this very machine, not through a proxy, with the token."""
    if notice is None or forwarded or client not in {"127.0.0.1", "::1", "::ffff:127.0.0.1"}:
        return False
    return hmac.compare_digest(authorization.encode(), f"Bearer {notice.token}".encode())


def answer(body: bytes, *, run: Run, url: str) -> dict[str, Any]:
    """Do the command of a request on the database at `url`: {"status", "out", "err"}."""
    out, err = io.StringIO(), io.StringIO()
    try:
        asked = json.loads(body)
        arguments = [str(each) for each in asked["arguments"]]
        files = {str(path): base64.b64decode(data) for path, data in asked["files"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {"status": 1, "out": "", "err": "看板没有看懂这个命令。\n"}
    refusal = _NOT_WHILE_RUNNING.get(arguments[0] if arguments else "")
    if refusal:
        return {"status": 1, "out": "", "err": f"{refusal}\n"}
    try:
        status = run([*arguments, "--database", url], Console(out, err, received=files))
    except Exception:  # noqa: BLE001 - whatever it is, whoever asked must hear of it
        _log.exception("the command failed: %s", arguments[:1])
        return {"status": 1, "out": "", "err": "看板处理这个命令时出错，原因在看板的日志里。\n"}
    return {"status": status, "out": out.getvalue(), "err": err.getvalue()}


def _notice_path(url: str) -> Path:
    database = path_of(url)
    return database.with_name(f"{database.name}.running")


def _read_notice(url: str) -> Notice | None:
    """The notice beside the database, None where there is none or its process is gone."""
    try:
        notice = Notice(**json.loads(_notice_path(url).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return notice if _is_alive(notice.process) else None


def _is_alive(process: int) -> bool:
    if os.name == "nt":  # os.kill would end it there; a dead address is found out on connecting
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _refused(refused: urllib.error.HTTPError, console: Console) -> int | None:
    if refused.code == 413:
        console.say("文件太大，看板没有接收。")
        return 1
    return None  # another program has that address now
