"""Who is in front of the screen: the one user of this computer, or somebody signed in."""

import streamlit as st

from etl.access import LOCAL, Person

_LONGEST_NAME = 20


def current() -> Person:
    """Whoever acts in this run."""
    return LOCAL


def ask_name(*, help: str = "写进发布记录；没有登录时由您自己填写。") -> Person:
    """Whoever acts, with the name that is typed here where nobody signs in."""
    by = current()
    if by.account:
        st.text_input("经办人", value=by.name, disabled=True)
        return by
    return by.signing(st.text_input("经办人", max_chars=_LONGEST_NAME, help=help))
