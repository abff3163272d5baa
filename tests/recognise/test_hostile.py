"""Any byte string ends in a Chinese sentence or a report; never in a traceback, never in minutes."""

import io
import re
import time
import zipfile

import pytest
from files import REAL_FILES, csv_file, small_register, xlsx_file
from msoffcrypto.format.ooxml import OOXMLFile

from etl.recognise.engine import recognise
from etl.recognise.grid import shown_name

REGISTER = small_register()
TABLE = [["城市", "2017年污水处理率(%)"], ["南昌市", 93.5], ["九江市", 90]]
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)


def repacked(data: bytes, **parts: str) -> bytes:
    """The workbook with parts replaced; an empty text leaves the part out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            key = item.filename.rsplit("/", 1)[-1].replace(".", "_")
            if parts.get(key) != "":
                new.writestr(item.filename, parts.get(key, old.read(item)))
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * (64 << 20))
    return out.getvalue()


def password_protected() -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx_file(("表", TABLE)))).encrypt("a real password", out)
    return out.getvalue()


REFUSED = [
    ("An empty file.", b"", "空"),
    ("A workbook cut off in the middle.", xlsx_file(("表", TABLE))[:1500], "不完整|打不开"),
    ("A workbook without its sheet.", repacked(xlsx_file(("表", TABLE)), sheet1_xml=""), "打不开|没有找到"),
    ("A workbook with a real password.", password_protected(), "密码"),
    ("A zip bomb.", bomb(), "压缩"),
    ("An XML entity bomb.", repacked(xlsx_file(("表", TABLE)), sheet1_xml=BILLION_LAUGHS), "实体"),
    ("A PDF.", b"%PDF-1.7 \n...", "PDF"),
    ("A picture.", b"\x89PNG\r\n\x1a\n" + bytes(200), "图片"),
    ("A program.", b"MZ" + bytes(500), "程序"),
    ("An archive of something else.", b"PK\x05\x06" + bytes(18), "压缩包"),
    ("Bytes without sense.", bytes(range(256)) * 40, "认不出|不可见"),
    ("NUL bytes alone.", bytes(4000), "不可见|没有任何内容|认不出"),
    ("An old container with nothing in it.", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "损坏"),
    ("A web page without a table.", "<html><body><p>没有</p></body></html>".encode(), "没有表格"),
    ("Prose.", "这不是表格。\n只是文字。\n".encode(), "不是表格"),
    ("Half a multi-byte character, again and again.", b"\x81\xff" * 500, "认不出"),
]


@pytest.mark.parametrize(("data", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_cannot_be_opened_ends_in_a_sentence(data: bytes, words: str):
    report = recognise(data, name="上报.xlsx", register=REGISTER)
    assert [problem.severity for problem in report.problems] == ["stop"]
    message = report.problems[0].message
    assert re.search(words, message), message
    assert message.endswith("。")
    assert not report.cells


def test_more_than_fifty_megabytes_are_not_even_opened():
    report = recognise(b"PK" + bytes(51 << 20), name="大.xlsx", register=REGISTER)
    assert "50 MB" in report.problems[0].message


def far_cell(reference: str) -> str:
    row = re.sub(r"\D", "", reference)
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="A1:{reference}"/><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>城市</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>2017年污水处理率(%)</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>南昌市</t></is></c><c r="B2"><v>93.5</v></c></row>'
        f'<row r="{row}"><c r="{reference}" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )


def test_a_sheet_of_a_million_rows_is_read_or_refused_in_time():
    data = repacked(xlsx_file(("表", TABLE)), sheet1_xml=far_cell("B1048576"))
    report = recognise(data, name="上报.xlsx", register=REGISTER)
    assert report.problems or [cell.value for cell in report.taken] == [93.5]


def test_a_cell_at_the_far_corner_does_not_take_the_memory():
    data = repacked(xlsx_file(("表", TABLE)), sheet1_xml=far_cell("XFD1048576"))
    report = recognise(data, name="上报.xlsx", register=REGISTER)
    assert report.problems[0].message.endswith("。")


def test_a_claim_of_a_million_rows_without_content_costs_nothing():
    xml = far_cell("B3").replace("A1:B3", "A1:XFD1048576")
    report = recognise(repacked(xlsx_file(("表", TABLE)), sheet1_xml=xml), name="上报.xlsx", register=REGISTER)
    assert [cell.value for cell in report.taken] == [93.5]


def test_a_formula_is_never_evaluated_and_without_a_result_is_asked_about():
    xml = far_cell("B3").replace("<v>93.5</v>", "<f>40+53.5</f>")
    report = recognise(repacked(xlsx_file(("表", TABLE)), sheet1_xml=xml), name="上报.xlsx", register=REGISTER)
    assert {question.id for question in report.questions} >= {"value:formula"}
    assert {cell.value for cell in report.cells if cell.row == 2} == {None}


def test_a_formula_with_its_saved_result_is_read():
    xml = far_cell("B3").replace("<v>93.5</v>", "<f>40+53.5</f><v>93.5</v>")
    workbook = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
    data = repacked(xlsx_file(("表", TABLE)), sheet1_xml=xml, workbook_xml=workbook)
    report = recognise(data, name="上报.xlsx", register=REGISTER)
    assert [cell.value for cell in report.taken] == [93.5]


def test_text_that_looks_like_a_formula_stays_text():
    report = recognise(
        csv_file('城市,2017年污水处理率(%)\n南昌市,"=HYPERLINK(""http://x"")"\n九江市,90'),
        name="a.csv",
        register=REGISTER,
    )
    assert [cell.value for cell in report.taken] == [90]
    assert "value:unreadable" in {question.id for question in report.questions}


def test_control_characters_and_nul_vanish_from_what_is_shown():
    report = recognise(
        "城市,2017年污水处理率(%)\n南\x00昌\x07市,93.5\n九江市,90\n".encode(), name="a.csv", register=REGISTER
    )
    assert not re.search(r"\\u00[01]", report.to_json())
    assert [cell.place for cell in report.cells] == ["360100", "360400"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.xls", "x.xls"),
        ("长" * 300 + ".xls", "长" * 60 + "…"),
        ("a\x00\n.csv", "a.csv"),
        ("", "未命名文件"),
    ],
)
def test_a_file_name_is_only_ever_shown(name: str, shown: str):
    assert shown_name(name) == shown
    report = recognise(b"", name=name, register=REGISTER)
    assert report.problems[0].where == shown


@pytest.mark.skipif(not REAL_FILES.is_dir(), reason="The real yearbook files are not at hand.")
def test_a_real_file_cut_off_anywhere_ends_in_a_report():
    data = next(REAL_FILES.glob("01_*")).read_bytes()
    for part in (0.1, 0.5, 0.9):
        started = time.monotonic()
        report = recognise(data[: int(len(data) * part)], name="断.xls", register=REGISTER)
        assert report.problems
        assert time.monotonic() - started < 60
