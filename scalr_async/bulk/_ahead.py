"""Items that are looked up in batches before the call for each of them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Sequence
from typing import Final, Generic, Protocol, TypeVar

__all__ = ["Ahead", "BatchReader"]

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

_REPEATS: Final = 10
"""The largest number of items to take for one batch of different items, in batches."""


class BatchReader(Protocol[T_contra]):
    """A reader that looks up items in batches before their calls."""

    batch_size: int
    """The largest number of items to look up at once."""

    def is_stale(self) -> bool:
        """Return whether the results of the last lookup are too old to use."""
        ...

    async def read_batch(self, items: Sequence[T_contra]) -> None:
        """Look up items; never raises for a failed lookup, because each call can read by itself."""
        ...


class Ahead(Generic[T]):
    """The items that were taken from an input and whose calls were not started yet.

    From an asynchronous input only items that are available are taken, without waiting for more.
    `name` returns a key that distinguishes items, or None for an item that is not to be looked up.
    """

    def __init__(
        self,
        reader: BatchReader[T],
        items: Iterator[T],
        stream: AsyncIterator[T] | None,
        name: Callable[[T], Hashable],
    ) -> None:
        self.items: deque[T] = deque()
        self.ended = False
        """True if the input has no more items."""
        self.error: Exception | None = None
        """The error that ended the input."""
        self.pending: asyncio.Task[T] | None = None
        """The task that waits for the next item of an asynchronous input."""
        self._reader = reader
        self._name = name
        self._batch: dict[Hashable, T] = {}
        self._items = items
        self._stream = stream

    async def fill(self) -> None:
        """Take and look up items, if there are none or their last lookup is too old."""
        if self.items and not self._reader.is_stale():
            return
        self._batch = {}
        for item in self.items:
            self._add(item)
        size = self._reader.batch_size
        while len(self._batch) < size and len(self.items) < _REPEATS * size and not self.ended:
            if self._stream is not None and not await self._should_take(self._stream):
                break
            await self._take()
        if self._batch:
            await self._reader.read_batch([*self._batch.values()])

    def left(self) -> list[T]:
        """Return all items that are left, at the end, without waiting for more."""
        items, pending = [*self.items], self.pending
        self.items.clear()
        self.pending = self.error = None
        if pending is not None and not pending.cancelled() and pending.exception() is None:
            items.append(pending.result())
        return items

    async def settle(self) -> None:
        """Wait for the requested item of an asynchronous input, and take it."""
        if self.pending is not None:
            await self._take()

    async def _should_take(self, stream: AsyncIterator[T]) -> bool:
        """Return whether to take the next item: it is available, or no other item is left."""
        if self.pending is None:
            self.pending = asyncio.create_task(_next(stream))
            await asyncio.sleep(0)  # its first step
        return self.pending.done() or not self.items

    async def _take(self) -> None:
        """Take one item, or note the end of the input."""
        try:
            if self.pending is None:
                item = next(self._items)
            else:
                item = await self.pending
        except (StopIteration, StopAsyncIteration):
            self.ended = True
        except Exception as error:  # noqa: BLE001  # raised after the calls for earlier items
            self.ended, self.error = True, error
        else:
            self.items.append(item)
            self._add(item)
        self.pending = None

    def _add(self, item: T) -> None:
        """Add an item to the batch, unless it repeats another one or has no key."""
        name = self._name(item)
        if name is not None:
            self._batch.setdefault(name, item)


async def _next(stream: AsyncIterator[T]) -> T:
    return await anext(stream)
