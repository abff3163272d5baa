"""Tasks in a report: how they stand on the day, what is due, what waits for closing, who says so.

Sentences are made in etl/task_sentences.py; a record made before tasks were shown tells of none.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from etl import sentences, task_sentences
from etl.words import read_words
from reports.blocks import Block, Cell, Column, Mark, Paragraph, Section, Segment, SegmentBar, Table
from reports.rows import Rows
from reports.tables import Field, number, table, text

Row = Mapping[str, Any]

_SOON = 90  # days


def sections(data: Rows, verdicts: Sequence[Row], *, most: int | None, everything: bool) -> list[Section]:
    """The message on tasks and, where `everything` is told, those on what waits and what is only done on paper."""
    if not data.tasks:
        return []
    told = [_headline(data, most=most, by_document=everything)]
    if everything:
        told += [*_waiting(data, most=most), *_on_paper(data, verdicts, most=most), *_totals(data, most=most)]
        told += _explained(data, most=most)
    return told


def annex(data: Rows, *, most: int | None) -> list[Section]:
    """Every task and step, every report, every explanation, and the counts the text says."""
    if not data.tasks:
        return []
    blocks: list[Block] = [*_counts(data), all_tasks(data.tasks, most=most)]
    if data.task_reports:
        blocks.append(_reports(data, most=most))
    if data.explanations:
        blocks.append(_explanations(data, most=most))
    return [Section("任务", "annex", tuple(blocks))]


# the messages --------------------------------------------------------------------------------------


def _headline(data: Rows, *, most: int | None, by_document: bool) -> Section:
    """Slide of what is due: what needs attention first, then what comes within 90 days."""
    listed = task_sentences.needs_attention(data.tasks)
    listed += [row for row in task_sentences.due_within(data.tasks, days=_SOON) if row not in listed]
    blocks: list[Block] = [_heaps(data, by_document=by_document)]
    paragraph = task_sentences.paragraph(data.tasks)
    if paragraph:
        blocks.insert(0, Paragraph(paragraph))
    if listed:
        blocks.append(_listed("需要关注和90天内到期的任务", listed, most=most))
    else:
        unreported = task_sentences.unreported(data.tasks)
        if unreported:
            blocks.append(_listed("已逾期、未见报告的任务，最近到期的在前", unreported, most=most))
    return Section(task_sentences.headline(data.tasks, day=data.day), "tasks", tuple(blocks))


def _waiting(data: Rows, *, most: int | None) -> list[Section]:
    waiting = task_sentences.waiting_to_close(data.tasks)
    if not waiting:
        return []
    title = f"{len(waiting)}项任务和步骤报告完成、尚未销号"
    return [Section(title, "tasks", (_listed("报告完成、待销号", waiting, most=most),))]


def _on_paper(data: Rows, verdicts: Sequence[Row], *, most: int | None) -> list[Section]:
    """Reported done, and the figure has not moved."""
    found = findings(data, verdicts)
    if not found:
        return []
    fields = (
        _state(),
        text("任务", task_sentences.name_of, width=2),
        text("发现", lambda row: row["finding"], width=3),
        text("牵头单位", _lead, width=1.2),
    )
    return [
        Section(
            f"{len(found)}项任务已报完成，所服务的目标尚未达到",
            "tasks",
            (table("任务已报完成、目标未达到", fields, found, most=most),),
        )
    ]


def findings(data: Rows, verdicts: Sequence[Row]) -> list[Row]:
    """Tasks reported done or closed that serve a target with a red or yellow light; each with its `finding`."""
    by_target = {row["target"]: row for row in verdicts}
    found: list[Row] = []
    for row in task_sentences.tasks_only(data.tasks):
        served = [by_target[target] for target in row["serves"] or () if target in by_target]
        finding = task_sentences.done_on_paper(row, served)
        if finding:
            found.append({**row, "finding": finding})
    return found


def _totals(data: Rows, *, most: int | None) -> list[Section]:
    """What was published for many tasks at once, as it was published (METHOD §4)."""
    totals = [row for row in data.task_reports if not row["task"]]
    if not totals:
        return []
    fields = (
        text("文件", lambda row: data.document_name(row["document"]), width=1),
        text("日期", lambda row: row["stated_on"], width=0.8),
        text("公布的内容", lambda row: row["text"], width=3),
        text("说法", lambda row: read_words().task_reports[row["state"]], width=0.9),
        text("来源", lambda row: row["source"], width=1.8),
    )
    block = table("据报完成的合计", fields, totals, most=most, note="按公布的层级原样列出，不摊到各项任务。")
    return [Section(f"另有{len(totals)}条按总数公布的进展，不摊到各项任务", "tasks", (block,))]


def _explained(data: Rows, *, most: int | None) -> list[Section]:
    if not data.explanations:
        return []
    title = f"牵头单位对{len(data.explanations)}项目标或任务说明了原因和下一步措施"
    return [Section(title, "tasks", (_explanations(data, most=most),))]


# tables --------------------------------------------------------------------------------------------


def mark_of(row: Row) -> Mark:
    """A task's state as it is always shown; a contested one says so."""
    state = read_words().tasks[row["state"]]
    doubted = row.get("contested") and row["state"] != "found_undone"
    word = f"{state.word}（{read_words().overlays['contested']}）" if doubted else state.word
    return Mark(light=state.light, symbol=state.symbol, word=word)


def _state() -> Field:
    return Field(Column("状态", width=1), lambda row: Cell(mark_of(row).word, mark=mark_of(row)))


def _lead(row: Row) -> str:
    return "、".join(row["lead_names"]) or "文件未写明"


def _clause(row: Row) -> str:
    return f"{row['document_name']} {row['section']}".strip()


def _listed(title: str, rows: Sequence[Row], *, most: int | None) -> Table:
    fields = (
        _state(),
        text("任务", task_sentences.name_of, width=2.4),
        text("期限", task_sentences.due_words, width=0.9),
        text("谁说的", task_sentences.who_says, width=2.2),
        text("牵头单位", _lead, width=1.2),
        text("文件", _clause, width=1.1),
    )
    return table(title, fields, rows, most=most)


def all_tasks(rows: Sequence[Row], *, most: int | None) -> Table:
    """Every task and step with its clause."""
    fields = (
        _state(),
        text("任务", task_sentences.name_of, width=2.2),
        text("地区", lambda row: row["place_name"], width=0.7),
        text("期限", task_sentences.due_words, width=0.9),
        text("谁说的", task_sentences.who_says, width=1.8),
        text("牵头单位", _lead, width=1.1),
        text("原文", lambda row: row["quote"], width=2),
        text("文件", _clause, width=1),
    )
    return table("全部任务和步骤", fields, rows, most=most)


def _reports(data: Rows, *, most: int | None) -> Table:
    words = read_words().task_reports
    fields = (
        text("任务", data.task_title, width=2),
        text("日期", lambda row: row["stated_on"], width=0.8),
        text("说法", lambda row: words[row["state"]], width=0.8),
        number("进度", lambda row: row["percent"], unit="%", width=0.5),
        text("内容", lambda row: row["text"], width=2.4),
        text("报告单位", lambda row: row["unit_name"], width=1.1),
        text("署名（自填）", lambda row: row["person"], width=0.6),
        text("依据与佐证", _proof, width=1.4),
        text("来源", lambda row: row["source"], width=1.4),
    )
    return table("任务进展报告", fields, data.task_reports, most=most, note="署名系填报，未经登录核验。")


def _proof(row: Row) -> str:
    kept = f"{row['evidence_file']}（SHA-256 {row['evidence_hash'][:12]}）" if row["evidence_hash"] else ""
    return "；".join(part for part in (row["basis"], row["evidence"], kept) if part)


def _explanations(data: Rows, *, most: int | None) -> Table:
    fields = (
        text("事项", data.explained, width=1.8),
        text("原因", lambda row: row["cause"], width=2),
        text("下一步措施", lambda row: row["measures"], width=2),
        text("署名（自填）", lambda row: f"{row['unit_name']} {row['person']}", width=1.1),
        text("日期", lambda row: row["stated_on"], width=0.8),
    )
    return table("原因和下一步措施", fields, data.explanations, most=most)


def _counts(data: Rows) -> tuple[Table, Table]:
    """The counts that the sentences and the bars say: by document and heap, and all others."""
    heaps = read_words().task_heaps
    groups = [{"name": name, **task_sentences.count(rows)} for name, rows in _groups(data)]
    fields = (
        text("文件", lambda row: row["name"], width=1.6),
        *(number(entry["word"], _of(heap), unit="项") for heap, entry in heaps.items()),
        number("合计", lambda row: sum(row[heap] for heap in heaps), unit="项"),
    )
    steps = [row for row in data.tasks if row["step"]]
    others = (
        ("步骤", len(steps)),
        ("其中有自己期限的步骤", sum(row["due"] is not None for row in steps)),
        ("报告完成、待销号的任务和步骤", len(task_sentences.waiting_to_close(data.tasks))),
        ("按总数公布的进展", sum(not row["task"] for row in data.task_reports)),
        ("已报完成而目标未达到的任务", len(findings(data, data.verdicts))),
        ("原因和措施说明", len(data.explanations)),
    )
    return (
        table("任务计数", fields, groups, note=f"到{task_sentences.day_words(data.day)}；即将到期按{_SOON}天。"),
        table(
            f"任务的其他计数（到{task_sentences.day_words(data.day)}，即将到期按{_SOON}天）",
            (text("计数", lambda row: row["name"], width=2), number("数量", lambda row: row["many"])),
            [{"name": name, "many": many} for name, many in others],
        ),
    )


def _of(heap: str) -> Callable[[Row], float]:
    return lambda row: float(row[heap])


def _groups(data: Rows) -> list[tuple[str, list[Row]]]:
    """All tasks, where there are several documents, and those of each."""
    by_document: dict[str, list[Row]] = {}
    for row in data.tasks:
        by_document.setdefault(row["document_name"], []).append(row)
    everything: list[tuple[str, list[Row]]] = [("全部", list(data.tasks))] if len(by_document) > 1 else []
    return everything + list(by_document.items())


def _heaps(data: Rows, *, by_document: bool) -> SegmentBar:
    """One bar, or one a document: closed, waiting, overdue, unreported, due soon, not due, standing."""
    words = read_words()
    groups = _groups(data) if by_document else _groups(data)[:1]
    rows = tuple((name, _segments(task_sentences.count(each), words.task_heaps)) for name, each in groups)
    said = "；".join(
        f"{name}：{'、'.join(f'{part.name}{sentences.number(part.count)}项' for part in parts if part.count)}"
        for name, parts in rows
    )
    return SegmentBar(title="任务进展（项）", rows=rows, alternative=said)


_SYMBOLS = {
    "closed": "●",
    "done": "◐",
    "overdue": "■",
    "unreported": "□",
    "due_soon": "△",
    "not_due": "–",
    "standing": "○",
}


def _segments(counted: Mapping[str, int], heaps: Mapping[str, Any]) -> tuple[Segment, ...]:
    return tuple(
        Segment(
            name=heaps[heap]["word"], count=many, mark=Mark(heaps[heap]["light"], _SYMBOLS[heap], heaps[heap]["word"])
        )
        for heap, many in counted.items()
    )
