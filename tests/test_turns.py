"""A few runs draw at a time; the others wait, but not for ever."""

import threading
import time

import pytest

from dashboard import turns


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
