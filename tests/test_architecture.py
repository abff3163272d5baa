"""One direction only: which part of the house may import what (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCREENS = ("app.py", "pages", "dashboard")
PRODUCT = (*SCREENS, "etl", "reports")


def sources(*parts: str) -> list[Path]:
    """Python files of the product's parts, relative to its top."""
    found: list[Path] = []
    for part in parts:
        path = ROOT / part
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path.relative_to(ROOT) for path in found]


def imported(path: Path) -> Iterator[str]:
    """Top-level packages a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", sources("etl", "reports"), ids=str)
def test_only_screens_know_streamlit(path: Path) -> None:
    assert "streamlit" not in imported(path)


@pytest.mark.parametrize("path", [each for each in sources(*PRODUCT) if each != Path("etl/store.py")], ids=str)
def test_only_the_store_opens_the_database(path: Path) -> None:
    assert "duckdb" not in imported(path)


@pytest.mark.parametrize("path", sources("etl"), ids=str)
def test_etl_knows_no_screen_and_no_report(path: Path) -> None:
    assert not {"plotly", "reports", "dashboard", "pages"} & set(imported(path))


@pytest.mark.parametrize("path", sources("reports"), ids=str)
def test_reports_know_no_screen(path: Path) -> None:
    assert not {"dashboard", "pages"} & set(imported(path))


@pytest.mark.parametrize("path", sources("pages"), ids=str)
def test_pages_hold_no_sql(path: Path) -> None:
    texts = [
        node.value
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert not [text for text in texts if text.lower().lstrip().startswith(("select ", "with ", "insert ", "update "))]


def test_the_parts_are_where_these_rules_look_for_them() -> None:
    assert {path.parts[0] for path in sources(*PRODUCT)} == set(PRODUCT)
