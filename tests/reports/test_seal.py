"""Any exported file says which snapshot it shows, and whether it was altered."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.seal import NoMark, blank_mark, read_mark, seal, seal_png, seal_zip
from reports.verify import verify
from reports.zipped import pack, repack

SNAPSHOT, SHA256 = "S0123456789ab", "0123456789ab" + "c" * 52


def a_zip() -> bytes:
    named = f"<x>monitor-snapshot={SNAPSHOT};record={SHA256}</x>".encode()
    return seal_zip(pack({"docProps/core.xml": named, "data.xml": b"content"}), snapshot=SNAPSHOT, sha256=SHA256)


def a_page() -> bytes:
    return seal(f"<html><meta content='{blank_mark(SNAPSHOT, SHA256)}'>content</html>".encode())


def marked_twice() -> bytes:
    return seal(f"{blank_mark(SNAPSHOT, SHA256)} content {blank_mark(SNAPSHOT, SHA256)}".encode())


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bare_png() -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"content")


def a_picture() -> bytes:
    return seal_png(bare_png(), snapshot=SNAPSHOT, sha256=SHA256)


FILES = [a_zip, a_page, marked_twice, a_picture]


@pytest.mark.parametrize("make", FILES)
def test_a_sealed_file_names_its_snapshot_and_is_unaltered(make: Callable[[], bytes]) -> None:
    verdict = verify(make(), name="文件")
    assert (verdict.snapshot, verdict.sha256, verdict.unaltered) == (SNAPSHOT, SHA256, True)
    assert SNAPSHOT in verdict.message


@pytest.mark.parametrize("make", FILES)
def test_the_same_content_gives_the_same_file(make: Callable[[], bytes]) -> None:
    assert make() == make()


@pytest.mark.parametrize("make", FILES)
def test_one_changed_byte_of_content_is_noticed(make: Callable[[], bytes]) -> None:
    verdict = verify(make().replace(b"content", b"cOntent", 1), name="文件")
    assert (verdict.snapshot, verdict.unaltered) == (SNAPSHOT, False)
    assert "已被改动" in verdict.message


@pytest.mark.parametrize("make", FILES)
def test_no_byte_can_be_changed_unnoticed(make: Callable[[], bytes]) -> None:
    good = make()
    for at in range(len(good)):
        altered = bytearray(good)
        altered[at] ^= 1
        assert not verify(bytes(altered), name="文件").unaltered


@pytest.mark.parametrize("more", [b"x", b"\n", b"\0" * 9])
@pytest.mark.parametrize("make", FILES)
def test_something_added_at_the_end_is_noticed(make: Callable[[], bytes], more: bytes) -> None:
    assert not verify(make() + more, name="文件").unaltered


def test_a_file_saved_again_by_another_program_still_names_its_snapshot() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_zip())) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
    verdict = verify(out.getvalue(), name="文件")
    assert (verdict.snapshot, verdict.unaltered) == (SNAPSHOT, False)


def test_a_sealed_zip_and_picture_are_still_whole() -> None:
    with zipfile.ZipFile(io.BytesIO(a_zip())) as archive:
        assert archive.testzip() is None
        assert archive.read("data.xml") == b"content"
    picture, at = a_picture(), 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        body = picture[at + 4 : at + 8 + length]
        assert struct.unpack(">I", picture[at + 8 + length : at + 12 + length])[0] == zlib.crc32(body)
        at += 12 + length


def test_another_snapshot_pasted_in_beside_is_no_proof_of_either() -> None:
    other = blank_mark("Sffffffffffff", "f" * 64).encode()
    assert verify(a_page() + other, name="文件").snapshot is None


@given(st.binary())
def test_any_bytes_end_in_a_sentence(data: bytes) -> None:
    verdict = verify(data, name="文件")
    assert (verdict.snapshot, verdict.unaltered) == (None, False)
    assert "没有快照编号" in verdict.message


def test_bytes_without_a_mark_cannot_be_sealed() -> None:
    assert read_mark(b"nothing") is None
    with pytest.raises(NoMark):
        seal(b"nothing")
    with pytest.raises(NoMark):
        seal_png(b"no picture", snapshot=SNAPSHOT, sha256=SHA256)


def test_repacking_is_the_same_whatever_the_order_dates_and_compression() -> None:
    inner = [("b.xml", b"2" * 99), ("[Content_Types].xml", b"1")]

    def packed(members: list[tuple[str, bytes]], compression: int, year: int) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", compression) as archive:
            for name, content in members:
                archive.writestr(
                    zipfile.ZipInfo(name, date_time=(year, 1, 2, 3, 4, 6)), content, compress_type=compression
                )
        return out.getvalue()

    one = packed([*inner, ("embedded.xlsx", packed(inner, zipfile.ZIP_STORED, 2001))], zipfile.ZIP_DEFLATED, 2020)
    two = packed(
        [("embedded.xlsx", packed(inner[::-1], zipfile.ZIP_DEFLATED, 1999)), *inner[::-1]], zipfile.ZIP_STORED, 2021
    )
    assert repack(one) == repack(two) == repack(repack(one))
