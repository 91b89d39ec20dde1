"""One call for each of many items, several at a time, each with its own outcome."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
)
from typing import Any, TypeVar

from scalr_async.bulk._engine import Engine
from scalr_async.bulk._outcome import BulkResult, OnOutcome, Outcome, bulk_report, check_options

__all__ = ["BulkResult", "OnOutcome", "Outcome", "bulk_report", "run_bulk", "run_bulk_iter"]

T = TypeVar("T")
V = TypeVar("V")


def run_bulk(
    items: Iterable[T] | AsyncIterable[T],
    call: Callable[[T], Awaitable[V]],
    *,
    concurrency: int = 16,
    on_outcome: OnOutcome[T, V] | None = None,
) -> Coroutine[Any, Any, BulkResult[T, V]]:
    """Call `call(item)` for each item, at most `concurrency` (1 to 1000) at a time.

    `items` may be asynchronous, a `Pager` for example; an item is read when a call can start for
    it, never earlier. A call that raises a `ScalrError` becomes a failed outcome, and the others
    continue. `on_outcome` is called with each outcome in the order of completion; it may be
    asynchronous.

    Any other exception (from a call, from `on_outcome`, from the input, or a cancellation) is
    raised here unchanged. Then no further item is started, and `bulk_report(error)` is a
    `BulkResult` of the items that are done, interrupted and not started. Errors of the input and of
    `on_outcome` are raised after the calls under way have ended; all others cancel these calls.

    Raises `InvalidArgumentError` at once, not when awaited.
    """
    check_options(concurrency, on_outcome)
    return Engine(items, call, concurrency, on_outcome).run()


def run_bulk_iter(
    items: Iterable[T] | AsyncIterable[T],
    call: Callable[[T], Awaitable[V]],
    *,
    concurrency: int = 16,
    on_outcome: OnOutcome[T, V] | None = None,
) -> AsyncGenerator[Outcome[T, V]]:
    """Yield the outcomes of `run_bulk` one by one in input order, in bounded memory.

    Outcomes wait for those of earlier items and for the consumer, at most 8 outcomes for each call
    in flight; meanwhile no further item is started. Leaving the loop cancels the calls under way;
    `on_outcome` has been called for every completed item. The report of an error that ends the
    stream contains the outcomes that were not yielded yet.
    """
    check_options(concurrency, on_outcome)
    return Engine(items, call, concurrency, on_outcome).stream()
