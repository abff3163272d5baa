"""Which characters the shipped font can draw, and what becomes of the others."""

import pytest
from fontTools.ttLib import TTFont

from reports import glyphs
from tests.conftest import ROOT


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_characters_read_from_the_font_are_those_it_has(weight):
    assert glyphs.known_characters() == set(TTFont(glyphs.FONTS / f"MonitorSansSC-{weight}.otf").getBestCmap())


@pytest.mark.parametrize("file", ["indicators.toml", "etl/words.toml"])
def test_every_character_of_the_register_and_of_the_words_can_be_drawn(file):
    said = [character for character in (ROOT / file).read_text(encoding="utf-8") if character >= " "]
    assert glyphs.unknown(said) == []


def test_signs_of_reports_can_be_drawn():
    assert glyphs.unknown(["●◐▲■▼–−…‰℃㎡³→≥≤〓（）《》“”　"]) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("南昌市 96.5%", "南昌市 96.5%"),  # nothing to do
        ("南😀昌", "南〓昌"),
        ("❤\ufe0f", "〓"),  # a selector changes its neighbour and stands for nothing itself
        ("שלום", "〓〓〓〓"),
        ("𠮷", "〓"),
        ("甲\n乙", "甲 乙"),
        ("e\u0301", "e〓"),  # an accent of its own is said to be missing, not dropped
        ("monitor-snapshot=S1", "monitor-snapshot＝S1"),  # no data pass for the mark of a file
    ],
)
def test_text_is_shown_as_the_font_can_draw_it(text, shown):
    assert glyphs.shown(text) == shown


def test_unknown_characters_are_named_by_code_point_and_counted_when_many():
    assert glyphs.named(glyphs.unknown(["甲😀乙", "😀𠮷"])) == "U+1F600、U+20BB7"
    many = glyphs.unknown(chr(code) for code in range(0x1F600, 0x1F620))
    assert glyphs.named(many, most=2) == "U+1F600、U+1F601等32个"
