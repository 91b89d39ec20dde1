"""State that a client and its clones share: lifecycle, limits, timers, reported deprecations."""

from __future__ import annotations

import asyncio
import random
import sys
import warnings
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Final, Self

from scalr_async._http import Headers, Request
from scalr_async._text import redacted
from scalr_async.config import Limits, RetryPolicy
from scalr_async.errors import ClientStateError
from scalr_async.telemetry import DeprecationEvent, Telemetry
from scalr_async.transport._concurrency import Admission, ConcurrencyLimiter, Gate, RetryBudget
from scalr_async.transport._rate import AdaptiveRate, FixedRate
from scalr_async.transport._shared_rate import SharedRate
from scalr_async.transport._timers import Timers

__all__ = ["Deprecations", "Lifecycle", "SharedState"]

_PACKAGE: Final = str(Path(__file__).parents[1])
_MAX_OPERATIONS: Final = 1000
"""The largest number of deprecated operations to remember; unknown paths may be many."""


class SharedState:
    """State that one client and all its clones share.

    Args:
        limits: the limits of all of them together.
        random: returns a number from 0 to 1.
        telemetry: receives the events of a shared budget.
    """

    def __init__(
        self,
        limits: Limits,
        random: Callable[[], float] = random.random,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.lifecycle = Lifecycle()
        self.deprecations = Deprecations()
        self.timers = Timers()
        concurrency, rate = ConcurrencyLimiter(limits.connections), limits.requests_per_second
        shared = _shared_rate(limits, telemetry or Telemetry(), random)
        self.shared_rate = shared
        self.admission = Admission(
            Gate(None if shared is None else shared.refused),
            shared or (None if rate is None else FixedRate(rate, limits.burst)),
            AdaptiveRate(concurrency.restart),
            concurrency,
            random,
        )
        self._retry_budgets: dict[tuple[float, float], RetryBudget] = {}

    def for_token_requests(self) -> Self:
        """Return the same state with an admission of its own for requests that fetch a token.

        Other calls of the client wait for a token, and must not be ahead of these in the queue.
        """
        twin = copy(self)
        twin.admission = self.admission.one_at_a_time()
        return twin

    def retry_budget_for(self, policy: RetryPolicy) -> RetryBudget:
        """Return the retry budget that all policies with the same numbers share."""
        numbers = policy.budget_reserve, policy.budget_ratio
        return self._retry_budgets.setdefault(numbers, RetryBudget(*numbers))


def _shared_rate(
    limits: Limits, telemetry: Telemetry, random: Callable[[], float]
) -> SharedRate | None:
    place, rate, burst = limits.shared, limits.requests_per_second, limits.burst
    if place is None:
        return None
    return SharedRate(
        place.connect(0, 0.0) if rate is None else place.connect(burst, burst / rate),
        None if rate is None else (rate, burst),
        telemetry,
        stops=place.on_outage == "stop",
        processes=place.processes,
        random=random,
    )


class Lifecycle:
    """The state of one client and its clones: unopened, open in one event loop, closed.

    A client that is garbage-collected while open emits a `ResourceWarning`, which names the line of
    the user's code that created it.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        """The event loop in which the client is open, None while it is not open."""
        self.closed = False
        self._home: asyncio.AbstractEventLoop | None = None
        self._created = _caller()

    def open(self) -> None:
        """Bind the client to the running loop; a client can be opened only once."""
        if self.closed:
            raise ClientStateError("the client was closed; create a new one")
        if self.loop is not None:
            raise ClientStateError("the client is already open")
        self.loop = self._home = asyncio.get_running_loop()

    def close(self) -> None:
        """Close for good, so that no call can begin any more; idempotent.

        Raises `ClientStateError` in another event loop while the client's own loop still runs.
        """
        home = self._home
        if home is not None and home.is_running() and home is not asyncio.get_running_loop():
            raise ClientStateError(
                "the client was opened in another event loop, which still runs: close it there"
            )
        self.closed, self.loop = True, None

    def check(self) -> None:
        """Raise `ClientStateError` unless the client is open in the running loop."""
        if self.closed:
            raise ClientStateError("the client is closed")
        if self.loop is None:
            raise ClientStateError("the client is not open yet: use `async with ScalrClient(...)`")
        if self.loop is not asyncio.get_running_loop():
            raise ClientStateError(
                "the client was opened in another event loop; create one client per loop"
            )

    def __del__(self) -> None:
        if self.loop is not None:
            warnings.warn(
                f"client never closed, created at {self._created}; use `async with`",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )


def _caller() -> str:
    """Return file and line of the nearest frame outside of this package."""
    frame = sys._getframe(1)  # noqa: SLF001  # `inspect.stack` reads source files: milliseconds
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


class Deprecations:
    """The deprecated operations that were reported, each of them once."""

    def __init__(self) -> None:
        self._reported: set[tuple[str, str]] = set()

    def report(self, request: Request, headers: Headers, telemetry: Telemetry) -> None:
        """Emit an event if this is the first answer that announces the end of its operation."""
        operation = (request.method, request.operation or _template(request))
        if operation in self._reported or len(self._reported) == _MAX_OPERATIONS:
            return
        self._reported.add(operation)
        telemetry.emit(
            DeprecationEvent(
                method=request.method,
                path=operation[1],
                deprecation=_printable(headers, "deprecation"),
                sunset=_printable(headers, "sunset"),
            )
        )


def _printable(headers: Headers, name: str) -> str | None:
    sent = headers.get(name)
    return None if sent is None else redacted(sent, headers.secrets, 100)


def _template(request: Request) -> str:
    """Return the template of a path of the user's own, or the path itself if none matches."""
    from scalr_async._catalog import load  # noqa: PLC0415  # large and rarely needed

    segments = request.path.split("/")
    for route in load().routes:
        names = route.path.split("/")
        if route.method == request.method and len(names) == len(segments):
            pairs = zip(names, segments, strict=True)
            if all(name == segment or name.startswith("{") for name, segment in pairs):
                return route.path
    return request.path
