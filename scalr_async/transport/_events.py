"""Events of a call on its way: its attempts, its waits, its repeats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from scalr_async.telemetry import AttemptEvent, RetryEvent, Telemetry, WaitEvent
from scalr_async.transport._attempt import Answer, Failure
from scalr_async.transport._call import Call

__all__ = ["Came", "Events", "Wait"]

Came = Answer | Failure | type[BaseException]
"""The result of an attempt; a class is that of the exception that ended it from outside."""

Wait = Literal["pool", "gate", "rate"]


class Events:
    """Builds the events of calls, when somebody wants them."""

    def __init__(self, telemetry: Telemetry, clock: Callable[[], float]) -> None:
        self.telemetry = telemetry
        self._clock = clock

    def attempted(self, call: Call, came: Came, began: float) -> None:
        """Tell of an attempt that is over."""
        if not self.telemetry.wants(AttemptEvent):
            return
        if isinstance(came, Answer):
            status, error = came.status, None
        else:
            kind = came.error if isinstance(came, Failure) else came
            status, error = None, kind.__name__
        self.telemetry.emit(
            AttemptEvent(
                method=call.request.method,
                path=call.request.path,
                attempt=call.attempts,
                elapsed=self._clock() - began,
                status=status,
                error=error,
            )
        )

    def waited(self, call: Call, reason: Wait, delay: float) -> None:
        """Tell of a wait that is over."""
        if self.telemetry.wants(WaitEvent):
            method, path = call.request.method, call.request.path
            self.telemetry.emit(WaitEvent(method=method, path=path, reason=reason, delay=delay))

    def repeating(self, call: Call, delay: float, reason: str) -> None:
        """Tell that a request will be sent again."""
        if self.telemetry.wants(RetryEvent):
            self.telemetry.emit(
                RetryEvent(
                    method=call.request.method,
                    path=call.request.path,
                    attempt=call.attempts,
                    delay=delay,
                    reason=reason,
                )
            )
