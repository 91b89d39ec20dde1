"""One call from its first attempt to its last: its progress, deadline, outcome, events."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Final

import attrs

from scalr_async._backlog import BACKLOG
from scalr_async._http import IDEMPOTENT_METHODS, Request, outcome_of
from scalr_async.errors import Outcome, ScalrError
from scalr_async.telemetry import AttemptEvent
from scalr_async.transport._attempt import Answer, Failure, Phase, Progress, ResponseBody
from scalr_async.transport._concurrency import Obstacle
from scalr_async.transport._request_target import RedirectChain
from scalr_async.transport._timers import DeadlineScope

__all__ = ["PHASES", "AttemptResult", "Call"]

PHASES: Final[dict[Obstacle, Phase]] = {
    "gate": "gate wait",
    "rate": "rate wait",
    "pool": "pool wait",
}
"""The phase of a call while it waits for each limit."""

AttemptResult = Answer | Failure | type[BaseException]
"""The result of an attempt, or the type of an exception that interrupted it."""

_STRENGTH: Final[dict[Outcome, int]] = {"not_sent": 0, "rejected": 1, "unknown": 2, "applied": 3}
"""Ranks of outcomes; the outcome of a call is the highest-ranked outcome of its attempts."""


@attrs.define(slots=False, eq=False, repr=False)
class Call(Progress):
    """One call under way.

    Attributes:
        request: the request, with the URL of the last redirect.
        started: the time at which the call began.
        deadline: the time at which the call is ended, inf for no deadline.
        streams: whether the body of the request is read while it is sent.
        attempts: the number of attempts so far.
        last: the reason for the last repeat.
        settled: the outcome of the attempts that have ended.
        token_refreshed: whether a refused token was replaced.
        redirects: the redirects that were followed.
        stream: the body of a success that the caller reads.
        extend: restarts the deadline; set for a request that streams.
    """

    request: Request
    started: float
    deadline: float
    streams: bool = False
    attempts: int = 0
    last: str = ""
    settled: Outcome = "not_sent"
    token_refreshed: bool = False
    redirects: RedirectChain | None = None
    stream: ResponseBody | None = None
    extend: Callable[[], None] | None = None

    def chunk_sent(self) -> None:
        """Restart the deadline, because the upload makes progress."""
        assert self.extend is not None, "a request with chunks streams"
        self.extend()

    @property
    def is_patient(self) -> bool:
        """True for an item of a bulk call and a page of a walk: waits take none of its time.

        Bulk calls and walks have no deadline of their own and may last for many windows of a rate.
        If the wait for a window counted, each item whose deadline is shorter would fail.
        """
        shared = self.request.deadline
        return BACKLOG.get() is not None if shared is None else shared.patient

    @contextmanager
    def paused(
        self, scope: DeadlineScope, clock: Callable[[], float], *, throttled: bool = True
    ) -> Iterator[None]:
        """Stop the deadline of a patient call during a wait for the limits or after a refusal."""
        if not (throttled and self.is_patient):
            yield
            return
        left, self.deadline = self.deadline - clock(), math.inf
        shared = self.request.deadline
        with scope.paused(), nullcontext() if shared is None else shared.paused():
            yield
        self.deadline = clock() + left

    @property
    def doubtful(self) -> bool:
        """True if an earlier attempt may have been applied."""
        return self.settled in ("unknown", "applied")

    def settle(self, status: int | None) -> None:
        """Note that an attempt has ended: answered with a status, or lost."""
        self.status = self.status if status is None else status
        self.settled = self.outcome()
        self.sent, self.status = False, None

    def outcome(self) -> Outcome:
        """Return the outcome of all attempts, the current one included."""
        if not self.sent:
            return self.settled
        current: Outcome = "unknown" if self.status is None else outcome_of(self.status)
        if current == "applied" and self.request.method in IDEMPOTENT_METHODS:
            current = "unknown"  # a read whose answer was not read to its end has no result
        return max(self.settled, current, key=_STRENGTH.__getitem__)

    def final_outcome(self, status: int) -> Outcome:
        """Return the outcome of all attempts; `status` is the answer to the last one."""
        reads = self.request.method in IDEMPOTENT_METHODS
        return outcome_of(status, reads=True) if reads else self.settled

    def explain(self, error: ScalrError, elapsed: float) -> None:
        """Complete an error with the request, its attempts and its outcome."""
        error.method, error.path = self.request.method, self.request.path
        error.attempts, error.elapsed = self.attempts, elapsed
        error.outcome = self.outcome()

    def attempt_event(self, result: AttemptResult, elapsed: float) -> AttemptEvent:
        """Return the event of an attempt that has ended."""
        if isinstance(result, Answer):
            status, error = result.status, None
        else:
            kind = result.error if isinstance(result, Failure) else result
            status, error = None, kind.__name__
        return AttemptEvent(
            method=self.request.method,
            path=self.request.path,
            attempt=self.attempts,
            elapsed=elapsed,
            status=status,
            error=error,
        )
