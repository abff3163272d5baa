"""What upload day shows: counts, changes old → new, judgements that would change, cells, releases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboard import upload_questions as questions
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.pieces import facts, section
from dashboard.tables import Column, table
from dashboard.task_lists import mark_of
from dashboard.working import STATEMENTS
from etl import sentences
from etl.facts import ExplanationRow, StatementRow, TaskReportRow
from etl.intake import Intake
from etl.problem import STOP, Problem
from etl.recognise.report import ASKED, LEFT_OUT, REFERENCE, TAKEN, UNKNOWN_PLACE, Cell, Report
from etl.rehearsal import JudgementChange, Rehearsal, TaskChange
from etl.words import read_words

STEPS = ("选文件", "答问题", "看预演", "发布")
STATES = {
    TAKEN: "收入",
    ASKED: "等待回答",
    REFERENCE: "作参考系列收入",
    LEFT_OUT: "不收",
    UNKNOWN_PLACE: "登记表外的地方，不收",
}
RELEASE_STATES = {"in_force": "有效", "withdrawn": "已撤回", "replaced": "已被新版替换"}
COUNTS = {
    "new": "新增",
    "revised": "修订",
    "confirmed": "与现有一致",
    "missing": "文件里无数值",
    "statements": "说法、报告或说明",
    "left_out": "不收",
    "skipped": "非数据行",
    "asked": "等待回答",
    "judgements": "判断会变",
    "tasks": "任务状态会变",
}
_MEASURE = {"statements": "条", "judgements": "处", "tasks": "处"}
WITH_NUMBERS = ("figures", "assigned")  # kinds of files; the others hold words
CELL_COLUMNS = {
    "sheet": "工作表", "row": "行", "column": "列", "label_place": "文件里的地区", "label_indicator": "文件里的指标",
    "value_in_file": "原值", "unit_in_file": "原单位", "reading": "读作", "value": "数值", "unit": "单位",
    "state": "处理", "reason": "说明",
}  # fmt: skip
CHANGE_COLUMNS = {
    "what": "类别", "place": "地区", "indicator": "指标", "year": "年份", "old": "现有", "new": "文件",
    "old_source": "现有来源", "new_source": "文件来源",
}  # fmt: skip
_MOST = 100


def steps(at: int, *, last: str = STEPS[-1]) -> Markup:
    """Where one is: the four steps in a row, the present one marked; `last`: what the fourth is called."""
    return h(
        "ol",
        (
            h("li", word, class_="now" if number == at else "past" if number < at else None,
              aria_current="step" if number == at else None)
            for number, word in enumerate((*STEPS[:-1], last), 1)
        ),
        class_="steps", aria_label="步骤",
    )  # fmt: skip


def problems(found: Sequence[Problem]) -> Markup | None:
    """Everything that is wrong or wants a look, all at once."""
    if not found:
        return None
    return h(
        "ul",
        (
            h("li", h("strong", "不能收：" if problem.severity == STOP else "请看一眼："), problem.message,
              h("small", _where(problem)),
              class_=problem.severity)
            for problem in found[:_MOST]
        ),
        h("li", f"显示前{_MOST}条，共{len(found)}条。") if len(found) > _MOST else None,
        class_="problems", role="alert",
    )  # fmt: skip


def _where(problem: Problem) -> str:
    said = {"发现": problem.found, "应为": problem.expected}
    return "　".join([problem.where, *(f"{word}：{text}" for word, text in said.items() if text)])


def reason_against(problem: Problem) -> Markup:
    """Why the file cannot be published yet."""
    return h("p", "还不能发布：", problem.message, class_="empty")


def recipe_note(report: Report) -> Markup | None:
    """That earlier answers for this shape of file were used."""
    if report.recipe_used is None:
        return None
    return h("p", "这份文件与以前收过的一份格式相同，沿用了当时的回答。", class_="quiet")


def counts(rehearsal: Rehearsal, *, kind: str) -> Markup:
    """How many figures are new, revised, confirmed …, or how much is said and what it changes, in the order people read them."""
    found = rehearsal.counts()
    always = ("new", "revised") if kind in WITH_NUMBERS else ("statements",)
    return facts(
        (word, f"{found[name]}{_MEASURE.get(name, '个')}")
        for name, word in COUNTS.items()
        if found[name] or name in always
    )


def names_for(intake: Intake) -> dict[str, str]:
    """A name for every id, indicators with their unit; those that this file would bring in as references among them."""
    names = {each.place: each.name for each in intake.reference_places} | questions.names()
    units = {each.indicator: each.unit for each in intake.references} | questions.units()
    names = {each.indicator: each.name for each in intake.references} | names
    return names | {id: f"{names[id]}（{unit}）" for id, unit in units.items() if unit not in {"", "1"} and id in names}


def judgements(
    changes: Sequence[JudgementChange],
    *,
    title: str = "会改变的判断",
    heads: tuple[str, str] = ("现在", "发布后"),
    empty: str = "发布后各项目标的状态不变。",
) -> Markup:
    """Which judgements come out differently, and why; `heads` name the two sides."""
    head = section(title, f"{len(changes)}处" if changes else "没有")
    if not changes:
        return h("div", head, h("p", empty, class_="empty"))
    names = questions.names()
    return h(
        "div", head, table(spans(changes), _judgement_columns(names, heads), caption=title, most=_MOST, look="cards")
    )


@dataclass(frozen=True)
class Span:
    """A change of a judgement that is the same seen from several years on end: that of the last one, and the first."""

    change: JudgementChange
    first_year: int


def spans(changes: Iterable[JudgementChange]) -> list[Span]:
    """Changes from the latest year back, those that differ in the year alone put together, in the order of the latest."""
    found: list[Span] = []
    last: dict[JudgementChange, int] = {}  # where the span stands that may go on
    for change in changes:
        kind = replace(change, year=0)
        at = last.get(kind)
        if at is not None and found[at].first_year == change.year + 1:
            found[at] = replace(found[at], first_year=change.year)
        else:
            last[kind] = len(found)
            found.append(Span(change, change.year))
    return found


def changes(rehearsal: Rehearsal, names: dict[str, str]) -> Markup:
    """The figures: revisions first, with both sources; then what is new."""
    return h(
        "div",
        section("修订的数值", f"{len(rehearsal.revised)}个"),
        table(sorted(rehearsal.revised, key=lambda change: not change.beyond_rounding), _revision_columns(names), caption="修订的数值", most=_MOST, look="cards")
        if rehearsal.revised else h("p", "没有与现有数值不同的。", class_="empty"),
        section("新增的数值", f"{len(rehearsal.new)}个"),
        table(rehearsal.new, _new_columns(names), caption="新增的数值", most=_MOST, look="cards")
        if rehearsal.new else h("p", "没有新增的数值。", class_="empty"),
    )  # fmt: skip


def change_rows(rehearsal: Rehearsal, names: dict[str, str]) -> list[dict[str, Any]]:
    """Every change as a row of the downloaded table (columns: CHANGE_COLUMNS)."""
    heaps = {
        "修订": rehearsal.revised,
        "新增": rehearsal.new,
        "一致": rehearsal.confirmed,
        "文件里无数值": rehearsal.missing,
    }
    return [
        {
            "what": what, "place": names.get(each.place, each.place),
            "indicator": names.get(each.target or each.indicator, each.indicator), "year": each.period or each.year,
            "old": each.old, "new": each.new, "old_source": each.old_source, "new_source": each.new_source,
        }
        for what, heap in heaps.items()
        for each in heap
    ]  # fmt: skip


def said(intake: Intake) -> Markup:
    """What a file of words says, line by line: reports on tasks, explanations, statements."""
    names = questions.names()
    columns = (
        Column("关于", lambda row: _about(row, names)),
        Column("日期", lambda row: row.stated_on.isoformat(), look="short"),
        Column("说什么", _what, look="wide"),
        Column("谁说的", lambda row: "　".join(part for part in _who(row, names) if part)),
    )
    head = section(f"文件里的{read_words().releases[intake.kind]}", f"{len(intake.rows)}条")
    if not intake.rows:
        return h("div", head, h("p", "没有可以收入的内容。", class_="empty"))
    return h("div", head, table(intake.rows, columns, caption="文件里的内容", most=_MOST, look="cards"))


def _about(row: Any, names: dict[str, str]) -> str:
    if isinstance(row, TaskReportRow):
        total = f"《{names.get(row.document, row.document)}》的合计"
        return (names.get(row.task, row.task) + (f"　步骤{row.step}" if row.step else "")) if row.task else total
    where = names.get(row.place, "") if row.target else ""
    year = f"{row.year}年的判断" if isinstance(row, ExplanationRow) and row.year else ""
    return "　".join(
        part for part in (names.get(row.target) or names.get(getattr(row, "task", ""), ""), where, year) if part
    )


def _what(row: Any) -> Markup:
    words = read_words()
    if isinstance(row, TaskReportRow):
        percent = f"，进度{row.percent:g}%" if row.percent is not None else ""
        behind = "　".join(
            part for part in (row.basis and f"依据：{row.basis}", row.evidence, row.evidence_file) if part
        )
        return join(
            h("strong", f"{words.task_reports[row.state]}{percent}"),
            "　",
            row.text,
            h("br") if behind else None,
            h("small", behind) if behind else None,
        )
    if isinstance(row, ExplanationRow):
        return join(h("strong", "原因　"), row.cause, h("br"), h("strong", "下一步措施　"), row.measures)
    return join(h("strong", STATEMENTS[row.kind]), "　", row.text)


def _who(row: Any, names: dict[str, str]) -> tuple[str, ...]:
    if isinstance(row, StatementRow):
        return (row.body, row.source)
    return (names.get(row.unit, row.unit), f"{row.person}（自填）" if row.person else "", getattr(row, "source", ""))


def tasks(changes: Sequence[TaskChange]) -> Markup:
    """Which tasks and steps would stand elsewhere today."""
    head = section("会改变的任务状态", f"今天看，{len(changes)}处" if changes else "没有")
    if not changes:
        return h("div", head, h("p", "发布后各项任务今天的状态不变。", class_="empty"))
    names = questions.names()
    columns = (
        Column("任务", lambda each: h("a", names.get(each.task, each.task), href=link("tasks", task=each.task))),
        Column("步骤", lambda each: each.step or "整个任务"),
        Column("现在", lambda each: mark_of(each.before) if each.before else "未登记"),
        Column("发布后", lambda each: mark_of(each.after)),
    )
    return h("div", head, table(changes, columns, caption="会改变的任务状态", most=_MOST, look="cards"))


def cells(report: Report, names: dict[str, str]) -> Markup:
    """Every data cell of the file: where it stands, what was read, what becomes of it."""
    columns = (
        Column("位置", lambda cell: f"{cell.sheet} 第{cell.row}行第{cell.column}列".strip()),
        Column("文件里写的", lambda cell: f"{cell.label_place} · {cell.label_indicator}"),
        Column("读作", lambda cell: _reading(cell, names)),
        Column("原值", lambda cell: f"{cell.value_in_file} {cell.unit_in_file or ''}", number=True),
        Column("数值", lambda cell: sentences.figure(cell.value, cell.unit, bound=cell.bound), number=True),
        Column("处理", lambda cell: (STATES[cell.state], h("small", cell.reason) if cell.reason else None)),
    )
    ordered = sorted(
        report.cells, key=lambda cell: (cell.state == UNKNOWN_PLACE, cell.state == LEFT_OUT, cell.state != ASKED)
    )
    return table(ordered, columns, caption="文件里的每一个数据格", most=_MOST, look="cards")


def cell_rows(report: Report, names: dict[str, str]) -> list[dict[str, Any]]:
    """Every cell and every skipped row as rows of the downloaded table (columns: CELL_COLUMNS)."""
    read = [
        {
            "sheet": cell.sheet, "row": cell.row, "column": cell.column, "label_place": cell.label_place,
            "label_indicator": cell.label_indicator, "value_in_file": cell.value_in_file,
            "unit_in_file": cell.unit_in_file, "reading": _reading(cell, names), "value": cell.value, "unit": cell.unit,
            "state": STATES[cell.state], "reason": cell.reason,
        }
        for cell in report.cells
    ]  # fmt: skip
    passed = [
        {"sheet": each.sheet, "row": each.row, "column": each.column, "value_in_file": each.found, "state": "跳过", "reason": each.why}
        for each in report.skipped
    ]  # fmt: skip
    return read + passed


def skipped(report: Report) -> Markup:
    """Rows and cells that hold no figure, each with why."""
    columns = (
        Column("位置", lambda each: f"{each.sheet} 第{each.row}行" + (f"第{each.column}列" if each.column else "")),
        Column("内容", lambda each: each.found),
        Column("为什么不是数据", lambda each: each.why),
    )
    return table(report.skipped, columns, caption="跳过的行", most=_MOST, look="cards")


def releases(rows: Sequence[dict[str, Any]]) -> Markup:
    """Everything that was ever published, newest first, with what became of it."""
    columns = (
        Column("编号", lambda row: row["release"]),
        Column(
            "状态",
            lambda row: (RELEASE_STATES[row["state"]], h("small", _taken_back(row)) if row["withdrawn_at"] else None),
        ),
        Column("内容", lambda row: read_words().releases[row["kind"]]),
        Column("文件", lambda row: (row["file_name"], ("　", h("small", row["note"])) if row["note"] else None)),
        Column("行数", lambda row: row["rows"], number=True),
        Column("现用", lambda row: row["present"] if row["kind"] == "figures" else "", number=True),
        Column("时间", lambda row: f"{row['published_at']:%Y-%m-%d %H:%M}"),
        Column("经办人", lambda row: row["person"] or "未填"),
        Column("审核人", lambda row: row["approved_by"], optional=True),
    )
    return table(rows, columns, caption="发布记录", most=_MOST, look="cards")


def _taken_back(row: dict[str, Any]) -> str:
    parts = (f"{row['withdrawn_at']:%Y-%m-%d}", row["withdrawn_by"], row["reason"])
    return "　".join(part for part in parts if part)


def references(kept: Sequence[dict[str, Any]]) -> Markup:
    """The series kept as references: how many figures of how many places, and which years."""
    columns = (
        Column("指标", lambda row: row["name"]),
        Column("单位", lambda row: row["unit"] or "未注明"),
        Column("地区", lambda row: f"{row['places']}个"),
        Column("数值", lambda row: row["figures"], number=True),
        Column("年份", lambda row: str(row["first_year"]) if row["first_year"] == row["last_year"] else f"{row['first_year']}—{row['last_year']}"),
    )  # fmt: skip
    return table(kept, columns, caption="参考序列", most=_MOST, look="cards")


def _judgement_columns(names: dict[str, str], heads: tuple[str, str]) -> tuple[Column, ...]:
    words = read_words()

    def mark(light: str, word: str, status: str) -> Markup:
        symbol = words.statuses[status].symbol
        return h("span", h("span", symbol, class_="symbol", aria_hidden="true"), word, class_=f"mark {light}")

    def seen_from(span: Span) -> str:
        last = span.change.year
        return f"{last}年" if span.first_year == last else f"{span.first_year}—{last}年"

    def target(each: JudgementChange) -> Markup:
        address = link("method", target=each.target, place=each.place, year=each.year)
        return h("a", names.get(each.target, each.target), href=address)

    return (
        Column("目标", lambda span: target(span.change)),
        Column("地区", lambda span: names.get(span.change.place, span.change.place), look="short"),
        Column("站在", seen_from, look="short"),
        Column(
            heads[0], lambda span: mark(span.change.before_light, span.change.before_word, span.change.before_status)
        ),
        Column(heads[1], lambda span: mark(span.change.after_light, span.change.after_word, span.change.after_status)),
        Column("原因", lambda span: span.change.reason),
    )


def _revision_columns(names: dict[str, str]) -> tuple[Column, ...]:
    return (
        *_cell_columns(names),
        Column("现有", lambda change: sentences.number(change.old), number=True),
        Column("文件", lambda change: sentences.number(change.new), number=True),
        Column("差别", lambda change: "超出四舍五入" if change.beyond_rounding else "四舍五入之内"),
        Column("两边的来源", lambda change: (change.old_source, h("small", f"→ {change.new_source}"))),
    )


def _new_columns(names: dict[str, str]) -> tuple[Column, ...]:
    return (
        *_cell_columns(names),
        Column("数值", lambda change: sentences.number(change.new), number=True),
        Column("来源", lambda change: change.new_source),
    )


def _cell_columns(names: dict[str, str]) -> tuple[Column, ...]:
    return (
        Column("地区", lambda change: names.get(change.place, change.place)),
        Column("指标", lambda change: names.get(change.target or change.indicator, change.indicator)),
        Column("年份", lambda change: change.period or change.year or "", number=True),
    )


def _reading(cell: Cell, names: dict[str, str]) -> str:
    if cell.label_indicator in names and cell.indicator is None:  # a task
        return names[cell.label_indicator]
    kept = cell.state == REFERENCE
    place = names.get(cell.place or "", cell.place or (cell.label_place if kept else "？"))
    indicator = names.get(
        cell.indicator or "", cell.indicator or (cell.series or cell.label_indicator if kept else "？")
    )
    return f"{place} · {indicator} · {cell.period or cell.year or '？'}"
