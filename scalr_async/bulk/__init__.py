"""One call for each of many items: some at a time, each with its own outcome."""

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

    `items` may be asynchronous, a `Pager` too; it is read as calls become free, never ahead.
    A call that raises a `ScalrError` is a failed outcome, and the others go on. `on_outcome` is
    called with each outcome as it comes, in the order of completion; it may be asynchronous.

    Anything else that is raised (by the call, by `on_outcome`, by the input, or a cancellation)
    is raised here as it is: then no further item is started, and `bulk_report(error)` is a
    `BulkResult` of what is done, interrupted and not started. Errors of the input and of
    `on_outcome` wait for the calls under way, all others cancel them.

    Raises `InvalidArgumentError` when called, not when awaited.
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

    Outcomes that wait for an earlier item are kept, at most 8 for each call in flight; then no
    further item is started, nor while the consumer is busy for longer than that. Leaving the
    loop cancels the calls under way; `on_outcome` has seen every one that was done. The report of
    an error that ends the stream has the outcomes that were not handed out yet.
    """
    check_options(concurrency, on_outcome)
    return Engine(items, call, concurrency, on_outcome).stream()
