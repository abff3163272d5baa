"""What a leader looks for first: what needs attention, what changed and why, the cities at a glance."""

from collections.abc import Sequence

from dashboard import pieces, questions
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from etl import sentences
from etl.words import read_words


def place_names(places: Sequence[Row]) -> dict[str, str]:
    return {row["place"]: row["name"] for row in places}


def needed(rows: Sequence[Row], *, year: int, names: dict[str, str], most: int = 8) -> Markup:
    """What needs attention, worst first, as sentences with reason and lead unit."""
    if not rows:
        return pieces.empty(f"站在{year}年看，没有亮红灯或黄灯的目标。灰灯的目标因何不能判断，见“方法与口径”。")
    shown, rest = rows[:most], rows[most:]
    more = (
        h(
            "details",
            h("summary", f"其余{len(rest)}项"),
            h("ol", (_attention_item(row, year, names) for row in rest), class_="attention"),
        )
        if rest
        else None
    )
    return join(h("ol", (_attention_item(row, year, names) for row in shown), class_="attention"), more)


def _attention_item(row: Row, year: int, names: dict[str, str]) -> Markup:
    behind = (row.get("laggards") or []) if row["places"] > 1 else []
    who = (
        h("a", names.get(place, place), href=link("method", target=row["target"], place=place, year=year))
        for place in behind
    )
    return h(
        "li",
        h(
            "div",
            pieces.status_link(row, year),
            h("strong", row["indicator_name"]),
            h("span", row["place_name"], class_="where"),
            class_="first",
        ),
        h("p", row.get("reason") or "", class_="reason") if row.get("reason") else None,
        h("p", "逐地看：", who, class_="quiet each") if behind else None,
        h("p", pieces.clause(row), h("span", f"牵头：{pieces.lead_units(row)}", class_="units"), class_="quiet"),
    )


def changes(verdicts: Sequence[Row], *, year: int, most: int = 8) -> Markup:
    """Before → after, and why; how many targets there were not before."""
    rows, new = sentences.changed(verdicts), sum(row["is_new"] for row in verdicts)
    if not verdicts:
        return pieces.empty(f"到{year}年还没有印发的文件，无从比较。")
    added = pieces.empty(f"新印发的文件有{new}项目标，没有上一年可比。") if new else None
    if not rows:
        return join(
            added, pieces.empty(f"与{year - 1}年相比，没有目标的状态发生变化。") if new < len(verdicts) else None
        )
    recoloured = [row for row in rows if row["last_light"] != row["light"]]
    shown, rest = recoloured[:most], recoloured[most:]
    return join(
        added,
        h("ul", (_change_item(row, year) for row in shown), class_="changes")
        if shown
        else pieces.empty(f"与{year - 1}年相比，没有目标换了灯。"),
        _folded(f"其余{len(rest)}项", rest, year) if rest else None,
        (_folded(title, group, year) for title, group in _reworded(rows)),
    )


def _folded(title: str, rows: Sequence[Row], year: int) -> Markup:
    return h("details", h("summary", title), h("ul", (_change_item(row, year) for row in rows), class_="changes"))


def _reworded(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Changes that left the light as it was, one line for each kind of change, the most frequent first."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row["last_light"] == row["light"]:
            groups.setdefault(f"{sentences.last_status_word(row)} → {sentences.status_word(row)}", []).append(row)
    named = [(f"{len(group)}项{words}（灯未变）", group) for words, group in groups.items()]
    return sorted(named, key=lambda entry: -len(entry[1]))


def _change_item(row: Row, year: int) -> Markup:
    before = {
        **row,
        "status": row["last_status"],
        "light": row.get("last_light") or "grey",
        "basis": None,
        "contested": None,
        "disagree": None,
        "exactly": None,
        "reported": None,
    }
    return h(
        "li",
        h(
            "div",
            h("strong", row["indicator_name"]),
            h("span", row["place_name"], class_="where"),
            h("small", f"{row['document_name']} {row['section'] or ''}"),
            class_="first",
        ),
        h(
            "div",
            pieces.mark(before, word=sentences.last_status_word(row)),
            h("span", " → ", class_="arrow", aria_label="变为"),
            pieces.status_link(row, year),
            class_="before-after",
        ),
        h("p", row["change_why"], class_="quiet") if row.get("change_why") else None,
    )


def tile_map(rows: Sequence[Row], *, year: int) -> Markup:
    """Places in their rough geographic positions: a symbol, how many carry it, and all counts beneath.

    Places without a position stand one after the other.
    """
    if not rows:
        return pieces.empty("登记的目标都不落到省以下的地方，这里就没有可看的。")
    if len(rows) > questions.MOST_TILES:
        return pieces.empty("这些目标涉及的地方太多，这里列不下；见“对照”。")
    on_map = all(row["tile_row"] is not None for row in rows)
    across = max(row["tile_column"] for row in rows) + 1 if on_map else "auto-fill"
    return h(
        "ul",
        (_tile(row, year, on_map=on_map) for row in rows),
        class_="tiles",
        style=f"grid-template-columns:repeat({across},minmax({0 if on_map else '5.5rem'},6.2rem))",
    )


def _tile(row: Row, year: int, *, on_map: bool) -> Markup:
    worst = next((light for light in ("red", "yellow", "green", "grey") if row[light]), "grey")
    entry = read_words().lights[worst]
    total = sum(row[light] for light in read_words().lights)
    spoken = "，".join(
        f"{light.word}{row[light.light]}项" for light in read_words().lights.values() if row[light.light]
    )
    tile = h(
        "a",
        h("b", row["short"]),
        h("span", f"{entry.symbol} {row[worst]}" if total else "–", class_=f"big {worst}"),
        pieces.light_counts(row) if row[worst] < total else h("span", f"共{total}项" if total else "无目标", class_="counts"),
        href=link("places", place=row["place_label"], year=year),
        class_="tile", aria_label=f"{row['place_name']}：{spoken or '没有涉及它的目标'}",
    )  # fmt: skip
    return h(
        "li", tile, style=f"grid-row:{row['tile_row'] + 1};grid-column:{row['tile_column'] + 1}" if on_map else None
    )
