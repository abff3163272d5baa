"""What calamine does not tell of an xlsx: percent formats, and formulas without a result.

A share stored as 0.873 and shown as 87.3% would be a hundredfold error; a formula that no
program has calculated holds nothing, or a placeholder zero.
"""

import posixpath
import re
import zipfile

from lxml import etree

_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_BUILT_IN_PERCENT = {9, 10}
Flags = dict[tuple[int, int], str]


def read_flags(package: zipfile.ZipFile) -> dict[str, Flags]:
    """Sheet name to the flags of its cells; empty where a part is missing or broken."""
    try:
        percent = _percent_styles(package)
        stale = _recalculates(package)
        return {
            name: _flags_of(package, part, percent=percent, stale=stale)
            for name, part in _sheet_parts(package).items()
            if part in package.namelist()
        }
    except (etree.XMLSyntaxError, KeyError, ValueError):
        return {}


def _tree(package: zipfile.ZipFile, part: str) -> etree._Element:
    return etree.fromstring(package.read(part), etree.XMLParser(**_PARSER))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    relations = {each.get("Id"): each.get("Target", "") for each in _tree(package, "xl/_rels/workbook.xml.rels")}
    parts = {}
    for sheet in _tree(package, "xl/workbook.xml").iter():
        if _local(sheet) != "sheet":
            continue
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        target = relations.get(link, "")
        joined = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        parts[sheet.get("name", "")] = posixpath.normpath(joined)
    return parts


def _recalculates(package: zipfile.ZipFile) -> bool:
    """Whether the writing program left every formula to be calculated on opening."""
    return any(
        _local(each) == "calcPr" and each.get("fullCalcOnLoad") in {"1", "true"}
        for each in _tree(package, "xl/workbook.xml").iter()
    )


def _percent_styles(package: zipfile.ZipFile) -> set[str]:
    """Positions in cellXfs whose number format shows a share as percent."""
    if "xl/styles.xml" not in package.namelist():
        return set()
    root = _tree(package, "xl/styles.xml")
    percent = set(_BUILT_IN_PERCENT)
    for each in root.iter():
        if _local(each) == "numFmt" and "%" in re.sub(r'"[^"]*"|\\.', "", each.get("formatCode", "")):
            percent.add(int(each.get("numFmtId", "-1")))
    for each in root:
        if _local(each) == "cellXfs":
            formats = [int(xf.get("numFmtId", "0")) for xf in each]
            return {str(place) for place, number in enumerate(formats) if number in percent}
    return set()


def _flags_of(package: zipfile.ZipFile, part: str, *, percent: set[str], stale: bool) -> Flags:
    raw_has_formulas = b"<f" in package.read(part) or b":f" in package.read(part)
    if not percent and not raw_has_formulas:
        return {}
    flags: Flags = {}
    with package.open(part) as stream:
        for _, cell in etree.iterparse(stream, tag="{*}c", **_PARSER):
            flag = _flag_of(cell, percent=percent, stale=stale)
            position = _position(cell.get("r", ""))
            if flag and position:
                flags[position] = flag
            cell.clear()
    return flags


def _flag_of(cell: etree._Element, *, percent: set[str], stale: bool) -> str | None:
    inner = {_local(each): each for each in cell}
    if "f" in inner:
        value = inner.get("v")
        if value is None or not (value.text or "").strip() or stale:
            return "no_result"
    if "v" in inner and cell.get("s") in percent and cell.get("t", "n") in {"n", ""}:
        return "percent"
    return "formula" if "f" in inner else None


def _position(reference: str) -> tuple[int, int] | None:
    found = _REFERENCE.match(reference)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1
