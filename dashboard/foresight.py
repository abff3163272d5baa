"""After a change of the data: what people look at is looked into again before they come for it.

One thread for the whole server; it takes a turn only where nobody wants it (turns.py). Whoever comes
earlier asks for himself, and of the two one does the work (kept.py).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dashboard import data, kept, turns
from dashboard.kept import Edition
from etl.problem import Refused
from etl.store import StoreError

_LOOKS_EVERY_SECONDS = 0.5
_GIVES_WAY_SECONDS = 0.01

_log = logging.getLogger("monitor.foresight")


@contextmanager
def looking_ahead() -> Iterator[None]:
    """While this lasts, the thread is there."""
    ended = threading.Event()
    thread = threading.Thread(target=_look, args=(ended,), name="foresight", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=5)


def _look(ended: threading.Event) -> None:
    settled: Edition = "", 0
    while not ended.wait(_LOOKS_EVERY_SECONDS):
        try:
            store = data.store()
            edition = store.url, store.version()
            if edition != settled:
                settled = edition  # once: what fails now is asked by whoever wants it
                settle_all(edition, ended)
        except (StoreError, Refused):
            pass  # people are told so when they come
        except Exception:  # noqa: BLE001 - whatever it is, it must not end the thread
            _log.exception("looking ahead failed")


def settle_all(edition: Edition, ended: threading.Event) -> None:
    """Settle all that is in doubt since this edition, each thing in a turn that nobody else wants.

    What nobody wanted for long is forgotten then. Raises what a question raises; what was not reached stays in doubt
    until somebody wants it.
    """
    for settle in kept.in_doubt(edition):
        while not ended.is_set() and not _settled_in_spare_turn(settle):
            ended.wait(_GIVES_WAY_SECONDS)
        if ended.is_set():
            return
    kept.forget_unused()


def _settled_in_spare_turn(settle: Callable[[], None]) -> bool:
    """Whether there was a turn. Takes as long again, so that half of a core stays for those who come meanwhile."""
    with turns.spare() as free:
        if not free:
            return False
        began = time.perf_counter()
        settle()
        took = time.perf_counter() - began
    time.sleep(took)
    return True
