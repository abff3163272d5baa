"""What a browser fetches over HTTP before the websocket: the document each time, its scripts and styles once."""

import asyncio
import gzip
import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

_ASSETS = re.compile(rb'(?:src|href)="\./((?:static|assets)/[^"]+)"')
_EACH_TIME = ("_stcore/health", "_stcore/host-config")


@dataclass(frozen=True)
class Loaded:
    received: int
    errors: tuple[str, ...]


class Documents:
    """One browser with its cache."""

    def __init__(self, site: str) -> None:
        self._site = urlsplit(site)
        self._cached = False

    async def load(self, path: str) -> Loaded:
        """Fetch the document at `path`, and what it names where this browser has not got it yet."""
        status, body, size = await self._get(path)
        answers, wanted = [(path, status, size)], [*_EACH_TIME]
        if not self._cached:
            wanted += sorted({name.decode() for name in _ASSETS.findall(body)})
            self._cached = True
        for name in wanted:
            status, _, size = await self._get(name)
            answers.append((name, status, size))
        errors = tuple(f"{name}: HTTP {status}" for name, status, _ in answers if status != HTTPStatus.OK)
        return Loaded(sum(size for *_, size in answers), errors)

    async def _get(self, path: str) -> tuple[int, bytes, int]:
        """Status, body and bytes received."""
        reader, writer = await asyncio.open_connection(self._site.hostname, self._site.port)
        asked = f"GET /{path} HTTP/1.1", f"Host: {self._site.netloc}", "Accept-Encoding: gzip", "Connection: close"
        writer.write(("\r\n".join(asked) + "\r\n\r\n").encode())
        answer = await reader.read()
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        packed = b"content-encoding: gzip" in head.lower() and b"text/html" in head.lower()
        return status, gzip.decompress(body) if packed else body, len(answer)
