"""The screens of tasks: what they ask, what they show as seen on a day, and the forms that go through the intake."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import filing, task_questions, task_timeline, unit_tables
from etl import task_sentences as sentences
from etl.access import LOCAL
from etl.build import build
from etl.drafts import save_draft
from etl.history import evidence_of
from etl.intake import publish_file, read_file
from etl.publish import withdraw
from etl.store import ENVIRONMENT_NAME, Store, open_store
from etl.words import read_words
from tests.conftest import SMALL
from tests.test_pages import ROOT, draw_page, headline_of, text_of

SURVEY = "plan-2018.task.survey"  # due on 2018-06-30, led by 省生态环境厅, serves the dust target of two cities
HEADER = "task,step,document,state,stated_on,percent,text,evidence_file,unit,person,basis,source"
DONE = f"{SURVEY},,,done,2018-06-20,100,全部完成,,省环保厅,张三,,简报"
CLOSED = f"{SURVEY},,,closed,2018-08-01,,核查属实,,省发展改革委,李四,验收报告,"
FOUND = f"{SURVEY},,,contested,2018-10-01,,抽查发现漏查,,督察组,,,通报"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The small register, with one unit more that may close, and its figures, as the screens see them."""
    url = f"duckdb:{tmp_path / 'small.duckdb'}"
    store = open_store(url)
    text = (SMALL / "indicators.toml").read_text(encoding="utf-8")
    (tmp_path / "indicators.toml").write_text(f'{text}\n[units.plan]\nname = "省发展改革委"\n', encoding="utf-8")
    build(store, definitions=tmp_path / "indicators.toml", yearly=SMALL / "yearly")
    monkeypatch.setenv(ENVIRONMENT_NAME, url)
    return store


@pytest.fixture(scope="module")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"duckdb:{tmp_path_factory.mktemp('demo') / 'demo.duckdb'}"
    subprocess.run([sys.executable, "-m", "etl.demo", "--database", url], cwd=ROOT, check=True, capture_output=True)
    return url


@pytest.fixture
def demo(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, demo_url)


def tell(store: Store, *lines: str, header: str = HEADER, evidence: dict[str, bytes] | None = None) -> str:
    """Publish reports the way people do; the number of the release."""
    data = "\n".join((header, *lines, "")).encode()
    intake = read_file(store, data, name="tasks.csv", evidence=evidence)
    return publish_file(store, intake, data=data, name="tasks.csv", by=LOCAL).release


def state_of(day: date, *, step: int = 0) -> str:
    return next(str(row["state"]) for row in task_questions.states(day) if row["step"] == step)


# addresses --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("picked", "said"),
    [
        ({"task": "nothing"}, "没有编号为“nothing”的任务"),
        ({"task": "nothing", "day": "abc"}, "没有编号为“nothing”的任务"),
        ({"task": SURVEY, "day": "2018-02-28"}, f"到2018年2月28日，这项任务（{SURVEY}）的文件还没有印发"),
    ],
    ids=["unknown", "unknown, on no day", "before its document"],
)
def test_a_task_that_cannot_be_shown_is_named_above_the_board(picked: dict[str, str], said: str):
    app = draw_page("tasks", **picked)
    assert not app.exception
    assert said in text_of(app)


@pytest.mark.usefixtures("site")
def test_an_address_without_a_task_names_none():
    assert "没有编号为" not in text_of(draw_page("tasks"))


# what is asked ------------------------------------------------------------------------------------


def test_a_task_comes_with_its_clause_its_place_and_the_names_of_its_units(site: Store):
    tell(site, DONE)
    whole, step = task_questions.states(date(2018, 7, 1))
    assert (whole["state"], whole["done_unit"], whole["place_name"]) == ("done", "省生态环境厅", "甲省")
    assert (whole["lead"], whole["lead_ids"], whole["document_name"]) == (("省生态环境厅",), ("env",), "甲省要点")
    assert (step["step"], step["title"], step["task_title"]) == (1, "入户调查", "完成污染源普查")


@pytest.mark.usefixtures("site")
def test_before_its_document_there_is_no_task():
    assert task_questions.states(date(2018, 2, 28)) == ()


def test_an_answer_is_not_kept_beyond_the_next_report(site: Store):
    assert state_of(date(2018, 7, 1)) == "overdue_unreported"
    tell(site, DONE)
    assert state_of(date(2018, 7, 1)) == "done"


def test_the_history_keeps_what_was_withdrawn_and_says_so(site: Store):
    release = tell(site, DONE)
    withdraw(site, release, reason="报错了", by=LOCAL)
    (report,) = task_questions.reports(SURVEY)
    assert (report["withdrawn"], report["withdrawn_why"], report["unit"]) == (True, "报错了", "省生态环境厅")
    assert state_of(date(2018, 7, 1)) == "overdue_unreported"


def test_a_total_stays_a_total(site: Store):
    tell(site, ",,甲省要点,done,2018-12-31,,12个已全部完成,,,,,公报")
    (total,) = task_questions.totals(date(2019, 1, 1))
    assert (total["text"], total["document_name"], total["place_name"]) == ("12个已全部完成", "甲省要点", "甲省")
    assert task_questions.totals(date(2018, 12, 30)) == ()
    assert state_of(date(2019, 1, 1)) == "overdue_unreported", "spread over nothing"


@pytest.mark.usefixtures("site")
def test_a_unit_renamed_since_is_one_unit_with_all_it_leads():
    (unit,) = [row for row in task_questions.units_in_charge() if row["unit"] == "env"]
    assert (unit["name"], unit["formerly"]) == ("省生态环境厅", "省环保厅")
    tasks = unit_tables.of_unit(task_questions.states(date(2020, 1, 1)), "env", "lead")
    assert [row["task"] for row in sentences.tasks_only(tasks)] == [SURVEY]


@pytest.mark.usefixtures("site")
def test_a_step_is_no_line_of_its_own_beside_its_task():
    assert len(unit_tables.own_items(task_questions.states(date(2020, 1, 1)))) == 1


@pytest.mark.usefixtures("site")
def test_the_timeline_counts_every_dated_task_and_step_once():
    lines = task_timeline.timeline(task_questions.states(date(2018, 7, 1)))
    assert [(line["period"], line["tasks"], line["steps"]) for line in lines] == [
        ("2018年2季度", 1, 0),
        ("2018年4季度", 0, 1),
    ]
    assert sum(sum(line["lights"].values()) for line in lines) == 2


# what is shown ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("demo")
def test_every_state_is_seen_with_its_symbol_and_its_word():
    shown = text_of(draw_page("tasks"))
    for entry in read_words().tasks.values():
        assert f'aria-hidden="true">{entry.symbol}</span>{entry.word}' in shown, entry.state


@pytest.mark.usefixtures("demo")
def test_the_bar_names_every_heap_with_symbol_and_number():
    shown = text_of(draw_page("tasks"))
    for heap in read_words().task_heaps.values():
        assert f"{heap['symbol']} {heap['word']}<b>" in shown


@pytest.mark.usefixtures("demo")
def test_a_filter_narrows_the_board_and_says_so():
    app = draw_page("tasks", document="演示文件（虚构）", state="反弹")
    assert "筛选后的情况：1项任务；全部共" in text_of(app)
    assert "1项任务中" in headline_of(app)
    assert "按单位" in app.get("button_group")[0].proto.options[1].content
    by_unit = text_of(draw_page("tasks", document="演示文件（虚构）", view="按单位"))
    assert "各牵头单位的任务" in by_unit


@pytest.mark.usefixtures("demo")
def test_another_year_in_the_year_bar_moves_the_day():
    assert "到2020年12月31日" in headline_of(draw_page("tasks", year="2020"))
    app = draw_page("tasks", year="2020", day="2019-06-30")
    assert "到2019年6月30日" in headline_of(app)
    app.selectbox(key="year").select(2018).run()
    assert "到2018年12月31日" in headline_of(app)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("day", ["2099-01-01", "1066-10-14", "yesterday", ""])
def test_a_day_that_cannot_be_is_ignored(day):
    app = draw_page("tasks", year="2020", day=day)
    assert not app.exception
    assert "到2020年12月31日" in headline_of(app)


@pytest.mark.usefixtures("demo")
def test_an_unknown_task_or_one_not_issued_yet_shows_the_board():
    for picked in ({"task": "nothing"}, {"task": "demo-2019.task.done", "year": "2017"}):
        assert "项任务中" in headline_of(draw_page("tasks", **picked))


@pytest.mark.usefixtures("demo")
def test_every_task_of_the_demonstration_has_a_view():
    for state in read_words().tasks:
        app = draw_page("tasks", task=f"demo-2019.task.{state}")
        assert not app.exception
        assert headline_of(app).endswith(f"：{read_words().tasks[state].word}")


@pytest.mark.usefixtures("demo")
def test_done_on_paper_and_the_figure_not_moved_is_said_on_both_sides():
    said = "但所服务的目标“江西省演示指标：未达标”未达标"
    assert said in text_of(draw_page("tasks", task="demo-2019.task.closed"))
    assert said in text_of(draw_page("method", target="demo-2019.not_met", place="360000"))


@pytest.mark.usefixtures("demo")
def test_explanations_stand_under_the_judgement_and_under_the_task():
    for shown in (
        text_of(draw_page("method", target="demo-2019.not_met", place="360000", year="2025")),
        text_of(draw_page("tasks", task="demo-2019.task.overdue")),
    ):
        assert "演示：前期手续办理较慢。" in shown
        assert "演示：倒排工期，按月调度。" in shown


@pytest.mark.usefixtures("demo")
def test_tasks_are_told_on_the_overview_in_documents_and_places():
    assert "项任务中" in text_of(draw_page("overview"))
    assert "需要关注的任务" in text_of(draw_page("overview"))
    document = text_of(draw_page("documents", document="演示文件（虚构）"))
    assert "演示任务（反弹）" in document
    assert "演示：当年到期的12项已全部完成" in document
    assert "演示任务（反弹）" in text_of(draw_page("places", place="江西省"))


@pytest.mark.usefixtures("demo")
def test_a_unit_has_a_page_with_its_former_names():
    app = draw_page("units", unit="省生态环境厅")
    assert headline_of(app).startswith("省生态环境厅牵头")
    assert "省环保厅" in text_of(app)
    assert headline_of(draw_page("units", unit="no such unit"))


def test_a_finding_shows_both_sides(site: Store):
    tell(site, DONE, FOUND)
    shown = text_of(draw_page("tasks", task=SURVEY))
    assert "全部完成" in shown
    assert "抽查发现漏查" in shown
    assert "省生态环境厅2018年6月20日报告完成；2018年10月1日督察认定不实" in shown
    assert "自填" in shown


def test_as_seen_before_the_finding_the_task_is_done_and_later_reports_say_when_they_came(site: Store):
    tell(site, DONE, FOUND)
    app = draw_page("tasks", task=SURVEY, day="2018-09-01")
    assert headline_of(app) == "完成污染源普查：已完成（待销号）"
    assert "在所看的日期之后" in text_of(app)


# forms --------------------------------------------------------------------------------------------


def form(act: str, **filled: str) -> AppTest:
    """One act on the survey's view, its fields filled by label, sent."""
    app = draw_page("tasks", task=SURVEY, act=act)
    for box in [*app.text_area, *app.text_input, *app.selectbox]:
        if box.label in filled:
            box.set_value(filled[box.label])
    for day in app.date_input:
        if day.label in filled:
            day.set_value(date.fromisoformat(filled[day.label]))
    next(button for button in app.button if button.label.startswith("登记")).click()
    app.run()
    assert not app.exception
    return app


REPORT = {"进展": "done", "日期": "2018-06-20", "内容": "全部完成", "单位": "省生态环境厅", "姓名": "张三"}
CLOSING = {"日期": "2018-08-01", "内容": "核查属实", "销号的依据": "验收报告", "单位": "省发展改革委", "姓名": "李四"}


@pytest.mark.usefixtures("site")
def test_a_report_is_published_and_what_it_changes_is_said():
    shown = text_of(form("报告进展", **REPORT))
    assert "已登记，编号R" in shown
    assert "已逾期、未见报告" in shown.split("已登记")[1], "before"
    assert "已完成（待销号）" in shown.split("已登记")[1], "after"
    (report,) = task_questions.reports(SURVEY)
    assert (report["unit"], report["person"], report["stated_on"]) == ("省生态环境厅", "张三", date(2018, 6, 20))


@pytest.mark.usefixtures("site")
def test_the_same_report_twice_is_one():
    form("报告进展", **REPORT)
    assert "同样的内容已经登记过" in text_of(form("报告进展", **REPORT))
    assert len(task_questions.reports(SURVEY)) == 1


@pytest.mark.usefixtures("site")
def test_everything_missing_is_said_at_once_and_nothing_is_lost():
    app = form("报告进展", 内容="写了很久的一段话", 日期="2018-01-01")
    shown = text_of(app)
    for said in ("报告的日期早于文件的印发日期", "请填写单位", "请填写姓名", "请填写进展"):
        assert said in shown, said
    assert "销号" not in shown.split('class="problems"')[-1], "what this form does not offer"
    assert app.text_area[0].value == "写了很久的一段话"
    assert app.date_input[1].value == date(2018, 1, 1)
    assert task_questions.reports(SURVEY) == ()


REFUSED_CLOSINGS = [
    ("by the unit that reported", {"单位": "省生态环境厅"}, "不能自己销号"),
    ("by the person who reported", {"姓名": "张三"}, "张三是这项任务的报告人"),
    ("without a basis", {"销号的依据": ""}, "销号要写明销号的依据"),
    ("before it was reported done", {"日期": "2018-06-01"}, "还没有完成报告"),
]


@pytest.mark.parametrize(
    ("changed", "said"), [case[1:] for case in REFUSED_CLOSINGS], ids=[case[0] for case in REFUSED_CLOSINGS]
)
def test_a_closing_that_may_not_be_is_refused_with_a_sentence(site: Store, changed: dict[str, str], said: str):
    tell(site, DONE)
    assert said in text_of(form("销号", **(CLOSING | changed)))
    assert state_of(date(2018, 12, 1)) == "done"


def test_another_unit_and_another_person_close_it_and_it_may_come_back(site: Store):
    tell(site, DONE)
    assert headline_of(form("销号", **CLOSING)) == "完成污染源普查：已销号"
    app = form("反弹", 日期="2019-02-01", 内容="又发现漏查", 单位="省发展改革委", 姓名="王五")
    assert headline_of(app) == "完成污染源普查：反弹"
    assert "核查属实" in text_of(app), "the closing stays in the history"


@pytest.mark.usefixtures("site")
def test_the_lead_unit_explains():
    filled = {"原因": "人手不足", "下一步措施": "增派人员", "姓名": "张三", "日期": "2018-07-10"}
    app = form("原因和措施", **filled)
    assert "人手不足" in text_of(app)
    assert "增派人员" in text_of(app)
    (said,) = task_questions.explanations(task=SURVEY)
    assert said["unit"] == "省生态环境厅"


def on_target(act: str, *, on: str = "2020-03-01", **filled: str) -> AppTest:
    app = draw_page("method", target="plan-2018.pm25", place="C2", year="2019", act=act)
    for box in [*app.text_area, *app.text_input]:
        if box.label in filled:
            box.set_value(filled[box.label])
    app.date_input[0].set_value(date.fromisoformat(on))
    next(button for button in app.button if button.label.startswith("登记")).click()
    app.run()
    assert not app.exception
    return app


def light_of(store: Store) -> str:
    (row,) = store.rows(
        "select light, contested from assessment where target = 'plan-2018.pm25' and place = 'C2' and year = 2019"
    )
    return f"{row[0]}{' contested' if row[1] else ''}"


def test_a_finding_is_laid_over_a_target_and_verified_again(site: Store):
    before = light_of(site)
    finding = {
        "内容（原话或要点）": "监测点被移动",
        "认定单位": "督察组",
        "来源（文号、网址）": "通报",
        "经办人": "李四",
    }
    shown = text_of(on_target("督察存疑", **finding))
    assert "监测点被移动" in shown
    assert light_of(site).endswith("contested")
    assert not light_of(site).startswith("green")
    on_target("复核属实", on="2020-04-01", **(finding | {"内容（原话或要点）": "已复核"}))
    assert light_of(site) == before


@pytest.mark.usefixtures("site")
def test_a_finding_without_who_found_it_is_asked_for():
    shown = text_of(on_target("督察存疑"))
    for said in ("请填写认定单位", "请填写来源", "请写明所说的原话"):
        assert said in shown, said


@pytest.mark.usefixtures("site")
def test_the_lead_unit_explains_a_judgement():
    app = on_target("原因和措施", 原因="扬尘多", 下一步措施="加强洒水", 姓名="张三")
    assert "对2019年的判断" in text_of(app)
    (said,) = task_questions.explanations(target="plan-2018.pm25", place="C2")
    assert (said["cause"], said["year"]) == ("扬尘多", 2019)


# evidence and files -------------------------------------------------------------------------------


def test_evidence_comes_back_byte_for_byte(site: Store):
    content = bytes(range(256)) * 40
    release = tell(site, DONE.replace("全部完成,", "全部完成,验收.pdf"), evidence={"验收.pdf": content})
    assert evidence_of(site, release, "验收.pdf", by=LOCAL) == content
    app = draw_page("tasks", task=SURVEY)
    labels = [button.proto.label for button in app.get("download_button")]
    assert f"下载佐证：验收.pdf（2018-06-20，{release}）" in labels


EVIDENCE_NAMES = [
    ("a plain name stays", "验收报告.pdf", "验收报告.pdf"),
    ("folders go", "../../etc/验收.pdf", "验收.pdf"),
    ("folders of another system go", "C:\\报告\\验收.pdf", "验收.pdf"),
    ("a long name keeps its ending", "长" * 100 + ".pdf", "长" * 60 + ".pdf"),
    ("nothing left", "...", "未命名文件"),
]


@pytest.mark.parametrize(
    ("received", "kept"), [case[1:] for case in EVIDENCE_NAMES], ids=[case[0] for case in EVIDENCE_NAMES]
)
def test_the_name_of_evidence_is_made_fit(received: str, kept: str):
    assert filing.evidence_name(received) == kept


def rehearsed(store: Store, text: str) -> AppTest:
    number = save_draft(store, file_name="报告.csv", data=text.encode(), answers={}, by=LOCAL)
    app = draw_page("upload", draft=number)
    assert not app.exception
    return app


def test_an_uploaded_file_of_reports_is_rehearsed_in_words(site: Store):
    app = rehearsed(site, f"{HEADER}\n{DONE}\n{CLOSED}\n")
    shown = text_of(app)
    assert headline_of(app) == "《报告.csv》可收入2条任务报告"
    assert "会改变的任务状态" in shown
    assert "已逾期、未见报告" in shown
    assert "已销号" in shown
    assert "甲省要点 · 完成污染源普查" in shown
    assert "新增的数值" not in shown


def test_a_refused_file_does_not_look_as_if_it_closed_something(site: Store):
    shown = text_of(rehearsed(site, f"{HEADER}\n{CLOSED}\n"))
    assert "这项任务还没有完成报告，不能销号" in shown
    assert "会改变的任务状态" not in shown


def test_an_uploaded_file_of_explanations_is_rehearsed_in_words(site: Store):
    text = f"task,stated_on,cause,measures,unit,person\n{SURVEY},2018-07-01,人手不足,增派人员,env,张三\n"
    app = rehearsed(site, text)
    assert headline_of(app) == "《报告.csv》可收入1条说明"
    assert "人手不足" in text_of(app)


def test_releases_of_every_kind_are_listed_in_words_with_their_rows(site: Store):
    tell(site, DONE, CLOSED)
    shown = text_of(draw_page("upload", part="发布记录"))
    assert "任务报告" in shown
    assert "任务报告" in text_of(draw_page("method"))
