"""`Pager`: a list on the server, read lazily; the result of every `list()`."""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator, AsyncIterable, Generator
from contextlib import aclosing
from datetime import datetime
from typing import Any, Final, TypeVar

import attrs

from scalr_async._arguments import check_whole_number
from scalr_async._estimate import Estimate
from scalr_async._text import printable, shown
from scalr_async.errors import InvalidArgumentError, MultipleResultsError, NoResultError
from scalr_async.pagination._answer import PageSource, ids_of
from scalr_async.pagination._checkpoint import Checkpoint
from scalr_async.pagination._drift import DRIFT_MODES, DriftReport, OnDrift
from scalr_async.pagination._page import Page
from scalr_async.pagination._progress import Journal, Plan
from scalr_async.pagination._shards import cut_into_shards
from scalr_async.pagination._walk import Walk

__all__ = ["Pager"]

R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")

_MAX_PAGE_SIZE: Final = 100
"""The largest page every official client asks for; Scalr documents no maximum."""
_MAX_PREFETCH: Final = 64
_MAX_PAGE_NUMBER: Final = 10**9
_MAX_SHARDS: Final = 10_000


class Pager(AsyncIterable[R_co]):
    """A list on the server: await it for its first page, iterate over it for all items.

        page = await scalr.workspaces.list()
        async for workspace in scalr.workspaces.list():
            ...

    Making one sends nothing, and each iteration walks anew. Pages are numbered: concurrent creates
    and deletes shift items between them. No id is yielded twice (exact over 64 pages; with `verify`
    over all).

    A page that fails raises its error with `page` set: all pages before it were yielded, and
    `pages(start=error.page)` resumes.

    Args:
        source: The source of the pages.
        page_size: The items on a page, 1 to 100.
        prefetch: The most pages in flight or waiting, 0 to 64. The first page is read alone; the
            read-ahead doubles while its items are consumed, and ends when the walk is left.
        limit: The most items to yield, None for all; pages beyond it are not read.
        on_drift: The reaction to a list that changes, or a server that contradicts itself:
            `report` emits a `DriftEvent` and fills `report`, `ignore` does nothing, `raise` raises
            `DriftError`, and `verify` reads the list again until every item that existed
            throughout was yielded, exactly once. What it finds comes last, and `report.verified`
            tells whether the proof succeeded.
    """

    def __init__(
        self,
        source: PageSource[R_co],
        *,
        page_size: int = 100,
        prefetch: int = 8,
        limit: int | None = None,
        on_drift: OnDrift = "report",
    ) -> None:
        if on_drift not in DRIFT_MODES:
            allowed = ", ".join(DRIFT_MODES)
            raise InvalidArgumentError(f"on_drift={shown(on_drift)}: must be one of {allowed}")
        self.source: Final = source
        self._plan = Plan(
            page_size=check_whole_number("page_size", page_size, 1, _MAX_PAGE_SIZE),
            prefetch=check_whole_number("prefetch", prefetch, 0, _MAX_PREFETCH),
            limit=_limit(limit),
            on_drift=on_drift,
        )
        self._journal: Journal[R_co] = Journal()
        self._origin: Checkpoint | None = None

    def __repr__(self) -> str:
        return f"<Pager of {self.source.path}>"

    @property
    def report(self) -> DriftReport:
        """The changes that the newest walk saw; it grows while that walk goes on.

        A walk that runs keeps it: one that begins meanwhile leaves no report. Make another pager
        to be told of both.
        """
        return self._journal.report

    def __await__(self) -> Generator[Any, None, Page[R_co]]:
        """Read the first page."""
        return self._first_page().__await__()

    def __aiter__(self) -> AsyncGenerator[R_co]:
        """Walk over all items, from the first page on."""
        walk = self._walk(self._plan)
        return _cancelled_when_dropped(walk.items(), walk)

    def pages(self, start: int = 1) -> AsyncGenerator[Page[R_co]]:
        """Walk over the pages from number `start` on; items that came before are left out.

        Where the last walk of this pager failed or was left before that page, this one goes on:
        it knows what came already, and notices what changed in between. Another pager knows
        nothing of the pages before `start`.
        """
        start = check_whole_number("start", start, 1, _MAX_PAGE_NUMBER)
        walk = Walk(
            self.source,
            self._plan,
            size=self._plan.page_size,
            start=start,
            journal=self._journal,
            checkpoint=self._origin,
        )
        return _cancelled_when_dropped(walk.pages(), walk)

    def checkpoint(self) -> str:
        """Return where the newest walk of this pager is, as a text to go on from with `resume`.

        Every item that was handed out counts as dealt with, the one at hand included; of `pages()`
        each whole page. The text is one word of some kilobytes: it holds the ids of the newest 200
        items and a digest of the options, no token.
        """
        trail = self._journal.trail
        if trail is None:
            return (self._origin or Checkpoint.of(self.source)).text()
        return Checkpoint.of(
            self.source,
            begin=trail.place,
            end=None if self._origin is None else self._origin.end,
            items=trail.items,
        ).text()

    def resume(self, checkpoint: str) -> Pager[R_co]:
        """Return the same list from a checkpoint on, which may come from another process.

        What is walked over then is what stands behind the last item that was handed out, wherever
        that is by now. The last page is read again; where items have moved that is reported. A
        `limit` counts what came before the checkpoint, too.

        Raises `InvalidArgumentError` for what is no checkpoint, or is one of another list, and for
        a shard with `on_drift="verify"`.
        """
        origin = Checkpoint.read(checkpoint, self.source)
        if origin.end is not None:
            self._check_shards()
        limit = self._plan.limit
        if limit is not None:
            came = 0 if self._origin is None else self._origin.items
            limit = max(0, limit + came - origin.items)
        pager = Pager(self.source, **{**attrs.asdict(self._plan), "limit": limit})
        pager._origin = origin
        return pager

    async def shards(self, count: int) -> list[str]:
        """Share the list out: return `count` checkpoints, fewer for a list that is too short.

        Each goes to `resume` of the same list, in any process, and ends where the next one begins.
        Asks for one page for each. A seam between two shards is known by the ids on both sides: an
        item that exists throughout, in an order that stands, is in exactly one shard, wherever the
        seam moves. One that is created at a seam meanwhile may be in two.

        Raises `InvalidArgumentError` with `on_drift="verify"`, which reads a list as a whole.
        """
        check_whole_number("count", count, 1, _MAX_SHARDS)
        self._check_shards()
        whole = self._origin or Checkpoint.of(self.source)
        plan = self._plan
        shards = await cut_into_shards(
            self.source,
            whole,
            count,
            page_size=plan.page_size,
            prefetch=plan.prefetch,
            limit=plan.limit,
        )
        return [shard.text() for shard in shards]

    def _check_shards(self) -> None:
        if self._plan.on_drift == "verify":
            raise InvalidArgumentError('on_drift="verify": reads a list as a whole, not in shards')

    def updated_since(self, moment: datetime) -> Pager[R_co] | None:
        """Return the same list of what was updated since, with its options.

        None where the endpoint has no such filter (workspaces have), or where it is used already.
        """
        source = self.source.updated_since(moment)
        return None if source is None else Pager(source, **attrs.asdict(self._plan))

    def whole(self) -> Pager[R_co]:
        """Return the same list without a limit, whose walks report what they cannot rely on."""
        mode: OnDrift = "verify" if self._plan.on_drift == "verify" else "report"
        plan = attrs.evolve(self._plan, limit=None, on_drift=mode)
        return Pager(self.source, **attrs.asdict(plan))

    async def first(self) -> R_co | None:
        """Return the first item, or None; asks for a page of 1."""
        items, _, _ = await self._first_items(1)
        return items[0] if items else None

    async def one(self) -> R_co:
        """Return the only item; asks for a page of 2.

        Raises `NoResultError` when there is none, `MultipleResultsError` when there are more; both
        name the filters.
        """
        items, total, cost = await self._first_items(2)
        if len(items) == 1:
            return items[0]
        filters = self.source.filters
        among = f"this list with {filters}" if filters else "this list"
        told: Any = {
            "method": "GET",
            "path": self.source.path,
            "outcome": "applied" if cost["attempts"] else "not_sent",
            **cost,
        }
        if not items:
            raise NoResultError(f"nothing in {among}", **told)
        ids = [printable(key, 128) for key in ids_of(tuple(items)) if key is not None]
        among_them = ", ".join(ids) or "no ids"
        count = max(total or 0, 2)
        raise MultipleResultsError(f"{count} items in {among}, not one ({among_them}, ...)", **told)

    async def count(self) -> int:
        """Return how many items an iteration yields, by the server's count.

        Asks for a page of 1; where the server does not tell a total, or contradicts itself, the
        list is walked.
        """
        if self._plan.limit == 0:
            return 0
        plan = attrs.evolve(self._plan, prefetch=0, limit=None, on_drift="ignore")
        head = Walk(self.source, plan, size=1)
        total = (await self._page(head)).total_count
        if total is not None and head.is_consistent:
            total = self._rest_of(total)
            return total if self._plan.limit is None else min(total, self._plan.limit)
        plan = attrs.evolve(self._plan, on_drift="ignore")
        walk = Walk(
            self.source,
            plan,
            size=plan.smallest_page_size,
            checkpoint=self._origin,
            ids_only=self.source.sparse,
        )
        return sum([len(page) async for page in _cancelled_when_dropped(walk.pages(), walk)])

    async def estimate(self) -> Estimate:
        """Count the requests of an iteration, by the server's count of items.

        Asks for a page of 1, as `count` does. With `on_drift="verify"`, under a `sort` by what may
        change and for pages of less than 50 items, it may take more.
        """
        items = await self.count()
        requests = self._plan.requests(items, paginated=self.source.paginated)
        return Estimate(items=items, requests=requests, seconds=self.source.time_for(requests))

    async def collect(self, limit: int | None = None) -> list[R_co]:
        """Return the items as a list: at most `limit` of them, and of the pager's own limit."""
        limits = [most for most in (_limit(limit), self._plan.limit) if most is not None]
        walk = self._walk(attrs.evolve(self._plan, limit=min(limits, default=None)))
        return [item async for item in _cancelled_when_dropped(walk.items(), walk)]

    async def _first_page(self) -> Page[R_co]:
        return await self._page(self._walk(attrs.evolve(self._plan, prefetch=0)))

    async def _first_items(self, most: int) -> tuple[list[R_co], int | None, dict[str, float]]:
        """Return the first items, the total count and the cost, from a page as small as will do."""
        plan = Plan(page_size=most, prefetch=0, limit=most, on_drift="ignore")
        walk = Walk(self.source, plan, size=most, checkpoint=self._origin)
        if self._plan.limit == 0:
            return [], None, walk.cost
        pages = [page async for page in walk.pages()]
        total = pages[-1].total_count
        total = None if total is None else self._rest_of(total)
        return [item for page in pages for item in page], total, walk.cost

    def _rest_of(self, total: int) -> int:
        """Return how many of so many items are in the part of the list that is walked over."""
        if self._origin is None:
            return total
        end = total if self._origin.end is None else min(total, self._origin.end.offset)
        return max(0, end - self._origin.begin.offset)

    async def _page(self, walk: Walk[R_co]) -> Page[R_co]:
        """Return the first page of a walk."""
        none: Page[R_co] = Page(items=(), number=1, size=self._plan.page_size)
        async with aclosing(walk.pages()) as pages:
            return await anext(pages, none)

    def _walk(self, plan: Plan) -> Walk[R_co]:
        """Return a walk over items, with pages no larger than the limit."""
        return Walk(
            self.source,
            plan,
            size=plan.smallest_page_size,
            journal=self._journal,
            checkpoint=self._origin,
        )


def _cancelled_when_dropped(generator: AsyncGenerator[T], walk: Walk[Any]) -> AsyncGenerator[T]:
    """Cancel the reading ahead as soon as nobody holds the generator any more.

    A loop that is left with `break` drops it; the event loop closes it only some time later, when
    the client may be closed already.
    """
    weakref.finalize(generator, walk.cancel).atexit = False
    return generator


def _limit(value: int | None) -> int | None:
    return None if value is None else check_whole_number("limit", value, 0)
