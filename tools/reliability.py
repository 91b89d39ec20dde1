"""Tie each promise to its tests in docs/reliability.md: `python -m tools.reliability`.

Runs the tests that also record measurements, and writes the tables between the markers of the page.
With `--check` it runs and writes nothing, and fails when promises, tests and page disagree.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "reliability.md"
PROMISES: Final = ROOT / "tests" / "faults" / "promises.toml"
SUITE: Final = ROOT / "tests"

BEGIN: Final = "<!-- made by tools/reliability.py -->"
END: Final = "<!-- end -->"
_MEASURED: Final = "## Measured"

Function = ast.FunctionDef | ast.AsyncFunctionDef
Promises = Mapping[str, Any]
"""`titles` of topics by their keys; for each key its promises, with the tests that prove them."""
Figures = Mapping[str, list[dict[str, str]]]
"""The figures of each test: one set for each set of parameters."""


def main(arguments: list[str] | None = None) -> int:
    """Write the tables, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when they differ")
    options = parser.parse_args(arguments)
    promises = tomllib.loads(PROMISES.read_text(encoding="utf-8"))
    faults = list(without_tests(promises, {node.name for _, node in functions(SUITE)}))
    for fault in faults:
        print(fault)
    if faults:
        return 1
    page = PAGE.read_text(encoding="utf-8")
    made = "\n".join(tables(promises))
    if options.check:
        same = made == between(page).partition(_MEASURED)[0].removesuffix(END).strip()
        print(
            "the page is up to date" if same else "the page is stale: python -m tools.reliability"
        )
        return 0 if same else 1
    figures = measurements(run(measuring(SUITE)))
    whole = "\n".join([made, "", _MEASURED, "", *figures, "", END])
    PAGE.write_text(page.replace(between(page), whole), encoding="utf-8")
    return 0


@cache
def functions(suite: Path) -> tuple[tuple[Path, Function], ...]:
    """Return every test function of a folder, methods included, with its file."""
    return tuple(
        (path, node)
        for path in sorted(suite.rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, Function) and node.name.startswith("test_")
    )


def measuring(suite: Path) -> set[Path]:
    """Return the files with tests that record measurements."""
    return {
        path
        for path, node in functions(suite)
        if "record_property" in {argument.arg for argument in node.args.args}
    }


def without_tests(promises: Promises, names: Collection[str]) -> Iterator[str]:
    """Yield a line for each promise without a test, and for each missing test."""
    for topic in promises["titles"]:
        for held in promises[topic]:
            if not held["tests"]:
                yield f"no test: {held['promise']}"
            for name in held["tests"]:
                if name not in names:
                    yield f"there is no {name}: {held['promise']}"


def tables(promises: Promises) -> Iterator[str]:
    """Yield the lines of the tables: for each topic its promises and their tests."""
    yield from (BEGIN, "", "## Promises and their tests")
    for topic, title in promises["titles"].items():
        yield from ("", f"### {title}", "", "| promise | tests |", "|---|---|")
        for held in promises[topic]:
            tests = "<br>".join(f"`{name}`" for name in held["tests"])
            yield f"| {held['promise']} | {tests} |"


def run(files: set[Path]) -> Figures:
    """Run test files; returns the measurements of their tests."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        options = ["-n", "2", "-q", "-o", "junit_family=xunit1", f"--junitxml={report}"]
        command = [sys.executable, "-m", "pytest", *options, *sorted(map(str, files))]
        subprocess.run(command, cwd=ROOT, check=False)
        return read(ET.parse(report).getroot())


def read(report: ET.Element) -> Figures:
    """Return the measurements of tests from a report in JUnit's format."""
    figures: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for case in report.iter("testcase"):
        name = case.attrib["name"].partition("[")[0]
        if properties := list(case.iter("property")):
            figures[name].append({each.attrib["name"]: each.attrib["value"] for each in properties})
    return figures


def measurements(figures: Figures) -> Iterator[str]:
    """Yield the lines of a table of measurements; numbers of the same test are added up."""
    yield from ("| test | measured |", "|---|---|")
    for name, cases in sorted(figures.items()):
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


if __name__ == "__main__":
    sys.exit(main())
