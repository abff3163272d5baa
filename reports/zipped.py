"""Zip-based files (pptx, xlsx, docx, the data zip) with the same bytes on every machine.

Members are stored, not deflated: compressed bytes differ between builds of zlib.
"""

import io
import zipfile
from collections.abc import Mapping

_FIRST = "[Content_Types].xml"  # where programs that sniff a file look for it
_DATE = (1980, 1, 1, 0, 0, 0)
_EMBEDDED = (".xlsx", ".docx", ".pptx")


def repack(data: bytes) -> bytes:
    """The same members in a fixed order with fixed dates, embedded workbooks too.

    Raises zipfile.BadZipFile when `data` is not a zip.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return pack({name: archive.read(name) for name in archive.namelist() if not name.endswith("/")})


def pack(members: Mapping[str, bytes]) -> bytes:
    """File names and contents in, one zip out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members, key=lambda name: (name != _FIRST, name)):
            content = members[name]
            entry = zipfile.ZipInfo(name, date_time=_DATE)
            entry.create_system = 0  # else Windows and Linux write different bytes
            archive.writestr(entry, repack(content) if name.endswith(_EMBEDDED) else content)
    return out.getvalue()
