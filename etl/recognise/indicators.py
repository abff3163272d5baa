"""Which indicator a column's words mean: exact after normalisation, or a question.

A near match is never picked. Three things make a name another quantity and are kept apart from
it: the scope (全市, 市辖区), a word for a rate (增长, 占比, 人均), and the header above it.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from etl.measure import normal_unit
from etl.recognise.headings import names_rate, split_scope
from etl.recognise.text import normal, split_unit, unit_of

_NEAR = 0.82
_WORTH_OFFERING = 0.6
_MOST_CANDIDATES = 4
_PUNCTUATION = re.compile(r"[()\[\]【】,，、;；:：]")
_SUBSTANCE = re.compile(r"pm ?2\.5|pm ?10|so2|no2|nox|o3(?!\d)|co2")
_JOINERS = re.compile(r"[\s:：,，、;；()（）\[\]【】/\-—_的]")


@dataclass(frozen=True)
class Match:
    """How a label stands to the register.

    one; under: that name below another heading (ask once for all of these); near, several: ask; unknown.
    """

    kind: str
    ids: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class _Name:
    """A name of the register without what joins its words."""

    plain: str
    substances: frozenset[str]
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Indicators:
    """The register's indicators by every name, each with the scope the name carries."""

    names: Mapping[str, str]
    units: Mapping[str, str]
    by_name: Mapping[str, tuple[tuple[str, str], ...]]  # normal name to (id, scope)
    compared: tuple["_Name", ...]  # the same names, ready to be compared with one that is none of them

    @classmethod
    def of(cls, indicators: Mapping[str, Any]) -> "Indicators":
        """From the register's indicators: id to something with name, unit, aliases."""
        by_name: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for indicator, entry in indicators.items():
            own_scope = split_scope(entry.name)[1]
            for name in (indicator, entry.name, *entry.aliases):
                plain, scope = split_scope(split_unit(name)[0])
                for key in {_key(plain), _key(name)} - {""}:
                    by_name[key].add((indicator, scope or own_scope))
        return cls(
            names={indicator: entry.name for indicator, entry in indicators.items()},
            units={
                indicator: unit_of(entry.unit) or normal_unit(entry.unit) for indicator, entry in indicators.items()
            },
            by_name={name: tuple(sorted(found)) for name, found in by_name.items()},
            compared=tuple(
                _Name(_JOINERS.sub("", name), _substances(name), tuple(sorted({indicator for indicator, _ in found})))
                for name, found in by_name.items()
            ),
        )

    def match(self, path: Sequence[str], *, scope: str, hint: str = "", look_alikes: bool = True) -> Match:
        """The indicator of a header path (outermost first) with the file's scope.

        `hint` is the header with its English; it only orders and clears the choices of a question.
        Without `look_alikes` names that are merely similar are not searched for.
        """
        parts = [part for part in path if normal(part)]
        if not parts:
            return Match("unknown")
        joined = _key("".join(parts))
        found = self.by_name.get(joined)
        if found:
            return self._by_scope(found, scope)
        leaf = _key(parts[-1])
        found = self.by_name.get(leaf)
        if found and len(parts) > 1:
            if _key(parts[-2]) in leaf and not any(names_rate(part) for part in parts[:-1]):
                return self._by_scope(found, scope)
            under = self._by_scope(found, scope)
            kind = "under" if under.kind == "one" and not any(names_rate(part) for part in parts[:-1]) else "near"
            return Match(kind, under.ids, f"它在“{' '.join(parts[:-1])}”之下，可能只是其中一部分")
        return self._near(joined, hint) if look_alikes else Match("unknown")

    def exact(self, text: str) -> bool:
        """Whether a text is one of the register's names for an indicator."""
        plain = split_scope(split_unit(text)[0])[0]
        return _key(plain) in self.by_name or _key(text) in self.by_name

    def is_vague(self, path: Sequence[str], indicator: str, *, around: str) -> bool:
        """Whether a label is less than half an indicator's name, and no word around the table says what stands before it.

        综合指数 is that of the air only in a table about the air, 总磷浓度 that of the lake only beside the lake.
        """
        label, full = _key("".join(path)), _key(self.names[indicator])
        front = full.partition(label)[0] if label in full and len(label) * 2 < len(full) else ""
        if not front or _substances(label):
            return False
        said = normal(around + "".join(path[:-1]))
        pairs = {front[at : at + 2] for at in range(len(front) - 1)}
        return sum(pair in said for pair in pairs) < 2

    def _by_scope(self, found: tuple[tuple[str, str], ...], scope: str) -> Match:
        same = {indicator for indicator, own in found if own == scope}
        if not same and scope == "全市":
            same = {indicator for indicator, own in found if not own}
        if not same and not scope:
            same = {indicator for indicator, own in found if own == "全市"}
        if len(same) == 1:
            return Match("one", tuple(same))
        ids = tuple(sorted(same or {indicator for indicator, _ in found}))
        if len(same) > 1:
            return Match("several", ids, "登记表里有几个指标叫这个名字")
        said = f"文件口径是{scope}" if scope else "文件没有说是全市还是市辖区"
        return Match("near", ids, f"{said}，与登记表的口径不同")

    def _near(self, joined: str, hint: str) -> Match:
        plain = _JOINERS.sub("", joined)
        substances = _substances(joined + " " + hint)
        scores: dict[str, float] = {}
        for name in self.compared:
            # Two names with different substances are never one quantity, however alike they look.
            clash = bool(name.substances and substances) and name.substances.isdisjoint(substances)
            shared = bool(name.substances & substances)
            score = -1.0 if clash else max(_likeness(plain, name.plain), 0.7 if shared else 0.0)
            for indicator in name.ids:
                known = scores.get(indicator, 0.0)
                scores[indicator] = -1.0 if -1.0 in {score, known} else max(score, known)
        best = sorted((-score, each) for each, score in scores.items() if score >= _WORTH_OFFERING)
        if not best or -best[0][0] < (_WORTH_OFFERING if substances else _NEAR):
            return Match("unknown")
        return Match("near", tuple(each for _, each in best[:_MOST_CANDIDATES]), "名称相近但不完全相同")


def _key(text: str) -> str:
    """A name as it is matched: brackets and commas make no other name, nor does 年平均 for 年均."""
    return _PUNCTUATION.sub("", normal(text)).replace("年平均", "年均")


def _substances(text: str) -> frozenset[str]:
    """PM2.5, PM10, SO2 …: two names with different ones are never the same quantity."""
    return frozenset(found.replace(" ", "") for found in _SUBSTANCE.findall(text.casefold()))


def _likeness(a: str, b: str) -> float:
    """How alike two names are; 0 where one is a rate and the other is not."""
    if a == b:
        return 1.0
    shorter, longer = sorted((len(a), len(b)))
    if shorter < 4 or shorter * 2 < longer or names_rate(a) != names_rate(b):
        return 0.0
    if a in b or b in a:
        return 0.9
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < _NEAR:
        return 0.0
    return matcher.ratio()
