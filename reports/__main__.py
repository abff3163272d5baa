"""The command line: python -m reports FORMAT --out FILE | verify FILE | list | compare ID [ID].

Exit 0, or 1 with a sentence on standard error. Standard output holds the result alone.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from etl.assess import latest_year
from etl.build import DEFINITIONS, SHIPPED_ASSIGNED, SHIPPED_STATEMENTS, YEARLY, build
from etl.freeze import AUDIENCES, Choice, NothingToFreeze, choice_of, freeze
from etl.problem import Refused
from etl.snapshots import UnknownSnapshot, keep, listing, load
from etl.store import Store, StoreError, default_url, open_store, path_of
from reports.compare import compare, headline, sections
from reports.export import FORMATS, export
from reports.record import canonical, identity
from reports.story import tell
from reports.verify import verify

_YEARS = range(1949, 2101)


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
    except (Unusable, Refused, StoreError, NothingToFreeze, UnknownSnapshot, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m reports", description="会议快照：冻结、导出、核对、比较。")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for form, entry in FORMATS.items():
        one = commands.add_parser(form, help=f"导出{entry.name}")
        one.add_argument("--out", type=Path, required=True, metavar="FILE")
        one.add_argument("--year", type=int, metavar="Y", help="站在哪一年看，默认有数据的最近一年")
        one.add_argument("--snapshot", metavar="ID", help="导出已有的快照；不写则冻结现在的状态")
        one.add_argument("--audience", choices=AUDIENCES, default="leaders", help="领导参阅、完整报告、数据附表")
        for name, word in (("title", "标题"), ("meeting", "会议"), ("date", "日期"), ("issuer", "发文单位")):
            one.add_argument(f"--{name}", default="", metavar="TEXT", help=word)
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
    store = _open_or_build(arguments.database)
    try:
        if arguments.command == "list":
            for kept in listing(store):
                print(f"{kept.snapshot}\t{kept.frozen_at:%Y-%m-%d %H:%M}\t{kept.person}\t{kept.title}")
            return 0
        if arguments.command == "compare":
            return _compare(store, arguments.earlier, arguments.later)
        return _export(store, arguments)
    finally:
        store.close()


def _verify(path: Path) -> int:
    try:
        data = path.read_bytes()
    except OSError:
        raise Unusable(f"读不到文件 {path}，请检查路径。") from None
    verdict = verify(data, name=path.name)
    print(verdict.message, file=sys.stdout if verdict.unaltered else sys.stderr)
    return 0 if verdict.unaltered else 1


def _export(store: Store, arguments: argparse.Namespace) -> int:
    record = load(store, arguments.snapshot) if arguments.snapshot else _freeze(store, arguments)
    if arguments.snapshot and arguments.year not in (None, record["choice"]["year"]):
        raise Unusable(f"快照 {arguments.snapshot} 站在{record['choice']['year']}年看，不能再指定别的年份。")
    _write(arguments.out, export(record, arguments.command))
    print(f"快照 {identity(record)[0]} 已导出到 {arguments.out}。", file=sys.stderr)
    return 0


def _freeze(store: Store, arguments: argparse.Namespace) -> dict[str, Any]:
    year = arguments.year if arguments.year is not None else latest_year(store)
    if year is None:
        raise Unusable("还没有任何数据，请先运行 python -m etl build，或用 --year 指明年份。")
    if year not in _YEARS:
        raise Unusable(f"年份 {year} 不对，应在 {_YEARS[0]} 与 {_YEARS[-1]} 之间。")
    choice = Choice(
        year=year, audience=arguments.audience, title=arguments.title, meeting=arguments.meeting,
        date=arguments.date, issuer=arguments.issuer,
    )  # fmt: skip
    record = freeze(store, choice)
    snapshot, sha256 = identity(record)
    keep(store, snapshot=snapshot, sha256=sha256, content=canonical(record), title=tell(record).title)
    return record


def _compare(store: Store, earlier: str, later: str | None) -> int:
    before = load(store, earlier)
    after = load(store, later) if later else freeze(store, choice_of(before))
    name = f"快照 {later}" if later else "现在"
    found = compare(before, after)
    print(headline(found, later_name=name))
    for section in sections(found, later_name=name):
        for block in section.blocks:
            for row in getattr(block, "rows", ()):
                print("\t".join(cell.text for cell in row))
    return 0


def _open_or_build(url: str | None) -> Store:
    """The database; the default one is built from the shipped files if there is none."""
    if url is not None and not path_of(url).exists():
        raise Unusable(f"数据库 {path_of(url)} 不存在，请先运行 python -m etl build。")
    missing = not path_of(url or default_url()).exists()
    store = open_store(url)
    if missing:
        print("还没有数据库，先由随项目提供的文件建立。", file=sys.stderr)
        build(store, definitions=DEFINITIONS, yearly=YEARLY, statements=SHIPPED_STATEMENTS, assigned=SHIPPED_ASSIGNED)
    return store


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
