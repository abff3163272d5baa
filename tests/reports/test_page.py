"""会议快照 as a visitor gets it: new, opened, compared, nothing chosen, nothing there."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import snapshot_view
from etl.build import build
from etl.store import ENVIRONMENT_NAME, Store, open_store
from tests.conftest import ROOT, SMALL


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The small register, as the store that the pages share."""
    url = f"duckdb:{tmp_path / 'monitor.duckdb'}"
    store = open_store(url)
    build(store, definitions=SMALL / "indicators.toml", yearly=SMALL / "yearly")
    monkeypatch.setenv(ENVIRONMENT_NAME, url)
    return store


def draw(**picked: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard" / "entry.py"), default_timeout=60)
    app.switch_page("../pages/snapshots.py")
    for name, value in picked.items():
        app.query_params[name] = value
    return app.run()


def text_of(app: AppTest) -> str:
    return "\n".join(element.value for element in app.get("html"))


def frozen(**picked: str) -> AppTest:
    """The page after somebody pressed 冻结."""
    app = draw(**picked)
    return next(button for button in app.button if button.label.startswith("冻结")).click().run()


def number_of(app: AppTest) -> str:
    (number,) = set(re.findall("快照 (S[0-9a-f]{12}) 与现在", text_of(app)))
    return number


@pytest.mark.usefixtures("site")
def test_a_new_one_is_previewed_before_anything_is_kept():
    app = draw(year="2019")
    assert not app.exception
    assert "还没有存下的快照" in text_of(app)
    assert any(re.search("打印出来就是这[12]页", caption.value) for caption in app.caption)


@pytest.mark.usefixtures("site")
def test_freezing_opens_the_snapshot_and_lists_it():
    app = frozen(year="2019")
    assert not app.exception
    number = number_of(app)
    assert f'href="snapshots?snapshot={number}"' in text_of(app)
    assert "已存1份会议快照" in text_of(app)


@pytest.mark.usefixtures("site")
def test_an_earlier_one_is_opened_by_its_address():
    number = number_of(frozen(year="2019"))
    app = draw(snapshot=number, year="2018")
    assert not app.exception
    assert number_of(app) == number


@pytest.mark.usefixtures("site")
def test_a_snapshot_is_compared_with_another():
    first = number_of(frozen(year="2019"))
    second = number_of(frozen(year="2018"))
    app = draw(snapshot=second, against=first)
    assert not app.exception
    assert f"快照 {second} 与快照 {first}相比" in text_of(app)
    assert "前者站在2018年看，后者站在2019年看" in text_of(app)


def test_a_snapshot_is_compared_with_changed_data(site: Store):
    number = number_of(frozen(year="2019"))
    with site.write() as cursor:
        cursor.execute("update figure_now set value = 36 where place = 'C1' and indicator = 'pm25' and year = 2019")
        cursor.execute("update setting set value = cast(value as integer) + 1 where name = 'data_version'")
    app = draw(snapshot=number)
    assert not app.exception
    assert f"快照 {number} 与现在相比：1个数据有变化" in text_of(app)


@pytest.mark.usefixtures("site")
def test_an_unknown_number_in_the_address_starts_a_new_one():
    app = draw(snapshot="S000000000000", year="2019")
    assert not app.exception
    assert "新做一份" in text_of(app)


def test_a_record_altered_in_the_database_is_not_shown(site: Store):
    number = number_of(frozen(year="2019"))
    with site.write() as cursor:
        cursor.execute("update snapshot set record = replace(record, '2019', '2018')")
    snapshot_view.opened.cache_clear()
    app = draw(snapshot=number)
    assert not app.exception
    assert "数据库被改动过" in text_of(app)


@pytest.mark.usefixtures("site")
def test_hostile_words_on_the_cover_are_only_words():
    app = draw(year="2019")
    app.text_input[0].input("<script>alert(1)</script>").run()
    app = next(button for button in app.button if button.label.startswith("冻结")).click().run()
    assert not app.exception
    assert "<script>alert" not in text_of(app)
    assert "&lt;script&gt;alert" in text_of(app)


@pytest.mark.usefixtures("site")
def test_nothing_left_by_the_choice_is_said():
    app = draw(year="2019", places="丙市", indicators="森林覆盖率")
    assert not app.exception
    assert "没有任何目标" in text_of(app)


def test_without_figures_the_page_says_what_would_fill_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = f"duckdb:{tmp_path / 'empty.duckdb'}"
    (tmp_path / "yearly").mkdir()
    build(open_store(url), definitions=SMALL / "indicators.toml", yearly=tmp_path / "yearly")
    monkeypatch.setenv(ENVIRONMENT_NAME, url)
    app = draw()
    assert not app.exception
    assert "还没有可以判断的年份" in "".join(element.value for element in app.markdown)
