"""Upload day with 2.9 million figures stored: reading, rehearsing, publishing, withdrawing a 3,000-row file.

python -m bench.intake        prints seconds, and how many times reading the file with calamine alone
"""

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter

from bench.big import INDICATORS, LAST_YEAR, PLACES, open_big_store
from etl.access import LOCAL
from etl.intake import publish_file, read_file, rehearse_file
from etl.publish import withdraw
from etl.recognise.questions import CONFIRM
from etl.store import Store

ROWS = 3000
MADE_UP = "演示数据"  # a database of made-up figures takes no others
STEPS = ("calamine", "read", "rehearse", "publish", "withdraw")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        store = open_big_store(Path(folder))
        stored, judged = (store.rows(f"select count(*) from {table}")[0][0] for table in ("figure_now", "assessment"))
        print(f"stored: {stored:,} figures, {judged:,} judgements (built in {time.perf_counter() - started:.0f} s)")
        print(f"{'file':<34}" + "".join(f"{step:>10}" for step in STEPS) + f"{'rehearsal':>10}{'ratio':>8}")
        for name, data in files().items():
            row = measured(store, name=name, data=data)
            whole = row["read"] + row["rehearse"]
            print(
                f"{name:<34}"
                + "".join(f"{row[step]:>10.3f}" for step in STEPS)
                + f"{whole:>10.3f}{whole / row['calamine']:>8.0f}"
            )
        store.close()


def files() -> dict[str, bytes]:
    """3,000 rows in every way that matters: few series of many places, many series of few, an old year, a new one."""
    wide = [["地区", "测速指标0（%）", "测速指标1（%）"]]
    wide += [[f"第{number}县", 50.25 + number % 40, 30.5 + number % 60] for number in range(PLACES)]
    return {
        "wide, last year, 5,800 figures.xlsx": workbook(f"{LAST_YEAR}年各县指标", wide),
        "long, last year.xlsx": workbook("各县指标", long_rows(LAST_YEAR)),
        "long, new year.xlsx": workbook("各县指标", long_rows(LAST_YEAR + 1)),
        "tidy, last year.csv": tidy(LAST_YEAR - 1),
    }


def long_rows(year: int) -> list[list[Any]]:
    """Every indicator of 60 places."""
    cells = [(place, indicator) for place in range(ROWS // INDICATORS) for indicator in range(INDICATORS)]
    rows = [
        [f"第{place}县", f"测速指标{indicator}", year, 41.5 + (place + indicator) % 50, "%"]
        for place, indicator in cells
    ]
    return [["地区", "指标", "年份", "数值", "单位"], *rows]


def tidy(year: int) -> bytes:
    lines = ["place,indicator,year,value,unit,status,source,note"]
    lines += [f"{row[0]},{row[1]},{row[2]},{row[3]},%,,{MADE_UP}," for row in long_rows(year)[1:]]
    return "\n".join(lines).encode()


def workbook(title: str, rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("数据")
        sheet.write(0, 0, f"{title}（{MADE_UP}）")
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def measured(store: Store, *, name: str, data: bytes) -> dict[str, float]:
    """Seconds of each step; doubts about the values are confirmed, as a clerk would."""
    seconds: dict[str, float] = {}

    def timed(step: str, do: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = do()
        seconds[step] = time.perf_counter() - started
        return result

    timed("calamine", lambda: plain_reading(data))
    asked = read_file(store, data, name=name).report.questions
    answers = {question.id: CONFIRM if question.about == "value" else question.choices[0] for question in asked}
    intake = timed("read", lambda: read_file(store, data, name=name, answers=answers))
    if not intake.ready:
        raise RuntimeError(f"{name}: {intake.problems} {intake.report.questions}")
    timed("rehearse", lambda: rehearse_file(store, intake))
    release = timed("publish", lambda: publish_file(store, intake, data=data, name=name, by=LOCAL))
    timed("withdraw", lambda: withdraw(store, release.release, by=LOCAL))
    return seconds


def plain_reading(data: bytes) -> Any:
    if not data.startswith(b"PK"):
        return data.decode().splitlines()
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


if __name__ == "__main__":
    main()
