"""A PostgreSQL server of the test's own: started in a folder that goes away with it, on no network."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

USERS = ("postgres", "nobody")  # whose the server is where root runs the tests, which it refuses to serve


class NoPostgres(Exception):
    """There is no server to be had here; str() is the sentence for the skipped test."""


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and its programs."""

    folder: Path
    programs: Path
    numbers: count

    def database(self, *, like: str | None = None) -> str:
        """A new database, empty or a copy of the one named `like`; its name."""
        name = f"t{next(self.numbers)}"
        options = ["--template", like] if like else []
        _run(self.programs / "createdb", "-h", self.folder, "-U", "monitor", *options, name)
        return name

    def lake(self, name: str, folder: Path) -> str:
        """The address of a lake in the database `name` with its files in `folder`."""
        return f"ducklake:postgres:host={self.folder} user=monitor dbname={name};data={folder}"

    def ask(self, name: str, sql: str) -> str:
        """What psql answers in the database `name`."""
        return _run(self.programs / "psql", "-h", self.folder, "-U", "monitor", "-d", name, "-qAtc", sql)


@contextmanager
def running(*, safe: bool = False) -> Iterator[Server]:
    """A server, stopped and removed at the end; `safe`: it waits for the disk, as one in use does.

    Raises NoPostgres with the reason where none can be had.
    """
    programs = _programs()
    as_user = _as_another_user()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the name of a socket has a hundred letters
    try:
        if as_user:
            shutil.chown(folder, as_user[2])
        folder.chmod(0o755)
        data, log = folder / "data", folder / "log"
        _run(
            *as_user, programs / "initdb", "-D", data, "-U", "monitor", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"
        )
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        options += "" if safe else " -c fsync=off -c full_page_writes=off"
        _run(*as_user, programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield Server(folder, programs, count(1))
        finally:
            _run(*as_user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = shutil.which("initdb")
    places = (
        [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    )
    for place in places:
        if all((place / name).exists() for name in ("initdb", "pg_ctl", "createdb", "psql")):
            return place
    raise NoPostgres("PostgreSQL is not installed (Debian: apt-get install postgresql)")


def _as_another_user() -> list[str]:
    """How a command is run by somebody who is not root; empty where nobody is."""
    if os.name == "nt":
        raise NoPostgres("the server of the tests is started on POSIX only")
    if os.geteuid() != 0:
        return []
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in USERS if name in known), None)
    if user is None or not shutil.which("runuser"):
        raise NoPostgres("PostgreSQL refuses to run as root, and there is no user to run it as")
    return ["runuser", "-u", user, "--"]


def _run(*command: object) -> str:
    words = [str(word) for word in command]
    # not a pipe: the server inherits it, and whoever reads it would wait for the server to end
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        ended = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False, cwd="/")
        said.seek(0)
        if ended.returncode:
            raise NoPostgres(f"{Path(words[0]).name} failed: {said.read().strip()[-300:]}")
        return said.read().strip()
