"""A rate that several processes share."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random as _random
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol

from scalr_async.budget import Budget, Grant
from scalr_async.telemetry import BudgetEvent, Telemetry
from scalr_async.transport._rate import FixedRate

__all__ = ["SharedRate"]


class _Queue(Protocol):
    """A queue of calls that wait for admission."""

    @property
    def waiting(self) -> int: ...
    def admit_waiting(self) -> None: ...


class SharedRate:
    """The rate that a shared budget grants: it is asked for as many requests as calls wait.

    During an outage of the budget this process keeps to its own share of the rate, or sends
    nothing.
    """

    MAX_GRANT: Final = 64
    """The largest number of requests to ask for at once."""
    GRANT_LIFETIME: Final = 1.0
    """Seconds after which an unused grant expires."""
    RETRY_INTERVAL: Final = 1.0
    """The mean time in seconds between two attempts to reach the budget during an outage."""

    def __init__(
        self,
        budget: Budget,
        rate: tuple[float, int] | None,
        telemetry: Telemetry,
        *,
        stops: bool,
        processes: int,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self._budget = budget
        self._rate = rate
        """Requests per second, and the largest number at once; None for no rate."""
        self._telemetry = telemetry
        self._stops = stops
        self._processes = self._min_processes = processes
        self._random = random
        self._queues: list[_Queue] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._requesting = False
        self._granted = 0
        self._granted_until = self._not_before = -math.inf
        self._away = False
        self._own_share: FixedRate | None = None
        self._recent: deque[float] = deque(maxlen=1 if rate is None else rate[1])

    def attach(self, queue: _Queue) -> None:
        """Wake this queue as well when requests are granted."""
        self._queues.append(queue)

    def delay(self, now: float, ahead: int = 0) -> float:
        """Return the seconds until a request may be sent; inf if the queue is woken for it."""
        if self._away and not self._stops:
            if now >= self._not_before:
                self._request_grant(now)
            return 0.0 if self._own_share is None else self._own_share.delay(now, ahead)
        if now > self._granted_until:
            self._granted = 0
        if self._granted > ahead:
            return 0.0
        if now < self._not_before:
            return self._not_before - now
        self._request_grant(now)
        return math.inf

    def time_for(self, requests: int, now: float) -> float | None:
        """Return the seconds until the last of so many may be sent, if the others send none."""
        rate = self._own_share or self._rate_of(1)
        return None if rate is None else rate.time_for(requests, now)

    def take(self, now: float) -> None:
        """Note that a request is sent."""
        self._recent.append(now)
        self._granted = max(0, self._granted - 1)
        if self._own_share is not None:
            self._own_share.take(now)

    def refused(self, seconds: float) -> None:
        """Make the other processes wait as well."""
        self._start(self._close_gate(seconds))

    async def aclose(self) -> None:
        """Stop asking the budget, and close its connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(*self._budget.errors):
            await self._budget.aclose()

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _request_grant(self, now: float) -> None:
        if not self._requesting:
            self._requesting = True
            self._start(self._fetch_grant(now))

    async def _fetch_grant(self, now: float) -> None:
        loop = asyncio.get_running_loop()
        ahead = now - loop.time()
        waiting = sum(queue.waiting for queue in self._queues)
        ages = [now - at for at in self._recent] if self._away else []
        try:
            grant = await self._budget.take(max(1, min(waiting, self.MAX_GRANT)), ages)
        except self._budget.errors as error:
            self._note_outage(error, loop.time() + ahead)
        else:
            self._note_grant(grant, loop.time() + ahead)
        finally:
            self._requesting = False
        for queue in self._queues:
            queue.admit_waiting()

    def _note_grant(self, grant: Grant, now: float) -> None:
        if self._away:
            self._away, self._own_share = False, None
            self._telemetry.emit(BudgetEvent(state="back"))
        self._processes = max(self._min_processes, grant.processes)
        self._granted += grant.requests
        self._granted_until, self._not_before = now + self.GRANT_LIFETIME, now + grant.wait

    def _note_outage(self, error: BaseException, now: float) -> None:
        self._not_before = now + self.RETRY_INTERVAL * (0.5 + self._random())
        if self._away:
            return
        self._away = True
        if not self._stops:
            self._own_share = self._rate_of(self._processes)
        self._telemetry.emit(BudgetEvent(state="lost", error=type(error).__name__))

    def _rate_of(self, processes: int) -> FixedRate | None:
        """Return the rate of one of so many processes; recent requests count."""
        if self._rate is None:
            return None
        rate, burst = self._rate
        share = FixedRate(rate / processes, max(1, burst // processes))
        for at in self._recent:
            share.take(at)
        return share

    async def _close_gate(self, seconds: float) -> None:
        try:
            await self._budget.close_gate(seconds)
        except self._budget.errors:
            return  # the next request for a grant reports the outage
