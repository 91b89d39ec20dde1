from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from scalr_async.cli._charts import bars, text
from scalr_async.cli._report import page
from scalr_async.cli._survey import Survey


@pytest.fixture
def output(tmp_path):
    return tmp_path / "report.html"


def numbers(html: str, title: str) -> dict[str, int]:
    """What a chart says, read off what it tells screen readers."""
    said = re.search(f'aria-label="{title}: ([^"]*)"', html).group(1)
    pairs = (part.rpartition(" ") for part in said.split(", ") if part)
    return {name: int(count) for name, _, count in pairs}


@pytest.mark.generous("counts what an answer may leave out")
async def test_the_page_counts_everything(run, emu, output) -> None:
    emu.seed(environments=2, workspaces=60, pools=2, agents=4)

    ended = await run("report", "--output", output)

    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"wrote {output}\n"
    html = output.read_text()
    assert numbers(html, "Workspaces by environment") == {"production": 30, "staging": 30}
    assert sum(numbers(html, "Workspaces by Terraform version").values()) == 60
    assert sum(numbers(html, "Latest run").values()) == 60
    assert "never run" in numbers(html, "Latest run")
    assert sum(numbers(html, "Last changed within").values()) == 60
    on_pools = numbers(html, "Workspaces on each agent pool")
    without = numbers(html, "Workspaces without an agent pool")
    assert sum(on_pools.values()) == 20
    assert sum(without.values()) == 40
    assert html.count("<tr>") == 1 + 2 + 1 + 20


async def test_the_latest_run_is_told(run, emu, output) -> None:
    workspace = emu.create("workspaces", {"name": "a"}, {"environment": "env-svrcnchebt61e30"})
    made = emu.create("runs", {"status": "errored"}, {"workspace": workspace.id})
    emu._service.store.change(workspace, {}, {"latest-run": made.id})

    await run("report", "--output", output)

    assert numbers(output.read_text(), "Latest run") == {"errored": 1}


async def test_the_page_needs_nothing_else_and_is_well_formed(run, emu, output) -> None:
    emu.seed(environments=1, workspaces=3)
    await run("report", "--output", output)
    html = output.read_text()
    open_tags: list[str] = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag, attributes) -> None:
            assert tag != "script"
            assert not {"src", "href"} & {name for name, _ in attributes}
            if tag not in ("meta", "rect"):
                open_tags.append(tag)

        def handle_startendtag(self, tag, attributes) -> None:
            assert tag == "rect"

        def handle_endtag(self, tag) -> None:
            assert open_tags.pop() == tag

    Checker().feed(html)

    assert open_tags == []
    assert "url(" not in html


async def test_a_page_that_cannot_be_written_is_one_line_before_anything_is_read(
    run, emu, tmp_path
) -> None:
    ended = await run("report", "--output", tmp_path / "nowhere" / "report.html")

    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert "cannot be written: No such file or directory" in ended.err
    assert len(emu.requests) == 0


def test_names_are_text_whatever_they_hold() -> None:
    survey = Survey(now=datetime(2026, 1, 1, tzinfo=UTC))
    survey.by_environment["<script>alert(1)</script>"] = 1

    html = page(survey, "<b>host")

    assert "<script" not in html
    assert "<b>" not in html
    assert text('"&\x00') == "&quot;&amp;\\x00"


def test_a_chart_has_a_bar_for_what_is_left_over() -> None:
    chart = bars("Many", {f"name-{i}": 100 - i for i in range(40)})

    counts = numbers(chart, "Many")
    assert len(counts) == 25
    assert counts["16 others"] == sum(100 - i for i in range(24, 40))
    assert chart.count("<rect") == 25


def test_an_empty_chart_is_drawn() -> None:
    assert "<rect" not in bars("Nothing", {})


def test_equal_bars_are_of_equal_length() -> None:
    widths = re.findall(r'width="([\d.]+)"', bars("Two", {"a": 10, "b": 5}))

    assert float(widths[0]) == 2 * float(widths[1])


async def test_a_page_goes_to_standard_output(run, emu) -> None:
    ended = await run("report", "--output", "-")

    assert ended.code == 0
    assert ended.out.startswith("<!doctype html>")
    assert "wrote" not in ended.err
