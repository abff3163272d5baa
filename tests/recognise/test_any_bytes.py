"""Whatever arrives ends in a report; what it reads from a damaged text file it also finds there."""

import json

from files import REAL_FILES, csv_file, small_register, xlsx_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import mutated

from etl.recognise.engine import recognise
from etl.recognise.report import Report

REGISTER = small_register()
BRIEF = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
MADE_UP = [
    xlsx_file(("表", [["城市", "2017年污水处理率(%)"], ["南昌市", 93.5], ["九江市", 90]])),
    csv_file("城市,2017年污水处理率(%)\n南昌市,93.5\n九江市,90", "gb18030"),
    "<table><tr><td>城市</td><td>2017年污水处理率(%)</td></tr><tr><td>南昌市</td><td>93.5</td></tr></table>".encode(),
]
REAL = [path.read_bytes() for path in sorted(REAL_FILES.glob("[01]*"))] if REAL_FILES.is_dir() else []


def assert_whole(report: Report) -> None:
    """A report is either about cells or says in a sentence why there are none."""
    assert report.cells or report.problems
    assert all(problem.message.endswith("。") for problem in report.problems)
    assert set(json.loads(report.to_json())) >= {"cells", "skipped", "questions", "problems"}
    ids = [question.id for question in report.questions]
    assert len(ids) == len(set(ids))
    waiting = {question for cell in report.cells for question in cell.questions}
    assert waiting <= set(ids)


@BRIEF
@given(data=st.binary(max_size=4000))
def test_any_bytes_end_in_a_report(data: bytes):
    assert_whole(recognise(data, name="x", register=REGISTER))


@BRIEF
@given(seed=st.integers(0, 10**9), which=st.sampled_from(MADE_UP + REAL))
def test_any_damage_to_a_file_ends_in_a_report(seed: int, which: bytes):
    assert_whole(recognise(mutated(which, seed), name="x.xls", register=REGISTER))


@BRIEF
@given(
    rows=st.lists(
        st.lists(st.text(alphabet="南昌市九江年污水处理率(%)0123456789.-,… \t<", max_size=8), min_size=1, max_size=5),
        min_size=1,
        max_size=8,
    )
)
def test_no_number_is_made_up(rows: list[list[str]]):
    text = "\n".join(",".join('"' + cell.replace('"', "") + '"' for cell in row) for row in rows)
    report = recognise(text.encode(), name="x.csv", register=REGISTER)
    assert_whole(report)
    for cell in report.cells:
        if cell.value is not None:
            digits = [each for each in cell.value_in_file if each.isdigit()]
            assert digits, "a number needs digits in the file"
