"""A service that takes deliveries, to be killed: `python -m tests.webhooks.crash DB LOG PORT`.

Each delivery it has handled is a line of the log, written in one go.
"""

from __future__ import annotations

import asyncio
import os
import sys

from aiohttp import web

from scalr_async.webhooks import (
    Delivery,
    SQLiteDeliveryStore,
    WebhookReceiver,
    WebhookVerifier,
    add_webhook_route,
)
from tests.webhooks.sender import SECRET, clock
from tests.webhooks.served import PATH

LEASE = 1.5


async def main(database: str, log: str, port: int) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def work(delivery: Delivery) -> None:
        await asyncio.sleep(0.01)
        os.write(out, f"{delivery.id}\n".encode())

    store = SQLiteDeliveryStore(database)
    receiver = WebhookReceiver(
        WebhookVerifier(SECRET, clock=clock),
        work,
        store=store,
        patience=0.02,
        concurrency=64,
        lease=LEASE,
    )
    app = web.Application()
    add_webhook_route(app, PATH, receiver)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
