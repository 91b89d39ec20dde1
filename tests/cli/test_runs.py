"""`runs list` and `runs wait`."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.generous("shows what an answer may leave out")


@pytest.fixture
def runs(emu):
    """Three runs, of two workspaces."""
    home = emu.store.all("environments")[0].id
    made = []
    for name, status in (("a", "applied"), ("b", "errored"), ("c", "planned")):
        found = [w for w in emu.store.all("workspaces") if w.attributes["name"] == name]
        workspace = found or [emu.create("workspaces", {"name": name}, {"environment": home})]
        values = {"message": f"to {status}", "status": status}
        made.append(emu.create("runs", values, {"workspace": workspace[0].id}).id)
    return made


async def test_runs_are_listed(run, runs) -> None:
    ended = await run("runs", "list")

    assert ended.code == 0
    assert ended.lines[0].split() == ["id", "status", "created", "workspace", "message"]
    assert all(any(id in line for line in ended.lines) for id in runs)


async def test_runs_are_listed_as_json_by_workspace_and_status(run, runs) -> None:
    words = ("--workspace", "a", "--status", "applied,errored", "--json")

    ended = await run("runs", "list", *words)

    (line,) = map(json.loads, ended.lines)
    assert line | {"created": None} == {
        "id": runs[0],
        "status": "applied",
        "created": None,
        "workspace": "a",
        "message": "to applied",
    }


async def test_a_limit_is_exact(run, runs) -> None:
    ended = await run("runs", "list", "--limit", "2", "--json")

    assert len(ended.lines) == 2


@pytest.mark.parametrize("word", ["nobody", "ws-nobody"])
async def test_a_workspace_that_nobody_has_is_refused(run, runs, word) -> None:
    ended = await run("runs", "list", "--workspace", word)

    assert ended.code == 2
    assert f"'{word}' is neither id nor name of a workspace" in ended.err


@pytest.mark.parametrize(
    ("index", "until", "code"),
    [
        (0, "terminal", 0),
        (1, "terminal", 1),
        (1, "errored", 0),
        (2, "confirmable", 0),
        (2, "planned", 0),
        (1, "confirmable", 1),
    ],
)
async def test_the_exit_code_tells_whether_a_run_came_to_what_was_wanted(
    run, runs, index, until, code
) -> None:
    ended = await run("runs", "wait", runs[index], "--until", until)

    assert ended.code == code
    assert ended.out.startswith(f"{runs[index]} ")


async def test_several_runs_are_waited_for_at_once(run, runs) -> None:
    ended = await run("runs", "wait", runs[0], runs[1], runs[0], "--json")

    assert ended.code == 1
    found = list(map(json.loads, ended.lines))
    assert [(line["id"], line["status"], line["stage"]) for line in found] == [
        (runs[0], "applied", "terminal"),
        (runs[1], "errored", "terminal"),
    ]
    assert f"{runs[0]}: applied" in ended.err


async def test_runs_that_are_not_there_do_not_hide_the_others(run, runs) -> None:
    ended = await run("runs", "wait", "run-nobody1", runs[0], "run-nobody2")

    assert ended.code == 3
    assert ended.out == f"{runs[0]} applied\n"
    assert "run-nobody1" in ended.err
    assert "run-nobody2" in ended.err


async def test_a_wait_ends_with_its_timeout(run, emu, runs) -> None:
    workspace = next(iter(emu.store.get("runs", runs[0]).related("workspace")))
    planning = emu.create("runs", {"status": "planning"}, {"workspace": workspace}).id

    ended = await run("runs", "wait", planning, "--timeout", "0.03")

    assert ended.code == 3
    assert planning in ended.err


@pytest.mark.parametrize("words", [["--timeout", "0"], ["--timeout", "x"], ["--until", "bogus"]])
async def test_what_makes_no_sense_is_refused(run, emu, runs, words) -> None:
    emu.requests.clear()

    assert (await run("runs", "wait", runs[0], *words)).code == 2
    assert len(emu.requests) == 0
