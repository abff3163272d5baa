"""python -m etl.demo [--database URL]: a database of its own, filled with made-up figures.

It is marked as a demonstration; it never takes real figures, and the real database never takes
these (etl.build.refuse_mixing).
"""

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path

from etl.build import DEFINITIONS, Built, build
from etl.clock import china_now
from etl.demo_figures import files_of
from etl.demo_tasks import register_text, task_files
from etl.problem import Refused
from etl.register import read_register
from etl.store import Store, StoreError, open_store, shown_url

DATABASE = "duckdb:data/demo/monitor-demo.duckdb"
EXAMPLE_DEFINITIONS = Path(__file__).with_name("demo.toml")
_BESIDE = ("assigned.csv", "statements.csv", "task_reports.csv", "explanations.csv")  # not yearly figures


def build_demo(store: Store, *, definitions: Path = DEFINITIONS, today: date | None = None) -> Built:
    """Fill `store` with made-up figures for every target of `definitions` and of etl/demo.toml, and reports on every task.

    Running it again on the same day changes nothing. Raises StoreError when `store` holds anything real.
    """
    today = today or china_now().date()
    with tempfile.TemporaryDirectory() as folder:
        register_file = Path(folder, "indicators.toml")
        own = EXAMPLE_DEFINITIONS.read_bytes() + register_text(today=today).encode()
        register_file.write_bytes(definitions.read_bytes() + b"\n" + own)
        yearly = Path(folder, "yearly")
        yearly.mkdir()
        register = read_register(register_file)
        for name, text in (files_of(register) | task_files(register, today=today)).items():
            Path(folder if name in _BESIDE else yearly, name).write_text(text, encoding="utf-8")
        return build(
            store,
            definitions=register_file,
            yearly=yearly,
            assigned=Path(folder, "assigned.csv"),
            statements=Path(folder, "statements.csv"),
            reports=Path(folder, "task_reports.csv"),
            explanations=Path(folder, "explanations.csv"),
            demo=True,
        )


def main(arguments: list[str] | None = None) -> int:
    """Build the demonstration; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m etl.demo", description="用虚构的演示数据建一个单独的数据库。")
    parser.add_argument("--database", default=DATABASE, metavar="URL", help=f"默认 {DATABASE}")
    url = parser.parse_args(arguments).database
    try:
        store = open_store(url)
        try:
            built = build_demo(store)
        finally:
            store.close()
    except (Refused, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    done = "已建好" if built.changed else "没有变化"
    print(f"演示数据库{done}：{shown_url(url)}（{len(built.register.targets)}个目标，数据全部虚构）", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
