"""Concurrency of one client and its clones: requests in flight, the gate, the budget of repeats."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import Final

__all__ = ["ConcurrencyLimiter", "Gate", "RetryBudget"]


class ConcurrencyLimiter:
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


class RetryBudget:
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
