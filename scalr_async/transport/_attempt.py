"""The seam to the HTTP library: what one attempt takes, gives and fails with."""

from __future__ import annotations

from typing import Literal, Protocol

import attrs

from scalr_async._http import Headers, Request
from scalr_async._values import Secret
from scalr_async.errors import ScalrError

__all__ = ["Answer", "Failure", "Flow", "Phase", "Progress", "Wire"]

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


class Progress:
    """The present phase of a call: written along the way, read when the call ends badly.

    `sent` says whether a byte of the present attempt may have reached the server, `status` is
    the status of the answer whose body is being read, `token` what was sent as such. `fresh` asks
    for a connection that served no request before.
    """

    phase: Phase = "pool wait"
    sent = False
    fresh = False
    status: int | None = None
    token: Secret | None = None

    def moved(self) -> None:
        """Note that a piece of a streamed request went out."""


class Flow(Protocol):
    """The rest of an answer's body, unpacked; it holds a connection until its end."""

    async def read(self) -> bytes | Failure:
        """Return the next piece, nothing at the end; after a failure there is none."""
        ...

    def close(self) -> None:
        """Let go of the connection; twice is no harm."""
        ...


@attrs.define
class Answer:
    """The answer to one attempt, unpacked; `flow` is the part that was not read yet."""

    status: int
    headers: Headers
    body: bytes = attrs.field(repr=False)
    flow: Flow | None = None


@attrs.frozen
class Failure:
    """A failed attempt: no complete answer came; `error` is raised if it is not repeated.

    Where it happened and whether anything was sent stands in the `Progress` of the call. `final`
    says that a repeat would fare no better.
    """

    error: type[ScalrError]
    message: str = attrs.field(repr=False)  # what a server echoes may be in it
    final: bool = False


class Wire(Protocol):
    """Sends a request once."""

    async def attempt(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once and read the answer to its end.

        Raises nothing but `CancelledError`, `ClientStateError`, `InvalidArgumentError` and what
        a streamed body or a provider of tokens raises; `progress` is true whatever happens.
        """
        ...

    async def open(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once; of a success, leave the body to its `flow`.

        The first piece of it has come when this returns. Raises what `attempt` raises.
        """
        ...

    async def renew(self, progress: Progress) -> bool:
        """Return whether there is another token than the one that was sent and refused.

        Raises what the provider of tokens raises.
        """
        ...
