"""Tie each promise to its tests in docs/reliability.md: `python -m tools.reliability`.

Runs the tests that hold them, which takes some minutes, and writes the tables between the markers
of the page. With `--check` nothing is run or written: it fails when promises, tests and page part.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "reliability.md"
PROMISES: Final = ROOT / "tests" / "faults" / "promises.toml"
SUITE: Final = ROOT / "tests"

BEGIN: Final = "<!-- made by tools/reliability.py -->"
END: Final = "<!-- end -->"
_ROW: Final = re.compile(r"test_row_(\d+)_")

Names = dict[str, Path]
"""Where each test stands."""
Results = Mapping[str, Counter[str]]
"""How often each test passed, failed or was skipped: once for each set of parameters."""


def main(arguments: list[str] | None = None) -> int:
    """Make the tables, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when they differ")
    options = parser.parse_args(arguments)
    promises = tomllib.loads(PROMISES.read_text(encoding="utf-8"))
    names = found(SUITE)
    faults = list(parted(promises, names))
    for fault in faults:
        print(fault)
    if faults:
        return 1
    rows = held(promises, names)
    page = PAGE.read_text(encoding="utf-8")
    if options.check:
        same = without_results(tables(rows, {}, {})) == without_results(between(page))
        print(
            "the page is up to date" if same else "the page is stale: python -m tools.reliability"
        )
        return 0 if same else 1
    wanted = {name for _, _, _, tests in rows for name in tests} | figures(names)
    results, measured = run({names[name] for name in wanted})
    made = tables(rows, results, measured)
    PAGE.write_text(page.replace(between(page), made), encoding="utf-8")
    return 0


def found(suite: Path) -> Names:
    """Return every test function of a folder, methods included."""
    return {
        node.name: path
        for path in sorted(suite.rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def figures(names: Names) -> set[str]:
    """Return the tests that measure something beside what they promise."""
    return {name for name in names if name.startswith(("test_etiquette", "test_soak", "test_fuzz"))}


def row_of(name: str) -> str | None:
    """Return the number in the name of a test."""
    match = _ROW.match(name)
    return str(int(match[1])) if match else None


def parted(promises: dict[str, Any], names: Names) -> Iterator[str]:
    """Say which promises have no test, and which tests no promise."""
    rows = {row_of(name) for name in names} - {None}
    for row in sorted(promises["rows"].keys() - rows):
        yield f"row {row} has no test"
    for row in sorted(rows - promises["rows"].keys(), key=str):
        yield f"row {row} has tests and no promise"
    for number, item in promises["security"].items():
        for name in item["tests"]:
            if name not in names:
                yield f"security {number}: there is no {name}"


Row = tuple[str, str, str, list[str]]
"""Table, number, promise, tests."""


def held(promises: dict[str, Any], names: Names) -> list[Row]:
    """Return each promise with its tests."""
    tests = defaultdict(list)
    for name in sorted(names):
        if row := row_of(name):
            tests[row].append(name)
    rows = [("rows", row, text, tests[row]) for row, text in promises["rows"].items()]
    security = promises["security"].items()
    return rows + [
        ("security", number, item["promise"], item["tests"]) for number, item in security
    ]


def run(files: set[Path]) -> tuple[Results, dict[str, list[dict[str, str]]]]:
    """Run some test files; return how each test ended and what it measured."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        options = ["-n", "2", "-q", "-o", "junit_family=xunit1", f"--junitxml={report}"]
        command = [sys.executable, "-m", "pytest", *options, *sorted(map(str, files))]
        subprocess.run(command, cwd=ROOT, check=False)
        return read(ET.parse(report).getroot())


def read(report: ET.Element) -> tuple[Results, dict[str, list[dict[str, str]]]]:
    """Return what a report in JUnit's format says."""
    results: defaultdict[str, Counter[str]] = defaultdict(Counter)
    measured: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for case in report.iter("testcase"):
        name = case.attrib["name"].partition("[")[0]
        ends = {child.tag for child in case} & {"failure", "error", "skipped"}
        results[name][ends.pop() if ends else "passed"] += 1
        if properties := list(case.iter("property")):
            measured[name].append(
                {each.attrib["name"]: each.attrib["value"] for each in properties}
            )
    return results, measured


def tables(rows: list[Row], results: Results, measured: Mapping[str, list[dict[str, str]]]) -> str:
    """Return the part of the page that is made."""
    lines = [BEGIN, ""]
    for title, table in (("What holds each promise", "rows"), ("Security", "security")):
        lines += [f"## {title}", "", "| # | promise | tests | result |", "|---|---|---|---|"]
        for place, number, promise, tests in rows:
            if place == table:
                shown = "<br>".join(f"`{name}`" for name in tests)
                lines.append(f"| {number} | {promise} | {shown} | {result(tests, results)} |")
        lines.append("")
    if measured:
        lines += ["## Measured in that run", "", *measurements(measured), ""]
    return "\n".join([*lines, END])


def result(tests: list[str], results: Results) -> str:
    """Return how all tests of a promise ended, in a few words."""
    total: Counter[str] = Counter()
    for name in tests:
        total += results.get(name, Counter())
    return ", ".join(f"{count} {end}" for end, count in sorted(total.items(), reverse=True))


def measurements(measured: Mapping[str, list[dict[str, str]]]) -> Iterator[str]:
    """Return a table of what tests measured; numbers of one test are added up."""
    yield "| test | measured |"
    yield "|---|---|"
    for name, cases in sorted(measured.items()):
        sums: dict[str, str] = {}
        for key in cases[0]:
            values = [case[key] for case in cases]
            whole = all(value.isdecimal() for value in values)
            sums[key] = f"{sum(map(int, values)):,}" if whole else ", ".join(values)
        shown = "; ".join(f"{key}: {value}" for key, value in sums.items())
        yield f"| `{name}` | {shown} |"


def between(page: str) -> str:
    """Return the part of the page between the markers, markers included."""
    return page[page.index(BEGIN) : page.index(END) + len(END)]


def without_results(made: str) -> list[str]:
    """Return the lines that tie promises to tests, without how those ended."""
    lines = (line for line in made.splitlines() if re.match(r"\| \d+ \|", line))
    return [line.rpartition(" | ")[0] for line in lines]


if __name__ == "__main__":
    sys.exit(main())
