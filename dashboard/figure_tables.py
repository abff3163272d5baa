"""Figures of one indicator: sentences about them, ranking, year by year with sources, references beside."""

from collections.abc import Sequence

from dashboard import figure_questions, pieces
from dashboard.ask import Row
from dashboard.charts_line import DRAWN_MEASURES, MOST_LINES
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.tables import Column, table
from etl import sentences
from etl.words import read_words

CSV = {
    "place_name": "地方", "year": "年", "value": "数值", "unit": "单位", "bound_word": "界限", "obs_status": "观测状态", "quality_word": "数据性质",
    "source": "来源", "note": "备注", "published": "公布日期", "release": "入库批次", "vintages": "版本数",
}  # fmt: skip

RANKING_CSV = {
    "place_name": "地方",
    "year": "年",
    "rank": "位次",
    "tied": "并列地方数",
    "value": "数值",
    "bound_word": "界限",
    "before": "上年数值",
}


def for_csv(rows: Sequence[Row], indicator: Row) -> list[Row]:
    """Figure rows with their codes in words."""
    qualities = read_words().qualities
    return [
        {
            **row,
            "unit": indicator["unit"],
            "bound_word": sentences.BOUNDS.get(row["bound"] or "", ""),
            "quality_word": qualities.get(row["quality"] or "", ""),
        }
        for row in rows
    ]


def ranking_for_csv(rows: Sequence[Row]) -> list[Row]:
    """Rows of a ranking with their codes in words."""
    return [{**row, "bound_word": sentences.BOUNDS.get(row["bound"] or "", "")} for row in rows]


def company(place: Row, around: Sequence[Row]) -> list[Row]:
    """Who is drawn beside a place: its parts where there are any with figures, else its peers."""
    others = [row for row in around if row["has_figures"] and row["place"] != place["place"]]
    inside = [row for row in others if row["part_of"] == place["place"]]
    return inside or [row for row in others if row["level"] == place["level"] and row["part_of"] == place["part_of"]]


def places_drawn(place: Row, beside: Sequence[Row], around: Sequence[Row]) -> tuple[str, ...]:
    """The ids of the lines: the place, those picked, then others up to what one can still see."""
    ids = [place["place"], *(row["place"] for row in beside), *(row["place"] for row in around)]
    return tuple(dict.fromkeys(ids))[:MOST_LINES]


def ranked_with(place: Row, around: Sequence[Row]) -> str:
    """The id of a place among whose peers is ranked: the place itself; of one whose parts are drawn, one of them."""
    inside = next((row for row in around if row["part_of"] == place["place"]), place)
    return str(inside["place"])


def title(indicator: Row, place: Row, figures: Sequence[Row], ranking: Sequence[Row], *, year: int) -> str:
    """The place's latest figure up to the year looked at, its change, and its rank where that is of the same year."""
    own = {row["year"]: row for row in figures if row["place"] == place["place"] and row["value"] is not None}
    latest = max((known for known in own if known <= year), default=year)
    row = own.get(latest, {})
    standing = next((other for other in ranking if other["place"] == place["place"]), None)
    return sentences.indicator_headline(
        place=place["name"], indicator=indicator["name"], unit=indicator["unit"], kind=indicator["kind"], year=latest,
        value=row.get("value"), bound=row.get("bound"),
        before=own.get(latest - 1, {}).get("value") if row.get("obs_status") != "B" else None,  # nothing across a break
        standing=standing if standing and standing["year"] == latest else None,
    )  # fmt: skip


def chart_sentence(place: Row, figures: Sequence[Row], standing: Sequence[Row], around: Sequence[Row]) -> str:
    """What the chart shows, in words: for who cannot see it, and beneath it."""
    own = [row for row in figures if row["place"] == place["place"] and row["value"] is not None]
    drawn = len({row["place"] for row in figures})
    parts = [
        f"{place['name']}{own[0]['year']}—{own[-1]['year']}年共{len(own)}个年度有数据"
        if own
        else f"{place['name']}没有年度数据"
    ]
    missing = own[-1]["year"] - own[0]["year"] + 1 - len(own) if own else 0
    if missing:
        parts.append(f"其间{missing}年没有公布，线在那里断开")
    if len(around) + 1 > MOST_LINES:
        parts.append(f"显示前{drawn}个地方，共{len(around) + 1}个")
    elif drawn > 1:
        parts.append(f"细灰线是另外{drawn - 1}个地方")
    goals = [
        row for row in standing if row["goal"] is not None and row["measure"] in DRAWN_MEASURES and not row["by_rate"]
    ]
    lines = (
        ("短划线是目标", "goal"),
        ("细线是从基准到目标的直线进度", "path"),
        ("点线按近年变化推算到期限", "outlook"),
    )
    parts.extend(words for words, column in lines if any(row[column] is not None for row in goals))
    if any(row["measure"] == "running_total" for row in standing):
        parts.append("累计目标是几年之和，不画在年度线上")
    return "；".join(parts) + "。"


def references(indicator: Row, place: Row, *, year: int) -> Markup | None:
    """Indicators that stand beside this one's targets and judge none of them."""
    rows = figure_questions.references(indicator["indicator"])
    if not rows:
        return None
    return join(
        pieces.section("供参考的相近指标", "口径不同，不用来判定目标"),
        h("ul", (_reference(row, place, year=year) for row in rows), class_="plain"),
    )


def _reference(row: Row, place: Row, *, year: int) -> Markup:
    known = [f for f in figure_questions.figures(row["indicator"], (place["place"],), year) if f["value"] is not None]
    latest = (
        f"{known[-1]['year']}年{sentences.figure(known[-1]['value'], row['unit'], bound=known[-1]['bound'])}"
        if known
        else "没有数据"
    )
    address = link("indicators", indicator=row["label"], place=place["label"], year=year)
    return h(
        "li",
        h("a", row["name"], href=address),
        f"　{latest}",
        h("p", row["definition"], class_="quiet") if row["definition"] else None,
    )


def ranking_title(rows: Sequence[Row], place: Row) -> Markup:
    """Which year is ranked, among whom, and how many of them have a figure."""
    if not rows:
        return pieces.section("排名")
    level = rows[0]["level"]
    among = f"{place['name']}各{sentences.LEVELS.get(level, '地')}，" if rows[0]["part_of"] == place["place"] else ""
    return pieces.section(
        f"{rows[0]['year']}年排名", among + sentences.coverage_words(rows[0]["have"], rows[0]["peers"], level=level)
    )


def ranking_table(rows: Sequence[Row], indicator: Row, place: Row, *, year: int) -> Markup:
    """Competition ranking among peers, ties said, places without a figure named at the end."""
    if indicator["better"] == "none":
        return pieces.empty("这个指标没有高低好坏之分，不排名。")
    if not rows:
        return pieces.empty("至少要有两个同级地方在同一年有数据才能排名；它们的年度数据入库后这里就会列出。")
    known = [row for row in rows if row["rank"] is not None]
    bounded = [row["place_name"] for row in rows if row["rank"] is None and row["value"] is not None]
    missing = [row["place_name"] for row in rows if row["rank"] is None and row["value"] is None]
    decimals = sentences.decimals_of(row["value"] for row in known)
    most = max(abs(row["value"]) for row in known)
    columns = [
        Column(
            "地方",
            lambda row: h(
                "a",
                row["place_name"],
                href=link("indicators", indicator=indicator["label"], place=row["place_label"], year=year),
                class_="chosen" if row["place"] == place["place"] else None,
            ),
        ),
        Column("位次", lambda row: sentences.rank_words(row["rank"], row["tied"])),
        Column(
            f"数值（{indicator['unit']}）", lambda row: sentences.number(row["value"], decimals=decimals), number=True
        ),
        Column(
            "",
            lambda row: h(
                "i",
                class_="rank-bar chosen" if row["place"] == place["place"] else "rank-bar",
                style=f"width:{100 * max(row['value'], 0) / (most or 1):.0f}%",
            ),
            look="wide",
        ),
        Column(
            "比上年",
            lambda row: sentences.change_words(row["value"], row["before"], kind=indicator["kind"]),
            number=True,
        ),
    ]
    absent = (
        h("p", f"{why}、不参加排名：{sentences.place_list(names, most=12)}。", class_="quiet")
        for why, names in (("没有数据", missing), ("只公布了大概的数", bounded))
        if names
    )
    return join(
        table(known, columns, caption=f"{indicator['name']}{rows[0]['year']}年排名", most=60, look="ranks"), absent
    )


def of_place(figures: Sequence[Row], place: str) -> list[Row]:
    return [row for row in figures if row["place"] == place]


def figures_table(rows: Sequence[Row], indicator: Row, *, year: int) -> Markup:
    """One place's figures up to the year, newest first, each with its change, how good it is, and its source."""
    if not rows:
        return pieces.empty(f"到{year}年还没有这个地方的年度数据。")
    before = {row["year"] + 1: row["value"] for row in rows if not row["bound"]}
    decimals = sentences.decimals_of(row["value"] for row in rows)
    qualities = read_words().qualities
    columns = [
        Column("年", lambda row: row["year"]),
        Column(
            f"数值（{indicator['unit']}）",
            lambda row: (
                sentences.number(row["value"], decimals=decimals) + sentences.BOUNDS.get(row["bound"] or "", "")
            ),
            number=True,
        ),
        Column(
            "比上年",
            lambda row: (
                "口径变化，不比"
                if row["obs_status"] == "B"
                else sentences.change_words(row["value"], before.get(row["year"]), kind=indicator["kind"])
            ),
            number=True,
        ),
        Column(
            "数据性质",
            lambda row: (
                qualities.get(row["quality"] or "", "")
                + {"P": "，初步", "E": "，估计"}.get(row["obs_status"] or "", "")
            ),
        ),
        Column(
            "来源",
            lambda row: join(
                row["source"] or sentences.MISSING,
                h("br") if row["note"] else None,
                h("small", row["note"]) if row["note"] else None,
            ),
            look="wide",
        ),
        Column(
            "入库批次",
            lambda row: f"{row['release']}（共{row['vintages']}版）" if (row["vintages"] or 1) > 1 else row["release"],
        ),
    ]
    return table(rows[::-1], columns, caption=f"{indicator['name']}逐年数据与来源", look="cards sources")


def other_periods(rows: Sequence[Row], indicator: Row) -> Markup | None:
    """Sums of several years and parts of a year."""
    if not rows:
        return None
    columns = [
        Column("时期", lambda row: row["period"]),
        Column("数值", lambda row: sentences.figure(row["value"], indicator["unit"], bound=row["bound"]), number=True),
        Column("来源", lambda row: row["source"] or sentences.MISSING, look="wide"),
    ]
    return join(
        pieces.section("不是整年的数据", "只用于判断它正好对应的目标"), table(rows, columns, caption="不是整年的数据")
    )
