"""Starts the server; every screen begins in dashboard/entry.py.

    streamlit run app.py                            the address is in .streamlit/config.toml
    MONITOR_STORE=duckdb:PATH streamlit run app.py  another database

A launcher of its own, because beside a pages/ folder a link straight to a page would otherwise
run that page without the entry script: no menu, no guard (docs/decisions/0002-frame.md). Who may
come in is in settings.toml (docs/operations.md); without it only this computer may.
"""

import streamlit as st

from dashboard.house_rules import for_streamlit, start
from dashboard.server import lifespan, middleware, routes

settings = start()
app = st.App(
    "dashboard/entry.py",
    lifespan=lifespan,
    middleware=middleware(settings),
    routes=routes(),
    secrets=for_streamlit(settings),
)
