"""Which place a label means: the register's names, the country's namesakes, and the context.

A name that also belongs to a place outside the register (Fuzhou, 通州区) is never taken without
something in the file that tells the two apart.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from etl.recognise.headings import is_part, is_total, is_whole
from etl.recognise.text import chinese_part, clean, has_chinese, normal

_GAZETTEER = Path(__file__).with_name("gazetteer.tsv")
_ENDINGS = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市", "地区", "盟")
_CODE_BEFORE = re.compile(r"^\d{6}[-_.、:]?(?=[\u3400-\u9fff])")
_LOOKS = re.compile(r"^[\u3400-\u9fff]{1,11}(?:省|市|县|区|旗|州|盟)$")
_NOT_PLACES = re.compile(
    r"^(?:城市|市|县|区|省|州|地区|市区|城区|县区|市县|县市|区县|省市|各市|全市|全省|全区|各县|建成区|保护区|市辖区|设区市)$|"
    r"(?:工业|保护|湿|林|景|小|园)区$|其中"
)


@dataclass(frozen=True)
class Meaning:
    """What a label means. `ids`: the register's places it may be; `others`: namesakes outside.

    whole: 全省, 全市; part: 市区, 县城. Both are some place only together with what surrounds the table.
    """

    kind: str  # one, several, total, whole, part, unknown
    ids: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Places:
    """The register's places by every name, and the names of all places of the country."""

    names: Mapping[str, str]  # id to name
    part_of: Mapping[str, str | None]
    by_name: Mapping[str, frozenset[str]]
    by_short: Mapping[str, frozenset[str]]
    by_part: Mapping[str, frozenset[str]]  # what every city calls a part of itself: 市区
    _cache: dict[tuple[str, tuple[str, ...]], Meaning] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, places: Mapping[str, Any]) -> "Places":
        """From the register's places: id to something with name, aliases, part_of."""
        by_name: dict[str, set[str]] = defaultdict(set)
        by_short: dict[str, set[str]] = defaultdict(set)
        by_part: dict[str, set[str]] = defaultdict(set)
        for place, entry in places.items():
            for name in (place, entry.name, *entry.aliases):
                for key in {normal(name), _latin(name)} - {""}:
                    if not is_whole(key):
                        (by_part if is_part(key) else by_name)[key].add(place)
            short = _short(normal(entry.name))
            if short:
                by_short[short].add(place)
        return cls(
            names={place: entry.name for place, entry in places.items()},
            part_of={place: entry.part_of for place, entry in places.items()},
            by_name={name: frozenset(ids) for name, ids in by_name.items()},
            by_short={name: frozenset(ids) for name, ids in by_short.items()},
            by_part={name: frozenset(ids) for name, ids in by_part.items()},
        )

    def meaning(self, label: str, *, context: Sequence[str] = ()) -> Meaning:
        """The place a label means, given the labels of the areas it stands under."""
        key = (label, tuple(context))
        if key not in self._cache:
            self._cache[key] = self._meaning(label, context)
        return self._cache[key]

    def is_place(self, text: str) -> bool:
        """Whether a text is the name of a place, in the register or not, or of a total."""
        if not text or len(text) > 40:
            return False
        named = self.is_named(text) or normal(chinese_part(text)) in self.by_part
        return named or is_total(text) or is_whole(text) or _looks_like_place(text)

    def is_named(self, text: str) -> bool:
        """Whether a text is a place's name in the register or the gazetteer."""
        name = _without_code(normal(chinese_part(text)))
        return bool(self._register_ids(name) or _entries(name) or self._behind_prefix(name))

    def inside(self, place: str, area: str) -> bool:
        """Whether a register place lies in another, at any depth."""
        above = self.part_of.get(place)
        while above:
            if above == area:
                return True
            above = self.part_of.get(above)
        return False

    def code_of(self, label: str) -> str | None:
        """The one administrative code a label stands for, in the register or not."""
        name = _without_code(normal(chinese_part(label)))
        codes = set(self._register_ids(name)) | {code for code, _ in _entries(name)}
        return next(iter(codes)) if len(codes) == 1 else None

    def outside(self, label: str, *, context: Sequence[str] = ()) -> str:
        """What tells a place outside the register apart: its code where only one fits, else its name with its area's."""
        name = _without_code(normal(chinese_part(label)))
        entries = [each for each in _entries(name) if each[0] not in self.names]
        _, others = self._by_context(set(), entries, context)
        codes = {code for code, _ in others}
        return codes.pop() if len(codes) == 1 else "/".join([*map(normal, context[-1:]), name])

    def _meaning(self, label: str, context: Sequence[str]) -> Meaning:
        name = _without_code(normal(chinese_part(label)))
        ids = self._register_ids(name)
        if not ids:
            return self._no_place(name, label) or self._behind_prefix(name) or self._truncated(name)
        others = [(code, full) for code, full in _entries(name) if code not in ids]
        others = [each for each in others if not self._is_same(each, ids)]
        if name in self.by_name and has_chinese(name):
            others = [(code, full) for code, full in others if normal(full) == name or code.endswith("00")]
        ids, others = self._by_context(ids, others, context)
        if len(ids) == 1 and not others:
            return Meaning("one", tuple(ids))
        if not ids:
            return Meaning("unknown", (), tuple(full for _, full in others))
        return Meaning("several", tuple(sorted(ids)), tuple(sorted({full for _, full in others})))

    def _no_place(self, name: str, label: str) -> Meaning | None:
        """A label that is a place only together with others, or a sum of them."""
        if name in self.by_part:
            return Meaning("part", tuple(sorted(self.by_part[name])))
        kinds = {"whole": is_whole(label), "total": is_total(label)}
        return next((Meaning(kind) for kind, fits in kinds.items() if fits), None)

    def _register_ids(self, name: str) -> set[str]:
        exact = self.by_name.get(name) or self.by_name.get(_latin(name))
        if exact:
            return set(exact)
        if name in self.by_short:
            return set(self.by_short[name])
        return {code for code, _ in _entries(name) if code in self.names}

    def _is_same(self, entry: tuple[str, str], ids: set[str]) -> bool:
        """An older code of the very place: same name, same prefecture."""
        code, full = entry
        return any(code[:4] == each[:4] and normal(full) == normal(self.names[each]) for each in ids)

    def _by_context(
        self, ids: set[str], others: list[tuple[str, str]], context: Sequence[str]
    ) -> tuple[set[str], list[tuple[str, str]]]:
        if len(ids) + len(others) < 2:
            return ids, others
        for label in reversed(context):
            code = self.code_of(label)
            if code is None:
                continue
            prefix = code[:6].rstrip("0")
            prefix += "0" * (len(prefix) % 2)
            kept = {each for each in ids if each.startswith(prefix) or self.inside(each, code)}
            kept_others = [each for each in others if each[0].startswith(prefix)]
            if kept or kept_others:
                return kept, kept_others
        return ids, others

    def _behind_prefix(self, name: str) -> Meaning | None:
        """江西省南昌市, 江西南昌: a name behind the name of the area it lies in."""
        for length in range(len(name) - 1, 1, -1):
            areas = self._register_ids(name[:length]) | {code for code, _ in _entries(name[:length])}
            if not areas or not has_chinese(name):
                continue
            inner = {
                place
                for place in self._register_ids(name[length:])
                if any(self.inside(place, area) or _code_inside(place, area) for area in areas)
            }
            if len(inner) == 1:
                return Meaning("one", tuple(inner))
            if any(_code_inside(code, area) for code, _ in _entries(name[length:]) for area in areas):
                return Meaning("unknown")
        return None

    def _truncated(self, name: str) -> Meaning:
        """A name cut off at its end is asked about, never completed."""
        if len(name) >= 3 and has_chinese(name) and not _entries(name):
            longer = {
                place
                for full, places in self.by_name.items()
                if full.startswith(name) and full != name
                for place in places
            }
            if len(longer) == 1:
                return Meaning("several", tuple(longer))
        return Meaning("unknown")


@lru_cache(maxsize=1)
def _gazetteer() -> dict[str, tuple[tuple[str, str], ...]]:
    """Normalised name, short name and English name to (code, name) of every place."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    lines = _GAZETTEER.read_text(encoding="utf-8").splitlines()[1:]
    for code, name, english in (line.split("\t") for line in lines):
        for key in {normal(name), _short(normal(name)), _latin(english)} - {""}:
            found[key].append((code, name))
    return {key: tuple(entries) for key, entries in found.items()}


def _entries(name: str) -> tuple[tuple[str, str], ...]:
    return _gazetteer().get(name) or _gazetteer().get(_latin(name), ())


def _without_code(name: str) -> str:
    """360100南昌市 as 南昌市: a code of six digits right before a name only repeats it."""
    return _CODE_BEFORE.sub("", name)


def name_of_code(code: str) -> str:
    """The name of a place of the gazetteer, empty where there is none of that code."""
    return _names_by_code().get(code, "")


@lru_cache(maxsize=1)
def _names_by_code() -> dict[str, str]:
    return {code: name for entries in _gazetteer().values() for code, name in entries}


def _code_inside(code: str, area: str) -> bool:
    prefix = area[:2] if area.endswith("0000") else area[:4] if area.endswith("00") else area
    return code != area and code.startswith(prefix)


def _short(name: str) -> str:
    """A name without its rank, where something of two characters or more is left: never 津市."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return ""


@lru_cache(maxsize=65536)
def _latin(text: str) -> str:
    """A romanised name as it is compared: letters only, without City or Province."""
    if not text or has_chinese(text):
        return ""
    plain = re.sub(r"[^a-zà-ÿ]", "", clean(text).casefold())
    return re.sub(r"(?<=...)(?:city|province|prefecture|municipality)$", "", plain)


def _looks_like_place(text: str) -> bool:
    name = normal(chinese_part(text))
    return bool(_LOOKS.match(name)) and not _NOT_PLACES.search(name)
