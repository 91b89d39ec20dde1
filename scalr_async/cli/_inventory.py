"""Walks whole collections, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from scalr_async.cli._present import Presenter
from scalr_async.client import ScalrClient

__all__ = ["Batch", "Inventory"]


@attrs.frozen(kw_only=True)
class Batch:
    """A page of one kind; `total` counts all items of the kind, None if the server gives none."""

    kind: str
    number: int
    items: Sequence[Any]
    total: int | None


@attrs.define(kw_only=True)
class Inventory:
    """Reads one kind after the other, and notes the lists that changed while they were read.

    `options` holds further arguments for the `list` of a kind. `changed` names the kinds of which
    items may be missing.
    """

    scalr: ScalrClient
    show: Presenter
    options: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    changed: list[str] = attrs.field(factory=list)

    async def walk(self, kind: str) -> AsyncIterator[Batch]:
        """Yield the pages of a kind, with a progress bar."""
        pager = getattr(self.scalr, kind).list(**self.options.get(kind, {}))
        with self.show.progress(kind.replace("_", " ")) as progress:
            async for page in pager.pages():
                progress.expect(page.total_count)
                progress.advance(len(page))
                yield Batch(kind=kind, number=page.number, items=page.items, total=page.total_count)
        report = pager.report
        if report:
            seen = ", ".join(f"{what} {count}" for what, count in report.counts.items())
            self.changed.append(kind)
            self.show.say(f"{kind}: the list changed on the way ({seen}); some may be missing")
