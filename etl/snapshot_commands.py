"""python -m etl freeze | snapshot | snapshots: records go out as JSON, for whoever makes something of them."""

import argparse
from datetime import date

from etl.access import operator
from etl.assess import latest_year
from etl.console import Console
from etl.freeze import AUDIENCES, Choice, NothingToFreeze, choice_of, freeze
from etl.record import canonical
from etl.snapshots import keep, listing, load
from etl.store import Store

YEARS = range(1949, 2101)


def add_freeze_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--year", type=int, metavar="Y", help="站在哪一年看，默认有数据的最近一年")
    parser.add_argument("--audience", choices=AUDIENCES, default=AUDIENCES[0], help="领导参阅、完整报告、数据附表")
    for name, word in (("document", "文件"), ("place", "地区"), ("indicator", "指标")):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar="ID", help=f"只要这个{word}，可写多次；不写为全部"
        )
    for name, word in (("title", "标题"), ("meeting", "会议"), ("date", "日期"), ("issuer", "发文单位")):
        parser.add_argument(f"--{name}", default="", metavar="TEXT", help=word)
    parser.add_argument("--day", type=_day, metavar="D", help="任务看到哪一天，默认这一年的12月31日")
    parser.add_argument("--like", metavar="ID", help="范围与这个快照相同；其他选项不再起作用")
    parser.add_argument("--dry-run", action="store_true", help="不存入快照列表")
    parser.add_argument("--person", default="", metavar="NAME", help="经办人，只记在列表里")


def freeze_now(arguments: argparse.Namespace, store: Store, console: Console) -> int:
    """Freeze the present state, keep it unless it is a dry run, print the record.

    Raises NothingToFreeze, UnknownSnapshot.
    """
    choice = choice_of(load(store, arguments.like)) if arguments.like else _choice(arguments, store)
    with console.patience("正在冻结"):
        record = freeze(store, choice)
    if not arguments.dry_run:
        keep(store, record, by=operator(arguments.person))
    console.out.write(canonical(record).decode("utf-8") + "\n")
    return 0


def _choice(arguments: argparse.Namespace, store: Store) -> Choice:
    year = arguments.year if arguments.year is not None else latest_year(store)
    if year is None:
        raise NothingToFreeze("还没有任何数据，请先运行 python -m etl build，或用 --year 指明年份。")
    if year not in YEARS:
        raise NothingToFreeze(f"年份 {year} 不对，应在 {YEARS[0]} 与 {YEARS[-1]} 之间。")
    return Choice(
        year=year, audience=arguments.audience,
        documents=tuple(arguments.document), places=tuple(arguments.place), indicators=tuple(arguments.indicator),
        title=arguments.title, meeting=arguments.meeting, date=arguments.date, issuer=arguments.issuer,
        day=arguments.day or "",
    )  # fmt: skip


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，应写成 2019-06-30") from None


def add_snapshot_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("snapshot", metavar="ID", help="快照编号，例如 S0123456789ab")


def print_snapshot(arguments: argparse.Namespace, store: Store, console: Console) -> int:
    """The record kept under an id. Raises UnknownSnapshot, AlteredSnapshot."""
    console.out.write(canonical(load(store, arguments.snapshot)).decode("utf-8") + "\n")
    return 0


def print_snapshots(store: Store, console: Console) -> int:
    """Every snapshot, the newest first: id, when, who, title, separated by tabs."""
    for kept in listing(store):
        console.out.write(f"{kept.snapshot}\t{kept.frozen_at:%Y-%m-%d %H:%M}\t{kept.person}\t{kept.title}\n")
    return 0
