"""Lists of targets: by document, by section, of one place, still to be supplied; and their columns as CSV."""

from collections.abc import Iterable, Sequence

from dashboard import pieces
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.tables import Column, table
from etl import sentences
from etl.sections import in_document_order
from etl.words import read_words

CSV = {
    "document_title": "文件", "section": "条款位置", "quote": "原文", "indicator_name": "指标", "place_name": "地方", "unit": "单位",
    "goal_words": "目标", "goal": "目标值", "by": "目标年", "value_year": "数据年", "value": "数值", "base_year": "基准年", "base": "基准值",
    "status_word": "状态", "light_word": "灯", "force_word": "性质", "reason": "理由", "lead": "牵头单位", "support": "配合单位", "reading": "读法说明",
    "target": "目标编号",
}  # fmt: skip


def for_csv(rows: Iterable[Row]) -> list[Row]:
    """Rows with their codes in words."""
    words = read_words()
    return [
        {
            **row,
            "goal_words": sentences.goal_words(row, unit=row["unit"]),
            "status_word": sentences.status_word(row),
            "light_word": words.lights[row["light"]].word,
            "force_word": words.forces.get(row["force"] or "", ""),
        }
        for row in rows
    ]


def issued_later(documents: Sequence[Row], verdicts: Sequence[Row], *, year: int) -> list[Row]:
    """The documents that had not been issued in the year looked at: of these there is no verdict."""
    judged = {row["document"] for row in verdicts}
    return [row for row in documents if row["published_year"] > year and row["document"] not in judged]


def document_lights(verdicts: Sequence[Row], documents: Sequence[Row], *, year: int) -> Markup:
    """One thin bar a document, its length the number of its targets."""
    by_document = {row["document"]: [v for v in verdicts if v["document"] == row["document"]] for row in documents}
    most = max((len(rows) for rows in by_document.values()), default=0)
    return h(
        "ul",
        (_document_item(row, by_document[row["document"]], most=most, year=year) for row in documents),
        class_="documents",
    )


def _document_item(document: Row, rows: Sequence[Row], *, most: int, year: int) -> Markup:
    address = link("documents", document=document["label"], year=year)
    none = f"{document['published_year']}年印发" if document["published_year"] > year else "没有带数字的目标"
    counts = pieces.light_counts(sentences.count_lights(rows)) if rows else h("span", none, class_="quiet")
    return h(
        "li",
        h("div", h("a", document["short"], href=address), counts, class_="first"),
        pieces.light_bar(rows, most=most) if rows else None,
    )


def unjudged(verdicts: Sequence[Row], documents: Sequence[Row], *, year: int) -> Markup | None:
    """How many targets are due and cannot be judged, for want of what, and in which documents: what somebody owes."""
    due = [row for row in verdicts if row["bucket"] == "due_unknown"]
    by_status: dict[str, list[Row]] = {}
    for row in sentences.worst_first(due):
        by_status.setdefault(sentences.status_word(row), []).append(row)
    return join(
        h("p", _unjudged(word, rows, documents, year=year), class_="quiet each") for word, rows in by_status.items()
    )


def _unjudged(word: str, rows: Sequence[Row], documents: Sequence[Row], *, year: int) -> Markup:
    """'目标值待补17项：' and each document with its share, as a link to exactly these."""
    shares = [(document, sum(row["document"] == document["document"] for row in rows)) for document in documents]
    links = (
        h(
            "a",
            f"{document['short']}{many}项",
            href=link("documents", document=document["label"], status=word, year=year),
        )
        for document, many in shares
        if many
    )
    return join(f"应有结果而“{word}”的{len(rows)}项：", links)


def filtered(rows: Sequence[Row], *, status: str | None, unit: str | None, place: str | None) -> list[Row]:
    """The rows of one status word, one lead unit, one place; None takes all."""
    return [
        row
        for row in rows
        if (status is None or sentences.status_word(row) == status)
        and (unit is None or unit in (row["lead"] or ()))
        and (place is None or row["place_label"] == place)
    ]


def no_targets(document: Row, *, year: int) -> Markup:
    """Why a document has none, seen from that year."""
    issued = document["published_year"]
    if issued > year:
        return pieces.empty(f"把“站在某年看”改到{issued}年或以后，这里就会列出它的目标和当时的状态。")
    return pieces.empty("这份文件没有登记带数字或趋势的目标。")


def targets_by_section(rows: Sequence[Row], *, year: int, total: int) -> Markup:
    """The targets of a document under its sections, in the document's order."""
    if not rows:
        return pieces.empty("没有同时符合这几项筛选的目标；放宽其中一项即可。")
    note = pieces.empty(f"筛选出{len(rows)}项，全文件共{total}项。") if len(rows) < total else None
    columns = [
        Column("条款", _clause_cell, look="clause-column"),
        Column("目标", _goal_cell),
        Column("最新数据", _value_cell),
        Column("从基准到目标", pieces.goal_bar, look="way", optional=True),
        Column("状态", lambda row: _status_cell(row, year)),
        Column("牵头单位", pieces.lead_units),
    ]
    return join(
        note,
        table(
            in_document_order(rows),
            columns,
            caption="各条款的目标",
            look="cards targets",
            group=lambda row: row["section"] or "未分条款",
        ),
    )


def _clause_cell(row: Row) -> Markup:
    soft = h("small", f"软性用语：{row['soft']}") if row.get("soft") else None
    return join(h("strong", row["indicator_name"]), h("br"), h("q", row["quote"]), h("br") if soft else None, soft)


def _goal_cell(row: Row) -> Markup:
    words = sentences.goal_words(row, unit=row["unit"])
    return join(
        words,
        h("br"),
        h("small", f"{sentences.deadline_words(row)}，{read_words().forces.get(row['force'], '')}"),
    )


def _value_cell(row: Row) -> Markup:
    if row["value"] is None and row["nearest_year"]:
        nearest = sentences.figure(row["nearest_value"], row["unit"])
        return h("small", f"无可用数据；{row['nearest_year']}年{nearest}，不能代替")
    if row["value"] is None:
        return h("small", "无数据")
    shown = sentences.figure(row["value"], row["unit"], bound=row["value_bound"])
    where = f"{row['value_year']}年" + (f"，{row['place_name']}" if row["places"] == 1 else "，最差的一地")
    return join(shown, h("br"), h("small", where))


def _status_cell(row: Row, year: int) -> Markup:
    group = h("small", f"{row['places']}地：{_group_words(row)}") if row["places"] > 1 else None
    return join(pieces.status_link(row, year), h("br") if group else None, group)


def _group_words(row: Row) -> str:
    """'5绿、4红或黄、2灰', empty ones left out."""
    counted = ((row["met_places"], "绿"), (row["missed_places"], "红或黄"), (row["open_places"], "灰"))
    return "、".join(f"{many}{word}" for many, word in counted if many)


def pending(rows: Sequence[Row]) -> Markup:
    """Targets whose number is still to be supplied, and how to supply it."""
    if not rows:
        return pieces.empty("没有等待补充数字的目标。")
    how = h(
        "p",
        "上级下达的数字找到后，在",
        h("a", "数据上报", href=link("upload", part="补录下达的目标值")),
        "的“补录下达的目标值”里连同出处补上，这里就会判断。",
        class_="quiet",
    )
    return join(
        h(
            "ul",
            (h("li", h("strong", row["indicator_name"]), "　", pieces.clause(row)) for row in rows),
            class_="plain",
        ),
        how,
    )


def standing(rows: Sequence[Row], *, year: int) -> Markup:
    """The targets on one indicator for one place."""
    if not rows:
        return pieces.empty(f"到{year}年已印发的文件没有为这个地方设这个指标的目标；数据只供参考。")
    return h(
        "ul",
        (
            h("li", pieces.status_link(row, year), "　", sentences.goal_words(row, unit=row["unit"]), "，", sentences.deadline_words(row),
              h("p", row["reason"], class_="reason") if row["reason"] else None, h("p", pieces.clause(row), class_="quiet"))
            for row in sentences.worst_first(rows)
        ),
        class_="plain",
    )  # fmt: skip


def place_targets(rows: Sequence[Row], place: Row, *, year: int) -> Markup:
    """Every target that concerns one place."""
    if not rows:
        return pieces.empty(f"到{year}年已印发的文件里没有直接要求{place['name']}的目标，它可能在上级地区的目标之内。")
    columns = [
        Column("状态", lambda row: pieces.status_link(row, year)),
        Column(
            "指标",
            lambda row: h(
                "a",
                row["indicator_name"],
                href=link("indicators", indicator=row["indicator_label"], place=place["label"], year=year),
            ),
        ),
        Column("目标", _goal_cell),
        Column("最新数据", lambda row: _value_cell({**row, "places": 1})),
        Column("从基准到目标", pieces.goal_bar, look="way", optional=True),
        Column("条款", pieces.clause, look="clause-column"),
    ]
    return table(rows, columns, caption=f"涉及{place['name']}的目标", look="cards targets")


def unit_targets(rows: Sequence[Row], *, year: int) -> Markup:
    """The targets one unit leads or supports, worst first."""
    columns = [
        Column("状态", lambda row: _status_cell(row, year)),
        Column("指标", lambda row: join(row["indicator_name"], h("br"), h("small", row["place_name"]))),
        Column("目标", _goal_cell),
        Column("最新数据", _value_cell),
        Column("从基准到目标", pieces.goal_bar, look="way", optional=True),
        Column("条款", pieces.clause, look="clause-column"),
    ]
    return table(sentences.worst_first(rows), columns, caption="目标", look="cards targets")
