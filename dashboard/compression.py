"""Streamlit's scripts and styles, compressed once and kept.

Streamlit serves them as they are (a page with charts: 7 MB); here each is compressed at its first
request, or while the server warms up, and answered from memory from then on.
"""

import gzip
import threading
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
# Names carry the hash of the content, so a browser may keep them for good.
KEEP = "public, immutable, max-age=31536000"
LEVEL = 6  # level 9 takes three times as long for one percent


class CompressedFolder:
    """The compressible files below one folder, by their path in it. Safe in any thread."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in MEDIA_TYPES
        }
        self._packed: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def packed(self, name: str) -> bytes:
        """The file compressed; KeyError for a name the folder did not hold when the server started."""
        path = self._files[name]
        with self._lock:  # two first visitors do not both compress five megabytes
            if name not in self._packed:
                self._packed[name] = gzip.compress(path.read_bytes(), compresslevel=LEVEL, mtime=0)
            return self._packed[name]

    def media_type(self, name: str) -> str:
        return MEDIA_TYPES[self._files[name].suffix]


class CompressedAssets:
    """ASGI middleware: answers /static/… from a CompressedFolder where the browser takes gzip."""

    def __init__(self, app: ASGIApp, *, folder: CompressedFolder) -> None:
        self.app = app
        self.folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._answers(scope):
            await self.app(scope, receive, send)
            return
        name = scope["path"].removeprefix("/")
        body = await to_thread.run_sync(self.folder.packed, name)
        headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding", "Cache-Control": KEEP}
        await Response(body, media_type=self.folder.media_type(name), headers=headers)(scope, receive, send)

    def _answers(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        return (
            takes_gzip(scope) and "range" not in Headers(scope=scope) and scope["path"].removeprefix("/") in self.folder
        )


def takes_gzip(scope: Scope) -> bool:
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")
