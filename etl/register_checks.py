"""What the tables of indicators.toml must mean together: references, units, years, quotes.

Each check takes all entries and yields problems; none stops at the first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from etl.measure import needs_water, normal_unit, same_dimension
from etl.names import near_names
from etl.problem import Problem
from etl.register_fields import Entry, Source

ONE, MANY = "one", "many"
# kind of table -> its keys that name something else: what they name, and how many
_REFERENCES: dict[str, dict[str, tuple[str, str]]] = {
    "documents": {"place": ("places", ONE)},
    "places": {"part_of": ("places", ONE)},
    "units": {},
    "indicators": {
        "rate_of": ("indicators", ONE),
        "beside": ("indicators", MANY),
        "part_of": ("indicators", ONE),
    },
    "targets": {
        "document": ("documents", ONE),
        "indicator": ("indicators", ONE),
        "place": ("places", ONE),
        "places": ("places", MANY),
        "same_as": ("targets", MANY),
        "replaces": ("targets", ONE),
        "after": ("tasks", ONE),
    },
    "tasks": {
        "document": ("documents", ONE),
        "place": ("places", ONE),
        "serves": ("targets", MANY),
    },
}
_KIND_WORDS = {
    "documents": "文件",
    "places": "地区",
    "units": "单位（责任单位）",
    "indicators": "指标",
    "targets": "目标",
    "tasks": "任务",
}


@dataclass(frozen=True)
class Book:
    """All entries of one file, by kind and id, with the file for messages."""

    entries: tuple[Entry, ...]
    source: Source
    by_kind: Mapping[str, dict[str, Entry]] = field(init=False)

    def __post_init__(self) -> None:
        by_kind: dict[str, dict[str, Entry]] = {kind: {} for kind in _REFERENCES}
        for entry in self.entries:
            by_kind[entry.kind].setdefault(entry.id, entry)
        object.__setattr__(self, "by_kind", by_kind)

    def of(self, kind: str) -> list[Entry]:
        """All entries of one kind, doubles included, in the order of the file."""
        return [entry for entry in self.entries if entry.kind == kind]

    def problem(self, entry: Entry, key: str, *, found: Any, expected: str, say: str) -> Problem:
        """A problem of one key; the message starts with the entry's name."""
        return self.source.problem(
            (*entry.path, key),
            found=f"{key} = {found}",
            expected=expected,
            message=f"{entry.label} {say}",
        )


def check_book(book: Book) -> list[Problem]:
    """Every problem of meaning."""
    checks = (
        _double_ids,
        _unknown_references,
        _circles,
        _target_places,
        _target_values,
        _assigned_values,
        _target_ranges,
        _target_units,
        _target_years,
        _target_forms,
        _task_dates,
    )
    return [problem for check in checks for problem in check(book)]


def _double_ids(book: Book) -> Iterator[Problem]:
    for kind in ("targets", "tasks"):
        first = book.by_kind[kind]
        for entry in book.of(kind):
            if "id" in entry.values and first[entry.id] is not entry:
                line = book.source.lines.get(first[entry.id].path, 0)
                yield book.problem(
                    entry,
                    "id",
                    found=entry.id,
                    expected="每个编号只用一次",
                    say=f"的编号已在第{line}行用过，请换一个编号。",
                )


def _unknown_references(book: Book) -> Iterator[Problem]:
    for entry in book.entries:
        for key, (kind, how_many) in _REFERENCES[entry.kind].items():
            value = entry.values.get(key)
            if value is None:
                continue
            for name in [value] if how_many == ONE else value:
                known = book.by_kind[kind]
                if name in known:
                    continue
                near = near_names(name, known) or _ids_by_name(name, known)
                hint = f"，相近的有：{'、'.join(near)}" if near else ""
                yield book.problem(
                    entry,
                    key,
                    found=name,
                    expected=f"已登记的{_KIND_WORDS[kind]}编号",
                    say=f"的 {key} 指向不存在的{_KIND_WORDS[kind]}“{name}”{hint}；请改正，或先登记它。",
                )


def _ids_by_name(name: str, known: Mapping[str, Entry]) -> list[str]:
    return [id for id, entry in known.items() if entry.values.get("name") == name]


def _circles(book: Book) -> Iterator[Problem]:
    for kind, key in (
        ("places", "part_of"),
        ("indicators", "part_of"),
        ("indicators", "rate_of"),
        ("targets", "replaces"),
    ):
        for entry in book.by_kind[kind].values():
            at, seen = entry.values.get(key), {entry.id}
            while at in book.by_kind[kind] and at not in seen:
                seen.add(at)
                at = book.by_kind[kind][at].values.get(key)
            if at == entry.id:
                yield book.problem(
                    entry,
                    key,
                    found=entry.values[key],
                    expected="不绕回自身",
                    say=f"的 {key} 绕了一圈又回到自身，请改正。",
                )


def _target_places(book: Book) -> Iterator[Problem]:
    for entry in book.of("targets"):
        one, many = entry.values.get("place"), entry.values.get("places")
        if one is not None and many is not None:
            yield book.problem(
                entry,
                "places",
                found=many,
                expected="place 或 places 之一",
                say="同时写了 place 和 places，请只留一个。",
            )
        elif not many and not _written(book, entry, "place"):
            yield book.problem(
                entry,
                "places" if many is not None else "place",
                found="无",
                expected="place 或 places",
                say="缺少必填的 place（一个地区）或 places（几个地区都要达到），请补上。",
            )
        elif many is not None and len(set(many)) < len(many):
            yield book.problem(
                entry,
                "places",
                found=many,
                expected="每个地区一次",
                say="的 places 里有地区写了两次，请删去重复的。",
            )


def _target_values(book: Book) -> Iterator[Problem]:
    """A value is there unless the target is a trend or its number is set elsewhere."""
    for entry in book.of("targets"):
        values = entry.values
        measure, assigned = values.get("measure"), values.get("assigned", False)
        if measure == "trend" and "value" in values:
            yield book.problem(
                entry,
                "value",
                found=values["value"],
                expected="trend 不写 value",
                say="是趋势目标（trend），不应有 value；请删去，或改 measure。",
            )
        elif assigned and "value" in values:
            yield book.problem(
                entry,
                "value",
                found=values["value"],
                expected="assigned 不写 value",
                say="的数值由别处下达（assigned），不应有 value；下达后写 assigned_value 和 assigned_source。",
            )
        elif measure not in (None, "trend") and not assigned and not _written(book, entry, "value"):
            yield book.problem(
                entry,
                "measure",
                found=measure,
                expected="value",
                say="缺少 value；若数值由别处下达，请写 assigned = true。",
            )


def _assigned_values(book: Book) -> Iterator[Problem]:
    """A number set elsewhere says where, and that it was."""
    for entry in book.of("targets"):
        values = entry.values
        if "assigned_value" not in values:
            continue
        if not _written(book, entry, "assigned_source"):
            yield book.problem(
                entry,
                "assigned_value",
                found=values["assigned_value"],
                expected="assigned_source",
                say="写了 assigned_value 却没有 assigned_source，请写明数值的出处。",
            )
        if not values.get("assigned"):
            yield book.problem(
                entry,
                "assigned_value",
                found=values["assigned_value"],
                expected="assigned = true",
                say="写了 assigned_value，请同时写 assigned = true，否则改用 value。",
            )


def _target_ranges(book: Book) -> Iterator[Problem]:
    """An upper end is there for `between` and for nothing else."""
    for entry in book.of("targets"):
        values = entry.values
        value, upper, rule = values.get("value"), values.get("value_to"), values.get("rule")
        if rule == "between" and value is not None and not _written(book, entry, "value_to"):
            yield book.problem(
                entry,
                "rule",
                found="between",
                expected="value_to",
                say="的 rule 是 between，缺少上限 value_to，请补上。",
            )
        if upper is not None and rule not in (None, "between"):
            yield book.problem(
                entry,
                "value_to",
                found=upper,
                expected="只用于 between",
                say=f"的 rule 是 {rule}，不应有 value_to；请删去，或把 rule 改为 between。",
            )
        if value is not None and upper is not None and upper < value:
            yield book.problem(
                entry,
                "value_to",
                found=upper,
                expected=f"不小于 value（{value:g}）",
                say=f"的上限 value_to（{upper:g}）小于 value（{value:g}），请调换。",
            )


def _target_units(book: Book) -> Iterator[Problem]:
    for entry in book.of("targets"):
        unit = entry.values.get("unit")
        indicator = book.by_kind["indicators"].get(entry.values.get("indicator", ""))
        if unit is None or indicator is None or "unit" not in indicator.values:
            continue
        own = indicator.values["unit"]
        if entry.values.get("measure") == "change":
            if normal_unit(unit) != "%":
                yield book.problem(
                    entry,
                    "unit",
                    found=unit,
                    expected="%",
                    say=f"是较基期的变化（change），单位只能是“%”，不能是“{unit}”。",
                )
        elif same_dimension(unit, own):
            continue
        elif not needs_water(unit, own):
            yield book.problem(
                entry,
                "unit",
                found=unit,
                expected=f"能换算成“{own}”的单位",
                say=f"的单位“{unit}”不能换算成指标 {indicator.id} 的单位“{own}”；请改正其中之一。",
            )
        elif not entry.values.get("reading"):
            yield book.problem(
                entry,
                "unit",
                found=unit,
                expected="reading",
                say=f"的单位“{unit}”只有指水时才等于“{own}”，请在 reading 里写明这样理解的理由。",
            )


def _target_years(book: Book) -> Iterator[Problem]:
    for entry in book.of("targets"):
        values = entry.values
        by = _year_of(values.get("by"))
        since, base = values.get("since"), values.get("base_year")
        if by is not None and since is not None and since > by:
            yield _bad_year(book, entry, "since", since, f"不晚于期限 by（{by}年）")
        if by is not None and base is not None and values.get("measure") == "change" and base >= by:
            yield _bad_year(book, entry, "base_year", base, f"早于期限 by（{by}年）")
        if values.get("measure") == "running_total" and not _written(book, entry, "since"):
            yield book.problem(
                entry,
                "measure",
                found="running_total",
                expected="since",
                say="是累计量（running_total），缺少从哪一年起累计的 since，请补上。",
            )
        years = [step["by"] for step in values.get("milestones", ()) if "by" in step]
        for at, year in enumerate(years):
            if (by is not None and year >= by) or year in years[:at]:
                yield book.source.problem(
                    (*entry.path, "milestones", at, "by"),
                    found=f"by = {year}",
                    expected=f"早于期限（{by}年），且不重复",
                    message=f"{entry.label} 的节点年份 {year} 应早于期限 {by} 年且不重复，请改正。",
                )


def _target_forms(book: Book) -> Iterator[Problem]:
    """Keys that only make sense together."""
    for entry in book.of("targets"):
        values = entry.values
        if "replaces" in values and not _written(book, entry, "valid_from"):
            yield book.problem(
                entry,
                "replaces",
                found=values["replaces"],
                expected="valid_from",
                say="取代了较早的目标，请写明从何时起：valid_from。",
            )
        if entry.id in values.get("same_as", ()):
            yield book.problem(
                entry,
                "same_as",
                found=entry.id,
                expected="别的目标",
                say="的 same_as 指向了自己，请删去。",
            )
        if "condition_met" in values and not _written(book, entry, "after"):
            yield book.problem(
                entry,
                "condition_met",
                found=values["condition_met"],
                expected="after",
                say="写了 condition_met 却没有 after，请写明以哪项任务为前提。",
            )
        if values.get("window") == 0:
            yield book.problem(
                entry,
                "window",
                found=0,
                expected="不小于1的整数",
                say="的 window 是 0，应为连续的年数，例如 3。",
            )


def _task_dates(book: Book) -> Iterator[Problem]:
    for entry in book.of("tasks"):
        inner = [
            ((*entry.path, "steps", at), f"{entry.label} 的步骤“{step.get('title', at + 1)}”", step)
            for at, step in enumerate(entry.values.get("steps", ()))
        ]
        for path, label, values in [(entry.path, entry.label, entry.values), *inner]:
            if "due" in values and "year" in values:
                yield book.source.problem(
                    (*path, "year"),
                    found=f"due = {values['due']}, year = {values['year']}",
                    expected="due 或 year 之一",
                    message=f"{label} 同时写了 due（某日前）和 year（年内），请只留一个。",
                )


def _written(book: Book, entry: Entry, key: str) -> bool:
    """Whether the key stands in the file, be its value fit or not (then that is the problem)."""
    return (*entry.path, key) in book.source.lines


def _bad_year(book: Book, entry: Entry, key: str, year: int, expected: str) -> Problem:
    return book.problem(entry, key, found=year, expected=expected, say=f"的 {key}（{year}）应{expected}，请改正。")


def _year_of(value: int | date | None) -> int | None:
    return value.year if isinstance(value, date) else value
