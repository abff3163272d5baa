"""What is made once of the same things and kept until the data changes, and how much of it is kept."""

import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import cycle

import plotly.graph_objects as go
import pytest

from dashboard import ask as questions_asked
from dashboard import foresight, turns, upload_steps
from dashboard import kept as memory
from dashboard.ask import ask
from dashboard.kept import Shelf, _Kept, kept, weigh
from dashboard.markup import h
from etl.access import LOCAL
from etl.drafts import load_draft, save_draft
from etl.intake import publish_file, read_file
from etl.publish import withdraw
from etl.recipes import forget, recipes
from etl.store import ENVIRONMENT_NAME, Store, StoreError
from tests.test_pages import PAGES, draw_page, text_of

ROWS = ({"place": "a", "value": 1.0}, {"place": "b", "value": 2.0})
MANY = tuple({"place": str(number)} for number in range(30))

VALUES = "select year, place, value from figure_now where indicator = ? order by place, year"
FIGURES = "place,indicator,year,value,unit,status,source,note"
BETTER = f"{FIGURES}\n乙市,pm25,2019,12,,,年报,"
CHANGES = (
    lambda store: told(store, BETTER),
    lambda store: told(store, f"{FIGURES}\n丙市,pm25,2020,36,,,快报,\n甲省,forest_cover,2020,60,,,快报,"),  # a new year
    lambda store: told(
        store, "target,place,value,source,note,published\nplan-2018.good,甲省,61,下达文件,,2019-01-01", name="补录目标值.csv"
    ),
    lambda store: told(
        store, "target,place,kind,stated_on,text,body,source\nplan-2018.pm25,乙市,contested,2020-06-01,有出入,督察组,通报"
    ),
    lambda store: told(
        store, "task,state,stated_on,text,unit,person,source\nplan-2018.task.survey,done,2018-06-20,完成,省环保厅,张三,简报"
    ),
    lambda store: withdraw(store, "R0003", by=LOCAL),
)  # fmt: skip


def told(store: Store, text: str, *, name: str = "f.csv") -> str:
    """Publish a file the way people do; the number of the release."""
    content = text.encode()
    return publish_file(store, read_file(store, content, name=name), data=content, name=name, by=LOCAL).release


def drawn(page: str) -> tuple[object, ...]:
    """What a page shows: all markup, charts, and what can be picked."""
    app = draw_page(page)
    assert not app.exception
    charts = [chart.proto.spec for chart in app.get("plotly_chart")]
    return text_of(app), charts, [box.options for box in app.selectbox], [box.options for box in app.multiselect]


@pytest.fixture
def here(small: Store, monkeypatch) -> Store:
    """A small database, the one that the screens show, and nothing kept."""
    monkeypatch.setenv(ENVIRONMENT_NAME, small.url)
    monkeypatch.setattr(memory, "_shelf", Shelf(most=1_000))
    monkeypatch.setattr(memory.data, "store", lambda: small)
    return small


@pytest.fixture
def calls(here: Store):  # noqa: ARG001 - on that database
    """Counts what is really made."""
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


# after a change of the data -----------------------------------------------------------------------


def test_a_question_is_asked_again_and_equal_rows_are_the_very_same(here: Store):
    before = ask(VALUES, "pm25"), ask(VALUES, "forest_cover")
    told(here, BETTER)
    after = ask(VALUES, "pm25"), ask(VALUES, "forest_cover")
    assert [row["value"] for row in after[0]] == [45, 41, 12, 33, None] != [row["value"] for row in before[0]]
    assert after[1] is before[1]


def test_of_an_answer_that_changed_each_row_that_is_equal_is_the_very_same(here: Store):
    before = ask(VALUES, "pm25")
    told(here, BETTER)
    after = ask(VALUES, "pm25")
    assert [was is row for was, row in zip(before, after, strict=True)] == [True, True, False, True, True]


@pytest.mark.parametrize(
    ("indicator", "made_anew"),
    [
        ("pm25", True),  # its answer is another
        ("forest_cover", False),  # nothing it was made of has changed
    ],
)
def test_what_is_made_of_an_answer_lives_as_long_as_it_does(calls, here: Store, indicator, made_anew):
    before = kept(calls, ask(VALUES, indicator))
    told(here, BETTER)
    assert (kept(calls, ask(VALUES, indicator)) is not before) == made_anew
    assert len(calls.made) == 1 + made_anew


def names_of(indicator: str) -> str:
    return "、".join(str(row["value"]) for row in ask(VALUES, indicator))


def words_of(*indicators: str) -> str:
    return "；".join(kept(names_of, indicator) for indicator in indicators)


@pytest.mark.parametrize(
    ("make", "args", "made_anew"),
    [
        (names_of, ("pm25",), True),  # asks inside itself
        (names_of, ("forest_cover",), False),
        (words_of, ("pm25", "forest_cover"), True),  # made with something that asks inside itself
        (words_of, ("forest_cover", "pm25"), True),
        (words_of, ("forest_cover",), False),
        (lambda: "nothing asked", (), False),
    ],
)
def test_what_asks_while_it_is_made_is_true_while_the_answers_are(here: Store, make, args, made_anew):
    before = kept(make, *args)
    told(here, BETTER)
    after = kept(make, *args)
    assert (after is not before) == made_anew
    assert after == make(*args)


def test_what_is_withdrawn_is_seen_no_longer(here: Store):
    first = kept(names_of, "pm25")
    release = told(here, BETTER)
    second = kept(names_of, "pm25")
    withdraw(here, release, by=LOCAL)
    assert (first, second, kept(names_of, "pm25")) == (first, "45.0、41.0、12.0、33.0、None", first)


def test_what_cannot_be_asked_again_is_not_given_either(here: Store, monkeypatch):
    before = ask(VALUES, "pm25")
    told(here, BETTER)
    with monkeypatch.context() as broken:
        broken.setattr(Store, "reading", lambda _: (_ for _ in ()).throw(StoreError("…")))
        for _ in range(2):
            with pytest.raises(StoreError):
                ask(VALUES, "pm25")
    assert ask(VALUES, "pm25") != before


@pytest.mark.parametrize("page", PAGES)
def test_after_every_change_a_page_shows_what_it_shows_where_nothing_is_kept(here: Store, page, monkeypatch):
    monkeypatch.setattr(memory, "_shelf", Shelf(most=memory.MOST))
    for change in (lambda _: None, *CHANGES):
        change(here)
        with_what_is_kept = drawn(page)
        with monkeypatch.context() as anew:
            anew.setattr(memory, "_shelf", Shelf(most=memory.MOST))
            assert with_what_is_kept == drawn(page)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("here")
def test_what_is_made_reads_the_database_through_questions_alone(page, monkeypatch):
    """Else nobody would notice that it is true no longer."""
    monkeypatch.setattr(memory, "_shelf", Shelf(most=memory.MOST))
    reading, asked = Store.reading, questions_asked._asked
    within: list[str] = []

    def read(store: Store):
        assert within or getattr(memory._within, "asked", None) is None
        return reading(store)

    def ask_now(sql, params):
        within.append(sql)
        try:
            return asked(sql, params)
        finally:
            within.pop()

    monkeypatch.setattr(Store, "reading", read)
    monkeypatch.setattr(questions_asked, "_asked", ask_now)
    assert not draw_page(page).exception


# before they come ----------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """What the database is really asked, a name or a value for each question."""
    plain: list[str] = []
    really = questions_asked._asked

    def note(sql, params):
        plain.append(params[0])
        return really(sql, params)

    monkeypatch.setattr(questions_asked, "_asked", note)
    return plain


def edition_of(store: Store) -> tuple[str, int]:
    return store.url, store.version()


def test_after_a_change_what_was_wanted_last_is_asked_again_first_and_nothing_by_those_who_come(here: Store, asked):
    for indicator in ("forest_cover", "water_use", "pm25", "forest_cover"):
        kept(names_of, indicator)
    for better in (BETTER, BETTER.replace("12", "13")):
        told(here, better)
        asked.clear()
        foresight.settle_all(edition_of(here), threading.Event())
        assert asked == ["forest_cover", "pm25", "water_use"]
    assert kept(names_of, "pm25") == "45.0、41.0、13.0、33.0、None"
    assert len(asked) == 3


def test_while_people_are_there_nothing_is_asked_ahead(here: Store, asked):
    kept(names_of, "pm25")
    told(here, BETTER)
    asked.clear()
    ended, drawing, over = threading.Event(), threading.Barrier(3), threading.Event()

    def draw():
        with turns.turn(), turns.asking():
            drawing.wait()
            over.wait()

    people = [threading.Thread(target=draw) for _ in range(2)]
    ahead = threading.Thread(target=foresight.settle_all, args=(edition_of(here), ended))
    for person in people:
        person.start()
    drawing.wait()
    ahead.start()
    ahead.join(timeout=0.1)
    assert (asked, ahead.is_alive()) == ([], True)
    over.set()
    ahead.join()
    assert asked == ["pm25"]


def test_the_server_looks_ahead_by_itself_while_it_runs(here: Store, asked):
    kept(names_of, "pm25")
    with foresight.looking_ahead():
        told(here, BETTER)
        asked.clear()
        for _ in range(100):
            if asked:
                break
            time.sleep(0.05)
    assert asked == ["pm25"]
    assert not [thread for thread in threading.enumerate() if thread.name == "foresight"]


@pytest.mark.parametrize(("seconds", "left"), [(0.0, []), (60.0, ["pm25"])])
def test_what_nobody_wanted_for_long_is_forgotten_when_the_data_changes(here: Store, asked, monkeypatch, seconds, left):
    """Being asked ahead is not being wanted."""
    monkeypatch.setattr(memory, "UNUSED_SECONDS", seconds)
    kept(names_of, "pm25")
    for better in (BETTER, BETTER.replace("12", "13")):
        told(here, better)
        ask(VALUES, "water_use")  # somebody comes for something else
        asked.clear()
        foresight.settle_all(edition_of(here), threading.Event())
    assert asked == left


# of several at once --------------------------------------------------------------------------------


def test_of_several_who_want_the_same_at_once_one_makes_it(calls):
    together = threading.Barrier(8)

    def want(_):
        together.wait()
        return kept(calls, "the same")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(want, range(8)))) == len(calls.made) == 1


def newest(_: str) -> float:
    """The value of 乙市 in 2019."""
    return max(
        (row["value"] for row in ask(VALUES, "pm25") if (row["place"], row["year"]) == ("C1", 2019)), default=0.0
    )


def test_whoever_asks_after_a_publication_sees_it_whoever_else_asks_meanwhile(here: Store):
    """Twelve, then thirteen …: what was published before somebody asked is the least that he may see."""
    published, over, wrong = [0.0], threading.Event(), []

    def look() -> None:
        while not over.is_set():
            time.sleep(0.001)
            least = published[-1]
            seen = kept(newest, "pm25")
            if seen < least:
                wrong.append((least, seen))

    people = [threading.Thread(target=look) for _ in range(4)]
    for person in people:
        person.start()
    with foresight.looking_ahead():
        for value in range(112, 116):
            told(here, BETTER.replace("12", str(value)))
            published.append(float(value))
        over.set()
    for person in people:
        person.join()
    assert (wrong, kept(newest, "pm25")) == ([], 115.0)


def test_what_is_kept_is_looked_through_while_others_take_and_put():
    """Others get on whenever Python collects: here at every turn."""
    shelf, over, often = Shelf(most=1_000), threading.Event(), gc.get_threshold()
    first = ("url", 1)
    for name in range(1_000):
        shelf.get(first, name, lambda name=name: [name])

    def take() -> None:
        for name in cycle(range(1_100)):
            shelf.get(first, name, lambda name=name: [name])
            if over.is_set():
                return

    def let_others_on(*_):
        time.sleep(0)

    others = [threading.Thread(target=take) for _ in range(2)]
    for other in others:
        other.start()
    gc.callbacks.append(let_others_on)
    gc.set_threshold(1)
    try:
        for _ in range(20):
            shelf.in_doubt(first)
            shelf.forget_unused()
    finally:
        gc.set_threshold(*often)
        gc.callbacks.remove(let_others_on)
        over.set()
        for other in others:
            other.join()


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
    chosen = _Kept(list(MANY), list, (MANY,), {})
    anew = _Kept([{**row, "word": ""} for row in MANY], list, (), {"rows": MANY})
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
