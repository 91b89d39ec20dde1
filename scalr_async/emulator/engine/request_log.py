"""The log of the latest requests, bounded in number and bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import overload

import attrs

from scalr_async._http import Headers

__all__ = ["LoggedRequest", "RequestLog"]


@attrs.define(kw_only=True)
class LoggedRequest:
    """One request as the server received it.

    Attributes:
        method: its method.
        path: its path below the API root, as it was sent.
        query: names and values of its query, decoded.
        headers: its header fields.
        body: its body.
        status: the status of the answer; None before it is known, and if the connection was cut.
        connection: the number of its connection, counted from 1.
        at: the time of its arrival in seconds, monotonic.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = attrs.field(factory=Headers)
    body: bytes = attrs.field(default=b"", repr=False)
    status: int | None = None
    connection: int = 0
    at: float = 0.0


class RequestLog(Sequence[LoggedRequest]):
    """The latest requests, oldest first: at most `most`, with at most `size` bytes.

    The oldest are dropped first; the latest stays whatever its size.
    """

    def __init__(self, most: int, size: int) -> None:
        self._most = most
        self._size = size
        self._kept: deque[LoggedRequest] = deque()
        self._weights: dict[int, int] = {}
        self._weight = 0

    def append(self, request: LoggedRequest) -> None:
        """Add a request."""
        self._kept.append(request)
        self._weigh(request)

    def attach(self, request: LoggedRequest, body: bytes) -> None:
        """Set the body of a request, which arrives after its head."""
        request.body = body
        if id(request) in self._weights:  # else the log was cleared meanwhile
            self._weigh(request)

    def clear(self) -> None:
        """Drop all requests."""
        self._kept.clear()
        self._weights.clear()
        self._weight = 0

    def _weigh(self, request: LoggedRequest) -> None:
        weight = len(request.path) + len(request.body)
        weight += sum(len(name) + len(value) for name, value in request.query)
        weight += sum(len(name) + len(value) for name, value in request.headers.items())
        self._weight += weight - self._weights.get(id(request), 0)
        self._weights[id(request)] = weight
        while len(self._kept) > self._most or (self._weight > self._size and len(self._kept) > 1):
            self._weight -= self._weights.pop(id(self._kept.popleft()))

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> LoggedRequest: ...
    @overload
    def __getitem__(self, index: slice) -> list[LoggedRequest]: ...
    def __getitem__(self, index: int | slice) -> LoggedRequest | list[LoggedRequest]:
        return list(self._kept)[index] if isinstance(index, slice) else self._kept[index]

    def __repr__(self) -> str:
        return f"RequestLog({list(self._kept)!r})"
