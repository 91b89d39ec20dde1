"""Resources as plain values: for JSON, for templates, for whatever knows no class of ours."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from enum import Enum
from typing import Any, Final

from scalr_async._values import REDACTED, UNSET, Secret, SecretBytes
from scalr_async.jsonapi.names import known_names
from scalr_async.jsonapi.ref import Ref
from scalr_async.jsonapi.schema import Attribute, is_nested, schema_of

__all__ = ["plain_attributes", "plain_relationships", "plain_values"]


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that were sent."""
    return {name: _plain(value) for name, value in values.items() if value is not UNSET}


def plain_attributes(value: Any) -> dict[str, Any]:
    """Return the attributes of a resource or a nested object that were sent, by Python names."""
    fields = schema_of(type(value)).attributes.values()
    return plain_values({field.name: _shown(field, getattr(value, field.name)) for field in fields})


def _shown(field: Attribute, given: Any) -> Any:
    return REDACTED if field.hidden and given is not None and given is not UNSET else given


def plain_relationships(resource: Any, include: str | Iterable[str]) -> dict[str, Any]:
    """Return the relationships of a resource that were sent, those in `include` as resources.

    Raises `InvalidArgumentError` for a name in `include` that is no relationship of it.
    """
    names = schema_of(type(resource)).relationships
    nested = known_names(include, names, "relationship to include")
    given = {name: getattr(resource, name) for name in names}
    return plain_values(given) | plain_values({name: _related(given[name]) for name in nested})


def _related(given: Any) -> Any:
    """Return a relationship with the resources that were included in place of their refs."""
    if isinstance(given, tuple):
        return [_related(item) for item in given]
    resource = given.resource if isinstance(given, Ref) else None
    return given if resource is None else resource.to_dict()


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; a number without one is None, an unknown kind its text."""
    for kinds, make in _KINDS:
        if isinstance(value, kinds):
            return make(value)
    return plain_attributes(value) if is_nested(type(value)) else str(value)


_KINDS: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    ((types.NoneType, bool), lambda value: value),
    ((Secret, SecretBytes), lambda _: REDACTED),
    (Enum, lambda value: _plain(value.value)),
    (str, str.__str__),
    (int, int),
    (float, lambda value: float(value) if math.isfinite(value) else None),
    ((date, time), lambda value: value.isoformat()),
    (Ref, lambda ref: {"type": _plain(ref.type), "id": _plain(ref.id)}),
    (Mapping, lambda value: {str(key): _plain(item) for key, item in value.items()}),
    ((list, tuple, set, frozenset), lambda value: [_plain(item) for item in value]),
)
"""The plain value made of each kind; the first kind that fits counts."""
