"""Counts what a client does, through its `on_event` hook."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import attrs

from scalr_async.telemetry import AttemptEvent, Event, RetryEvent, WaitEvent

__all__ = ["Ledger", "Step", "Tally"]


@attrs.define
class Tally:
    """How many requests were sent, refused for coming too fast, repeated, and held back.

    `waits` counts requests that waited before they were sent, for the server's limit or ours;
    waiting for a free connection is not counted.
    """

    requests: int = 0
    throttled: int = 0
    retries: int = 0
    waits: int = 0

    def __call__(self, event: Event) -> None:
        """Take an event in."""
        match event:
            case AttemptEvent():
                self.requests += 1
                self.throttled += event.status == 429
            case RetryEvent():
                self.retries += 1
            case WaitEvent() if event.reason != "pool":
                self.waits += 1
            case _:
                pass

    def since(self, earlier: Tally) -> Tally:
        """Return what was counted after a copy of this tally was taken."""
        return Tally(
            *(
                now - then
                for now, then in zip(attrs.astuple(self), attrs.astuple(earlier), strict=True)
            )
        )


@attrs.define(kw_only=True)
class Step:
    """A piece of work: what came of it, what it took on the wire, and how many seconds."""

    name: str
    outcome: str = ""
    tally: Tally = attrs.field(factory=Tally)
    seconds: float = 0.0


@attrs.define
class Ledger:
    """Measures one step after the other by the tally that the client fills."""

    tally: Tally = attrs.field(factory=Tally)
    steps: list[Step] = attrs.field(factory=list)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Measure what is done inside; the outcome is for the user to fill in."""
        step = Step(name=name)
        before, begun = attrs.evolve(self.tally), time.perf_counter()
        yield step
        step.seconds = time.perf_counter() - begun
        step.tally = self.tally.since(before)
        self.steps.append(step)
