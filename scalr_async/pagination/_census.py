"""A count of a list: proof that the ids seen are all ids that the list had at one moment."""

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
"""The limit once the windows are connected: then only a change of the order can hide items."""
_MAX_NEW_PAGES: Final = 16


class Census(Generic[R]):
    """Repeated reads of all pages until the ids seen are known to be all ids at one moment.

    An item that was seen both before and after a moment existed at that moment, because a deleted
    id does not return. If the list had no more items than these at that moment, every item that
    existed throughout was seen. The argument holds in any order, even a changing one, but the list
    has to be unchanged for a while.

    The number of items at the moment is inferred from pages: with a page size of one, an empty page
    shows that the list has no more items than the pages before it. If the server ignores the page
    size, its total count is used instead. For a list of one page, an empty second page is enough:
    either the first page was full and is the whole list at that moment, or it was not full and was
    the whole list before. If the items of a one-page list change all the time, the census relies on
    the server's numbers, which say before and after that there are no other items.
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
        """The number of the last page that had items, or may have had."""
        self._first = evidence.first
        """The first page as it was before the moment of the count."""
        self._mark = 0
        """The number of windows that were read before the moment of the count."""
        self._count: int | None = None
        """The largest possible number of items at that moment, None if unknown."""
        self._reads_left = 2 * self._top + len(evidence.pages) + 64
        self.agrees = False
        """True if all items of that moment were seen."""

    async def pages(self) -> AsyncGenerator[Page[R]]:
        """Yield the pages read, each with its unknown items only, until the census agrees.

        A census that does not agree is repeated as long as it finds new items.
        """
        quiet, complete = 0, self._evidence.chain.complete
        for _ in range(_MAX_PASSES_OVER_A_CHAIN if complete else _MAX_PASSES):
            known = len(self._evidence.chain)
            for part in (self._find_end, self._find_count, self._read_again):
                async with aclosing(part()) as pages:
                    async for page in pages:
                        yield page
            quiet = quiet + 1 if len(self._evidence.chain) == known else 0
            if self.agrees or self._is_settled() or quiet > 1 or self._reads_left <= 0:
                return

    async def _find_end(self) -> AsyncGenerator[Page[R]]:
        """Read the pages after the last known one until one is empty."""
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

    async def _find_count(self) -> AsyncGenerator[Page[R]]:
        """Check with a page size of one that no item follows the expected last one.

        Skipped for a list of one page, and for a server that ignores the page size.
        """
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

    async def _read_again(self) -> AsyncGenerator[Page[R]]:
        """Read all pages, the last one first, so that concurrent deletes hide no item."""
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
