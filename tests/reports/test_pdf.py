"""What a PDF of a snapshot promises, read back from the file itself."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdf
import pytest

from etl.build import build
from etl.demo import build_demo
from etl.freeze import Choice, freeze
from etl.store import open_store
from reports import paper, pdf_writer
from reports.blocks import Cell, Column, Paragraph, Report, Section, SegmentBar, Table
from reports.record import canonical
from reports.rows import Rows
from reports.story import tell
from reports.verify import verify
from tests.conftest import ROOT
from tests.reports.paper_samples import HOSTILE, LINE, RANKING, RECORD, SEGMENTS, TABLE, everywhere, report

AUDIENCES = ("leaders", "full", "annex")


def squeezed(text: str) -> str:
    """Without white space: where lines end on paper is not what is said."""
    return re.sub(r"\s+", "", text)


def pages_of(data: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in pypdf.PdfReader(BytesIO(data)).pages]


def text_of(data: bytes) -> str:
    return "".join(pages_of(data))


def elements(data: bytes) -> Iterator[dict[str, Any]]:
    """Every element of the structure tree."""
    waiting = [pypdf.PdfReader(BytesIO(data)).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop()
        yield element
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            found = kid.get_object()
            if isinstance(found, dict) and "/S" in found:
                waiting.append(found)


@pytest.fixture(scope="module")
def small() -> bytes:
    return pdf_writer.write(report(), RECORD)


# the real and the demonstration figures ----------------------------------------------------------


@pytest.fixture(scope="module", params=["real", "demo"])
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    store = open_store(f"duckdb:{tmp_path_factory.mktemp(request.param) / 'monitor.duckdb'}")
    data = ROOT / "data"
    if request.param == "demo":
        build_demo(store)
    else:
        build(
            store,
            definitions=ROOT / "indicators.toml",
            yearly=data / "yearly",
            statements=data / "statements.csv",
            assigned=data / "assigned.csv",
        )
    return freeze(
        store,
        Choice(
            year=2020 if request.param == "real" else 2019,
            meeting="省政府常务会议",
            date="2021年3月15日",
            issuer="省生态文明办",
        ),
    )


@pytest.fixture(scope="module")
def told(record: dict[str, Any]) -> dict[str, tuple[Report, bytes]]:
    """For each audience its report and its file."""
    reports = {audience: tell(record, audience=audience, most=300) for audience in AUDIENCES}
    return {audience: (made, pdf_writer.write(made, record)) for audience, made in reports.items()}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_sentence_and_every_cell_of_the_report_can_be_read_in_the_file(told, audience):
    made, data = told[audience]
    pages = pages_of(data)
    text = "".join(pages)
    most = paper.paper_tables.rows_allowed(
        block for section in made.sections for block in section.blocks if isinstance(block, Table)
    )
    wanted = [section.title for section in made.sections]
    for section in made.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                wanted.append(block.text)
            elif isinstance(block, Table):
                wanted += [cell.text for row in block.rows[:most] for cell in row]
                wanted += [block.title, block.note]
            elif isinstance(block, SegmentBar):
                wanted += [part.name for _, parts in block.rows for part in parts]
    missing = [each for each in dict.fromkeys(squeezed(paper.shown(each)) for each in wanted) if each not in text]
    parted = [each for each in missing if _is_parted(each, pages)]  # over a page end, footer and head between
    assert [each for each in missing if each not in parted] == []
    assert len(parted) <= len(pages)


def _is_parted(wanted: str, pages: list[str]) -> bool:
    """Whether a text goes over from one page to the next."""
    return any(
        wanted[:cut] in one and wanted[cut:] in other
        for one, other in zip(pages, pages[1:], strict=False)
        for cut in range(1, len(wanted))
    )


def test_the_briefing_for_leaders_has_two_pages(told):
    assert len(pages_of(told["leaders"][1])) <= 2


def test_numbers_of_the_record_are_the_numbers_on_paper(told, record):
    """Straight from the record: each latest figure that a judgement rests on stands in the annex."""
    text = text_of(told["annex"][1])
    judged = {row["value"] for row in Rows(record).judgements[:30] if row["value"] is not None}
    assert judged
    for value in judged:
        assert f"{value:,.10f}".rstrip("0").rstrip(".") in text


# what every page carries -------------------------------------------------------------------------


@pytest.mark.parametrize("demo", [True, False])
def test_every_page_carries_cutoff_snapshot_hash_number_and_whether_it_is_a_demonstration(demo):
    long = replace(TABLE, rows=TABLE.rows * 60, total_rows=120)
    made = report(Section("一", "document", (long, LINE)), demo=demo)
    pages = pages_of(pdf_writer.write(made, RECORD))
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert squeezed(made.cutoff) in page
        assert f"快照{made.snapshot}" in page
        assert made.sha256[:16] in page
        assert f"第{number}页共{len(pages)}页" in page
        assert ("演示数据" in page) is demo


def test_the_first_page_says_for_which_meeting_when_and_by_whom(small):
    first = pages_of(small)[0]
    for said in ("2020年政策目标进展情况", "省政府常务会议", "2021年3月15日", "省生态文明办", "数据截至"):
        assert said in first


# tables ------------------------------------------------------------------------------------------


def test_a_table_over_several_pages_repeats_its_head_and_parts_no_row():
    columns = (Column("编号"), Column("事项名称"), Column("数值", unit="%", align="right"))
    rows = tuple(
        (Cell(f"甲{index:03}"), Cell("需要两行才能写完的一件事情" * 4), Cell(f"{index}.5")) for index in range(90)
    )
    pages = pages_of(pdf_writer.write(report(Section("长表", "document", (Table("长表", columns, rows, 90),))), RECORD))
    filled = [page for page in pages if re.search(r"甲\d{3}", page)]
    assert len(filled) > 2
    for page in filled:
        assert "编号事项名称数值%" in page
        for index in re.findall(r"甲(\d{3})", page):
            assert f"甲{index}{'需要两行才能写完的一件事情' * 4}{int(index)}.5" in page


def test_a_capped_table_says_how_many_rows_it_shows_and_how_many_there_are():
    rows = tuple((Cell(f"第{index}个地方"),) for index in range(2900))
    text = text_of(
        pdf_writer.write(report(Section("全部", "document", (Table("各地", (Column("地方"),), rows, 2900),))), RECORD)
    )
    assert "显示前500行，共2,900行" in text
    assert "第499个地方" in text
    assert "第500个地方" not in text


def test_a_table_already_capped_says_so_too():
    text = text_of(pdf_writer.write(report(Section("全部", "headline", (replace(TABLE, total_rows=67),))), RECORD))
    assert "显示前2行，共67行" in text


def test_a_column_with_nothing_in_it_takes_no_room():
    columns = (*TABLE.columns, Column("今后所需"))
    rows = tuple((*row, Cell("")) for row in TABLE.rows)
    assert "今后所需" not in text_of(
        pdf_writer.write(report(Section("一", "headline", (replace(TABLE, columns=columns, rows=rows),))), RECORD)
    )


# charts ------------------------------------------------------------------------------------------


def test_numbers_signs_and_words_of_the_charts_are_text(small):
    text = text_of(small)
    for said in (
        "南昌市88.75%",
        "到2020年不低于90%",
        "口径有变",
        "61.125",
        "●已达标",
        "■未达标",
        "目标：不低于90%",
        "13",
        "34",
        "54",
    ):
        assert said in text


def test_what_is_missing_is_said_and_never_zero():
    made = replace(RANKING, bars=(RANKING.bars[2],), goal=None, goal_words="", alternative="")
    text = text_of(
        pdf_writer.write(
            report(Section("一", "headline", (made, replace(LINE, series=(), target=(), breaks=())))), RECORD
        )
    )
    assert text.count("暂无数据") >= 2


# the file ----------------------------------------------------------------------------------------


def test_it_declares_pdf_a_3a_and_pdf_ua_1_chinese_and_its_title(small):
    reader = pypdf.PdfReader(BytesIO(small))
    root = reader.trailer["/Root"]
    described = root["/Metadata"].get_object().get_data().decode("utf-8")
    assert re.search(r"pdfaid:part>\s*3<", described)
    assert re.search(r"pdfaid:conformance>\s*A<", described)
    assert re.search(r"pdfuaid:part>\s*1<", described)
    assert root["/Lang"].lower().startswith("zh")
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "2020年政策目标进展情况"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_its_date_is_that_of_the_meeting_never_the_clock(small):
    assert pypdf.PdfReader(BytesIO(small)).metadata.creation_date.date().isoformat() == "2021-03-15"
    undated = pdf_writer.write(report(date="择日"), RECORD)
    assert pypdf.PdfReader(BytesIO(undated)).metadata.creation_date.date().isoformat() == "2020-12-31"


def test_headings_tables_and_charts_are_tagged_and_every_chart_can_be_heard(small):
    found = list(elements(small))
    kinds = {element.get("/S") for element in found}
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure", "/P"} <= kinds
    said = {str(element["/Alt"]) for element in found if "/Alt" in element}
    assert {chart.alternative for chart in (LINE, RANKING, SEGMENTS)} <= said


def test_a_chart_without_a_sentence_is_heard_by_its_title():
    charts = (replace(LINE, alternative=""), replace(RANKING, alternative="", title=""))
    said = {
        str(element["/Alt"])
        for element in elements(pdf_writer.write(report(Section("一", "headline", charts)), RECORD))
        if "/Alt" in element
    }
    assert said == {LINE.title, "图"}


def test_the_record_is_attached_byte_for_byte(small):
    reader = pypdf.PdfReader(BytesIO(small))
    assert reader.attachments["record.json"] == [canonical(RECORD)]
    specification = reader.trailer["/Root"]["/AF"][0].get_object()
    assert specification["/AFRelationship"] == "/Data"
    assert json.loads(reader.attachments["record.json"][0]) == RECORD


def test_only_the_shipped_font_is_used_and_it_is_in_the_file(small):
    names = set()
    for page in pypdf.PdfReader(BytesIO(small)).pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()
            names.add(str(described["/BaseFont"]).split("+")[-1])
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described["/FontDescriptor"].get_object())
    assert names
    assert all(name.startswith("MonitorSansSC-") for name in names)
    assert paper.fonts().families() == [paper.glyphs.FAMILY]


def test_a_page_that_cannot_be_set_ends_in_a_sentence():
    with pytest.raises(paper.Unset, match="排版没有完成"):
        paper.compile("no-such-template.typ", inputs={}, form="pdf")


def test_the_file_names_its_snapshot_and_a_changed_byte_is_noticed(small):
    verdict = verify(small, name="汇报.pdf")
    assert verdict.unaltered
    assert (verdict.snapshot, verdict.sha256) == (report().snapshot, report().sha256)
    changed = bytearray(small)
    changed[len(small) // 2] ^= 1
    assert not verify(bytes(changed), name="汇报.pdf").unaltered


def test_the_same_snapshot_gives_the_same_bytes_in_this_process_and_in_others(small):
    assert pdf_writer.write(report(), RECORD) == small
    script = "import hashlib; from reports import pdf_writer; from tests.reports.paper_samples import RECORD, report; print(hashlib.sha256(pdf_writer.write(report(), RECORD)).hexdigest())"
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.stderr == ""
        assert ran.stdout.strip() == hashlib.sha256(small).hexdigest()


# hostile names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_comes_out_as_text_wherever_it_stands(name):
    text, seen = HOSTILE[name]
    made = everywhere(text)
    data = pdf_writer.write(made, RECORD)
    read = text_of(data)
    assert read.count(squeezed(seen)) >= 10 or _read_in_parts(squeezed(seen), read)
    assert verify(data, name="x.pdf").snapshot == made.snapshot


def _read_in_parts(seen: str, read: str) -> bool:
    """A text of half a page is parted by page ends: it is there as often as its characters are."""
    return len(seen) >= 500 and read.count(seen[0]) >= 10 * len(seen)


@pytest.mark.parametrize(
    ("name", "told"),
    [("an emoji", "U+1F600"), ("a character outside the plane", "U+20BB7"), ("right to left", "U+05D5")],
)
def test_a_character_outside_the_font_is_named_and_stands_as_a_visible_mark(name, told):
    read = text_of(pdf_writer.write(everywhere(HOSTILE[name][0]), RECORD))
    assert "均以〓代替" in read
    assert told in read


def test_a_report_within_the_font_says_nothing_of_characters(small):
    assert "〓" not in text_of(small)
