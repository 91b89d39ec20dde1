"""Counting a list: seeing before and after one moment as many items as there were then."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final, Generic, TypeVar

from scalr_async.pagination._answer import PageAnswer
from scalr_async.pagination._evidence import Evidence, ReadPage
from scalr_async.pagination._page import Page

__all__ = ["Census"]

R = TypeVar("R")

_MAX_PASSES: Final = 4
_MAX_PASSES_OVER_A_CHAIN: Final = 2
"""The state of a list in which only a change of the order can hide items."""
_MAX_NEW_PAGES: Final = 16


class Census(Generic[R]):
    """Reads all pages until the ids seen are known to be all there were at one moment.

    What was seen both before and after a moment was there at that moment: an id that is gone does
    not come back. So if the list had no more items then, whatever existed throughout was seen.
    That holds in any order, however it changes; but the list has to stand still for a while.

    How many items there were is taken from what the server shows: an empty page of one item tells
    that there were no more than stand before it. Where it heeds no page size its total count has
    to do. Of a list of one page an empty second page tells as much: the first was full and is all
    of the list at that moment, or was not, and had been all of it before. Should its items change
    all the time, the server is believed that says before and after that there are no others.
    """

    def __init__(
        self, evidence: Evidence[R], read: ReadPage[R], size: int, is_settled: Callable[[], bool]
    ) -> None:
        self._evidence = evidence
        self._read = read
        self._size = size
        known = len(evidence.chain)
        self._guess = known if evidence.total is None else min(known, evidence.total)
        """The likely number of items."""
        self._is_settled = is_settled
        self._top = -(-self._guess // max(1, min(size, evidence.largest)))
        """The number of the last page that had items, or may have."""
        self._first = evidence.first
        """The first page as it was before the moment that counts."""
        self._mark = 0
        """The number of windows that came before the moment that counts."""
        self._count: int | None = None
        """The most items that there can have been at that moment."""
        self._reads_left = 2 * self._top + len(evidence.pages) + 64
        self.agrees = False
        """True if all items of that moment were seen."""

    async def pages(self) -> AsyncGenerator[Page[R]]:
        """Yield what was read, with the items alone that were unknown, until the census agrees.

        One that fails is taken again, as long as it brings something new.
        """
        quiet, complete = 0, self._evidence.chain.complete
        for _ in range(_MAX_PASSES_OVER_A_CHAIN if complete else _MAX_PASSES):
            known = len(self._evidence.chain)
            for part in (self._find_the_end, self._find_the_count, self._see_again):
                async with aclosing(part()) as pages:
                    async for page in pages:
                        yield page
            quiet = quiet + 1 if len(self._evidence.chain) == known else 0
            if self.agrees or self._is_settled() or quiet > 1 or self._reads_left <= 0:
                return

    async def _find_the_end(self) -> AsyncGenerator[Page[R]]:
        """Read on behind the last page until one is empty."""
        self._first = self._evidence.first
        for _ in range(len(self._evidence.pages) + _MAX_NEW_PAGES):
            self._mark = self._evidence.chain.windows
            answer = await self._page(self._top + 1)
            self._count = answer.total_count
            if not answer.items:
                return
            self._top += 1
            yield self._evidence.add(answer)[0]
        self._count = None

    async def _find_the_count(self) -> AsyncGenerator[Page[R]]:
        """Look for an empty page of one item, where such pages can be had."""
        if self._top == 1:
            return
        answer = await self._page(1, 1)
        yield self._evidence.add(answer)[0]
        if answer.count != 1:
            return
        self._mark = self._evidence.chain.windows
        answer = await self._page(self._guess + 1, 1)
        yield self._evidence.add(answer)[0]
        self._count = None if answer.items else self._guess

    async def _see_again(self) -> AsyncGenerator[Page[R]]:
        """Read all pages, the last one first: what is deleted meanwhile hides nothing."""
        evidence, again = self._evidence, set[str]()
        for number in range(self._top, 0, -1):
            answer = await self._page(number)
            again.update(answer.keys)
            yield evidence.add(answer)[0]
            if self._reads_left <= 0:
                return
        before, after = self._first, evidence.first
        if self._top == 1 and before is not None and after is not None:
            all_seen = again.issuperset(before.keys) or (before.is_all and after.is_all)
        else:
            seen_before = sum(evidence.chain.first_window(key) < self._mark for key in again)
            all_seen = seen_before == self._count
        self.agrees = all_seen and not evidence.keyless
        self._guess = len(again)

    async def _page(self, number: int, size: int | None = None) -> PageAnswer[R]:
        self._reads_left -= 1
        return await self._evidence.read(self._read, number, size or self._size)
