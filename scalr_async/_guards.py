"""Guards around the calls of a client: refuse writes, record writes unsent, add headers."""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable, Mapping
from inspect import iscoroutine, iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

import attrs
import msgspec

from scalr_async._http import JSONAPI, Headers, Request, Response
from scalr_async._text import printable, shown
from scalr_async._value_class import value_class
from scalr_async._values import REDACTED, Secret, SecretBytes
from scalr_async.config import merged_headers
from scalr_async.errors import ClientStateError, ConfigError, InvalidArgumentError
from scalr_async.jsonapi import class_for, replace_secrets, schema_of
from scalr_async.transport import Calls, Stream

if TYPE_CHECKING:
    from scalr_async._catalog import Route

__all__ = ["BeforeSend", "Guards", "OutgoingRequest", "RecordedRequest", "is_write"]

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_WRITTEN_BY_GET: Final = frozenset({"/logout"})
"""Paths whose GET changes something on the server; the catalog has no others."""
_PARAMETER: Final = r"\{\w+\}"


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class OutgoingRequest:
    """A request as a `before_send` hook sees it: without body, headers and token.

    Attributes:
        method: the method.
        path: the path below the API root.
        query: names and values of the query.
        operation: the template of the path (`/agent-pools/{agent_pool}`), empty if it belongs to
            no known operation.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    operation: str = ""


BeforeSend = Callable[[OutgoingRequest], Mapping[str, str] | None]
"""A plain function that is called once before each call and returns headers to add, or None."""


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class RecordedRequest:
    """A write that `dry_run` recorded exactly as it would have been sent.

    `print(request)` shows no secrets.

    Attributes:
        method: the method.
        path: the path below the API root.
        query: names and values of the query.
        body: the bytes of the body, secrets included; None without a body, and for one that is
            streamed from a file.
        content_type: the media type of the body.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = attrs.field(default=None, repr=False)
    content_type: str = JSONAPI

    @property
    def document(self) -> Any:
        """The body as plain values, secrets as `<redacted>`; None when it is not JSON.

        All texts and numbers that belong to no resource class are redacted, because they may be
        secret.
        """
        return _redacted(_decoded(self.body))

    def __str__(self) -> str:
        query = "&".join(f"{name}={value}" for name, value in self.query)
        document = self.document
        body = "" if document is None else f" {msgspec.json.encode(document).decode()}"
        return printable(f"{self.method} {self.path}{'?' if query else ''}{query}", 4096) + body


def is_write(method: str, path: str) -> bool:
    """Return whether a request may change anything on the server."""
    return method not in _READING or unquote(path).rstrip("/").lower() in _WRITTEN_BY_GET


class Guards(msgspec.Struct, frozen=True):
    """The guards between the calls of a client and the transport."""

    read_only: bool = False
    record: list[RecordedRequest] | None = None
    before_send: BeforeSend | None = None

    def with_options(self, read_only: bool, dry_run: bool, before_send: Any) -> Guards:  # noqa: FBT001  # as given
        """Return these guards with further ones; raises `ConfigError`.

        `read_only` and `dry_run` can be switched on, never off; `before_send` is replaced.
        """
        for name, value in (("read_only", read_only), ("dry_run", dry_run)):
            if not isinstance(value, bool):
                raise ConfigError(f"{name}={shown(value)}: must be True or False")
        asynchronous = iscoroutinefunction(before_send)
        if before_send is not None and (not callable(before_send) or asynchronous):
            kind = "an async one" if asynchronous else type(before_send).__name__
            raise ConfigError(f"before_send: must be a plain function, not {kind}")
        return Guards(
            read_only=self.read_only or read_only,
            record=[] if dry_run and self.record is None else self.record,
            before_send=cast("BeforeSend | None", before_send),
        )

    def around(self, calls: Calls) -> Calls:
        """Return calls that pass through these guards; `calls` itself if there are none."""
        unguarded = not self.read_only and self.record is None and self.before_send is None
        return calls if unguarded else _Guarded(self, calls)


class _Guarded:
    """Calls that pass through guards before they are sent."""

    def __init__(self, guards: Guards, calls: Calls) -> None:
        self._guards = guards
        self._calls = calls

    async def send(self, request: Request) -> Response:
        """Return the last answer, or a simulated one for a write that is only recorded."""
        if is_write(request.method, request.path):
            self._refuse(request)
            if (record := self._guards.record) is not None:
                body = request.body if isinstance(request.body, bytes) else None
                record.append(
                    RecordedRequest(
                        method=request.method,
                        path=request.path,
                        query=request.params,
                        body=body if body is None else SecretBytes(body),
                        content_type=request.content_type,
                    )
                )
                return _answer(request, len(record))
        return await self._calls.send(self._with_headers(request))

    async def open(self, request: Request) -> Stream:
        """Return an answer to be read; only reads are streamed, so that no guard refuses one."""
        return await self._calls.open(self._with_headers(request))

    def _refuse(self, request: Request) -> None:
        if self._guards.read_only:
            raise ClientStateError(
                "refused: this client may only read (read_only=True)",
                method=request.method,
                path=request.path,
            )

    def _with_headers(self, request: Request) -> Request:
        hook = self._guards.before_send
        if hook is None:
            return request
        given: Any = hook(
            OutgoingRequest(
                method=request.method,
                path=request.path,
                query=request.params,
                operation=request.operation,
            )
        )
        if given is None:
            return request
        if isinstance(given, Awaitable):
            if iscoroutine(given):
                given.close()
            raise InvalidArgumentError("before_send: must be a plain function, not an async one")
        try:
            added = merged_headers({}, given)
        except ConfigError as error:
            refused = error.message
        else:
            return attrs.evolve(request, headers=(*request.headers, *added.items()))
        raise InvalidArgumentError(f"before_send: {refused}")


def _answer(request: Request, number: int) -> Response:
    """Return the simulated answer to a recorded write: its own data, with an id if it has none."""
    sent = _decoded(request.body) if isinstance(request.body, bytes) else None
    data = sent.get("data") if isinstance(sent, dict) else None
    route, type_ = _routes().get((request.method, request.operation), (None, ""))
    body = b""
    if isinstance(data, dict):
        body = msgspec.json.encode({"data": {"id": f"dry-run-{number}", **data}})
    elif type_ and request.method != "DELETE":
        about = {"type": type_, "id": _first_id(request)}
        body = msgspec.json.encode({"data": about})
    elif route is not None and route.response == "json":
        body = b"{}"
    status = route.statuses[0] if route is not None and route.statuses else 200
    return Response(
        method=request.method,
        path=request.path,
        status=status if body else 204,
        headers=Headers([("Content-Type", JSONAPI)] if body else ()),
        body=SecretBytes(body),
    )


@functools.cache
def _routes() -> Mapping[tuple[str, str], tuple[Route, str]]:
    """Return every route with the type of its answer, by method and path template."""
    from scalr_async import _catalog  # noqa: PLC0415  # for dry runs only

    catalog = _catalog.load()
    return {
        (route.method, route.path): (
            route,
            catalog.schemas[route.schema].type if route.schema and not route.many else "",
        )
        for route in catalog.routes
    }


def _first_id(request: Request) -> str:
    """Return the first id in the path: the object on which an action acts."""
    pairs = zip(request.operation.split("/"), request.path.split("/"), strict=True)
    return next(unquote(part) for name, part in pairs if re.fullmatch(_PARAMETER, name))


def _decoded(body: bytes | None) -> Any:
    """Return a body as plain values; None when there is none, or it is not JSON."""
    try:
        return msgspec.json.decode(body or b"null")
    except (ValueError, RecursionError):
        return None


def _redacted(document: Any) -> Any:
    """Return a document with only what the schema knows, and does not mark as secret."""
    if not isinstance(document, dict):
        return _unknown(document)
    return {
        name: _primary_data(value) if name == "data" else _unknown(value)
        for name, value in document.items()
    }


def _primary_data(data: Any) -> Any:
    if isinstance(data, list):
        return list(map(_primary_data, data))
    if not isinstance(data, dict):
        return _unknown(data)
    return {name: _member(data, name, value) for name, value in data.items()}


def _member(data: dict[str, Any], name: str, value: Any) -> Any:
    """Return a member of a resource object: its type, its attributes and so on."""
    if name in ("type", "id") and isinstance(value, str):
        return value
    if name == "relationships" and isinstance(value, dict):
        return {key: _redacted(link) for key, link in value.items()}
    cls = class_for(str(data.get("type")))
    if name == "attributes" and isinstance(value, dict) and cls is not None:
        return _attributes(cls, value)
    return _unknown(value)


def _attributes(cls: type, sent: dict[str, Any]) -> dict[str, Any]:
    types = {
        field.wire: Secret if field.hidden else field.type
        for field in schema_of(cls).attributes.values()
    }
    return {
        name: replace_secrets(types[name], value, secret=_secret, attributes=_attributes)
        if name in types
        else _unknown(value)
        for name, value in sent.items()
    }


def _secret(value: Any) -> str | None:
    return None if value is None else REDACTED


def _unknown(value: Any) -> Any:
    """Return a JSON value of no known type: its names, and nothing that may be secret."""
    if isinstance(value, dict):
        return {key: _unknown(item) for key, item in value.items()}
    if isinstance(value, list):
        return list(map(_unknown, value))
    return value if isinstance(value, bool) else _secret(value)
