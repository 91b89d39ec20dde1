"""Where a `Pager` gets its pages: one list of the API, its query, and how its items are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

import attrs
from cattrs import Converter

from scalr_async._wire import Request, Response
from scalr_async.errors import DecodeError
from scalr_async.jsonapi.document import Document
from scalr_async.jsonapi.included import IdentityMap
from scalr_async.jsonapi.operation import Operation
from scalr_async.jsonapi.query import build_query
from scalr_async.jsonapi.reading import check
from scalr_async.pagination import Page
from scalr_async.telemetry import Telemetry

__all__ = ["Context", "Pages", "decoded"]

T = TypeVar("T")

Reader = Callable[[bytes, IdentityMap | None], Document[T]]


@attrs.frozen
class Context:
    """What a collection needs of its client: a way to send, events, the codec's hooks, the host."""

    send: Callable[[Request], Awaitable[Response]]
    telemetry: Telemetry
    converter: Converter | None
    origin: str
    """Scheme, host and port of the API: no link leads elsewhere."""


def decoded(response: Response, read: Callable[[bytes], T]) -> T:
    """Read the body of a checked answer; a `DecodeError` says which answer it was."""
    try:
        return read(response.body)
    except DecodeError as error:
        raise DecodeError(
            error.message,
            method=response.method,
            path=response.path,
            attempts=response.attempts,
            elapsed=response.elapsed,
            outcome="applied",
        ) from None


@attrs.frozen
class Pages(Generic[T]):
    """The pages of one list; what a `Pager` walks over."""

    context: Context
    operation: Operation[Any]
    path: str
    options: Mapping[str, Any]
    read: Reader[T]

    @property
    def telemetry(self) -> Telemetry:
        """Where events go."""
        return self.context.telemetry

    @property
    def paginated(self) -> bool:
        """Whether the endpoint has pages at all."""
        return self.operation.paginated

    @property
    def sparse(self) -> bool:
        """Whether the endpoint takes sparse fieldsets for what it lists."""
        return self._own_type is not None

    @property
    def _own_type(self) -> str | None:
        """The Python name of the listed type among `fields`: that of the path's last segment."""
        name = self.operation.path.rpartition("/")[2].replace("-", "_")
        return name if name in (self.operation.fields or ()) else None

    def identities(self) -> IdentityMap:
        """Return a new identity map for the included resources of one walk."""
        return IdentityMap()

    async def fetch(
        self,
        number: int,
        size: int,
        *,
        identities: IdentityMap | None = None,
        ids_only: bool = False,
    ) -> Page[T]:
        """Read one page; `ids_only` leaves out attributes, relationships and `included`."""
        options = self.options
        if ids_only:
            dropped = ("include", "fields")
            options = {key: value for key, value in options.items() if key not in dropped}
            options["fields"] = {self._own_type: ()}
        paged = {"page_number": number, "page_size": size} if self.paginated else {}
        response = check(
            await self.context.send(
                Request(
                    method=self.operation.method,
                    path=self.path,
                    params=build_query(self.operation, options, **paged),
                    accept=self.operation.accept,
                )
            )
        )
        document = decoded(response, lambda body: self.read(body, identities))
        return Page.of(
            document.items,
            document.meta,
            document.links,
            number=number,
            size=size,
            origin=self.context.origin,
            body=response.body,
        )
