"""When each call must be over, watched by one timer for all of them."""

from __future__ import annotations

import asyncio
import math

__all__ = ["Deadlines"]


class Deadlines:
    """The calls under way, each with the time limit around it and the moment it ends.

    A timer a call would cost more than everything else the transport does for it; calls hardly
    ever last until their deadline, so one timer for the earliest is enough.
    """

    def __init__(self) -> None:
        self._calls: dict[asyncio.Timeout, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._calls)

    def watch(self, limit: asyncio.Timeout, seconds: float | None) -> None:
        """End what is inside an entered `asyncio.timeout(None)` after some seconds, or never."""
        if seconds is None:
            self._calls[limit] = math.inf
            return
        loop = asyncio.get_running_loop()
        self._calls[limit] = when = loop.time() + seconds
        if self._timer is None or when < self._timer.when():
            self._arm(loop, when)

    def renew(self, limit: asyncio.Timeout, seconds: float | None) -> None:
        """Watch a call anew from now on, unless it is over."""
        if limit in self._calls:
            self.watch(limit, seconds)

    def forget(self, limit: asyncio.Timeout) -> None:
        """Watch a call no longer: it is over."""
        del self._calls[limit]

    async def end_all(self) -> None:
        """End every call as if its deadline had come, and wait until they are gone."""
        if self._timer is not None:
            self._timer.cancel()
        self._end(math.inf)
        while self._calls:  # noqa: ASYNC110  # cancelled, they end within a few ticks
            await asyncio.sleep(0)

    def _arm(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(when, self._tick, loop)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self._end(loop.time())
        following = min(self._calls.values(), default=math.inf)
        if following < math.inf:
            self._arm(loop, following)

    def _end(self, now: float) -> None:
        for limit, when in self._calls.items():
            if when <= now:
                self._calls[limit] = math.inf  # it may need a moment to go
                if not limit.expired():
                    limit.reschedule(0.0)
