"""A configured proxy: what it is told, what becomes of its refusals, and how it is named."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import aiohttp
import pytest
import trustme

from scalr_async.config import RetryPolicy
from scalr_async.errors import ConnectError, TLSError
from tests.certificates import serving
from tests.servers import ScriptedServer, reply
from tests.transport.common import DELETE, GET, PATCH, POST, marked, sending

HOST = "acme.scalr.io"
FINAL = [400, 401, 403, 404, 405, 407, 410, 451, 499]
PASSING = [408, 425, 429, 500, 502, 503, 504]


@pytest.fixture(params=["own session", "lent session"])
async def session(request: pytest.FixtureRequest) -> Any:
    if request.param == "own session":
        yield None
    else:
        headers = {"Authorization": "Bearer theirs", "X-Theirs": "1", "User-Agent": "theirs"}
        async with aiohttp.ClientSession(headers=headers) as lent:
            yield lent


@pytest.mark.parametrize("status", FINAL)
async def test_a_refusal_of_a_proxy_is_final(status: int, session: Any) -> None:
    async with ScriptedServer(reply(status, b"no")) as proxy:
        async with sending(HOST, proxy=proxy.url, session=session) as sender:
            for number, request in enumerate((GET, POST, PATCH, DELETE, marked(POST)), 1):
                with pytest.raises(ConnectError, match=f"the proxy answered {status}") as caught:
                    await sender.send(request)
                assert (caught.value.attempts, caught.value.outcome) == (1, "not_sent")
                assert len(proxy.requests) == number


@pytest.mark.parametrize("status", PASSING)
async def test_trouble_of_a_proxy_is_tried_again(status: int, session: Any) -> None:
    async with ScriptedServer(reply(status)) as proxy:
        async with sending(HOST, proxy=proxy.url, session=session) as sender:
            with pytest.raises(ConnectError) as caught:
                await sender.send(POST)

    assert len(proxy.requests) == caught.value.attempts == 5
    assert caught.value.outcome == "not_sent"


async def test_a_wrong_password_is_offered_once_for_each_call() -> None:
    async with ScriptedServer(reply(407)) as proxy:
        url = proxy.url.replace("://", "://user:wrong@")
        async with sending(HOST, proxy=url) as sender:
            ends = await asyncio.gather(
                *(sender.send(GET) for _ in range(64)), return_exceptions=True
            )

    assert {type(end) for end in ends} == {ConnectError}
    assert len(proxy.requests) == 64
    assert all("user and password of Config(proxy=...)" in str(end) for end in ends)
    assert not any("wrong" in str(end) for end in ends)


async def test_it_is_told_who_asks_and_nothing_else_of_ours(session: Any) -> None:
    async with ScriptedServer(reply(502)) as proxy:
        url = proxy.url.replace("://", "://user:pass@")
        options: dict[str, Any] = {"user_agent": "crawler/1", "headers": {"X-Team": "infra"}}
        policy = RetryPolicy(max_attempts=1)
        async with sending(HOST, proxy=url, session=session, retry=policy, **options) as sender:
            with pytest.raises(ConnectError):
                await sender.send(POST)

    (received,) = proxy.requests
    assert (received.method, received.target) == ("CONNECT", f"{HOST}:443")
    assert received.headers["user-agent"] == "crawler/1"
    assert received.headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"
    assert not received.headers.keys() & {"authorization", "x-team", "x-theirs", "prefer"}


class Tunnel(ScriptedServer):
    """A proxy that opens tunnels to one server, over TLS if need be."""

    def __init__(self, server: ScriptedServer, **options: Any) -> None:
        super().__init__(**options)
        self.server = server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            self.requests.append(await self._receive(reader, self.connections))
            there, back = await asyncio.open_connection("127.0.0.1", self.server.port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_copy(reader, back), _copy(there, writer))
        except (OSError, EOFError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while piece := await source.read(65536):
        target.write(piece)
    target.close()


async def test_a_tunnel_is_kept_and_goes_to_the_server_alone(
    authority: trustme.CA, ca_file: str
) -> None:
    async with ScriptedServer(tls=serving(authority)) as server, Tunnel(server) as proxy:
        async with sending(server.url, ca_file=ca_file, proxy=proxy.url) as sender:
            responses = [await sender.send(request) for request in (GET, POST, DELETE)]

    assert [response.status for response in responses] == [200] * 3
    assert (proxy.connections, server.connections) == (1, 1)
    assert "proxy-authorization" not in server.requests[0].headers


class TestNaming:
    """Who cannot be reached or trusted: the proxy or the API."""

    async def test_a_proxy_whose_certificate_is_not_trusted(
        self, authority: trustme.CA, ca_file: str
    ) -> None:
        async with ScriptedServer(tls=serving(trustme.CA())) as proxy:
            async with sending(HOST, ca_file=ca_file, proxy=proxy.url) as sender:
                with pytest.raises(
                    TLSError, match="certificate of the proxy not accepted"
                ) as caught:
                    await sender.send(POST)

        assert (caught.value.attempts, caught.value.outcome) == (1, "not_sent")
        assert proxy.requests == []

    async def test_a_server_behind_a_proxy_whose_certificate_is_not_trusted(
        self, authority: trustme.CA, ca_file: str
    ) -> None:
        async with ScriptedServer(tls=serving(trustme.CA())) as server, Tunnel(server) as proxy:
            async with sending(server.url, ca_file=ca_file, proxy=proxy.url) as sender:
                with pytest.raises(TLSError, match="certificate not accepted") as caught:
                    await sender.send(POST)

        assert (caught.value.attempts, caught.value.outcome) == (1, "not_sent")
        assert server.requests == []

    async def test_a_proxy_that_speaks_no_tls(self, ca_file: str) -> None:
        greeting = b"HTTP/1.1 400 Bad Request\r\n\r\n"
        async with ScriptedServer(greeting=(greeting,)) as proxy:
            url = proxy.url.replace("http://", "https://")
            async with sending(HOST, ca_file=ca_file, proxy=url) as sender:
                with pytest.raises(TLSError, match="no TLS with the proxy"):
                    await sender.send(POST)

    async def test_a_proxy_that_is_down(self, unused_port: int) -> None:
        url = f"http://127.0.0.1:{unused_port}"
        async with sending(HOST, proxy=url, retry=RetryPolicy(max_attempts=1)) as sender:
            with pytest.raises(ConnectError, match=r"no connection: .* \(by the proxy\)"):
                await sender.send(POST)

    async def test_a_proxy_without_an_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def resolve(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
        policy = RetryPolicy(max_attempts=1)
        async with sending(HOST, proxy="http://proxy.invalid:3128", retry=policy) as sender:
            with pytest.raises(ConnectError, match="host name of the proxy was not found"):
                await sender.send(POST)


class TestProxiesOfOthers:
    """Those of the environment and of a lent session play no part."""

    @pytest.fixture
    def environment(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        def point(url: str) -> None:
            for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, url)
            for name in ("no_proxy", "NO_PROXY"):
                monkeypatch.delenv(name, raising=False)

        return point

    @pytest.mark.parametrize("tls", [False, True])
    @pytest.mark.parametrize("whose", ["environment", "session", "both"])
    async def test_a_lent_session_sends_our_requests_straight(
        self, whose: str, tls: bool, environment: Any, authority: trustme.CA, ca_file: str
    ) -> None:
        async with ScriptedServer(reply(502)) as theirs:
            environment(theirs.url)
            options: dict[str, Any] = {"trust_env": whose != "session"}
            if whose != "environment":
                options["proxy"] = theirs.url
            server = ScriptedServer(tls=serving(authority) if tls else None)
            async with server, aiohttp.ClientSession(**options) as session:
                async with sending(server.url, session=session, ca_file=ca_file) as sender:
                    for request in (GET, POST):
                        assert (await sender.send(request)).attempts == 1

        assert theirs.connections == 0
        assert len(server.requests) == 2

    async def test_the_configured_one_is_used_with_a_lent_session_that_has_another(self) -> None:
        async with ScriptedServer() as ours, ScriptedServer(reply(502)) as theirs:
            async with aiohttp.ClientSession(proxy=theirs.url) as session:
                async with sending("http://127.0.0.1:9", session=session, proxy=ours.url) as sender:
                    assert (await sender.send(GET)).status == 200

        assert theirs.connections == 0
        assert ours.requests[0].target.startswith("http://127.0.0.1:9/")
