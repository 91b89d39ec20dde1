"""The requests of one bulk call or walk that wait for a limit of the client.

A bulk call or walk opens no further request while one of its requests waits: the new one would only
wait behind it while its deadline runs. It opens the next one as soon as the waiting one may go, so
that the limit is always used to the full. The wait takes nothing from the deadline of the request
(see `transport._call`), so that it may last for many windows of a rate.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Final

import msgspec

__all__ = ["BACKLOG", "Backlog", "member", "waiting"]


class Backlog(msgspec.Struct, eq=False):
    """A counter of the waiting requests, which holds back callers that would open more."""

    waiting: int = 0
    """The number of requests that wait for a limit."""
    _held: deque[asyncio.Future[None]] = msgspec.field(default_factory=deque)

    async def room(self) -> None:
        """Block while any request waits; callers continue one at a time, first come first."""
        if self.waiting or self._held:
            turn = asyncio.get_running_loop().create_future()
            self._held.append(turn)
            await turn

    @contextmanager
    def wait(self) -> Iterator[None]:
        """Count a request as waiting while the context is open."""
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1
            self._release_next()

    def _release_next(self) -> None:
        """Let the next caller continue, and the one after it unless the new request waits."""
        while self._held and not self.waiting:
            turn = self._held.popleft()
            if not turn.done():
                turn.set_result(None)
                asyncio.get_running_loop().call_soon(self._release_next)
                return


BACKLOG: Final[ContextVar[Backlog | None]] = ContextVar("scalr_async.backlog", default=None)
"""The backlog of the bulk call or walk that the current task works for."""


@contextmanager
def member(backlog: Backlog | None) -> Iterator[None]:
    """Count the requests inside the context to a backlog, unless they belong to another one."""
    before = BACKLOG.get()
    BACKLOG.set(backlog if before is None else before)
    try:
        yield
    finally:
        BACKLOG.set(before)


def waiting() -> AbstractContextManager[None]:
    """Count the current task's request as waiting while the context is open."""
    backlog = BACKLOG.get()
    return nullcontext() if backlog is None else backlog.wait()
