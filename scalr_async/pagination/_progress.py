"""The plan of a walk, and its progress: for a checkpoint, or for a walk that resumes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from operator import length_hint
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec

from scalr_async.pagination._answer import PageAnswer, PageSource, ids_of
from scalr_async.pagination._checkpoint import Checkpoint, Place
from scalr_async.pagination._drift import DriftReport, OnDrift, Received

if TYPE_CHECKING:
    from scalr_async.pagination._section import Section
    from scalr_async.pagination._verify import Verification

__all__ = ["Journal", "Plan", "Progress", "Trail"]

R = TypeVar("R")

_SMALLEST_WITH_SEAM: Final = 3
"""Items; a shorter list is verified with two requests."""
_ALWAYS_STRADDLED: Final = 7
"""Items per page; smaller pages may straddle a seam only after several reads, or never."""
_STRADDLED_ONE_BY_ONE: Final = 50
"""Items per page; for smaller pages, one larger page covers several seams at once."""

_KEPT: Final = 200
"""The number of ids to keep, more than a page has; up to so many neighbors may be deleted or move.
"""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a walk: see `Pager`."""

    page_size: int
    prefetch: int
    limit: int | None
    on_drift: OnDrift

    @property
    def smallest_page_size(self) -> int:
        """The page size, at most the limit; for walks whose pages callers do not number."""
        return self.page_size if self.limit is None else max(1, min(self.page_size, self.limit))

    def requests(self, items: int, *, begin: Place, last: int | None, paginated: bool) -> int:
        """Return the number of requests of a walk over so many items after a place.

        The list does not change. `last` is the number of the last page if it is known.
        """
        if self.limit == 0 or not paginated:
            return 0 if self.limit == 0 else 1
        asked, end = self.smallest_page_size, begin.offset + items
        size, first = begin.size(asked), begin.page(asked)
        pages = max(1, (last or -(-end // size)) - first + 1)
        if self.on_drift != "verify" or items == self.limit or not end:
            return pages
        to_end = end == (first + pages - 1) * size
        return pages + _requests_to_verify(pages, first=first, size=size, items=end, to_end=to_end)


def _requests_to_verify(pages: int, *, first: int, size: int, items: int, to_end: bool) -> int:
    """Return the number of requests that verify so many pages of a list in a stable order."""
    if first > 1:
        return max(1, pages - 1) + to_end if size >= _ALWAYS_STRADDLED else int(pages == 1)
    if pages == 1 or size < _STRADDLED_ONE_BY_ONE:
        return 1 if items >= _SMALLEST_WITH_SEAM else 2
    return pages - 1 + to_end


class _NewestPage(msgspec.Struct, kw_only=True):
    """The newest page of a trail; `items` and `handed_out` are empty once they are released."""

    ids: Sequence[str | None]
    count: int
    asked: int
    offset: int
    """The number of items of the list before the page."""
    items: Sequence[Any]
    handed_out: Sequence[Any]
    end: int
    """The index after the last item handed out, -1 if it is not known yet."""


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
        self._page: _NewestPage | None = None
        self._last: tuple[Sequence[str | None], int] | None = None
        """The result of `_handed_out_of_page` at the end of the walk."""
        self._apart: list[str | None] = [*self._place.apart]

    def add(self, answer: PageAnswer[Any], items: Sequence[Any], offset: int, end: int) -> None:
        """Note a page of which `items` are handed out, up to its item number `end`.

        `offset` is the number of items of the list before the page.
        """
        if self._last is not None:
            self.settle()
        elif self._page is not None:
            self._ids.extend(self._page.ids)
            if answer.count:
                self._learn_cap(self._page)
        self.rest = None
        self._page = _NewestPage(
            ids=answer.ids,
            count=answer.count,
            asked=answer.asked,
            offset=offset,
            items=answer.items,
            handed_out=items,
            end=end,
        )
        if answer.total_count is not None:
            self._total = answer.total_count
            if offset + answer.count < self._total:
                self._learn_cap(self._page)

    def release(self) -> None:
        """Release the items of the newest page, all of which were handed out."""
        self.rest, page = None, self._page
        assert page is not None, "it was added"
        page.end = self._end(page)
        page.items = page.handed_out = ()

    def add_apart(self, items: tuple[Any, ...]) -> None:
        """Note items that are handed out after the last page, wherever they are in the list."""
        self._apart += ids_of(items)

    def settle(self) -> None:
        """Release the newest page, all of which was handed out."""
        self._place, self._page, self._last = self.place, None, None
        self._ids = deque(self._place.before, maxlen=_KEPT)

    def end(self) -> None:
        """Release the items; the place is made from their ids when it is asked for."""
        self._items = self.items
        if self._page is None:
            self._apart = self._apart[: len(self._apart) - self._left]
        else:
            self._last, self._page = self._handed_out_of_page(self._page), None
        self.report, self.rest = DriftReport(), None

    @property
    def items(self) -> int:
        """The number of items that were handed out, including those before the walk."""
        return self._items + self._handed_out

    @property
    def place(self) -> Place:
        """The place after the newest item that was handed out."""
        last = self._last if self._page is None else self._handed_out_of_page(self._page)
        if last is None:
            apart = self._apart[: len(self._apart) - self._left]
            kept = [key for key in apart if key is not None]
            return msgspec.structs.replace(self._place, apart=kept) if kept else self._place
        here = [key for key in last[0] if key is not None]
        earlier = [key for key in self._ids if key is not None]
        return Place(
            offset=last[1],
            before=_newest([*earlier, *here], max(_KEPT, len(here))),
            total=self._total,
            cap=self._cap,
            apart=self._place.apart,
        )

    def _handed_out_of_page(self, page: _NewestPage) -> tuple[Sequence[str | None], int]:
        """Return the ids of a page up to the last item handed out, and the items up to there."""
        end = self._end(page)
        return page.ids[:end], page.offset + end

    def _end(self, page: _NewestPage) -> int:
        """Return the index after the last item of a page that was handed out."""
        if not self._left and page.end >= 0:
            return page.end
        return _index_after(page.items, page.handed_out[: len(page.handed_out) - self._left])

    def _learn_cap(self, page: _NewestPage) -> None:
        """Note the size of a page that is not the last one and therefore full."""
        if page.count > self._largest:
            self._largest = page.count
            self._cap = page.count if page.count < page.asked else None

    @property
    def _left(self) -> int:
        return 0 if self.rest is None else length_hint(self.rest)

    @property
    def _handed_out(self) -> int:
        return self.report.items - self._left


class Progress(msgspec.Struct, Generic[R], kw_only=True):
    """The progress of a walk; a walk that resumes it takes it over."""

    size: int
    next: int
    """The number of the first page that was not handed out."""
    received: Received = msgspec.field(default_factory=Received)
    verification: Verification[R] | None = None
    trail: Trail = msgspec.field(default_factory=Trail)
    section: Section | None = None
    """The part of the list that is read, None for the whole list."""
    all_pages: bool = False
    """True if all pages were handed out and only the verification remains."""

    def add(self, answer: PageAnswer[R], items: Sequence[R], end: int) -> None:
        """Note a page that is handed out; see `Trail.add`."""
        self.trail.add(answer, items, (self.received.end or 0) - answer.count, end)
        if self.section is not None:
            self.section.accept(answer)

    def verify(self, source: PageSource[R], *, start: int) -> None:
        """Have the walk from page `start` verified, with what earlier walks handed out."""
        from scalr_async.pagination._verify import Verification  # noqa: PLC0415  # for this mode only

        self.verification = Verification(source, start=start, size=self.size)
        if self.section is not None:
            self.verification.remember(self.section.already_yielded)

    @classmethod
    def begin(
        cls, source: PageSource[R], *, size: int, start: int, checkpoint: Checkpoint | None
    ) -> Progress[R]:
        """Return the progress of a new walk: from page `start`, if that is 1 from a checkpoint."""
        section = None
        if checkpoint is not None:
            from scalr_async.pagination._section import Section  # noqa: PLC0415  # for resumed walks only

            begin = checkpoint.begin if start == 1 and checkpoint.begin.offset else None
            section = Section(begin, checkpoint.end, checkpoint.items, ordered=source.stable)
        if start > 1 or checkpoint is None:
            place = Place(offset=(start - 1) * size)
            return cls(size=size, next=start, trail=Trail(place), section=section)
        place = checkpoint.begin
        return cls(
            size=size,
            next=place.page(size) if source.paginated else 1,
            received=Received(total=place.total),
            trail=Trail(place, checkpoint.items),
            section=section,
        )


class Journal(msgspec.Struct, Generic[R]):
    """The report and the trail of a pager's newest walk, and its progress if unfinished.

    One walk at a time is recorded; walks that run at the same time are not.
    """

    report: DriftReport = msgspec.field(default_factory=DriftReport)
    trail: Trail | None = None
    _writer: DriftReport | None = None
    _progress: Progress[R] | None = None

    def unfinished(self) -> Progress[R] | None:
        """Return the progress of the newest walk, None if it is running or finished."""
        return self._progress if self._writer is None else None

    def begin(self, report: DriftReport, progress: Progress[R]) -> None:
        """Start recording a walk, unless another one is being recorded."""
        if self._writer is None:
            self._writer = self.report = report
            self._progress = progress
            self.trail = progress.trail
            self.trail.report = report

    def end(self, report: DriftReport, *, finished: bool = False) -> None:
        """Note that a walk ended or was abandoned."""
        if self._writer is report:
            self._writer = None
            assert self.trail is not None
            self.trail.end()
            if finished:
                self._progress = None


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
