"""The document every address answers with: rewritten whole, or the server does not start."""

import base64
import gzip
import hashlib
import re
from datetime import datetime
from pathlib import Path

import pytest

from dashboard.compression import CompressedFolder
from dashboard.data import Edition
from dashboard.frame import foot_parts
from dashboard.server import STREAMLIT_STATIC
from dashboard.shell import UnknownShell, chunk_named, content_policy, read_shell, rewrite, with_imports

INDEX = (STREAMLIT_STATIC / "index.html").read_text(encoding="utf-8")

CHANGED_BY_AN_UPGRADE = [
    ("another language", '<html lang="en">', '<html lang="fr">'),
    ("another title", "<title>Streamlit</title>", "<title>Streamlit app</title>"),
    ("another root", '<div id="root"></div>', '<div id="app"></div>'),
    ("two heads", "</head>", "</head></head>"),
    ("no inline script", "window.prerenderReady = false", ""),
]


def test_the_document_of_the_installed_streamlit_is_rewritten() -> None:
    html = read_shell(STREAMLIT_STATIC).html.decode()
    assert '<html lang="zh-CN"' in html
    assert "Streamlit</title>" not in html
    assert "SourceSans" not in html
    assert "service-desc" not in html
    assert not re.search(r'(?:src|href)="(?!\./)', html), "everything is asked of this server, below its own prefix"


@pytest.mark.parametrize(("sentence", "old", "new"), CHANGED_BY_AN_UPGRADE, ids=lambda value: str(value)[:20])
def test_a_document_that_changed_is_refused_and_the_place_named(sentence: str, old: str, new: str) -> None:
    assert old in INDEX, sentence
    with pytest.raises(UnknownShell, match="expected once"):
        rewrite(INDEX.replace(old, new), pieces=[], chart="PlotlyChart.js")


def test_the_policy_allows_the_inline_script_that_is_sent_and_no_other() -> None:
    html = "<script>one()</script><script src='./x.js'></script>"
    digest = base64.b64encode(hashlib.sha256(b"one()").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in content_policy(html)
    assert "unsafe-eval" not in content_policy(html)


def test_chunks_are_found_with_all_they_import(tmp_path: Path) -> None:
    (tmp_path / "Html.a1.js").write_text('import{x as y}from"./dep.b2.js";import"./side.c3.js";', encoding="utf-8")
    (tmp_path / "dep.b2.js").write_text('export{z}from"./deep.d4.js";import{q}from"./Html.a1.js"', encoding="utf-8")
    (tmp_path / "side.c3.js").write_text('import("./lazy.e5.js")', encoding="utf-8")
    (tmp_path / "deep.d4.js").write_text("", encoding="utf-8")
    assert with_imports(tmp_path, ["Html"]) == ["Html.a1.js", "deep.d4.js", "dep.b2.js", "side.c3.js"]


def test_a_chunk_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownShell, match="PlotlyChart"):
        chunk_named(tmp_path, "PlotlyChart")


def test_a_compressed_folder_gives_back_what_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("let a = 1;" * 100, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"png")
    folder = CompressedFolder(tmp_path)
    assert gzip.decompress(folder.packed("js/a.js")) == b"let a = 1;" * 100
    assert folder.media_type("js/a.js").startswith("text/javascript")
    assert "picture.png" not in folder, "already compressed"
    assert "../secret.js" not in folder


FOOTERS = [
    (
        "what is loaded is named",
        Edition(False, 2025, "R0007", datetime.fromisoformat("2026-03-01"), "55d25265", "2"),
        ["数据截至 2025 年", "最近入库 R0007（2026-03-01）", "指标登记 55d25265", "判定方法 2"],
    ),
    (
        "what is not known is said, never left out",
        Edition(False, None, None, None, "", ""),
        ["尚无数据", "尚无入库记录", "指标登记 未载入", "判定方法 未载入"],
    ),
]


@pytest.mark.parametrize(("sentence", "edition", "parts"), FOOTERS, ids=[case[0] for case in FOOTERS])
def test_the_footer(sentence: str, edition: Edition, parts: list[str]) -> None:
    assert foot_parts(edition) == parts, sentence
