"""Relationships: their linkage, the included resources, and decoding on first use."""

from __future__ import annotations

import functools
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from weakref import WeakValueDictionary, ref

import msgspec

from scalr_async._text import shown
from scalr_async._values import UNSET
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi._compile import relationships_filler, relationships_struct
from scalr_async.jsonapi._document import RawResource, identifier, parse_included
from scalr_async.jsonapi._ids import identify
from scalr_async.jsonapi._json import encode_ids
from scalr_async.jsonapi._ref import Finder, IncludedRef, Ref
from scalr_async.jsonapi._resource import (
    RelationshipLoader,
    Resource,
    class_named,
    fill_lock,
    found_classes,
)
from scalr_async.jsonapi._schema import Relationship

__all__ = [
    "NOT_A_LIST",
    "FillGroup",
    "IdentityMap",
    "Included",
    "LazyRelationships",
    "RelationshipGroup",
    "read_linkage",
    "relationship_group",
    "write_linkage",
    "write_many",
    "write_refs",
]

NOT_A_LIST = (str, bytes, bytearray, memoryview, Mapping)
"""Iterable types that are not accepted as a list of ids."""


def read_linkage(sent: Any, *, many: bool, included: Finder | None = None) -> Any:
    """Return the value of one relationship; a malformed relationship is kept as sent.

    A relationship that is itself null is empty, like one with `data: null`; a relationship without
    `data` is `UNSET`.
    """
    if isinstance(sent, dict):
        sent = sent.get("data", UNSET)
    if sent is None:
        return () if many else None
    if many and isinstance(sent, list):
        return tuple(_read_identifier(item, included) for item in sent)
    return _read_identifier(sent, included)


def _read_identifier(sent: Any, included: Finder | None) -> Any:
    if not isinstance(sent, dict):
        return sent
    type_, id_ = sent.get("type"), identifier(sent.get("id"))
    if not isinstance(type_, str) or not isinstance(id_, str):
        return sent
    return Ref(type_, id_) if included is None else IncludedRef(type_, id_, included)


def write_linkage(relationship: Relationship, value: Any) -> Any:
    """Return the linkage of a relationship for an id, a ref, a resource, or several of them."""
    type_ = _target_type(relationship)
    if relationship.many:
        return write_many(type_, value)
    return None if value is None else _write_identifier(type_, value)


def write_many(type_: str | None, values: Any) -> list[dict[str, str]]:
    """Return the linkage of several ids, refs or resources of a type, each of them once."""
    if not isinstance(values, Iterable) or isinstance(values, NOT_A_LIST):
        raise InvalidArgumentError(f"{shown(values)}: not a list of ids; an empty list removes all")
    linkage = [_write_identifier(type_, value) for value in values]
    return list({(link["type"], link["id"]): link for link in linkage}.values())


def _write_identifier(type_: str | None, value: Any) -> dict[str, str]:
    if type_ is None and isinstance(value, Ref | Resource):
        type_ = value.type
    id_ = identify(value, type_)
    if type_ is None:
        raise InvalidArgumentError(f"{id_!r}: give a Ref, because the type of this id is unknown")
    return {"type": type_, "id": id_}


def _target_type(relationship: Relationship) -> str | None:
    """Return the JSON:API type of a relationship's target, whose class may not be imported yet."""
    target = relationship.target
    if not issubclass(target, Resource):
        name = target.__name__  # looked up for each write, so in the cache first
        target = found_classes.get(name) or class_named(name) or Resource
    return target.type or None


_RECENT: Final = 4
"""The number of pages whose newly decoded resources are kept alive."""


class IdentityMap:
    """The included resources of one walk, by type and id; only the walk refers to this map.

    Resources are held weakly: as long as anybody has a resource, a `Ref` to it on the next page
    finds the same object. During the walk the resources of the last few pages are kept alive, so
    that they need not be decoded again on every page.
    """

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self.names = names
        """The Python names of the relationships that the call asked to include."""
        self.known: WeakValueDictionary[tuple[str, str], Resource] = WeakValueDictionary()
        self.recent: deque[deque[Resource]] = deque(maxlen=_RECENT)
        self.lock = threading.RLock()
        """The lock for decoding a resource, so that each is decoded only once."""
        self._last: tuple[LazyRelationships, int] | None = None
        self._all_used = False
        self._may_change = True

    def begin_page(self) -> bool:
        """Return True if all relationships of the next page are to be decoded with it.

        They are after a page on most resources of which a relationship was used that was not
        decoded with it: this takes a third less time than decoding each on its first use.
        """
        if self._last is not None and self._may_change:
            loader, resources = self._last
            self._all_used = 2 * loader.loads > resources
        return self._all_used

    def decode_on_use(self) -> None:
        """Decode relationships on their first use for the rest of the walk."""
        self._all_used = self._may_change = False

    def end_page(self, loader: LazyRelationships | None, resources: int) -> None:
        """Note the loader of a page, which counts the use of relationships, and its resources."""
        self._last = None if loader is None else (loader, resources)


class Included(Finder):
    """The `included` member of one document, parsed into resource objects on first use."""

    __slots__ = (
        "_build",
        "_built",
        "_found",
        "_known",
        "_lock",
        "_raw",
        "_raws",
        "_recent",
    )

    def __init__(
        self, identities: IdentityMap, build: Callable[[RawResource, Included], Resource]
    ) -> None:
        self._raw: msgspec.Raw | None = None
        self._known = identities.known
        self._lock = identities.lock
        # Weak: otherwise a resource that somebody keeps would keep all of these alive.
        self._recent = ref(identities.recent)
        self._built: ref[deque[Resource]] | None = None
        self._build = build
        self._raws: dict[tuple[str, str], RawResource] = {}
        # A cache: finds a resource again in a third of the time that the identity map takes.
        self._found: dict[tuple[str, str], ref[Resource]] = {}

    def receive(self, raw: msgspec.Raw) -> None:
        """Take a copy of the document's `included`, of which nothing is parsed yet."""
        self._raw = raw.copy()

    def find(self, type_: str, id_: str) -> Resource | None:
        """Return the resource, the same object as long as somebody holds it; None if missing."""
        key = (type_, id_)
        known = self._found.get(key)
        found = None if known is None else known()
        return self._find(key) if found is None else found

    def _find(self, key: tuple[str, str]) -> Resource | None:
        with self._lock:
            if self._raw is not None:
                self._raws = {(raw.type, raw.id): raw for raw in parse_included(self._raw)}
                self._raw = None
            raw = self._raws.get(key)
            if raw is None:
                return None
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = self._build(raw, self)
                self._hold(found)
            self._found[key] = ref(found)
            return found

    def _hold(self, found: Resource) -> None:
        """Keep a resource alive for the walk, together with the others of this document."""
        recent = self._recent()
        if recent is None:
            return
        built = None if self._built is None else self._built()
        if built is None:
            built = deque()
            self._built = ref(built)
            recent.append(built)
        built.append(found)


class RelationshipGroup:
    """Relationships of one class that are decoded together."""

    def __init__(self, cls: type, names: tuple[str, ...]) -> None:
        self.names = names
        self.struct = relationships_struct(cls, self.names)
        self.nothing = self.struct()
        """The values of relationships that were not sent."""
        self._decode = msgspec.json.Decoder(self.struct | None).decode
        self._fill = relationships_filler(cls, self.names, linked=False)
        self._fill_linked = relationships_filler(cls, self.names, linked=True)

    def fill(
        self, resource: Any, included: Included | None, loader: RelationshipLoader | None
    ) -> None:
        """Set these relationships on a resource; `loader` loads the others.

        Raises the errors of msgspec if a relationship does not fit the schema.
        """
        sent = self._decode(resource._raw.relationships)  # noqa: SLF001  # the codec's own slot
        fill = self._fill if included is None else self._fill_linked
        with fill_lock:
            fill(resource, self.nothing if sent is None else sent, included, loader)


def relationship_group(cls: type, names: tuple[str, ...]) -> RelationshipGroup:
    """Return the group of these relationships of a class, compiled once."""
    return _compiled_group(cls, names)


_compiled_group = functools.cache(RelationshipGroup)


FillGroup = Callable[[Any, RelationshipGroup, Included | None, RelationshipLoader | None], None]


class LazyRelationships(RelationshipLoader):
    """A loader of those relationships of a page's resources that were not decoded with it."""

    __slots__ = ("_fill_group", "_group", "included", "loads")

    def __init__(
        self, fill_group: FillGroup, group: RelationshipGroup, included: Included | None
    ) -> None:
        self._fill_group = fill_group
        self._group = group
        self.included = included
        self.loads = 0
        """The number of resources whose relationships were loaded."""

    def load(self, resource: Any, name: str) -> None:  # noqa: ARG002  # all are loaded at once
        """Fill all relationships of the group."""
        self.loads += 1
        self._fill_group(resource, self._group, self.included, None)


def write_refs(type_: str, refs: Iterable[Any]) -> bytes:
    """Write the request document of a relationship endpoint from ids, refs or resources."""
    return encode_ids({"data": write_many(type_, refs)})
