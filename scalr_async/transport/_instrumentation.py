"""The seam of tracing: what may stand around the calls and the attempts of a client."""

from __future__ import annotations

from typing import Protocol

from scalr_async._http import Request, Response
from scalr_async.config import Config
from scalr_async.telemetry import Telemetry
from scalr_async.transport._attempt import Stream, Wire

__all__ = ["Calls", "Instrumentation"]


class Calls(Protocol):
    """Sends calls; a `Sender`, or what stands around one."""

    async def send(self, request: Request) -> Response:
        """Return the last answer."""
        ...

    async def open(self, request: Request) -> Stream:
        """Return the last answer with the body of a success still to be read."""
        ...


class Instrumentation(Protocol):
    """Stands around calls, around each of their attempts, and hears of the events between."""

    def around_calls(self, calls: Calls) -> Calls:
        """Return what sends calls in place of these."""
        ...

    def around_attempts(self, wire: Wire, config: Config) -> Wire:
        """Return what makes attempts in place of this; it may add `headers` to a request."""
        ...

    def around_events(self, telemetry: Telemetry) -> Telemetry:
        """Return what hears of the events of calls and hands them on."""
        ...
