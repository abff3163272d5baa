"""The same table says the same in every format and encoding; the name of the file decides nothing."""

from collections.abc import Callable

import pytest
from files import grid, small_register, xlsx_file

from etl.recognise.engine import recognise

REGISTER = small_register()
ROWS = grid("""
    2017年各市指标||
    城市|污水处理率(%)|湿地面積(公顷)
    南昌市|93.5|1200
    宜 春 市|88|--
    合计|91|4600
""")
SEEN = {
    (3, 2, "360100", "sewage_rate", 2017, 93.5),
    (3, 3, "360100", "wetland", 2017, 1200.0),
    (4, 2, "360900", "sewage_rate", 2017, 88.0),
    (4, 3, "360900", "wetland", 2017, None),
}


def text(separator: str, end: str = "\n") -> str:
    return "".join(separator.join(str(cell) for cell in row) + end for row in ROWS)


def html() -> str:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    return f"<html><head><meta charset='gbk'></head><body><table>{rows}</table></body></html>"


def spreadsheet_xml() -> str:
    cells = [
        "".join(
            f'<Cell><Data ss:Type="{"Number" if isinstance(cell, float) else "String"}">{cell}</Data></Cell>'
            for cell in row
        )
        for row in ROWS
    ]
    rows = "".join(f"<Row>{each}</Row>" for each in cells)
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="表"><Table>{rows}</Table></Worksheet></Workbook>'
    )


FORMATS: dict[str, Callable[[], bytes]] = {
    "xlsx": lambda: xlsx_file(("表", ROWS)),
    "CSV in UTF-8": lambda: text(",").encode(),
    "CSV in UTF-8 with a mark": lambda: text(",").encode("utf-8-sig"),
    "CSV in GB18030": lambda: text(",").encode("gb18030"),
    "CSV in UTF-16": lambda: text("\t").encode("utf-16"),
    "CSV in UTF-16 without a mark": lambda: text("\t").encode("utf-16-le"),
    "CSV with semicolons": lambda: text(";").encode(),
    "TAB behind each cell, comma behind each line": lambda: text("\t,", "\t,\r\n").encode("gb18030"),
    "HTML in GB18030": lambda: html().encode("gb18030"),
    "HTML in UTF-8 that names another encoding": lambda: html().encode(),
    "XML of Excel 2003": lambda: spreadsheet_xml().encode(),
}


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("name", ["上报.xls", "upload", "表.pdf"])
def test_the_same_table(make: Callable[[], bytes], name: str):
    report = recognise(make(), name=name, register=REGISTER)
    seen = {(cell.row, cell.column, cell.place, cell.indicator, cell.year, cell.value) for cell in report.cells}
    assert seen == SEEN
    assert not report.questions
    assert {skip.row for skip in report.skipped} == {1, 2, 5}
