"""Where a command reads and writes: a terminal, or the connection over which it was handed over."""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True)
class Console:
    """`out` takes the result alone, `err` progress and what is wrong; `received` came with the command."""

    out: TextIO
    err: TextIO
    received: Mapping[str, bytes] = field(default_factory=dict)  # by path, as the command names it

    def say(self, text: object) -> None:
        """Something for the person beside the result."""
        print(text, file=self.err, flush=True)

    def read_bytes(self, path: Path) -> bytes:
        """The content of a file that the command names. Raises OSError."""
        return self.received[str(path)] if str(path) in self.received else path.read_bytes()

    @contextmanager
    def patience(self, doing: str) -> Iterator[None]:
        """Says what is being done if it takes longer than a second."""
        timer = threading.Timer(_PATIENCE_SECONDS, self.say, [f"{doing}……"])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def terminal() -> Console:
    """Standard output and error of the process itself."""
    return Console(sys.stdout, sys.stderr)
