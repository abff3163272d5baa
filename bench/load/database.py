"""The database the people look at: the shipped register and figures, and 2.9 million made-up figures beside them.

So that every page is as full as in earnest: real documents, targets, tasks and units, and a country's counties.
"""

import csv
import io
import shutil
from pathlib import Path

from bench.big import FIGURES, RELEASE, definitions_text
from etl.build import DEFINITIONS, SHIPPED_ASSIGNED, SHIPPED_REPORTS, SHIPPED_STATEMENTS, YEARLY, build
from etl.refresh import refresh
from etl.store import open_store

COUNTRY = '[places.000000]\nname = "全国"\nlevel = "country"\n'
TARGETS = 10
UPLOADED = 2900  # places, one figure of the last year each


def made(folder: Path) -> Path:
    """Build it in `folder`; a minute. Not marked as a demonstration: into one nothing can be uploaded."""
    definitions = folder / "indicators.toml"
    made_up = definitions_text(targets=TARGETS).replace(COUNTRY, "").replace("000000", "100000")
    definitions.write_text(f"{DEFINITIONS.read_text(encoding='utf-8')}\n{made_up}", encoding="utf-8")
    path = folder / "load.duckdb"
    store = open_store(f"duckdb:{path}")
    build(
        store, definitions=definitions, yearly=YEARLY, statements=SHIPPED_STATEMENTS, assigned=SHIPPED_ASSIGNED,
        reports=SHIPPED_REPORTS,
    )  # fmt: skip
    with store.write() as cursor:
        ((seq,),) = cursor.execute("select max(seq) + 1 from release").fetchall()
        numbered = f"'R{seq:04}', {seq}"
        cursor.execute(RELEASE.replace("'R0001', 1", numbered))
        ours = "where p.level = 'county' and regexp_matches(i.indicator, '^i[0-9]+$')"
        cursor.execute(FIGURES.replace("'R0001', 1", numbered).replace("where p.level = 'county'", ours))
        refresh(cursor)
    store.close()
    return path


def copied(database: Path, folder: Path) -> Path:
    """A ready database to be written to, without the one it came from changing."""
    path = folder / "load.duckdb"
    shutil.copyfile(database, path)
    return path


def figures(path: Path) -> int:
    """How many figures it holds."""
    store = open_store(f"duckdb:{path}", read_only=True)
    ((count,),) = store.rows("select count(*) from figure_now")
    store.close()
    return int(count)


def uploads(folder: Path, *, many: int) -> list[Path]:
    """Files to publish: revised figures of 2025 of one indicator each, for every county."""
    paths = []
    for nth in range(many):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["place", "indicator", "year", "value", "unit", "status", "source", "note"])
        writer.writerows(
            [f"第{place}县", f"测速指标{nth}", 2025, 50 + (place + nth) % 45, "%", "", "按公式编造，只用于测速", ""]
            for place in range(UPLOADED)
        )
        paths.append(folder / f"upload-{nth}.csv")
        paths[-1].write_text(text.getvalue(), encoding="utf-8")
    return paths
