"""Units of measurement: one table of exact factors, and what may be converted into what.

A unit is a base unit, a multiple of one (万, 亿, …), or one such unit over another (微克/立方米).
Counting words (个, 座, 处, …) are each their own dimension: a 座 is never a 个. Percent and
percentage points are different units. A unit this table does not know converts only into itself.
"""

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache

# canonical name: (dimension, factor to the dimension's own base, other spellings)
_BASE: dict[str, tuple[str, Fraction, tuple[str, ...]]] = {
    "1": ("none", Fraction(1), ("无", "无量纲", "")),
    "%": ("share", Fraction(1), ("百分比", "percent")),
    "‰": ("share", Fraction(1, 10), ()),
    "个百分点": ("points", Fraction(1), ("百分点",)),
    "平方米": ("area", Fraction(1), ("m2", "平米")),
    "亩": ("area", Fraction(2000, 3), ("mu",)),  # 15 亩 are one 公顷
    "公顷": ("area", Fraction(10_000), ("hm2", "ha")),
    "平方公里": ("area", Fraction(1_000_000), ("km2", "平方千米")),
    "立方米": ("volume", Fraction(1), ("m3", "方")),
    "升": ("volume", Fraction(1, 1000), ("l",)),
    "米": ("length", Fraction(1), ("m",)),
    "公里": ("length", Fraction(1000), ("km", "千米")),
    "吨": ("mass", Fraction(1_000_000), ("t",)),
    "公斤": ("mass", Fraction(1000), ("kg", "千克")),
    "克": ("mass", Fraction(1), ("g",)),
    "毫克": ("mass", Fraction(1, 1000), ("mg",)),
    "微克": ("mass", Fraction(1, 1_000_000), ("μg", "ug")),
    "千吨": ("mass", Fraction(1_000_000_000), ("kt",)),
    "吨标煤": ("coal equivalent", Fraction(1000), ("吨标准煤", "tce")),
    "千克标煤": ("coal equivalent", Fraction(1), ("千克标准煤", "公斤标煤", "公斤标准煤", "kgce")),
    "千瓦": ("power", Fraction(1), ("kw",)),
    "兆瓦": ("power", Fraction(1000), ("mw",)),
    "千瓦时": ("electricity", Fraction(1), ("kwh", "度", "千瓦小时")),
    "元": ("money", Fraction(1), ("人民币元", "元人民币")),
    "美元": ("dollars", Fraction(1), ("usd",)),
    "秒": ("time", Fraction(1), ("s",)),
    "分钟": ("time", Fraction(60), ("min",)),
    "小时": ("time", Fraction(3600), ("h",)),
    "天": ("time", Fraction(86_400), ("日", "d")),
    "年": ("years", Fraction(1), ("a",)),
    "人": ("count of 人", Fraction(1), ("人数", "名")),
}
_CLASSIFIERS = (
    "个 座 处 条 项 件 台 套 次 村 家 户 辆 起 份 所 支 株 头 只 种 批 宗 人次 片 场 期 张 艘 栋 幢 块 篇 届 倍 分贝 分"
).split()
_MULTIPLES = {
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}
# A tonne of water is a cubic metre. The two texts mean the same only for water, so whoever
# converts has to say so: a target whose `reading` explains it.
_WATER = {("吨/万元", "立方米/万元"), ("立方米/万元", "吨/万元")}


class UnknownConversion(ValueError):
    """No exact factor leads from one unit to the other; str() is a Chinese sentence."""


def convert(value: float, *, from_unit: str, to_unit: str, as_water: bool = False) -> float:
    """`value` in `to_unit`, by an exact factor (no rounding noise: 53.7 万亩 are 35800.0 公顷).

    `as_water`: the quantity is water, so that 吨/万元 and 立方米/万元 are one unit.
    Raises UnknownConversion where the units do not measure the same thing.
    """
    if normal_unit(from_unit) == normal_unit(to_unit) or (as_water and needs_water(from_unit, to_unit)):
        return float(value)
    source, target = _parsed(from_unit), _parsed(to_unit)
    if source is None or target is None or source[0] != target[0]:
        raise UnknownConversion(f"单位“{from_unit}”不能换算为“{to_unit}”。")
    return float(Fraction(repr(float(value))) * source[1] / target[1])


def same_dimension(a: str, b: str) -> bool:
    """Whether a number in unit `a` can be written in unit `b`."""
    try:
        convert(1.0, from_unit=a, to_unit=b)
    except UnknownConversion:
        return False
    return True


def needs_water(a: str, b: str) -> bool:
    """Whether the two units are one only if the quantity is water."""
    return (normal_unit(a), normal_unit(b)) in _WATER


@lru_cache(maxsize=4096)
def normal_unit(text: str) -> str:
    """The one spelling of a unit: 微克/立方米 for μg/m³, ug/m3 and 微克每立方米."""
    cleaned = _cleaned(text)
    return "/".join(_normal_part(part) for part in cleaned.split("/"))


def _cleaned(text: str) -> str:
    folded = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return re.sub(r"(?<=.)每(?=.)", "/", folded.replace("⁄", "/").replace("∕", "/"))


def _normal_part(part: str) -> str:
    if part in _SPELLINGS:
        return _SPELLINGS[part]
    for multiple in _MULTIPLES:
        rest = part.removeprefix(multiple)
        if rest != part and rest in _SPELLINGS and rest:
            return _SPELLINGS.get(multiple + _SPELLINGS[rest], multiple + _SPELLINGS[rest])
    return part


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[str, Fraction] | None:
    """Dimension and exact factor of a unit, None where the table does not know it."""
    parts = [_parsed_part(part) for part in normal_unit(text).split("/")]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or len(known) > 2:
        return None
    if len(known) == 1:
        return known[0]
    (above, factor), (below, divisor) = known
    return f"{above} per {below}", factor / divisor


def _parsed_part(part: str) -> tuple[str, Fraction] | None:
    if part in _FACTORS:
        return _FACTORS[part]
    for multiple, times in _MULTIPLES.items():
        rest = part.removeprefix(multiple)
        if rest != part and rest in _FACTORS:
            dimension, factor = _FACTORS[rest]
            return dimension, factor * times
    return None


_SPELLINGS: dict[str, str] = {
    **{name: name for name in _CLASSIFIERS},
    **{name: name for name in _BASE},
    **{other: name for name, (_, _, others) in _BASE.items() for other in others},
}
_FACTORS: dict[str, tuple[str, Fraction]] = {
    **{name: (f"count of {name}", Fraction(1)) for name in _CLASSIFIERS},
    **{name: (dimension, factor) for name, (dimension, factor, _) in _BASE.items()},
}
