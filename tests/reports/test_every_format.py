"""What every format of an export promises alike."""

import hashlib
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

from reports.export import FORMATS, export, file_name
from reports.record import identity
from reports.verify import verify
from tests.conftest import ROOT
from tests.reports.files import formulas, members, named, outside, second_copy, small_record
from tests.reports.paper_samples import HOSTILE

ZIPPED = ("pptx", "docx", "xlsx", "data")
WRITTEN: dict[str, bytes] = {}


def written(form: str) -> bytes:
    """The small record in a format, made once."""
    if form not in WRITTEN:
        WRITTEN[form] = export(small_record(), form)
    return WRITTEN[form]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_the_table_has_a_writer_that_writes(form):
    assert callable(import_module(f"reports.{FORMATS[form].writer}").write)
    beginning = {"pdf": b"%PDF", "png": b"\x89PNG", "html": b"<!doctype html>"}.get(form, b"PK\x03\x04")
    assert written(form).startswith(beginning)


@pytest.mark.parametrize("form", FORMATS)
def test_the_name_of_a_file_says_year_and_snapshot(form):
    snapshot, _ = identity(small_record())
    assert file_name(small_record(), form, snapshot=snapshot) == f"目标进展_2019_{snapshot}.{FORMATS[form].extension}"


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_record_gives_the_same_bytes(form):
    assert export(second_copy(small_record()), form) == written(form)


def test_another_process_gives_the_same_bytes(tmp_path):
    (tmp_path / "record.json").write_text(json.dumps(small_record()), encoding="utf-8")
    script = (
        "import hashlib, json, pathlib, sys; from reports.export import FORMATS, export\n"
        "record = json.loads(pathlib.Path(sys.argv[1]).read_text('utf-8'))\n"
        "print(json.dumps({form: hashlib.sha256(export(record, form)).hexdigest() for form in FORMATS}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "record.json"],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Shanghai"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stderr == ""
    assert json.loads(ran.stdout) == {form: hashlib.sha256(written(form)).hexdigest() for form in FORMATS}


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_says_which_snapshot_it_is_and_that_nobody_changed_it(form):
    verdict = verify(written(form), name="文件")
    assert (verdict.snapshot, verdict.sha256) == identity(small_record())
    assert verdict.unaltered


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("form", FORMATS)
def test_one_byte_changed_is_noticed(form, place):
    data = bytearray(written(form))
    data[int(len(data) * place)] ^= 1
    assert not verify(bytes(data), name="文件").unaltered


@pytest.mark.parametrize("form", ZIPPED)
def test_a_file_asks_for_nothing_outside_itself(form):
    assert outside(written(form)) == []


@pytest.mark.parametrize("form", ZIPPED)
def test_no_part_of_a_file_carries_the_time_it_was_made(form):
    core = [content.decode() for name, content in members(written(form)).items() if name.endswith("docProps/core.xml")]
    assert bool(core) == (form != "data")
    dates = {date for content in core for date in re.findall(r">(\d{4}-[^<]*)</dcterms:", content)}
    assert dates <= {"2000-01-01T00:00:00Z"}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("form", [*ZIPPED, "html"])
def test_names_that_try_to_be_more_than_text_do_no_harm(form, name):
    record: dict[str, Any] = named(HOSTILE[name][0].encode("utf-8", "replace").decode())
    data = export(record, form)
    assert verify(data, name="文件").unaltered
    assert verify(data, name="文件").snapshot == identity(record)[0]
    if form in ZIPPED:
        assert formulas(data) == []
        assert outside(data) == []
