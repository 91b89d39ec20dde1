"""The tool that shows the way of a call counts what the call enters."""

from __future__ import annotations

import gc
import re
from operator import attrgetter
from pathlib import Path

import pytest

from scalr_async.transport._aiohttp.connector import ShortRequest
from tools.trace import CALLS, Way, main, way_of


def test_switches_are_counted_between_one_entry_and_the_next() -> None:
    way = Way((("a.py", "f"), ("a.py", "g"), ("b.py", "h"), ("a.py", "f")))

    assert (way.files, way.switches) == (2, 2)


@pytest.mark.parametrize(
    ("call", "first", "last"),
    [
        ("get", "AgentPools.get", "Codec.read_one"),
        ("list", "Workspaces.list", "Journal.end"),
        ("link", "AgentPools.link_workspaces", "Engine.run"),
    ],
)
async def test_a_call_is_followed_from_end_to_end(call: str, first: str, last: str) -> None:
    functions = [function for _, function in (await way_of(CALLS[call])).entries]

    assert first in functions
    assert last in functions
    assert "Sender.send" in functions


@pytest.mark.skipif(not ShortRequest.KNOWN, reason="aiohttp itself sends short requests")
@pytest.mark.parametrize("call", CALLS)
async def test_the_path_of_a_call_is_no_longer_than_documented(call: str) -> None:
    design = Path(__file__).parent.parent.joinpath("docs/design.md").read_text("utf-8")
    rows = re.findall(rf"^\| `\w+\.{call}\w*`.* \| (\d+) \| (\d+) \|$", design, re.MULTILINE)

    gc.collect()  # what others left to collect
    ways = [await way_of(CALLS[call]) for _ in range(3)]  # a timer may be due during one of them
    way = min(ways, key=attrgetter("switches"))

    (files, switches) = map(int, *rows)
    assert way.files <= files
    assert way.switches <= switches


def test_a_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["get", "-v"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("| get | ")
    assert "transport/_sender.py: Sender.send" in lines
