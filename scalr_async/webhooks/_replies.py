"""The answers to the sender of a delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from scalr_async.webhooks._store import State

__all__ = [
    "ACCEPTED",
    "BUSY",
    "CLOSED",
    "DONE",
    "FAILED",
    "FULL",
    "KNOWN",
    "TOO_LARGE",
    "TOO_SLOW",
    "UNSTORED",
    "Reply",
]


@attrs.frozen
class Reply:
    """The answer to the sender.

    Attributes:
        status: the HTTP status.
        text: a line that explains it.
        retry_after: the seconds until the sender should try again, None if it need not wait.
    """

    status: int
    text: str
    retry_after: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The header fields, with `Content-Type` and without `Content-Length`."""
        again = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return {"Content-Type": "text/plain; charset=utf-8", **again}


DONE: Final = Reply(200, "done")
ACCEPTED: Final = Reply(202, "accepted")
FAILED: Final = Reply(500, "failed: send it again")
BUSY: Final = Reply(503, "at work: send it again", 5)
FULL: Final = Reply(503, "too much at once: send it again", 5)
CLOSED: Final = Reply(503, "closed: send it again", 5)
UNSTORED: Final = Reply(503, "not noted: send it again", 5)
TOO_LARGE: Final = Reply(413, "the body is too large")
TOO_SLOW: Final = Reply(408, "the body took too long")
KNOWN: Final[Mapping[State, Reply]] = {"busy": BUSY, "acknowledged": ACCEPTED, "finished": DONE}
