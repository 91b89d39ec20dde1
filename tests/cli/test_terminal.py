"""The command in a real terminal, as a person uses it: a transcript of what is on the screen."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import re
import struct
import sys
import termios
from collections.abc import AsyncIterator, Awaitable, Callable

import attrs
import pytest

from tests.cli.conftest import linked

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.generous("a screen does not depend on how much is told"),
]

CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@attrs.define
class Session:
    """A process on a pseudo-terminal."""

    process: asyncio.subprocess.Process
    terminal: int
    shown: str = ""

    async def until(self, text: str) -> None:
        """Read until a text is on the screen."""
        loop = asyncio.get_running_loop()
        while text not in self.shown:
            piece = await loop.run_in_executor(None, self._read)
            assert piece, f"ended before {text!r}: {self.shown}"
            self.shown += CONTROLS.sub("", piece)

    async def end(self) -> int:
        """Read to the end; return the exit code."""
        loop = asyncio.get_running_loop()
        while piece := await loop.run_in_executor(None, self._read):
            self.shown += CONTROLS.sub("", piece)
        return await self.process.wait()

    def _read(self) -> str:
        with contextlib.suppress(OSError):  # Linux's way to say that the other side has gone
            return os.read(self.terminal, 65536).decode(errors="replace")
        return ""

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())


Open = Callable[..., Awaitable[Session]]


@pytest.fixture
async def terminal(emu, tmp_path) -> AsyncIterator[Open]:
    opened: list[Session] = []

    async def start(command: str, *, width: int = 100) -> Session:
        ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
        process = await asyncio.create_subprocess_exec(
            "/bin/bash",
            "--norc",
            "-c",
            command.replace("scalr-async", f"{sys.executable} -m scalr_async"),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(sys.path),
                "HOME": str(tmp_path),
                "TERM": "xterm-256color",
                "SCALR_HOSTNAME": emu.url,
                "SCALR_TOKEN": str(emu.token),
            },
        )
        os.close(theirs)
        session = Session(process, ours)
        opened.append(session)
        return session

    yield start
    for session in opened:
        os.close(session.terminal)


async def test_a_dry_run_then_the_question_then_the_work(terminal, emu, pool, workspaces) -> None:
    seen = await terminal("scalr-async pools link eu --environment main --dry-run")
    assert await seen.end() == 0
    assert all(id in seen.shown for id in workspaces)
    assert f"would link 9 workspaces to eu ({pool.id}); nothing was done" in seen.shown
    assert linked(emu, pool) == set()

    declined = await terminal("scalr-async pools link eu --environment main")
    await declined.until("? [y/N] ")
    declined.type("\n")
    assert await declined.end() == 2
    assert "nothing was done" in declined.shown
    assert linked(emu, pool) == set()

    done = await terminal("scalr-async pools link eu --environment main")
    await done.until(f"Link 9 workspaces to eu ({pool.id})? [y/N] ")
    done.type("y\n")
    assert await done.end() == 0
    assert "9/9" in done.shown
    assert "9 of 9 workspaces are on the pool" in done.shown
    assert linked(emu, pool) == set(workspaces)


async def test_ctrl_c_at_the_question_does_nothing(terminal, emu, pool, workspaces) -> None:
    session = await terminal("scalr-async pools delete eu; echo code $?")
    await session.until("? [y/N] ")
    session.type("\x03")
    await session.end()

    assert "code 130" in session.shown
    assert [request.method for request in emu.requests if request.method != "GET"] == []


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
async def test_ids_are_whole_however_narrow_the_terminal_is(
    terminal, emu, pool, workspaces, width
) -> None:
    emu.create("agent-pools", {"name": "a pool with a name that is much longer than a line is"})

    session = await terminal("scalr-async pools list", width=width)

    assert await session.end() == 0
    for record in emu.store.all("agent-pools"):
        assert record.id in session.shown.replace("\n", "") if width == 20 else session.shown


async def test_a_pipe_to_head_shows_one_line_and_no_complaint(terminal, emu, workspaces) -> None:
    session = await terminal("scalr-async crawl workspaces 2>/dev/null | head -1")

    await session.end()

    (line,) = session.shown.splitlines()
    assert workspaces[0] in line
