"""Walks everything there is, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from scalr_async.cli._present import Presenter
from scalr_async.client import ScalrClient

__all__ = ["Batch", "walk"]


@attrs.frozen(kw_only=True)
class Batch:
    """A page of one kind."""

    kind: str
    number: int
    items: Sequence[Any]


async def walk(
    scalr: ScalrClient,
    kinds: Sequence[str],
    show: Presenter,
    *,
    prefetch: int = 8,
    start: int = 1,
    options: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> AsyncIterator[Batch]:
    """Yield all resources of these kinds, page by page, with a progress bar for each kind.

    `start` is the page of the first kind to begin with, `options` has more for the `list` of a
    kind. When a list changed on the way, so that something may be missing, that is said.
    """
    for kind in kinds:
        pager = getattr(scalr, kind).list(prefetch=prefetch, **options.get(kind, {}))
        with show.progress(kind.replace("_", " ")) as progress:
            async for page in pager.pages(start):
                progress.expect(page.total_count)
                progress.advance(len(page) if page.number > start else len(page) + page.offset)
                yield Batch(kind=kind, number=page.number, items=page.items)
        if pager.report:
            seen = ", ".join(f"{what} {count}" for what, count in pager.report.counts.items())
            show.say(f"{kind}: the list changed on the way ({seen}); some may be missing")
        start = 1
