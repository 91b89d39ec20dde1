"""State that a client and its clones share: life, limits, timers, reported deprecations."""

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
from scalr_async._text import printable, scrub
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
"""Deprecated operations that are remembered; paths of unknown operations may be many."""


class SharedState:
    """State that one client and all its clones share.

    Args:
        limits: the limits of all of them together.
        random: returns a number from 0 to 1.
        telemetry: hears of a shared budget that is away.
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
        self._budgets: dict[tuple[float, float], RetryBudget] = {}

    def beside(self) -> Self:
        """Return the same state with an admission for calls that others of the client wait for."""
        twin = copy(self)
        twin.admission = self.admission.beside()
        return twin

    def budget_for(self, policy: RetryPolicy) -> RetryBudget:
        """Return the client's budget, or another one for a clone whose policy has other numbers."""
        numbers = policy.budget_reserve, policy.budget_ratio
        return self._budgets.setdefault(numbers, RetryBudget(*numbers))


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

    A client that is garbage while open warns with `ResourceWarning`, naming the line of the
    user's code that created it.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        """The event loop in which it is open, None while it is not."""
        self.closed = False
        self._home: asyncio.AbstractEventLoop | None = None
        self._created = _caller()

    def open(self) -> None:
        """Bind to the running loop; a client opens once."""
        if self.closed:
            raise ClientStateError("the client was closed; make a new one")
        if self.loop is not None:
            raise ClientStateError("the client is open already")
        self.loop = self._home = asyncio.get_running_loop()

    def close(self) -> None:
        """Close for good: no call can begin any more; idempotent.

        Raises `ClientStateError` in another event loop than the client's, while that one runs.
        """
        home = self._home
        if home is not None and home.is_running() and home is not asyncio.get_running_loop():
            raise ClientStateError(
                "the client was opened in another event loop, which still runs: close it there"
            )
        self.closed, self.loop = True, None

    def check(self) -> None:
        """Raise `ClientStateError` unless open in the running loop."""
        if self.closed:
            raise ClientStateError("the client is closed")
        if self.loop is None:
            raise ClientStateError("the client is not open yet: use `async with ScalrClient(...)`")
        if self.loop is not asyncio.get_running_loop():
            raise ClientStateError(
                "the client was opened in another event loop; make one client a loop"
            )

    def __del__(self) -> None:
        if self.loop is not None:
            warnings.warn(
                f"client never closed, made at {self._created}; use `async with`",
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
    """Reports each operation whose answers announce its end, once."""

    def __init__(self) -> None:
        self._reported: set[tuple[str, str]] = set()

    def report(self, request: Request, headers: Headers, telemetry: Telemetry) -> None:
        """Emit an event for the first answer that announces the end of its operation."""
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
    return None if sent is None else printable(scrub(sent, headers.secrets), 100)


def _template(request: Request) -> str:
    """Return the template of a path that the user wrote, or the path itself if it is unknown."""
    from scalr_async._catalog import load  # noqa: PLC0415  # large and rarely needed

    segments = request.path.split("/")
    for route in load().routes:
        names = route.path.split("/")
        if route.method == request.method and len(names) == len(segments):
            pairs = zip(names, segments, strict=True)
            if all(name == segment or name.startswith("{") for name, segment in pairs):
                return route.path
    return request.path
