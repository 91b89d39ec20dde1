"""Rates of requests: the configured one, and one that is learned from refusals."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Final

import attrs

__all__ = ["AdaptiveRate", "FixedRate"]


class FixedRate:
    """Keeps to `Limits.requests_per_second`: no more than `burst` in the time that it gives them.

    A server is then not asked for more than it has said to take, whether it counts in fixed
    windows, in sliding ones or with a token bucket.
    """

    def __init__(self, requests_per_second: float, burst: int) -> None:
        self._seconds = burst / requests_per_second
        self._burst = burst
        self._log: deque[float] = deque(maxlen=burst)

    def delay(self, now: float, ahead: int = 0) -> float:
        """Return the seconds until the next request may go, or one that has others before it."""
        log, seconds = self._log, self._seconds
        while log and log[0] + seconds <= now:
            log.popleft()
        rounds, place = divmod(ahead + len(log), self._burst)
        went = log[place] if place < len(log) else now
        return went + rounds * seconds - now if rounds else 0.0

    def take(self, now: float) -> None:
        """Note that a request goes."""
        self._log.append(now)

    def time_for(self, requests: int, now: float) -> float:
        """Return the seconds until the last of so many requests may go."""
        return self.delay(now, requests - 1) if requests > 0 else 0.0


@attrs.define
class _Trial:
    """An attempt at more than the quota: its periods are shorter, or have no end."""

    period: float
    began: float
    taken: int = 0


class AdaptiveRate:
    """Keeps to the quota that a server which refuses requests (429) turns out to have.

    A quota is `most` requests in `period` seconds; none is known, and nothing is held back, before
    the first refusal. It is read off a cycle: what the server takes from one opening to the next,
    and the time between them. That is the quota of a window, fixed or sliding, and what flows into
    a token bucket in that time. The rules, one a method:

    - A quota is confirmed when more is refused at once (`_learn`); when more is accepted it is
      forgotten (`_adopt`).
    - For a confirmed quota a shorter period is tried now and then (`next_period`), and kept if
      the server accepts it (`_adopt`).
    - A refusal in spite of a quota that has held is an outage, or somebody else, and teaches
      nothing; soon after a period was shortened, the former one is restored (`_says_nothing_new`).
    """

    MIN_EVIDENCE: Final = 8
    """Requests that must have been taken for a quota to be read off."""
    MAX_QUOTA: Final = 2048
    """A quota of more requests costs less to run into than to keep to."""
    IDLE_SECONDS: Final = 0.5
    """Seconds without a request after which earlier ones say nothing of a quota."""
    OVERSHOOT_DIVISOR: Final = 64
    """One in so many requests of a quota may be asked for at once beyond it."""
    TRIAL_SIZE: Final = 16
    """Requests that must be taken for a trial to succeed, and before the next one."""
    MAX_TRIAL_SPACING: Final = 64
    """Requests before the next trial when several have failed."""
    FAILED_TRIAL_COST: Final = 10.0
    """Times the delay that a trial caused when it failed, until the next one."""
    PROVEN_AFTER: Final = 10.0
    """Seconds, and at least two periods, after which a quota has held."""

    def __init__(self, restart: Callable[[int, float], None]) -> None:
        self._restart = restart
        self.most = math.inf
        self.period = 0.0
        self.binding = False
        """True if the quota, and nothing else, held requests back in the last period."""
        self._confirmed = False
        self._kept_since = 0.0
        self._previous_period = 0.0
        """The period before it was shortened, 0 when that is settled."""
        self._period_start = 0.0
        """The beginning of the present period; `_sent` requests went since."""
        self._sent = 0
        self._last_sent = -math.inf
        self._cycle_start = 0.0
        """The beginning of the present cycle; `_cycle_sent` were taken in its earlier periods."""
        self._cycle_sent = 0
        self._closings = 0
        self._trial: _Trial | None = None
        self._trial_share = 0.5
        """The period that is tried next, as a share of the present one."""
        self._trial_spacing = self.TRIAL_SIZE
        self._next_trial_at = 0.0
        self._accepted = 0
        """Requests taken since the last opening or adoption."""
        self.closed = False
        self._closed_at = -math.inf
        self._accepted_before_closing = 0
        """Requests that were taken in the period that ended with the closing."""

    def delay(self, now: float) -> float:
        """Return the seconds until the next request may go."""
        if self._sent < self.most or self.closed:
            return 0.0
        return max(0.0, self._period_start + self._period_length() - now)

    def time_for(self, requests: int, now: float) -> float:
        """Return the seconds until the last of so many requests may go, by the present quota."""
        opens = max(0.0, self._period_start + self.period - now)
        more = requests - (max(0, self.most - self._sent) if opens else 0)
        return 0.0 if more <= 0 else opens + (math.ceil(more / self.most) - 1) * self.period

    def _period_length(self) -> float:
        """Return how long the present period lasts; shorter when more is tried."""
        if self._trial is not None:
            return self._trial.period
        if not self._confirmed:
            return 0.0
        due = self._accepted >= self._trial_spacing and self._period_start >= self._next_trial_at
        return self.period * (self._trial_share if due else 1.0)

    def next_period(self, now: float) -> None:
        """Begin another period, or a trial, if the present one is over or used up.

        Either begins with few requests at once, as the first one did, from which the quota was
        learned.
        """
        used_up = self._sent >= self.most
        if self.closed:
            return
        if self._trial is None and now >= self._period_start + self.period:
            self.binding = used_up
            if used_up:
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
        """Note that a request goes."""
        if self.most == math.inf and now > self._last_sent + self.IDLE_SECONDS and not self.closed:
            self._closings = 0
            self._begin(now)
        self._last_sent = now
        self._sent += 1

    def succeeded(self, began: float) -> None:
        """Note that a request was taken."""
        if self.closed and began > self._closed_at:
            self._reopen(began)
        self._accepted += 1
        trial = self._trial
        if trial is not None and began >= trial.began:
            trial.taken += 1
            if trial.taken >= max(self.most, self.TRIAL_SIZE):
                self._adopt(trial)

    def refused(self, began: float, now: float, base: float) -> float | None:
        """Note that a request was refused; return the seconds after which to ask again, if new.

        `base` is the least of them. Those of requests that were on their way already say nothing.
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
        """Return when to ask again: once in every `base` seconds, or when the period is over."""
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
        self._period_start, self._sent = now, 0

    def _reopen(self, began: float) -> None:
        """Learn from the cycle that ends when a request is taken again."""
        total, seconds = self._cycle_sent + self._accepted_before_closing, began - self._cycle_start
        trial, self._trial, self.closed = self._trial, None, False
        self._period_start, self._accepted = began, 0
        if not self._says_nothing_new(trial, total, seconds, began):
            if total < self.MIN_EVIDENCE:
                self._cycle_sent = total  # the cycle goes on
                return
            self._learn(total, seconds, began, beyond=trial is not None)
        self._cycle_start, self._cycle_sent, self._closings = began, 0, 0

    def _says_nothing_new(
        self, trial: _Trial | None, total: int, seconds: float, now: float
    ) -> bool:
        """Return whether a closing says nothing new of the quota."""
        if not self._confirmed:
            return False
        if trial is not None:
            if total > 2 * self.TRIAL_SIZE and total * self.period > 1.1 * self.most * seconds:
                return False  # the server takes more than it did
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
        """Take what was accepted for the quota; confirmed if what was refused went `beyond` it."""
        confirmed = beyond and not self._confirmed and seconds > 0.75 * self.period
        if not (confirmed and total * self.period > self.most * seconds):
            self.most = max(1, round(total / self._closings))
            self.period = 1.01 * seconds * self.most / total
        self._confirmed, self._kept_since, self.binding = confirmed, now, True
        self._trial_share, self._trial_spacing = 0.5, self.TRIAL_SIZE
        self._next_trial_at = self._previous_period = 0.0
        if self.most > self.MAX_QUOTA:
            self._forget()

    def _adopt(self, trial: _Trial) -> None:
        """Keep to the period of a trial that succeeded, and try the next one soon."""
        if not self._confirmed:
            self._forget()
            return
        self._previous_period, self._kept_since = self.period, trial.began
        self.period, self._trial = trial.period, None
        self._cycle_start, self._cycle_sent = self._period_start, 0
        self._trial_share, self._trial_spacing, self._accepted = 0.25, 0, 0

    def _forget(self) -> None:
        self.most, self._confirmed, self._trial = math.inf, False, None
        self.binding = False
