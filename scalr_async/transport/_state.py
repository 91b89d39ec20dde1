"""State that one client and its clones share: life, calls under way, limits."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from copy import copy

from scalr_async.config import Limits, RetryPolicy
from scalr_async.transport._admission import Admission
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
        self.gate = Gate()
        self._random = random
        self.concurrency = ConcurrencyLimiter(limits.connections)
        self.rate = AdaptiveRate(self.concurrency)
        rate = limits.requests_per_second
        pace = None if rate is None else Pace(rate, limits.burst)
        self._pace = pace
        self.slots = Admission(self.gate, pace, self.rate, self.concurrency)
        self._budgets: dict[tuple[float, float], RetryBudget] = {}

    def beside(self) -> Shared:
        """Return the same state with places of its own: for what calls in theirs wait for."""
        twin = copy(self)
        twin.concurrency = ConcurrencyLimiter(1)
        twin.slots = Admission(self.gate, self._pace, self.rate, twin.concurrency)
        return twin

    def budget_for(self, policy: RetryPolicy) -> RetryBudget:
        """Return the client's budget, or another one for a clone whose policy has other numbers."""
        numbers = policy.budget_reserve, policy.budget_ratio
        return self._budgets.setdefault(numbers, RetryBudget(*numbers))

    def succeeded(self, began: float) -> None:
        """Note an answer to a request begun at `began` that shows a working server."""
        in_flight, rate = self.slots.in_flight, self.rate
        self.concurrency.succeeded(began, in_flight, may_raise=not rate.binding)
        rate.succeeded(began)

    def throttled(
        self, began: float, now: float, wait: float | None, base: float, *, status: int
    ) -> bool:
        """Note a refusal that asks to come back in `wait` seconds, or does not say when.

        Then the server is asked again after `base` seconds at first. Returns whether these limits
        spread what comes back: they do not know how before anything was taken. A 429 tells of a
        rate, a 503 does not.
        """
        if self.concurrency.throttled(
            began, self.slots.in_flight, now, alone=self.rate.most == math.inf
        ):
            return False  # it waits alone
        if status != 429:
            self.gate.close(wait or base, now, over=1.0)
            return False
        known = self.concurrency.successes > 0
        pause = self.rate.refused(began, now, base)
        if wait is None:
            if pause is not None:
                self.gate.close(began + pause - now, now)
        elif known:  # clients of one server should not return together
            wait = max(wait or base, base / 4)
            if wait % 1:
                wait += base / 4
            self.gate.close(wait * (1 + self._random() / 100), now)
        else:
            self.gate.close(max(wait, base), now, over=1.0)
        return known
