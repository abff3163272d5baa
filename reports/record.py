"""The record that every report is made from, and its identity: the same functions as where it is frozen.

What it holds is described in docs/snapshots.md.
"""

from collections.abc import Mapping
from typing import Any

from etl.record import canonical, identity

__all__ = ["Record", "canonical", "identity"]

Record = Mapping[str, Any]
