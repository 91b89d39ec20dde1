"""The progress of a walk, for the next one that continues it."""

from __future__ import annotations

from typing import Generic, TypeVar

import attrs

from scalr_async.pagination._drift import DriftReport, RecentIds
from scalr_async.pagination._verify import Verification

__all__ = ["Journal", "Progress"]

R = TypeVar("R")


@attrs.define(kw_only=True)
class Progress(Generic[R]):
    """The progress of a walk; the next one that continues it takes it over."""

    size: int
    next: int
    """The number of the first page that was not handed out."""
    end: int | None = None
    """The number of items that stand before that page; None before the first page came."""
    largest: int = 0
    """The most items that a page had."""
    recent: RecentIds = attrs.field(factory=RecentIds)
    total: int | None = None
    verification: Verification[R] | None = None
    all_pages: bool = False
    """True if only the verification is missing."""


class Journal(Generic[R]):
    """The report of the newest walk of a pager, and its progress if it is unfinished.

    One walk at a time writes it; walks that run beside it are not recorded.
    """

    def __init__(self) -> None:
        self.report = DriftReport()
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

    def end(self, report: DriftReport, *, finished: bool = False) -> None:
        """Note that a walk ended, or was left."""
        if self._writer is report:
            self._writer = None
            if finished:
                self._progress = None
