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
_under_way: set[int] = set()  # the threads of all runs that draw, or wait for anything
_mine = threading.local()  # .held: whether the run of this thread has a turn


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn, for a while; have it while this lasts."""
    with _here():
        _mine.held = _turns.acquire(timeout=PATIENCE_SECONDS)
        try:
            yield
        finally:
            _give_back()


def hardly_anybody() -> bool:
    """Whether at most one run is under way at this moment; those that are about a long work do not count."""
    return len(_under_way) <= 1


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
    me = threading.get_ident()
    counted = me in _under_way
    _under_way.discard(me)
    try:
        with away(), st.spinner(words):
            yield
    finally:
        if counted:
            _under_way.add(me)


@contextmanager
def _here() -> Iterator[None]:
    _under_way.add(threading.get_ident())
    try:
        yield
    finally:
        _under_way.discard(threading.get_ident())


def _give_back() -> bool:
    """Whether there was a turn to give back."""
    had = getattr(_mine, "held", False)
    _mine.held = False
    if had:
        _turns.release()
    return had
