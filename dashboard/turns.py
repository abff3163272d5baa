"""Whose turn it is to draw: a few runs at a time, the others wait their turn.

Python runs one thread at a time. A hundred scripts that all run at once hand it to each other in slices
of five milliseconds; the one thread that receives and sends everything waits behind them all, and
everybody's page is finished last. In turns, each page is drawn in one go (bench/load).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 3  # one draws while the others wait for the database
PATIENCE_SECONDS = 1.0  # behind somebody who publishes or makes a large file nobody waits for longer
# After so long a thread that waits gets Python from one that computes: the one that sends waits most often.
SLICE_SECONDS = 0.001

_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn, for a while; have it while this lasts."""
    taken = _turns.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield
    finally:
        if taken:
            _turns.release()
