"""Answers of every size, encoding and status, on the wire."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from scalr_async._http import Request
from scalr_async.config import Limits
from scalr_async.errors import PayloadError
from tests.servers import CLOSE, ScriptedServer, reply
from tests.transport.common import GET, POST, sending

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


async def test_two_encoding_fields_are_a_stack_too() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: deflate\r\nContent-Length: 1\r\n\r\nx"
    async with ScriptedServer(answer) as server, sending(server.url) as sender:
        with pytest.raises(PayloadError, match="'gzip, deflate'"):
            await sender.send(POST)


async def test_what_fits_exactly_is_handed_out() -> None:
    async with ScriptedServer(reply(200, bytes(1000))) as server:
        async with sending(server.url, limits=Limits(body=1000)) as sender:
            assert len((await sender.send(GET)).body) == 1000


class TestErrorBodies:
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
