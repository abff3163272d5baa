"""The floor: what Streamlit and Plotly take by themselves. A blank page, and ?charts=N with N constant charts."""

import plotly.graph_objects as go
import streamlit as st


def blank() -> None:
    st.title("空白")


def charts() -> None:
    st.title("图")
    for number in range(int(st.query_params.get("charts", "1"))):
        figure = go.Figure([go.Scatter(x=list(range(2010, 2021)), y=list(range(11)))], {"height": 300})
        st.plotly_chart(figure, key=f"chart-{number}")


st.navigation(
    [
        st.Page(blank, title="空白", url_path="blank", default=True),
        st.Page(charts, title="图", url_path="charts"),
    ],
    position="top",
).run()
