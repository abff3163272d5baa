"""How much room words take on paper, and where they may break; widths are in ems."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_NARROW = 0.56  # a digit of the shipped font; Latin letters are near it
_LONG = 13  # Latin characters in a row that no column can be asked to keep together
_LATIN = re.compile(r"[!-~\u00a1-\u024f]+")
_STEPS = re.compile(r".{1,6}?[._/:?&=,;@-]|.{1,6}")


@lru_cache(maxsize=65536)
def ems(text: str) -> float:
    """The width of a line of text, near enough to set columns by."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else _NARROW for each in text)


def shorten(text: str, most: float) -> str:
    """`text` if it fits into `most` ems, or its beginning and …"""
    if ems(text) <= most:
        return text
    kept, used = [], 1.0
    for each in text:
        used += ems(each)
        if used > most:
            break
        kept.append(each)
    return "".join(kept) + "…"


def pieces(text: str) -> str | list[str]:
    """`text`, or where it holds long unbroken Latin runs (hashes, addresses) its parts, between which a line may end."""
    if not any(len(run) > _LONG for run in _LATIN.findall(text)):
        return text
    parts: list[str] = []
    at = 0
    for run in _LATIN.finditer(text):
        if len(run[0]) > _LONG:
            parts += [text[at : run.start()], *_STEPS.findall(run[0])]
            at = run.end()
    return [part for part in [*parts, text[at:]] if part]


def unbroken(text: str) -> float:
    """The widest part of `text` that stays on one line."""
    runs = [min(len(run), _LONG) * _NARROW for run in _LATIN.findall(text)]
    return max([*runs, 1.0 if text else 0.0])


def share(room: float, *, least: Sequence[float], most: Sequence[float], weights: Sequence[float]) -> list[float]:
    """`room` divided among columns by `weights`, none under its least nor, while others need it, over its most.

    With too little room all shrink alike; what is over is given in proportion.
    """
    floor = sum(least)
    if floor >= room:
        return [width * room / floor for width in least]
    widths = list(least)
    open_columns = set(range(len(least)))
    while open_columns:
        left = room - sum(width for index, width in enumerate(widths) if index not in open_columns)
        total = sum(weights[index] for index in open_columns) or 1.0
        asked = {index: left * weights[index] / total for index in open_columns}
        # first those that would fall short get their least, then those that would get too much their most
        fixed = {index: least[index] for index in open_columns if asked[index] < least[index]}
        fixed = fixed or {index: most[index] for index in open_columns if asked[index] > most[index]}
        if not fixed:
            for index, width in asked.items():
                widths[index] = width
            break
        for index, width in fixed.items():
            widths[index] = width
        open_columns -= set(fixed)
    return [width * room / sum(widths) for width in widths]
