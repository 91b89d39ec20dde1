"""One page of a list, and what the server said about it, checked against itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeAlias, TypeVar
from urllib.parse import parse_qs, urlsplit

import attrs

from scalr_async.errors import DecodeError
from scalr_async.jsonapi.document import loads
from scalr_async.telemetry import Telemetry

__all__ = ["Page", "PageSource", "Unread"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Pagination(Protocol):
    """The numbers of `meta.pagination`; None for what was null, or was not such a number."""

    @property
    def current_page(self) -> int | None: ...
    @property
    def page_size(self) -> int | None: ...
    @property
    def total_pages(self) -> int | None: ...
    @property
    def total_count(self) -> int | None: ...


@attrs.frozen(kw_only=True, eq=False)
class Page(Generic[R_co]):
    """A page of a list: iterable, with the server's numbers.

    `number` counts from 1 and is what was asked for; `size` is the most items a page holds, as
    the server says. `total_count` (items) and `total_pages` are None when the server does not
    tell. The numbers move while others create and delete.
    """

    items: tuple[R_co, ...] = attrs.field(repr=lambda items: f"<{len(items)}>")
    number: int
    size: int
    total_count: int | None = None
    total_pages: int | None = None
    has_next: bool = attrs.field(default=False, repr=False)
    """Whether `links.next` names another page; read when there are no totals."""
    lies: tuple[str, ...] = attrs.field(default=(), repr=False)
    """What cannot be true in the numbers of this page, each in a few words."""
    misplaced: bool = attrs.field(default=False, repr=False)
    """Whether the server says that this is another page than the one asked for."""
    body: bytes = attrs.field(default=b"", repr=False)

    @classmethod
    def of(
        cls,
        items: tuple[R, ...],
        pagination: Pagination | None,
        links: Mapping[str, Any] | None,
        *,
        number: int,
        size: int,
        origin: str,
        body: bytes = b"",
    ) -> Page[R]:
        """Make a page of a document that answered for `number` and `size`.

        `origin` (`https://acme.scalr.io`) is where the API stands: without totals `links.next`
        decides whether there is more, and one that points at another host is a `DecodeError`.
        """
        count = pages = claimed = None
        lies: list[str] = []
        true_size = size
        if pagination is not None:
            count, pages = pagination.total_count, pagination.total_pages
            claimed = pagination.current_page
            true_size = _believable_size(pagination.page_size, size, len(items))
            lies = _contradictions(pagination, number, true_size, len(items))
        has_next = False
        if count is None and pages is None and links is not None:
            has_next = _leads_on(links.get("next"), number, origin)
        return Page(
            items=items,
            number=number,
            size=true_size,
            total_count=count,
            total_pages=pages,
            has_next=has_next,
            lies=tuple(lies),
            misplaced=claimed is not None and claimed != number,
            body=body,
        )

    def __iter__(self) -> Iterator[R_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def raw(self) -> Any:
        """Return the whole document of the answer as JSON, as the server sent it."""
        return loads(self.body) if self.body else None

    @property
    def offset(self) -> int:
        """How many items of the list stand before this page."""
        return (self.number - 1) * self.size

    @property
    def is_last(self) -> bool:
        """Whether this page reaches beyond the end: not full, and the server's count agrees.

        A full page proves nothing: its successor may hold what moved there.
        """
        reached = self.offset + len(self.items)
        return len(self.items) < self.size and (
            self.total_count is None or reached >= self.total_count
        )


Unread: TypeAlias = Callable[[], Awaitable[Page[R]]]
"""An answer that has come and was not decoded; to be called once, when its turn comes."""


class PageSource(Protocol[R_co]):
    """Where the pages of one list come from: a path, its query, and how to read the answer."""

    @property
    def path(self) -> str:
        """The path of the list, for events and errors."""
        ...

    @property
    def filters(self) -> str:
        """The filters of the list as a caller writes them, for errors; empty without any."""
        ...

    @property
    def telemetry(self) -> Telemetry:
        """Where events go."""
        ...

    @property
    def paginated(self) -> bool:
        """Whether the endpoint has pages at all; if not, the first answer is everything."""
        ...

    @property
    def sparse(self) -> bool:
        """Whether `ids_only` makes an answer smaller: the endpoint takes sparse fieldsets."""
        ...

    def identities(self) -> Any:
        """Return a new identity map for the included resources of one walk."""
        ...

    async def fetch(
        self, number: int, size: int, *, identities: Any = None, ids_only: bool = False
    ) -> Callable[[], Awaitable[Page[R_co]]]:
        """Ask for one page; `ids_only` leaves out attributes where the endpoint can do that.

        What comes back decodes it: answers that wait are bytes, which take less room.
        """
        ...


def ids_of(items: tuple[Any, ...]) -> list[Any]:
    """Return the ids of a page's items, in order, None for what is no id; empty without any."""
    try:
        return [key if isinstance(key := item.id, str | int) else None for item in items]
    except AttributeError:
        return []


def _believable_size(claimed: int | None, asked: int, items: int) -> int:
    if claimed is None or not max(1, items) <= claimed <= asked:
        return asked
    return claimed


def _contradictions(said: Pagination, number: int, size: int, items: int) -> list[str]:
    """List what cannot be true in one page's numbers, whatever happens to the list."""
    count, pages = said.total_count, said.total_pages
    lies = []
    if None in (count, pages, said.page_size, said.current_page):
        lies.append("meta.pagination lacks a number, or has what is not one")
    if said.page_size is not None and said.page_size != size:
        lies.append(f"page-size {said.page_size} where {size} were asked for")
    if said.current_page is not None and said.current_page != number:
        lies.append(f"current-page {said.current_page} where {number} was asked for")
    if not items and count and number == 1:
        lies.append(f"items: none on page 1 of a list of {count}")
    if items > size:
        lies.append(f"items: {items} on a page of {size}")
    if items and count is not None and count < (number - 1) * size + items:
        lies.append(f"total-count {count} with {items} items on page {number}")
    if items and pages is not None and pages < number:
        lies.append(f"total-pages {pages} with {items} items on page {number}")
    if None not in (count, pages) and pages not in (whole := -(-(count or 0) // size), whole or 1):
        lies.append(f"total-pages {pages} for {count} items, {size} a page")
    return lies


def _leads_on(link: Any, number: int, origin: str) -> bool:
    """Return whether `links.next` names a later page; it is read, never followed."""
    if isinstance(link, Mapping):
        link = link.get("href")
    if not isinstance(link, str):
        return False
    try:
        url, home = urlsplit(link), urlsplit(origin)
        foreign = bool(url.netloc) and (url.scheme or home.scheme, url.netloc.lower()) != (
            home.scheme,
            home.netloc.lower(),
        )
        following = parse_qs(url.query, max_num_fields=100).get("page[number]", [""])[-1]
    except ValueError:
        return False
    if foreign:
        raise DecodeError("links.next points at another host; not followed", outcome="applied")
    return following.isascii() and following.isdigit() and int(following[:18]) > number
