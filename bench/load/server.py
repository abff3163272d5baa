"""The dashboard as app.py starts it, each run under a clock; or without the remedies named in LOAD_WITHOUT.

    LOAD_RUNS=FILE [LOAD_WITHOUT=freeze,turns…] streamlit run bench/load/server.py

Only for measuring: what is switched off here cannot be switched off in the product.
"""

import functools
import gc
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402  after the path
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner  # noqa: E402

from bench.load import REMEDIES  # noqa: E402
from dashboard import foresight, kept, server, turns  # noqa: E402
from dashboard.house_rules import for_streamlit, start  # noqa: E402

WITHOUT = set(filter(None, os.environ.get("LOAD_WITHOUT", "").split(",")))
if WITHOUT - set(REMEDIES):
    raise SystemExit(f"unknown remedies: {WITHOUT - set(REMEDIES)}")


def clock_runs(path: str) -> None:
    """Write wall and processor seconds of every run of a script to `path`, as the server sees it: one line each."""
    out = Path(path).open("w", encoding="utf-8", buffering=1)  # noqa: SIM115 - open as long as the server
    plain: Any = ScriptRunner._run_script

    @functools.wraps(plain)
    def clocked(self: Any, rerun_data: Any) -> None:
        began, wall, worked = time.time(), time.perf_counter(), time.thread_time()
        plain(self, rerun_data)
        out.write(f"{began:.3f} {time.perf_counter() - wall:.6f} {time.thread_time() - worked:.6f}\n")

    ScriptRunner._run_script = clocked


def forget() -> None:
    """Every answer is asked for, and every piece of markup made, anew."""
    kept.Shelf._put = lambda *_: []  # type: ignore[method-assign]


clock_runs(os.environ.get("LOAD_RUNS", os.devnull))
if "freeze" in WITHOUT:
    gc.freeze = lambda: None
if "thresholds" in WITHOUT:
    server.COLLECTS_AFTER = gc.get_threshold()
if "foresight" in WITHOUT:
    foresight.settle_all = lambda *_: None
if "warm-up" in WITHOUT:
    server.warm_up = lambda: None
if "caches" in WITHOUT:
    forget()
if "turns" in WITHOUT:
    turns._turns = turns._questions = threading.BoundedSemaphore(1000)
    server.SLICE_SECONDS = sys.getswitchinterval()
settings = start()
layers = server.middleware(settings)
if "compression" in WITHOUT:
    layers = [layer for layer in layers if layer.cls is not server.CompressedAssets]
app = st.App(
    ROOT / "dashboard" / "entry.py",
    lifespan=server.lifespan,
    middleware=layers,
    routes=server.routes(),
    secrets=for_streamlit(settings),
)
