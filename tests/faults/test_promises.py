"""The tables of docs/reliability.md say what the suite holds."""

from __future__ import annotations

import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tools import reliability
from tools.reliability import PROMISES, Names, found, held, main, parted, read, result, tables

REPORT = """<testsuites><testsuite>
<testcase name="test_row_01_a[x]"><properties><property name="cut points" value="3"/></properties></testcase>
<testcase name="test_row_01_a[y]"><properties><property name="cut points" value="4"/></properties></testcase>
<testcase name="test_row_01_b"><failure/></testcase><testcase name="test_row_01_b"><skipped/></testcase>
</testsuite></testsuites>"""


def test_page_promises_and_tests_are_in_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_every_row_but_those_of_later_is_promised() -> None:
    rows = set(map(int, tomllib.loads(PROMISES.read_text())["rows"]))

    assert rows == {*range(1, 61), 63, *range(68, 77)}


def test_a_promise_without_a_test_and_a_test_without_a_promise_are_told() -> None:
    promises = {"rows": {"1": "a", "2": "b"}, "security": {"1": {"tests": ["test_gone"]}}}
    names: Names = {"test_row_01_x": Path(), "test_row_3_y": Path(), "test_else": Path()}

    assert list(parted(promises, names)) == [
        "row 2 has no test",
        "row 3 has tests and no promise",
        "security 1: there is no test_gone",
    ]


def test_a_stale_page_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = reliability.PAGE.read_text()
    page.write_text(text.replace("test_row_01_", "test_row_01_not_", 1))
    monkeypatch.setattr(reliability, "PAGE", page)

    assert main(["--check"]) == 1


def test_results_and_figures_come_from_a_report() -> None:
    results, measured = read(ET.fromstring(REPORT))
    tests = ["test_row_01_a", "test_row_01_b"]
    made = tables([("rows", "1", "promise", tests)], results, measured)

    assert result(tests, results) == "1 skipped, 2 passed, 1 failure"
    assert "| 1 | promise | `test_row_01_a`<br>`test_row_01_b` | 1 skipped, 2" in made
    assert "| `test_row_01_a` | cut points: 7 |" in made


def test_methods_are_tests_too() -> None:
    names = found(reliability.SUITE)
    promises = tomllib.loads(PROMISES.read_text())

    assert "test_row_39_a_gzip_bomb_is_cut_at_the_limit" in names
    assert all(tests for table, _, _, tests in held(promises, names) if table == "rows")
