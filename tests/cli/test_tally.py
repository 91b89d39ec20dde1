from __future__ import annotations

from scalr_async.cli._tally import Ledger, Tally
from scalr_async.telemetry import AttemptEvent, PageEvent, RetryEvent, WaitEvent

ASKED = {"method": "GET", "path": "/accounts"}


def attempt(status: int | None) -> AttemptEvent:
    return AttemptEvent(**ASKED, attempt=1, elapsed=0.1, status=status)


def test_requests_retries_and_waits_are_counted() -> None:
    tally = Tally()
    for event in (
        attempt(200),
        attempt(429),
        attempt(None),
        RetryEvent(**ASKED, attempt=1, delay=0.5, reason="429"),
        WaitEvent(**ASKED, reason="gate", delay=1.0),
        WaitEvent(**ASKED, reason="rate", delay=1.0),
        WaitEvent(**ASKED, reason="pool", delay=1.0),
        PageEvent(path="/accounts", number=1, items=1, total_count=1, total_pages=1),
    ):
        tally(event)

    assert tally == Tally(requests=3, throttled=1, retries=1, waits=2)


def test_a_step_has_only_what_happened_in_it() -> None:
    ledger = Ledger()
    ledger.tally(attempt(200))
    with ledger.step("link") as step:
        ledger.tally(attempt(429))
        step.outcome = "1 linked"

    assert ledger.steps == [step]
    assert (step.name, step.outcome) == ("link", "1 linked")
    assert step.tally == Tally(requests=1, throttled=1)
    assert step.seconds > 0
