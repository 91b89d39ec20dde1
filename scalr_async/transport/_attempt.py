"""The seam to the HTTP library: the input, result and failure of one attempt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Literal, Protocol

import attrs

from scalr_async._http import Headers, Request, Response
from scalr_async._value_class import value_class
from scalr_async._values import Secret
from scalr_async.errors import ScalrError

__all__ = [
    "ATTEMPTING",
    "Answer",
    "Exchange",
    "Failure",
    "Phase",
    "Progress",
    "ResponseBody",
    "Stream",
    "Wire",
]

Phase = Literal[
    "pool wait",
    "gate wait",
    "rate wait",
    "backoff",
    "token wait",
    "connect",
    "send",
    "response headers",
    "response body",
]
"""The phase of a call; `DeadlineExceededError.phase` is the phase in which time ran out."""

ATTEMPTING: Final = frozenset[Phase]({"connect", "send", "response headers", "response body"})
"""The phases of an attempt, from connecting on."""


class Exchange(Protocol):
    """An attempt under way, whose server may fall silent."""

    def check(self, now: float) -> None:
        """End the attempt if its server has been silent for too long; `now` is the loop's time."""
        ...


class Progress:
    """The progress of a call: written during an attempt, read when the call fails.

    Attributes:
        phase: the current phase.
        sent: whether a byte of the current attempt may have reached the server.
        fresh: whether the next attempt needs a connection that has served no request yet.
        status: the status of the answer whose body is being read.
        token: the token that was sent.
        exchange: the current attempt, None between attempts.
        waiting: whether the client is waiting for more of the answer.
    """

    phase: Phase = "pool wait"
    sent = False
    fresh = False
    status: int | None = None
    token: Secret | None = None
    exchange: Exchange | None = None
    waiting = True

    def chunk_sent(self) -> None:
        """Note that a chunk of a streamed request was sent."""


class ResponseBody(Protocol):
    """The rest of an answer's body, decompressed; it occupies a connection until its end."""

    async def read(self) -> bytes | Failure:
        """Return the next chunk, `b""` at the end; do not call it again after a failure."""
        ...

    def close(self) -> None:
        """Release the connection; idempotent."""
        ...


@value_class
@attrs.define(eq=False, repr=False)
class Answer:
    """The answer to one attempt, decompressed; `stream` is the part that is still to be read."""

    status: int
    headers: Headers
    body: bytes = attrs.field(repr=False)
    stream: ResponseBody | None = None


@value_class
@attrs.frozen(eq=False, repr=False)
class Failure:
    """A failed attempt without a complete answer; `error` is raised unless a repeat follows.

    `message` may contain server text as it came: it is redacted and cut when the error is made.
    The call's `Progress` records the phase and whether anything was sent. `final` means that a
    repeat would fail as well.
    """

    error: type[ScalrError]
    message: str = attrs.field(repr=False)
    final: bool = False


class Wire(Protocol):
    """A way to send a request exactly once."""

    async def attempt(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once and read the answer to its end.

        Raises only `CancelledError`, `ClientStateError`, `InvalidArgumentError` and the errors of a
        streamed body or a token provider; `progress` is correct in any case.
        """
        ...

    async def open(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once; leave the body of a success to `Answer.stream`.

        The first chunk of the body has arrived when this method returns. Raises the errors of
        `attempt`.
        """
        ...

    async def refresh_token(self, progress: Progress) -> bool:
        """Return whether there is another token than the one that the server refused.

        Raises the errors of the token provider.
        """
        ...


class Stream:
    """A response whose body is read chunk by chunk.

    The stream occupies a connection until its end or until it is closed. The body of an error is
    complete in `response`.
    """

    def __init__(
        self,
        response: Response,
        body: ResponseBody | None,
        read: Callable[[ResponseBody], Awaitable[bytes]],
        explain: Callable[[ScalrError], None],
    ) -> None:
        self.response = response
        self._body = body
        self._read = read
        self._explain = explain

    def explain(self, error: ScalrError) -> None:
        """Complete an error with the request, its attempts, elapsed time and outcome."""
        self._explain(error)

    async def read(self) -> bytes:
        """Return the next chunk of the body, decompressed, at most 256 KiB; `b""` at its end.

        `Timeouts.read` and `Timeouts.total` bound the wait for the chunk; both start again with
        every chunk. Raises the errors of a call.
        """
        return b"" if self._body is None else await self._read(self._body)

    def close(self) -> None:
        """Release the connection; idempotent."""
        if self._body is not None:
            self._body.close()
            self._body = None
