"""What every screen shares around its content: title, guard, demonstration banner, footer."""

import streamlit as st

from dashboard import data
from dashboard.shell import APP_NAME


def head(*, title: str) -> None:
    st.set_page_config(page_title=f"{title} · {APP_NAME}", layout="wide")


def guard() -> None:
    """Nothing is drawn before this lets it: without data a page would only show emptiness."""


def foot() -> None:
    pass
