"""Measure everything and write docs/benchmarks.md.

    python -m infra.bench [--quick] [--orders N] [--seconds S]

`--quick`: few runs and 20,000 orders, about a minute and a half.
"""

import argparse
import os
import platform
import tempfile
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="sa-east-1",
                  POWERTOOLS_LOG_LEVEL="CRITICAL", POWERTOOLS_DEV="false")

from infra.bench import journeys, record, sizes, start
from infra.bench.report import Part, Row, keep, write
from infra.bench.start import Ratio
from tests.support import journey, tables

COLD_BAR, WARM_BAR = 1.15, 1.5
COLD_HOW = """CPU seconds of a process from its first import to its answer, out of the deployment zip, against a bare
function that imports chalice, pynamodb and one pydantic model, asks DynamoDB once and answers once. AWS is stubbed at
botocore's HTTP session, so both make a client; where it says "no client", AWS is stubbed at pynamodb's connection and
the bare function asks nothing. The median ratio of interleaved pairs counts; seconds are the least of each."""
WARM_HOW = """CPU of one request in a warm container with AWS stubbed at botocore's HTTP session, against a handler
written by hand that makes the same DynamoDB calls with botocore and dumps the same answer: no routing, no validation,
no token, no log line, no rules."""


def main() -> None:
    """Run every part and report."""
    parser = argparse.ArgumentParser(description="Measure the numbers of docs/benchmarks.md")
    parser.add_argument("--quick", action="store_true", help="fewer runs, 20,000 orders")
    parser.add_argument("--orders", type=int, default=None, help="orders to load (default 1,000,000)")
    parser.add_argument("--seconds", type=float, default=360, help="the most that loading may take")
    asked = parser.parse_args()
    orders = asked.orders or (20_000 if asked.quick else 1_000_000)
    with tempfile.TemporaryDirectory() as scratch:
        parts = _parts(Path(scratch), quick=asked.quick, orders=orders, seconds=asked.seconds)
    for part in parts:
        keep(part)
    setting = (f"Last run {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} CPUs, Python {platform.python_version()}"
               f"{', with --quick' if asked.quick else ''}.")
    write(parts, setting)
    for part in parts:
        print(f"\n{part.title}")
        for row in part.rows:
            print(f"  {'    ' if row.holds is None else 'ok  ' if row.holds else 'MISS'} {row.what}: {row.measured}")


def _parts(scratch: Path, *, quick: bool, orders: int, seconds: float) -> list[Part]:
    scenes, code, state = scratch / "scenes", scratch / "code", scratch / "state"
    for directory in (scenes, code, state):
        directory.mkdir()
    print("packaging …", flush=True)
    start.unpacked(code)
    with tables.emulator(state) as address:
        environment = tables.create(address)
        os.environ.update(environment)
        with redirect_stdout((scratch / "out.txt").open("w", encoding="utf-8")):
            journey.published()
            order = record.record(scenes)
        print("starting and answering …", flush=True)
        starts = _starts(code, scenes, environment, quick)
        print(f"loading up to {orders:,} orders …", flush=True)
        with redirect_stdout((scratch / "out.txt").open("a", encoding="utf-8")):
            bought = journeys.part(order, orders=orders, seconds=seconds)
    delivered = Part("delivered", "What is delivered", "Zips for AWS; pages as the browser tests measured "
                     "them.", [*sizes.package_rows(), *sizes.page_rows()])
    return [bought, *starts, delivered]


def _starts(code: Path, scenes: Path, environment: dict[str, str], quick: bool) -> list[Part]:
    runs = 5 if quick else 15
    cold = start.cold(code, scenes, environment, runs=runs, cut="client")
    door = start.cold(code, scenes, environment, runs=runs, cut="door")
    warm = start.warm(code, scenes, environment, runs=runs // 2, rounds=150)
    rows = [_cold_row(f"cold start of `{area}`", ratio, COLD_BAR) for area, ratio in cold.items()]
    rows += [_cold_row(f"cold start of `{area}`, no client", ratio, None) for area, ratio in door.items()]
    return [Part("cold", "Cold start", COLD_HOW, rows),
            Part("warm", "Warm request", WARM_HOW, [
                Row(f"warm request of `{area}`", f"≤ {WARM_BAR} ×", f"{found.ratio:.2f} × "
                    f"({1000 * found.ours:.2f} ms / {1000 * found.yardstick:.2f} ms)", found.ratio <= WARM_BAR)
                for area, found in warm.items()])]


def _cold_row(what: str, found: Ratio, bar: float | None) -> Row:
    return Row(what, f"≤ {bar} ×" if bar else "", f"{found.ratio:.2f} × ({found.ours:.3f} s / {found.yardstick:.3f} s)",
               found.ratio <= bar if bar else None)


if __name__ == "__main__":
    main()
