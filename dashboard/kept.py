"""What has been asked or made before, kept in memory until the data changes.

Bounded by what it holds, not by how many; of several who want the same at once, one makes it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, ParamSpec, TypeVar

from dashboard import data

P = ParamSpec("P")
T = TypeVar("T")

# In units of some hundred bytes: a cell of an answer, a hundred characters of markup.
MOST = 4_000_000
_SHORT = 20
_CHART = 500  # and whatever else cannot be counted: some fifty kilobytes
_ATOMS = (str, int, float, date, type(None))


class Shelf:
    """Things by their keys up to a total weight; the longest unused goes first. Safe in any thread."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._edition: tuple[str, int] = ("", 0)
        self._things: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._weight = 0
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, edition: tuple[str, int], key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, or gave before in this edition (address and version of the data).

        What is there is given without a lock, each step being one that Python does not interrupt: a run
        asks for a hundred things, and threads that meet at a lock so often end up queueing at it.
        """
        key = (edition, key)
        found = self._things.get(key)
        if found is not None:
            with suppress(KeyError):  # just gone
                self._things.move_to_end(key)
            return found[0]  # type: ignore[no-any-return]
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            found = self._things.get(key)
            if found is not None:
                return found[0]  # type: ignore[no-any-return]
            try:
                made = make()
                with self._lock:
                    gone = [*self._turn_over(edition), *self._put(edition, key, made)]
                del gone  # not under the lock: it takes a while
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def _turn_over(self, edition: tuple[str, int]) -> list[Any]:
        """Forget what was true of another database, or before the data changed; give what is forgotten."""
        url, version = self._edition
        if edition[0] == url and edition[1] <= version:
            return []
        gone, self._things = [self._things], OrderedDict()
        self._edition, self._weight = edition, 0
        return gone

    def _put(self, edition: tuple[str, int], key: Hashable, made: Any) -> list[Any]:
        """Keep a thing and give those for which there is no room any more."""
        gone: list[Any] = []
        if edition != self._edition:  # made of data that has changed meanwhile: of use to nobody else
            return gone
        weight = weigh(made)
        self._things[key] = (made, weight)
        self._weight += weight
        while self._weight > self._most and len(self._things) > 1:
            _, lost = self._things.popitem(last=False)
            self._weight -= lost[1]
            gone.append(lost)
        return gone


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


def answer(url: str, version: int, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives of the data at `url`, from memory where it was asked for at this version before."""
    return _shelf.get((url, version), key, make)


def kept(make: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """`make(*args, **named)`, from memory where it was made of the very same before.

    For functions whose result depends on their arguments and the data alone, and for results that
    nobody changes. Rows count as the same where they are the same object, as an answer of the database
    is until the data changes, and as what this function gave is; words, numbers and days where they
    are equal.
    """
    store = data.store()
    key = (make, *map(_identity, args), *((name, _identity(value)) for name, value in named.items()))
    # the arguments are kept as well: while they are, no other object can have their identity
    return answer(store.url, store.version(), key, lambda: _Kept(make(*args, **named), (args, named))).made


@dataclass(frozen=True)
class _Kept(Generic[T]):
    made: T
    of: tuple[tuple[Any, ...], dict[str, Any]]

    def is_choice(self) -> bool:
        """Whether these are some of the rows it was made of, which are held already; not rows written anew."""
        if not isinstance(self.made, list | tuple) or not self.made:
            return False
        args, named = self.of
        given = (each for each in (*args, *named.values()) if isinstance(each, list | tuple))
        return any(row is self.made[0] for rows in given for row in rows)


def _identity(value: Any) -> Hashable:
    if isinstance(value, _ATOMS):
        return type(value), value
    if isinstance(value, list | tuple) and len(value) <= _SHORT:  # the few that were picked: the same few again
        return type(value), *map(_identity, value)
    return id(value)
