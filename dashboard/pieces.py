"""Pieces that several screens are made of, as HTML: marks, bars towards a goal, lists, the tile map."""

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.questions import Row
from etl import sentences
from etl.words import read_words


def draw(*parts: Any) -> None:
    """Put markup on the page."""
    st.html(join(*parts))


def colours() -> None:
    """The colours of the lights as CSS variables, light and dark, from words.toml."""
    rules = "".join(
        f"--{light.light}: light-dark({light.colour}, {light.colour_dark}); --{light.light}-soft: light-dark({light.soft}, {light.soft_dark});"
        for light in read_words().lights.values()
    )
    st.html(Markup(f"<style>.stApp {{ {rules} }}</style>"))


def headline(title: str, paragraph: str = "") -> None:
    """The message of the page: one sentence from the data, and what it leaves out."""
    draw(h("h1", title, class_="headline"), h("p", paragraph, class_="lead") if paragraph else None)


def section(title: str, note: str = "") -> Markup:
    return h("h2", title, h("small", note) if note else None, class_="section")


def empty(sentence: str) -> Markup:
    """An empty state: what is missing and what would fill it."""
    return h("p", sentence, class_="empty")


# lights ----------------------------------------------------------------------------------------


def mark(row: Row, *, word: str | None = None) -> Markup:
    """Colour, symbol and word of one judgement, and what lies over it."""
    words = read_words()
    symbol = words.statuses[row["status"]].symbol
    overlays = [words.overlays[name] for name in ("contested", "disagree", "exactly") if row.get(name)]
    reported = words.overlays.get(row.get("reported") or "")
    return h(
        "span",
        h("span", symbol, class_="symbol", aria_hidden="true"),
        word or sentences.status_word(row),
        (h("em", text) for text in (*overlays, reported) if text),
        class_=f"mark {row['light']}",
    )


def status_link(row: Row, year: int, *, text: Any = None) -> Markup:
    """The mark as a link to the working behind it: one click from any light to its source."""
    address = link("method", target=row["target"], place=row["place"], year=year)
    return h("a", text if text is not None else mark(row), href=address, class_="to-working", title="看判断过程和来源")


def light_counts(row: Row) -> Markup:
    """●3 ▲1 ■2 –4, empty ones left out, spoken as words."""
    lights = read_words().lights
    return h(
        "span",
        (h("span", f"{lights[light].symbol}{row[light]}", class_=light, title=f"{lights[light].word}{row[light]}项") for light in lights if row[light]),
        class_="counts",
    )


# bars ------------------------------------------------------------------------------------------

SEGMENTS = (
    ("met", "green", "到期且达标"),
    ("missed", "red", "到期未达标"),
    ("unknown", "unknown", "到期无法判定"),
    ("awaiting", "awaiting", "到期、数据待公布"),
    ("not_due", "ahead", "未到期"),
)


def segmented_bar(verdicts: Sequence[Row]) -> Markup:
    """Duties and aims, each one bar of the five heaps, on one scale."""
    words = read_words()
    bars = [(words.forces[force], sentences.count(verdicts, force=force), force) for force in words.forces]
    most = max((counts.total for _, counts, _ in bars), default=0)
    return h("div", (_segments(name, counts, force, most=most) for name, counts, force in bars if counts.total), class_="segmented")


def _segments(name: str, counts: sentences.Counts, force: str, *, most: int) -> Markup:
    shown = [
        (getattr(counts, heap), "yellow" if force == "aim" and heap == "missed" else look, "到期未达预期" if force == "aim" and heap == "missed" else word)
        for heap, look, word in SEGMENTS
        if getattr(counts, heap)
    ]
    spoken = "，".join(f"{word}{many}项" for many, _, word in shown)
    bar = h(
        "div",
        (h("span", many, class_=f"part {look}", style=f"flex:{many} 0 0", title=f"{word} {many}项") for many, look, word in shown),
        class_="bar", role="img", aria_label=f"{name}：{spoken}", style=f"width:{max(8, 100 * counts.total / most):.1f}%",
    )  # fmt: skip
    keys = h("ul", (h("li", h("i", class_=f"key {look}"), word, h("b", many)) for many, look, word in shown), class_="keys")
    return h("div", h("p", name, h("b", f" {counts.total}项"), class_="bar-name"), bar, keys, class_="segments")


def light_bar(rows: Sequence[Row], *, most: int) -> Markup:
    """A thin bar of lights; its length says how many there are, against the longest one."""
    lights = sentences.count_lights(rows)
    order = ("green", "yellow", "red", "grey")
    return h(
        "div",
        (h("span", class_=f"part {light}", style=f"flex:{lights[light]} 0 0") for light in order if lights[light]),
        class_="bar thin", role="img", aria_label=sentences.light_words(rows), style=f"width:{100 * len(rows) / max(most, 1):.1f}%",
    )  # fmt: skip


def goal_bar(row: Row) -> Markup:
    """From the base (left) to the goal (right): filled to where it is, a tick where a straight path would be.

    Lower is better or higher is better: good is to the right. Nothing is drawn without a base and a way to go.
    """
    base, goal, value = row.get("base"), row.get("goal"), row.get("value")
    if base is None or goal is None or value is None or row.get("measure") == "trend" or not _way_to_go(row):
        return h("span", class_="no-bar")
    done = (value - base) / (goal - base)
    path = row.get("path")
    expected = done / path if path else None
    tick = h("i", class_="tick", style=f"left:{100 * min(max(expected, 0), 1):.1f}%") if expected is not None else None
    spoken = f"从基准到目标已走完{100 * done:.0f}%" + (f"，按序时应为{100 * min(max(expected, 0), 1):.0f}%" if expected is not None else "")
    fill = h("i", class_=f"fill {row['light']}", style=f"width:{100 * min(max(done, 0), 1):.1f}%")
    unit = row.get("unit")
    ends = h("span", h("span", f"{row['base_year']}年 {sentences.figure(base, unit)}"), h("span", f"目标 {sentences.with_unit(sentences.rounded(goal), unit)}"), class_="ends")
    return h("span", h("span", fill, tick, class_="track", role="img", aria_label=spoken, title=spoken), ends, class_="goal-bar")


def _way_to_go(row: Row) -> bool:
    """Whether the base does not satisfy the goal yet: else there is no way to draw (METHOD §3)."""
    ahead = row["goal"] - row["base"]
    if abs(ahead) <= 1e-9 * max(abs(row["goal"]), abs(row["base"]), 1e-300):
        return False
    if row["rule"] in ("at_least", "more_than"):
        return ahead > 0
    return ahead < 0 if row["rule"] in ("at_most", "less_than") else True


MOST_LAGGARDS = 12


# lists -----------------------------------------------------------------------------------------


def clause(row: Row) -> Markup:
    """The clause in its own words, and where it stands."""
    where = " ".join(part for part in (row.get("document_name"), row.get("section")) if part)
    return h("span", h("q", row["quote"]), h("small", where), class_="clause")


def lead_units(row: Row) -> str:
    return "、".join(row.get("lead") or []) or "未注明"


def attention(rows: Sequence[Row], *, year: int, names: dict[str, str], most: int = 8) -> Markup:
    """What needs attention, worst first, as sentences with reason and lead unit."""
    if not rows:
        return empty(f"站在{year}年看，没有亮红灯或黄灯的目标。灰灯的目标因何不能判断，见“方法与口径”。")
    shown, rest = rows[:most], rows[most:]
    more = h("details", h("summary", f"其余{len(rest)}项"), h("ol", (_attention_item(row, year, names) for row in rest), class_="attention")) if rest else None
    return join(h("ol", (_attention_item(row, year, names) for row in shown), class_="attention"), more)


def _attention_item(row: Row, year: int, names: dict[str, str]) -> Markup:
    behind = (row.get("laggards") or []) if row["places"] > 1 else []
    who = (h("a", names.get(place, place), href=link("method", target=row["target"], place=place, year=year)) for place in behind[:MOST_LAGGARDS])
    return h(
        "li",
        h("div", status_link(row, year), h("strong", row["indicator_name"]), h("span", row["place_name"], class_="where"), class_="first"),
        h("p", row.get("reason") or "", class_="reason") if row.get("reason") else None,
        h("p", "逐地看：", who, class_="quiet each") if behind else None,
        h("p", clause(row), h("span", f"牵头：{lead_units(row)}", class_="units"), class_="quiet"),
    )


def changes(rows: Sequence[Row], *, year: int, most: int = 8) -> Markup:
    """Before → after, and why."""
    if not rows:
        return empty(f"与{year - 1}年相比，没有目标的状态发生变化；若{year - 1}年没有数据，则无从比较。")
    shown = h("ul", (_change_item(row, year) for row in rows[:most]), class_="changes")
    rest = rows[most:]
    return join(shown, h("details", h("summary", f"其余{len(rest)}项"), h("ul", (_change_item(row, year) for row in rest), class_="changes")) if rest else None)


def _change_item(row: Row, year: int) -> Markup:
    before = {**row, "status": row["last_status"], "light": row.get("last_light") or "grey", "basis": None, "contested": None, "disagree": None, "exactly": None, "reported": None}
    return h(
        "li",
        h("div", h("strong", row["indicator_name"]), h("span", row["place_name"], class_="where"), class_="first"),
        h("div", mark(before), h("span", " → ", class_="arrow", aria_label="变为"), status_link(row, year), class_="before-after"),
        h("p", row["change_why"], class_="quiet") if row.get("change_why") else None,
    )


def tile_map(rows: Sequence[Row], *, year: int) -> Markup:
    """Places in their rough geographic positions: a symbol, how many carry it, and all counts beneath."""
    if not rows:
        return empty("登记文件里没有给城市写上图上的位置（tile），这里就不画。")
    across = max(row["tile_column"] for row in rows) + 1
    return h("div", (_tile(row, year) for row in rows), class_="tiles", role="list", style=f"grid-template-columns:repeat({across},minmax(0,6.2rem))")


def _tile(row: Row, year: int) -> Markup:
    worst = next((light for light in ("red", "yellow", "green", "grey") if row[light]), "grey")
    entry = read_words().lights[worst]
    total = sum(row[light] for light in read_words().lights)
    spoken = "，".join(f"{light.word}{row[light.light]}项" for light in read_words().lights.values() if row[light.light])
    return h(
        "a",
        h("b", row["short"]),
        h("span", f"{entry.symbol} {row[worst]}" if total else "–", class_=f"big {worst}"),
        light_counts(row) if total else h("span", "无目标", class_="counts"),
        href=link("places", place=row["place_label"], year=year),
        class_="tile", role="listitem", aria_label=f"{row['place_name']}：{spoken or '没有涉及它的目标'}",
        style=f"grid-row:{row['tile_row'] + 1};grid-column:{row['tile_column'] + 1}",
    )  # fmt: skip


def facts(pairs: Iterable[tuple[str, Any]]) -> Markup:
    """Names and values, one a line; what is not known is said."""
    return h("dl", (join(h("dt", name), h("dd", value if value not in (None, "") else sentences.MISSING)) for name, value in pairs), class_="facts")
