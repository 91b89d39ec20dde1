"""Rates of requests: the configured rate, and a rate learned from 429 answers."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

__all__ = ["AdaptiveRate", "FixedRate"]


class FixedRate:
    """The configured rate: at most `burst` requests in any `burst / requests_per_second` seconds.

    A server with this limit then refuses no request, whether it counts in fixed windows, in sliding
    windows or with a token bucket.
    """

    def __init__(self, requests_per_second: float, burst: int) -> None:
        self._seconds = burst / requests_per_second
        self._burst = burst
        self._log: deque[float] = deque(maxlen=burst)

    def delay(self, now: float, ahead: int = 0) -> float:
        """Return the seconds until a request with `ahead` others before it may be sent."""
        log, seconds = self._log, self._seconds
        while log and log[0] + seconds <= now:
            log.popleft()
        rounds, place = divmod(ahead + len(log), self._burst)
        sent_at = log[place] if place < len(log) else now
        return sent_at + rounds * seconds - now if rounds else 0.0

    def take(self, now: float) -> None:
        """Note that a request is sent."""
        self._log.append(now)

    def time_for(self, requests: int, now: float) -> float:
        """Return the seconds until the last of so many requests may be sent."""
        return self.delay(now, requests - 1) if requests > 0 else 0.0


class _Trial(msgspec.Struct):
    """A trial of more than the quota: with a shorter period, or with none (0)."""

    period: float
    began: float
    taken: int = 0


class AdaptiveRate:
    """A rate that is learned from a server's refusals (429).

    The server is closed from a refusal until it accepts a request again. A quota is `most` requests
    per `period` seconds; before the first refusal no quota is known and no request is held back.
    The quota is measured over a cycle: the number of requests that the server accepts from one
    opening to the next, and the time between the openings. For a fixed or sliding window that is
    the window's quota, for a token bucket its inflow in that time. The rules, each in one method:

    - A quota is confirmed if requests beyond it are refused at once (`_learn`), and forgotten if
      they are accepted (`_adopt`).
    - For a confirmed quota a shorter period is tried from time to time (`next_period`), and kept if
      the server accepts it (`_adopt`).
    - A refusal although a proven quota was kept comes from an outage or from another client's
      requests, and teaches nothing; a refusal soon after a period was shortened restores the former
      period (`_teaches_nothing`).
    """

    MIN_EVIDENCE: Final = 8
    """The least number of accepted requests from which a quota is learned."""
    MAX_QUOTA: Final = 2048
    """Requests; exceeding a larger quota costs less than keeping to it."""
    IDLE_SECONDS: Final = 0.5
    """Seconds without a request, after which a new cycle begins."""
    OVERSHOOT_DIVISOR: Final = 64
    """A trial begins with `most`, divided by this number, of requests at once."""
    TRIAL_SIZE: Final = 16
    """Accepted requests for a trial to succeed, and before the next trial."""
    MAX_TRIAL_SPACING: Final = 64
    """Accepted requests before the next trial after several failed ones."""
    FAILED_TRIAL_COST: Final = 10.0
    """The pause before the next trial, in multiples of the delay that a failed trial caused."""
    LIFTED_AT: Final = 16
    """A confirmed quota is forgotten once the server accepts this many times its rate."""
    PROVEN_AFTER: Final = 10.0
    """Seconds, and at least two periods, for which a quota must hold to be proven."""

    def __init__(self, restart: Callable[[int, float], None]) -> None:
        self._restart = restart
        self.most = math.inf
        self.period = 0.0
        self.binding = False
        """True if the quota, and nothing else, held requests back in the last period."""
        self._confirmed = False
        self._kept_since = 0.0
        self._learned_period = 0.0
        """The period that was learned; successful trials have shortened `period` since."""
        self._previous_period = 0.0
        """The period before the last shortening, 0 once the shorter one is proven or withdrawn."""
        self._period_start = 0.0
        """The start of the current period; `_sent` requests were sent since."""
        self._sent = 0
        self._held_back = False
        """True once a request had to wait in the current period for nothing but its end."""
        self._last_sent = -math.inf
        self._cycle_start = 0.0
        """The start of the current cycle; `_cycle_sent` were accepted in its earlier periods."""
        self._cycle_sent = 0
        self._closings = 0
        self._trial: _Trial | None = None
        self._trial_share = 0.5
        """The period that is tried next, as a share of the current one."""
        self._trial_spacing = self.TRIAL_SIZE
        self._next_trial_at = 0.0
        self._accepted = 0
        """Requests accepted since the last opening or adoption."""
        self.closed = False
        self._closed_at = -math.inf
        self._accepted_before_closing = 0
        """Requests that were accepted in the period that ended with the closing."""

    def delay(self, now: float) -> float:
        """Return the seconds until the next request may be sent."""
        if self._sent < self.most or self.closed:
            return 0.0
        wait = max(0.0, self._period_start + self._period_length() - now)
        self._held_back = self._held_back or wait > 0
        return wait

    def time_for(self, requests: int, now: float) -> float:
        """Return the seconds until the last of so many requests may be sent by this quota."""
        opens = max(0.0, self._period_start + self.period - now)
        more = requests - (max(0, self.most - self._sent) if opens else 0)
        return 0.0 if more <= 0 else opens + (math.ceil(more / self.most) - 1) * self.period

    def _period_length(self) -> float:
        """Return the seconds that the current period lasts; a trial shortens it."""
        if self._trial is not None:
            return self._trial.period
        if not self._confirmed:
            return 0.0
        due = self._accepted >= self._trial_spacing and self._period_start >= self._next_trial_at
        return self.period * (self._trial_share if due else 1.0)

    def next_period(self, now: float) -> None:
        """Begin another period if the current one is over, or a trial if it is used up.

        Both begin with few requests at once, like the period from which the quota was learned.
        """
        used_up = self._sent >= self.most
        if self.closed:
            return
        if self._trial is None and now >= self._period_start + self.period:
            self.binding = used_up and self._held_back
            if self.binding:
                self._restart(1, now)
            self._begin(now)
        elif used_up:
            if self._trial is None:
                self._trial = _Trial(self._period_length(), now)
                self._restart(max(1, int(self.most) // self.OVERSHOOT_DIVISOR), now)
            elif self._trial.period > 0:
                self._restart(1, now)
            self._cycle_sent += self._sent
            self._period_start, self._sent = now, 0

    def take(self, now: float) -> None:
        """Note that a request is sent."""
        if self.most == math.inf and now > self._last_sent + self.IDLE_SECONDS and not self.closed:
            self._closings = 0
            self._begin(now)
        self._last_sent = now
        self._sent += 1

    def succeeded(self, began: float) -> None:
        """Note that a request was accepted."""
        if self.closed and began > self._closed_at:
            self._reopen(began)
        self._accepted += 1
        trial = self._trial
        if trial is not None and began >= trial.began:
            trial.taken += 1
            if trial.taken >= max(self.most, self.TRIAL_SIZE):
                self._adopt(trial)

    def refused(self, began: float, now: float, base: float) -> float | None:
        """Note that a request was refused; return the seconds after which to probe the server.

        The wait is at least `base`, counted from `began`. Returns None for a request that was sent
        before the server closed, because its refusal says nothing new.
        """
        if began <= self._closed_at:
            self._accepted_before_closing -= self.closed
            return None
        self._sent -= 1
        if not self.closed:
            self.closed, self._closed_at = True, now
            self._accepted_before_closing, self._sent = self._sent, 0
            self._closings += 1
        return self._probe_delay(began, base)

    def _probe_delay(self, began: float, base: float) -> float:
        """Return the seconds to the next probe: `base`, twice that, ..., or the period's rest."""
        if (
            self.most == math.inf
            or self._cycle_sent + self._accepted_before_closing < 0.9 * self.most
        ):
            return base
        left = self._cycle_start + self.period - began
        if not self._confirmed:
            doubled = max(base, began - self._closed_at)
            if doubled < left - 0.25 * self.period:
                return doubled
        return max(base, left)

    def _begin(self, now: float) -> None:
        if self._closings:
            self._cycle_sent += self._sent
        else:
            self._cycle_start, self._cycle_sent = now, 0
        self._period_start, self._sent, self._held_back = now, 0, False

    def _reopen(self, began: float) -> None:
        """Learn from the cycle that ends because the server accepts a request again."""
        total, seconds = self._cycle_sent + self._accepted_before_closing, began - self._cycle_start
        trial, self._trial, self.closed = self._trial, None, False
        self._period_start, self._accepted = began, 0
        if not self._teaches_nothing(trial, total, seconds, began):
            if total < self.MIN_EVIDENCE:
                self._cycle_sent = total  # the cycle continues
                return
            self._learn(total, seconds, began, beyond=trial is not None)
        self._cycle_start, self._cycle_sent, self._closings = began, 0, 0

    def _teaches_nothing(
        self, trial: _Trial | None, total: int, seconds: float, now: float
    ) -> bool:
        """Return whether a closing says nothing new about the quota."""
        if not self._confirmed:
            return False
        if trial is not None:
            if total > 2 * self.TRIAL_SIZE and total * self.period > 1.1 * self.most * seconds:
                return False  # the server accepts more than before
            self._trial_share = (1 + self._trial_share) / 2 if self._trial_share < 0.8 else 0.5
            self._trial_spacing = min(
                max(self.TRIAL_SIZE, self._trial_spacing * 2), self.MAX_TRIAL_SPACING
            )
            delay = min(now - self._closed_at, seconds - self.period)
            self._next_trial_at = now + self.FAILED_TRIAL_COST * delay
            return True
        held = self._closed_at - self._kept_since >= max(self.PROVEN_AFTER, 2 * self.period)
        if held or self._previous_period:
            if not held:
                self.period = self._previous_period
                self._next_trial_at = now + self.FAILED_TRIAL_COST * (now - self._closed_at)
            self._previous_period, self._kept_since = 0.0, now
            return True
        return False

    def _learn(self, total: int, seconds: float, now: float, *, beyond: bool) -> None:
        """Set the quota to the accepted number; confirmed if the refused went `beyond` it."""
        confirmed = beyond and not self._confirmed and seconds > 0.75 * self.period
        if not (confirmed and total * self.period > self.most * seconds):
            self.most = max(1, round(total / self._closings))
            self.period = 1.01 * seconds * self.most / total
        self._learned_period = self.period
        self._confirmed, self._kept_since, self.binding = confirmed, now, True
        self._trial_share, self._trial_spacing = 0.5, self.TRIAL_SIZE
        self._next_trial_at = self._previous_period = 0.0
        if self.most > self.MAX_QUOTA:
            self._forget()

    def _adopt(self, trial: _Trial) -> None:
        """Keep the period of a successful trial and plan the next trial soon, or forget the quota.

        The quota is forgotten if it was not confirmed, or if the period has become so short that
        it says little: each period begins with one request at once, so that a few requests a period
        would never be many at once again.
        """
        if not self._confirmed or trial.period * self.LIFTED_AT <= self._learned_period:
            self._forget()
            return
        self._previous_period, self._kept_since = self.period, trial.began
        self.period, self._trial = trial.period, None
        self._cycle_start, self._cycle_sent = self._period_start, 0
        self._trial_share, self._trial_spacing, self._accepted = 0.25, 0, 0

    def _forget(self) -> None:
        self.most, self._confirmed, self._trial = math.inf, False, None
        self.binding = False
