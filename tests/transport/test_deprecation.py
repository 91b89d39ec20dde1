"""Announcements that an operation will go: told once of each."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from scalr_async.telemetry import DeprecationEvent
from tests.faults.common import client, ok, resource
from tests.servers import Received, ScriptedServer, reply
from tests.transport.common import GET, POST, sending

SUNSET = "Sat, 31 Jul 2027 23:59:59 GMT"


def told(events: list[Any]) -> list[DeprecationEvent]:
    return [event for event in events if isinstance(event, DeprecationEvent)]


async def test_an_operation_is_told_of_once_whatever_it_is_asked_for() -> None:
    events: list[Any] = []
    headers = {"Deprecation": "@1782864000", "Sunset": SUNSET}
    announced = "".join(f"\r\n{name}: {value}" for name, value in headers.items()) + "\r\n"

    def answer(request: Received) -> bytes:
        found = resource("agent-pools", request.target.rpartition("/")[2], {"name": "eu"})
        return ok(found).replace(b"\r\n", announced.encode(), 1)

    async with ScriptedServer(answer) as server, client(server.url, events=events) as scalr:
        for id_ in ("apool-1", "apool-2"):
            await scalr.agent_pools.get(id_)
        await scalr.with_options(timeout=5).agent_pools.get("apool-3")
        await scalr.agent_pools.update("apool-1", name="x")

    path = "/agent-pools/{agent_pool}"
    expected = {"deprecation": headers["Deprecation"], "sunset": SUNSET}
    assert told(events) == [
        DeprecationEvent(method=method, path=path, **expected) for method in ("GET", "PATCH")
    ]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [("Deprecation", "@1", "@1"), ("sunset", SUNSET, SUNSET), ("Sunset", "x" * 300, "x" * 97 + "...")],
)  # fmt: skip
async def test_one_field_is_enough_and_is_cut_short(field: str, value: str, shown: str) -> None:
    events: list[Any] = []
    async with ScriptedServer(reply(404, b"{}", {field: value})) as server:
        async with sending(server.url, events=events) as sender:
            for _ in range(2):
                await sender.send(GET)
            await sender.send(POST)

    first, second = told(events)
    assert getattr(first, field.lower()) == shown
    assert (first.method, first.path, second.method) == ("GET", "/agent-pools", "POST")


async def test_paths_of_ones_own_are_remembered_to_a_bound() -> None:
    events: list[Any] = []
    async with ScriptedServer(reply(200, b"{}", {"Deprecation": "@1"})) as server:
        async with sending(server.url, events=events) as sender:
            for number in range(1005):
                await sender.send(attrs.evolve(GET, path=f"/things/{number}"))

    assert len(told(events)) == 1000


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/agent-pools", "/agent-pools"),
        ("GET", "/agent-pools/apool-{n}", "/agent-pools/{agent_pool}"),
        ("POST", "/runs/run-{n}/actions/apply", "/runs/{run}/actions/apply"),
        ("DELETE", "/workspaces/ws-{n}/relationships/tags", "/workspaces/{workspace}/relationships/tags"),
    ],
)  # fmt: skip
async def test_of_a_path_of_ones_own_the_operation_is_found(
    method: str, path: str, operation: str
) -> None:
    events: list[Any] = []
    async with ScriptedServer(reply(200, b"{}", {"Deprecation": "@1"})) as server:
        async with client(server.url, events=events) as scalr:
            for number in range(3):
                await scalr.request(method, path.format(n=number))

    assert [(event.method, event.path) for event in told(events)] == [(method, operation)]


async def test_a_path_that_nobody_knows_is_told_as_it_is() -> None:
    events: list[Any] = []
    async with ScriptedServer(reply(200, b"{}", {"Deprecation": "@1"})) as server:
        async with client(server.url, events=events) as scalr:
            await scalr.request("GET", "/agent-pools/apool-1/unheard-of")
            await scalr.request("PUT", "/agent-pools")

    assert [event.path for event in told(events)] == [
        "/agent-pools/apool-1/unheard-of",
        "/agent-pools",
    ]
