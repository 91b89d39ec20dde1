"""One page of a list, as callers see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import attrs

from scalr_async.jsonapi import loads

__all__ = ["Page"]

R_co = TypeVar("R_co", covariant=True)


@attrs.frozen(kw_only=True, eq=False)
class Page(Generic[R_co]):
    """A page of a list: iterable, with the server's numbers, which concurrent writes change.

    Args:
        items: The items of the page.
        number: The number that was asked for, from 1.
        size: The most items on a page, by the server.
        total_count: The items of the list, None if the server does not tell.
        total_pages: The pages of the list, None if the server does not tell.
        body: The answer, for `raw()`.
    """

    items: tuple[R_co, ...] = attrs.field(repr=lambda items: f"<{len(items)}>")
    number: int
    size: int
    total_count: int | None = None
    total_pages: int | None = None
    body: bytes = attrs.field(default=b"", repr=False)

    def __iter__(self) -> Iterator[R_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def raw(self) -> Any:
        """Return the whole document of the answer as JSON, with everything the server sent."""
        return loads(self.body) if self.body else None
