"""The people: each opens the dashboard, and from then on does one thing every five seconds, as leaders do.

Runs as a process of its own (python -m bench.load.people …), so that its work can be told from the
server's; writes one line of JSON for each thing done.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TextIO
from urllib.parse import parse_qsl, urlencode

from bench.load.browsing import Documents
from bench.load.protocol import Answer, Visit, Widget
from tools.serving import MENU

# How often each page is chosen from the menu, against the others.
MENU_WEIGHTS = {
    "": 10, "places": 10, "indicators": 10, "documents": 8, "tasks": 8, "units": 6, "compare": 4, "upload": 3, "method": 1,
}  # fmt: skip
# Of a hundred things done: a choice on the page, a target opened, the rest the menu.
PICKS, TARGETS = 45, 8
PICKERS = ("year", "place", "indicator", "document", "unit", "status", "group")


class Person:
    """One visitor with one open tab."""

    def __init__(self, number: int, *, site: str, seed: int) -> None:
        self.number = number
        self.random = random.Random(seed * 1000 + number)
        self.site = site
        self.documents = Documents(site)
        self.visit: Visit | None = None
        self.path = ""

    async def arrive(self, path: str = "", query: str = "") -> tuple[str, Answer]:
        """A new tab, or the same one loaded anew: the document over HTTP, then a session."""
        if self.visit is not None:
            await self.visit.close()
        self.path = path
        loaded = await self.documents.load(f"{path}?{query}" if query else path)
        self.visit, answer = await Visit.open(self.site, path=path, query=query)
        return ("open target" if query else "arrive"), Answer(
            answer.seconds, answer.received + loaded.received, (*loaded.errors, *answer.errors, *self._wrong())
        )

    async def act(self) -> tuple[str, Answer]:
        """What was done, and how it went."""
        if self.visit is None:
            return await self.arrive()
        dice = self.random.uniform(0, 100)
        screen = self.visit.screen
        if dice < TARGETS and screen.targets:
            path, _, query = self.random.choice(screen.targets).partition("?")
            return await self.arrive(path, urlencode(dict(parse_qsl(query))))
        pickers = [widget for widget in screen.widgets.values() if widget.param in PICKERS and len(widget.options) > 1]
        if dice < TARGETS + PICKS and pickers:
            widget = self.random.choice(pickers)
            answer = await self.visit.pick(widget, self._other(widget))
            return f"pick {widget.param}", Answer(answer.seconds, answer.received, (*answer.errors, *self._wrong()))
        others = [path for path in MENU_WEIGHTS if path != self.path]
        self.path = self.random.choices(others, [MENU_WEIGHTS[path] for path in others])[0]
        answer = await self.visit.go(self.path)
        return "menu", Answer(answer.seconds, answer.received, (*answer.errors, *self._wrong()))

    def _other(self, widget: Widget) -> str:
        """Another option; the n-th of them is picked 1/n as often as the first, as people's favourites are."""
        others = [option for option in widget.options if option != widget.value]
        return self.random.choices(others, cum_weights=_favour(len(others)))[0]

    def _wrong(self) -> tuple[str, ...]:
        """Whether the screen is not that of the page that was asked for."""
        title = self.visit.screen.title if self.visit else ""
        return () if title.startswith(MENU[self.path]) else (f"{self.path}: the title is {title!r}",)


@cache
def _favour(count: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / nth for nth in range(1, count + 1)))


async def live(person: Person, *, every: float, first: float, until: float, out: TextIO) -> None:
    """Act about every so many seconds, counted from start to start, until the clock says so."""
    due = time.time() + first
    while due < until:
        await asyncio.sleep(max(0.0, due - time.time()))
        began = time.time()
        try:
            action, answer = await person.act()
        except Exception as problem:  # noqa: BLE001 - whatever happens to one visitor is what is counted
            action, answer = "broken", Answer(0.0, 0, (f"{type(problem).__name__}: {problem}",))
            person.visit = None
        line = {
            "at": began, "person": person.number, "page": person.path or "overview", "action": action,
            "seconds": answer.seconds, "bytes": answer.received, "errors": answer.errors,
        }  # fmt: skip
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        due = max(due + every * person.random.uniform(0.5, 1.5), time.time() + 0.2)


async def crowd(*, site: str, people: int, every: float, seconds: float, ramp: float, seed: int, out: TextIO) -> None:
    """All of them, arriving evenly over `ramp` seconds."""
    until = time.time() + seconds
    await asyncio.gather(
        *(
            live(Person(number, site=site, seed=seed), every=every, first=ramp * number / people, until=until, out=out)
            for number in range(people)
        )
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--every", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--ramp", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = vars(parser.parse_args(arguments))
    with asked.pop("out").open("w", encoding="utf-8", buffering=1) as out:
        asyncio.run(crowd(**asked, out=out))


if __name__ == "__main__":
    main()
