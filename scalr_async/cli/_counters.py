"""Counts what a client does, through its `on_event` hook."""

from __future__ import annotations

import attrs

from scalr_async.telemetry import AttemptEvent, Event, RetryEvent

__all__ = ["Counters"]


@attrs.define
class Counters:
    """Counts of requests: sent, refused for coming too fast, and sent again."""

    requests: int = 0
    throttled: int = 0
    retries: int = 0

    def __call__(self, event: Event) -> None:
        """Take an event in."""
        match event:
            case AttemptEvent():
                self.requests += 1
                self.throttled += event.status == 429
            case RetryEvent():
                self.retries += 1
            case _:
                pass
