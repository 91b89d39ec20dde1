"""Answers that stream: piece by piece, in time, over redirects that are safe."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from scalr_async._http import Request
from scalr_async.config import RetryPolicy, Timeouts
from scalr_async.errors import (
    ClientStateError,
    ConnectError,
    DeadlineExceededError,
    DisconnectedError,
    PayloadError,
    ProtocolError,
    UnexpectedRedirectError,
)
from scalr_async.telemetry import AttemptEvent
from scalr_async.transport import Sender, Stream, is_safe, resolve_location
from scalr_async.transport._decompress import MAX_CHUNK
from scalr_async.transport._request_target import RedirectChain, same_origin
from tests.faults.common import in_virtual_time, virtually
from tests.servers import CLOSE, HANG, RESET, Pause, ScriptedServer, reply
from tests.transport.common import GET, PUT, sending

DOWNLOAD = attrs.evolve(GET, path="/state-versions/sv-1/download", redirects="follow")
OWN_HEADERS = {"X-Own": "1"}


def to(url: str, status: int = 302) -> bytes:
    return reply(status, headers={"Location": url})


async def pieces(stream: Stream) -> list[bytes]:
    got = []
    try:
        while piece := await stream.read():
            got.append(piece)
    finally:
        stream.close()
    return got


async def download(sender: Sender, request: Request = DOWNLOAD) -> bytes:
    return b"".join(await pieces(await sender.open(request)))


def connections(sender: Any) -> int:
    """How many connections are in use."""
    return len(sender._wire._pool.session.connector._acquired)


class TestBody:
    async def test_it_comes_in_pieces_of_bounded_size(self) -> None:
        body = bytes(range(256)) * 40_000
        async with ScriptedServer(reply(200, body)) as server:
            async with sending(server.url) as sender:
                got = await pieces(await sender.open(GET))

        assert b"".join(got) == body
        assert max(map(len, got)) <= 2 * MAX_CHUNK < len(body)

    async def test_it_may_be_larger_than_any_answer_that_is_held_at_once(self) -> None:
        from scalr_async.config import Limits

        async with ScriptedServer(reply(200, bytes(3000))) as server:
            async with sending(server.url, limits=Limits(body=1000)) as sender:
                assert await download(sender) == bytes(3000)

    async def test_it_is_unpacked_in_pieces_of_bounded_size_too(self) -> None:
        body = bytes(10**7)
        packed = reply(200, gzip.compress(body, mtime=0), {"Content-Encoding": "gzip"})
        async with ScriptedServer(packed) as server:
            async with sending(server.url) as sender:
                got = await pieces(await sender.open(GET))

        assert b"".join(got) == body
        assert max(map(len, got)) == MAX_CHUNK

    @pytest.mark.parametrize("body", [b"", b"abc"])
    async def test_its_connection_is_used_again(self, body: bytes) -> None:
        async with ScriptedServer(reply(200, body)) as server:
            async with sending(server.url) as sender:
                assert await download(sender) == body
                await sender.send(GET)

        assert server.connections == 1

    async def test_closing_in_the_middle_lets_go_of_the_connection(self) -> None:
        async with ScriptedServer((reply(200, bytes(9))[:-4], HANG)) as server:
            async with sending(server.url) as sender:
                stream = await sender.open(GET)
                assert await stream.read() == bytes(5)
                stream.close()
                stream.close()
                assert await stream.read() == b""
                assert connections(sender) == 0

    async def test_while_it_comes_more_can_be_asked_for(self) -> None:
        from scalr_async.config import Limits

        half = reply(200, bytes(9))[:-4]
        async with ScriptedServer((half, HANG), reply(200, b"{}")) as server:
            async with sending(server.url, limits=Limits(connections=1)) as sender:
                stream = await sender.open(GET)
                assert (await sender.send(GET)).status == 200
                stream.close()

    async def test_an_error_has_its_body_at_once(self) -> None:
        async with ScriptedServer(reply(404, b"gone")) as server:
            async with sending(server.url) as sender:
                stream = await sender.open(GET)
                assert (stream.response.status, stream.response.body) == (404, b"gone")
                assert await pieces(stream) == []


class TestFailures:
    @pytest.mark.parametrize("cut", [CLOSE, RESET])
    async def test_before_the_first_piece_it_is_asked_for_again(self, cut: Any) -> None:
        events: list[Any] = []
        head = reply(200, bytes(9))[:-9]
        script = (cut, (head, Pause(0.001), cut), reply(503), reply(200, b"all"))
        async with ScriptedServer(*script) as server:
            async with sending(server.url, events=events) as sender:
                stream = await sender.open(GET)
                assert await pieces(stream) == [b"all"]

        assert stream.response.attempts == 4
        assert [e.status for e in events if isinstance(e, AttemptEvent)] == [None, None, 503, 200]

    @pytest.mark.parametrize("cut", [CLOSE, RESET])
    async def test_after_it_the_end_that_comes_too_early_is_an_error(self, cut: Any) -> None:
        async with ScriptedServer((reply(200, bytes(9))[:-4], Pause(0.02), cut)) as server:
            async with sending(server.url) as sender:
                stream = await sender.open(GET)
                assert await stream.read() == bytes(5)
                with pytest.raises((PayloadError, DisconnectedError)) as caught:
                    await stream.read()

        assert len(server.requests) == 1
        error = caught.value
        assert (error.method, error.path, error.attempts) == ("GET", "/agent-pools", 1)

    async def test_an_encoding_that_nobody_asked_for_is_an_error(self) -> None:
        async with ScriptedServer(reply(200, b"abc", {"Content-Encoding": "br"})) as server:
            async with sending(server.url) as sender:
                with pytest.raises(PayloadError, match="unknown Content-Encoding"):
                    await sender.open(GET)

    async def test_a_packed_body_that_is_cut_off_is_an_error(self) -> None:
        cut = gzip.compress(bytes(range(256)) * 20)[:-9]
        async with ScriptedServer(reply(200, cut, {"Content-Encoding": "gzip"})) as server:
            async with sending(server.url) as sender:
                with pytest.raises(PayloadError, match="cut off"):
                    await download(sender)

    @pytest.mark.parametrize(
        ("timeouts", "said"),
        [(Timeouts(total=30), "no result within 30 s"), (Timeouts(read=20), "no data for 20 s")],
    )
    def test_silence_in_the_middle_ends_it(self, timeouts: Timeouts, said: str) -> None:
        async def main() -> None:
            async with ScriptedServer((reply(200, bytes(9))[:-4], HANG)) as server:
                async with sending(server.url, timeouts=timeouts) as sender:
                    stream = await sender.open(GET)
                    with pytest.raises(DeadlineExceededError, match=said) as caught:
                        await pieces(stream)

            assert caught.value.phase == "response body"

        virtually(main())

    @in_virtual_time
    async def test_the_silence_of_who_reads_is_not_the_server_s(self) -> None:
        answer = (reply(200, bytes(9))[:-4], Pause(0.01), bytes(4))
        async with ScriptedServer(answer) as server:
            async with sending(server.url, timeouts=Timeouts(read=0.02)) as sender:
                stream = await sender.open(GET)
                first = await stream.read()
                await asyncio.sleep(0.05)
                assert first + b"".join(await pieces(stream)) == bytes(9)

    async def test_what_cannot_be_reached_is_no_stream(self) -> None:
        async with ScriptedServer([]) as server:
            gone = server.url
        async with sending(gone, retry=RetryPolicy(max_attempts=1)) as sender:
            with pytest.raises(ConnectError):
                await sender.open(GET)

    @pytest.mark.parametrize(
        ("answer", "error"),
        [(CLOSE, DisconnectedError), (RESET, DisconnectedError), (b"SSH-2.0\r\n", ProtocolError)]
        + [(reply(status, b""), ProtocolError) for status in (101, 999)],
    )
    async def test_what_does_not_answer_is_no_stream(self, answer: Any, error: Any) -> None:
        async with (
            ScriptedServer((answer, CLOSE)) as server,
            sending(server.url, retry=RetryPolicy(max_attempts=1)) as sender,
        ):
            with pytest.raises(error) as caught:
                await sender.open(GET)

        assert (caught.value.attempts, len(server.requests)) == (1, 1)

    def test_what_does_not_begin_in_time_is_no_stream(self) -> None:
        async def main() -> None:
            async with ScriptedServer(HANG) as server:
                async with sending(server.url, timeouts=Timeouts(total=30)) as sender:
                    with pytest.raises(DeadlineExceededError) as caught:
                        await sender.open(GET)

            assert caught.value.phase == "response headers"

        virtually(main())

    @in_virtual_time
    async def test_the_deadline_starts_anew_with_each_piece(self) -> None:
        slowly = [step for _ in range(40) for step in (b"x", Pause(0.02))]
        async with ScriptedServer([reply(200, bytes(40))[:-40], *slowly]) as server:
            async with sending(server.url, timeouts=Timeouts(total=0.6)) as sender:
                assert await download(sender) == b"x" * 40

    async def test_a_client_that_is_closed_reads_no_more(self) -> None:
        async with ScriptedServer((reply(200, bytes(9))[:-4], HANG)) as server:
            async with sending(server.url) as sender:
                stream = await sender.open(GET)
                await stream.read()
                waiting = asyncio.ensure_future(stream.read())
                await asyncio.sleep(0)
            with pytest.raises(ClientStateError, match="meanwhile"):
                await waiting
            with pytest.raises(ClientStateError, match="closed"):
                await stream.read()
            stream.close()

    async def test_a_call_that_is_cancelled_while_the_first_piece_comes_leaves_nothing(
        self,
    ) -> None:
        async with ScriptedServer((reply(200, bytes(9))[:-9], HANG)) as server:
            async with sending(server.url) as sender:
                task = asyncio.ensure_future(sender.open(GET))
                while not server.requests:
                    await asyncio.sleep(0.001)
                await asyncio.sleep(0.01)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert connections(sender) == 0
                assert sender._shared.admission.in_flight == 0

    async def test_an_answer_that_came_with_the_cancellation_is_let_go(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with ScriptedServer((reply(200, bytes(9))[:-4], HANG)) as server:
            async with sending(server.url) as sender:

                def cancelled(*_: object) -> None:
                    raise asyncio.CancelledError

                monkeypatch.setattr(sender, "_response", cancelled)
                with pytest.raises(asyncio.CancelledError):
                    await sender.open(GET)
                assert connections(sender) == 0

    async def test_a_client_that_is_not_open_opens_nothing(self) -> None:
        async with sending("http://127.0.0.1:1") as sender:
            pass
        with pytest.raises(ClientStateError):
            await sender.open(GET)


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_one_on_the_same_host_is_followed_with_all_headers(self, status: int) -> None:
        script = (to("/store/a%2Fb?sig=x%2By+z&t=%7e", status), reply(200, b"state"))
        async with ScriptedServer(*script) as server:
            async with sending(server.url, headers=OWN_HEADERS) as sender:
                assert await download(sender) == b"state"

        first, second = server.requests
        assert first.target == "/api/iacp/v3/state-versions/sv-1/download"
        assert second.target == "/store/a%2Fb?sig=x%2By+z&t=%7e"
        assert second.headers == first.headers
        assert "authorization" in first.headers

    async def test_what_is_read_at_once_follows_by_the_same_rules(self) -> None:
        async with ScriptedServer(to("/b"), reply(503), reply(200, b"log")) as server:
            async with sending(server.url) as sender:
                response = await sender.send(DOWNLOAD)

        assert (response.body, response.attempts) == (b"log", 3)
        assert [r.target for r in server.requests[1:]] == ["/b", "/b"]

    async def test_one_may_be_shown_instead(self) -> None:
        async with ScriptedServer(to("https://github.com/login")) as server:
            async with sending(server.url) as sender:
                response = await sender.send(attrs.evolve(GET, redirects="show"))

        assert response.status == 302
        assert response.headers["location"] == "https://github.com/login"

    @pytest.mark.parametrize("request_", [GET, attrs.evolve(PUT, url="")])
    async def test_all_others_are_refused(self, request_: Request) -> None:
        async with ScriptedServer(to("/b?sig=secret")) as server:
            if request_.url is not None:
                request_ = attrs.evolve(request_, url=f"{server.url}/up")
            async with sending(server.url) as sender:
                with pytest.raises(UnexpectedRedirectError, match="redirect to /b") as caught:
                    await sender.send(request_)

        assert len(server.requests) == 1
        assert "secret" not in str(caught.value)

    async def test_one_that_is_not_safe_ends_the_download_and_says_why(self) -> None:
        async with ScriptedServer(to("http://store.example/x?sig=secret")) as server:
            async with sending(server.url) as sender:
                with pytest.raises(UnexpectedRedirectError) as caught:
                    await sender.open(DOWNLOAD)

        assert str(caught.value) == (
            "GET /state-versions/sv-1/download: answered 302, redirect to http://store.example/x "
            "refused: it leaves https (check the host name; nothing was sent to the redirect's target)"
        )


HOME = URL("https://acme.scalr.io/api/iacp/v3/x")


class TestTrail:
    @pytest.mark.parametrize(
        ("locations", "leads"),
        [
            (["/y"], "https://acme.scalr.io/y"),
            (["y?a=%2F"], "https://acme.scalr.io/api/iacp/v3/y?a=%2F"),
            (["//store.example/z"], "https://store.example/z"),
            (["https://store.example/z#part"], "https://store.example/z"),
            (["https://a.example/1", "https://b.example/2", "3"], "https://b.example/3"),
            (["https://acme.scalr.io:8443/z"], "https://acme.scalr.io:8443/z"),
            (["https://acme.scalr.io:443/z", "/y"], "https://acme.scalr.io/y"),
            (["https://acme.scalr.io:443/z", "https://acme.scalr.io/y"], "https://acme.scalr.io/y"),
        ],
    )
    def test_it_leads_on(self, locations: list[str], leads: str) -> None:
        trail = RedirectChain(HOME)

        assert str([trail.follow(302, location) for location in locations][-1]) == leads

    @pytest.mark.parametrize(
        ("locations", "why"),
        [
            ([None], "nowhere"),
            ([""], "nowhere"),
            (["/a b"], "nowhere"),
            (["/\x00"], "nowhere"),
            (["/größe"], "nowhere"),
            (["https://"], "a loop"),
            (["https://[::1"], "nowhere"),
            (["https://a:b@store.example/"], "nowhere"),
            (["https://a@store.example/"], "nowhere"),
            (["https://:b@store.example/"], "nowhere"),
            (["//:b@store.example/"], "nowhere"),
            (["ftp://store.example/"], "nowhere"),
            (["file:///etc/passwd"], "nowhere"),
            (["javascript:alert(1)"], "nowhere"),
            (["http://store.example/"], "leaves https"),
            (["http://acme.scalr.io/"], "leaves https"),
            (["http://127.0.0.1/"], "leaves https"),
            ([str(HOME)], "a loop"),
            (["/y", "/y"], "a loop"),
            (["/y", "/z", "/y#again"], "a loop"),
            (["https://store.example/", "https://acme.scalr.io/other"], "back from another host"),
            (["https://acme.scalr.io:8443/", "https://acme.scalr.io/other"], "from another host"),
            (["https://acme.scalr.io:8443/", "https://acme.scalr.io:443/o"], "from another host"),
            ([f"/{n}" for n in range(6)], "more than 5"),
        ],
    )
    def test_it_ends(self, locations: list[str | None], why: str) -> None:
        trail = RedirectChain(HOME)
        *before, last = locations
        for location in before:
            trail.follow(302, location)

        with pytest.raises(ValueError, match=why):
            trail.follow(302, last)

    @pytest.mark.parametrize("status", [300, 304, 305, 399])
    def test_not_every_redirect_leads_somewhere(self, status: int) -> None:
        with pytest.raises(ValueError, match="nowhere"):
            RedirectChain(HOME).follow(status, "/y")

    def test_from_loopback_it_leads_to_loopback_or_to_https(self) -> None:
        home = URL("http://127.0.0.1:8080/x")

        assert RedirectChain(home).follow(302, "http://localhost:9/").port == 9
        assert RedirectChain(home).follow(302, "https://store.example/").scheme == "https"
        with pytest.raises(ValueError, match="leaves https"):
            RedirectChain(home).follow(302, "http://store.example/")

    @given(st.lists(st.text(max_size=40), max_size=8))
    def test_whatever_comes_it_stays_safe(self, locations: list[str]) -> None:
        trail = RedirectChain(HOME)
        for location in locations:
            try:
                there = trail.follow(302, location)
            except ValueError:
                continue
            assert there.scheme == "https"
            assert there.host


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "https://a.example:443/y?z", True),
        ("https://A.example", "https://a.EXAMPLE:443", True),
        ("http://127.0.0.1:80/", "http://127.0.0.1", True),
        ("https://a.example", "https://a.example:8443", False),
        ("https://a.example:80", "http://a.example:80", False),
        ("https://a.example", "https://b.example", False),
        ("https://[::1]:443", "https://[::1]", True),
    ],
)
def test_an_origin_is_scheme_host_and_port_however_it_is_written(
    one: str, other: str, same: bool
) -> None:
    assert same_origin(URL(one), URL(other)) is same_origin(URL(other), URL(one)) is same


def test_links_of_the_server_are_kept_to_the_byte() -> None:
    assert (
        str(resolve_location(HOME, "/up?sig=a%2fb%20c+d"))
        == "https://acme.scalr.io/up?sig=a%2fb%20c+d"
    )
    assert resolve_location(HOME, "mailto:x@y.z") is None
    for host in ("a..b", ".b", "b..", "a" * 64, f"{'a' * 64}.b", "a%2eb", "b:99999", "["):
        assert resolve_location(HOME, f"https://{host}/x") is None, host
    assert resolve_location(HOME, "https://store.example./x") is not None
    assert is_safe(URL("https://store.example"))
    assert is_safe(URL("http://[::1]:8080"))
    assert not is_safe(URL("http://store.example"))
