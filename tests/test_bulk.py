"""Large files: the same figures and the same problems as the careful reader's, whatever the file holds."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.access import NotAllowed, Person
from etl.build import build
from etl.bulk import read_large
from etl.checks import run_checks
from etl.facts import FigureRow
from etl.problem import STOP, Refused
from etl.publish import append
from etl.register import read_register
from etl.store import Store, open_store
from etl.tidy import read_tidy
from tests.conftest import BROKEN, SMALL

REGISTER = read_register(SMALL / "indicators.toml")
HEADER = "place,indicator,year,value,unit,status,source,note"
WIDE = f"{HEADER},quality,published,bound,period"
PLAIN = "乙市,pm25,2018,41,,,公报,"


def same(data: bytes, *, register=REGISTER) -> list[FigureRow]:
    """The figures of a file, after both readers told the same."""
    figures, problems = read_tidy(data, name="f.csv", register=register)
    table, found = read_large(data, name="f.csv", register=register)
    rows = table.to_pylist()
    assert [row.pop("row_number") for row in rows] == list(range(1, len(rows) + 1))
    stopped = any(problem.severity == STOP for problem in problems)
    assert [FigureRow(**row) for row in rows] == ([] if stopped else figures)
    assert found == problems
    return figures


CASES = {
    "plain rows": f"{HEADER}\n{PLAIN}\n丙市,pm25,2018,40.5,,,公报,\n",
    "no line end at the end": f"{HEADER}\n{PLAIN}",
    "line ends of Windows": f"{HEADER}\r\n{PLAIN}\r\n丙市,pm25,2018,40.5,,,公报,\r\n",
    "old line ends": f"{HEADER}\r{PLAIN}\r",
    "a byte order mark": f"\ufeff{HEADER}\n{PLAIN}\n",
    "other spellings of one place": f"{HEADER}\n{PLAIN}\n乙 市,PM2.5,2019,41,,,公报,\n",
    "a missing value": f"{HEADER}\n乙市,pm25,2018,,任意,,公报,\n",
    "other units": f"{HEADER}\n乙市,pm25,2018,0.041,mg/m3,,公报,\n甲省,trees,2018,15,万亩,,公报,\n",
    "a unit that does not fit": f"{HEADER}\n乙市,pm25,2018,41,吨,,公报,\n",
    "numbers in other spellings": f"{HEADER}\n甲省,trees,2018,-1.5e1,万亩,,公报,\n乙市,pm25,2018,４１,,,公报,\n",
    "a quoted header": f"{HEADER}\n{PLAIN}\n".replace("place", '"place"').replace("note", '"note"'),
    "a quoted note": f'{HEADER}\n乙市,pm25,2018,41,,,公报,"一,二"\n',
    "a quote inside a note": f'{HEADER}\n乙市,pm25,2018,41,,,公报,"他说""好"""\n',
    "a note over two lines": f'{HEADER}\n乙市,pm25,2018,41,,,公报,"一\n二"\n{PLAIN.replace("2018", "2019")}\n',
    "a quote that is none": f'{HEADER}\n乙市,pm25,2018,41,,,公"报,\n',
    "blank lines": f"{HEADER}\n\n{PLAIN}\n\n",
    "a cell too few": f"{HEADER}\n乙市,pm25,2018,41\n",
    "empty cells too many": f"{HEADER}\n{PLAIN},,\n",
    "nothing but the header": f"{HEADER}\n",
    "spaces around cells": f"{HEADER}\n 乙市 , pm25 ,2018, 41 ,, A ,公报, 注 \n",
    "spaces around names of columns": f"{HEADER.replace(',', ' , ')}\n{PLAIN}\n",
    "every optional column": f"{WIDE}\n{PLAIN},official,2019-06,le,\n甲省,trees,2018,1,万亩,,公报,,,,,2018-Q1\n",
    "31 December": f"{WIDE}\n甲省,trees,2018,1,万亩,,公报,,,,,2018-12-31\n",
    "31 December of another year": f"{WIDE}\n甲省,trees,2019,1,万亩,,公报,,,,,2018-12-31\n",
    "a period that ends elsewhere": f"{WIDE}\n甲省,trees,2019,1,万亩,,公报,,,,,2015-2018\n",
    "the same figure twice": f"{HEADER}\n{PLAIN}\n{PLAIN}\n",
    "two values of one cell": f"{HEADER}\n{PLAIN}\n乙市,PM2.5,2018,42,,,公报,\n",
    "two vintages of one cell": f"{WIDE}\n{PLAIN},,2019,,\n乙市,pm25,2018,42,,,公报,,,2020,,\n",
    "an implausible value": f"{HEADER}\n{PLAIN}\n乙市,pm25,2019,5000,,,公报,\n",
    "an unknown quality": f"{WIDE}\n{PLAIN},rumour,,,\n",
    "no source": f"{HEADER}\n{PLAIN}\n乙市,pm25,2019,41,,,,\n乙市,pm25,2020,,,,,\n",
    "an unknown place": f"{HEADER}\n丁市,pm25,2018,41,,,公报,\n",
    "a byte of nothing": f"{HEADER}\n乙市,pm25,2018,41,,,公\0报,\n",
}


@pytest.mark.parametrize("text", CASES.values(), ids=list(CASES))
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_both_readers_say_the_same(text: str, encoding: str) -> None:
    same(text.encode(encoding))


@pytest.mark.parametrize(
    "case",
    ["plain rows", "line ends of Windows", "a byte order mark", "a quoted header", "other units", "a quoted note", "every optional column",
     "an implausible value", "no source", "31 December"],
)  # fmt: skip
def test_what_large_files_hold_is_read_in_columns(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read_tidy(CASES[case].encode(), name="f.csv", register=REGISTER)[0]
    monkeypatch.setattr("etl.bulk.read_tidy", None)
    assert read_large(CASES[case].encode(), name="f.csv", register=REGISTER)[0].num_rows == len(expected) > 0


@pytest.mark.parametrize("name", tomllib.loads((BROKEN / "expected.toml").read_text(encoding="utf-8"))["tidy"])
def test_every_broken_file_is_refused_in_the_same_words(name: str) -> None:
    data = (BROKEN / "tidy" / f"{name}.csv").read_bytes()
    assert same(data, register=read_register(BROKEN / "sound.toml")) is not None


cells = {
    "place": st.sampled_from(["乙市", "C1", "丙市", "甲省", " 乙 市", "丁市"]),
    "indicator": st.sampled_from(["pm25", "PM2.5", "trees", "forest_cover", "water_use", "臭氧"]),
    "year": st.sampled_from(["2017", "2018", "２０１９", "18"]),
    "value": st.one_of(
        st.integers(-99, 9999).map(str),
        st.decimals(-9, 999, places=3).map(str),
        st.sampled_from(["", "x", "1e3", ".5"]),
    ),
    "unit": st.sampled_from(["", "μg/m3", "mg/m3", "万亩", "公顷", "%", "吨"]),
    "status": st.sampled_from(["", "A", "b", "?"]),
    "source": st.sampled_from(["公报", "年鉴", "", "公,报"]),
    "note": st.sampled_from(["", "初步", '"引"', "一\n二"]),
    "quality": st.sampled_from(["", "official", "rumour"]),
    "published": st.sampled_from(["", "2019", "2019-06-05", "soon"]),
    "bound": st.sampled_from(["", "le", "ge", "lt"]),
    "period": st.sampled_from(["", "2015-2018", "2018-Q1", "2018-12-31", "spring"]),
}
# mostly sound: of each column one of the first words, seldom any of them
SOUND = {"place": 4, "indicator": 4, "year": 2, "unit": 1, "status": 3, "published": 3, "bound": 3, "period": 1}


def cell(column: str) -> st.SearchStrategy[str]:
    if column == "value":
        return st.one_of(st.integers(0, 90).map(str), st.integers(0, 90).map(str), cells[column])
    words = cells[column].elements
    sound = st.sampled_from(words[: SOUND.get(column, 2)])
    return st.one_of(sound, sound, sound, sound, sound, cells[column])


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.fixed_dictionaries({column: cell(column) for column in cells}), min_size=1, max_size=6))
def test_any_rows_are_read_alike(rows: list[dict[str, str]]) -> None:
    def written(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text

    lines = [",".join(written(row[column]) for column in cells) for row in rows]
    same("\n".join([",".join(cells), *lines]).encode())


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_after_a_header_are_read_alike(data: bytes) -> None:
    same(HEADER.encode() + b"\n" + data)


def test_a_database_built_of_large_files_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def built(name: str) -> Store:
        store = open_store(f"duckdb:{tmp_path / name}")
        build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
        return store

    usual = built("usual.duckdb").contents()
    monkeypatch.setattr("etl.build.LARGE", 1)
    large = built("large.duckdb")
    told_apart = {"release", "audit", "setting"}  # by the clock
    assert {name: what for name, what in large.contents().items() if name not in told_apart} == {
        name: what for name, what in usual.items() if name not in told_apart
    }
    assert run_checks(large) == []


def test_large_files_are_refused_with_all_their_problems_and_nothing_is_loaded(
    small: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.build.LARGE", 1)
    before = small.contents()
    for name, year in (("a", 2018), ("b", 2019)):
        (tmp_path / f"{name}.csv").write_text(f"{HEADER}\n丁市,pm25,{year},41,,,公报,\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        build(small, definitions=SMALL / "indicators.toml", yearly=tmp_path)
    assert [problem.where for problem in refused.value.problems] == ["a.csv 第2行 place 列", "b.csv 第2行 place 列"]
    assert small.contents() == before


def test_only_the_operator_of_the_machine_appends_whole_tables(small: Store) -> None:
    table = read_large(CASES["plain rows"].encode(), name="f.csv", register=REGISTER)[0]
    with pytest.raises(NotAllowed), small.write() as cursor:
        append(cursor, kind="figures", rows=table, file_name="f.csv", data=b"x", by=Person("甲", account="a"))
