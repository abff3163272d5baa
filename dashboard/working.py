"""The working behind one judgement: every number that went in, the clause, the sources, the years."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import figure_questions, pieces, questions, target_lists
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.tables import Column, table
from etl import sentences
from etl.words import read_words

CSV = {
    **target_lists.CSV, "path": "序时进度P", "change_per_year": "近年变化d", "outlook": "推算到期限H", "gap": "离目标还差", "achieved_per_year": "至今平均每年",
    "needed_per_year": "今后每年需要", "nearest_year": "最近的其他年份", "nearest_value": "该年数值", "missing_years": "缺数据的年份",
    "breaches": "此前未达标的年份", "change_why": "为何变化", "source": "来源",
}  # fmt: skip
BASES = {
    "deadline": "期限已到，看目标年的数值", "hold": "每年都要做到，看最新数值", "outlook": "按近年变化推算到期限", "path": "按从基准到目标的直线进度",
    "trend": "看变化方向", "total": "看几年累计", "none": "没有足够的数据判断",
}  # fmt: skip
STATEMENTS = {
    "reported_done": "据报完成",
    "reported_not_done": "据报未完成",
    "contested": "督察存疑",
    "verified": "核实",
}


# picking ---------------------------------------------------------------------------------------


def picked() -> tuple[str | None, str | None]:
    """Target and place of the address, as ids; unknown ones are None."""
    target = st.query_params.get("target")
    places = [row["place"] for row in questions.places_of(target)] if target else []
    place = st.query_params.get("place")
    return (target, place if place in places else places[0]) if places else (None, None)


def pick_another(target: str | None, place: str | None) -> None:
    """Pick any target, and one of its places; both go into the address."""
    labels = {
        row["target"]: f"{row['document_name']}　{row['section'] or ''}　{row['quote']}" for row in questions.targets()
    }
    places = {row["place"]: row["name"] for row in questions.places_of(target)} if target else {}
    with st.container(horizontal=True):
        _choice("看哪一项目标的判断过程", labels, target, key="target")
        if len(places) > 1:
            _choice("地方", places, place, key="place")


def _choice(label: str, options: dict[str, str], current: str | None, *, key: str) -> None:
    ids = list(options)
    widget = f"choose-{key}-{current}"
    st.selectbox(
        label, ids, index=ids.index(current) if current in options else None, format_func=options.__getitem__,
        key=widget, placeholder="输入几个字查找", on_change=_into_address, args=(key, widget),
    )  # fmt: skip


def _into_address(key: str, widget: str) -> None:
    chosen = st.session_state[widget]
    if key == "target":
        st.query_params.pop("place", None)
    if chosen is not None:
        st.query_params[key] = chosen


def judged(target: str | None, place: str | None, *, year: int) -> Row | None:
    """The judgement of a target and place as seen from the year; None where nothing is picked."""
    if not target or not place:
        return None
    return next(iter(questions.judgements(year, target=target, place=place)), None)


# the working -----------------------------------------------------------------------------------


def draw(row: Row, *, year: int) -> None:
    """All of it, top to bottom: the verdict, the clause, the numbers, the years, the sources."""
    if not row["is_issued"]:
        _draw_clause_to_come(row, year=year)
        return
    pieces.headline(f"{row['place_name']}{row['indicator_name']}：{sentences.status_word(row)}", row["reason"] or "")
    left, right = st.columns([1, 1], gap="large")
    with left:
        pieces.draw(
            h("p", pieces.mark(row), class_="large-mark"),
            pieces.goal_bar(row),
            pieces.section("条款"),
            _clause(row, year),
        )
        pieces.draw(pieces.section("各年看到的状态"), _years(row))
    with right:
        pieces.draw(pieces.section("用到的数字", f"站在{year}年看"), _numbers(row))
    pieces.draw(pieces.section("来源与版本"), _sources(row), _statements(row))
    address = link("indicators", indicator=row["indicator_label"], place=row["place_label"], year=year)
    pieces.draw(h("p", h("a", "看这个指标的图和逐年数据", href=address)))


def _draw_clause_to_come(row: Row, *, year: int) -> None:
    """A target whose document had not been issued in the year looked at: what it will ask, and from when on."""
    pieces.headline(
        f"{row['place_name']}{row['indicator_name']}：文件尚未印发",
        f"《{row['document_title']}》{row['document_year']}年才印发，到{year}年还没有这项目标。",
    )
    left, right = st.columns([1, 1], gap="large")
    with left:
        pieces.draw(pieces.section("条款"), _clause(row, year))
    with right:
        pieces.draw(pieces.section("各年看到的状态"), _years(row))


def _clause(row: Row, year: int) -> Markup:
    forces = read_words().forces
    return pieces.facts(
        (
            ("原文", h("q", row["quote"])),
            ("出处", f"《{row['document_title']}》{row['section'] or ''}"),
            ("性质", forces.get(row["force"], "") + (f"（原文用语：{row['soft']}）" if row["soft"] else "")),
            ("读法", row["reading"] or "按字面，无需解释"),
            ("牵头单位", pieces.lead_units(row)),
            ("配合单位", "、".join(row["support"] or []) or "未注明"),
            *((("同一目标也见于", _targets(row["same_as"], year)),) if row["same_as"] else ()),
            *((("取代的旧目标", _targets([row["replaces"]], year)),) if row["replaces"] else ()),
            *((("有效至", row["valid_until"]),) if row["valid_until"] else ()),
        )
    )


def _targets(ids: Sequence[str], year: int) -> Markup:
    named = {row["target"]: row for row in questions.targets()}
    return join(
        h(
            "div",
            h(
                "a",
                f"{named[name]['document_name']} {named[name]['section'] or ''}",
                href=link("method", target=name, year=year),
            )
            if name in named
            else name,
        )
        for name in ids
    )


def _numbers(row: Row) -> Markup:
    """Every number of METHOD §3, with its letter, in the indicator's unit; what is absent is shown as absent."""
    unit, kind, computed = row["unit"], row["kind"], sentences.rounded
    base = f"{sentences.figure(row['base'], unit)}（{row['base_year']}年）" if row["base"] is not None else "没有基准值"
    value = (
        f"{sentences.figure(row['value'], unit, bound=row['value_bound'])}（{row['value_year']}年）"
        if row["value"] is not None
        else "没有可用的数值"
    )
    words = read_words()
    rows: list[tuple[str, Any]] = [
        ("判断依据", BASES.get(row["basis"] or "none", row["basis"])),
        ("比较什么", words.measures.get(row["measure"], row["measure"])),
        ("最新值 x，年 t", value),
        ("数据性质", words.qualities.get(row["value_quality"] or "", sentences.MISSING)),
        ("基准值 b，年 t₀", base),
        ("目标 Z", sentences.goal_words(row, unit=unit)),
        ("期限 T", sentences.deadline_words(row)),
        (
            "序时进度 P",
            f"{computed(row['path'])}（0.95以上为达到，0.60以下为明显滞后）"
            if row["path"] is not None
            else sentences.MISSING,
        ),
        ("近年变化 d", sentences.difference(row["change_per_year"], unit, kind=kind, per_year=True)),
        ("推算到期限 H", sentences.with_unit(computed(row["outlook"]), unit)),
        ("离目标还差", sentences.difference(row["gap"], unit, kind=kind)),
        ("至今平均", sentences.difference(row["achieved_per_year"], unit, kind=kind, per_year=True)),
        ("今后需要", sentences.difference(row["needed_per_year"], unit, kind=kind, per_year=True)),
        ("按进度看", _status(row["path_status"], row, "path")),
        ("按推算看", _status(row["outlook_status"], row, "outlook")),
        ("上一年的状态", _status(row["last_status"], row, "trend" if row["measure"] == "trend" else None)),
        ("为何变化", row["change_why"]),
    ]
    extra = (
        (
            "目标值的出处",
            questions.assigned_source(row["target"], row["place"])
            if row["assigned"] and row["goal"] is not None
            else None,
        ),
        ("缺数据的年份", row["missing_years"]),
        (
            "最近的其他年份",
            f"{row['nearest_year']}年 {sentences.figure(row['nearest_value'], unit)}（只供对照，不代替目标年）"
            if row["nearest_year"]
            else None,
        ),
        ("此前未达标的年份", row["breaches"]),
        ("恰为目标值", "数值与目标完全相同，须核实是否照抄了计划数" if row["exactly"] else None),
    )
    return pieces.facts([*rows, *((name, value) for name, value in extra if value)])


def _status(status: str | None, row: Row, basis: str | None) -> Any:
    if not status:
        return None
    words = read_words()
    return f"{words.statuses[status].symbol} {words.status_word(status, basis=basis or '', better=row['better'] or 'higher')}"


def _years(row: Row) -> Markup:
    rows = questions.statuses_over_years(row["target"], row["place"])
    columns = [
        Column(
            "站在",
            lambda other: h(
                "a",
                f"{other['year']}年",
                href=link("method", target=row["target"], place=row["place"], year=other["year"]),
                class_="chosen" if other["year"] == row["year"] else None,
            ),
            look="short",
        ),
        Column("状态", pieces.mark),
        Column(
            "当时最新",
            lambda other: (
                f"{sentences.figure(other['value'], other['unit'])}（{other['value_year']}年）"
                if other["value"] is not None
                else sentences.MISSING
            ),
            number=True,
        ),
    ]
    return table(rows[::-1], columns, caption="各年看到的状态")


def _sources(row: Row) -> Markup:
    """Every published value of the year judged and of the base year, oldest first: revisions stay visible."""
    cells = [
        ("最新值", row["value_year"]),
        ("基准值", row["base_year"] if row["base_year"] != row["value_year"] else None),
    ]
    rows = [
        {**vintage, "role": role, "year": year}
        for role, year in cells
        if year
        for vintage in figure_questions.vintages(row["indicator"], row["place"], year)
    ]
    if not rows:
        return (
            h("p", row["source"], class_="reason")
            if row["source"]
            else pieces.empty(
                "没有用到已公布的数值；这个地方这个指标的年度数据入库后，这里会列出每个数字的来源和版本。"
            )
        )
    qualities = read_words().qualities
    columns = [
        Column("用作", lambda other: f"{other['role']}（{other['period'] or other['year']}）"),
        Column("数值", lambda other: sentences.figure(other["value"], row["unit"], bound=other["bound"]), number=True),
        Column("数据性质", lambda other: qualities.get(other["quality"] or "", "")),
        Column(
            "来源",
            lambda other: join(
                other["source"] or sentences.MISSING,
                h("br") if other["note"] else None,
                h("small", other["note"]) if other["note"] else None,
            ),
            look="wide",
        ),
        Column("公布", lambda other: other["published"] or sentences.MISSING),
        Column("入库批次", lambda other: other["release"] + ("（已撤回）" if other["withdrawn"] else "")),
    ]
    return table(rows, columns, caption="来源与版本", look="cards sources")


def _statements(row: Row) -> Markup | None:
    """What was published without a figure: reports and findings, side by side."""
    rows = questions.statements(row["target"], row["place"])
    if not rows:
        return None
    return h(
        "ul",
        (
            h(
                "li",
                h("strong", STATEMENTS.get(said["kind"], said["kind"])),
                f"　{said['stated_on'] or ''}　",
                said["text"] or "",
                h("p", f"{said['body'] or ''} {said['source'] or ''}　{_batch(said)}", class_="quiet"),
            )
            for said in rows
        ),
        class_="plain",
    )


def _batch(said: Row) -> str:
    """The release it came in, and that it counts no more."""
    out = "（已撤回）" if said["withdrawn"] else "（已被新版替换）" if said["replaced"] else ""
    return f"{said['release']}{out}"
