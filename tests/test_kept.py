"""What is made once of the same things and kept until the data changes, and how much of it is kept."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import plotly.graph_objects as go
import pytest

from dashboard import kept as memory
from dashboard import upload_steps
from dashboard.kept import Shelf, _Kept, kept, weigh
from dashboard.markup import h
from etl.access import LOCAL
from etl.drafts import load_draft, save_draft
from etl.intake import publish_file, read_file
from etl.publish import publish
from etl.recipes import forget, recipes
from etl.register import Register
from etl.store import ENVIRONMENT_NAME, Store
from etl.tidy import read_tidy

ROWS = ({"place": "a", "value": 1.0}, {"place": "b", "value": 2.0})
MANY = tuple({"place": str(number)} for number in range(30))


@pytest.fixture
def calls(small: Store, monkeypatch):
    """Counts what is really made, on a small database."""
    monkeypatch.setenv(ENVIRONMENT_NAME, small.url)
    monkeypatch.setattr(memory, "_shelf", Shelf(most=1_000))
    monkeypatch.setattr(memory.data, "store", lambda: small)
    made = []

    def make(*of, **named):
        made.append((of, named))
        return h("p", len(made))

    make.made = made
    return make


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ((ROWS,), (ROWS,), True),
        ((MANY,), (MANY,), True),
        ((MANY,), (tuple(dict(row) for row in MANY),), False),  # equal rows of another answer
        (([ROWS[0]],), ([ROWS[0]],), True),  # a few that were picked, in a new list
        (([ROWS[0]],), ([ROWS[1]],), False),
        ((2020,), (2021,), False),
        ((1,), (True,), False),
        ((1,), (1.0,), False),
        ((date(2020, 1, 1),), (date(2020, 1, 1),), True),
        (("总览", None), ("总览", None), True),
    ],
)
def test_of_the_very_same_it_is_made_once(calls, first, second, same):
    kept(calls, *first)
    kept(calls, *second)
    assert len(calls.made) == (1 if same else 2)


def test_named_arguments_count_too(calls):
    assert kept(calls, ROWS, year=2020) == kept(calls, ROWS, year=2020) != kept(calls, ROWS, year=2019)


def test_when_the_data_changes_it_is_made_anew(calls, small: Store, register: Register):
    before = kept(calls, 2020)
    data = "place,indicator,year,value,unit,status,source,note\n乙市,pm25,2010,40,,,快报,\n".encode()
    rows, _ = read_tidy(data, name="f.csv", register=register)
    publish(small, kind="figures", rows=rows, file_name="f.csv", data=data, by=LOCAL)
    assert kept(calls, 2020) != before


def test_of_several_who_want_the_same_at_once_one_makes_it(calls):
    together = threading.Barrier(8)

    def want(_):
        together.wait()
        return kept(calls, "the same")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(want, range(8)))) == len(calls.made) == 1


def test_what_fails_is_not_kept_and_keeps_nobody_waiting(calls):
    def fail():
        calls.made.append(())
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            kept(fail)
    assert len(calls.made) == 2


def test_no_more_is_kept_than_there_is_room_for_and_the_longest_unused_goes_first():
    shelf = Shelf(most=25)
    made = []

    def make(name):
        made.append(name)
        return "x" * 900  # weighs ten

    for name in ("a", "b", "a", "c", "a", "b"):
        shelf.get(("url", 1), name, lambda name=name: make(name))
    assert made == ["a", "b", "c", "b"]


def test_a_chart_counts_for_much_more_than_its_few_letters():
    assert weigh(go.Figure()) > 10 * weigh("x" * 1_000)


def test_rows_chosen_among_those_of_an_answer_count_little_and_rows_written_anew_count_by_their_cells():
    chosen = _Kept(list(MANY), ((MANY,), {}))
    anew = _Kept([{**row, "word": ""} for row in MANY], ((), {"rows": MANY}))
    assert (weigh(chosen), weigh(anew)) == (1 + len(MANY) // 10, 1 + len(MANY) * 2)


def test_what_was_made_of_data_that_has_changed_meanwhile_is_not_kept():
    shelf = Shelf(most=100)

    def slow():
        shelf.get(("url", 2), "other", lambda: "new")  # somebody else sees the new data first
        return "old"

    assert shelf.get(("url", 1), "key", slow) == "old"
    assert shelf.get(("url", 2), "key", lambda: "new") == "new"


def test_a_file_read_with_answers_that_somebody_forgot_is_read_again(small: Store, monkeypatch):
    """Forgetting changes no fact, so the version of the data says nothing of it."""
    monkeypatch.setattr(memory.data, "store", lambda: small)
    header = "地区,PM2.5（微克/立方米）,电影院（座）"
    first, second = (f"{year}年各市情况\n{header}\n乙市,37.5,12\n丙市,31,9\n".encode() for year in (2020, 2021))
    intake = read_file(small, first, name="f.csv", answers={"indicator:unknown": "keep"})
    publish_file(small, intake, data=first, name="f.csv", by=LOCAL)
    number = save_draft(small, file_name="g.csv", data=second, answers={}, by=LOCAL)
    draft = load_draft(small, number, by=LOCAL)
    assert draft is not None
    assert [question.id for question in upload_steps.read(draft).report.questions] == []
    (recipe,) = recipes(small)
    forget(small, recipe.shape, by=LOCAL)
    assert [question.id for question in upload_steps.read(draft).report.questions] == ["indicator:unknown"]
