"""Webhooks and pool tasks that the emulator sends: signed, again when not taken, and logged.

What receives them here is the verifier of this package: the emulator signs by itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest
from aiohttp import web

from scalr_async import ScalrClient
from scalr_async.emulator import DeliveryScript, Emulator, Record, RunScript
from scalr_async.errors import SignatureError, StaleDeliveryError
from scalr_async.webhooks import (
    Delivery,
    LaunchTask,
    RunEvent,
    TaskVerifier,
    WebhookReceiver,
    WebhookVerifier,
)

from .conftest import ENVIRONMENT

SECRET = "whsec-emulated"
KEY = "known-to-two"


@attrs.define
class Sink:
    """A server that keeps what is sent to it, and answers with the next of `statuses`, then 200."""

    statuses: list[int] = attrs.field(factory=list)
    gate: asyncio.Event = attrs.field(factory=asyncio.Event)
    methods: list[str] = attrs.field(factory=list)
    requests: list[tuple[bytes, Any]] = attrs.field(factory=list)
    url: str = ""

    async def handle(self, request: web.BaseRequest) -> web.Response:
        self.methods.append(request.method)
        self.requests.append((await request.read(), request.headers.copy()))
        await self.gate.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        location = {"Location": self.url} if status == 302 else {}
        return web.Response(status=status, text=f"status {status}", headers=location)

    def verified(self, **options: Any) -> list[Delivery]:
        verifier = WebhookVerifier(SECRET, **options)
        return [verifier.verify(body, headers) for body, headers in self.requests]


@asynccontextmanager
async def serving(handle: Callable[[web.BaseRequest], Any]) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    made = Sink()
    made.gate.set()
    async with serving(made.handle) as made.url:
        yield made


@pytest.fixture
async def scalr(emu: Emulator) -> AsyncIterator[ScalrClient]:
    async with ScalrClient(emu.url, emu.token) as client:
        yield client


@pytest.fixture
def workspace(emu: Emulator) -> Record:
    emu.run_step = math.inf
    emu.delivery_script = DeliveryScript(pause=0.01)
    made = emu.create("workspaces", {"name": "network"}, {"environment": ENVIRONMENT})
    emu.create("configuration-versions", {"source": "vcs"}, {"workspace": made.id})
    return made


def run_in(emu: Emulator, workspace: Record, **attributes: Any) -> Record:
    given = {name.replace("_", "-"): value for name, value in attributes.items()}
    return emu.create("runs", {"auto-apply": True, **given}, {"workspace": workspace.id})


def hook(emu: Emulator, url: str, *events: str, **attributes: Any) -> Record:
    given = {name.replace("_", "-"): value for name, value in attributes.items()}
    return emu.create(
        "webhook-integrations",
        {"name": "bot", "url": url, "secret-key": SECRET, "is-shared": True, **given},
        {"account": "acc-svrcncgh453bi8g", "events": events or ("run:completed",)},
    )


def log(emu: Emulator) -> list[dict[str, Any]]:
    return [record.attributes for record in emu.store.all("webhook-integration-deliveries")]


EVENTS = ("run:completed", "run:errored", "run:needs_attention")


@pytest.mark.parametrize(
    ("status", "script", "attributes", "event"),
    [
        ("applied", {}, {}, "run:completed"),
        ("planned_and_finished", {}, {"is_dry": True}, "run:completed"),
        ("planned_and_finished", {"additions": 0}, {}, "run:completed"),
        ("errored", {"fails": "plan"}, {}, "run:errored"),
        ("errored", {"fails": "apply"}, {}, "run:errored"),
        ("planned", {}, {"auto_apply": False}, "run:needs_attention"),
        ("planned_and_saved", {}, {"save_plan": True}, "run:needs_attention"),
    ],
)
async def test_what_happens_to_a_run_is_told_to_who_subscribed(
    emu: Emulator,
    sink: Sink,
    workspace: Record,
    status: str,
    script: dict[str, Any],
    attributes: dict[str, Any],
    event: str,
) -> None:
    hook(emu, sink.url, *EVENTS)
    emu.run_script = RunScript(**script)
    run = run_in(emu, workspace, message="hello", **attributes)
    emu.advance(run, status)
    await emu.settle_deliveries()

    (delivery,) = sink.verified()
    payload = delivery.payload
    assert isinstance(payload, RunEvent)
    assert (payload.event_name, payload.payload_version) == (event, 1)
    assert (payload.run.id, payload.run.status, payload.run.message) == (run.id, status, "hello")
    assert payload.run.url == f"{emu.url}/runs/{run.id}"
    assert payload.workspace is not None
    assert (payload.workspace.id, payload.workspace.name) == (workspace.id, "network")
    assert payload.environment is not None
    assert payload.environment.id == ENVIRONMENT
    assert payload.run.updated_at is not None
    assert delivery.id.startswith("wd-")


async def test_a_run_is_told_of_as_it_reads(emu: Emulator, sink: Sink, workspace: Record) -> None:
    hook(emu, sink.url, *EVENTS)
    run = run_in(emu, workspace)
    emu.advance(run, "applied")
    await emu.settle_deliveries()
    ((body, _),) = sink.requests
    shown = emu._service.documents.attributes(run)
    told = json.loads(body)["run"]
    names = ("message", "status", "source")
    assert {name: told[name] for name in names} == {name: shown[name] for name in names}
    assert told["source"] == "api"


async def test_who_did_not_subscribe_is_not_told(
    emu: Emulator, sink: Sink, workspace: Record
) -> None:
    hook(emu, sink.url, "run:errored")
    hook(emu, sink.url, enabled=False)
    hook(emu, sink.url, is_shared=False)
    run = run_in(emu, workspace)
    emu.advance(run, "applied")
    await emu.settle_deliveries()

    assert (sink.requests, log(emu)) == ([], [])


async def test_a_webhook_of_the_environment_is_told(
    emu: Emulator, sink: Sink, workspace: Record
) -> None:
    webhook = hook(emu, sink.url, is_shared=False)
    emu.update(webhook, relationships={"environments": (ENVIRONMENT,)})
    emu.advance(run_in(emu, workspace), "applied")
    await emu.settle_deliveries()

    assert len(sink.verified()) == 1


@pytest.mark.parametrize("ended", ["discard", "cancel"])
async def test_who_ends_a_run_is_not_told_of_it(
    emu: Emulator, scalr: ScalrClient, sink: Sink, workspace: Record, ended: str
) -> None:
    hook(emu, sink.url, *EVENTS)
    run = run_in(emu, workspace)
    await getattr(scalr.runs, ended)(run.id)
    await emu.settle_deliveries()

    assert sink.requests == []


async def test_a_run_that_moves_by_itself_is_told_of_though_nobody_looks(
    emu: Emulator, sink: Sink, workspace: Record
) -> None:
    hook(emu, sink.url)
    emu.run_step = 0.001
    run_in(emu, workspace)
    async with asyncio.timeout(60):
        while not sink.requests:
            await asyncio.sleep(0.01)

    assert sink.verified()[0].payload.event_name == "run:completed"


async def test_variables_come_along_and_sensitive_ones_without_their_value(
    emu: Emulator, sink: Sink, workspace: Record
) -> None:
    for key, sensitive in (("region", False), ("password", True)):
        variable = {"key": key, "value": "v", "category": "terraform", "sensitive": sensitive}
        emu.create("vars", variable, {"workspace": workspace.id})
    hook(emu, sink.url)
    emu.advance(run_in(emu, workspace), "applied")
    await emu.settle_deliveries()

    assert sink.verified()[0].payload.variables == [
        {"key": "region", "value": "v", "sensitive": False},
        {"key": "password", "value": "", "sensitive": True},
    ]


async def test_the_signature_is_over_body_and_date(
    emu: Emulator, sink: Sink, workspace: Record
) -> None:
    hook(emu, sink.url)
    for algorithm in ("sha256", "sha1"):
        emu.delivery_script = DeliveryScript(algorithm=algorithm)
        emu.advance(run_in(emu, workspace), "applied")
        await emu.settle_deliveries()
        body, headers = sink.requests[-1]
        signed = body + headers["Date"].encode()
        digest = hmac.new(SECRET.encode(), signed, getattr(hashlib, algorithm)).hexdigest()
        assert headers["X-Signature"] == digest
        assert headers["Content-Type"] == "application/json"


async def test_what_is_taken_is_logged(
    emu: Emulator, scalr: ScalrClient, sink: Sink, workspace: Record
) -> None:
    created = await scalr.webhook_integrations.create(
        name="bot",
        url=sink.url,
        is_shared=True,
        events=["run:completed"],
        headers=[
            {"name": "X-Team", "value": "net", "sensitive": False},
            {"name": "X-Key", "value": "secret-of-the-header", "sensitive": True},
            {"name": "X-None", "value": None},
        ],
    )
    run = run_in(emu, workspace)
    emu.advance(run, "applied")
    await emu.settle_deliveries()

    body, headers = sink.requests[0]
    assert WebhookVerifier(created.secret_key).verify(body, headers).payload.run.id == run.id
    assert (headers["X-Team"], headers["X-Key"]) == ("net", "secret-of-the-header")
    logged = await scalr.webhook_integration_deliveries.list(run=run.id).one()
    assert (logged.status, logged.attempts, logged.response_code) == ("completed", 1, 200)
    assert (logged.response_body, logged.error_message) == ("status 200", None)
    assert logged.id == headers["X-Scalr-Delivery-Id"]
    assert logged.webhook.id == created.id
    assert logged.event.id == "run:completed"
    assert "secret-of-the-header" not in str(log(emu))
    assert (await scalr.webhook_integrations.get(created)).last_triggered_at is not None


async def test_what_is_not_taken_is_sent_again_with_its_id(
    emu: Emulator, sink: Sink, workspace: Record
) -> None:
    hook(emu, sink.url)
    sink.statuses = [500, 302]
    emu.advance(run_in(emu, workspace), "applied")
    await emu.settle_deliveries()

    assert sink.methods == ["POST"] * 3  # a redirect is no answer that was asked for
    assert [delivery.id for delivery in sink.verified()] == [sink.verified()[0].id] * 3
    (logged,) = log(emu)
    assert (logged["status"], logged["attempts"], logged["response-code"]) == ("completed", 3, 200)


@pytest.mark.parametrize("most", [1, 2, 0])
async def test_what_is_never_taken_is_given_up(
    emu: Emulator, sink: Sink, workspace: Record, most: int
) -> None:
    hook(emu, sink.url, max_attempts=most)
    sink.statuses = [503] * 9
    emu.advance(run_in(emu, workspace), "applied")
    await emu.settle_deliveries()

    assert len(sink.requests) == max(1, most)
    (logged,) = log(emu)
    assert (logged["status"], logged["response-code"]) == ("failed", 503)


async def test_who_does_not_answer_is_not_waited_for(
    emu: Emulator, sink: Sink, workspace: Record
) -> None:
    webhook = hook(emu, sink.url, max_attempts=1)
    emu.update(webhook, {"timeout": 0.02})
    sink.gate.clear()
    emu.advance(run_in(emu, workspace), "applied")
    await emu.settle_deliveries()
    sink.gate.set()

    (logged,) = log(emu)
    assert (logged["status"], logged["response-code"]) == ("failed", None)
    assert logged["error-message"] == "No answer within 0.02 seconds."


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1/", "ClientConnectorError"),
        ("http://127.0.0.1:99999/", "Error"),
        ("https://example.com/hook", "delivery_hosts"),
        ("http://169.254.169.254/", "delivery_hosts"),
        ("http://[::1/", "delivery_hosts"),
        ("http://", "delivery_hosts"),
    ],
)
async def test_who_cannot_be_reached_is_logged_and_nobody_outside_is(
    emu: Emulator, workspace: Record, url: str, words: str
) -> None:
    webhook = hook(emu, "http://127.0.0.1/", max_attempts=2)
    emu.update(webhook, {"url": url})
    emu.advance(run_in(emu, workspace), "applied")
    await emu.settle_deliveries()

    (logged,) = log(emu)
    assert (logged["status"], logged["attempts"]) == ("failed", 2)
    assert words in logged["error-message"]


@pytest.mark.parametrize("named", [True, False])
async def test_a_host_is_reached_when_it_is_named(
    emu: Emulator, sink: Sink, workspace: Record, named: bool
) -> None:
    if named:
        emu.delivery_hosts.add("0.0.0.0")
    hook(emu, sink.url.replace("127.0.0.1", "0.0.0.0" if named else "localhost"))
    emu.advance(run_in(emu, workspace), "applied")
    await emu.settle_deliveries()

    assert len(sink.verified()) == 1


class TestGoingWrong:
    async def test_twice(self, emu: Emulator, sink: Sink, workspace: Record) -> None:
        hook(emu, sink.url)
        emu.delivery_script = DeliveryScript(copies=2)
        emu.advance(run_in(emu, workspace), "applied")
        await emu.settle_deliveries()

        first, second = sink.verified()
        assert (first.id, first.fingerprint) == (second.id, second.fingerprint)

    async def test_late(self, emu: Emulator, sink: Sink, workspace: Record) -> None:
        hook(emu, sink.url)
        emu.delivery_script = DeliveryScript(age=400)
        emu.advance(run_in(emu, workspace), "applied")
        await emu.settle_deliveries()

        with pytest.raises(StaleDeliveryError):
            sink.verified()
        assert len(sink.verified(tolerance=500)) == 1

    @pytest.mark.parametrize("what", ["body", "date", "signature", "unsigned"])
    async def test_tampered(self, emu: Emulator, sink: Sink, workspace: Record, what: Any) -> None:
        hook(emu, sink.url)
        emu.delivery_script = DeliveryScript(tampered=what)
        emu.advance(run_in(emu, workspace), "applied")
        await emu.settle_deliveries()

        assert len(sink.requests) == 1
        with pytest.raises(SignatureError):
            sink.verified()

    async def test_out_of_order(self, emu: Emulator, sink: Sink, workspace: Record) -> None:
        hook(emu, sink.url)
        emu.delivery_script = DeliveryScript(hold=3)
        runs = []
        for _ in range(2):
            runs.append(run_in(emu, workspace))
            emu.advance(runs[-1], "applied")
        await asyncio.sleep(0.05)
        assert sink.requests == []
        runs.append(run_in(emu, workspace))
        emu.advance(runs[-1], "applied")
        async with asyncio.timeout(60):
            while len(sink.requests) < 3:
                await asyncio.sleep(0.01)

        assert [d.payload.run.id for d in sink.verified()] == [run.id for run in reversed(runs)]

    async def test_what_is_held_is_sent_when_that_is_waited_for(
        self, emu: Emulator, sink: Sink, workspace: Record
    ) -> None:
        hook(emu, sink.url)
        emu.delivery_script = DeliveryScript(hold=3)
        emu.advance(run_in(emu, workspace), "applied")
        await emu.settle_deliveries()
        assert len(sink.requests) == 1

    async def test_a_reset_forgets_it(self, emu: Emulator, sink: Sink, workspace: Record) -> None:
        hook(emu, sink.url)
        emu.delivery_script = DeliveryScript(hold=3)
        emu.advance(run_in(emu, workspace), "applied")
        await asyncio.sleep(0.05)
        emu.reset()
        await emu.settle_deliveries()

        assert (sink.requests, emu.delivery_script) == ([], DeliveryScript())

    async def test_what_is_on_its_way_over_a_reset_is_not_logged_in_the_new_account(
        self, emu: Emulator, sink: Sink, workspace: Record
    ) -> None:
        hook(emu, sink.url)
        sink.gate.clear()
        emu.advance(run_in(emu, workspace), "applied")
        async with asyncio.timeout(60):
            while not sink.requests:
                await asyncio.sleep(0.01)
        emu.reset()
        sink.gate.set()
        await emu.settle_deliveries()
        assert log(emu) == []

    async def test_what_went_with_its_webhook_is_not_logged(
        self, emu: Emulator, sink: Sink, workspace: Record
    ) -> None:
        webhook = hook(emu, sink.url)
        sink.gate.clear()
        emu.advance(run_in(emu, workspace), "applied")
        async with asyncio.timeout(60):
            while not sink.requests:
                await asyncio.sleep(0.01)
        emu.delete(webhook)
        sink.gate.set()
        await emu.settle_deliveries()
        assert log(emu) == []

    async def test_stopping_ends_what_is_on_its_way(self, sink: Sink) -> None:
        sink.gate.clear()
        async with Emulator() as emu:
            emu.run_step = math.inf
            made = emu.create("workspaces", {"name": "network"}, {"environment": ENVIRONMENT})
            emu.create("configuration-versions", {"source": "vcs"}, {"workspace": made.id})
            hook(emu, sink.url)
            emu.advance(run_in(emu, made), "applied")
            async with asyncio.timeout(60):
                while not sink.requests:
                    await asyncio.sleep(0.01)
        assert log(emu)[0]["status"] == "pending"


class TestPools:
    @pytest.fixture
    def pool(self, emu: Emulator, sink: Sink, workspace: Record) -> Record:
        pool = emu.create(
            "agent-pools",
            {
                "name": "serverless",
                "webhook-enabled": True,
                "webhook-url": sink.url,
                "webhook-headers": [{"name": "X-Launch-Key", "value": KEY, "sensitive": True}],
            },
        )
        emu.update(workspace, relationships={"agent-pool": pool.id})
        return pool

    async def test_a_serverless_pool_is_told_what_waits_for_an_agent(
        self, emu: Emulator, sink: Sink, workspace: Record, pool: Record
    ) -> None:
        run = run_in(emu, workspace)
        emu.advance(run, "applied")
        await emu.settle_deliveries()

        verifier = TaskVerifier("X-Launch-Key", KEY)
        tasks = [verifier.verify(body, headers).payload for body, headers in sink.requests]
        assert {task.action for task in tasks} == {"plan", "apply"}
        for task in tasks:
            assert isinstance(task, LaunchTask)
            assert (task.run_id, task.workspace_id) == (run.id, workspace.id)
            assert task.environment_id == ENVIRONMENT
            assert task.created_at is not None
        assert "X-Signature" not in sink.requests[0][1]

    async def test_a_task_that_is_not_taken_is_sent_again_with_its_key(
        self, emu: Emulator, sink: Sink, workspace: Record, pool: Record
    ) -> None:
        sink.statuses = [500] * 9
        emu.advance(run_in(emu, workspace), "plan_queued")
        await emu.settle_deliveries()

        keys = [headers["Idempotency-Key"] for _, headers in sink.requests]
        assert len(keys) == 3
        assert len(set(keys)) == 1

    @pytest.mark.parametrize("changes", [{"webhook-enabled": False}, {"webhook-url": None}])
    async def test_a_pool_without_a_webhook_is_not_told(
        self, emu: Emulator, sink: Sink, workspace: Record, pool: Record, changes: dict[str, Any]
    ) -> None:
        emu.update(pool, changes)
        emu.advance(run_in(emu, workspace), "applied")
        await emu.settle_deliveries()
        assert sink.requests == []

    async def test_a_workspace_without_a_pool_asks_nobody(
        self, emu: Emulator, sink: Sink, workspace: Record, pool: Record
    ) -> None:
        emu.update(workspace, relationships={"agent-pool": None})
        emu.advance(run_in(emu, workspace), "applied")
        await emu.settle_deliveries()
        assert sink.requests == []


async def test_a_bot_works_each_delivery_once_whatever_goes_wrong_on_the_way(
    emu: Emulator, workspace: Record
) -> None:
    worked: list[str] = []
    failing = iter([True, False, True])

    async def work(delivery: Delivery) -> None:
        if next(failing, False):
            raise RuntimeError("the bot broke")
        worked.append(delivery.payload.run.id)

    receiver = WebhookReceiver(WebhookVerifier(SECRET), work)

    async def handle(request: web.BaseRequest) -> web.Response:
        reply = await receiver.answer(request.headers, request.content.iter_any())
        return web.Response(status=reply.status, text=reply.text)

    runs = []
    async with receiver, serving(handle) as url:
        hook(emu, url)
        for script in (
            DeliveryScript(copies=3, pause=0.01),
            DeliveryScript(hold=4, pause=0.01),
            DeliveryScript(algorithm="sha1"),
        ):
            emu.delivery_script = script
            for _ in range(5):
                runs.append(run_in(emu, workspace).id)
                emu.advance(runs[-1], "applied")
            await emu.settle_deliveries()
        for script in (DeliveryScript(tampered="body", pause=0), DeliveryScript(age=999, pause=0)):
            emu.delivery_script = script
            emu.advance(run_in(emu, workspace), "applied")
            await emu.settle_deliveries()

    assert sorted(worked) == sorted(runs)
    statuses = [each["status"] for each in log(emu)]
    assert statuses == ["completed"] * 15 + ["failed"] * 2
    assert {each["response-code"] for each in log(emu)[15:]} == {401}
