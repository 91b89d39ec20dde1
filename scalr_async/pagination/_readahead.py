"""Reading ahead of the consumer, in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Final, Generic, TypeVar

from scalr_async._backlog import BACKLOG, Backlog
from scalr_async._tasks import cancel_from_any_thread, wait_all

__all__ = ["ReadAhead"]

T = TypeVar("T")


class ReadAhead(Generic[T]):
    """Calls of `read(n)`, `read(n + 1)`, ... before their results are taken, each in its own task.

    At most `window` reads are in flight or waiting to be taken. Each `widen()` doubles the window
    up to `AT_ONCE`; beyond that, up to `most`, the window grows to a quarter of the number of
    results taken, so that a server that limits the rate of requests refuses few of them; `taken`
    results were taken before `first`. `last` is the last n worth reading ahead. With `most` 0
    nothing is read ahead. While a request waits for a limit of the client, no other read begins.
    """

    AT_ONCE: Final = 16
    """The largest window before the number of results taken allows more."""

    def __init__(
        self,
        read: Callable[[int], Coroutine[Any, Any, T]],
        first: int,
        *,
        last: int,
        most: int,
        window: int = 1,
        taken: int = 0,
    ) -> None:
        self._read = read
        self._next = first
        self._tasks: deque[asyncio.Task[T]] = deque()
        self._most = most
        self._window = min(window, most)
        self._taken = taken
        self._backlog = Backlog()
        self.last = last

    def widen(self, *, fully: bool = False) -> None:
        """Double the window, or open it `fully` to `AT_ONCE`; grow it with the results taken."""
        at_once = self.AT_ONCE if fully else min(self._window * 2, self.AT_ONCE)
        self._window = min(max(at_once, self._taken // 4), self._most)
        self.fill()

    def fill(self) -> None:
        """Start as many reads as the window has room for."""
        while len(self._tasks) < self._window and self._next <= self.last:
            task = asyncio.create_task(self._read_in_turn(self._next))
            task.add_done_callback(_mark_seen)
            self._tasks.append(task)
            self._next += 1

    async def _read_in_turn(self, number: int) -> T:
        BACKLOG.set(self._backlog)
        await self._backlog.room()
        return await self._read(number)

    async def take(self) -> T:
        """Return the next value, or raise the exception of its read."""
        self.fill()
        if not self._tasks:
            number, self._next = self._next, self._next + 1
            return await self._read(number)
        value = await self._tasks[0]
        self._tasks.popleft()
        self._taken += 1
        self.fill()
        return value

    def cancel(self) -> None:
        """Cancel the reads in flight; safe to call at any time and in any thread."""
        cancel_from_any_thread(self._tasks)

    async def aclose(self) -> None:
        """Cancel the reads in flight and wait for their end, even if cancelled meanwhile."""
        if self._tasks:
            self.cancel()
            await wait_all(self._tasks)
            self._tasks.clear()


def _mark_seen(task: asyncio.Task[Any]) -> None:
    """Retrieve the exception, so that asyncio does not report it as never retrieved."""
    if not task.cancelled():
        task.exception()
