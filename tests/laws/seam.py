"""A client whose requests end at the seam to the HTTP library: no socket, no loop of I/O, no wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from scalr_async import Config, RetryPolicy, ScalrClient, Timeouts
from scalr_async._http import Headers, Request
from scalr_async.transport import Answer, Failure, Progress
from scalr_async.transport._request_target import request_target
from tests.conftest import CANARY

CONFIG = Config(
    host="https://acme.scalr.io",
    token=CANARY,
    retry=RetryPolicy(max_attempts=2, base=0, throttled_base=0, cap=0.001),
    timeouts=Timeouts(total=None),
)
_ENOUGH = 8
"""Requests of one call after which every further one answers 404, so that nothing goes on."""


@attrs.frozen
class Reply:
    """What a server answers."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/vnd.api+json"),)


Script = Callable[[Request, int], Reply]
"""From a request and its number, counted from 0, to its answer."""


class _Body:
    def __init__(self, body: bytes) -> None:
        self._pieces = [body[:7], body[7:]]

    async def read(self) -> bytes | Failure:
        while self._pieces:
            if piece := self._pieces.pop(0):
                return piece
        return b""

    def close(self) -> None:
        self._pieces.clear()


class ScriptedWire:
    """Answers from a script, and checks what aiohttp would be given."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Request] = []

    async def attempt(self, request: Request, progress: Progress) -> Answer | Failure:
        reply = await self._reply(request, progress)
        return Answer(reply.status, Headers(reply.headers), reply.body)

    async def open(self, request: Request, progress: Progress) -> Answer | Failure:
        reply = await self._reply(request, progress)
        if reply.status >= 300:
            return Answer(reply.status, Headers(reply.headers), reply.body)
        progress.phase, progress.status = "response body", reply.status
        return Answer(reply.status, Headers(reply.headers), b"", _Body(reply.body))

    async def refresh_token(self, progress: Progress) -> bool:
        return False

    async def _reply(self, request: Request, progress: Progress) -> Reply:
        request_target(request.path, request.params)
        if not isinstance(request.body, bytes | None):
            async for piece in request.body.chunks():
                assert isinstance(piece, memoryview)
        for header in (request.accept, request.content_type, request.method):
            assert header.isprintable()
            assert header.isascii()
        progress.sent, progress.phase = True, "response headers"
        number = len(self.requests)
        self.requests.append(request)
        return Reply(status=404) if number >= _ENOUGH else self.script(request, number)


@contextmanager
def scripted(script: Script, **options: Any) -> Iterator[ScalrClient]:
    """Give an open client whose server answers from a script."""
    scalr = ScalrClient(config=CONFIG, **options)
    scalr._sender._wire = ScriptedWire(script)
    lifecycle = scalr._transport._shared.lifecycle
    lifecycle.open()
    try:
        yield scalr
    finally:
        lifecycle.close()


def requests_of(scalr: ScalrClient) -> list[Request]:
    """Return what a scripted client has sent."""
    wire = scalr._sender._wire
    assert isinstance(wire, ScriptedWire)
    return wire.requests


Call = Callable[[ScalrClient], Awaitable[Any] | Any]
