"""How fast requests follow each other: as configured, and as the server was seen to take them."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["AdaptiveRate", "Pace"]


class Pace:
    """Spaces requests evenly (`Limits.requests_per_second`)."""

    def __init__(self, requests_per_second: float) -> None:
        self._interval = 1 / requests_per_second
        self._next = 0.0

    def delay(self, now: float) -> float:
        """Return the seconds until the next request may go."""
        return max(0.0, self._next - now)

    def take(self, now: float) -> None:
        """Reserve that moment for one request."""
        self._next = max(self._next, now) + self._interval


class AdaptiveRate:
    """Keeps to the rate that a server which refuses requests (429) has shown to take.

    Nothing is held back before the first refusal. Then it is a token bucket in the image of the
    server's own. At a refusal that bucket is empty; what the server takes from there to a later
    refusal is what flowed in meanwhile, so that count by that time is its rate, however large the
    bucket. At the first refusal, with no other to count from, what was taken is put down to the
    time until the server takes requests again. A rate is kept for some seconds and then grows, so
    that a limit which was lifted is noticed.
    """

    ENOUGH: Final = 8
    """Requests that must have been taken for a rate to be known."""
    LEAST: Final = 1.0
    """Requests a second, to which a rate may sink that turns out too high."""
    IDLE: Final = 0.5
    """Seconds without a request after which earlier ones say nothing of the server's rate."""
    STEADY: Final = 10.0
    """Seconds that a rate is kept before it grows."""
    CAUTION: Final = 0.98
    """The share of the server's rate that is used."""
    GROWTH: Final = 1.07
    """By how much the rate grows in a second."""
    _UNLIMITED: Final = 20_000.0
    """Requests a second; such a rate binds nobody."""

    def __init__(self) -> None:
        self.rate = math.inf
        """Requests a second, infinitely many when there is no known limit."""
        self._most = 1.0
        self._tokens = 0.0
        self._filled_at = 0.0
        self._grows_from = 0.0
        self._taken = 0
        self._since = 0.0
        self._from_empty = False
        self._idle_from = -math.inf
        self._refused_at = -math.inf

    def delay(self, now: float) -> float:
        """Return the seconds until the next request may go."""
        if self.rate == math.inf:
            return 0.0
        self._fill(now)
        return max(0.0, (1 - self._tokens) / self.rate)

    def take(self, now: float) -> None:
        """Take a token, also one that is not there yet."""
        if now > self._idle_from:
            self._count_from(now, empty=False)
        self._idle_from = max(self._idle_from, now + self.IDLE)
        if self.rate < math.inf:
            self._tokens -= 1

    def succeeded(self) -> None:
        """Note a request that the server has taken."""
        self._taken += 1

    def refused(self, began: float, now: float, wait: float) -> None:
        """Note that the server refused a request begun at `began`, for `wait` seconds.

        Further requests that were on their way by then say nothing new.
        """
        if began <= self._refused_at:
            return
        seconds = max(began - self._since, 0.001)
        enough = self._taken >= self.ENOUGH
        if enough:
            self.rate = self.CAUTION * self._taken / (seconds + (0 if self._from_empty else wait))
            self._most = float(self._taken)
        elif self._from_empty and self.rate < math.inf:
            self.rate = min(self.rate, max(self._taken / seconds, self.LEAST))
        if enough or not self._from_empty:
            self._count_from(began, empty=True)
        self._tokens, self._filled_at = min(self._tokens, 0.0), now
        self._grows_from = now + self.STEADY
        self._refused_at = now
        self._idle_from = now + wait + self.IDLE

    def _count_from(self, now: float, *, empty: bool) -> None:
        self._since, self._taken, self._from_empty = now, 0, empty

    def _fill(self, now: float) -> None:
        self._tokens = min(self._most, self._tokens + (now - self._filled_at) * self.rate)
        growing = now - max(self._filled_at, self._grows_from)
        self._filled_at = now
        if growing > 0:
            self.rate *= self.GROWTH ** min(growing, 600.0)
            if self.rate > self._UNLIMITED:
                self.rate = math.inf
