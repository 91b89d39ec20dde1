"""One page of a list, as callers see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import attrs

from scalr_async._value_class import show_fields
from scalr_async.jsonapi import loads

__all__ = ["Page"]

R_co = TypeVar("R_co", covariant=True)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Page(Generic[R_co]):
    """A page of a list: iterable, with the server's numbers, which concurrent writes change.

    Args:
        items: The items of the page.
        number: The requested page number, from 1.
        size: The server's largest number of items per page.
        total_count: The number of items of the list, None if the server does not report it.
        total_pages: The number of pages of the list, None if the server does not report it.
        body: The body of the answer, for `raw()`.
    """

    items: tuple[R_co, ...] = attrs.field(repr=lambda items: f"<{len(items)}>")
    number: int
    size: int
    total_count: int | None = None
    total_pages: int | None = None
    body: bytes = attrs.field(default=b"", repr=False)

    def __repr__(self) -> str:
        return show_fields(self)

    def __iter__(self) -> Iterator[R_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def raw(self) -> Any:
        """Return the whole document that the server sent, as plain JSON values."""
        return loads(self.body) if self.body else None
