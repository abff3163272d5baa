"""The text that writes itself says nothing that the figures do not say."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from etl.build import build
from etl.demo import build_demo
from etl.freeze import Choice, freeze
from etl.store import Store, open_store
from etl.words import read_words
from reports import prose
from reports.blocks import LineChart, Paragraph, Ranking, Report, Section, SegmentBar, Table
from reports.story import tell
from tests.conftest import ROOT

Record = dict[str, Any]

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(f"duckdb:{tmp_path_factory.mktemp('real') / 'monitor.duckdb'}")
    data = ROOT / "data"
    build(
        store, definitions=ROOT / "indicators.toml", yearly=data / "yearly",
        statements=data / "statements.csv", assigned=data / "assigned.csv",
        reports=data / "task_reports.csv",
    )  # fmt: skip
    return store


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(f"duckdb:{tmp_path_factory.mktemp('demo') / 'monitor.duckdb'}")
    build_demo(store)
    return store


@pytest.fixture(scope="module", params=["real 2018", "real 2020", "demo 2017", "demo 2019", "demo 2025"])
def record(request: pytest.FixtureRequest, real: Store, demo: Store) -> Record:
    kind, year = request.param.split()
    return freeze(real if kind == "real" else demo, Choice(year=int(year), audience="full"))


def sentences_of(report: Report) -> Iterator[str]:
    """Everything the report says outside tables: titles, paragraphs, charts in a sentence."""
    for section in report.sections:
        if section.kind in ("method", "sources", "annex"):
            continue
        yield section.title
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, LineChart | Ranking | SegmentBar):
                yield block.alternative


def tables_of(report: Report) -> Iterator[Table]:
    for section in report.sections:
        yield from (block for block in section.blocks if isinstance(block, Table))


def numbers_in(text: str) -> set[str]:
    return {number.replace(",", "") for number in NUMBER.findall(text)}


def numbers_of_tables(report: Report) -> set[str]:
    found: set[str] = set()
    for table in tables_of(report):
        for title in (table.title, *(column.title for column in table.columns)):
            found |= numbers_in(title)
        for row in table.rows:
            for cell in row:
                found |= numbers_in(cell.text)
    return found


@pytest.mark.parametrize("audience", ["leaders", "full"])
def test_every_number_in_the_text_is_a_number_in_the_tables(record: Record, audience: str) -> None:
    known = numbers_of_tables(tell(record, audience="annex"))
    stray = {
        sentence: sorted(numbers_in(sentence) - known)
        for sentence in sentences_of(tell(record, audience=audience))
        if numbers_in(sentence) - known
    }
    assert stray == {}


def test_the_check_of_numbers_would_notice_a_wrong_one(record: Record) -> None:
    assert not numbers_in("较上年上升98765.4321个百分点") <= numbers_of_tables(tell(record, audience="annex"))


def test_the_headline_counts_what_the_record_holds(record: Record) -> None:
    """Counted again from the plain rows, without the functions that make the sentence."""
    duties = [row for row in record["verdicts"] if row["force"] == "duty"]
    due = {bucket: sum(1 for row in duties if row["bucket"] == bucket) for bucket in read_words().buckets}
    said = tell(record).sections[0].title
    many = sum(number for bucket, number in due.items() if bucket != "not_due")
    assert f"{many}项约束性要求到期" in said
    for bucket, word in (
        ("due_met", "达标"),
        ("due_missed", "未达标"),
        ("due_unknown", "无法判定"),
        ("due_awaiting", "数据待公布"),
    ):
        assert (f"{due[bucket]}项{word}" in said) == bool(due[bucket])


def test_the_same_record_is_told_in_the_same_words(record: Record) -> None:
    assert tell(record) == tell(json.loads(json.dumps(record)))


def test_every_report_carries_id_hash_and_cutoff(record: Record) -> None:
    report = tell(record)
    assert report.sha256.startswith(report.snapshot[1:])
    assert report.cutoff.startswith(f"数据截至{record['cutoff']['year']}年")


def test_missing_is_said_and_never_drawn_as_zero(record: Record) -> None:
    places = {row["place"]: row["short"] or row["name"] for row in record["register"]["places"]}
    for section in tell(record).sections:
        for block in section.blocks:
            if isinstance(block, Ranking):
                assert [bar.name for bar in block.bars if bar.value is None] == list(block.missing)
            if isinstance(block, Table):
                assert all(cell.text for row in block.rows for cell in row if cell.number is not None)
            if isinstance(block, LineChart):
                known = {(row["place"], row["year"]) for row in record["figures"] if row["value"] is not None}
                named = {(places[place], year) for place, year in known} | {
                    (row["name"], year)
                    for row in record["register"]["places"]
                    for place, year in known
                    if place == row["place"]
                }
                for series in block.series:
                    for year, value in zip(block.years, series.values, strict=True):
                        assert value is None or (series.name, year) in named


def test_leaders_get_four_or_five_messages(record: Record) -> None:
    kinds = [section.kind for section in tell(record, audience="leaders").sections]
    assert kinds in (
        ["headline", "attention", "attention", "changes", "tasks"],
        ["headline", "attention", "changes", "tasks"],
    )


def test_the_full_report_has_a_paragraph_a_document_and_ends_with_method_and_sources(record: Record) -> None:
    report = tell(record, audience="full")
    documents = [section for section in report.sections if section.kind == "document"]
    assert len(documents) == len(record["register"]["documents"])
    for section, document in zip(documents, record["register"]["documents"], strict=True):
        assert isinstance(section.blocks[0], Paragraph)
        assert document["title"] in section.blocks[0].text
    assert [section.kind for section in report.sections[-2:]] == ["method", "sources"]


def test_the_annex_holds_every_judgement_target_and_figure(record: Record) -> None:
    rows = {table.title: table for table in tables_of(tell(record, audience="annex"))}
    assert len(rows["全部判定"].rows) == len(rows["判定所用的全部数"].rows) == len(record["assessments"])
    assert len(rows["全部目标及其条款"].rows) == len(record["register"]["targets"])
    assert len(rows["全部数据"].rows) == len(record["figures"])


FIXED = ("文件", "目标计数", "其他计数", "任务计数", "任务的其他计数", "状态与灯色")


def test_a_capped_table_knows_how_many_rows_there_are(record: Record) -> None:
    whole = {table.title: len(table.rows) for table in tables_of(tell(record, audience="annex"))}
    for table in tables_of(tell(record, audience="annex", most=7)):
        assert (
            len(table.rows) <= 7 or table.title.partition("（")[0] in FIXED,
            table.total_rows,
        ) == (True, whole[table.title])


def test_every_mark_has_colour_symbol_and_word(record: Record) -> None:
    for table in tables_of(tell(record)):
        for mark in (cell.mark for row in table.rows for cell in row if cell.mark):
            assert mark.light in read_words().lights
            assert mark.symbol
            assert mark.word


def test_demonstration_figures_say_so_and_real_ones_do_not(real: Store, demo: Store) -> None:
    word = read_words().overlays["demo"]
    for store, made_up in ((real, False), (demo, True)):
        report = tell(freeze(store, Choice(year=2019)))
        assert report.demo is made_up
        assert (word in "".join(sentences_of(report))) is made_up


# sentences ---------------------------------------------------------------------------------------


def step(value: float, before: float, *, better: str = "higher", kind: str = "ratio", unit: str = "%") -> prose.Step:
    return prose.Step(
        place_name="江西省",
        indicator_name="森林覆盖率",
        unit=unit,
        kind=kind,
        better=better,
        year=2020,
        value=value,
        before=before,
    )


STEPS = [
    (step(63.1, 60.8), "江西省森林覆盖率63.1%，较上年上升2.3个百分点", 1, "a ratio moves by percentage points"),
    (
        step(30, 35, kind="amount", unit="吨", better="lower"),
        "江西省森林覆盖率30吨，较上年下降14.29%",
        1,
        "an amount moves by percent, and less is better",
    ),
    (step(30, 35), "江西省森林覆盖率30%，较上年下降5个百分点", -1, "less of what should grow"),
    (step(63.1, 63.1), "江西省森林覆盖率63.1%，与上年持平", 0, "no change is neither"),
    (
        step(5, 0, kind="amount", unit="个"),
        "江西省森林覆盖率5个，较上年上升5",
        1,
        "nothing is never a base for percent",
    ),
    (step(5, 4, better="none"), "江西省森林覆盖率5%，较上年上升1个百分点", 0, "where no side is good, no verdict"),
]


@pytest.mark.parametrize(("given", "said", "good", "because"), STEPS)
def test_a_change_of_a_figure(given: prose.Step, said: str, good: int, because: str) -> None:
    assert (prose.step_sentence(given), given.good) == (said, good), because


def ranked(*values: float | None) -> list[dict[str, Any]]:
    known = sorted(value for value in values if value is not None)
    return [
        {
            "place": str(at), "level": "city", "year": 2020, "value": value, "have": len(known), "peers": len(values),
            "rank": None if value is None else known.index(value) + 1, "tied": known.count(value) if value is not None else None,
        }
        for at, value in enumerate(values)
    ]  # fmt: skip


RANKINGS = [
    (ranked(23, 35, 30), "2020年PM2.5：甲市最好（23微克），乙市居末（35微克），3市均有数据", "one first, one last"),
    (
        ranked(23, 23, 30, None),
        "2020年PM2.5：甲市、乙市并列第1（23微克），丙市居末（30微克），4市中3市有数据",
        "two share the first place",
    ),
    (
        ranked(23, 30, 30),
        "2020年PM2.5：甲市最好（23微克），乙市、丙市并列第2（30微克），3市均有数据",
        "two share the last place",
    ),
    (ranked(23, 23, None), "2020年PM2.5：3市中2市有数据，均为23微克", "nobody is ahead"),
]


@pytest.mark.parametrize(("rows", "said", "because"), RANKINGS)
def test_the_title_of_a_ranking(rows: list[dict[str, Any]], said: str, because: str) -> None:
    names = {str(at): f"{letter}市" for at, letter in enumerate("甲乙丙丁")}
    assert prose.ranking_title(rows, name="PM2.5", unit="微克", place_name=names) == said, because


def test_what_is_needed_is_only_said_where_something_is() -> None:
    row = {"needed_per_year": 0.5, "change_per_year": 0.3, "unit": "%", "light": "red"}
    assert prose.needed_words(row) == "今后每年需上升0.5个百分点（近年平均每年上升0.3个百分点）"
    assert (
        prose.needed_words({**row, "needed_per_year": -2, "change_per_year": None, "unit": "吨"}) == "今后每年需下降2吨"
    )
    assert prose.needed_words({**row, "light": "green"}) == ""
    assert prose.needed_words({**row, "needed_per_year": None}) == ""


# hostile names -----------------------------------------------------------------------------------

HOSTILE = [
    ('=HYPERLINK("http://x")', "a formula is a name like any other"),
    ("<script>alert(1)</script>", "markup is a name like any other"),
    ("甲\x00\x07\n市", "control characters and line breaks become a space"),
    ("\u202e市甲", "a mark that turns the direction is taken out"),
    ("长" * 500, "a very long name stays whole"),
    ("🚀市", "an emoji stays"),
    ("مدينة", "letters written from the right stay"),
]


@pytest.mark.parametrize(("name", "because"), HOSTILE)
def test_a_hostile_name_is_told_as_printable_text(real: Store, name: str, because: str) -> None:
    record = json.loads(json.dumps(freeze(real, Choice(year=2020, audience="full"))))
    for row in [*record["register"]["places"], *record["register"]["indicators"]]:
        row["name"] = row["short"] = name
    report = tell(record)
    texts = "".join(
        [*sentences_of(report), *(cell.text for table in tables_of(report) for row in table.rows for cell in row)]
    )
    assert not re.search("[\x00-\x1f\u202a-\u202e]", texts), because
    assert re.sub("[\x00-\x1f\u202e]+", " ", name).strip() in texts


def sections_by_kind(report: Report, kind: str) -> list[Section]:
    return [section for section in report.sections if section.kind == kind]


def test_hostile_or_not_the_same_sections_are_told(real: Store) -> None:
    record = json.loads(json.dumps(freeze(real, Choice(year=2020, audience="full"))))
    plain = [section.kind for section in tell(record).sections]
    for row in record["register"]["indicators"]:
        row["unit"] = "<b>"
    assert [section.kind for section in tell(record).sections] == plain
    assert sections_by_kind(tell(record), "indicator")


def test_small_registers_are_told_too(small: Store) -> None:
    for audience in ("leaders", "full", "annex"):
        report = tell(freeze(small, Choice(year=2019, audience=audience)))
        assert report.title == "甲省要点目标进展情况"
        assert "甲省要点" in "".join(sentences_of(report)) or audience != "full"
