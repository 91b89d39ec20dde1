"""The OpenAPI document that a Scalr host serves, made of the catalog: `scalr-cli` runs on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from scalr_async._catalog import Catalog, Field, Route, Schema

__all__ = ["openapi"]

_ANSWERS = {"default": {"description": "See the reference."}}


def openapi(catalog: Catalog) -> bytes:
    """Return an OpenAPI 3.0 document with every operation: parameters and request bodies."""
    paths: dict[str, dict[str, Any]] = {}
    for route in catalog.routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(catalog, route)
    return msgspec.json.encode(
        {
            "openapi": "3.0.0",
            "info": {"title": "Scalr API, emulated", "version": "v3"},
            "paths": paths,
        }
    )


def _operation(catalog: Catalog, route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "x-resource": route.resource or "",
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": _ANSWERS,
    }
    body = _body(catalog, route)
    if body is not None:
        operation["requestBody"] = {"content": {str(route.content_type): {"schema": body}}}
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", route.path)
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    names = [*(f.parameter for f in route.filters), *route.query]
    if route.paginated:
        names += ["page[number]", "page[size]"]
    parameters = [{"name": name, "in": "query", "schema": text} for name in names]
    for name, choices in (("include", route.include), ("sort", route.sort)):
        if choices:
            schema = {"type": "array", "items": {"type": "string", "enum": list(choices)}}
            parameters.append({"name": name, "in": "query", "schema": schema})
    return parameters


def _body(catalog: Catalog, route: Route) -> dict[str, Any] | None:
    if route.linkage and route.method != "GET":
        return _object({"data": {"type": "array", "items": _identifier(route.linkage)}})
    if route.body in catalog.objects:
        return _field(catalog.objects[route.body])
    if route.body in catalog.schemas:
        return _object({"data": _resource(catalog.schemas[route.body])}, ["data"])
    return None


def _resource(schema: Schema) -> dict[str, Any]:
    required = [name for name, field in schema.attributes.items() if field.required]
    linkage = {
        name: {
            **_object(
                {
                    "data": {"type": "array", "items": _identifier(relationship.target)}
                    if relationship.many
                    else _identifier(relationship.target)
                }
            ),
            "readOnly": relationship.read_only,
        }
        for name, relationship in schema.relationships.items()
    }
    members = {
        "type": {"type": "string", "enum": [schema.type]},
        "attributes": _object({n: _field(f) for n, f in schema.attributes.items()}, required),
        "relationships": _object(
            linkage, [name for name, r in schema.relationships.items() if r.required]
        ),
    }
    return _object(members, ["type"])


def _identifier(type: str) -> dict[str, Any]:
    members = {"id": {"type": "string"}, "type": {"type": "string", "enum": [type]}}
    return _object(members, ["id", "type"])


def _field(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {} if field.kind == "any" else {"type": field.kind}
    if field.enum:
        schema["enum"] = list(field.enum)
    if field.kind == "array":
        schema["items"] = {} if field.items is None else _field(field.items)
    if field.kind == "object":
        required = [name for name, f in field.fields.items() if f.required]
        schema |= _object({n: _field(f) for n, f in field.fields.items()}, required)
    return {**schema, "nullable": field.nullable, "readOnly": field.read_only}


def _object(properties: Mapping[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": dict(properties)}
    return {**schema, "required": required} if required else schema
