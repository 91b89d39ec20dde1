"""A person sees what will happen before it happens; a script can trust the exit code."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys

import pytest

from scalr_async.cli import _pools
from scalr_async.cli._changes import confirm
from scalr_async.cli._parser import parser
from scalr_async.emulator.engine.documents import Documents
from tests.cli.conftest import ENVIRONMENT, Terminal, linked


def writes(emu) -> list[str]:
    return [request.method for request in emu.requests if request.method != "GET"]


WRITING = [
    ("pools", "link", "eu", "--environment", "main"),
    ("pools", "link", "eu", "--workspace", "app-0"),
    ("pools", "unlink", "eu", "--workspace", "app-0"),
    ("pools", "create", "new"),
    ("pools", "create", "new", "--environment", "main"),
    ("pools", "delete", "eu"),
    ("pools", "token", "eu"),
]


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
async def test_a_dry_run_says_what_would_be_done_and_writes_nothing(
    run, emu, pool, workspaces, words
) -> None:
    ended = await run(*words, "--dry-run")

    assert (ended.code, ended.err) == (0, "")
    assert "would " in ended.out
    assert "nothing was done" in ended.out
    assert writes(emu) == []


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
async def test_every_command_that_writes_has_a_dry_run(run, emu, pool, workspaces, words) -> None:
    if words[1] == "unlink":
        await run("pools", "link", "eu", "--workspace", "app-0")
        emu.requests.clear()

    ended = await run(*words, *(["--yes"] if words[1] in ("link", "unlink", "delete") else []))

    assert ended.code == 0
    assert writes(emu) != []


@pytest.mark.generous("shows relationships that an answer may leave out")
async def test_a_dry_run_shows_each_workspace_and_its_pool(run, emu, pool, workspaces) -> None:
    other = emu.create("agent-pools", {"name": "us"})
    await run("pools", "link", "us", "--workspace", "app-1")

    plain = await run("pools", "link", "eu", "--environment", "main", "--dry-run")
    lines = await run("pools", "link", "eu", "--environment", "main", "--dry-run", "--json")

    assert [line.split() for line in plain.lines[1:3]] == [
        [workspaces[0], "app-0"],
        [workspaces[1], "app-1", other.id],
    ]
    assert plain.lines[-2] == f"would link 9 workspaces to eu ({pool.id}); nothing was done"
    assert plain.lines[-1] == (
        "12 requests: at least 1.4 s at 500 requests a minute "
        "(which is assumed; --rate says another)"
    )
    assert json.loads(lines.lines[-1]) == {"requests": 12, "minutes": 0.024}
    assert json.loads(lines.lines[1]) == {
        "workspace": workspaces[1],
        "pool": pool.id,
        "would": "link",
        "now": other.id,
    }


@pytest.mark.parametrize(("verb", "joint"), [("link", "to"), ("unlink", "from")])
async def test_a_dry_run_fails_where_something_was_not_found(
    run, emu, pool, workspaces, verb, joint
) -> None:
    words = ("pools", verb, "eu", "--workspace", "ws-nothing", "app-0", "--dry-run")
    ended = await run(*words)
    lines = await run(*words, "--json")

    assert (ended.code, lines.code) == (1, 1)
    assert ended.lines[1].split(maxsplit=1) == ["ws-nothing", "(not found)"]
    assert ended.lines[2].split()[:2] == [workspaces[0], "app-0"]
    assert ended.lines[3] == (
        f"would {verb} 1 workspace {joint} eu ({pool.id}), 1 not found; nothing was done"
    )
    lost, found, counted = map(json.loads, lines.lines)
    assert lost == {"workspace": "ws-nothing", "pool": pool.id, "would": "fail"}
    assert found["would"] == verb
    assert counted["requests"] in (4, 5)


@pytest.mark.generous("counts requests that an answer with less in it asks for")
@pytest.mark.parametrize("via", ["workspace", "pool"])
@pytest.mark.parametrize("verb", ["link", "unlink"])
async def test_a_dry_run_counts_the_requests_of_the_command_lookups_included(
    run, emu, pool, workspaces, verb, via
) -> None:
    if verb == "unlink":
        await run("pools", "link", "eu", "--workspace", *workspaces[:6], "--yes")
    words = ("pools", verb, "eu", "--workspace", *workspaces[:7], "--via", via)
    counted = json.loads((await run(*words, "--dry-run", "--json", "--rate", "600/m")).lines[-1])
    emu.requests.clear()
    ended = await run(*words, "--yes")

    assert ended.code == 0
    assert writes(emu) != []
    assert counted["requests"] == len(emu.requests)
    assert counted["minutes"] == pytest.approx(counted["requests"] / 600, abs=0.001)


@pytest.mark.generous("counts requests that an answer with less in it asks for")
async def test_what_takes_long_at_the_known_limit_is_suggested_to_go_by_the_pool(
    run, emu, pool, workspaces, monkeypatch
) -> None:
    words = ("pools", "link", "eu", "--workspace", *workspaces[:4])
    hint = "--via pool takes 3 requests, if nobody else is changing the pool"

    assert _pools.SLOW == 60.0
    monkeypatch.setattr(_pools, "SLOW", 0.1)  # so that nobody waits for a minute
    slow = await run(*words, "--rate", "1200/m", "--dry-run")
    quick = await run(*words, "--rate", "6000/m", "--dry-run")
    there = await run(*words, "--rate", "1200/m", "--dry-run", "--via", "pool")

    assert slow.lines[-1] == (
        f"6 requests: at least 0.3 s at 1200 requests a minute (--rate); {hint}"
    )
    assert hint not in quick.out + there.out

    monkeypatch.setattr(_pools, "SLOW", -1.0)
    done = await run(*words, "--rate", "1000")
    assert done.code == 0
    assert done.err.splitlines()[0].startswith("4 requests: at least ")
    assert done.err.splitlines()[0].endswith(hint)
    assert hint not in (await run(*words, "--rate", "1000", "--via", "pool")).err


@pytest.mark.generous("counts what an answer may leave out")
async def test_a_dry_run_tells_no_pool_from_one_that_is_not_told(
    run, emu, pool, workspaces, monkeypatch
) -> None:
    first, second, third = workspaces[:3]
    everything = Documents._object

    def told(self, record, only):
        document = everything(self, record, only)
        if record.id == first:
            document["relationships"].pop("agent-pool", None)
        elif record.id == second:
            document["relationships"]["agent-pool"] = None
        return document

    monkeypatch.setattr(Documents, "_object", told)
    await run("pools", "link", "eu", "--workspace", third)

    words = ("pools", "link", "eu", "--workspace", first, second, third, "--dry-run")
    table = await run(*words)
    lines = [json.loads(line) for line in (await run(*words, "--json")).lines[:-1]]

    assert [line.split()[2:] for line in table.lines[1:4]] == [["?"], [], [pool.id]]
    assert "now" not in lines[0]
    assert [line["now"] for line in lines[1:]] == [None, pool.id]


@pytest.mark.parametrize("homes", [[], ["main"]])
async def test_a_dry_run_of_a_creation_is_for_programs_too(run, emu, homes) -> None:
    options = [word for home in homes for word in ("--environment", home)]

    ended = await run("pools", "create", "new", *options, "--dry-run", "--json")

    assert json.loads(ended.out) == {
        "would": "create",
        "name": "new",
        "environments": [ENVIRONMENT] if homes else "all",
    }
    assert writes(emu) == []


@pytest.mark.parametrize(
    "words", [("link", "--environment", "main"), ("delete",)], ids=["many", "delete"]
)
async def test_a_script_has_to_say_yes(run, emu, pool, workspaces, words) -> None:
    ended = await run("pools", words[0], "eu", *words[1:])

    assert ended.code == 2
    assert "give --yes to do it, --dry-run to see it" in ended.err
    assert writes(emu) == []


@pytest.mark.parametrize(
    ("answer", "done"), [("y", True), ("Yes", True), ("n", False), ("", False)]
)
async def test_a_person_is_asked(run, emu, monkeypatch, pool, workspaces, answer, done) -> None:
    asked, typed = Terminal(), f"{answer}\n" if answer else ""
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stderr", asked)
    monkeypatch.setattr("tests.cli.conftest.io.TextIOWrapper", lambda _: Terminal(typed))

    ended = await run("pools", "link", "eu", "--environment", "main")

    assert asked.getvalue().startswith(f"Link 9 workspaces to eu ({pool.id})? [y/N] ")
    assert (ended.code, bool(linked(emu, pool))) == ((0, True) if done else (2, False))


async def test_the_answer_is_waited_for_without_holding_the_loop(monkeypatch, capsys) -> None:
    ours, theirs = os.pipe()
    with os.fdopen(ours) as keyboard:
        monkeypatch.setattr(keyboard, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(sys, "stdin", keyboard)
        monkeypatch.setattr(sys, "stderr", Terminal())
        asked = asyncio.create_task(confirm(argparse.Namespace(yes=False), "delete eu"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not asked.done()
        os.write(theirs, b"yes\n")
        await asked
    os.close(theirs)


@pytest.mark.parametrize("verb", ["link", "unlink"])
@pytest.mark.parametrize("choice", [("--environment", "main"), ("--tag", "blue")])
async def test_nothing_matched_is_no_success(run, emu, pool, verb, choice) -> None:
    emu.create("tags", {"name": "blue"}, {"account": "acc-svrcncgh453bi8g"})

    ended = await run("pools", verb, "eu", *choice)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"scalr-async: no workspace matched; nothing to {verb}\n"


async def test_workspaces_are_chosen_by_tag(run, emu, pool, workspaces) -> None:
    tag = emu.create("tags", {"name": "blue"}, {"account": "acc-svrcncgh453bi8g"})
    home = {"environment": ENVIRONMENT, "tags": (tag.id,)}
    tagged = emu.create("workspaces", {"name": "tagged"}, home).id

    ended = await run("pools", "link", "eu", "--tag", "blue", "--environment", "main")

    assert ended.out == "1 of 1 workspace is on the pool\n"
    assert linked(emu, pool) == {tagged}


LISTS = {
    "ndjson": ("--format", "ndjson"),
    "with includes": ("--format", "ndjson", "--include", "environment"),
    "csv": ("--format", "csv"),
    "csv with includes": (
        *("--format", "csv", "--include", "environment"),
        *("--columns", "included,type,id"),
    ),
    "without type": ("--format", "csv", "--columns", "name,id"),
    "ids": ("--format", "csv", "--columns", "id"),
}


@pytest.mark.parametrize("options", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("source", ["file", "-", "input"])
async def test_what_crawl_writes_is_taken(
    run, emu, pool, workspaces, tmp_path, options, encoding, source
) -> None:
    crawled = (await run("crawl", "workspaces", *options)).out.encode(encoding)
    path = tmp_path / "workspaces"
    path.write_bytes(crawled)
    given = {"file": ("--file", path), "-": ("--file", "-"), "input": ()}[source]

    ended = await run("pools", "link", "eu", "--yes", *given, stdin=crawled)

    assert (ended.code, ended.out) == (0, "9 of 9 workspaces are on the pool\n")
    assert linked(emu, pool) == set(workspaces)


@pytest.mark.parametrize(
    "text",
    [
        "name,id\nmain,env-1\n",
        "type,id\nenvironments,env-1\n",
        "id\nmain\n",
        "name,id\nmain\n",
        '{"type": "environments", "id": "env-1"}\n',
        '{"type": "environments", "id": "env-1", "meta": {"included": false}}\n',
    ],
)
async def test_a_list_of_anything_else_is_refused(run, emu, pool, text) -> None:
    ended = await run("pools", "link", "eu", "--yes", stdin=text)

    assert (ended.code, "not a workspace" in ended.err) == (2, True)
    assert linked(emu, pool) == set()


@pytest.mark.parametrize(
    "words",
    [
        ("--workspace", "app-0", "app-1", "eu"),
        ("eu", "--workspace", "app-0", "app-1"),
        ("--workspace", "app-0", "--workspace", "app-1", "eu"),
        ("--workspace", "app-0", "app-1", "--concurrency", "2", "eu"),
    ],
    ids=" ".join,
)
async def test_a_list_does_not_swallow_the_pool(run, emu, pool, workspaces, words) -> None:
    ended = await run("pools", "link", *words)

    assert (ended.code, ended.out) == (0, "2 of 2 workspaces are on the pool\n")
    assert linked(emu, pool) == set(workspaces[:2])


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((), "which pool?"),
        (("--workspace", "app-0"), "which pool?"),
        (("eu", "--environment", "main", "--workspace", "app-0"), "which workspaces?"),
        (("eu", "--tag", "t", "--file", "f"), "which workspaces?"),
    ],
)
async def test_what_makes_no_sense_is_refused_before_anything_is_sent(
    run, emu, words, problem
) -> None:
    ended = await run("pools", "link", *words)

    assert ended.code == 2
    assert problem in ended.err
    assert len(emu.requests) == 0


@pytest.mark.generous("shows relationships that an answer may leave out")
async def test_a_pool_is_made_shown_and_deleted(run, emu) -> None:
    made = await run("pools", "create", "eu", "--environment", "main", "--vcs", "--json")
    pool = json.loads(made.out)
    emu.create("agents", {"name": "a", "status": "idle"}, {"pool": pool["id"]})

    shown = await run("pools", "show", "eu")
    described = json.loads((await run("pools", "show", "eu", "--json")).out)

    assert pool["environments"] == 1
    assert pool["id"] in shown.out
    assert "idle" in shown.out
    assert described["vcs_enabled"] is True
    assert [agent["name"] for agent in described["agents"]] == ["a"]

    await run("pools", "create", "us")
    empty = await run("pools", "show", "us")
    gone = await run("pools", "delete", "us", "--yes")

    assert "agents" in empty.out
    assert gone.out.startswith("deleted us (apool-")
    assert [record.attributes["name"] for record in emu.store.all("agent-pools")] == ["eu"]


async def test_a_token_is_written_for_a_shell_or_to_a_private_file(run, emu, pool, tmp_path):
    shown = await run("pools", "token", "eu", "--description", "kubernetes")
    filed = await run("pools", "token", "eu", "--output", tmp_path / "token")

    assert shown.out.count("\n") == 1
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    assert filed.out == ""
    assert f"to {tmp_path}/token" in filed.err
    token = (tmp_path / "token").read_text().strip()
    assert token
    assert token not in filed.err


SINGLE = [
    (("create", "new"), "POST", "/agent-pools", "the pool new may have been created"),
    (("token", "eu"), "POST", "/agent-pools/*/access-tokens", "a token for eu (apool-"),
    (("delete", "eu", "--yes"), "DELETE", "/agent-pools/*", "the pool eu (apool-"),
]


@pytest.mark.parametrize(("words", "method", "path", "told"), SINGLE, ids=[w[0][0] for w in SINGLE])
async def test_a_write_that_is_interrupted_may_have_happened(
    emu, pool, monkeypatch, capsys, words, method, path, told
) -> None:
    monkeypatch.setenv("SCALR_HOSTNAME", emu.url)
    monkeypatch.setenv("SCALR_TOKEN", str(emu.token))
    came = asyncio.Event()

    def hold(request) -> bool:
        emu.latency = 60.0
        came.set()
        return False

    emu.fail(method, path, times=None, match=hold)
    command = getattr(_pools, words[0])
    task = asyncio.create_task(command(parser().parse_args(["pools", *words])))
    await came.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(told)
    assert line.endswith("; check before you repeat the command")


@pytest.mark.parametrize(("words", "method", "path", "told"), SINGLE[:2], ids=["create", "token"])
@pytest.mark.parametrize(
    ("fault", "unknown"),
    [({"cut": "after-apply"}, True), ({"cut": "body"}, True), ({"status": 403}, False)],
)
async def test_a_write_whose_answer_is_lost_may_have_happened(
    run, emu, pool, words, method, path, told, fault, unknown
) -> None:
    emu.fail(method, path, **fault)

    ended = await run("pools", *words)

    assert ended.code == 3
    assert ended.err.startswith(told) == unknown
    assert ended.err.count("\n") == 1 + unknown


async def test_a_token_that_cannot_be_written_is_not_made(run, emu, pool, tmp_path) -> None:
    ended = await run("pools", "token", "eu", "--output", tmp_path / "nowhere" / "token")

    assert ended.code == 2
    assert writes(emu) == []


async def test_a_token_that_was_not_written_is_deleted_again(run, emu, pool) -> None:
    ended = await run("pools", "token", "eu", "--output", "/dev/full")

    assert ended.code == 2
    assert writes(emu) == ["POST", "DELETE"]
