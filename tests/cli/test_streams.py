"""The command as a process: whatever its streams are, it ends with a line and a code."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable

import attrs
import pytest

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.generous("streams do not depend on how much is told; each test is a process"),
]

ENVIRONMENT = "env-svrcnchebt61e30"
HOME = {"environment": ENVIRONMENT}
NAME = "Jürgen 中文 \U0001f600 \u202e \x9b31m"
"""Other scripts, an emoji, a bidirectional override, a C1 control."""


@attrs.frozen
class Process:
    """How a process ended."""

    code: int
    out: bytes
    err: bytes


Spawn = Callable[..., Awaitable[Process]]


@pytest.fixture
def environ(emu, tmp_path):
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "HOME": str(tmp_path),
        "SCALR_HOSTNAME": emu.url,
        "SCALR_TOKEN": str(emu.token),
    }


@pytest.fixture
def spawn(environ) -> Spawn:
    """Run a command as a process, by way of a shell that may close or redirect its streams."""

    async def run(words: str, *, stdin: bytes = b"", **env: str) -> Process:
        process = await asyncio.create_subprocess_shell(
            f"{sys.executable} -m scalr_async {words}",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environ | env,
            executable="/bin/bash",
        )
        out, err = await process.communicate(stdin)
        assert b"Traceback" not in err, err.decode()
        return Process(process.returncode or 0, out, err)

    return run


@pytest.fixture
def pool(emu):
    pool = emu.create("agent-pools", {"name": "eu"})
    pool.attributes["name"] = NAME
    return pool


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8", "utf-16", "cp037"])
@pytest.mark.parametrize("form", ["", "--json"])
async def test_names_are_shown_in_every_encoding(spawn, pool, encoding, form) -> None:
    ended = await spawn(f"pools list {form}", PYTHONIOENCODING=encoding)

    assert ended.code == 0
    text = ended.out.decode(encoding)
    assert pool.id in text
    if form:
        assert json.loads(text)["name"] == NAME
    else:
        assert not {"\x9b", "\u202e"} & set(text)


async def test_errors_are_shown_in_every_encoding(spawn) -> None:
    ended = await spawn("pools show 中文", PYTHONIOENCODING="ascii", PYTHONUTF8="1")

    assert ended.code == 2
    assert rb"'\u4e2d\u6587' is neither id nor name" in ended.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("pools list >&-", 2),
        ("pools list 2>&-", 0),
        ("pools list <&-", 0),
        ("pools link eu <&-", 2),
        ("crawl >&-", 2),
        ("crawl --output - >&-", 2),
        ("pools list >&- 2>&- <&-", 2),
        ("crawl --output /dev/null >&- 2>&- <&-", 0),
        ("pools list >/dev/full", 2),
        ("crawl >/dev/full", 2),
        ("--version >/dev/full", 2),
        ("--help >/dev/full", 2),
        ("crawl --help >/dev/full", 2),
        ("--help >/dev/full 2>&-", 2),
        ("--help >&-", 0),
        ("--help >&- 2>&-", 0),
        ("--no-such-option 2>&-", 2),
    ],
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
async def test_a_stream_that_is_closed_or_full_is_a_code_and_no_traceback(
    spawn, emu, monkeypatch, words, code, unbuffered
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    emu.create("agent-pools", {"name": "eu"})

    ended = await spawn(words)

    assert ended.code == code
    if words != "--help >&-":  # it goes to standard error instead
        assert ended.err.count(b"\n") == (code != 0 and "2>&-" not in words)


async def test_help_whose_reader_has_left_is_no_error(spawn) -> None:
    ended = await spawn("--help | true; exit ${PIPESTATUS[0]}")

    assert (ended.code, ended.err) in ((0, b""), (130, b""))


@pytest.mark.parametrize("words", ["", ">&2", "--yes", "--json"])
async def test_nobody_has_to_read_standard_error(spawn, emu, pool, tmp_path, words) -> None:
    """Its disk is full, its terminal has gone: that is no reason to stop, and no other code."""
    ids = " ".join(emu.create("workspaces", {"name": f"a-{i}"}, HOME).id for i in range(3))
    commands = {
        "": (f"crawl --output {tmp_path / 'all'}", 0),
        ">&2": ("pools show nothing", 2),
        "--yes": (f"pools delete {pool.id} --yes", 0),
        "--json": (f"pools link {pool.id} --workspace {ids} ws-1 --json", 1),
    }
    command, code = commands[words]

    ended = await spawn(f"{command} 2>/dev/full")

    assert ended.code == code
    assert words != "" or (tmp_path / "all").exists()


@pytest.mark.parametrize("words", [">/dev/full", "--output - >/dev/full", "--output /dev/full"])
async def test_a_token_that_nobody_could_read_is_deleted_again(spawn, emu, pool, words) -> None:
    """A full disk is found out when the token is there already."""
    ended = await spawn(f"pools token {pool.id} {words}")

    assert ended.code == 2
    assert [r.method for r in emu.requests if r.method != "GET"] == ["POST", "DELETE"]
    assert ended.err.count(b"\n") == 1


@pytest.mark.parametrize("late", ["scalr_async.cli._run", "aiohttp", "scalr_async.cli._pools"])
async def test_ctrl_c_while_the_program_starts_is_no_traceback(spawn, tmp_path, late) -> None:
    """Imports take a while, and a person may be quick."""
    (tmp_path / "sitecustomize.py").write_text(
        f"""
import os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {late!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
"""
    )
    path = os.pathsep.join([str(tmp_path), *sys.path])

    ended = await spawn("pools link eu --workspace ws-1", PYTHONPATH=path)

    assert (ended.code, ended.out) == (130, b"")
    assert ended.err == b"scalr-async: interrupted\n"


async def test_a_reader_that_leaves_ends_a_crawl(spawn, emu) -> None:
    emu.seed(environments=2, workspaces=2_000)

    ended = await spawn("crawl workspaces | head -1; exit ${PIPESTATUS[0]}")

    assert (ended.code, ended.err) == (130, b"")
    assert json.loads(ended.out)["type"] == "workspaces"


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGTERM, 143, "terminated"), (signal.SIGINT, 130, "interrupted")],
    ids=["term", "int"],
)
async def test_a_signal_ends_with_the_report_of_what_was_done(
    environ, emu, number, code, word
) -> None:
    emu.create("agent-pools", {"name": "eu"})
    home = {"environment": ENVIRONMENT}
    ids = [emu.create("workspaces", {"name": f"app-{i}"}, home).id for i in range(3)]
    reached = asyncio.Event()

    def slow(request) -> bool:
        if request.path.endswith(ids[1]):
            emu.latency = 60.0
            reached.set()
        return False

    emu.fail("PATCH", "*", times=None, match=slow)
    words = ["pools", "link", "eu", "--workspace", *ids, "--concurrency", "1", "--json"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "scalr_async",
        *words,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    await reached.wait()
    process.send_signal(number)
    out, err = await process.communicate()

    assert process.returncode == code
    outcomes = [json.loads(line)["outcome"] for line in out.splitlines()]
    assert outcomes == ["applied", "unknown", "not_sent"]
    assert err.decode().splitlines() == [
        "interrupted; the same command does the rest",
        f"scalr-async: {word}",
    ]
