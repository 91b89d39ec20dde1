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

ENVIRONMENT = "env-svrcnchebt61e30"
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
    ],
)
async def test_a_stream_that_is_closed_or_full_is_a_code_and_no_traceback(
    spawn, emu, words, code, tmp_path
) -> None:
    emu.create("agent-pools", {"name": "eu"})

    ended = await spawn(words)

    assert ended.code == code
    assert ended.err.count(b"\n") == (code != 0 and "2>&-" not in words)


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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_a_shell_is_given_a_script(run, shell) -> None:
    ended = await run("completion", shell)

    assert ended.code == 0
    for word in ("pools", "link", "dry-run", "scalr-async"):
        assert word in ended.out


async def complete(spawn: Spawn, tmp_path, *words: str) -> list[str]:
    """Return what bash would offer for the last of these words."""
    script = tmp_path / "completion"
    script.write_bytes((await spawn("completion bash")).out)
    asked = f"""
        source {script}
        COMP_WORDS=({" ".join(f"'{word}'" for word in words)}); COMP_CWORD={len(words) - 1}
        COMP_LINE="{" ".join(words)}"; COMP_POINT=${{#COMP_LINE}}
        $(complete -p scalr-async | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    process = await asyncio.create_subprocess_exec(
        "/bin/bash", "--norc", "-c", asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    assert err == b""
    return out.decode().split()


async def test_bash_completes_commands_and_options(spawn, tmp_path) -> None:
    assert await complete(spawn, tmp_path, "scalr-async", "po") == ["pools"]
    assert await complete(spawn, tmp_path, "scalr-async", "pools", "unl") == ["unlink"]
    assert await complete(spawn, tmp_path, "scalr-async", "pools", "link", "--dr") == ["--dry-run"]
    assert await complete(spawn, tmp_path, "scalr-async", "completion", "fi") == ["fish"]


async def test_without_the_extra_it_is_said_what_to_install(run, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)

    ended = await run("completion", "bash")

    assert ended.code == 2
    assert "pip install 'scalr-async[cli]'" in ended.err
