"""Axes end on round numbers and labels never touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reports.lettering import ems, pieces, share, shorten
from reports.scales import scale, spread, year_ticks

VALUES = some.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("values", "options", "low", "high"),
    [
        ((12.0, 47.0), {}, 10, 50),
        ((12.0, 47.0), {"from_zero": True}, 0, 60),
        ((-3.0, 8.0), {"from_zero": True}, -5, 10),
        ((100.0, 100.0), {"whole": 100.0}, 97, 100),  # no more than all of it
        ((63.0, 63.1), {"whole": 100.0}, 61, 65),  # a small difference looks small
        ((0.0, 0.0), {}, 0, 1),
        ((), {}, 0, 1),
    ],
)
def test_an_axis_ends_on_round_numbers_that_hold_all_values(values, options, low, high):
    made = scale(values, **options)
    assert (made.low, made.high) == (low, high)
    assert (made.ticks[0], made.ticks[-1]) == (low, high)


@given(some.lists(VALUES, min_size=1, max_size=30))
def test_every_value_has_a_place_on_its_axis(values):
    made = scale(values)
    assert all(-1e-9 <= made.at(value) <= 1 + 1e-9 for value in values)
    assert 2 <= len(made.ticks) <= 12
    assert min(values) < 0 or made.low >= 0


@given(some.lists(some.floats(0, 1), min_size=1, max_size=25), some.floats(0.01, 0.2))
def test_labels_keep_their_distance_their_order_and_the_drawing(positions, gap):
    placed = spread(positions, gap=gap)
    least = min(gap, 1 / max(len(positions) - 1, 1))
    ordered = sorted(placed)
    assert ordered[0] >= -1e-9
    assert ordered[-1] <= 1 + 1e-9
    assert all(later - earlier >= least - 1e-9 for earlier, later in zip(ordered, ordered[1:], strict=False))
    assert sorted(range(len(placed)), key=lambda index: (positions[index], index)) == sorted(
        range(len(placed)), key=lambda index: placed[index]
    )


def test_labels_that_have_room_stay_where_they_belong():
    assert spread([0.9, 0.1, 0.5], gap=0.1) == [0.9, 0.1, 0.5]


def test_years_under_a_long_axis_are_thinned_from_the_last():
    assert year_ticks(range(2000, 2021), most=6) == [2000, 2004, 2008, 2012, 2016, 2020]
    assert year_ticks((2018, 2019, 2020), most=10) == [2018, 2019, 2020]


@given(
    some.lists(some.tuples(some.floats(1, 50), some.floats(0, 100), some.floats(0.1, 100)), min_size=1, max_size=18),
    some.floats(100, 800),
)
def test_columns_fill_the_room_and_none_vanishes(columns, room):
    least = [each[0] for each in columns]
    widths = share(
        room, least=least, most=[low + more for low, more, _ in columns], weights=[weight for *_, weight in columns]
    )
    assert sum(widths) == pytest.approx(room)
    assert all(width >= min(low, low * room / sum(least)) - 1e-6 for width, low in zip(widths, least, strict=True))


def test_words_are_shortened_visibly_and_long_runs_may_be_parted():
    assert shorten("鄱阳湖国家级自然保护区", 6) == "鄱阳湖国家…"
    assert shorten("鄱阳湖", 6) == "鄱阳湖"
    assert pieces("南昌市2020年") == "南昌市2020年"
    parts = pieces("批次ddd6cea1436c405d9e8ad2c955df3ff5。")
    assert isinstance(parts, list)
    assert "".join(parts) == "批次ddd6cea1436c405d9e8ad2c955df3ff5。"
    assert max(map(ems, parts)) < 5


@given(some.text())
def test_parts_always_make_the_whole(text):
    parts = pieces(text)
    assert "".join(parts) == text
