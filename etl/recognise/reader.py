"""The process that opens one received file: bytes on standard input, JSON on standard output.

It runs apart because a library that meets a hostile file may crash, hang or swallow memory.
"""

import io
import json
import sys
from typing import Any

from etl.recognise.opened import NotOpened, Opened
from etl.recognise.opening import open_file

MEMORY_LIMIT = 1 << 30
_CELL_LIMIT = 400_000
TOO_MUCH_MEMORY = "读取文件占用的内存超过上限，请拆分后再上传。"


def main() -> int:
    """Opens what stands on standard input; a sentence instead of sheets when it cannot."""
    limit_memory()
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        answer = {"sheets": [_as_json(sheet) for sheet in opened(data)]}
    except NotOpened as refused:
        answer = {"error": str(refused), "found": refused.found}
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    json.dump(answer, out, ensure_ascii=True)
    out.flush()
    return 0


def opened(data: bytes) -> list[Opened]:
    """The sheets of a file. Raises NotOpened with a sentence for whatever goes wrong."""
    try:
        return _limited(open_file(data))
    except NotOpened:
        raise
    except MemoryError:
        raise NotOpened(TOO_MUCH_MEMORY) from None
    except RecursionError:
        raise NotOpened("文件内部嵌套过深，不能安全打开。请另存为 xlsx 后再试。") from None
    # The libraries raise anything for a broken file, calamine's panics even a BaseException.
    except BaseException as failure:  # noqa: BLE001
        raise NotOpened(
            "文件打不开，内容可能已损坏或不完整。请在 Excel 或 WPS 中打开并另存为 xlsx 后再试。",
            found=type(failure).__name__,
        ) from None


def limit_memory() -> None:
    """Keep this process below 1 GiB, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit holds there too
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def _limited(sheets: list[Opened]) -> list[Opened]:
    cells = sum(len(row) for sheet in sheets for row in sheet.rows)
    if cells > _CELL_LIMIT:
        raise NotOpened(f"表格有 {cells} 个单元格，超过 {_CELL_LIMIT} 个的上限，请拆分后再上传。")
    return sheets


def _as_json(sheet: Opened) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "macros": sheet.macros,
        "heading": sheet.heading,
        "rows": sheet.rows,
        "merged": sheet.merged,
        "flags": [[row, column, flag] for (row, column), flag in sorted(sheet.flags.items())],
    }


if __name__ == "__main__":
    sys.exit(main())
