"""What the PowerPoint and Word writers share: fonts for both scripts, and files without a clock in them."""

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

from lxml import etree

from reports.blocks import Cell, Table
from reports.lettering import ems
from reports.paper_tables import column_widths, filled_columns
from reports.seal import seal_zip
from reports.zipped import pack

SANS = "Microsoft YaHei"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_FIXED = rb"\g<1>2000-01-01T00:00:00Z\g<2>"


def finish(data: bytes, *, snapshot: str, sha256: str) -> bytes:
    """A saved Office file as the same bytes on every machine, with its mark and seal."""
    return seal_zip(pack(_members(data)), snapshot=snapshot, sha256=sha256)


def _members(data: bytes) -> dict[str, bytes]:
    """The parts of a zip-based file, dates replaced by a fixed one, embedded workbooks too."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    return {
        name: pack(_members(content)) if name.endswith(".xlsx") else _undated(name, content)
        for name, content in parts.items()
    }


def _undated(name: str, content: bytes) -> bytes:
    return _CLOCK.sub(_FIXED, content) if name == "docProps/core.xml" else content


def marked(cell: Cell) -> str:
    """The words of a cell with the symbol of its status; after a number, where – would read as a minus."""
    if cell.mark is None or cell.mark.symbol in cell.text:
        return cell.text
    return f"{cell.text} {cell.mark.symbol}" if cell.number is not None else f"{cell.mark.symbol} {cell.text}"


def fit(table: Table, *, width: float, size: float) -> tuple[Table, list[float], float]:
    """The table without its empty columns, their widths in points over the whole of `width`, and the
    size its text needs: `size`, or less where there are too many columns for it.
    """
    columns = filled_columns(table)
    kept = replace(
        table,
        columns=tuple(table.columns[at] for at in columns),
        rows=tuple(tuple(row[at] for at in columns) for row in table.rows),
    )
    # a head may break between its words and （unit）
    headed = tuple(
        replace(column, title=max(column.title, f"（{column.unit}）" if column.unit else "", key=ems))
        for column in kept.columns
    )
    widths, size = column_widths(headed, kept.rows, width=width, size=size)
    return kept, [each * width / sum(widths) for each in widths], size


def set_typeface(properties: Any, face: str = SANS) -> None:
    """Latin and East Asian typeface of a DrawingML run or default-run properties element."""
    for tag in ("latin", "ea", "cs"):
        found = properties.find(f"{{{_A}}}{tag}")
        if found is None:
            found = etree.SubElement(properties, f"{{{_A}}}{tag}")
        found.set("typeface", face)
