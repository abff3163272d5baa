"""python -m etl audit verify | export: whether the log of what was done is whole, and the log itself."""

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from etl.access import operator
from etl.audit import Entry, entries, head_of, verify
from etl.console import Console
from etl.output import harmless
from etl.store import Store

_COLUMNS = tuple(field.name for field in fields(Entry))


def add_audit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("verify", "export"), help="核对是否首尾相接、未被改动；或输出全部记录")
    parser.add_argument("--known", metavar="N:SHA256", default="", help="先前抄下的末尾，核对它是否还在")
    parser.add_argument("--since", type=date.fromisoformat, metavar="D", help="从哪一天起，例如 2026-01-01")
    parser.add_argument("--until", type=date.fromisoformat, metavar="D", help="到哪一天止")
    parser.add_argument("--format", choices=("csv", "json"), default="csv")


def run_audit(arguments: argparse.Namespace, store: Store, console: Console) -> int:
    """Verify: the last number and hash on standard output, 1 where the log is not whole. Export: oldest first.

    The CSV is for reading in a spreadsheet; whoever computes the hashes again takes the JSON.
    """
    if arguments.action == "export":
        found = entries(store, by=operator(), since=arguments.since, until=arguments.until)
        _print(list(reversed(found)), arguments.format, console)
        return 0
    wrong = verify(store, known=arguments.known)
    for line in wrong:
        console.say(line)
    if not wrong:
        print(head_of(store), file=console.out)
    return 1 if wrong else 0


def _print(found: Sequence[Entry], form: str, console: Console) -> None:
    rows = [_row(entry) for entry in found]
    if form == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1), file=console.out)
        return
    writer = csv.DictWriter(console.out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(cell) for name, cell in row.items()} for row in rows)


def _row(entry: Entry) -> dict[str, Any]:
    return {**{name: getattr(entry, name) for name in _COLUMNS}, "noted_at": entry.noted_at.isoformat()}
