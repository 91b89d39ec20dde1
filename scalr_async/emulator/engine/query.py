"""Query parameters: parsing them, and finding the objects that they select."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

import attrs

from scalr_async._catalog import Route, Schema
from scalr_async.emulator.engine.documents import Selection
from scalr_async.emulator.engine.errors import bad_parameter
from scalr_async.emulator.engine.filters import (
    Condition,
    FilterField,
    Shape,
    filter_field,
    parse_condition,
    scalar,
)
from scalr_async.emulator.engine.http import Call
from scalr_async.emulator.engine.parameters import Pairs, filter_name, is_true
from scalr_async.emulator.engine.store import OWNER, Record, Store

__all__ = [
    "MAX_PAGE_SIZE",
    "PAGE_SIZE",
    "Page",
    "Paging",
    "Query",
    "parse_paging",
    "parse_query",
    "parse_selection",
]

T = TypeVar("T")

PAGE_SIZE: Final = 20
"""Items of a page if the request gives no size."""

MAX_PAGE_SIZE: Final = 100
"""The most items of a page; a request for more gets this many."""

_DIGITS: Final = 18
_SEARCHED_ATTRIBUTES: Final = (
    "name",
    "description",
    "email",
    "key",
    "full-name",
    "username",
    "account-name",
    "environment-name",
    "workspace-name",
    "module",
    "namespace-name",
    "owner-email",
    "provider",
    "requested-by-email",
    "source",
)


@attrs.frozen(kw_only=True)
class Page(Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one page."""
        return max(1, -(-self.total // self.size))

    def tail(self, url: str, pairs: Pairs, encode: Any) -> dict[str, Any]:
        """Return the `links` and `meta` members of the document."""
        following = self.number + 1 if self.number < self.last else None
        previous = min(self.number - 1, self.last) or None
        kept = [(k, v) for k, v in pairs if not k.startswith("page[")]

        def link(number: int) -> str:
            query = [*kept, ("page[number]", str(number)), ("page[size]", str(self.size))]
            return f"{url}?{encode(query)}"

        links = {"self": link(self.number), "first": link(1), "last": link(self.last)}
        if previous:
            links["prev"] = link(previous)
        if following:
            links["next"] = link(following)
        pagination = {
            "current-page": self.number,
            "page-size": self.size,
            "prev-page": previous,
            "next-page": following,
            "total-pages": self.last,
            "total-count": self.total,
        }
        return {"links": links, "meta": {"pagination": pagination}}


@attrs.frozen(kw_only=True)
class Paging:
    """The requested page; a size of None requests everything."""

    number: int
    size: int | None

    def of(self, items: Sequence[T]) -> Page[T]:
        """Return the requested page of the items."""
        size = self.size or max(1, len(items))
        start = (self.number - 1) * size
        return Page(
            items=items[start : start + size],
            number=self.number,
            size=size,
            total=len(items),
        )


@attrs.frozen(kw_only=True)
class Query:
    """The query of a list request."""

    selection: Selection
    conditions: Sequence[tuple[FilterField, Condition]]
    sort: Sequence[tuple[str, bool]]
    search: str
    paging: Paging

    def run(
        self, store: Store, shape: Shape, scope: str | Sequence[Record] | None
    ) -> Sequence[Record]:
        """Return every object of a type that meets the conditions, in the requested order.

        `scope` is the id of the object to which they belong, or the objects to search; None
        searches all objects of the type.
        """
        type = shape.schema.type
        conditions = list(self.conditions)
        records: Sequence[Record] = store.all(type) if scope is None else ()
        if scope is not None:
            records = store.sources(type, OWNER, scope) if isinstance(scope, str) else scope
        for source, condition in conditions:
            ids = condition.ids
            if source.index is not None and ids is not None and scope is None:
                records = _indexed(store, type, source.index, ids)
                conditions.remove((source, condition))
                break
        for source, condition in conditions:
            records = [r for r in records if condition.holds(source.values(r))]
        if self.search:
            records = [r for r in records if _mentions(store, shape, r, self.search)]
        for name, descending in reversed(self.sort):
            records = sorted(records, key=_sorter(store, shape, name), reverse=descending)
        return records


def parse_selection(schemas: Mapping[str, Schema], schema: Schema, pairs: Pairs) -> Selection:
    """Read `include` and `fields`; raises `ApiError` (400) for what the type does not have."""
    include: list[tuple[str, ...]] = []
    fields: dict[str, frozenset[str]] = {}
    for parameter, text in pairs:
        if parameter == "include":
            include.extend(_path(schemas, schema, path) for path in text.split(",") if path)
        elif parameter.startswith("fields["):
            type = parameter.removeprefix("fields[").removesuffix("]")
            fields[type] = _members(schemas, parameter, type, text)
    return Selection(include=tuple(include), fields=fields)


def parse_query(
    store: Store,
    schemas: Mapping[str, Schema],
    shapes: Mapping[str, Shape],
    shape: Shape,
    call: Call,
) -> Query:
    """Read the query of a list; raises `ApiError` (400) that names an unsupported filter.

    Every relationship and attribute of the type may be a filter, documented or not: the official
    clients send `filter[account]` to lists that do not document it.
    """
    route, pairs = call.route, call.pairs
    conditions: list[tuple[FilterField, Condition]] = []
    for parameter, text in pairs:
        name = filter_name(parameter)
        if name is not None:
            source = _personal(shape, name, call) or filter_field(store, shapes, shape, name)
            if source is None and name not in {f.name for f in route.filters}:
                raise bad_parameter(parameter, f"Filter '{name}' is not supported.")
            source = source or FilterField(values=_nothing)
            conditions.append((source, parse_condition(parameter, text)))
        elif parameter in route.query and parameter in shape.filters:
            conditions.append((shape.filters[parameter], parse_condition(parameter, text)))
    given = dict(pairs)
    return Query(
        selection=parse_selection(schemas, shape.schema, pairs),
        conditions=conditions,
        sort=_sort(given),
        search=given.get("query", "").casefold(),
        paging=parse_paging(route, pairs),
    )


def parse_paging(route: Route, pairs: Pairs) -> Paging:
    """Read the requested page; raises `ApiError` (400) for values that are not positive integers.

    Lists without pages are returned whole, unless the request asks for a page.
    """
    given = dict(pairs)
    if not route.paginated and not any(name.startswith("page[") for name in given):
        return Paging(number=1, size=None)
    return Paging(
        number=_positive(given, "page[number]", 1),
        size=min(_positive(given, "page[size]", PAGE_SIZE), MAX_PAGE_SIZE),
    )


def _personal(shape: Shape, name: str, call: Call) -> FilterField | None:
    """Return the field of a filter that depends on who asks, None if it is not one."""
    values = shape.personal.get(name)
    return values and FilterField(values=lambda record: values(record, call.actor.holder))


def _nothing(_: Record) -> tuple[()]:
    """Return no values: a documented filter that the emulator does not model compares nothing."""
    return ()


def _positive(given: Mapping[str, str], parameter: str, default: int) -> int:
    text = given.get(parameter, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS and int(text) > 0):
        raise bad_parameter(parameter, f"'{text}' is not a positive integer.")
    return int(text)


def _path(schemas: Mapping[str, Schema], schema: Schema, path: str) -> tuple[str, ...]:
    names = tuple(path.split("."))
    for name in names:
        relationship = schema.relationships.get(name)
        if relationship is None:
            raise bad_parameter("include", f"Relationship '{path}' can not be included.")
        schema = schemas.get(relationship.target, schema)
    return names


def _members(schemas: Mapping[str, Schema], parameter: str, type: str, text: str) -> frozenset[str]:
    schema = schemas.get(type)
    if schema is None:
        raise bad_parameter(parameter, f"Resource type '{type}' is not known.")
    names = frozenset(name for name in text.split(",") if name)
    for name in sorted(names):
        if name not in schema.attributes and name not in schema.relationships and name != "id":
            raise bad_parameter(parameter, f"'{type}' has no field '{name}'.")
    return names


def _sort(given: Mapping[str, str]) -> list[tuple[str, bool]]:
    favorites = is_true(given.get("sort[favorite-first]", ""))
    keys = [("favorite", True)] if favorites else []
    parts = filter(None, given.get("sort", "").split(","))
    return [*keys, *((part.removeprefix("-"), part.startswith("-")) for part in parts)]


def _indexed(store: Store, type: str, index: str, ids: Sequence[str]) -> list[Record]:
    found: dict[str, Record] = {}
    for id in ids:
        record = store.get(type, id) if index == "id" else None
        for r in [record] if record else store.sources(type, index, id):
            found[r.id] = r
    return sorted(found.values(), key=lambda r: r.number)


def _mentions(store: Store, shape: Shape, record: Record, text: str) -> bool:
    objects = [record, *(far for name in shape.searched for far in store.linked(record, name))]
    return any(
        text in value.casefold()
        for each in objects
        for value in (each.id, *(each.attributes.get(name) for name in _SEARCHED_ATTRIBUTES))
        if isinstance(value, str)
    )


def _sorter(store: Store, shape: Shape, name: str) -> Any:
    def key(record: Record) -> tuple[bool, Any]:
        if name in shape.schema.attributes:
            return scalar(shape.value(record, name))
        if name in shape.schema.relationships:
            return scalar(next(_names(store, record, name), None))
        objects = (far for via in shape.searched for far in store.linked(record, via))
        values = (far.attributes.get(name, next(_names(store, far, name), None)) for far in objects)
        return scalar(next(values, None))

    return key


def _names(store: Store, record: Record, relationship: str) -> Iterator[Any]:
    return (far.attributes.get("name", far.id) for far in store.linked(record, relationship))
