"""Type checkers know what deliveries hold, and what makes a verifier, a store and a receiver."""

from __future__ import annotations

from typing import assert_type

from scalr_async.webhooks import (
    Delivery,
    DeliveryStore,
    LaunchTask,
    MemoryDeliveryStore,
    Reply,
    RunEvent,
    SQLiteDeliveryStore,
    TaskVerifier,
    UnknownEvent,
    WebhookApp,
    WebhookReceiver,
    WebhookVerifier,
)


def verify(body: bytes, headers: dict[str, str], raw: list[tuple[bytes, bytes]]) -> Delivery:
    verifier = WebhookVerifier(b"secret", previous=["old"], tolerance=60, signed=lambda b, h: b)
    delivery = verifier.verify(body, headers)
    assert_type(delivery, Delivery)
    assert_type(delivery.payload, RunEvent | LaunchTask | UnknownEvent)
    assert_type(TaskVerifier("X-Key", "secret").verify(body, raw), Delivery)
    WebhookVerifier()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    WebhookVerifier("secret", tolerance="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    return verifier.verify(body, raw)


def name(delivery: Delivery) -> str | None:
    match delivery.payload:
        case RunEvent(run=run, event_name=name):
            assert_type(run.status, str | None)
            assert_type(name, str)
            return name
        case LaunchTask(action=action):
            return action
        case other:
            assert_type(other, UnknownEvent)
            return other.event_name


async def receive(body: bytes, headers: dict[str, str]) -> Reply:
    async def work(delivery: Delivery) -> None: ...

    stores: list[DeliveryStore] = [MemoryDeliveryStore(), SQLiteDeliveryStore("deliveries.db")]
    async with WebhookReceiver(WebhookVerifier("secret"), work, store=stores[0]) as receiver:
        assert_type(receiver, WebhookReceiver)
        WebhookReceiver(TaskVerifier("X-Key", "secret"), work)
        WebhookApp(receiver)
        return await receiver.receive(body, headers)
