"""Whose turn it is to draw: a few runs at a time, the others wait their turn.

Python runs one thread at a time. A hundred scripts that all run at once hand it to each other in slices
of five milliseconds; the one thread that receives and sends everything waits behind them all, and
everybody's page is finished last. In turns, each page is drawn in one go (bench/load). Whoever waits, for the
database or for somebody who makes what he wants as well, has no turn: a page of what is kept already need not
wait for another's questions.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

AT_ONCE = 3  # and as many questions
PATIENCE_SECONDS = 5.0  # nobody waits for longer, whatever the others do; where all give up waiting, all are late
# After so long a thread that waits gets Python from one that computes: the one that sends waits most often.
SLICE_SECONDS = 0.001

_turns = threading.BoundedSemaphore(AT_ONCE)
_questions = threading.BoundedSemaphore(AT_ONCE)
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
    _mine.held = _turns.acquire(blocking=False)
    try:
        yield _mine.held
    finally:
        _give_back()


@contextmanager
def away() -> Iterator[None]:
    """Something that waits and draws nothing: while this lasts, another may have the turn."""
    had = _give_back()
    try:
        yield
    finally:
        if had:
            _mine.held = _turns.acquire(timeout=PATIENCE_SECONDS)


@contextmanager
def asking() -> Iterator[None]:
    """The database at work for this run: a few questions at a time, and meanwhile another draws."""
    with away():
        held = _questions.acquire(timeout=PATIENCE_SECONDS)
        try:
            yield
        finally:
            if held:
                _questions.release()


@contextmanager
def long_work(words: str) -> Iterator[None]:
    """Something that takes a while and draws nothing: `words` are shown meanwhile, and others have the turn."""
    with away(), st.spinner(words):
        yield


def _give_back() -> bool:
    """Whether there was a turn to give back."""
    had = getattr(_mine, "held", False)
    _mine.held = False
    if had:
        _turns.release()
    return had
