"""`Pages`: one list of the API, as the source of a `Pager`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode

import msgspec

from scalr_async._http import Request, Response
from scalr_async._text import printable
from scalr_async.filters import between
from scalr_async.jsonapi import (
    NULL,
    Body,
    Codec,
    Document,
    IdentityMap,
    Operation,
    Query,
    check,
    decode,
    decode_in_steps,
    describe_wrong_prefix,
    encode_filter,
    wrong_prefix,
)
from scalr_async.pagination import PageAnswer
from scalr_async.resources._context import Context

__all__ = ["Pages", "ReadDocument"]

T = TypeVar("T")

_UNCHANGING: Final = frozenset({"id", "created_at", "requested_at", "triggered_at"})
"""The attributes that never change; a list sorted by one of them keeps its order."""

_AGES: Final = timedelta(days=36_525)
Pairs = tuple[tuple[str, str], ...]
ReadDocument = Callable[[Body], Document[T]]


class Pages(Generic[T]):
    """The pages of one list: the source of a `Pager`.

    `query` is the query of every page, without number and size. `reader` is the codec of the listed
    resources, or a function that reads references or plain values.
    """

    def __init__(
        self,
        context: Context,
        operation: Operation[Any],
        path: str,
        query: Query,
        reader: Codec[Any] | ReadDocument[T],
    ) -> None:
        self.path = path
        self.codec = reader if isinstance(reader, Codec) else None
        self.telemetry = context.telemetry
        self.paginated = operation.paginated
        self._context = context
        self._operation = operation
        self._query = query
        self._reader = reader
        self._included = frozenset(name.partition(".")[0] for name in query.include)

    @property
    def filters(self) -> str:
        """The filters of the list as a caller writes them, for errors; empty without filters."""
        shown = ", ".join(f"{name}={value!r}" for name, value in self._query.filters.items())
        doubts = (describe_wrong_prefix(value, kind) for _, value, kind in self._ids_asked)
        return printable("; ".join([shown, *filter(None, doubts)]), 512)

    @property
    def hints(self) -> Iterator[tuple[str, str]]:
        """The filters whose ids have a wrong prefix for their type, each with a hint."""
        found = ((name, wrong_prefix(value, kind)) for name, value, kind in self._ids_asked)
        return (hint for hint in dict(found).items() if hint[1])

    @property
    def query_text(self) -> str:
        """The query without the paging, in an order independent of the order of options."""
        return urlencode(sorted(self._query.pairs))

    @property
    def _ids_asked(self) -> Iterator[tuple[str, str, str]]:
        """Each id in a filter that takes ids, as filter name, id and type."""
        for name, asked in self._query.filters.items():
            kind = self._operation.filter_types.get(name)
            operator, separator, values = asked.rpartition(":")
            if isinstance(kind, str) and operator + separator in {"", "in:"}:
                for value in values.split(","):
                    if f"{operator}:{value}" != NULL.text:
                        yield name, value, kind

    @property
    def sparse(self) -> bool:
        """True if the endpoint supports sparse fieldsets for the type that it lists."""
        return self._own_type is not None

    @property
    def _own_type(self) -> str | None:
        """The wire name of the listed type if it takes a sparse fieldset, otherwise None."""
        name = self._operation.path.rpartition("/")[2].replace("-", "_")
        return (self._operation.fields or {}).get(name)

    @property
    def stable(self) -> bool:
        """True if items keep their order, as in the default order of an endpoint.

        The order of a list that is sorted by name or by update time changes when these do.
        """
        return all(name.removeprefix("-") in _UNCHANGING for name in self._query.sort)

    def updated_since(self, moment: datetime) -> Pages[T] | None:
        """Return the list of the items updated since a moment; None without such a filter.

        The filter has both ends of the range, because ranges with an open end are undocumented.
        """
        key = self._operation.filters.get("updated_at")
        if key is None or "updated_at" in self._query.filters:
            return None
        value = encode_filter(between(moment, moment + _AGES), datetime)
        filters = {**self._query.filters, "updated_at": value}
        query = msgspec.structs.replace(
            self._query, pairs=(*self._query.pairs, (key, value)), filters=filters
        )
        return Pages(self._context, self._operation, self.path, query, self._reader)

    def within(self, context: Context) -> Pages[T]:
        """Return the pages of the same list, requested with another context."""
        return Pages(context, self._operation, self.path, self._query, self._reader)

    def time_for(self, requests: int) -> float | None:
        """Return the shortest time in seconds for so many requests, None if no limit is known."""
        return self._context.time_for(requests)

    def identities(self) -> IdentityMap:
        """Return a new identity map for the included resources of one walk."""
        return IdentityMap(self._included)

    async def fetch(
        self,
        number: int,
        size: int,
        *,
        identities: IdentityMap | None = None,
        ids_only: bool = False,
    ) -> Callable[[], Awaitable[PageAnswer[T]]]:
        """Request a page; `ids_only` leaves out attributes, relationships and `included`."""
        request = Request(
            method=self._operation.method,
            path=self.path,
            params=(*self._pairs(ids_only=ids_only), *self._paging(number, size)),
            accept=self._operation.accept,
            idempotent=self._operation.idempotent,
            operation=self._operation.path,
        )
        response = check(await self._context.send(request))
        return partial(self._page, response, number, size, identities)

    async def _page(
        self, response: Response, number: int, size: int, identities: IdentityMap | None
    ) -> PageAnswer[T]:
        # No local holds the document when the check fails: tracebacks show locals.
        return (await self._answer(response, number, size, identities)).checked()

    async def _answer(
        self, response: Response, number: int, size: int, identities: IdentityMap | None
    ) -> PageAnswer[T]:
        reader = self._reader  # no local holds the body
        document: Document[T] | None = None
        if isinstance(reader, Codec):
            steps = reader.read_page_in_steps(memoryview(response.body), identities)
            for document in decode_in_steps(response, steps):
                if document is None:
                    await asyncio.sleep(0)  # the others' turn
        else:
            document = decode(response, reader)
        assert document is not None, "the last step"
        return PageAnswer.of(
            document.items,
            document.meta,
            document.links,
            number=number,
            size=size if self.paginated else _size_of_whole(document, size),
            origin=self._context.origin,
            is_list=document.is_list,
            body=response.body,
            attempts=response.attempts,
            elapsed=response.elapsed,
        )

    def _pairs(self, *, ids_only: bool) -> Pairs:
        if not ids_only:
            return self._query.pairs
        kept = [
            pair for pair in self._query.pairs if not pair[0].startswith(("include", "fields["))
        ]
        return (*kept, (f"fields[{self._own_type}]", ""))

    def _paging(self, number: int, size: int) -> Pairs:
        if not self.paginated:
            return ()
        return (("page[number]", str(number)), ("page[size]", str(size)))


def _size_of_whole(document: Document[Any], asked: int) -> int:
    """Return the page size of a list without pages, which covers all of its items."""
    said = None if document.meta is None else document.meta.page_size
    return max(asked, said or 0, len(document.items))
