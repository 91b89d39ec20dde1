"""What changes under a walk: ids that came already, totals that moved, numbers that lie."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, Literal, TypeVar, get_args

import attrs

from scalr_async.errors import DriftError
from scalr_async.pagination._page import Page, ids_of
from scalr_async.telemetry import DriftEvent, Telemetry

__all__ = ["DriftReport", "OnDrift"]

R = TypeVar("R")

OnDrift = Literal["ignore", "report", "raise", "verify"]
"""What a walk does about a list that changes under it: say nothing; emit a `DriftEvent` and note
it in `Pager.report`; raise `DriftError`; or report, and look for what the change has hidden."""

DRIFT_MODES: Final = get_args(OnDrift)

DriftKind = Literal["total", "repeated", "short", "missed", "lied"]

_KEPT_EVENTS: Final = 100
_KEPT_PAGES: Final = 100_000
_GENERATION: Final = 64
"""Pages: an id is known for at least this many pages after it came, at most twice as many."""


@attrs.define(kw_only=True)
class DriftReport:
    """What one walk saw; it grows while the walk goes on.

    `pages` and `items` were handed out, `repeated` items came again and were left out, `missed`
    items were found by `on_drift="verify"` after the pages. `events` are the first 100, `counts`
    counts all of them by kind. `verified` tells how a walk with `on_drift="verify"` ended: True
    when it is sure that nothing is missing, False when the list changed faster than it could be
    read; None in other modes and before the end.
    """

    pages: int = 0
    items: int = 0
    repeated: int = 0
    missed: int = 0
    verified: bool | None = None
    events: list[DriftEvent] = attrs.field(factory=list)
    counts: Counter[str] = attrs.field(factory=Counter)

    def __bool__(self) -> bool:
        """Whether any drift was seen."""
        return bool(self.counts)


class RecentIds:
    """The ids of the last 64 pages and more, in bounded memory: two generations of sets.

    One number a page is kept beyond that, so that a server that serves the same pages again and
    again is found out however many they are.
    """

    def __init__(self) -> None:
        self._young: set[Any] = set()
        self._old: set[Any] = set()
        self._age = 0
        self._pages: set[int] = set()

    def fresh(self, items: tuple[R, ...]) -> tuple[R, ...]:
        """Remember a page; return its items whose id did not come before."""
        ids = ids_of(items)
        page = hash(tuple(ids) if ids else repr(items))
        if page in self._pages:
            return ()
        if len(self._pages) < _KEPT_PAGES:
            self._pages.add(page)
        if not ids:
            return items
        known = set(ids)
        young, old = self._young, self._old
        if len(known) != len(items) or not (young.isdisjoint(known) and old.isdisjoint(known)):
            items = self._without_repeats(items, ids)
        young |= known
        self._age += 1
        if self._age == _GENERATION:
            self._age, self._old, self._young = 0, young, set()
        return items

    def _without_repeats(self, items: tuple[R, ...], ids: list[Any]) -> tuple[R, ...]:
        here: set[Any] = set()
        kept = []
        for item, key in zip(items, ids, strict=True):
            if isinstance(key, str) and key:
                if key in here or key in self._young or key in self._old:
                    continue
                here.add(key)
            kept.append(item)
        return tuple(kept)


class DriftWatch:
    """Compares each page of a walk with the one before it, and does what `on_drift` says."""

    def __init__(
        self, path: str, telemetry: Telemetry, on_drift: OnDrift, report: DriftReport
    ) -> None:
        self._path = path
        self._telemetry = telemetry
        self._on_drift = on_drift
        self._report = report
        self.total: int | None = None
        """The newest total count."""
        self._lies: set[str] = set()
        self.steady = True
        """Whether every page so far told the same total count."""

    def look(self, page: Page[Any], repeated: int) -> None:
        """Note what is odd about the next page of the walk; raises `DriftError` if so asked."""
        total = page.total_count
        if total is not None and self.total not in (None, total):
            self.note("total", page.number, f"{self.total} items became {total}")
        self.steady = self.steady and total is not None and self.total in (None, total)
        self.total = total
        if repeated:
            self._report.repeated += repeated
            self.note("repeated", page.number, f"{repeated} items came again")
        if len(page.items) < page.size and page.number < (page.total_pages or 0):
            detail = f"{len(page.items)} of {page.size} items on page {page.number}"
            self.note("short", page.number, f"{detail} of {page.total_pages}")
        for lie in page.lies:
            self.lied(page.number, lie)

    def lied(self, page: int, detail: str) -> None:
        """Note numbers that cannot be true; each kind of lie (its first word) once a walk."""
        subject = detail.partition(" ")[0]
        if subject not in self._lies:
            self._lies.add(subject)
            self.note("lied", page, detail)

    def note(self, kind: DriftKind, page: int, detail: str) -> None:
        """Count, keep, emit or raise one observation."""
        if self._on_drift == "ignore":
            return
        if self._on_drift == "raise":
            raise DriftError(
                f"page {page}: {detail}",
                method="GET",
                path=self._path,
                attempts=1,
                outcome="applied",
                page=page,
            )
        event = DriftEvent(path=self._path, page=page, kind=kind, detail=detail)
        self._report.counts[kind] += 1
        if len(self._report.events) < _KEPT_EVENTS:
            self._report.events.append(event)
        self._telemetry.emit(event)
