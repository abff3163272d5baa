"""Processes that a test starts, lets speak and kills: forked from a server that has imported everything."""

import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any

_context = multiprocessing.get_context("forkserver" if os.name != "nt" else "spawn")
_context.set_forkserver_preload(["tests.test_crash", "tests.test_lake"])


def start(target: Callable[..., None], *args: Any) -> tuple[BaseProcess, Connection]:
    """Run target(*args, said) in a process of its own; what it sends through `said` arrives here, until it ends."""
    here, there = _context.Pipe()
    process = _context.Process(target=target, args=(*args, there))  # type: ignore[attr-defined]
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")  # a drawn page leaves itself here, and would be drawn again there
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main
    there.close()
    return process, here
