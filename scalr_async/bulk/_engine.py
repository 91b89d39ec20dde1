"""The workers behind every bulk call."""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Coroutine,
    Hashable,
    Iterable,
    Iterator,
    Sized,
)
from typing import Any, Final, Generic, TypeVar

from scalr_async._backlog import BACKLOG, Backlog
from scalr_async._tasks import cancel_from_any_thread, close_iterator, finish, wait_all
from scalr_async.bulk._ahead import Ahead, BatchReader
from scalr_async.bulk._outcome import (
    BulkResult,
    OnOutcome,
    Outcome,
    Reported,
    call_on_outcome,
    reported,
)
from scalr_async.errors import InvalidArgumentError, ScalrError

__all__ = ["Engine"]

T = TypeVar("T")
V = TypeVar("V")

_WINDOW: Final = 8
"""The number of outcomes that a stream holds back for each call in flight."""
_TURN: Final = 16
"""The least number of items per half turn; after a turn, other tasks of the event loop may run."""


class Engine(Generic[T, V]):
    """Workers that take items from one input, and the outcomes that the consumer has not taken yet.

    With `key`, only the first of several items with the same key is called for; `length` is then
    the number of different keys, None if unknown. Like the `len` of an input, it is only a hint.
    With `reader`, items are looked up in batches before their calls.
    """

    def __init__(
        self,
        items: Iterable[T] | AsyncIterable[T],
        call: Callable[[T], Awaitable[V]],
        concurrency: int,
        on_outcome: OnOutcome[T, V] | None,
        *,
        key: Callable[[T], Hashable] | None = None,
        length: int | None = None,
        reader: BatchReader[T] | None = None,
    ) -> None:
        if isinstance(items, str | bytes) or not isinstance(items, Iterable | AsyncIterable):
            kind = type(items).__name__
            raise InvalidArgumentError(f"items: must be an iterable of items, not {kind}")
        if not callable(call):
            kind = type(call).__name__
            raise InvalidArgumentError(f"call: must be a function of an item, not {kind}")
        self._items = items
        self._call = call
        self._concurrency = concurrency
        self._on_outcome = on_outcome
        self._key = key
        self._length = length if key is not None else _length_of(items)
        self._spare = 0 if type(items) in (list, tuple) else 1
        """1 for an input that may be longer than it says: one worker more than items finds out."""
        self._streaming = False
        self._window = sys.maxsize
        self._stream = aiter(items) if isinstance(items, AsyncIterable) else None
        self._iterator = iter(()) if isinstance(items, AsyncIterable) else _each(items)
        source = self._iterator, self._stream
        self._ahead = None if reader is None else Ahead(reader, *source, self._unseen)
        self._workers: list[asyncio.Task[None]] = []
        self._cancelling: Callable[[], int] = int
        self._cancelled = 0
        self._backlog = Backlog()
        self._pulling = asyncio.Lock()
        self._room = asyncio.Event()
        self._half_turn = max(_TURN, concurrency)
        self._turn_ends = 2 * self._half_turn
        self._takes_at_once = reader is None and self._stream is None
        self._progress = asyncio.Event()
        self._working = 0
        self._taken = 0
        self._begun = 0
        self._delivered = 0
        self._seen: set[Hashable] = set()
        self._running: dict[int, T] = {}
        self._unstarted: tuple[Outcome[T, V], ...] = ()
        self._finished: dict[int, Outcome[T, V] | None] = {}
        self._open = True
        self._exhausted = False
        self._failure: BaseException | None = None
        self._late_failure: Exception | None = None

    def run(self) -> Coroutine[Any, Any, BulkResult[T, V]]:
        """Run all calls; the result has their outcomes."""
        return Reported(self._run, self.report)

    def stream(self) -> AsyncGenerator[Outcome[T, V]]:
        """Run the calls and yield their outcomes in input order."""
        self._streaming, self._window = True, _WINDOW * self._concurrency
        stream = self.outcomes()
        weakref.finalize(stream, self.cancel).atexit = False
        return stream

    async def _run(self) -> BulkResult[T, V]:
        self._cancelling = _cancellations()
        self._cancelled = self._cancelling()
        self._start_workers()
        try:
            while self._working and self._failure is None:
                self._progress.clear()
                await self._progress.wait()
            await self._raise_failure()
        finally:
            await self._close()
        return self.report()

    async def outcomes(self) -> AsyncGenerator[Outcome[T, V]]:
        """Yield the outcomes of `stream`, without its finalizer."""
        with reported(self.report):
            self._start_workers()
            try:
                while (self._working or self._finished) and self._failure is None:
                    if self._delivered not in self._finished:
                        self._progress.clear()
                        await self._progress.wait()
                        continue
                    outcome = self._finished.pop(self._delivered)
                    self._delivered += 1
                    self._room.set()
                    if outcome is not None:
                        yield outcome
                await self._raise_failure()
            finally:
                await self._close()

    def cancel(self) -> None:
        """Start no further call and cancel those under way; safe in any thread."""
        self._open = False
        cancel_from_any_thread(self._tasks)

    @property
    def _tasks(self) -> list[asyncio.Task[Any]]:
        """The workers, and the task that waits for the input on their behalf."""
        pending = None if self._ahead is None else self._ahead.pending
        return [*self._workers, *([] if pending is None else [pending])]

    def report(self) -> BulkResult[T, V]:
        """Return the outcomes so far; to be called after the end."""
        interrupted = tuple(
            Outcome[T, V](index=index, input=item, outcome="unknown")
            for index, item in sorted(self._running.items())
        )
        remaining = None if self._length is None else self._length - self._begun
        # Avoids a reference cycle: the traceback of an item's error refers to this engine.
        finished, self._finished = self._finished, {}
        outcomes = (finished[index] for index in sorted(finished))
        return BulkResult(
            outcomes=tuple(outcome for outcome in outcomes if outcome is not None),
            interrupted=interrupted + self._unstarted,
            not_started=0 if self._exhausted else remaining,
        )

    def _start_workers(self) -> None:
        """Start workers up to `concurrency`; for fewer items, one per item and the spare one."""
        count = self._concurrency
        if self._length is not None:
            count = min(count, max(1, self._length + self._spare))
        missing = count - len(self._workers)
        self._working += missing
        self._workers += [asyncio.create_task(self._work()) for _ in range(missing)]

    def _may_start(self) -> bool:
        """Return whether calls may start: there was no error, and no cancellation is pending."""
        return self._open and self._cancelling() == self._cancelled

    async def _work(self) -> None:
        BACKLOG.set(self._backlog)
        try:
            while self._may_start():
                if self._backlog.waiting:
                    await self._backlog.room()
                elif self._taken - self._delivered >= self._window:
                    self._room.clear()
                    await self._room.wait()
                elif self._taken >= self._turn_ends:
                    await asyncio.sleep(0)
                else:
                    taken = self._take() if self._takes_at_once else await self._pull()
                    if taken is not None:
                        outcome = await self._outcome(*taken)
                        self._finish(outcome)
                        if self._on_outcome is not None:
                            await self._notify(self._on_outcome, outcome)
                        del outcome  # avoids a cycle: its error's traceback refers to this frame
        except BaseException as error:  # noqa: BLE001  # raised after all workers have ended
            self._open = False
            self._failure = error if self._failure is None else self._failure
        finally:
            self._working -= 1
            self._progress.set()

    def _next_turn(self) -> None:
        """Start another turn, after the event loop has run all other tasks."""
        self._turn_ends = self._taken + 2 * self._half_turn

    def _take(self) -> tuple[int, T] | None:
        """Take the next item with its index; None if there is no item to call for."""
        try:
            item = next(self._iterator)
        except StopIteration:
            self._open, self._exhausted = False, True
        except Exception as error:  # noqa: BLE001  # raised after the calls under way
            self._end(error)
        else:
            return self._begin(item)
        return None

    async def _pull(self) -> tuple[int, T] | None:
        """Do the same for an input that takes time: one worker at a time, and only with room."""
        async with self._pulling:
            full = self._backlog.waiting or self._taken - self._delivered >= self._window
            if full or not self._may_start():
                return None
            if self._ahead is not None:
                return await self._take_ahead(self._ahead)
            assert self._stream is not None
            try:
                item = await anext(self._stream)
            except StopAsyncIteration:
                self._open, self._exhausted = False, True
            except Exception as error:  # noqa: BLE001  # raised after the calls under way
                self._end(error)
            else:
                return self._begin(item)
            return None

    async def _take_ahead(self, ahead: Ahead[T]) -> tuple[int, T] | None:
        """Take the next item that was looked up; items whose calls do not start stay in `ahead`."""
        await ahead.fill()
        if not self._may_start():
            return None
        if ahead.items:
            return self._begin(ahead.items.popleft())
        if ahead.error is None:
            self._open, self._exhausted = False, True
        else:
            self._end(ahead.error)
        return None

    def _begin(self, item: T) -> tuple[int, T] | None:
        """Return the item with its index, unless it is a repeat or the call has ended meanwhile."""
        index, self._taken = self._taken, self._taken + 1
        if self._taken == self._turn_ends - self._half_turn:
            asyncio.get_running_loop().call_soon(self._next_turn)
        if self._key is not None and self._repeats(self._key, item):
            self._finished[index] = None
            self._progress.set()  # a stream continues with the next item
            return None
        self._begun += 1
        if not self._open:
            self._unstarted = (Outcome(index=index, input=item, outcome="not_sent"),)
            return None
        if self._length is not None and self._begun > self._length:
            self._length = None
            self._start_workers()
        self._running[index] = item
        return index, item

    def _unseen(self, item: T) -> Hashable:
        """Return the key of an item; None if the key was seen before, or the item has none."""
        if self._key is None:
            return object()
        try:
            name = self._key(item)
        except ScalrError:
            return None
        return None if name in self._seen else name

    def _repeats(self, key: Callable[[T], Hashable], item: T) -> bool:
        try:
            name = key(item)
        except ScalrError:
            return False  # the call for the item raises the same error
        known = name in self._seen
        self._seen.add(name)
        return known

    async def _outcome(self, index: int, item: T) -> Outcome[T, V]:
        """Call for one item; no local may hold its error, whose traceback refers to this frame."""
        try:
            value: Any = self._call(item)
            if isinstance(value, Awaitable):
                value = await value
            else:
                kind = type(value).__name__
                self._end(InvalidArgumentError(f"call: must return an awaitable, not {kind}"))
        except ScalrError as error:
            return Outcome(index=index, input=item, error=error, outcome=error.outcome)
        return Outcome(index=index, input=item, value=value, outcome="applied")

    def _finish(self, outcome: Outcome[T, V]) -> None:
        del self._running[outcome.index]
        self._finished[outcome.index] = outcome
        if self._streaming:
            self._progress.set()

    async def _notify(self, on_outcome: OnOutcome[T, V], outcome: Outcome[T, V]) -> None:
        try:
            await call_on_outcome(on_outcome, outcome)
        except Exception as error:  # noqa: BLE001  # raised after the calls under way
            self._end(error)

    def _end(self, error: Exception) -> None:
        """Start no further call, and raise this error after the calls under way have ended."""
        self._open = False
        self._late_failure = error if self._late_failure is None else self._late_failure

    async def _raise_failure(self) -> None:
        if self._ahead is not None and self._failure is None:
            await self._ahead.settle()  # an error of `on_outcome` must not cancel the input
        failure = self._late_failure if self._failure is None else self._failure
        self._failure = self._late_failure = None
        try:
            if failure is not None:
                raise failure
        finally:
            del failure  # avoids a cycle: its traceback refers to this frame

    async def _close(self) -> None:
        """End the calls under way, then close the input if it was opened here."""
        self._open = False
        running = [task for task in self._tasks if not task.done()]
        try:
            if running:
                cancel_from_any_thread(running)
                await wait_all(running)
        finally:
            if self._ahead is not None:
                self._note_unstarted(self._ahead.left())
            # Avoids cycles: the tracebacks of both refer to this engine.
            self._failure, self._cancelling = None, int
            if self._stream is not None and self._stream is not self._items:
                await finish(close_iterator(self._stream))

    def _note_unstarted(self, items: Iterable[T]) -> None:
        """Note the items that were taken and not started, unless the length counts them already."""
        if self._length is not None:
            return
        for index, item in enumerate(items, self._taken):
            if self._key is None or not self._repeats(self._key, item):
                self._unstarted += (Outcome(index=index, input=item, outcome="not_sent"),)


def _cancellations() -> Callable[[], int]:
    """Return a function that counts the cancellations of the current task."""
    task = asyncio.current_task()
    assert task is not None
    return task.cancelling


def _length_of(items: object) -> int | None:
    """Return the length of an input, None if it has none."""
    if not isinstance(items, Sized):
        return None
    try:
        return len(items)
    except Exception:  # noqa: BLE001  # tqdm(generator) has a length that raises
        return None


def _each(items: Iterable[T]) -> Iterator[T]:
    for item in items:  # noqa: UP028  # `yield from` would close a generator of the caller
        yield item
