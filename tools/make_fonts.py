"""Make the shipped fonts: a subset of Noto Sans CJK SC from Debian's fonts-noto-cjk.

A maintainer runs this once (needs `pip install fonttools`); the result is committed with its
licence. Kept are all characters of GB 2312 (Simplified), the first level of Big5 (documents in
Traditional script are quoted as they are), every character of the register, and the signs
that reports draw.

    python tools/make_fonts.py /usr/share/fonts/opentype/noto reports/fonts
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

SIMPLIFIED_FACE = "Noto Sans CJK SC"
WEIGHTS = ("Regular", "Bold")
FAMILY = "Monitor Sans SC"  # its own name: a subset must not pass for the full font
SIGNS = "●◐▲■▼–—…‰℃㎡³²μ≥≤≠±−×÷→←↑↓①②③④⑤⑥⑦⑧⑨⑩⑪⑫ⅠⅡⅢⅣⅤ“”‘’（）《》〈〉【】、，。；：？！·￥％　"


def kept_characters(register: Path) -> set[str]:
    """Every character the shipped fonts hold."""
    return (
        _characters(range(0xA1, 0xF8), range(0xA1, 0xFF), codec="gb2312")
        | _characters(range(0xA4, 0xC7), range(0x40, 0xFF), codec="big5")
        | {chr(code) for code in range(0x20, 0x7F)}
        | {chr(code) for code in range(0xA0, 0x100)}
        | set(SIGNS)
        | {character for character in register.read_text(encoding="utf-8") if character >= " "}
    )


def make_font(source: Path, *, weight: str, characters: set[str], folder: Path) -> Path:
    """Write one weight's subset as OpenType into `folder`; the same input gives the same bytes."""
    face = next(
        font
        for font in TTCollection(source / f"NotoSansCJK-{weight}.ttc").fonts
        if font["name"].getDebugName(1).startswith(SIMPLIFIED_FACE)
    )
    options = subset.Options(
        layout_features=["kern", "locl", "vert", "tnum"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        hinting=False,
        desubroutinize=False,
        notdef_outline=True,
    )
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=[ord(character) for character in characters])
    chooser.subset(face)
    _rename(face, weight=weight)
    face["head"].modified = face["head"].created  # no clock in the file
    face.recalcTimestamp = False
    target = folder / f"MonitorSansSC-{weight}.otf"
    face.save(target)
    return target


def _characters(leads: range, trails: range, *, codec: str) -> set[str]:
    found = set()
    for lead in leads:
        for trail in trails:
            try:
                found.add(bytes((lead, trail)).decode(codec))
            except UnicodeDecodeError:
                continue
    return found


def _rename(font: TTFont, *, weight: str) -> None:
    names = {1: FAMILY, 2: weight, 3: f"{FAMILY} {weight}", 4: f"{FAMILY} {weight}", 6: f"MonitorSansSC-{weight}"}
    for record in list(font["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]
        elif record.nameID in (16, 17, 21, 22, 25):
            font["name"].names.remove(record)
    top = font["CFF "].cff
    top.fontNames = [names[6]]
    top.topDictIndex[0].FamilyName = FAMILY
    top.topDictIndex[0].FullName = names[4]


if __name__ == "__main__":
    source_folder, target_folder = Path(sys.argv[1]), Path(sys.argv[2])
    wanted = kept_characters(Path(__file__).parents[1] / "indicators.toml")
    for each in WEIGHTS:
        made = make_font(source_folder, weight=each, characters=wanted, folder=target_folder)
        print(f"{made} {made.stat().st_size:,} bytes, {len(wanted):,} characters")
