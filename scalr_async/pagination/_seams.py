"""Reads of the seams between the pages of a walk, until its windows are connected."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, Generic, TypeVar

from scalr_async.pagination._answer import PageAnswer
from scalr_async.pagination._evidence import Evidence, ReadPage
from scalr_async.pagination._overlap import straddle
from scalr_async.pagination._page import Page
from scalr_async.pagination._readahead import ReadAhead

__all__ = ["Seams"]

R = TypeVar("R")

_LARGEST: Final = 100
"""Items per page, as the official clients request at most; a larger page hits a seam more surely.
"""
_SMALLEST: Final = 3
"""Items per page; pages of two items cannot straddle the seams of pages of two."""


class Seams(Generic[R]):
    """The search for a chain of overlapping windows through the whole list.

    The pages of the walk are adjacent and do not overlap. The seam between two of them is therefore
    read again with a page that straddles it, ids only; if it shows an unknown id, the whole page is
    read. A seam that has moved is followed: toward the end of the list if the window just read is
    connected to the start, otherwise toward the start. The search takes at most four reads per page
    of the walk, and 64 more.
    """

    def __init__(self, evidence: Evidence[R], read: ReadPage[R], prefetch: int) -> None:
        self._evidence = evidence
        self._chain = evidence.chain
        self._pages = evidence.pages
        self._read = read
        self._prefetch = prefetch
        self._reads_left = 4 * len(evidence.pages) + (64 if len(evidence.pages) > 1 else 0)
        self._shift = 0
        """The number of positions by which items have moved toward the start since the walk."""
        self._aim = self._end_of(-1)
        """The position to read next."""
        self._newest: dict[str, int] = {}
        """The positions of the items on the newest page."""
        self._speed = 0
        """The number of positions by which items move toward the end from one read to the next."""
        self._ahead: ReadAhead[PageAnswer[R]] | None = None

    def cancel(self) -> None:
        """Cancel the reads in flight."""
        if self._ahead is not None:
            self._ahead.cancel()

    async def pages(self) -> AsyncGenerator[Page[R]]:
        """Yield the pages read, each with its unknown items only, until the end is reached."""
        evidence = self._evidence
        if evidence.start > 1 and len(evidence.pages) == 1:
            before = await self._read(evidence.start - 1, evidence.size, ids_only=evidence.sparse)
            evidence.learn_size(before.count)
        elif evidence.start == 1 < len(evidence.pages) and evidence.size < _LARGEST:
            yield self._add(await evidence.read(self._read, 1, _LARGEST))
        if evidence.largest < _SMALLEST:
            return
        for part in (self._read_seams, self._read_to_end):
            async with aclosing(part()) as pages:
                async for page in pages:
                    yield page

    async def _read_seams(self) -> AsyncGenerator[Page[R]]:
        """Read the seams between the pages of the walk, some of them ahead."""
        last = len(self._pages) - 1
        reached = (i for i, page in enumerate(self._pages) if self._chain.reaches(page.window))
        step = max(1, self._size // (3 * max(1, len(self._pages[0].ids))))
        seams = range(max(reached, default=0), last, step)
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
                async with aclosing(self._follow(min(index + step, last))) as pages:
                    async for page in pages:
                        yield page
        finally:
            await self._ahead.aclose()

    async def _read_to_end(self) -> AsyncGenerator[Page[R]]:
        """Read from the last page of the walk on until the end of the list is seen."""
        if self._is_passed(len(self._pages) - 1):
            self._aim = self._end_of(-1)
        async with aclosing(self._follow(len(self._pages))) as pages:
            async for page in pages:
                yield page

    async def _follow(self, target: int) -> AsyncGenerator[Page[R]]:
        """Read where the next item should be, until the chain reaches page `target` of the walk.

        Stops when the same requests get the same answers, because further reads prove nothing.
        """
        seen: set[tuple[int, int, tuple[str | None, ...]]] = set()
        repeated = 0
        while not self._is_passed(target) and self._reads_left > 0:
            answer = await self._probe(self._aim)
            yield self._add(answer)
            now = (answer.number, answer.asked, answer.ids)
            repeated += now in seen
            seen.add(now)
            if repeated > 1:
                self._reads_left = 0

    @property
    def _size(self) -> int:
        """The largest page size that the server is known to serve."""
        return min(_LARGEST, self._evidence.largest)

    def _end_of(self, index: int) -> int:
        """Return the position at which the end of a page of the walk should be by now."""
        page = self._pages[index]
        return page.offset + len(page.ids) - self._shift

    def _is_passed(self, index: int) -> bool:
        """Return whether the chain reaches this page of the walk or a later one."""
        return self._chain.complete or any(
            self._chain.reaches(page.window) for page in self._pages[index:]
        )

    async def _probe(self, position: int) -> PageAnswer[R]:
        """Read the page that straddles a position."""
        self._reads_left -= 1
        return await self._evidence.read(self._read, *straddle(position, self._size))

    def _add(self, answer: PageAnswer[R]) -> Page[R]:
        """Add a window to the chain and aim the next read."""
        page, window = self._evidence.add(answer)
        offset, ids, total = self._evidence.offset(answer), answer.keys, page.total_count
        if answer.count > answer.asked:
            self._reads_left = 0  # the server ignores the page size: no seam can be straddled
        self._measure(offset, ids)
        if self._chain.reaches(window):
            self._aim = offset + answer.count + self._speed
        elif ids or total is None:
            self._aim = offset + self._speed
        else:
            self._aim, self._speed = min(offset, total), 0
        return page

    def _measure(self, offset: int, ids: tuple[str, ...]) -> None:
        """Measure by known items how far the list has moved, and how fast it moves."""
        positions = dict(zip(ids, range(offset, offset + len(ids)), strict=True))
        shared = next((key for key in ids if key in self._newest), None)
        if shared is not None:
            self._speed = positions[shared] - self._newest[shared]
        self._newest = positions
        for key in reversed(ids):
            then = self._chain.first_window(key) - self._pages[0].window
            if then < len(self._pages):
                page = self._pages[then]
                self._shift = page.offset + page.ids.index(key) - positions[key]
                return
