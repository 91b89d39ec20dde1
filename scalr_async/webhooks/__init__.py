"""Deliveries of Scalr's webhooks: verified, typed, each one worked once.

    from scalr_async.webhooks import WebhookVerifier

    delivery = WebhookVerifier(secret).verify(body, headers)

    _verify      who sent it, and when: signatures, dates, the secret header of a pool
    _headers     header fields, in whatever form a web framework has them
    _payloads    what was sent: events of runs, tasks of serverless pools

Nothing here needs a client.
"""

from __future__ import annotations

from scalr_async.errors import (
    DeliveryError,
    MalformedDeliveryError,
    SignatureError,
    StaleDeliveryError,
)
from scalr_async.webhooks._payloads import (
    Delivery,
    EventObject,
    EventRun,
    LaunchTask,
    Payload,
    RunEvent,
    UnknownEvent,
)
from scalr_async.webhooks._verify import Signed, TaskVerifier, WebhookVerifier, body_and_date

__all__ = [
    "Delivery",
    "DeliveryError",
    "EventObject",
    "EventRun",
    "LaunchTask",
    "MalformedDeliveryError",
    "Payload",
    "RunEvent",
    "SignatureError",
    "Signed",
    "StaleDeliveryError",
    "TaskVerifier",
    "UnknownEvent",
    "WebhookVerifier",
    "body_and_date",
]
