"""One call from its first attempt to its last: its progress, its outcome, its events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from scalr_async._http import IDEMPOTENT_METHODS, Request, outcome_of
from scalr_async.errors import Outcome, ScalrError
from scalr_async.telemetry import AttemptEvent
from scalr_async.transport._attempt import Answer, Failure, Progress, ResponseBody
from scalr_async.transport._request_target import RedirectChain

__all__ = ["AttemptResult", "Call"]

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
