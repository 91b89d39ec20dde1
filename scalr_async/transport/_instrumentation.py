"""The seam for tracing: wrappers around the calls, attempts and events of a client."""

from __future__ import annotations

from typing import Protocol

from scalr_async._http import Request, Response
from scalr_async.config import Config
from scalr_async.telemetry import Telemetry
from scalr_async.transport._attempt import Stream, Wire

__all__ = ["Calls", "Instrumentation"]


class Calls(Protocol):
    """A `Sender`, or a wrapper around one."""

    async def send(self, request: Request) -> Response:
        """Return the last answer."""
        ...

    async def open(self, request: Request) -> Stream:
        """Return the last answer with the body of a success still to be read."""
        ...


class Instrumentation(Protocol):
    """Wrappers around the calls of a client, their attempts, and their events."""

    def around_calls(self, calls: Calls) -> Calls:
        """Return a wrapper around calls."""
        ...

    def around_attempts(self, wire: Wire, config: Config) -> Wire:
        """Return a wrapper around attempts, which may add `headers` to a request."""
        ...

    def around_events(self, telemetry: Telemetry) -> Telemetry:
        """Return a telemetry that observes the events of calls and passes them on."""
        ...
