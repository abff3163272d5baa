"""What is said about a judgement, word for word."""

import pytest

from etl import sentences
from etl.words import read_words


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (85.3, None, "85.3"),
        (600.0, None, "600"),
        (0.1 + 0.2, None, "0.3"),  # no noise of binary fractions
        (-10, None, "−10"),  # a true minus sign, as wide as a figure
        (-0.0, None, "0"),
        (1234567.5, None, "1,234,567.5"),
        (42, 1, "42.0"),  # filled up to line up in a column
        (217.74, 1, "217.74"),  # never cut
        (None, None, "—"),
        (None, 2, "—"),
    ],
)
def test_a_published_figure_is_shown_exactly_as_published(value, decimals, shown):
    assert sentences.number(value, decimals=decimals) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1 / 3, "0.33"),
        (-1.2649, "−1.26"),
        (12.0, "12"),
        (0.00123, "0.0012"),
        (-0.004, "−0.004"),
        (0.0, "0"),
        (None, "—"),
    ],
)
def test_a_computed_number_has_two_decimals_or_two_digits_that_say_something(value, shown):
    assert sentences.rounded(value) == shown


def test_a_column_is_filled_up_to_its_most_exact_figure():
    assert sentences.decimals_of([85.3, 84.0, None, 0.25]) == 2
    assert sentences.decimals_of([]) == 0


@pytest.mark.parametrize(
    ("value", "unit", "bound", "shown"),
    [
        (38, "微克/立方米", None, "38微克/立方米"),
        (80, "%", "ge", "80%以上"),
        (35, "%", "le", "35%以下"),
        (0.53, "1", None, "0.53"),  # no dimension: nothing is written
        (None, "%", "ge", "—"),
    ],
)
def test_a_figure_carries_its_unit_and_its_bound(value, unit, bound, shown):
    assert sentences.figure(value, unit, bound=bound) == shown


@pytest.mark.parametrize(
    ("value", "before", "kind", "said"),
    [
        (61.2, 61.1, "ratio", "上升0.1个百分点"),
        (33.0, 38.0, "amount", "下降13.16%"),
        (5, 0, "count", "上升5"),  # a percentage of nothing is nothing
        (2, -4, "amount", "上升6"),
        (0.1 + 0.2, 0.3, "ratio", "持平"),
        (3, None, "amount", "—"),
        (None, 3, "amount", "—"),
    ],
)
def test_a_change_is_in_points_for_ratios_and_in_percent_for_amounts(value, before, kind, said):
    assert sentences.change_words(value, before, kind=kind) == said


def test_a_distance_between_shares_is_in_points_and_a_speed_is_per_year():
    assert sentences.difference(10.7, "%", kind="ratio") == "10.7个百分点"
    assert sentences.difference(2, "吨", kind="amount") == "2吨"
    assert sentences.difference(-1.324, "%", kind="ratio", per_year=True) == "每年−1.32个百分点"
    assert sentences.difference(None, "%", kind="ratio", per_year=True) == "—"


@pytest.mark.parametrize(
    ("target", "unit", "said"),
    [
        ({"rule": "more_than", "goal": 85.3}, "%", "大于85.3%"),
        ({"rule": "at_most", "goal": 35}, "微克/立方米", "不高于35微克/立方米"),
        ({"rule": "between", "goal": 1, "goal_to": 2}, "个", "1至2个"),
        ({"rule": "about", "goal": 95}, "%", "95%左右"),
        ({"rule": "equal", "goal": 0}, "个", "等于0个"),
        ({"rule": "at_least", "measure": "trend"}, "%", "不下降"),
        ({"rule": "at_most", "measure": "trend", "better": "lower"}, "吨", "不上升"),
        ({"rule": "at_least", "goal": None, "assigned": True}, "%", "目标值待补"),
        ({"rule": "at_most", "goal": 3.5640001, "measure": "change"}, "吨", "不高于3.564吨"),  # computed from a base
        ({"rule": "at_most", "goal": 0.0354, "measure": "level"}, "吨", "不高于0.0354吨"),  # as the document writes it
        ({"rule": "at_most", "goal": -10, "by_rate": True}, "%", "下降10%以上"),
        ({"rule": "at_most", "goal": 3, "by_rate": True}, "%", "增长3%以内"),
        ({"rule": "more_than", "goal": 5, "by_rate": True}, "%", "增长5%以上（不含）"),
        ({"rule": "at_most", "goal": 0, "by_rate": True}, "%", "零增长"),
        ({"rule": "between", "goal": 5, "goal_to": 7, "by_rate": True}, "%", "增长5%至7%"),
        ({"rule": "more_than", "goal": 0, "by_rate": True}, "%", "增长"),
        # a change: what the document writes, and what it comes to where the base is known
        ({"rule": "at_most", "measure": "change", "written": -8, "goal": 92.00004}, "吨", "下降8%以上（不高于92吨）"),
        ({"rule": "at_most", "measure": "change", "written": 0, "goal": None}, "吨", "零增长"),
        ({"rule": "more_than", "measure": "change", "written": 0, "goal": None}, "万元", "增长"),
        ({"rule": "at_most", "measure": "change", "written": -10, "goal": -10, "by_rate": True}, "%", "下降10%以上"),
        ({"rule": "at_least", "goal": 4, "per": "quarter"}, "次", "不低于4次，每季度都要有"),
        ({"rule": "at_least", "goal": 80, "window_years": 3}, "%", "不低于80%，连续3年"),
    ],
)
def test_a_goal_is_said_with_the_word_of_its_comparison(target, unit, said):
    assert sentences.goal_words(target, unit=unit) == said


def test_a_deadline_may_be_a_year_or_every_year_or_open():
    assert sentences.deadline_words({"by": 2020}) == "到2020年"
    assert sentences.deadline_words({"by": None, "every_year": True}) == "每年"
    assert sentences.deadline_words({"by": 2020, "every_year": True}) == "到2020年（每年）"
    assert sentences.deadline_words({"by": None}) == "未定期限"


def test_equal_places_share_a_rank_and_the_rank_says_so():
    assert sentences.rank_words(5, 2) == "并列第5"
    assert sentences.rank_words(7, 1) == "第7"
    assert sentences.rank_words(None) == "无数据"


def test_a_ranking_says_who_is_missing():
    assert sentences.coverage_words(10, 11) == "11市中10市有数据"
    assert sentences.coverage_words(11, 11) == "11市均有数据"
    assert sentences.coverage_words(1, 31, level="province") == "31省中1省有数据"


def test_a_long_list_of_places_is_cut_and_counted():
    assert sentences.place_list(["甲市", "乙市"]) == "甲市、乙市"
    assert sentences.place_list(["甲市", "乙市", "丙市"], most=2) == "甲市、乙市等3地"


def verdict(status, *, bucket="not_due", force="duty", **more):
    light = read_words().statuses[status].light
    return {"status": status, "light": light, "bucket": bucket, "force": force, **more}


DUE = [
    *[verdict("met", bucket="due_met")] * 9,
    verdict("not_met", bucket="due_missed"),
    *[verdict("cannot_judge", bucket="due_unknown")] * 2,
]


def test_the_headline_says_what_is_due_and_how_it_came_out():
    assert sentences.headline(DUE, year=2020) == "到2020年，12项约束性要求到期：9项达标、1项未达标、2项无法判定"


def test_the_headline_of_a_document_names_it():
    assert sentences.headline(DUE, year=2020, of="甲省要点").startswith("甲省要点到2020年有12项约束性要求到期")


def test_aims_are_counted_apart_from_duties():
    aims = [verdict("aim_missed", bucket="due_missed", force="aim"), verdict("met", bucket="due_met", force="aim")]
    assert sentences.headline(DUE + aims, year=2020) == sentences.headline(DUE, year=2020)
    assert "预期性目标到期2项：1项达标、1项未达预期" in sentences.paragraph(DUE + aims, documents=1)


def test_where_only_aims_are_due_the_headline_speaks_of_them():
    aims = [verdict("aim_missed", bucket="due_missed", force="aim")]
    assert sentences.headline(aims, year=2020) == "到2020年，1项预期性目标到期：1项未达预期"


def test_before_anything_is_due_the_headline_says_how_it_stands():
    rows = [verdict("on_track"), verdict("off_track"), verdict("no_data")]
    assert sentences.headline(rows, year=2018) == "到2018年，3项目标，都未到期：1项绿灯、1项红灯、1项暂不能判断"


def test_without_targets_the_headline_says_so():
    assert sentences.headline([], year=2018) == "这里还没有2018年可以判断的目标"
    assert sentences.paragraph([], documents=0) == ""


def test_the_paragraph_counts_everything_once():
    rows = [*DUE, verdict("awaiting", bucket="due_awaiting"), verdict("on_track")]
    assert sentences.paragraph(rows, documents=5) == "5份文件，共14项目标，都是约束性要求。尚未到期1项：1项绿灯。"


def test_the_kinds_of_targets_add_up_and_none_is_named_that_is_not_there():
    rows = [*DUE, verdict("on_track", force="aim"), verdict("not_applicable", bucket="")]
    assert sentences.paragraph(rows, documents=1).startswith("共14项目标：约束性要求12项、预期性目标1项、不适用1项。")
    assert sentences.paragraph([verdict("on_track", force="aim")], documents=1) == "共1项目标，都是预期性目标。"


def test_every_bucket_that_a_verdict_can_have_is_counted():
    for bucket in read_words().buckets:
        assert sentences.count([verdict("met", bucket=bucket)]).total == 1


def test_every_status_has_its_place_in_the_order_of_what_is_worst():
    assert sorted(sentences.WORST_FIRST) == sorted(read_words().statuses)


def test_red_comes_before_yellow_before_grey_before_green_and_duties_before_aims():
    rows = [
        verdict("met"),
        verdict("no_data"),
        verdict("aim_missed", force="aim"),
        verdict("off_track", force="aim"),
        verdict("off_track"),
        verdict("not_met"),
    ]
    order = [(row["status"], row["force"]) for row in sentences.worst_first(rows)]
    assert order == [
        ("not_met", "duty"),
        ("off_track", "duty"),
        ("off_track", "aim"),
        ("aim_missed", "aim"),
        ("no_data", "duty"),
        ("met", "duty"),
    ]


def test_a_contested_result_needs_attention_whatever_its_light():
    rows = [verdict("met"), {**verdict("met"), "light": "grey", "contested": True}]
    assert [row["contested"] for row in sentences.needs_attention(rows)] == [True]


def test_what_changed_colour_comes_before_what_only_changed_its_word():
    moved = verdict("not_met", last_status="on_track", last_light="green")
    reworded = verdict("not_met", last_status="off_track", last_light="red")
    same = verdict("met", last_status="met", last_light="green")
    new = verdict("met", last_status=None, last_light=None)
    assert sentences.changed([same, reworded, new, moved]) == [moved, reworded]


def test_the_indicator_headline_gives_value_change_and_rank():
    standing = {"rank": 3, "tied": 2, "peers": 11, "have": 10, "level": "city"}
    said = sentences.indicator_headline(
        place="南昌市",
        indicator="优良天数比例",
        unit="%",
        kind="ratio",
        year=2020,
        value=90.5,
        before=89.3,
        standing=standing,
    )
    assert said == "南昌市2020年优良天数比例为90.5%，比上年上升1.2个百分点，列并列第3（11市中10市有数据）"


def test_a_bound_is_neither_compared_with_the_year_before_nor_ranked_alone():
    alone = {"rank": 1, "tied": 1, "peers": 11, "have": 1, "level": "city"}
    said = sentences.indicator_headline(
        place="甲省",
        indicator="利用率",
        unit="%",
        kind="ratio",
        year=2024,
        value=80,
        bound="ge",
        before=95.4,
        standing=alone,
    )
    assert said == "甲省2024年利用率为80%以上"


def test_without_a_figure_the_indicator_headline_says_so():
    said = sentences.indicator_headline(
        place="甲省", indicator="营造林面积", unit="万亩", kind="amount", year=2020, value=None
    )
    assert said == "到2020年，甲省的营造林面积还没有公布的年度数据"


def test_attention_and_change_are_whole_sentences():
    row = verdict(
        "not_met",
        place_name="甲省",
        indicator_name="森林覆盖率",
        reason="2020年为60%",
        basis="deadline",
        contested=True,
    )
    assert sentences.attention_sentence(row) == "甲省森林覆盖率：未达标（督察存疑）：2020年为60%"
    changed = {**row, "last_status": "on_track", "change_why": "新数据"}
    assert sentences.change_sentence(changed) == "甲省森林覆盖率：预计可达标 → 未达标，新数据"
