"""Pieces that several screens are made of, as HTML: marks, bars towards a goal, lists, the tile map."""

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from etl import sentences
from etl.words import read_words


def draw(*parts: Any) -> None:
    """Put markup on the page; where there is none, nothing."""
    markup = join(*parts)
    if markup:
        st.html(markup)


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
        (
            h("span", f"{lights[light].symbol}{row[light]}", class_=light, title=f"{lights[light].word}{row[light]}项")
            for light in lights
            if row[light]
        ),
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
    return h(
        "div",
        (_segments(name, counts, force, most=most) for name, counts, force in bars if counts.total),
        class_="segmented",
    )


def _segments(name: str, counts: sentences.Counts, force: str, *, most: int) -> Markup:
    shown = [
        (
            getattr(counts, heap),
            "yellow" if force == "aim" and heap == "missed" else look,
            "到期未达预期" if force == "aim" and heap == "missed" else word,
        )
        for heap, look, word in SEGMENTS
        if getattr(counts, heap)
    ]
    return segments(name, f" {counts.total}项", shown, width=max(8, 100 * counts.total / most))


def segments(name: str, total: str, parts: Sequence[tuple[int, str, str]], *, width: float = 100) -> Markup:
    """One bar of `parts` (how many, look, word), named and with its words beneath; `width` in percent of the line."""
    spoken = "，".join(f"{word}{many}项" for many, _, word in parts)
    bar = h(
        "div",
        (h("span", many, class_=f"part {look}", style=f"flex:{many} 0 0", title=f"{word} {many}项") for many, look, word in parts),
        class_="bar", role="img", aria_label=f"{name}：{spoken}", style=f"width:{width:.1f}%",
    )  # fmt: skip
    keys = h(
        "ul", (h("li", h("i", class_=f"key {look}"), word, h("b", many)) for many, look, word in parts), class_="keys"
    )
    return h("div", h("p", name, h("b", total), class_="bar-name"), bar, keys, class_="segments")


def light_bar(rows: Sequence[Row], *, most: int) -> Markup:
    """A thin bar of lights; its length says how many there are, against the longest one."""
    lights = sentences.count_lights(rows)
    order = ("green", "yellow", "red", "grey")
    return h(
        "div",
        (h("span", class_=f"part {light}", style=f"flex:{lights[light]} 0 0") for light in order if lights[light]),
        class_="bar thin", role="img", aria_label=sentences.light_words(rows), style=f"width:{100 * len(rows) / max(most, 1):.1f}%",
    )  # fmt: skip


def goal_bar(row: Row) -> Markup | None:
    """From the base (left) to the goal (right): filled to where it is, a tick where a straight path would be.

    Lower is better or higher is better: good is to the right. Nothing is drawn without a base and a way to go.
    """
    base, goal, value = row.get("base"), row.get("goal"), row.get("value")
    if base is None or goal is None or value is None or row.get("measure") == "trend" or not _way_to_go(row):
        return None
    done = (value - base) / (goal - base)
    # the path P is what is done over what should be done by now (METHOD §2), milestones included
    expected = 100 * min(max(done / row["path"], 0), 1) if row.get("path") else None
    tick = h("i", class_="tick", style=f"left:{expected:.1f}%") if expected is not None else None
    spoken = f"从基准到目标已走完{100 * done:.0f}%" + (f"，按序时应为{expected:.0f}%" if expected is not None else "")
    fill = h("i", class_=f"fill {row['light']}", style=f"width:{100 * min(max(done, 0), 1):.1f}%")
    unit = row.get("unit")
    ends = h(
        "span",
        h("span", f"{row['base_year']}年 {sentences.figure(base, unit)}"),
        h("span", f"目标 {sentences.with_unit(sentences.rounded(goal), unit)}"),
        class_="ends",
    )
    return h(
        "span",
        h("span", fill, tick, class_="track", role="img", aria_label=spoken, title=spoken),
        ends,
        class_="goal-bar",
    )


def _way_to_go(row: Row) -> bool:
    """Whether the base does not satisfy the goal yet: else there is no way to draw (METHOD §3)."""
    ahead: float = row["goal"] - row["base"]
    if abs(ahead) <= 1e-9 * max(abs(row["goal"]), abs(row["base"]), 1e-300):
        return False
    if row["rule"] in ("at_least", "more_than"):
        return ahead > 0
    return ahead < 0 if row["rule"] in ("at_most", "less_than") else True


# words -----------------------------------------------------------------------------------------


def clause(row: Row) -> Markup:
    """The clause in its own words, and where it stands."""
    where = " ".join(part for part in (row.get("document_name"), row.get("section")) if part)
    return h("span", h("q", row["quote"]), h("small", where), class_="clause")


def lead_units(row: Row) -> str:
    return "、".join(row.get("lead") or []) or "未注明"


def facts(pairs: Iterable[tuple[str, Any]]) -> Markup:
    """Names and values, one a line; what is not known is said."""
    return h(
        "dl",
        (
            join(h("dt", name), h("dd", value if value not in (None, "") else sentences.MISSING))
            for name, value in pairs
        ),
        class_="facts",
    )
