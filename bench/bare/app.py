"""The floor: what Streamlit and Plotly take by themselves. A blank page, and one each with 0, 1, 2, … constant charts."""

import plotly.graph_objects as go
import streamlit as st

MOST = 12


def page_with(charts: int) -> st.Page:
    def draw() -> None:
        st.title(f"{charts} charts")
        for number in range(charts):
            figure = go.Figure([go.Scatter(x=list(range(2010, 2021)), y=list(range(11)))], {"height": 300})
            st.plotly_chart(figure, key=f"chart-{number}")

    return st.Page(draw, title=f"{charts}", url_path=f"charts{charts}")


def blank() -> None:
    st.title("blank")


st.navigation([st.Page(blank, default=True), *map(page_with, range(MOST + 1))], expanded=True).run()
