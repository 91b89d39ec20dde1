"""The seam to the HTTP library: what one attempt takes, returns and fails with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

import attrs

from scalr_async._http import Headers, Request, Response
from scalr_async._values import Secret
from scalr_async.errors import ScalrError

__all__ = ["Answer", "Exchange", "Failure", "Phase", "Progress", "ResponseBody", "Stream", "Wire"]

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
"""The phase of a call; `DeadlineExceededError.phase` is the one in which it ended."""


class Exchange(Protocol):
    """An attempt under way, whose server may fall silent."""

    def check(self, now: float) -> None:
        """End the wait for a server that is silent for too long; `now` is the loop's time."""
        ...


class Progress:
    """The progress of a call: written during an attempt, read when the call fails.

    Attributes:
        phase: the present phase.
        sent: whether a byte of the present attempt may have reached the server.
        fresh: whether the next attempt needs a connection that served no request before.
        status: the status of the answer whose body is being read.
        token: the token that was sent.
        exchange: the present attempt, None between attempts.
        waiting: whether more of the answer is waited for.
    """

    phase: Phase = "pool wait"
    sent = False
    fresh = False
    status: int | None = None
    token: Secret | None = None
    exchange: Exchange | None = None
    waiting = True

    def chunk_sent(self) -> None:
        """Note that a chunk of a streamed request went out."""


class ResponseBody(Protocol):
    """The rest of an answer's body, decompressed; it holds a connection until its end."""

    async def read(self) -> bytes | Failure:
        """Return the next chunk, `b""` at the end; do not call it again after a failure."""
        ...

    def close(self) -> None:
        """Release the connection; idempotent."""
        ...


@attrs.define
class Answer:
    """The answer to one attempt, decompressed; `stream` is the part that was not read yet."""

    status: int
    headers: Headers
    body: bytes = attrs.field(repr=False)
    stream: ResponseBody | None = None


@attrs.frozen
class Failure:
    """A failed attempt, without a complete answer; `error` is raised if it is not repeated.

    The `Progress` of the call has the phase, and whether anything was sent. `final` means that a
    repeat would fail as well.
    """

    error: type[ScalrError]
    message: str = attrs.field(repr=False)  # what a server echoes may be in it
    final: bool = False


class Wire(Protocol):
    """Sends a request once."""

    async def attempt(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once and read the answer to its end.

        Raises nothing but `CancelledError`, `ClientStateError`, `InvalidArgumentError` and the
        errors of a streamed body or a token provider; `progress` is correct in any case.
        """
        ...

    async def open(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once; leave the body of a success to `Answer.stream`.

        Its first chunk has come when this returns. Raises what `attempt` raises.
        """
        ...

    async def refresh_token(self, progress: Progress) -> bool:
        """Return whether there is another token than the one that was sent and refused.

        Raises what the token provider raises.
        """
        ...


class Stream:
    """A response whose body is read chunk by chunk.

    It holds a connection until its end, or until it is closed. The body of an error is complete in
    `response`.
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
        """Complete an error with the request, the time it took and its outcome."""
        self._explain(error)

    async def read(self) -> bytes:
        """Return the next chunk of the body, decompressed, at most 256 KiB; `b""` at its end.

        `Timeouts.read` bounds the wait for it, and so does `Timeouts.total`, which starts again
        with every chunk. Raises what a call raises.
        """
        return b"" if self._body is None else await self._read(self._body)

    def close(self) -> None:
        """Release the connection; idempotent."""
        if self._body is not None:
            self._body.close()
            self._body = None
