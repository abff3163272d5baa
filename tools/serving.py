"""The dashboard as `make run` starts it, on a free port, for whoever looks at it by machine: tests, bench, pictures."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# address → title, as the menu has them
MENU: dict[str, str] = {
    address: title
    for title, address in re.findall(
        r'st\.Page\("[^"]+", title="([^"]+)", url_path="([^"]*)"',
        (ROOT / "dashboard" / "entry.py").read_text(encoding="utf-8"),
    )
}
PAGES = tuple(MENU)
START_SECONDS = 120


def find_chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_server(
    *,
    store: str,
    log: Path,
    healthy: bool = True,
    port: int | None = None,
    settings: Path | None = None,
    environment: dict[str, str] | None = None,
    script: str = "app.py",
) -> tuple[subprocess.Popen[bytes], str]:
    """The dashboard on a free port, as `make run` starts it; returns when it answers /healthz.

    healthy=False: any answer will do, also that the database cannot be opened. `settings`: a
    settings.toml to follow; none, whatever lies beside the program.
    """
    told = {"MONITOR_STORE": store, "MONITOR_SETTINGS": str(settings or os.devnull), **(environment or {})}
    return _start(ROOT, health="healthz", log=log, healthy=healthy, environment=told, port=port, script=script)


def start_bare(*, log: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The bare pages of bench/bare on a free port, with nothing of this project around them."""
    options = ("--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none")
    return _start(ROOT / "bench" / "bare", *options, health="_stcore/health", log=log)


def _start(
    folder: Path,
    *options: str,
    health: str,
    log: Path,
    healthy: bool = True,
    environment: dict[str, str] | None = None,
    port: int | None = None,
    script: str = "app.py",
) -> tuple[subprocess.Popen[bytes], str]:
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **(environment or {})}, stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/{health}", timeout=5):  # noqa: S310 - the server just started
                return process, url
        except urllib.error.HTTPError as answer:
            if not healthy:
                return process, url
            raise RuntimeError(f"the server answered {answer.code}:\n{log.read_text(errors='replace')}") from answer
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')}")


def stop_server(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def demo_database(store: str) -> None:
    """Made-up figures into a new database, as `make demo` does."""
    subprocess.run([sys.executable, "-m", "etl.demo", "--database", store], cwd=ROOT, check=True, capture_output=True)
