"""HTML called .xls, and Excel's own XML of 2003: tables out of markup, spans as merged cells."""

from lxml import etree
from lxml import html as lxml_html

from etl.recognise.delimited import decode
from etl.recognise.opened import NotOpened, Opened, trimmed

_MOST_SPAN = 1000
_SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"


def open_html(data: bytes) -> list[Opened]:
    """Every table with more than one cell is a sheet, with the heading above it."""
    try:
        root = lxml_html.fromstring(_without_declaration(decode(data)))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise NotOpened("这个网页文件读不出内容。请在 Excel 中打开，另存为 xlsx 后再上传。") from None
    tables = [table for table in root.iter("table") if not list(table.iterdescendants("table"))]
    sheets: list[Opened] = []
    for table in tables:
        rows, merged = _html_rows(table)
        if sum(1 for row in rows for cell in row if cell) > 1:
            sheets.append(Opened(f"表{len(sheets) + 1}", trimmed(rows), merged, heading=_heading(table)))
    if not sheets:
        raise NotOpened("这个网页文件里没有表格。请上传 xlsx、xls 或 csv 文件。")
    return sheets


def _heading(table: lxml_html.HtmlElement) -> str:
    """The table's caption, or the page's nearest heading above it."""
    caption = table.find("caption")
    if caption is not None:
        return _cell_text(caption)
    above = table.xpath("(preceding::*[self::h1 or self::h2 or self::h3 or self::h4 or self::title])[last()]")
    return _cell_text(above[0])[:200] if above else ""


def _without_declaration(text: str) -> str:
    """Lxml refuses text that still names an encoding."""
    if text.lstrip().startswith("<?xml"):
        return text[text.find("?>") + 2 :]
    return text


def _html_rows(table: lxml_html.HtmlElement) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    rows: list[list[str]] = []
    merged: list[tuple[int, int, int, int]] = []
    taken: dict[tuple[int, int], bool] = {}
    for number, row in enumerate(table.iter("tr")):
        contents: list[str] = []
        column = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while (number, column) in taken:
                column += 1
            across, down = _span(cell.get("colspan")), _span(cell.get("rowspan"))
            for below in range(down):
                for beside in range(across):
                    taken[(number + below, column + beside)] = True
            if across > 1 or down > 1:
                merged.append((number, column, number + down - 1, column + across - 1))
            contents.extend([""] * (column - len(contents)))
            contents.append(_cell_text(cell))
            column += across
        rows.append(contents)
    return rows, merged


def _cell_text(cell: lxml_html.HtmlElement) -> str:
    for line_break in cell.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    lines = [" ".join(line.split()) for line in cell.text_content().split("\n")]
    return "\n".join(line for line in lines if line)


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPAN) if text and text.strip().isdigit() else 1


def open_spreadsheet_xml(data: bytes) -> list[Opened]:
    """The sheets of Excel's XML of 2003; entity declarations are refused."""
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data:
        raise NotOpened("文件里含有外部实体声明，不能安全打开。请另存为 xlsx 后再试。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(data, parser)
    if root is None:
        raise NotOpened("这个 xml 表格已损坏，打不开。请另存为 xlsx 后再试。")
    return [_xml_sheet(sheet, number) for number, sheet in enumerate(root.iter(f"{_SPREADSHEET}Worksheet"), 1)]


def _xml_sheet(sheet: etree._Element, number: int) -> Opened:
    rows: list[list[str | float]] = []
    merged: list[tuple[int, int, int, int]] = []
    for row in sheet.iter(f"{_SPREADSHEET}Row"):
        _fill(rows, _index(row, len(rows)))
        contents: list[str | float] = []
        for cell in row.iter(f"{_SPREADSHEET}Cell"):
            _fill_cells(contents, _index(cell, len(contents)))
            across, down = _extent(cell, "MergeAcross"), _extent(cell, "MergeDown")
            if across or down:
                merged.append((len(rows), len(contents), len(rows) + down, len(contents) + across))
            contents.append(_xml_value(cell))
            contents.extend([""] * across)
        rows.append(contents)
    return Opened(sheet.get(f"{_SPREADSHEET}Name", f"表{number}"), trimmed(rows), merged)


def _index(element: etree._Element, position: int) -> int:
    given = element.get(f"{_SPREADSHEET}Index", "")
    wanted = int(given) - 1 if given.isdigit() else position
    return min(max(wanted, position), position + 10_000)


def _extent(cell: etree._Element, name: str) -> int:
    given = cell.get(_SPREADSHEET + name, "")
    return min(int(given), _MOST_SPAN) if given.isdigit() else 0


def _fill(rows: list[list[str | float]], length: int) -> None:
    while len(rows) < length:
        rows.append([])


def _fill_cells(contents: list[str | float], length: int) -> None:
    while len(contents) < length:
        contents.append("")


def _xml_value(cell: etree._Element) -> str | float:
    data = cell.find(f"{_SPREADSHEET}Data")
    if data is None:
        return ""
    text = "".join(data.itertext())
    if data.get(f"{_SPREADSHEET}Type") == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    return text
