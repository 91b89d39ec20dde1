"""Deliveries received by an aiohttp application."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from scalr_async.webhooks._receiver import WebhookReceiver

__all__ = ["add_webhook_route"]


def add_webhook_route(app: web.Application, path: str, receiver: WebhookReceiver) -> None:
    """Let an aiohttp application receive deliveries at `path`, and open and close the receiver.

    Closing waits up to `drain` seconds for running handlers; give the runner as much time
    (`shutdown_timeout`).
    """

    async def handle(request: web.Request) -> web.Response:
        reply = await receiver.answer(request.headers, request.content.iter_any())
        return web.Response(status=reply.status, text=reply.text, headers=reply.headers)

    async def opened(_: web.Application) -> AsyncIterator[None]:
        async with receiver:
            yield

    app.router.add_post(path, handle)
    app.cleanup_ctx.append(opened)
