"""Answers as bytes: resources, compound documents and pages; encoded once between changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final, Protocol

import attrs
import msgspec

from scalr_async.emulator.engine.descriptions import Description
from scalr_async.emulator.engine.sparse import Sparse
from scalr_async.emulator.engine.store import Record, Store

__all__ = ["Documents", "Selection"]

_CACHED: Final = 20_000
"""The most encoded resources in the cache, which is emptied when it is full."""

_encode = msgspec.json.encode


class Presenter(Protocol):
    """The presentation of a type, beyond its schema.

    Objects of `volatile` types change with time, so their encoding is not cached.
    """

    volatile: ClassVar[bool]

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Add computed attributes to a resource before it is encoded."""
        ...

    def links(self, record: Record) -> Mapping[str, str | None]:
        """Return further links, beside those that come from the routes."""
        ...


@attrs.frozen(kw_only=True)
class Selection:
    """The `include` and `fields` of a request: relationship paths, and members by type."""

    include: tuple[tuple[str, ...], ...] = ()
    fields: Mapping[str, frozenset[str]] = attrs.field(factory=dict)


class Documents:
    """Encodes the objects of a store; `url` is the API root with which links begin.

    Args:
        store: Holds the objects.
        linked: Returns the objects that a relationship of an object holds, also computed ones.
        types: The descriptions of all types.
        rules: Their presentation beyond these.
        sparse: If given, removes optional members from answers.
    """

    def __init__(
        self,
        store: Store,
        linked: Callable[[Record, str], Iterable[Record]],
        types: Mapping[str, Description],
        rules: Mapping[str, Presenter],
        sparse: Sparse | None = None,
    ) -> None:
        self.url = ""
        self._store = store
        self._linked = linked
        self._types = types
        self._rules = rules
        self._sparse = sparse

    def location(self, record: Record) -> str:
        """Return the URL of an object whose type can be read."""
        return f"{self.url}{self._types[record.type].path}/{record.id}"

    def attributes(self, record: Record) -> dict[str, Any]:
        """Return all attributes of an object as answers have them."""
        attributes = {**self._types[record.type].blank, **record.attributes}
        self._rules[record.type].present(record, attributes)
        return attributes

    def resource(self, record: Record, selection: Selection, primary: str) -> bytes:
        """Return one resource object with the selected members.

        `primary` is the type of the document's primary data.
        """
        asked = selection.fields.get(record.type)
        sparse = self._sparse is not None
        linked = self._inclusion_path(selection, primary, record.type) if sparse else frozenset()
        if asked is not None or linked or self._rules[record.type].volatile:
            return _encode(self._shown(record, asked, linked))
        cached = self._store.encoded
        url, encoded = cached.get(record.id, ("", b""))
        if not encoded or url != self.url:
            if len(cached) >= _CACHED:
                cached.clear()
            encoded = _encode(self._shown(record, None, linked))
            cached[record.id] = self.url, encoded
        return encoded

    def _shown(
        self, record: Record, asked: frozenset[str] | None, linked: frozenset[str]
    ) -> dict[str, Any]:
        shown = self._object(record, asked)
        if self._sparse is None:
            return shown
        schema = self._types[record.type].schema
        return self._sparse.resource(schema, record, shown, asked=asked, linked=linked)

    def one(
        self,
        record: Record,
        selection: Selection,
        extra: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> bytes:
        """Return the document of one object, with `extra` attributes and links."""
        data = self.resource(record, selection, record.type)
        if extra:
            shown = msgspec.json.decode(data)
            for member, values in extra.items():
                shown[member] = {**shown.get(member, {}), **values}
            data = _encode(shown)
        included = self._included([record], selection)
        if self._sparse is not None:
            return self._sparse.document(_members(data, included, {}), record.id)
        return b'{"data":%b%b}' % (data, included)

    def page(
        self, records: Sequence[Record], selection: Selection, tail: Mapping[str, Any]
    ) -> bytes:
        """Return the document of a list; `tail` holds its `links` and `meta`."""
        type = records[0].type if records else ""
        data = b",".join([self.resource(record, selection, type) for record in records])
        included = self._included(records, selection)
        if self._sparse is not None:
            return self._sparse.document(_members(b"[%b]" % data, included, tail), type)
        return b'{"data":[%b]%b,%b' % (data, included, _encode(tail)[1:])

    def _object(self, record: Record, only: frozenset[str] | None) -> dict[str, Any]:
        attributes, described = self.attributes(record), self._types[record.type]
        if only is not None:
            attributes = {name: value for name, value in attributes.items() if name in only}
        relationships: dict[str, Any] = {}
        for name, target, many, stored in described.relationships:
            if only is not None and name not in only:
                continue
            ids = record.related(name) if stored else self._store.linkage(record, name)
            data: Any = [{"id": i, "type": target} for i in ids]
            relationships[name] = {"data": data if many else data[0] if data else None}
        shown: dict[str, Any] = {"id": record.id, "type": record.type, "attributes": attributes}
        if relationships:
            shown["relationships"] = relationships
        own = {name: self.url + path.format(record.id) for name, path in described.links}
        links = {**own, **self._rules[record.type].links(record)}
        if links:
            shown["links"] = links
        return shown

    def _included(self, records: Sequence[Record], selection: Selection) -> bytes:
        if not selection.include:
            return b""
        primary = {record.id for record in records}
        found: dict[str, Record] = {}
        for path in selection.include:
            level: list[Record] = list(records)
            for name in path:
                far = {r.id: r for record in level for r in self._linked(record, name)}
                level = list(far.values())
                found.update((r.id, r) for r in level if r.id not in primary)
        type = records[0].type if records else ""
        members = [self.resource(record, selection, type) for record in found.values()]
        if self._sparse is not None and type and type not in selection.fields:
            members.append(self._sparse.unknown(records[0].id))
        return b',"included":[%b]' % b",".join(members)

    def _inclusion_path(self, selection: Selection, primary: str, type: str) -> frozenset[str]:
        """Return the relationships of a type that lead to included resources."""
        leading = set()
        for path in selection.include:
            here = primary
            for name in path:
                if here == type:
                    leading.add(name)
                here = self._types[here].schema.relationships[name].target
        return frozenset(leading)


def _members(data: bytes, included: bytes, tail: Mapping[str, Any]) -> dict[str, Any]:
    members = {"data": msgspec.Raw(data), **tail}
    if included:
        members["included"] = msgspec.Raw(included.removeprefix(b',"included":'))
    return members
