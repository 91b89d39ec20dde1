"""Connections that end at the wrong moment, counted on the server's side."""

from __future__ import annotations

import asyncio
import mmap
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from scalr_async._http import Request
from scalr_async.config import RetryPolicy, Timeouts
from scalr_async.errors import (
    DeadlineExceededError,
    DisconnectedError,
    PayloadError,
    ProtocolError,
    ScalrError,
    TransportError,
)
from scalr_async.telemetry import AttemptEvent
from scalr_async.transport._aiohttp.connections import BufferedHandler
from tests.servers import CLOSE, HANG, RESET, Pause, ScriptedServer, reply
from tests.transport.common import DELETE, GET, PATCH, POST, PUT, marked, sending

OK = reply(200, b"{}")


@pytest.fixture(params=["own session", "session of the caller"])
async def session(request: pytest.FixtureRequest) -> AsyncIterator[aiohttp.ClientSession | None]:
    if request.param == "own session":
        yield None
    else:
        async with aiohttp.ClientSession() as borrowed:
            yield borrowed


@pytest.mark.parametrize("end", [CLOSE, RESET])
class TestLostAnswer:
    """The second request on a kept connection gets no byte of an answer."""

    async def test_a_get_on_a_dead_kept_connection_is_sent_again_by_us(
        self, end: Any, session: Any
    ) -> None:
        events: list[Any] = []
        async with ScriptedServer(OK, end, OK) as server:
            async with sending(server.url, session=session, events=events) as sender:
                await sender.send(GET)
                response = await sender.send(GET)

        assert [r.connection for r in server.requests] == [1, 1, 2]
        assert response.attempts == 2
        assert [e.attempt for e in events if isinstance(e, AttemptEvent)] == [1, 1, 2]

    @pytest.mark.parametrize("request_", [POST, PATCH, PUT, DELETE], ids=lambda r: r.method)
    async def test_a_write_on_a_dead_kept_connection_is_sent_once(
        self, end: Any, session: Any, request_: Request
    ) -> None:
        async with ScriptedServer(OK, end, OK) as server:
            async with sending(server.url, session=session) as sender:
                await sender.send(GET)
                with pytest.raises(DisconnectedError) as caught:
                    await sender.send(request_)

        assert len(server.requests) == 2
        assert (caught.value.attempts, caught.value.outcome) == (1, "unknown")

    @pytest.mark.parametrize("request_", [POST, PATCH, PUT, DELETE], ids=lambda r: r.method)
    async def test_a_write_declared_safe_is_sent_again(
        self, end: Any, session: Any, request_: Request
    ) -> None:
        async with ScriptedServer(OK, end, OK) as server:
            async with sending(server.url, session=session) as sender:
                await sender.send(GET)
                response = await sender.send(marked(request_))

        assert [r.method for r in server.requests] == ["GET", request_.method, request_.method]
        assert server.requests[1].body == server.requests[2].body == (request_.body or b"")
        assert response.attempts == 2

    async def test_a_get_that_never_succeeds_is_sent_as_often_as_the_policy_says(
        self, end: Any, session: Any
    ) -> None:
        async with ScriptedServer(end) as server:
            async with sending(server.url, session=session) as sender:
                with pytest.raises(DisconnectedError) as caught:
                    await sender.send(GET)

        assert len(server.requests) == caught.value.attempts == 5


class TestNothingSent:
    async def test_a_server_that_comes_up_meanwhile_is_reached(self, unused_port: int) -> None:
        server = ScriptedServer(OK)
        server.port = unused_port
        policy = RetryPolicy(max_attempts=50, base=0.01, cap=0.02)
        async with sending(f"http://127.0.0.1:{unused_port}", retry=policy) as sender:
            call = asyncio.ensure_future(sender.send(POST))
            await asyncio.sleep(0.02)
            async with server:
                response = await call

        assert response.attempts > 1
        assert len(server.requests) == 1

    async def test_a_connection_that_takes_too_long(self) -> None:
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            fillers = [socket.socket() for _ in range(4)]
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(full.getsockname())
            try:
                async with sending(
                    f"http://127.0.0.1:{full.getsockname()[1]}",
                    timeouts=Timeouts(connect=0.02),
                    retry=RetryPolicy(max_attempts=2, base=0.001),
                ) as sender:
                    with pytest.raises(
                        DeadlineExceededError, match=r"no connection for 0.02 s"
                    ) as caught:
                        await sender.send(POST)
            finally:
                for filler in fillers:
                    filler.close()

        error = caught.value
        assert (error.phase, error.attempts, error.outcome) == ("connect", 2, "not_sent")

    @pytest.mark.parametrize("request_", [GET, POST, PATCH, PUT, DELETE], ids=lambda r: r.method)
    async def test_a_kept_connection_that_is_going_away_takes_nothing_along(
        self, request_: Request
    ) -> None:
        """aiohttp still takes it for connected: nothing is sent on it, and no attempt is spent."""
        async with ScriptedServer(OK) as server:
            async with aiohttp.ClientSession() as session:
                async with sending(server.url, session=session) as sender:
                    await sender.send(GET)
                    ((connections),) = session.connector._conns.values()
                    protocol = connections[0][0]
                    protocol.is_connected = lambda: True
                    protocol.transport.close()
                    response = await sender.send(request_)

        assert response.attempts == 1
        assert [r.method for r in server.requests] == ["GET", request_.method]


class TestCutAnswers:
    async def test_a_reset_in_the_body(self) -> None:
        cut = (
            reply(201, headers={"Content-Length": "100"}, length=False) + b"1",
            Pause(0.01),
            RESET,
        )
        async with ScriptedServer(cut) as server, sending(server.url) as sender:
            with pytest.raises(PayloadError) as caught:
                await sender.send(POST)

        assert caught.value.outcome == "applied"

    async def test_a_cut_error_keeps_its_status(self) -> None:
        cut = (reply(422, headers={"Content-Length": "100"}, length=False) + b'{"err', CLOSE)
        async with ScriptedServer(cut) as server, sending(server.url) as sender:
            response = await sender.send(POST)

        assert (response.status, response.body) == (422, b'{"err')


async def broken_later(server: ScriptedServer, session: aiohttp.ClientSession | None) -> ScalrError:
    server.script = (
        (
            reply(201, headers={"Transfer-Encoding": "chunked"}, length=False) + b"5\r\nhello\r\n",
            Pause(0.01),
            b"zz\r\nhello\r\n",
            HANG,
        ),
    )
    async with server, sending(server.url, session=session) as sender:
        with pytest.raises(TransportError) as caught:
            await sender.send(POST)
    return caught.value


async def test_chunks_that_break_later_are_a_typed_error() -> None:
    """aiohttp alone would wait for the rest of this body for ever."""
    error = await broken_later(ScriptedServer(), None)

    assert (type(error), error.outcome) == (ProtocolError, "applied")


async def test_chunks_that_break_later_are_seen_on_a_session_of_the_caller_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scalr_async.transport._sender._CHECK_INTERVAL", 0.005)
    async with aiohttp.ClientSession() as session:
        error = await broken_later(ScriptedServer(), session)

    assert (type(error), error.outcome) == (PayloadError, "applied")


async def test_a_complete_answer_counts_whatever_comes_behind_it(session: Any) -> None:
    """A session of the caller throws away an answer with junk in the same piece."""
    async with ScriptedServer(reply(200, b"a") + b"junk", reply(200, b"b")) as server:
        async with sending(server.url, session=session) as sender:
            response = await sender.send(GET)

    expected = (b"a", 1) if session is None else (b"b", 2)
    assert (response.body, server.connections) == expected


async def test_after_a_lost_connection_a_new_one_is_made(session: Any) -> None:
    """Kept connections may all be dead: a repeat does not try the next of them."""
    kept = (Pause(0.005), OK)
    async with ScriptedServer(kept, kept, kept, RESET, OK) as server:
        async with sending(server.url, session=session) as sender:
            await asyncio.gather(*(sender.send(GET) for _ in range(3)))
            response = await sender.send(GET)
            again = await sender.send(GET)

    assert (response.attempts, again.attempts) == (2, 1)
    connections = [request.connection for request in server.requests]
    assert (connections[4] == 4) is (session is None)
    assert connections[5] in {1, 2, 3}


class TestOneAnswerForEachRequest:
    """What nobody asked for is no answer, and ends the connection."""

    async def test_an_answer_that_comes_while_idle_is_not_that_of_the_next_request(self) -> None:
        """Balancers send a 408 before they close an idle connection."""
        first = (OK, Pause(0.005), reply(408, b"too late"), HANG)
        async with ScriptedServer(first, reply(200, b"mine")) as server:
            async with sending(server.url) as sender:
                await sender.send(POST)
                await asyncio.sleep(0.02)
                response = await sender.send(POST)

        assert (response.status, response.body, response.attempts) == (200, b"mine", 1)
        assert [r.connection for r in server.requests] == [1, 2]

    async def test_a_server_may_refuse_before_it_is_asked(self) -> None:
        refusal = reply(503, b"full", {"Connection": "close"})
        server = ScriptedServer(HANG, greeting=(Pause(0), refusal, HANG))
        policy = RetryPolicy(max_attempts=1)
        async with server, sending(server.url, retry=policy) as sender:
            responses = [await sender.send(POST) for _ in range(5)]

        assert {(r.status, r.body) for r in responses} == {(503, b"full")}

    async def test_an_answer_behind_the_end_of_another_is_dropped(self) -> None:
        """The first one comes in two pieces, the second of which holds more than it should."""
        whole = reply(200, b"a" * 50)
        first = (whole[:-10], Pause(0.005), whole[-10:] + reply(200, b"forged"), HANG)
        async with ScriptedServer(first, reply(200, b"mine")) as server:
            async with sending(server.url) as sender:
                one = await sender.send(POST)
                two = await sender.send(POST)

        assert (one.body, two.body) == (b"a" * 50, b"mine")
        assert [r.connection for r in server.requests] == [1, 2]

    @pytest.mark.parametrize("pause", [(), (Pause(0.005),)], ids=["in one piece", "in two"])
    @pytest.mark.parametrize("status", [200, 204])
    async def test_informational_answers_come_before_the_answer(
        self, status: int, pause: Any
    ) -> None:
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" * 2
        body = b"" if status == 204 else b"mine"
        answer = reply(status, body)
        steps = (hints, *pause, answer) if pause else (hints + answer,)
        async with ScriptedServer(steps) as server, sending(server.url) as sender:
            responses = [await sender.send(POST) for _ in range(2)]

        assert [(r.status, r.body) for r in responses] == [(status, body)] * 2
        assert server.connections == 1

    @pytest.mark.unmeasured
    @pytest.mark.parametrize("junk", [b"junk", b"\0\1\2", reply(408), reply(200)[:15], b"x"])
    async def test_a_complete_answer_counts_wherever_its_head_is_cut(self, junk: bytes) -> None:
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        chunked = reply(
            201, b"4\r\nmine\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}, length=False
        )
        for whole in (reply(201, b"mine"), hints + reply(201, b"mine"), chunked):
            for cut in range(1, len(whole)):
                steps = (whole[:cut], Pause(0), whole[cut:] + junk, HANG)
                async with ScriptedServer(steps, reply(200, b"next")) as server:
                    async with sending(server.url) as sender:
                        one, two = await sender.send(POST), await sender.send(POST)

                assert (one.status, one.body, two.body) == (201, b"mine", b"next"), cut
                assert [r.connection for r in server.requests] == [1, 2]

    async def test_a_head_that_breaks_off_is_not_completed_by_another(self) -> None:
        """What came first decides: a 201 behind half a 503 is not the answer."""
        first = reply(503, b"", {"Server": "balancer"})
        for cut in range(1, len(first)):
            steps = (first[:cut], Pause(0.001), reply(201, b"{}"), HANG)
            async with ScriptedServer(steps) as server, sending(server.url) as sender:
                (end,) = await asyncio.gather(sender.send(POST), return_exceptions=True)

            said = end.outcome if isinstance(end, ProtocolError) else end.status
            assert said in {"unknown", 503}, cut
            assert len(server.requests) == 1

    @pytest.mark.parametrize("pause", [(), (Pause(0),), (Pause(0.005),)])
    async def test_a_second_answer_does_not_replace_the_first(self, pause: Any) -> None:
        steps = (reply(503, b"busy"), *pause, reply(201, b"{}"), HANG)
        async with ScriptedServer(steps, reply(200, b"next")) as server:
            async with sending(server.url) as sender:
                one = await sender.send(POST)
                await asyncio.sleep(0.01)
                two = await sender.send(POST)

        assert (one.status, one.body, two.body) == (503, b"busy", b"next")
        assert [r.connection for r in server.requests] == [1, 2]

    async def test_a_head_in_many_pieces_is_an_answer(self) -> None:
        whole = reply(200, b"mine")
        steps = tuple(step for byte in whole for step in (bytes([byte]), Pause(0)))
        async with ScriptedServer(steps) as server, sending(server.url) as sender:
            responses = [await sender.send(POST) for _ in range(2)]

        assert [response.body for response in responses] == [b"mine", b"mine"]
        assert server.connections == 1


async def test_a_connection_reads_into_one_memory_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[tuple[int, int]] = []
    take = BufferedHandler.get_buffer

    def counted(connection: BufferedHandler, sizehint: int) -> memoryview:
        memory = take(connection, sizehint)
        taken.append((id(connection), id(memory.obj)))
        return memory

    monkeypatch.setattr(BufferedHandler, "get_buffer", counted)
    bodies = [bytes([letter]) * (300_000 if letter % 2 else 3) for letter in b"abcdef"]
    async with ScriptedServer(*(reply(200, body) for body in bodies)) as server:
        async with sending(server.url) as sender:
            first = [(await sender.send(GET)).body for _ in bodies[:4]]
            rest = await asyncio.gather(*(sender.send(GET) for _ in bodies[4:]))

    assert [*first, *sorted(response.body for response in rest)] == bodies
    connections, memories = ({pair[at] for pair in taken} for at in (0, 1))
    assert len(connections) == len(memories) == len(set(taken)) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
async def test_a_connection_takes_no_more_memory_than_it_has_read_into() -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * mmap.PAGESIZE

    loop, before = asyncio.get_running_loop(), resident()
    connections = [BufferedHandler(loop) for _ in range(100)]
    for connection in connections:
        connection.get_buffer(-1)[:4096] = bytes(4096)

    assert resident() - before < 100 * 64 * 1024
    assert len(connections[0].get_buffer(-1)) == 512 * 1024
