"""A crawl: reads the lists of one or several accounts, page by page and resumably."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import aclosing
from typing import Any, Final, Protocol

import attrs

from scalr_async.client import ScalrClient
from scalr_async.inventory._checkpoint import Position
from scalr_async.inventory._collections import Selection
from scalr_async.inventory._documents import (
    Document,
    SeenIds,
    document,
    identity_of,
    included_in,
)
from scalr_async.pagination import OnDrift, Page

__all__ = ["Batch", "Crawl", "CrawlObserver", "Draft", "Drift", "ReadShards", "Source", "batch_of"]

_SAVE_EVERY: Final = 1.0
"""Seconds between two checkpoints; after a kill, this much is read again."""


class CrawlObserver(Protocol):
    """Observes the progress of a crawl, by source and collection."""

    def begin(self, source: str, collection: str) -> None:
        """Called when a collection begins."""

    def restart(self, source: str, collection: str, page: int) -> None:
        """Called when a list has changed since `page` was written, and is read again."""

    def skip(self, source: str, collection: str, items: int, total: int | None) -> None:
        """Called with the number of items that an earlier run has read."""

    def page(
        self, source: str, collection: str, items: int, total: int | None, *, included: int
    ) -> None:
        """Called when a page was written, with the numbers of its items and included resources.

        `total` is the length of the list, None if unknown.
        """

    def end(self, source: str, collection: str) -> None:
        """Called at the end of a collection."""


@attrs.frozen(kw_only=True)
class Drift:
    """A list that changed while it was read: the signs of that, and their numbers."""

    source: str
    collection: str
    seen: str


@attrs.frozen(kw_only=True)
class Source:
    """One account: its display name, an open client, and the `meta` of its documents."""

    name: str
    client: ScalrClient
    meta: Document


@attrs.frozen(kw_only=True)
class Batch:
    """A page to write: its items, and included resources."""

    documents: Sequence[Document]
    included: Sequence[Document]
    number: int
    ids: Sequence[str]
    total: int | None


def batch_of(
    page: Page[Any], selection: Selection, meta: Document, is_wanted: Callable[[Any], bool]
) -> Batch:
    """Return a page as documents, together with its wanted included resources."""
    return Batch(
        documents=[document(item, meta, selection.names) for item in page.items],
        included=[
            document(each, {**meta, "included": True})
            for item in page.items
            for each in included_in(item, selection.includes)
            if is_wanted(each)
        ],
        number=page.number,
        ids=[str(item.id) for item in page.items],
        total=page.total_count,
    )


class ReadShards(Protocol):
    """Has the shards of a list read elsewhere, and yields their batches in order.

    Signs of drift are counted in `seen`. `listed` are the types that the crawl lists anyway.
    """

    def __call__(
        self, source: Source, selection: Selection, *, listed: AbstractSet[str], seen: Counter[str]
    ) -> AsyncGenerator[Batch]: ...


class Draft(Protocol):
    """The destination of documents."""

    def write(self, documents: Sequence[Document]) -> int:
        """Write documents; returns their length in bytes."""
        ...

    def flush(self) -> None:
        """Pass written data to the operating system."""

    def cut(self, size: int) -> None:
        """Truncate the draft to `size` bytes."""

    def documents(self) -> Iterable[Document]:
        """Yield all documents in the draft, those of earlier processes included."""
        ...


@attrs.define(kw_only=True)
class Crawl:
    """Reads the selections of one source into a draft, and keeps its progress in `position`.

    `save` is called after pages, once a second at most, and at every end except a kill. `drifts`
    are the lists of which items may be missing; `resumed` is true if an earlier run has begun the
    draft.
    """

    source: Source
    selections: Sequence[Selection]
    draft: Draft
    position: Position
    observer: CrawlObserver
    save: Callable[[], None]
    on_drift: OnDrift = "report"
    prefetch: int = 8
    read_shards: ReadShards | None = None
    clock: Callable[[], float] = time.monotonic
    drifts: list[Drift] = attrs.field(factory=list)
    resumed: bool = attrs.field(init=False)
    _seen: SeenIds = attrs.field(factory=SeenIds, init=False)
    _saved: float = attrs.field(default=0.0, init=False)

    def __attrs_post_init__(self) -> None:
        self.resumed = self.position.size > 0

    async def run(self) -> None:
        """Read everything after the position."""
        if self.position.is_complete:
            return
        self._saved = self.clock()
        self._remember()
        try:
            names = [each.collection.name for each in self.selections]
            for selection in self.selections[names.index(self.position.collection) :]:
                if selection.collection.name != self.position.collection:
                    self.position.turn_to(selection.collection.name)
                await self._read(selection)
            self.position.is_complete = True
        finally:
            self._save()

    async def _read(self, selection: Selection) -> None:
        name, position = selection.collection.name, self.position
        start = await next_page(selection, self.source.client, position)
        if start is None:
            self._restart(name)
        self.observer.begin(self.source.name, name)
        if position.page:
            self.observer.skip(self.source.name, name, position.written, position.total)
        if not (position.page and _is_over(selection, position)):
            seen = Counter[str]()
            async with aclosing(self._batches(selection, start or 1, seen)) as batches:
                async for batch in batches:
                    self._take(batch)
                    await asyncio.sleep(0)  # writing takes time: let other tasks run
            if seen:
                told = ", ".join(f"{what} {count}" for what, count in seen.items())
                self.drifts.append(Drift(source=self.source.name, collection=name, seen=told))
        self.observer.end(self.source.name, name)

    async def _batches(
        self, selection: Selection, start: int, seen: Counter[str]
    ) -> AsyncGenerator[Batch]:
        """Yield the pages from a given one on, and count signs of drift in `seen`."""
        if self.read_shards is not None and selection.collection.route.paginated:
            listed = {each.collection.type for each in self.selections}
            shards = self.read_shards(self.source, selection, listed=listed, seen=seen)
            async with aclosing(shards):
                async for batch in shards:
                    fresh = [e for e in batch.included if self._seen.is_new(identity_of(e))]
                    yield attrs.evolve(batch, included=fresh)
            return
        pager = selection.pager(self.source.client, prefetch=self.prefetch, on_drift=self.on_drift)
        async with aclosing(pager.pages(start)) as pages:
            async for page in pages:
                yield batch_of(page, selection, self.source.meta, self._is_wanted)
        report = pager.report
        if not report.verified if self.on_drift == "verify" else report:
            seen.update(report.counts or {"unverified": 1})

    def _take(self, batch: Batch) -> None:
        position = self.position
        position.size += self.draft.write([*batch.included, *batch.documents])
        position.page, position.total = batch.number, batch.total
        position.ids = [*batch.ids]
        position.written += len(batch.documents)
        items, included = len(batch.documents), len(batch.included)
        name = self.source.name
        self.observer.page(name, position.collection, items, batch.total, included=included)
        if self.clock() - self._saved >= _SAVE_EVERY:
            self._save()

    def _is_wanted(self, resource: Any) -> bool:
        """Return whether to write an included resource: its type is not listed anyway."""
        listed = any(each.collection.type == resource.type for each in self.selections)
        return not listed and self._seen.is_new((resource.type, resource.id))

    def _restart(self, name: str) -> None:
        """Remove the collection from the draft, because its pages have shifted."""
        position = self.position
        self.observer.restart(self.source.name, name, position.page)
        position.size = position.begun
        position.turn_to(name)
        self._save()  # before the draft loses pages that the old checkpoint names
        self.draft.cut(position.size)
        self._remember()

    def _remember(self) -> None:
        """Remember the included resources that the draft contains already."""
        self._seen = SeenIds()
        if self.position.size and any(each.includes for each in self.selections):
            for each in self.draft.documents():
                if each.get("meta", {}).get("included"):
                    self._seen.is_new(identity_of(each))

    def _save(self) -> None:
        self._saved = self.clock()
        self.draft.flush()
        self.save()


def _is_over(selection: Selection, position: Position) -> bool:
    total = position.total
    return not selection.collection.route.paginated or (
        total is not None and position.written >= total
    )


async def next_page(selection: Selection, scalr: ScalrClient, position: Position) -> int | None:
    """Return the number of the next page, None if the list has changed.

    The list counts as unchanged if the last written page still has the same items and total.
    """
    if position.page == 0:
        return 1
    pager = selection.pager(scalr, prefetch=0, on_drift="ignore")
    async with aclosing(pager.pages(position.page)) as pages:
        last = await anext(pages)
    same = [str(item.id) for item in last.items] == position.ids
    return position.page + 1 if same and last.total_count == position.total else None
