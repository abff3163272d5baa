"""The command line as a person uses it: what goes to which stream, and how it ends."""

import csv
import io
import json
from pathlib import Path

import pytest

from etl.cli import COMMANDS, main
from tests.conftest import BROKEN, ROOT, SMALL, Run

BUILD = ("build", "--definitions", SMALL / "indicators.toml", "--yearly", SMALL / "yearly")
CONTRACT = (
    "target document indicator place year status light value value_year base base_year goal by path change_per_year "
    "outlook gap needed_per_year force contested basis reason reading quote source"
).split()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_build_says_on_standard_error_what_it_loaded(run: Run) -> None:
    ran = run(*BUILD)
    assert (ran.returncode, ran.stdout) == (0, "")
    for words in ("1个文件、6个目标、1项任务", "未核对7条", "air.csv：5行，发布为 R0001", "甲省要点：6个目标，可判定"):
        assert words in ran.stderr


def test_building_again_says_that_the_files_are_there(run: Run) -> None:
    run(*BUILD)
    assert "air.csv：5行，已发布过，未变" in run(*BUILD).stderr


def test_assess_gives_one_row_a_target_and_place_with_the_columns_of_the_contract(run: Run) -> None:
    run(*BUILD)
    rows = table(run("assess", "--year", 2019).stdout)
    assert set(CONTRACT) <= set(rows[0])
    assert [(row["target"], row["place"]) for row in rows] == [
        ("plan-2018.pm25", "C1"),
        ("plan-2018.pm25", "C2"),
        ("plan-2018.forest_cover", "P"),
        ("plan-2018.trees", "P"),
        ("plan-2018.water_use", "P"),
        ("plan-2018.water_use.cut", "P"),
        ("plan-2018.good", "P"),
    ]
    assert [row["value"] for row in rows] == ["38", "33", "61.2", "28333.3333333", "", "", "61.2"]
    assert {row["contested"] for row in rows} == {"false"}


def test_assess_looks_from_the_latest_year_with_a_figure(run: Run) -> None:
    run(*BUILD)
    assert {row["year"] for row in table(run("assess").stdout)} == {"2019"}


def test_json_holds_the_same_rows_with_null_for_what_is_not_known(run: Run) -> None:
    run(*BUILD)
    rows = json.loads(run("assess", "--year", 2019, "--format", "json").stdout)
    assert [row["status"] for row in rows] == [row["status"] for row in table(run("assess", "--year", 2019).stdout)]
    assert rows[4]["value"] is None
    assert rows[0]["value_year"] == 2019


def test_as_published_leaves_out_what_came_later(run: Run) -> None:
    run(*BUILD)
    rows = table(run("assess", "--year", 2019, "--as-published", "2019-06-05").stdout)
    assert (rows[0]["value"], rows[0]["value_year"]) == ("41", "2018")


def test_the_csv_has_no_byte_order_mark_and_plain_line_ends(run: Run) -> None:
    run(*BUILD)
    out = run("assess").stdout
    assert out.startswith("target,")
    assert "\r" not in out


def test_history_takes_names_and_shows_every_vintage(run: Run) -> None:
    run(*BUILD)
    rows = table(run("history", "--indicator", "PM2.5", "--place", "乙", "--year", 2018).stdout)
    assert [(row["value"], row["release"], row["present"], row["value_in_file"]) for row in rows] == [
        ("41", "R0001", "true", "0.041")
    ]


def test_withdraw_and_releases(run: Run) -> None:
    run(*BUILD)
    assert run("withdraw", "R0001", "--reason", "发错文件").returncode == 0
    assert {row["release"]: row["state"] for row in table(run("releases").stdout)} == {
        "R0002": "in_force",
        "R0001": "withdrawn",
    }


def test_check_is_silent_when_all_is_well(run: Run) -> None:
    run(*BUILD)
    ran = run("check")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_backup_and_restore(run: Run) -> None:
    run(*BUILD)
    assert run("backup", "copy.duckdb").returncode == 0
    run("withdraw", "R0001")
    ran = run("restore", "copy.duckdb")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert {row["state"] for row in table(run("releases").stdout)} == {"in_force"}


def test_another_database_is_named_by_option_or_environment(run: Run, tmp_path: Path) -> None:
    run(*BUILD, "--database", "duckdb:elsewhere/a.duckdb")
    assert (tmp_path / "elsewhere" / "a.duckdb").exists()
    assert table(run("releases", store="duckdb:elsewhere/a.duckdb").stdout)


def test_assess_builds_the_default_database_from_the_shipped_files_when_there_is_none(run: Run, tmp_path: Path) -> None:
    ran = run("assess", store="")
    assert ran.returncode == 0
    assert (tmp_path / "data" / "monitor.duckdb").exists()
    documents = {row["document"] for row in table(ran.stdout)}
    assert len(documents) == (ROOT / "indicators.toml").read_text(encoding="utf-8").count("\n[documents.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "命令写法不对"),
        (("assesss",), "命令写法不对"),
        (("assess", "--year", "abc"), "--year"),
        (("assess", "--as-published", "gestern"), "不是日期"),
        (("assess", "--database", "duckdb:none.duckdb"), "不存在"),
        (("assess", "--database", "oracle:x"), "duckdb:"),
        (("build", "--definitions", "none.toml"), "读不到"),
        (("build", "--definitions", BROKEN / "register" / "quotes_not_closed.toml"), "引号没有配对"),
        (("build", "--definitions", BROKEN / "texts"), "读不到"),
        (("build", "--definitions", BROKEN / "sound.toml", "--yearly", "none"), "找不到年度数据文件夹"),
        (("build", "--definitions", BROKEN / "sound.toml", "--yearly", BROKEN / "tidy"), "没有这个地区"),
        (("build", "--texts", "none"), "找不到全文文件夹"),
        (("build", "--statements", "none.csv"), "读不到"),
        (("withdraw", "R0001"), "没有编号为"),
        (("backup", "copy.duckdb"), "不存在"),
        (("restore", "none.duckdb"), "找不到备份文件"),
        (("restore", BROKEN / "sound.toml"), "不是可用的数据库"),
    ],
)
def test_bad_input_ends_in_a_sentence_and_exit_status_1(run: Run, arguments: tuple[object, ...], words: str) -> None:
    ran = run(*arguments)
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unknown_indicator_is_a_sentence(run: Run) -> None:
    run(*BUILD)
    ran = run("history", "--indicator", "臭氧", "--place", "乙市", "--year", 2018)
    assert (ran.returncode, ran.stderr.strip()) == (1, "指标“臭氧”没有登记。")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[command].purpose in capsys.readouterr().out
