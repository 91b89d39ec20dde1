"""The deadlines of all calls, watched by one timer."""

from __future__ import annotations

import asyncio
import math
from types import TracebackType
from typing import Self

__all__ = ["Deadlines", "Limit"]


class Deadlines:
    """The calls under way, each with the moment it ends.

    Calls hardly ever last until their deadline: one timer for the earliest is enough, where one
    for each would cost more than the scope itself.
    """

    def __init__(self) -> None:
        self._limits: set[Limit] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf
        self._emptied: asyncio.Future[None] | None = None
        """A future for `end_all`: done when the last scope is left."""

    def __len__(self) -> int:
        return len(self._limits)

    def __contains__(self, limit: object) -> bool:
        return limit in self._limits

    def limit(self, seconds: float | None) -> Limit:
        """Return a scope that is broken off after some seconds, None for never."""
        return Limit(self, seconds)

    async def end_all(self) -> None:
        """End every call as if its deadline had come, and wait until they are gone.

        Calls of an event loop that runs no longer are forgotten: nothing can end them.
        """
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
        self._limits, self._emptied = {each for each in self._limits if each.loop is loop}, None
        self._end(math.inf)
        while self._limits:
            self._emptied = loop.create_future()
            await self._emptied

    def add(self, limit: Limit) -> None:
        """Watch a scope that is entered, or whose end was moved."""
        self._limits.add(limit)
        if limit.when < self._timer_at:
            self._arm(limit.when)

    def remove(self, limit: Limit) -> None:
        """Watch a scope no longer: it was left."""
        self._limits.discard(limit)
        if self._emptied is not None and not self._limits and not self._emptied.done():
            self._emptied.set_result(None)

    def _arm(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_at = when
        if when < math.inf:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(when, self._tick, loop)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self._end(loop.time())
        self._arm(min((limit.when for limit in self._limits), default=math.inf))

    def _end(self, now: float) -> None:
        for limit in self._limits:
            if limit.when <= now:
                limit.end()


class Limit:
    """The time limit around one call: a silent `asyncio.timeout` at half its cost.

    What is inside is cancelled at the end, and the program goes on behind the scope; a cancellation
    that came from elsewhere as well wins.
    """

    __slots__ = ("_cancelling", "_deadlines", "_seconds", "_task", "expired", "when")

    def __init__(self, deadlines: Deadlines, seconds: float | None) -> None:
        self._deadlines = deadlines
        self._seconds = seconds
        self.expired = False

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the call inside."""
        return self._task.get_loop()

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:
        self._deadlines.remove(self)
        if not self.expired:
            return False
        cancelled_by_us_alone = self._task.uncancel() <= self._cancelling
        return cancelled_by_us_alone and kind is asyncio.CancelledError

    def renew(self) -> None:
        """Let the time start anew, unless it is over or the scope was left."""
        if self in self._deadlines and not self.expired:
            self._begin()

    def end(self) -> None:
        """End what is inside, as if its time were over."""
        if not self.expired:
            self.expired = True
            self.when = math.inf  # it may need a moment to go
            self._task.cancel()

    def _begin(self) -> None:
        if self._seconds is None:
            self.when = math.inf
        else:
            self.when = self._task.get_loop().time() + self._seconds
        self._deadlines.add(self)
