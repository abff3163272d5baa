"""A browser as the server sees it: Streamlit's protocol over a websocket, without drawing anything.

Written from what a real browser sends (BackMsg frames of Chromium) and checked with every answer: a run
counts only where the page named itself, said its headline and holds no exception.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

PATIENCE_SECONDS = 60
_HEADLINE = re.compile(r'<h1 class="headline">(.*?)</h1>', re.DOTALL)
_TARGET_LINK = re.compile(r'href="(method\?[^"]+)"')
_KEPT_RUNS = 2  # as new_session tells the browser: maxCachedMessageAge
_GOOD_ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True)
class Widget:
    """An input on the page: what it is, its value as it is sent back, what may be picked."""

    id: str
    kind: str  # selectbox, multiselect, date_input
    label: str
    value: Any
    options: tuple[str, ...]
    param: str  # the name under which the address keeps it
    of_entry: bool  # drawn by the entry script: survives a change of page


@dataclass
class Screen:
    """What a run left on the page."""

    title: str = ""
    headline: str = ""
    widgets: dict[str, Widget] = field(default_factory=dict)  # by their ids
    targets: tuple[str, ...] = ()  # addresses of the working behind a light
    elements: int = 0
    charts: int = 0


@dataclass(frozen=True)
class Answer:
    """One run as the client saw it."""

    seconds: float
    received: int  # bytes
    errors: tuple[str, ...]


@dataclass
class _Run:
    """What has been received of a run so far."""

    screen: Screen = field(default_factory=Screen)
    errors: list[str] = field(default_factory=list)
    links: dict[str, None] = field(default_factory=dict)


class Visit:
    """One tab: connected to one session from the moment it is opened until `close`."""

    def __init__(self, connection: ClientConnection, *, site: str, path: str, query: str) -> None:
        self._connection = connection
        self._site = site
        self._path = path
        self._query = dict(parse_qsl(query))
        self._kept: dict[str, tuple[int, ForwardMsg]] = {}  # messages the browser keeps: age in runs, message
        self._main_script = ""
        self._script = ""
        self.pages: dict[str, str] = {}  # address → hash of its script
        self.screen = Screen()

    @classmethod
    async def open(cls, site: str, *, path: str = "", query: str = "") -> "tuple[Visit, Answer]":
        """Open an address in a new tab; the answer is of its first run."""
        address = site.replace("http://", "ws://")
        connection = await connect(
            f"{address}/_stcore/stream", origin=site, subprotocols=["streamlit"], max_size=None, compression=None,
            open_timeout=PATIENCE_SECONDS, ping_interval=None,
        )  # fmt: skip
        visit = cls(connection, site=site, path=path, query=query)
        return visit, await visit._run(page_name=path)

    async def close(self) -> None:
        await self._connection.close()

    async def go(self, path: str) -> Answer:
        """A click on the menu. What the entry drew keeps its value; the inputs of the page that is left are gone."""
        self.screen.widgets = {id: widget for id, widget in self.screen.widgets.items() if widget.of_entry}
        answer = await self._run(script=self.pages[path])
        kept = {widget.param for widget in self.screen.widgets.values()}
        self._query = {name: value for name, value in self._query.items() if name in kept}
        self._path = path
        return answer

    async def pick(self, widget: Widget, value: Any) -> Answer:
        """A choice in one of the inputs on the page."""
        self.screen.widgets[widget.id] = Widget(**{**widget.__dict__, "value": value})
        if widget.param:
            self._query[widget.param] = ",".join(value) if isinstance(value, list) else str(value)
        answer = await self._run(script=self._script)
        shown = self.screen.widgets.get(widget.id)
        if not answer.errors and (shown is None or shown.value != value):
            return Answer(answer.seconds, answer.received, (f"{widget.label}: picked {value}, shown {shown}",))
        return answer

    async def _run(self, *, script: str = "", page_name: str = "") -> Answer:
        message = self._message(script=script, page_name=page_name)
        started = time.perf_counter()
        try:
            await self._connection.send(message.SerializeToString())
            async with asyncio.timeout(PATIENCE_SECONDS):
                received, errors = await self._receive()
        except TimeoutError:
            return Answer(time.perf_counter() - started, 0, ("no answer",))
        return Answer(time.perf_counter() - started, received, tuple(errors))

    def _message(self, *, script: str, page_name: str) -> BackMsg:
        message = BackMsg()
        run = message.rerun_script
        run.query_string = urlencode(self._query)
        run.page_script_hash, run.page_name = script, page_name
        run.cached_message_hashes.extend(self._kept)
        run.context_info.timezone, run.context_info.timezone_offset = "Asia/Shanghai", -480
        run.context_info.locale, run.context_info.color_scheme = "zh-CN", "light"
        run.context_info.url = f"{self._site}/{self._path}"
        run.context_info.is_embedded = False
        run.widget_states.SetInParent()
        for widget in self.screen.widgets.values():
            if widget.value is None:
                continue
            state = run.widget_states.widgets.add(id=widget.id)
            if isinstance(widget.value, list):
                state.string_array_value.data.extend(widget.value)
                state.string_array_value.SetInParent()
            else:
                state.string_value = str(widget.value)
        return message

    async def _receive(self) -> tuple[int, list[str]]:
        """Everything until the run has ended; bytes and errors."""
        run, received = _Run(), 0
        while True:
            data = await self._connection.recv()
            received += len(data)
            message = self._whole(data if isinstance(data, bytes) else data.encode())
            if message.WhichOneof("type") == "new_session":  # also where a run was broken off for the next one
                self._main_script, run = message.new_session.main_script_hash, _Run()
            elif message.WhichOneof("type") == "script_finished":
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    break
            else:
                self._note(message, run)
        if message.script_finished not in _GOOD_ENDS:
            run.errors.append(f"ended with {message.script_finished}")
        if not run.errors and (not run.screen.title or not run.screen.headline):
            run.errors.append(f"an empty page: title {run.screen.title!r}, {run.screen.elements} elements")
        run.screen.targets = tuple(run.links)
        self.screen = run.screen
        self._kept = {hash: (age + 1, message) for hash, (age, message) in self._kept.items() if age < _KEPT_RUNS}
        return received, run.errors

    def _note(self, message: ForwardMsg, run: "_Run") -> None:
        kind = message.WhichOneof("type")
        if kind == "navigation":
            pages = message.navigation.app_pages
            self.pages = {"" if page.is_default else page.url_pathname: page.page_script_hash for page in pages}
            self._script = message.navigation.page_script_hash
        elif kind == "page_config_changed":
            run.screen.title = message.page_config_changed.title
        elif kind == "page_info_changed":
            self._query = dict(parse_qsl(message.page_info_changed.query_string))
        elif kind == "page_not_found":
            run.errors.append(f"page not found: {message.page_not_found.page_name}")
        elif kind == "session_event" and message.session_event.HasField("script_compilation_exception"):
            run.errors.append(message.session_event.script_compilation_exception.message)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            run.screen.elements += 1
            of_entry = message.metadata.active_script_hash == self._main_script
            run.errors += see(
                message.delta.new_element, run.screen, run.links, before=self.screen.widgets, of_entry=of_entry
            )

    def _whole(self, data: bytes) -> ForwardMsg:
        """A message, or the one it refers to that this browser kept from an earlier run."""
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "ref_hash":
            _, kept = self._kept[message.ref_hash]
            self._kept[message.ref_hash] = (0, kept)
            whole = ForwardMsg()
            whole.CopyFrom(kept)
            whole.metadata.CopyFrom(message.metadata)
            return whole
        if message.metadata.cacheable:
            self._kept[message.hash] = (0, message)
        return message


def see(
    element: Element, screen: Screen, links: dict[str, None], *, before: dict[str, Widget], of_entry: bool
) -> list[str]:
    """Note on the screen what an element is, inputs with the value they had `before`; the errors it shows."""
    kind = element.WhichOneof("type")
    if kind == "exception":
        return [f"{element.exception.type}: {element.exception.message}"]
    if kind == "html":
        body = element.html.body
        found = _HEADLINE.search(body)
        if found:
            screen.headline = found.group(1)
        links |= dict.fromkeys(address.replace("&amp;", "&") for address in _TARGET_LINK.findall(body))
    elif kind == "plotly_chart":
        screen.charts += 1
    elif kind in ("selectbox", "multiselect", "date_input"):
        widget = _widget(kind, getattr(element, kind), before=before, of_entry=of_entry)
        screen.widgets[widget.id] = widget
    return []


def _widget(kind: str, shown: Any, *, before: dict[str, Widget], of_entry: bool) -> Widget:
    """The value is what the server sets, else what the browser has, else the default."""
    options = () if kind == "date_input" else tuple(shown.options)
    several = kind != "selectbox"
    if shown.set_value and several:
        value: Any = list(shown.raw_values if kind == "multiselect" else shown.value)
    elif shown.set_value:
        value = shown.raw_value if shown.HasField("raw_value") else None
    elif shown.id in before:
        value = before[shown.id].value
    elif kind == "multiselect":
        value = [options[at] for at in shown.default]
    elif kind == "date_input":
        value = list(shown.default)
    else:
        value = options[shown.default] if shown.HasField("default") else None
    return Widget(shown.id, kind, shown.label, value, options, shown.query_param_key, of_entry)
