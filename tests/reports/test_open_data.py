"""What the open data promise: tidy CSV, a data package that describes them, SDMX-CSV, the record itself."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest

from reports.export import export
from reports.plain import plain_text
from reports.record import canonical, identity
from tests.reports.files import members, named, small_record
from tests.reports.paper_samples import HOSTILE


def tables(data: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(members(data)[name].decode("utf-8"), newline="")))


@pytest.fixture(scope="module")
def data() -> bytes:
    return export(small_record(), "data")


@pytest.fixture(scope="module")
def package(data: bytes) -> dict[str, Any]:
    return json.loads(members(data)["datapackage.json"])


def test_the_record_itself_is_inside_and_has_the_hash_that_the_package_names(data, package):
    assert members(data)["record.json"] == canonical(small_record())
    snapshot, sha256 = identity(small_record())
    assert package["hash"] == f"sha256:{sha256}"
    assert snapshot in package["description"]
    assert "数据截至" in package["description"]


@pytest.mark.parametrize("demo", [True, False])
def test_a_demonstration_is_called_one(demo):
    package = json.loads(members(export(small_record(demo=demo), "data"))["datapackage.json"])
    assert ("演示" in package["title"]) == demo


def test_every_resource_of_the_package_has_the_columns_of_its_file(data, package):
    assert {each["path"] for each in package["resources"]} == {
        "figures.csv",
        "assessments.csv",
        "targets.csv",
        "indicators.csv",
        "places.csv",
        "tasks.csv",
        "task_reports.csv",
        "explanations.csv",
    }
    for resource in package["resources"]:
        head = next(csv.reader(io.StringIO(members(data)[resource["path"]].decode("utf-8"))))
        assert head == [field["name"] for field in resource["schema"]["fields"]]


READERS = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": lambda text: date.fromisoformat(text).isoformat(),
}


def test_every_value_is_of_the_type_that_the_package_names(data, package):
    for resource in package["resources"]:
        for row in tables(data, resource["path"]):
            for field in resource["schema"]["fields"]:
                if row[field["name"]]:
                    READERS[field["type"]](row[field["name"]])


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("figures.csv", "figures"),
        ("assessments.csv", "assessments"),
        ("targets.csv", "targets"),
        ("tasks.csv", "tasks"),
        ("task_reports.csv", "task_reports"),
        ("explanations.csv", "explanations"),
    ],
)
def test_every_row_of_the_record_is_there_with_every_value(data, package, file, key):
    rows = small_record()[key] if key != "targets" else small_record()["register"]["targets"]
    fields = {each["path"]: each["schema"]["fields"] for each in package["resources"]}[file]
    assert len(tables(data, file)) == len(rows)
    for written, row in zip(tables(data, file), rows, strict=True):
        for field in fields:
            if field["name"] not in row:
                continue
            value, text = row[field["name"]], written[field["name"]]
            value = ";".join(value) if isinstance(value, list) else value
            assert text == "" if value is None else READERS[field["type"]](text) == value if text else value == ""


SDMX = [
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "INDICATOR", "TIME_PERIOD",
    "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE", "DATA_SOURCE", "COMMENT_OBS",
]  # fmt: skip


def test_sdmx_has_its_columns_and_every_observation(data):
    rows = tables(data, "sdmx-figures.csv")
    assert list(rows[0]) == SDMX
    assert {(row["STRUCTURE"], row["ACTION"]) for row in rows} == {("dataflow", "I")}
    assert [(row["REF_AREA"], row["INDICATOR"]) for row in rows] == [
        (each["place"], each["indicator"]) for each in small_record()["figures"]
    ]


def test_a_gap_is_an_empty_value_with_status_m(data):
    for row, figure in zip(tables(data, "sdmx-figures.csv"), small_record()["figures"], strict=True):
        if figure["value"] is None:
            assert (row["OBS_VALUE"], row["OBS_STATUS"]) == ("", "M")
        else:
            assert (float(row["OBS_VALUE"]), row["OBS_STATUS"]) == (figure["value"], figure["obs_status"])
    assert "M" in {row["OBS_STATUS"] for row in tables(data, "sdmx-figures.csv")}


@pytest.mark.parametrize(
    ("period", "frequency", "time"),
    [
        ("", "A", "2018"),
        ("2018-Q1", "Q", "2018-Q1"),
        ("2018-H1", "S", "2018-S1"),
        ("2018-06", "M", "2018-06"),
        ("2018-06-30", "D", "2018-06-30"),
        ("2016-2020", "_O", "2016-01-01/P5Y"),
    ],
)
def test_periods_are_written_as_sdmx_writes_them(period, frequency, time):
    record = small_record()
    record["figures"] = [{**record["figures"][0], "year": 2018, "period": period}]
    row = tables(export(record, "data"), "sdmx-figures.csv")[0]
    assert (row["FREQ"], row["TIME_PERIOD"]) == (frequency, time)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_out_as_text(name):
    text = HOSTILE[name][0].encode("utf-8", "replace").decode()
    data = export(named(text), "data")
    assert {row["name"] for row in tables(data, "places.csv")} == {plain_text(text)}
    assert {row["source"] for row in tables(data, "figures.csv")} == {plain_text(text)}
    assert json.loads(members(data)["record.json"]) == named(text)
