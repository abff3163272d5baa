"""The orders of the five documents in indicators.toml: none missing, each with its date and the units the text names."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from etl.register import Register, read_register
from etl.register_items import Step, Task

ROOT = Path(__file__).parent.parent
RECTIFICATION, WORK_PLAN, LIANSHAN, NANTONG, BEAUTIFUL = (
    "jx-rectification-2017",
    "jx-workplan-2017",
    "lianshan-2017",
    "nantong-2018",
    "jx-beautiful-2022",
)

When = date | int | str  # a day, a year, or the wording of an order without end


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register(ROOT / "indicators.toml")


def tasks_of(register: Register, document: str, words: str = "") -> list[Task]:
    """Tasks of a document whose id goes on with a match of `words`."""
    return [
        task
        for task in register.tasks.values()
        if task.document == document and re.match(words, task.id.removeprefix(f"{document}.task."))
    ]


def when(item: Task | Step) -> When:
    return item.due or item.year or item.standing


# How many ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "words", "count", "says"),
    [
        (RECTIFICATION, r"measure-\d-\d$", 26, "8大类26项强化措施"),
        (RECTIFICATION, r"problem-\d", 11, "eight items, the sixth in three parts, and the cut ninth"),
        (WORK_PLAN, r"institution-\d\d$", 20, "年内形成20项制度成果"),
        (WORK_PLAN, r"action-plan-", 6, "六大行动的牵头部门要于4月底前制定行动方案"),
        (LIANSHAN, r"\d+-\d+$", 37, "the numbered tasks of ten headings"),
        (LIANSHAN, r"stage-", 4, "the four stages"),
        (BEAUTIFUL, r"vision-", 4, "2025, 2030, 2035 and mid-century"),
    ],
)
def test_what_the_text_counts_is_all_there(
    register: Register, document: str, words: str, count: int, says: str
) -> None:
    assert len(tasks_of(register, document, words)) == count, says


def test_the_26_measures_stand_under_their_eight_headings(register: Register) -> None:
    under = Counter(
        task.section[: task.section.index(")") + 1] for task in tasks_of(register, RECTIFICATION, "measure")
    )
    assert list(under.values()) == [5, 3, 3, 3, 3, 3, 3, 3]


def test_tasks_stand_in_the_order_of_their_clauses(register: Register) -> None:
    """The boards list them as the document does; sections of the work plan begin with 一, 二, 三, 四."""
    headings = [task.section[0] for task in tasks_of(register, WORK_PLAN)]
    assert headings == sorted(headings, key="一二三四".index)


# By when -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "due", "says"),
    [
        (f"{RECTIFICATION}.task.measure-8-1", date(2018, 6, 30), "2018年6月底前"),
        (f"{RECTIFICATION}.task.problem-8", date(2017, 3, 31), "整改时限:2017年3月底"),
        (f"{RECTIFICATION}.task.problem-1", "立行立改、长期坚持", "a time limit without end"),
        (f"{RECTIFICATION}.task.problem-6-2", "持续改善", "a time limit without end"),
        (f"{WORK_PLAN}.task.action-plan-air", date(2017, 4, 30), "4月底前"),
        (f"{WORK_PLAN}.task.local-plans", date(2017, 4, 30), "4月底前"),
        (f"{WORK_PLAN}.task.roadside-waste", date(2017, 12, 31), "年底前"),
        (f"{WORK_PLAN}.task.institution-14", 2017, "年内"),
        (f"{LIANSHAN}.task.stage-1", date(2017, 8, 31), "2017年6月——8月"),
        (f"{LIANSHAN}.task.stage-2", date(2017, 12, 31), "2017年9月——12月"),
        (f"{LIANSHAN}.task.stage-3", date(2019, 12, 31), "2018年1月——2019年12月"),
        (f"{LIANSHAN}.task.stage-4", date(2020, 6, 30), "2020年1月——6月"),
        (f"{NANTONG}.task.compensation-settlement", date(2018, 12, 31), "年底前"),
        (f"{NANTONG}.task.clean-retrofit", date(2018, 12, 31), "2018年底前"),
        (f"{BEAUTIFUL}.task.vision-2030", 2030, "到2030年"),
        (f"{BEAUTIFUL}.task.vision-mid-century", 2050, "本世紀中葉"),
    ],
)
def test_a_task_is_due_when_its_clause_says(register: Register, task: str, due: When, says: str) -> None:
    assert when(register.tasks[task]) == due, says


@pytest.mark.parametrize(
    ("task", "title", "due"),
    [
        ("problem-8", "编制完成规划环境影响说明", date(2017, 1, 31)),
        ("problem-7", "乐平凯发新泉污水处理厂提标改造", date(2017, 6, 30)),
        ("problem-7", "铅山县工业园区居民搬迁", date(2018, 6, 30)),
        ("problem-7", "罗宾公司第一条生产线搬迁", 2017),
        ("problem-7", "罗宾公司第二条生产线搬迁", 2018),
        ("problem-7", "罗宾公司配套设施全部搬迁到位", 2019),
        ("problem-7", "罗宾公司制定搬迁方案（原文年份缺失）", ""),
        ("problem-4", "48个县污水处理设施配套管网项目", date(2017, 12, 31)),
        ("measure-3-3", "基本淘汰黄标车", date(2017, 12, 31)),
        ("measure-5-3", "吉安、赣州处置中心和赣北水泥窑协同处置项目建成运行", date(2018, 12, 31)),
    ],
)
def test_dated_parts_of_a_measure_are_steps(register: Register, task: str, title: str, due: When) -> None:
    """Where the copy has lost the year there is no date at all: none is guessed."""
    steps = register.tasks[f"{RECTIFICATION}.task.{task}"].steps
    assert [when(step) for step in steps if re.sub(r"^（\d+）", "", step.title) == title] == [due]


def test_the_number_of_a_measure_does_not_run_into_the_title_of_its_step(register: Register) -> None:
    """（4）48个县…, never 4 48个县…: beside the number of the step it would read as another number."""
    titles = [step.title for task in register.tasks.values() for step in task.steps]
    assert [title for title in titles if re.match(r"\d+[ .．、]", title)] == []
    assert "（4）48个县污水处理设施配套管网项目" in titles


def test_an_order_without_a_date_says_how_its_date_was_read(register: Register) -> None:
    """Years of an annual plan or of a planning period are a reading; the visions name theirs."""
    yearly = [
        task for task in register.tasks.values() if task.year and not task.id.split(".")[-1].startswith("vision-")
    ]
    assert [task.id for task in yearly if not task.reading] == []


def test_only_orders_on_organisation_and_the_cut_problem_have_no_word_on_time(register: Register) -> None:
    silent = [task for task in register.tasks.values() if not when(task)]
    assert {task.section for task in silent} == {"四(一)", "四(二)", "四(三)", "四(四)", "清单九"}
    assert all(task.reading for task in silent)


def test_the_evaluation_comes_every_five_years(register: Register) -> None:
    task = register.tasks[f"{BEAUTIFUL}.task.evaluation"]
    assert [step.year for step in task.steps if step.year] == [2025, 2030, 2035]


# By whom -------------------------------------------------------------------------------------------

# 责任单位 of the list: "牵头负责第1、8条" gives each numbered measure its lead unit.
LEADS = {
    "problem-1": {
        1: "省委宣传部", 2: "省委党校", 3: "省委办公厅 省政府办公厅", 4: "省委组织部", 5: "省监察委员会 省委组织部",
        6: "省河长办", 7: "省考评办", 8: "省委宣传部",
    },
    "problem-3": {
        1: "省生态环境厅", 2: "省工业和信息化厅", 3: "省生态环境厅", 4: "省住房和城乡建设厅", 5: "省公安厅",
    },
    "problem-4": {
        1: "省生态环境厅", 2: "省发展和改革委员会", 3: "各设区市政府", 4: "省住房和城乡建设厅", 5: "省农业农村厅", 6: "省水利厅",
    },
    "problem-6-1": {
        1: "省水利厅", 2: "省生态环境厅", 3: "省生态环境厅", 4: "省农业农村厅", 5: "省生态环境厅", 6: "省生态环境厅",
    },
    "problem-6-2": {
        1: "省政府办公厅", 2: "省自然资源厅", 3: "省自然资源厅", 4: "省工业和信息化厅", 5: "省生态环境厅",
    },
    "problem-6-3": {
        1: "省政府办公厅", 2: "省生态环境厅", 3: "省生态环境厅", 4: "上饶市政府 景德镇市政府", 5: "省农业农村厅",
        6: "省生态环境厅", 7: "省财政厅",
    },
}  # fmt: skip


@pytest.mark.parametrize("problem", LEADS)
def test_each_measure_of_the_list_has_the_lead_it_was_given(register: Register, problem: str) -> None:
    task = register.tasks[f"{RECTIFICATION}.task.{problem}"]
    given = {
        (int(step.title[1 : step.title.index("）")]), " ".join(register.units[unit].name for unit in step.lead))
        for step in task.steps
    }
    assert given == set(LEADS[problem].items())
    assert set(task.lead) == {unit for step in task.steps for unit in step.lead}


def test_every_listed_problem_has_goal_limit_and_units_but_the_cut_one(register: Register) -> None:
    *whole, cut = tasks_of(register, RECTIFICATION, r"problem-\d")
    assert [task.id for task in whole if not (task.goal and when(task) and task.lead and task.steps)] == []
    assert (cut.goal, when(cut), cut.lead, cut.steps) == ("", "", (), ())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("institution-01", "省住房和城乡建设厅 省发展和改革委员会 省自然资源厅"),
        ("institution-07", "省检察院 有关市县政府"),
        ("institution-14", "赣江新区 省金融办"),
        ("institution-18", "省发展和改革委员会 省生态环境厅 省统计局 省委组织部"),
        ("institution-20", "省委组织部 省生态环境厅"),
        ("action-plan-waste", "省住房和城乡建设厅 省委农工部"),
    ],
)
def test_units_of_the_work_plan(register: Register, words: str, said: str) -> None:
    task = register.tasks[f"{WORK_PLAN}.task.{words}"]
    assert " ".join(register.units[unit].name for unit in task.lead) == said


def test_every_task_of_nantong_has_the_units_of_its_section(register: Register) -> None:
    units: dict[str, set[tuple[str, ...]]] = {}
    for task in tasks_of(register, NANTONG):
        units.setdefault(task.section, set()).add(task.lead)
    assert {section for section, leads in units.items() if len(leads) != 1 or () in leads} == set()
    assert len(units) == 33, "ten parts: 5 + 3 + 4 + 4 + 3 + 3 + 3 + 3 + 4 and the last"


def test_every_numbered_task_of_lianshan_has_a_lead(register: Register) -> None:
    assert [task.id for task in tasks_of(register, LIANSHAN, r"\d") if not task.lead] == []


# For what ------------------------------------------------------------------------------------------


def test_every_target_has_a_task_that_works_towards_it(register: Register) -> None:
    served = {target for task in register.tasks.values() for target in task.serves}
    assert set(register.targets) - served == set()


def test_a_task_serves_targets_of_its_own_document(register: Register) -> None:
    assert [
        (task.id, target)
        for task in register.tasks.values()
        for target in task.serves
        if register.targets[target].document != task.document
    ] == []
