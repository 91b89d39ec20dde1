"""Reading again between the pages of a walk, until nothing can have slipped through."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from typing import Final, Generic, Protocol, TypeVar

import attrs

from scalr_async.pagination._overlap import Chain, straddle
from scalr_async.pagination._page import Page, ids_of
from scalr_async.pagination._readahead import ReadAhead

__all__ = ["Reader", "Verification"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_SEAM_SIZE: Final = 100
"""Items, the largest page every official client asks for: the larger, the surer it hits."""
_MOST_PASSES: Final = 8
_QUIET_PASSES: Final = 2


class Reader(Protocol[R_co]):
    """Reads a page, in whole or its ids alone."""

    def __call__(self, number: int, size: int, *, ids_only: bool) -> Awaitable[Page[R_co]]: ...


@attrs.frozen
class _Window:
    """What a page of the walk showed, and how many items stood before it."""

    offset: int
    ids: tuple[str, ...]
    number: int
    """Its number in the chain."""


class Verification(Generic[R]):
    """Looks for a chain of overlapping windows through the whole list.

    The pages of the walk lie side by side. So the seam between each two of them is read again
    with a page that straddles it, ids only; where it shows an unknown id the page is read in
    whole. A seam that has moved away is followed: to the right while what is read hangs together
    with the start of the list, else to the left. All of it is bounded by four reads a page.

    A server that pays no heed to `page[size]`, or whose order is not stable, allows no such proof:
    then whole passes, from the last page to the first, are read until two bring nothing new.
    """

    def __init__(
        self, read: Reader[R], *, start: int, size: int, prefetch: int, sparse: bool
    ) -> None:
        self._read = read
        self._start = start
        self._page_size = size
        self._prefetch = prefetch
        self._sparse = sparse
        self._chain = Chain()
        self._pages: list[_Window] = []
        self._seam_size = _SEAM_SIZE
        self._shift = 0
        """How many places items have moved toward the start since the walk saw them."""
        self._aim = 0
        """The position to read next."""
        self._newest: dict[str, int] = {}
        """The positions of the items of the newest page read."""
        self._speed = 0
        """How many places items move toward the end from one read to the next."""
        self._reads_left = 0
        self._expected: int | None = None
        self._agreed = False
        self._ahead: ReadAhead[Page[R]] | None = None

    @property
    def certain(self) -> bool:
        """Whether nothing that existed throughout is missing."""
        return self._agreed or (self._chain.complete and self._counted)

    @property
    def _counted(self) -> bool:
        """Whether as many ids were seen as a list that stood still should have."""
        return self._expected is None or len(self._chain) >= self._expected

    def fresh(self, page: Page[R]) -> tuple[R, ...]:
        """Add a page of the walk; return its items that did not come before."""
        ids = _keys(page)
        items = self._unknown(page, keyless=True)
        number = self._chain.add(ids, starts=not self._pages, ends=page.is_last)
        self._pages.append(_Window(page.offset, ids, number))
        self._aim = page.offset + len(page.items)
        return items

    def cancel(self) -> None:
        """Cancel what is in flight, at once."""
        if self._ahead is not None:
            self._ahead.cancel()

    async def found(self, *, expected: int | None) -> AsyncGenerator[Page[R]]:
        """Yield pages with the items that did not come before, until `certain` or out of bounds.

        `expected` is the total count, if it was the same on every page of the walk.
        """
        if not self._chain and not self._chain.complete:
            return  # items without ids: nothing can be told apart
        self._expected = expected
        self._reads_left = 4 * len(self._pages) + 64
        async with aclosing(self._seams()) as seams:
            async for page in seams:
                yield page
        if self._passed(len(self._pages) - 1):
            self._aim = self._end_of(-1)
        while not self._chain.complete and self._reads_left > 0:
            yield self._add(await self._probe(self._aim))
        if not self.certain:
            async with aclosing(self._passes()) as passes:
                async for page in passes:
                    yield page

    async def _seams(self) -> AsyncGenerator[Page[R]]:
        step = max(1, self._seam_size // (3 * max(1, len(self._pages[0].ids))))
        seams = range(0, len(self._pages) - 1, step)
        self._ahead = ReadAhead(
            lambda index: self._probe(self._end_of(seams[index])),
            0,
            last=len(seams) - 1,
            most=self._prefetch,
            window=self._prefetch,
        )
        try:
            for index in seams:
                if self._chain.complete or self._reads_left <= 0:
                    return
                yield self._add(await self._ahead.take())
                target = min(index + step, len(self._pages) - 1)
                while not self._passed(target) and self._reads_left > 0:
                    yield self._add(await self._probe(self._aim))
        finally:
            await self._ahead.aclose()

    async def _passes(self) -> AsyncGenerator[Page[R]]:
        """Read all pages from the last to the first: what is deleted meanwhile hides nothing."""
        quiet = 0
        last = self._start + len(self._pages)
        for _ in range(_MOST_PASSES):
            known = len(self._chain)
            for number in range(last, self._start - 1, -1):
                yield self._add(await self._read_known(number, self._page_size))
            quiet = quiet + 1 if len(self._chain) == known else 0
            if quiet >= _QUIET_PASSES and self._counted:
                self._agreed = True
                return

    def _end_of(self, index: int) -> int:
        """Return where the end of a page of the walk should stand by now."""
        page = self._pages[index]
        return page.offset + len(page.ids) - self._shift

    def _passed(self, index: int) -> bool:
        """Whether the chain leads to this page of the walk or to a later one."""
        return self._chain.complete or any(
            self._chain.reaches(page.number) for page in self._pages[index:]
        )

    async def _probe(self, position: int) -> Page[R]:
        """Read the page that straddles a position."""
        self._reads_left -= 1
        number, size = straddle(position, self._seam_size)
        page = await self._read_known(number, size)
        if page.lies:
            self._reads_left = 0
        self._seam_size = min(self._seam_size, page.size if page.size < size else _SEAM_SIZE)
        return page

    async def _read_known(self, number: int, size: int) -> Page[R]:
        """Read the ids of a page, and the whole of it if any of them is unknown."""
        page = await self._read(number, size, ids_only=self._sparse)
        if self._sparse and self._unknown(page):
            page = await self._read(number, size, ids_only=False)
        return page

    def _add(self, page: Page[R]) -> Page[R]:
        """Add a window to the chain, aim the next read; return the page's unknown items."""
        ids = _keys(page)
        items = self._unknown(page)
        if page.total_count != self._expected:
            self._expected = None
        starts = page.number == self._start == 1
        window = self._chain.add(ids, starts=starts, ends=page.is_last)
        self._measure(page.offset, ids)
        if self._chain.reaches(window):
            self._aim = page.offset + len(page.items) + self._speed
        elif ids or page.total_count is None:
            self._aim = page.offset + self._speed
        else:
            self._aim, self._speed = min(page.offset, page.total_count), 0
        return attrs.evolve(page, items=items)

    def _measure(self, offset: int, ids: tuple[str, ...]) -> None:
        """See by items known already how far the list has moved, and how fast it moves."""
        positions = dict(zip(ids, range(offset, offset + len(ids)), strict=True))
        shared = next((key for key in ids if key in self._newest), None)
        if shared is not None:
            self._speed = positions[shared] - self._newest[shared]
        self._newest = positions
        for key in reversed(ids):
            index = self._chain.first_window(key) - self._pages[0].number
            if index < len(self._pages):
                then = self._pages[index]
                self._shift = then.offset + then.ids.index(key) - positions[key]
                return

    def _unknown(self, page: Page[R], *, keyless: bool = False) -> tuple[R, ...]:
        """Return the items seen for the first time; those without an id only if asked for."""
        here: set[str] = set()
        items = []
        for item in page.items:
            key = getattr(item, "id", None)
            if not isinstance(key, str) or not key:
                if keyless:
                    items.append(item)
            elif key not in self._chain and key not in here:
                here.add(key)
                items.append(item)
        return tuple(items)


def _keys(page: Page[object]) -> tuple[str, ...]:
    return tuple(key for key in ids_of(page.items) if isinstance(key, str) and key)
