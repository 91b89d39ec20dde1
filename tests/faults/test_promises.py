"""The tables of docs/reliability.md say what the suite holds."""

from __future__ import annotations

import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tools import reliability
from tools.reliability import SUITE, functions, main, measurements, measuring, read, without_tests

pytestmark = pytest.mark.unmeasured

REPORT = """<testsuites><testsuite>
<testcase name="test_a[x]"><properties><property name="cut points" value="3"/></properties></testcase>
<testcase name="test_a[y]"><properties><property name="cut points" value="4"/></properties></testcase>
<testcase name="test_b"><failure/></testcase><testcase name="test_b"><skipped/></testcase>
</testsuite></testsuites>"""


def test_page_promises_and_tests_are_in_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_a_promise_without_a_test_and_a_test_that_is_gone_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    promises = tmp_path / "promises.toml"
    promises.write_text(
        "titles = {a = 'A'}\n[[a]]\npromise = 'x'\ntests = []\n"
        "[[a]]\npromise = 'y'\ntests = ['test_gone', 'test_methods_are_tests_too']"
    )
    monkeypatch.setattr(reliability, "PROMISES", promises)

    assert main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines() == ["no test: x", "there is no test_gone: y"]
    assert list(without_tests(tomllib.loads(promises.read_text()), ["test_gone"])) == [
        "no test: x",
        "there is no test_methods_are_tests_too: y",
    ]


@pytest.mark.parametrize("part", ["`test_a_write_on_a_dead", "| promise |", "### Security"])
def test_a_stale_page_is_told(part: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = reliability.PAGE.read_text()
    assert part in text
    page.write_text(text.replace(part, f"{part}not", 1))
    monkeypatch.setattr(reliability, "PAGE", page)

    assert main(["--check"]) == 1


def test_figures_come_from_a_report() -> None:
    table = list(measurements(read(ET.fromstring(REPORT))))

    assert table[2:] == ["| `test_a` | cut points: 7 |"]


def test_methods_are_tests_too() -> None:
    names = {node.name for _, node in functions(SUITE)}

    assert "test_a_gzip_bomb_is_cut_at_the_limit" in names


def test_what_measures_is_found() -> None:
    assert SUITE / "faults" / "test_soak.py" in measuring(SUITE)
