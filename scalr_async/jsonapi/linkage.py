"""Resource linkage: the identifiers inside relationships (JSON:API 1.0, Resource Linkage)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scalr_async._text import shown
from scalr_async._values import UNSET
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi.document import identifier
from scalr_async.jsonapi.model import Resource, class_named, identify
from scalr_async.jsonapi.ref import Finder, IncludedRef, Ref
from scalr_async.jsonapi.schema import Relationship

__all__ = ["NO_LISTS", "read_linkage", "write_linkage", "write_many"]

NO_LISTS = (str, bytes, bytearray, memoryview, Mapping)
"""Iterables that are not taken for a list of ids."""


def read_linkage(sent: Any, *, many: bool, included: Finder | None = None) -> Any:
    """Return what one relationship says; what makes no sense is kept as it came.

    A relationship that is null itself leads nowhere, like `data: null`; one without `data` does
    not say where it leads: `UNSET`.
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
    if not isinstance(values, Iterable) or isinstance(values, NO_LISTS):
        raise InvalidArgumentError(f"{shown(values)}: not a list of ids; an empty one removes all")
    linkage = [_write_identifier(type_, value) for value in values]
    return list({(link["type"], link["id"]): link for link in linkage}.values())


def _write_identifier(type_: str | None, value: Any) -> dict[str, str]:
    if type_ is None and isinstance(value, Ref | Resource):
        type_ = value.type
    id_ = identify(value, type_)
    if type_ is None:
        raise InvalidArgumentError(f"{id_!r}: give a Ref, the type of this id is not known")
    return {"type": type_, "id": id_}


def _target_type(relationship: Relationship) -> str | None:
    """Return the JSON:API type at the other end; its class may not be imported yet."""
    target = relationship.target
    if not issubclass(target, Resource):
        target = class_named(target.__name__) or Resource
    return target.type or None
