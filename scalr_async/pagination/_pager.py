"""`Pager`: a lazily read list on the server; the result of every `list()`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Generator
from contextlib import aclosing
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from scalr_async._arguments import check_whole_number
from scalr_async._estimate import Estimate
from scalr_async._text import printable, shown
from scalr_async.errors import InvalidArgumentError, MultipleResultsError, NoResultError
from scalr_async.pagination._answer import PageSource, ids_of
from scalr_async.pagination._checkpoint import Checkpoint, Place
from scalr_async.pagination._drift import DRIFT_MODES, DriftReport, OnDrift
from scalr_async.pagination._page import Page
from scalr_async.pagination._progress import Journal, Plan
from scalr_async.pagination._walk import Walk

__all__ = ["Pager"]

R_co = TypeVar("R_co", covariant=True)

_MAX_PAGE_SIZE: Final = 100
"""The largest page size that the official clients request; Scalr documents no maximum."""
_MAX_PREFETCH: Final = 64
_MAX_PAGE_NUMBER: Final = 10**9
_MAX_SHARDS: Final = 10_000


class Pager(AsyncIterable[R_co]):
    """A list on the server: await it for its first page, iterate over it for all items.

        page = await scalr.workspaces.list()
        async for workspace in scalr.workspaces.list():
            ...

    Creating a pager sends nothing, and each iteration is a new walk. Pages are numbered, so that
    concurrent creates and deletes shift items between them. No id is yielded twice (guaranteed over
    64 pages; with `verify` over all pages).

    A page that fails raises its error with `page` set: all earlier pages were yielded, and
    `pages(start=error.page)` resumes.

    Args:
        source: The source of the pages.
        page_size: The number of items per page, 1 to 100.
        prefetch: The largest number of pages in flight or waiting, 0 to 64. The first page is read
            alone; the read-ahead doubles while its items are consumed, and ends with the walk.
        limit: The largest number of items to yield, None for all; pages beyond it are not read.
        on_drift: The reaction to a list that changes, or to a server that contradicts itself:
            `report` emits a `DriftEvent` and fills `report`, `ignore` does nothing, `raise` raises
            `DriftError`, and `verify` reads the list again until every item that existed
            throughout was yielded, exactly once. Items found that way are yielded last, and
            `report.verified` says whether the proof succeeded.
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
        if not hasattr(source, "fetch"):
            raise InvalidArgumentError(f"source: must be a source of pages, not {shown(source)}")
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

    if not TYPE_CHECKING:  # pragma: no branch  # checkers refuse such uses anyway

        def __getitem__(self, key: object) -> Any:
            raise self._asynchronous()  # without `__iter__`, also for `for` and `list()`

        def __len__(self) -> int:
            raise self._asynchronous()

        def __bool__(self) -> bool:
            return True  # or else `__len__` would be asked

    def _asynchronous(self) -> TypeError:
        return TypeError(
            f"{self!r} is read asynchronously: use `async for`, `await pager.collect()` (a list), "
            "`await pager.first()` or `await pager.count()`"
        )

    @property
    def report(self) -> DriftReport:
        """The report of the newest walk; updated while that walk runs.

        A walk that begins while another one runs is not reported. Use a second pager to get the
        reports of both.
        """
        return self._journal.report

    def __await__(self) -> Generator[Any, None, Page[R_co]]:
        """Read the first page."""
        return self._first_page().__await__()

    def __aiter__(self) -> AsyncGenerator[R_co]:
        """Walk over all items, from the first page on."""
        return self._walk(self._plan).items()

    def pages(self, start: int = 1) -> AsyncGenerator[Page[R_co]]:
        """Walk over the pages from number `start` on; items that were yielded before are left out.

        If the last walk of this pager failed or was abandoned before that page, this walk resumes
        it: it knows the items yielded so far and notices changes in between. A new pager knows
        nothing about the pages before `start`.
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
        return walk.pages()

    def checkpoint(self) -> str:
        """Return the position of this pager's newest walk as a text for `resume`.

        Every item that was handed out counts as handled, the last one included; with `pages()`,
        every whole page does. The text is one word of some kilobytes: it contains the ids of the
        newest 200 items and a digest of the options, but no token.
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

        The walk begins after the last item that was handed out, wherever that item is by now. The
        last page is read again, but not handed out if it has no further item; moved items are
        reported. A `limit` also counts the items before the checkpoint.

        Raises `InvalidArgumentError` for a text that is no checkpoint, for the checkpoint of
        another list, and for a shard with `on_drift="verify"`.
        """
        origin = Checkpoint.read(checkpoint, self.source)
        if origin.end is not None:
            self._check_shards()
        limit = self._plan.limit
        if limit is not None:
            came = 0 if self._origin is None else self._origin.items
            limit = max(0, limit + came - origin.items)
        pager = Pager(self.source, **{**msgspec.structs.asdict(self._plan), "limit": limit})
        pager._origin = origin
        return pager

    async def shards(self, count: int) -> list[str]:
        """Divide the list into `count` checkpoints, fewer if the list is too short.

        Pass each of them to `resume` of the same list, in any process; each shard ends where the
        next one begins. Reads one page per shard, and locates both ends of a part that is divided
        again. A seam between two shards is identified by the
        ids on both sides: in a stable order, an item that exists throughout is in exactly one
        shard, wherever the seam moves. An item created at a seam meanwhile may be in two shards.

        Raises `InvalidArgumentError` with `on_drift="verify"`, which reads only whole lists.
        """
        from scalr_async.pagination._shards import cut_into_shards  # noqa: PLC0415  # for this only

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
            raise InvalidArgumentError('on_drift="verify": reads only whole lists, not shards')

    def updated_since(self, moment: datetime) -> Pager[R_co] | None:
        """Return the list of the items updated since a moment, with the same options.

        Returns None if the endpoint has no such filter (workspaces have one), or if this list
        already uses it.
        """
        source = self.source.updated_since(moment)
        return None if source is None else Pager(source, **msgspec.structs.asdict(self._plan))

    def whole(self) -> Pager[R_co]:
        """Return the same list without a limit, and with `report` or `verify` on drift."""
        mode: OnDrift = "verify" if self._plan.on_drift == "verify" else "report"
        plan = msgspec.structs.replace(self._plan, limit=None, on_drift=mode)
        return Pager(self.source, **msgspec.structs.asdict(plan))

    def read_from(self, source: PageSource[R_co]) -> Pager[R_co]:
        """Return the same list with the same options, read from another source of its pages."""
        pager = Pager(source, **msgspec.structs.asdict(self._plan))
        pager._origin = self._origin
        return pager

    async def first(self) -> R_co | None:
        """Return the first item, or None; requests a page of one item."""
        items, _, _ = await self._first_items(1)
        return items[0] if items else None

    async def one(self) -> R_co:
        """Return the only item; requests a page of two items.

        Raises `NoResultError` if there is no item, `MultipleResultsError` if there are several;
        both name the filters.
        """
        items, total, cost = await self._first_items(2)
        if len(items) == 1:
            return items[0]
        filters = self.source.filters
        among = f"this list with {filters}" if filters else "this list"
        details: Any = {
            "method": "GET",
            "path": self.source.path,
            "outcome": "applied" if cost["attempts"] else "not_sent",
            **cost,
        }
        if not items:
            raise NoResultError(f"nothing in {among}", **details)
        ids = [printable(key, 128) for key in ids_of(tuple(items)) if key is not None]
        among_them = ", ".join(ids) or "no ids"
        count = "several" if total is None else max(total, 2)
        text = f"{count} items in {among}, not one ({among_them}, ...)"
        raise MultipleResultsError(text, **details)

    async def count(self) -> int:
        """Return the number of items that an iteration yields, by the server's count.

        Requests a page of one item; if the server reports no total or contradicts itself, the
        whole list is walked. Of a shard or a resumed list, the ends count as they were when their
        checkpoints were made.
        """
        items, _ = await self._measure()
        return items

    async def estimate(self) -> Estimate:
        """Count the requests of an iteration, by the server's count of items.

        Requests a page of one item, as `count` does. The number is exact for a list that does not
        change on a server that makes pages as large as requested. With `on_drift="verify"`, it is
        the least number if the list is sorted by a field that may change, and with pages of less
        than 50 items; without a total count or ids, the requests that verify are a guess.
        """
        items, last = await self._measure()
        begin = Place() if self._origin is None else self._origin.begin
        paginated = self.source.paginated
        requests = self._plan.requests(items, begin=begin, last=last, paginated=paginated)
        return Estimate(items=items, requests=requests, seconds=self.source.time_for(requests))

    async def _measure(self) -> tuple[int, int | None]:
        """Count the items; return also the number of the last page if this took a walk."""
        limit = self._plan.limit
        if limit == 0:
            return 0, None
        plan = msgspec.structs.replace(self._plan, prefetch=0, limit=None, on_drift="ignore")
        head = Walk(self.source, plan, size=1, patient=False)
        total = (await self._page(head)).total_count
        if total is not None and head.is_consistent:
            total = self._rest_of(total)
            return total if limit is None else min(total, limit), None
        plan = msgspec.structs.replace(self._plan, on_drift="ignore")
        walk = Walk(self.source, plan, checkpoint=self._origin, ids_only=self.source.sparse)
        pages = [(len(page), page.number) async for page in walk.pages()]
        return sum(items for items, _ in pages), pages[-1][1]

    async def collect(self, limit: int | None = None) -> list[R_co]:
        """Return the items as a list, at most `limit` and at most the pager's own limit."""
        limits = [most for most in (_limit(limit), self._plan.limit) if most is not None]
        walk = self._walk(msgspec.structs.replace(self._plan, limit=min(limits, default=None)))
        return [item async for item in walk.items()]

    async def _first_page(self) -> Page[R_co]:
        plan = msgspec.structs.replace(self._plan, prefetch=0)
        return await self._page(self._walk(plan, patient=False))

    async def _first_items(self, most: int) -> tuple[list[R_co], int | None, dict[str, float]]:
        """Return the first items, the total count and the cost, from the smallest possible page."""
        plan = Plan(page_size=most, prefetch=0, limit=most, on_drift="ignore")
        walk = Walk(self.source, plan, size=most, checkpoint=self._origin, patient=False)
        if self._plan.limit == 0:
            return [], None, walk.cost
        pages = [page async for page in walk.pages()]
        total = pages[-1].total_count
        total = None if total is None else self._rest_of(total)
        return [item for page in pages for item in page], total, walk.cost

    def _rest_of(self, total: int) -> int:
        """Return how many of `total` items are in the part of the list that this pager reads."""
        if self._origin is None:
            return total
        end = total if self._origin.end is None else min(total, self._origin.end.offset)
        return max(0, end - self._origin.begin.offset)

    async def _page(self, walk: Walk[R_co]) -> Page[R_co]:
        """Return the first page of a walk."""
        none: Page[R_co] = Page(items=(), number=1, size=self._plan.page_size)
        async with aclosing(walk.pages()) as pages:
            return await anext(pages, none)

    def _walk(self, plan: Plan, *, patient: bool = True) -> Walk[R_co]:
        journal, origin = self._journal, self._origin
        return Walk(self.source, plan, journal=journal, checkpoint=origin, patient=patient)


def _limit(value: int | None) -> int | None:
    return None if value is None else check_whole_number("limit", value, 0)
