"""A launcher behind uvicorn, between the emulator's pool and an API of Kubernetes."""

from __future__ import annotations

import math
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import pytest
import trustme
from aiohttp import web

from scalr_async.emulator import DeliveryScript, Emulator, Record
from tests.conftest import CANARY
from tests.examples.conftest import ACCOUNT, Load, on_aiohttp, on_uvicorn, run_in, workspace

KEY = "X-Launch-Key"


@attrs.define
class Kubernetes:
    """The part of its API that creates Jobs; answers with the next of `statuses` first."""

    jobs: dict[str, Any] = attrs.field(factory=dict)
    statuses: list[int] = attrs.field(factory=list)
    asked: list[str | None] = attrs.field(factory=list)

    async def create(self, request: web.Request) -> web.Response:
        self.asked.append(request.headers.get("Authorization"))
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        job = await request.json()
        name = job["metadata"]["name"]
        if name in self.jobs:
            return web.json_response({"reason": "AlreadyExists"}, status=409)
        self.jobs[name] = job
        return web.json_response(job, status=201)


@pytest.fixture
async def kubernetes(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Kubernetes]:
    (tmp_path / "token").write_text("of-the-pod\n")
    (tmp_path / "namespace").write_text("agents")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.crt"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    made, app = Kubernetes(), web.Application()
    app.router.add_post("/apis/batch/v1/namespaces/agents/jobs", made.create)
    async with on_aiohttp(app, ssl_context=context) as url:
        monkeypatch.setenv("KUBERNETES_URL", url)
        monkeypatch.setenv("ACCOUNT", str(tmp_path))
        monkeypatch.setenv("LAUNCH_KEY", CANARY)
        yield made


@pytest.fixture
async def url(kubernetes: Kubernetes, load: Load) -> AsyncIterator[str]:
    async with on_uvicorn(load("serverless_launcher").app) as url:
        yield url


@pytest.fixture
def network(emu: Emulator, url: str) -> Record:
    """A workspace on a serverless pool that calls the launcher."""
    emu.run_step = math.inf
    header = {"name": KEY, "value": CANARY, "sensitive": True}
    hook = {"webhook-enabled": True, "webhook-url": url, "webhook-headers": [header]}
    pool = emu.create("agent-pools", {"name": "serverless", **hook}, {"account": ACCOUNT})
    return workspace(emu, "network", agent_pool=pool.id)


async def test_a_task_becomes_a_job_with_one_agent(
    emu: Emulator, kubernetes: Kubernetes, network: Record
) -> None:
    run = run_in(emu, network)
    emu.advance(run, "plan_queued")
    await emu.settle_deliveries()

    [(name, job)] = kubernetes.jobs.items()
    assert name.startswith("scalr-atask-")
    assert job["metadata"]["annotations"] == {"scalr/run": run.id, "scalr/action": "plan"}
    [agent] = job["spec"]["template"]["spec"]["containers"]
    assert agent["image"] == "scalr/agent:latest"
    assert kubernetes.asked == ["Bearer of-the-pod"]


async def test_a_plan_and_an_apply_have_an_agent_each(
    emu: Emulator, kubernetes: Kubernetes, network: Record
) -> None:
    run = run_in(emu, network, **{"auto-apply": True})
    emu.advance(run, "apply_queued")
    await emu.settle_deliveries()

    actions = [job["metadata"]["annotations"]["scalr/action"] for job in kubernetes.jobs.values()]
    assert sorted(actions) == ["apply", "plan"]


async def test_a_task_that_comes_three_times_is_launched_once(
    emu: Emulator, kubernetes: Kubernetes, network: Record
) -> None:
    emu.delivery_script = DeliveryScript(copies=3)
    emu.advance(run_in(emu, network), "plan_queued")
    await emu.settle_deliveries()

    assert len(kubernetes.asked) == 1


async def test_a_task_that_kubernetes_did_not_take_comes_again(
    emu: Emulator, kubernetes: Kubernetes, network: Record
) -> None:
    kubernetes.statuses = [503, 500]
    emu.advance(run_in(emu, network), "plan_queued")
    await emu.settle_deliveries()

    assert len(kubernetes.asked) == 3
    assert len(kubernetes.jobs) == 1


def task(id: str) -> dict[str, Any]:
    return {"task_id": id, "action": "plan", "run_id": "run-1"}


async def test_a_task_is_accepted_when_its_job_is_there_already(
    kubernetes: Kubernetes, url: str, http: aiohttp.ClientSession
) -> None:
    kubernetes.jobs["scalr-atask-1"] = {}  # of a launcher that died before it could note it

    headers = {KEY: CANARY, "Idempotency-Key": "atask-1"}
    async with http.post(url, json=task("atask-1"), headers=headers) as answer:
        assert answer.status == 200

    assert kubernetes.jobs == {"scalr-atask-1": {}}


async def test_a_task_that_was_launched_before_a_restart_is_known(
    kubernetes: Kubernetes, load: Load, http: aiohttp.ClientSession
) -> None:
    headers = {KEY: CANARY, "Idempotency-Key": "atask-1"}
    for _ in range(2):
        async with on_uvicorn(load("serverless_launcher").app) as url:
            async with http.post(url, json=task("atask-1"), headers=headers) as answer:
                assert answer.status == 200

    assert len(kubernetes.asked) == 1


async def test_what_the_pool_did_not_send_launches_nothing(
    kubernetes: Kubernetes, url: str, http: aiohttp.ClientSession
) -> None:
    forged = [({}, 401), ({KEY: "guessed"}, 401), ({KEY: CANARY, "Idempotency-Key": "other"}, 400)]
    for headers, status in forged:
        sent = {"Idempotency-Key": "atask-1", **headers}
        async with http.post(url, json=task("atask-1"), headers=sent) as answer:
            assert answer.status == status

    assert kubernetes.asked == []
