"""Events of a client as frozen objects: attempts, waits, retries, pages, outcomes.

Every event goes to the logger `scalr_async` (its message begins with the event's `name`; `extra=`
contains its fields with the prefix `scalr_`) and to the `on_event` hook. Events contain paths and
numbers, never headers, bodies or query values.

Observers (hooks, logging handlers and filters, progress callbacks) cannot disturb a call: their
exceptions are reported, not propagated; see `notify`.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import sys
from collections.abc import Callable, Sequence
from types import CoroutineType
from typing import ClassVar, Final, Literal, NoReturn

import attrs

from scalr_async._value_class import value_class
from scalr_async.errors import ConfigError, Outcome, ScalrError

__all__ = [
    "AttemptEvent",
    "BudgetEvent",
    "DeprecationEvent",
    "DriftEvent",
    "EmptyListEvent",
    "Event",
    "EventHook",
    "OutcomeEvent",
    "PageEvent",
    "RetryEvent",
    "SlowBulkEvent",
    "Telemetry",
    "WaitEvent",
    "check_observer",
    "notify",
]

logger: Final = logging.getLogger("scalr_async")


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class AttemptEvent:
    """One attempt to send a request has ended.

    Attributes:
        method: the method of the request.
        path: its path below the API root.
        attempt: the number of the attempt, from 1.
        elapsed: the seconds of this attempt alone.
        status: the status of the answer, None without an answer.
        error: without an answer, the class name of the error, such as `DeadlineExceededError`.
    """

    name: ClassVar[str] = "scalr.attempt"
    level: ClassVar[int] = logging.DEBUG

    method: str
    path: str
    attempt: int
    elapsed: float
    status: int | None = None
    error: str | None = None


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class RetryEvent:
    """A request will be sent again.

    Attributes:
        method: the method of the request.
        path: its path below the API root.
        attempt: the number of attempts so far.
        delay: the seconds until the next attempt.
        reason: the status (`401` if the next attempt uses another token), or the class name of the
            error.
    """

    name: ClassVar[str] = "scalr.retry"
    level: ClassVar[int] = logging.INFO

    method: str
    path: str
    attempt: int
    delay: float
    reason: str


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class WaitEvent:
    """A request waited before it was sent.

    Attributes:
        method: the method of the request.
        path: its path below the API root.
        reason: `pool` (all connections in use), `gate` (the server throttles all requests) or
            `rate` (`Limits.requests_per_second`, or the rate learned from 429 answers).
        delay: the seconds that the request waited.
    """

    name: ClassVar[str] = "scalr.wait"
    level: ClassVar[int] = logging.DEBUG

    method: str
    path: str
    reason: Literal["pool", "gate", "rate"]
    delay: float


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PageEvent:
    """A walk has yielded a page.

    Attributes:
        path: the path of the list below the API root.
        number: the number of the page.
        items: the number of its items.
        total_count: the number of items in the list as the server reports it, None if it does not.
        total_pages: the number of pages, likewise.
    """

    name: ClassVar[str] = "scalr.page"
    level: ClassVar[int] = logging.DEBUG

    path: str
    number: int
    items: int
    total_count: int | None
    total_pages: int | None


DriftKind = Literal["total", "repeated", "short", "missed", "inconsistent", "moved"]


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class DriftEvent:
    """The collection changed while it was walked, or the server's numbers contradict each other.

    Attributes:
        path: the path of the list below the API root.
        page: the number of the page at which the walk noticed it.
        kind: `total` (the total count changed), `repeated` (an id came again), `short` (a page
            before the last has fewer items than the page size, or the first page of a walk is past
            the end of the list), `missed` (`on_drift="verify"` found items that no page contained,
            or cannot rule out that such items exist), `inconsistent` (the server contradicts
            itself), `moved` (items around a checkpoint have moved).
        detail: the observation, in words.
    """

    name: ClassVar[str] = "scalr.drift"
    level: ClassVar[int] = logging.WARNING

    path: str
    page: int
    kind: DriftKind
    detail: str


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class EmptyListEvent:
    """A list is empty, and the value of a filter does not look like an id of the filter's type.

    Scalr answers a filter by an unknown id with an empty list.

    Attributes:
        path: the path of the list below the API root.
        filter: the Python name of the filter.
        hint: the form of ids of the filter's type.
    """

    name: ClassVar[str] = "scalr.empty_list"
    level: ClassVar[int] = logging.WARNING

    path: str
    filter: str
    hint: str


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class OutcomeEvent:
    """One item of a bulk call is done.

    Attributes:
        index: the position of the item in the input, from 0.
        ok: whether the item succeeded.
        outcome: the outcome of its requests.
        error: the class name of its error, None if the item succeeded.
    """

    name: ClassVar[str] = "scalr.outcome"
    level: ClassVar[int] = logging.DEBUG

    index: int
    ok: bool
    outcome: Outcome
    error: str | None = None


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class DeprecationEvent:
    """The server announced the end of an operation; emitted once for each operation.

    Attributes:
        method: the method of the operation.
        path: its template (`/agent-pools/{agent_pool}`), or the path of the request if it belongs
            to no known operation.
        deprecation: the date of its deprecation (RFC 9745: `@` and seconds since 1970), as sent.
        sunset: the date of its end (RFC 8594: an HTTP date), as sent.
    """

    name: ClassVar[str] = "scalr.deprecation"
    level: ClassVar[int] = logging.WARNING

    method: str
    path: str
    deprecation: str | None
    sunset: str | None


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class BudgetEvent:
    """The server of the budget `Limits.shared` cannot be reached, or can be reached again.

    The event goes to the hook of the client, not to those of its clones (`with_options`).

    Attributes:
        state: `lost` or `back`.
        error: the class name of the error, None for `back`.
    """

    name: ClassVar[str] = "scalr.budget"
    level: ClassVar[int] = logging.WARNING

    state: Literal["lost", "back"]
    error: str | None = None


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class SlowBulkEvent:
    """A bulk call will take more than a minute at the known rate limit; a faster way exists.

    Attributes:
        path: the path of the agent pool.
        requests: the number of requests of the call.
        seconds: the shortest time in which the limit allows these requests.
        hint: the way that takes fewer requests.
    """

    name: ClassVar[str] = "scalr.slow_bulk"
    level: ClassVar[int] = logging.WARNING

    path: str
    requests: int
    seconds: float
    hint: str


Event = (
    AttemptEvent
    | RetryEvent
    | WaitEvent
    | PageEvent
    | DriftEvent
    | EmptyListEvent
    | OutcomeEvent
    | DeprecationEvent
    | BudgetEvent
    | SlowBulkEvent
)
EventHook = Callable[[Event], None]


def check_observer(name: str, observer: object, error: type[ScalrError] = ConfigError) -> None:
    """Raise `error` unless `observer` is None or a plain function (not an `async def`)."""
    called = observer
    while isinstance(called, functools.partial):
        called = called.func
    if called is not None and not callable(called):
        raise error(f"{name}: must be a function, not {type(called).__name__}")
    if _is_async(called) or _is_async(getattr(called, "__call__", None)):  # noqa: B004  # its code
        raise error(f"{name}: must be a plain function, not an `async def`: nobody would await it")


def _is_async(function: object) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def notify(name: str, observer: Callable[..., object], *values: object) -> None:
    """Call an observer; report its exceptions instead of propagating them.

    They are logged as `scalr.hook_failed`; if logging fails as well, they go to the exception
    handler of the event loop, and if that fails, to `sys.excepthook`. `KeyboardInterrupt` and
    `SystemExit` are raised again in the event loop, after its current step.
    """
    _observe((_by_log, *_WITHOUT_LOG), name, observer, *values)


_Report = Callable[[str, BaseException], None]


def _observe(
    reports: Sequence[_Report], name: str, observer: Callable[..., object], *values: object
) -> None:
    """Call an observer; report its exception with the first of `reports`.

    A failure of that report is reported with the next one, and so on.
    """
    try:
        _refuse_coroutine(observer(*values))
    except (KeyboardInterrupt, SystemExit) as error:
        _raise_in_loop(error)
    except BaseException as error:  # noqa: BLE001  # no exception of an observer may end the call
        if reports:
            _observe(reports[1:], name, reports[0], name, error)


def _refuse_coroutine(returned: object) -> None:
    if type(returned) is CoroutineType:
        returned.close()
        raise TypeError("it returned a coroutine, which nobody awaits")


def _by_log(name: str, error: BaseException) -> None:
    logger.error("scalr.hook_failed %s", name, exc_info=error)


def _by_loop(name: str, error: BaseException) -> None:
    context = {"message": f"scalr_async: {name} failed", "exception": error}
    asyncio.get_running_loop().call_exception_handler(context)


def _by_excepthook(_name: str, error: BaseException) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


_WITHOUT_LOG: Final[tuple[_Report, ...]] = (_by_loop, _by_excepthook)


def _raise_in_loop(error: BaseException) -> None:
    def end() -> NoReturn:
        raise error

    asyncio.get_running_loop().call_soon(end)


class Telemetry:
    """The logger and the user's hook as receivers of events.

    Attributes:
        on_event: the hook, or None.
    """

    __slots__ = ("on_event",)

    def __init__(self, on_event: EventHook | None = None) -> None:
        check_observer("on_event", on_event)
        self.on_event = on_event

    def wants(self, kind: type[Event]) -> bool:
        """Return whether the hook or the logger takes events of this class.

        Callers ask before they create an event.
        """
        return self.on_event is not None or logger.isEnabledFor(kind.level)

    def emit(self, event: Event) -> None:
        """Log the event and call the hook; their exceptions are reported, never propagated."""
        if logger.isEnabledFor(event.level):
            _observe(_WITHOUT_LOG, f"logging {event.name}", _log, event)
        if self.on_event is not None:
            notify(event.name, self.on_event, event)


def _log(event: Event) -> None:
    fields = attrs.asdict(event, recurse=False)
    extra = {f"scalr_{key}": value for key, value in fields.items()}
    logger.log(event.level, "%s %s", event.name, _line(fields), extra=extra)


def _line(fields: dict[str, object]) -> str:
    return " ".join(f"{key}={value}" for key, value in fields.items() if value is not None)
