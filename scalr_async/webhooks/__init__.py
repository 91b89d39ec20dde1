"""Deliveries of Scalr's webhooks: verified, typed, each handled once.

    from scalr_async.webhooks import WebhookVerifier

    delivery = WebhookVerifier(secret).verify(body, headers)

    _verify      verification: signatures, dates, the secret header of a pool
    _headers     header fields, in the forms that web frameworks give them
    _payloads    the content: events of runs, tasks of serverless pools
    _store       records of deliveries in memory; _sqlite keeps them in a file
    _receiver    answers requests (_replies) and calls the handler; _aiohttp and _asgi pass
                 requests to it

Nothing here needs a client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scalr_async.errors import (
    DeliveryError,
    MalformedDeliveryError,
    SignatureError,
    StaleDeliveryError,
)
from scalr_async.webhooks._asgi import WebhookApp
from scalr_async.webhooks._payloads import (
    Delivery,
    EventObject,
    EventRun,
    LaunchTask,
    Payload,
    RunEvent,
    UnknownEvent,
)
from scalr_async.webhooks._receiver import Handler, Verifier, WebhookReceiver
from scalr_async.webhooks._replies import Reply
from scalr_async.webhooks._sqlite import SQLiteDeliveryStore
from scalr_async.webhooks._store import Claim, DeliveryStore, MemoryDeliveryStore
from scalr_async.webhooks._verify import Signed, TaskVerifier, WebhookVerifier, body_and_date

if TYPE_CHECKING:
    from scalr_async.webhooks._aiohttp import add_webhook_route

__all__ = [
    "Claim",
    "Delivery",
    "DeliveryError",
    "DeliveryStore",
    "EventObject",
    "EventRun",
    "Handler",
    "LaunchTask",
    "MalformedDeliveryError",
    "MemoryDeliveryStore",
    "Payload",
    "Reply",
    "RunEvent",
    "SQLiteDeliveryStore",
    "SignatureError",
    "Signed",
    "StaleDeliveryError",
    "TaskVerifier",
    "UnknownEvent",
    "Verifier",
    "WebhookApp",
    "WebhookReceiver",
    "WebhookVerifier",
    "add_webhook_route",
    "body_and_date",
]


def __getattr__(name: str) -> Any:
    """Import `add_webhook_route`, which needs aiohttp's server, when it is used."""
    if name != "add_webhook_route":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from scalr_async.webhooks._aiohttp import add_webhook_route  # noqa: PLC0415 - see above

    return add_webhook_route
