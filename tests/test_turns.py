"""A few runs draw at a time; the others wait, but not for ever."""

import threading
import time

import pytest

from dashboard import turns
from dashboard.kept import Shelf


def test_no_more_than_a_few_draw_at_once_and_all_come_to_their_turn():
    drawing, most, done = 0, 0, 0
    lock = threading.Lock()

    def draw():
        nonlocal drawing, most, done
        with turns.turn():
            with lock:
                drawing += 1
                most = max(most, drawing)
            time.sleep(0.01)
            with lock:
                drawing -= 1
                done += 1

    threads = [threading.Thread(target=draw) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, done) == (turns.AT_ONCE, 20)


def test_behind_somebody_who_takes_long_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.01)
    over = threading.Event()
    inside = threading.Barrier(turns.AT_ONCE + 1)

    def publish():
        with turns.turn():
            inside.wait()
            over.wait()

    threads = [threading.Thread(target=publish) for _ in range(turns.AT_ONCE)]
    for thread in threads:
        thread.start()
    inside.wait()
    with turns.turn():  # all turns are taken, and stay so
        over.set()
    for thread in threads:
        thread.join()


def test_while_some_wait_for_the_database_others_draw():
    asking, drawn = threading.Barrier(turns.AT_ONCE + 1), threading.Event()

    def ask():
        with turns.turn(), turns.asking():
            asking.wait()
            assert drawn.wait(timeout=5)

    threads = [threading.Thread(target=ask) for _ in range(turns.AT_ONCE)]
    for thread in threads:
        thread.start()
    asking.wait()
    with turns.turn():
        drawn.set()
    for thread in threads:
        thread.join()


def test_no_more_than_a_few_ask_at_once():
    asking, most = 0, 0
    lock = threading.Lock()

    def ask():
        nonlocal asking, most
        with turns.turn(), turns.asking():
            with lock:
                asking += 1
                most = max(most, asking)
            time.sleep(0.01)
            with lock:
                asking -= 1

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == turns.AT_ONCE


def test_those_who_wait_for_what_another_makes_keep_no_turn_from_him(monkeypatch):
    """He gives his own back while he asks, and needs one again."""
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 60.0)
    shelf, made = Shelf(most=1_000), []

    def make():
        with turns.asking():
            time.sleep(0.05)
        made.append("it")
        return "it"

    def draw():
        with turns.turn():
            assert shelf.get(("url", 1), "key", make) == "it"

    threads = [threading.Thread(target=draw) for _ in range(4 * turns.AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)
    assert (made, [thread for thread in threads if thread.is_alive()]) == (["it"], [])


def test_a_run_that_is_broken_off_gives_its_turn_back():
    for _ in range(3 * turns.AT_ONCE):
        with pytest.raises(ZeroDivisionError), turns.turn():
            raise ZeroDivisionError
    assert turns._turns._value == turns.AT_ONCE


def test_who_works_long_gives_the_turn_to_others_and_has_it_again():
    with turns.turn():
        with turns.long_work("正在识别文件……"):
            assert turns._turns._value == turns.AT_ONCE
        assert turns._turns._value == turns.AT_ONCE - 1
    assert turns._turns._value == turns.AT_ONCE


def test_long_work_without_a_turn_takes_none():
    with turns.long_work("正在识别文件……"):
        pass
    assert turns._turns._value == turns.AT_ONCE
