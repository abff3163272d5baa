"""The order in which a document's sections are shown."""

import pytest

from etl.sections import chapter, in_document_order


@pytest.mark.parametrize(
    ("registered", "shown", "why"),
    [
        (["二", "四(三)", "三(一)2", "三(一)10", "三(二)1"], ["二", "三(一)2", "三(一)10", "三(二)1", "四(三)"], "by number, not by registration"),
        (["九(一)", "十一", "十", "二十三"], ["九(一)", "十", "十一", "二十三"], "Chinese numerals are numbers"),
        (["清单六(一)·措施4", "清单六(一)·目标", "清单三·措施1"], ["清单三·措施1", "清单六(一)·目标", "清单六(一)·措施4"], "within a list as well"),
        (["三(七)1", "清单三·目标"], ["三(七)1", "清单三·目标"], "a list follows the body"),
        (["三·目标1", "三·措施1"], ["三·目标1", "三·措施1"], "where the numbers are the same, as registered"),
        (["Art. 5(2)", "Art. 3"], ["Art. 3", "Art. 5(2)"], "in any language"),
        ([None, "一"], [None, "一"], "what has no section comes first"),
    ],
)  # fmt: skip
def test_sections_stand_in_the_order_of_the_document(registered, shown, why):
    assert [row["section"] for row in in_document_order({"section": name} for name in registered)] == shown, why


def test_targets_of_one_section_keep_their_order():
    rows = [
        {"section": "四", "at": 1},
        {"section": "三", "at": 2},
        {"section": "四", "at": 3},
        {"section": "三", "at": 4},
    ]
    assert [row["at"] for row in in_document_order(rows)] == [2, 4, 1, 3]


@pytest.mark.parametrize(
    ("section", "part"),
    [
        ("三(一)1", "第三部分"),
        ("十", "第十部分"),
        ("清单六(一)", "清单"),
        ("虚构", "虚构"),
        ("", "未分条款"),
        (None, "未分条款"),
    ],
)
def test_the_part_of_the_document_a_section_belongs_to(section, part):
    assert chapter(section) == part
