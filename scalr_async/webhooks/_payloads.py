"""The payloads of deliveries: events of runs, tasks of serverless pools, unknown documents."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs
import msgspec

from scalr_async._values import SecretBytes, conceal
from scalr_async.errors import MalformedDeliveryError

__all__ = [
    "Delivery",
    "EventObject",
    "EventRun",
    "LaunchTask",
    "Payload",
    "RunEvent",
    "UnknownEvent",
    "read_payload",
]

_MOST_LEVELS: Final = 100
"""The most levels of nesting; Scalr's payloads have about five."""
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_OPENING: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


@attrs.frozen(kw_only=True)
class EventObject:
    """A workspace, an environment or a webhook in an event.

    Attributes:
        id: its id, None if it is missing or not a text.
        name: its name, likewise.
        fields: all that the event says of it.
    """

    id: str | None
    name: str | None
    fields: Mapping[str, Any] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class EventRun:
    """A run in an event; a value that is missing or has another type is None.

    Attributes:
        id: its id.
        status: its status.
        message: its message.
        source: the source that queued it.
        url: the address of its page.
        created_at: the time of its creation, with a time zone.
        updated_at: the time of its last change, likewise.
        fields: all that the event says of it.
    """

    id: str
    status: str | None
    message: str | None
    source: str | None
    url: str | None
    created_at: datetime | None
    updated_at: datetime | None
    fields: Mapping[str, Any] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class RunEvent:
    """An event of a run: `run:completed`, `run:errored`, `run:needs_attention`.

    Other events whose names begin with `run:` are read alike.

    Attributes:
        event_name: the name of the event.
        run: the run.
        workspace: its workspace, None if the document has none.
        environment: its environment, likewise.
        webhook: the webhook that sends it, likewise.
        payload_version: the version of the document.
        variables: the variables; their texts are `Secret`s, because they may be sensitive.
        raw: the whole document; its texts are `Secret`s, likewise.
    """

    event_name: str
    run: EventRun
    workspace: EventObject | None
    environment: EventObject | None
    webhook: EventObject | None
    payload_version: int | None
    variables: Any = attrs.field(repr=False)
    raw: Mapping[str, Any] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class LaunchTask:
    """A task that waits for an agent of a serverless pool: start an agent for it.

    Attributes:
        task_id: the `Idempotency-Key`, the same each time the task is sent.
        action: the kind of task.
        run_id: the id of its run.
        workspace_id: the id of its workspace.
        environment_id: the id of its environment.
        created_at: the time of its creation, with a time zone.
        raw: the whole document.
    """

    task_id: str
    action: str | None
    run_id: str | None
    workspace_id: str | None
    environment_id: str | None
    created_at: datetime | None
    raw: Mapping[str, Any] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class UnknownEvent:
    """A document of another kind.

    Attributes:
        event_name: the name of its event, None if it has none.
        raw: the whole document; its texts are `Secret`s.
    """

    event_name: str | None
    raw: Mapping[str, Any] = attrs.field(repr=False)


Payload = RunEvent | LaunchTask | UnknownEvent


@attrs.frozen(kw_only=True)
class Delivery:
    """A verified message from Scalr.

    Attributes:
        id: its id, the same each time the same message is sent.
        date: the time at which it was sent, None if the message does not say.
        payload: the content.
        fingerprint: identifies the signed content, or the task; the id of an event is not signed.
        body: the bytes of the content, as `SecretBytes`: variables may be sensitive.
    """

    id: str
    date: datetime | None
    payload: Payload
    fingerprint: str = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False, converter=SecretBytes)

    @property
    def keys(self) -> tuple[str, str]:
        """The keys by which a store knows it again.

        The first is the fingerprint: the same content under any id. The second is of id and body:
        the same content, dated and signed anew. An id alone proves nothing, because anybody can
        put it on other signed content.
        """
        return self.fingerprint, hashlib.sha256(f"{self.id}\n".encode() + self.body).hexdigest()


def read_payload(body: bytes) -> Payload:
    """Parse a body; raises `MalformedDeliveryError` if it is not a JSON object within bounds."""
    if not _is_shallow(body):
        raise MalformedDeliveryError(
            f"the body is nested more than {_MOST_LEVELS} levels deep, or its brackets do not match"
        )
    try:
        document = msgspec.json.decode(body)
    except msgspec.ValidationError:
        raise MalformedDeliveryError("the body has a number that is out of range") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedDeliveryError("the body is not JSON") from None
    if not isinstance(document, dict):
        raise MalformedDeliveryError("the body is JSON, and not an object")
    return _run_event(document) or _launch_task(document) or _unknown(document)


def _is_shallow(body: bytes) -> bool:
    """Return whether a JSON text is nested within bounds, without parsing or recursion."""
    brackets = _STRING.sub(b"", body).translate(_OPENING, _NO_BRACKETS)
    for _ in range(_MOST_LEVELS):
        if not brackets:
            break
        brackets = brackets.replace(b"[]", b"")  # the innermost level
    return not brackets


def _run_event(document: dict[str, Any]) -> RunEvent | None:
    name, run = _text(document, "event_name"), document.get("run")
    if name is None or not name.startswith("run:") or not isinstance(run, dict):
        return None
    id = _text(run, "id")
    if not id:
        return None
    raw = conceal(document)
    version = document.get("payload_version")
    return RunEvent(
        event_name=name,
        run=EventRun(
            id=id,
            status=_text(run, "status"),
            message=_text(run, "message"),
            source=_text(run, "source"),
            url=_text(run, "url"),
            created_at=_moment(run, "created_at"),
            updated_at=_moment(run, "updated_at"),
            fields=raw["run"],
        ),
        workspace=_object(document, raw, "workspace"),
        environment=_object(document, raw, "environment"),
        webhook=_object(document, raw, "webhook"),
        payload_version=version if type(version) is int else None,
        variables=raw.get("variables"),
        raw=raw,
    )


def _launch_task(document: dict[str, Any]) -> LaunchTask | None:
    id = _text(document, "task_id")
    if not id:
        return None
    return LaunchTask(
        task_id=id,
        action=_text(document, "action"),
        run_id=_text(document, "run_id"),
        workspace_id=_text(document, "workspace_id"),
        environment_id=_text(document, "environment_id"),
        created_at=_moment(document, "created_at"),
        raw=conceal(document),
    )


def _unknown(document: dict[str, Any]) -> UnknownEvent:
    return UnknownEvent(event_name=_text(document, "event_name"), raw=conceal(document))


def _object(document: dict[str, Any], raw: dict[str, Any], name: str) -> EventObject | None:
    found = document.get(name)
    if not isinstance(found, dict):
        return None
    return EventObject(id=_text(found, "id"), name=_text(found, "name"), fields=raw[name])


def _text(document: dict[str, Any], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) else None


def _moment(document: dict[str, Any], name: str) -> datetime | None:
    """Return a time; one without a zone is UTC, as everywhere in Scalr's API."""
    try:
        moment = datetime.fromisoformat(document[name])
    except (KeyError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
