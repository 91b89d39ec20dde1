"""Row 49: a server that echoes the request puts no credential into what is shown of its answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from scalr_async import ScalrError
from scalr_async.telemetry import DeprecationEvent
from tests.conftest import CANARY
from tests.faults.common import client, ok, resource, shown
from tests.servers import CLOSE, Received, ScriptedServer, reply

TOKEN = f"{CANARY}/+=.x"
HEADER = "header/value+canary="
HEADERS = {"X-Key": HEADER, "X-Short": "on"}
SIGNATURE = "c2lnbmVk/canary+"

ECHOES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "URL": lambda text: quote(text, safe=""),
    "JSON": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
}


def errors(text: str) -> bytes:
    """Return a document of errors that says something wherever it can."""
    quoted = json.dumps(text).replace("\\\\u", "\\u")
    return (
        '{"errors": [{"status": %s, "code": %s, "title": %s, "detail": %s, "meta": {%s: [%s]},'
        ' "source": {"pointer": %s, "parameter": %s}}, %s]}' % ((quoted,) * 9)
    ).encode()


def said(request: Received, writing: str) -> str:
    values = [request.headers.get("authorization", ""), request.headers.get("x-key", "")]
    values += [request.target.partition("sig=")[2]]
    return " ".join(f"got {ECHOES[writing](value)}" for value in values if value)


BODIES: dict[str, Callable[[str], Any]] = {
    "errors": lambda text: reply(422, errors(text), {"X-Request-Id": text[:60]}),
    "text": lambda text: reply(403, text.encode(), {"Content-Type": "text/plain"}),
    "page": lambda text: reply(502, f"<html>{text}</html>".encode()),
    "no JSON": lambda text: reply(200, text.encode(), {"Content-Type": text}),
    "redirect": lambda text: reply(302, b"", {"Location": "/" + quote(text, safe="%/")}),
    "no HTTP": lambda text: (text.encode() + b"\r\n\r\n", CLOSE),
    "no status": lambda text: (f"HTTP/1.1 2000 {text}\r\n\r\n".encode(), CLOSE),
    "encoding": lambda text: reply(200, b"{}", {"Content-Encoding": text}),
}


@pytest.mark.parametrize("writing", ECHOES)
@pytest.mark.parametrize("name", BODIES)
async def test_what_a_server_echoes_is_not_shown(name: str, writing: str) -> None:
    async with ScriptedServer(lambda request: BODIES[name](said(request, writing))) as server:
        async with client(server.url, token=TOKEN, headers=HEADERS) as scalr:
            for call in (
                scalr.agent_pools.get("apool-1"),
                scalr.agent_pools.create(name="eu"),
                scalr.agent_pools.delete("apool-1"),
                scalr.request("GET", "/x"),
                scalr.plans.log("plan-1"),
            ):
                await check(call, expected=name != "no JSON")


async def check(call: Any, *, expected: bool = True) -> None:
    """Look for credentials in all that an error shows; frames of the test would show them."""
    (error,) = await asyncio.gather(call, return_exceptions=True)
    if isinstance(error, ScalrError):
        for text in shown(error):
            for secret in (TOKEN, CANARY, HEADER, SIGNATURE):
                assert secret not in text
                assert quote(secret, safe="") not in text
                assert "".join(f"\\u{ord(c):04x}" for c in secret) not in text
    else:
        assert not expected
        assert not isinstance(error, BaseException)


@pytest.mark.parametrize("writing", ECHOES)
@pytest.mark.parametrize("name", ["errors", "text", "page"])
async def test_nor_is_the_query_of_a_signed_url(name: str, writing: str) -> None:
    async with ScriptedServer(lambda request: BODIES[name](said(request, writing))) as store:
        url = f"{store.url}/up?sig={quote(SIGNATURE, safe='')}"
        version = ok(resource("configuration-versions", "cv-1") | {"links": {"upload": url}})
        async with ScriptedServer(version) as server:
            async with client(server.url, token=TOKEN, headers=HEADERS) as scalr:
                await check(scalr.configuration_versions.upload("cv-1", b"abc"))


async def test_nor_is_it_in_an_event() -> None:
    events: list[Any] = []
    answer = reply(200, b"{}", {"Deprecation": f"since {TOKEN}", "Sunset": quote(TOKEN)})
    async with ScriptedServer(answer) as server:
        async with client(server.url, token=TOKEN, events=events) as scalr:
            await scalr.request("GET", "/x")

    (told,) = [event for event in events if isinstance(event, DeprecationEvent)]
    assert (told.deprecation, told.sunset) == ("since <redacted>", "<redacted>")


async def test_a_token_that_was_renewed_is_known_too() -> None:
    tokens = iter([f"{CANARY}-1", f"{CANARY}-2"])

    def answer(request: Received) -> Any:
        refused = request.headers["authorization"].endswith("-1")
        return reply(401 if refused else 403, said(request, "plain").encode())

    async with ScriptedServer(answer) as server:
        async with client(server.url, token=lambda: next(tokens)) as scalr:
            await check(scalr.agent_pools.get("apool-1"))
