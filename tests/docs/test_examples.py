"""The scripts in `examples/` do what they say, run as programs against an emulator."""

from __future__ import annotations

import ast
import asyncio
import csv
import os
import re
import socket
import sys
import tomllib
from pathlib import Path

import attrs
import pytest

from scalr_async import Ref, ScalrClient
from scalr_async.emulator import Emulator
from tests.docs.pages import ROOT

EXAMPLES = ROOT / "examples"


@attrs.frozen
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path):
    async def start(script: str, *arguments: str) -> Ended:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-W",
            "error",
            str(EXAMPLES / script),
            *arguments,
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())

    return start


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_is_short_and_on_the_page_as_it_is(script: Path) -> None:
    page = (ROOT / "docs" / "examples.md").read_text("utf-8")

    assert len(script.read_text("utf-8").splitlines()) < 125
    assert f"{{literalinclude}} ../examples/{script.name}\n" in page


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_says_what_is_to_be_installed_for_it(script: Path) -> None:
    tree = ast.parse(script.read_text("utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    ]
    used = {name.partition(".")[0].replace("_", "-") for name in names}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    there = {"scalr-async", *(re.split(r"\W", needed)[0] for needed in project["dependencies"])}
    said = ast.get_docstring(tree) or ""
    installed = set(re.findall(r"[\w-]+", " ".join(re.findall(r"pip install (.*)", said))))

    assert used - {name.replace("_", "-") for name in sys.stdlib_module_names} - there <= installed
    assert ("uvicorn " in said) == ("uvicorn" in installed)


COMMANDS = {
    "inventory.py": (1, ()),
    "link_by_tag.py": (1, ("production", "team:payments", "pool-eu-west-1")),
    "nightly_runs.py": (2, ("production", "--tag", "team:payments")),
    "progress.py": (1, ()),
    "rotate_token.py": (1, ("pool-eu-west-1", "kubernetes", "token.txt")),
}
"""Examples that end by themselves: the exit code after an error, and the names that they take."""

SERVICES = {
    "chatops_approver.py": {"SLACK_SIGNING_SECRET": "s", "APPROVERS": "U1"},
    "pool_exporter.py": {},
    "webhook_bot.py": {"WEBHOOK_SECRET": "d2hzZWNyZXQtb2YtYS10ZXN0"},
}
"""Examples that serve until they are stopped, with what they need; others run in a server."""

MADE_UP = [
    (script, (*words[:i], "nope", *words[i + 1 :]))
    for script, (_, words) in COMMANDS.items()
    for i, word in enumerate(words)
    if not word.startswith("--") and word not in ("kubernetes", "token.txt")
]


def failed_in_one_line(ended: Ended, code: int) -> bool:
    return ended.code == code and ended.err.count("\n") == 1 and ended.err.endswith("\n")


def test_every_program_among_the_examples_is_in_these_tables() -> None:
    programs = [path.name for path in EXAMPLES.glob("*.py") if "__main__" in path.read_text()]

    assert {*COMMANDS, *SERVICES} == set(programs)


@pytest.mark.parametrize("script", [*COMMANDS, *SERVICES])
async def test_without_a_token_an_example_ends_with_one_line(environment, run, script) -> None:
    code, words = COMMANDS.get(script, (1, ()))
    environment.update({"SCALR_TOKEN": "", "PORT": "0", **SERVICES.get(script, {})})

    ended = await run(script, *words, *(["--port", "0"] if script == "pool_exporter.py" else []))

    assert failed_in_one_line(ended, code), ended.err
    assert "no token for" in ended.err


@pytest.mark.parametrize(("script", "words"), MADE_UP)
async def test_a_name_that_is_not_there_ends_an_example_with_one_line(run, script, words) -> None:
    ended = await run(script, *words)

    assert failed_in_one_line(ended, COMMANDS[script][0]), ended.err
    assert "nope" in ended.err


@pytest.mark.parametrize("script", COMMANDS)
async def test_a_refused_connection_ends_an_example_with_one_line(environment, run, script) -> None:
    with socket.socket() as closed:  # bound, and not listening
        closed.bind(("127.0.0.1", 0))
        environment["SCALR_HOSTNAME"] = f"http://127.0.0.1:{closed.getsockname()[1]}"
        code, words = COMMANDS[script]

        ended = await run(script, *words)

    assert failed_in_one_line(ended, code), ended.err
    assert "Connection refused" in ended.err


async def test_the_inventory_has_a_line_for_each_workspace(emu: Emulator, run) -> None:
    ended = await run("inventory.py")

    assert (ended.code, ended.err) == (0, "")
    header, *rows = csv.reader(ended.out.splitlines())
    assert header[:3] == ["environment", "workspace", "id"]
    assert {row[2] for row in rows} == {record.id for record in emu.store.all("workspaces")}
    assert len(rows) == 250
    assert {row[0] for row in rows} == {"production", "staging", "development"}
    assert {row[4] for row in rows} == {"", "pool-eu-west-1", "pool-us-east-1"}
    assert "applied" in {row[5] for row in rows}


async def test_workspaces_are_linked_by_tag_and_failures_named(
    emu: Emulator, scalr: ScalrClient, run
) -> None:
    command = ("link_by_tag.py", "staging", "team:payments", "pool-eu-west-1")
    emu.fail("PATCH", "/workspaces/*", status=409)

    ended = await run(*command)
    again = await run(*command)

    assert (ended.code, again.code) == (1, 0)
    assert ended.out.endswith("linked to pool-eu-west-1, 1 failed\n")
    assert "rejected: PATCH /workspaces/ws-" in ended.err
    tag = await scalr.tags.list(name="team:payments").one()
    pool = await scalr.agent_pools.list(name="pool-eu-west-1").one()
    tagged = await scalr.workspaces.list(environment_name="staging", tag=tag).collect()
    assert tagged
    assert {workspace.agent_pool for workspace in tagged} == {Ref("agent-pools", pool.id)}


async def test_a_token_is_rotated_without_a_gap(
    emu: Emulator, scalr: ScalrClient, run, tmp_path: Path
) -> None:
    pool = await scalr.agent_pools.list(name="pool-eu-west-1").one()
    old = await scalr.agent_pools.create_token(pool, description="kubernetes")
    other = await scalr.agent_pools.create_token(pool, description="of somebody else")
    command = ("rotate_token.py", pool.name, "kubernetes", "token.txt")

    begun = await run(*command)
    between = await scalr.agent_pools.list_access_tokens(pool).collect()
    [new] = [token for token in between if token.id not in (old.id, other.id)]
    record = emu.store.get("access-tokens", new.id)
    assert record is not None
    emu.update(record, {"last-used-at": "2026-01-01T00:00:00Z"})
    finished = await run(*command)

    assert (begun.code, begun.err, finished.code, finished.err) == (1, "", 0, "")
    assert begun.out == f"{new.id} is in token.txt, and no agent has used it yet\n"
    assert finished.out == f"{new.id} is used; deleted: {old.id}\n"
    secret = (tmp_path / "token.txt").read_text()
    assert (tmp_path / "token.txt").stat().st_mode & 0o777 == 0o600
    assert secret
    assert secret not in begun.out + finished.out
    left = await scalr.agent_pools.list_access_tokens(pool).collect()
    assert {token.id for token in left} == {new.id, other.id}


async def test_a_rotation_that_cannot_hand_over_deletes_nothing(scalr: ScalrClient, run) -> None:
    pool = await scalr.agent_pools.list(name="pool-eu-west-1").one()
    old = await scalr.agent_pools.create_token(pool, description="kubernetes")

    ended = await run("rotate_token.py", pool.name, "kubernetes", "missing/token.txt")

    assert ended.code == 1
    assert "FileNotFoundError" in ended.err
    left = await scalr.agent_pools.list_access_tokens(pool).collect()
    assert old.id in {token.id for token in left}


async def test_progress_tells_requests_and_pages(run) -> None:
    ended = await run("progress.py", "--plain")

    assert ended.code == 0
    assert ended.err.splitlines()[-1] == "250 of 250 workspaces (3 requests)"
    assert sum(int(line.split()[0]) for line in ended.out.splitlines()) == 250
