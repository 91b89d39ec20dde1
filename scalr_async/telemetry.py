"""Events of a client's work, each a frozen object: attempts, waits, retries, pages, outcomes.

Every event goes to the logger `scalr_async` (its `name` is the message, its fields are in
`extra=` with the prefix `scalr_`) and to the `on_event` hook. Events hold paths and numbers,
never headers, bodies or query values.

Observers (hooks, handlers and filters of logging, progress callbacks) disturb nothing: what one of
them raises is reported and goes no further, see `notify`.
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
    "Telemetry",
    "WaitEvent",
    "check_observer",
    "notify",
]

logger: Final = logging.getLogger("scalr_async")


@attrs.frozen(kw_only=True)
class AttemptEvent:
    """One request was sent, or could not be; `elapsed` is the seconds of this attempt alone.

    `status` is None when no answer came; then `error` is the class name of what happened:
    `DeadlineExceededError` and `ClientStateError` too, where those ended it.
    """

    name: ClassVar[str] = "scalr.attempt"
    level: ClassVar[int] = logging.DEBUG

    method: str
    path: str
    attempt: int
    elapsed: float
    status: int | None = None
    error: str | None = None


@attrs.frozen(kw_only=True)
class RetryEvent:
    """The request will be sent again after `delay` seconds.

    `reason` is a status, `401` where another token is tried, or the class name of what happened.
    """

    name: ClassVar[str] = "scalr.retry"
    level: ClassVar[int] = logging.INFO

    method: str
    path: str
    attempt: int
    delay: float
    reason: str


@attrs.frozen(kw_only=True)
class WaitEvent:
    """A request waited `delay` seconds before it was sent.

    `reason`: `pool` (all connections in use), `gate` (the server throttles everybody), `rate`
    (`Limits.requests_per_second`, or the rate that a throttling server was seen to take).
    """

    name: ClassVar[str] = "scalr.wait"
    level: ClassVar[int] = logging.DEBUG

    method: str
    path: str
    reason: Literal["pool", "gate", "rate"]
    delay: float


@attrs.frozen(kw_only=True)
class PageEvent:
    """A page of a walk was handed on; counts are what the server said, None when it did not."""

    name: ClassVar[str] = "scalr.page"
    level: ClassVar[int] = logging.DEBUG

    path: str
    number: int
    items: int
    total_count: int | None
    total_pages: int | None


DriftKind = Literal["total", "repeated", "short", "missed", "inconsistent"]


@attrs.frozen(kw_only=True)
class DriftEvent:
    """The collection changed while it was walked, or the server's numbers contradict each other.

    `kind`: `total` (the total count changed), `repeated` (an id came again), `short` (a page
    before the last has fewer items than the page size, or the first page of a walk is past the end
    of the list), `missed` (`on_drift="verify"` found items the pages had hidden, or cannot tell
    whether there are any), `inconsistent` (what the server says cannot be true).
    """

    name: ClassVar[str] = "scalr.drift"
    level: ClassVar[int] = logging.WARNING

    path: str
    page: int
    kind: DriftKind
    detail: str


@attrs.frozen(kw_only=True)
class EmptyListEvent:
    """A list is empty, and one of its filters holds what is hardly an id of the type it takes.

    `filter` is its Python name; `hint` says what ids of that type look like. Scalr answers an
    unknown id with an empty list.
    """

    name: ClassVar[str] = "scalr.empty_list"
    level: ClassVar[int] = logging.WARNING

    path: str
    filter: str
    hint: str


@attrs.frozen(kw_only=True)
class OutcomeEvent:
    """One item of a bulk call is done."""

    name: ClassVar[str] = "scalr.outcome"
    level: ClassVar[int] = logging.DEBUG

    index: int
    ok: bool
    outcome: Outcome
    error: str | None = None


@attrs.frozen(kw_only=True)
class DeprecationEvent:
    """The server announced that an operation will go; told once of each operation.

    `path` is the operation's template (`/agent-pools/{agent_pool}`), or the path that was asked for
    if no known operation has it. `deprecation` and `sunset` are
    the fields of that name as they were sent, None when they were not: since when it is deprecated
    (RFC 9745: `@` and seconds since 1970) and when it ends (RFC 8594: an HTTP date).
    """

    name: ClassVar[str] = "scalr.deprecation"
    level: ClassVar[int] = logging.WARNING

    method: str
    path: str
    deprecation: str | None
    sunset: str | None


@attrs.frozen(kw_only=True)
class BudgetEvent:
    """The budget that `Limits.shared` names is away (`lost`), or there again (`back`).

    `error` is the class name of what happened.
    """

    name: ClassVar[str] = "scalr.budget"
    level: ClassVar[int] = logging.WARNING

    state: Literal["lost", "back"]
    error: str | None = None


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
)
EventHook = Callable[[Event], None]


def check_observer(name: str, observer: object, error: type[ScalrError] = ConfigError) -> None:
    """Refuse what cannot be an observer; of an `async def` nobody would await what it returns."""
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
    """Call an observer; whatever it raises is reported, and disturbs nothing.

    It is logged as `scalr.hook_failed`; where logging itself fails, the event loop's exception
    handler is given it, and at last `sys.excepthook`. `KeyboardInterrupt` and `SystemExit` end the
    program all the same: they are raised in the event loop, behind the step at hand.
    """
    _observe((_by_log, *_WITHOUT_LOG), name, observer, *values)


_Report = Callable[[str, BaseException], None]


def _observe(
    reports: Sequence[_Report], name: str, observer: Callable[..., object], *values: object
) -> None:
    """Call an observer, and with what it raises the first of `reports`, which the next observes."""
    try:
        _refuse_coroutine(observer(*values))
    except (KeyboardInterrupt, SystemExit) as error:
        _raise_in_loop(error)
    except BaseException as error:  # noqa: BLE001  # of whatever kind, it is not the call's
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


@attrs.frozen
class Telemetry:
    """Hands events to the logger and to the user's hook."""

    on_event: EventHook | None = attrs.field(
        default=None, validator=lambda _, field, hook: check_observer(field.name, hook)
    )

    def wants(self, kind: type[Event]) -> bool:
        """Return whether an event of this kind would be seen: ask before building one."""
        return self.on_event is not None or logger.isEnabledFor(kind.level)

    def emit(self, event: Event) -> None:
        """Log the event and call the hook; what either raises is reported, never passed on."""
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
