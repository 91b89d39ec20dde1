"""What lies on a kept connection when the next call comes: never an answer, and never a failure.

Each kind of leftover, for each operation, plain and under TLS, on each event loop, on connections
of our own and of a session that was lent; read by the loop meanwhile, and not. Counted at the
server: each request arrives once, on a connection that nothing was left on.
"""

from __future__ import annotations

import asyncio
import json
import select
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import aiohttp
import attrs
import pytest
import trustme
from aiohttp.client_proto import ResponseHandler

from scalr_async import Config, ScalrClient, Timeouts
from scalr_async.config import RetryPolicy
from scalr_async.errors import ConnectError, ProtocolError
from scalr_async.telemetry import AttemptEvent
from scalr_async.transport import open_upload
from scalr_async.transport._aiohttp import connections as lease
from scalr_async.transport._aiohttp.bodies import BytesBody, StreamedBody
from scalr_async.transport._aiohttp.connections import Connection
from tests.certificates import serving
from tests.servers import HANG, Received, ScriptedServer, reply
from tests.transport.blocking import CLOSE_NOTIFY, FIN, RST, BlockingServer, Raw, Steps
from tests.transport.common import GET, POST, PUT, QUICK, sending
from tests.transport.loops import LOOPS, run


def document(type_: str, id_: str, name: str, **relationships: Any) -> bytes:
    data = {"type": type_, "id": id_, "attributes": {"name": name}}
    return json.dumps({"data": data | {"relationships": relationships}}).encode()


STALE = document("agent-pools", "apool-STALE", "stale")
LINK = {"agent-pool": {"data": {"type": "agent-pools", "id": "apool-1"}}}


def answer(received: Received) -> bytes:
    if received.method == "DELETE":
        return reply(204)
    if "/workspaces/" in received.target:
        return reply(200, document("workspaces", received.target.rpartition("/")[2], "w", **LINK))
    status = 201 if received.method == "POST" else 200
    return reply(status, document("agent-pools", "apool-1", "mine"))


KINDS: dict[str, Steps] = {
    "an answer": (reply(200, STALE),),
    "an answer to a create": (reply(201, STALE),),
    "an answer without a body": (reply(204),),
    "two answers": (reply(200, STALE) * 2,),
    "a timeout": (reply(408, b"", {"Connection": "close"}),),
    "a timeout and the end": (reply(408, b"", {"Connection": "close"}), FIN),
    "a refusal": (reply(503, b"", {"Retry-After": "3600"}),),
    "an informational answer": (b"HTTP/1.1 103 Early Hints\r\n\r\n",),
    "half a head": (reply(201, STALE)[:20],),
    "half a body": (reply(201, STALE)[:-20],),
    "junk": (b"\0\1\2 junk \xff",),
    "one byte": (b"H",),
    "an empty line": (b"\r\n",),
    "the end": (FIN,),
    "a reset": (RST,),
    "an answer and a reset": (reply(200, STALE), RST),
}
TLS_KINDS: dict[str, Steps] = {
    "close_notify": (CLOSE_NOTIFY,),
    "close_notify and the end": (CLOSE_NOTIFY, FIN),
    "half a record": (Raw(b"\x17\x03\x03\x01\x00" + b"x" * 50),),
    "what is not TLS": (Raw(reply(408)),),
}
HARMLESS = {"half a head", "half a body", "one byte", "an empty line"}
"""Kinds that aiohttp's own connections, once they have read them, forget before the next request."""
UNSEEN = {"half a record"}
"""Kinds that TLS keeps to itself once the loop has read them."""


async def get(scalr: ScalrClient) -> int:
    assert (await scalr.agent_pools.get("apool-1")).name == "mine"
    return 1


async def create(scalr: ScalrClient) -> int:
    assert (await scalr.agent_pools.create(name="mine")).id == "apool-1"
    return 1


async def create_at_length(scalr: ScalrClient) -> int:
    body = json.dumps({"data": "x" * 100_000}).encode()
    response = await scalr.request("POST", "/agent-pools", body=body)
    assert (response.status, response.attempts) == (201, 1)
    return 1


async def update(scalr: ScalrClient) -> int:
    assert (await scalr.agent_pools.update("apool-1", name="mine")).name == "mine"
    return 1


async def delete(scalr: ScalrClient) -> int:
    await scalr.agent_pools.delete("apool-1")
    return 1


async def link(scalr: ScalrClient) -> int:
    workspaces = [f"ws-{number}" for number in range(4)]
    result = await scalr.agent_pools.link_workspaces("apool-1", workspaces, concurrency=4)
    result.raise_for_failures()
    return len(result.succeeded)


OPERATIONS = (get, create, create_at_length, update, delete, link)
"""The last one lets the loop turn before it has taken its connections."""
Operation = Callable[[ScalrClient], Awaitable[int]]
Trust = tuple[ssl.SSLContext, ssl.SSLContext]


@pytest.fixture(scope="module")
def trust() -> Trust:
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return serving(authority), context


async def after_leftovers(
    kind: str, operations: Sequence[Operation], trust: Trust | None, *, lent: bool, read: bool
) -> None:
    """Do each operation when something was left on every kept connection."""
    serve, verify = trust or (None, None)
    events: list[Any] = []
    with BlockingServer(answer, tls=serve) as server:
        session = aiohttp.ClientSession() if lent else None
        config = Config(
            host=server.url, token="t", ssl=verify, retry=QUICK, timeouts=Timeouts(total=5)
        )
        async with ScalrClient(config=config, session=session, on_event=events.append) as scalr:
            await asyncio.gather(*(scalr.agent_pools.get("apool-1") for _ in range(4)))
            for operation in operations:
                before, left = len(server.requests), server.connections
                events.clear()
                server.leave(*(KINDS | TLS_KINDS)[kind])
                if read:
                    await asyncio.sleep(0.005)

                expected = await operation(scalr)

                asked = server.requests[before:]
                attempts = [event.attempt for event in events if isinstance(event, AttemptEvent)]
                assert len(asked) == expected
                assert attempts == [1] * expected
                avoided = all(request.connection > left for request in asked)
                assert avoided or (lent and kind in HARMLESS), operation
        if session is not None:
            await session.close()


@pytest.mark.unmeasured
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(
    ("kind", "tls"),
    [(kind, False) for kind in KINDS] + [(kind, True) for kind in KINDS | TLS_KINDS],
    ids=lambda value: value if isinstance(value, str) else ("plain", "TLS")[value],
)
def test_what_was_left_on_a_connection_is_no_answer(
    kind: str, tls: bool, loop: str, trust: Trust
) -> None:
    async def main() -> None:
        for lent in (False, True):
            for read in (False, True):
                if kind not in UNSEEN:
                    await after_leftovers(
                        kind, OPERATIONS, trust if tls else None, lent=lent, read=read
                    )
                elif not read:
                    await after_leftovers(kind, OPERATIONS[:-1], trust, lent=lent, read=read)

    run(loop, main())


LONG = attrs.evolve(POST, body=b"x" * 100_000)


class TestBetweenTheLookAndTheFirstByte:
    """aiohttp writes a long body a turn of the loop after it took the connection."""

    @pytest.fixture(params=["own session", "lent session"])
    async def session(self, request: pytest.FixtureRequest) -> Any:
        if request.param == "own session":
            yield None
        else:
            async with aiohttp.ClientSession() as lent:
                yield lent

    @pytest.mark.parametrize("read", [False, True])
    @pytest.mark.parametrize("steps", [(reply(408),), (reply(201, STALE), FIN), (FIN,), (RST,)])
    async def test_a_long_body_goes_over_another_connection(
        self, session: Any, steps: Steps, read: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write, left = BytesBody.write, []
        with BlockingServer(answer) as server:

            async def late(body: BytesBody, writer: Any) -> None:
                if not left:
                    left.append(server.leave(*steps))
                await asyncio.sleep(0.005 if read else 0)
                await write(body, writer)

            async with sending(server.url, session=session) as sender:
                await sender.send(GET)
                monkeypatch.setattr(BytesBody, "write", late)
                response = await sender.send(LONG)

        assert (response.status, response.attempts) == (201, 1)
        assert b"mine" in response.body
        assert [request.connection for request in server.requests] == [1, 2]

    @pytest.mark.parametrize("read", [False, True])
    async def test_an_upload_whose_source_is_slow_was_not_sent(
        self, session: Any, read: bool
    ) -> None:
        with BlockingServer(answer) as server:

            async def slow() -> AsyncIterator[bytes]:
                server.leave(reply(200, STALE))
                await asyncio.sleep(0.005 if read else 0)
                yield b"x"

            async with sending(server.url, session=session) as sender:
                await sender.send(GET)
                async with open_upload(slow()) as source:
                    with pytest.raises(ConnectError) as caught:
                        await sender.send(attrs.evolve(PUT, body=source))

        assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 1)
        assert len(server.requests) == 1

    async def test_an_upload_that_was_not_begun_goes_over_another_connection(
        self, session: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write, left = StreamedBody.write, []
        with BlockingServer(answer) as server:

            async def late(body: StreamedBody, writer: Any) -> None:
                if not left:
                    left.append(server.leave(FIN))
                await write(body, writer)

            async def once() -> AsyncIterator[bytes]:
                yield b"abc"

            monkeypatch.setattr(StreamedBody, "write", late)
            async with sending(server.url, session=session) as sender:
                await sender.send(GET)
                async with open_upload(once()) as source:
                    response = await sender.send(attrs.evolve(PUT, body=source))

        assert (response.status, response.attempts) == (200, 1)
        assert [request.connection for request in server.requests] == [1, 2]


async def test_a_look_that_aiohttp_leaves_out_is_made_up_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is sent on a connection that was handed out unseen; the call is sent once, on another."""
    monkeypatch.setattr(Connection, "is_connected", ResponseHandler.is_connected)
    with BlockingServer(answer) as server:
        async with sending(server.url) as sender:
            await sender.send(GET)
            server.leave(reply(201, STALE))
            response = await sender.send(POST)

    assert b"mine" in response.body
    assert [request.connection for request in server.requests] == [1, 2]


async def test_a_loop_without_poll_is_asked_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(select, "poll")
    with BlockingServer(answer) as server:
        async with sending(server.url) as sender:
            await sender.send(GET)
            await sender.send(GET)
            server.leave(reply(201, STALE))
            response = await sender.send(POST)

    assert b"mine" in response.body
    assert [request.connection for request in server.requests] == [1, 1, 2]


async def test_a_connection_that_cannot_be_looked_at_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lease, "_make_poll", lambda _: None)
    with BlockingServer(answer) as server:
        async with sending(server.url) as sender:
            responses = [await sender.send(POST) for _ in range(3)]

    assert {response.attempts for response in responses} == {1}
    assert [request.connection for request in server.requests] == [1, 2, 3]


async def test_there_is_no_way_to_ask_a_transport_without_a_socket() -> None:
    closed = socket.socket()
    closed.close()

    assert lease._make_poll(None) is None
    assert lease._make_poll(closed) is None


@pytest.mark.parametrize("status", [200, 201, 302, 400, 408, 503])
@pytest.mark.parametrize("lent", [False, True])
async def test_a_server_that_speaks_first_may_refuse_and_nothing_else(
    status: int, lent: bool
) -> None:
    greeting = reply(status, b"hello", {"Connection": "close", "Location": "/x"})
    server = ScriptedServer(HANG, greeting=(greeting, HANG))
    session = aiohttp.ClientSession() if lent else None
    policy = RetryPolicy(max_attempts=1)
    async with server, sending(server.url, session=session, retry=policy) as sender:
        # The greeting has come when the connection is there: both ends are in this loop.
        if status < 400:
            with pytest.raises(ProtocolError, match="before any request") as caught:
                await sender.send(POST)
            assert caught.value.outcome == "unknown"
        else:
            response = await sender.send(POST)
            assert (response.status, response.body) == (status, b"hello")
    if session is not None:
        await session.close()
