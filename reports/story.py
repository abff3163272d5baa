"""A frozen record in, the report out: what is said, in which order, for which audience.

Deterministic: the same record is always told in the same words. Sentences are made in prose.py and
etl/sentences.py, tables in tables.py, charts in charts.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etl import sentences
from etl.freeze import title_of
from etl.words import read_words
from reports import charts, prose, tables, task_story
from reports.blocks import Block, Paragraph, Report, Section
from reports.record import identity
from reports.rows import Rows, printable, printable_record

Row = dict[str, Any]

NAMES = {"leaders": "领导参阅", "full": "完整报告", "annex": "数据附表"}

# Rows of the tables between the sentences, each with how many there are in all: the annex has the rest.
_LEADERS_ROWS = 8
_LEADERS_MISSING = 6
_LEADERS_TASKS = 5
_FULL_ROWS = 24
_FULL_MISSING = 12
_DOCUMENT_ROWS = 12
_CHARTS = 10
_RANKINGS = 4
_MATRIX_COLUMNS = 6
_RANKED_ENOUGH = 3


@dataclass(frozen=True)
class Told:
    """What every section is made from."""

    data: Rows
    verdicts: list[Row]  # those that apply
    most: int | None  # rows a table may have; None: all

    @property
    def year(self) -> int:
        return self.data.year

    def capped(self, rows: int) -> int | None:
        """The rows of a table that stands between sentences; a workbook shows all of it."""
        return None if self.most is None else min(rows, self.most)


def tell(record: Mapping[str, Any], *, audience: str | None = None, most: int | None = None) -> Report:
    """The report of a record. `audience` other than the one it was frozen for (a workbook holds
    everything); `most` caps the rows of every table, each saying how many there are.
    """
    snapshot, sha256 = identity(record)
    data = Rows(printable_record(record))
    told = Told(data=data, verdicts=[row for row in data.verdicts if row["status"] != "not_applicable"], most=most)
    choice = data.record["choice"]
    chosen = audience or choice["audience"]
    return Report(
        title=title_of(data.record),
        subtitle=f"站在{data.year}年看 · {NAMES[chosen]}",
        meeting=choice["meeting"],
        date=choice["date"],
        issuer=choice["issuer"],
        cutoff=prose.cutoff_words(data.record["cutoff"]),
        snapshot=snapshot,
        sha256=sha256,
        demo=bool(data.record["demo"]),
        sections=tuple(section for part in _PARTS[chosen] for section in part(told)),
    )


# sections of every report ------------------------------------------------------------------------


def _headline(told: Told) -> list[Section]:
    names = {document: told.data.document_name(document) for document in told.data.documents}
    groups = [("全部", told.verdicts)] if len(names) > 1 else []
    groups += [
        (name, [row for row in told.verdicts if row["document"] == document]) for document, name in names.items()
    ]
    overview = sentences.paragraph(told.verdicts, documents=len(names))
    blocks: list[Block] = [
        Paragraph(overview, style="lead"),
        charts.heaps(groups, title="各文件目标的到期与达标情况（项）"),
    ]
    if told.data.record["demo"]:
        blocks.insert(
            0,
            Paragraph(f"{read_words().overlays['demo']}：本文件全部数据均为虚构，只用来演示，不得引用。", style="note"),
        )
    if told.data.record["left_out"]["judgements"]:
        blocks.append(Paragraph(prose.left_out_sentence(told.data.record), style="note"))
    return [Section(sentences.headline(told.verdicts, year=told.year), "headline", tuple(blocks), _sources(told))]


def _attention(told: Told, *, most: int) -> list[Section]:
    rows = sentences.needs_attention(told.verdicts)
    unknown = sentences.count(told.verdicts).unknown
    blocks: list[Block] = []
    if rows:
        blocks.append(tables.attention(rows, most=told.capped(most)))
    return [
        Section(
            prose.attention_title(rows, unknown=unknown),
            "attention",
            (*blocks, *_if_none(blocks, "各目标的状态见后。")),
        )
    ]


def _missing(told: Told, *, most: int) -> list[Section]:
    owed = prose.missing(told.verdicts)
    if not owed:
        return []
    blocks = (Paragraph(prose.missing_sentence(owed)), tables.missing(owed, most=told.capped(most)))
    return [Section(prose.missing_title(owed), "attention", blocks)]


def _changes(told: Told, *, most: int, figures: int = 0) -> list[Section]:
    """What is not as it was a year ago: lights first of all; `figures` rows of changed figures."""
    moved, steps = prose.moves(told.verdicts), _steps(told)
    blocks: list[Block] = [Paragraph(prose.steps_sentence(steps, year=told.year))]
    if moved.coloured:
        blocks.insert(0, tables.changes(moved.coloured, year=told.year, most=told.capped(most)))
    if steps and figures:
        blocks.append(tables.steps(steps, year=told.year, most=told.capped(figures)))
    return [Section(prose.changes_title(moved, year=told.year), "changes", tuple(blocks))]


def _if_none(blocks: Sequence[Block], sentence: str) -> tuple[Block, ...]:
    return () if blocks else (Paragraph(sentence),)


def _leaders_attention(told: Told) -> list[Section]:
    return _attention(told, most=_LEADERS_ROWS) + _missing(told, most=_LEADERS_MISSING)


def _leaders_changes(told: Told) -> list[Section]:
    return _changes(told, most=_LEADERS_ROWS)


def _full_attention(told: Told) -> list[Section]:
    return _attention(told, most=_FULL_ROWS)


def _full_changes(told: Told) -> list[Section]:
    return _changes(told, most=_FULL_ROWS, figures=_FULL_ROWS)


def _full_missing(told: Told) -> list[Section]:
    return _missing(told, most=_FULL_MISSING)


def _leaders_tasks(told: Told) -> list[Section]:
    return task_story.sections(told.data, told.verdicts, most=told.capped(_LEADERS_TASKS), everything=False)


def _full_tasks(told: Told) -> list[Section]:
    return task_story.sections(told.data, told.verdicts, most=told.capped(_FULL_ROWS), everything=True)


# sections of the full report ---------------------------------------------------------------------


def _documents(told: Told) -> list[Section]:
    sections = []
    for document, row in told.data.documents.items():
        verdicts = [each for each in told.verdicts if each["document"] == document]
        name = told.data.document_name(document)
        blocks: list[Block] = [
            Paragraph(prose.document_paragraph(row, verdicts)),
            charts.heaps([(name, verdicts)], title=f"{name}（项）"),
        ]
        judged = [each for each in sentences.worst_first(verdicts) if each["light"] != "grey"]
        if judged:
            blocks.append(tables.document_targets(judged, name=f"{name}中能够判断", most=told.capped(_DOCUMENT_ROWS)))
        sections.append(Section(prose.document_title(name, verdicts, year=told.year), "document", tuple(blocks)))
    return sections


def _indicators(told: Told) -> list[Section]:
    """A chart for each of the most pressing indicators that have figures to draw."""
    sections = []
    drawable = _drawable(told)
    for row in drawable[:_CHARTS]:
        step = _latest_step(told, row)
        title = sentences.indicator_headline(
            place="" if row["indicator_name"].startswith(row["place_name"]) else row["place_name"],
            indicator=row["indicator_name"], unit=step.unit, kind=step.kind, year=step.year,
            value=step.value, bound=step.bound, before=step.before, standing=_standing(told, row, step.year),
        )  # fmt: skip
        asked = [
            each
            for each in told.data.judgements
            if (each["indicator"], each["place"]) == (row["indicator"], row["place"])
        ]
        # the same target may stand in the text and in a list of one document
        said = tuple(
            map(Paragraph, dict.fromkeys(prose.target_sentence(each) for each in sentences.worst_first(asked)))
        )
        figures = told.data.figures[(row["indicator"], row["place"])]
        sources = tuple(dict.fromkeys(each["source"] for each in figures if each["source"]))
        sections.append(Section(title, "indicator", (charts.line(told.data, row), *said), sources))
    if len(drawable) > _CHARTS and sections:
        rest = prose.listed([row["indicator_name"] for row in drawable[_CHARTS:]], most=8)
        last = sections[-1]
        note = Paragraph(f"另有{rest}也有历年数据，未逐一画图，数据见数据附表。", style="note")
        sections[-1] = Section(last.title, last.kind, (*last.blocks, note), last.sources)
    return sections


def _drawable(told: Told) -> list[Mapping[str, Any]]:
    """One judgement an indicator, the most pressing, among places with figures enough for a line.

    Pairs of points are drawn only where no indicator has more.
    """
    found: dict[str, tuple[int, bool, bool, Mapping[str, Any]]] = {}
    for row in sentences.worst_first(row for row in told.data.judgements if row["status"] != "not_applicable"):
        known = sum(
            1 for each in told.data.figures.get((row["indicator"], row["place"]), ()) if each["value"] is not None
        )
        entry = (known, row["light"] == "grey", not charts.has_outlook(row), row)
        if known >= 2 and (row["indicator"] not in found or (found[row["indicator"]][0] == 2 and known > 2)):
            found[row["indicator"]] = entry
    least = 3 if any(known > 2 for known, *_ in found.values()) else 2
    # a judged one before one that nobody can judge, what can still be reached before what is settled
    lines = sorted((entry for entry in found.values() if entry[0] >= least), key=lambda entry: entry[1:3])
    return [row for *_, row in lines]


def _latest_step(told: Told, row: Mapping[str, Any]) -> prose.Step:
    """The latest figure of a judgement's indicator and place, against the year before where the series does not break."""
    years = {
        each["year"]: each for each in told.data.figures[(row["indicator"], row["place"])] if each["value"] is not None
    }
    now, about = years[max(years)], told.data.indicators[row["indicator"]]
    before = years.get(now["year"] - 1)
    comparable = before is not None and not before["bound"] and now["obs_status"] != "B"
    return prose.Step(
        place_name=row["place_name"], indicator_name=row["indicator_name"], unit=about["unit"], kind=about["kind"], better=row["better"],
        year=now["year"], value=now["value"], before=before["value"] if before and comparable else None, bound=now["bound"],
    )  # fmt: skip


def _standing(told: Told, row: Mapping[str, Any], year: int) -> Row | None:
    return next(
        (
            each
            for each in told.data.record["rankings"]
            if (each["indicator"], each["place"], each["year"]) == (row["indicator"], row["place"], year)
        ),
        None,
    )


def _rankings(told: Told) -> list[Section]:
    sections = []
    for rows in _ranked_groups(told)[:_RANKINGS]:
        indicator = told.data.indicators[rows[0]["indicator"]]
        names = {row["place"]: told.data.place_name(row["place"]) for row in rows}
        title = prose.ranking_title(rows, name=indicator["name"], unit=indicator["unit"], place_name=names)
        chart = charts.ranking(told.data, rows[: told.most], title=f"{rows[0]['year']}年{indicator['name']}")
        sources = tuple(dict.fromkeys(each["source"] for row in rows for each in told.data.figures.get((row["indicator"], row["place"]), ()) if each["year"] == row["year"] and each["source"]))  # fmt: skip
        sections.append(Section(title, "indicator", (chart,), sources))
    return sections


def _ranked_groups(told: Told) -> list[list[Row]]:
    """Rankings with enough places in them; those with a target for the places themselves first."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in told.data.record["rankings"]:
        groups.setdefault((row["indicator"], row["level"], row["part_of"]), []).append(row)
    enough = [rows for rows in groups.values() if sum(1 for row in rows if row["rank"] is not None) >= _RANKED_ENOUGH]
    judged = {(row["indicator"], row["place"]) for row in told.data.judgements}
    asked = {row["indicator"] for row in told.data.judgements}
    position = {indicator: at for at, indicator in enumerate(told.data.indicators)}
    return sorted(
        enough,
        key=lambda rows: (
            not any((row["indicator"], row["place"]) in judged for row in rows),
            rows[0]["indicator"] not in asked,
            -rows[0]["year"],
            -rows[0]["have"],
            position[rows[0]["indicator"]],
        ),
    )


def _matrix(told: Told) -> list[Section]:
    """Places × indicators: the places of the ranking that most indicators share."""
    groups = _ranked_groups(told)
    if not groups:
        return []
    by_peers: dict[tuple[str, str], list[list[Row]]] = {}
    for rows in groups:
        by_peers.setdefault((rows[0]["level"], rows[0]["part_of"]), []).append(rows)
    (level, part_of), shared = max(by_peers.items(), key=lambda item: len(item[1]))
    chosen = shared[:_MATRIX_COLUMNS]
    columns = [
        tables.MatrixColumn(
            indicator=rows[0]["indicator"],
            name=told.data.indicators[rows[0]["indicator"]]["name"],
            unit=told.data.indicators[rows[0]["indicator"]]["unit"],
            year=rows[0]["year"],
            values={row["place"]: row["value"] for row in rows if row["value"] is not None},
            judgements={
                row["place"]: row
                for row in reversed(
                    sentences.worst_first(
                        row for row in told.data.judgements if row["indicator"] == rows[0]["indicator"]
                    )
                )
            },
        )
        for rows in chosen
    ]
    places = [place for place in told.data.places if any(row["place"] == place for rows in chosen for row in rows)]
    level_word = sentences.LEVELS.get(level, "地")
    title = f"{told.data.place_name(part_of)}{len(places)}{level_word}{len(columns)}个指标对照"
    note = (
        f"{tables.MISSING}表示没有公布的数据，不是0；没有状态标记的，是文件没有给该地设这项目标，或判定用的是别的年份的数据。"
        + (f"另有{len(shared) - len(chosen)}个可比指标见数据附表。" if len(shared) > len(chosen) else "")
    )
    block = tables.matrix(
        [(place, told.data.place_name(place)) for place in places], columns, title=title, note=note, most=told.most
    )
    return [Section(title, "matrix", (block,))]


# method and sources ------------------------------------------------------------------------------


_METHOD = (
    "每项目标只看两个问题：到期的，看到期那一年的数据是否达到；未到期的，看按近年走势到期时能否达到（趋势），没有足够年份时看序时进度。",
    "到期年没有数据的，不用别的年份代替，记为待公布或无法判定；缺数据从不算达标，也从不算未达标，更不按0处理。",
    "约束性要求与预期性目标分开计数；力争、左右等用语原样保留。几个地方各自须达到的目标，以最差的一地定整体。",
    "督察公开指出问题的，在核实前不算达标，两种说法并列。名次采用竞赛排名，没有数据的地区不参加排名并予注明。",
)


def _method(told: Told) -> list[Section]:
    text = tuple(Paragraph(sentence) for sentence in _METHOD)
    legend = tables.legend(told.data.judgements)
    return [Section(f"判定方法（版本 {told.data.record['method']}）", "method", (*text, legend))]


def _source_list(told: Told) -> list[Section]:
    blocks = (
        tables.documents(told.data),
        tables.sources(told.data, most=told.most),
        tables.releases(told.data, most=told.most),
    )
    return [Section("文件、数据来源与批次", "sources", blocks)]


def _sources(told: Told) -> tuple[str, ...]:
    return tuple(f"《{row['title']}》" for row in told.data.documents.values())


# the annex ---------------------------------------------------------------------------------------


def _annex(told: Told) -> list[Section]:
    data, most = told.data, told.most
    shown, working = tables.judgements(data.judgements, most=most)
    sections = [
        Section("全部判定", "annex", (shown,)),
        Section("判定所用的数", "annex", (working,)),
        Section("目标与条款", "annex", (tables.targets(data, most=most),)),
        Section("数据", "annex", (tables.figures(data, most=most),)),
    ]
    if data.record["statements"]:
        sections.append(Section("公开说法", "annex", (tables.statements(data, most=most),)))
    return [*sections, *task_story.annex(data, most=most), *_numbers(told)]


def _numbers(told: Told) -> list[Section]:
    """Every count that the text says, in tables: what the text is checked against."""
    verdicts, moved, steps = told.verdicts, prose.moves(told.verdicts), _steps(told)
    owed = prose.missing(verdicts)
    groups = _ranked_groups(told)
    others = [
        ("文件", len(told.data.documents)),
        ("灯色有变化的目标", len(moved.coloured)),
        ("转好的目标", len(moved.better)),
        ("转差的目标", len(moved.worse)),
        ("由暂不能判断转为可以判断的目标", len(moved.newly_judged)),
        ("转为暂不能判断的目标", len(moved.no_longer_judged)),
        ("灯色未变、状态有变的目标", len(moved.same_light)),
        ("与上年都有数据的指标（按地区分别计）", len(steps)),
        ("其中改善", sum(1 for step in steps if step.good > 0)),
        ("其中变差", sum(1 for step in steps if step.good < 0)),
        ("其中持平或不分好坏", sum(1 for step in steps if step.good == 0)),
        ("缺数据无法判定的目标", sum(len(one.unknown) for one in owed)),
        ("数据待公布的目标", sum(len(one.awaiting) for one in owed)),
        ("目标值待补的目标", sum(len(one.pending) for one in owed)),
        ("列入的判定", len(told.data.record["assessments"])),
        ("未列入的判定", told.data.record["left_out"]["judgements"]),
        ("未列入的数据", told.data.record["left_out"]["figures"]),
        ("有历年数据而未画图的指标", max(len(_drawable(told)) - _CHARTS, 0)),
    ]
    blocks: list[Block] = [
        tables.counts(tables.count_groups(told.data, verdicts), title="目标计数"),
        tables.other_counts(others),
    ]
    if owed:
        blocks.append(tables.missing(owed, most=told.most, names=1000))
    if moved.all:
        blocks.append(tables.changes(moved.all, year=told.year, most=told.most))
    if steps:
        blocks.append(tables.steps(steps, year=told.year, most=told.most))
    latest = [_latest_step(told, row) for row in _drawable(told)]
    if latest:
        blocks.append(tables.latest(latest, most=told.most))
    for rows in groups if told.most is None else groups[:_RANKINGS]:
        indicator = told.data.indicators[rows[0]["indicator"]]
        blocks.append(
            tables.ranking(rows, told.data, title=f"{indicator['name']}名次", unit=indicator["unit"], most=told.most)
        )
    return [Section("正文所用的数", "annex", tuple(blocks))]


def _steps(told: Told) -> list[prose.Step]:
    """Figures of the year against the year before, for every indicator and place that a target asks about."""
    found = []
    asked = dict.fromkeys(
        (row["indicator"], row["place"]) for row in told.data.judgements if row["status"] != "not_applicable"
    )
    for indicator, place in asked:
        years = {
            row["year"]: row
            for row in told.data.figures.get((indicator, place), ())
            if not row["bound"] and row["value"] is not None
        }
        now, before, about = years.get(told.year), years.get(told.year - 1), told.data.indicators[indicator]
        if now and before and now["obs_status"] != "B":
            found.append(
                prose.Step(
                    place_name=told.data.place_name(place), indicator_name=about["name"], unit=about["unit"], kind=about["kind"],
                    better=about["better"], year=told.year, value=now["value"], before=before["value"],
                )
            )  # fmt: skip
    return sorted(found, key=lambda step: (step.good, -step.size))


_PARTS: dict[str, tuple[Callable[[Told], list[Section]], ...]] = {
    "leaders": (_headline, _leaders_attention, _leaders_changes, _leaders_tasks),
    "full": (
        _headline,
        _full_attention,
        _full_missing,
        _full_changes,
        _full_tasks,
        _documents,
        _indicators,
        _rankings,
        _matrix,
        _method,
        _source_list,
    ),
    "annex": (_headline, _annex, _method, _source_list),
}

__all__ = ["NAMES", "printable", "tell"]
