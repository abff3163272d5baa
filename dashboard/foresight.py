"""After a change of the data: what people look at is looked into again before they come for it.

One thread for the whole server, at work only while hardly anybody is there (turns.py). Whoever comes earlier asks for
himself, and of the two one does the work (kept.py).
"""

import logging
import threading
import time
from collections.abc import Iterator
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
        if kept.is_empty():  # nothing to look into; opening the database is for those who come
            continue
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
    """Settle all that is in doubt since this edition, one thing after the other while hardly anybody is here.

    What nobody wanted for long is forgotten then. Raises what a question raises; what was not reached stays in doubt
    until somebody wants it.
    """
    for settle in kept.in_doubt(edition):
        while not turns.hardly_anybody():
            if ended.wait(_GIVES_WAY_SECONDS):
                return
        began = time.perf_counter()
        settle()
        if ended.wait(time.perf_counter() - began):  # half of a core is left to those who come meanwhile
            return
    kept.forget_unused()
