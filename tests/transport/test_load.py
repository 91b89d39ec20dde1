"""Servers that fall silent, and large uploads."""

from __future__ import annotations

import pytest

from scalr_async._http import Request
from scalr_async.config import Timeouts
from scalr_async.errors import DeadlineExceededError
from tests.faults.common import in_virtual_time
from tests.servers import CLOSE, HANG, Pause, ScriptedServer, reply
from tests.transport.common import POST, sending

OK = reply(200, b"{}")


class TestSilence:
    @in_virtual_time
    async def test_a_silence_in_the_body(self) -> None:
        half = (reply(201, headers={"Content-Length": "9"}, length=False) + b"1", HANG)
        async with ScriptedServer(half) as server:
            async with sending(server.url, timeouts=Timeouts(read=0.02)) as sender:
                with pytest.raises(DeadlineExceededError) as caught:
                    await sender.send(POST)

        assert (caught.value.outcome, caught.value.phase) == ("applied", "response body")


class TestUploads:
    BIG = Request(method="POST", path="/x", body=bytes(20_000_000))

    async def test_a_large_body_arrives_whole(self) -> None:
        async with ScriptedServer(OK) as server, sending(server.url) as sender:
            assert (await sender.send(self.BIG)).status == 200

        assert len(server.requests[0].body) == 20_000_000

    async def test_an_error_that_comes_early_is_the_answer(self) -> None:
        early = (reply(413, b"too much", {"Connection": "close"}), Pause(0.02), CLOSE)
        async with ScriptedServer(early, read_body=False) as server, sending(server.url) as sender:
            response = await sender.send(self.BIG)

        assert (response.status, response.body) == (413, b"too much")

    @in_virtual_time
    async def test_a_server_that_takes_nothing_is_named_by_its_phase(self) -> None:
        async with ScriptedServer(HANG, read_body=False) as server:
            async with sending(server.url, timeouts=Timeouts(total=0.1)) as sender:
                with pytest.raises(DeadlineExceededError) as caught:
                    await sender.send(self.BIG)

        assert (caught.value.phase, caught.value.outcome) == ("send", "unknown")
