"""A look at every exchange under way, now and then."""

from __future__ import annotations

import asyncio
from typing import Protocol

__all__ = ["Pulse", "Watched"]


class Watched(Protocol):
    """An exchange whose silence is watched."""

    interval: float
    """Seconds between two looks, at most."""

    def look(self, now: float) -> None:
        """Act on what has changed since the last look; `now` is the time of the event loop."""
        ...


class Pulse:
    """One timer for all exchanges.

    A timer each, started anew with every piece of an answer, would cost a tenth of what a small
    exchange does.
    """

    def __init__(self) -> None:
        self._watched: set[Watched] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._interval = 0.0

    def __len__(self) -> int:
        return len(self._watched)

    def watch(self, exchange: Watched) -> None:
        """Look at an exchange from now on."""
        self._watched.add(exchange)
        if self._timer is None or exchange.interval < self._interval:
            self._arm(exchange.interval)

    def forget(self, exchange: Watched) -> None:
        """Look at it no longer: it is over."""
        self._watched.discard(exchange)

    def stop(self) -> None:
        """Take no further look."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, interval: float) -> None:
        self.stop()
        loop = asyncio.get_running_loop()
        self._interval = interval
        self._timer = loop.call_later(interval, self._tick, loop)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        for exchange in tuple(self._watched):
            exchange.look(now)
        if self._watched:
            self._arm(min(exchange.interval for exchange in self._watched))
