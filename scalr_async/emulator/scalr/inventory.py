"""Inventories: the lines that `scalr-async crawl` writes, loaded as the objects of a server."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import msgspec

from scalr_async._catalog import Relationship, Schema
from scalr_async._ndjson import resource_lines
from scalr_async.emulator.engine.bodies import fits
from scalr_async.emulator.engine.descriptions import defaults_of
from scalr_async.emulator.engine.http import Actor
from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.engine.store import Ids, Record
from scalr_async.emulator.scalr.bootstrap import add_builtins

__all__ = ["Loaded", "Resource", "load", "read_inventory"]


class Resource(msgspec.Struct, frozen=True):
    """One line of an inventory; members not declared here are ignored."""

    type: str
    id: str
    attributes: dict[str, Any] | None = None
    relationships: dict[str, Any] | None = None


@attrs.frozen(kw_only=True)
class Loaded:
    """The result of loading an inventory.

    Args:
        counts: The number of objects from the file, by type.
        stand_ins: The ids of objects that are required by others and not in the file, by type: the
            environment of a workspace, the account of an environment. They are created with only
            a name.
        unresolved: The number of links to objects that are not in the file, by relationship
            (`workspaces.latest-run`). The links are kept; a request for their target gets 404.
        left_out: The number of values that were not loaded, by their kind.
    """

    counts: Mapping[str, int]
    stand_ins: Mapping[str, Sequence[str]]
    unresolved: Mapping[str, int]
    left_out: Mapping[str, int]

    def __str__(self) -> str:
        """Return a few lines for people."""
        lines = [f"loaded: {_phrase_counts(self.counts)}"]
        if self.stand_ins:
            made = {type: len(ids) for type, ids in self.stand_ins.items()}
            lines.append(f"not in the file, added with a name only: {_phrase_counts(made)}")
        if self.unresolved:
            lines.append(f"links to what is not in the file: {_phrase_counts(self.unresolved)}")
        if self.left_out:
            lines.append(f"left out: {_phrase_counts(self.left_out)}")
        return "\n".join(lines)


def _phrase_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({number:,})" for name, number in sorted(counts.items()))


def read_inventory(file: str | os.PathLike[str]) -> list[Resource]:
    """Read a file of NDJSON, one resource a line; unknown members are ignored.

    Raises `OSError` when the file cannot be read, `ValueError` naming a line without a resource.
    """
    path = Path(file)
    with path.open("rb") as lines:
        found = [_resource(place, each) for place, each in resource_lines(lines, str(path))]
    if not found:
        raise ValueError(f"{path}: no resource in it")
    return found


def _resource(place: str, found: dict[str, Any]) -> Resource:
    try:
        msgspec.json.encode(found)
    except UnicodeEncodeError:
        raise ValueError(f"{place}: half of a surrogate pair, which no answer can hold") from None
    return msgspec.convert(found, Resource)


def load(service: Service, resources: Sequence[Resource]) -> tuple[Actor, Loaded]:
    """Fill an empty store; returns the owner of the first account, and the result."""
    add_builtins(service)
    return _Loader(service).load(resources)


class _Loader:
    """Adds all resources, then stand-ins for missing objects that they require."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store
        self._left_out: Counter[str] = Counter()
        self._unresolved: Counter[str] = Counter()
        self._stand_ins: dict[str, list[str]] = {}
        self._account = ""

    def load(self, resources: Sequence[Resource]) -> tuple[Actor, Loaded]:
        found = self._distinct(resources)
        self._account = _first_account(found)
        records = [self._add(resource) for resource in found]
        for record, resource in zip(records, found, strict=True):
            self._link_other_ends(record, resource)
        for record in records:
            self._complete(record)
        account = self._present("accounts", self._account)
        user = self._present("users", account.related("owner")[0])
        email = str(user.attributes.get("email"))
        actor = Actor(holder=user.id, user=user.id, account=account.id, email=email)
        for record in records:
            self._service.rules[record.type].loaded(record, actor)
        return actor, Loaded(
            counts=Counter(resource.type for resource in found),
            stand_ins={type: tuple(ids) for type, ids in self._stand_ins.items()},
            unresolved=self._unresolved,
            left_out=self._left_out,
        )

    def _distinct(self, resources: Sequence[Resource]) -> list[Resource]:
        """Return one resource per object of a known type: the last line, at the first's place."""
        found: dict[str, Resource] = {}
        for resource in resources:
            if resource.type not in self._service.types:
                self._left_out[f"of the unknown type '{resource.type}'"] += 1
            elif resource.type != found.get(resource.id, resource).type:
                self._left_out[f"of type '{resource.type}' with the id of another object"] += 1
            else:
                found[resource.id] = resource
        return list(found.values())

    def _add(self, resource: Resource) -> Record:
        schema = self._service.types[resource.type]
        attributes = self._attributes(schema, resource)
        relationships = {
            name: ids
            for name, value in (resource.relationships or {}).items()
            for known, ids in (self._linkage(schema, name, value),)
            if known and (schema.type, name) not in self._store.inverses
        }
        builtin = self._store.get(resource.type, resource.id)
        if builtin is not None:
            self._store.change(builtin, attributes, relationships)
            return builtin
        return self._put(resource.type, resource.id, attributes, relationships)

    def _put(
        self, type: str, id: str, attributes: dict[str, Any], relationships: dict[str, Ids]
    ) -> Record:
        """Add an object; required values that the line lacks are made up."""
        made: dict[str, Any] = {}
        for name, field in self._service.types[type].attributes.items():
            if field.required:
                made |= {name: field.enum[0]} if field.enum else defaults_of({name: field})
            if name in ("created-at", "name"):
                made[name] = id if name == "name" else self._service.now()
        whole = {**made, **attributes}
        record = Record(type=type, id=id, attributes=whole, relationships=relationships)
        self._store.add(record)
        return record

    def _attributes(self, schema: Schema, resource: Resource) -> dict[str, Any]:
        """Return the attributes that are not null and of their kind, also inside of them.

        Unknown ones are kept.
        """
        kept: dict[str, Any] = {}
        for name, value in (resource.attributes or {}).items():
            field = schema.attributes.get(name)
            if value is None:
                continue
            if field is not None and not fits(field, value):
                self._left_out[f"{schema.type}.{name} not of the kind {field.kind}"] += 1
            else:
                kept[name] = value
        return kept

    def _linkage(self, schema: Schema, name: str, value: Any) -> tuple[bool, Ids]:
        """Return whether the line has a relationship's linkage, and its ids."""
        relationship = schema.relationships.get(name)
        if relationship is None:
            self._left_out[f"{schema.type}.{name} not known"] += 1
            return False, None
        data = value.get("data") if isinstance(value, dict) else None
        if data is None:
            return False, None
        members = data if isinstance(data, list) else [data]
        ids = tuple(dict.fromkeys(m["id"] for m in members if _is_identifier(m, relationship)))
        if len(members) != len(ids) or isinstance(data, list) != relationship.many:
            self._left_out[f"{schema.type}.{name} not a link to {relationship.target}"] += 1
        if relationship.many:
            return True, ids
        return bool(ids), ids[0] if ids else None

    def _complete(self, record: Record) -> None:
        """Add stand-ins for the object's required links, and count its unresolved links."""
        for name, relationship in self._service.types[record.type].relationships.items():
            needed = not (relationship.many or relationship.nullable)
            if needed and not record.related(name):
                id = self._default(relationship.target)
                self._store.change(record, {}, {name: id})
            for id in record.related(name):
                if needed:
                    self._present(relationship.target, id)
                elif self._store.get(relationship.target, id) is None:
                    self._unresolved[f"{record.type}.{name}"] += 1

    def _default(self, type: str) -> str:
        """Return the default id of a parent, for objects whose lines name none."""
        if type == "accounts":
            return self._account
        return f"{self._service.prefix(type)}-not-in-the-file"

    def _present(self, type: str, id: str) -> Record:
        """Return an object, adding a stand-in if the file does not contain it."""
        record = self._store.get(type, id)
        if record is None:
            attributes: dict[str, Any] = {}
            if type == "users":
                attributes = {"email": f"{id}@example.com", "username": id}
            record = self._put(type, id, attributes, {})
            self._stand_ins.setdefault(type, []).append(id)
            self._complete(record)
        return record

    def _link_other_ends(self, record: Record, resource: Resource) -> None:
        """Set links that only the inverse relationship states, such as a pool's workspaces.

        Those to what is not in the file stay with the object itself.
        """
        schema = self._service.types[resource.type]
        for name, value in (resource.relationships or {}).items():
            inverse = self._store.inverses.get((resource.type, name))
            if inverse is None or name not in schema.relationships:
                continue
            type, far = inverse
            many = self._service.types[type].relationships[far].many
            missing = []
            for id in self._linkage(schema, name, value)[1] or ():
                target = self._store.get(type, id)
                if target is None:
                    missing.append(id)
                elif many and resource.id not in target.related(far):
                    self._store.change(target, {}, {far: (*target.related(far), resource.id)})
                elif far not in target.relationships:
                    self._store.change(target, {}, {far: resource.id})
            if missing:
                self._store.change(record, {}, {name: tuple(missing)})


def _first_account(resources: Sequence[Resource]) -> str:
    """Return the id of the first account: that of its own line, or of the first link to one."""
    accounts = [resource.id for resource in resources if resource.type == "accounts"]
    linked = (_linked((resource.relationships or {}).get("account")) for resource in resources)
    return next((id for id in (*accounts, *linked) if id), "acc-not-in-the-file")


def _linked(value: Any) -> str | None:
    data = value.get("data") if isinstance(value, dict) else None
    id = data.get("id") if isinstance(data, dict) else None
    return id if isinstance(id, str) else None


def _is_identifier(value: Any, relationship: Relationship) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") == relationship.target
        and isinstance(value.get("id"), str)
    )
