"""The plan of a walk, and its progress for a later walk that resumes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import attrs

from scalr_async._value_class import value_class
from scalr_async.pagination._answer import PageAnswer, PageSource
from scalr_async.pagination._checkpoint import Checkpoint, Place
from scalr_async.pagination._drift import DriftReport, OnDrift, Received
from scalr_async.pagination._trail import Trail

if TYPE_CHECKING:
    from scalr_async.pagination._section import Section
    from scalr_async.pagination._verify import Verification

__all__ = ["Journal", "Plan", "Progress"]

R = TypeVar("R")

_SMALLEST_WITH_SEAM: Final = 3
"""Items; a shorter list is verified with two requests."""
_STRADDLED_ONE_BY_ONE: Final = 50
"""Items per page; for smaller pages, one larger page covers several seams at once."""


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Plan:
    """The options of a walk: see `Pager`."""

    page_size: int
    prefetch: int
    limit: int | None
    on_drift: OnDrift

    @property
    def smallest_page_size(self) -> int:
        """The page size, at most the limit; for walks whose pages callers do not number."""
        return self.page_size if self.limit is None else max(1, min(self.page_size, self.limit))

    def requests(self, items: int, *, paginated: bool) -> int:
        """Return the number of requests of a walk over so many items of an unchanging list."""
        if self.limit == 0:
            return 0
        size = self.smallest_page_size
        pages = max(1, -(-items // size)) if paginated else 1
        if self.on_drift != "verify" or items in (0, self.limit) or not paginated:
            return pages
        if pages == 1 or size < _STRADDLED_ONE_BY_ONE:
            return pages + (1 if items >= _SMALLEST_WITH_SEAM else 2)
        return 2 * pages - (items % size > 0)


@value_class
@attrs.define(kw_only=True, eq=False, repr=False)
class Progress(Generic[R]):
    """The progress of a walk; a walk that resumes it takes it over."""

    size: int
    next: int
    """The number of the first page that was not handed out."""
    received: Received = attrs.field(factory=Received)
    verification: Verification[R] | None = None
    trail: Trail = attrs.field(factory=Trail)
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


class Journal(Generic[R]):
    """The report and the trail of a pager's newest walk, and its progress if unfinished.

    One walk at a time is recorded; walks that run at the same time are not.
    """

    def __init__(self) -> None:
        self.report = DriftReport()
        self.trail: Trail | None = None
        self._writer: DriftReport | None = None
        self._progress: Progress[R] | None = None

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
