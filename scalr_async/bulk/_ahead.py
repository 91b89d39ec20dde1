"""Items that are looked up together, before a call is made for each of them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Sequence
from typing import Final, Generic, Protocol, TypeVar

__all__ = ["Ahead", "BatchReader"]

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

_REPEATS: Final = 10
"""Batches of items that are taken at most to find one of different ones."""


class BatchReader(Protocol[T_contra]):
    """Reads about items before they are called for."""

    batch_size: int
    """The most items to read about at once."""

    def is_stale(self) -> bool:
        """Return whether what was read last is too old to go by."""
        ...

    async def read_batch(self, items: Sequence[T_contra]) -> None:
        """Read about items; failing to is no error: each call can read for itself."""
        ...


class Ahead(Generic[T]):
    """The items taken from an input that no call was made for yet.

    Of an asynchronous input those are taken that are there: nothing waits for more of them.
    `name` tells items apart; it returns None for one that is not to be looked up.
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
        """The error that the input ended with."""
        self.pending: asyncio.Task[T] | None = None
        """Waits for the next item of an asynchronous input."""
        self._reader = reader
        self._name = name
        self._batch: dict[Hashable, T] = {}
        self._items = items
        self._stream = stream

    async def fill(self) -> None:
        """Take items, and look them up, if there are none or what is known of them is old."""
        if self.items and not self._reader.is_stale():
            return
        self._batch = {}
        for item in self.items:
            self._add(item)
        size = self._reader.batch_size
        while len(self._batch) < size and len(self.items) < _REPEATS * size and not self.ended:
            if self._stream is not None and not await self._is_there(self._stream):
                break
            await self._take()
        if self._batch:
            await self._reader.read_batch([*self._batch.values()])

    def left(self) -> list[T]:
        """Take all that is left, at the end: nothing is waited for any more."""
        items, pending = [*self.items], self.pending
        self.items.clear()
        self.pending = self.error = None
        if pending is not None and not pending.cancelled() and pending.exception() is None:
            items.append(pending.result())
        return items

    async def settle(self) -> None:
        """Wait for the item that an asynchronous input is asked for, and take it."""
        if self.pending is not None:
            await self._take()

    async def _is_there(self, stream: AsyncIterator[T]) -> bool:
        """Return whether to take the next item of the input: it is there, or nothing else is."""
        if self.pending is None:
            self.pending = asyncio.create_task(_next(stream))
            await asyncio.sleep(0)  # its first step
        return self.pending.done() or not self.items

    async def _take(self) -> None:
        """Take one item, or note the end."""
        try:
            if self.pending is None:
                item = next(self._items)
            else:
                item = await self.pending
        except (StopIteration, StopAsyncIteration):
            self.ended = True
        except Exception as error:  # noqa: BLE001  # raised once the items before it are done
            self.ended, self.error = True, error
        else:
            self.items.append(item)
            self._add(item)
        self.pending = None

    def _add(self, item: T) -> None:
        """Have the item looked up, unless it repeats another one, or cannot be told from others."""
        name = self._name(item)
        if name is not None:
            self._batch.setdefault(name, item)


async def _next(stream: AsyncIterator[T]) -> T:
    return await anext(stream)
