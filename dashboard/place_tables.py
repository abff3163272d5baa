"""One place over the years, and places side by side: tables that read by number and symbol, colour beside."""

from collections.abc import Iterable, Sequence

from dashboard import pieces, questions
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.questions import Row
from dashboard.tables import Column, table
from etl import sentences
from etl.words import read_words

GRID_CSV = {"place_name": "地方", "indicator_name": "指标", "value": "数值", "unit": "单位", "status_word": "状态", "reason": "理由", "source": "来源"}
MOST_SMALL_CHARTS = 9


def title(place: Row, judged: Sequence[Row], *, year: int) -> str:
    """What one place is asked for and how it stands."""
    if not judged:
        return f"{place['name']}：站在{year}年看，没有直接涉及它的目标"
    return f"{place['name']}有{len(judged)}项目标：{sentences.light_words(judged)}"


def legend() -> Markup:
    """Which symbol is which light."""
    lights = read_words().lights.values()
    return h("p", (h("span", h("b", light.symbol, class_=f"key-symbol {light.light}"), f" {light.word}") for light in lights), h("span", "◐ 在途，尚可或不稳"), h("span", "▼ 方向相反"), class_="legend")


# one place -------------------------------------------------------------------------------------


def heat_table(rows: Sequence[Row], place: Row, *, until: int) -> Markup:
    """Targets × years up to the year looked at: number and symbol in every cell."""
    years = sorted({row["year"] for row in rows if row["year"] <= until})[-10:]
    by_target: dict[str, dict[int, Row]] = {}
    for row in rows:
        by_target.setdefault(row["target"], {})[row["year"]] = row
    lines = sorted((cells for cells in by_target.values() if years[-1] in cells), key=lambda cells: sentences.severity(cells[years[-1]])) if years else []
    if not lines:
        return pieces.empty("没有可以逐年列出的状态；有了目标和年度数据后这里就会列出。")
    columns = [Column("目标", lambda cells: _heat_head(cells[years[-1]])), *(Column(f"{year}", lambda cells, year=year: _heat_cell(cells.get(year), place, year)) for year in years)]
    return table(lines, columns, caption=f"{place['name']}各项目标历年状态", look="matrix")


def _heat_head(row: Row) -> Markup:
    unit = "" if row["unit"] == "1" else row["unit"]
    return join(row["indicator_name"], h("span", unit, class_="unit"), h("br"), h("small", f"{row['document_name']} {row['section'] or ''}"))


def _heat_cell(row: Row | None, place: Row, year: int) -> Markup | None:
    if row is None:
        return None
    shown = sentences.number(row["value"]) if row["value"] is not None and row["value_year"] == row["year"] else ""
    return cell_link(row, shown, link("method", target=row["target"], place=place["place"], year=year), title=f"{year}年：{sentences.status_word(row)}")


def cell_link(row: Row, text: str, address: str, *, title: str) -> Markup:
    """A cell as a link: the number, the symbol, and the light as its ground."""
    symbol = read_words().statuses[row["status"]].symbol
    return h("a", text, h("i", symbol), class_=f"cell {row['light']}", href=address, title=title, aria_label=f"{text} {title}")


def rank_table(rows: Sequence[Row], place: Row, *, year: int) -> Markup:
    """The place's rank in every indicator with a figure in the year."""
    if not rows:
        return pieces.empty(f"{year}年没有{place['name']}与同级地方可比的数据。")
    columns = [
        Column("指标", lambda row: h("a", row["indicator_name"], href=link("indicators", indicator=row["indicator_label"], place=place["label"], year=year))),
        Column("数值", lambda row: sentences.figure(row["value"], row["unit"]), number=True),
        Column("位次", lambda row: join(sentences.rank_words(row["rank"], row["tied"]), h("br"), h("small", sentences.coverage_words(row["have"], row["peers"], level=row["level"])))),
    ]
    return table(rows, columns, caption=f"{place['name']}{year}年排名")


def beside_series(rows: Iterable[Row], *, until: int) -> dict[str, list[Row]]:
    """By indicator, the years up to `until` of a place and the larger one, where both have figures."""
    series: dict[str, list[Row]] = {}
    for row in rows:
        if row["year"] <= until:
            series.setdefault(f"{row['indicator_name']}（{row['unit']}）", []).append(row)
    both = {name: points for name, points in series.items() if len(points) > 1 and any(p["larger_value"] is not None for p in points)}
    return dict(list(both.items())[:MOST_SMALL_CHARTS])


def series_note(series: dict[str, list[Row]]) -> str:
    larger = next((row["larger_name"] for rows in series.values() for row in rows if row["larger_name"]), None)
    return f"深色是本地，灰色是{larger}" if larger else ""


def series_sentence(series: dict[str, list[Row]], place: Row) -> str:
    """For each indicator the latest year in which both have a figure, in words."""
    parts = []
    for name, rows in series.items():
        both = [row for row in rows if row["value"] is not None and row["larger_value"] is not None]
        if both:
            last = both[-1]
            parts.append(f"{name}{last['year']}年{place['name']}{sentences.number(last['value'])}、{last['larger_name']}{sentences.number(last['larger_value'])}")
    return "；".join(parts) + "。"


# places side by side ---------------------------------------------------------------------------


def grid_indicators(cells: Sequence[Row]) -> list[Row]:
    """The indicators that the cells speak of, those with a target first."""
    found = {cell["indicator"]: {"indicator": cell["indicator"], "label": cell["indicator_label"], "name": cell["indicator_name"], "unit": cell["unit"]} for cell in cells}
    judged = {cell["indicator"] for cell in cells if cell["status"]}
    return sorted(found.values(), key=lambda row: row["indicator"] not in judged)


def grid_title(cells: Sequence[Row], members: Sequence[Row], group: Row, *, year: int) -> str:
    """How many cells there are, how many can be judged, and how they stand."""
    judged = [cell for cell in cells if cell["status"]]
    figures = sum(cell["value"] is not None for cell in cells)
    start = f"{year}年{group['label']}{len(members)}{sentences.LEVELS.get(group['level'], '地')}"
    if not judged:
        return f"{start}：公布了{figures}个数据，都没有对应的目标"
    return f"{start}：{len(judged)}处有目标，{sentences.light_words(judged)}"


def grid_table(cells: Sequence[Row], members: Sequence[Row], columns: Sequence[Row], *, year: int) -> Markup:
    """Places down, indicators across; what does not fit is counted."""
    by_cell = {(cell["place"], cell["indicator"]): cell for cell in cells}
    shown, across = members[: questions.MOST_PLACES], columns[: questions.MOST_INDICATORS]
    if not cells:
        return pieces.empty(f"{year}年没有这些地方的数据或目标。")
    drawn = [
        Column("地方", lambda row: h("a", row["name"], href=link("places", place=row["label"], year=year))),
        *(Column(_with_unit(column), lambda row, column=column: _grid_cell(by_cell.get((row["place"], column["indicator"])), row, year)) for column in across),
    ]
    notes = [f"显示前{len(part)}{word}，共{len(whole)}{word}" for part, whole, word in ((shown, members, "地"), (across, columns, "个指标")) if len(part) < len(whole)]
    return join(table(shown, drawn, caption=f"{year}年各地各指标", look="matrix"), h("p", "；".join(notes) + "；可在上面挑选指标。", class_="quiet") if notes else None)


def _with_unit(column: Row) -> str:
    return sentences.with_unit(column["name"], None if column["unit"] == "1" else f"（{column['unit']}）")


def _grid_cell(cell: Row | None, place: Row, year: int) -> Markup | None:
    if cell is None:
        return None
    shown = sentences.number(cell["value"]) + sentences.BOUNDS.get(cell["bound"] or "", "") if cell["value"] is not None else ""
    if cell["status"]:
        return cell_link(cell, shown, link("method", target=cell["target"], place=place["place"], year=year), title=f"{place['name']}{cell['indicator_name']}：{sentences.status_word(cell)}")
    return h("a", shown, class_="cell", href=link("indicators", indicator=cell["indicator_label"], place=place["label"], year=year), title="看它的来源")


def for_csv(cells: Sequence[Row], members: Sequence[Row]) -> list[Row]:
    """Cells with names and words."""
    names = {row["place"]: row["name"] for row in members}
    return [{**cell, "place_name": names.get(cell["place"], cell["place"]), "status_word": sentences.status_word(cell) if cell["status"] else ""} for cell in cells]
