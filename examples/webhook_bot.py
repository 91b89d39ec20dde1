"""A bot that links workspaces to agent pools by tag: `pool:eu-west-1` to the pool `eu-west-1`.

    WEBHOOK_SECRET=... python webhook_bot.py

Scalr needs a webhook for all events of runs, with that secret and the address https://.../scalr.
The bot notices a new workspace when its first run ends or waits for a person. DELIVERIES names the
file that remembers handled deliveries (deliveries.db), PORT the port (8080).
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import AsyncIterator

from aiohttp import web

from scalr_async import NoResultError, NotFoundError, ScalrClient, ScalrError
from scalr_async.webhooks import (
    Delivery,
    EventObject,
    RunEvent,
    SQLiteDeliveryStore,
    WebhookReceiver,
    WebhookVerifier,
    add_webhook_route,
)

PREFIX = "pool:"
SCALR = web.AppKey("scalr", ScalrClient)

log = logging.getLogger("webhook_bot")


async def adopt(scalr: ScalrClient, name: str) -> None:
    """Link a workspace to the pool that its tag names, unless it has one; safe to repeat."""
    workspace = await scalr.workspaces.get(name, include=["tags"])
    tags = [tag.resource.name for tag in workspace.tags if tag.resource]
    pools = [tag.removeprefix(PREFIX) for tag in tags if tag.startswith(PREFIX)]
    if workspace.agent_pool or not pools:  # an existing choice stays
        return
    if len(pools) > 1:
        log.warning("%s: left alone, its tags name the pools %s", name, ", ".join(pools))
        return
    pool = await scalr.agent_pools.find(name=pools[0])
    result = await scalr.agent_pools.link_workspaces(pool, [workspace])
    result.raise_for_failures()
    log.info("%s: linked to %s", name, pool.name)


async def work(scalr: ScalrClient, delivery: Delivery) -> None:
    """Handle a delivery; after an exception, Scalr sends it again."""
    match delivery.payload:
        case RunEvent(workspace=EventObject(id=str(name))):
            try:
                await adopt(scalr, name)
            except (NotFoundError, NoResultError) as error:  # sending it again would not help
                log.warning("%s: left alone, %s", name, error)
        case other:
            log.warning("nothing is known of the event %s", other)


async def with_client(app: web.Application) -> AsyncIterator[None]:
    async with ScalrClient() as scalr:
        app[SCALR] = scalr
        yield


def make_app() -> web.Application:
    app = web.Application()
    receiver = WebhookReceiver(
        WebhookVerifier(os.environ["WEBHOOK_SECRET"]),
        lambda delivery: work(app[SCALR], delivery),
        store=SQLiteDeliveryStore(os.environ.get("DELIVERIES", "deliveries.db")),
    )
    app.cleanup_ctx.append(with_client)  # first, so that the client is closed after the receiver
    add_webhook_route(app, "/scalr", receiver)
    return app


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    try:
        web.run_app(make_app(), port=int(os.environ.get("PORT", "8080")), shutdown_timeout=30)
    except ScalrError as error:
        sys.exit(str(error))
