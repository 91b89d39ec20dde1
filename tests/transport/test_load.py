"""Many calls at once, slow servers, large uploads."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scalr_async._http import Request
from scalr_async.config import Limits, Timeouts
from scalr_async.errors import DeadlineExceededError, DisconnectedError
from scalr_async.telemetry import Telemetry
from scalr_async.transport import Sender
from tests.servers import CLOSE, HANG, RESET, Pause, ScriptedServer, reply
from tests.transport.common import GET, POST, config_for, sending

OK = reply(200, b"{}")


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


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
            async with sending(server.url, limits=Limits(connections=10)) as sender:
                stuck = [asyncio.ensure_future(sender.send(POST)) for _ in range(10)]
                await asyncio.sleep(0)
                hasty = Sender(
                    sender._wire,
                    config_for(server.url, timeouts=Timeouts(total=0.03)),
                    telemetry=Telemetry(),
                    shared=sender._shared,
                )
                with pytest.raises(DeadlineExceededError, match="pool wait") as caught:
                    await hasty.send(POST)
                admission = sender._shared.admission
                assert (admission.in_flight, admission.waiting) == (10, 0)
                for call in stuck:
                    call.cancel()
                await asyncio.gather(*stuck, return_exceptions=True)
                assert (admission.in_flight, admission.waiting) == (0, 0)

        error = caught.value
        assert (error.phase, error.outcome, error.attempts) == ("pool wait", "not_sent", 0)

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
                admission = sender._shared.admission
                assert (admission.in_flight, admission.waiting) == (0, 0)
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
                with pytest.raises(DeadlineExceededError, match=r"no data for 0\.02 s") as caught:
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
