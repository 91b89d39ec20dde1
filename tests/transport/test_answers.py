"""Answers of every size, encoding and status, on the wire."""

from __future__ import annotations

import gzip
import resource
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from scalr_async._http import Request
from scalr_async.config import Limits
from scalr_async.errors import PayloadError, PayloadTooLargeError, UnexpectedRedirectError
from tests.servers import CLOSE, ScriptedServer, reply
from tests.transport.common import DELETE, GET, POST, sending

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
async def test_a_packed_answer_is_unpacked(encoding: str, pack: Any) -> None:
    body = b'{"data": []}' * 20_000
    answer = reply(200, pack(body), {"Content-Encoding": encoding})
    async with ScriptedServer(answer) as server, sending(server.url) as sender:
        response = await sender.send(GET)

    assert response.body == body
    assert server.requests[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip, br", "unknown"])
async def test_an_encoding_that_was_not_asked_for_is_a_typed_error(encoding: str) -> None:
    answer = reply(
        201, gzip.compress(gzip.compress(b"{}", mtime=0)), {"Content-Encoding": encoding}
    )
    async with ScriptedServer(answer) as server, sending(server.url) as sender:
        with pytest.raises(PayloadError, match="unknown Content-Encoding") as caught:
            await sender.send(POST)
        assert (caught.value.outcome, caught.value.attempts) == ("applied", 1)


async def test_two_encoding_fields_are_a_stack_too() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: deflate\r\nContent-Length: 1\r\n\r\nx"
    async with ScriptedServer(answer) as server, sending(server.url) as sender:
        with pytest.raises(PayloadError, match="'gzip, deflate'"):
            await sender.send(POST)


class TestTooLarge:
    LIMIT = Limits(body=8 * MEGABYTE)

    async def refused(self, answer: Any) -> PayloadTooLargeError:
        async with ScriptedServer(answer) as server:
            async with sending(server.url, limits=self.LIMIT) as sender:
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                with pytest.raises(
                    PayloadTooLargeError, match=f"larger than {8 * MEGABYTE}"
                ) as caught:
                    await sender.send(GET)
                grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < 32 * 1024
        assert len(server.requests) == 1
        return caught.value

    async def test_a_bomb(self) -> None:
        packer = zlib.compressobj(wbits=31)
        bomb = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(1024)) + packer.flush()
        error = await self.refused(reply(200, bomb, {"Content-Encoding": "gzip"}))

        assert len(bomb) < 1.1 * MEGABYTE
        assert error.outcome == "unknown"

    async def test_a_body_without_an_end(self) -> None:
        def endless(_: object) -> Iterator[bytes]:
            yield reply(200, length=False)
            while True:
                yield bytes(MEGABYTE)

        await self.refused(endless)

    async def test_ten_thousand_members(self) -> None:
        members = gzip.compress(bytes(1000)) * 10_000
        await self.refused(reply(200, members, {"Content-Encoding": "gzip"}))

    async def test_what_fits_exactly_is_handed_out(self) -> None:
        async with ScriptedServer(reply(200, bytes(1000))) as server:
            async with sending(server.url, limits=Limits(body=1000)) as sender:
                assert len((await sender.send(GET)).body) == 1000


ERROR_BODIES = {
    "html": b"<html><body>Bad Gateway</body></html>",
    "empty": b"",
    "wrong types": b'{"errors": {"status": []}}',
    "not utf-8": b"\xff\xfe\x80",
    "controls": b"\x00\x1b[31m\r\n",
    "deep": b"[" * 100_000,
}


class TestErrorBodies:
    @pytest.mark.parametrize("name", ERROR_BODIES)
    async def test_whatever_it_says_the_status_stays(self, name: str) -> None:
        async with ScriptedServer(reply(422, ERROR_BODIES[name])) as server:
            async with sending(server.url) as sender:
                response = await sender.send(POST)

        assert (response.status, response.body) == (422, ERROR_BODIES[name])

    async def test_a_huge_one_is_cut(self) -> None:
        def huge(_: object) -> Iterator[Any]:
            yield reply(500, headers={"Content-Length": "999999999999"}, length=False)
            while True:
                yield bytes(MEGABYTE)

        async with ScriptedServer(huge) as server, sending(server.url) as sender:
            response = await sender.send(POST)

        assert (response.status, len(response.body)) == (500, MEGABYTE)

    @pytest.mark.parametrize(
        ("encoding", "body", "kept"),
        [
            ("br", b"xyz", b""),
            ("gzip", b"xyz", b""),
            ("gzip", gzip.compress(b"oh no", mtime=0)[:-4], b"oh no"),
        ],
    )
    async def test_one_that_cannot_be_unpacked_is_left_out(
        self, encoding: str, body: bytes, kept: bytes
    ) -> None:
        answer = reply(404, body, {"Content-Encoding": encoding})
        async with ScriptedServer(answer) as server, sending(server.url) as sender:
            response = await sender.send(POST)

        assert (response.status, response.body) == (404, kept)

    async def test_401_is_answered_once(self) -> None:
        async with ScriptedServer(reply(401)) as server, sending(server.url) as sender:
            assert (await sender.send(GET)).status == 401

        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("request_", [GET, POST, DELETE], ids=lambda r: r.method)
async def test_a_redirect_is_not_followed(status: int, request_: Any) -> None:
    async with ScriptedServer() as elsewhere:
        answer = reply(status, b"moved", {"Location": f"{elsewhere.url}/x?token=t"})
        async with ScriptedServer(answer) as server, sending(server.url) as sender:
            with pytest.raises(UnexpectedRedirectError) as caught:
                await sender.send(request_)

        assert (len(server.requests), len(elsewhere.requests)) == (1, 0)
    assert "?" not in str(caught.value)
    assert caught.value.outcome == "unknown"


async def test_a_server_of_http_1_0_that_ends_its_answer_by_closing() -> None:
    answer = (b"HTTP/1.0 200 OK\r\n\r\n{}", CLOSE)
    async with ScriptedServer(answer) as server, sending(server.url) as sender:
        assert (await sender.send(GET)).body == b"{}"


async def test_an_answer_without_its_body_counts_whatever_comes_behind_it() -> None:
    """The length in the answer to a HEAD is that of a body which does not come."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\0 junk"
    async with ScriptedServer(answer, reply(200, b"{}")) as server, sending(server.url) as sender:
        response = await sender.send(Request(method="HEAD", path="/agent-pools"))
        again = await sender.send(GET)

    assert (response.status, response.body, response.attempts) == (200, b"", 1)
    assert (again.body, server.connections) == (b"{}", 2)
