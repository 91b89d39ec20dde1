from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable

import attrs
import pytest

from scalr_async.cli import main
from scalr_async.emulator import Emulator

ENVIRONMENT = "env-svrcnchebt61e30"


@attrs.frozen
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


Run = Callable[..., Awaitable[Ended]]


@pytest.fixture
async def emu(answers):
    async with Emulator(answers=answers) as emulator:
        yield emulator


@pytest.fixture
def run(monkeypatch, capsys, tmp_path, emu) -> Run:
    """Run a command in another thread, with a loop of its own, against the emulator."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SCALR_HOSTNAME", emu.url)
    monkeypatch.setenv("SCALR_TOKEN", str(emu.token))

    async def command(*argv: object, stdin: str | bytes = "") -> Ended:
        sent = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
        code = await asyncio.to_thread(main, [str(word) for word in argv])
        return Ended(code, *capsys.readouterr())

    return command


@pytest.fixture
def pool(emu):
    return emu.create("agent-pools", {"name": "eu"})


@pytest.fixture
def workspaces(emu) -> list[str]:
    """So many that a person is asked."""
    return make_workspaces(emu, 9)


def make_workspaces(emu, number: int) -> list[str]:
    """Make the workspaces `app-0` and so on; return their ids."""
    home = {"environment": ENVIRONMENT}
    return [emu.create("workspaces", {"name": f"app-{i}"}, home).id for i in range(number)]


def linked(emu, pool) -> set[str]:
    """Return the ids of the workspaces that are on a pool."""
    return {w.id for w in emu.store.all("workspaces") if pool.id in w.related("agent-pool")}
