"""indicators.toml: what is read, what is filled in, and what is refused with which words."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from etl.assess import assess
from etl.build import build
from etl.register import Refused, Register, read_register
from etl.register_tables import tables_of
from etl.store import Store
from tests.conftest import BROKEN, SMALL

EXPECTED = tomllib.loads((BROKEN / "expected.toml").read_text(encoding="utf-8"))
REGISTER = (SMALL / "indicators.toml").read_text(encoding="utf-8")


def refusal(path: Path, *, texts: Path | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        read_register(path, texts=texts)
    return caught.value


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "indicators.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# What is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPECTED["register"])
def test_one_mistake_is_one_problem_with_its_line_and_words(name: str) -> None:
    problems = refusal(BROKEN / "register" / f"{name}.toml", texts=BROKEN / "texts").problems
    assert len(problems) == 1, [str(problem) for problem in problems]
    for words in EXPECTED["register"][name]:
        assert words in str(problems[0])


def test_every_broken_register_says_what_it_must_be_refused_with() -> None:
    assert {path.stem for path in (BROKEN / "register").glob("*.toml")} == set(EXPECTED["register"])


def test_the_register_they_were_broken_from_is_sound() -> None:
    register = read_register(BROKEN / "sound.toml", texts=BROKEN / "texts")
    assert (register.quotes_checked, register.quotes_unchecked) == (2, 0)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    mistakes = (
        REGISTER.replace('level = "province"', 'level = "kingdom"')
        .replace("by = 2020-12-31", "by = 3020")
        .replace('indicator = "trees"', 'indicator = "tree"')
        .replace('title = "完成污染源普查"\n', "")
    )
    problems = refusal(written(tmp_path, mistakes)).problems
    told = [problem.message for problem in problems]
    assert [next(word for word in ("kingdom", "3020", "“tree”", "title") if word in each) for each in told] == [
        "kingdom",
        "3020",
        "“tree”",
        "title",
    ]
    lines = [int(problem.where.split("第")[1].removesuffix("行")) for problem in problems]
    assert lines == sorted(lines)


def test_a_problem_says_what_was_found_and_what_was_expected() -> None:
    problem = refusal(BROKEN / "register" / "rule_unknown.toml").problems[0]
    assert (problem.severity, problem.found) == ("stop", "rule = 'atmost'")
    assert "at_least" in problem.expected


def test_a_register_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    said = str(refusal(written(tmp_path, b'[places.P]\nname = "\xbc\xd7\xca\xa1"\n')))
    assert "第2行" in said
    assert "UTF-8" in said


def test_a_register_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    assert "读不到" in str(refusal(tmp_path / "nothing.toml"))


# What is read --------------------------------------------------------------------------------------


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = read_register(SMALL / "indicators.toml")
    windows = read_register(written(tmp_path, b"\xef\xbb\xbf" + REGISTER.replace("\n", "\r\n").encode()))
    assert windows.targets == plain.targets


@pytest.mark.parametrize(
    ("name", "ids", "says"),
    [
        ("C1", ("C1",), "a place by its code"),
        ("乙市", ("C1",), "by its name"),
        (" 乙 市 ", ("C1",), "with spaces in it"),
        ("yi", ("C1",), "by an alias in any case"),
        ("乙县", ("C1",), "by a former name"),
        ("Ｐ", ("P",), "in full width"),
        ("丁市", (), "an unknown name means nothing"),
    ],
)
def test_places_go_by_all_their_names(register: Register, name: str, ids: tuple[str, ...], says: str) -> None:
    assert register.place_of(name) == ids, says


def test_a_name_of_two_places_means_both() -> None:
    assert read_register(BROKEN / "sound.toml").place_of("丙") == ("C1", "C2")


def test_indicators_go_by_id_name_and_alias(register: Register) -> None:
    assert {register.indicator_of(name) for name in ("pm25", "细颗粒物年均浓度", "pm2.5")} == {("pm25",)}


def test_what_the_file_leaves_out_is_filled_in(register: Register) -> None:
    target, trend = register.targets["plan-2018.pm25"], register.targets["plan-2018.forest_cover"]
    assert (target.force, target.every_year, target.assigned) == ("duty", False, False)
    assert trend.unit == "%", "the unit of the indicator"
    assert {each.id: (each.kind, each.lag_years) for each in register.indicators.values()} == {
        "pm25": ("amount", 1),
        "forest_cover": ("ratio", 1),
        "trees": ("amount", 1),
        "water_use": ("amount", 1),
    }


@pytest.mark.parametrize(
    ("by", "year", "day", "says"),
    [
        ("2020", 2020, None, "a year is a year"),
        ("2020-12-31", 2020, None, "its last day is the year"),
        ("2020-06-30", 2020, date(2020, 6, 30), "a day inside a year stays a day"),
    ],
)
def test_deadlines(tmp_path: Path, by: str, year: int, day: date | None, says: str) -> None:
    target = read_register(written(tmp_path, REGISTER.replace("2020-12-31", by))).targets["plan-2018.pm25"]
    assert (target.by_year, target.by_date) == (year, day), says


def test_a_change_without_base_is_against_the_year_before_its_deadline(tmp_path: Path) -> None:
    change = REGISTER.replace('measure = "trend"', 'measure = "change"\nvalue = 0')
    assert read_register(written(tmp_path, change)).targets["plan-2018.forest_cover"].base_year == 2019


def test_goals_are_stored_in_the_unit_of_their_indicator(register: Register) -> None:
    tables = tables_of(register)
    goals = {(row["target"], row["place"]): row["goal"] for row in tables["target_place"]}
    assert goals == {
        ("plan-2018.pm25", "C1"): 35.0,
        ("plan-2018.pm25", "C2"): 35.0,
        ("plan-2018.forest_cover", "P"): None,
        ("plan-2018.trees", "P"): 40000.0,
        ("plan-2018.water_use", "P"): 50.0,
        ("plan-2018.water_use.cut", "P"): -10.0,
        ("plan-2018.good", "P"): None,
    }
    assert [row["goal"] for row in tables["milestone"]] == [38.0]


def test_an_office_is_known_by_its_former_name_too(register: Register) -> None:
    leads = {row["target"]: row["lead"] for row in tables_of(register)["target"]}
    assert leads["plan-2018.pm25"] == ["env"]


def test_a_replaced_target_ends_where_its_successor_begins(tmp_path: Path) -> None:
    amended = REGISTER.replace(
        "[[tasks]]",
        '[[targets]]\nid = "new"\ndocument = "plan-2018"\nquote = "x"\nindicator = "trees"\nplace = "P"\n'
        'measure = "year_total"\nrule = "at_least"\nvalue = 1\nby = 2020\n'
        'replaces = "plan-2018.trees"\nvalid_from = 2019-07-01\n\n[[tasks]]',
    )
    rows = {row["target"]: row for row in tables_of(read_register(written(tmp_path, amended)))["target"]}
    assert rows["plan-2018.trees"]["valid_until"] == date(2019, 7, 1)


# Quotes --------------------------------------------------------------------------------------------


def test_quotes_whose_text_is_not_at_hand_are_counted(tmp_path: Path) -> None:
    for texts in (None, tmp_path):
        register = read_register(SMALL / "indicators.toml", texts=texts)
        assert (register.quotes_checked, register.quotes_unchecked) == (0, 7)


def test_a_quote_knows_the_line_of_its_text() -> None:
    register = read_register(BROKEN / "sound.toml", texts=BROKEN / "texts")
    assert register.targets["plan-2018.pm25"].quote_line == 2


# A sixth document ----------------------------------------------------------------------------------

SIXTH = """
[documents.c-2019]
title = "丙市2019年治水方案"
published = 2019
place = "C2"

[indicators.leak]
name = "管网漏损率"
unit = "%"
better = "lower"

[[targets]]
id = "c-2019.leak"
document = "c-2019"
quote = "管网漏损率降到10%以内"
indicator = "leak"
place = "C2"
measure = "level"
rule = "at_most"
value = 10
by = 2020
"""


def test_another_document_is_a_block_of_toml_and_no_code(tmp_path: Path, store: Store) -> None:
    yearly = tmp_path / "yearly"
    yearly.mkdir()
    (yearly / "leak.csv").write_text(
        "place,indicator,year,value,unit,status,source,note\n丙市,管网漏损率,2020,9.5,%,,公报,\n", encoding="utf-8"
    )
    build(store, definitions=written(tmp_path, REGISTER + SIXTH), yearly=yearly)
    judged = assess(store, years=[2020], targets=["c-2019.leak"])
    assert list(judged["status"]) == ["met"]
    assert list(judged["document"]) == ["c-2019"]
