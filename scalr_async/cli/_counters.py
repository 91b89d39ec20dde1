"""Counters of a client's requests, filled through its `on_event` hook."""

from __future__ import annotations

import attrs

from scalr_async.telemetry import AttemptEvent, Event, RetryEvent, WaitEvent

__all__ = ["Counters"]


@attrs.define
class Counters:
    """Counts of requests: sent, throttled (429), retried, and held back.

    `waits` counts requests that waited for a limit, `waited` is the longest such wait in seconds.
    """

    requests: int = 0
    throttled: int = 0
    retries: int = 0
    waits: int = 0
    waited: float = 0.0

    def __call__(self, event: Event) -> None:
        """Count an event."""
        match event:
            case AttemptEvent():
                self.requests += 1
                self.throttled += event.status == 429
            case RetryEvent():
                self.retries += 1
            case WaitEvent(reason="gate" | "rate"):
                self.waits += 1
                self.waited = max(self.waited, event.delay)
            case _:
                pass

    def add(self, others: Counters) -> None:
        """Add the counts of another client."""
        self.requests += others.requests
        self.throttled += others.throttled
        self.retries += others.retries
        self.waits += others.waits
        self.waited = max(self.waited, others.waited)
