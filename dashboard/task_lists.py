"""Tasks as marks and lists: the bar of heaps, what needs attention, what is due, what waits to be closed, totals as published."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard import pieces
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from etl import task_sentences as sentences
from etl.words import read_words

# How each heap of words.toml looks in the bar; those not done by anybody's word are hatched or hollow.
_LOOKS = {
    "closed": "green", "done": "reported", "overdue": "red", "unreported": "unknown", "due_soon": "yellow",
    "not_due": "ahead", "standing": "awaiting",
}  # fmt: skip


# marks -------------------------------------------------------------------------------------------


def mark_of(state: str, *, contested: bool = False) -> Markup:
    """Colour, symbol and word of a state; a finding that is no state of its own lies over it."""
    words = read_words()
    entry = words.tasks[state]
    over = h("em", words.overlays["contested"]) if contested and state != "found_undone" else None
    return h(
        "span",
        h("span", entry.symbol, class_="symbol", aria_hidden="true"),
        entry.word,
        over,
        class_=f"mark {entry.light}",
    )


def mark(row: Row) -> Markup:
    return mark_of(row["state"], contested=bool(row["contested"]))


def address(row: Row, *, year: int, day: date) -> str:
    """The task's own view, as seen on the same day."""
    return link("tasks", task=row["task"], year=year, day=day.isoformat())


def mark_link(row: Row, *, year: int, day: date) -> Markup:
    """The mark as a link to the task's own view."""
    return h("a", mark(row), href=address(row, year=year, day=day), class_="to-working", title="看步骤、报告和佐证")


def name_link(row: Row, *, year: int, day: date) -> Markup:
    return h("a", sentences.name_of(row), href=address(row, year=year, day=day))


def clause(row: Row) -> Markup:
    """The clause in its own words, and where it stands."""
    where = " ".join(part for part in (row["document_name"], row["section"]) if part)
    return h("span", h("q", row["quote"]) if row["quote"] else None, h("small", where), class_="clause")


# the bar -----------------------------------------------------------------------------------------


def heaps_bar(rows: Sequence[Row]) -> Markup | None:
    """All whole tasks in one bar of heaps, each with symbol, word and number."""
    counts, words = sentences.count(rows), read_words().task_heaps
    shown = [(counts[heap], _LOOKS[heap], f"{words[heap]['symbol']} {words[heap]['word']}") for heap in words]
    total = sum(counts.values())
    if not total:
        return None
    bar = pieces.segments("任务", f" {total}项", [part for part in shown if part[0]])
    return h("div", bar, class_="segmented")


# lists -------------------------------------------------------------------------------------------


def _list(rows: Sequence[Row], item: Any, *, most: int, more: str) -> Markup:
    """The first `most` rows, the rest folded."""
    rest = rows[most:]
    return join(
        h("ol", (item(row) for row in rows[:most]), class_="attention"),
        h("details", h("summary", more.format(len(rest))), h("ol", (item(row) for row in rest), class_="attention"))
        if rest
        else None,
    )


def of_document(rows: Sequence[Row], document: str) -> list[Row]:
    return [row for row in rows if row["document"] == document]


def of_place(rows: Sequence[Row], label: str) -> list[Row]:
    """Tasks and steps given to a place itself."""
    return [row for row in rows if row["place_label"] == label]


def attention(rows: Sequence[Row], *, year: int, day: date, most: int = 8) -> Markup:
    """What was found undone, came back, is late or behind: state, task, who says so, clause and lead."""
    found = sentences.needs_attention(rows)
    if not found:
        return pieces.empty(
            f"到{sentences.day_words(day)}，没有督察认定不实、反弹、报告后仍逾期的任务。从未报告的不在其中，另列。"
        )
    return _list(found, lambda row: _item(row, year=year, day=day), most=most, more="其余{}项")


def _item(row: Row, *, year: int, day: date, brief: bool = False) -> Markup:
    said = sentences.who_says(row)
    return h(
        "li",
        h(
            "div",
            mark_link(row, year=year, day=day),
            h("strong", sentences.name_of(row)),
            h("span", row["place_name"] or "", class_="where"),
            class_="first",
        ),
        h("p", said, class_="reason") if said else None,
        None
        if brief
        else h("p", clause(row), h("span", f"牵头：{pieces.lead_units(row)}", class_="units"), class_="quiet"),
    )


def sentence(rows: Sequence[Row], *, year: int, day: date) -> Markup | None:
    """For a screen about something else: how the tasks stand, in a sentence that leads to them."""
    if not sentences.tasks_only(rows):
        return None
    said = sentences.headline(rows, day=day)
    return h(
        "p", said, "。", h("a", "看全部任务", href=link("tasks", year=year, day=day.isoformat())), class_="tasks-line"
    )


def brief(rows: Sequence[Row], *, year: int, day: date, most: int = 3) -> Markup | None:
    """The few tasks that need attention most, a line and who says so each; None where there are no tasks at all."""
    if not sentences.tasks_only(rows):
        return None
    found = sentences.needs_attention(rows)
    rest = len(found) - most
    more = (
        h("p", h("a", f"其余{rest}项见任务", href=link("tasks", year=year, day=day.isoformat()))) if rest > 0 else None
    )
    return join(
        pieces.section("需要关注的任务", f"看到{sentences.day_words(day)}"),
        h("ol", (_item(row, year=year, day=day, brief=True) for row in found[:most]), class_="attention")
        if found
        else pieces.empty("没有督察认定不实、反弹或报告后仍逾期的任务。"),
        more,
    )


def note(rows: Sequence[Row], *, day: date) -> str:
    """Beside a heading: how many, how they stand, as seen on which day."""
    whole = sentences.tasks_only(rows)
    seen = f"看到{sentences.day_words(day)}"
    return f"{len(whole)}项，{sentences.outcome(whole)}；{seen}" if whole else seen


def unreported(rows: Sequence[Row], *, year: int, day: date) -> Markup | None:
    """How many are overdue and were never reported on, document by document: the reports somebody owes."""
    owed = sentences.tasks_only(sentences.unreported(rows))
    if not owed:
        return None
    word = read_words().tasks["overdue_unreported"].word
    documents = dict.fromkeys((row["document_label"], row["document_name"]) for row in rows)
    counted = [(label, name, sum(row["document_label"] == label for row in owed)) for label, name in documents]
    links = (
        h("a", f"{name}{many}项", href=link("tasks", document=label, state=word, year=year, day=day.isoformat()))
        for label, name, many in counted
        if many
    )
    return h("p", f"另有{len(owed)}项已逾期而从未见到报告：", links, class_="quiet each")


def coming(rows: Sequence[Row], *, year: int, day: date, days: int = 90) -> Markup:
    """Tasks and steps due within `days`, the nearest first."""
    found = sentences.due_within(rows, days=days)
    if not found:
        return pieces.empty(f"{sentences.day_words(day)}起{days}天内没有到期的任务或步骤。")
    return h("ul", (_dated(row, sentences.days_words(row), year=year, day=day) for row in found), class_="plain")


def waiting(rows: Sequence[Row], *, year: int, day: date, most: int = 8) -> Markup:
    """Reported done, and nobody else has closed it yet; the longest waiting first."""
    found = sentences.waiting_to_close(rows)
    if not found:
        return pieces.empty("没有报告完成而等待销号的任务。")

    def item(row: Row) -> Markup:
        waited = (day - row["done_on"]).days
        since = f"已等{sentences.length_words(waited)}" if waited else "今天报告"
        return _dated(row, f"{sentences.who_says(row)}，{since}", year=year, day=day)

    rest = found[most:]
    folded = (
        h("details", h("summary", f"其余{len(rest)}项"), h("ul", map(item, rest), class_="plain")) if rest else None
    )
    return join(h("ul", map(item, found[:most]), class_="plain"), folded)


def _dated(row: Row, words: str, *, year: int, day: date) -> Markup:
    lead = f"{sentences.due_words(row)}　牵头：{pieces.lead_units(row)}"
    return h(
        "li",
        h("div", mark_link(row, year=year, day=day), " ", h("strong", sentences.name_of(row)), class_="first"),
        h("p", words) if words else None,
        h("p", lead, class_="quiet"),
    )


def totals(rows: Sequence[Row]) -> Markup:
    """Totals published for many tasks: the words, who said them, where; never spread over the tasks."""
    if not rows:
        return pieces.empty("没有对许多任务一并公布的合计。")
    return h("ul", map(_total, rows), class_="plain")


def _total(row: Row) -> Markup:
    words = read_words()
    said = words.overlays.get(f"reported_{row['state']}") or f"据报{words.task_reports[row['state']]}"
    where = "　".join(dict.fromkeys(part for part in (row["document_name"], row["place_name"], row["unit"]) if part))
    behind = "　".join(part for part in (row["source"], row["evidence"], row["note"]) if part)
    return h(
        "li",
        h("div", h("strong", said), h("span", sentences.day_words(row["stated_on"])), h("span", where, class_="where"),
          class_="first"),
        h("p", h("q", row["text"])),
        h("p", behind, class_="quiet") if behind else None,
    )  # fmt: skip
