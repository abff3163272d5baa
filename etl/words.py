"""words.toml in, words out: every status, light, bucket and quality in the words people read."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Light:
    light: str
    word: str
    symbol: str  # where lights are counted and no single status stands
    colour: str
    colour_dark: str
    soft: str
    soft_dark: str


@dataclass(frozen=True)
class Status:
    status: str
    word: str
    light: str
    symbol: str
    word_path: str  # the word when the path decided, not the outlook
    word_trend: str  # the word for a trend that should not fall
    word_trend_lower: str  # the word for a trend that should not rise


@dataclass(frozen=True)
class TaskState:
    state: str
    word: str
    light: str
    symbol: str
    heap: str  # how the headline counts it


@dataclass(frozen=True)
class Words:
    lights: dict[str, Light]
    statuses: dict[str, Status]
    buckets: dict[str, Any]
    overlays: dict[str, str]
    qualities: dict[str, str]
    measures: dict[str, str]
    rules: dict[str, str]
    forces: dict[str, str]
    tasks: dict[str, TaskState]
    task_heaps: dict[str, Any]
    task_reports: dict[str, str]
    releases: dict[str, str]
    roles: dict[str, str]
    acts: dict[str, str]
    events: dict[str, str]

    def status_word(self, status: str, *, basis: str = "", better: str = "higher") -> str:
        """The word of a status, in the wording that fits what decided it (path, trend or else)."""
        entry = self.statuses[status]
        if basis == "path":
            return entry.word_path
        if basis == "trend":
            return entry.word_trend_lower if better == "lower" else entry.word_trend
        return entry.word


@cache
def read_words() -> Words:
    """The shipped words, read once."""
    path = Path(__file__).with_name("words.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Words(
        lights={key: Light(light=key, **entry) for key, entry in table["lights"].items()},
        statuses={key: _status(key, entry) for key, entry in table["statuses"].items()},
        buckets=table["buckets"],
        overlays=table["overlays"],
        qualities=table["qualities"],
        measures=table["measures"],
        rules=table["rules"],
        forces=table["forces"],
        tasks={key: TaskState(state=key, **entry) for key, entry in table["tasks"].items()},
        task_heaps=table["task_heaps"],
        task_reports=table["task_reports"],
        releases=table["releases"],
        roles=table["roles"],
        acts=table["acts"],
        events=table["events"],
    )


def _status(key: str, entry: dict[str, str]) -> Status:
    trend = entry.get("word_trend", entry["word"])
    return Status(
        status=key,
        word=entry["word"],
        light=entry["light"],
        symbol=entry["symbol"],
        word_path=entry.get("word_path", entry["word"]),
        word_trend=trend,
        word_trend_lower=entry.get("word_trend_lower", trend),
    )
