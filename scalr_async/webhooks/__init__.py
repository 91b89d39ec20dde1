"""Deliveries of Scalr's webhooks: verified, typed, each one worked once.

    from scalr_async.webhooks import WebhookVerifier

    delivery = WebhookVerifier(secret).verify(body, headers)

    _verify      who sent it, and when: signatures, dates, the secret header of a pool
    _headers     header fields, in whatever form a web framework has them
    _payloads    what was sent: events of runs, tasks of serverless pools
    _store       what is known of deliveries: each is worked once; _sqlite in a file
    _receiver    from a request to work that is done; _aiohttp and _asgi bring it the requests

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
from scalr_async.webhooks._receiver import Handler, Reply, Verifier, WebhookReceiver
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
    """Import what needs aiohttp's server when it is asked for."""
    if name != "add_webhook_route":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from scalr_async.webhooks._aiohttp import add_webhook_route  # noqa: PLC0415 - see above

    return add_webhook_route
