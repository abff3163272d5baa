"""Every page is drawn from the entry on real databases, in each of its states, as a visitor gets it."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import questions
from etl.build import DEFINITIONS, SHIPPED_ASSIGNED, SHIPPED_STATEMENTS, YEARLY, build
from etl.store import ENVIRONMENT_NAME, open_store
from etl.words import read_words

ROOT = Path(__file__).parent.parent
PAGES = (
    *("overview", "documents", "indicators", "places", "tasks", "units"),
    *("compare", "upload", "snapshots", "method"),
)

Draw = Callable[..., AppTest]


def draw_page(page: str, **picked: str) -> AppTest:
    """One page as somebody with this address gets it."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "entry.py"), default_timeout=60)
    if page != "overview":
        app.switch_page(f"../pages/{page}.py")
    for name, value in picked.items():
        app.query_params[name] = value
    return app.run()


def text_of(app: AppTest) -> str:
    """All markup that the page put on the screen."""
    return "\n".join(element.value for element in app.get("html"))


def headline_of(app: AppTest) -> str:
    found = re.findall(r'<h1 class="headline">(.*?)</h1>', text_of(app))
    assert len(found) == 1, found
    return found[0]


@pytest.fixture(scope="module")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Made-up figures for every target: every state of every page."""
    url = f"duckdb:{tmp_path_factory.mktemp('demo') / 'demo.duckdb'}"
    subprocess.run([sys.executable, "-m", "etl.demo", "--database", url], cwd=ROOT, check=True, capture_output=True)
    return url


@pytest.fixture
def demo(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, demo_url)


@pytest.fixture
def small_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small register: a province, two cities, no tile map, no short names."""
    url = f"duckdb:{tmp_path / 'small.duckdb'}"
    build(open_store(url), definitions=ROOT / "tests/small/indicators.toml", yearly=ROOT / "tests/small/yearly")
    monkeypatch.setenv(ENVIRONMENT_NAME, url)


@pytest.fixture
def no_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A register, and not one figure."""
    url = f"duckdb:{tmp_path / 'empty.duckdb'}"
    (tmp_path / "yearly").mkdir()
    build(open_store(url), definitions=ROOT / "tests/small/indicators.toml", yearly=tmp_path / "yearly")
    monkeypatch.setenv(ENVIRONMENT_NAME, url)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("year", ["2013", "2017", "2020", "2025"])
@pytest.mark.usefixtures("demo")
def test_every_page_is_drawn_from_every_year(page, year):
    app = draw_page(page, year=year)
    assert not app.exception
    assert headline_of(app)
    assert app.selectbox(key="year").value == int(year)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("small_site")
def test_every_page_is_drawn_for_a_register_of_another_shape(page):
    app = draw_page(page)
    assert not app.exception
    assert headline_of(app)


@pytest.mark.parametrize("page", [page for page in PAGES if page != "upload"])  # the first file can be uploaded
@pytest.mark.usefixtures("no_figures")
def test_without_figures_every_page_says_what_would_fill_it(page):
    app = draw_page(page)
    assert not app.exception
    assert "data/yearly/" in " ".join(element.value for element in app.markdown)
    assert "frame-foot" in text_of(app)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("demo")
def test_made_up_figures_are_called_so_on_every_page(page):
    assert read_words().overlays["demo"] in text_of(draw_page(page))


@pytest.mark.usefixtures("small_site")
def test_real_figures_are_not_called_made_up():
    assert read_words().overlays["demo"] not in text_of(draw_page("overview"))


@pytest.mark.usefixtures("demo")
def test_the_year_opens_on_the_latest_with_a_figure():
    assert draw_page("overview").selectbox(key="year").value == 2025


@pytest.mark.usefixtures("demo")
def test_a_link_opens_the_view_it_was_copied_from():
    app = draw_page("indicators", indicator="细颗粒物（PM2.5）年均浓度", place="九江市", year="2016")
    assert headline_of(app).startswith("九江市2016年细颗粒物（PM2.5）年均浓度为")


@pytest.mark.usefixtures("demo")
def test_what_is_not_on_a_list_is_ignored():
    app = draw_page("places", place="<script>alert(1)</script>", year="1066")
    assert not app.exception
    assert "<script" not in text_of(app)
    assert app.selectbox(key="year").value == 2025


@pytest.mark.usefixtures("demo")
def test_an_unknown_target_in_the_address_shows_the_method():
    assert headline_of(draw_page("method", target="no-such-target", place="nowhere")) == "每盏灯怎样得来"


@pytest.mark.usefixtures("demo")
def test_every_light_of_the_overview_leads_to_its_working():
    links = re.findall(
        r'href="method\?target=([^&"]+)&amp;place=([^&"]+)&amp;year=(\d+)"', text_of(draw_page("overview"))
    )
    assert links
    for target, place, year in links[:3]:
        app = draw_page("method", target=target, place=place, year=year)
        shown = text_of(app)
        assert headline_of(app) != "每盏灯怎样得来"
        for part in ("原文", "最新值 x", "基准值 b", "序时进度 P", "推算到期限 H", "今后需要", "来源与版本"):
            assert part in shown


@pytest.mark.usefixtures("demo")
def test_the_working_of_another_place_is_one_pick_away():
    shown = text_of(draw_page("overview", year="2020"))
    target, place = re.search(r'逐地看：<a href="method\?target=([^&"]+)&amp;place=([^&"]+)', shown).groups()
    app = draw_page("method", target=target, place=place, year="2020")
    picker = next(box for box in app.selectbox if box.label == "地方")
    assert len(picker.options) > 1


@pytest.mark.usefixtures("demo")
def test_each_status_is_seen_with_its_symbol_and_its_word():
    """The demonstration has a target for every status; the word alone, without colour, must say it."""
    shown = text_of(draw_page("documents", document="演示文件（虚构）", year="2025"))
    marks = set(re.findall(r'class="mark \w+"><span class="symbol" aria-hidden="true">(.)</span>([^<]+)', shown))
    words = {(entry.symbol, entry.word) for entry in read_words().statuses.values()}
    assert len(marks & words) >= 15


@pytest.mark.usefixtures("demo")
def test_filters_narrow_the_list_and_say_so():
    whole = draw_page("documents", year="2020")
    narrowed = draw_page("documents", year="2020", status="未达标")
    assert text_of(narrowed).count('class="mark') < text_of(whole).count('class="mark')
    assert "筛选出" in text_of(narrowed)


@pytest.mark.usefixtures("demo")
def test_every_page_of_results_offers_them_for_download():
    for page in ("overview", "documents", "indicators", "places", "tasks", "units", "compare", "method"):
        assert draw_page(page, year="2020").get("download_button"), page


@pytest.mark.usefixtures("demo")
def test_a_chart_comes_with_a_sentence_for_those_who_cannot_see_it():
    app = draw_page("indicators", year="2020")
    (chart,) = app.get("plotly_chart")
    assert chart.proto.alt
    assert "个年度有数据" in text_of(app)


def test_data_that_looks_like_markup_is_shown_as_text(tmp_path, monkeypatch):
    text = (ROOT / "tests/small/indicators.toml").read_text(encoding="utf-8")
    evil = "<img src=x onerror=alert(1)>"
    (tmp_path / "indicators.toml").write_text(
        text.replace("森林覆盖率不降低", f"{evil}森林覆盖率不降低")
        .replace('aliases = ["乙", "Yi"]', 'aliases = ["乙市", "Yi"]')
        .replace('name = "乙市"', f'name = "乙{evil}市"')
        .replace('name = "森林覆盖率"', f'name = "森林{evil}覆盖率"\naliases = ["森林覆盖率"]'),
        encoding="utf-8",
    )
    url = f"duckdb:{tmp_path / 'evil.duckdb'}"
    build(open_store(url), definitions=tmp_path / "indicators.toml", yearly=ROOT / "tests/small/yearly")
    monkeypatch.setenv(ENVIRONMENT_NAME, url)
    for page in PAGES:
        app = draw_page(page)
        assert not app.exception
        assert "<img" not in text_of(app)
        for chart in app.get("plotly_chart"):
            assert "<img" not in chart.proto.spec
    assert "&lt;img" in text_of(draw_page("places"))


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures that come with the project."""
    url = f"duckdb:{tmp_path / 'monitor.duckdb'}"
    build(
        open_store(url),
        definitions=DEFINITIONS,
        yearly=YEARLY,
        statements=SHIPPED_STATEMENTS,
        assigned=SHIPPED_ASSIGNED,
    )
    monkeypatch.setenv(ENVIRONMENT_NAME, url)


@pytest.mark.usefixtures("shipped")
def test_the_working_of_every_light_is_drawn_with_its_sources():
    """Every judgement on the shipped figures that carries a colour, and every one that a statement speaks of."""
    lit = [row for row in questions.judgements(questions.years()[0]) if row["light"] != "grey" or row["contested"]]
    assert len(lit) > 10
    for row in lit:
        app = draw_page("method", target=row["target"], place=row["place"])
        assert not app.exception, row["target"]
        assert "来源与版本" in text_of(app)


@pytest.mark.usefixtures("shipped")
def test_a_number_set_elsewhere_names_where_it_comes_from():
    shown = text_of(draw_page("method", target="jx-rectification-2017.contaminated_farmland_safe_use"))
    assert (
        "江西省生态环境厅：2019年江西省污染防治攻坚战年度成绩单之土壤篇" in shown[shown.index("目标值的出处") :][:200]
    )
