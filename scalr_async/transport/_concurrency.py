"""Concurrency of one client and its clones: requests in flight, the gate, the budget of repeats."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["ConcurrencyLimiter", "Gate", "RetryBudget"]


class ConcurrencyLimiter:
    """The number of requests that may be in flight; adapts to the server.

    Up to `most` may from the beginning. After a refusal one may, and each success lets two more go
    (slow start), up to the ceiling: so many as turned out to be taken at once, `most` unless it is
    known to be less. Now and then one more than the ceiling is tried, then two, four, ...; when
    that is refused, the number is what was wrong.
    """

    PATIENCE: Final = 10.0
    """Seconds until more than the ceiling is tried, the first time; doubles up to a minute."""
    FEW: Final = 4
    """Refusals among fewer requests at once do not show that they were too many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.limit = most
        """So many requests may be in flight now (items)."""
        self.successes = 0
        self._ceiling = most
        self._proven = 0
        """So many at once were taken twice over."""
        self._streak = 0
        self._restarted_at = self._lowered_at = -math.inf
        self._lowered_after = 0
        self._patience = self.PATIENCE
        self._raise_at = 0.0
        self._step = 1
        self._refused = 0
        """So many were in flight when the server began to refuse, 0 while it does not."""
        self._beside = 0
        """So many were taken while the one that was refused was on its way."""

    def restart(self, level: int, now: float) -> None:
        """Begin anew with so many at once."""
        self.limit = min(level, self._ceiling)
        self._restarted_at = now
        self._streak = 0

    def succeeded(self, began: float, in_flight: int, *, may_raise: bool) -> None:
        """Note a success.

        `in_flight` counts the requests in flight, this one included; `may_raise` unless something
        else than this limit holds requests back.
        """
        self.successes += 1
        if began < self._restarted_at:
            self._beside += self._refused > 0
            return
        if self._refused:
            self._judge(began)
        if self.limit < self._ceiling:
            self.limit += 1
            self._streak = 0
        elif in_flight >= self.limit:
            self._used_up(began, may_raise=may_raise)

    def _used_up(self, began: float, *, may_raise: bool) -> None:
        """Note a success of a request that was one of as many as there may be."""
        self._streak += 1
        if self._streak >= 2 * self.limit:
            self._proven = max(self._proven, self.limit)
            if may_raise and self._ceiling < self._most and began >= self._raise_at:
                self._ceiling = min(self._most, self._ceiling + self._step)
                self._step *= 2

    def throttled(self, began: float, in_flight: int, now: float, *, alone: bool) -> bool:
        """Note a refusal; return whether it is explained: too many at once.

        Where their number is known to be limited that is so, if all went well so far; `alone` when
        no other limit is known.
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
        if not self._refused and began >= self._restarted_at:
            self._refused, self._beside = in_flight, 0
            self.restart(1, now)
        return False

    def _judge(self, now: float) -> None:
        """Lower the ceiling to as many as were taken at once, if that is what was refused."""
        refused, self._refused = self._refused, 0
        if 0 < self._beside < refused and refused >= max(self.FEW, self._proven + 1):
            self._lower(self._beside, now)

    def _lower(self, ceiling: int, now: float) -> None:
        self._ceiling = self._proven = ceiling
        self.limit = min(self.limit, ceiling)
        self._raise_at = now + self._patience
        self._patience = min(60.0, self._patience * 2)
        self._step = 1


class Gate:
    """Closed for everybody after the server throttled somebody; may open little by little."""

    LONGEST: Final = 60.0
    """Seconds; whatever the server asks for, it is asked again after that."""

    def __init__(self) -> None:
        self.opens_at = 0.0
        """The time at which it opens, or has opened."""
        self.open_at = 0.0
        """The time at which it is, or was, open for all."""
        self._next_at = 0.0

    def close(self, seconds: float, now: float, *, over: float = 0.0) -> None:
        """Close for some time, unless it is closed for longer; it opens `over` so many seconds.

        That takes no longer than it was closed.
        """
        closed = min(seconds, self.LONGEST)
        if now + closed > self.opens_at:
            self.opens_at = self._next_at = now + closed
            self.open_at = self.opens_at + min(over, closed)

    def delay(self, now: float) -> float:
        """Return the seconds until the next request may go."""
        return max(0.0, self._next_at - now)

    def let_go(self, now: float, waiting: int) -> None:
        """Note that a request goes while it opens: those who wait follow evenly."""
        self._next_at = now + (self.open_at - now) / (waiting + 1)


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
