"""Waits for objects: the errors that end a wait, its timeout, and the hook for changes."""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final, Generic, TypeVar

from scalr_async._arguments import check_seconds
from scalr_async.errors import (
    DeadlineExceededError,
    InvalidArgumentError,
    NotFoundError,
    RateLimitError,
    ScalrError,
    ServerError,
    TLSError,
    TransportError,
)
from scalr_async.resources._poller import FIRST, GROWTH, LONGEST, Poller, spread

__all__ = ["MAX_OUTAGE", "OnChange", "Wait", "check_timeout", "is_passing", "retried_until"]

T = TypeVar("T")

OnChange = Callable[[T], object]
"""A hook that is called with an object after each of its changes; it may be asynchronous."""

_PASSING: Final = (
    DeadlineExceededError, RateLimitError, ServerError, TransportError,
)  # fmt: skip
MAX_OUTAGE: Final = 600.0
"""Seconds of uninterrupted passing errors after which a wait or a watch fails."""
_GONE_AFTER: Final = 30.0
"""Seconds for which an object that existed must be missing before it counts as deleted."""
_MAX_TIMEOUT: Final = 30 * 86_400.0
"""Seconds."""


def check_timeout(name: str, value: Any) -> float | None:
    """Return a timeout in seconds, or None; raises `InvalidArgumentError` for anything else."""
    return None if value is None else check_seconds(name, value, _MAX_TIMEOUT)


def is_passing(error: ScalrError) -> bool:
    """Return whether an error may pass by itself: an outage, a restart, throttling."""
    return isinstance(error, _PASSING) and not isinstance(error, TLSError)


async def retried_until(
    call: Callable[[], Awaitable[T]],
    refusal: type[ScalrError],
    limit: float | None,
    *,
    jitter: Callable[[], float] = random.random,
) -> T:
    """Repeat a call while it raises `refusal`, for at most `limit` seconds; None for one call.

    Sleeps at the intervals of a `Poller`.
    """
    clock = asyncio.get_running_loop().time
    end, interval = clock() + (limit or 0.0), FIRST
    while True:
        try:
            return await call()
        except refusal as error:
            pause = max(spread(interval, jitter), error.retry_after or 0.0)
            if clock() + pause > end:
                raise
        await asyncio.sleep(pause)
        interval = min(interval * GROWTH, LONGEST)


class Wait(Generic[T]):
    """One wait for one object, through a poller; `read` reads only that object."""

    def __init__(
        self,
        poller: Poller[T],
        name: str,
        path: str,
        *,
        read: Callable[[], Awaitable[T]],
        state: Callable[[T], str],
        on_change: OnChange[T] | None,
    ) -> None:
        if on_change is not None and not callable(on_change):
            kind = type(on_change).__name__
            raise InvalidArgumentError(f"on_change: must be a function, not {kind}")
        self._poller = poller
        self._name = name
        self._path = path
        self._read = read
        self._state = state
        self._on_change = on_change
        self._reads = 0
        self._last_state: str | None = None
        self._last_error: ScalrError | None = None

    async def until(self, reached: Callable[[T], bool], limit: float | None) -> T:
        """Return the object as soon as `reached` is true for it.

        Raises `DeadlineExceededError` after `limit` seconds, and the errors that end a wait.
        """
        began = asyncio.get_running_loop().time()
        scope = asyncio.timeout(limit)
        try:
            async with scope, aclosing(self._results()) as objects:
                async for found in objects:
                    await self._report_change(found)
                    if reached(found):
                        return found
        except TimeoutError:
            if not scope.expired():
                raise
        elapsed = asyncio.get_running_loop().time() - began
        raise self._timeout_error(elapsed) from self._last_error

    async def _results(self) -> AsyncGenerator[T]:
        """Yield the objects that the poller reads; raises an error that ends the wait."""
        failing_since: dict[bool, float] = {}  # by whether the object was not found
        clock = asyncio.get_running_loop().time
        async with aclosing(self._poller.watch(self._name)) as results:
            async for result in results:
                self._reads += 1
                found = await self._read_directly() if result is None else result
                if not isinstance(found, ScalrError):
                    failing_since.clear()
                    self._last_error = None
                    yield found
                    continue
                since = failing_since.setdefault(isinstance(found, NotFoundError), clock())
                if self._ends(found, clock() - since):
                    raise copy.copy(found)  # other waiting calls raise it too
                self._last_error = found

    async def _read_directly(self) -> T | ScalrError:
        """Read an object that is missing in a list, to get the reason as an error."""
        try:
            return await self._read()
        except ScalrError as error:
            return error

    def _ends(self, error: ScalrError, lasting: float) -> bool:
        """Return whether an error ends the wait, after `lasting` seconds of similar errors."""
        if isinstance(error, NotFoundError):
            return self._last_state is None or lasting >= _GONE_AFTER
        return not is_passing(error) or lasting >= MAX_OUTAGE

    async def _report_change(self, found: T) -> None:
        state = self._state(found)
        if state == self._last_state:
            return
        self._last_state = state
        if self._on_change is not None:
            result = self._on_change(found)
            if isinstance(result, Awaitable):
                await result

    def _timeout_error(self, elapsed: float) -> DeadlineExceededError:
        state = "it was never seen" if self._last_state is None else f"it is {self._last_state}"
        return DeadlineExceededError(
            f"still not as wanted after {elapsed:.1f} s: {state}",
            phase="wait",
            method="GET",
            path=self._path,
            attempts=self._reads,
            elapsed=elapsed,
            outcome="applied" if self._last_state is not None else "unknown",
        )
