"""Measure everything in one run, print the table, write the results, the chart and the page.

    python -m benchmarks [--rounds 7] [--only walks] [--full] [--check] [--quick]

The extra `bench` installs the peers and uvloop; missing ones are left out and named.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import chart, instructions, page, report
from benchmarks.bench import CLIENTS, SENDERS, UVLOOP, Bench
from benchmarks.figures import Results, Row, Spread
from benchmarks.rows import GROUPS, Sizes
from benchmarks.server import serve

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "performance.md"
README: Final = ROOT / "README.md"
SMALL: Final = Sizes(
    walk=400, slow=200, gets=20, links=40, memory=600, growth=(100, 200, 300), large_page=500
)


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each row (default 7)")
    parser.add_argument("--full", action="store_true", help="walk a list of 1 000 000 too")
    parser.add_argument("--quick", action="store_true", help="short lists: results, not figures")
    parser.add_argument("--check", action="store_true", help="fail when 15 %% worse than a goal")
    parser.add_argument("--only", choices=GROUPS, nargs="+", help="these rows; writes nothing")
    parser.add_argument(
        "--output", type=Path, help="folder for results.json and performance.svg (default: theirs)"
    )
    return parser.parse_args(words)


def _sizes(arguments: argparse.Namespace) -> Sizes:
    if arguments.quick:
        return SMALL
    return Sizes(growth=(1_000, 10_000, 100_000, 1_000_000)) if arguments.full else Sizes()


def _instructions(left_out: list[str]) -> Iterator[Row]:
    """Count the instructions of a page, if they can be counted here."""
    why = instructions.missing()
    if why is not None:
        left_out.append(f"instructions of a page: {why}")
        return
    ratio = instructions.count().ratio
    yield Row(
        work="instructions to decode a page of 100",
        compared_with="msgspec into dicts",
        goal=None,
        unit="",
        spread=Spread(ratio, ratio, ratio),
    )


def _measure(arguments: argparse.Namespace) -> Results:
    sizes = _sizes(arguments)
    rounds = 1 if arguments.quick else arguments.rounds
    left_out = [
        f"{client.name}: not installed"
        for client in (*CLIENTS, *SENDERS, UVLOOP)
        if not client.installed
    ]
    rows: list[Row] = []
    whole = not (arguments.quick or arguments.only)
    counted = [*_instructions(left_out)] if whole else []
    with serve(*sizes.listings()) as urls:
        bench = Bench(urls=urls, rounds=rounds, small=arguments.quick)
        for group in arguments.only or GROUPS:
            for row in GROUPS[group](bench, sizes):
                print(f"{row.work}: {row.spread.median:.2f} {row.unit}", file=sys.stderr)
                rows.append(row)
    return Results(
        date=datetime.now(UTC).date().isoformat(),
        rounds=rounds,
        machine=report.machine(),
        versions=report.versions(),
        rows=(*rows, *counted),
        left_out=tuple(left_out),
    )


def _write(results: Results, figures: Path, pictures: Path) -> Results:
    """Write the results and the chart; returns the results with the digits that were written."""
    path = figures / "results.json"
    report.write(results, path)
    written = report.read(path)
    chart.draw(written, pictures / "performance.svg")
    return written


def main(words: list[str]) -> int:
    """Run the benchmark; returns the exit code."""
    arguments = _arguments(words)
    results = _measure(arguments)
    print(report.table(results))
    if arguments.output is not None:
        _write(results, arguments.output, arguments.output)
    elif not (arguments.quick or arguments.only):
        written = _write(results, ROOT / "benchmarks", ROOT / "docs" / "images")
        if not written.left_out:
            PAGE.write_text(page.filled(PAGE.read_text("utf-8"), written), "utf-8")
            README.write_text(page.compared(README.read_text("utf-8"), written), "utf-8")
    worse = report.verdict(results) if arguments.check else []
    for line in worse:
        print(f"worse than its goal by more than 15 %: {line}", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
