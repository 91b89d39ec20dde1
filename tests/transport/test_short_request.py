"""Short requests go out at once, without a task; all others as aiohttp sends them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import attrs
import pytest
from aiohttp.connector import Connection
from aiohttp.http import StreamWriter

from scalr_async._http import Request
from scalr_async.transport._aiohttp.connector import ShortRequest
from tests.servers import Received, ScriptedServer
from tests.transport.common import DELETE, GET, PATCH, POST, PUT, sending

BARE_POST = Request(method="POST", path="/runs/run-1/actions/apply")
QUERY = attrs.evolve(GET, params=(("page[number]", "2"), ("query", "a b")))
SHORT = attrs.evolve(PATCH, body=b"x" * 32 * 1024)
LONG = attrs.evolve(PATCH, body=b"x" * (32 * 1024 + 1))


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods of requests that went aiohttp's way."""
    seen: list[str] = []
    send = aiohttp.ClientRequest.send

    async def noted(request: aiohttp.ClientRequest, conn: Connection) -> aiohttp.ClientResponse:
        seen.append(request.method)
        return await send(request, conn)

    monkeypatch.setattr(aiohttp.ClientRequest, "send", noted)
    return seen


def shown(received: Received) -> tuple[object, ...]:
    headers = {name: value for name, value in received.headers.items() if name != "host"}
    return (received.method, received.target, headers, received.body)


@pytest.mark.parametrize(
    "request_", [GET, QUERY, POST, BARE_POST, PATCH, PUT, DELETE, SHORT, LONG], ids=str
)
async def test_it_says_what_it_says_in_aiohttps_way(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = []
    for known in (True, False):
        monkeypatch.setattr(ShortRequest, "KNOWN", known)
        async with ScriptedServer() as server, sending(server.url) as sender:
            response = await sender.send(request_)
        assert response.body == b"{}"
        came.append([shown(received) for received in server.requests])

    assert came[0] == came[1]
    assert len(came[0]) == 1


@pytest.mark.parametrize("request_", [GET, POST, BARE_POST, DELETE, SHORT], ids=str)
async def test_a_short_request_goes_our_way(request_: Request, ordinary: list[str]) -> None:
    async with ScriptedServer() as server, sending(server.url) as sender:
        await sender.send(request_)

    assert len(server.requests) == 1
    assert ordinary == []


async def test_others_go_aiohttps_way(ordinary: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedServer() as server, sending(server.url) as sender:
        await sender.send(LONG)
        monkeypatch.setattr(ShortRequest, "KNOWN", False)
        await sender.send(GET)

    assert ordinary == ["PATCH", "GET"]


@pytest.fixture
def congested(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """No wait for a peer to take what was written comes to an end; set when there is one."""
    waiting = asyncio.Event()

    async def drain(_writer: StreamWriter) -> None:
        waiting.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(StreamWriter, "drain", drain)
    return waiting


async def test_a_short_request_waits_for_no_slow_peer(congested: asyncio.Event) -> None:
    filler = {f"X-Filler-{number}": "x" * 4000 for number in range(10)}
    async with ScriptedServer() as server, sending(server.url, headers=filler) as sender:
        response = await sender.send(SHORT)

    assert response.status == 200
    assert not congested.is_set()


async def test_a_long_one_that_waits_counts_as_sent(congested: asyncio.Event) -> None:
    async with ScriptedServer() as server, sending(server.url) as sender:
        send = asyncio.create_task(sender.send(LONG))
        await congested.wait()
        (scope,) = sender._shared.timers._scopes
        send.cancel()
        await asyncio.wait([send])

    assert scope._progress.sent
    assert scope._progress.phase == "send"


def test_this_aiohttp_is_one_we_know() -> None:
    assert ShortRequest.KNOWN


async def test_traces_see_all_of_it() -> None:
    seen: list[bytes | str] = []
    trace = aiohttp.TraceConfig()

    async def chunk(_session: object, _context: object, sent: Any) -> None:
        seen.append(bytes(sent.chunk))

    async def head(_session: object, _context: object, sent: Any) -> None:
        seen.append(sent.headers["Content-Length"])

    trace.on_request_chunk_sent.append(chunk)
    trace.on_request_headers_sent.append(head)
    async with ScriptedServer() as server:
        session = aiohttp.ClientSession(trace_configs=[trace])
        async with session, sending(server.url, session=session) as sender:
            await sender.send(POST)

    assert seen == ["12", b'{"data": {}}']
