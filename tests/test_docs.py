"""What the README promises exists: every path, every command, every screen; and both languages promise the same."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.serving import MENU

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh.md")

# made by running, or on another kind of machine
MADE_LATER = {".venv", "data/monitor.duckdb", "../pictures", "settings.toml"}
PATH = re.compile(r"`([\w.][\w.-]*(?:/[\w.-]+)*/?)`|\b(docs/decisions/[\w-]+\.md)")
KNOWN_NAMES = re.compile(r"^(make|quote|measure|rule|value|unit|by)$")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def paths_in(text: str) -> set[str]:
    found = {backticked or bare for backticked, bare in PATH.findall(text)}
    return {path for path in found if not KNOWN_NAMES.match(path)} - MADE_LATER


def make_targets_in(text: str) -> set[str]:
    return set(re.findall(r"\bmake (run|[a-z]+)\b(?! sure)", text))


def etl_commands_in(text: str) -> set[str]:
    return set(re.findall(r"-m etl (\w+)", text))


@pytest.mark.parametrize("name", [*READMES, "docs/architecture.md"])
def test_every_linked_document_exists(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)", read(name)) if "://" not in link]
    missing = [link for link in links if not (ROOT / name).parent.joinpath(link).exists()]
    assert missing == []


@pytest.mark.parametrize("name", READMES)
def test_every_path_named_exists(name: str) -> None:
    paths = paths_in(read(name))
    assert {"app.py", "indicators.toml", "data/yearly/", "etl/sql/"} <= paths
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("name", READMES)
def test_every_make_command_named_is_in_the_makefile(name: str) -> None:
    offered = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))
    assert make_targets_in(read(name)) == offered


@pytest.mark.parametrize("command", sorted(etl_commands_in(read("README.md"))))
def test_every_etl_command_named_is_understood(command: str) -> None:
    call = [sys.executable, "-m", "etl", command, "--help"]
    answer = subprocess.run(call, check=False, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert answer.returncode == 0, answer.stderr
    assert command in answer.stdout


def test_every_screen_of_the_menu_is_in_the_readme_with_its_address() -> None:
    assert len(MENU) >= 6
    for name in READMES:
        rows = re.findall(r"^\| (\S+) \| `/([^`]*)` \|", read(name), flags=re.MULTILINE)
        assert {address: title for title, address in rows} == MENU, name


def test_both_languages_name_the_same_commands_and_places() -> None:
    english, chinese = map(read, READMES)
    assert paths_in(english) == paths_in(chinese)
    assert etl_commands_in(english) == etl_commands_in(chinese)
    assert make_targets_in(english) == make_targets_in(chinese)


def test_both_languages_set_up_the_server_with_the_same_lines() -> None:
    """Commands, settings and addresses stand in both, word for word."""
    told = [read(f"docs/operations{language}.md") for language in ("", ".zh")]
    lines = [re.findall(r"^ {4,}(\S.*?)(?: {2,}#.*)?$", text, flags=re.MULTILINE) for text in told]
    commands = [[line for line in found if not re.search("[▶▲─]|[\u4e00-\u9fff]|OpenID", line)] for found in lines]
    assert len(commands[0]) > 20
    assert commands[0] == commands[1]
    assert etl_commands_in(told[0]) == etl_commands_in(told[1])
    keys = [set(re.findall(r"`(\[?\[?[a-z_]+\]?\]?)`", text)) for text in told]
    assert keys[0] == keys[1]


def test_the_windows_lines_name_what_exists() -> None:
    for name in READMES:
        assert r"py -3 tools\setup.py" in read(name)
        assert r".venv\Scripts\streamlit run app.py" in read(name)
    assert (ROOT / "tools" / "setup.py").exists()


def test_continuous_integration_runs_what_a_person_runs() -> None:
    lines = [line for line in read(".ci/run").splitlines() if line and not line.startswith(("#", "set", "cd"))]
    assert lines == ["make test </dev/null"]
