"""The table of years of one place: what was judged, and what a year's own number says beside it."""

from typing import Any

import pytest

from dashboard.place_tables import heat_table

PLACE = {"place": "P", "name": "甲市", "label": "甲市"}


def judged(year: int, **other: Any) -> dict[str, Any]:
    """A target of 2017, met with 29.9, seen from `year`."""
    row = {
        "target": "t", "indicator": "pm25", "indicator_name": "细颗粒物", "unit": "微克/立方米", "document_name": "要点", "section": "一",
        "year": year, "status": "met", "light": "green", "basis": "deadline", "value": 29.9, "value_year": 2017, "value_bound": "",
        "by_rate": False, "is_issued": True,
    }  # fmt: skip
    return {**row, **other}


def figure(year: int, value: float | None, bound: str = "") -> dict[str, Any]:
    return {"indicator": "pm25", "year": year, "value": value, "bound": bound, "value_year": year}


CASES = [
    ("到期那年的数值就是据以判断的数值", judged(2017), figure(2017, 29.9), "29.9", "<small>29.9"),
    ("到期以后的年份，当年的数值用小字写在旁边", judged(2020), figure(2020, 33.8), "<small>33.8</small>", "29.9"),
    ("当年没有数值，就什么也不写", judged(2020), figure(2020, None), "●", "<small>33"),
    ("公布的变化率与数值单位不同，不写在一起", judged(2020, by_rate=True), figure(2020, 33.8), "●", "33.8"),
    ("界限值写明是界限", judged(2020), figure(2020, 33.0, "ge"), "<small>33以上</small>", "29.9"),
]


@pytest.mark.parametrize(("says", "row", "own", "shown", "not_shown"), CASES, ids=[case[0] for case in CASES])
def test_a_cell_of_the_table_of_years(
    says: str, row: dict[str, Any], own: dict[str, Any], shown: str, not_shown: str
) -> None:
    del says
    text = str(heat_table([row], [own], PLACE, until=2020))
    assert shown in text
    assert not_shown not in text
