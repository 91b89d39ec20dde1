"""Answers that only the end of their connection ends: whole, or cut off."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import aiohttp
import attrs
import pytest
import trustme

from scalr_async.config import RetryPolicy
from scalr_async.errors import PayloadError, TransportError
from tests.certificates import serving
from tests.servers import Received
from tests.transport.blocking import CLOSE_NOTIFY, FIN, RST, BlockingServer, Steps, Wait
from tests.transport.common import GET, POST, sending
from tests.transport.loops import LOOPS, run

HEAD = b"HTTP/1.1 200 OK\r\n"
BODY = b"abc" * 1000
PLAIN: dict[str, tuple[Steps, bool]] = {
    "FIN": ((FIN,), True),
    "RST": ((Wait(), RST), False),
}
TLS: dict[str, tuple[Steps, bool]] = {
    "close_notify": ((CLOSE_NOTIFY,), True),
    "close_notify and FIN": ((CLOSE_NOTIFY, FIN), True),
    "FIN": ((FIN,), False),
    "RST": ((Wait(), RST), False),
}
FRAMED = {
    "a length": (f"Content-Length: {len(BODY)}\r\n\r\n".encode(), BODY),
    "chunks": (b"Transfer-Encoding: Chunked\r\n\r\n", b"bb8\r\n%b\r\n0\r\n\r\n" % BODY),
}


@pytest.fixture(scope="module")
def trust() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return serving(authority), context


async def read(
    answer: Steps, trust: tuple[ssl.SSLContext, ssl.SSLContext] | None, *, lent: bool, stream: bool
) -> bytes:
    def reply(_: Received) -> Steps:
        return answer

    serve, verify = trust or (None, None)
    session = aiohttp.ClientSession() if lent else None
    options: dict[str, Any] = {"session": session, "retry": RetryPolicy(max_attempts=1)}
    try:
        with BlockingServer(reply, tls=serve) as server:
            async with sending(server.url, ssl=verify, **options) as sender:
                if not stream:
                    return (await sender.send(GET)).body
                got = b""
                download = await sender.open(GET)
                while piece := await download.read():
                    got += piece
                return got
    finally:
        if session is not None:
            await session.close()


CASES = [(end, False, *PLAIN[end]) for end in PLAIN] + [(end, True, *TLS[end]) for end in TLS]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(
    ("end", "tls", "steps", "whole"),
    CASES,
    ids=[f"{c[0]}-{'TLS' if c[1] else 'plain'}" for c in CASES],
)
def test_an_answer_without_a_length_is_whole_when_it_was_ended_on_purpose(
    end: str, tls: bool, steps: Steps, whole: bool, loop: str, trust: Any
) -> None:
    """Under TLS a FIN alone is nobody's word: whoever is on the way can send one."""

    async def main() -> None:
        for lent in (False, True):
            for stream in (False, True):
                for pieces in ((HEAD + b"\r\n" + BODY,), (HEAD + b"\r\n", Wait(), BODY)):
                    used = trust if tls else None
                    call = read((*pieces, *steps), used, lent=lent, stream=stream)
                    if whole:
                        assert await call == BODY
                    else:
                        with pytest.raises(
                            PayloadError, match="the answer is incomplete"
                        ) as caught:
                            await call
                        assert caught.value.outcome == "unknown"

    run(loop, main())


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("framing", FRAMED)
@pytest.mark.parametrize("end", TLS)
def test_an_answer_with_a_frame_of_its_own_needs_no_such_word(
    end: str, framing: str, loop: str, trust: Any
) -> None:
    fields, body = FRAMED[framing]

    async def main() -> None:
        for lent in (False, True):
            for stream in (False, True):
                answer = (HEAD + fields + body, *TLS[end][0])
                assert await read(answer, trust, lent=lent, stream=stream) == BODY

    run(loop, main())


@pytest.mark.parametrize("status", [201, 202, 400, 404, 503])
async def test_what_the_head_said_counts_when_the_rest_is_cut(status: int, trust: Any) -> None:
    def reply(_: Received) -> Steps:
        return (f"HTTP/1.1 {status} Odd\r\n\r\n".encode() + b'{"err', FIN)

    serve, verify = trust
    with BlockingServer(reply, tls=serve) as server:
        async with sending(server.url, ssl=verify, retry=RetryPolicy(max_attempts=1)) as sender:
            (end,) = await asyncio.gather(sender.send(POST), return_exceptions=True)

    if status < 400:
        assert isinstance(end, TransportError)
        assert end.outcome == "applied"
    else:
        assert not isinstance(end, BaseException)
        assert (end.status, end.body) == (status, b'{"err')


async def test_an_answer_that_has_no_body_has_no_end_to_be_cut(trust: Any) -> None:
    serve, verify = trust
    with BlockingServer(lambda _: (b"HTTP/1.1 204 No Content\r\n\r\n", FIN), tls=serve) as server:
        async with sending(server.url, ssl=verify) as sender:
            response = await sender.send(attrs.evolve(GET, method="DELETE"))

    assert response.status == 204
