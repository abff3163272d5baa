"""The command line: python -m reports FORMAT --out FILE | verify FILE | list | compare ID [ID].

Exit 0, or 1 with a sentence on standard error. Standard output holds the result alone. Records come
from `python -m etl freeze` and `snapshot`, which also reach a database that a running dashboard holds.
"""

import argparse
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from etl.cli import run_anywhere
from etl.console import Console
from etl.snapshot_commands import add_freeze_arguments
from reports.compare import compare, headline, sections
from reports.export import FORMATS, charts_of, export, picture
from reports.record import Record, identity
from reports.verify import verify

_WORDS = ("title", "meeting", "date", "issuer", "person")


class Unusable(Exception):
    """The command cannot be run as asked; str() is a Chinese sentence."""


class _Parser(argparse.ArgumentParser):
    """argparse that complains in a Chinese sentence, with the exit status of the contract."""

    def error(self, message: str) -> NoReturn:
        raise Unusable(f"命令写法不对（{message}）；{self.prog} --help 列出全部写法。")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status. Bad input ends in a sentence, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    try:
        return _run(_parser().parse_args(arguments))
    except (Unusable, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m reports", description="会议快照：冻结、导出、核对、比较。")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for form, entry in FORMATS.items():
        one = commands.add_parser(form, help=f"导出{entry.name}")
        one.add_argument("--out", type=Path, required=True, metavar="FILE")
        one.add_argument("--snapshot", metavar="ID", help="导出已有的快照；不写则冻结现在的状态")
        if form == "png":
            one.add_argument("--chart", metavar="TITLE", help="哪张图（标题里的字）；不写为总览图")
        add_freeze_arguments(one)
        _add_database(one)
    checking = commands.add_parser("verify", help="一个导出的文件出自哪个快照，是否被改动")
    checking.add_argument("file", type=Path, metavar="FILE")
    _add_database(commands.add_parser("list", help="全部快照"))
    comparing = commands.add_parser("compare", help="一个快照与另一个、或与现在相比，变了什么、为什么")
    comparing.add_argument("earlier", metavar="ID")
    comparing.add_argument("later", metavar="ID", nargs="?")
    _add_database(comparing)
    return parser


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", metavar="URL", help="数据库，默认 duckdb:data/monitor.duckdb")


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "verify":
        return _verify(arguments.file)
    if arguments.command == "list":
        sys.stdout.write(_ask(["snapshots"], arguments))
        return 0
    if arguments.command == "compare":
        return _compare(arguments)
    return _export(arguments)


def _verify(path: Path) -> int:
    try:
        data = path.read_bytes()
    except OSError:
        raise Unusable(f"读不到文件 {path}，请检查路径。") from None
    verdict = verify(data, name=path.name)
    print(verdict.message, file=sys.stdout if verdict.unaltered else sys.stderr)
    return 0 if verdict.unaltered else 1


def _export(arguments: argparse.Namespace) -> int:
    asked = ["snapshot", arguments.snapshot] if arguments.snapshot else _freezing(arguments)
    record = json.loads(_ask(asked, arguments))
    year = record["choice"]["year"]
    if arguments.snapshot and arguments.year not in (None, year):
        raise Unusable(f"快照 {arguments.snapshot} 站在{year}年看，不能再指定别的年份。")
    chart = getattr(arguments, "chart", None)
    _write(arguments.out, export(record, arguments.command) if chart is None else _picture(record, chart))
    print(f"快照 {identity(record)[0]} 已导出到 {arguments.out}。", file=sys.stderr)
    return 0


def _picture(record: Record, words: str) -> bytes:
    titles = charts_of(record)
    found = [title for title in titles if words in title]
    if words not in titles and len(found) != 1:
        said = f"“{words}”可能指{len(found)}张图" if found else f"没有标题含“{words}”的图"
        raise Unusable(f"{said}，可选：{'；'.join(found or titles)}。")
    return picture(record, words if words in titles else found[0])


def _freezing(arguments: argparse.Namespace) -> list[str]:
    """The same options for `python -m etl freeze`."""
    single = {name: getattr(arguments, name) for name in ("year", "audience", "like", "day", *_WORDS)}
    several = [(name, each) for name in ("document", "place", "indicator") for each in getattr(arguments, name)]
    given = ["freeze", *(f"--{name}={value}" for name, value in [*single.items(), *several] if value not in (None, ""))]
    return [*given, "--dry-run"] if arguments.dry_run else given


def _compare(arguments: argparse.Namespace) -> int:
    earlier, later = arguments.earlier, arguments.later
    before = json.loads(_ask(["snapshot", earlier], arguments))
    today = ["freeze", f"--like={earlier}", "--dry-run"]
    after = json.loads(_ask(["snapshot", later] if later else today, arguments))
    name = f"快照 {later}" if later else "现在"
    found = compare(before, after)
    print(headline(found, later_name=name))
    for section in sections(found, later_name=name):
        for block in section.blocks:
            for row in getattr(block, "rows", ()):
                print("\t".join(cell.text for cell in row))
    return 0


def _ask(command: list[str], arguments: argparse.Namespace) -> str:
    """What `python -m etl` prints for a command. Raises Unusable with its sentence."""
    out, err = io.StringIO(), io.StringIO()
    database = [f"--database={arguments.database}"] if arguments.database else []
    status = run_anywhere([*command, *database], Console(out, err))
    if status:
        raise Unusable(err.getvalue().strip())
    sys.stderr.write(err.getvalue())
    return out.getvalue()


def _write(path: Path, data: bytes) -> None:
    """Write beside and rename: nobody ever finds half a file."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
            beside.write(data)
        Path(beside.name).chmod(0o644)
        Path(beside.name).replace(path)
    except OSError as error:
        raise Unusable(f"写不到文件 {path}：{error.strerror or error}。") from None


if __name__ == "__main__":
    sys.exit(main())
