"""The tables of a report: rows of a record in, blocks.Table out.

Every number that the prose says stands in one of these (`numbers_tables` holds the counts).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from etl import sentences
from etl.words import read_words
from reports import prose
from reports.blocks import Cell, Column, Mark, Table
from reports.rows import Rows

Row = Mapping[str, Any]

MISSING = "暂无数据"
NOT_SET = "未设目标"
STATEMENTS = {
    "reported_done": "据报完成",
    "reported_not_done": "据报未完成",
    "contested": "督察存疑",
    "verified": "已核实",
}


@dataclass(frozen=True)
class Field:
    """A column and how its cell is made from a row."""

    column: Column
    cell: Callable[[Row], Cell]


def text(title: str, of: Callable[[Row], Any], *, width: float = 1.0) -> Field:
    """A column of words; what is not known is left empty."""
    return Field(Column(title, width=width), lambda row: Cell(str(of(row) if of(row) is not None else "")))


def number(
    title: str,
    of: Callable[[Row], float | None],
    *,
    unit: str = "",
    computed: bool = False,
    missing: str = "",
    width: float = 0.7,
) -> Field:
    """A column of numbers: published ones as published, `computed` ones rounded; `missing` where there is none."""

    def cell(row: Row) -> Cell:
        value = of(row)
        if value is None:
            return Cell(missing)
        return Cell(sentences.rounded(value) if computed else sentences.number(value), number=float(value))

    return Field(Column(title, unit=unit, align="right", width=width), cell)


def year(title: str, of: Callable[[Row], int | None]) -> Field:
    """A column of years: no thousands separator."""
    return Field(
        Column(title, align="right", width=0.5),
        lambda row: Cell(
            str(of(row)) if of(row) is not None else "", number=None if of(row) is None else float(of(row) or 0)
        ),
    )


def status(title: str = "状态") -> Field:
    return Field(Column(title, width=0.9), lambda row: Cell(mark_of(row).word, mark=mark_of(row)))


def table(
    title: str, fields: Sequence[Field], rows: Sequence[Row], *, most: int | None = None, note: str = ""
) -> Table:
    """Rows under their columns; with `most`, the first ones, and how many there are."""
    shown = rows if most is None else rows[:most]
    return Table(
        title=title,
        columns=tuple(field.column for field in fields),
        rows=tuple(tuple(field.cell(row) for field in fields) for row in shown),
        total_rows=len(rows),
        note=note,
    )


# marks -------------------------------------------------------------------------------------------


def mark_of(row: Row) -> Mark:
    """A judgement as it is always shown; a contested one says so."""
    entry = read_words().statuses[row["status"]]
    contested = f"（{read_words().overlays['contested']}）" if row.get("contested") else ""
    return Mark(light=row["light"], symbol=entry.symbol, word=sentences.status_word(row) + contested)


def mark_in(row: Row, *, year: int) -> Mark:
    """A judgement beside the figure of `year`: a colour that rests on another year's figure names that year."""
    mark = mark_of(row)
    other = row["light"] != "grey" and row["value_year"] not in (None, year)
    return replace(mark, word=f"{mark.word}（{row['value_year']}年）") if other else mark


def light_mark(light: str) -> Mark:
    entry = read_words().lights[light]
    return Mark(light=light, symbol=entry.symbol, word=entry.word)


def legend(rows: Iterable[Row]) -> Table:
    """The statuses that these judgements have, under their lights."""
    words: dict[str, dict[str, None]] = {}
    for row in sentences.worst_first(rows):
        mark = mark_of({**row, "contested": False})
        words.setdefault(mark.light, {})[f"{mark.symbol} {mark.word}"] = None
    fields = (
        Field(Column("灯", width=0.6), lambda light: Cell(light_mark(light["light"]).word, mark=light_mark(light["light"]))),
        text("本报告出现的状态", lambda light: "　".join(words[light["light"]]), width=4.0),
    )  # fmt: skip
    return table("状态与灯色", fields, [{"light": light} for light in read_words().lights if light in words])


NO_TARGET = Mark(light="grey", symbol="–", word=NOT_SET)


# for leaders -------------------------------------------------------------------------------------


def attention(rows: Sequence[Row], *, most: int | None) -> Table:
    """What needs attention, worst first: what, how it stands and why, what is needed, who leads."""
    fields = (
        status(),
        text("事项", prose.subject, width=1.6),
        text("情况", lambda row: row["reason"], width=3.2),
        text("今后所需", prose.needed_words, width=1.5),
        text("牵头单位", lambda row: "、".join(row["lead_names"]) or "文件未写明", width=1.2),
        text("文件", _clause_place, width=1.2),
    )
    return table("需要关注的目标", fields, rows, most=most)


def _clause_place(row: Row) -> str:
    """江西整改方案 二(一): the document, and where in it."""
    return f"{row['document_name']} {row['section']}" if row.get("section") else str(row["document_name"])


def missing(owed: Sequence[prose.Missing], *, most: int | None, names: int = 6) -> Table:
    """Whose figures are missing, by lead office."""
    fields = (
        text("牵头单位", lambda one: one["units"], width=1.8),
        number("缺数据", lambda one: one["unknown"], unit="项"),
        number("待公布", lambda one: one["awaiting"], unit="项"),
        number("目标值待补", lambda one: one["pending"], unit="项"),
        number("合计", lambda one: one["total"], unit="项"),
        number("涉及指标", lambda one: len(one["indicators"]), unit="个"),
        text("指标", lambda one: prose.listed(one["indicators"], most=names), width=3.6),
        text("文件", lambda one: "、".join(one["documents"]), width=1.2),
    )
    rows = [
        {"units": one.units, "unknown": len(one.unknown), "awaiting": len(one.awaiting), "pending": len(one.pending), "total": one.total, "indicators": one.indicators, "documents": one.documents}
        for one in owed
    ]  # fmt: skip
    return table("缺少的数据，按牵头单位", fields, rows, most=most)


def changes(rows: Sequence[Row], *, year: int, most: int | None) -> Table:
    """Judgements that are not last year's: before, after, why."""
    words = read_words()

    def before(row: Row) -> Cell:
        entry = words.statuses[row["last_status"]]
        # last year's row is not here: the word without what decided it
        return Cell(entry.word, mark=Mark(light=row["last_light"], symbol=entry.symbol, word=entry.word))

    fields = (
        text("事项", prose.subject, width=1.8),
        Field(Column(f"{year - 1}年", width=1.0), before),
        status(f"{year}年"),
        text("原因", lambda row: row["change_why"], width=2.8),
        text("文件", _clause_place, width=1.2),
    )
    return table(f"状态变化（与{year - 1}年相比）", fields, rows, most=most)


def steps(rows: Sequence[prose.Step], *, year: int, most: int | None) -> Table:
    """Figures against the year before."""
    sides = {1: "改善", -1: "变差", 0: "持平或不分好坏"}
    fields = (
        text("地区", lambda row: row["step"].place_name),
        text("指标", lambda row: row["step"].indicator_name, width=1.8),
        text("单位", lambda row: _unit(row["step"].unit), width=0.8),
        number(f"{year - 1}年", lambda row: row["step"].before),
        number(f"{year}年", lambda row: row["step"].value),
        text(
            "变化",
            lambda row: sentences.change_words(row["step"].value, row["step"].before, kind=row["step"].kind),
            width=1.2,
        ),
        text("好坏", lambda row: sides[row["step"].good], width=0.9),
    )
    return table(f"数据变化（{year}年与{year - 1}年）", fields, [{"step": step} for step in rows], most=most)


def latest(rows: Sequence[prose.Step], *, most: int | None) -> Table:
    """The latest figure of each indicator that can be drawn, against the year before."""
    fields = (
        text("地区", lambda row: row["step"].place_name),
        text("指标", lambda row: row["step"].indicator_name, width=1.8),
        text("单位", lambda row: _unit(row["step"].unit), width=0.8),
        year("年份", lambda row: row["step"].year),
        number("数值", lambda row: row["step"].value),
        text("界限", lambda row: sentences.BOUNDS.get(row["step"].bound or "", ""), width=0.5),
        number("上年", lambda row: row["step"].before, missing=MISSING),
        text(
            "比上年",
            lambda row: sentences.change_words(row["step"].value, row["step"].before, kind=row["step"].kind),
            width=1.2,
        ),
    )
    return table("各指标最新数据", fields, [{"step": step} for step in rows], most=most)


# documents, places -------------------------------------------------------------------------------


def document_targets(rows: Sequence[Row], *, name: str, most: int | None) -> Table:
    """The targets of one document, worst first."""
    fields = (
        status(),
        text("指标", lambda row: row["indicator_name"], width=1.5),
        text("地区", lambda row: row["place_name"], width=0.8),
        text(
            "目标",
            lambda row: f"{sentences.goal_words(row, unit=row['unit'])}，{sentences.deadline_words(row)}",
            width=1.3,
        ),
        text("最新数据", latest_words, width=1.0),
        text("情况", lambda row: row["reason"], width=2.6),
    )
    return table(f"{name}的目标", fields, rows, most=most)


def latest_words(row: Row) -> str:
    """96%（2020年）, or 暂无数据."""
    if row["value"] is None:
        return MISSING
    return f"{sentences.figure(row['value'], row['unit'], bound=row['value_bound'])}（{row['value_year']}年）"


def ranking(rows: Sequence[Row], data: Rows, *, title: str, unit: str, most: int | None) -> Table:
    """A ranking with who has no data, as a table."""
    fields = (
        text("名次", lambda row: sentences.rank_words(row["rank"], row["tied"] or 1), width=0.7),
        text("地区", lambda row: data.place_name(row["place"])),
        number(f"{rows[0]['year']}年", lambda row: row["value"], unit=_unit(unit), missing=MISSING),
        number("上年", lambda row: row["before"], unit=_unit(unit), missing=MISSING),
        number("有数据的地区", lambda row: row["have"], unit="个"),
        number("地区总数", lambda row: row["peers"], unit="个"),
    )
    return table(title, fields, rows, most=most)


@dataclass(frozen=True)
class MatrixColumn:
    """One indicator of the matrix: its values and judgements by place, in one year."""

    indicator: str
    name: str
    unit: str
    year: int
    values: Mapping[str, float]
    judgements: Mapping[str, Row]


def matrix(
    places: Sequence[tuple[str, str]], columns: Sequence[MatrixColumn], *, title: str, note: str, most: int | None
) -> Table:
    """Places down, indicators across: the number and, where a target asks the place, its mark."""

    def cell(column: MatrixColumn, place: str) -> Cell:
        value, judged = column.values.get(place), column.judgements.get(place)
        if judged and judged["value_year"] not in (None, column.year):
            judged = None  # it rests on another year's figure, which is not shown here
        return Cell(
            MISSING if value is None else sentences.number(value),
            mark=mark_of(judged) if judged else None,
            number=value,
        )

    shown = places if most is None else places[:most]
    return Table(
        title=title,
        columns=(
            Column("地区", width=1.0),
            *(
                Column(f"{column.name}（{column.year}年）", unit=_unit(column.unit), align="right", width=1.3)
                for column in columns
            ),
        ),
        rows=tuple((Cell(name), *(cell(column, place) for column in columns)) for place, name in shown),
        total_rows=len(places),
        note=note,
    )


# the annex ---------------------------------------------------------------------------------------


def judgements(rows: Sequence[Row], *, most: int | None) -> tuple[Table, Table]:
    """Every judgement with its reason, and the working behind each."""
    shown = (
        status(),
        text("文件", lambda row: row["document_name"], width=1.1),
        text("指标", lambda row: row["indicator_name"], width=1.5),
        text("地区", lambda row: row["place_name"], width=0.8),
        text(
            "目标",
            lambda row: f"{sentences.goal_words(row, unit=row['unit'])}，{sentences.deadline_words(row)}",
            width=1.4,
        ),
        text("最新数据", latest_words, width=1.0),
        text("理由", lambda row: row["reason"], width=3.0),
        text("数据来源", lambda row: row["source"], width=1.6),
    )
    working = (
        text("目标编号", lambda row: row["target"], width=1.8),
        text("地区", lambda row: row["place_name"], width=0.8),
        text("单位", lambda row: _unit(row["unit"]), width=0.7),
        number("基期值", lambda row: row["base"]),
        year("基期年", lambda row: row["base_year"]),
        number("现值", lambda row: row["value"], missing=MISSING),
        year("现值年", lambda row: row["value_year"]),
        number("目标值", lambda row: row["goal"]),
        number("目标上限", lambda row: row["goal_to"]),
        year("目标年", lambda row: row["by"]),
        number("序时进度", lambda row: None if row["path"] is None else row["path"] * 100, unit="%", computed=True),
        number("近年年均变化", lambda row: row["change_per_year"], computed=True),
        number("按趋势到期值", lambda row: row["outlook"], computed=True),
        number("差距", lambda row: row["gap"], computed=True),
        number("已实现年均", lambda row: row["achieved_per_year"], computed=True),
        number("今后每年需", lambda row: row["needed_per_year"], computed=True),
        text("今后所需（表述）", prose.needed_words, width=1.6),
        text("判定依据", lambda row: _BASIS.get(row["basis"], ""), width=0.7),
    )
    return (
        table("全部判定", shown, rows, most=most),
        table(
            "判定所用的全部数", working, rows, most=most, note="空格表示该项不适用或没有数据；数值均以指标的单位计。"
        ),
    )


_BASIS = {
    "deadline": "到期",
    "hold": "保持",
    "outlook": "趋势",
    "path": "序时进度",
    "trend": "升降",
    "total": "累计",
    "none": "",
}


def targets(data: Rows, *, most: int | None) -> Table:
    """Every target with its clause."""
    words = read_words()
    fields = (
        text("目标编号", lambda row: row["target"], width=1.8),
        text("文件", lambda row: data.document_name(row["document"]), width=1.0),
        text("条款位置", lambda row: row["section"], width=0.8),
        text("原文", lambda row: row["quote"], width=3.4),
        text("指标", lambda row: data.indicators[row["indicator"]]["name"], width=1.4),
        text("比较的量", lambda row: words.measures.get(row["measure"], ""), width=0.8),
        text("性质", lambda row: words.forces.get(row["force"], ""), width=0.8),
        text("软性用语", lambda row: row["soft"], width=0.6),
        text("牵头单位", lambda row: "、".join(data.units_named(row["lead"])), width=1.2),
        text("配合单位", lambda row: "、".join(data.units_named(row["support"])), width=1.2),
        text("读法说明", lambda row: row["reading"], width=1.8),
    )
    return table("全部目标及其条款", fields, list(data.targets.values()), most=most)


def figures(data: Rows, *, most: int | None) -> Table:
    """Every figure with its source."""
    words = read_words()
    fields = (
        text("指标", lambda row: data.indicators[row["indicator"]]["name"], width=1.6),
        text("地区", lambda row: data.place_name(row["place"]), width=0.8),
        year("年份", lambda row: row["year"]),
        text("时段", lambda row: row["period"], width=0.7),
        number("数值", lambda row: row["value"], missing=MISSING),
        text("界限", lambda row: sentences.BOUNDS.get(row["bound"] or "", ""), width=0.5),
        text("单位", lambda row: _unit(data.indicators[row["indicator"]]["unit"]), width=0.8),
        text("状态码", lambda row: row["obs_status"], width=0.4),
        text("来源性质", lambda row: words.qualities.get(row["quality"] or "", ""), width=0.8),
        text("来源", lambda row: row["source"], width=2.6),
        text("公布日期", lambda row: row["published"], width=0.8),
        text("批次", lambda row: row["release"], width=0.5),
    )
    return table("全部数据", fields, data.record["figures"], most=most)


def statements(data: Rows, *, most: int | None) -> Table:
    """What was published about a target without a figure, findings of inspectors among it."""
    fields = (
        text("性质", lambda row: STATEMENTS.get(row["kind"], ""), width=0.7),
        text("指标", lambda row: data.indicators[data.targets[row["target"]]["indicator"]]["name"], width=1.4),
        text("地区", lambda row: data.place_name(row["place"]), width=0.8),
        text("日期", lambda row: row["stated_on"], width=0.8),
        text("原话", lambda row: row["text"], width=3.2),
        text("说的人", lambda row: row["body"], width=1.2),
        text("来源", lambda row: row["source"], width=1.8),
    )
    return table("没有数字的公开说法", fields, data.record["statements"], most=most)


def releases(data: Rows, *, most: int | None) -> Table:
    """The received files the figures come from, each with its fingerprint."""
    fields = (
        text("批次", lambda row: row["release"], width=0.5),
        text("收到的文件", lambda row: row["file_name"], width=1.4),
        number("所用数据", lambda row: row["figures"], unit="个"),
        text("文件的SHA-256", lambda row: row["file_hash"], width=3.4),
        text("备注", lambda row: row["note"], width=0.9),
    )
    counts: dict[str, int] = {}
    for row in data.record["figures"]:
        counts[row["release"]] = counts.get(row["release"], 0) + 1
    rows = [{**row, "figures": counts.get(row["release"], 0)} for row in data.record["releases"]]
    return table("数据批次", fields, rows, most=most)


def sources(data: Rows, *, most: int | None) -> Table:
    """Every source that a figure names, the most used first."""
    counts: dict[tuple[str, str], int] = {}
    for row in data.record["figures"]:
        key = (row["source"] or "未写明来源", read_words().qualities.get(row["quality"] or "", ""))
        counts[key] = counts.get(key, 0) + 1
    rows = [
        {"source": source, "quality": quality, "figures": many}
        for (source, quality), many in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    fields = (
        text("来源", lambda row: row["source"], width=4.0),
        text("来源性质", lambda row: row["quality"], width=0.9),
        number("数据", lambda row: row["figures"], unit="个"),
    )
    return table("数据来源", fields, rows, most=most)


def documents(data: Rows) -> Table:
    fields = (
        text("文件", lambda row: row["title"], width=3.0),
        text("简称", lambda row: data.document_name(row["document"]), width=1.2),
        text("发文单位", lambda row: row["issuer"], width=1.6),
        text("发布", lambda row: row["published_on"] or row["published_year"], width=0.8),
        number(
            "目标",
            lambda row: sum(1 for target in data.targets.values() if target["document"] == row["document"]),
            unit="项",
        ),
    )
    return table("文件", fields, list(data.documents.values()))


# counts ------------------------------------------------------------------------------------------


def counts(groups: Iterable[tuple[str, Sequence[Row]]], *, title: str) -> Table:
    """The five heaps and the four lights of several groups of verdicts."""
    rows = [{"name": name, "counts": sentences.count(rows), "lights": sentences.count_lights(rows), "total": len(rows), "attention": len(sentences.needs_attention(rows)), "contested": sum(1 for row in rows if row.get("contested"))} for name, rows in groups]  # fmt: skip
    words = read_words()
    fields = (
        text("范围", lambda row: row["name"], width=2.0),
        number("目标", lambda row: row["total"], unit="项"),
        number("到期", lambda row: row["counts"].due, unit="项"),
        number("达标", lambda row: row["counts"].met, unit="项"),
        number("未达标", lambda row: row["counts"].missed, unit="项"),
        number("无法判定", lambda row: row["counts"].unknown, unit="项"),
        number("待公布", lambda row: row["counts"].awaiting, unit="项"),
        number("未到期", lambda row: row["counts"].not_due, unit="项"),
        *(number(words.lights[light].word, _light_count(light), unit="项") for light in words.lights),
        number("需要关注", lambda row: row["attention"], unit="项"),
        number("督察存疑", lambda row: row["contested"], unit="项"),
    )
    return table(title, fields, rows)


def _light_count(light: str) -> Callable[[Row], float | None]:
    return lambda row: float(row["lights"][light])


def count_groups(data: Rows, verdicts: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """All targets, each document, each office group that the prose counts: with their parts."""
    groups: list[tuple[str, list[Row]]] = []
    for name, rows in [
        ("全部文件", list(verdicts)),
        *(
            (data.document_name(document), [row for row in verdicts if row["document"] == document])
            for document in data.documents
        ),
    ]:
        groups.append((name, rows))
        for word, part in (
            ("约束性要求", [row for row in rows if row["force"] != "aim"]),
            ("预期性目标", [row for row in rows if row["force"] == "aim"]),
            ("尚未到期", [row for row in rows if row["bucket"] == "not_due"]),
        ):
            groups.append((f"{name}：{word}", part))
    return groups


def other_counts(rows: Sequence[tuple[str, int]]) -> Table:
    return table(
        "其他计数",
        (text("项目", lambda row: row["name"], width=4.0), number("数", lambda row: row["many"])),
        [{"name": name, "many": many} for name, many in rows],
    )


def _unit(unit: str | None) -> str:
    return "" if unit in (None, "", "1") else str(unit)
