"""What the keys of one target must mean together: places, value, unit, years, forms."""

from collections.abc import Iterator
from datetime import date

from etl.measure import needs_water, normal_unit, same_dimension
from etl.problem import Problem
from etl.register_book import Book
from etl.register_fields import Entry


def check_targets(book: Book) -> Iterator[Problem]:
    """Every problem of meaning that targets have in themselves."""
    for check in (
        _target_places,
        _target_values,
        _assigned_values,
        _target_ranges,
        _target_units,
        _target_years,
        _target_forms,
    ):
        yield from check(book)


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
        elif not many and not book.holds(entry, "place"):
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
        elif measure not in (None, "trend") and not assigned and not book.holds(entry, "value"):
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
        if not book.holds(entry, "assigned_source"):
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
        if rule == "between" and value is not None and not book.holds(entry, "value_to"):
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
        if values.get("measure") == "running_total" and not book.holds(entry, "since"):
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
        if "replaces" in values and not book.holds(entry, "valid_from"):
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
        if "condition_met" in values and not book.holds(entry, "after"):
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


def _bad_year(book: Book, entry: Entry, key: str, year: int, expected: str) -> Problem:
    return book.problem(entry, key, found=year, expected=expected, say=f"的 {key}（{year}）应{expected}，请改正。")


def _year_of(value: int | date | None) -> int | None:
    return value.year if isinstance(value, date) else value
