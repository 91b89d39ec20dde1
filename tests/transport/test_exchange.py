"""What exactly goes on the wire, with a session of our own and with the caller's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp
import attrs
import pytest
from aiohttp.http_exceptions import TransferEncodingError
from multidict import CIMultiDict
from yarl import URL

from scalr_async._http import Request
from scalr_async.errors import ClientStateError, ConnectError, ProtocolError
from scalr_async.transport import Progress
from scalr_async.transport._aiohttp.attempt import Exchange
from scalr_async.transport._aiohttp.bodies import BytesBody
from scalr_async.transport._aiohttp.errors import failure_of
from tests.conftest import CANARY
from tests.servers import ScriptedServer, reply
from tests.transport.common import DELETE, GET, POST, sending

OK = reply(200, b"{}")
OURS = {
    "user-agent",
    "prefer",
    "accept-encoding",
    "authorization",
    "accept",
    "host",
}


async def headers_of(request: Request, **changes: Any) -> dict[str, str]:
    async with ScriptedServer(OK) as server, sending(server.url, **changes) as sender:
        await sender.send(request)
    return server.requests[0].headers


class TestRequest:
    async def test_a_get(self) -> None:
        params = (
            ("page[number]", "2"),
            ("filter[name]", "like:a b"),
            ("include", "account,agents"),
        )
        async with ScriptedServer(OK) as server, sending(server.url) as sender:
            await sender.send(attrs.evolve(GET, params=params))

        (received,) = server.requests
        assert received.target == (
            "/api/iacp/v3/agent-pools"
            "?page%5Bnumber%5D=2&filter%5Bname%5D=like:a%20b&include=account,agents"
        )
        assert set(received.headers) == OURS
        assert received.headers["host"] == f"127.0.0.1:{server.port}"
        assert received.headers["authorization"] == f"Bearer {CANARY}"
        assert received.headers["accept"] == "application/vnd.api+json"
        assert received.headers["prefer"] == "profile=preview"
        assert received.headers["user-agent"].startswith("scalr-async/")

    async def test_a_write(self) -> None:
        headers = await headers_of(POST)

        assert set(headers) == OURS | {"content-type", "content-length"}
        assert headers["content-type"] == "application/vnd.api+json"
        assert headers["content-length"] == "12"

    async def test_a_write_without_a_body(self) -> None:
        headers = await headers_of(DELETE)

        assert set(headers) == OURS | {"content-length"}
        assert headers["content-length"] == "0"

    async def test_an_empty_body_is_a_body(self) -> None:
        headers = await headers_of(attrs.evolve(POST, body=b""))

        assert headers["content-length"] == "0"
        assert headers["content-type"] == "application/vnd.api+json"

    async def test_other_media_types(self) -> None:
        request = attrs.evolve(POST, content_type="application/json", accept="text/csv")
        headers = await headers_of(request)

        assert (headers["content-type"], headers["accept"]) == ("application/json", "text/csv")

    async def test_no_profile(self) -> None:
        assert "prefer" not in await headers_of(GET, profile=None)

    async def test_headers_of_the_configuration(self) -> None:
        headers = await headers_of(GET, headers={"X-Team": "infra"}, user_agent="crawler/1")

        assert (headers["x-team"], headers["user-agent"]) == ("infra", "crawler/1")

    async def test_a_path_is_not_normalised(self) -> None:
        async with ScriptedServer(OK) as server, sending(server.url) as sender:
            await sender.send(Request(method="GET", path="/workspaces/ws%2F1%41/a...b;c"))

        assert server.requests[0].target == "/api/iacp/v3/workspaces/ws%2F1%41/a...b;c"

    async def test_a_connection_is_kept(self) -> None:
        async with ScriptedServer(OK) as server, sending(server.url) as sender:
            for _ in range(5):
                await sender.send(POST)

        assert (server.connections, len(server.requests)) == (1, 5)


class TestSessionOfTheCaller:
    async def test_nothing_of_a_lent_session_is_mixed_into_our_requests(self) -> None:
        async def middleware(request: Any, handler: Any) -> Any:
            raise AssertionError("a middleware of the caller ran")

        jar = aiohttp.CookieJar(unsafe=True)
        async with ScriptedServer(OK) as server:
            jar.update_cookies({"theirs": "1"}, aiohttp.client.URL(server.url))
            session = aiohttp.ClientSession(
                headers={"Authorization": "Bearer theirs", "X-Theirs": "1", "Accept": "theirs"},
                cookies={"more": "2"},
                cookie_jar=jar,
                middlewares=(middleware,),
                raise_for_status=True,
                timeout=aiohttp.ClientTimeout(total=0.000001),
                skip_auto_headers=["User-Agent", "Content-Type"],
                base_url="https://theirs.example/",
            )
            async with session, sending(server.url, session=session) as sender:
                await sender.send(POST)

        headers = server.requests[0].headers
        assert set(headers) == OURS | {"content-type", "content-length"}
        assert headers["authorization"] == f"Bearer {CANARY}"
        assert headers["accept"] == "application/vnd.api+json"

    @pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning")
    @pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
    async def test_its_credentials_do_not_clash_with_ours(self) -> None:
        async with ScriptedServer(OK) as server:
            async with aiohttp.ClientSession(auth=aiohttp.BasicAuth("theirs", "x")) as session:
                async with sending(server.url, session=session) as sender:
                    await sender.send(GET)

        assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"

    async def test_a_lent_session_stays_open_and_as_it_was(self) -> None:
        async with aiohttp.ClientSession(headers={"X-Theirs": "1"}) as session:
            before = {name: repr(getattr(session, name, None)) for name in session.ATTRS}
            async with ScriptedServer(reply(200, b"{}", {"Set-Cookie": "a=b"})) as server:
                async with sending(server.url, session=session) as sender:
                    await sender.send(GET)

                assert not session.closed
                assert {
                    name: repr(getattr(session, name, None)) for name in session.ATTRS
                } == before
                async with session.get(server.url) as response:
                    assert response.status == 200

        assert server.requests[1].headers["x-theirs"] == "1"
        assert "authorization" not in server.requests[1].headers

    async def test_one_that_was_closed_meanwhile_is_named(self) -> None:
        async with ScriptedServer(OK) as server:
            session = aiohttp.ClientSession()
            async with sending(server.url, session=session) as sender:
                await session.close()
                with pytest.raises(
                    ClientStateError, match="aiohttp session of the client is closed"
                ):
                    await sender.send(GET)


class TestEnvironment:
    async def test_a_proxy_that_was_asked_for_is_used(self) -> None:
        async with ScriptedServer(OK) as proxy:
            url = proxy.url.replace("://", "://user:pass@")
            async with sending("http://127.0.0.1:9", proxy=url) as sender:
                assert (await sender.send(GET)).status == 200

        (received,) = proxy.requests
        assert received.target == "http://127.0.0.1:9/api/iacp/v3/agent-pools"
        assert received.headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"
        assert received.headers["host"] == "127.0.0.1:9"

    async def test_a_proxy_that_refuses(self) -> None:
        async with ScriptedServer(reply(407)) as proxy:
            async with sending("acme.scalr.io", proxy=proxy.url) as sender:
                with pytest.raises(ConnectError, match="the proxy answered 407") as caught:
                    await sender.send(POST)

        assert proxy.requests[0].target == "acme.scalr.io:443"
        assert "authorization" not in proxy.requests[0].headers
        assert caught.value.outcome == "not_sent"


async def test_the_body_is_a_payload_like_any_other() -> None:
    """Digest authentication of aiohttp and the like read it."""
    body = BytesBody(b"abc")

    assert await body.as_bytes() == b"abc"
    assert body.size == 3


def test_what_the_parser_in_python_raises_is_a_protocol_error() -> None:
    failure = failure_of(TransferEncodingError("bad\nchunk"), Progress(), aiohttp.ClientTimeout())

    assert failure.error is ProtocolError
    assert failure.message == "the answer is not HTTP: bad chunk"


class Body:
    """What `Exchange` looks at of a body."""

    total_bytes = 5

    def __init__(self, *, complete: bool) -> None:
        self.complete = complete
        self.errors: list[Exception] = []

    def is_eof(self) -> bool:
        return self.complete

    def set_exception(self, error: Exception) -> None:
        self.errors.append(error)


@pytest.mark.parametrize(("complete", "ends"), [(True, []), (False, [aiohttp.ClientPayloadError])])
def test_only_a_body_that_is_not_complete_misses_its_connection(
    complete: bool, ends: list[type[Exception]]
) -> None:
    """aiohttp lets go of the connection when the last piece came, before that piece is read."""
    exchange = Exchange(GET, URL("http://a/"), CIMultiDict(), None, Progress(), read=1.0)
    body = Body(complete=complete)
    exchange._sent = SimpleNamespace(response=SimpleNamespace(content=body, connection=None))

    exchange.check(0.0)

    assert [type(error) for error in body.errors] == ends
