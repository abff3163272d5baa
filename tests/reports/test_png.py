"""What a picture of a chart or a page promises, looked at pixel by pixel."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from etl.words import read_words
from reports import paper, pdf_writer, png_writer
from reports.blocks import Paragraph, Section
from reports.verify import verify
from tests.conftest import ROOT
from tests.reports.paper_samples import HOSTILE, LINE, RANKING, RECORD, SEGMENTS, TABLE, everywhere, report

ACCENT = tuple(bytes.fromhex(paper.ACCENT[1:]))
WIDTH_PT = 482 + 28


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def columns_in(image: Image.Image, colour: tuple[int, ...], *, rows: range | None = None) -> set[int]:
    """The columns of pixels in which `colour` occurs, a little tolerance for edges."""
    return {
        x for x in range(image.width) for y in rows or range(image.height)
        if all(abs(one - other) <= 6 for one, other in zip(image.getpixel((x, y)), colour, strict=True))
    }  # fmt: skip


@pytest.mark.parametrize("ppi", [72, 150, 300])
def test_a_picture_has_the_pixels_of_its_print_size(ppi):
    image = opened(png_writer.write_chart(SEGMENTS, report(), ppi=ppi))
    assert abs(image.width - WIDTH_PT * ppi / 72) <= 1


def test_without_more_the_picture_is_the_overview():
    assert png_writer.write(report(), RECORD) == png_writer.write_chart(SEGMENTS, report(), ppi=300)


def test_without_counts_it_is_the_first_chart_and_without_charts_the_first_block():
    assert png_writer.write(report(Section("一", "headline", (TABLE, LINE))), RECORD) == png_writer.write_chart(
        LINE, report(), ppi=300
    )
    assert png_writer.write(report(Section("一", "headline", (TABLE,))), RECORD) == png_writer.write_chart(
        TABLE, report(), ppi=300
    )


def test_with_nothing_at_all_it_says_so():
    with pytest.raises(ValueError, match="没有可以画的内容"):
        png_writer.write(report(Section("一", "headline", ())), RECORD)


def test_a_gap_in_the_figures_is_a_gap_in_the_line():
    """2017 has no figure: between the dots of 2016 and 2018 there is no ink of the line."""
    alone = replace(LINE, series=LINE.series[:1], target=(), breaks=())
    drawn = paper.paper_charts.line(alone, width=482)
    image = opened(png_writer.write_chart(alone, report(), ppi=144))
    first, _, third, *_ = (14 + 40 + (index + 0.5) / 5 * drawn["plot"] for index in range(5))
    title = range(100, image.height - 60)  # below the key, above the years
    inked = columns_in(image, ACCENT, rows=title)
    assert inked & set(range(int(first * 2) - 2, int(first * 2) + 3))
    assert not inked & set(range(int(first * 2) + 8, int(third * 2) - 8))


def test_a_break_in_the_series_interrupts_the_line():
    unbroken = paper.paper_charts.line(replace(LINE, breaks=()), width=482)
    broken = paper.paper_charts.line(LINE, width=482)
    assert [len(each["points"]) for each in unbroken["lines"] if each["style"] == "main"] == [1, 3]
    assert [len(each["points"]) for each in broken["lines"] if each["style"] == "main"] == [1, 1, 2]
    assert len(broken["breaks"]) == 1


def test_bars_start_at_zero_and_are_as_long_as_their_values():
    drawn = paper.paper_charts.ranking(RANKING, width=482)
    assert drawn["zero"] == 0
    assert [bar["at"] for bar in drawn["bars"]] == pytest.approx([88.75 / 90, 61.125 / 90, None])
    below = paper.paper_charts.ranking(
        replace(RANKING, goal=None, bars=(replace(RANKING.bars[0], value=-5.0), replace(RANKING.bars[1], value=10.0))),
        width=482,
    )
    assert 0 < below["zero"] < 1
    assert below["bars"][0]["at"] < below["zero"] < below["bars"][1]["at"]


def test_what_is_missing_has_words_and_no_bar():
    image = opened(png_writer.write_chart(replace(RANKING, bars=RANKING.bars[2:], goal=None), report(), ppi=72))
    drawn = paper.paper_charts.ranking(RANKING, width=482)
    assert drawn["bars"][2]["at"] is None
    assert drawn["bars"][2]["text"] == "暂无数据"
    for light in ("green", "red"):
        assert not columns_in(image, tuple(bytes.fromhex(read_words().lights[light].colour[1:])))


def test_counts_differ_in_more_than_colour():
    """Two greys side by side have different fillings, and each head has its sign and word."""
    drawn = paper.paper_charts.segments(SEGMENTS, width=482)
    assert [head["symbol"] + head["name"] for head in drawn["heads"]] == ["●到期且达标", "■到期未达标", "–未到期"]
    parts = SEGMENTS.rows[0][1]
    greys = tuple(replace(parts[2], name=name) for name in ("无法判定", "待公布", "未到期"))
    filled = paper.paper_charts.segments(replace(SEGMENTS, rows=(("全部", (*parts[:2], *greys)),)), width=482)["heads"]
    assert [head["fill"] for head in filled] == ["solid", "solid", "dark", "hatched", "empty"]


@pytest.mark.parametrize(
    "block", [LINE, RANKING, SEGMENTS, TABLE, Paragraph("一句话。")], ids=lambda block: type(block).__name__
)
def test_any_block_becomes_a_picture_that_names_its_snapshot(block):
    verdict = verify(png_writer.write_chart(block, report(), ppi=72), name="图.png")
    assert verdict.unaltered
    assert verdict.snapshot == report().snapshot


def test_a_demonstration_carries_its_mark_in_the_picture():
    red = tuple(bytes.fromhex(read_words().lights["red"].colour[1:]))
    table = replace(TABLE, rows=TABLE.rows[1:])
    assert columns_in(opened(png_writer.write_chart(table, report(demo=True), ppi=144)), red)
    assert not columns_in(opened(png_writer.write_chart(table, report(), ppi=144)), red)


def test_the_preview_has_the_pages_of_the_pdf():
    pages = png_writer.write_pages(report())
    assert len(pages) == len(
        paper.compile(
            "report.typ", inputs={"data": paper.as_json(paper.pages(report(), size=10.0))}, form="png", ppi=10
        )
    )
    assert abs(opened(pages[0]).width - 210 / 25.4 * 96) <= 1
    assert all(verify(page, name="页.png").unaltered for page in pages)
    assert pdf_writer.write(report(), RECORD).count(b"/Type/Page\n") in (0, len(pages))


def test_the_same_chart_gives_the_same_bytes_in_this_process_and_in_others():
    made = png_writer.write(report(), RECORD)
    assert png_writer.write(report(), RECORD) == made
    script = "import hashlib; from reports import png_writer; from tests.reports.paper_samples import RECORD, report; print(hashlib.sha256(png_writer.write(report(), RECORD)).hexdigest())"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.stdout.strip() == hashlib.sha256(made).hexdigest()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_never_stops_a_picture(name):
    made = everywhere(HOSTILE[name][0])
    for block in made.sections[0].blocks:
        assert verify(png_writer.write_chart(block, made, ppi=36), name="图.png").unaltered
