"""What one client and its clones share: how much at once, how often, how many repeats."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
from collections import deque
from collections.abc import Callable
from typing import Final

from scalr_async.config import Limits, RetryPolicy
from scalr_async.transport._deadlines import Deadlines
from scalr_async.transport._deprecation import Deprecations
from scalr_async.transport._lifecycle import Lifecycle
from scalr_async.transport._pace import LearnedPace, Pace
from scalr_async.transport._pulse import Pulse

__all__ = ["Budget", "Gate", "Shared", "Slots"]


class Slots:
    """How many requests are in flight, first come, first served; adapts to the server.

    The limit starts at `most`, is halved when the server throttles and grows by one for each
    window of successes that used it all (additive increase, multiplicative decrease); where the
    server throttled last it grows ten times slower, so that asking for more stays rare.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(most)
        self._ceiling = float(most)
        self._lowered_at = float("-inf")
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.in_flight = 0

    @property
    def limit(self) -> int:
        """How many requests may be in flight now (items)."""
        return int(self._limit)

    @property
    def waiting(self) -> int:
        """How many calls wait for a slot (items)."""
        return len(self._waiting)

    def try_acquire(self) -> bool:
        """Take a slot if one is free and nobody waits for it."""
        if self._waiting or self.in_flight >= int(self._limit):
            return False
        self.in_flight += 1
        return True

    async def acquire(self) -> None:
        """Wait for a slot and take it; a cancelled wait takes none."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                with contextlib.suppress(ValueError):  # passed over already
                    self._waiting.remove(turn)
            else:
                self.release()  # the slot was handed over in the tick of the cancellation
            raise

    def release(self) -> None:
        """Give a slot back."""
        self.in_flight -= 1
        self._hand_over()

    def widen(self) -> None:
        """Note a success: grow by one when a whole window of them used the limit."""
        if self._limit < self._most and self.in_flight >= int(self._limit):
            step = 1.0 if self._limit + 1 < self._ceiling else 0.1
            self._limit = min(float(self._most), self._limit + step / self._limit)
            self._hand_over()

    def narrow(self, began: float, now: float) -> None:
        """Note that the server throttled a request which began at `began`.

        Requests that were on their way when the limit was lowered do not lower it again.
        """
        if began >= self._lowered_at:
            self._lowered_at = now
            self._ceiling = min(self._limit, self.in_flight)
            self._limit = max(1.0, self._ceiling / 2)

    def _hand_over(self) -> None:
        while self._waiting and self.in_flight < int(self._limit):
            turn = self._waiting.popleft()
            if not turn.done():
                self.in_flight += 1
                turn.set_result(None)


class Gate:
    """Closed for everybody after the server throttled somebody; opens spread out."""

    LONGEST: Final = 60.0
    """Seconds; whatever the server asks for, it is asked again after that."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self.opens_at = 0.0
        """When it opens, or has opened: a time of the clock."""
        self._spread = 0.0

    def close(self, seconds: float, now: float, *, spread: float = 1.0) -> None:
        """Close for some time, or for longer than it is closed already.

        It opens over up to `spread` seconds, but no longer than it was closed.
        """
        closed = min(seconds, self.LONGEST)
        if now + closed > self.opens_at:
            self.opens_at = now + closed
            self._spread = min(closed, spread)

    def opens_in(self, now: float) -> float:
        """Return the seconds until it opens, 0 or less when it is open."""
        return self.opens_at - now

    def delay(self, now: float, remaining: float) -> float:
        """Return how long one request shall wait: until the opening and a random bit longer.

        That bit takes at most half of what the request has left then.
        """
        wait = self.opens_at - now
        if wait <= 0:
            return 0.0
        return wait + self._random() * min(self._spread, max(0.0, remaining - wait) / 2)


class Budget:
    """Bounds how much repeats add to the load of a server that is failing.

    A token bucket: a repeat takes one token, a request that succeeds at once gives back
    `RetryPolicy.budget_ratio` of one, up to `RetryPolicy.budget_reserve`.
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
        """Note a request that succeeded at once."""
        if self.tokens < self._reserve:
            self.tokens = min(self._reserve, self.tokens + self._ratio)


class Shared:
    """What one client and all its clones have together: state, calls under way, limits."""

    def __init__(
        self, limits: Limits, retry: RetryPolicy, random: Callable[[], float] = random.random
    ) -> None:
        self.lifecycle = Lifecycle()
        self.deprecations = Deprecations()
        self.deadlines = Deadlines()
        self.pulse = Pulse()
        self.slots = Slots(limits.connections)
        self.gate = Gate(random)
        rate = limits.requests_per_second
        self.pace = None if rate is None else Pace(rate)
        self.learned = LearnedPace()
        self.budget = Budget(retry.budget_reserve, retry.budget_ratio)

    def admit(self, now: float) -> bool:
        """Take a slot if a request may go at once: nothing closed, nothing full, no pace kept."""
        paced = self.pace is not None or self.learned.rate < math.inf
        if now < self.gate.opens_at or (paced and self.pace_delay(now) > 0):
            return False
        if not self.slots.try_acquire():
            return False
        self.take(now)
        return True

    def pace_delay(self, now: float) -> float:
        """Return the seconds until the next request may go, by the slower of both paces."""
        learned = self.learned.delay(now)
        return learned if self.pace is None else max(learned, self.pace.delay(now))

    def take(self, now: float) -> None:
        """Reserve that moment for one request."""
        self.learned.take(now)
        if self.pace is not None:
            self.pace.take(now)

    def succeeded(self, *, at_once: bool) -> None:
        """Note an answer that shows a working server."""
        self.slots.widen()
        self.learned.succeeded()
        if at_once:
            self.budget.earn()

    def throttled(self, began: float, now: float, seconds: float, *, status: int) -> None:
        """Note that a request begun at `began` was asked to come back in `seconds`.

        A 429 says something of the rate that the server takes, a 503 does not. Where that rate is
        known a pace spreads what comes after, and the gate does less of it.
        """
        self.slots.narrow(began, now)
        if status == 429:
            self.learned.refused(began, now, seconds)
        self.gate.close(seconds, now, spread=0.2 if self.learned.rate < math.inf else 1.0)
