from __future__ import annotations

import asyncio
import json
import re
import sys

import pytest

from scalr_async.cli import main
from scalr_async.cli._parser import parser
from scalr_async.cli._pools import link
from scalr_async.emulator.engine.documents import Documents
from tests.cli.conftest import Terminal, linked, make_workspaces


@pytest.fixture
def narrow(emu):
    """A pool that serves one environment."""
    other = emu.create("environments", {"name": "other"}, {"account": "acc-svrcncgh453bi8g"})
    return emu.create("agent-pools", {"name": "narrow"}, {"environments": (other.id,)})


@pytest.fixture
def workspaces(emu):
    """So many that no question is asked."""
    return make_workspaces(emu, 5)


@pytest.mark.generous("counts what an answer may leave out")
async def test_pools_are_listed(run, pool, narrow) -> None:
    ended = await run("pools", "list")

    assert ended.code == 0
    assert ended.lines[0].split() == ["id", "name", "environments", "workspaces", "agents"]
    assert [line.split() for line in ended.lines[1:]] == [
        [pool.id, "eu", "all", "0", "0"],
        [narrow.id, "narrow", "1", "0", "0"],
    ]


async def test_pools_are_listed_for_programs(run, emu, pool, workspaces) -> None:
    emu.create("agents", {"name": "a"}, {"pool": pool.id})
    await run("pools", "link", "eu", "--workspace", *workspaces)

    ended = await run("pools", "list", "--json")

    assert json.loads(ended.out) == {
        "id": pool.id,
        "name": "eu",
        "environments": "all",
        "workspaces": 5,
        "agents": 1,
    }


async def test_workspaces_are_linked_by_id(run, emu, pool, workspaces) -> None:
    ended = await run("pools", "link", pool.id, "--workspace", *workspaces[:2])

    assert (ended.code, ended.out, ended.err) == (0, "2 of 2 workspaces are on the pool\n", "")
    assert linked(emu, pool) == set(workspaces[:2])


async def test_workspaces_are_linked_by_environment(run, emu, pool, workspaces) -> None:
    ended = await run("pools", "link", "eu", "--environment", "main")

    assert (ended.code, ended.out) == (0, "5 of 5 workspaces are on the pool\n")
    assert linked(emu, pool) == set(workspaces)


async def test_workspaces_are_linked_from_standard_input(run, emu, pool, workspaces) -> None:
    crawled = json.dumps({"type": "workspaces", "id": workspaces[1]})

    ended = await run("pools", "link", "eu", stdin=f"{workspaces[0]}\n\n{crawled}\n")

    assert ended.out == "2 of 2 workspaces are on the pool\n"
    assert linked(emu, pool) == set(workspaces[:2])


async def test_each_failure_is_named_with_its_reason(run, emu, narrow, workspaces) -> None:
    ended = await run("pools", "link", "narrow", "--environment", "env-svrcnchebt61e30")

    assert ended.code == 1
    assert ended.lines[0] == "0 of 5 workspaces are on the pool"
    for id, line in zip(workspaces, ended.lines[2:], strict=True):
        assert line.startswith(id)
        assert "rejected" in line
        assert "is not available to environment" in line
    assert "app-0" in ended.out


async def test_outcomes_are_written_for_programs(run, pool, workspaces) -> None:
    words = ("pools", "link", "eu", "--json", "--workspace")
    ended = await run(*words, workspaces[0], "ws-unknown")

    assert ended.code == 1
    good, bad = map(json.loads, ended.lines)
    assert good == {"workspace": workspaces[0], "ok": True, "outcome": "applied"}
    assert bad["workspace"] == "ws-unknown"
    assert (bad["ok"], bad["outcome"], bad["error"]) == (False, "rejected", "NotFoundError")
    assert "Workspace with ID 'ws-unknown' not found" in bad["reason"]


async def test_workspaces_are_taken_off(run, emu, pool, workspaces) -> None:
    await run("pools", "link", "eu", "--workspace", *workspaces)

    one = await run("pools", "unlink", "eu", "--workspace", workspaces[0])
    rest = await run("pools", "unlink", "eu", "--environment", "main")

    assert (one.code, one.out) == (0, "1 of 1 workspace is off the pool\n")
    assert (rest.code, rest.out) == (0, "4 of 4 workspaces are off the pool\n")
    assert linked(emu, pool) == set()


async def test_a_name_nobody_has_is_refused(run, pool) -> None:
    ended = await run("pools", "link", "us", "--workspace", "ws-1")

    assert ended.code == 2
    assert ended.err == (
        f"scalr-async: 'us' is neither id nor name of an agent pool; closest are eu ({pool.id})\n"
    )


async def test_a_name_of_several_is_refused_with_their_ids(run, emu, pool) -> None:
    scope = {"environment": "env-svrcnchebt61e30"}
    other = emu.create("agent-pools", {"name": "eu"}, scope)

    ended = await run("pools", "link", "eu", "--workspace", "ws-1")

    assert ended.code == 2
    assert pool.id in ended.err
    assert other.id in ended.err


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "standard input: "),
        ('{"type": "agents", "id": "agent-1"}', "not a workspace"),
        ('{"type": "workspaces", "id": 1}', "not a workspace"),
        ("../accounts", "'..' is neither id nor name of an environment"),
        ("[" * 100_000, "is neither id nor name of a workspace"),
        ('{"a":' * 100_000, "standard input: nested too deeply"),
        ("type,id\nagents,agent-1\n", "not a workspace"),
        ("id,type\nws-1\n", "not a workspace"),
    ],
)
async def test_input_that_names_no_workspace_is_refused(run, emu, pool, line, problem) -> None:
    ended = await run("pools", "link", pool.id, stdin=line)

    assert problem in ended.err + ended.out
    assert ended.code in (1, 2)
    assert [r for r in emu.requests if r.method == "PATCH"] == []


async def test_nobody_waits_for_a_terminal_to_name_workspaces(run, monkeypatch, pool) -> None:
    monkeypatch.setattr("tests.cli.conftest.io.TextIOWrapper", lambda _: Terminal())

    ended = await run("pools", "link", pool.id)

    assert ended.code == 2
    assert "--environment" in ended.err


async def test_the_token_comes_from_a_file(run, monkeypatch, emu, pool, tmp_path) -> None:
    monkeypatch.delenv("SCALR_TOKEN")
    monkeypatch.delenv("SCALR_HOSTNAME")
    file = tmp_path / "token"
    file.write_text(f"{emu.token}\n")

    ended = await run("pools", "list", "--host", emu.url, "--token-file", file)

    assert ended.code == 0


async def test_the_token_comes_from_input_before_the_ids(run, monkeypatch, emu, pool, workspaces):
    monkeypatch.delenv("SCALR_TOKEN")
    words = ("pools", "link", "eu", "--host", emu.url, "--token-file", "-")

    ended = await run(*words, stdin=f"{emu.token}\n{workspaces[0]}\n")

    assert ended.out == "1 of 1 workspace is on the pool\n"


async def test_without_credentials_it_is_said_where_they_are_looked_for(run, monkeypatch) -> None:
    monkeypatch.delenv("SCALR_TOKEN")

    ended = await run("pools", "list")

    assert ended.code == 2
    assert "SCALR_TOKEN" in ended.err
    assert ended.err.count("\n") == 1


async def test_a_refusal_is_one_line_and_shows_no_token(run, monkeypatch) -> None:
    monkeypatch.setenv("SCALR_TOKEN", "canary-token")

    ended = await run("pools", "list")

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("scalr-async: GET /agent-pools: 401 Unauthorized")
    assert ended.err.count("\n") == 1
    assert "canary" not in ended.err


async def test_a_token_file_that_is_not_there_is_one_line(run, tmp_path) -> None:
    ended = await run("pools", "list", "--token-file", tmp_path / "nothing")

    assert ended.code == 2
    assert (
        ended.err
        == f"scalr-async: '{tmp_path}/nothing' cannot be read: No such file or directory\n"
    )


@pytest.mark.parametrize("form", [[], ["--json"]])
async def test_what_was_done_is_told_when_it_is_interrupted(
    emu, monkeypatch, capsys, pool, workspaces, form
) -> None:
    monkeypatch.setenv("SCALR_HOSTNAME", emu.url)
    monkeypatch.setenv("SCALR_TOKEN", str(emu.token))
    words = ["pools", "link", pool.id, "--workspace", *workspaces, "--concurrency", "1", *form]

    def slow(request) -> bool:
        emu.latency = 60.0 if request.path.endswith(workspaces[1]) else 0.0
        return False

    emu.fail("PATCH", "*", times=None, match=slow)
    task = asyncio.create_task(link(parser().parse_args(words)))
    while not emu.latency:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    text = capsys.readouterr().out
    if form:
        done, unknown, *left = map(json.loads, text.splitlines())
        assert done["outcome"] == "applied"
        assert unknown == {"workspace": workspaces[1], "ok": False, "outcome": "unknown"}
        assert [each["workspace"] for each in left] == workspaces[2:]
        assert {each["outcome"] for each in left} == {"not_sent"}
    else:
        assert text.startswith("1 of 5 workspaces are on the pool\n")
        assert text.count("not_sent  interrupted") == 3
        assert re.search(f"{workspaces[1]} .* unknown +interrupted", text)


async def test_progress_goes_to_a_terminal_only(run, monkeypatch, pool, workspaces) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)

    ended = await run("pools", "link", "eu", "--workspace", *workspaces)

    assert ended.out == "5 of 5 workspaces are on the pool\n"
    assert "linking" in terminal.getvalue()
    assert "5/5" in terminal.getvalue()


def test_usage_needs_no_server(capsys) -> None:
    assert main(["pools", "link"]) == 2


SILENT = ("environments", "workspaces", "agents", "is-shared", "name", "vcs-enabled")


@pytest.mark.generous("leaves out one thing at a time")
@pytest.mark.parametrize("silent", SILENT)
async def test_what_the_server_does_not_tell_is_not_counted_as_none(
    run, monkeypatch, emu, pool, workspaces, silent
) -> None:
    """As an answer may: the documented ones leave relationships out, or have them null."""
    emu.create("agents", {"name": "a"}, {"pool": pool.id})
    await run("pools", "link", "eu", "--workspace", *workspaces)
    everything = Documents._object

    def told(self, record, only):
        document = everything(self, record, only)
        if record.type == "agent-pools":
            document["attributes"].pop(silent, None)
            document["relationships"].pop(silent, None)
        return document

    monkeypatch.setattr(Documents, "_object", told)

    listed = json.loads((await run("pools", "list", "--json")).out)
    table = await run("pools", "list")
    shown = await run("pools", "show", pool.id)
    doomed = await run("pools", "delete", pool.id, "--dry-run")

    unknown = {"is-shared": "environments"}.get(silent, silent)
    if silent == "environments":
        assert listed[silent] == "all"  # by `is-shared`
    elif silent != "vcs-enabled":
        assert listed[unknown] is None
        assert "?" in table.out
    assert shown.code == 0
    assert "with 5 workspaces on it and 1 agent" in doomed.out
