"""A large tidy yearly CSV in, a table of figures out: what read_tidy takes and refuses, column by column.

A file of a whole country repeats few words in millions of rows: each word is read once, by the readers of
tidy.py. A file in which anything is not plain goes through tidy.py as a whole, so that a mistake is told in
the same words whatever the size of its file.
"""

import csv as plain_csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from etl.cells import Unfit
from etl.csv_rows import CsvRow, decoded, read_rows
from etl.facts import FigureRow
from etl.measure import UnknownConversion, convert, normal_unit
from etl.problem import STOP, Problem
from etl.register import Register
from etl.tidy import OPTIONAL, REQUIRED, last_year_of, missing_source, read_row, read_tidy, readers_of
from etl.words import read_words

LARGE = 4 * 2**20  # bytes from which on a file is read this way

_WORD = pa.dictionary(pa.int32(), pa.string())
_FIGURES = pa.schema(
    {
        "row_number": pa.int64(), "place": _WORD, "indicator": _WORD, "year": pa.int32(), "period": _WORD,
        "value": pa.float64(), "bound": _WORD, "obs_status": _WORD, "quality": _WORD, "source": _WORD, "note": _WORD,
        "published": pa.date32(), "unit_in_file": _WORD, "value_in_file": pa.string(), "sheet": _WORD,
        "sheet_row": pa.int32(), "sheet_column": pa.int32(),
    }
)  # fmt: skip
_WORDS = tuple(column for column in (*REQUIRED, *OPTIONAL) if column != "value")
_NUMBER = r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$"
_QUOTED_CELL = re.compile(rb'(?:(?<=,)|(?<=\n))"(?:[^"\r\n]|"")*"(?=[,\r\n]|$)')


class _NotPlain(Exception):
    """Something that only the careful reader understands, or refuses."""


@dataclass(frozen=True)
class _Column:
    """A column of few different words: `words[codes[i]]` stands in row i, `meant[codes[i]]` is what it means."""

    words: list[str]
    codes: np.ndarray
    meant: list[Any]

    def spread(self, of_words: Sequence[Any], kind: Any) -> np.ndarray:
        """What holds for each word, for every row."""
        rows: np.ndarray = np.asarray(of_words, kind)[self.codes]
        return rows

    def as_text(self, of_words: Sequence[str]) -> pa.DictionaryArray:
        """The rows with a text for each word."""
        return pa.DictionaryArray.from_arrays(pa.array(self.codes, pa.int32()), pa.array(of_words, pa.string()))


def read_large(data: bytes, *, name: str, register: Register) -> tuple[pa.Table, list[Problem]]:
    """The figures of one tidy file as read_tidy reads them, in columns of the table `figure`, and every problem.

    With any problem of severity "stop" the table is empty.
    """
    try:
        return _read_plain(data, name=name, register=register)
    except _NotPlain:
        figures, problems = read_tidy(data, name=name, register=register)
    stopped = any(problem.severity == STOP for problem in problems)
    return _as_table([] if stopped else figures), problems


def _read_plain(data: bytes, *, name: str, register: Register) -> tuple[pa.Table, list[Problem]]:
    header, cells = _cells_of(data, name=name)
    readers = readers_of(register)
    column = {each: _column(cells, each, readers.get(each, str)) for each in _WORDS}
    text = cells["value"].combine_chunks()
    given = pc.not_equal(text, "").to_numpy(zero_copy_only=False)
    value = _numbers(text, given)
    for indicator, unit, rows in _pairs(column["indicator"], column["unit"]):
        own = register.indicators[column["indicator"].meant[indicator]].unit
        written = column["unit"].words[unit] or own
        if normal_unit(written) != normal_unit(own):
            chosen = np.flatnonzero(rows() & given)
            value[chosen] = _converted(value[chosen], from_unit=written, to_unit=own)
    years, periods = column["year"], column["period"]
    for year, period, _ in _pairs(years, periods):
        if periods.words[period] and last_year_of(periods.meant[period] or periods.words[period]) != years.meant[year]:
            raise _NotPlain
    _refuse_repeated([column[each] for each in ("place", "indicator", "year", "period", "published")])
    count = len(text)
    table = pa.table(
        {
            "row_number": np.arange(1, count + 1),
            "place": column["place"].as_text(column["place"].meant),
            "indicator": column["indicator"].as_text(column["indicator"].meant),
            "year": years.spread(years.meant, np.int32),
            "period": periods.as_text(periods.meant),
            "value": pa.array(value, mask=~given),
            "bound": column["bound"].as_text(column["bound"].meant),
            "obs_status": column["status"].as_text(column["status"].meant),
            "quality": column["quality"].as_text(column["quality"].words),
            "source": column["source"].as_text(column["source"].words),
            "note": column["note"].as_text(column["note"].words),
            "published": pa.array(column["published"].meant, pa.date32()).take(pa.array(column["published"].codes)),
            "unit_in_file": column["unit"].as_text(column["unit"].words),
            "value_in_file": text,
            "sheet": pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([""])),
            "sheet_row": np.arange(2, count + 2, dtype=np.int32),
            "sheet_column": np.full(count, header.index("value") + 1, np.int32),
        },
        schema=_FIGURES,
    )
    looks: list[Problem] = []
    for at in np.flatnonzero(_worth_a_look(value, given, column, register=register)).tolist():
        row = CsvRow(line=at + 2, cells={each: cells[each][at].as_py().strip() for each in header})
        looks += read_row(row, name=name, register=register, readers=readers)[1]
    sourceless = np.flatnonzero(given & ~column["source"].spread([bool(word) for word in column["source"].words], bool))
    return table, [*looks, *missing_source((sourceless + 2).tolist(), name=name)]


def _cells_of(data: bytes, *, name: str) -> tuple[list[str], pa.Table]:
    """The header, and the cells of every line as texts. Raises _NotPlain where line n is not row n - 1."""
    text = decoded(data, name=name)[0].encode()
    first, _, rest = text.partition(b"\n")
    odd_quotes = any(b'"' in part and b'"' in _QUOTED_CELL.sub(b"", b"\n" + part) for part in (first, rest))
    odd_ends = text.count(b"\r") not in (0, text.count(b"\r\n"))
    if odd_quotes or odd_ends or b"\0" in text or not rest:
        raise _NotPlain
    header = [cell.strip() for cell in next(plain_csv.reader([first.decode()]))]
    if read_rows(first, name=name, required=REQUIRED, optional=OPTIONAL)[1] or not {*REQUIRED} <= {*header}:
        raise _NotPlain
    types = {column: pa.string() if column == "value" else _WORD for column in header}
    try:
        cells = csv.read_csv(
            pa.BufferReader(rest),
            read_options=csv.ReadOptions(column_names=header, block_size=1 << 24),
            convert_options=csv.ConvertOptions(
                column_types=types, strings_can_be_null=False, quoted_strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise _NotPlain from error
    if cells.num_rows != rest.count(b"\n") + (not rest.endswith(b"\n")):
        raise _NotPlain  # blank lines
    return header, cells


def _column(cells: pa.Table, name: str, read: Callable[[str], Any]) -> _Column:
    """Raises _NotPlain where a word means nothing."""
    if name not in cells.column_names:
        return _Column([""], np.zeros(cells.num_rows, np.int32), [read("")])
    whole = cells[name].unify_dictionaries().combine_chunks()
    words = [word.strip() for word in whole.dictionary.to_pylist()]
    try:
        return _Column(words, np.asarray(whole.indices), [read(word) for word in words])
    except Unfit as unfit:
        raise _NotPlain from unfit


def _numbers(text: pa.Array, given: np.ndarray) -> np.ndarray:
    """Raises _NotPlain for a cell that is neither empty nor digits with one point."""
    if not np.array_equal(pc.match_substring_regex(text, _NUMBER).to_numpy(zero_copy_only=False), given):
        raise _NotPlain
    numbers = pc.cast(pc.if_else(pa.array(given), text, None), pa.float64())
    return np.array(numbers.to_numpy(zero_copy_only=False))


def _converted(values: np.ndarray, *, from_unit: str, to_unit: str) -> list[float]:
    try:
        return [convert(value, from_unit=from_unit, to_unit=to_unit) for value in values.tolist()]
    except UnknownConversion as error:
        raise _NotPlain from error


def _pairs(one: _Column, other: _Column) -> Iterator[tuple[int, int, Callable[[], np.ndarray]]]:
    """Every two words that stand in one row, and how to find those rows."""
    both = one.codes.astype(np.int64) * len(other.words) + other.codes
    for pair in np.unique(both).tolist():
        yield pair // len(other.words), pair % len(other.words), lambda pair=pair: both == pair  # type: ignore[misc]


def _refuse_repeated(columns: Sequence[_Column]) -> None:
    """Raises _NotPlain where one cell of one publication day comes twice: its values have to be compared."""
    key = np.zeros(len(columns[0].codes), np.int64)
    size = 1
    for column in columns:
        numbers = {meaning: at for at, meaning in enumerate(dict.fromkeys(column.meant))}
        size *= max(1, len(numbers))
        key = key * max(1, len(numbers)) + column.spread([numbers[meaning] for meaning in column.meant], np.int64)
    if size >= 2**63:
        raise _NotPlain
    key.sort()
    if (key[1:] == key[:-1]).any():
        raise _NotPlain


def _worth_a_look(
    value: np.ndarray, given: np.ndarray, column: dict[str, _Column], *, register: Register
) -> np.ndarray:
    """Rows that are taken but pointed out: an implausible value, an unknown quality."""
    ranges = [register.indicators[each].plausible or (-np.inf, np.inf) for each in column["indicator"].meant]
    low, high = (column["indicator"].spread(ends, float) for ends in zip(*ranges, strict=True))
    known = ("", *read_words().qualities)
    strange = column["quality"].spread([word not in known for word in column["quality"].words], bool)
    worth: np.ndarray = (given & ~((value >= low) & (value <= high))) | strange
    return worth


def _as_table(figures: Sequence[FigureRow]) -> pa.Table:
    rows = [{**vars(figure), "row_number": number} for number, figure in enumerate(figures, 1)]
    return pa.Table.from_pylist(rows, schema=_FIGURES)
