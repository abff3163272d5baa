"""The shipped figures: each has a source, each was found in public, and none was lost or made up."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.assess import assess
from etl.build import build
from etl.other_facts import read_assigned, read_statements
from etl.register import Register, read_register
from etl.store import open_store
from etl.task_reports import read_task_reports
from etl.tidy import read_tidy
from etl.words import read_words

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
YEARLY = sorted((DATA / "yearly").glob("*.csv"))
FACTS = ROOT.parent / "shared" / "facts"
REFERENCE_HEADING = "# 参考指标：不判定任何目标"

needs_facts = pytest.mark.skipif(
    not FACTS.is_dir(), reason="the collected public figures are not beside this repository"
)

Row = dict[str, str]
Cell = tuple[str, str, float]  # place id, year, size of the value


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register(ROOT / "indicators.toml")


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def figures() -> list[Row]:
    return [row for path in YEARLY for row in rows_of(path)]


def observed() -> list[Row]:
    return rows_of(FACTS / "observed.csv")


def place_of(name: str, register: Register) -> str:
    """The place a collected figure is about; a remark in brackets after it says how it was counted."""
    found = register.place_of(name) or register.place_of(re.sub(r"\(.*\)", "", name))
    assert len(found) == 1, name
    return found[0]


def cell_of(row: Row, register: Register) -> Cell:
    """Published falls ("下降5.7%") are negative here and positive there, so only the size counts."""
    return place_of(row["place"], register), row["year"], abs(float(row["value"]))


def reports() -> list[Row]:
    return rows_of(DATA / "task_reports.csv")


def outcomes() -> list[Row]:
    return rows_of(FACTS / "tasks.csv")


def outcome_of(row: Row) -> tuple[str, ...]:
    return tuple(row[column] for column in ("document", "scope", "as_of", "measure", "value"))


def noted_values(row: Row) -> Iterator[float]:
    """The values of other sources that a figure's note keeps."""
    yield from (float(value) for value in re.findall(r"另有 (-?[\d.]+)（", row["note"]))


# What every file promises ------------------------------------------------------------------------


@pytest.mark.parametrize("path", YEARLY, ids=lambda path: path.name)
def test_a_yearly_file_reads_without_a_single_problem(path: Path, register: Register) -> None:
    rows, problems = read_tidy(path.read_bytes(), name=path.name, register=register)
    assert (len(rows), problems) == (len(rows_of(path)), [])


def test_statements_numbers_and_reports_read_without_a_single_problem(register: Register) -> None:
    for read, name in (
        (read_statements, "statements.csv"),
        (read_assigned, "assigned.csv"),
        (read_task_reports, "task_reports.csv"),
    ):
        rows, problems = read((DATA / name).read_bytes(), name=name, register=register)
        assert rows
        assert not problems


@pytest.mark.parametrize("path", YEARLY, ids=lambda path: path.name)
def test_rows_are_sorted_so_that_a_change_reads_as_a_change(path: Path) -> None:
    keys = [(r["indicator"], r["place"], r["year"], r["period"]) for r in rows_of(path)]
    assert keys == sorted(keys)


def test_every_figure_says_who_published_it_and_how_good_it_is() -> None:
    qualities = set(read_words().qualities)
    assert [r for r in figures() if len(r["source"]) < 6 or r["quality"] not in qualities] == []


def test_one_figure_a_cell() -> None:
    cells = Counter((r["place"], r["indicator"], r["year"], r["period"]) for r in figures())
    assert [cell for cell, times in cells.items() if times > 1] == []


def test_a_source_is_words_and_the_address_of_a_copy_stands_in_the_note() -> None:
    assert [r["source"] for r in figures() if re.search(r"https?:|github:|www\.", r["source"])] == []


def test_no_garbled_characters() -> None:
    """Copies put pinyin into the text ("環(huán)境") or lose characters; neither came along."""
    garbled = re.compile("[\ufffd\u0100-\u01ff]")
    others = ("statements.csv", "assigned.csv", "task_reports.csv")
    rows = [*figures(), *(row for name in others for row in rows_of(DATA / name))]
    assert [row for row in rows if garbled.search("".join(row.values()))] == []


def test_a_worked_out_figure_says_from_what() -> None:
    worked_out = [row for row in figures() if row["status"] == "E"]
    assert worked_out
    assert [r for r in worked_out if not re.search("推算|÷|“|×|\\+", r["note"])] == []


def test_reference_indicators_judge_no_target(register: Register) -> None:
    section = (ROOT / "indicators.toml").read_text(encoding="utf-8").split(REFERENCE_HEADING)[1]
    references = set(re.findall(r"^\[indicators\.(\w+)\]", section, flags=re.MULTILINE))
    assert len(references) > 20
    assert references.isdisjoint(target.indicator for target in register.targets.values())


# Against what was found in public ----------------------------------------------------------------


@needs_facts
def test_no_figure_that_was_not_found(register: Register) -> None:
    found = {cell_of(row, register) for row in observed()}
    whole_years = [row for row in figures() if not row["period"]]
    assert [row for row in whole_years if cell_of(row, register) not in found] == []


@needs_facts
def test_no_found_figure_is_lost(register: Register) -> None:
    """Each is shipped, or kept in the note of the one that was taken, or left out with a reason."""
    kept = {cell_of(row, register) for row in figures()}
    kept |= {(place_of(row["place"], register), row["year"], value) for row in figures() for value in noted_values(row)}
    left_out = {(r["place"], r["quantity"], r["year"], r["value"]) for r in rows_of(DATA / "left_out.csv")}
    assert [
        row
        for row in observed()
        if cell_of(row, register) not in kept
        and (row["place"], row["indicator"], row["year"], row["value"]) not in left_out
    ] == []


@needs_facts
def test_figures_left_out_were_found_and_have_a_reason() -> None:
    found = {(r["place"], r["indicator"], r["year"], r["value"]) for r in observed()}
    left_out = rows_of(DATA / "left_out.csv")
    assert [r for r in left_out if not r["reason"]] == []
    assert {(r["place"], r["quantity"], r["year"], r["value"]) for r in left_out} <= found


@needs_facts
def test_sums_and_parts_of_years_keep_their_period() -> None:
    """Only these come from the list of other periods, and none of them as a year."""
    assert {(r["indicator"], r["period"], r["value"]) for r in figures() if r["period"]} == {
        ("afforestation", "2016-2020", "636.1"),
        ("steel_capacity_cut", "2013-2017", "433"),
        ("inspection_problems_done", "2017-12-31", "33"),
    }
    assert {"636.1", "433", "33"} <= {r["value"] for r in rows_of(FACTS / "other_periods.csv")}


@needs_facts
def test_the_address_of_a_copy_is_one_that_was_found() -> None:
    found = {row["source_address"] for row in observed()} | {
        row["source_address"] for row in rows_of(FACTS / "tasks.csv")
    }
    printed = [re.search(r"地址 (.*?)(；|$)", row["note"]) for row in figures()]
    assert {address[1] for address in printed if address} <= found


@needs_facts
def test_statements_are_verbatim() -> None:
    said = {row["quote"] for row in rows_of(FACTS / "tasks.csv")}
    assert [row for row in rows_of(DATA / "statements.csv") if row["text"] not in said] == []


@needs_facts
def test_reports_on_tasks_are_verbatim_and_their_address_was_found() -> None:
    found = [(row["quote"], row["source_address"]) for row in outcomes()]
    assert [
        row
        for row in reports()
        if not any(row["text"] in quote and row["evidence"] == address for quote, address in found)
    ] == []


@needs_facts
def test_no_published_outcome_is_lost() -> None:
    """Each is reported, or left out with a reason; what was left out was found."""
    said = [row["text"] for row in reports()]
    left_out = {outcome_of(row) for row in rows_of(DATA / "task_reports_left_out.csv") if row["reason"]}
    found = {outcome_of(row) for row in outcomes()}
    assert left_out <= found
    assert [
        row
        for row in outcomes()
        if outcome_of(row) not in left_out and not any(text in row["quote"] or row["quote"] in text for text in said)
    ] == []


def test_a_total_stays_a_total() -> None:
    """Of 30 problems reported closed nobody said which: no task and no step carries the sentence."""
    totals = [row for row in reports() if not row["task"]]
    assert {(row["document"], row["place"], row["state"]) for row in totals} == {
        ("jx-rectification-2017", "江西省", "done"),
        ("jx-rectification-2017", "江西省", "progress"),
        ("jx-rectification-2017", "南昌市", "done"),
        ("jx-rectification-2017", "南昌市", "not_done"),
    }
    assert {row["text"] for row in totals}.isdisjoint(row["text"] for row in reports() if row["task"])


def test_nothing_shipped_is_closed_or_verified() -> None:
    """Both need a second person who stands for it by name; no public source has one."""
    assert {row["state"] for row in reports()} == {"done", "progress", "not_done", "contested"}


# What data/README.md says -------------------------------------------------------------------------


def table_after(heading: str) -> list[list[str]]:
    section = (DATA / "README.md").read_text(encoding="utf-8").split(f"## {heading}")[1]
    table = section.split("\n\n|", 1)[1].split("\n\n", 1)[0]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()]
    return rows[2:]


def test_the_readme_counts_the_targets_that_can_be_judged(tmp_path: Path) -> None:
    store = open_store(f"duckdb:{tmp_path / 'real.duckdb'}")
    built = build(
        store,
        definitions=ROOT / "indicators.toml",
        yearly=DATA / "yearly",
        statements=DATA / "statements.csv",
        assigned=DATA / "assigned.csv",
    )
    judged = assess(store, years=range(2017, 2027))
    store.close()
    since = {d.id: d.published_year for d in built.register.documents.values()}
    lit = judged[(judged.light != "grey") & (judged.year >= judged.document.map(since))]
    counted = [
        [
            document,
            str(sum(t.document == document for t in built.register.targets.values())),
            str(lit[lit.document == document].target.nunique()),
        ]
        for document in since
    ]
    assert sorted(table_after("What can be judged with this")) == sorted(counted)


def test_the_readme_counts_what_was_left_out() -> None:
    counted = Counter(row["kind"] for row in rows_of(DATA / "left_out.csv"))
    said = {kind: int(number) for kind, number, _ in table_after("Left out")}
    assert said == counted


def test_the_readme_counts_the_tasks_of_every_document(register: Register) -> None:
    counted = []
    for document in register.documents:
        tasks = [task for task in register.tasks.values() if task.document == document]
        reported = {row["task"] for row in reports() if row["document"] == document} - {""}
        kinds = Counter(
            "due" if task.due or task.year else "standing" if task.standing else "neither" for task in tasks
        )
        numbers = (
            len(tasks),
            kinds["due"],
            kinds["standing"],
            kinds["neither"],
            sum(len(task.steps) for task in tasks),
            sum(bool(task.lead) for task in tasks),
            sum(bool(task.serves) for task in tasks),
            len(reported),
        )
        counted.append([document, *map(str, numbers)])
    assert sorted(table_after("The tasks")) == sorted(counted)


def test_the_readme_counts_the_outcomes_left_out() -> None:
    counted = Counter(row["kind"] for row in rows_of(DATA / "task_reports_left_out.csv"))
    said = {kind: int(number) for kind, number, _ in table_after("Reports on tasks")}
    assert said == counted


def test_the_readme_names_every_disagreement() -> None:
    noted = {
        (f"{row['place']} {row['indicator']} {row['year']}", f"{value:g}")
        for row in figures()
        for value in noted_values(row)
    }
    rows = table_after("Where the sources disagree")
    assert {(cell, also.split(",")[0]) for cell, _, also in rows} == noted
