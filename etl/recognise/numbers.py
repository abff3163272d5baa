"""A cell's content read as a number, a missing mark, or neither.

Nothing is guessed: what can be read in two ways is Unreadable and ends as a question.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from etl.recognise.grid import Content
from etl.recognise.text import FOOTNOTE_MARKS, unit_of

_MISSING = frozenset(
    ": - -- --- ---- – —— — ― _ … …… ... .. . / // \\ × x n/a na n.a. n.a nan null none nil #n/a "
    "无 空 缺 缺失 暂无 暂缺 暂无数据 无数据 未公布 未统计 未监测 待公布 不详 ... · * ** *** "
    "missing not available".split()
) | {"not available"}
_SPACE = re.compile(r"[\s\u00a0\u2000-\u200f\u3000\ufeff\u2060]+")
_NOTE = re.compile(rf"[{FOOTNOTE_MARKS}]+$")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SPACE_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?: \d{3})+(?:\.\d+)?")
_LOW = ("<=", "≤", "≦", "<", "低于", "小于", "不到", "不超过", "不足")
_HIGH = (">=", "≥", "≧", ">", "大于", "超过", "高于", "不低于", "突破")
_ABOUT = ("约", "~", "≈", "近", "左右")


@dataclass(frozen=True)
class Number:
    """A number as the file has it; `unit` only where the cell itself names one."""

    value: float
    bound: str = ""  # ge, le, about
    unit: str | None = None


@dataclass(frozen=True)
class Missing:
    """A cell that says there is no figure: empty, a dash, an ellipsis, a TAB."""


@dataclass(frozen=True)
class Unreadable:
    """Neither a number nor a mark for a missing one."""


Reading = Number | Missing | Unreadable


def read_number(content: Content | None) -> Reading:
    """What a cell of a column of figures says."""
    if content is None:
        return Missing()
    if isinstance(content, bool):
        return Unreadable()
    if isinstance(content, (int, float)):
        return Number(float(content) + 0.0) if abs(content) < 1e300 else Unreadable()
    return _read_text(content)


@lru_cache(maxsize=65536)
def _read_text(content: str) -> Reading:
    if len(content) > 64:
        return Missing() if not content.strip() else Unreadable()
    # The marks go before NFKC, which would turn 41① into 411 and 41² into 412.
    text = unicodedata.normalize("NFKC", _NOTE.sub("", _SPACE.sub(" ", content).strip()))
    text = _SPACE.sub(" ", text).strip().replace("−", "-").replace("–", "-").replace("—", "-")
    if not text or text.casefold() in _MISSING or set(text) <= {"-", ".", "…", " "}:
        return Missing()
    if text.endswith("*") and not text.startswith("*"):
        text = text.rstrip("* ")
    bound, text = _without_bound(text)
    plain = _plain_number(text)
    if plain is not None:
        return Number(plain, bound)
    return _number_with_unit(text, bound)


def _number_with_unit(text: str, bound: str) -> Reading:
    found = re.match(r"([+-]?[\d., ]*\d)\s*([^\d\s.,].*)$", text)
    if not found:
        return Unreadable()
    value, unit = _plain_number(found[1]), unit_of(found[2])
    if value is None or unit is None:
        return Unreadable()
    return Number(value, bound, unit)


def _without_bound(text: str) -> tuple[str, str]:
    for marks, bound in ((_LOW, "le"), (_HIGH, "ge"), (_ABOUT, "about")):
        for mark in marks:
            if text.startswith(mark):
                return bound, text.removeprefix(mark).strip()
    for ending, bound in (
        ("及以上", "ge"),
        ("以上", "ge"),
        ("及以下", "le"),
        ("以下", "le"),
        ("以内", "le"),
        ("左右", "about"),
    ):
        if text.endswith(ending):
            return bound, text.removesuffix(ending).strip()
    return "", text


def _plain_number(text: str) -> float | None:
    """Digits alone: "0. 00", "0050", "1,234.5", "1 234"; None for anything with two readings."""
    text = re.sub(r"\s*\.\s*", ".", text)
    text = re.sub(r"^([+-])\s+", r"\1", text)
    if _NUMBER.fullmatch(text):
        value = float(text)
    elif _GROUPED.fullmatch(text):
        value = float(text.replace(",", ""))
    elif _SPACE_GROUPED.fullmatch(text):
        value = float(text.replace(" ", ""))
    else:
        return None
    return value + 0.0 if abs(value) < 1e300 else None  # -0 is 0


def shown_number(content: Content | None) -> str:
    """The content as the file shows it: 76 for a stored 76.0, everything else untouched."""
    if content is None:
        return ""
    if isinstance(content, float) and content.is_integer() and abs(content) < 1e15:
        return str(int(content))
    return str(content)


def percent_shown(content: float) -> str:
    """A share stored as 0.873 in a cell with a percent format, as the sheet shows it: 87.3%."""
    shifted = (Decimal(repr(float(content))) * 100).normalize()
    return f"{shifted:f}%"
