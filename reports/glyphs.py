"""Which characters the shipped font can draw, read from the font file itself.

A PDF or a picture shows 〓 for any other character and names it by its code point; nothing becomes
a silent box. Files that the reader's own fonts draw (pptx, docx, xlsx, html) only name it.
"""

import struct
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from reports.rows import printable

FONTS = Path(__file__).with_name("fonts")
FAMILY = "Monitor Sans SC"
STAND_IN = "〓"  # the printers' mark for a missing sort

_MARK = "monitor-snapshot="  # how the mark of a file begins (seal.py): data must not forge one
_REGULAR = FONTS / "MonitorSansSC-Regular.otf"


@cache
def known_characters() -> frozenset[int]:
    """The code points of the shipped font, from its character map (format 4)."""
    data = _REGULAR.read_bytes()
    start = _table(data, b"cmap")
    count = struct.unpack_from(">H", data, start + 2)[0]
    encodings = [struct.unpack_from(">HHI", data, start + 4 + 8 * index) for index in range(count)]
    offset = next(at for platform, encoding, at in encodings if (platform, encoding) == (3, 1))
    return frozenset(_format4(data, start + offset))


def unknown(texts: Iterable[str]) -> list[str]:
    """The printable characters in `texts` that the font does not have, in the order of their code points."""
    known = known_characters()
    return sorted(each for each in set().union(*texts) if ord(each) not in known and printable(each))


def shown(text: str) -> str:
    """`text` as the font can draw it: printable, 〓 for what it does not have, bare joiners left out."""
    line = printable(text).replace(_MARK, _MARK.replace("=", "＝"))
    known = known_characters()
    if all(ord(character) in known for character in line):
        return line
    drawn = (each if ord(each) in known else "" if _invisible(each) else STAND_IN for each in line)
    return "".join(drawn)


def named(characters: Iterable[str], *, most: int = 12) -> str:
    """U+1F600、U+05D0: how a character that cannot be shown is told; beyond `most`, how many more."""
    visible = [character for character in characters if not _invisible(character)]
    told = "、".join(f"U+{ord(character):04X}" for character in visible[:most])
    return f"{told}等{len(visible)}个" if len(visible) > most else told


def _invisible(character: str) -> bool:
    """Joiners and variation selectors: they only change their neighbour, which is told."""
    code = ord(character)
    return unicodedata.category(character) == "Cf" or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def _table(data: bytes, tag: bytes) -> int:
    """Where a table of an OpenType file starts."""
    count = struct.unpack_from(">H", data, 4)[0]
    for index in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no table {tag.decode()}")


def _format4(data: bytes, start: int) -> Iterable[int]:
    version, _, _, doubled = struct.unpack_from(">HHHH", data, start)
    if version != 4:
        raise ValueError(f"the font's character map has format {version}, not 4")
    segments = doubled // 2
    ends = struct.unpack_from(f">{segments}H", data, start + 14)
    starts_at = start + 16 + doubled
    starts = struct.unpack_from(f">{segments}H", data, starts_at)
    deltas = struct.unpack_from(f">{segments}H", data, starts_at + doubled)
    ranges = struct.unpack_from(f">{segments}H", data, starts_at + 2 * doubled)
    for index, (first, last, delta, skip) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        here = starts_at + 2 * doubled + 2 * index
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code if skip == 0 else struct.unpack_from(">H", data, here + skip + 2 * (code - first))[0]
            if glyph and (glyph + delta) & 0xFFFF:
                yield code
