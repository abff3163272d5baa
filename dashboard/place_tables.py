"""One place over the years: tables that read by number and symbol, colour beside."""

from collections.abc import Iterable, Sequence

from dashboard import pieces
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.tables import Column, table
from etl import sentences
from etl.words import read_words

CSV = {
    "indicator_name": "指标", "unit": "单位", "year": "年", "value": "数值", "bound_word": "界限", "larger_name": "上级地区", "larger_value": "上级地区数值",
}  # fmt: skip
RANKS_CSV = {
    "indicator_name": "指标", "unit": "单位", "year": "年", "value": "数值", "rank": "位次", "tied": "并列地方数", "have": "有数据的地方数",
    "peers": "同级地方数",
}  # fmt: skip

MOST_SMALL_CHARTS = 8
FIRST_RANKS = 12


def title(place: Row, judged: Sequence[Row], *, year: int) -> str:
    """What one place is asked for and how it stands."""
    if not judged:
        return f"{place['name']}：站在{year}年看，没有直接涉及它的目标"
    return f"{place['name']}有{len(judged)}项目标：{sentences.light_words(judged)}"


def legend() -> Markup:
    """Which symbol is which light."""
    lights = read_words().lights.values()
    return h(
        "p",
        (h("span", h("b", light.symbol, class_=f"key-symbol {light.light}"), f" {light.word}") for light in lights),
        h("span", "◐ 在途，尚可或不稳"),
        h("span", "▼ 方向相反"),
        class_="legend",
    )


# one place -------------------------------------------------------------------------------------


def heat_table(judged: Sequence[Row], figures: Sequence[Row], place: Row, *, until: int) -> Markup:
    """Indicators × years up to the year looked at: in every cell the year's number and the symbol of its status.

    A line a target, worst first; then the indicators that have figures and no target here.
    """
    years = list(range(until - 9, until + 1))
    asked = {row["target"] for row in judged if row["is_issued"]}
    targets = _by((row for row in judged if row["target"] in asked), "target")
    others = _by((row for row in figures if row["year"] in years), "indicator")
    for cells in targets.values():
        others.pop(next(iter(cells.values()))["indicator"], None)
    lines = [*sorted(targets.values(), key=lambda cells: sentences.severity(cells[max(cells)])), *others.values()]
    if not lines:
        return pieces.empty("没有可以逐年列出的状态；有了目标和年度数据后这里就会列出。")
    years = [year for year in years if any(_is_shown(cells.get(year)) for cells in lines)]
    own = {(row["indicator"], row["year"]): row for row in figures}
    columns = [
        Column("指标", _heat_head),
        *(_year_column(year, place, own) for year in years),
    ]
    return table(lines, columns, caption=f"{place['name']}各项指标历年数值和状态", look="matrix years")


def _is_shown(row: Row | None) -> bool:
    """Whether a cell of the table of years has a status or a figure of that year."""
    return row is not None and (row.get("is_issued", True) or row["value_year"] == row["year"])


def _year_column(year: int, place: Row, own: dict[tuple[str, int], Row]) -> Column:
    return Column(f"{year}", lambda cells: _heat_cell(cells.get(year), place, year, own))


def _by(rows: Iterable[Row], key: str) -> dict[str, dict[int, Row]]:
    grouped: dict[str, dict[int, Row]] = {}
    for row in rows:
        grouped.setdefault(row[key], {})[row["year"]] = row
    return grouped


def _heat_head(cells: dict[int, Row]) -> Markup:
    row = cells[max(cells)]
    where = f"{row['document_name']} {row['section'] or ''}" if "target" in row else "没有目标，只列数据"
    return join(row["indicator_name"], unit_of(row), h("br"), h("small", where))


def unit_of(row: Row) -> Markup | None:
    return None if row["unit"] == "1" else h("span", row["unit"], class_="unit")


def _heat_cell(row: Row | None, place: Row, year: int, own: dict[tuple[str, int], Row]) -> Markup | None:
    if row is None:
        return None
    if "target" not in row:
        return h(
            "a",
            number_of(row),
            class_="cell",
            href=link("indicators", indicator=row["indicator_label"], place=place["label"], year=year),
            title="看它的来源",
        )
    shown = number_of(row) if row["value_year"] == row["year"] else ""
    beside = "" if shown or row["by_rate"] else number_of(own.get((row["indicator"], year), {"value": None}))
    address = link("method", target=row["target"], place=place["place"], year=year)
    if not row["is_issued"]:
        return h("a", shown, class_="cell", href=address, title=f"{year}年：文件尚未印发") if shown else None
    title = f"{year}年：{sentences.status_word(row)}"
    if beside:  # after the deadline a year is judged no more, and its number is seen all the same
        return cell_link(row, h("small", beside), address, title=f"{title}；当年为{beside}，不是据以判断的数值")
    return cell_link(row, shown, address, title=title)


def number_of(row: Row) -> str:
    """The number of a cell, without the unit that heads it; a published rate of change is in percent."""
    if row["value"] is None:
        return ""
    bound = sentences.BOUNDS.get(row.get("bound") or row.get("value_bound") or "", "")
    return sentences.number(row["value"]) + ("%" if row.get("by_rate") else "") + bound


def cell_link(row: Row, text: str | Markup, address: str, *, title: str) -> Markup:
    """A cell as a link: the number, the symbol, and the light as its ground."""
    symbol = read_words().statuses[row["status"]].symbol
    return h(
        "a",
        h("span", text),
        h("i", symbol, aria_hidden="true"),
        h("span", title, class_="unseen"),
        class_=f"cell {row['light']}",
        href=address,
        title=title,
    )


def rank_table(rows: Sequence[Row], place: Row, *, year: int) -> Markup:
    """The place's rank in every indicator with a figure in the year."""
    if not rows:
        return pieces.empty(
            f"到{year}年还没有{place['name']}与同级地方可比的数据；同级地方的年度数据入库后这里就会列出。"
        )
    columns = [
        Column(
            "指标",
            lambda row: h(
                "a",
                row["indicator_name"],
                href=link("indicators", indicator=row["indicator_label"], place=place["label"], year=year),
            ),
        ),
        Column(
            "数值",
            lambda row: join(sentences.number(row["value"]), unit_of(row), h("br"), h("small", f"{row['year']}年")),
            number=True,
        ),
        Column(
            "位次",
            lambda row: h(
                "span",
                sentences.rank_words(row["rank"], row["tied"]),
                h("br"),
                h("small", sentences.coverage_words(row["have"], row["peers"], level=row["level"])),
                class_="rank",
            ),
        ),
    ]
    caption = f"{place['name']}在同级地方中的位次"
    more = (
        h(
            "details",
            h("summary", f"其余{len(rows) - FIRST_RANKS}个指标"),
            table(rows[FIRST_RANKS:], columns, caption=caption),
        )
        if len(rows) > FIRST_RANKS
        else None
    )
    return join(table(rows[:FIRST_RANKS], columns, caption=caption), more)


def up_to(rows: Iterable[Row], year: int) -> list[Row]:
    """The figures of the years up to the one looked at, with their codes in words."""
    return [{**row, "bound_word": sentences.BOUNDS.get(row["bound"] or "", "")} for row in rows if row["year"] <= year]


def beside_series(rows: Iterable[Row], *, until: int) -> dict[str, list[Row]]:
    """By indicator, the years up to `until` of a place and the larger one, where both have figures.

    A total of a part says nothing beside the total of the whole: only shares, and what is per something.
    """
    series: dict[str, list[Row]] = {}
    for row in rows:
        if row["year"] <= until and (row["kind"] == "ratio" or row["unit"] == "1" or "/" in row["unit"]):
            series.setdefault(row["indicator_name"], []).append(row)
    both = {
        name: points
        for name, points in series.items()
        if len(points) > 1 and any(p["value"] is not None and p["larger_value"] is not None for p in points)
    }
    return dict(list(both.items())[:MOST_SMALL_CHARTS])


def series_note(series: dict[str, list[Row]]) -> str:
    larger = next((row["larger_name"] for rows in series.values() for row in rows if row["larger_name"]), None)
    return f"深色是本地，灰色是{larger}" if larger else ""


def series_table(series: dict[str, list[Row]], place: Row) -> Markup:
    """For each indicator the latest year in which both have a figure, and how far they are apart."""
    last = [
        [row for row in rows if row["value"] is not None and row["larger_value"] is not None][-1]
        for rows in series.values()
    ]
    columns = [
        Column("指标", lambda row: join(row["indicator_name"], unit_of(row))),
        Column("年", lambda row: row["year"], number=True),
        Column(place["name"], lambda row: sentences.number(row["value"]), number=True),
        Column(last[0]["larger_name"], lambda row: sentences.number(row["larger_value"]), number=True),
        Column(
            "相差",
            lambda row: sentences.difference(row["value"] - row["larger_value"], row["unit"], kind=row["kind"]),
            number=True,
        ),
    ]
    return table(last, columns, caption=f"{place['name']}与上级地区相比")
