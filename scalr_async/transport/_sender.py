"""The loop of one call: wait for admission, send once, decide, sleep, repeat."""

from __future__ import annotations

import asyncio
import math
import random as _random
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import attrs
from yarl import URL

from scalr_async._backlog import waiting
from scalr_async._http import Request, Response
from scalr_async._text import collect_secrets, redacted
from scalr_async._values import Secret
from scalr_async.config import Config
from scalr_async.errors import (
    ClientStateError,
    DeadlineExceededError,
    ProtocolError,
    ScalrError,
    UnexpectedRedirectError,
    VerificationError,
)
from scalr_async.telemetry import AttemptEvent, RetryEvent, Telemetry, WaitEvent
from scalr_async.transport._attempt import (
    ATTEMPTING,
    Answer,
    Failure,
    Phase,
    Progress,
    ResponseBody,
    Stream,
    Wire,
)
from scalr_async.transport._call import PHASES, AttemptResult, Call
from scalr_async.transport._concurrency import Obstacle
from scalr_async.transport._request_target import RedirectChain, describe_location, request_target
from scalr_async.transport._retry import Retry, decide, is_throttled, requested_wait
from scalr_async.transport._state import SharedState
from scalr_async.transport._timers import DeadlineScope

__all__ = ["Sender"]

_Send = Callable[[Request, Progress], Awaitable[Answer | Failure]]

_CHECK_INTERVAL: Final = 1.0
"""The longest time between two checks for a silent server, in seconds."""


class Sender:
    """A sender of requests, which repeats attempts until an answer is final or time runs out.

    `Timeouts.total` is one deadline over everything: admission, connecting, every attempt, the
    sleeps in between and the body. For a body that streams, it starts again with each chunk.

    Args:
        wire: sends single attempts.
        config: the configuration of the client or the clone.
        telemetry: receives the events.
        shared: the state of the client and all its clones.
        clock: returns a time in seconds.
        sleep: sleeps for a number of seconds.
        random: returns a number from 0 to 1.
    """

    def __init__(
        self,
        wire: Wire,
        config: Config,
        *,
        telemetry: Telemetry,
        shared: SharedState,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self._wire = wire
        self._root = str(config.api_root)
        self._policy = config.retry
        self._retry_budget = shared.retry_budget_for(config.retry)
        self._total = config.timeouts.total
        read = config.timeouts.read
        self._check_interval = _CHECK_INTERVAL if read is None else min(_CHECK_INTERVAL, read / 4)
        self._headers = tuple(config.headers.values())
        self._token: Secret | None = None
        self._sent = collect_secrets(self._headers)
        self._telemetry = telemetry
        self._shared = shared
        self._clock = clock
        self._sleep = sleep
        self._random = random

    async def send(self, request: Request) -> Response:
        """Return the last answer, whatever its status, except for a redirect that is refused.

        Raises `TransportError`, `DeadlineExceededError` and, if the client is not open or is closed
        meanwhile, `ClientStateError`; each error has the `outcome` of the request.
        """
        call = self._call(request)
        if call.deadline <= call.started:  # other requests have used it up
            raise self._timeout_error(call)
        with self._scope(call) as scope:
            return await self._run(call, self._wire.attempt, scope)
        raise self._timeout_error(call)

    async def open(self, request: Request) -> Stream:
        """Return the last answer, with the body of a success still to be read.

        Raises the errors of `send`. The request counts as in flight until its answer begins, so
        that a caller cannot block itself with other calls while it reads the body.
        """
        call = self._call(request)
        stream: Stream | None = None
        try:
            with self._scope(call) as scope:
                response = await self._run(call, self._wire.open, scope)
                read, explain = partial(self._read, call), partial(self._explain, call)
                stream = Stream(response, call.stream, read, explain)
                return stream
        finally:
            if stream is None and call.stream is not None:
                call.stream.close()
        raise self._timeout_error(call)

    async def _read(self, call: Call, body: ResponseBody) -> bytes:
        """Read the next chunk of a stream within the time limit."""
        with self._scope(call):
            chunk = await body.read()
            if isinstance(chunk, Failure):
                raise self._error(call, chunk.error, chunk.message)
            return chunk
        raise self._timeout_error(call)

    def _call(self, request: Request) -> Call:
        now, body = self._clock(), request.body
        deadline = math.inf if self._total is None else now + self._total
        if request.deadline is not None:
            deadline = request.deadline.begin(deadline, self._clock)
        return Call(request, now, deadline, not (body is None or isinstance(body, bytes)))

    def _scope(self, call: Call) -> DeadlineScope:
        """Return a scope that ends at the deadline, or when the client is closed."""
        shared = self._shared
        if shared.lifecycle.loop is not asyncio.get_running_loop():
            shared.lifecycle.check()
        seconds = call.request.deadline.left() if call.request.deadline else self._total
        scope = DeadlineScope(shared.timers, seconds, call, self._check_interval)
        if call.streams:
            call.extend = partial(self._extend, call, scope)
        return scope

    def _extend(self, call: Call, scope: DeadlineScope) -> None:
        """Restart the deadline."""
        scope.renew()
        if self._total is not None:
            call.deadline = self._clock() + self._total

    async def _run(self, call: Call, send: _Send, scope: DeadlineScope) -> Response:
        admission = self._shared.admission
        while True:
            began = self._clock()
            if not admission.admit(began):
                began = await self._wait_for_admission(call, scope)
            ended: AttemptResult | None = None
            call.attempts += 1
            try:
                ended = result = await send(call.request, call)
                retry = self._decide_retry(call, result, began)
            except BaseException as error:
                ended = self._interruption(call, error, scope)
                raise
            finally:
                admission.release()
                if ended is None:
                    call.attempts -= 1
                else:
                    self._report_attempt(call, ended, began)
            if retry is not None:
                if (found := await self._back_off(call, scope, result, retry)) is not None:
                    return found
            elif isinstance(result, Failure):
                raise self._error(call, result.error, result.message)
            elif result.status < 300 or not (
                self._follow_redirect(call, result) or await self._refresh_token(call, result)
            ):
                return self._response(call, result)

    async def _wait_for_admission(self, call: Call, scope: DeadlineScope) -> float:
        """Return the time at which the limits admit the request; raises if that is too late."""
        admission, started = self._shared.admission, self._clock()
        admitted: tuple[float, Obstacle] | None = None
        with waiting(), call.paused(scope, self._clock):
            while admitted is None:
                obstacle, wait = admission.obstacle(self._clock())
                self._check_wait(call, PHASES[obstacle], wait if wait < math.inf else 0.0)
                admitted = await admission.wait(self._clock, self._sleep, call.deadline)
        began, obstacle = admitted
        self._report(call, WaitEvent, reason=obstacle, delay=began - started)
        return began

    def _check_wait(self, call: Call, phase: Phase, wait: float) -> None:
        """Raise `DeadlineExceededError` if a wait would end after the deadline."""
        call.phase = phase
        if wait > 0 and self._clock() + wait >= call.deadline:
            text = f"would have to wait {wait:.3g} s, which the deadline does not allow"
            own_limit = phase == "rate wait"  # the server did not ask for this wait
            raise self._error(call, DeadlineExceededError, text, None if own_limit else wait)

    def _interruption(
        self, call: Call, error: BaseException, scope: DeadlineScope
    ) -> type[BaseException] | None:
        """Return the type of error that ended an attempt, None if it had not begun to connect."""
        if call.phase not in ATTEMPTING:
            return None
        if scope.expired and isinstance(error, asyncio.CancelledError):
            return ClientStateError if self._shared.lifecycle.closed else DeadlineExceededError
        return type(error)

    def _decide_retry(self, call: Call, result: Answer | Failure, began: float) -> Retry | None:
        """Decide on another attempt, and note the answer in the shared limits."""
        if isinstance(result, Answer):
            result.headers.secrets = self._secrets(call)  # before a traceback may show it
            if result.status < 300:
                call.stream = result.stream
                self._note_success(call, began)
                return None
            wait = requested_wait(result)
        else:
            wait = None
        retry = self._decide_on_error(call, result, wait, began)
        if retry is None or retry.throttled or self._retry_budget.spend():
            return retry
        return None

    def _decide_on_error(
        self, call: Call, result: Answer | Failure, wait: float | None, began: float
    ) -> Retry | None:
        now, shared, random = self._clock(), self._shared, self._random
        sent, remaining = call.sent, call.deadline - now
        call.settle(result.status if isinstance(result, Answer) else None)
        if isinstance(result, Answer):
            if is_throttled(result.status, wait):
                base = self._policy.throttled_base
                spread = shared.admission.throttled(began, now, wait, base, status=result.status)
                if wait is not None and spread:
                    random = float  # returns 0.0: no jitter
                if call.is_patient:
                    remaining = math.inf
            elif result.status < 500 and result.status != 408:
                self._note_success(call, began)
        return decide(
            self._policy,
            call.request,
            result,
            attempt=call.attempts,
            sent=sent,
            wait=wait,
            remaining=remaining,
            random=random,
        )

    def _note_success(self, call: Call, began: float) -> None:
        """Note in the shared limits that the server works."""
        self._shared.admission.succeeded(began)
        if call.attempts == 1:
            self._retry_budget.earn()

    async def _back_off(
        self, call: Call, scope: DeadlineScope, result: Answer | Failure, retry: Retry
    ) -> Response | None:
        """Sleep until the repeat; return the response of `before_repeat` if it replaces that."""
        if isinstance(result, Failure):
            call.fresh = True
        call.phase, call.last = "backoff", retry.reason
        self._report_repeat(call, retry.delay)
        with call.paused(scope, self._clock, throttled=retry.throttled):
            await self._sleep(retry.delay)
        before_repeat = call.request.before_repeat
        if before_repeat is None or not call.doubtful:
            return None
        try:
            return await before_repeat()
        except VerificationError:
            raise  # it knows its own outcome
        except ScalrError as error:
            error.outcome = call.outcome()
            raise

    async def _refresh_token(self, call: Call, result: Answer) -> bool:
        """Return whether a request whose token was refused is to be repeated with another token."""
        if result.status != 401 or call.token_refreshed or call.streams:
            return False
        call.token_refreshed = True
        if not await self._wire.refresh_token(call):
            return False
        call.phase, call.last = "backoff", "401"
        self._report_repeat(call, 0.0)
        return True

    def _follow_redirect(self, call: Call, result: Answer) -> bool:
        """Point the call at the target of a redirect that it follows; return whether it does."""
        request = call.request
        if not 300 <= result.status < 400 or request.redirects != "follow":
            return False
        if call.redirects is None:
            start = self._root + request_target(request.path, request.params)
            call.redirects = RedirectChain(URL(start, encoded=True))
        try:
            there = call.redirects.follow(result.status, result.headers.get("location"))
        except ValueError as refused:
            error = self._redirect_error(call, result, f" refused: {refused}")
        else:
            call.request = attrs.evolve(request, url=Secret(there))
            return True
        raise error

    def _redirect_error(self, call: Call, answer: Answer, why: str = "") -> ScalrError:
        where = describe_location(answer.headers.get("location"), answer.headers.secrets)
        text = f"answered {answer.status}, redirect to {where}{why}"
        return self._error(call, UnexpectedRedirectError, text)

    def _response(self, call: Call, answer: Answer) -> Response:
        request, status = call.request, answer.status
        shown = 300 <= status < 400 and request.redirects == "show"
        if not (200 <= status < 300 or 400 <= status < 600 or shown):
            raise self._status_error(call, answer)
        if answer.headers.announces_end:
            self._shared.deprecations.report(request, answer.headers, self._telemetry)
        absent = status == 404 and request.method == "DELETE" and call.doubtful
        return Response(
            method=request.method,
            path=request.path,
            status=status,
            headers=answer.headers,
            body=answer.body,
            attempts=call.attempts,
            elapsed=self._clock() - call.started,
            already_absent=absent,
            retry_after=None if status < 300 else requested_wait(answer),
            outcome="applied" if absent or status < 300 else call.final_outcome(status),
        )

    def _secrets(self, call: Call) -> tuple[Secret, ...]:
        """Return the credentials of the last attempt, to redact where a server echoes them."""
        token, url, own = call.token, call.request.url, call.request.headers
        if url is None and token is self._token and not own:
            return self._sent
        values = (*([] if token is None else [token]), *self._headers, *dict(own).values())
        sent = collect_secrets(values, url)
        if url is None and not own:
            self._token, self._sent = token, sent
        return sent

    def _status_error(self, call: Call, answer: Answer) -> ScalrError:
        if 300 <= answer.status < 400:
            return self._redirect_error(call, answer)
        return self._error(call, ProtocolError, f"answered with the status {answer.status}")

    def _timeout_error(self, call: Call) -> ScalrError:
        """Return the error of a call that was ended by its deadline or by closing the client."""
        if self._shared.lifecycle.closed:
            return self._error(call, ClientStateError, "the client was closed meanwhile")
        last = f", after {call.last}" if call.last else ""
        text = f"no result within {self._total:g} s ({call.phase}{last})"
        return self._error(call, DeadlineExceededError, text)

    def _error(
        self, call: Call, kind: type[ScalrError], text: str, wait: float | None = None
    ) -> ScalrError:
        error = kind(redacted(text, self._secrets(call), 512), retry_after=wait)
        if isinstance(error, DeadlineExceededError):
            error.phase = call.phase
        self._explain(call, error)
        return error

    def _explain(self, call: Call, error: ScalrError) -> None:
        call.explain(error, self._clock() - call.started)

    def _report_attempt(self, call: Call, result: AttemptResult, began: float) -> None:
        if self._telemetry.wants(AttemptEvent):
            self._telemetry.emit(call.attempt_event(result, self._clock() - began))

    def _report_repeat(self, call: Call, delay: float) -> None:
        self._report(call, RetryEvent, attempt=call.attempts, delay=delay, reason=call.last)

    def _report(self, call: Call, kind: type[RetryEvent | WaitEvent], **fields: Any) -> None:
        if self._telemetry.wants(kind):
            method, path = call.request.method, call.request.path
            self._telemetry.emit(kind(method=method, path=path, **fields))
