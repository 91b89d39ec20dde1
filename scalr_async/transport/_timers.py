"""Deadlines of calls and checks for silent servers, driven by one timer.

A timer for each call or each piece of an answer would add a tenth to the cost of a small call, and
hardly any of these timers would ever fire.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from scalr_async.transport._attempt import Progress

__all__ = ["DeadlineScope", "Timers"]


class Timers:
    """The scopes of all calls under way, and the timer for the scope that is due next."""

    def __init__(self) -> None:
        self._scopes: set[DeadlineScope] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf
        self._emptied: asyncio.Future[None] | None = None
        """A future for `end_all`, done when the last scope has been left."""

    def __len__(self) -> int:
        return len(self._scopes)

    def __contains__(self, scope: object) -> bool:
        return scope in self._scopes

    async def end_all(self) -> None:
        """End every call as if its deadline had come, and wait until all have ended.

        Calls of an event loop that no longer runs are forgotten, because nothing can end them.
        """
        loop = asyncio.get_running_loop()
        self._arm(math.inf, loop)
        self._scopes, self._emptied = {each for each in self._scopes if each.loop is loop}, None
        for scope in self._scopes:
            scope.end()
        while self._scopes:
            self._emptied = loop.create_future()
            await self._emptied

    def add(self, scope: DeadlineScope, due: float) -> None:
        """Watch a scope that was entered or renewed, and check it at `due` at the latest."""
        self._scopes.add(scope)
        if due < self._timer_at:
            self._arm(due, asyncio.get_running_loop())

    def remove(self, scope: DeadlineScope) -> None:
        """Forget a scope that was left."""
        self._scopes.discard(scope)
        if self._emptied is not None and not self._scopes and not self._emptied.done():
            self._emptied.set_result(None)

    def _arm(self, due: float, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(due, self._tick, loop) if due < math.inf else None
        self._timer_at = due

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        due = [scope.check(now) for scope in tuple(self._scopes)]
        self._arm(min(due, default=math.inf), loop)


class DeadlineScope:
    """A time limit around one call, like `asyncio.timeout` at half its cost, but without an error.

    When the time is over, the block is cancelled and the program continues after it; if somebody
    else has cancelled the task as well, that cancellation propagates.

    Args:
        timers: the timers that watch this scope.
        seconds: the time limit, None for no limit.
        progress: the call, whose `exchange` is checked at intervals.
        interval: the seconds between two such checks.
    """

    __slots__ = (
        "_cancelling",
        "_interval",
        "_progress",
        "_seconds",
        "_task",
        "_timers",
        "_when",
        "expired",
    )
    _when: float

    def __init__(
        self,
        timers: Timers,
        seconds: float | None,
        progress: Progress | None = None,
        interval: float = math.inf,
    ) -> None:
        self._timers = timers
        self._seconds = seconds
        self._progress = progress
        self._interval = interval
        self.expired = False

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the call."""
        return self._task.get_loop()

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:
        self._timers.remove(self)
        if not self.expired:
            return False
        cancelled_here_only = self._task.uncancel() <= self._cancelling
        return cancelled_here_only and kind is asyncio.CancelledError

    def renew(self) -> None:
        """Restart the time limit, unless it has expired or the scope has been left."""
        if self in self._timers and not self.expired:
            self._start()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave out the time that the block takes."""
        loop = self._task.get_loop()
        left = self._when - loop.time()
        self._when = math.inf
        yield
        now = loop.time()
        self._when = math.inf if self.expired else now + left
        self._timers.add(self, min(self._when, now + self._interval))

    def check(self, now: float) -> float:
        """End the call if its time is over; check its server; return the time of the next check."""
        if self._when <= now:
            self.end()
        elif self._progress is not None and self._progress.exchange is not None:
            self._progress.exchange.check(now)
        return min(self._when, now + self._interval)

    def end(self) -> None:
        """Cancel the call as if its time were over."""
        if not self.expired:
            self.expired = True
            self._when = math.inf  # cancellation is asynchronous
            self._task.cancel()

    def _start(self) -> None:
        now = self._task.get_loop().time()
        self._when = math.inf if self._seconds is None else now + self._seconds
        self._timers.add(self, min(self._when, now + self._interval))
