"""Whole reports, kept as files: a change of any word of the contract shows as a difference.

python tests/recognise/test_golden.py    writes them anew, to be read before they are committed
"""

import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from files import small_register  # noqa: E402
from shapes import CASES  # noqa: E402

from etl.recognise.engine import recognise  # noqa: E402

GOLDEN = {
    "portal": "The national portal's CSV: GB18030, a TAB behind each cell, a comma behind each line.",
    "html": "HTML that calls itself .xls.",
    "namesakes": "English Yichun and Fuzhou are two cities each: asked, never guessed.",
    "units": "Units are converted by a known factor.",
}


def report_of(sentence: str) -> str:
    case = next(case for case in CASES if case.sentence == sentence)
    return recognise(case.data, name=case.name, register=small_register(), this_year=2020).to_json() + "\n"


@pytest.mark.parametrize("name", GOLDEN)
def test_report(name: str):
    kept = (HERE / "golden" / f"{name}.json").read_text(encoding="utf-8")
    assert json.loads(report_of(GOLDEN[name])) == json.loads(kept)


if __name__ == "__main__":
    for name, sentence in GOLDEN.items():
        (HERE / "golden" / f"{name}.json").write_text(report_of(sentence), encoding="utf-8")
