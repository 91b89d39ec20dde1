"""The requests of one bulk call or walk that wait for a limit of the client.

Whoever opens requests opens no more of them while one waits: they would only wait behind it, and
its deadline with them. As soon as it may go the next one is opened, so that a limit is always used
to the full.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Final

__all__ = ["BACKLOG", "Backlog", "waiting"]


class Backlog:
    """Counts the requests that wait, and holds back those who would open more."""

    def __init__(self) -> None:
        self.waiting = 0
        """The number of requests that wait for a limit."""
        self._held: deque[asyncio.Future[None]] = deque()

    async def room(self) -> None:
        """Return when no request waits, one caller at a time, in the order in which they came."""
        if self.waiting or self._held:
            turn = asyncio.get_running_loop().create_future()
            self._held.append(turn)
            await turn

    @contextmanager
    def wait(self) -> Iterator[None]:
        """Count a request that waits, as long as the context is open."""
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1
            self._go_on()

    def _go_on(self) -> None:
        """Let the next caller go on, and after it the next one, unless its request waits."""
        while self._held and not self.waiting:
            turn = self._held.popleft()
            if not turn.done():
                turn.set_result(None)
                asyncio.get_running_loop().call_soon(self._go_on)
                return


BACKLOG: Final[ContextVar[Backlog | None]] = ContextVar("scalr_async.backlog", default=None)
"""The backlog of the bulk call or walk that the present task works for."""


def waiting() -> AbstractContextManager[None]:
    """Count the present task's request as one that waits, as long as the context is open."""
    backlog = BACKLOG.get()
    return nullcontext() if backlog is None else backlog.wait()
