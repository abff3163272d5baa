"""Files as received, kept small: DuckDB writes long bytes as they are, and all of them again with every checkpoint."""

import pyarrow as pa

ZSTD = "zstd"


def packed(data: bytes) -> tuple[bytes, str]:
    """The bytes to store, and how they are packed: to be kept beside them."""
    small: bytes = pa.compress(data, codec=ZSTD, asbytes=True)
    return (small, ZSTD) if len(small) < len(data) else (data, "")


def unpacked(stored: bytes, packing: str | None) -> bytes:
    """The bytes as received; older programs packed none and left `packing` null."""
    if not packing:
        return bytes(stored)
    with pa.CompressedInputStream(pa.BufferReader(stored), packing) as plain:
        data: bytes = plain.read()
    return data
