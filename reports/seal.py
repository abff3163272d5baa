"""The mark every exported file carries: which snapshot it shows, and a seal over its own bytes.

    monitor-snapshot=S0123456789ab;record=<sha256 of the record>;seal=<sha256 of the file>

The seal is the SHA-256 of the whole file with the seal's own 64 digits written as zeros (in a PNG
the checksum of the mark's chunk belongs to them). A writer puts `blank_mark` where the format keeps
such things (PDF keywords, an HTML meta tag) and calls `seal` on the finished bytes; `seal_zip` and
`seal_png` place the mark themselves. It shows that a file was altered, also by accident; it is no
signature: who proves something compares the record's hash with the list of snapshots.
"""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

_BLANK = "0" * 64
_MARK = re.compile(rb"monitor-snapshot=(S[0-9a-f]{12});record=([0-9a-f]{64});seal=([0-9a-f]{64})")
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEY = b"Description\x00"


class NoMark(ValueError):
    """The bytes carry no mark to seal, or marks that contradict each other."""


@dataclass(frozen=True)
class Mark:
    snapshot: str
    sha256: str  # of the record
    seal: str


def blank_mark(snapshot: str, sha256: str) -> str:
    """The mark before the file is finished; `seal` fills it in."""
    return f"monitor-snapshot={snapshot};record={sha256};seal={_BLANK}"


def seal(data: bytes) -> bytes:
    """Finished bytes with one or more equal blank marks in, the sealed file out. Raises NoMark."""
    mark = read_mark(data)
    if mark is None:
        raise NoMark("no mark to seal, or several that differ")
    return _with_seal(data, seal_of(data))


def seal_zip(data: bytes, *, snapshot: str, sha256: str) -> bytes:
    """A zip-based file, already repacked, with the mark as its comment, sealed."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = blank_mark(snapshot, sha256).encode("ascii")
    return seal(out.getvalue())


def seal_png(data: bytes, *, snapshot: str, sha256: str) -> bytes:
    """A PNG with the mark in a tEXt chunk after its header, sealed. Raises NoMark for other bytes."""
    if not data.startswith(_PNG):
        raise NoMark("not a PNG")
    header_end = len(_PNG) + 12 + struct.unpack(">I", data[len(_PNG) : len(_PNG) + 4])[0]
    text = _PNG_KEY + blank_mark(snapshot, sha256).encode("ascii")
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text + _checksum(b"tEXt" + text)
    return seal(data[:header_end] + chunk + data[header_end:])


def read_mark(data: bytes) -> Mark | None:
    """The mark of a file; None where there is none, or several that differ."""
    found = {match.groups() for match in _MARK.finditer(data)}
    if len(found) != 1:
        return None
    snapshot, sha256, sealed = (part.decode("ascii") for part in found.pop())
    return Mark(snapshot=snapshot, sha256=sha256, seal=sealed)


def seal_of(data: bytes) -> str:
    """What the seal of these bytes should read."""
    return hashlib.sha256(_with_seal(data, _BLANK)).hexdigest()


def is_intact(data: bytes) -> bool:
    """Whether a file is, byte for byte, what `seal` made."""
    return read_mark(data) is not None and _with_seal(data, seal_of(data)) == data


def _with_seal(data: bytes, digits: str) -> bytes:
    filled = bytearray(data)
    for match in _MARK.finditer(data):
        filled[match.start(3) : match.end(3)] = digits.encode("ascii")
        if data.startswith(_PNG):
            start = match.start() - len(_PNG_KEY) - 4
            filled[match.end() : match.end() + 4] = _checksum(bytes(filled[start : match.end()]))
    return bytes(filled)


def _checksum(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))
