"""Admission: one queue in front of everything that holds requests back."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

from scalr_async.transport._concurrency import ConcurrencyLimiter, Gate
from scalr_async.transport._rate import AdaptiveRate, Pace

__all__ = ["Admission", "Obstacle"]

Obstacle = Literal["gate", "rate", "pool"]
"""Holds requests back: the gate, a rate, or that no more may be in flight."""


class _Waiting(NamedTuple):
    """A call in the queue; the result None tells it that its deadline leaves no room."""

    turn: asyncio.Future[tuple[float, Obstacle] | None]
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    deadline: float


class Admission:
    """Lets requests go, first come, first served.

    One may go when the gate is open, the rates allow it, and fewer are in flight than may be. The
    first of the queue waits for that, woken by whatever ends or by a timer; the others wait for it.
    """

    def __init__(
        self,
        gate: Gate,
        pace: Pace | None,
        rate: AdaptiveRate,
        concurrency: ConcurrencyLimiter,
    ) -> None:
        self._gate = gate
        self._pace = pace
        self._rate = rate
        self._concurrency = concurrency
        self._queue: deque[_Waiting] = deque()
        self._alarm: asyncio.Task[None] | None = None
        self._obstacle: Obstacle | None = None
        """First held back the call that is now the first of the queue."""
        self.in_flight = 0
        """Requests in flight (items)."""

    @property
    def limit(self) -> int:
        """The number of requests that may be in flight now (items)."""
        return self._concurrency.limit

    @property
    def waiting(self) -> int:
        """The number of calls that wait for their turn (items)."""
        return len(self._queue)

    def admit(self, now: float) -> bool:
        """Let a request go, if it may go at once and nobody waits."""
        if self._queue or self._held_back(now) is not None:
            return False
        self._let_go(now)
        return True

    def obstacle(self, now: float) -> tuple[Obstacle, float]:
        """Return what one more request would wait for, and how long if that is known (seconds)."""
        held = self._held_back(now, ahead=len(self._queue))
        return held or ("pool", math.inf)

    async def wait(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        deadline: float,
    ) -> tuple[float, Obstacle] | None:
        """Queue up; return when the request was let go and what it waited for.

        None when the wait turns out to be longer than until `deadline`. A wait that is cancelled
        takes nothing.
        """
        turn: asyncio.Future[tuple[float, Obstacle] | None]
        turn = asyncio.get_running_loop().create_future()
        waiting = _Waiting(turn, clock, sleep, deadline)
        self._queue.append(waiting)
        self._pump()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                with contextlib.suppress(ValueError):  # passed over already
                    self._queue.remove(waiting)
                self._pump()
            elif turn.result() is not None:
                self.release()  # it was let go in the tick of the cancellation
            raise

    def release(self) -> None:
        """Note that a request is no longer in flight."""
        self.in_flight -= 1
        if self._queue:
            self._pump()

    def _held_back(self, now: float, ahead: int = 0) -> tuple[Obstacle, float] | None:
        gate = self._gate
        if now < gate.opens_at:
            return "gate", gate.opens_at - now
        if self.in_flight < self._concurrency.limit:
            if now < gate.open_at and (wait := gate.delay(now)) > 0:
                return "gate", wait
            if self._pace is None and self._rate.most == math.inf:
                return None
            if (wait := self._rate_delay(now, ahead)) > 0:
                return "rate", wait
        return ("pool", math.inf) if self.in_flight >= self._concurrency.limit else None

    def _rate_delay(self, now: float, ahead: int) -> float:
        """Return the seconds until both rates allow a request; a new period may lower the limit."""
        wait = 0.0 if self._pace is None else self._pace.delay(now, ahead)
        if self._rate.most < math.inf:
            wait = max(wait, self._rate.delay(now))
            if wait == 0:
                self._rate.turn(now)
        return wait

    def _let_go(self, now: float) -> None:
        self.in_flight += 1
        self._rate.take(now)
        if self._pace is not None:
            self._pace.take(now)
        if now < self._gate.open_at:
            self._gate.let_go(now, len(self._queue))

    def _pump(self) -> None:
        """Let all go who may, and have the next one woken when it may."""
        wait = math.inf
        while self._queue:
            first = self._queue[0]
            if not first.turn.done():
                now = first.clock()
                if (held := self._held_back(now)) is not None:
                    obstacle, wait = held
                    self._obstacle = self._obstacle or obstacle
                    break
                self._let_go(now)
                first.turn.set_result((now, self._obstacle or "pool"))
            self._queue.popleft()
            self._obstacle = None
        self._wake_in(wait)

    def _wake_in(self, wait: float) -> None:
        """Look again after some time, not at all if there is nothing to wait for."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if wait == math.inf:
            return
        first = self._queue[0]
        until = first.clock() + wait
        for waiting in self._queue:
            if waiting.deadline <= until and not waiting.turn.done():
                waiting.turn.set_result(None)
        self._alarm = asyncio.get_running_loop().create_task(self._ring(first.sleep, wait))

    async def _ring(self, sleep: Callable[[float], Awaitable[None]], wait: float) -> None:
        await sleep(wait)
        self._alarm = None
        self._pump()
