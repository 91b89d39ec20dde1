"""The figures of the documentation are those of the last whole run."""

from __future__ import annotations

import re

from benchmarks import __main__ as command
from benchmarks import page, report


def test_the_page_shows_the_recorded_results() -> None:
    recorded = report.read(command.ROOT / "benchmarks" / "results.json")
    text = command.PAGE.read_text(encoding="utf-8")
    assert page.filled(text, recorded) == text


def test_the_readme_compares_by_the_recorded_results() -> None:
    recorded = report.read(command.ROOT / "benchmarks" / "results.json")
    text = command.README.read_text(encoding="utf-8")
    old = text.replace("| CPU of a walk, relative | 0", "| CPU of a walk, relative | 7")
    assert page.compared(text, recorded) == text == page.compared(old, recorded) != old


def test_the_recorded_run_was_whole() -> None:
    recorded = report.read(command.ROOT / "benchmarks" / "results.json")
    assert recorded.rounds >= 5
    assert recorded.left_out == ()
    assert {"orjson", "uvloop", "terrasnek", "jsonapi-client", "pytfe"} <= recorded.versions.keys()


def test_every_table_is_filled_and_what_stands_around_is_kept() -> None:
    recorded = report.read(command.ROOT / "benchmarks" / "results.json")
    names = re.findall(r"<!-- figures: (\w+) -->", command.PAGE.read_text(encoding="utf-8"))
    assert set(names) == {"goals", *page._ROWS}
    for name in names:
        block = f"<!-- figures: {name} -->\nwhat was here\n<!-- end -->"
        filled = page.filled(f"before\n{block}\nafter", recorded)
        assert filled.startswith(f"before\n<!-- figures: {name} -->\n\n| ")
        assert filled.endswith("|\n\n<!-- end -->\nafter") or name == "goals"
        assert "what was here" not in filled
