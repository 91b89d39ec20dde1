"""What a client tells about its work: one frozen event per attempt, wait, retry, page and outcome.

Every event goes to the logger `scalr_async` (its `name` is the message, its fields are in
`extra=` with the prefix `scalr_`) and to the `on_event` hook. Events hold paths and numbers,
never headers, bodies or query values.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import ClassVar, Final, Literal

import attrs

from scalr_async._wire import Outcome

__all__ = [
    "AttemptEvent",
    "DeprecationEvent",
    "DriftEvent",
    "Event",
    "EventHook",
    "OutcomeEvent",
    "PageEvent",
    "RetryEvent",
    "Telemetry",
    "WaitEvent",
]

logger: Final = logging.getLogger("scalr_async")


@attrs.frozen(kw_only=True)
class AttemptEvent:
    """One request was sent, or could not be; `elapsed` is the seconds of this attempt alone.

    `status` is None when no answer came; then `error` is the class name of what happened.
    """

    name: ClassVar[str] = "scalr.attempt"
    level: ClassVar[int] = logging.DEBUG

    method: str
    path: str
    attempt: int
    elapsed: float
    status: int | None = None
    error: str | None = None


@attrs.frozen(kw_only=True)
class RetryEvent:
    """The request will be sent again after `delay` seconds."""

    name: ClassVar[str] = "scalr.retry"
    level: ClassVar[int] = logging.INFO

    method: str
    path: str
    attempt: int
    delay: float
    reason: str


@attrs.frozen(kw_only=True)
class WaitEvent:
    """A request waited `delay` seconds before it was sent.

    `reason`: `pool` (all connections in use), `gate` (the server throttles everybody), `rate`
    (`Limits.requests_per_second`, or the rate that a throttling server was seen to take).
    """

    name: ClassVar[str] = "scalr.wait"
    level: ClassVar[int] = logging.DEBUG

    method: str
    path: str
    reason: Literal["pool", "gate", "rate"]
    delay: float


@attrs.frozen(kw_only=True)
class PageEvent:
    """A page of a walk was handed on; counts are what the server said, None when it did not."""

    name: ClassVar[str] = "scalr.page"
    level: ClassVar[int] = logging.DEBUG

    path: str
    number: int
    items: int
    total_count: int | None
    total_pages: int | None


@attrs.frozen(kw_only=True)
class DriftEvent:
    """The collection changed while it was walked, or the server's numbers contradict each other.

    `kind`: `total` (the total count changed), `repeated` (an id came again), `short` (a page
    before the last has fewer items than the page size), `missed` (`on_drift="verify"` found items
    the pages had hidden), `lied` (numbers that cannot be true).
    """

    name: ClassVar[str] = "scalr.drift"
    level: ClassVar[int] = logging.WARNING

    path: str
    page: int
    kind: Literal["total", "repeated", "short", "missed", "lied"]
    detail: str


@attrs.frozen(kw_only=True)
class OutcomeEvent:
    """One item of a bulk call is done."""

    name: ClassVar[str] = "scalr.outcome"
    level: ClassVar[int] = logging.DEBUG

    index: int
    ok: bool
    outcome: Outcome
    error: str | None = None


@attrs.frozen(kw_only=True)
class DeprecationEvent:
    """The server announced that an operation will go; told once of each operation.

    `path` is the operation's template (`/agent-pools/{agent_pool}`). `deprecation` and `sunset` are
    the fields of that name as they were sent, None when they were not: since when it is deprecated
    (RFC 9745: `@` and seconds since 1970) and when it ends (RFC 8594: an HTTP date).
    """

    name: ClassVar[str] = "scalr.deprecation"
    level: ClassVar[int] = logging.WARNING

    method: str
    path: str
    deprecation: str | None
    sunset: str | None


Event = (
    AttemptEvent | RetryEvent | WaitEvent | PageEvent | DriftEvent | OutcomeEvent | DeprecationEvent
)
EventHook = Callable[[Event], None]


@attrs.frozen
class Telemetry:
    """Hands events to the logger and to the user's hook."""

    on_event: EventHook | None = None

    def wants(self, kind: type[Event]) -> bool:
        """Return whether an event of this kind would be seen: ask before building one."""
        return self.on_event is not None or logger.isEnabledFor(kind.level)

    def emit(self, event: Event) -> None:
        """Log the event and call the hook; what the hook raises is logged, never passed on."""
        if logger.isEnabledFor(event.level):
            fields = attrs.asdict(event, recurse=False)
            extra = {f"scalr_{key}": value for key, value in fields.items()}
            logger.log(event.level, "%s %s", event.name, _line(fields), extra=extra)
        if self.on_event is not None:
            try:
                self.on_event(event)
            except Exception:
                logger.exception("scalr.hook_failed %s", event.name)


def _line(fields: dict[str, object]) -> str:
    return " ".join(f"{key}={value}" for key, value in fields.items() if value is not None)
