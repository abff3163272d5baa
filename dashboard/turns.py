"""Whose turn it is to draw: a few runs at a time, the others wait their turn.

Python runs one thread at a time. A hundred scripts that all run at once hand it to each other in slices
of five milliseconds; the one thread that receives and sends everything waits behind them all, and
everybody's page is finished last. In turns, each page is drawn in one go (bench/load).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

AT_ONCE = 3  # one draws while the others wait for the database
PATIENCE_SECONDS = 5.0  # nobody waits for longer, whatever the others do; where all give up waiting, all are late
# After so long a thread that waits gets Python from one that computes: the one that sends waits most often.
SLICE_SECONDS = 0.001

_turns = threading.BoundedSemaphore(AT_ONCE)
_mine = threading.local()  # .held: whether the run of this thread has a turn


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn, for a while; have it while this lasts."""
    _mine.held = _turns.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield
    finally:
        _give_back()


@contextmanager
def spare() -> Iterator[bool]:
    """A turn that nobody else wants at this moment, while this lasts; whether there is one."""
    free = _turns.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            _turns.release()


@contextmanager
def long_work(words: str) -> Iterator[None]:
    """Something that takes a while and draws nothing: `words` are shown meanwhile, and others have the turn."""
    had = _give_back()
    try:
        with st.spinner(words):
            yield
    finally:
        if had:
            _mine.held = _turns.acquire(timeout=PATIENCE_SECONDS)


def _give_back() -> bool:
    """Whether there was a turn to give back."""
    had = getattr(_mine, "held", False)
    _mine.held = False
    if had:
        _turns.release()
    return had
