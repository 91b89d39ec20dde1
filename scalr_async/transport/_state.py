"""State that one client and its clones share: life, calls under way, limits."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from scalr_async.config import Limits, RetryPolicy
from scalr_async.transport._concurrency import ConcurrencyLimiter, Gate, RetryBudget
from scalr_async.transport._deadlines import Deadlines
from scalr_async.transport._deprecation import Deprecations
from scalr_async.transport._lifecycle import Lifecycle
from scalr_async.transport._pulse import Pulse
from scalr_async.transport._rate import AdaptiveRate, Pace

__all__ = ["Shared"]


class Shared:
    """State that one client and all its clones share: life, calls under way, limits."""

    def __init__(self, limits: Limits, random: Callable[[], float] = random.random) -> None:
        self.lifecycle = Lifecycle()
        self.deprecations = Deprecations()
        self.deadlines = Deadlines()
        self.pulse = Pulse()
        self.slots = ConcurrencyLimiter(limits.connections)
        self.gate = Gate(random)
        rate = limits.requests_per_second
        self.pace = None if rate is None else Pace(rate)
        self.learned = AdaptiveRate()
        self._budgets: dict[tuple[float, float], RetryBudget] = {}

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

    def budget_for(self, policy: RetryPolicy) -> RetryBudget:
        """Return the client's budget, or another one for a clone whose policy has other numbers."""
        numbers = policy.budget_reserve, policy.budget_ratio
        return self._budgets.setdefault(numbers, RetryBudget(*numbers))

    def succeeded(self) -> None:
        """Note an answer that shows a working server."""
        self.slots.widen()
        self.learned.succeeded()

    def throttled(self, began: float, now: float, seconds: float, *, status: int) -> None:
        """Note that a request begun at `began` was asked to come back in `seconds`.

        A 429 says something of the rate that the server takes, a 503 does not. Where that rate is
        known a pace spreads what comes after, and the gate does less of it.
        """
        self.slots.narrow(began, now)
        if status == 429:
            self.learned.refused(began, now, seconds)
        self.gate.close(seconds, now, spread=0.2 if self.learned.rate < math.inf else 1.0)
