"""The base class of every collection, with the helpers that generated functions call.

The helpers turn each call into a request, and its answer into a typed object.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, Generic, Self, TypedDict, TypeVar, cast
from urllib.parse import quote

import attrs

from scalr_async._http import ANY_MEDIA_TYPE, Deadline, Request, Response
from scalr_async._values import REDACTED_BY_SERVER, UNSET, hide_arguments
from scalr_async.errors import NotFoundError, ScalrError
from scalr_async.jsonapi import (
    Codec,
    Operation,
    Ref,
    Resource,
    another_object,
    build_query,
    check,
    class_for,
    class_named,
    codec_for,
    decode,
    identify,
    loads,
    plain_id,
    read_plain,
    read_refs,
    read_values,
    schema_of,
    unexpected_answer,
    write_plain,
    write_refs,
)
from scalr_async.pagination import OnDrift, Pager
from scalr_async.resources._context import Context, one_deadline
from scalr_async.resources._doubts import name_doubts
from scalr_async.resources._download import Download
from scalr_async.resources._ensured import Ensured
from scalr_async.resources._finding import Names
from scalr_async.resources._pages import Pages, ReadDocument

__all__ = ["Collection", "Context", "ListOptions"]

R = TypeVar("R", bound=Resource)
M = TypeVar("M", bound=Resource)
V = TypeVar("V")

Ids = tuple[Any, ...]
"""The path arguments of a call: ids, refs or resources."""

_NOTHING: Final[tuple[object, ...]] = (UNSET, None, (), [], {})
_PAGING = frozenset({"page_size", "prefetch", "limit", "on_drift"})
_DOWNLOADING = frozenset({"to", "on_progress"})


class ListOptions(TypedDict, total=False):
    """The options of every list call besides its own filters, include, sort and fields."""

    page_size: int
    """The number of items per page, 1 to 100 (default 100)."""
    prefetch: int
    """The largest number of pages to read ahead, 0 to 64 (default 8)."""
    limit: int | None
    """The largest number of items to yield; None for all."""
    on_drift: OnDrift
    """The reaction to a list that changes during a walk (default "report")."""


class Collection(Generic[R]):
    """The calls for the resources of one type.

    Args:
        context: The parts of the client that the calls use.
    """

    model: type[R]

    def __init__(self, context: Context) -> None:
        self._context = context
        self._codecs: dict[str | None, Codec[Any]] = {}

    def _observed(self, see: Callable[[Response], object]) -> Self:
        """Return a collection of the same client that passes every response to `see`."""
        return type(self)(self._context.observed(see))

    # The helpers of generated functions: each function returns the result of one of these.

    def _list(self, operation: Operation[M], ids: Ids, options: Mapping[str, Any]) -> Pager[M]:
        return self._pager(operation, ids, options, self._codec(operation))

    def _list_refs(
        self, operation: Operation[Ref[M]], ids: Ids, options: Mapping[str, Any]
    ) -> Pager[Ref[M]]:
        return self._pager(operation, ids, options, read_refs)

    def _list_values(
        self, operation: Operation[V], ids: Ids, options: Mapping[str, Any]
    ) -> Pager[V]:
        kind, converter = operation.value, self._context.converter
        return self._pager(operation, ids, options, lambda body: read_values(body, kind, converter))

    def _get(self, operation: Operation[M], ids: Ids, **query: Any) -> Awaitable[M]:
        return self._resource(operation, ids, query)

    async def _create(
        self,
        operation: Operation[M],
        ids: Ids,
        values: Mapping[str, Any],
        *,
        reconcile: Pager[M] | None = None,
        **query: Any,
    ) -> M:
        arguments = cast("dict[str, Any]", values)
        if operation.account and self._context.account is not None:
            arguments.setdefault("account", self._context.account)
        body = self._writer(operation).write_arguments(arguments)
        if reconcile is None:
            return await self._resource(operation, ids, query, body)
        return await self._reconcile(operation, ids, query, body, reconcile)

    def _update(
        self, operation: Operation[M], ids: Ids, values: Mapping[str, Any], **query: Any
    ) -> Awaitable[M]:
        arguments = cast("dict[str, Any]", values)
        body = self._codec(operation).write_arguments(arguments, ids[-1] if ids else None)
        return self._resource(operation, ids, query, body)

    def _act(
        self, operation: Operation[M], ids: Ids, values: Mapping[str, Any] | None = None
    ) -> Awaitable[M]:
        return self._resource(operation, ids, {}, self._plain(values))

    async def _do(
        self, operation: Operation[None], ids: Ids, values: Mapping[str, Any] | None = None
    ) -> None:
        await self._send(operation, ids, {}, self._plain(values))

    async def _delete(self, operation: Operation[None], ids: Ids) -> None:
        await self._send(operation, ids, {})

    async def _change_refs(
        self, operation: Operation[None], ids: Ids, refs: Iterable[Any], type_: str
    ) -> None:
        await self._send(operation, ids, {}, write_refs(type_, refs))

    async def _value(
        self, operation: Operation[V], ids: Ids, values: Mapping[str, Any] | None = None
    ) -> V:
        response = await self._send(operation, ids, {}, self._plain(values))
        kind, converter = operation.value, self._context.converter
        return cast("V", decode(response, lambda body: read_plain(body, kind, converter)))

    async def _values(self, operation: Operation[V], ids: Ids, **query: Any) -> tuple[V, ...]:
        response = await self._send(operation, ids, query)
        kind, converter = operation.value, self._context.converter
        return decode(response, lambda body: read_values(body, kind, converter)).items

    async def _log(self, operation: Operation[str | None], ids: Ids, **query: Any) -> str | None:
        response = await self._send(operation, ids, query, promised="text")
        return None if response.status == 204 else _text(response)

    async def _text(self, operation: Operation[str], ids: Ids, **query: Any) -> str:
        return _text(await self._send(operation, ids, query, promised="text"))

    async def _json(self, operation: Operation[V], ids: Ids, **query: Any) -> V:
        response = await self._send(operation, ids, query)
        return cast("V", None if response.status == 204 else decode(response, loads))

    async def _location(self, operation: Operation[str], ids: Ids, **query: Any) -> str:
        response = await self._context.send(self._request(operation, ids, query))
        redirected = 300 <= response.status < 400
        if redirected and (location := response.headers.get("location")):
            return location
        raise unexpected_answer(response if redirected else check(response), "no redirect target")

    def _download(
        self, operation: Operation[bytes], ids: Ids, options: Mapping[str, Any]
    ) -> Download:
        query, transfer = _split_options(options, _DOWNLOADING)
        return Download(self._context.open, self._request(operation, ids, query), **transfer)

    def _csv(self, operation: Operation[Any], ids: Ids, options: Mapping[str, Any]) -> Download:
        query, transfer = _split_options(options, _DOWNLOADING)
        request = self._request(operation, ids, query)
        params = (*request.params, ("format", "csv"))
        request = attrs.evolve(request, params=params, accept=ANY_MEDIA_TYPE, redirects="follow")
        return Download(self._context.open, request, **transfer)

    @one_deadline
    async def _find(
        self, operation: Operation[M], name: str, scope: Mapping[str, Any], **query: Any
    ) -> M:
        given = {key: value for key, value in scope.items() if value is not None}
        return await self._names(operation).one(name, {**_given_options(query), **given})

    @one_deadline
    async def _ensure(
        self,
        operations: tuple[Operation[M], Operation[M], Operation[M], Operation[M]],
        keys: tuple[str, ...],
        scopes: tuple[str, ...],
        values: Mapping[str, Any],
    ) -> Ensured[M]:
        from scalr_async.resources._ensuring import Calls, Ensuring  # noqa: PLC0415  # for this only

        list_, get, create, update = operations
        codec = self._codec(list_)
        calls = Calls(
            names=self._names(list_, keys[0]),
            write=lambda values: codec.write(id=None, values=values),
            read=lambda item, fields: self._whole(get, item, fields),
            create=lambda values: self._create(create, (), values),
            update=lambda item, values: self._update(update, (item,), values),
            seconds_left=self._deadline.left,
        )
        account = {"account": self._context.account} if "account" in list_.filters else {}
        try:
            step = Ensuring(
                codec.model,
                calls,
                keys=keys,
                scopes=scopes,
                values=values,
                query=_given_options(account),
            )
        finally:
            codec.remove_secrets(cast("dict[str, Any]", values))
        return await step.run()

    # The parts of those helpers.

    @property
    def _deadline(self) -> Deadline:
        """The deadline of the call under way; only for methods with `one_deadline`."""
        deadline = self._context.deadline
        assert deadline is not None
        return deadline

    @one_deadline
    async def _reconcile(
        self,
        operation: Operation[M],
        ids: Ids,
        query: Mapping[str, Any],
        body: bytes,
        among: Pager[M],
    ) -> M:
        """Create an object, or find it in a list if the answer is lost."""
        from scalr_async.resources._reconcile import (  # noqa: PLC0415  # for this only
            list_to_search,
            reconciled,
        )

        among = list_to_search(among, self._codec(operation).model, self._context)
        try:
            return await self._resource(operation, ids, query, body)
        except ScalrError as error:
            if error.outcome not in {"unknown", "applied"}:
                raise
            lost = error
        return await reconciled(lost, among)

    def _names(self, operation: Operation[M], field: str = "name") -> Names[M]:
        type_ = self._codec(operation).model.type
        return Names(operation, type_, lambda query: self._list(operation, (), query), field)

    async def _whole(self, operation: Operation[M], item: M, fields: Iterable[str]) -> M:
        """Read a resource with all its fields, and include the named relationships."""
        include = [name for name in fields if name in operation.include]
        own = {name for name, type_ in (operation.fields or {}).items() if type_ == item.type}
        every = schema_of(type(item)).fields
        return await self._get(
            operation, (item,), include=include, fields={name: [*every] for name in own}
        )

    def _pager(
        self,
        operation: Operation[Any],
        ids: Ids,
        options: Mapping[str, Any],
        reader: Codec[Any] | ReadDocument[V],
    ) -> Pager[V]:
        query, paging = _split_options(options, _PAGING)
        path, asked = _path(operation, ids), build_query(operation, query)
        return Pager(Pages(self._context, operation, path, asked, reader), **paging)

    def _codec(self, operation: Operation[M]) -> Codec[M]:
        """Return the codec for an operation's answers, of its own type or the collection's."""
        codec = self._codecs.get(operation.result)
        if codec is None:
            model = self.model if operation.result is None else class_for(operation.result)
            codec = codec_for(cast("type[Any]", model), self._context.converter)
            self._codecs[operation.result] = codec
        return codec

    def _writer(self, operation: Operation[M]) -> Codec[Any]:
        """Return the codec of the request document; its class may differ from the answer's."""
        if operation.body is None:
            return self._codec(operation)
        return codec_for(cast("type[Any]", class_named(operation.body)), self._context.converter)

    @hide_arguments
    def _plain(self, values: Mapping[str, Any] | None) -> bytes | None:
        """Write a request body in plain JSON, and remove all arguments: any may be secret."""
        if values is None:
            return None
        try:
            return write_plain(values, self._context.converter)
        finally:
            cast("dict[str, Any]", values).update(dict.fromkeys(values, REDACTED_BY_SERVER))

    async def _resource(
        self,
        operation: Operation[M],
        ids: Ids,
        query: Mapping[str, Any],
        body: bytes | None = None,
    ) -> M:
        codec = self._codec(operation)
        response = await self._send(operation, ids, query, body)
        found = decode(response, codec.read_one)
        if operation.path.endswith("}") and found.id != ids[-1]:
            asked = identify(ids[-1], None)
            if found.id != asked:
                raise another_object(response, found.id, asked)
        return found

    async def _send(
        self,
        operation: Operation[Any],
        ids: Ids,
        query: Mapping[str, Any],
        body: bytes | None = None,
        *,
        promised: str = "JSON",
    ) -> Response:
        """Return a success; the error of a 404 names ids that look like those of another type."""
        response = await self._context.send(self._request(operation, ids, query, body))
        try:
            return check(response, promised)
        except NotFoundError as error:
            name_doubts(error, operation, ids, body)
            raise

    def _request(
        self,
        operation: Operation[Any],
        ids: Ids,
        query: Mapping[str, Any],
        body: bytes | None = None,
    ) -> Request:
        asked = _given_options(query)
        return Request(
            method=operation.method,
            path=_path(operation, ids),
            params=build_query(operation, asked).pairs if asked else (),
            body=body,
            content_type=operation.content_type,
            accept=operation.accept,
            idempotent=operation.idempotent,
            redirects=operation.redirects,
            operation=operation.path,
        )


def _split_options(
    options: Mapping[str, Any], apart: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the options that are not among `apart`, and those that are."""
    rest = {name: value for name, value in options.items() if name not in apart}
    return rest, {name: value for name, value in options.items() if name in apart}


def _text(response: Response) -> str:
    return response.body.decode("utf-8", "replace")


def _given_options(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options without the defaults of generated signatures."""
    return {name: value for name, value in query.items() if value not in _NOTHING}


def _path(operation: Operation[Any], ids: Ids) -> str:
    """Fill in the path template; refuse invalid ids before anything is sent."""
    return operation.path_format % tuple(map(_segment, ids, operation.ids))


def _segment(value: Any, kind: str | None) -> str:
    if type(value) is str and plain_id(value):
        return value
    return quote(identify(value, kind), safe="")
