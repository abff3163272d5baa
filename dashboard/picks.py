"""What people pick, kept in the address: a link opens the same view, F5 keeps it.

The year is picked once for all screens (the entry draws it), the rest on the page it belongs to.
Addresses hold the words people see (place=南昌市); what is not on the list is ignored.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import questions
from dashboard.ask import Row
from dashboard.kept import kept
from etl.clock import china_now

NO_YEARS = "还没有可以判断的年份：把年度数据文件放进 data/yearly/ 后重新入库（python -m etl build），这里就会有内容。"


class EndOfPage(Exception):
    """Raised by a page that has said all there is to say: the entry goes on to the footer."""


_KEYS, _PAGE = "picks.keys", "picks.page"
_DAY_OF = "picks.day-of"  # the year that the day on the screen belongs to
_FIRST_DAY = date(2010, 1, 1)


def arrive(page: str) -> None:
    """Forget what was picked on the page that is left: its widgets are gone, and its words may not fit here."""
    if st.session_state.get(_PAGE) != page:
        for key in st.session_state.get(_KEYS, set()):
            st.session_state.pop(key, None)
        st.session_state[_KEYS], st.session_state[_PAGE] = set(), page


def year_bar() -> None:
    """The year that every screen looks from, drawn by the entry so that it survives a change of page."""
    years = questions.years()
    if years:
        _open_on("year", years[0], years)
        with st.container(key="year-bar"):
            st.selectbox(
                "站在某年看", years, index=None, required=True, key="year", bind="query-params", width=216, filter_mode=None,
                help="只用到这一年为止已有的数据，按这一年的情形判断。",
            )  # fmt: skip


def _open_on(key: str, first: Any, options: Sequence[Any]) -> None:
    """What a pick shows until somebody picks and no address says otherwise.

    Not the widget's own default: Streamlit takes that out of the address, so that a link naming it
    would change under the reader, need two steps back, and open another view once the data grows.
    """
    asked = st.query_params.get(key)
    if st.session_state.get(key) not in options and asked not in [str(option) for option in options]:
        st.session_state[key] = first


def year() -> int:
    """The year picked; stops the page with a sentence where there is none to pick."""
    if "year" not in st.session_state:
        st.title("还没有数据")
        st.write(NO_YEARS)
        raise EndOfPage
    return int(st.session_state["year"])


def day_of(year: int) -> date:
    """The day from which tasks are seen where nobody picks one: today from the latest year, the last day of an earlier one."""
    today = china_now().date()
    return today if year >= max(questions.years(), default=year) else date(year, 12, 31)


def day(year: int) -> date:
    """The day from which tasks are seen, kept in the address; another year in the year bar moves it."""
    today = china_now().date()
    moved = st.session_state.setdefault(_DAY_OF, year) != year
    named = st.session_state.get("day") is not None or _is_day(st.query_params.get("day"), until=today)
    if moved or not named:
        st.session_state["day"] = day_of(year)
    st.session_state[_DAY_OF] = year
    st.session_state[_KEYS] |= {"day", _DAY_OF}
    picked = st.date_input(
        "看到哪一天", value=None, min_value=_FIRST_DAY, max_value=today, key="day", format="YYYY-MM-DD", required=True,
        bind="query-params", width=200, help="只用到这一天为止的报告，按这一天判断到期和逾期。",
    )  # fmt: skip
    return picked or day_of(year)


def _is_day(text: str | None, *, until: date) -> bool:
    try:
        return text is not None and _FIRST_DAY <= date.fromisoformat(text) <= until
    except ValueError:
        return False


def one(
    label: str, rows: Sequence[Row], *, key: str, preferred: Callable[[Row], int] | None = None, width: int = 300
) -> Row | None:
    """One of `rows` by its `label`; until somebody picks, the first of those most `preferred`. None where there are no rows."""
    if not rows:
        return None
    by_label = kept(_by_label, rows)
    labels = list(by_label)
    first = max(range(len(rows)), key=lambda at: preferred(rows[at])) if preferred else 0
    _open_on(key, labels[first], labels)
    st.session_state[_KEYS].add(key)
    picked = st.selectbox(label, labels, index=None, required=True, key=key, bind="query-params", width=width)
    return by_label[picked or labels[first]]


def _by_label(rows: Sequence[Row]) -> dict[str, Row]:
    return {row["label"]: row for row in rows}


def one_or_all(label: str, words: Iterable[str], *, key: str) -> str | None:
    """One of `words`, or None for all of them."""
    return st.selectbox(
        label, sorted(set(words)), index=None, key=key, bind="query-params", placeholder="全部", width=240
    )


def several(
    label: str, rows: Sequence[Row], *, key: str, first: Sequence[Row] = (), most: int | None = None
) -> list[Row]:
    """Any of `rows` by their labels."""
    by_label = kept(_by_label, rows)
    picked = st.multiselect(
        label, list(by_label), default=[row["label"] for row in first], key=key, bind="query-params",
        max_selections=most, placeholder="可多选", select_all=False, width=320,
    )  # fmt: skip
    return [by_label[name] for name in picked]


@lru_cache(maxsize=1 << 14)
def link(page: str, **picked: Any) -> str:
    """The address of a page with these picks; relative, so that it holds below any prefix."""
    query = urlencode({name: value for name, value in picked.items() if value is not None})
    return f"{page}?{query}" if query else page
