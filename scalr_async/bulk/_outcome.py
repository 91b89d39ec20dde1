"""The outcome of each item of a bulk call, and the report of a call that ended early."""

from __future__ import annotations

import contextlib
import inspect
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from typing import Any, Final, Generic, TypeVar

import attrs

from scalr_async import errors
from scalr_async._text import printable, shown
from scalr_async._value_class import value_class
from scalr_async.errors import BulkError, InvalidArgumentError, ScalrError

__all__ = [
    "BulkResult",
    "OnOutcome",
    "Outcome",
    "Reported",
    "bulk_report",
    "call_on_outcome",
    "check_options",
    "reported",
]

R = TypeVar("R")
T = TypeVar("T")
V = TypeVar("V")
T_co = TypeVar("T_co", covariant=True)
V_co = TypeVar("V_co", covariant=True)

_MAX_CONCURRENCY: Final = 1000


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Outcome(Generic[T_co, V_co]):
    """The outcome of one item.

    Args:
        index: The position of the item in the input, from 0.
        input: The item.
        outcome: The effect of the call on the server: `applied`, `rejected`, `not_sent`, or
            `unknown` if the answer was lost or the call was cancelled.
        value: The result of the call, None unless `ok`.
        error: The error of the call, None if it returned or was cancelled.
    """

    index: int
    input: T_co = attrs.field(repr=lambda item: _name(item) or type(item).__name__)
    outcome: errors.Outcome
    value: V_co | None = None
    error: ScalrError | None = None

    @property
    def ok(self) -> bool:
        """True if the call returned."""
        return self.outcome == "applied" and self.error is None


OnOutcome = Callable[[Outcome[T, V]], Awaitable[None] | None]
"""A callback for each outcome; its result is awaited if it is awaitable."""


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class BulkResult(Generic[T_co, V_co]):
    """The outcomes of a bulk call, in the order of the input.

    Only the report of a call that ended early (`bulk_report`) has items that are interrupted or not
    started.

    Args:
        outcomes: The outcomes of the items whose call ended.
        interrupted: The items that were under way (`unknown`), or taken from the input and not
            started (`not_sent`).
        not_started: The number of items that were not taken from the input, None if unknown.
    """

    outcomes: tuple[Outcome[T_co, V_co], ...]
    interrupted: tuple[Outcome[T_co, V_co], ...] = ()
    not_started: int | None = 0

    @property
    def succeeded(self) -> tuple[Outcome[T_co, V_co], ...]:
        """The outcomes of the items whose call returned."""
        return tuple(outcome for outcome in self.outcomes if outcome.ok)

    @property
    def failed(self) -> tuple[Outcome[T_co, V_co], ...]:
        """The outcomes of the items whose call raised."""
        return tuple(outcome for outcome in self.outcomes if not outcome.ok)

    def __repr__(self) -> str:
        return f"BulkResult({', '.join(f'{name}={count}' for name, count in self.__rich_repr__())})"

    def __rich_repr__(self) -> Iterator[tuple[str, int | None]]:
        succeeded = len(self.succeeded)
        yield "succeeded", succeeded
        yield "failed", len(self.outcomes) - succeeded
        if self.interrupted:
            yield "interrupted", len(self.interrupted)
        if self.not_started != 0:
            yield "not_started", self.not_started

    def raise_for_failures(self) -> None:
        """Raise a `BulkError` with the error of each failed item, if any item failed.

        Each error gets a note that names its item.
        """
        errors = []
        for outcome in self.outcomes:
            if outcome.error is not None:
                name = _name(outcome.input)
                note = f"item {outcome.index}{f' ({name})' if name else ''}: {outcome.outcome}"
                if note not in getattr(outcome.error, "__notes__", ()):
                    outcome.error.add_note(note)
                errors.append(outcome.error)
        if errors:
            kinds = Counter(type(error).__name__ for error in errors).most_common()
            listed = ", ".join(f"{name} x{times}" for name, times in kinds)
            raise BulkError(f"{len(errors)} of {len(self.outcomes)} items failed: {listed}", errors)


def bulk_report(error: BaseException) -> BulkResult[Any, Any] | None:
    """Return the report of the bulk call that ended with this exception, None if there is none.

    The report is the attribute `report` of the exception or of one of its causes:
    `asyncio.timeout`, for example, raises a new error from a cancellation.
    """
    if not isinstance(error, BaseException):
        raise InvalidArgumentError(f"error: must be an exception, not {type(error).__name__}")
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        report = getattr(cause, "report", None)
        if isinstance(report, BulkResult):
            return report
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return None


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
    """A call of `run` as a coroutine whose error has a report, even before its first step."""

    def __init__(
        self, run: Callable[[], Awaitable[R]], report: Callable[[], BulkResult[Any, Any]]
    ) -> None:
        self._coroutine = _run_reported(run, report)
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


async def _run_reported(
    run: Callable[[], Awaitable[R]], report: Callable[[], BulkResult[Any, Any]]
) -> R:
    with reported(report):
        return await run()


async def call_on_outcome(on_outcome: OnOutcome[T, V], outcome: Outcome[T, V]) -> None:
    """Call `on_outcome`, and await its result if it is awaitable."""
    result = on_outcome(outcome)
    if isinstance(result, Awaitable):
        await result


def check_options(concurrency: int, on_outcome: object) -> None:
    """Refuse invalid options of a bulk call."""
    if type(concurrency) is not int or not 1 <= concurrency <= _MAX_CONCURRENCY:
        span = f"a whole number from 1 to {_MAX_CONCURRENCY}"
        raise InvalidArgumentError(f"concurrency={shown(concurrency)}: must be {span}")
    if on_outcome is not None and not callable(on_outcome):
        kind = type(on_outcome).__name__
        raise InvalidArgumentError(f"on_outcome: must be a function of an outcome, not {kind}")


def _name(item: object) -> str:
    """Return the id of an item, or the item if it is a string; otherwise an empty string.

    An item's own `repr` is not used, because it may show secrets.
    """
    key = getattr(item, "id", item)
    return printable(repr(key), 128) if isinstance(key, str) else ""
