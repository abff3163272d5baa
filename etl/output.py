"""What the command line prints: tables on standard output, summaries on standard error."""

from typing import Any, TextIO

import pandas as pd

from etl.assess import latest_year
from etl.build import Built
from etl.store import Store

# Statuses that say nothing about where a target stands.
_UNJUDGED = (
    "not_applicable",
    "condition_open",
    "target_pending",
    "not_due",
    "awaiting",
    "cannot_judge",
    "no_data",
    "too_early",
)

_LOOKS_SHOWN = 20
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: Any) -> Any:
    """A cell of a table that people open in a spreadsheet: text it would take for a formula is set off by an apostrophe.

    A lone dash and numbers written as text stay what they are.
    """
    if not isinstance(cell, str) or len(cell) < 2 or not cell.startswith(_BEGINS_FORMULA) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def print_table(rows: pd.DataFrame, form: str, *, out: TextIO) -> None:
    """Print rows as "csv" (UTF-8 without BOM, empty where nothing is known) or as "json"."""
    if form == "json":
        text = rows.to_json(orient="records", force_ascii=False, date_format="iso", double_precision=12)
        print(text, file=out)
        return
    plain = rows.copy()
    for column in plain.select_dtypes(include="bool"):
        plain[column] = plain[column].map({True: "true", False: "false"})
    plain.to_csv(out, index=False, float_format="%.12g", lineterminator="\n")


def print_built(store: Store, built: Built, *, out: TextIO) -> None:
    """Say what a run loaded, and how many targets of each document it can judge."""
    register = built.register
    held = (
        f"登记表：{len(register.documents)}个文件、{len(register.targets)}个目标、"
        f"{len(register.tasks)}项任务、{len(register.indicators)}个指标、{len(register.places)}个地区；"
        f"引文核对{register.quotes_checked}条，因没有全文未核对{register.quotes_unchecked}条。"
    )
    lines = [held]
    for release in built.releases:
        state = "已发布过，未变" if release.already else f"发布为 {release.release}"
        lines.append(f"{release.file_name}：{release.rows}行，{state}。")
    lines += [f"{name}：曾被撤回，不再装入；要装入请改正后另存。" for name in built.withdrawn]
    lines += [f"请看一眼：{problem}" for problem in built.looks[:_LOOKS_SHOWN]]
    if len(built.looks) > _LOOKS_SHOWN:
        lines.append(f"另有{len(built.looks) - _LOOKS_SHOWN}处同样值得一看。")
    year = latest_year(store)
    if year is None:
        lines.append("还没有任何数据，全部目标暂无法判定。")
    else:
        lines += _judged_lines(store, year)
    print("\n".join(lines), file=out)


def _judged_lines(store: Store, year: int) -> list[str]:
    marks = ", ".join("?" for _ in _UNJUDGED)
    rows = store.rows(
        f"""
        select d.short, count(distinct t.target),
            count(distinct case when v.status not in ({marks}) then t.target end)
        from document d
        left join target t on t.document = d.document
        left join verdict v on v.target = t.target and v.year = ?
        group by d.document, d.short, d.position
        order by d.position
        """,
        [*_UNJUDGED, year],
    )
    return [
        f"站在{year}年看：",
        *(f"  {short}：{targets}个目标，可判定{judged}个。" for short, targets, judged in rows),
    ]
