"""Deliveries received by an ASGI application, alone or mounted in another one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from scalr_async.webhooks._receiver import WebhookReceiver
from scalr_async.webhooks._replies import Reply

__all__ = ["WebhookApp"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_POST_ONLY = Reply(405, "deliveries are posted")


class _Gone(Exception):  # noqa: N818 - no error: the sender went away
    """The sender went away before the end of the body."""


class WebhookApp:
    """An ASGI application that accepts deliveries at every path.

    Served by itself, it opens and closes the receiver with the server's lifespan. Mounted in
    another application, it gets no lifespan events: open the receiver there (`async with
    receiver`).

    Args:
        receiver: handles the deliveries.
    """

    def __init__(self, receiver: WebhookReceiver) -> None:
        self._receiver = receiver

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._respond(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._receiver.__aenter__()
        except Exception as error:  # noqa: BLE001 - the server reports it, and exits
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        try:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        finally:
            await self._receiver.__aexit__(None, None, None)
        await send({"type": "lifespan.shutdown.complete"})

    async def _respond(self, scope: Message, receive: Receive, send: Send) -> None:
        reply, extra = _POST_ONLY, {"Allow": "POST"}
        if scope["method"] == "POST":
            try:
                reply = await self._receiver.answer(scope["headers"], _body(receive))
            except _Gone:
                return
            extra = {}
        text = reply.text.encode()
        fields = {**reply.headers, **extra, "Content-Length": str(len(text))}
        headers = [(k.lower().encode(), v.encode()) for k, v in fields.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": text})


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return
