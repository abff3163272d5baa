"""CSV and TSV in whatever encoding and with whatever separator they come."""

import csv
import io
import re
from collections import Counter

from etl.recognise.opened import NotOpened, Opened, trimmed

_SEPARATORS = ",\t;|"


def open_delimited(data: bytes) -> list[Opened]:
    """One sheet of text cells. Raises NotOpened where the bytes are no text table."""
    text = decode(data)
    lines = text.splitlines()
    separator = _separator(lines[:200])
    csv.field_size_limit(1 << 20)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        raise NotOpened("文本表格的引号或换行有错，读不出列。请用 Excel 打开并另存为 xlsx 后再试。") from None
    cleaned = trimmed([[_strip(cell) for cell in row] for row in rows])
    if not any(cleaned):
        raise NotOpened("文件里没有任何内容。")
    if max(len(row) for row in cleaned) < 2 and len(cleaned) > 1:
        raise NotOpened("文件里只有一列文字，不是表格。请上传 xlsx、xls 或以逗号分隔的 csv 文件。")
    return [Opened("表1", cleaned)]


def decode(data: bytes) -> str:
    """Text of the bytes: by BOM, else UTF-8, else whichever of GB18030 and Big5 reads as Chinese."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _checked(_try(data, encoding))
    sample = data[:4096]
    if sample and sample.count(0) * 20 > len(sample):
        return _checked(_try(data, "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"))
    text = _try(data, "utf-8")
    if text is None:
        tried = [each for each in (_try(data, "gb18030"), _try(data, "big5")) if each is not None]
        text = max(tried, key=_common_share, default=None)
    return _checked(text)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _common_share(text: str) -> float:
    """Share of the Chinese characters that are everyday ones (GB 2312, first level)."""
    from etl.recognise.text import simplified

    chinese = simplified("".join(re.findall(r"[\u3400-\u9fff\ue000-\uf8ff]", text))[:4000])
    if not chinese:
        return 0.0
    common = sum(1 for each in chinese if each >= "一" and _first_level(each))
    return common / len(chinese)


def _first_level(character: str) -> bool:
    try:
        return 0xB0 <= character.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def _checked(text: str | None) -> str:
    if text is None:
        raise NotOpened("认不出这个文件：既不是 Excel 表格，也不是 UTF-8 或 GB18030 编码的文本。")
    control = sum(1 for each in text[:100_000] if ord(each) < 32 and each not in "\r\n\t\f\v")
    if control > 8 and control * 50 > min(len(text), 100_000):
        raise NotOpened("文件内容不是文本表格（含有大量不可见字符）。请另存为 xlsx 后再上传。")
    return text


def _separator(lines: list[str]) -> str:
    """The separator that cuts most lines into the same number of cells."""
    best, best_score = ",", (0, 0)
    for separator in _SEPARATORS:
        try:
            rows = list(csv.reader(lines, delimiter=separator))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if widths:
            # A comma inside Chinese notes must not beat the TABs that make the table.
            score = (max(widths.values()), max(widths))
            best, best_score = (separator, score) if score > best_score else (best, best_score)
    return best


def _strip(cell: str) -> str:
    return cell.replace("\x00", "").strip(" \t\r\n\u3000\xa0") if cell.strip() else ""
