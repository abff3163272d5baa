"""Which kind of file the bytes are, and the way to open each kind."""

import zipfile
from io import BytesIO
from typing import Any

from etl.recognise.delimited import open_delimited
from etl.recognise.markup import open_html, open_spreadsheet_xml
from etl.recognise.opened import NotOpened, Opened, printable, trimmed
from etl.recognise.workbook_xml import read_flags

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - no secret: Excel writes it by itself for "protected" workbooks
_MOST_UNPACKED = 400 * 1024 * 1024
_MOST_RATIO = 400
_MOST_PARTS = 3000


def open_file(data: bytes) -> list[Opened]:
    """The sheets of a file of any kind we know. Raises NotOpened with a sentence."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if data.startswith(_OLE2):
        return _open_ole2(data)
    if data.startswith(b"PK"):
        return _open_zip(data)
    _refuse_other_kinds(data)
    lowered = head[:2048].lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:8192]:
        return open_spreadsheet_xml(data)
    if lowered.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<!--")) or (
        lowered.startswith(b"<") and b"<table" in data[: 1 << 20].lower()
    ):
        return open_html(data)
    return open_delimited(data)


def _refuse_other_kinds(data: bytes) -> None:
    kinds = {
        b"%PDF": "PDF",
        b"\x89PNG": "图片",
        b"\xff\xd8\xff": "图片",
        b"GIF8": "图片",
        b"{\\rtf": "RTF 文档",
        b"Rar!": "RAR 压缩包",
        b"7z\xbc\xaf": "7z 压缩包",
        b"\x1f\x8b": "gzip 压缩包",
        b"MZ": "程序",
        b"\x7fELF": "程序",
        b"SQLite format": "数据库文件",
        b"PAR1": "Parquet 文件",
    }
    for magic, kind in kinds.items():
        if data.startswith(magic):
            raise NotOpened(f"这是{kind}，不是表格。请上传 xlsx、xls 或 csv 文件。")
    if data[:256].lstrip().lower().startswith((b"mime-version:", b"from: <saved")):
        raise NotOpened("这是单个网页文件（mht）。请在 Excel 或 WPS 中打开，另存为 xlsx 后再上传。")


def _open_ole2(data: bytes) -> list[Opened]:
    import olefile

    try:
        streams = {"/".join(path).casefold() for path in olefile.OleFileIO(data).listdir()}
    except Exception:  # noqa: BLE001 - olefile raises anything for broken bytes
        raise NotOpened("这个 xls 文件已损坏或不完整，打不开。请在 Excel 中另存为 xlsx 后再上传。") from None
    if "encryptedpackage" in streams:
        return _open_zip(_decrypt(data))
    if not streams & {"workbook", "book"}:
        raise NotOpened(
            "这是 Office 的其他文件（如 Word 文档）或已损坏的 xls，不是可以打开的表格。请上传 xlsx、xls 或 csv 文件。"
        )
    sheets = _open_workbook(_decrypt(data))
    for sheet in sheets:
        sheet.macros = any(stream.startswith("_vba_project_cur/") for stream in streams)
    return sheets


def _decrypt(data: bytes) -> bytes:
    """The workbook without Excel's default password; a real password ends in a sentence."""
    import msoffcrypto

    try:
        office = msoffcrypto.OfficeFile(BytesIO(data))
        if not office.is_encrypted():
            return data
        out = BytesIO()
        office.load_key(password=_DEFAULT_PASSWORD)
        office.decrypt(out)
    except msoffcrypto.exceptions.InvalidKeyError:
        raise NotOpened("文件设有打开密码。请在 Excel 中取消密码，另存后再上传。") from None
    except Exception:  # noqa: BLE001 - so does msoffcrypto
        # BIFF5 and older never reach the decryption; calamine decides whether it can be read.
        if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a" in data:
            raise NotOpened("文件设有打开密码。请在 Excel 中取消密码，另存后再上传。") from None
        return data
    return out.getvalue()


def _open_zip(data: bytes) -> list[Opened]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = {each.filename for each in package.infolist()}
            _refuse_bombs(package)
            styles = read_flags(package) if "xl/workbook.xml" in names else {}
    except zipfile.BadZipFile:
        raise NotOpened("这个 xlsx 文件不完整或已损坏，打不开。请重新导出后再上传。") from None
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise NotOpened("这是压缩包或其他文档，不是表格。请解压后上传其中的 xlsx、xls 或 csv 文件。")
    sheets = _open_workbook(data)
    for sheet in sheets:
        sheet.flags.update(styles.get(sheet.name, {}))
        sheet.macros = any(name.endswith("vbaProject.bin") for name in names)
    return sheets


def _refuse_bombs(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > _MOST_PARTS:
        raise NotOpened("文件内部的部件过多，不能安全打开。请另存为 xlsx 后再试。")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > _MOST_UNPACKED:
        raise NotOpened("文件解压后超过 400 MB，不能安全打开。请拆分后再上传。")
    for part in parts:
        if part.file_size > 1 << 20 and part.file_size > _MOST_RATIO * max(part.compress_size, 1):
            raise NotOpened("文件的压缩比异常（疑似压缩炸弹），不打开。请另存为 xlsx 后再试。")
        if part.filename.endswith((".xml", ".rels")):
            with package.open(part) as stream:
                head = stream.read(65536)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or "<!ENTITY".encode("utf-16-le") in head:
                raise NotOpened("文件里含有外部实体声明，不能安全打开。请另存为 xlsx 后再试。")


def _open_workbook(data: bytes) -> list[Opened]:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError:
        raise NotOpened("文件设有打开密码。请在 Excel 中取消密码，另存后再上传。") from None
    sheets = []
    for position, meta in enumerate(workbook.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(position)
        merged = [(a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or []]
        hidden = meta.visible != SheetVisibleEnum.Visible
        rows = trimmed(sheet.iter_rows())
        sheets.append(Opened(printable(meta.name), rows, merged, _error_flags(rows), hidden))
    return sheets


def _error_flags(rows: list[list[Any]]) -> dict[tuple[int, int], str]:
    return {
        (row, column): "error"
        for row, contents in enumerate(rows)
        for column, content in enumerate(contents)
        if isinstance(content, str) and content.startswith("#") and content.endswith(("!", "?", "A"))
    }
