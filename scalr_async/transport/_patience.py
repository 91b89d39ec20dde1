"""Waits for the limits, which take no time from the deadlines of bulk items and pages.

A bulk call and a walk have no deadline of their own, and each may last for many windows of a rate.
If the wait for the next window counted, every item and page whose deadline is shorter than the
window would fail.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Final

from scalr_async._backlog import BACKLOG
from scalr_async.transport._attempt import Phase
from scalr_async.transport._call import Call
from scalr_async.transport._concurrency import Obstacle
from scalr_async.transport._timers import DeadlineScope

__all__ = ["PHASES", "is_patient", "paused"]

PHASES: Final[dict[Obstacle, Phase]] = {
    "gate": "gate wait",
    "rate": "rate wait",
    "pool": "pool wait",
}
"""The phase of a call while it waits for each limit."""


def is_patient(call: Call) -> bool:
    """Return whether a call waits for the limits as long as it takes."""
    shared = call.request.deadline
    return BACKLOG.get() is not None if shared is None else shared.patient


@contextmanager
def paused(
    call: Call, scope: DeadlineScope, clock: Callable[[], float], *, throttled: bool = True
) -> Iterator[None]:
    """Stop the deadline of a patient call during a wait that the limits or the server impose."""
    if not (throttled and is_patient(call)):
        yield
        return
    left, call.deadline = call.deadline - clock(), math.inf
    shared = call.request.deadline
    with scope.paused(), nullcontext() if shared is None else shared.paused():
        yield
    call.deadline = clock() + left
