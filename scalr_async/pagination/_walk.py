"""One walk over a list: which pages are read, when it goes on, when it ends."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, Final, Generic, TypeVar

import attrs

from scalr_async.errors import ScalrError
from scalr_async.pagination._drift import DriftReport, DriftWatch, OnDrift, RecentIds
from scalr_async.pagination._page import Page, PageSource, Unread
from scalr_async.pagination._readahead import ReadAhead
from scalr_async.pagination._verify import Verification
from scalr_async.telemetry import PageEvent

__all__ = ["Plan", "Walk"]

R = TypeVar("R")

_MOST_BARREN: Final = 8
"""Pages in a row without a new item after which a server that promises more is not believed."""


@attrs.frozen(kw_only=True)
class Plan:
    """How to walk: see `Pager`."""

    page_size: int
    prefetch: int
    limit: int | None
    on_drift: OnDrift

    @property
    def size(self) -> int:
        """The page size to ask for: not more than the limit."""
        return self.page_size if self.limit is None else max(1, min(self.page_size, self.limit))


class Walk(Generic[R]):
    """Reads the pages of a list from `start` on; used for one iteration, then thrown away."""

    def __init__(
        self, source: PageSource[R], plan: Plan, start: int = 1, *, ids_only: bool = False
    ) -> None:
        self.report = DriftReport()
        self._source = source
        self._plan = plan
        self._start = start
        self._ids_only = ids_only
        self._identities = source.identities()
        self._watch = DriftWatch(source.path, source.telemetry, plan.on_drift, self.report)
        self._ahead = ReadAhead(self._read_page, start, last=start, most=plan.prefetch)
        self._recent = RecentIds()
        self._fingerprints: set[int] = set()
        self._verification: Verification[R] | None = None
        if plan.on_drift == "verify":
            self._verification = Verification(
                self._read,
                start=start,
                size=plan.size,
                prefetch=plan.prefetch,
                sparse=source.sparse,
            )
        self._walked = 0
        """How many items of the list stand before the end of the newest page."""
        self._barren = 0

    async def items(self) -> AsyncGenerator[R]:
        """Yield the items; the read-ahead opens as those of the first page are used."""
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                items = page.items
                if self.report.pages == 1:
                    part = max(1, len(items) // 8)
                    for begin in range(0, len(items), part):
                        for item in items[begin : begin + part]:
                            yield item
                        self._ahead.widen()
                else:
                    for item in items:
                        yield item

    async def pages(self) -> AsyncGenerator[Page[R]]:
        """Yield the pages, without items that came before, and without those over the limit."""
        if self._plan.limit == 0:
            return
        try:
            number, more = self._start, True
            while more:
                page = await self._decode(number, self._plan.size, await self._ahead.take())
                items = self._fresh(page)
                more = self._goes_on(page, len(items)) and not self._full(len(items))
                self._read_on(page, len(items), more=more)
                yield self._hand_on(page, items)
                self._ahead.widen(fully=True)
                number += 1
        finally:
            await self._ahead.aclose()
        if self._verification is not None and not self._full(0):
            async with aclosing(self._hidden(self._verification)) as hidden:
                async for page in hidden:
                    yield page

    def cancel(self) -> None:
        """Cancel what is in flight, at once; for a walk that was dropped."""
        self._ahead.cancel()
        if self._verification is not None:
            self._verification.cancel()

    async def _hidden(self, verification: Verification[R]) -> AsyncGenerator[Page[R]]:
        """Yield pages of what the walk did not come by."""
        expected = self._watch.total if self._watch.steady and self._start == 1 else None
        async with aclosing(verification.found(expected=expected)) as found:
            async for read in found:
                if not read.items:
                    continue
                size = self._plan.size
                page = attrs.evolve(read, number=read.offset // size + 1, size=size)
                self.report.missed += len(page.items)
                detail = f"{len(page.items)} items were not on the pages, or are new"
                self._watch.note("missed", page.number, detail)
                yield self._hand_on(page, page.items)
                if self._full(0):
                    return
        self.report.verified = verification.certain
        if not verification.certain:
            detail = "the list changes faster than it can be read: items may be missing"
            self._watch.note("missed", self._start, detail)

    async def _read_page(self, number: int) -> Unread[R]:
        return await self._fetch(number, self._plan.size, ids_only=self._ids_only)

    async def _read(self, number: int, size: int, *, ids_only: bool) -> Page[R]:
        return await self._decode(number, size, await self._fetch(number, size, ids_only=ids_only))

    async def _fetch(self, number: int, size: int, *, ids_only: bool) -> Unread[R]:
        identities = None if ids_only else self._identities
        with self._told(number, size):
            return await self._source.fetch(number, size, identities=identities, ids_only=ids_only)

    async def _decode(self, number: int, size: int, unread: Unread[R]) -> Page[R]:
        with self._told(number, size):
            return await unread()

    @contextmanager
    def _told(self, number: int, size: int) -> Iterator[None]:
        """Tell an error which page of the walk it was."""
        try:
            yield
        except ScalrError as error:
            error.page = (number - 1) * size // self._plan.size + 1
            error.add_note(
                f"page {error.page} of {self._source.path} failed: "
                f"the pages before it are complete, pages(start={error.page}) goes on with it"
            )
            raise

    def _fresh(self, page: Page[R]) -> tuple[R, ...]:
        """Return the items that did not come before; note what is odd about the page."""
        items = self._recent.fresh(page.items)
        if self._verification is not None:
            exact = self._verification.fresh(page)
            items = exact if items else ()
        self._watch.look(page, len(page.items) - len(items))
        return items

    def _goes_on(self, page: Page[R], fresh: int) -> bool:
        """Decide by the newest page whether there is another one."""
        self._walked = max(self._walked, page.offset) + len(page.items)
        if not self._source.paginated:
            return False
        if fresh:
            self._barren = 0
            return _promises_more(page, self._walked)
        self._barren += 1
        if page.misplaced or page.total_pages is None or page.total_pages <= page.number:
            return False
        if self._barren < _MOST_BARREN:
            return True
        detail = f"nothing new on {_MOST_BARREN} pages, {page.total_pages} pages promised"
        self._watch.lied(page.number, detail)
        return False

    def _full(self, more: int) -> bool:
        """Whether the limit is reached with so many more items."""
        return self._plan.limit is not None and self.report.items + more >= self._plan.limit

    def _read_on(self, page: Page[R], fresh: int, *, more: bool) -> None:
        """Let the pages be read ahead that are sure to be needed."""
        last = page.number
        if more:
            last += 1
            if page.total_pages is not None and not page.lies:
                last = max(last, page.total_pages)
            if self._plan.limit is not None:
                missing = self._plan.limit - self.report.items - fresh
                last = min(last, page.number - (-missing // page.size))
        self._ahead.last = last
        self._ahead.fill()

    def _hand_on(self, page: Page[R], items: tuple[R, ...]) -> Page[R]:
        """Count the page, tell of it, and cut it at the limit."""
        if self._plan.limit is not None:
            items = items[: self._plan.limit - self.report.items]
        self.report.pages += 1
        self.report.items += len(items)
        telemetry = self._source.telemetry
        if telemetry.wants(PageEvent):
            telemetry.emit(
                PageEvent(
                    path=self._source.path,
                    number=page.number,
                    items=len(items),
                    total_count=page.total_count,
                    total_pages=page.total_pages,
                )
            )
        return page if len(items) == len(page.items) else attrs.evolve(page, items=items)


def _promises_more(page: Page[Any], walked: int) -> bool:
    """Whether the server's own numbers say that there is more; full pages, if it has none."""
    if page.total_pages is not None and page.total_pages > page.number:
        return True
    if page.total_count is not None and page.total_count > walked:
        return True
    if page.lies or (page.total_pages is None and page.total_count is None):
        return page.has_next or len(page.items) >= page.size
    return False
