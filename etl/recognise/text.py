"""Words as files write them, brought to the one form in which they are compared.

Everything here is for comparing only: a report always shows the file's own words.
"""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

from etl.measure import normal_unit, same_dimension

_TRADITIONAL = OpenCC("t2s")
_CJK = r"\u3400-\u9fff"
# ①, ⑴, ⒈, ¹ and ² beside a word or number are footnote marks. NFKC would turn 41① into 411.
FOOTNOTE_MARKS = "①-⑳⑴-⒇⒈-⒛❶-❿⓪⓫-⓴¹²³⁰⁴-⁹†‡※"
_FOOTNOTE = re.compile(rf"[{FOOTNOTE_MARKS}]+|\*+$|[\[(（]注?\s*\d{{1,2}}[\])）]$|(?<=[{_CJK})）])注\d{{1,2}}$")
_SUPERSCRIPT_IN_UNIT = re.compile(r"(?<=[A-Za-z米])[²³]")
_INVISIBLE = re.compile(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u2060\ufeff]")
_BRACKETED = re.compile(r"[(\[【（]([^()\[\]【】（）]*)[)\]】）]")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_YEAR_WORD = re.compile(r"^(?:公元)?((?:19|20)\d{2})(?:\.0+)?\s*(?:年度?|年末|年底)?$")
_DAY = re.compile(r"^((?:19|20)\d{2})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?(?:[ T]00:00:00)?$")
_PART_YEAR = re.compile(
    r"(?:^|[^\d])(?:1[0-2]|0?[1-9])月|季度|上半年|下半年|前三季|[一二三四]季|\bQ[1-4]\b|"
    r"(?:^|[年\s])(?:[一二三四五六七八九十]|十[一二])月|"
    r"(?:[二三四五六七八九十]+|^\d{1,2})年(?:平均|合计|累计|总计)|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*[-\s'.]*\d{2,4}\b",
    re.IGNORECASE,
)
_SPELLED_YEAR = re.compile(r"[一二][〇○零九][〇○零一二三四五六七八九]{2}(?=年)")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}\s*[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,3}(?:\.\d{1,2})*\s*[、．]|\d{1,3}\.(?=\D))\s*"
)
_WHOLE_YEAR = re.compile(r"0?1月?\s*[-—–~～至]\s*12月")
_RANGE = re.compile(r"(?:19|20)\d{2}\s*年?\s*(?:[-—–~～至/]|到)\s*(?:(?:19|20)\d{2}|\d{2})(?!\d)")
_YEARBOOK = re.compile(
    r"年\s*鉴|手册|统计(?:摘要|提要|概览|资料|便览)|yearbook|handbook|statistical (?:abstract|pocket)"
)
_NOT_DATA_YEAR = re.compile(
    r"(?:比|较|同比|以)(?:上年|(?:19|20)\d{2}年)|(?:19|20)\d{2}年(?:不变价|价格|可比价)|"
    r"(?:19|20)\d{2}年?=100|与(?:19|20)\d{2}年|(?:19|20)\d{2}年?(?:以来|起|至今|基期|基数|为基)"
)


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """A cell's words on one line: no invisible characters, no doubled spaces, half width."""
    kept = _SUPERSCRIPT_IN_UNIT.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    kept = _FOOTNOTE.sub("", _INVISIBLE.sub("", kept).strip())
    return " ".join(unicodedata.normalize("NFKC", kept).split())


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """A name as it is compared: Simplified, half width, no spaces, lower case, no footnote marks."""
    plain = simplified(clean(text)).casefold()
    return re.sub(r"\s|[“”\"'’`]", "", plain).replace("₂", "2").replace("·", "").rstrip(":：")


@lru_cache(maxsize=65536)
def simplified(text: str) -> str:
    """Traditional script turned into Simplified."""
    if not re.search(rf"[{_CJK}]", text):
        return text
    return str(_TRADITIONAL.convert(text))


@lru_cache(maxsize=65536)
def has_chinese(text: str) -> bool:
    """Whether any character is Chinese."""
    return re.search(rf"[{_CJK}]", text) is not None


@lru_cache(maxsize=65536)
def chinese_part(text: str) -> str:
    r"""The Chinese words of a bilingual label; a label without Chinese stays as it is.

    "北京 Beijing" is 北京; "细颗粒物\n(微克/立方米)\nAnnual Mean(ug/m3)" keeps two lines.
    Latin inside Chinese ("PM2.5年均浓度") stays.
    """
    if not has_chinese(text):
        return text
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    last = max(at for at, line in enumerate(lines) if has_chinese(line))
    joined = " ".join([*lines[: last + 1], *(line for line in lines[last + 1 :] if is_unit(line))])
    return re.sub(rf"(?<=[{_CJK})）])\s+[A-Za-z][A-Za-z .,'’&()/\-]*$", "", joined).strip()


_UNIT_WORDS = {
    "10000tons": "万吨",
    "10000ton": "万吨",
    "ton": "吨",
    "tons": "吨",
    "hectare": "公顷",
    "hectares": "公顷",
    "10000yuan": "万元",
    "100millionyuan": "亿元",
    "yuan": "元",
    "person": "人",
    "persons": "人",
    "10000persons": "万人",
    "10000households": "万户",
    "ug/m3": "微克/立方米",
    "µg/m3": "微克/立方米",
    "sq.km": "平方公里",
    "sqkm": "平方公里",
    "days": "天",
    "day": "天",
    "percent": "%",
    "指数": "1",
}
# "1 000 hectares", "100 million cu.m": the count before the word is part of the unit.
_ENGLISH_COUNTS = {"1000": "千", "thousand": "千", "10000": "万", "million": "百万", "100million": "亿"}
_ENGLISH_NOUNS = {
    "hectare": "公顷", "ha": "公顷", "mu": "亩", "sq.km": "平方公里", "km2": "平方公里", "ton": "吨", "tonne": "吨",
    "yuan": "元", "person": "人", "household": "户", "cu.m": "立方米", "cubicmeter": "立方米", "cubicmetre": "立方米",
    "kg": "千克", "kw": "千瓦", "kwh": "千瓦时", "unit": "个",
}  # fmt: skip
_ENGLISH_UNIT = re.compile(rf"({'|'.join(_ENGLISH_COUNTS)})({'|'.join(map(re.escape, _ENGLISH_NOUNS))})s?")
_TRAILING_PERCENT = re.compile(rf"(?<=[{_CJK}A-Za-z）)])\s*[±+\-]*\s*([%‰])$")


@lru_cache(maxsize=16384)
def unit_of(text: str) -> str | None:
    """The unit that a text is, in the register's spelling; None where the text is no unit."""
    stripped = clean(text).strip("()[] ").removeprefix("单位").lstrip(":： ")
    if not stripped or len(stripped) > 24 or re.fullmatch(r"[\d.,\s]+", stripped):
        return None
    word = re.sub(r"\s", "", stripped).casefold()
    if word in _UNIT_WORDS:
        return _UNIT_WORDS[word]
    english = _ENGLISH_UNIT.fullmatch(word)
    if english:
        return normal_unit(_ENGLISH_COUNTS[english[1]] + _ENGLISH_NOUNS[english[2]])
    unit = normal_unit(simplified(stripped))
    if unit in {"1", "年", "分", "次/年"}:
        return unit if unit == "次/年" else None
    return unit if _is_known(unit) else None


@lru_cache(maxsize=4096)
def _is_known(unit: str) -> bool:
    """Whether the table of units knows it: then it converts into its own double."""
    above, _, below = unit.partition("/")
    above = above.lstrip("亿万千百十") or above
    return same_dimension(unit, f"万{above}/{below}" if below else f"万{above}") or unit in {"%", "‰"}


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else."""
    return unit_of(text) is not None


def split_unit(text: str) -> tuple[str, str | None]:
    """A label without its unit, and the unit: "工业废水(万吨)" gives ("工业废水", "万吨")."""
    unit = None
    for found in _BRACKETED.finditer(text):
        said, rest = _unit_in_brackets(found[1])
        if said is not None:
            unit = unit or said
            text = text.replace(found[0], f"({rest}) " if rest else " ", 1)
    head, mark, tail = text.rpartition(":") if ":" in text else text.rpartition("：")
    if unit is None and mark and is_unit(tail):
        name = re.sub(r"[,，(（\s]*(?:计量)?单位\s*$", "", head)
        return clean(name), unit_of(tail)
    if unit is None:
        for mark in ("/", "_", ",", " "):
            head, found_mark, tail = text.rpartition(mark)
            whole = head.count("(") + head.count("（") == head.count(")") + head.count("）")
            if found_mark and head.strip() and mark != "/" and whole and is_unit(tail):
                return clean(head), unit_of(tail)
        percent = _TRAILING_PERCENT.search(text.strip())
        if percent:  # 比上年±%, 占全省比重%
            return clean(text.strip()[: percent.start()]), unit_of(percent[1])
    return clean(text), unit


def _unit_in_brackets(inner: str) -> tuple[str | None, str]:
    """The unit that brackets hold, and what stands beside it: "2018,万吨" gives ("万吨", "2018")."""
    if unit_of(inner) is not None:
        return unit_of(inner), ""
    parts = [part.strip() for part in re.split(r"[,，、;；]", inner)]
    units = [part for part in parts if is_unit(part)]
    if len(units) != 1:
        return None, ""
    return unit_of(units[0]), ",".join(part for part in parts if part not in units)


@lru_cache(maxsize=16384)
def year_of(text: str) -> int | None:
    """The year a cell is, as "2017", "2017年", "2017.0", "2017年末" or the last day of a year."""
    plain = _in_digits(clean(text))
    found = _YEAR_WORD.match(plain)
    if found:
        return int(found[1])
    day = _DAY.match(plain)
    whole_year = {(12, 31), (1, 1)}
    if day and day[3] and (int(day[2]), int(day[3])) in whole_year:
        return int(day[1])
    return None


@lru_cache(maxsize=16384)
def is_part_year(text: str) -> bool:
    """Whether a label names a month, a quarter, a half year or several years together."""
    plain = _WHOLE_YEAR.sub("", clean(text))
    day = _DAY.match(plain)
    if day and year_of(plain) is None:
        return True
    return bool(_PART_YEAR.search(plain) or _RANGE.search(plain))


def _in_digits(text: str) -> str:
    """二〇一七年 as 2017年."""
    return _SPELLED_YEAR.sub(lambda found: found[0].translate(_NUMERALS), text)


def without_numbering(text: str) -> str:
    """A row label without what numbers it: 一、 1. (2)."""
    return _NUMBERING.sub("", text.strip()).strip() or text.strip()


def years_in(text: str) -> list[int]:
    """The years a title names as the year of its figures, without bases of comparison."""
    plain = _NOT_DATA_YEAR.sub(" ", _in_digits(clean(text)))
    if _RANGE.search(plain):
        return []
    return list(dict.fromkeys(int(found) for found in YEAR.findall(plain)))


def names_yearbook(text: str) -> bool:
    """Whether a text names a yearbook or a handbook, whose year is not that of its figures."""
    return _YEARBOOK.search(simplified(clean(text)).casefold()) is not None
