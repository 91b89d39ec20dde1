"""The trail of a walk: the items that it has handed out last."""

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
"""The number of ids to keep, more than a page has; up to so many neighbours may be deleted or move.
"""


class Trail:
    """A record of a walk from which a checkpoint can be made at any time.

    The walk began at `place`, after so many `items`. `rest` is the iterator over the newest page if
    its items are handed out one by one: the items left in it were not handed out yet. Keeping the
    iterator costs nothing per item.
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

        `offset` is the number of items of the list before the page.
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
        """Note items that are handed out after the last page, wherever they are in the list."""
        self._apart += ids_of(items)

    def settle(self) -> None:
        """Release the newest page, all of which was handed out."""
        self._place, self._page = self.place, None
        self._ids = deque(self._place.before, maxlen=_KEPT)

    def end(self) -> None:
        """Keep the place at which the walk ended, and release everything else."""
        self._items = self.items
        self.settle()
        self._apart = [*self._place.apart]
        self.report, self.rest = DriftReport(), None

    @property
    def items(self) -> int:
        """The number of items that were handed out, including those before the walk."""
        return self._items + self._handed_out

    @property
    def place(self) -> Place:
        """The place after the newest item that was handed out."""
        if self._page is None:
            apart = self._apart[: len(self._apart) - self._left]
            kept = [key for key in apart if key is not None]
            return msgspec.structs.replace(self._place, apart=kept) if kept else self._place
        answer, items, offset, end = self._page
        handed_out = items[: len(items) - self._left]
        if self._left or end < 0:
            end = _index_after(answer.items, handed_out)
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
        """Note the size of a page that is not the last one and therefore full."""
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
    """Return the last ids, each once: a page that was read again repeats earlier ones."""
    return [*dict.fromkeys(reversed(ids))][:most][::-1]


def _index_after(items: Sequence[Any], some: Sequence[Any]) -> int:
    """Return the index after the last of `some`, which is a subsequence of `items`."""
    numbered = iter(enumerate(items, 1))
    index = 0
    for one in some:
        index = next(number for number, item in numbered if item is one)
    return index
