"""Checks of the objects that test code creates and changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scalr_async._catalog import Schema
from scalr_async.emulator.engine.arguments import check_choice, check_kind, nearest
from scalr_async.emulator.engine.bodies import fits
from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.engine.store import Ids, Record

__all__ = ["check_members", "check_owner", "check_present", "check_values"]


def check_members(
    service: Service, type: str, attributes: Mapping[str, Any], relationships: Mapping[str, Ids]
) -> None:
    """Raise `ValueError` for names that a type does not have, and for ids of no object."""
    check_choice("type", type, service.types)
    schema = service.types[type]
    check_kind("attributes", attributes, Mapping, "a mapping of names to values")
    check_kind("relationships", relationships, Mapping, "a mapping of names to ids")
    for name in attributes:
        check_choice(f"attributes: {type}", name, schema.attributes)
    targets = _targets(service, schema)
    for name, ids in relationships.items():
        check_choice(f"relationships: {type}", name, targets)
        for id in (ids,) if isinstance(ids, str) else ids or ():
            _check_target(service, name, targets[name], id)


def _targets(service: Service, schema: Schema) -> Mapping[str, str]:
    """Return the target of each relationship, of those too that have only a path of their own."""
    own = {
        route.path.rpartition("/")[2]: str(route.linkage)
        for route in service.catalog.routes
        if route.operation == "relationship" and route.path.startswith(f"/{schema.type}/")
    }
    return own | {name: each.target for name, each in schema.relationships.items()}


def check_values(service: Service, type: str, attributes: Mapping[str, Any]) -> None:
    """Raise `ValueError` for a value that is not of its attribute's kind; it may be a secret."""
    for name, value in attributes.items():
        field = service.types[type].attributes[name]
        if value is not None and not fits(field, value):
            given = value.__class__.__name__
            raise ValueError(
                f"attributes: {name}: {given} is not {field.kind}, as the API describes it"
            )


def _check_target(service: Service, name: str, target: str, id: str) -> None:
    if service.get(target, id) is None:
        known = [record.id for record in service.rows(target) or service.store.all(target)]
        raise ValueError(
            f"relationships: {name}: {id!r} is the id of no {target}; {nearest(id, known)}"
        )


def check_owner(service: Service, owner: str) -> None:
    """Raise `ValueError` unless an id is that of an object."""
    if service.store.find(owner) is None:
        raise ValueError(f"owner: {owner!r} is the id of no object")


def check_present(service: Service, record: Record) -> None:
    """Raise `ValueError` unless an object is in the store."""
    check_kind("record", record, Record, "an object of this emulator")
    if service.store.get(record.type, record.id) is not record:
        raise ValueError(f"record: {record.id!r} is not in this emulator, or was deleted")
