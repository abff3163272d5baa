"""What a cell of figures says: a number, a mark for a missing one, or neither."""

import pytest

from etl.recognise.numbers import Missing, Number, Unreadable, percent_shown, read_number

NUMBERS = [
    ("41", Number(41)),
    (" 41 ", Number(41)),
    ("0050", Number(50)),
    ("0. 00", Number(0)),
    ("792.06 ", Number(792.06)),
    ("-0.48", Number(-0.48)),
    ("−0.48", Number(-0.48)),
    ("－３．５", Number(-3.5)),
    ("１２３", Number(123)),
    ("1,234,567.8", Number(1234567.8)),
    ("1，234", Number(1234)),
    ("12 345", Number(12345)),
    (".5", Number(0.5)),
    ("1.2E+05", Number(120000)),
    ("41①", Number(41)),
    ("41²", Number(41)),
    ("41*", Number(41)),
    ("<0.01", Number(0.01, "le")),
    ("≤5", Number(5, "le")),
    ("＞80", Number(80, "ge")),
    ("80以上", Number(80, "ge")),
    ("超过5", Number(5, "ge")),
    ("约5", Number(5, "about")),
    ("85.3%", Number(85.3, "", "%")),
    ("-1.15‰", Number(-1.15, "", "‰")),
    ("41微克/立方米", Number(41, "", "微克/立方米")),
    (76.0, Number(76)),
    (113.29589041095893, Number(113.29589041095893)),
]
MISSING = [
    "",
    " ",
    "\t",
    "　",
    "-",
    "--",
    "—",
    "——",
    "－",
    "…",
    "……",
    "...",
    "/",
    "N/A",
    "nan",
    "NULL",
    "暂无",
    "*",
    None,
]
UNREADABLE = [
    "12,5",
    "1.234,5",
    "93..5",
    "1/2",
    "1-2",
    "3 4",
    "1O0",
    "一百",
    "41(修订)",
    "#DIV/0!",
    "(5.2)",
    "1e999",
    "9" * 400,
    "1.2万",
    True,
]


@pytest.mark.parametrize(("content", "number"), NUMBERS, ids=repr)
def test_a_number_is_read_as_it_stands(content: object, number: Number):
    assert read_number(content) == number


@pytest.mark.parametrize("content", MISSING, ids=repr)
def test_a_missing_mark_is_missing_and_never_zero(content: object):
    assert read_number(content) == Missing()


@pytest.mark.parametrize("content", UNREADABLE, ids=lambda each: repr(each)[:12])
def test_what_has_two_readings_or_none_is_not_read(content: object):
    assert read_number(content) == Unreadable()


def test_a_share_is_shown_as_its_sheet_shows_it():
    assert [percent_shown(share) for share in (0.873, 0.07, 1, 0.29)] == ["87.3%", "7%", "100%", "29%"]
