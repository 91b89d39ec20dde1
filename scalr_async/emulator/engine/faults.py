"""Deliberate faults: scripted answers, cut connections, a rate limit."""

from __future__ import annotations

import fnmatch
import math
import time
from collections.abc import Callable, Mapping
from typing import Final, Literal, get_args

import attrs

from scalr_async.emulator.engine.arguments import check_choice, check_kind, check_number
from scalr_async.emulator.engine.request_log import LoggedRequest

__all__ = ["MOST", "Cut", "Failure", "RateLimit"]

Cut = Literal["before", "headers", "body", "after-apply"]
"""The moment when a connection breaks: before the request has any effect; after the answer's
headers; in the middle of its body; after the write took effect but before any of the answer."""

MOST: Final = 86_400.0 * 365
"""The longest delay in seconds."""
_METHODS: Final = ("*", "DELETE", "GET", "PATCH", "POST", "PUT")


@attrs.define(kw_only=True)
class Failure:
    """A scripted fault of some requests.

    Attributes:
        method: the method of these requests.
        path: their path, or a pattern of it.
        status: the status of the answer; None for the answer that the request gets otherwise.
        headers: its header fields.
        body: its body.
        cut: the moment at which the connection breaks instead; None for an answer.
        delay: the seconds before the answer or the cut, beside the latency.
        left: the number of requests that will still fail, None for all.
        every: only each nth of these requests fails.
        match: a further condition on a request, None for none.
        seen: the number of these requests so far.
    """

    method: str
    path: str
    status: int | None = 503
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: bytes = b""
    cut: Cut | None = None
    delay: float = 0.0
    left: int | None = 1
    every: int = 1
    match: Callable[[LoggedRequest], bool] | None = None
    seen: int = 0

    def __attrs_post_init__(self) -> None:
        check_choice("method", self.method, _METHODS)
        if self.status is not None:
            check_number("status", self.status, least=200, most=599, whole=True)
        elif not (self.delay or self.cut):
            raise ValueError("status: None changes nothing without a delay or a cut")
        if self.cut is not None:
            check_choice("cut", self.cut, get_args(Cut))
        check_number("delay", self.delay, most=MOST)
        check_number("every", self.every, least=1, whole=True)
        if self.left is not None:
            check_number("times", self.left, least=1, whole=True)
        if self.match is not None:
            check_kind("match", self.match, Callable, "a function of a request")
        check_kind("body", self.body, bytes, "bytes")
        check_kind("headers", self.headers, Mapping, "a mapping of header fields")
        for name, value in self.headers.items():
            check_kind("headers", name, str, "the name of a header field")
            check_kind(f"headers: {name}", value, str, "text")

    def takes(self, request: LoggedRequest) -> bool:
        """Return whether this request fails, and count it."""
        if self.left == 0 or self.method not in ("*", request.method):
            return False
        if not fnmatch.fnmatchcase(request.path, self.path):
            return False
        if self.match is not None and not self.match(request):
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class RateLimit:
    """A token bucket of `requests` tokens, refilled over `per` seconds."""

    def __init__(
        self,
        requests: float,
        *,
        per: float = 1.0,
        retry_after: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        for name, value in (("requests", requests), ("per", per)):
            check_number(name, value, most=MOST)
            if not value:
                raise ValueError(f"{name}: {value!r} is not a positive number")
        self._rate = requests / per
        self._most = max(1.0, float(requests))
        self._tokens = self._most
        self._clock = clock
        self._filled = clock()
        self._retry_after = retry_after

    def refuse(self) -> dict[str, str] | None:
        """Take a token for a request; returns the header fields of a 429 if none is left."""
        now = self._clock()
        self._tokens = min(self._most, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        if self._tokens >= 1:
            self._tokens -= 1
            return None
        if not self._retry_after:
            return {}
        return {"Retry-After": str(max(1, math.ceil((1 - self._tokens) / self._rate)))}
