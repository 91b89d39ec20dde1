"""The seam to the HTTP library: what one attempt takes, gives and fails with."""

from __future__ import annotations

from typing import Literal, Protocol

import attrs

from scalr_async._wire import Headers, Request
from scalr_async.errors import DeadlineExceededError, TransportError

__all__ = ["Answer", "AttemptFailedError", "Phase", "Progress", "Wire"]

Phase = Literal[
    "pool wait",
    "gate wait",
    "rate wait",
    "backoff",
    "connect",
    "send",
    "response headers",
    "response body",
]
"""Where a call is; `DeadlineExceededError.phase` says where it ended."""


class Progress:
    """Where a call is now: written along the way, read when the call ends badly.

    `sent` says whether a byte of the present attempt may have reached the server, `status` is
    the status of the answer whose body is being read.
    """

    __slots__ = ("phase", "sent", "status")

    def __init__(self) -> None:
        self.phase: Phase = "pool wait"
        self.sent = False
        self.status: int | None = None


@attrs.frozen
class Answer:
    """What the server answered to one attempt, its body read to the end and unpacked."""

    status: int
    headers: Headers
    body: bytes = attrs.field(repr=False)


class AttemptFailedError(Exception):
    """One attempt brought no complete answer; never leaves the transport.

    `error` is the class to raise if it is not repeated. Where it happened and whether anything
    was sent stands in the `Progress` of the call.
    """

    def __init__(self, error: type[TransportError | DeadlineExceededError], message: str) -> None:
        super().__init__(message)
        self.error = error
        self.message = message


class Wire(Protocol):
    """Sends a request once."""

    async def attempt(self, request: Request, progress: Progress) -> Answer:
        """Send the request exactly once and read the answer to its end.

        Raises `AttemptFailedError` and nothing else but `CancelledError`, `ClientStateError` and
        `InvalidArgumentError`; `progress` is true whatever is raised.
        """
        ...
