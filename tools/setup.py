"""Makes .venv at the top level with the pinned packages, alike for running and for testing.

    python3 tools/setup.py           what the dashboard needs
    python3 tools/setup.py --test    also what the tests need, with a browser where one can be installed

Needs Python 3.11 or newer and its standard library, nothing else. Does nothing when all is there.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
STAMP = FOLDER / "installed"  # hashes of the requirement files that are installed, one a line
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--test", action="store_true", help="also what the tests need")
    wanted = arguments.parse_args()
    if sys.version_info < OLDEST:
        return refuse(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {sys.version.split()[0]}.")
    files = [ROOT / "requirements.txt"] + ([ROOT / "requirements-dev.txt"] if wanted.test else [])
    try:
        make_environment()
        install(files)
    except subprocess.CalledProcessError as problem:
        return refuse(
            f"installing the packages failed ({' '.join(map(str, problem.cmd[1:4]))}); its reason stands above."
        )
    if wanted.test:
        find_or_install_browser()
    return 0


def make_environment() -> None:
    if not environment_python().exists():
        say("making .venv")
        venv.create(FOLDER, with_pip=True)


def environment_python() -> Path:
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(files: list[Path]) -> None:
    """Install the requirement files whose content is not yet installed."""
    missing = not_installed(files, stamp=STAMP)
    if not missing:
        return
    say("installing " + ", ".join(file.name for file in missing))
    options = [option for file in missing for option in ("-r", str(file))]
    pip = [environment_python(), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", *options], check=True)
    note_installed(missing, stamp=STAMP)


def not_installed(files: list[Path], *, stamp: Path) -> list[Path]:
    installed = stamp.read_text().split() if stamp.exists() else []
    return [file for file in files if content_hash(file) not in installed]


def note_installed(files: list[Path], *, stamp: Path) -> None:
    with stamp.open("a") as lines:
        lines.writelines(f"{content_hash(file)}\n" for file in files)


def content_hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def find_or_install_browser() -> None:
    """The browser tests need Chromium and a Chinese font; without them they are skipped and say so."""
    if os.environ.get("CHROMIUM") or any(map(shutil.which, BROWSERS)):
        return
    may_install = shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0
    if may_install:
        say("installing " + ", ".join(PACKAGES) + " for the browser tests")
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", *command], check=False, stdout=subprocess.DEVNULL, env=environment)
    if not any(map(shutil.which, BROWSERS)):
        say(
            "no Chromium here: the browser tests will be skipped (install it, or name it in CHROMIUM=/path/to/chromium)."
        )


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def refuse(sentence: str) -> int:
    say(f"Not set up: {sentence}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
