"""The trail of a walk: what it has handed out last, to the item."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from operator import length_hint
from typing import Any, Final

import msgspec

from scalr_async.pagination._answer import PageAnswer, ids_of
from scalr_async.pagination._checkpoint import Place
from scalr_async.pagination._drift import DriftReport

__all__ = ["Trail"]

_KEPT: Final = 200
"""Ids, more than a page has: so many neighbours may be deleted, or move."""


class Trail:
    """Follows a walk that began at `place`, behind so many `items`, for a checkpoint at any time.

    `rest` iterates over the items of the newest page where they are handed out one by one: what it
    has not given yet was not handed out. That costs nothing for each item.
    """

    def __init__(self, place: Place | None = None, items: int = 0) -> None:
        self.report = DriftReport()
        self.rest: Iterator[Any] | None = None
        self._place = place or Place()
        self._total, self._cap = self._place.total, self._place.cap
        self._largest = self._cap or 0
        self._ids: deque[str | None] = deque(self._place.before, maxlen=_KEPT)
        self._items = items
        self._page: tuple[PageAnswer[Any], Sequence[Any], int, int] | None = None
        self._apart: list[str | None] = [*self._place.apart]

    def add(self, answer: PageAnswer[Any], items: Sequence[Any], offset: int, end: int) -> None:
        """Note a page of which `items` are handed out, up to its item number `end`.

        `offset` items of the list stand before the page.
        """
        if self._page is not None:
            before = self._page[0]
            self._ids.extend(before.ids)
            if answer.count:
                self._learn_cap(before)
        self._page, self.rest = (answer, items, offset, end), None
        if answer.total_count is not None:
            self._total = answer.total_count
            if offset + answer.count < self._total:
                self._learn_cap(answer)

    def add_apart(self, items: tuple[Any, ...]) -> None:
        """Note items that are handed out behind the last page, wherever they stand in the list."""
        self._apart += ids_of(items)

    def settle(self) -> None:
        """Let go of the newest page, all of which was handed out."""
        self._place, self._page = self.place, None
        self._ids = deque(self._place.before, maxlen=_KEPT)

    def end(self) -> None:
        """Keep where the walk ended, and let go of the rest."""
        self._items = self.items
        self.settle()
        self._apart = [*self._place.apart]
        self.report, self.rest = DriftReport(), None

    @property
    def items(self) -> int:
        """The number of items that were handed out, those before the walk included."""
        return self._items + self._handed_out

    @property
    def place(self) -> Place:
        """The place behind the newest item that was handed out."""
        if self._page is None:
            apart = self._apart[: len(self._apart) - self._left]
            kept = [key for key in apart if key is not None]
            return msgspec.structs.replace(self._place, apart=kept) if kept else self._place
        answer, items, offset, end = self._page
        handed_out = items[: len(items) - self._left]
        if self._left or end < 0:
            end = _behind(answer.items, handed_out)
        here = [key for key in answer.ids[:end] if key is not None]
        earlier = [key for key in self._ids if key is not None]
        return Place(
            offset=offset + end,
            before=_newest([*earlier, *here], max(_KEPT, len(here))),
            total=self._total,
            cap=self._cap,
            apart=self._place.apart,
        )

    def _learn_cap(self, answer: PageAnswer[Any]) -> None:
        """Note the size of a page that is not the last one: it is full."""
        if answer.count > self._largest:
            self._largest = answer.count
            self._cap = answer.count if answer.count < answer.asked else None

    @property
    def _left(self) -> int:
        return 0 if self.rest is None else length_hint(self.rest)

    @property
    def _handed_out(self) -> int:
        return self.report.items - self._left


def _newest(ids: Sequence[str], most: int) -> list[str]:
    """Return the last ids, each once: a page that was read again has some that came before."""
    return [*dict.fromkeys(reversed(ids))][:most][::-1]


def _behind(items: Sequence[Any], some: Sequence[Any]) -> int:
    """Return the place behind the last of `some`, which are items in their order."""
    places = iter(enumerate(items, 1))
    behind = 0
    for one in some:
        behind = next(place for place, item in places if item is one)
    return behind
