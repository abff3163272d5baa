"""A frozen record and its identity: plain JSON values, one way to write them, one hash.

The record holds everything shown and nothing of the clock; its keys are listed in etl/freeze.py.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Record = Mapping[str, Any]


def canonical(record: Record) -> bytes:
    """The record as UTF-8 JSON with sorted keys: equal records give equal bytes.

    Raises ValueError for NaN or infinity, TypeError for a value JSON does not have.
    """
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def identity(record: Record) -> tuple[str, str]:
    """The id people quote ("S" and the first 12 digits) and the whole SHA-256 of the content."""
    sha256 = hashlib.sha256(canonical(record)).hexdigest()
    return f"S{sha256[:12]}", sha256
