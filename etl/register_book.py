"""All tables of one indicators.toml together, for the checks that look across them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from etl.problem import Problem
from etl.register_fields import LISTS, NAMED, Entry, Source


@dataclass(frozen=True)
class Book:
    """All entries of one file, by kind and id, with the file for messages."""

    entries: tuple[Entry, ...]
    source: Source
    by_kind: Mapping[str, dict[str, Entry]] = field(init=False)

    def __post_init__(self) -> None:
        by_kind: dict[str, dict[str, Entry]] = {kind: {} for kind in (*NAMED, *LISTS)}
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

    def holds(self, entry: Entry, key: str) -> bool:
        """Whether the key stands in the file, be its value fit or not (then that is the problem)."""
        return (*entry.path, key) in self.source.lines
