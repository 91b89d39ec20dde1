"""Messages to others: events of runs to webhooks, tasks of waiting runs to pools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs
import msgspec

from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.engine.store import Record
from scalr_async.emulator.scalr.runs.states import ENDED

__all__ = ["DELIVERIES", "Message", "Outbox"]

DELIVERIES: Final = "webhook-integration-deliveries"

_ENDS: Final = {
    "applied": "run:completed",
    "planned_and_finished": "run:completed",
    "errored": "run:errored",
}
"""The events of a run's end, by status; cancelling and discarding cause none."""

_QUEUES: Final = {"plan_queued": "plan", "apply_queued": "apply"}
"""The agent's task, by the status in which a run waits for an agent."""

_DEFAULTS: Final = {"enabled": True, "max-attempts": 3, "timeout": 15}
_POOL_ATTEMPTS: Final = 3
_POOL_TIMEOUT: Final = 15.0


@attrs.frozen(kw_only=True)
class Message:
    """A message to a webhook, signed with its secret, or to a pool, which has no secret.

    `headers` are sent in addition to those of every message. `timeout` is in seconds. `record` is
    its entry in the log of deliveries.
    """

    url: str
    body: bytes = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    secret: str | None = attrs.field(repr=False)
    attempts: int
    timeout: float
    record: Record | None = None


class Outbox:
    """Messages to send, in the order of their events."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._messages: list[Message] = []

    def take(self) -> list[Message]:
        """Return all messages, and empty the outbox."""
        taken, self._messages = self._messages, []
        return taken

    @property
    def is_wanted(self) -> bool:
        """True if any webhook or pool may get messages."""
        store = self._service.store
        return bool(store.count("webhook-integrations")) or any(
            pool.attributes.get("webhook-enabled") for pool in store.all("agent-pools")
        )

    def run_entered(self, run: Record, status: str, *, waits: bool) -> None:
        """Add the messages about a run's new status; `waits` if it needs a person there."""
        event = _ENDS.get(status) if status in ENDED else None
        if waits:
            event = "run:needs_attention"
        if event is not None:
            self._messages.extend(self._events(run, event))
        if status in _QUEUES:
            self._messages.extend(self._tasks(run, _QUEUES[status]))

    def _events(self, run: Record, event: str) -> Iterator[Message]:
        store = self._service.store
        home = run.related("environment")[0]
        for webhook in store.sources("webhook-integrations", "events", event):
            settings = {**_DEFAULTS, **webhook.attributes}
            shared = settings.get("is-shared") or home in webhook.related("environments")
            if settings["enabled"] and shared:
                yield self._event(run, event, webhook, settings)

    def _event(
        self, run: Record, event: str, webhook: Record, settings: Mapping[str, Any]
    ) -> Message:
        store, now = self._service.store, self._service.now()
        record = Record(
            type=DELIVERIES,
            id=self._service.new_id(DELIVERIES),
            attributes={"status": "pending", "attempts": 0, "triggered-at": now},
            relationships={
                "webhook": webhook.id,
                "event": event,
                "run": run.id,
                "workspace": run.related("workspace")[0],
                "environment": run.related("environment")[0],
                "triggered-by": run.relationships.get("created-by"),
            },
        )
        document = self._document(run, event, webhook)
        record.attributes["request-body"] = document
        store.add(record)
        store.change(webhook, {"last-triggered-at": now}, {})
        return Message(
            url=settings["url"],
            body=msgspec.json.encode(document),
            headers={"X-Scalr-Delivery-Id": record.id, **_named(settings.get("headers"))},
            secret=settings["secret-key"],
            attempts=settings["max-attempts"],
            timeout=settings["timeout"],
            record=record,
        )

    def _document(self, run: Record, event: str, webhook: Record) -> dict[str, Any]:
        store = self._service.store
        workspace = store.related(run, "workspace")[0]
        shown = self._service.documents.attributes
        told = {name: shown(run).get(name) for name in ("message", "status", "source")}
        variables = map(shown, store.sources("vars", "workspace", workspace.id))
        return {
            "payload_version": 1,
            "event_name": event,
            "run": {
                "id": run.id,
                **told,
                "url": f"{self._service.blobs.root}/runs/{run.id}",
                "created_at": run.attributes.get("created-at"),
                "updated_at": self._service.now(),
                "created_by": run.relationships.get("created-by"),
            },
            "webhook": _brief(webhook),
            "workspace": _brief(workspace),
            "environment": _brief(store.related(run, "environment")[0]),
            "variables": [{n: v.get(n) for n in ("key", "value", "sensitive")} for v in variables],
        }

    def _tasks(self, run: Record, action: str) -> Iterator[Message]:
        store = self._service.store
        workspace = store.related(run, "workspace")[0]
        for pool in store.related(workspace, "agent-pool"):
            url = pool.attributes.get("webhook-url")
            if not (pool.attributes.get("webhook-enabled") and url):
                continue
            id = f"atask-{self._service.text(15)}"
            task = {
                "task_id": id,
                "action": action,
                "run_id": run.id,
                "workspace_id": workspace.id,
                "environment_id": workspace.relationships.get("environment"),
                "created_at": self._service.now(),
            }
            own = _named(pool.attributes.get("webhook-headers"))
            yield Message(
                url=url,
                body=msgspec.json.encode(task),
                headers={**own, "Idempotency-Key": id},
                secret=None,
                attempts=_POOL_ATTEMPTS,
                timeout=_POOL_TIMEOUT,
            )


def _brief(record: Record) -> dict[str, Any]:
    return {"id": record.id, "name": record.attributes.get("name")}


def _named(headers: Any) -> dict[str, str]:
    return {header["name"]: header["value"] or "" for header in headers or ()}
