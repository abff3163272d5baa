"""Two records in, what changed between them and why out: figures, targets, judgements.

The earlier record is a snapshot; the later one another snapshot, or today's state frozen with the
same choice (etl.freeze.choice_of). Nothing is judged again: both sides are as they were recorded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etl import sentences, task_sentences
from reports import prose, tables, task_story
from reports.blocks import Block, Cell, Column, Paragraph, Section
from reports.record import identity
from reports.rows import Row as JoinedRow
from reports.rows import Rows, printable_record

Row = Mapping[str, Any]

# What makes a target another one; the words around it may change without that.
_TARGET_KEYS = (
    "measure",
    "rule",
    "value",
    "value_to",
    "unit",
    "by_year",
    "by_date",
    "base_year",
    "since",
    "every_year",
    "force",
    "goals",
    "milestones",
    "not_applicable",
)


@dataclass(frozen=True)
class FigureChange:
    """One cell that is not what it was. `what`: 新增, 修订, 撤回."""

    what: str
    indicator_name: str
    place_name: str
    unit: str
    year: int
    period: str
    before: float | None
    after: float | None
    release: str  # of the later record; of the earlier one for a figure taken away
    source: str


@dataclass(frozen=True)
class JudgementChange:
    """One target in one place that stands elsewhere than it did, and why. None: not in that record."""

    row: Row  # of the later record, or of the earlier one where the later has none
    before: Row | None
    after: Row | None
    why: str


@dataclass(frozen=True)
class TaskChange:
    """One task or step that stands elsewhere than it did, and by which report. None: not in that record."""

    row: Row  # of the later record, or of the earlier one where the later has none
    before: Row | None
    after: Row | None
    why: str


@dataclass(frozen=True)
class Comparison:
    earlier: str  # ids
    later: str
    earlier_year: int
    later_year: int
    figures: tuple[FigureChange, ...]
    targets: tuple[tuple[str, str], ...]  # target id and what happened to it
    judgements: tuple[JudgementChange, ...]
    tasks: tuple[TaskChange, ...]
    other: tuple[str, ...]  # sentences: another year, another method, another selection

    @property
    def same(self) -> bool:
        return self.earlier == self.later


def compare(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> Comparison:
    """What is not the same in two records, and why each judgement that moved did."""
    before, after = Rows(printable_record(earlier)), Rows(printable_record(later))
    targets = _target_changes(before, after)
    figures = _figure_changes(before, after)
    return Comparison(
        earlier=identity(earlier)[0],
        later=identity(later)[0],
        earlier_year=before.year,
        later_year=after.year,
        figures=figures,
        targets=tuple(targets.items()),
        judgements=_judgement_changes(before, after, targets=targets),
        tasks=_task_changes(before, after),
        other=_other(before, after),
    )


def _other(before: Rows, after: Rows) -> tuple[str, ...]:
    said = []
    if before.year != after.year:
        said.append(f"前者站在{before.year}年看，后者站在{after.year}年看。")
    if before.record["method"] != after.record["method"]:
        said.append(f"判定方法由版本 {before.record['method']} 改为版本 {after.record['method']}。")
    if before.record["demo"] != after.record["demo"]:
        said.append("两者一个是演示数据，一个不是，不能相比。")
    for key, word in (("documents", "文件"), ("places", "地区"), ("indicators", "指标")):
        if list(before.record["choice"][key]) != list(after.record["choice"][key]):
            said.append(f"两者所选的{word}不同。")
    return tuple(said)


# figures -----------------------------------------------------------------------------------------


def _figure_changes(before: Rows, after: Rows) -> tuple[FigureChange, ...]:
    """Cells of the years that both records look at: a later year's figures are new, not changed."""
    old, new = _cells(before), _cells(after)
    changes = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        if was is not None and now is not None and (was["value"], was["bound"]) == (now["value"], now["bound"]):
            continue
        if now is None and key[2] > after.year:
            continue  # the other record does not look that far
        had = was is not None and was["value"] is not None
        has = now is not None and now["value"] is not None
        if not had and not has:
            continue
        told, rows = (now, after) if now is not None else (old[key], before)
        changes.append(
            FigureChange(
                what="修订" if had and has else "新增" if has else "撤回",
                indicator_name=rows.indicators[key[0]]["name"], place_name=rows.place_name(key[1]), unit=rows.indicators[key[0]]["unit"],
                year=key[2], period=key[3], before=was["value"] if was else None, after=now["value"] if now else None,
                release=told["release"], source=told["source"] or "",
            )
        )  # fmt: skip
    order = {"修订": 0, "撤回": 1, "新增": 2}
    return tuple(sorted(changes, key=lambda change: order[change.what]))


def _cells(rows: Rows) -> dict[tuple[str, str, int, str], Row]:
    return {(row["indicator"], row["place"], row["year"], row["period"]): row for row in rows.record["figures"]}


# targets -----------------------------------------------------------------------------------------


def _target_changes(before: Rows, after: Rows) -> dict[str, str]:
    """Targets that came, went or ask something else, by id, with a word for it."""
    changes = {}
    for target in [*before.targets, *(target for target in after.targets if target not in before.targets)]:
        old, new = before.targets.get(target), after.targets.get(target)
        if old is None:
            changes[target] = "新增的目标"
        elif new is None:
            changes[target] = "不再登记或不在所选范围"
        elif any(old[key] != new[key] for key in _TARGET_KEYS):
            changes[target] = "目标已修改"
        elif old["quote"] != new["quote"]:
            changes[target] = "引用的原文已修改"
    return changes


# judgements --------------------------------------------------------------------------------------


def _judgement_changes(before: Rows, after: Rows, *, targets: Mapping[str, str]) -> tuple[JudgementChange, ...]:
    old, new = _by_key(before), _by_key(after)
    found = []
    for key, row in {**old, **new}.items():
        was, now = old.get(key), new.get(key)
        if was is not None and now is not None and (was["status"], was["light"]) == (now["status"], now["light"]):
            continue
        found.append(
            JudgementChange(
                row=row,
                before=was,
                after=now,
                why=_why(was, now, targets.get(key[0]), other_method=before.record["method"] != after.record["method"]),
            )
        )
    return tuple(sorted(found, key=lambda change: sentences.severity(change.row)))


def _by_key(rows: Rows) -> dict[tuple[str, str], JoinedRow]:
    return {(row["target"], row["place"]): row for row in rows.judgements}


def _why(was: Row | None, now: Row | None, target: str | None, *, other_method: bool) -> str:
    """The first reason that holds, in the order of METHOD §3: target, finding, value, base, deadline, method."""
    if was is None or now is None:
        return target or ("新增的地区" if was is None else "该地区不在所选范围")
    due = "到期；" if now["due"] and not was["due"] else ""
    reasons = (
        (target == "目标已修改", f"目标已修改：{_goal(was)} → {_goal(now)}"),
        (was["contested"] != now["contested"], "督察存疑" if now["contested"] else "督察问题已重新核实"),
        (bool(_value_change(was, now)), due + _value_change(was, now)),
        (_base(was) != _base(now), f"{due}基期数据变化：{_base(was)} → {_base(now)}"),
        (bool(due), "期限已到"),
        (was["status"] == "awaiting" and now["status"] == "cannot_judge", "逾期仍未公布"),
        (was["year"] != now["year"], "站在不同的年份看"),
        (other_method, "判定方法更新"),
    )
    return next((words for holds, words in reasons if holds), "历年数据变化，走势重新计算")


def _value_change(was: Row, now: Row) -> str:
    if (was["value"], was["value_year"], was["value_bound"]) == (now["value"], now["value_year"], now["value_bound"]):
        return ""
    if now["value"] is None:
        return f"数据撤回：原为{_figure(was['value'], was['value_year'], was)}"
    if was["value"] is None:
        return f"新数据：{_figure(now['value'], now['value_year'], now)}"
    word = (
        "数据修订"
        if was["value_year"] == now["value_year"]
        else "新数据"
        if now["value_year"] > was["value_year"]
        else "数据撤回"
    )
    return f"{word}：{_figure(was['value'], was['value_year'], was)} → {_figure(now['value'], now['value_year'], now)}"


def _figure(value: float | None, year: int | None, row: Row) -> str:
    return tables.MISSING if value is None else f"{year}年{sentences.figure(value, row['unit'])}"


def _base(row: Row) -> str:
    return _figure(row["base"], row["base_year"], row)


def _goal(row: Row) -> str:
    return f"{sentences.deadline_words(row)}{sentences.goal_words(row, unit=row['unit'])}"


# tasks -------------------------------------------------------------------------------------------


def _task_changes(before: Rows, after: Rows) -> tuple[TaskChange, ...]:
    """Where both records show tasks: those that stand elsewhere, the worst first."""
    if "tasks" not in before.record or "tasks" not in after.record:
        return ()
    old, new = _tasks(before), _tasks(after)
    found = []
    for key, row in {**old, **new}.items():
        was, now = old.get(key), new.get(key)
        if was is None or now is None or (was["state"], was["contested"]) != (now["state"], now["contested"]):
            found.append(TaskChange(row=row, before=was, after=now, why=_task_why(was, now)))
    return tuple(sorted(found, key=lambda change: task_sentences.severity(change.row)))


def _tasks(rows: Rows) -> dict[tuple[str, int], Row]:
    return {(row["task"], row["step"]): row for row in rows.tasks}


def _task_why(was: Row | None, now: Row | None) -> str:
    if was is None or now is None:
        return "新增的任务" if was is None else "不再登记或不在所选范围"
    if was["reports"] == now["reports"] and was["days"] != now["days"]:
        return "时间推移"
    return task_sentences.who_says(now) or "报告已撤回"


# in words and tables -----------------------------------------------------------------------------


def headline(comparison: Comparison, *, later_name: str) -> str:
    """The message: how many judgements moved, and over how many figures and targets."""
    if comparison.same:
        return f"快照 {comparison.earlier} 与{later_name}完全一致"
    parts = [
        (len(comparison.judgements), "项判定有变化"),
        (len(comparison.figures), "个数据有变化"),
        (len(comparison.targets), "项目标有变化"),
        (len(comparison.tasks), "项任务或步骤有变化"),
    ]
    said = (
        "、".join(f"{many}{word}" for many, word in parts if many)
        or "判定、数据、目标和任务都没有变化，只是说明文字不同"
    )
    return f"快照 {comparison.earlier} 与{later_name}相比：{said}"


def sections(comparison: Comparison, *, later_name: str, most: int | None = None) -> tuple[Section, ...]:
    """The comparison as sections that every writer and the screen can draw."""
    blocks: list[Block] = [Paragraph(sentence) for sentence in comparison.other]
    if comparison.judgements:
        blocks.append(_judgement_table(comparison, most=most))
    if comparison.figures:
        blocks.append(_figure_table(comparison.figures, most=most))
    if comparison.targets:
        blocks.append(_target_table(comparison.targets, most=most))
    if comparison.tasks:
        blocks.append(_task_table(comparison.tasks, most=most))
    return (Section(headline(comparison, later_name=later_name), "changes", tuple(blocks)),)


def _judgement_table(comparison: Comparison, *, most: int | None) -> Block:
    def side(which: Callable[[JudgementChange], Row | None]) -> Callable[[Row], Cell]:
        def cell(entry: Row) -> Cell:
            row = which(entry["change"])
            return Cell("无此项") if row is None else Cell(tables.mark_of(row).word, mark=tables.mark_of(row))

        return cell

    fields = (
        tables.text("事项", lambda entry: prose.subject(entry["change"].row), width=2.0),
        tables.Field(Column("前", width=1.0), side(lambda change: change.before)),
        tables.Field(Column("后", width=1.0), side(lambda change: change.after)),
        tables.text("原因", lambda entry: entry["change"].why, width=2.6),
        tables.text("文件", lambda entry: entry["change"].row["document_name"], width=1.1),
    )
    return tables.table("判定的变化", fields, [{"change": change} for change in comparison.judgements], most=most)


def _figure_table(changes: Sequence[FigureChange], *, most: int | None) -> Block:
    fields = (
        tables.text("变化", lambda entry: entry["change"].what, width=0.6),
        tables.text("指标", lambda entry: entry["change"].indicator_name, width=1.8),
        tables.text("地区", lambda entry: entry["change"].place_name, width=0.9),
        tables.text("年份", lambda entry: entry["change"].period or str(entry["change"].year), width=0.7),
        tables.number("前", lambda entry: entry["change"].before, missing=tables.MISSING),
        tables.number("后", lambda entry: entry["change"].after, missing=tables.MISSING),
        tables.text("单位", lambda entry: sentences.with_unit("", entry["change"].unit), width=0.7),
        tables.text("批次", lambda entry: entry["change"].release, width=0.6),
        tables.text("来源", lambda entry: entry["change"].source, width=2.0),
    )
    return tables.table("数据的变化", fields, [{"change": change} for change in changes], most=most)


def _target_table(changes: Sequence[tuple[str, str]], *, most: int | None) -> Block:
    fields = (
        tables.text("目标编号", lambda entry: entry["target"], width=2.0),
        tables.text("变化", lambda entry: entry["what"], width=1.4),
    )
    return tables.table("目标的变化", fields, [{"target": target, "what": what} for target, what in changes], most=most)


def _task_table(changes: Sequence[TaskChange], *, most: int | None) -> Block:
    def side(which: Callable[[TaskChange], Row | None]) -> Callable[[Row], Cell]:
        def cell(entry: Row) -> Cell:
            row = which(entry["change"])
            return Cell("无此项") if row is None else Cell(task_story.mark_of(row).word, mark=task_story.mark_of(row))

        return cell

    fields = (
        tables.text("任务", lambda entry: task_sentences.name_of(entry["change"].row), width=2.0),
        tables.Field(Column("前", width=1.0), side(lambda change: change.before)),
        tables.Field(Column("后", width=1.0), side(lambda change: change.after)),
        tables.text("原因", lambda entry: entry["change"].why, width=2.6),
        tables.text("文件", lambda entry: entry["change"].row["document_name"], width=1.1),
    )
    return tables.table("任务的变化", fields, [{"change": change} for change in changes], most=most)
