"""Short requests go out at once, without a task; all others as aiohttp sends them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import attrs
import pytest

from scalr_async._wire import Request
from scalr_async.transport import Sender
from scalr_async.transport._aiohttp_request import ShortRequest
from tests.servers import Received, ScriptedServer, reply
from tests.transport.common import DELETE, GET, PATCH, POST, PUT, sending

BARE_POST = Request(method="POST", path="/runs/run-1/actions/apply")
QUERY = attrs.evolve(GET, params=(("page[number]", "2"), ("query", "a b")))
SHORT = attrs.evolve(PATCH, body=b"x" * 32 * 1024)
LONG = attrs.evolve(PATCH, body=b"x" * (32 * 1024 + 1))


async def tasks_of(sender: Sender, request: Request) -> int:
    """Count the tasks that are made for a request on a kept connection."""
    await sender.send(GET)
    made = 0

    def counting(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        nonlocal made
        made += 1
        return asyncio.Task(coroutine, loop=loop, **options)

    loop = asyncio.get_running_loop()
    loop.set_task_factory(counting)
    # aiohttp makes its eager tasks by itself, from Python 3.12 on.
    try:
        await sender.send(request)
    finally:
        loop.set_task_factory(None)
    return made


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
async def test_a_short_request_makes_no_task(request_: Request) -> None:
    async with ScriptedServer() as server, sending(server.url) as sender:
        assert await tasks_of(sender, request_) == 0


@pytest.mark.skipif("sys.version_info >= (3, 12)", reason="the task is made past the factory")
async def test_a_long_one_is_written_in_a_task(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedServer() as server, sending(server.url) as sender:
        assert await tasks_of(sender, LONG) == 1
        monkeypatch.setattr(ShortRequest, "KNOWN", False)
        assert await tasks_of(sender, SHORT) == 1


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
        session = aiohttp.ClientSession(request_class=ShortRequest, trace_configs=[trace])
        async with session, sending(server.url, session=session) as sender:
            await sender.send(POST)

    assert seen == ["12", b'{"data": {}}']


async def test_connections_that_share_a_buffer_do_not_mix() -> None:
    sizes = [10, 64 * 1024, 300_000, 70_000] * 4

    def answer(received: Received) -> Any:
        number = int(received.target.rpartition("=")[2])
        return reply(200, bytes([65 + number]) * sizes[number])

    async with ScriptedServer(answer) as server, sending(server.url) as sender:
        asked = [attrs.evolve(GET, params=(("n", str(n)),)) for n in range(len(sizes))]
        responses = await asyncio.gather(*map(sender.send, asked))

    bodies = [response.body for response in responses]
    assert bodies == [bytes([65 + number]) * size for number, size in enumerate(sizes)]
