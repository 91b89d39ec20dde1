"""Rows 41 to 49: where a request may go, what it carries, and what nobody may see."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme

from scalr_async import (
    Config,
    ConfigError,
    ConnectError,
    DecodeError,
    InvalidArgumentError,
    RetryPolicy,
    ScalrClient,
    ScalrError,
    Secret,
    Timeouts,
    UnexpectedRedirectError,
)
from tests.certificates import serving
from tests.conftest import CANARY
from tests.faults.common import (
    METHODS,
    POOL,
    ROOT,
    body_of,
    client,
    in_virtual_time,
    logged,
    ok,
    refusal,
    resource,
    shown,
)
from tests.servers import CLOSE, HANG, RESET, ScriptedServer, Steps, reply

AUTHORIZED = "authorization"


def redirect(location: str, status: int = 302) -> bytes:
    return reply(status, headers={"Location": location})


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("method", METHODS)
async def test_a_redirect_of_a_call_is_not_followed(method: str, status: int) -> None:
    async with ScriptedServer(POOL) as other:
        location = f"http://user:{CANARY}@127.0.0.1:{other.port}/login?token={CANARY}#{CANARY}"
        async with ScriptedServer(redirect(location, status)) as server:
            async with client(server.url) as scalr:
                with pytest.raises(UnexpectedRedirectError) as caught:
                    await scalr.request(method, "/agent-pools", **body_of(method))

    shown = f"answered {status}, redirect to http://127.0.0.1:{other.port}/login ("
    assert shown in str(caught.value)
    assert CANARY not in str(caught.value)
    assert (len(server.requests), other.connections) == (1, 0)
    assert (caught.value.attempts, caught.value.outcome) == (1, "unknown")


class TestDownloads:
    """Row 42: a download is sent on by rules of its own."""

    async def taken(self, scalr: ScalrClient) -> bytes:
        return b"".join([piece async for piece in scalr.configuration_versions.download("cv-1")])

    async def test_another_host_gets_no_token_and_no_header_of_ours(self) -> None:
        async with ScriptedServer(reply(200, b"archive")) as store:
            async with ScriptedServer(redirect(f"{store.url}/x?sig=1")) as server:
                async with client(server.url, headers={"X-Team": "a"}) as scalr:
                    assert await self.taken(scalr) == b"archive"

        (sent,) = store.requests
        assert sent.method == "GET"
        assert AUTHORIZED in server.requests[0].headers
        assert set(sent.headers) == {"host", "user-agent", "accept", "accept-encoding"}
        assert sent.headers["host"] == store.url.removeprefix("http://")
        assert CANARY not in str(sent)

    async def test_five_hops_are_followed_and_six_are_not(self) -> None:
        def hop(request: Any) -> bytes:
            place, number = request.target.rpartition("hop-")[::2]
            following = int(number) + 1 if place else 1
            if following > hops:
                return reply(200, b"archive")
            return redirect(f"/hop-{following}")

        async with ScriptedServer(hop) as server, client(server.url) as scalr:
            hops = 5
            assert await self.taken(scalr) == b"archive"
            server.requests.clear()
            hops = 6
            with pytest.raises(UnexpectedRedirectError, match="more than 5"):
                await self.taken(scalr)

        assert len(server.requests) == 6

    @pytest.mark.parametrize(
        "location",
        ["http://store.example/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "", "//", "http://["],
    )
    async def test_a_place_that_is_not_safe_is_refused(self, location: str) -> None:
        async with ScriptedServer(redirect(location)) as server, client(server.url) as scalr:
            with pytest.raises(UnexpectedRedirectError):
                await self.taken(scalr)

        assert len(server.requests) == 1

    async def test_https_never_leads_to_http(self, authority: trustme.CA, ca_file: str) -> None:
        context = serving(authority)
        async with ScriptedServer(reply(200, b"archive")) as store:
            async with ScriptedServer(redirect(f"{store.url}/x"), tls=context) as server:
                async with client(server.url, ca_file=ca_file) as scalr:
                    with pytest.raises(UnexpectedRedirectError):
                        await self.taken(scalr)

        assert (len(server.requests), store.connections) == (1, 0)

    async def test_a_loop_ends(self) -> None:
        here = f"{ROOT}/configuration-versions/cv-1/download"
        async with ScriptedServer(redirect(here)) as server, client(server.url) as scalr:
            with pytest.raises(UnexpectedRedirectError, match="loop"):
                await self.taken(scalr)

        assert len(server.requests) == 1


@pytest.mark.parametrize("place", ["https://evil.example", "//evil.example", "http://[::1", None])
async def test_a_next_page_on_another_host_is_refused(place: str | None) -> None:
    async with ScriptedServer(POOL) as other:
        if place is None:
            place = other.url
        link = f"{place}{ROOT}/workspaces?page%5Bnumber%5D=2"
        page = ok([resource("workspaces", "ws-1")], links={"next": link})
        async with ScriptedServer(page) as server, client(server.url) as scalr:
            if place.startswith("http://["):
                assert len(await scalr.workspaces.list().collect()) == 1
            else:
                with pytest.raises(DecodeError, match="another host"):
                    await scalr.workspaces.list().collect()
            before = len(server.requests)
            with pytest.raises((InvalidArgumentError, ValueError)):
                await scalr.request("GET", link)

    assert (len(server.requests), other.connections) == (before, 0)


async def test_a_link_to_another_host_is_not_followed_where_the_totals_decide() -> None:
    async with ScriptedServer(POOL) as other:
        link = f"{other.url}{ROOT}/workspaces?page%5Bnumber%5D=2"
        numbers = {"current-page": 1, "page-size": 100, "total-pages": 1, "total-count": 1}
        meta = {"pagination": numbers}
        page = ok([resource("workspaces", "ws-1")], links={"next": link}, meta=meta)
        async with ScriptedServer(page) as server, client(server.url) as scalr:
            pager = scalr.workspaces.list()
            assert len(await pager.collect()) == 1

    assert not pager.report
    assert (len(server.requests), other.connections) == (1, 0)


BAD_IDS = [
    "", ".", "..", "../accounts", "a/b", "a\\b", "a?x=1", "a#x", "%2e%2e", "a%2Fb", "a b", "a\n", "\0",
    "a" * 200, "agent-pools/apool-1", "\u202eapool", "\u00e9\u00e9",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_IDS)
async def test_an_id_that_could_lead_elsewhere_is_refused_or_encoded(bad: str) -> None:
    async with ScriptedServer(POOL) as server, client(server.url) as scalr:
        (end,) = await asyncio.gather(scalr.agent_pools.get(bad), return_exceptions=True)

    if server.requests:
        path = server.requests[0].target
        assert path.startswith(f"{ROOT}/agent-pools/")
        assert path.isascii()
        assert not set(path.removeprefix(f"{ROOT}/agent-pools/")) & set("/?#\\ ")
    else:
        assert isinstance(end, InvalidArgumentError)
        assert str(end).isprintable()


@pytest.mark.parametrize("id_", ["apool-1", "a.b", "a~b", "A_b-1"])
async def test_an_id_is_on_the_wire_as_it_is(id_: str) -> None:
    found = ok(resource("agent-pools", id_, {"name": "eu"}))
    async with ScriptedServer(found) as server, client(server.url) as scalr:
        await scalr.agent_pools.get(id_)

    assert server.requests[0].target == f"{ROOT}/agent-pools/{id_}"


@pytest.mark.parametrize("path", ["/workspaces/../accounts", "/%2e%2e/x", "/a//b", "/a b", "/a#b"])
async def test_a_path_that_would_be_normalised_is_refused(path: str) -> None:
    async with ScriptedServer(POOL) as server, client(server.url) as scalr:
        with pytest.raises(InvalidArgumentError):
            await scalr.request("GET", path)

    assert server.requests == []


@pytest.mark.parametrize("bad", ["\r\nX: 1", "\n", "\0", "\x7f", "\u00e9"])
@pytest.mark.parametrize("where", ["token", "profile", "user_agent", "headers"])
def test_what_could_break_out_of_a_header_is_refused_and_not_echoed(where: str, bad: str) -> None:
    value = f"{CANARY}{bad}x"
    options: dict[str, Any] = {
        "token": "t",
        where: {"X-Team": value} if where == "headers" else value,
    }
    with pytest.raises(ConfigError, match=where.rstrip("s")) as caught:
        Config(host="acme.scalr.io", **options)

    if where in {"token", "headers"}:
        assert CANARY not in str(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
async def test_the_newline_of_a_mounted_secret_is_not_sent(end: str) -> None:
    async with ScriptedServer(POOL) as server, client(server.url, token=f"abc{end}") as scalr:
        await scalr.agent_pools.get("apool-1")

    assert server.requests[0].headers[AUTHORIZED] == "Bearer abc"


@pytest.mark.parametrize("borrowed", [False, True])
async def test_cookies_are_neither_kept_nor_sent(borrowed: bool) -> None:
    cookie = {"Set-Cookie": "session=1; Path=/; Max-Age=9999"}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        own = {"session": session} if borrowed else {}
        async with ScriptedServer(reply(200, b"{}", cookie)) as server:
            async with client(server.url, **own) as scalr:
                for _ in range(3):
                    await scalr.request("GET", "/agent-pools")

    assert all("cookie" not in request.headers for request in server.requests)
    assert len(jar) == 0


@pytest.mark.parametrize("borrowed", [False, True])
async def test_proxy_variables_and_netrc_play_no_part(
    borrowed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("default login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    async with ScriptedServer(reply(502)) as proxy, ScriptedServer(POOL) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        async with aiohttp.ClientSession(trust_env=True) as session:
            own = {"session": session} if borrowed else {}
            async with client(server.url, **own) as scalr:
                await scalr.agent_pools.get("apool-1")

    assert proxy.connections == 0
    assert server.requests[0].headers[AUTHORIZED] == f"Bearer {CANARY}"


async def test_the_password_of_a_proxy_is_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    proxy = Secret(f"http://user:{CANARY}@127.0.0.1:9")
    options = {"proxy": proxy, "retry": RetryPolicy(max_attempts=1)}
    async with client("http://127.0.0.1:9", token="other", **options) as scalr:
        with pytest.raises(ConnectError, match="no connection: Connection refused") as caught:
            await scalr.agent_pools.get("apool-1")
        assert caught.value.outcome == "not_sent"
        texts = shown(caught.value, vars(scalr), scalr.config) + logged(caplog.records)

    assert not [text for text in texts if CANARY in text]


@pytest.mark.parametrize(
    "host", ["http://acme.scalr.io", "http://10.0.0.1", "http://localhost.evil"]
)
def test_plain_http_is_refused(host: str) -> None:
    with pytest.raises(ConfigError, match="https://"):
        Config(host=host, token="t")


@pytest.mark.parametrize("host", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"])
def test_plain_http_is_for_loopback(host: str) -> None:
    assert Config(host=host, token="t").api_root.scheme == "http"


def secret_error() -> bytes:
    return refusal(
        422, {"title": "Invalid Attribute", "source": {"pointer": "/data/attributes/value"}}
    )


FAILURES: dict[str, Steps] = {
    "closed": CLOSE,
    "reset": RESET,
    "silent": HANG,
    "drips": (reply(201, headers={"Content-Length": "9"}, length=False) + b"{", HANG),
    "cut": (reply(201, headers={"Content-Length": "9"}, length=False) + b"{", CLOSE),
    "not HTTP": (b"SSH-2.0\r\n", CLOSE),
    "redirect": redirect(f"https://x.example/?t={CANARY}"),
    "encoding": reply(201, b"x", {"Content-Encoding": "br"}),
    "broken gzip": reply(201, b"xxxx", {"Content-Encoding": "gzip"}),
    "no JSON": reply(201, b"{"),
    "login page": reply(201, b"<html>", {"Content-Type": "text/html"}),
    "another document": reply(201, b'{"data": 7}'),
    "status": reply(999),
    **{str(status): refusal(status) for status in (400, 401, 403, 404, 409, 422, 429, 500, 503)},
    "422 with a pointer": secret_error(),
}  # fmt: skip

Call = Callable[[ScalrClient], Coroutine[Any, Any, Any]]
SECRET_CALLS: dict[str, Call] = {
    "get": lambda scalr: scalr.variables.get("var-1"),
    "create": lambda scalr: scalr.variables.create(
        key="k", value=Secret(CANARY), category="shell", sensitive=True
    ),
    "update": lambda scalr: scalr.variables.update("var-1", value=Secret(CANARY)),
    "webhook": lambda scalr: scalr.webhook_integrations.create(
        name="w", url="https://w.example", secret_key=Secret(CANARY), events=[]
    ),
    "walk": lambda scalr: scalr.variables.list(key="k").collect(),
}


@pytest.mark.parametrize("call", SECRET_CALLS)
@pytest.mark.parametrize("name", FAILURES)
@in_virtual_time
async def test_no_failure_shows_a_secret_anywhere(
    name: str, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    events: list[Any] = []
    options: dict[str, Any] = {
        "events": events,
        "timeouts": Timeouts(read=0.01),
        "retry": RetryPolicy(max_attempts=2, base=0.001, throttled_base=0.001),
        "headers": {"X-Secret": Secret(CANARY)},
    }
    async with ScriptedServer(FAILURES[name]) as server, client(server.url, **options) as scalr:
        with pytest.raises(ScalrError) as caught:
            await SECRET_CALLS[call](scalr)
        sender = scalr._sender
        insides = [scalr, sender, sender._wire, sender._shared, scalr._transport, scalr._telemetry]
        texts = shown(
            caught.value, events, *map(vars, filter(lambda o: hasattr(o, "__dict__"), insides))
        )
    await asyncio.sleep(0)
    texts += logged(caplog.records)

    assert server.requests
    assert CANARY.encode() in server.requests[0].body or call in {"get", "walk"}
    assert not [line for text in texts for line in text.splitlines() if CANARY in line]


async def test_what_is_read_hides_what_is_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = resource("access-tokens", "at-1", {"token": CANARY, "description": "k8s"})
    async with ScriptedServer(ok(token, 201)) as server, client(server.url) as scalr:
        made = await scalr.agent_pools.create_token("apool-1", description="k8s")
        texts = [repr(made), str(made), f"{made}", *logged(caplog.records)]

    assert made.token == CANARY
    assert not [text for text in texts if CANARY in text]
