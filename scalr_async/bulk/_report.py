"""The report that is attached to the exception that ends a bulk call early."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Coroutine, Generator, Iterator
from typing import Any, TypeVar

from scalr_async.bulk._outcome import BulkResult

__all__ = ["Reported", "reported"]

R = TypeVar("R")


@contextlib.contextmanager
def reported(report: Callable[[], BulkResult[Any, Any]]) -> Iterator[None]:
    """Attach a report to any exception raised inside the block."""
    try:
        yield
    except BaseException as error:
        with contextlib.suppress(AttributeError):  # its class has a read-only `report`
            error.report = report()  # type: ignore[attr-defined]  # what `bulk_report` looks for
        raise


class Reported(Coroutine[Any, Any, R]):
    """A coroutine whose error has a report, even if cancelled before its first step."""

    def __init__(
        self, coroutine: Coroutine[Any, Any, R], report: Callable[[], BulkResult[Any, Any]]
    ) -> None:
        self._coroutine = coroutine
        self._report = report

    def __await__(self) -> Generator[Any, Any, R]:
        return self._coroutine.__await__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._coroutine, name)  # event loops read `cr_running` and others

    def send(self, value: Any) -> Any:
        """Resume the coroutine with a value."""
        return self._coroutine.send(value)

    def throw(self, *error: Any) -> Any:
        """Resume the coroutine with an exception."""
        if inspect.getcoroutinestate(self._coroutine) != inspect.CORO_CREATED:
            return self._coroutine.throw(*error)
        with reported(self._report):
            return self._coroutine.throw(*error)

    def close(self) -> None:
        """Close the coroutine."""
        self._coroutine.close()
