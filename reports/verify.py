"""An exported file in, which snapshot it shows and whether it was altered out."""

import io
import re
import zipfile
from dataclasses import dataclass

from reports.seal import is_intact, read_mark

_ID = re.compile(rb"monitor-snapshot=(S[0-9a-f]{12});record=([0-9a-f]{64})")


@dataclass(frozen=True)
class Verdict:
    """What a file says of itself. `message` is a Chinese sentence for people."""

    snapshot: str | None  # None: the file names no snapshot
    sha256: str | None  # of the record
    unaltered: bool
    message: str


def verify(data: bytes, *, name: str) -> Verdict:
    """Check the bytes of an exported file; `name` is only used in the sentence."""
    mark = read_mark(data)
    if mark is not None and is_intact(data):
        return Verdict(
            mark.snapshot, mark.sha256, True,
            f"{name}：出自快照 {mark.snapshot}，与导出时逐字节一致，未被改动。记录的SHA-256：{mark.sha256}。",
        )  # fmt: skip
    snapshot, sha256 = (mark.snapshot, mark.sha256) if mark else _named_inside(data)
    if snapshot is None:
        return Verdict(None, None, False, f"{name}：里面没有快照编号，不是本系统导出的文件，或编号已被去掉。")
    return Verdict(
        snapshot, sha256, False,
        f"{name}：标明出自快照 {snapshot}，但内容与导出时不一致，已被改动或另存过；请用该快照重新导出核对。",
    )  # fmt: skip


def _named_inside(data: bytes) -> tuple[str | None, str | None]:
    """The snapshot a file still names after another program saved it: in its bytes, or inside its zip."""
    found = {match.groups() for part in (data, *_members(data)) for match in _ID.finditer(part)}
    if len(found) != 1:
        return None, None
    snapshot, sha256 = found.pop()
    return snapshot.decode("ascii"), sha256.decode("ascii")


def _members(data: bytes) -> list[bytes]:
    """The document properties of a zip-based file; nothing for any other file or a broken one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            small = [entry for entry in archive.infolist() if entry.filename.startswith("docProps/")]
            return [archive.read(entry) for entry in small if entry.file_size < 1_000_000]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return []
