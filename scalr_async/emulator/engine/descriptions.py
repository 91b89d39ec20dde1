"""Descriptions of types: what follows from catalog and rulebook, the same on every server."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import attrs

from scalr_async._catalog import Catalog, Field, Schema

__all__ = ["Description", "defaults_of", "describe_types"]


@attrs.frozen(kw_only=True, eq=False)
class Description:
    """One type: its schema, and how its objects are found and encoded.

    Args:
        name: The name of the schema.
        schema: The description of the type in the catalog.
        own: The names of the filter by id: that of the id in paths, and the type in the singular
            (`webhook`, `webhook-integration`).
        path: The path of the collection, None if no object can be read by its id.
        blank: The values of unset attributes.
        relationships: Name, target, whether to many, and whether it is stored with the object.
        links: Name and path, with braces in place of the id.
        targets: Relationships by their target, as filters may name them: `agent-pool` is the `pool`
            of an agent.
    """

    name: str
    schema: Schema
    own: frozenset[str]
    path: str | None
    blank: Mapping[str, Any]
    relationships: tuple[tuple[str, str, bool, bool], ...]
    links: tuple[tuple[str, str], ...]
    targets: Mapping[str, str]


def describe_types(
    catalog: Catalog,
    further: Mapping[str, Schema],
    unstored: Collection[tuple[str, str]],
    defaults: Mapping[str, Mapping[str, Any]],
) -> dict[str, Description]:
    """Describe each type of a catalog, and the `further` ones.

    `unstored` are the relationships that are not stored with the objects, by type and name;
    `defaults` are the values of unset attributes by type, where they do not follow from the schema.
    """
    paths = {
        catalog.schemas[route.schema].type: route.path
        for route in catalog.routes
        if route.operation == "get" and route.schema
    }
    routed = {route.path for route in catalog.routes}
    return {
        type: Description(
            name=name,
            schema=schema,
            own=_own_names(type, paths),
            path=paths.get(type, "").rpartition("/")[0] or None,
            blank={**defaults_of(schema.attributes), **defaults.get(type, {})},
            relationships=tuple(
                (name, r.target, r.many, (type, name) not in unstored)
                for name, r in schema.relationships.items()
            ),
            links=tuple(_links(schema, paths.get(type, ""), routed)),
            targets={
                filter: name
                for name, r in schema.relationships.items()
                if not r.many
                for filter in _own_names(r.target, paths)
            },
        )
        for type, (name, schema) in _schemas(catalog, further).items()
    }


def _own_names(type: str, paths: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the filter of a type by id."""
    last = paths.get(type, "").rpartition("/")[2]
    named = last.strip("{}").replace("_", "-") if last.startswith("{") else ""
    return frozenset({type.removesuffix("s"), named} - {""})


def _schemas(catalog: Catalog, further: Mapping[str, Schema]) -> dict[str, tuple[str, Schema]]:
    """Return name and schema by type; of several schemas the one that can be read counts."""
    served = {route.schema for route in catalog.routes if route.operation == "get"}
    found: dict[str, tuple[str, Schema]] = {}
    for name, schema in catalog.schemas.items():
        if name in served or schema.type not in found:
            found[schema.type] = name, schema
    return found | {schema.type: (name, schema) for name, schema in further.items()}


def _links(schema: Schema, path: str, routed: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Return the link to the object itself, and to downloads below its own path."""
    collection = path.rpartition("/")[0]
    if collection and "self" in schema.links:
        yield "self", f"{collection}/{{}}"
    for name in schema.links:
        if f"{path}/{name}" in routed:
            yield name, f"{collection}/{{}}/{name}"


def defaults_of(fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return the values of unset attributes, for those that have a neutral value."""
    values = {name: _empty_value(field) for name, field in fields.items()}
    return {name: v for name, v in values.items() if v is not None or fields[name].nullable}


def _empty_value(field: Field) -> Any:
    if field.nullable:
        return None
    if field.kind == "string" and not field.enum and field.format is None:
        return ""
    neutral: dict[str, Any] = {"array": [], "boolean": False}
    return {} if field.kind == "object" and not field.fields else neutral.get(field.kind)
