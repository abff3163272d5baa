"""Places side by side: one year, places down, indicators across, each cell a number and a symbol."""

from collections.abc import Sequence

from dashboard import figure_questions, pieces
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.place_tables import cell_link, number_of, unit_of
from dashboard.tables import Column, table
from etl import sentences

CSV = {
    "place_name": "地方",
    "indicator_name": "指标",
    "value": "当年数值",
    "bound_word": "界限",
    "indicator_unit": "单位",
    "status_word": "状态",
    "judged_value": "判断所据数值",
    "judged_bound_word": "判断所据数值的界限",
    "judged_year": "判断所据年份",
    "reason": "理由",
    "source": "当年数值的来源",
}


def ids(columns: Sequence[Row]) -> tuple[str, ...]:
    """The indicators of some columns."""
    return tuple(column["indicator"] for column in columns)


def title(columns: Sequence[Row], members: Sequence[Row], group: Row, *, year: int) -> str:
    """How many cells there are, how many can be judged, and how they stand."""
    lights = {light: sum(column[light] for column in columns) for light in ("green", "yellow", "red", "grey")}
    start = f"{year}年{group['name']}{len(members)}{sentences.LEVELS.get(group['level'], '地')}"
    if not columns:
        return f"{start}：没有公布的数据，也没有目标"
    if not any(lights.values()):
        return f"{start}：公布了{sum(column['figures'] for column in columns)}个数据，没有对应的目标"
    return f"{start}共有{sum(lights.values())}处目标：{sentences.words_of_lights(lights, unit='处')}"


def grid(cells: Sequence[Row], members: Sequence[Row], columns: Sequence[Row], *, year: int) -> Markup:
    """Places down, indicators across; what does not fit is counted."""
    by_cell = {(cell["place"], cell["indicator"]): cell for cell in cells}
    shown, across = members[: figure_questions.MOST_PLACES], columns[: figure_questions.MOST_INDICATORS]
    if not columns:
        return pieces.empty(f"{year}年没有这些地方的数据或目标。")
    drawn = [
        Column("地方", lambda row: h("a", row["name"], href=link("places", place=row["label"], year=year))),
        *(_indicator_column(column, by_cell, year) for column in across),
    ]
    notes = [
        f"显示前{len(part)}{word}，共{len(whole)}{word}"
        for part, whole, word in ((shown, members, "地"), (across, columns, "个指标"))
        if len(part) < len(whole)
    ]
    return join(
        table(shown, drawn, caption=f"{year}年各地各指标", look="matrix"),
        h("p", "；".join(notes) + "；可在上面挑选指标。", class_="quiet") if notes else None,
    )


def _indicator_column(column: Row, by_cell: dict[tuple[str, str], Row], year: int) -> Column:
    head = join(column["name"], h("br"), unit_of(column))
    return Column(head, lambda place: _grid_cell(by_cell.get((place["place"], column["indicator"])), place, year))


def _grid_cell(cell: Row | None, place: Row, year: int) -> Markup | None:
    if cell is None:
        return None
    shown = number_of(cell)
    if cell["status"]:
        return cell_link(
            cell,
            _judged_number(cell, year),
            link("method", target=cell["target"], place=place["place"], year=year),
            title=f"{place['name']}{cell['indicator_name']}：{sentences.status_word(cell)}",
        )
    return h(
        "a",
        shown,
        class_="cell",
        href=link("indicators", indicator=cell["indicator_label"], place=place["label"], year=year),
        title="看它的来源",
    )


def _judged_number(cell: Row, year: int) -> Markup:
    """The number that the status speaks of: it may be of an earlier year, which is then written beside it with this year's."""
    judged = {"value": cell["judged_value"], "bound": cell["judged_bound"], "by_rate": cell["by_rate"]}
    if judged["value"] is not None and cell["judged_year"] == year:
        return join(number_of(judged))
    own = "" if cell["by_rate"] else number_of({"value": cell["value"], "bound": cell["bound"]})
    return join(
        number_of(judged),
        h("small", f" {cell['judged_year']}年") if judged["value"] is not None else None,
        h("small", f" 当年{own}") if own else None,
    )


def for_csv(cells: Sequence[Row], members: Sequence[Row]) -> list[Row]:
    """Cells with names and words."""
    names = {row["place"]: row["name"] for row in members}
    return [
        {
            **cell,
            "place_name": names.get(cell["place"], cell["place"]),
            "status_word": sentences.status_word(cell) if cell["status"] else "",
            "bound_word": sentences.BOUNDS.get(cell["bound"] or "", ""),
            "judged_bound_word": sentences.BOUNDS.get(cell["judged_bound"] or "", ""),
        }
        for cell in cells
    ]
