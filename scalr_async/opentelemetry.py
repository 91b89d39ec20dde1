"""Traces and metrics for OpenTelemetry: `pip install 'scalr-async[otel]'`.

    from scalr_async.opentelemetry import instrument

    async with instrument(ScalrClient()) as scalr:
        ...

Each call is an INTERNAL span, each of its attempts a CLIENT span below it, following the stable
semantic conventions for HTTP; each attempt sends `traceparent` and `tracestate`. Only the package
`opentelemetry-api` is required; without an SDK nothing is recorded. No attribute contains a header,
a body or a query value. Failures in a tracer, a processor or a meter are reported as
`scalr.hook_failed` and disturb no call.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import partial
from typing import Final, TypeVar

import attrs
from yarl import URL

try:
    from opentelemetry import context, metrics, trace
    from opentelemetry.metrics import Meter, MeterProvider
    from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, TracerProvider
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        f"{missing}: `scalr_async.opentelemetry` needs it: pip install 'scalr-async[otel]'",
        name=missing.name,
    ) from None

from scalr_async._http import Request, Response
from scalr_async._text import collect_secrets
from scalr_async._version import __version__
from scalr_async.client import ScalrClient
from scalr_async.config import API_PATH, Config, header_value
from scalr_async.errors import ScalrError
from scalr_async.telemetry import Event, EventHook, RetryEvent, Telemetry, WaitEvent, notify
from scalr_async.transport import Answer, Calls, Failure, Progress, Stream, Wire, describe_location

__all__ = ["instrument"]

C = TypeVar("C", bound=ScalrClient)
R = TypeVar("R", Response, Stream)
Attributes = dict[str, str | int | float]

_NAME: Final = "scalr_async"
_SCHEMA: Final = "https://opentelemetry.io/schemas/1.37.0"
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""Seconds; the conventions' recommended buckets for `http.client.request.duration`."""
_PROPAGATOR: Final = TraceContextTextMapPropagator()
"""W3C Trace Context instead of the configured propagator, which could send baggage to Scalr."""
_SUPPRESSED: Final = getattr(context, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", _NAME)
"""The context key that tells an instrumentation of aiohttp to create no spans of its own."""


def instrument(
    client: C,
    *,
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
) -> C:
    """Return a clone whose calls are traced and measured; it shares all else with `client`.

    Providers default to the global ones. Clones of the returned client are traced and measured as
    well; `client` itself stays as it is.
    """
    tracer = trace.get_tracer(_NAME, __version__, tracer_provider, schema_url=_SCHEMA)
    meter = metrics.get_meter(_NAME, __version__, meter_provider, schema_url=_SCHEMA)
    return client._instrumented(_OpenTelemetry(tracer, _Meters(meter)))  # noqa: SLF001  # our own


class _Meters:
    """The instruments of one meter."""

    def __init__(self, meter: Meter) -> None:
        self.duration = meter.create_histogram(
            "http.client.request.duration",
            "s",
            "Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )
        self.retries = meter.create_counter(
            "scalr.client.retries", "{retry}", "Requests that were sent again."
        )
        self.waits = meter.create_counter(
            "scalr.client.waits", "{wait}", "Requests that were held back before they were sent."
        )
        self.wait_time = meter.create_counter(
            "scalr.client.wait_time", "s", "Time for which requests were held back."
        )
        self.refusals = meter.create_counter(
            "scalr.client.refusals", "{request}", "Requests that the server refused with 429."
        )


class _Span:
    """A span that is the current one until it is left; its failures are reported, not raised."""

    def __init__(self, tracer: Tracer, name: str, kind: SpanKind, attributes: Attributes) -> None:
        self._span: Span = trace.INVALID_SPAN
        self._left: Callable[[], None] | None = None
        self.headers: dict[str, str] = {}
        """The header fields that announce the span to the server."""
        notify(_NAME, self._start, tracer, name, kind, attributes)

    def _start(self, tracer: Tracer, name: str, kind: SpanKind, attributes: Attributes) -> None:
        self._span = tracer.start_span(name, kind=kind, attributes=attributes)
        current = trace.set_span_in_context(self._span)
        if kind is SpanKind.CLIENT:
            current = context.set_value(_SUPPRESSED, True, current)
            fields: dict[str, str] = {}
            _PROPAGATOR.inject(fields, current)
            self.headers = {name: header_value(name, text) for name, text in fields.items()}
        self._left = partial(context.detach, context.attach(current))

    def leave(self) -> None:
        """Make the enclosing span the current one again."""
        if self._left is not None:
            notify(_NAME, self._left)

    def end(self, attributes: Attributes, error: str | None) -> None:
        """End the span; `error` is the class name of the error, or the error status."""
        notify(_NAME, self._end, attributes, error)

    def _end(self, attributes: Attributes, error: str | None) -> None:
        try:
            self._span.set_attributes(attributes)
            if error is not None:
                self._span.set_attribute("error.type", error)
                self._span.set_status(Status(StatusCode.ERROR))
        finally:
            self._span.end()


class _Attempt:
    """One attempt: its CLIENT span and its duration."""

    def __init__(
        self, parts: _OpenTelemetry, name: str, common: Attributes, more: Attributes
    ) -> None:
        self._meters, self._common = parts.meters, common
        self._began = time.perf_counter()
        self.span = _Span(parts.tracer, name, SpanKind.CLIENT, common | more)

    def end_with(self, result: Answer | Failure) -> None:
        """Record the result of the attempt and end its span."""
        if isinstance(result, Failure):
            self.end(error=result.error.__name__)
        else:
            self.end(result.status)

    def end(self, status: int | None = None, error: str | None = None) -> None:
        """Record the status or the error of the attempt and end its span."""
        seconds = time.perf_counter() - self._began
        answered: Attributes = {} if status is None else {"http.response.status_code": status}
        if status is not None and status >= 400:
            error = str(status)
        self.span.end(answered, error)
        measured = self._common | answered | ({} if error is None else {"error.type": error})
        notify(_NAME, self._meters.duration.record, seconds, measured)
        if status == 429:
            notify(_NAME, self._meters.refusals.add, 1, self._common)


@attrs.define
class _Call:
    """A call under way: the number of its attempts, and the attempt that was cancelled.

    A cancelled attempt ends when the call raises the reason: a deadline or a real cancellation.
    """

    attempts: int = 0
    cancelled: _Attempt | None = None

    def finish(self, error: str) -> None:
        if self.cancelled is not None:
            self.cancelled.end(error=error)


_call: ContextVar[_Call] = ContextVar("scalr_async.opentelemetry.call")


@attrs.frozen
class _OpenTelemetry:
    """The instrumentation of a client's calls, attempts and events."""

    tracer: Tracer
    meters: _Meters

    def around_calls(self, calls: Calls) -> Calls:
        return _TracedCalls(calls, self)

    def around_attempts(self, wire: Wire, config: Config) -> Wire:
        return _TracedWire(wire, config, self)

    def around_events(self, telemetry: Telemetry) -> Telemetry:
        return Telemetry(partial(self._on_event, telemetry.on_event))

    def _on_event(self, hook: EventHook | None, event: Event) -> None:
        notify(_NAME, self._count, event)
        if hook is not None:
            hook(event)

    def _count(self, event: Event) -> None:
        match event:
            case RetryEvent(reason=reason, delay=delay):
                self.meters.retries.add(1, {"scalr.reason": reason})
            case WaitEvent(reason=reason, delay=delay):
                self.meters.waits.add(1, {"scalr.reason": reason})
                self.meters.wait_time.add(delay, {"scalr.reason": reason})
            case _:
                return
        attributes: Attributes = {"scalr.reason": reason, "scalr.delay": delay}
        trace.get_current_span().add_event(event.name, attributes)


@attrs.frozen
class _TracedCalls:
    """Calls, each inside a span."""

    calls: Calls
    parts: _OpenTelemetry

    async def send(self, request: Request) -> Response:
        return await self._traced(self.calls.send, request)

    async def open(self, request: Request) -> Stream:
        return await self._traced(self.calls.open, request)

    async def _traced(self, send: Callable[[Request], Awaitable[R]], request: Request) -> R:
        about: Attributes = _template(request)
        name = f"Scalr {request.method} {request.operation}".rstrip()
        span, call = _Span(self.parts.tracer, name, SpanKind.INTERNAL, about), _Call()
        token = _call.set(call)
        try:
            result = await send(request)
        except BaseException as error:
            call.finish(type(error).__name__)
            more: Attributes = {"scalr.attempts": call.attempts}
            if isinstance(error, ScalrError):
                more["scalr.outcome"] = error.outcome
            span.end(more, type(error).__name__)
            raise
        finally:
            _call.reset(token)
            span.leave()
        response = _response(result)
        more = {"scalr.attempts": call.attempts, "scalr.outcome": response.outcome}
        span.end(more, None if response.ok else str(response.status))
        return result


class _TracedWire:
    """A wire with a span around each attempt, which sends the span's headers."""

    def __init__(self, wire: Wire, config: Config, parts: _OpenTelemetry) -> None:
        self._wire = wire
        self._root = config.api_root
        self._parts = parts
        self.refresh_token = wire.refresh_token

    async def attempt(self, request: Request, progress: Progress) -> Answer | Failure:
        return await self._traced(self._wire.attempt, request, progress)

    async def open(self, request: Request, progress: Progress) -> Answer | Failure:
        return await self._traced(self._wire.open, request, progress)

    async def _traced(
        self,
        send: Callable[[Request, Progress], Awaitable[Answer | Failure]],
        request: Request,
        progress: Progress,
    ) -> Answer | Failure:
        call = _call.get()
        attempt = self._begin(request, call, progress.token)
        try:
            headers = (*request.headers, *attempt.span.headers.items())
            result = await send(attrs.evolve(request, headers=headers), progress)
        except asyncio.CancelledError:
            call.cancelled = attempt
            raise
        except BaseException as error:
            attempt.end(error=type(error).__name__)
            raise
        finally:
            attempt.span.leave()
        attempt.end_with(result)
        return result

    def _begin(self, request: Request, call: _Call, token: str | None) -> _Attempt:
        url = self._root if request.url is None else URL(request.url, encoded=True)
        common: Attributes = {
            "http.request.method": request.method,
            "server.address": url.host or "",
            "server.port": url.port or 0,
            **_template(request),
        }
        # The query is left out: its values may be personal data.
        if request.url is None:
            full = f"{url}{request.path}"
        else:  # a redirect may echo the token of the attempt before it
            full = describe_location(request.url, collect_secrets([] if token is None else [token]))
        more: Attributes = {"url.full": full}
        if call.attempts:
            more["http.request.resend_count"] = call.attempts
        call.attempts += 1
        name = " ".join([request.method, *map(str, _template(request).values())])
        return _Attempt(self._parts, name, common, more)


def _response(result: Response | Stream) -> Response:
    return result.response if isinstance(result, Stream) else result


def _template(request: Request) -> Attributes:
    return {"url.template": API_PATH + request.operation} if request.operation else {}
