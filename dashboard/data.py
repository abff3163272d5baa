"""The database as the screens see it: opened once for the process, built when it is not there.

The process that runs the screens is the only one that holds the file; loading runs in it too.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import streamlit as st

from etl.build import DEFINITIONS, SHIPPED_ASSIGNED, SHIPPED_REPORTS, SHIPPED_STATEMENTS, YEARLY, build
from etl.facts import IN_REGISTER
from etl.store import ENVIRONMENT_NAME, Store, open_store


@dataclass(frozen=True)
class Edition:
    """Which data a screen shows: what its footer says."""

    demo: bool
    last_year: int | None  # the latest year with a published figure
    last_release: str | None
    last_release_at: datetime | None
    register: str  # the first characters of the register's sha256
    method: str


@st.cache_resource(show_spinner=False)
def _opened(url: str | None) -> Store:
    opened = open_store(url)
    if opened.version() == 0:  # a new database: nothing was ever loaded into it
        build(
            opened, definitions=DEFINITIONS, yearly=YEARLY, statements=SHIPPED_STATEMENTS, assigned=SHIPPED_ASSIGNED,
            reports=SHIPPED_REPORTS,
        )  # fmt: skip
    return opened


def store() -> Store:
    """The database named in MONITOR_STORE, else the default one; one for all threads.

    A new one is filled from the files that come with the project.
    Raises etl.store.StoreError or etl.problem.Refused, whose text is for people.
    """
    return _opened(os.environ.get(ENVIRONMENT_NAME))


def edition() -> Edition:
    """What is loaded at this moment."""
    return _edition(store(), version=store().version())


@lru_cache(maxsize=2)
def _edition(opened: Store, *, version: int) -> Edition:  # noqa: ARG001 - part of the key: grows with every change
    settings = dict(opened.rows("select name, value from setting"))
    (last_year,) = opened.rows(f"select max(last_year) from holding where {IN_REGISTER}")[0]
    releases = opened.rows(
        "select release, published_at from release where release not in (select release from withdrawal) order by seq desc limit 1"
    )
    release, published_at = releases[0] if releases else (None, None)
    return Edition(
        demo=opened.is_demo(),
        last_year=last_year,
        last_release=release,
        last_release_at=published_at,
        register=(settings.get("register_hash") or "")[:8],
        method=settings.get("method_version") or "",
    )
