"""The one HTML document that every address answers with, and the policy that guards it.

Streamlit ships it in English, with its own icon, title and font. It is rewritten once, when the
server starts; a place that is not found as expected stops the start, so that an upgrade of
Streamlit cannot silently bring the English one back.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

APP_NAME = "政策目标监测"


# Streamlit fetches these only when the first page names them: thirty small files, one wait after another.
PIECES = ("Html", "purify.es", "Selectbox", "Multiselect", "DownloadButton")
# Prefetched, not preloaded: ready in memory, its four megabytes would be run before the headline is shown.
CHART = "PlotlyChart"

IMPORT = r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]"""

# Streamlit's own setting for a known host: without it the browser first asks at the page's address
# (/documents/_stcore/…, a 404), then at the root, before it connects; and it would take messages
# from the pages of Streamlit's cloud. Every page lies one step below the root.
CONNECT = """window.__streamlit = {
        BACKEND_BASE_URL: new URL(".", window.location.href).href,
        HOST_CONFIG: { allowedOrigins: [window.location.origin], useExternalAuthToken: false },
      }"""


class UnknownShell(Exception):
    """Streamlit's index.html is not the one this rewriting was made for."""


@dataclass(frozen=True)
class Shell:
    original: bytes  # as Streamlit ships it: how an answer is recognised as the shell
    html: bytes
    policy: str  # the Content-Security-Policy header


def read_shell(static_folder: Path) -> Shell:
    """Rewrite index.html of Streamlit's static folder.

    Raises UnknownShell when a place to change is missing or stands there twice.
    """
    original = (static_folder / "index.html").read_bytes()
    scripts = static_folder / "static" / "js"
    html = rewrite(original.decode("utf-8"), pieces=with_imports(scripts, PIECES), chart=chunk_named(scripts, CHART))
    return Shell(original=original, html=html.encode("utf-8"), policy=content_policy(html))


def chunk_named(scripts: Path, name: str) -> str:
    """The file name of one of Streamlit's chunks: its hash changes with every release."""
    found = sorted(path.name for path in scripts.glob(f"{name}.*.js"))
    if len(found) != 1:
        raise UnknownShell(f"one chunk {name} expected, found {found}")
    return found[0]


def with_imports(scripts: Path, names: Iterable[str]) -> list[str]:
    """File names of these chunks and of all that they import, each once."""
    found: list[str] = []
    waiting = [chunk_named(scripts, name) for name in names]
    while waiting:
        chunk = waiting.pop()
        if chunk not in found:
            found.append(chunk)
            waiting += re.findall(IMPORT, (scripts / chunk).read_text(encoding="utf-8"))
    return sorted(found)


def rewrite(html: str, *, pieces: Iterable[str], chart: str) -> str:
    """Streamlit's document in, ours out: language, title, icon, style sheets, translation, what to fetch ahead.

    `pieces`: small chunks that every page needs; `chart`: the large one, fetched when nothing else is.
    """
    preloads = "".join(
        f'    <link rel="modulepreload" crossorigin href="./static/js/{chunk}">\n'
        for chunk in pieces
        if f"/{chunk}" not in html
    )
    head = (
        '<link rel="stylesheet" href="./assets/frame.css">\n'
        '    <link rel="stylesheet" href="./assets/pieces.css">\n'
        '    <script src="./assets/chinese.js" defer></script>\n'
        f'{preloads}    <link rel="prefetch" as="script" crossorigin href="./static/js/{chart}">\n  '
    )
    changes = (
        (r'<html lang="en">', '<html lang="zh-CN" translate="no">'),
        (r"<title>Streamlit</title>", f"<title>{APP_NAME}</title>"),
        (
            r'<link rel="shortcut icon" href="./favicon.png" />',
            '<link rel="icon" type="image/svg+xml" href="./assets/icon.svg">',
        ),
        # the Latin face of Streamlit is not used here: 100 KB less on the first visit
        (r'<link\s+rel="preload"[^>]*SourceSansVF-Upright[^>]*/>', ""),
        # the agent interface is switched off: nothing points to it
        (r'<!--\s+Machine-readable pointer.*?-->\s*<link rel="service-desc"[^>]*/>', ""),
        (r"<noscript>.*?</noscript>", "<noscript><p>请在浏览器中启用 JavaScript。</p></noscript>"),
        (r'<div id="root"></div>', '<div id="root"><p class="opening" role="status">正在打开……</p></div>'),
        (r"window\.prerenderReady = false", f"window.prerenderReady = false\n      {CONNECT}"),
        (r"</head>", head + "</head>"),
    )
    for pattern, replacement in changes:
        before, *after = re.split(pattern, html, flags=re.DOTALL)
        if len(after) != 1:
            raise UnknownShell(f"{pattern!r} stands {len(after)} times in index.html, expected once")
        html = before + replacement + after[0]
    return html


def content_policy(html: str) -> str:
    """Everything from this server alone; the inline script allowed by its hash, no other, and no eval.

    Inline styles stay allowed: Streamlit and Plotly write them while they draw.
    """
    inline = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digests = (hashlib.sha256(text.encode()).digest() for text in inline)
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
