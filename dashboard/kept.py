"""What has been asked or made before, kept in memory until the data changes.

Bounded by what it holds, not by how many; of several who want the same at once, one makes it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, ParamSpec, TypeVar

from dashboard import data

P = ParamSpec("P")
T = TypeVar("T")

# In units of some hundred bytes: a cell of an answer, a hundred characters of markup.
MOST = 1_000_000
_SHORT = 20
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
        """What `make` gives, or gave before in this edition (address and version of the data)."""
        key = (edition, key)
        with self._lock:
            self._turn_over(edition)
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key][0]  # type: ignore[no-any-return]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._things:
                    return self._things[key][0]  # type: ignore[no-any-return]
            try:
                made = make()
                with self._lock:
                    self._put(edition, key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def _turn_over(self, edition: tuple[str, int]) -> None:
        """Forget what was true of another database, or before the data changed."""
        url, version = self._edition
        if edition[0] != url or edition[1] > version:
            self._edition, self._weight = edition, 0
            self._things.clear()

    def _put(self, edition: tuple[str, int], key: Hashable, made: Any) -> None:
        if edition != self._edition:  # made of data that has changed meanwhile: of use to nobody else
            return
        weight = weigh(made)
        self._things[key] = (made, weight)
        self._weight += weight
        while self._weight > self._most and len(self._things) > 1:
            _, (_, lost) = self._things.popitem(last=False)
            self._weight -= lost


def weigh(made: Any) -> int:
    """Roughly how many hundred bytes a thing holds: markup by its length, rows by their cells."""
    if isinstance(made, _Kept):
        return weigh(made.made)
    if isinstance(made, str):
        return 1 + len(made) // 100
    if isinstance(made, Sequence) and made and isinstance(made[0], dict):
        return 1 + len(made) * len(made[0])
    return 100


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
    of: Any


def _identity(value: Any) -> Hashable:
    if isinstance(value, _ATOMS):
        return type(value), value
    if isinstance(value, list | tuple) and len(value) <= _SHORT:  # the few that were picked: the same few again
        return type(value), *map(_identity, value)
    return id(value)
