"""Limits on requests: the number in flight, the gate, the retry budget, and admission in order."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Literal, NamedTuple

from scalr_async.transport._rate import AdaptiveRate, FixedRate
from scalr_async.transport._shared_rate import SharedRate

__all__ = ["Admission", "ConcurrencyLimiter", "Gate", "Obstacle", "RetryBudget"]

Obstacle = Literal["gate", "rate", "pool"]
"""The limit for which a request waits: the gate, a rate, or the number of requests in flight."""


class ConcurrencyLimiter:
    """The number of requests that may be in flight; adapts to the server.

    A refusal is a 429, or a 503 with `Retry-After`. The limit starts at `most`. A refusal lowers
    it to one, and each success raises it by one (slow start), up to the ceiling: the number that
    the server is known to accept at once, `most` unless the server has shown a lower one. From time
    to time one request above the ceiling is tried, then two, four, ...; a refusal restores it.
    """

    FIRST_TRIAL: Final = 10.0
    """Seconds until the first trial above the ceiling; they double up to a minute."""
    MIN_EVIDENCE: Final = 4
    """The least number of requests in flight at which a refusal shows that they were too many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.limit = most
        """The number of requests that may be in flight now."""
        self.successes = 0
        self._ceiling = most
        self._proven = 0
        """The largest number in flight at which twice that many requests succeeded in a row."""
        self._streak = 0
        self._restarted_at = self._lowered_at = -math.inf
        self._lowered_after = 0
        self._patience, self._raise_at = self.FIRST_TRIAL, 0.0
        self._step = 1
        self._refused = 0
        """The number in flight when the server began to refuse, 0 while it refuses nothing."""
        self._accepted = 0
        """The successes in flight with the last refused one; 0 if it was alone after a restart."""

    def restart(self, level: int, now: float) -> None:
        """Start again with `level` requests at once."""
        self.limit = min(level, self._ceiling)
        self._restarted_at = now
        self._streak = 0

    def succeeded(self, began: float, in_flight: int, *, may_raise: bool) -> None:
        """Note a success.

        Args:
            began: when the request began.
            in_flight: the number of requests in flight, this one included.
            may_raise: False if another limit holds requests back.
        """
        self.successes += 1
        if began < self._restarted_at:
            self._accepted += self._refused > 0
            return
        if self._refused:
            self._lower_to_accepted(began)
        if self.limit < self._ceiling:
            self.limit += 1
            self._streak = 0
        elif in_flight >= self.limit:
            self._succeeded_at_limit(began, may_raise=may_raise)

    def _succeeded_at_limit(self, began: float, *, may_raise: bool) -> None:
        """Note a success while the limit was fully used."""
        self._streak += 1
        if self._streak >= 2 * self.limit:
            self._proven = max(self._proven, self.limit)
            if may_raise and self._ceiling < self._most and began >= self._raise_at:
                self._ceiling = min(self._most, self._ceiling + self._step)
                self._step *= 2

    def throttled(self, began: float, in_flight: int, now: float, *, alone: bool) -> bool:
        """Note a refusal; return whether the number in flight explains it.

        It does if the server is known to limit it and enough requests succeeded since the ceiling
        was last lowered; `alone` says that no other limit is known.
        """
        if began < self._lowered_at:
            return True
        raised = self._ceiling > self._proven > 0
        fewer = self._proven if raised else self._ceiling - 1
        well = self.successes >= self._lowered_after + self._ceiling
        if in_flight > fewer > 0 and well and (raised or (alone and self._ceiling < self._most)):
            self._lower(fewer, now)
            self._lowered_at, self._lowered_after = now, self.successes
            return True
        if began >= self._restarted_at:
            if not self._refused:
                self.restart(1, now)
            self._refused, self._accepted = self._refused or in_flight, 0
        return False

    def _lower_to_accepted(self, now: float) -> None:
        """Lower the ceiling to the number that was accepted, if a larger number was refused."""
        refused, self._refused = self._refused, 0
        if 0 < self._accepted < refused and refused >= max(self.MIN_EVIDENCE, self._proven + 1):
            self._lower(self._accepted, now)

    def _lower(self, ceiling: int, now: float) -> None:
        self._ceiling = self._proven = ceiling
        self.limit = min(self.limit, ceiling)
        self._raise_at = now + self._patience
        self._patience = min(60.0, self._patience * 2)
        self._step = 1


class Gate:
    """A gate for all calls: it closes when the server throttles one, and opens gradually."""

    MAX_CLOSED: Final = 60.0
    """Seconds; then a request is sent even if the server asked for a longer wait."""

    def __init__(self, on_close: Callable[[float], None] | None = None) -> None:
        self._on_close = on_close
        self.opens_at = 0.0
        """The time from which the first requests may pass."""
        self.open_at = 0.0
        """The time from which all requests may pass."""
        self._next_at = 0.0

    def close(self, seconds: float, now: float, *, over: float = 0.0) -> None:
        """Close for some seconds, unless the gate is already closed for longer.

        It then opens gradually during `over` seconds, at most as long as it was closed.
        """
        closed = min(seconds, self.MAX_CLOSED)
        if now + closed > self.opens_at:
            self.opens_at = self._next_at = now + closed
            self.open_at = self.opens_at + min(over, closed)
            if self._on_close is not None:
                self._on_close(closed)

    def delay(self, now: float) -> float:
        """Return the seconds until the next request may pass."""
        return max(0.0, self._next_at - now)

    def pass_one(self, now: float, waiting: int) -> None:
        """Note that a request passes the opening gate; waiting ones follow at even intervals."""
        self._next_at = now + (self.open_at - now) / (waiting + 1)


class RetryBudget:
    """A bound on the load that repeats add to a failing server.

    A token bucket: a repeat takes one token; a request that succeeds at its first attempt returns
    `RetryPolicy.budget_ratio` of a token, up to `RetryPolicy.budget_reserve` in all.
    """

    def __init__(self, reserve: float, ratio: float) -> None:
        self._reserve = reserve
        self._ratio = ratio
        self.tokens = reserve

    def spend(self) -> bool:
        """Take a token for a repeat; False when none is left."""
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def earn(self) -> None:
        """Note a request that succeeded at its first attempt."""
        if self.tokens < self._reserve:
            self.tokens = min(self._reserve, self.tokens + self._ratio)


class _QueuedCall(NamedTuple):
    """A call in the queue; the result None of its turn means that its deadline is too early."""

    turn: asyncio.Future[tuple[float, Obstacle] | None]
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    deadline: float


class Admission:
    """The admission of requests, first come first served.

    A request is admitted when the gate is open, the rates allow it and the number in flight is
    below the limit. The first call in the queue waits for these conditions, woken by the end of
    another request or by a timer; the others wait behind it.

    Args:
        gate: the gate, which closes for all after a refusal.
        fixed_rate: the configured rate of this process or shared with others; None for none.
        rate: the learned rate.
        concurrency: the limit on requests in flight.
        random: returns a number from 0 to 1.
    """

    def __init__(
        self,
        gate: Gate,
        fixed_rate: FixedRate | SharedRate | None,
        rate: AdaptiveRate,
        concurrency: ConcurrencyLimiter,
        random: Callable[[], float],
    ) -> None:
        self._gate = gate
        self._fixed_rate = fixed_rate
        self._random = random
        self._rate = rate
        self._concurrency = concurrency
        self._queue: deque[_QueuedCall] = deque()
        self._wake_task: asyncio.Task[None] | None = None
        self._obstacle: Obstacle | None = None
        """The limit for which the first call in the queue began to wait."""
        self.in_flight = 0
        """The number of requests in flight."""
        if isinstance(fixed_rate, SharedRate):
            fixed_rate.attach(self)

    def one_at_a_time(self) -> Admission:
        """Return an admission with the same gate and rates and one request in flight at a time."""
        one = ConcurrencyLimiter(1)
        return Admission(self._gate, self._fixed_rate, self._rate, one, self._random)

    @property
    def limit(self) -> int:
        """The number of requests that may be in flight now."""
        return self._concurrency.limit

    @property
    def waiting(self) -> int:
        """The number of calls in the queue."""
        return len(self._queue)

    def admit(self, now: float) -> bool:
        """Admit a request if the queue is empty and no limit forbids it; return whether it did."""
        if self._queue or self._find_obstacle(now) is not None:
            return False
        self._start(now)
        return True

    def obstacle(self, now: float) -> tuple[Obstacle, float]:
        """Return the limit that holds back a further request, and the seconds (inf: unknown)."""
        held = self._find_obstacle(now, ahead=len(self._queue))
        return held or ("pool", math.inf)

    async def wait(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        deadline: float,
    ) -> tuple[float, Obstacle] | None:
        """Wait in the queue; return the time of admission and the limit that caused the wait.

        Returns None if the wait would last beyond `deadline`. A cancelled wait leaves the queue.
        """
        turn: asyncio.Future[tuple[float, Obstacle] | None]
        turn = asyncio.get_running_loop().create_future()
        waiting = _QueuedCall(turn, clock, sleep, deadline)
        self._queue.append(waiting)
        self.admit_waiting()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                with contextlib.suppress(ValueError):  # removed already
                    self._queue.remove(waiting)
                self.admit_waiting()
            elif turn.result() is not None:
                self.release()  # admitted and cancelled in the same step of the loop
            raise

    def release(self) -> None:
        """Note that a request is no longer in flight."""
        self.in_flight -= 1
        if self._queue:
            self.admit_waiting()

    def _find_obstacle(self, now: float, ahead: int = 0) -> tuple[Obstacle, float] | None:
        gate = self._gate
        if now < gate.opens_at:
            return "gate", gate.opens_at - now
        if self.in_flight < self._concurrency.limit:
            if now < gate.open_at and (wait := gate.delay(now)) > 0:
                return "gate", wait
            if self._fixed_rate is None and self._rate.most == math.inf:
                return None
            if (wait := self._rate_delay(now, ahead)) > 0:
                return "rate", wait
        return ("pool", math.inf) if self.in_flight >= self._concurrency.limit else None

    def time_for(self, requests: int, now: float) -> float | None:
        """Return the seconds in which the rates allow so many requests, None without a rate."""
        known = None if self._fixed_rate is None else self._fixed_rate.time_for(requests, now)
        if self._rate.most == math.inf:
            return known
        return max(known or 0.0, self._rate.time_for(requests, now))

    def _rate_delay(self, now: float, ahead: int) -> float:
        """Return the seconds until both rates allow a request; may begin a new period."""
        wait = 0.0 if self._fixed_rate is None else self._fixed_rate.delay(now, ahead)
        if self._rate.most < math.inf:
            wait = max(wait, self._rate.delay(now))
            if wait == 0:
                self._rate.next_period(now)
        return wait

    def _start(self, now: float) -> None:
        self.in_flight += 1
        self._rate.take(now)
        if self._fixed_rate is not None:
            self._fixed_rate.take(now)
        if now < self._gate.open_at:
            self._gate.pass_one(now, len(self._queue))

    def admit_waiting(self) -> None:
        """Admit waiting calls as far as the limits allow, and set the timer for the next one."""
        wait = math.inf
        while self._queue:
            first = self._queue[0]
            if not first.turn.done():
                now = first.clock()
                if (held := self._find_obstacle(now)) is not None:
                    obstacle, wait = held
                    self._obstacle = self._obstacle or obstacle
                    break
                self._start(now)
                first.turn.set_result((now, self._obstacle or "pool"))
            self._queue.popleft()
            self._obstacle = None
        self._wake_in(wait)

    def _wake_in(self, wait: float) -> None:
        """Try again after some seconds, unless only the end of a request can help."""
        if self._wake_task is not None:
            self._wake_task.cancel()
            self._wake_task = None
        if wait == math.inf:
            return
        first = self._queue[0]
        until = first.clock() + wait
        for waiting in self._queue:
            if waiting.deadline <= until and not waiting.turn.done():
                waiting.turn.set_result(None)
        self._wake_task = asyncio.get_running_loop().create_task(self._wake(first.sleep, wait))

    async def _wake(self, sleep: Callable[[float], Awaitable[None]], wait: float) -> None:
        await sleep(wait)
        self._wake_task = None
        self.admit_waiting()

    def succeeded(self, began: float) -> None:
        """Note that the server works: it answered a request that began at `began`."""
        may_raise = not self._rate.binding
        self._concurrency.succeeded(began, self.in_flight, may_raise=may_raise)
        self._rate.succeeded(began)

    def throttled(
        self, began: float, now: float, wait: float | None, base: float, *, status: int
    ) -> bool:
        """Note a refusal; return whether the limits spread the repeats over time.

        The limits cannot do so before the server has accepted any request. Only a 429 teaches the
        learned rate, a 503 does not.

        Args:
            began: when the request began.
            now: when the request was refused.
            wait: the seconds for which the server asks to wait, None if it names none.
            base: the first wait in seconds if the server names none.
            status: 429 or 503.
        """
        alone = self._rate.most == math.inf
        if self._concurrency.throttled(began, self.in_flight, now, alone=alone):
            return False  # only this call waits
        if status != 429:
            self._gate.close(wait or base, now, over=1.0)
            return False
        known = self._concurrency.successes > 0
        pause = self._rate.refused(began, now, base)
        if wait is None:
            if pause is not None:
                self._gate.close(began + pause - now, now)
        elif known:  # so that the clients of one server do not return together
            wait = max(wait or base, base / 4)
            if wait % 1:
                wait += base / 4
            self._gate.close(wait * (1 + self._random() / 100), now)
        else:
            self._gate.close(max(wait, base), now, over=1.0)
        return known
