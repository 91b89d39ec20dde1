"""Traces and metrics: what a program with an OpenTelemetry SDK sees of a client's work."""

from __future__ import annotations

import asyncio
import importlib
import io
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import aiohttp
import attrs
import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, Sampler
from opentelemetry.trace import SpanKind, StatusCode

from scalr_async import (
    ClientStateError,
    ConnectError,
    DeadlineExceededError,
    Limits,
    NotFoundError,
    RetryPolicy,
    ScalrClient,
    ScalrError,
)
from scalr_async.emulator import Emulator
from scalr_async.opentelemetry import instrument
from scalr_async.telemetry import AttemptEvent
from tests.conftest import CANARY
from tests.faults.common import POOL, client, virtually
from tests.servers import CLOSE, HANG, ScriptedServer, reply

TEMPLATE = "/api/iacp/v3/agent-pools/{agent_pool}"


@attrs.define
class Sdk:
    """An SDK that keeps everything in memory."""

    exporter: InMemorySpanExporter = attrs.field(factory=InMemorySpanExporter)
    reader: InMemoryMetricReader = attrs.field(factory=InMemoryMetricReader)
    tracer_provider: TracerProvider = attrs.field(factory=TracerProvider)
    meter_provider: MeterProvider = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meter_provider = MeterProvider([self.reader])

    def traced(self, scalr: ScalrClient) -> ScalrClient:
        return instrument(
            scalr, tracer_provider=self.tracer_provider, meter_provider=self.meter_provider
        )

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self.exporter.get_finished_spans())

    def of(self, kind: SpanKind) -> list[ReadableSpan]:
        return [span for span in self.spans if span.kind is kind]

    @property
    def calls(self) -> list[ReadableSpan]:
        return self.of(SpanKind.INTERNAL)

    @property
    def attempts(self) -> list[ReadableSpan]:
        return self.of(SpanKind.CLIENT)

    def points(self, name: str) -> list[Any]:
        data = self.reader.get_metrics_data()
        return [
            point
            for resource in ([] if data is None else data.resource_metrics)
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    def count(self, name: str) -> dict[str, float]:
        """Return the sums of a counter, by its only attribute or the method."""
        key = "scalr.reason" if "refusals" not in name else "http.request.method"
        return {str(point.attributes[key]): point.value for point in self.points(name)}


@pytest.fixture
def sdk() -> Iterator[Sdk]:
    made = Sdk()
    yield made
    made.tracer_provider.shutdown()
    made.meter_provider.shutdown()


def parent(span: ReadableSpan) -> int | None:
    return None if span.parent is None else span.parent.span_id


def error_of(span: ReadableSpan) -> Any:
    assert span.attributes is not None
    failed = span.status.status_code is StatusCode.ERROR
    assert failed == ("error.type" in span.attributes)
    assert span.status.description is None
    return span.attributes.get("error.type")


async def test_a_call_is_a_span_with_one_below_it_for_each_attempt(sdk: Sdk) -> None:
    async with ScriptedServer(reply(503), CLOSE, POOL) as server, client(server.url) as scalr:
        with sdk.tracer_provider.get_tracer("program").start_as_current_span("work") as work:
            await sdk.traced(scalr).agent_pools.get("apool-1", include=["workspaces"])
        port = server.port

    (call,) = (span for span in sdk.calls if span.name != "work")
    assert call.name == "Scalr GET /agent-pools/{agent_pool}"
    assert parent(call) == work.get_span_context().span_id
    assert dict(call.attributes or {}) == {
        "url.template": TEMPLATE,
        "scalr.attempts": 3,
        "scalr.outcome": "applied",
    }
    assert [event.name for event in call.events] == ["scalr.retry"] * 2
    assert [(e.attributes or {})["scalr.reason"] for e in call.events] == [
        "503",
        "DisconnectedError",
    ]
    assert {span.name for span in sdk.attempts} == {f"GET {TEMPLATE}"}
    assert {parent(span) for span in sdk.attempts} == {call.context.span_id}
    common = {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": port,
        "url.template": TEMPLATE,
        "url.full": f"http://127.0.0.1:{port}/api/iacp/v3/agent-pools/apool-1",
    }
    assert [dict(span.attributes or {}) for span in sdk.attempts] == [
        common | {"http.response.status_code": 503, "error.type": "503"},
        common | {"http.request.resend_count": 1, "error.type": "DisconnectedError"},
        common | {"http.request.resend_count": 2, "http.response.status_code": 200},
    ]


async def test_each_attempt_goes_out_with_its_own_span(sdk: Sdk) -> None:
    async with ScriptedServer(reply(503), POOL) as server, client(server.url) as scalr:
        await sdk.traced(scalr).agent_pools.get("apool-1")
        await scalr.agent_pools.get("apool-1")

    sent = [request.headers.get("traceparent") for request in server.requests]
    assert sent == [
        *(
            f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-{span.context.trace_flags:02x}"
            for span in sdk.attempts
        ),
        None,
    ]
    assert len(set(sent)) == 3


async def test_the_span_of_a_caller_is_there_again_after_each_call(sdk: Sdk) -> None:
    tracer = sdk.tracer_provider.get_tracer("program")
    async with ScriptedServer(POOL, reply(404)) as server, client(server.url) as scalr:
        with tracer.start_as_current_span("work") as work:
            await sdk.traced(scalr).agent_pools.get("apool-1")
            assert trace.get_current_span() is work
            with pytest.raises(NotFoundError):
                await sdk.traced(scalr).agent_pools.get("apool-1")
            assert trace.get_current_span() is work


@pytest.mark.parametrize(
    ("answer", "method", "error"),
    [
        (reply(204), "DELETE", None),
        (reply(401), "GET", "401"),
        (reply(404), "GET", "404"),
        (reply(409), "POST", "409"),
        (reply(503), "POST", "503"),
        (CLOSE, "POST", "DisconnectedError"),
        (b"SSH-2.0\r\n\r\n", "POST", "ProtocolError"),
        (reply(302, headers={"Location": "/x"}), "GET", "UnexpectedRedirectError"),
    ],
)
async def test_what_failed_is_named_and_an_error(
    sdk: Sdk, answer: Any, method: str, error: str | None
) -> None:
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        caught: BaseException | None = None
        try:
            await sdk.traced(scalr).request(method, "/agent-pools")
        except ScalrError as raised:
            caught = raised

    (attempt,) = sdk.attempts
    (call,) = sdk.calls
    redirected = error == "UnexpectedRedirectError"
    assert error_of(attempt) == (None if redirected else error)
    assert error_of(call) == error
    assert (caught is None) == (error is None)
    assert call.name == f"Scalr {method}"
    assert attempt.name == method
    assert (call.attributes or {})["scalr.attempts"] == 1


async def test_what_never_connected_is_an_attempt_with_an_error(sdk: Sdk) -> None:
    async with client("http://127.0.0.1:9", retry=RetryPolicy(max_attempts=2, base=0.001)) as scalr:
        with pytest.raises(ConnectError):
            await sdk.traced(scalr).agent_pools.get("apool-1")

    assert [error_of(span) for span in sdk.attempts] == ["ConnectError"] * 2
    assert error_of(sdk.calls[0]) == "ConnectError"
    assert (sdk.calls[0].attributes or {})["scalr.outcome"] == "not_sent"


def test_an_attempt_that_the_deadline_ends_says_so(sdk: Sdk) -> None:
    async def main() -> None:
        async with ScriptedServer(HANG) as server, client(server.url) as scalr:
            with pytest.raises(DeadlineExceededError):
                await sdk.traced(scalr).with_options(timeout=5).agent_pools.get("apool-1")

    virtually(main())

    assert [error_of(span) for span in sdk.spans] == ["DeadlineExceededError"] * 2
    (point,) = sdk.points("http.client.request.duration")
    assert point.attributes["error.type"] == "DeadlineExceededError"


async def test_a_call_that_is_cancelled_or_closed_says_so(sdk: Sdk) -> None:
    async with ScriptedServer(HANG) as server:
        async with client(server.url) as scalr:
            pools = sdk.traced(scalr).agent_pools
            tasks = [asyncio.create_task(pools.get("apool-1")) for _ in range(2)]
            while len(server.requests) < 2:
                await asyncio.sleep(0.001)
            tasks[0].cancel()
            with pytest.raises(asyncio.CancelledError):
                await tasks[0]
        with pytest.raises(ClientStateError):
            await tasks[1]

    assert [error_of(span) for span in sdk.spans] == [
        "CancelledError",
        "CancelledError",
        "ClientStateError",
        "ClientStateError",
    ]


async def test_a_token_that_is_not_given_is_the_error_of_the_attempt(sdk: Sdk) -> None:
    def sealed() -> str:
        raise LookupError(CANARY)

    async with client("http://127.0.0.1:9", token=sealed) as scalr:
        with pytest.raises(LookupError):
            await sdk.traced(scalr).agent_pools.get("apool-1")

    assert [error_of(span) for span in sdk.spans] == ["LookupError"] * 2


async def test_pages_of_a_walk_and_items_of_a_bulk_call_are_calls(sdk: Sdk, emu: Emulator) -> None:
    emu.seed(environments=1, workspaces=6, pools=1, agents=1)
    async with client(emu.url) as scalr:
        traced = sdk.traced(scalr)
        pool = await traced.agent_pools.list().first()
        await traced.workspaces.list(page_size=2).collect()
        sdk.exporter.clear()
        with sdk.tracer_provider.get_tracer("program").start_as_current_span("work") as work:
            spaces = [space async for space in traced.workspaces.list(page_size=2)]
            await traced.agent_pools.link_workspaces(pool, spaces)

    names = [span.name for span in sdk.calls if span.name != "work"]
    assert names.count("Scalr GET /workspaces") == 3
    assert names.count("Scalr PATCH /workspaces/{workspace}") == 6
    assert {span.context.trace_id for span in sdk.spans} == {work.get_span_context().trace_id}


async def test_a_download_that_leads_elsewhere_tells_nobody_there(sdk: Sdk) -> None:
    async with ScriptedServer(reply(200, b"state")) as store, ScriptedServer() as server:
        leads = f"http://localhost:{store.port}/blob?signature={CANARY}"
        server.script = (reply(302, headers={"Location": leads}),)
        async with client(server.url) as scalr:
            pieces = [piece async for piece in sdk.traced(scalr).state_versions.download("sv-1")]
            assert b"".join(pieces) == b"state"

    assert "traceparent" in server.requests[0].headers
    assert "traceparent" not in store.requests[0].headers
    first, second = sdk.attempts
    there = dict(second.attributes or {})
    assert error_of(first) is None
    assert there["server.address"] == "localhost"
    assert there["server.port"] == store.port
    assert there["url.full"] == f"http://localhost:{store.port}/blob"
    assert there["http.request.resend_count"] == 1


async def test_security_no_span_and_no_metric_holds_a_secret(sdk: Sdk, emu: Emulator) -> None:
    hush = CANARY[::-1]
    async with client(emu.url, headers={"X-Secret": hush}) as scalr:
        traced = sdk.traced(scalr)
        for call in (
            traced.workspaces.list(name=hush),
            traced.request("GET", "/workspaces", params={"query": hush}),
            traced.request("GET", f"/workspaces?query={hush}"),
            traced.variables.create(key="k", value=hush, category="shell"),
            traced.users.create(email="a@b.c", password=hush),
        ):
            try:
                await call
            except ScalrError:
                continue

    told = "".join(span.to_json() for span in sdk.spans)
    data = sdk.reader.get_metrics_data()
    told += "" if data is None else data.to_json()
    assert len(sdk.attempts) >= 5
    assert "/workspaces" in told
    assert hush not in told
    assert CANARY not in told


async def test_security_a_token_that_a_redirect_echoes_is_in_no_span(sdk: Sdk) -> None:
    async with ScriptedServer(reply(200, b"state")) as store:
        location = {"Location": f"http://localhost:{store.port}/{CANARY}"}
        async with ScriptedServer(reply(302, b"", location)) as server, client(server.url) as scalr:
            await sdk.traced(scalr).state_versions.download("sv-1", to=io.BytesIO())

    _, there = sdk.attempts
    assert there.attributes["url.full"] == f"http://localhost:{store.port}/<redacted>"
    assert CANARY not in "".join(span.to_json() for span in sdk.spans)


async def test_the_duration_of_each_attempt_is_measured_in_the_advised_buckets(sdk: Sdk) -> None:
    async with ScriptedServer(reply(503), POOL) as server, client(server.url) as scalr:
        await sdk.traced(scalr).agent_pools.get("apool-1")

    points = sdk.points("http.client.request.duration")
    common = {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "url.template": TEMPLATE,
    }
    assert [dict(point.attributes) for point in points] == [
        common | {"http.response.status_code": 503, "error.type": "503"},
        common | {"http.response.status_code": 200},
    ]
    for point in points:
        assert point.count == 1
        assert 0 < point.sum < 10
        assert point.explicit_bounds == (
            0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
        )  # fmt: skip


def test_repeats_waits_and_refusals_are_counted(sdk: Sdk) -> None:
    async def main() -> None:
        answers = [reply(429, headers={"Retry-After": "2"}), reply(503), POOL]
        async with ScriptedServer(*answers) as server:
            limits = Limits(requests_per_second=0.5)
            async with client(server.url, limits=limits) as scalr:
                traced = sdk.traced(scalr)
                for _ in range(2):
                    await traced.with_options(timeout=60).agent_pools.get("apool-1")

    virtually(main())

    assert sdk.count("scalr.client.retries") == {"429": 1, "503": 1}
    assert sdk.count("scalr.client.refusals") == {"GET": 1}
    assert sum(sdk.count("scalr.client.waits").values()) >= 2
    assert sum(sdk.count("scalr.client.wait_time").values()) > 3.9
    waits = [event for span in sdk.calls for event in span.events if event.name == "scalr.wait"]
    assert len(waits) == sum(sdk.count("scalr.client.waits").values())


async def test_the_clients_own_hook_is_called_as_well(sdk: Sdk) -> None:
    events: list[Any] = []
    async with ScriptedServer(POOL) as server, client(server.url, events=events) as scalr:
        await sdk.traced(scalr).agent_pools.get("apool-1")
        assert [type(event) for event in events] == [AttemptEvent]
        await sdk.traced(scalr).with_options(on_event=None).agent_pools.get("apool-1")

    assert len(events) == 1
    assert len(sdk.calls) == 2


class Broken(SpanProcessor, Sampler):
    """Fails wherever it is asked."""

    def fail(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("broken")

    on_start = on_end = should_sample = fail

    def get_description(self) -> str:
        return "broken"


def broken(where: str, sdk: Sdk) -> Any:
    provider = TracerProvider(sampler=Broken()) if where == "sampler" else TracerProvider()
    if where == "processor":
        provider.add_span_processor(Broken())
    return provider


@pytest.mark.parametrize("where", ["sampler", "processor", "meter", "span"])
async def test_what_fails_in_tracing_disturbs_no_call(
    where: str, sdk: Sdk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("broken")

    if where == "span":
        monkeypatch.setattr("opentelemetry.sdk.trace._Span.set_attributes", fail)
    if where == "meter":
        monkeypatch.setattr(
            "opentelemetry.sdk.metrics._internal.instrument._Histogram.record", fail
        )
        monkeypatch.setattr("opentelemetry.sdk.metrics._internal.instrument._Counter.add", fail)
    async with ScriptedServer(reply(429), POOL) as server, client(server.url) as scalr:
        traced = instrument(
            scalr, tracer_provider=broken(where, sdk), meter_provider=sdk.meter_provider
        )
        assert (await traced.agent_pools.get("apool-1")).name == "eu"
        assert trace.get_current_span() is trace.INVALID_SPAN

    assert len(server.requests) == 2
    assert {record.message for record in caplog.records if record.levelname == "ERROR"} == {
        "scalr.hook_failed scalr_async"
    }


async def test_what_is_not_sampled_is_passed_on_and_not_recorded() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=ALWAYS_OFF)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    async with ScriptedServer(POOL) as server, client(server.url) as scalr:
        await instrument(scalr, tracer_provider=provider).agent_pools.get("apool-1")

    assert exporter.get_finished_spans() == ()
    assert server.requests[0].headers["traceparent"].endswith("-00") or server.requests[0].headers[
        "traceparent"
    ].endswith("-02")


async def test_without_an_sdk_nothing_is_sent_or_recorded() -> None:
    async with ScriptedServer(POOL) as server, client(server.url) as scalr:
        await instrument(scalr).agent_pools.get("apool-1")

    assert "traceparent" not in server.requests[0].headers


async def test_headers_of_a_hook_go_out_beside_those_of_the_span(sdk: Sdk) -> None:
    async with ScriptedServer(reply(503), POOL) as server, client(server.url) as scalr:
        hooked = scalr.with_options(before_send=lambda _: {"X-Job": "nightly"})
        await sdk.traced(hooked).agent_pools.get("apool-1")
        await sdk.traced(scalr).with_options(dry_run=True).agent_pools.delete("apool-1")

    assert [request.headers["x-job"] for request in server.requests] == ["nightly"] * 2
    assert len({request.headers["traceparent"] for request in server.requests}) == 2
    assert len(sdk.attempts) == 2  # what is only recorded is no attempt


async def test_baggage_stays_at_home(sdk: Sdk) -> None:
    token = context.attach(baggage.set_baggage("customer", CANARY))
    try:
        async with ScriptedServer(POOL) as server, client(server.url) as scalr:
            await sdk.traced(scalr).agent_pools.get("apool-1")
    finally:
        context.detach(token)

    assert "traceparent" in server.requests[0].headers
    assert "baggage" not in server.requests[0].headers


async def test_instrumentations_of_aiohttp_are_told_that_there_is_a_span(sdk: Sdk) -> None:
    key = context._SUPPRESS_HTTP_INSTRUMENTATION_KEY
    seen: list[object] = []

    async def on_start(*_: Any) -> None:
        seen.append(context.get_value(key))

    traces = aiohttp.TraceConfig()
    traces.on_request_start.append(on_start)
    async with ScriptedServer(POOL) as server:
        async with aiohttp.ClientSession(trace_configs=[traces]) as session:
            async with client(server.url, session=session) as scalr:
                await sdk.traced(scalr).agent_pools.get("apool-1")
                await scalr.agent_pools.get("apool-1")

    assert seen == [True, None]


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "scalr_async.opentelemetry")
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'scalr-async.otel.'"):
        importlib.import_module("scalr_async.opentelemetry")


def test_nothing_is_imported_that_was_not_asked_for() -> None:
    script = (
        "import sys, scalr_async, scalr_async.client, scalr_async.resources\n"
        "scalr_async.ScalrClient('acme.scalr.io', 't').agent_pools\n"
        "print([name for name in sys.modules if 'opentelemetry' in name])\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"
