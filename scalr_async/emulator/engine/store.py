"""All objects of an emulated server, indexed by id, by unique key and by relationship."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

import attrs

__all__ = ["OWNER", "Derived", "Ids", "Inverses", "LinkedObject", "Record", "Store"]

Ids = str | tuple[str, ...] | None
"""The content of a relationship: an id, several, or nothing."""

OWNER: Final = "owner"
"""The hidden relationship from an object below another's path (a pool's token) to that other."""

Inverses = Mapping[tuple[str, str], tuple[str, str]]
"""Relationships that are the inverse of a stored one, by type and name.

They are derived when read; a write to them changes the stored one.
"""


@attrs.frozen(kw_only=True, eq=False)
class Derived:
    """A read-only relationship that follows from other objects.

    Args:
        ids: Returns the ids that the relationship of an object holds.
        sources: The types of the other objects; a change of one changes the answers.
    """

    ids: Callable[[Store, Record], Iterable[str]]
    sources: frozenset[str]


@attrs.define(eq=False, kw_only=True)
class Record:
    """One object; change it through its store.

    Attributes:
        type: its JSON:API type.
        id: its id.
        attributes: its attributes by wire name, without unset ones.
        relationships: its linkage by wire name.
        number: its place in creation order.
    """

    type: str
    id: str
    attributes: dict[str, Any] = attrs.field(factory=dict)
    relationships: dict[str, Ids] = attrs.field(factory=dict)
    number: int = 0

    def related(self, name: str) -> tuple[str, ...]:
        """Return the ids of a relationship, be it to one or to many."""
        ids = self.relationships.get(name)
        return (ids,) if isinstance(ids, str) else ids or ()


class LinkedObject(Protocol):
    """An object with relationships: a record, or one that a write would make."""

    type: str
    id: str

    def related(self, name: str) -> tuple[str, ...]:
        """Return the ids of a relationship, be it to one or to many."""
        ...


class Store:
    """The objects of one server.

    Args:
        key: returns the value of a record that must be unique among its type, None for none.
        inverses: relationships that are the inverse of a stored one.
        derived: relationships that follow from other objects, by type and name.

    Attributes:
        revision: a number that grows with every change.
        encoded: resources by id, encoded with the root of their links, until they or objects that
            point at them change.
    """

    def __init__(
        self,
        key: Callable[[Record], Hashable | None],
        inverses: Inverses,
        derived: Mapping[tuple[str, str], Derived],
    ) -> None:
        self.inverses = inverses
        self.derived = derived
        self._decisive = frozenset(t for each in derived.values() for t in each.sources)
        self.revision = 0
        self.encoded: dict[str, tuple[str, bytes]] = {}
        self._key = key
        self._types: dict[str, dict[str, Record]] = {}
        self._lists: dict[str, list[Record]] = {}
        self._ids: dict[str, Record] = {}
        self._keys: dict[tuple[str, Hashable], Record] = {}
        self._sources: dict[tuple[str, str], dict[str, dict[str, Record]]] = {}
        self._numbers = 0

    def get(self, type: str, id: str) -> Record | None:
        """Return one object, None if there is none."""
        return self._types.get(type, {}).get(id)

    def find(self, id: str) -> Record | None:
        """Return the object with an id, of whatever type."""
        return self._ids.get(id)

    def all(self, type: str) -> list[Record]:
        """Return every object of a type in creation order."""
        found = self._lists.get(type)
        if found is None:
            found = self._lists[type] = list(self._types.get(type, {}).values())
        return found

    def count(self, type: str) -> int:
        """Return how many objects of a type there are."""
        return len(self._types.get(type, ()))

    def sources(self, type: str, relationship: str, target: str) -> list[Record]:
        """Return the objects of a type whose relationship holds `target`, in creation order."""
        found = self._sources.get((type, relationship), {}).get(target, {})
        return sorted(found.values(), key=_number)

    def related(self, source: LinkedObject, relationship: str) -> list[Record]:
        """Return the objects that a relationship holds, in its order."""
        found = (self._ids.get(id) for id in source.related(relationship))
        return [record for record in found if record is not None]

    def linkage(self, record: Record, name: str) -> Sequence[str]:
        """Return the ids of a relationship, stored or not, in its order."""
        inverse = self.inverses.get((record.type, name))
        derived = self.derived.get((record.type, name))
        found: Iterable[str]
        if inverse is not None:
            found = [source.id for source in self.sources(*inverse, record.id)]
        elif derived is not None:
            found = dict.fromkeys(derived.ids(self, record))
        else:
            return record.related(name)
        loaded = [id for id in record.related(name) if id not in self._ids]  # not in the file
        return [*found, *loaded]

    def linked(self, record: Record, name: str) -> list[Record]:
        """Return the objects that a relationship holds, stored or not, in its order."""
        found = (self._ids.get(id) for id in self.linkage(record, name))
        return [record for record in found if record is not None]

    def stores(self, type: str, name: str) -> bool:
        """Say whether a relationship is stored with the objects of its type."""
        return (type, name) not in self.inverses and (type, name) not in self.derived

    def points_at(self, type: str, relationship: str, target: str) -> bool:
        """Say whether any object of a type has `target` in its relationship."""
        return bool(self._sources.get((type, relationship), {}).get(target))

    def referrers(self, target: str) -> list[tuple[str, Record]]:
        """Return every object that points at `target`, with the name of the relationship."""
        return [
            (name, record)
            for (_, name), targets in self._sources.items()
            if target in targets
            for record in list(targets[target].values())
        ]

    def find_by_key(self, type: str, key: Hashable) -> Record | None:
        """Return the object that holds a unique key."""
        return self._keys.get((type, key))

    def key(self, record: Record) -> Hashable | None:
        """Return the unique key of a record, None if it has none."""
        return self._key(record)

    def add(self, record: Record) -> None:
        """Add a new object."""
        self._numbers += 1
        record.number = self._numbers
        self._types.setdefault(record.type, {})[record.id] = record
        self._lists.pop(record.type, None)
        self._ids[record.id] = record
        for name, ids in record.relationships.items():
            self._point(record, name, ids)
        self._claim(record)
        self._touch(record)

    def change(
        self, record: Record, attributes: Mapping[str, Any], relationships: Mapping[str, Ids]
    ) -> None:
        """Set attributes and relationships of an object."""
        self._release(record)
        record.attributes.update(attributes)
        for name, ids in relationships.items():
            self._unpoint(record, name)
            record.relationships[name] = ids
            self._point(record, name, ids)
        self._claim(record)
        self._touch(record)

    def remove(self, record: Record) -> None:
        """Remove an object, and all links to it."""
        for name, source in self.referrers(record.id):
            held = source.relationships[name]
            kept = tuple(i for i in held if i != record.id) if isinstance(held, tuple) else None
            self.change(source, {}, {name: kept})
        for name in record.relationships:
            self._unpoint(record, name)
        self._release(record)
        del self._types[record.type][record.id]
        del self._ids[record.id]
        self._lists.pop(record.type, None)
        self._touch(record)

    def _touch(self, record: Record) -> None:
        self.revision += 1
        self.encoded.pop(record.id, None)
        for ids in record.relationships.values():
            for target in _ids(ids):
                self.encoded.pop(target, None)
        if record.type in self._decisive:
            self.encoded.clear()

    def _point(self, record: Record, name: str, ids: Ids) -> None:
        targets = self._sources.setdefault((record.type, name), {})
        for target in _ids(ids):
            targets.setdefault(target, {})[record.id] = record
            self.encoded.pop(target, None)

    def _unpoint(self, record: Record, name: str) -> None:
        targets = self._sources.get((record.type, name), {})
        for target in record.related(name):
            sources = targets[target]
            del sources[record.id]
            if not sources:
                del targets[target]
            self.encoded.pop(target, None)

    def _claim(self, record: Record) -> None:
        key = self._key(record)
        if key is not None:
            self._keys[record.type, key] = record

    def _release(self, record: Record) -> None:
        key = self._key(record)
        if key is not None and self._keys.get((record.type, key)) is record:
            del self._keys[record.type, key]


def _number(record: Record) -> int:
    return record.number


def _ids(ids: Ids) -> Iterable[str]:
    return (ids,) if isinstance(ids, str) else ids or ()
