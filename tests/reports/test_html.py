"""What the offline page promises, read back from the file; how it looks is in tests/browser."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from lxml import html as lxml_html

from reports import html_writer
from reports.blocks import Cell, Column, Paragraph, Section, Table
from reports.plain import plain_text
from reports.record import canonical, identity
from reports.story import tell
from tests.reports.files import blocks_of, cells, expected_values, named, small_record, squeezed
from tests.reports.paper_samples import HOSTILE, LINE, RANKING, RECORD, SEGMENTS, everywhere, report


class Elements(HTMLParser):
    """Every element that the page has, scripts' own text left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def words_of(data: bytes) -> str:
    page = lxml_html.fromstring(data.decode("utf-8"))
    for script in page.xpath("//script | //style"):
        script.drop_tree()
    return squeezed(page.text_content())


def inside(data: bytes, name: str) -> Any:
    """The JSON that a script element of the page holds."""
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', data.decode("utf-8"), re.DOTALL)
    return json.loads(found[1])


@pytest.fixture(scope="module")
def every() -> bytes:
    return html_writer.write(report(demo=True), RECORD)


@pytest.fixture(scope="module")
def told() -> tuple[Any, bytes]:
    said = tell(small_record())
    return said, html_writer.write(said, small_record())


def test_the_page_holds_all_that_is_said(told):
    said, data = told
    words = words_of(data)
    assert [section.title for section in said.sections if squeezed(section.title) not in words] == []
    assert [each.text for each in blocks_of(said, Paragraph) if squeezed(each.text) not in words] == []
    assert [text for table in blocks_of(said, Table) for text in cells(table) if squeezed(text) not in words] == []


def test_charts_hold_the_figures_and_gaps_stay_gaps(every):
    line, bars = inside(every, "charts")
    assert [trace["y"] for trace in line["data"]] == expected_values(LINE)
    assert all(trace["connectgaps"] is False for trace in line["data"])
    assert [trace["x"] for trace in bars["data"]] == [[bar.value for bar in RANKING.bars if bar.value is not None]]
    assert bars["layout"]["shapes"][0]["x0"] == RANKING.goal
    assert "暂无数据：赣州市" in words_of(every)


def test_a_line_is_interrupted_where_the_series_breaks(every):
    line, _ = inside(every, "charts")
    names = [trace["name"] for trace in line["data"]]
    assert "南昌市" in names
    assert "南昌市（2019年起口径变化）" in names
    assert [label["text"] for label in line["layout"]["annotations"]] == ["口径变化"]


def test_a_column_with_nothing_in_it_is_not_drawn():
    empty = Table("甲", (Column("一"), Column("今后所需")), ((Cell("有"), Cell("")),), 5)
    data = html_writer.write(report(Section("一", "headline", (empty,))), RECORD)
    assert "今后所需" not in words_of(data)
    assert "显示前1行，共5行；其余见数据工作簿。" in words_of(data)


def test_a_record_too_large_to_attach_is_said_to_be_elsewhere(every):
    large = html_writer.write(report(), {**RECORD, "note": "长" * 3_000_000})
    assert len(large) < 2_000_000
    assert "完整记录太大，没有附在本页里，见数据工作簿和开放数据。" in words_of(large)
    assert "完整记录太大" not in words_of(every)


def test_charts_are_told_in_words_beside_them(every):
    labels = [attributes.get("aria-label") for _, attributes in Elements(every.decode("utf-8")).found]
    assert all(block.alternative in labels for block in (LINE, RANKING, SEGMENTS))


def test_counts_stand_in_the_page_as_text(every):
    assert all(f">{part.count}</span>" in every.decode("utf-8") for part in SEGMENTS.rows[0][1])


def test_cutoff_snapshot_whole_hash_and_demonstration_are_on_the_page(every):
    said = report(demo=True)
    words = words_of(every)
    assert all(squeezed(text) in words for text in (said.cutoff, said.snapshot, said.sha256, "演示数据"))
    assert "演示数据" not in words_of(html_writer.write(report(), RECORD))


def test_the_record_is_attached(told):
    record = inside(told[1], "record")
    assert canonical(record) == canonical(small_record())
    assert identity(record) == identity(small_record())


def test_the_page_names_no_address_and_forbids_itself_to_ask_for_any(every):
    elements = Elements(every.decode("utf-8")).found
    assert [attributes for _, attributes in elements if {"src", "href", "action", "srcset"} & set(attributes)] == []
    policy = next(
        attributes["content"]
        for tag, attributes in elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")


def test_without_charts_no_script_is_sent_along():
    data = html_writer.write(report(Section("一", "headline", (Paragraph("甲"),))), RECORD)
    assert len(data) < 100_000


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_out_as_text(name):
    text = HOSTILE[name][0]
    safe = Elements(html_writer.write(everywhere("安全"), RECORD).decode("utf-8")).found
    data = html_writer.write(everywhere(text), RECORD)
    assert [tag for tag, _ in Elements(data.decode("utf-8")).found] == [tag for tag, _ in safe]  # no element more
    assert words_of(data).count(squeezed(plain_text(text))) > 10
    given = named(text.encode("utf-8", "replace").decode())
    assert inside(html_writer.write(tell(given), given), "record") == given
