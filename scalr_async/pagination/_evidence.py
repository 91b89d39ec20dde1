"""The pages of a list as evidence: all ids, and those that were seen together."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Generic, Protocol, TypeVar

import attrs

from scalr_async.pagination._answer import PageAnswer
from scalr_async.pagination._overlap import Chain
from scalr_async.pagination._page import Page

__all__ = ["Evidence", "PageOfWalk", "ReadPage"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class ReadPage(Protocol[R_co]):
    """Reads a page, in whole or its ids alone."""

    def __call__(
        self, number: int, size: int, *, ids_only: bool
    ) -> Awaitable[PageAnswer[R_co]]: ...


@attrs.frozen
class PageOfWalk:
    """One page of the walk as it was seen, and the number of items that stood before it."""

    offset: int
    ids: tuple[str, ...]
    window: int
    """Its number in the chain."""


class Evidence(Generic[R]):
    """The evidence of one walk, and of the reads that verify it.

    It holds every id. Only what pages show is evidence for anything, what the server says of them
    is not: how many items a page holds at most is taken from the largest that came.
    """

    def __init__(self, start: int, size: int, *, sparse: bool) -> None:
        self.start = start
        """The number of the first page of the walk."""
        self.size = size
        """The page size that the walk asked for."""
        self.sparse = sparse
        """True if ids can be read alone."""
        self.chain = Chain()
        self.came_before: set[str] = set()
        """Ids that a walk before this one handed out."""
        self.pages: list[PageOfWalk] = []
        self.first: PageAnswer[R] | None = None
        """Page 1 of the list as it was read last in its largest size, if the walk began there."""
        self.largest = 0
        """The most items that a page had."""
        self._maybe_last: list[int] = []
        """The windows that reach the end unless a page has no more items than theirs."""
        self._begins: set[int] = set()
        """The windows that begin at the start of the list."""
        self.is_whole = False
        """True if one window was the whole list, at one moment."""
        self.keyless = False
        """True if there are items without an id."""
        self.total: int | None = None
        """The newest total count."""
        self.expected: int | None = None
        """The total count, if it never changed."""

    def fresh(self, answer: PageAnswer[R], *, keyless: bool = True) -> tuple[R, ...]:
        """Return the items that did not come before; those without an id if asked for."""
        here: set[str] = set()
        items = []
        for item, key in zip(answer.items, answer.ids, strict=True):
            if key is None:
                if keyless:
                    items.append(item)
            elif not (key in self.chain or key in here or key in self.came_before):
                here.add(key)
                items.append(item)
        return tuple(items)

    def add_page(self, answer: PageAnswer[R]) -> None:
        """Add a page of the walk."""
        before = self.pages[-1] if self.pages else None
        first = (answer.number - 1) * answer.size
        offset = before.offset + len(before.ids) if before else first
        window = self._add(answer, offset, starts=before is None and not answer.wrong_page)
        self.pages.append(PageOfWalk(offset, answer.keys, window))

    def add(self, answer: PageAnswer[R]) -> tuple[Page[R], int]:
        """Add a page that was read again; return it with its unknown items, and its window."""
        page = answer.page(self.fresh(answer, keyless=False))
        starts = answer.number == self.start == 1 and not answer.wrong_page
        window = self._add(answer, self.offset(answer), starts=starts)
        self.total = self.total if page.total_count is None else page.total_count
        if page.total_count != self.expected:
            self.expected = None
        number = self.offset(answer) // self.size + 1
        return attrs.evolve(page, number=number, size=self.size), window

    def offset(self, answer: PageAnswer[R]) -> int:
        """Return how many items stand before a page: exactly, unless none as large was seen."""
        return (answer.number - 1) * max(1, min(answer.asked, self.largest))

    async def read(self, read: ReadPage[R], number: int, size: int) -> PageAnswer[R]:
        """Read the ids of a page, and the whole of it if any of them is unknown."""
        answer = await read(number, size, ids_only=self.sparse)
        if self.sparse and self.fresh(answer, keyless=False):
            answer = await read(number, size, ids_only=False)
        return answer

    def learn_size(self, items: int) -> None:
        """Note how many items a page had: those that had fewer were not full."""
        if items > self.largest:
            self.largest = items
            for window in self._maybe_last:
                self._end(window)
            self._maybe_last = []

    def _add(self, answer: PageAnswer[R], offset: int, *, starts: bool) -> int:
        """Add a window to the chain.

        It reaches beyond the end of the list if the page is not full, unless the server says that
        there is more. A full page proves nothing: its successor may hold what moved there.
        """
        count, total = answer.count, answer.total_count
        self.learn_size(count)
        self.keyless = self.keyless or answer.has_keyless
        window = self.chain.add(answer.keys, starts=starts)
        if starts:
            self._begins.add(window)
        if answer.number == self.start == 1:
            is_larger = self.first is None or answer.asked >= self.first.asked
            self.first = answer if is_larger else self.first
        more = answer.leads_on() if total is None else total > offset + count
        if count < answer.asked and not more:
            if count < max(1, self.largest):
                self._end(window)
            else:
                self._maybe_last.append(window)
        return window

    def _end(self, window: int) -> None:
        self.chain.end_with(window)
        self.is_whole = self.is_whole or window in self._begins
