"""A token of any length, echoed wherever a server can say something, is nowhere shown, nor a part."""

from __future__ import annotations

import ast
import asyncio
import copy
import io
import json
import logging
import pickle
import random
import string
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import scalr_async
from scalr_async import BulkError, RetryPolicy, ScalrClient, ScalrError
from tests.faults.common import client, in_virtual_time, logged, ok, resource
from tests.faults.test_frames import all_errors, locals_of
from tests.servers import CLOSE, HANG, Received, ScriptedServer, Steps, reply

LENGTHS = (8, 13, 27, 101, 199, 306, 1000, 4000)
PART = 12
"""So many characters in a row are a part of a token; fewer tell nothing."""


def token_of(length: int) -> str:
    return "".join(random.Random(length).choices(string.ascii_letters + string.digits, k=length))


def shows(text: str, token: str) -> bool:
    """Return whether a text has a part of a token, in whatever case."""
    size, folded, secret = min(PART, len(token)), text.lower(), token.lower()
    if not any(secret[at : at + 6] in folded for at in range(0, len(secret) - 5, 6)):
        return False  # a part would contain one of these
    return any(secret[at : at + size] in folded for at in range(len(secret) - size + 1))


def texts_of(error: BaseException) -> Iterable[tuple[str, str]]:
    """Yield all that an error shows, and the locals of our frames, each with its place."""
    for one in all_errors(error):
        notes = getattr(one, "__notes__", [])
        for about in (str(one), repr(one), repr(one.args), repr(vars(one)), repr(notes)):
            yield type(one).__name__, about
        yield "copy", repr(copy.deepcopy(one))
        yield "pickle", pickle.dumps(one).decode("latin-1")
    yield from locals_of(error)


def errors(token: str) -> bytes:
    said = {"title": f"bad {token}", "detail": "x" * 500 + token, "source": {"pointer": token}}
    return json.dumps({"errors": [said, token * 3]}).encode()


def redirect(location: str) -> bytes:
    return reply(302, b"", {"Location": location})


def to_other_host(token: str) -> bytes:
    return ok([resource("workspaces", "ws-1")], links={"next": f"https://evil.example/{token}"})


PLACES: dict[str, Callable[[str], Steps]] = {
    "status line": lambda token: (token.encode() + b"\r\n\r\n", CLOSE),
    "long status line": lambda token: (f"HTTP/1.1 200 {token * 2000}\r\n\r\n".encode(), CLOSE),
    "reason": lambda token: reply(500).replace(b"Internal Server Error", token.encode()),
    "header name": lambda token: (f"HTTP/1.1 200 OK\r\n{token} : x\r\n\r\n".encode(), CLOSE),
    "long header name": lambda token: (f"HTTP/1.1 200 OK\r\n{token * 2000}: x\r\n\r\n".encode(), CLOSE),
    "length": lambda token: (f"HTTP/1.1 200 OK\r\nContent-Length: {token}\r\n\r\n".encode(), CLOSE),
    "long header": lambda token: reply(200, b"", {"X-Echo": token * 2000}),
    "chunk": lambda token: (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{token}\r\n".encode(), CLOSE,
    ),
    "two segments": lambda token: (
        f"HTTP/1.1 200 OK\r\nX: {token[: len(token) // 2]}".encode(),
        f"{token[len(token) // 2 :]}\x00\r\n\r\n".encode(),
        CLOSE,
    ),
    "encoding": lambda token: reply(200, b"x", {"Content-Encoding": token}),
    "encoding of an error": lambda token: reply(500, b"x", {"Content-Encoding": token}),
    "location": lambda token: redirect(f"https://login.example/{token}"),
    "location, behind more": lambda token: redirect(f"/{'a' * 180}/{token}?{token}"),
    "location that is none": lambda token: redirect(f"https://[{token}"),
    "media type": lambda token: reply(200, b"x", {"Content-Type": f"text/{'a' * 120}{token}"}),
    "request id": lambda token: reply(500, b"{}", {"X-Request-Id": f"{'a' * 120}{token}"}),
    "harmless headers": lambda token: reply(429, b"{}", {"Server": token, "Retry-After": token}),
    "errors": lambda token: reply(422, errors(token)),
    "text": lambda token: reply(403, f"no {token} ".encode() * 50),
    "long text": lambda token: reply(403, b"x" * 2040 + token.encode() * 9000),
    "cut text": lambda token: (
        reply(403, b"", {"Content-Length": "9999"}, length=False) + token[:-1].encode(), CLOSE,
    ),
    "next page": to_other_host,
    "end of life": lambda token: reply(200, b"{}", {"Deprecation": f"{'a' * 90}{token}"}),
}  # fmt: skip

CALLS: tuple[Callable[[ScalrClient], Any], ...] = (
    lambda scalr: scalr.agent_pools.get("apool-1"),
    lambda scalr: scalr.agent_pools.create(name="eu"),
    lambda scalr: scalr.workspaces.list().collect(),
    lambda scalr: scalr.plans.log("plan-1"),
    lambda scalr: scalr.state_versions.download("sv-1", to=io.BytesIO()),
    lambda scalr: linked(scalr),
)


async def linked(scalr: ScalrClient) -> None:
    result = await scalr.agent_pools.link_workspaces("apool-1", ["ws-1", "ws-2"])
    result.raise_for_failures()


def bearer(request: Received) -> str:
    return request.headers["authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize("place", PLACES)
@in_virtual_time
async def test_security_an_echo_of_a_token_of_any_length_is_redacted(
    place: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "scalr_async")
    found: list[str] = []
    failures = 0
    async with ScriptedServer(lambda request: PLACES[place](bearer(request))) as server:
        for length in LENGTHS:
            token, events = token_of(length), list[Any]()
            async with client(server.url, token=token, events=events) as scalr:
                for number, call in enumerate(CALLS):
                    (error,) = await asyncio.gather(call(scalr), return_exceptions=True)
                    if isinstance(error, BaseException):
                        assert isinstance(error, ScalrError | BulkError)
                        failures += 1
                        texts = texts_of(error)
                        found += [f"{length}, {number}: {at}" for at, t in texts if shows(t, token)]
            said = [*map(repr, events), *logged(caplog.records)]
            found += [f"{length}: {text}" for text in said if shows(text, token)]
            caplog.clear()

    assert found == []
    assert failures or place == "end of life"


HELD: dict[str, Callable[[str], Steps]] = {
    "before a repeat": lambda token: reply(503, b"{}", {"X-Request-Id": token, "Server": token}),
    "in a body": lambda token: (
        reply(200, b"{}", {"X-Request-Id": token, "Content-Length": "9"}, length=False), HANG,
    ),
    "in chunks": lambda token: (
        reply(200, b"", {"Transfer-Encoding": "chunked", "Server": token}, length=False)
        + b"40\r\n" + token[:64].encode() + b"\r\n",
        HANG,
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", HELD)
@in_virtual_time
async def test_security_a_call_that_is_cancelled_shows_no_echo(place: str) -> None:
    token, found, cancelled = token_of(306), list[str](), 0
    patient = RetryPolicy(base=100)
    async with ScriptedServer(lambda request: HELD[place](bearer(request))) as server:
        for number, call in enumerate(CALLS):
            async with client(server.url, token=token, retry=patient) as scalr:
                task = asyncio.ensure_future(call(scalr))
                await asyncio.sleep(1)
                task.cancel()
                try:
                    await task
                except (asyncio.CancelledError, ScalrError) as error:  # some end before
                    cancelled += isinstance(error, asyncio.CancelledError)
                    texts = locals_of(error)
                    found += [f"{number}: {at}" for at, text in texts if shows(text, token)]

    assert cancelled >= len(CALLS) - 1
    assert found == []


def test_transport_cuts_server_text_only_with_the_function_that_redacts_first() -> None:
    """`printable` cuts and does not redact; what knows the secrets must not use it."""
    transport = Path(scalr_async.__file__).parent / "transport"
    used = {
        str(file.relative_to(transport))
        for file in transport.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and "printable" in [name.name for name in node.names]
    }

    assert used == set()
