"""What the tables of indicators.toml must mean together: references, doubles, circles, dates of tasks.

Each check takes all entries and yields problems; none stops at the first.
"""

from collections.abc import Iterator, Mapping

from etl.names import near_names
from etl.problem import Problem
from etl.register_book import Book
from etl.register_fields import Entry
from etl.register_targets import check_targets

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


def check_book(book: Book) -> list[Problem]:
    """Every problem of meaning."""
    checks = (
        _double_ids,
        _unknown_references,
        _circles,
        check_targets,
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
