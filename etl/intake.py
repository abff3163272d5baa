"""A received file in, what would be published out; and publishing it, whole or not at all."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from etl.access import Person
from etl.facts import IN_REGISTER, FactRow, FigureRow, TaskReportRow
from etl.mixing import mixing
from etl.own_files import OwnFile, read_own
from etl.problem import LOOK, STOP, Problem, Refused
from etl.publish import Release, append, same_file
from etl.recipes import learn, recipes
from etl.recognise.apart import recognise_apart
from etl.recognise.grid import shown_name
from etl.recognise.plausibility import Known
from etl.recognise.report import REFERENCE, TAKEN, Cell, Report
from etl.references import (
    Reference,
    ReferencePlace,
    keep_references,
    reference_of,
    reference_place,
    references,
)
from etl.refresh import refresh_touched
from etl.register_tables import stored_register
from etl.rehearsal import Rehearsal, drop_needless_gaps, rehearse
from etl.store import Cursor, Store, insert_rows
from etl.task_rules import broken_rules, wrong_evidence

MOST_BYTES = 20 * 1024 * 1024
_QUALITY = "table"


@dataclass(frozen=True)
class Intake:
    """One received file as far as it is understood: the report of every cell, and the rows to publish."""

    name: str  # fit to be shown
    kind: str  # figures, assigned, statements, tasks, explanations
    report: Report
    rows: tuple[FactRow, ...] = ()
    references: tuple[Reference, ...] = ()  # the series in no document among the rows
    reference_places: tuple[ReferencePlace, ...] = ()  # and the places
    recognised: bool = False  # a file not made for us: its gaps take no stored number back
    evidence: Mapping[str, bytes] = field(default_factory=dict)  # files that reports on tasks name
    refused: Problem | None = None  # why it may be rehearsed here but not published

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stops the file or wants a look."""
        return self.report.problems

    @property
    def stopped(self) -> bool:
        """Whether the file cannot be published at all."""
        return any(problem.severity == STOP for problem in self.problems)

    @property
    def ready(self) -> bool:
        """Whether it can be published: nothing stops it, nothing is open, and there is something."""
        return not self.stopped and not self.report.questions and bool(self.rows) and self.refused is None


def read_file(
    store: Store,
    data: bytes,
    *,
    name: str,
    answers: Mapping[str, str] | None = None,
    source: str | None = None,
    evidence: Mapping[str, bytes] | None = None,
    by: Person | None = None,
) -> Intake:
    """What a received file says, with the stored register, recipes and figures to hold it against.

    `source`: what to cite for each figure, by default the file and its table. `evidence`: the files
    that came along with reports on tasks. `by`: who brings the file, where somebody signed in; else
    persons are told apart by their names. Nothing is stored,
    and no content of a file raises. Raises StoreError where no register was ever loaded.
    """
    shown = shown_name(name)
    if len(data) > MOST_BYTES:
        return Intake(shown, "figures", Report(problems=(_too_large(data, shown),)))
    intake = _read(store, data, name=name, answers=answers or {}, source=source, evidence=evidence or {}, by=by)
    refused = mixing(store, data, intake.rows, intake.report, kind=intake.kind, name=shown)
    return replace(_said_before(store, intake, data=data), refused=refused)


def _read(
    store: Store,
    data: bytes,
    *,
    name: str,
    answers: Mapping[str, str],
    source: str | None,
    evidence: Mapping[str, bytes],
    by: Person | None,
) -> Intake:
    register, shown = stored_register(store), shown_name(name)
    kept = [recipe.for_recognising() for recipe in recipes(store)]
    known = references(store)
    own = read_own(data, name=name, register=register, answers=answers, recipes=kept, known=known)
    if own is not None:
        return _own_intake(store, own, data=data, name=shown, evidence=evidence, by=by)
    report = recognise_apart(data, name=name, register=register, answers=answers, known=_known(store), recipes=kept)
    rows, series, places = _figure_rows(report, source=source or f"《{shown}》", known=known)
    return Intake(shown, "figures", report, rows, series, places, recognised=True)


def _said_before(store: Store, intake: Intake, *, data: bytes) -> Intake:
    """With a word that this very file is in force already, where it is."""
    with store.reading() as cursor:
        there = same_file(cursor, kind=intake.kind, file_hash=hashlib.sha256(data).hexdigest())
    if not there:
        return intake
    said = Problem(LOOK, intake.name, "", "", "这份文件已经发布过，再发布一次不会改变任何数据。")
    return replace(intake, report=replace(intake.report, problems=(*intake.report.problems, said)))


def rehearse_file(store: Store, intake: Intake) -> Rehearsal:
    """What publishing a file would change, as far as it is understood."""
    return rehearse(store, intake.rows, kind=intake.kind, keeps_present=intake.recognised, report=intake.report)


def publish_file(
    store: Store,
    intake: Intake,
    *,
    data: bytes,
    name: str,
    by: Person,
    note: str | None = None,
    rehearsed: int | None = None,
) -> Release:
    """Publish a file that was read and is `ready`, in one transaction with its original.

    `already` of the answer is set where the same file is in force: then nothing changes.
    `rehearsed`: the version of the data that the rehearsal was made against; where others have
    published since, Refused says so. Raises Refused where the file is not ready or `by` may
    not publish it, StoreError where it cannot be written; then nothing is.
    """
    with store.write() as cursor:
        return put_into_force(cursor, store, intake, data=data, name=name, by=by, note=note, rehearsed=rehearsed)


def put_into_force(
    cursor: Cursor,
    store: Store,
    intake: Intake,
    *,
    data: bytes,
    name: str,
    by: Person,
    note: str | None,
    rehearsed: int | None,
    brought_by: Person | None = None,
) -> Release:
    """The same inside a writer's transaction. `brought_by`: who had submitted what `by` now approves."""
    if not intake.ready:
        raise Refused(why_not_ready(intake))
    if rehearsed is not None and rehearsed != store.version():
        raise Refused(
            (_problem(intake.name, "预演之后数据又有变化（可能有人同时发布了别的文件），请重新预演后再发布。"),)
        )
    if not same_file(cursor, kind=intake.kind, file_hash=hashlib.sha256(data).hexdigest()):
        _keep_rules(cursor, intake, by=brought_by or by)
    rows = drop_needless_gaps(cursor, intake.rows) if intake.recognised else intake.rows  # type: ignore[arg-type]
    release = append(
        cursor, kind=intake.kind, rows=rows, file_name=shown_name(name), data=data, by=by, note=note,
        evidence=intake.evidence, brought_by=brought_by,
    )  # fmt: skip
    if not release.already:
        keep_references(cursor, intake.references, intake.reference_places, release=release.release)
        learn(cursor, report=intake.report, release=release, person=(brought_by or by).name or None)
        refresh_touched(cursor, [release.release])
    return release


def why_not_ready(intake: Intake) -> tuple[Problem, ...]:
    """Everything that keeps a file from being published, a sentence each."""
    stops = tuple(problem for problem in intake.problems if problem.severity == STOP)
    if stops:
        return stops
    if intake.report.questions:
        return tuple(
            Problem(
                STOP,
                question.where,
                question.id,
                "、".join(question.choices[:8]) + ("……" if len(question.choices) > 8 else ""),
                f"{question.why}（问题编号 {question.id}，可选：{'、'.join(question.choices[:8])}"
                f"{'……' if len(question.choices) > 8 else ''}）",
            )
            for question in intake.report.questions
        )
    return (intake.refused or _problem(intake.name, "文件里没有可以发布的数值。"),)


def _own_intake(
    store: Store, own: OwnFile, *, data: bytes, name: str, evidence: Mapping[str, bytes], by: Person | None
) -> Intake:
    reports = [row for row in own.rows if isinstance(row, TaskReportRow)]
    wrong = (*_broken_rules(store, reports, data=data, name=name, by=by), *wrong_evidence(reports, evidence, name=name))
    named = {row.evidence_file for row in reports}
    return Intake(
        name,
        own.kind,
        replace(own.report, problems=(*own.report.problems, *wrong)),
        own.rows,
        own.references,
        own.reference_places,
        evidence={file: content for file, content in evidence.items() if file in named},
    )


def _broken_rules(
    store: Store, reports: Sequence[TaskReportRow], *, data: bytes, name: str, by: Person | None
) -> list[Problem]:
    with store.reading() as cursor:
        if same_file(cursor, kind="tasks", file_hash=hashlib.sha256(data).hexdigest()):
            return []  # nothing will be added
        return broken_rules(cursor, reports, name=name, by=by)


def _keep_rules(cursor: Cursor, intake: Intake, *, by: Person) -> None:
    """Raises Refused where somebody has reported on the same task since the file was read."""
    reports = [row for row in intake.rows if isinstance(row, TaskReportRow)]
    broken = broken_rules(cursor, reports, name=intake.name, by=by)
    if broken:
        raise Refused(tuple(broken))


def _known(store: Store) -> Known:
    (latest,) = store.rows(f"select max(last_year) from holding where {IN_REGISTER}")[0]

    def look_up(series: Sequence[tuple[str, str]]) -> dict[tuple[str, str, int], float]:
        with store.reading() as cursor:
            cursor.execute("create temp table series (indicator varchar, place varchar)")
            insert_rows(cursor, "series", [{"indicator": indicator, "place": place} for indicator, place in series])
            found = cursor.execute(
                "select n.indicator, n.place, n.year, n.value from figure_now n "
                "join series s on s.indicator = n.indicator and s.place = n.place "
                "where n.value is not null and n.period = ''"
            ).fetchall()
        return {(indicator, place, year): value for indicator, place, year, value in found}

    return Known(latest_year=latest, look_up=look_up)


def _figure_rows(
    report: Report, *, source: str, known: Sequence[Reference]
) -> tuple[tuple[FigureRow, ...], tuple[Reference, ...], tuple[ReferencePlace, ...]]:
    """The rows of the cells that are taken or kept as reference, each cell once; the series and places kept."""
    rows: dict[FigureRow, FigureRow] = {}
    kept: dict[str, Reference] = {each.indicator: each for each in known}
    used: dict[str, Reference] = {}
    places: dict[str, ReferencePlace] = {}
    for cell in report.cells:
        if cell.state not in {TAKEN, REFERENCE} or cell.year is None:
            continue
        place, indicator, value = cell.place, cell.indicator, cell.value
        if place is None:
            elsewhere = reference_place(cell.label_place, outside=cell.outside)
            place = elsewhere.place
            places[place] = elsewhere
        if indicator is None:
            reference, value = reference_of(cell, kept.values())
            indicator = reference.indicator
            kept[indicator] = used[indicator] = reference
        row = _row(cell, place=place, indicator=indicator, value=value, source=source)
        where_it_stands = replace(
            row, sheet="", sheet_row=None, sheet_column=None, value_in_file="", source="", note=""
        )
        rows.setdefault(where_it_stands, row)
    return tuple(rows.values()), tuple(used.values()), tuple(places.values())


def _row(cell: Cell, *, place: str, indicator: str, value: float | None, source: str) -> FigureRow:
    return FigureRow(
        place=place,
        indicator=indicator,
        year=cell.year or 0,
        value=value,
        period=cell.period,
        bound=cell.bound,
        obs_status=cell.status or "A",
        quality=_QUALITY,
        source=cell.source or (f"{source}{cell.sheet}" if cell.sheet else source),
        note="；".join(part for part in (cell.note, cell.reason) if part),
        unit_in_file=cell.unit_in_file or "",
        value_in_file=cell.value_in_file,
        sheet=cell.sheet,
        sheet_row=cell.row,
        sheet_column=cell.column,
    )


def _too_large(data: bytes, name: str) -> Problem:
    size, most = len(data) / 2**20, MOST_BYTES // 2**20
    return Problem(
        STOP,
        name,
        f"{size:.0f} MB",
        f"不超过 {most} MB",
        f"文件有 {size:.0f} MB，超过 {most} MB 的上限，请拆分后再上传。",
    )


def _problem(where: str, message: str) -> Problem:
    return Problem(STOP, where=where, found="", expected="", message=message)
