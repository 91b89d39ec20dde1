"""The loop around one call: wait for a place, send once, decide, sleep, again."""

from __future__ import annotations

import asyncio
import math
import random as _random
import time
from collections.abc import Awaitable, Callable
from typing import Final, Literal

from yarl import URL

from scalr_async._wire import IDEMPOTENT_METHODS, Outcome, Request, Response, printable
from scalr_async.config import Config
from scalr_async.errors import (
    ClientStateError,
    DeadlineExceededError,
    ProtocolError,
    ScalrError,
    UnexpectedRedirectError,
)
from scalr_async.telemetry import AttemptEvent, RetryEvent, Telemetry, WaitEvent
from scalr_async.transport._attempt import Answer, AttemptFailedError, Phase, Progress, Wire
from scalr_async.transport._limits import Shared
from scalr_async.transport._retry import Retry, decide, is_throttled, retry_after

__all__ = ["Sender"]

_MAYBE_APPLIED: Final = frozenset({408, 500, 502, 503, 504})
"""Statuses after which a write may have happened all the same."""


class _Call:
    """One call on its way: what was asked, and what happened so far."""

    __slots__ = ("attempts", "deadline", "last", "maybe_applied", "progress", "request", "started")

    def __init__(self, request: Request, started: float, total: float | None) -> None:
        self.request = request
        self.started = started
        self.deadline = math.inf if total is None else started + total
        self.attempts = 0
        self.last = ""
        self.maybe_applied = False
        self.progress = Progress()

    def outcome(self) -> Outcome:
        """Say what became of a call that ends without a complete answer."""
        progress = self.progress
        if progress.sent:
            status = progress.status or 0
            if 200 <= status < 300 and self.request.method not in IDEMPOTENT_METHODS:
                return "applied"
            return "unknown"
        return "unknown" if self.maybe_applied else "not_sent"


class Sender:
    """Sends requests until they are answered, refused or out of time.

    `Timeouts.total` is one deadline over everything: waiting for a place, connecting, every
    attempt, the sleeps between them and reading the body. `clock` and `sleep` are in seconds,
    `random` draws from 0 to 1.
    """

    def __init__(
        self,
        wire: Wire,
        config: Config,
        *,
        telemetry: Telemetry,
        shared: Shared,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self._wire = wire
        self._policy = config.retry
        self._total = config.timeouts.total
        self._telemetry = telemetry
        self._shared = shared
        self._clock = clock
        self._sleep = sleep
        self._random = random

    async def send(self, request: Request) -> Response:
        """Return the last answer, whatever its status but a redirect.

        Raises `TransportError`, `DeadlineExceededError` and, when the client is not open or is
        closed meanwhile, `ClientStateError`; each says what became of the request.
        """
        shared = self._shared
        shared.lifecycle.check()
        call = _Call(request, self._clock(), self._total)
        try:
            async with asyncio.timeout(self._total) as scope:
                shared.calls.add(scope)
                try:
                    return await self._run(call)
                finally:
                    shared.calls.discard(scope)
        except ScalrError:
            raise
        except TimeoutError:
            pass
        raise self._out_of_time(call)

    async def _run(self, call: _Call) -> Response:
        while True:
            await self._admit(call)
            try:
                began = self._clock()
                result = await self._attempt(call, began)
                if isinstance(result, Answer) and result.status < 300:
                    self._shared.succeeded(at_once=call.attempts == 1)
                    return self._response(call, result, None)
                wait = retry_after(result.headers) if isinstance(result, Answer) else None
                retry = self._judge(call, result, wait, began)
            finally:
                self._shared.slots.release()
            if retry is None:
                break
            await self._back_off(call, result, retry)
        if isinstance(result, Answer):
            return self._response(call, result, wait)
        raise self._error(call, result.error, result.message)

    async def _admit(self, call: _Call) -> None:
        """Wait for a slot, for the gate and for the pace, in this order."""
        slots, gate, pace = self._shared.slots, self._shared.gate, self._shared.pace
        progress = call.progress
        self._must_fit(call, "gate wait", gate.opens_in(self._clock()))
        progress.phase = "pool wait"
        if not slots.try_acquire():
            began = self._clock()
            await slots.acquire()
            self._waited(call, "pool", self._clock() - began)
        try:
            while (delay := gate.delay(self._clock())) > 0:
                self._must_fit(call, "gate wait", gate.opens_in(self._clock()))
                await self._sleep(delay)
                self._waited(call, "gate", delay)
            now = self._clock()
            if (delay := pace.delay(now)) > 0:
                self._must_fit(call, "rate wait", delay)
            pace.take(now)
            if delay > 0:
                await self._sleep(delay)
                self._waited(call, "rate", delay)
        except BaseException:
            slots.release()
            raise

    def _must_fit(self, call: _Call, phase: Phase, wait: float) -> None:
        """Go on to a wait only if the deadline lets it end."""
        call.progress.phase = phase
        if wait > 0 and self._clock() + wait >= call.deadline:
            text = f"would have to wait {wait:.3g} s, which the deadline does not allow"
            raise self._error(call, DeadlineExceededError, text, wait)

    def _waited(self, call: _Call, reason: Literal["pool", "gate", "rate"], delay: float) -> None:
        if self._telemetry.wants(WaitEvent):
            request = call.request
            self._telemetry.emit(
                WaitEvent(method=request.method, path=request.path, reason=reason, delay=delay)
            )

    async def _attempt(self, call: _Call, began: float) -> Answer | AttemptFailedError:
        call.attempts += 1
        status, error = None, "CancelledError"
        try:
            answer = await self._wire.attempt(call.request, call.progress)
        except AttemptFailedError as failed:
            error = failed.error.__name__
            return failed.with_traceback(None)  # its frames hold the request's headers
        else:
            status, error = answer.status, ""
            return answer
        finally:
            if self._telemetry.wants(AttemptEvent):
                self._telemetry.emit(
                    AttemptEvent(
                        method=call.request.method,
                        path=call.request.path,
                        attempt=call.attempts,
                        elapsed=self._clock() - began,
                        status=status,
                        error=error or None,
                    )
                )

    def _judge(
        self, call: _Call, result: Answer | AttemptFailedError, wait: float | None, began: float
    ) -> Retry | None:
        """Decide on another attempt, and tell the shared limits what the server said."""
        now, shared = self._clock(), self._shared
        retry = decide(
            self._policy,
            call.request,
            result,
            attempt=call.attempts,
            sent=call.progress.sent,
            wait=wait,
            remaining=call.deadline - now,
            random=self._random,
        )
        if isinstance(result, Answer):
            if is_throttled(result.status, wait):
                pause = self._policy.throttled_base if wait is None else wait
                shared.throttled(began, now, pause)
            elif result.status < 500:
                shared.succeeded(at_once=call.attempts == 1)
        if retry is None or retry.throttled or shared.budget.spend():
            return retry
        return None

    async def _back_off(
        self, call: _Call, result: Answer | AttemptFailedError, retry: Retry
    ) -> None:
        request, progress = call.request, call.progress
        if isinstance(result, Answer):
            call.maybe_applied |= result.status in _MAYBE_APPLIED
        else:
            call.maybe_applied |= progress.sent
        progress.phase, progress.sent, progress.status = "backoff", False, None
        call.last = retry.reason
        if self._telemetry.wants(RetryEvent):
            self._telemetry.emit(
                RetryEvent(
                    method=request.method,
                    path=request.path,
                    attempt=call.attempts,
                    delay=retry.delay,
                    reason=retry.reason,
                )
            )
        await self._sleep(retry.delay)

    def _response(self, call: _Call, answer: Answer, wait: float | None) -> Response:
        request, status = call.request, answer.status
        if not (200 <= status < 300 or 400 <= status < 600):
            raise self._refused(call, answer)
        return Response(
            method=request.method,
            path=request.path,
            status=status,
            headers=answer.headers,
            body=answer.body,
            attempts=call.attempts,
            elapsed=self._clock() - call.started,
            already_absent=status == 404 and request.method == "DELETE" and call.maybe_applied,
            retry_after=wait,
        )

    def _refused(self, call: _Call, answer: Answer) -> ScalrError:
        if 300 <= answer.status < 400:
            text = f"answered {answer.status}, redirect to {_where(answer.headers.get('location'))}"
            return self._error(call, UnexpectedRedirectError, text)
        return self._error(call, ProtocolError, f"answered with the status {answer.status}")

    def _out_of_time(self, call: _Call) -> ScalrError:
        """Say why the scope around a call ended it: closing does that as well as the deadline."""
        if self._shared.lifecycle.closed:
            return self._error(call, ClientStateError, "the client was closed meanwhile")
        last = f", after {call.last}" if call.last else ""
        text = f"no result within {self._total:g} s ({call.progress.phase}{last})"
        return self._error(call, DeadlineExceededError, text)

    def _error(
        self, call: _Call, kind: type[ScalrError], text: str, wait: float | None = None
    ) -> ScalrError:
        error = kind(
            text,
            method=call.request.method,
            path=call.request.path,
            attempts=call.attempts,
            elapsed=self._clock() - call.started,
            retry_after=wait,
            outcome=call.outcome(),
        )
        if isinstance(error, DeadlineExceededError):
            error.phase = call.progress.phase
        return error


def _where(location: str | None) -> str:
    """Return where a redirect leads, without its user, query and fragment."""
    try:
        url = URL(location or "")
        place = f"{url.origin()}{url.raw_path}" if url.absolute else url.raw_path
    except ValueError:
        place = ""
    return printable(place, 200) or "nowhere"
