"""A snapshot on the screen: the real pages, the files to take along, what changed since, the list of all."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import streamlit as st

from dashboard import data, pieces, turns, visitor
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.tables import Column, table
from etl.access import Person
from etl.freeze import Choice, choice_of, freeze
from etl.snapshots import Kept, keep, listing, load
from reports import blocks
from reports.compare import compare, headline, sections
from reports.export import FORMATS, charts_of, export, file_name, picture, preview
from reports.record import canonical, identity
from reports.story import NAMES, tell

Record = Mapping[str, Any]

TODAY = "现在的数据"
_FIRST_PAGES = 4  # shown at once; the others fold out
_MOST_COMPARED = 200


def present(choice: Choice) -> Record:
    """What a choice shows at this moment, from memory while the data has not changed.

    Raises etl.freeze.NothingToFreeze.
    """
    store = data.store()
    with turns.long_work("正在取数……"):
        return _present(store.url, store.version(), choice)


@lru_cache(maxsize=4)
def _present(_url: str, _version: int, choice: Choice) -> Record:
    return freeze(data.store(), choice)


@lru_cache(maxsize=4)
def opened(snapshot: str) -> Record:
    """A kept snapshot. Raises etl.snapshots.UnknownSnapshot."""
    return load(data.store(), snapshot)


@lru_cache(maxsize=8)
def _pages(content: bytes) -> tuple[bytes, ...]:
    """The pages of a record, given as its canonical bytes: a key that says everything."""
    return tuple(preview(json.loads(content)))


def kept() -> list[Kept]:
    return listing(data.store())


def freeze_now(record: Record, by: Person) -> None:
    """Keep a record and open it; the same state again is the same snapshot.

    Not a callback: that would get the record drawn before the words typed last.
    """
    st.session_state["frozen"] = keep(data.store(), record, by=by)
    st.rerun()


def open_frozen() -> None:
    """Pick the snapshot just frozen; before its picker is drawn."""
    if "frozen" in st.session_state:
        st.session_state["snapshot"] = st.session_state.pop("frozen")


# on the screen -----------------------------------------------------------------------------------


def show_pages(record: Record) -> None:
    """The pages as they will be printed."""
    with turns.long_work("正在排版……"):
        pages = _pages(canonical(record))
    st.caption(f"打印出来就是这{len(pages)}页（PDF）；演示文稿、通报稿、工作簿和网页用同一份记录。")
    _row_of_pages(pages[:_FIRST_PAGES], first=1, total=len(pages))
    if pages[_FIRST_PAGES:]:
        with st.expander(f"其余{len(pages) - _FIRST_PAGES}页"):
            _row_of_pages(pages[_FIRST_PAGES:], first=_FIRST_PAGES + 1, total=len(pages))


def _row_of_pages(pages: Sequence[bytes], *, first: int, total: int) -> None:
    for at in range(0, len(pages), 2):
        for column, (number, page) in zip(st.columns(2), list(enumerate(pages, first))[at : at + 2], strict=False):
            with column.container(border=True):  # a white page on a white screen
                st.image(page, caption=f"第{number}页，共{total}页", width="stretch")


def show_downloads(record: Record) -> None:
    """A button a format; the file is made when it is pressed."""
    snapshot, _ = identity(record)
    with st.container(horizontal=True):
        for form, entry in FORMATS.items():
            st.download_button(
                entry.name,
                data=visitor.taking(f"{snapshot} {entry.name}", partial(export, record, form)),
                file_name=file_name(record, form, snapshot=snapshot),
                mime=entry.mime,
                on_click="ignore",
                key=f"take-{form}",
            )


def show_pictures(record: Record) -> None:
    """Any single chart at print size."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = st.selectbox("单张图", charts_of(record), key="chart", width=480)
        if title:
            st.download_button(
                "下载这张图（PNG）",
                data=visitor.taking(f"{identity(record)[0]} {title}", partial(picture, record, title)),
                file_name=f"图_{identity(record)[0]}.png",
                mime="image/png",
                on_click="ignore",
                key="take-chart",
            )


def about(record: Record, line: Kept) -> Markup:
    """What the record is: its id and hash, who froze it and when, what it covers."""
    told = tell(record)
    choice = record["choice"]
    parts = (
        ("编号", line.snapshot),
        ("内容的SHA-256", line.sha256),
        ("冻结", f"{line.frozen_at:%Y-%m-%d %H:%M}" + (f"，{line.person}" if line.person else "")),
        ("用途", NAMES[choice["audience"]]),
        ("会议", "，".join(part for part in (told.meeting, told.date, told.issuer) if part)),
        ("数据", told.cutoff),
    )
    return h("dl", ((h("dt", name), h("dd", text)) for name, text in parts if text), class_="facts")


def show_comparison(earlier: Record, later: Record, *, later_name: str) -> None:
    """What changed between two records, and why."""
    found = compare(earlier, later)
    pieces.draw(h("p", headline(found, later_name=later_name), class_="lead"))
    if not found.same:
        pieces.draw(*(_block(block) for part in sections(found, later_name=later_name) for block in part.blocks))


def today_of(record: Record) -> Record:
    """The same choice, frozen at this moment."""
    return present(choice_of(record))


def _block(block: blocks.Block) -> Markup | None:
    if isinstance(block, blocks.Paragraph):
        return h("p", block.text)
    if isinstance(block, blocks.Table):
        columns = [
            Column(column.title, partial(_cell, at=at), number=column.align == "right")
            for at, column in enumerate(block.columns)
        ]
        return join(pieces.section(block.title), table(block.rows, columns, caption=block.title, most=_MOST_COMPARED))
    return None


def _cell(row: Sequence[blocks.Cell], at: int) -> Markup | str:
    cell = row[at]
    if cell.mark is None:
        return cell.text
    symbol = h("span", cell.mark.symbol, class_="symbol", aria_hidden="true")
    return h("span", symbol, cell.mark.word, class_=f"mark {cell.mark.light}")


def all_kept(lines: Sequence[Kept]) -> Markup:
    """Every snapshot, the newest first."""
    if not lines:
        return pieces.empty(
            "还没有存下的快照。选好内容，预览满意后点“冻结”，它就列在这里，以后随时可以原样打开、再次导出。"
        )
    columns = [
        Column("编号", lambda line: h("a", line.snapshot, href=link("snapshots", snapshot=line.snapshot))),
        Column("标题", lambda line: line.title),
        Column("冻结时间", lambda line: f"{line.frozen_at:%Y-%m-%d %H:%M}"),
        Column("经办人", lambda line: line.person or "", optional=True),
    ]
    return table(lines, columns, caption="全部快照")
