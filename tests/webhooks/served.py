"""Receivers behind real sockets: an application of aiohttp, and one of ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import attrs
from aiohttp import web

from scalr_async.webhooks import WebhookApp, WebhookReceiver, add_webhook_route
from tests.webhooks import sender

PATH = "/scalr"


@asynccontextmanager
async def listening(app: web.Application | web.Server) -> AsyncIterator[str]:
    runner = (
        web.AppRunner(app, shutdown_timeout=1)
        if isinstance(app, web.Application)
        else web.ServerRunner(app, shutdown_timeout=1)
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def on_aiohttp(receiver: WebhookReceiver) -> AsyncIterator[str]:
    app = web.Application()
    add_webhook_route(app, PATH, receiver)
    async with listening(app) as url:
        yield url


class Asgi:
    """The least of an ASGI server: aiohttp reads the requests, and their bodies stay packed."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.told: list[str] = []
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        task = asyncio.create_task(
            self.app({"type": "lifespan"}, self._events.get, self._answers.put)
        )
        await self._events.put({"type": "lifespan.startup"})
        self.told.append((await self._answers.get())["type"])
        try:
            yield
        finally:
            await self._events.put({"type": "lifespan.shutdown"})
            await task
            while not self._answers.empty():
                self.told.append(self._answers.get_nowait()["type"])

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            chunk = await request.content.readany()
            more = not request.content.at_eof()
            return {"type": "http.request", "body": chunk, "more_body": more}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": request.method,
            "path": request.path,
            "headers": [(name.lower(), value) for name, value in request.raw_headers],
        }
        await self.app(scope, receive, send)
        start, body = sent
        headers = [(name.decode(), value.decode()) for name, value in start["headers"]]
        return web.Response(status=start["status"], body=body["body"], headers=dict(headers))


@asynccontextmanager
async def on_asgi(receiver: WebhookReceiver) -> AsyncIterator[str]:
    server = Asgi(WebhookApp(receiver))
    async with server.lifespan():
        async with listening(web.Server(server.handle, auto_decompress=False)) as url:
            yield url
    assert server.told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


Serve = Callable[[WebhookReceiver], AbstractAsyncContextManager[str]]
SERVERS: dict[str, Serve] = {"aiohttp": on_aiohttp, "ASGI": on_asgi}


@attrs.frozen
class Answered:
    status: int
    text: str
    headers: Any


class Sender:
    """Posts deliveries; `receiver` is what they go to."""

    receiver: WebhookReceiver

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def post(
        self, id: str = "wd-1", body: Any = sender.BODY, method: str = "POST", **headers: str
    ) -> Answered:
        """Send one signed delivery; named header fields replace those that belong there."""
        signed = sender.headers(body if isinstance(body, bytes) else b"", id=id)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._session.request(
            method, self.url, data=body, headers={**signed, **named}
        ) as response:
            return Answered(response.status, await response.text(), response.headers)


@asynccontextmanager
async def sending(url: str, *, keep: bool = False) -> AsyncIterator[Sender]:
    connector = aiohttp.TCPConnector(limit=0, force_close=not keep)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Sender(url, session)
