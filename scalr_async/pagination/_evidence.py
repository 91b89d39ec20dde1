"""The pages of a list as evidence: all ids, and the windows in which they appeared."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Generic, Protocol, TypeVar

import attrs

from scalr_async._value_class import value_class
from scalr_async.pagination._answer import PageAnswer
from scalr_async.pagination._overlap import Chain
from scalr_async.pagination._page import Page

__all__ = ["Evidence", "PageOfWalk", "ReadPage"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class ReadPage(Protocol[R_co]):
    """A function that reads a page, whole or with ids only."""

    def __call__(
        self, number: int, size: int, *, ids_only: bool
    ) -> Awaitable[PageAnswer[R_co]]: ...


@value_class
@attrs.frozen(eq=False, repr=False)
class PageOfWalk:
    """One page of the walk as it was read, and the number of items before it."""

    offset: int
    ids: tuple[str, ...]
    window: int
    """The number of the page's window in the chain."""


class Evidence(Generic[R]):
    """The evidence of one walk and of the reads that verify it.

    It stores every id. Only the items on pages are evidence, the server's numbers are not: the
    largest page size, for example, is that of the largest page received.
    """

    def __init__(self, start: int, size: int, *, sparse: bool) -> None:
        self.start = start
        """The number of the first page of the walk."""
        self.size = size
        """The page size that the walk asked for."""
        self.sparse = sparse
        """True if pages can be read with ids only."""
        self.chain = Chain()
        self.already_yielded: set[str] = set()
        """Ids that an earlier walk handed out."""
        self.pages: list[PageOfWalk] = []
        self.first: PageAnswer[R] | None = None
        """The newest read of page 1 in its largest size, without items; None if there is none."""
        self.largest = 0
        """The largest number of items on a page."""
        self._maybe_last: list[int] = []
        """The windows that reach the end of the list if a larger page is seen."""
        self._begins: set[int] = set()
        """The windows that begin at the start of the list."""
        self.is_whole = False
        """True if one window was the whole list at one moment."""
        self.keyless = False
        """True if there are items without an id."""
        self.total: int | None = None
        """The newest total count."""
        self.expected: int | None = None
        """The total count if it never changed, otherwise None."""

    def fresh(self, answer: PageAnswer[R], *, keyless: bool = True) -> tuple[R, ...]:
        """Return the items that were not seen before; with `keyless` also those without an id."""
        here: set[str] = set()
        items = []
        for item, key in zip(answer.items, answer.ids, strict=True):
            if key is None:
                if keyless:
                    items.append(item)
            elif not (key in self.chain or key in here or key in self.already_yielded):
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
        """Add a page of the verification; return it with its unknown items only, and its window."""
        page = answer.page(self.fresh(answer, keyless=False))
        starts = answer.number == self.start == 1 and not answer.wrong_page
        window = self._add(answer, self.offset(answer), starts=starts)
        self.total = self.total if page.total_count is None else page.total_count
        if page.total_count != self.expected:
            self.expected = None
        number = self.offset(answer) // self.size + 1
        return attrs.evolve(page, number=number, size=self.size), window

    def offset(self, answer: PageAnswer[R]) -> int:
        """Return the number of items before a page; a guess if no page of its size was seen yet."""
        return (answer.number - 1) * max(1, min(answer.asked, self.largest))

    async def read(self, read: ReadPage[R], number: int, size: int) -> PageAnswer[R]:
        """Read the ids of a page, and the whole page if any of them is unknown."""
        answer = await read(number, size, ids_only=self.sparse)
        if self.sparse and self.fresh(answer, keyless=False):
            answer = await read(number, size, ids_only=False)
        return answer

    def learn_size(self, items: int) -> None:
        """Note the number of items on a page; pages with fewer items were not full."""
        if items > self.largest:
            self.largest = items
            for window in self._maybe_last:
                self._end(window)
            self._maybe_last = []

    def _add(self, answer: PageAnswer[R], offset: int, *, starts: bool) -> int:
        """Add a window to the chain.

        The window reaches the end of the list if the page is not full, unless the server says that
        items follow. A full page proves nothing, because items may have moved to the next page.
        """
        count, total = answer.count, answer.total_count
        self.learn_size(count)
        self.keyless = self.keyless or answer.has_keyless
        window = self.chain.add(answer.keys, starts=starts)
        if starts:
            self._begins.add(window)
        asked = 0 if self.first is None else self.first.asked
        if answer.number == self.start == 1 and answer.asked >= asked:
            self.first = attrs.evolve(answer, items=(), body=b"")
        more = answer.links_to_later_page() if total is None else total > offset + count
        if count < answer.asked and not more:
            if count < max(1, self.largest):
                self._end(window)
            else:
                self._maybe_last.append(window)
        return window

    def _end(self, window: int) -> None:
        self.chain.end_with(window)
        self.is_whole = self.is_whole or window in self._begins
