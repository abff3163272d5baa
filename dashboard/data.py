"""The database as the screens see it: opened once for the process, built when it is not there.

This process alone holds the file; loading runs in it too.
"""

import os
from dataclasses import dataclass

import streamlit as st

from etl.store import Store, open_store


@st.cache_resource(show_spinner=False)
def _opened(url: str | None) -> Store:
    return open_store(url)


def store() -> Store:
    """The database of MONITOR_STORE, else the default one. Safe in any thread."""
    return _opened(os.environ.get("MONITOR_STORE"))


def open_data() -> None:
    store()
