"""The proof that a walk missed nothing, or the search for the items that it missed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Generic, TypeVar

from scalr_async.pagination._answer import PageAnswer, PageSource
from scalr_async.pagination._census import Census
from scalr_async.pagination._evidence import Evidence, ReadPage
from scalr_async.pagination._page import Page
from scalr_async.pagination._seams import Seams

__all__ = ["Verification"]

R = TypeVar("R")


class Verification(Generic[R]):
    """The search for a proof that a walk's pages showed every item that existed throughout.

    The items on pages are evidence; the server's numbers are used only against a proof. There are
    two proofs: overlapping windows (`_seams`) hold during concurrent creates and deletes as long as
    the order is stable; a census (`_census`) holds in any order if the list is unchanged for a
    while.
    """

    def __init__(self, source: PageSource[R], *, start: int, size: int) -> None:
        self._is_stable = source.stable
        self._evidence: Evidence[R] = Evidence(start, size, sparse=source.sparse)
        self._seams: Seams[R] | None = None
        self._agreed = False
        self.is_consistent = True
        """True if the server never contradicted itself about the length of the list."""

    def fresh(self, answer: PageAnswer[R]) -> tuple[R, ...]:
        """Return the items that were not seen before, and those without an id."""
        return self._evidence.fresh(answer)

    def remember(self, ids: Iterable[str]) -> None:
        """Remember ids that an earlier walk handed out."""
        self._evidence.already_yielded.update(ids)

    def add(self, answer: PageAnswer[R]) -> None:
        """Add a page of the walk."""
        self._evidence.add_page(answer)

    def cancel(self) -> None:
        """Cancel the reads in flight."""
        if self._seams is not None:
            self._seams.cancel()

    @property
    def doubt(self) -> str | None:
        """The reason why an item that existed throughout may be missing; None if none can be."""
        evidence = self._evidence
        if not self.is_consistent:
            return "the server contradicts itself about the list"
        if self._agreed or (evidence.is_whole and not evidence.keyless):
            return None
        if evidence.keyless:
            return "items without ids cannot be distinguished"
        if evidence.expected is not None and len(evidence.chain) < evidence.expected:
            return f"{evidence.expected} items were promised, {len(evidence.chain)} were seen"
        if not evidence.chain.complete:
            return "the list changes faster than it can be read, or its pages cannot be overlapped"
        return None if self._is_stable else "the list is sorted by a field that may change"

    async def found(
        self, read: ReadPage[R], prefetch: int, *, total: int | None, expected: int | None
    ) -> AsyncGenerator[Page[R]]:
        """Yield pages with the items not seen before, until there is a proof or no read is left.

        Up to `prefetch` pages are read ahead. `total` is the newest total count; `expected` is the
        total count if it never changed, otherwise None.
        """
        self._evidence.total, self._evidence.expected = total, expected
        self._seams = Seams(self._evidence, read, prefetch)
        seams, census = self._seams.pages(), self._by_census(read)
        proofs = (self._by_values(read),) if self._evidence.keyless else (seams, census)
        for proof in proofs:
            if self.doubt is None:
                return
            async with aclosing(proof):
                async for page in proof:
                    yield page

    async def _by_census(self, read: ReadPage[R]) -> AsyncGenerator[Page[R]]:
        first = self._evidence.first
        if first is None or not self.is_consistent:
            return
        census = Census(self._evidence, read, first.asked, lambda: self.doubt is None)
        async with aclosing(census.pages()) as pages:
            async for page in pages:
                yield page
        self._agreed = census.agrees

    async def _by_values(self, read: ReadPage[R]) -> AsyncGenerator[Page[R]]:
        """Read a list of one page again and compare the items' values, for items without ids."""
        evidence, first = self._evidence, self._evidence.first
        if first is None or not first.is_all:
            return
        behind = await read(2, evidence.size, ids_only=False)
        again = await read(1, evidence.size, ids_only=False)
        is_same = again.is_all and again.fingerprint == first.fingerprint
        self._agreed = is_same and not behind.items
        yield behind.page(evidence.fresh(behind))
