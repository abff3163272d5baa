"""A frozen record's identity: one way to write it down, one hash."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(record: Mapping[str, Any]) -> bytes:
    """The record as UTF-8 JSON with sorted keys: equal records give equal bytes.

    Raises ValueError for NaN or infinity, TypeError for a value JSON does not have.
    """
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def identity(record: Mapping[str, Any]) -> tuple[str, str]:
    """The id people quote ("S" and the first 12 digits) and the whole SHA-256 of the content."""
    return identity_of(canonical(record))


def identity_of(content: bytes) -> tuple[str, str]:
    """The same from the canonical bytes."""
    sha256 = hashlib.sha256(content).hexdigest()
    return f"S{sha256[:12]}", sha256
