"""Connections that end at the wrong moment, counted on the server's side."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from scalr_async._wire import Request
from scalr_async.config import Limits, RetryPolicy, Timeouts
from scalr_async.errors import (
    ConnectError,
    DeadlineExceededError,
    DisconnectedError,
    PayloadError,
    ProtocolError,
)
from scalr_async.telemetry import AttemptEvent
from servers import CLOSE, HANG, RESET, Pause, ScriptedServer, reply
from transport.common import DELETE, GET, PATCH, POST, PUT, marked, sending

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

    async def test_a_get_is_sent_again_by_us(self, end: Any, session: Any) -> None:
        events: list[Any] = []
        async with ScriptedServer(OK, end, OK) as server:
            async with sending(server.url, session=session, events=events) as sender:
                await sender.send(GET)
                response = await sender.send(GET)

        assert [r.connection for r in server.requests] == [1, 1, 2]
        assert response.attempts == 2
        assert [e.attempt for e in events if isinstance(e, AttemptEvent)] == [1, 1, 2]

    @pytest.mark.parametrize("request_", [POST, PATCH, PUT, DELETE], ids=lambda r: r.method)
    async def test_a_write_is_sent_once(self, end: Any, session: Any, request_: Request) -> None:
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

    async def test_a_delete_that_was_done_and_is_repeated_finds_nothing(
        self, end: Any, session: Any
    ) -> None:
        async with ScriptedServer(end, reply(404)) as server:
            async with sending(server.url, session=session) as sender:
                response = await sender.send(marked(DELETE))

        assert response.already_absent
        assert response.ok


class TestNothingSent:
    @pytest.mark.parametrize("request_", [GET, POST, PATCH, PUT, DELETE], ids=lambda r: r.method)
    async def test_a_refused_connection_is_tried_again_for_every_method(
        self, request_: Request, unused_port: int
    ) -> None:
        async with sending(f"http://127.0.0.1:{unused_port}") as sender:
            with pytest.raises(ConnectError, match="connection lost: .*refused") as caught:
                await sender.send(request_)

        assert (caught.value.attempts, caught.value.outcome) == (5, "not_sent")
        assert isinstance(caught.value, ConnectionError)

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

    async def test_an_unknown_host_is_named_as_such(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def resolve(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
        async with sending("acme.scalr.invalid") as sender:
            with pytest.raises(ConnectError, match="host name was not found") as caught:
                await sender.send(POST)

        assert (caught.value.attempts, caught.value.outcome) == (5, "not_sent")

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
                    with pytest.raises(DeadlineExceededError, match=r"no connection for 0.02 s") as caught:
                        await sender.send(POST)
            finally:
                for filler in fillers:
                    filler.close()

        error = caught.value
        assert (error.phase, error.attempts, error.outcome) == ("connect", 2, "not_sent")

    async def test_a_kept_connection_that_is_going_away_takes_no_write_along(self) -> None:
        """The transport is closing when the request would be written: nothing is sent."""
        async with ScriptedServer(OK) as server:
            async with aiohttp.ClientSession() as session:
                async with sending(server.url, session=session) as sender:
                    await sender.send(GET)
                    ((connections),) = session.connector._conns.values()
                    protocol = connections[0][0]
                    protocol.is_connected = lambda: True
                    protocol.transport.close()
                    response = await sender.send(POST)

        assert response.attempts == 2
        assert [r.method for r in server.requests] == ["GET", "POST"]

    async def test_the_same_without_a_body(self) -> None:
        async with ScriptedServer(OK) as server:
            async with aiohttp.ClientSession() as session:
                async with sending(server.url, session=session) as sender:
                    await sender.send(GET)
                    ((connections),) = session.connector._conns.values()
                    protocol = connections[0][0]
                    protocol.is_connected = lambda: True
                    protocol.transport.close()
                    response = await sender.send(DELETE)

        assert response.attempts == 2
        assert [r.method for r in server.requests] == ["GET", "DELETE"]


class TestCutAnswers:
    CUT = (reply(200, headers={"Content-Length": "100"}, length=False) + b"12345678", CLOSE)
    CUT_CHUNKS = (
        reply(201, headers={"Transfer-Encoding": "chunked"}, length=False) + b"5\r\nhello\r\n",
        CLOSE,
    )

    async def test_a_short_body_is_asked_for_again(self) -> None:
        async with ScriptedServer(self.CUT, OK) as server, sending(server.url) as sender:
            response = await sender.send(GET)

        assert (response.body, response.attempts) == (b"{}", 2)

    async def test_a_body_that_stays_short_is_never_handed_out(self) -> None:
        async with ScriptedServer(self.CUT) as server, sending(server.url) as sender:
            with pytest.raises(PayloadError, match="ended before its end") as caught:
                await sender.send(GET)

        assert (len(server.requests), caught.value.outcome) == (5, "unknown")

    @pytest.mark.parametrize("cut", [CUT, CUT_CHUNKS])
    async def test_a_write_whose_answer_is_cut_was_applied(self, cut: Any) -> None:
        async with ScriptedServer(cut) as server, sending(server.url) as sender:
            with pytest.raises(PayloadError) as caught:
                await sender.send(POST)

        assert (len(server.requests), caught.value.outcome) == (1, "applied")

    async def test_a_reset_in_the_body(self) -> None:
        cut = (reply(201, headers={"Content-Length": "100"}, length=False) + b"1", Pause(0.01), RESET)
        async with ScriptedServer(cut) as server, sending(server.url) as sender:
            with pytest.raises(PayloadError) as caught:
                await sender.send(POST)

        assert caught.value.outcome == "applied"

    async def test_a_cut_error_keeps_its_status(self) -> None:
        cut = (reply(422, headers={"Content-Length": "100"}, length=False) + b'{"err', CLOSE)
        async with ScriptedServer(cut) as server, sending(server.url) as sender:
            response = await sender.send(POST)

        assert (response.status, response.body) == (422, b'{"err')


NOT_HTTP = {
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "http/2": b"\0\0\x12\4\0\0\0\0\0",
    "status line": b"HTTP/1.1 2x0 OK\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab",
    "chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    "chunk too long": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloxxx\r\n0\r\n\r\n",
    "endless header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 200 + b"\r\n",
    "nul in a header": b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    "status 101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx",
    "status 999": b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
    "length after all": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_HTTP)
async def test_what_is_not_http_is_a_protocol_error_without_a_status(name: str) -> None:
    async with ScriptedServer((NOT_HTTP[name], CLOSE)) as server, sending(server.url) as sender:
        with pytest.raises(ProtocolError) as caught:
            await sender.send(POST)

    error = caught.value
    assert (error.attempts, error.outcome, len(server.requests)) == (1, "unknown", 1)
    assert not hasattr(error, "status")
    assert len(str(error)) < 300
    assert str(error).isprintable()


async def test_chunks_that_break_later_are_a_typed_error() -> None:
    broken = (
        reply(201, headers={"Transfer-Encoding": "chunked"}, length=False) + b"5\r\nhello\r\n",
        Pause(0.01),
        b"zz\r\nhello\r\n",
        HANG,
    )
    async with ScriptedServer(broken) as server, sending(server.url) as sender:
        with pytest.raises((ProtocolError, PayloadError)) as caught:
            await sender.send(POST)

    assert caught.value.outcome == "applied"


class TestStrayBytes:
    """Bytes after an answer's end: the answer counts, the connection does not."""

    @pytest.mark.parametrize("status", [200, 202, 204])
    async def test_the_next_call_is_clean(self, status: int) -> None:
        first = (reply(status), Pause(0.005), b"stray bytes\r\n\r\n", HANG)
        async with ScriptedServer(first, OK) as server, sending(server.url) as sender:
            assert (await sender.send(POST)).status == status
            await asyncio.sleep(0.02)
            response = await sender.send(POST)

        assert (response.body, response.attempts) == (b"{}", 1)
        assert [r.connection for r in server.requests] == [1, 2]

    @pytest.mark.parametrize(
        "answer",
        [reply(202), reply(202, b'{"data": null}'), reply(204), reply(204, headers={"Content-Type": "x"})],
    )
    async def test_success_with_and_without_a_body(self, answer: bytes) -> None:
        async with ScriptedServer(answer) as server, sending(server.url) as sender:
            assert (await sender.send(DELETE)).ok
            assert (await sender.send(DELETE)).ok

        assert server.connections == 1


class TestManyConnections:
    async def test_a_server_that_keeps_no_connection(self) -> None:
        before = open_files()
        answer = (reply(200, b"{}", {"Connection": "close"}), CLOSE)
        async with ScriptedServer(answer) as server:
            async with sending(server.url) as sender:
                responses = await asyncio.gather(*(sender.send(POST) for _ in range(200)))

        assert {(r.status, r.attempts) for r in responses} == {(200, 1)}
        assert open_files() <= before

    async def test_a_server_that_drops_idle_connections(self) -> None:
        """Every connection is closed 10 ms after its last answer; a burst comes later."""
        async with ScriptedServer((OK, Pause(0.01), CLOSE)) as server:
            async with sending(server.url) as sender:
                await asyncio.gather(*(sender.send(GET) for _ in range(20)))
                await asyncio.sleep(0.03)
                responses = await asyncio.gather(*(sender.send(GET) for _ in range(100)))

        assert {response.status for response in responses} == {200}

    async def test_a_stuck_pool_is_named(self) -> None:
        async with ScriptedServer(HANG) as server:
            async with sending(
                server.url, limits=Limits(connections=10), timeouts=Timeouts(total=0.05)
            ) as sender:
                calls = [asyncio.ensure_future(sender.send(POST)) for _ in range(11)]
                *stuck, last = await asyncio.gather(*calls, return_exceptions=True)
                slots = sender._shared.slots
                assert (slots.in_flight, slots.waiting) == (0, 0)

        assert {error.phase for error in stuck} == {"response headers"}
        assert (last.phase, last.outcome, last.attempts) == ("pool wait", "not_sent", 0)
        assert len(server.requests) == 10

    async def test_200_calls_cancelled_at_random_points(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        draw = random.Random(11)
        async with ScriptedServer((Pause(0.002), OK)) as server:
            async with sending(server.url, limits=Limits(connections=10)) as sender:
                tasks = [asyncio.ensure_future(sender.send(POST)) for _ in range(200)]
                for task in draw.sample(tasks, 150):
                    if draw.random() < 0.3:
                        await asyncio.sleep(0.001)
                    task.cancel()
                ends = await asyncio.gather(*tasks, return_exceptions=True)
                slots = sender._shared.slots
                assert (slots.in_flight, slots.waiting) == (0, 0)
                assert (await sender.send(POST)).status == 200

        kinds = {type(end).__name__ for end in ends}
        assert kinds == {"CancelledError", "Response"}
        assert not [record for record in caplog.records if "never retrieved" in record.message]

    async def test_a_dead_address_does_not_hold_up_the_living(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with ScriptedServer(OK) as server:
            addresses = [
                (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", server.port, 0, 0)),
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port)),
            ]

            async def resolve(*_: object, **__: object) -> list[Any]:
                return addresses

            monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
            async with sending(f"http://localhost:{server.port}") as sender:
                response = await sender.send(POST)

        assert (response.status, response.attempts) == (200, 1)


class TestSilence:
    async def test_a_get_without_an_answer_is_sent_again(self) -> None:
        async with ScriptedServer(HANG, OK) as server:
            async with sending(server.url, timeouts=Timeouts(read=0.02)) as sender:
                assert (await sender.send(GET)).attempts == 2

    async def test_a_post_without_an_answer_is_unknown(self) -> None:
        async with ScriptedServer(HANG) as server:
            async with sending(server.url, timeouts=Timeouts(read=0.02)) as sender:
                with pytest.raises(DeadlineExceededError, match="no data for 0.02 s") as caught:
                    await sender.send(POST)

        assert (caught.value.outcome, caught.value.phase) == ("unknown", "response headers")
        assert len(server.requests) == 1

    async def test_a_silence_in_the_body(self) -> None:
        half = (reply(201, headers={"Content-Length": "9"}, length=False) + b"1", HANG)
        async with ScriptedServer(half) as server:
            async with sending(server.url, timeouts=Timeouts(read=0.02)) as sender:
                with pytest.raises(DeadlineExceededError) as caught:
                    await sender.send(POST)

        assert (caught.value.outcome, caught.value.phase) == ("applied", "response body")

    async def test_an_answer_that_drips_forever_ends_with_the_deadline(self) -> None:
        def drip(_: object) -> Iterator[Any]:
            yield reply(200, headers={"Content-Length": "999999"}, length=False)
            while True:
                yield Pause(0.005)
                yield b" "

        async with ScriptedServer(drip) as server:
            async with sending(server.url, timeouts=Timeouts(total=0.05, read=0.03)) as sender:
                with pytest.raises(DeadlineExceededError, match=r"within 0.05 s") as caught:
                    await sender.send(GET)

        assert (caught.value.phase, caught.value.attempts) == ("response body", 1)


class TestUploads:
    BIG = Request(method="POST", path="/x", body=bytes(20_000_000))

    async def test_a_large_body_arrives_whole(self) -> None:
        async with ScriptedServer(OK) as server, sending(server.url) as sender:
            assert (await sender.send(self.BIG)).status == 200

        assert len(server.requests[0].body) == 20_000_000

    async def test_a_reset_in_the_middle_is_not_repeated(self) -> None:
        before = open_files()
        async with ScriptedServer(RESET, read_body=False) as server:
            async with sending(server.url) as sender:
                with pytest.raises(DisconnectedError) as caught:
                    await sender.send(self.BIG)

        assert (len(server.requests), caught.value.outcome) == (1, "unknown")
        assert open_files() <= before

    async def test_an_error_that_comes_early_is_the_answer(self) -> None:
        early = (reply(413, b"too much", {"Connection": "close"}), Pause(0.02), CLOSE)
        async with ScriptedServer(early, read_body=False) as server, sending(server.url) as sender:
            response = await sender.send(self.BIG)

        assert (response.status, response.body) == (413, b"too much")

    async def test_a_server_that_takes_nothing_is_named_by_its_phase(self) -> None:
        async with ScriptedServer(HANG, read_body=False) as server:
            async with sending(server.url, timeouts=Timeouts(total=0.1)) as sender:
                with pytest.raises(DeadlineExceededError) as caught:
                    await sender.send(self.BIG)

        assert (caught.value.phase, caught.value.outcome) == ("send", "unknown")


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
