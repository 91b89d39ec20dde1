from __future__ import annotations

import logging
from typing import Any, get_args

import attrs
import pytest

from scalr_async.telemetry import AttemptEvent, DriftEvent, Event, RetryEvent, Telemetry

ATTEMPT = AttemptEvent(method="GET", path="/x", attempt=1, elapsed=0.5, status=200)
DRIFT = DriftEvent(path="/x", page=2, kind="total", detail="4, was 5")


def test_an_event_is_logged_under_its_name_with_its_fields(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "scalr_async")

    Telemetry().emit(ATTEMPT)

    (record,) = caplog.records
    assert (record.name, record.levelname) == ("scalr_async", "DEBUG")
    assert record.message == "scalr.attempt method=GET path=/x attempt=1 elapsed=0.5 status=200"
    assert (record.scalr_attempt, record.scalr_status, record.scalr_error) == (1, 200, None)


def test_the_hook_sees_every_event_whatever_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "scalr_async")
    seen: list[Any] = []
    telemetry = Telemetry(seen.append)

    assert telemetry.wants(AttemptEvent)
    telemetry.emit(ATTEMPT)

    assert seen == [ATTEMPT]
    assert not caplog.records


@pytest.mark.parametrize(
    ("level", "wanted"),
    [(logging.DEBUG, {AttemptEvent, RetryEvent, DriftEvent}), (logging.WARNING, {DriftEvent})],
)
def test_without_a_hook_the_level_of_the_logger_decides(
    caplog: pytest.LogCaptureFixture, level: int, wanted: set[type]
) -> None:
    caplog.set_level(level, "scalr_async")
    telemetry = Telemetry()

    assert {
        kind for kind in (AttemptEvent, RetryEvent, DriftEvent) if telemetry.wants(kind)
    } == wanted


def test_what_a_hook_raises_is_logged_and_goes_no_further(caplog: pytest.LogCaptureFixture) -> None:
    def broken(event: Any) -> None:
        raise ZeroDivisionError

    Telemetry(broken).emit(DRIFT)

    assert [record.message.split()[0] for record in caplog.records] == [
        "scalr.drift",
        "scalr.hook_failed",
    ]
    assert caplog.records[1].exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize("kind", get_args(Event))
def test_an_event_has_a_name_a_level_and_no_room_for_secrets(kind: type) -> None:
    assert kind.name.startswith("scalr.")
    assert kind.level in (logging.DEBUG, logging.INFO, logging.WARNING)
    assert not {field.name for field in attrs.fields(kind)} & {"headers", "body", "params", "query"}
