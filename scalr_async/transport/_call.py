"""One call on its way, from its first attempt to its last: what happened so far."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from scalr_async._http import IDEMPOTENT_METHODS, Request, outcome_of
from scalr_async.errors import Outcome
from scalr_async.transport._attempt import Flow, Progress
from scalr_async.transport._redirect import Trail

__all__ = ["WHOLE", "Call"]

WHOLE: Final = (bytes, type(None))
"""The bodies that are there at once; all others stream."""

_STRENGTH: Final[dict[Outcome, int]] = {"not_sent": 0, "rejected": 1, "unknown": 2, "applied": 3}
"""Of several attempts at a write the strongest outcome is that of the call."""


class Call(Progress):
    """One call on its way: what was asked, where it is, and what happened so far."""

    attempts = 0
    last = ""
    became: Outcome = "not_sent"
    """The outcome of the attempts that are over."""
    renewed = False
    trail: Trail | None = None
    flow: Flow | None = None
    extend: Callable[[], None]
    """Lets the deadline start anew; there for a request that streams."""

    def __init__(self, request: Request, started: float, total: float | None) -> None:
        self.request = request
        self.started = started
        self.deadline = math.inf if total is None else started + total

    def moved(self) -> None:
        """Note that a piece of a streamed request went out: a body that moves is not late."""
        self.extend()

    @property
    def doubtful(self) -> bool:
        """True if an attempt that is over may have been applied."""
        return self.became in ("unknown", "applied")

    def settle(self, status: int | None) -> None:
        """Note that an attempt is over: answered with a status, or lost."""
        self.status = self.status if status is None else status
        self.became = self.outcome()
        self.sent, self.status = False, None

    def outcome(self) -> Outcome:
        """Return what became of the call by all its attempts, the present one included."""
        if not self.sent:
            return self.became
        present: Outcome = "unknown" if self.status is None else outcome_of(self.status)
        if present == "applied" and self.request.method in IDEMPOTENT_METHODS:
            present = "unknown"  # nobody has read it
        return max(self.became, present, key=_STRENGTH.__getitem__)

    def final(self, status: int) -> Outcome:
        """Return what became of the call by all its attempts, the last of which was answered."""
        reads = self.request.method in IDEMPOTENT_METHODS
        return outcome_of(status, reads=True) if reads else self.became
