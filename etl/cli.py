"""The command line: python -m etl …; exit 0, or 1 with a sentence on standard error.

Standard output holds the result alone; progress and summaries go to standard error.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

from etl.access import operator
from etl.assess import assess, latest_year
from etl.audit import note_alone
from etl.audit_command import add_audit_arguments, run_audit
from etl.backup import backup, move, restore
from etl.build import DEFINITIONS, SHIPPED_ASSIGNED, SHIPPED_REPORTS, SHIPPED_STATEMENTS, YEARLY, build
from etl.checks import run_checks
from etl.clock import china_now
from etl.console import Console, terminal
from etl.freeze import NothingToFreeze
from etl.handover import hand_over
from etl.history import history_of, id_of_name, original_of, releases_of
from etl.import_command import Unanswerable, add_import_arguments, evidence_beside, import_file
from etl.output import print_built, print_table
from etl.problem import Refused
from etl.publish import UnknownRelease, withdraw
from etl.snapshot_commands import (
    add_freeze_arguments,
    add_snapshot_arguments,
    freeze_now,
    print_snapshot,
    print_snapshots,
)
from etl.snapshots import AlteredSnapshot, UnknownSnapshot
from etl.spark import NoSpark, assess_on_spark
from etl.store import NoStore, Store, StoreBusy, StoreError, default_url, is_there, open_store, shown_url

Arguments = argparse.Namespace

_PATIENCE_SECONDS = 20.0  # for another command to finish


class Unusable(Exception):
    """The command cannot be run as asked; str() is a Chinese sentence."""


_SAID = (
    Refused,
    StoreError,
    UnknownRelease,
    Unanswerable,
    Unusable,
    NothingToFreeze,
    UnknownSnapshot,
    AlteredSnapshot,
    NoSpark,
)


@dataclass(frozen=True)
class Command:
    """One subcommand: what it is for, the arguments it takes, what it does."""

    purpose: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Arguments, Console], int]
    sends: tuple[str, ...] = ()  # arguments that name files to read, sent along when handed over


class _Parser(argparse.ArgumentParser):
    """argparse that complains in a Chinese sentence, with the exit status of the contract."""

    def error(self, message: str) -> NoReturn:
        raise Unusable(f"命令写法不对（{message}）；{self.prog} --help 列出全部写法。")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status. Bad input ends in a sentence, never a traceback."""
    _write_utf8()
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return run_anywhere(given, terminal())
    except BrokenPipeError:  # whoever read the result (head, less) has seen enough
        sys.stdout = None
        return 0


def run_anywhere(given: Sequence[str], console: Console) -> int:
    """Run one command, here or in the dashboard that holds the database; its exit status."""
    return run_command(given, console, when_busy=_hand_over)


def run_command(
    given: Sequence[str],
    console: Console,
    *,
    when_busy: Callable[[Sequence[str], Arguments, Console], int] | None = None,
) -> int:
    """Run one command on a console; its exit status. `when_busy`: what to do while another process has the database."""
    try:
        parsed = _parser().parse_args(given)
        try:
            return COMMANDS[parsed.command].run(parsed, console)
        except StoreBusy:
            if when_busy is None:
                raise
            return when_busy(given, parsed, console)
    except _SAID as error:
        console.say(error)
        return 1


def _hand_over(given: Sequence[str], parsed: Arguments, console: Console) -> int:
    """Let the running dashboard do it; another command that has the database will be done with it soon."""
    command = COMMANDS[parsed.command]
    paths = {str(each): str(each.absolute()) for each in vars(parsed).values() if isinstance(each, Path)}
    named = [getattr(parsed, name) for name in command.sends if getattr(parsed, name) is not None]
    named += [beside for path in named for beside in evidence_beside(path)]
    files = {str(path.absolute()): path.read_bytes() for path in named if path.is_file()}
    arguments = [paths.get(each, each) for each in given]
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        status = hand_over(arguments, files=files, url=parsed.database or default_url(), console=console)
        if status is not None:
            return status
        try:
            return command.run(parsed, console)
        except StoreBusy:
            if time.monotonic() > until:
                raise
        time.sleep(0.2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m etl", description="指标监测：装载、判定、核对。")
    chosen = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for name, command in COMMANDS.items():
        one = chosen.add_parser(name, help=command.purpose, description=command.purpose)
        one.add_argument("--database", metavar="URL", help="数据库，默认 duckdb:data/monitor.duckdb")
        command.add_arguments(one)
    return parser


def _write_utf8() -> None:
    """UTF-8 without BOM and plain line ends, also on a Windows console."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")


# build ------------------------------------------------------------------------------------------


def _build_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--definitions", type=Path, default=DEFINITIONS, metavar="F")
    parser.add_argument("--texts", type=Path, metavar="DIR", help="文件全文所在的文件夹，用来核对引文")
    parser.add_argument("--yearly", type=Path, default=YEARLY, metavar="DIR")
    parser.add_argument("--statements", type=Path, metavar="F", help="没有数字的公开说法")
    parser.add_argument("--assigned", type=Path, metavar="F", help="由上级下达的目标值")
    parser.add_argument("--reports", type=Path, metavar="F", help="任务进展报告")


def _build(arguments: Arguments, console: Console) -> int:
    own = arguments.definitions == DEFINITIONS
    if arguments.texts is not None and not arguments.texts.is_dir():
        raise Unusable(f"找不到全文文件夹 {arguments.texts}，请检查路径。")
    store = open_store(arguments.database)
    built = build(
        store,
        definitions=arguments.definitions,
        texts=arguments.texts,
        yearly=arguments.yearly,
        statements=arguments.statements or (SHIPPED_STATEMENTS if own else None),
        assigned=arguments.assigned or (SHIPPED_ASSIGNED if own else None),
        reports=arguments.reports or (SHIPPED_REPORTS if own else None),
    )
    print_built(store, built, out=console.err)
    return 0


# assess -----------------------------------------------------------------------------------------


def _assess_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--year", type=int, metavar="Y", help="站在哪一年看，默认有数据的最近一年")
    parser.add_argument("--as-published", type=_day, metavar="D", help="只用这一天以前公布的数据")
    parser.add_argument("--format", choices=("csv", "json"), default="csv")
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="在本机算，或在 Spark 集群上算")
    parser.add_argument("--master", metavar="URL", default="local[*]", help="Spark 主节点，例如 spark://host:7077")
    parser.add_argument("--shared", type=Path, metavar="DIR", help="集群各台机器都能读写的文件夹，默认本机的临时文件夹")


def _assess(arguments: Arguments, console: Console) -> int:
    store = _open_or_build(arguments.database, console)
    year = arguments.year or latest_year(store) or china_now().year
    if arguments.engine == "spark":
        rows = assess_on_spark(
            store, years=[year], as_published=arguments.as_published, master=arguments.master, shared=arguments.shared
        )
    else:
        rows = assess(store, years=[year], as_published=arguments.as_published)
    print_table(rows, arguments.format, out=console.out)
    return 0


# import -----------------------------------------------------------------------------------------


def _import(arguments: Arguments, console: Console) -> int:
    return import_file(arguments, _open_or_build(arguments.database, console, read_only=False), console)


# history, releases, withdraw, check -------------------------------------------------------------


def _history_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--indicator", required=True, metavar="I", help="指标编号或名称")
    parser.add_argument("--place", required=True, metavar="P", help="地区代码或名称")
    parser.add_argument("--year", required=True, type=int, metavar="Y")


def _history(arguments: Arguments, console: Console) -> int:
    store = _open_or_build(arguments.database, console)
    ids = []
    for kind, word, name in (
        ("indicator", "指标", arguments.indicator),
        ("place", "地区", arguments.place),
    ):
        found = id_of_name(store, kind=kind, name=name)
        if len(found) != 1:
            said = f"可能指 {'、'.join(found)}，请写编号" if found else "没有登记"
            raise Unusable(f"{word}“{name}”{said}。")
        ids.append(found[0])
    print_table(history_of(store, indicator=ids[0], place=ids[1], year=arguments.year), "csv", out=console.out)
    return 0


def _releases(arguments: Arguments, console: Console) -> int:
    print_table(releases_of(_open_or_build(arguments.database, console)), "csv", out=console.out)
    return 0


def _original_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("release", metavar="ID", help="发布编号，例如 R0007")
    parser.add_argument("file", type=Path, metavar="FILE", help="存到哪里")


def _original(arguments: Arguments, console: Console) -> int:
    name, data = original_of(_open_or_build(arguments.database, console), arguments.release, by=operator())
    if arguments.file.exists():
        raise Unusable(f"{arguments.file} 已存在，请换一个文件名。")
    arguments.file.write_bytes(data)
    console.say(f"{arguments.release} 的原始文件“{name}”已存为 {arguments.file}。")
    return 0


def _withdraw_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("release", metavar="ID", help="发布编号，例如 R0007")
    parser.add_argument("--person", metavar="NAME", help="撤回人")
    parser.add_argument("--reason", metavar="TEXT", help="撤回理由")


def _withdraw(arguments: Arguments, console: Console) -> int:
    store = open_store(arguments.database)
    withdraw(store, arguments.release, by=operator(arguments.person), reason=arguments.reason)
    console.say(f"已撤回 {arguments.release}，判定已重新计算。")
    return 0


def _check(arguments: Arguments, console: Console) -> int:
    broken = run_checks(_open_or_build(arguments.database, console))
    for line in broken:
        print(line, file=console.out)
    if broken:
        console.say(f"数据核对：{len(broken)}处不符合约定，见标准输出。")
    return 1 if broken else 0


# freeze, snapshot, snapshots --------------------------------------------------------------------


def _freeze(arguments: Arguments, console: Console) -> int:
    named = arguments.database is not None
    store = _open_existing(arguments.database) if named else _open_or_build(None, console, read_only=False)
    return freeze_now(arguments, store, console)


def _snapshot(arguments: Arguments, console: Console) -> int:
    return print_snapshot(arguments, _open_or_build(arguments.database, console), console)


def _snapshots(arguments: Arguments, console: Console) -> int:
    return print_snapshots(_open_or_build(arguments.database, console), console)


def _audit(arguments: Arguments, console: Console) -> int:
    return run_audit(arguments, _open_or_build(arguments.database, console), console)


# backup, restore --------------------------------------------------------------------------------


def _file_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


def _backup(arguments: Arguments, console: Console) -> int:
    store = _open_existing(arguments.database)
    note_alone(store, "backup", by=operator(), what=arguments.file.name)  # before: the backup knows of itself
    backup(store, arguments.file)
    console.say(f"已备份到 {arguments.file}。")
    return 0


def _restore(arguments: Arguments, console: Console) -> int:
    url = arguments.database or default_url()
    kept = restore(arguments.file, url=url)
    store = open_store(url)
    note_alone(store, "restore", by=operator(), what=arguments.file.name)
    store.close()
    said = f"原来的数据库保留为 {kept}。" if kept else ""
    console.say(f"已从 {arguments.file} 恢复。{said}")
    return 0


# move, tidy -------------------------------------------------------------------------------------


def _move_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", required=True, metavar="URL", help="搬到哪里：duckdb:文件路径，或 ducklake:postgres:…;data=…"
    )


def _move(arguments: Arguments, console: Console) -> int:
    rows = move(arguments.database or default_url(), arguments.to)
    print("table,rows", *(f"{table},{count}" for table, count in rows.items()), sep="\n", file=console.out)
    console.say(f"已搬到 {shown_url(arguments.to)}：{sum(rows.values())}行，两边逐值核对一致；原来的数据库没有改动。")
    return 0


def _tidy_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keep-days", type=int, default=7, metavar="N", help="较早的状态保留几天，默认 7")


def _tidy(arguments: Arguments, console: Console) -> int:
    done = _open_existing(arguments.database).tidy(keep_days=arguments.keep_days)
    console.say(
        f"已整理：并入小块{done['flushed']}处、合并文件{done['merged']}个、重写文件{done['rewritten']}个、"
        f"清除过期状态{done['expired']}个、删除不再使用的文件{done['cleaned']}个、删除无主文件{done['orphans']}个。"
    )
    return 0


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beyond --database."""


def _open_existing(url: str | None) -> Store:
    if not is_there(url or default_url()):
        raise Unusable(f"数据库 {shown_url(url or default_url())} 不存在，请先运行 python -m etl build。")
    return open_store(url)


def _open_or_build(url: str | None, console: Console, *, read_only: bool = True) -> Store:
    """The database; where there is none yet it is built from the shipped files (to read: the default one only)."""
    try:
        store = open_store(url, read_only=read_only)
        if read_only or store.version():
            return store
    except NoStore:
        if url is not None:
            raise
        store = open_store(url)
    with console.patience("正在建库"):
        built = build(
            store,
            definitions=DEFINITIONS,
            yearly=YEARLY,
            statements=SHIPPED_STATEMENTS,
            assigned=SHIPPED_ASSIGNED,
            reports=SHIPPED_REPORTS,
        )
    print_built(store, built, out=console.err)
    return store


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，应写成 2019-06-30") from None


COMMANDS: dict[str, Command] = {
    "build": Command("读取登记表和年度数据，装入数据库并判定", _build_arguments, _build),
    "assess": Command("每个目标、每个地区的判定", _assess_arguments, _assess),
    "import": Command("识别、预演、发布一个收到的文件", add_import_arguments, _import, sends=("file", "answers")),
    "history": Command("一个数值的全部公布记录", _history_arguments, _history),
    "releases": Command("全部发布", _no_arguments, _releases),
    "original": Command("取出一次发布的原始文件", _original_arguments, _original),
    "withdraw": Command("撤回一次发布", _withdraw_arguments, _withdraw),
    "check": Command("核对数据的全部约定；没有输出就是好", _no_arguments, _check),
    "freeze": Command("冻结现在的状态，存入快照列表，输出记录（JSON）", add_freeze_arguments, _freeze),
    "snapshot": Command("一个快照的记录（JSON）", add_snapshot_arguments, _snapshot),
    "snapshots": Command("全部快照", _no_arguments, _snapshots),
    "audit": Command("操作记录：核对是否完整，或输出", add_audit_arguments, _audit),
    "backup": Command("备份数据库", _file_argument, _backup),
    "restore": Command("从备份恢复数据库", _file_argument, _restore),
    "move": Command("把数据库搬到另一种存储，并逐值核对", _move_arguments, _move),
    "tidy": Command("整理共享数据库：合并小文件，删除无主的文件", _tidy_arguments, _tidy),
}
