"""One answer of a list, checked against itself, and the source of such answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, Protocol, Self, TypeAlias, TypeVar
from urllib.parse import parse_qs, urlsplit

import attrs

from scalr_async._values import UNSET
from scalr_async.errors import DecodeError
from scalr_async.pagination._page import Page
from scalr_async.telemetry import Telemetry

__all__ = ["PageAnswer", "PageSource", "Undecoded", "ids_of"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Pagination(Protocol):
    """The numbers of `meta.pagination`; None for each that is null or not a valid number.

    `prev_page` and `next_page` are `UNSET` if they were not sent, and 0 if invalid: null
    says that there is no such page.
    """

    @property
    def current_page(self) -> int | None: ...
    @property
    def page_size(self) -> int | None: ...
    @property
    def prev_page(self) -> int | None: ...
    @property
    def next_page(self) -> int | None: ...
    @property
    def total_pages(self) -> int | None: ...
    @property
    def total_count(self) -> int | None: ...


@attrs.define(kw_only=True, eq=False, repr=False)
class PageAnswer(Generic[R_co]):
    """One answer of a list: its items, the server's numbers, and the contradictions among them."""

    items: tuple[R_co, ...]
    number: int
    size: int
    """The largest number of items that the server puts on a page."""
    asked: int
    """The requested page size."""
    count: int
    """The number of items."""
    total_count: int | None
    total_pages: int | None
    has_totals: bool
    """True if the server reports the length of the list."""
    ids: tuple[str | None, ...]
    """The ids of the items; None for an item without a valid one."""
    known: frozenset[str | None]
    """The set of `ids`."""
    has_keyless: bool
    """True if an item has no id, so that it cannot be distinguished from others."""
    fingerprint: int
    """A hash of the ids, or of the items' `repr` if an id is missing; equal for equal pages."""
    inconsistent: Mapping[str, str]
    """The names of the numbers that cannot be true, with a detail for each."""
    names_next: bool
    """True if the server's numbers name a page after this one."""
    next_link: Any = attrs.field(repr=False)
    origin: str
    body: bytes = attrs.field(repr=False)
    attempts: int
    """The number of requests that the page took."""
    elapsed: float
    """The seconds that these requests took."""

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
        is_list: bool = True,
        body: bytes = b"",
        attempts: int = 1,
        elapsed: float = 0.0,
    ) -> PageAnswer[R]:
        """Create the answer to a request for page `number` of `size` items.

        `origin` is the origin of the API (`https://acme.scalr.io`); `is_list` is False if the
        server sent null in place of the items.
        """
        total_count = total_pages = next_page = None
        actual_size, inconsistent = size, {}
        if pagination is not None:
            total_count, total_pages = pagination.total_count, pagination.total_pages
            next_page = pagination.next_page
            if _is_believable(pagination.page_size, size, len(items)):
                actual_size = pagination.page_size or size
            inconsistent = _contradictions(pagination, number, size, len(items))
        if not is_list:
            inconsistent["data"] = f"null in place of the items of page {number}"
        ids = ids_of(items)
        known = frozenset(ids)
        return PageAnswer(
            items=items,
            number=number,
            size=actual_size,
            asked=size,
            count=len(items),
            total_count=total_count,
            total_pages=total_pages,
            has_totals=not (total_count is None and total_pages is None),
            ids=ids,
            known=known,
            has_keyless=None in known,
            fingerprint=hash(repr(items) if None in known else ids),
            inconsistent=inconsistent,
            names_next=isinstance(next_page, int) and next_page > number,
            next_link=None if links is None else links.get("next"),
            origin=origin,
            body=body,
            attempts=attempts,
            elapsed=elapsed,
        )

    def checked(self) -> Self:
        """Return the answer if it does not lead to another host; otherwise raise `DecodeError`.

        Without totals, `links.next` decides whether there is another page. A source checks an
        answer when no local holds its links or its body any more: tracebacks show locals.
        """
        if not self.has_totals and _is_foreign(_href(self.next_link), self.origin):
            raise DecodeError("links.next points at another host; not followed", outcome="applied")
        return self

    def page(self, items: tuple[R, ...]) -> Page[R]:
        """Return the page for the caller, with the given items."""
        return Page(
            items=items,
            number=self.number,
            size=self.size,
            total_count=self.total_count,
            total_pages=self.total_pages,
            body=self.body,
        )

    @property
    def wrong_page(self) -> bool:
        """True if the server says that this is not the requested page."""
        return "current-page" in self.inconsistent

    @property
    def is_all(self) -> bool:
        """True if this is the whole list, according to numbers without contradictions."""
        return self.number == 1 and self.total_count == self.count and not self.inconsistent

    @property
    def keys(self) -> tuple[str, ...]:
        """The valid ids, in order."""
        return tuple([key for key in self.ids if key is not None])

    def links_to_later_page(self) -> bool:
        """Return whether `links.next` names a later page; the link is never followed."""
        href = _href(self.next_link)
        if not href or _is_foreign(href, self.origin):
            return False
        try:
            query = parse_qs(urlsplit(href).query, max_num_fields=100)
        except ValueError:
            return False
        following = query.get("page[number]", [""])[-1]
        digits = following.isascii() and following.isdigit()
        return digits and int(following[:18]) > self.number


Undecoded: TypeAlias = Callable[[], Awaitable[PageAnswer[R]]]
"""A function that decodes an answer; call it once, in the order of the pages."""


class PageSource(Protocol[R_co]):
    """The source of a list's pages: a path, its query, and the request for a page."""

    @property
    def path(self) -> str:
        """The path of the list, for events and errors."""
        ...

    @property
    def filters(self) -> str:
        """The filters of the list as a caller writes them, for errors; empty without filters."""
        ...

    @property
    def hints(self) -> Iterable[tuple[str, str]]:
        """The filters that may be why the list is empty, with a hint about the value of each."""
        ...

    @property
    def query_text(self) -> str:
        """The query of the list without the paging; a checkpoint is valid for one query only."""
        ...

    @property
    def telemetry(self) -> Telemetry:
        """The receiver of events."""
        ...

    @property
    def paginated(self) -> bool:
        """True if the endpoint has pages; otherwise the first answer is the whole list."""
        ...

    @property
    def sparse(self) -> bool:
        """True if the endpoint supports sparse fieldsets, so that `ids_only` saves bytes."""
        ...

    def time_for(self, requests: int) -> float | None:
        """Return the shortest time in seconds for so many requests, None if no limit is known."""
        ...

    @property
    def stable(self) -> bool:
        """True if the order is stable: no change of an item can move it within the list."""
        ...

    def updated_since(self, moment: datetime) -> Self | None:
        """Return the source of the items updated since; None without such a filter."""
        ...

    def identities(self) -> Any:
        """Return a new identity map for the included resources of one walk."""
        ...

    async def fetch(
        self, number: int, size: int, *, identities: Any = None, ids_only: bool = False
    ) -> Callable[[], Awaitable[PageAnswer[R_co]]]:
        """Request one page; `ids_only` leaves out attributes if the endpoint supports that.

        Returns a function that decodes the answer: waiting answers are kept as bytes, which take
        less memory.
        """
        ...


def ids_of(items: tuple[Any, ...]) -> tuple[str | None, ...]:
    """Return the ids of items, in order; None for an item without a valid id."""
    try:
        ids = [item.id for item in items]
    except AttributeError:
        ids = [getattr(item, "id", None) for item in items]
    if set(map(type, ids)) <= {str} and "" not in ids:
        return tuple(ids)
    return tuple([key if isinstance(key, str) and key else None for key in ids])


def _is_believable(claimed: int | None, asked: int, items: int) -> bool:
    """Return whether the page size that the server claims fits the number of items received."""
    return claimed is not None and max(1, items) <= claimed <= asked


def _contradictions(said: Pagination, number: int, asked: int, items: int) -> dict[str, str]:
    """Return the numbers of a page that cannot be true, however the list changes, with details."""
    count, pages = said.total_count, said.total_pages
    size = said.page_size if said.page_size is not None and said.page_size > 0 else asked
    found = {}
    if None in (count, pages, said.page_size, said.current_page):
        found["meta"] = "meta.pagination lacks a number, or has an invalid one"
    if said.page_size is not None and not _is_believable(said.page_size, asked, items):
        detail = f"page-size {said.page_size} where {asked} were requested"
        found["page-size"] = f"{detail} and {items} received"
    elif items > asked:
        found["page-size"] = f"items: {items} on a page of {asked}"
    if said.current_page is not None and said.current_page != number:
        found["current-page"] = f"current-page {said.current_page} where {number} was requested"
    if not items and count and number == 1:
        found["items"] = f"items: none on page 1 of a list of {count}"
    if items and count is not None and count < (number - 1) * size + items:
        found["total-count"] = f"total-count {count} with {items} items on page {number}"
    if items and pages is not None and pages < number:
        found["total-pages"] = f"total-pages {pages} with {items} items on page {number}"
    if None not in (count, pages) and pages not in (whole := -(-(count or 0) // size), whole or 1):
        found["total-pages"] = f"total-pages {pages} for {count} items, {size} per page"
    return found | _wrong_neighbors(said, number, items)


def _wrong_neighbors(said: Pagination, number: int, items: int) -> dict[str, str]:
    """Return which of `prev-page` and `next-page` cannot be true, with details.

    Servers differ in what they name before a page past the end of the list.
    """
    pages = said.total_pages
    after: set[Any] = {UNSET, None, number + 1}
    if pages is not None:
        after.discard(number + 1 if number >= pages else None)
    is_past = not items if pages is None else number > pages
    of = f"of page {number}" if pages is None else f"of page {number} of {pages}"
    found = {}
    if said.prev_page not in (UNSET, number - 1 or None) and not is_past:
        found["prev-page"] = f"prev-page {said.prev_page} {of}"
    if said.next_page not in after:
        found["next-page"] = f"next-page {said.next_page} {of}"
    return found


def _href(link: Any) -> str | None:
    """Return the URL of a link in either of its forms, None if it contains none."""
    if isinstance(link, Mapping):
        link = link.get("href")
    return link if isinstance(link, str) and link else None


def _is_foreign(href: str | None, origin: str) -> bool:
    """Return whether a link names another host than the API's; False for an invalid link."""
    if href is None:
        return False
    try:
        url, home = urlsplit(href), urlsplit(origin)
        return bool(url.netloc) and (url.scheme or home.scheme, url.netloc.lower()) != (
            home.scheme,
            home.netloc.lower(),
        )
    except ValueError:
        return False
