"""Upload day: changes that are the same seen from several years on end stand in one line."""

import pytest

from dashboard.upload_lists import spans
from etl.rehearsal import JudgementChange


def change(year: int, *, target: str = "t", reason: str = "2017年为0条") -> JudgementChange:
    return JudgementChange(
        target, "P", year, "cannot_judge", "met", "grey", "green", "到期无数据、无法判定", "已达标", reason
    )


CASES = [
    ("一年就是一行", [change(2020)], [(2020, 2020)]),
    ("连续几年相同，合成一行", [change(2020), change(2019), change(2018)], [(2020, 2018)]),
    ("中间缺一年，分成两行", [change(2020), change(2018)], [(2020, 2020), (2018, 2018)]),
    ("原因不同，不合并", [change(2020), change(2019, reason="2017年为1条")], [(2020, 2020), (2019, 2019)]),
    (
        "两个目标交错列出，各自合并，次序不变",
        [change(2020), change(2020, target="u"), change(2019), change(2019, target="u")],
        [(2020, 2019), (2020, 2019)],
    ),
    ("没有就没有", [], []),
]


@pytest.mark.parametrize(("says", "changes", "expected"), CASES, ids=[case[0] for case in CASES])
def test_spans_of_years(says: str, changes: list[JudgementChange], expected: list[tuple[int, int]]) -> None:
    del says
    assert [(span.change.year, span.first_year) for span in spans(changes)] == expected
