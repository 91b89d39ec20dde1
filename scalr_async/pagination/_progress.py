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
    """The remains of the walks of one pager: the report, and the progress of an unfinished one.

    It is written by one walk at a time: others that run meanwhile leave nothing.
    """

    def __init__(self) -> None:
        self.report = DriftReport()
        self._writer: DriftReport | None = None
        self._progress: Progress[R] | None = None

    def unfinished(self) -> Progress[R] | None:
        """Return how far the newest walk came, unless it is running or came to its end."""
        return self._progress if self._writer is None else None

    def begin(self, report: DriftReport, progress: Progress[R]) -> None:
        """Let a walk write that begins, unless another one does."""
        if self._writer is None:
            self._writer = self.report = report
            self._progress = progress

    def end(self, report: DriftReport, *, finished: bool = False) -> None:
        """Note that a walk ended, or was left."""
        if self._writer is report:
            self._writer = None
            if finished:
                self._progress = None
