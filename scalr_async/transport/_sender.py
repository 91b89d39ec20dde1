"""The loop around one call: wait for a place, send once, decide, sleep, again."""

from __future__ import annotations

import asyncio
import math
import random as _random
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import attrs
from yarl import URL

from scalr_async._http import Request, Response
from scalr_async._text import collect_secrets, scrub
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
from scalr_async.telemetry import Telemetry
from scalr_async.transport._admission import Obstacle
from scalr_async.transport._attempt import Answer, Failure, Flow, Phase, Progress, Wire
from scalr_async.transport._call import WHOLE, Call
from scalr_async.transport._deadlines import Limit
from scalr_async.transport._events import Came, Events
from scalr_async.transport._redirect import Trail, place
from scalr_async.transport._retry import Retry, asked_wait, decide, is_throttled
from scalr_async.transport._state import Shared
from scalr_async.transport._stream import Stream
from scalr_async.transport._target import target

__all__ = ["Sender"]

_Send = Callable[[Request, Progress], Awaitable[Answer | Failure]]


_PHASES: Final[dict[Obstacle, Phase]] = {
    "gate": "gate wait",
    "rate": "rate wait",
    "pool": "pool wait",
}
"""Phases of a call that is held back."""

_TRYING: Final = frozenset[Phase]({"connect", "send", "response headers", "response body"})
"""The phases of an attempt; before them nothing was tried."""


class Sender:
    """Sends requests until they are answered, refused or out of time.

    `Timeouts.total` is one deadline over everything: waiting for a place, connecting, every
    attempt, the sleeps between them and reading the body. For what streams it starts anew with
    each piece. `clock` and `sleep` are in seconds, `random` draws from 0 to 1.
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
        self._root = str(config.api_root)
        self._policy = config.retry
        self._budget = shared.budget_for(config.retry)
        self._total = config.timeouts.total
        self._headers = tuple(config.headers.values())
        self._token: Secret | None = None
        self._sent = collect_secrets(self._headers)
        self._events = Events(telemetry, clock)
        self._shared = shared
        self._clock = clock
        self._sleep = sleep
        self._random = random

    async def send(self, request: Request) -> Response:
        """Return the last answer, whatever its status but a redirect that is refused.

        Raises `TransportError`, `DeadlineExceededError` and, when the client is not open or is
        closed meanwhile, `ClientStateError`; each says what became of the request.
        """
        self._shared.lifecycle.check()
        call = Call(request, self._clock(), self._total)
        with self._limit(call) as limit:
            return await self._run(call, self._wire.attempt, limit)
        raise self._out_of_time(call)

    async def open(self, request: Request) -> Stream:
        """Return the last answer with the body of a success still to be read.

        Raises what `send` raises. A place among the requests in flight is held until the answer
        begins: what is done with it while it comes must be free to ask for more.
        """
        self._shared.lifecycle.check()
        call = Call(request, self._clock(), self._total)
        stream: Stream | None = None
        try:
            with self._limit(call) as limit:
                response = await self._run(call, self._wire.open, limit)
                read, explain = partial(self._read, call), partial(self._explain, call)
                stream = Stream(response, call.flow, read, explain)
                return stream
        finally:
            if stream is None and call.flow is not None:
                call.flow.close()
        raise self._out_of_time(call)

    async def _read(self, call: Call, flow: Flow) -> bytes:
        """Read the next piece of what `open` returned, in time."""
        self._shared.lifecycle.check()
        with self._limit(call):
            piece = await flow.read()
            if isinstance(piece, Failure):
                raise self._error(call, piece.error, piece.message)
            return piece
        raise self._out_of_time(call)

    def _limit(self, call: Call) -> Limit:
        """Return the scope of a part of a call: until the deadline, or the client is closed."""
        limit = self._shared.deadlines.limit(self._total)
        if not isinstance(call.request.body, WHOLE):
            call.extend = partial(self._extend, call, limit)
        return limit

    def _extend(self, call: Call, limit: Limit) -> None:
        """Let the deadline start anew."""
        limit.renew()
        if self._total is not None:
            call.deadline = self._clock() + self._total

    async def _run(self, call: Call, send: _Send, limit: Limit) -> Response:
        while True:
            began = self._clock()
            if not self._shared.slots.admit(began):
                began = await self._wait_for_admission(call)
            came: Came | None = None
            call.attempts += 1
            try:
                came = result = await send(call.request, call)
                retry = self._judge(call, result, began)
            except BaseException as error:
                came = self._ended_by(call, error, limit)
                raise
            finally:
                self._shared.slots.release()
                if came is None:
                    call.attempts -= 1
                else:
                    self._events.attempted(call, came, began)
            if retry is not None:
                if (found := await self._back_off(call, result, retry)) is not None:
                    return found
            elif isinstance(result, Failure):
                raise self._error(call, result.error, result.message)
            elif result.status < 300 or not (
                self._sent_on(call, result) or await self._renewed(call, result)
            ):
                return self._response(call, result)

    async def _wait_for_admission(self, call: Call) -> float:
        """Wait until the limits let the call go, raise when the deadline does not allow it."""
        slots, started = self._shared.slots, self._clock()
        while True:
            obstacle, wait = slots.obstacle(self._clock())
            self._must_fit(call, _PHASES[obstacle], wait if wait < math.inf else 0.0)
            if (found := await slots.wait(self._clock, self._sleep, call.deadline)) is not None:
                break
        began, obstacle = found
        self._events.waited(call, obstacle, began - started)
        return began

    def _must_fit(self, call: Call, phase: Phase, wait: float) -> None:
        """Go on to a wait only if the deadline lets it end."""
        call.phase = phase
        if wait > 0 and self._clock() + wait >= call.deadline:
            text = f"would have to wait {wait:.3g} s, which the deadline does not allow"
            ours = phase == "rate wait"  # the server asked for the others
            raise self._error(call, DeadlineExceededError, text, None if ours else wait)

    def _ended_by(
        self, call: Call, error: BaseException, limit: Limit
    ) -> type[BaseException] | None:
        """Return what ended an attempt, None for one that did not get as far as connecting."""
        if call.phase not in _TRYING:
            return None
        if limit.expired and isinstance(error, asyncio.CancelledError):
            return ClientStateError if self._shared.lifecycle.closed else DeadlineExceededError
        return type(error)

    def _judge(self, call: Call, result: Answer | Failure, began: float) -> Retry | None:
        """Decide on another attempt, and tell the shared limits what the server said."""
        if isinstance(result, Answer):
            if result.status < 300:
                call.flow = result.flow
                self._succeeded(call, began)
                return None
            wait = asked_wait(result)
        else:
            wait = None
        retry = self._decide(call, result, wait, began)
        if retry is None or retry.throttled or self._budget.spend():
            return retry
        return None

    def _decide(
        self, call: Call, result: Answer | Failure, wait: float | None, began: float
    ) -> Retry | None:
        now, shared, random = self._clock(), self._shared, self._random
        sent = call.sent
        call.settle(result.status if isinstance(result, Answer) else None)
        if isinstance(result, Answer):
            if is_throttled(result.status, wait):
                base = self._policy.throttled_base
                spread = shared.throttled(began, now, wait, base, status=result.status)
                if wait is not None and spread:
                    random = _never
            elif result.status < 500 and result.status != 408:
                self._succeeded(call, began)
        return decide(
            self._policy,
            call.request,
            result,
            attempt=call.attempts,
            sent=sent,
            wait=wait,
            remaining=call.deadline - now,
            random=random,
        )

    def _succeeded(self, call: Call, began: float) -> None:
        """Tell the limits of an answer that shows a working server."""
        self._shared.succeeded(began)
        if call.attempts == 1:
            self._budget.earn()

    async def _back_off(
        self, call: Call, result: Answer | Failure, retry: Retry
    ) -> Response | None:
        """Sleep until the repeat; return what stands for its answer, if it need not go out."""
        if isinstance(result, Failure):
            call.fresh = True
        call.phase, call.last = "backoff", retry.reason
        self._events.repeating(call, retry.delay, retry.reason)
        await self._sleep(retry.delay)
        look = call.request.before_repeat
        if look is None or not call.doubtful:
            return None
        try:
            return await look()
        except VerificationError:
            raise  # it has seen what became of it
        except ScalrError as error:
            error.outcome = call.outcome()
            raise

    async def _renewed(self, call: Call, result: Answer) -> bool:
        """Return whether a call whose token was refused can be sent with another one, once."""
        if result.status != 401 or call.renewed:
            return False
        if not isinstance(call.request.body, WHOLE):
            return False  # what was streamed is gone
        call.renewed = True
        if not await self._wire.renew(call):
            return False
        call.phase, call.last = "backoff", "401"
        self._events.repeating(call, 0.0, "401")
        return True

    def _sent_on(self, call: Call, result: Answer) -> bool:
        """Turn a call that follows redirects to where this one leads, if it is one."""
        request = call.request
        if not 300 <= result.status < 400 or request.redirects != "follow":
            return False
        if call.trail is None:
            start = self._root + target(request.path, request.params)
            call.trail = Trail(URL(start, encoded=True))
        try:
            there = call.trail.follow(result.status, result.headers.get("location"))
        except ValueError as refused:
            error = self._misdirected(call, result, f" refused: {refused}")
        else:
            call.request = attrs.evolve(request, url=Secret(there))
            return True
        raise error

    def _misdirected(self, call: Call, answer: Answer, why: str = "") -> ScalrError:
        where = place(answer.headers.get("location"))
        text = f"answered {answer.status}, redirect to {where}{why}"
        return self._error(call, UnexpectedRedirectError, text)

    def _response(self, call: Call, answer: Answer) -> Response:
        request, status = call.request, answer.status
        shown = 300 <= status < 400 and request.redirects == "show"
        if not (200 <= status < 300 or 400 <= status < 600 or shown):
            raise self._refused(call, answer)
        answer.headers.secrets = self._secrets(call)
        self._shared.deprecations.look(request, answer.headers, self._events.telemetry)
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
            retry_after=None if status < 300 else asked_wait(answer),
            outcome="applied" if absent or status < 300 else call.final(status),
        )

    def _secrets(self, call: Call) -> tuple[Secret, ...]:
        """Return the credentials of the last attempt: some servers echo them."""
        token, url = call.token, call.request.url
        if url is None and token is self._token:
            return self._sent
        sent = collect_secrets((*([] if token is None else [token]), *self._headers), url)
        if url is None:
            self._token, self._sent = token, sent
        return sent

    def _refused(self, call: Call, answer: Answer) -> ScalrError:
        if 300 <= answer.status < 400:
            return self._misdirected(call, answer)
        return self._error(call, ProtocolError, f"answered with the status {answer.status}")

    def _out_of_time(self, call: Call) -> ScalrError:
        """Say why the scope around a call ended it: closing does that as well as the deadline."""
        if self._shared.lifecycle.closed:
            return self._error(call, ClientStateError, "the client was closed meanwhile")
        last = f", after {call.last}" if call.last else ""
        text = f"no result within {self._total:g} s ({call.phase}{last})"
        return self._error(call, DeadlineExceededError, text)

    def _error(
        self, call: Call, kind: type[ScalrError], text: str, wait: float | None = None
    ) -> ScalrError:
        error = kind(scrub(text, self._secrets(call)), retry_after=wait)
        if isinstance(error, DeadlineExceededError):
            error.phase = call.phase
        self._explain(call, error)
        return error

    def _explain(self, call: Call, error: ScalrError) -> None:
        error.method, error.path = call.request.method, call.request.path
        error.attempts, error.elapsed = call.attempts, self._clock() - call.started
        error.outcome = call.outcome()


def _never() -> float:
    return 0.0
