"""The judgment of a walk's pages: new items, whether more pages follow, and signs of changes."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, Literal, TypeVar, get_args

import attrs
import msgspec

from scalr_async._value_class import value_class
from scalr_async.errors import DriftError
from scalr_async.pagination._answer import PageAnswer, PageSource
from scalr_async.telemetry import DriftEvent, DriftKind

__all__ = ["DRIFT_MODES", "DriftReport", "DriftWatch", "OnDrift", "Received", "RecentIds"]

R = TypeVar("R")

OnDrift = Literal["ignore", "report", "raise", "verify"]
"""The reaction to a list that changes during a walk: do nothing; emit a `DriftEvent` and record
it in `Pager.report`; raise `DriftError`; or report and find the items that the change has hidden.
"""

DRIFT_MODES: Final = get_args(OnDrift)

_KEPT_EVENTS: Final = 100
_KEPT_PAGES: Final = 100_000
_MAX_PAGES_WITHOUT_NEW_ITEMS: Final = 8
"""Consecutive pages without a new item after which the server's promise of more is ignored."""
_MAX_PAGES_OF_EQUAL_VALUES: Final = 1000
"""The same limit for items without ids, which may be equal, if the list has a total count."""
_GENERATION: Final = 64
"""Pages: an id is remembered for at least this many pages, at most twice as many."""


@value_class
@attrs.define(kw_only=True, eq=False, repr=False)
class DriftReport:
    """The observations of one walk; updated while the walk runs.

    Attributes:
        pages: the number of pages that were handed out.
        items: the number of items that were handed out.
        repeated: the number of items that were received again and left out.
        missed: the number of items that `on_drift="verify"` found after the last page.
        verified: with `on_drift="verify"`, True if certainly nothing is missing, False if that is
            uncertain or the walk failed; None in other modes, before the end, and for a walk that
            was abandoned or reached its limit.
        doubt: the reason if `verified` is False.
        events: the first 100 events.
        counts: the number of all events by kind.
    """

    pages: int = 0
    items: int = 0
    repeated: int = 0
    missed: int = 0
    verified: bool | None = None
    doubt: str | None = None
    events: list[DriftEvent] = attrs.field(factory=list)
    counts: Counter[str] = attrs.field(factory=Counter)

    def __bool__(self) -> bool:
        """Return whether any drift was observed."""
        return bool(self.counts)


class RecentIds:
    """The ids of at least the last 64 pages, in bounded memory: two generations of sets.

    For older pages only a fingerprint is kept, to detect a server that repeats pages endlessly.
    """

    def __init__(self) -> None:
        self._young: set[str | None] = set()
        self._old: set[str | None] = set()
        self._age = 0
        self._pages: set[int] = set()
        self._newest: int | None = None

    def has_page(self, answer: PageAnswer[Any]) -> bool:
        """Return whether a page with the same items was received before."""
        return answer.fingerprint in self._pages

    def ignores_number(self, answer: PageAnswer[Any]) -> bool:
        """Return whether a server without totals answered two page numbers with the same items.

        A full page is no proof: creates may have shifted all its items.
        """
        return (
            0 < answer.count < answer.asked
            and not answer.has_totals
            and answer.fingerprint == self._newest
            and not answer.links_to_later_page()
        )

    def fresh(self, answer: PageAnswer[R]) -> tuple[R, ...]:
        """Return the items whose id was not seen before, and all items without an id."""
        items, ids, known = answer.items, answer.ids, answer.known
        if None not in known:
            if self.has_page(answer):
                return ()
            seen = not (self._young.isdisjoint(known) and self._old.isdisjoint(known))
            if not seen and len(known) == len(ids):
                return items
        here: set[str] = set()
        kept = []
        for item, key in zip(items, ids, strict=True):
            if key is not None:
                if key in here or key in self._young or key in self._old:
                    continue
                here.add(key)
            kept.append(item)
        return tuple(kept)

    def add(self, answer: PageAnswer[Any]) -> None:
        """Remember a page."""
        self._newest = answer.fingerprint
        if len(self._pages) < _KEPT_PAGES:
            self._pages.add(self._newest)
        self._young |= answer.known
        self._age += 1
        if self._age == _GENERATION:
            self._age, self._old, self._young = 0, self._young, set()


class Received(msgspec.Struct):
    """The pages that a walk has received; a walk that resumes it takes them over."""

    recent: RecentIds = msgspec.field(default_factory=RecentIds)
    end: int | None = None
    """The number of items up to the end of the last page; None before the first page."""
    largest: int = 0
    """The largest number of items on a page."""
    total: int | None = None
    """The newest known total count of the list."""


class DriftWatch:
    """A comparison of each page of a walk with the pages before it; reacts as `on_drift` says.

    For each page, call `fresh`, `check` and, once the page is to be handed out, `remember`.
    """

    def __init__(
        self, source: PageSource[Any], on_drift: OnDrift, report: DriftReport, received: Received
    ) -> None:
        self._source = source
        self._on_drift = on_drift
        self._report = report
        self.received = received
        self._inconsistent: set[str] = set()
        self.steady = True
        """True if every page so far reported the same total count."""
        self._is_short = False
        self.fruitless_pages = 0
        """The number of pages without a new item since the last new one."""
        self.is_past_the_end = False
        """True if the walk began past the end of the list."""
        self.attempts = 0
        """The number of requests for the newest page."""
        self.elapsed = 0.0
        """The seconds that these requests took."""

    def fresh(self, part: PageAnswer[R]) -> tuple[R, ...]:
        """Return the items of a page, or of a part of it, that were not received before."""
        recent = self.received.recent
        return () if recent.ignores_number(part) else recent.fresh(part)

    def end_of(self, answer: PageAnswer[Any], offset: int | None) -> int:
        """Return the number of items up to the end of a page, by the pages so far or its number.

        `offset` is the number of items before the first page if a checkpoint tells it.
        """
        end = offset if self.received.end is None else self.received.end
        if end is None:
            end = (answer.number - 1) * answer.size
        if answer.items:
            size = min(answer.size, max(self.received.largest, answer.count))
            end = max(end, (answer.number - 1) * size) + answer.count
        return end

    def check(
        self, answer: PageAnswer[R], items: tuple[R, ...], *, end: int, repeated: int
    ) -> bool:
        """Return whether there is a page after this one; may raise `DriftError`.

        Reports changes and inconsistencies that the page shows. `items` are its new items, `end` is
        that of `end_of`, `repeated` is the number of its items that were received before.
        """
        is_paginated = self._source.paginated
        promised = is_paginated and self._promises_more(answer, end)
        more = promised and self._should_continue(answer, items)
        self._compare(answer, repeated=repeated, more=promised)
        if not is_paginated:
            self._check_whole(answer)
        elif not more:
            self._check_end(answer, end, promised=promised)
        return more

    def remember(self, answer: PageAnswer[Any], end: int) -> None:
        """Remember a page that is handed out."""
        received = self.received
        received.recent.add(answer)
        received.end, received.largest = end, max(received.largest, answer.count)

    def _promises_more(self, answer: PageAnswer[Any], end: int) -> bool:
        """Return whether the server promises a page after this one, which ends at item `end`.

        The server's own numbers decide if they are consistent. Without numbers, a page is known to
        be the last only if it has fewer items than the largest page so far, because the server may
        choose a smaller page size than requested.
        """
        if answer.total_pages is not None and answer.total_pages > answer.number:
            return True
        if not answer.items:
            return not answer.has_totals and answer.links_to_later_page()
        if answer.total_count is not None and answer.total_count > end:
            return True
        if answer.has_totals and not answer.inconsistent.keys() - {"meta"}:
            return False
        return answer.links_to_later_page() or answer.count >= self.received.largest

    def _should_continue(self, answer: PageAnswer[R], items: tuple[R, ...]) -> bool:
        """Return whether to ask for another page when the server promises one."""
        recent, without_ids = self.received.recent, answer.has_keyless
        if items and not (without_ids and recent.has_page(answer)):
            self.fruitless_pages = 0
            return True
        self.fruitless_pages += 1
        if answer.wrong_page or recent.ignores_number(answer):
            return False
        counted = without_ids and answer.total_count is not None and not answer.inconsistent
        most = _MAX_PAGES_OF_EQUAL_VALUES if counted else _MAX_PAGES_WITHOUT_NEW_ITEMS
        return self.fruitless_pages < most

    def _compare(self, answer: PageAnswer[Any], *, repeated: int, more: bool) -> None:
        """Report what has changed since the page before, and what cannot be true.

        `more` says whether the server promises further pages.
        """
        known = self.received.total
        self.attempts, self.elapsed = answer.attempts, answer.elapsed
        self.steady = self.steady and answer.total_count is not None
        if answer.total_count is not None:
            self.received.total = answer.total_count
            if known not in (None, answer.total_count):
                self.steady = False
                self.note("total", answer.number, f"{known} items became {answer.total_count}")
        if repeated:
            self._report.repeated += repeated
            self.note("repeated", answer.number, f"{repeated} items were received again")
        early = answer.number < (answer.total_pages or 0)
        if answer.count < answer.size and (early or (more and not answer.count)):
            of = f" of {answer.total_pages}" if early else ", although a page follows"
            detail = f"{answer.count} of {answer.size} items on page {answer.number}{of}"
            self._is_short = True
            self.note("short", answer.number, detail)
        for number, detail in answer.inconsistent.items():
            self.inconsistent(answer.number, number, detail)

    def _check_end(self, answer: PageAnswer[Any], end: int, *, promised: bool) -> None:
        """Report an end of the walk that contradicts the server's numbers or links."""
        number, pages, total = answer.number, answer.total_pages, self.received.total
        if promised and self.fruitless_pages > 1:
            detail = (
                f"nothing new on {self.fruitless_pages} pages, {pages or 'more'} pages promised"
            )
            self.inconsistent(number, "pages", detail)
        elif total is not None and total > end:
            self.inconsistent(number, "items", f"{total} items promised, {end} received")
        elif answer.next_link is not None and answer.links_to_later_page():
            detail = f"links.next follows page {number}, which ends the list"
            self.inconsistent(number, "links", detail)
        elif not answer.items and number > 1 and self.received.end is None:
            self.is_past_the_end = True
            has = "" if pages is None else f", which has {pages} pages"
            self.note("short", number, f"page {number} is past the end of the list{has}")

    def _check_whole(self, answer: PageAnswer[Any]) -> None:
        """Report a list without pages whose only answer is not all of it, by its own numbers."""
        total, pages = answer.total_count or 0, answer.total_pages or 0
        if total > answer.count:
            detail = f"{total} items promised, {answer.count} received"
            self.inconsistent(answer.number, "items", detail)
        elif pages > answer.number or answer.names_next or answer.links_to_later_page():
            detail = "a page follows the answer, which should be the whole list"
            self.inconsistent(answer.number, "items", detail)

    def inconsistent(self, page: int, number: str, detail: str) -> None:
        """Report a number that cannot be true, once per walk."""
        if number not in self._inconsistent:
            self._inconsistent.add(number)
            self.note("inconsistent", page, detail)

    @property
    def is_consistent(self) -> bool:
        """True if the server never contradicted itself about the length of the list.

        An unrequested page size, and pages without new items, do not count as contradictions.
        """
        return not self._is_short and self._inconsistent <= {"meta", "page-size", "pages"}

    def note(self, kind: DriftKind, page: int, detail: str) -> None:
        """Handle one observation as `on_drift` says: ignore it, raise it, or record and emit it."""
        if self._on_drift == "ignore":
            return
        if self._on_drift == "raise":
            raise DriftError(
                f"page {page}: {detail}",
                method="GET",
                path=self._source.path,
                attempts=self.attempts,
                elapsed=self.elapsed,
                outcome="applied",
                page=page,
            )
        event = DriftEvent(path=self._source.path, page=page, kind=kind, detail=detail)
        self._report.counts[kind] += 1
        if len(self._report.events) < _KEPT_EVENTS:
            self._report.events.append(event)
        self._source.telemetry.emit(event)
