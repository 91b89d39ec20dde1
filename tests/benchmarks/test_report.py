"""What a run says: the table, the verdict of `--check`, the files."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest

from benchmarks import __main__ as command
from benchmarks import chart, report
from benchmarks.figures import Contender, Results, Row, Spread


def row(median: float, goal: float | None = 0.5, unit: str = "") -> Row:
    return Row(
        work="walk 10 workspaces: CPU",
        compared_with="aiohttp, plain <dicts>",
        goal=goal,
        unit=unit,
        spread=Spread(median * 0.9, median, median * 1.1),
        contenders=(
            Contender(
                name="ours", spread=Spread(9.0, 10.0, 11.0), unit="us", ratio=Spread(1, 1, 1)
            ),
            Contender(name="plain <dicts>", spread=Spread(19.0, 20.0, 21.0), unit="us"),
        ),
    )


def results(*rows: Row) -> Results:
    return Results(
        date="2026-11-23", rounds=7, machine={"cores": "2"}, versions={}, rows=rows,
        left_out=("pytfe: not installed",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("median", "met", "tolerable"),
    [(0.5, True, True), (0.57, False, True), (0.58, False, False)],
)
def test_a_goal_is_met_missed_or_missed_by_far(median: float, met: bool, tolerable: bool) -> None:
    one = row(median)
    assert (one.met, one.tolerable) == (met, tolerable)
    assert [line.partition(":")[0] for line in report.verdict(results(one))] == [
        "walk 10 workspaces"
    ] * (not tolerable)


def test_a_row_without_a_goal_only_tells() -> None:
    one = row(99.0, goal=None)
    assert one.met
    assert one.tolerable


def test_the_table_shows_goals_figures_and_what_is_missing() -> None:
    text = report.table(results(row(0.6), row(70.0, 40.0, "ms"), row(0.4)))
    lines = text.splitlines()
    assert lines[1].split()[-5:] == ["0.60", "0.66", "0.5", "NOT", "MET"]
    assert lines[2].split()[-4:] == ["40", "ms", "NOT", "MET"]
    assert lines[3].split()[-1] == "met"
    assert lines[-1] == "left out: pytfe: not installed"
    assert any(line.split()[:2] == ["ours", "9.00"] for line in lines)


def test_spreads_are_least_median_and_most() -> None:
    assert Spread.of([3.0, 1.0, 2.0, 10.0]) == Spread(1.0, 2.5, 10.0)


def test_results_survive_being_written(tmp_path: Path) -> None:
    written = results(row(0.5), row(1.0, None))
    report.write(written, tmp_path / "results.json")
    assert report.read(tmp_path / "results.json") == written


def test_written_numbers_have_four_digits_that_count(tmp_path: Path) -> None:
    report.write(results(row(0.123456)), tmp_path / "results.json")
    text = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert text["rows"][0]["spread"]["median"] == 0.1235


def test_the_machine_is_described_without_its_name() -> None:
    assert report.machine().keys() == {"cpu", "architecture", "cores", "system", "python"}
    assert {"aiohttp", "msgspec"} <= report.versions().keys()


def test_the_chart_is_a_picture_of_all_clients_and_goals(tmp_path: Path) -> None:
    chart.draw(
        results(row(0.5), attrs.evolve(row(0.9), compared_with="another")),
        tmp_path / "images" / "p.svg",
    )
    tree = ET.parse(tmp_path / "images" / "p.svg")
    texts = [element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert "plain <dicts>" in texts
    assert texts.count("100\N{NO-BREAK SPACE}000") == 1
    assert len(list(tree.iter("{http://www.w3.org/2000/svg}circle"))) == 1


def test_a_chart_without_ratios_is_a_picture_too(tmp_path: Path) -> None:
    chart.draw(results(attrs.evolve(row(0.9), compared_with="another")), tmp_path / "p.svg")
    assert ET.parse(tmp_path / "p.svg") is not None


@pytest.mark.parametrize(("words", "code"), [(["--check"], 1), ([], 0)])
def test_check_fails_a_run_that_is_far_from_its_goals(
    words: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(command, "_measure", lambda _: results(row(0.6)))
    assert command.main([*words, "--output", str(tmp_path)]) == code
    assert ("more than 15 %" in capsys.readouterr().err) is bool(code)
    assert report.read(tmp_path / "results.json") == results(row(0.6))


def test_a_look_at_some_rows_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "_measure", lambda _: results(row(0.4)))
    assert command.main(["--only", "walks"]) == 0
    assert command.main(["--quick"]) == 0
    assert list(tmp_path.iterdir()) == []
