"""The present state in, one self-contained record of everything shown out (docs/snapshots.md).

Keys of the record: format, method, choice, demo, cutoff, left_out, register (documents, places, units,
indicators, targets: only what is shown), releases, figures, assessments, verdicts, earlier (the
verdicts of the year before), statements, rankings, tasks, task_reports, explanations. Rows are dictionaries with the columns of the
tables of the same names, None where nothing is known. Only JSON values; nothing of the clock, of
who asks or of which machine, so that the same state gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from etl.assess import assess
from etl.freeze_rows import (
    Choice,
    cutoff_of,
    named,
    plain,
    prepare_assessments,
    select_assessments,
    select_explanations,
    select_figures,
    select_indicators,
    select_places,
    select_rankings,
    select_releases,
    select_statements,
    select_targets,
    select_task_reports,
    select_tasks,
    select_verdicts,
)
from etl.refresh import method_version
from etl.store import Cursor, Store, setting

FORMAT = 1
AUDIENCES = ("leaders", "full", "annex")

__all__ = ["AUDIENCES", "Choice", "NothingToFreeze", "choice_of", "freeze", "title_of"]

Record = dict[str, Any]
Row = dict[str, Any]


class NothingToFreeze(ValueError):
    """The choice holds nothing that could be shown; str() is a Chinese sentence."""


def choice_of(record: Mapping[str, Any]) -> Choice:
    """The choice a record was made with: to freeze the same selection again today."""
    chosen = record["choice"]
    several: dict[str, Any] = {name: tuple(chosen[name]) for name in ("documents", "places", "indicators")}
    words: dict[str, Any] = {name: chosen[name] for name in ("audience", "title", "meeting", "date", "issuer")}
    words["day"] = chosen.get("day", "")  # records made before tasks were shown have none
    return Choice(year=chosen["year"], **several, **words)


def title_of(record: Mapping[str, Any]) -> str:
    """The title chosen, or one that says what it is about."""
    if record["choice"]["title"]:
        return str(record["choice"]["title"])
    names = [row["short"] or row["title"] for row in record["register"]["documents"]]
    return f"{names[0]}目标进展情况" if len(names) == 1 else f"{record['choice']['year']}年政策目标进展情况"


def freeze(store: Store, choice: Choice) -> Record:
    """Everything that `choice` shows, as it stands now.

    Raises NothingToFreeze when no target is left by the choice, ValueError for an unknown audience.
    """
    if choice.audience not in AUDIENCES:
        raise ValueError(choice.audience)
    judged_now = None if _is_stored(store, choice.year) else _judge(store, choice)
    with store.reading() as cursor:
        cursor.begin()  # one state, whatever is written meanwhile
        try:
            return _record(cursor, choice, judged_now)
        finally:
            cursor.rollback()


def _is_stored(store: Store, year: int) -> bool:
    """Judgements are kept for years with figures, and each has its last_status; others are made now."""
    return bool(store.rows("select 1 from assessment where year = ? limit 1", [year]))


def _judge(store: Store, choice: Choice) -> list[Row]:
    frame = assess(store, years=[choice.year - 1, choice.year])
    return [
        {key: plain(value) for key, value in row.items()}
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
    ]


def _record(cursor: Cursor, choice: Choice, judged_now: list[Row] | None) -> Record:
    targets = select_targets(cursor, choice)
    if not targets:
        raise NothingToFreeze("所选的文件、地区和指标里没有任何目标，请放宽选择。")
    prepare_assessments(cursor, choice, targets, judged_now)
    assessments, judgements_left = select_assessments(cursor, choice.year)
    indicators = select_indicators(cursor, targets)
    figures, figures_left = select_figures(cursor, choice, targets, indicators)
    statements = select_statements(cursor, choice, targets)
    rankings = select_rankings(cursor, choice, indicators)
    tasks = select_tasks(cursor, choice, targets)
    reports = select_task_reports(cursor, choice, tasks)
    explanations = select_explanations(cursor, choice, targets, tasks)
    offices = {name for row in (*targets, *tasks) for key in ("lead", "support") for name in row[key] or ()}
    offices |= {row["unit"] for row in (*reports, *explanations)}
    return {
        "format": FORMAT,
        "method": (setting(cursor, "method_version") if judged_now is None else None) or method_version(),
        "choice": plain(asdict(choice)),
        "demo": setting(cursor, "demo") == "1",
        "cutoff": cutoff_of(figures),
        "left_out": {"judgements": judgements_left, "figures": figures_left},
        "register": {
            "sha256": (setting(cursor, "register_hash") or "").partition(" ")[0],
            "documents": named(cursor, "document", {row["document"] for row in targets}),
            "places": select_places(cursor, [assessments, figures, tasks, reports], rankings),
            "units": named(cursor, "unit", offices),
            "indicators": indicators,
            "targets": targets,
        },
        "releases": select_releases(cursor, [*figures, *statements, *reports, *explanations]),
        "figures": figures,
        "assessments": assessments,
        "verdicts": select_verdicts(cursor, choice.year),
        "earlier": select_verdicts(cursor, choice.year - 1),
        "statements": statements,
        "rankings": rankings,
        "tasks": tasks,
        "task_reports": reports,
        "explanations": explanations,
    }
