"""One call for each of many items: some at a time, each with its own outcome."""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections import Counter
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Sized,
)
from typing import Final, Generic, TypeVar

import attrs

from scalr_async import _wire
from scalr_async._tasks import cancel_from_any_thread
from scalr_async.errors import BulkError, InvalidArgumentError, ScalrError

__all__ = ["BulkResult", "Outcome", "run_bulk", "run_bulk_iter"]

T = TypeVar("T")
V = TypeVar("V")

_MOST_CONCURRENCY: Final = 1000
_WINDOW: Final = 8
"""Outcomes a stream keeps back for one slow item, for each call in flight."""


@attrs.frozen(kw_only=True)
class Outcome(Generic[T, V]):
    """What became of one item.

    `index` counts from 0 in the order of the input. `value` is what the call returned, None
    unless `ok`. `outcome` says what the server did: `applied`, `rejected`, `not_sent`, or
    `unknown`, when the answer was lost or the call was cancelled; a cancelled one has no `error`.
    """

    index: int
    input: T = attrs.field(repr=lambda item: _name(item) or type(item).__name__)
    outcome: _wire.Outcome
    value: V | None = None
    error: ScalrError | None = None

    @property
    def ok(self) -> bool:
        """Whether the call returned."""
        return self.outcome == "applied" and self.error is None


@attrs.frozen(kw_only=True)
class BulkResult(Generic[T, V]):
    """The outcomes of a bulk call, in the order of the input.

    Only the report of a call that was cut short has `interrupted` items, which were under way
    (their outcome is `unknown`), and items that were `not_started`: how many, None when the input
    does not tell its length.
    """

    outcomes: tuple[Outcome[T, V], ...] = attrs.field(repr=lambda outcomes: f"<{len(outcomes)}>")
    interrupted: tuple[Outcome[T, V], ...] = ()
    not_started: int | None = 0

    @property
    def succeeded(self) -> tuple[Outcome[T, V], ...]:
        """The outcomes of the items whose call returned."""
        return tuple(outcome for outcome in self.outcomes if outcome.ok)

    @property
    def failed(self) -> tuple[Outcome[T, V], ...]:
        """The outcomes of the items whose call raised."""
        return tuple(outcome for outcome in self.outcomes if not outcome.ok)

    def raise_for_failures(self) -> None:
        """Raise a `BulkError` with the error of each failed item, if there is any.

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


async def run_bulk(
    items: Iterable[T] | AsyncIterable[T],
    call: Callable[[T], Awaitable[V]],
    *,
    concurrency: int = 16,
    on_outcome: Callable[[Outcome[T, V]], None] | None = None,
) -> BulkResult[T, V]:
    """Call `call(item)` for each item, at most `concurrency` (1 to 1000) at a time.

    `items` may be asynchronous, a `Pager` too; it is read as calls become free, never ahead.
    A call that raises a `ScalrError` is a failed outcome, and the others go on. `on_outcome` is
    called with each outcome as it comes, in the order of completion.

    Anything else that is raised (by the call, by `on_outcome`, by the input, or a cancellation)
    leaves this function as it is, with an attribute `report`: a `BulkResult` of what is done,
    interrupted and not started. Errors of the input wait for the calls under way, all others
    cancel them. `asyncio.timeout` makes a new error of a cancellation: the report is on its
    `__cause__`.
    """
    engine = _Engine(items, call, concurrency, on_outcome)
    try:
        await engine.run()
    except BaseException as error:
        error.report = engine.report()  # type: ignore[attr-defined]  # documented above
        raise
    return engine.report()


def run_bulk_iter(
    items: Iterable[T] | AsyncIterable[T],
    call: Callable[[T], Awaitable[V]],
    *,
    concurrency: int = 16,
    on_outcome: Callable[[Outcome[T, V]], None] | None = None,
) -> AsyncGenerator[Outcome[T, V]]:
    """Yield the outcomes of `run_bulk` one by one in input order, in bounded memory.

    Outcomes that wait for an earlier item are kept, at most 8 for each call in flight; then no
    further item is started, nor while the consumer is busy for longer than that. Leaving the
    loop cancels the calls under way; `on_outcome` has seen every one that was done.
    """
    engine = _Engine(items, call, concurrency, on_outcome, streaming=True)
    stream = engine.outcomes()
    weakref.finalize(stream, engine.cancel).atexit = False
    return stream


class _Engine(Generic[T, V]):
    """Workers that pull items from one iterator, and the outcomes on their way to the consumer."""

    def __init__(
        self,
        items: Iterable[T] | AsyncIterable[T],
        call: Callable[[T], Awaitable[V]],
        concurrency: int,
        on_outcome: Callable[[Outcome[T, V]], None] | None,
        *,
        streaming: bool = False,
    ) -> None:
        if type(concurrency) is not int or not 1 <= concurrency <= _MOST_CONCURRENCY:
            span = f"a whole number from 1 to {_MOST_CONCURRENCY}"
            raise InvalidArgumentError(f"concurrency={concurrency!r}: must be {span}")
        if isinstance(items, str | bytes) or not isinstance(items, Iterable | AsyncIterable):
            kind = type(items).__name__
            raise InvalidArgumentError(f"items: must be an iterable of items, not {kind}")
        self._items = items
        self._call = call
        self._on_outcome = on_outcome
        self._length = len(items) if isinstance(items, Sized) else None
        self._concurrency = concurrency if self._length is None else min(concurrency, self._length)
        self._window = _WINDOW * concurrency if streaming else sys.maxsize
        self._streaming = streaming
        self._stream = aiter(items) if isinstance(items, AsyncIterable) else None
        self._iterator = iter(()) if isinstance(items, AsyncIterable) else _each(items)
        self._workers: list[asyncio.Task[None]] = []
        self._pulling = asyncio.Lock()
        self._room = asyncio.Event()
        self._progress = asyncio.Event()
        self._working = 0
        self._taken = 0
        self._handed = 0
        self._running: dict[int, T] = {}
        self._finished: dict[int, Outcome[T, V]] = {}
        self._exhausted = False
        self._input_error: Exception | None = None
        self._failure: BaseException | None = None

    async def run(self) -> None:
        """Run all calls; `report` has what became of them."""
        self._start()
        try:
            while self._working and self._failure is None:
                self._progress.clear()
                await self._progress.wait()
            self._raise_failure()
        finally:
            await self._close()

    async def outcomes(self) -> AsyncGenerator[Outcome[T, V]]:
        """Run the calls and yield their outcomes in input order."""
        self._start()
        try:
            while self._working or self._finished:
                if self._failure is not None:
                    raise self._failure
                if (outcome := self._finished.pop(self._handed, None)) is not None:
                    self._handed += 1
                    self._room.set()
                    yield outcome
                else:
                    self._progress.clear()
                    await self._progress.wait()
            self._raise_failure()
        finally:
            await self._close()

    def cancel(self) -> None:
        """Cancel the calls under way; safe to call at any time and in any thread."""
        cancel_from_any_thread(self._workers)

    def report(self) -> BulkResult[T, V]:
        """Return how far it came, after the end of `run`."""
        interrupted = tuple(
            Outcome[T, V](index=index, input=item, outcome="unknown")
            for index, item in sorted(self._running.items())
        )
        remaining = None if self._length is None else max(0, self._length - self._taken)
        # An error's traceback knows this engine, which may not know the error's outcome any more.
        finished, self._finished = self._finished, {}
        return BulkResult(
            outcomes=tuple(finished[index] for index in sorted(finished)),
            interrupted=interrupted,
            not_started=0 if self._exhausted and self._input_error is None else remaining,
        )

    def _start(self) -> None:
        self._working = self._concurrency
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._working)]

    def _raise_failure(self) -> None:
        if error := self._failure or self._input_error:
            raise error

    async def _work(self) -> None:
        try:
            while not self._exhausted:
                if self._taken - self._handed >= self._window:
                    self._room.clear()
                    await self._room.wait()
                    continue
                stream = self._stream
                taken = self._take() if stream is None else await self._pull(stream)
                if taken is not None:
                    self._finish(await self._outcome(*taken))
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  # raised at the end
            self._failure = self._failure or error
        finally:
            self._working -= 1
            self._progress.set()

    def _take(self) -> tuple[int, T] | None:
        """Take the next item and its index; None when there is none."""
        try:
            return self._taken_up(next(self._iterator))
        except StopIteration:
            self._exhausted = True
        except Exception as error:  # noqa: BLE001  # raised at the end, after what is under way
            self._exhausted, self._input_error = True, error
        return None

    async def _pull(self, stream: AsyncIterator[T]) -> tuple[int, T] | None:
        """Do the same with an asynchronous input: one asks at a time, and when there is room."""
        async with self._pulling:
            if self._exhausted or self._taken - self._handed >= self._window:
                return None
            try:
                return self._taken_up(await anext(stream))
            except StopAsyncIteration:
                self._exhausted = True
            except Exception as error:  # noqa: BLE001  # raised at the end, after what is under way
                self._exhausted, self._input_error = True, error
            return None

    def _taken_up(self, item: T) -> tuple[int, T]:
        index, self._taken = self._taken, self._taken + 1
        self._running[index] = item
        return index, item

    async def _outcome(self, index: int, item: T) -> Outcome[T, V]:
        try:
            value = await self._call(item)
        except ScalrError as error:
            return Outcome(index=index, input=item, error=error, outcome=error.outcome)
        return Outcome(index=index, input=item, value=value, outcome="applied")

    def _finish(self, outcome: Outcome[T, V]) -> None:
        del self._running[outcome.index]
        self._finished[outcome.index] = outcome
        if self._streaming:
            self._progress.set()
        if self._on_outcome is not None:
            self._on_outcome(outcome)

    async def _close(self) -> None:
        """Cancel what is under way, wait for its end, close the input if it was opened here."""
        self.cancel()
        if self._workers:
            await asyncio.wait(self._workers)
        close = getattr(self._stream, "aclose", None)
        if close is not None and self._stream is not self._items:
            await close()


def _each(items: Iterable[T]) -> Iterator[T]:
    for item in items:  # noqa: UP028  # that would close a generator of the caller
        yield item


def _name(item: object) -> str:
    """Return what an item may be called in print: its id, or a string; else nothing.

    Items may hold secrets, so their own `repr` is not trusted.
    """
    key = getattr(item, "id", item)
    return _wire.printable(repr(key), 128) if isinstance(key, str) else ""
