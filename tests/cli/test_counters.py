from __future__ import annotations

from scalr_async.cli._counters import Counters
from scalr_async.telemetry import AttemptEvent, PageEvent, RetryEvent, WaitEvent

ASKED = {"method": "GET", "path": "/accounts"}


def attempt(status: int | None) -> AttemptEvent:
    return AttemptEvent(**ASKED, attempt=1, elapsed=0.1, status=status)


def test_requests_refusals_retries_and_waits_are_counted() -> None:
    counters = Counters()
    for event in (
        attempt(200),
        attempt(429),
        attempt(None),
        RetryEvent(**ASKED, attempt=1, delay=0.5, reason="429"),
        WaitEvent(**ASKED, reason="gate", delay=1.0),
        WaitEvent(**ASKED, reason="pool", delay=9.0),
        PageEvent(path="/accounts", number=1, items=1, total_count=1, total_pages=1),
    ):
        counters(event)

    assert counters == Counters(requests=3, throttled=1, retries=1, waits=1, waited=1.0)
