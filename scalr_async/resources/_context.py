"""`Context`: the parts of a client that its collections share."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import msgspec
from cattrs import Converter

from scalr_async._backlog import BACKLOG
from scalr_async._http import Deadline, Request, Response
from scalr_async.telemetry import Telemetry
from scalr_async.transport import Stream

__all__ = ["Context", "one_deadline"]

F = TypeVar("F", bound=Callable[..., Any])


class Context(msgspec.Struct, frozen=True):
    """The parts of a client that a collection needs: sending, events, hooks, the host."""

    send: Callable[[Request], Awaitable[Response]]
    telemetry: Telemetry
    converter: Converter | None
    origin: str
    """Scheme, host and port of the API; links to other origins are not followed."""
    open: Callable[[Request], Awaitable[Stream]]
    """A function that sends a request and returns the answer as a stream."""
    account: str | None = None
    """The default account of creates."""
    time_for: Callable[[int], float | None] = lambda _: None
    """A function that returns the seconds until the last of so many requests may be sent, or None.
    """
    pollers: dict[str, Any] = msgspec.field(default_factory=dict)
    """The pollers of waits, shared by a client and its clones."""
    dry_run: bool = False
    """True if writes are recorded instead of sent."""
    deadline: Deadline | None = None
    """The deadline of all requests; None for a deadline of each request."""

    def observed(self, see: Callable[[Response], object]) -> Context:
        """Return a context that passes every response to `see`, error statuses included."""

        async def send(request: Request) -> Response:
            response = await self.send(request)
            see(response)
            return response

        async def open_(request: Request) -> Stream:
            stream = await self.open(request)
            see(stream.response)
            return stream

        return msgspec.structs.replace(self, send=send, open=open_)

    def within(self, deadline: Deadline) -> Context:
        """Return a context whose requests share a deadline."""

        async def send(request: Request) -> Response:
            request.deadline = deadline
            return await self.send(request)

        return msgspec.structs.replace(self, send=send, deadline=deadline)


def one_deadline(method: F) -> F:
    """Return a method of a collection wrapped so that all requests of a call share a deadline.

    A method that it calls shares the deadline too.
    """

    @functools.wraps(method)
    def begin(collection: Any, *arguments: Any, **named: Any) -> Any:
        context = collection._context  # noqa: SLF001  # its helper
        if context.deadline is None:
            deadline = Deadline(patient=BACKLOG.get() is not None)
            collection = type(collection)(context.within(deadline))
        return method(collection, *arguments, **named)

    return cast("F", begin)
