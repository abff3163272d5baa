"""What has been asked or made before, kept in memory for as long as it is true.

A change of the data puts everything in doubt, and nothing is given before it is out of doubt. A question is asked
again; where the rows are equal to those of before, those are given, the very same objects, so that what was made of
them is still made of them. What asked something while it was made holds while all of that is answered by the very
same. Bounded by what it holds, not by how many; of several who want the same at once, one makes it.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import zip_longest
from typing import Any, Generic, ParamSpec, TypeVar

from dashboard import data, turns

# Of each thread: .asked, what the thing that it is making has asked so far; .wanted, when people last wanted what it
# looks into ahead of them. None outside.
_within = threading.local()

P = ParamSpec("P")
T = TypeVar("T")

Edition = tuple[str, int]  # address and version of the data

# In units of some hundred bytes: a cell of an answer, a hundred characters of markup.
MOST = 4_000_000
# What nobody wanted for so long is not looked into again when the data changes, but forgotten.
UNUSED_SECONDS = 900.0
_ROOM = 0.95  # of it is kept where there was too much: so it is looked through seldom
_SHORT = 20
_CHART = 500  # and whatever else cannot be counted: some fifty kilobytes
_ATOMS = (str, int, float, date, type(None))


@dataclass
class _Thing(Generic[T]):
    made: T
    weight: int
    edition: Edition  # the last in which it was found to be true
    again: Callable[[T], T]  # what is true now: the same object where that still is
    used: float  # on the clock of perf_counter


class Shelf:
    """Things by their keys up to a total weight; the longest unused goes first. Safe in any thread."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._edition: Edition = ("", 0)
        self._things: dict[Hashable, _Thing[Any]] = {}
        self._weight = 0
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(
        self, edition: Edition, key: Hashable, make: Callable[[], T], *, again: Callable[[T], T] | None = None
    ) -> T:
        """What `make` gives, or gave before in this edition; in a later one what `again` makes of that.

        `again` gives its argument where that is still true; without it, `make` makes it anew.

        What is there and true is given without a lock: a run asks for a hundred things, and threads that meet
        at a lock so often end up queueing at it.
        """
        found = self._things.get(key)
        if found is None or found.edition != edition:
            return self._got(edition, key, make, again or (lambda _: make()))
        found.used = max(found.used, _wanted())
        return found.made  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self._things)

    def in_doubt(self, edition: Edition) -> list[Hashable]:
        """What was true before this edition and nobody has asked for since, what people wanted last first."""
        since = time.perf_counter() - UNUSED_SECONDS
        return [
            key for key, thing in reversed(self._by_use()) if _is_before(thing.edition, edition) and thing.used >= since
        ]

    def settle(self, edition: Edition, key: Hashable) -> None:
        """Find out whether a thing is still true, and make it anew where it is not: no use of it, nor of what it asks."""
        found = self._things.get(key)
        if found is None or not _is_before(found.edition, edition) or _is_before(edition, self._edition):
            return
        _within.wanted = found.used
        try:
            self._got(edition, key, partial(found.again, found.made), found.again)
        finally:
            _within.wanted = None

    def forget_unused(self) -> None:
        """Forget what nobody wanted for long, nor anything that asks for it."""
        since = time.perf_counter() - UNUSED_SECONDS
        with self._lock:
            gone = [self._drop(key) for key, thing in self._by_use() if thing.used < since]
        del gone  # not under the lock: it takes a while

    def _got(self, edition: Edition, key: Hashable, make: Callable[[], T], again: Callable[[T], T]) -> T:
        """The same where it is not there, or in doubt: one makes it, the others wait without keeping a turn (turns.py)."""
        making = self._making_of(edition, key)
        while not making.acquire(blocking=False):
            with turns.away(), making:
                pass
            making = self._making_of(edition, key)
        try:
            found = self._things.get(key)
            if found is not None and found.edition == edition:
                return found.made  # type: ignore[no-any-return]
            # what was true of a later edition says nothing of this one
            made = again(found.made) if found is not None and _is_before(found.edition, edition) else make()
            thing = _Thing(made, weigh(made), edition, again, used=_wanted())
            with self._lock:
                gone = [*self._turn_over(edition), *self._put(key, thing)]
            del gone  # not under the lock: it takes a while
            return made
        finally:
            with self._lock:
                if self._making.get((edition, key)) is making:
                    del self._making[edition, key]
            making.release()

    def _making_of(self, edition: Edition, key: Hashable) -> threading.Lock:
        """Who holds it makes the thing in this edition."""
        with self._lock:
            return self._making.setdefault((edition, key), threading.Lock())

    def _turn_over(self, edition: Edition) -> list[Any]:
        """What is kept is of this edition from now on; forget what is of another database, and give it."""
        if _is_before(edition, self._edition):
            return []
        gone: list[Any] = []
        if edition[0] != self._edition[0]:
            gone, self._things, self._weight = [self._things], {}, 0
        self._edition = edition
        return gone

    def _put(self, key: Hashable, thing: _Thing[Any]) -> list[Any]:
        """Keep a thing and give those for which there is no room any more."""
        if thing.edition != self._edition:  # made of data that has changed meanwhile: of use to nobody else
            return []
        before = self._things.get(key)
        if before is not None:
            thing.used = max(thing.used, before.used)
        self._things[key] = thing
        self._weight += thing.weight - (before.weight if before else 0)
        gone: list[Any] = [before]
        if self._weight > self._most:
            for unused, _ in self._by_use()[:-1]:
                gone.append(self._drop(unused))
                if self._weight <= _ROOM * self._most:
                    break
        return gone

    def _by_use(self) -> list[tuple[Hashable, _Thing[Any]]]:
        """All things, the longest unused first; others may come and go meanwhile: a copy is made in one step."""
        return sorted(self._things.copy().items(), key=lambda each: each[1].used)

    def _drop(self, key: Hashable) -> _Thing[Any]:
        lost = self._things.pop(key)
        self._weight -= lost.weight
        return lost


def _wanted() -> float:
    """When people wanted what this thread asks for: now, but for what it looks into ahead of them."""
    return getattr(_within, "wanted", None) or time.perf_counter()


def _is_before(one: Edition, other: Edition) -> bool:
    return one[0] == other[0] and one[1] < other[1]


def weigh(made: Any) -> int:
    """Roughly how many hundred bytes a thing holds: markup by its length, rows by their cells."""
    if isinstance(made, _Kept):
        return 1 + len(made.made) // 10 if made.is_choice() else weigh(made.made)
    if isinstance(made, str):
        return 1 + len(made) // 100
    if isinstance(made, list | tuple) and made and isinstance(made[0], dict):
        return 1 + len(made) * len(made[0])
    if isinstance(made, list):
        return 1 + len(made) // 10
    return _CHART


_shelf = Shelf(most=MOST)


def forget_unused() -> None:
    """Make room: forget what nobody wanted for a quarter of an hour."""
    _shelf.forget_unused()


def is_empty() -> bool:
    """Whether nothing is kept."""
    return not _shelf


def in_doubt(edition: Edition) -> list[Callable[[], None]]:
    """After a change of the data: for each thing kept a step that finds out whether it is still true, what people want most first."""
    return [partial(_shelf.settle, edition, key) for key in _shelf.in_doubt(edition)]


def answer(key: Hashable, ask: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
    """The rows that `ask` gives, from memory while the data has not changed; after that the same ones while they are equal."""
    store = data.store()
    rows = _shelf.get((store.url, store.version()), key, ask, again=lambda before: _as_before(before, ask()))
    _note(rows, answer, key, ask)
    return rows


def _as_before(before: tuple[T, ...], now: tuple[T, ...]) -> tuple[T, ...]:
    """The rows of before where all are equal; else those of now, each that is equal being the one of before."""
    if now == before:
        return before
    return tuple(was if was == row else row for was, row in zip_longest(before, now))[: len(now)]


def kept(make: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """`make(*args, **named)`, from memory where it was made of the very same before.

    For functions whose result depends on their arguments and on what they ask through `answer` and `kept`
    alone, and for results that nobody changes. Rows count as the same where they are the same object, as an
    answer of the database is until another one is right, and as what this function gave is; words, numbers
    and days where they are equal.
    """
    store = data.store()
    key = (make, *map(_identity, args), *((name, _identity(value)) for name, value in named.items()))
    thing = _shelf.get((store.url, store.version()), key, lambda: _made(make, args, named), again=_Kept.again)
    _note(thing.made, kept, make, *args, **named)
    return thing.made


@dataclass(frozen=True)
class _Kept(Generic[T]):
    """A thing and what it was made of: while that is held, no other object can have its identity."""

    made: T
    make: Callable[..., T]
    args: tuple[Any, ...]
    named: dict[str, Any]
    asked: Sequence[tuple[Any, Callable[[], Any]]] = ()  # each answer it was given, and how to ask for it again

    def again(self) -> "_Kept[T]":
        """Itself, where all that was asked while it was made is answered by the very same now; else a new one."""
        with _noting():
            holds = all(ask() is was for was, ask in self.asked)
        return self if holds else _made(self.make, self.args, self.named)

    def is_choice(self) -> bool:
        """Whether these are some of the rows it was made of, which are held already; not rows written anew."""
        if not isinstance(self.made, list | tuple) or not self.made:
            return False
        given = (each for each in (*self.args, *self.named.values()) if isinstance(each, list | tuple))
        return any(row is self.made[0] for rows in given for row in rows)


def _made(make: Callable[..., T], args: tuple[Any, ...], named: dict[str, Any]) -> _Kept[T]:
    with _noting() as asked:
        return _Kept(make(*args, **named), make, args, named, asked)


@contextmanager
def _noting() -> Iterator[list[tuple[Any, Callable[[], Any]]]]:
    """What this thread asks while this lasts, with what it is given; what asks inside of it notes for itself."""
    outside = getattr(_within, "asked", None)
    _within.asked = []
    try:
        yield _within.asked
    finally:
        _within.asked = outside


def _note(given: Any, ask: Callable[..., Any], *args: Any, **named: Any) -> None:
    asked = getattr(_within, "asked", None)
    if asked is not None:
        asked.append((given, partial(ask, *args, **named)))


def _identity(value: Any) -> Hashable:
    if isinstance(value, _ATOMS):
        return type(value), value
    if isinstance(value, list | tuple) and len(value) <= _SHORT:  # the few that were picked: the same few again
        return type(value), *map(_identity, value)
    return id(value)
