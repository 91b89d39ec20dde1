"""The demo's emulator, in a process of its own, so that it takes no time from the client.

The parent gives the settings as one JSON argument, then writes one scripted fault per line; the
child answers each line with one. At the end of its input, which also comes when the parent dies,
the child writes how many requests it saw, and ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
from types import TracebackType
from typing import Any, Final, Self

import attrs

from scalr_async._values import Secret
from scalr_async.emulator import Emulator
from scalr_async.errors import InvalidArgumentError, ScalrError

__all__ = ["DemoServer", "Settings", "main"]

_PATIENCE: Final = 5.0
"""Seconds a child may take to end before it is killed."""


@attrs.frozen(kw_only=True)
class Settings:
    """The settings of the emulator, in seconds and requests a second."""

    seed: int
    latency: float
    rate_limit: float
    environments: int
    workspaces: int
    pools: int
    agents: int


def main() -> None:
    """Run the child process."""
    asyncio.run(serve(Settings(**json.loads(sys.argv[1]))))


async def serve(settings: Settings) -> None:
    """Serve until standard input ends."""
    async with Emulator(seed=settings.seed) as emu:
        try:
            emu.seed(
                environments=settings.environments,
                workspaces=settings.workspaces,
                pools=settings.pools,
                agents=settings.agents,
            )
        except ValueError as error:
            _answer({"refused": str(error)})
            return
        emu.latency = settings.latency
        emu.limit_rate(settings.rate_limit)
        _answer({"url": emu.url, "token": str(emu.token)})
        while line := await asyncio.to_thread(sys.stdin.readline):
            emu.fail(**json.loads(line))
            _answer({})
        _answer({"requests": len(emu.requests)})


def _answer(values: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


class DemoServer:
    """The parent's handle on the child process; open it with `async with`."""

    url: str
    token: Secret

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __aenter__(self) -> Self:
        # In its own session the child gets no Ctrl-C: only the parent does, and ends the child.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import main; main()",
            json.dumps(attrs.asdict(self._settings)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            begun = await self._read()
        except BaseException:
            await self._end()
            raise
        self.url, self.token = begun["url"], Secret(begun["token"])
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._end()

    async def fail(self, method: str, path: str, **fault: Any) -> None:
        """Make requests fail, as `Emulator.fail` does."""
        line = json.dumps({"method": method, "path": path, **fault})
        self._input.write(f"{line}\n".encode())
        await self._read()

    async def count_requests(self) -> int:
        """End the child's input; returns how many requests it saw in all."""
        self._input.close()
        return int((await self._read())["requests"])

    @property
    def _input(self) -> asyncio.StreamWriter:
        assert self._process.stdin is not None
        return self._process.stdin

    async def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise ScalrError("the emulator's process ended unexpectedly")
        answer: dict[str, Any] = json.loads(line)
        if "refused" in answer:
            raise InvalidArgumentError(answer["refused"])
        return answer

    async def _end(self) -> None:
        self._input.close()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
