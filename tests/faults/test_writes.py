"""Rows 56 to 60, and 63: writes, one and many."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from scalr_async import (
    BulkError,
    ConflictError,
    NotFoundError,
    Ref,
    ScalrClient,
    ServerError,
    UnprocessableEntityError,
    run_bulk,
)
from scalr_async.emulator import Emulator
from tests.faults.common import client, ok, pool, refusal, resource
from tests.servers import CLOSE, Received, ScriptedServer, reply

CONFIRM = {503: ServerError, 409: ConflictError, 404: NotFoundError, 422: UnprocessableEntityError}


async def test_failures_of_some_items_touch_no_other() -> None:
    """500 renames; 35 fail for five reasons, one of them for good after five attempts."""
    statuses = [*CONFIRM, None]
    expected = {n: statuses[n // 14 % 5] for n in range(0, 490, 14)}

    def answer(request: Received) -> Any:
        number = int(request.target.rpartition("-")[2])
        if number not in expected:
            return ok(resource("agent-pools", f"apool-{number}", {"name": "x"}))
        status = expected[number]
        return CLOSE if status is None else refusal(status, {"title": "no", "detail": str(number)})

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        result = await run_bulk(
            [f"apool-{n}" for n in range(500)],
            lambda id_: scalr.agent_pools.update(id_, name="x"),
            concurrency=50,
        )

    assert [outcome.index for outcome in result.outcomes] == list(range(500))
    assert [outcome.input for outcome in result.outcomes] == [f"apool-{n}" for n in range(500)]
    assert {outcome.index for outcome in result.failed} == expected.keys()
    for outcome in result.failed:
        status = expected[outcome.index]
        assert outcome.outcome == ("unknown" if status in {None, 503} else "rejected")
        assert status is None or isinstance(outcome.error, CONFIRM[status])
    assert all(outcome.value.name == "x" for outcome in result.succeeded)
    assert len(server.requests) == 500
    with pytest.raises(BulkError, match="35 of 500") as caught:
        result.raise_for_failures()
    assert isinstance(caught.value, ExceptionGroup)
    notes = [note for error in caught.value.exceptions for note in error.__notes__]
    assert [f"apool-{n}" in note for n, note in zip(expected, notes, strict=True)] == [True] * 35


async def test_a_bulk_call_that_is_cancelled_tells_what_it_did() -> None:
    def answer(request: Received) -> Any:
        id_ = request.target.rpartition("/")[2]
        found = resource("agent-pools", id_, {"name": "x"})
        return ok(found) if int(id_[6:]) < 30 else asyncio.Event().wait()

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        task = asyncio.create_task(
            run_bulk(
                [f"apool-{n}" for n in range(100)],
                lambda id_: scalr.agent_pools.update(id_, name="x"),
                concurrency=10,
            )
        )
        while len(server.requests) < 40:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task

    report = caught.value.report
    assert [outcome.input for outcome in report.outcomes] == [f"apool-{n}" for n in range(30)]
    assert all(outcome.ok for outcome in report.outcomes)
    assert [outcome.index for outcome in report.interrupted] == list(range(30, 40))
    assert {outcome.outcome for outcome in report.interrupted} == {"unknown"}
    assert report.not_started == 60


async def test_a_rename_sends_the_name_and_nothing_else() -> None:
    known = pool(**{"webhook-url": "https://w.example", "is-shared": True})
    linked = {"data": [{"type": "workspaces", "id": "ws-1"}]}
    known["relationships"] = {"workspaces": linked, "environments": {"data": []}}
    async with ScriptedServer(ok(known)) as server, client(server.url) as scalr:
        found = await scalr.agent_pools.get("apool-1")
        await scalr.agent_pools.update(found, name="eu-west")

    assert json.loads(server.requests[-1].body) == {
        "data": {"type": "agent-pools", "id": "apool-1", "attributes": {"name": "eu-west"}}
    }


@pytest.mark.parametrize("via", ["workspace", "pool"])
async def test_two_actors_at_one_pool_lose_no_update(
    emu: Emulator, scalr: ScalrClient, via: Any
) -> None:
    """Each change of the one falls between two requests of the other."""
    estate = emu.seed(environments=1, workspaces=40)
    mine, theirs = estate.workspaces[:20], estate.workspaces[20:]
    made = await scalr.agent_pools.create(name="eu", is_shared=True)
    emu.latency = 0.001
    async with client(emu.url) as other:
        calls = [
            scalr.agent_pools.link_workspaces(made, mine, via=via, concurrency=3),
            other.agent_pools.link_workspaces(made, theirs, concurrency=3),
        ]
        results = await asyncio.gather(*calls)

    lost = [outcome for result in results for outcome in result.failed]
    linked = {
        record.id
        for record in emu.store.all("workspaces")
        if record.relationships.get("agent-pool") == made.id
    }
    if via == "workspace":
        assert not lost
        assert linked == set(estate.workspaces)
    assert set(mine) <= linked | {outcome.input for outcome in lost}


async def test_a_list_that_others_overwrite_is_written_again_and_verified() -> None:
    """A PATCH of the pool's list is undone twice by somebody else; the third one holds."""
    linked: set[str] = {"ws-0"}
    undone = 0

    def answer(request: Received) -> bytes:
        nonlocal undone
        if request.method == "PATCH":
            data = json.loads(request.body)["data"]["relationships"]["workspaces"]["data"]
            linked.clear()
            linked.update(item["id"] for item in data)
        refs = [{"type": "workspaces", "id": id_} for id_ in sorted(linked)]
        if request.method == "PATCH" and undone < 2:
            undone += 1
            linked.difference_update({"ws-1"})
        known = pool()
        known["relationships"] = {"workspaces": {"data": refs}}
        return ok(known)

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        workspaces = ["ws-1", "ws-2"]
        result = await scalr.agent_pools.link_workspaces("apool-1", workspaces, via="pool")

    assert not result.failed
    assert linked == {"ws-0", "ws-1", "ws-2"}
    methods = [request.method for request in server.requests]
    assert methods == ["GET", "PATCH", "GET", "PATCH", "GET", "PATCH", "GET"]


async def test_a_sensitive_value_that_reads_as_blank_is_never_sent_back(
    emu: Emulator, scalr: ScalrClient
) -> None:
    headers = [
        {"name": "Authorization", "value": "s3cret", "sensitive": True},
        {"name": "X-Team", "value": "a", "sensitive": False},
    ]
    made = await scalr.agent_pools.create(
        name="eu", webhook_enabled=True, webhook_url="https://w.example", webhook_headers=headers
    )
    found = await scalr.agent_pools.get(made)
    assert not found.webhook_headers[0].value

    with pytest.raises(UnprocessableEntityError, match=r"webhook_headers\[0\]\.value"):
        await scalr.agent_pools.update(found, webhook_headers=found.webhook_headers)
    await scalr.agent_pools.update(found, name="us")

    sent = json.loads(emu.requests[-2].body)["data"]["attributes"]["webhook-headers"]
    assert "value" not in sent[0]
    assert sent[1]["value"] == "a"
    assert set(json.loads(emu.requests[-1].body)["data"]["attributes"]) == {"name"}
    kept = emu.store.get("agent-pools", made.id).attributes["webhook-headers"]
    assert [header["value"] for header in kept] == ["s3cret", "a"]


async def test_a_blank_that_is_set_explicitly_is_sent() -> None:
    async with ScriptedServer(ok(pool())) as server, client(server.url) as scalr:
        await scalr.agent_pools.update("apool-1", webhook_headers=[{"name": "X", "value": ""}])

    sent = json.loads(server.requests[0].body)["data"]["attributes"]["webhook-headers"]
    assert sent == [{"name": "X", "value": ""}]


@pytest.mark.parametrize("status", ["confirmed", "applying", "applied"])
async def test_a_confirmation_whose_reply_is_lost_is_read_back(status: str) -> None:
    run = ok(resource("runs", "run-1", {"status": status}))
    conflict = refusal(409, {"title": "Conflict", "detail": "Run is not paused"})
    async with ScriptedServer(CLOSE, conflict, run) as server, client(server.url) as scalr:
        await scalr.runs.confirm("run-1")

    assert [request.method for request in server.requests] == ["POST", "POST", "GET"]


@pytest.mark.parametrize("status", ["discarded", "canceled", "errored", "planned", "teleported"])
async def test_one_that_was_not_confirmed_stays_a_conflict(status: str) -> None:
    run = ok(resource("runs", "run-1", {"status": status}))
    conflict = refusal(409, {"title": "Conflict", "detail": "Run is not paused"})
    async with ScriptedServer(CLOSE, conflict, run) as server, client(server.url) as scalr:
        with pytest.raises(ConflictError):
            await scalr.runs.confirm(Ref("runs", "run-1"))

    assert len(server.requests) == 3


async def test_a_conflict_at_once_is_an_error() -> None:
    async with ScriptedServer(refusal(409), reply(202)) as server, client(server.url) as scalr:
        with pytest.raises(ConflictError):
            await scalr.runs.confirm("run-1")

    assert len(server.requests) == 1
