"""Turn the OpenAPI document into `scalr_async/_catalog.json`, the facts the emulator runs on.

    python -m tools.generate.catalog            writes it
    python -m tools.generate.catalog --check    exits with 1 when what is written is not current

`build` takes the document with the overlay applied.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from scalr_async._catalog import (
    Catalog,
    Field,
    Filter,
    Kind,
    Operation,
    Relationship,
    Route,
    Schema,
)
from tools.generate.overlay import apply

__all__ = ["build", "main"]

_PROJECT = Path(__file__).resolve().parents[2]
DOCUMENT = _PROJECT / "openapi" / "scalr.json"
OVERLAY = _PROJECT / "openapi" / "overlay.toml"
TARGET = _PROJECT / "scalr_async" / "_catalog.json"
_JSONAPI = "application/vnd.api+json"
_STANDARD = ("include", "sort", "fields", "page[number]", "page[size]")


def build(document: Mapping[str, Any]) -> bytes:
    """Return the catalog of an OpenAPI document as JSON: the same bytes for the same document."""
    components = document["components"]["schemas"]
    catalog = Catalog(
        routes=tuple(
            _route(components, path, method.upper(), operation)
            for path, item in sorted(document["paths"].items())
            for method, operation in sorted(item.items())
        ),
        schemas={
            name: _schema(components, schema)
            for name, schema in sorted(components.items())
            if (_type_of(schema) and "attributes" in schema["properties"])
            or (_type_of(schema) and "relationships" in schema["properties"])
        },
        objects={
            name: _field(components, components[name]) for name in sorted(_plain_bodies(document))
        },
    )
    lines = json.loads(msgspec.json.encode(catalog))
    return (json.dumps(lines, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _type_of(schema: Mapping[str, Any]) -> str | None:
    values = schema.get("properties", {}).get("type", {}).get("enum", ())
    return str(values[0]) if values else None


def _schema(components: Mapping[str, Any], schema: Mapping[str, Any]) -> Schema:
    properties = schema["properties"]
    attributes = properties.get("attributes", {})
    relationships = properties.get("relationships", {})
    return Schema(
        type=str(_type_of(schema)),
        attributes=_fields(components, attributes),
        relationships={
            name: _relationship(value, required=name in relationships.get("required", ()))
            for name, value in sorted(relationships.get("properties", {}).items())
        },
        links=tuple(sorted(properties.get("links", {}).get("properties", {}))),
    )


def _relationship(value: Mapping[str, Any], *, required: bool) -> Relationship:
    data = value["properties"]["data"]
    many = data.get("type") == "array"
    identifier = data["items"] if many else data
    return Relationship(
        target=str(_type_of(identifier)),
        many=many,
        nullable=data.get("nullable", False),
        required=required,
        read_only=value.get("readOnly", False),
        deprecated=value.get("deprecated", False),
    )


def _fields(components: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Field]:
    required = value.get("required", ())
    return {
        name: _field(components, field, required=name in required)
        for name, field in sorted(value.get("properties", {}).items())
    }


def _field(
    components: Mapping[str, Any], value: Mapping[str, Any], *, required: bool = False
) -> Field:
    nullable = value.get("nullable", False)
    if "$ref" in value:
        value = components[value["$ref"].rpartition("/")[2]]
    free = value.get("additionalProperties")
    return Field(
        kind=cast("Kind", value.get("type", "any")),
        format=value.get("format"),
        enum=tuple(v for v in value.get("enum", ()) if v is not None),
        nullable=nullable or value.get("nullable", False),
        required=required,
        read_only=value.get("readOnly", False),
        deprecated=value.get("deprecated", False),
        items=_field(components, value["items"]) if value.get("items") else None,
        fields=_fields(components, value),
        values=_field(components, free) if isinstance(free, Mapping) and free else None,
    )


def _route(
    components: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Route:
    parameters = {p["name"]: p for p in operation.get("parameters", ()) if p["in"] == "query"}
    content_type, body = _reference(operation.get("requestBody", {}))
    answers = {s: r for s, r in operation["responses"].items() if s[1:] != "XX"}
    statuses = tuple(sorted(int(s) for s in answers))
    schema = _primary(components, next((_reference(answers[s])[1] for s in sorted(answers)), None))
    linkage = _linkage(components, body or schema) if "/relationships/" in path else None
    many = bool(operation.get("x-list"))
    resource = operation.get("x-resource")
    response = operation.get("x-response-kind", "jsonapi")
    return Route(
        method=method,
        path=path,
        name=operation["operationId"],
        operation=_operation(path, method, many=many, response=response, body=content_type),
        resource=resource,
        schema=schema if schema and _type_of(components[schema]) and not linkage else None,
        body=(_primary(components, body) or body) if not linkage else None,
        linkage=linkage,
        content_type=content_type,
        response=response,
        statuses=tuple(s for s in statuses if s < 300),
        errors=tuple(s for s in statuses if s >= 400),
        many=many,
        paginated=bool(operation.get("x-paginated")),
        filters=tuple(_filter(p) for n, p in sorted(parameters.items()) if n.startswith("filter[")),
        include=_choices(parameters, "include"),
        sort=_choices(parameters, "sort"),
        fields=tuple(sorted(parameters.get("fields", {}).get("schema", {}).get("properties", ()))),
        query=tuple(
            sorted(n for n in parameters if n not in _STANDARD and not n.startswith("filter["))
        ),
    )


def _operation(path: str, method: str, *, many: bool, response: str, body: str | None) -> Operation:
    for part, operation in (("/relationships/", "relationship"), ("/actions/", "action")):
        if part in path:
            return cast("Operation", operation)
    on_one = path.endswith("}")
    verbs: dict[str, Operation] = {"PATCH": "update"}
    if response == "jsonapi":
        verbs["GET"] = "list" if many else "get" if on_one else "singleton"
        verbs["POST"] = "create"
    if on_one:
        verbs["DELETE"] = "delete"
    plain = response not in ("jsonapi", "empty") or body not in (None, _JSONAPI)
    return "other" if plain else verbs.get(method, "other")


def _filter(parameter: Mapping[str, Any]) -> Filter:
    schema = parameter["schema"]
    keys = parameter["name"].removeprefix("filter[").removesuffix("]").split("][")
    return Filter(
        name=".".join(keys),
        kind=cast("Kind", schema.get("type", "string")),
        enum=tuple(schema.get("enum", ())),
    )


def _choices(parameters: Mapping[str, Any], name: str) -> tuple[str, ...]:
    schema = parameters.get(name, {}).get("schema", {})
    return tuple(schema.get("items", {}).get("enum", ()))


def _reference(message: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the media type of a request or answer, and the name of its schema."""
    for content_type, content in message.get("content", {}).items():
        reference = content.get("schema", {}).get("$ref", "")
        return content_type, reference.rpartition("/")[2] or None
    return None, None


def _primary(components: Mapping[str, Any], name: str | None) -> str | None:
    """Return the schema of a document's `data`, be it one or many; None when it has none."""
    data = components.get(name or "", {}).get("properties", {}).get("data", {})
    reference = data.get("items", data).get("$ref", "")
    return reference.rpartition("/")[2] or None


def _linkage(components: Mapping[str, Any], name: str | None) -> str | None:
    primary = _primary(components, name) or name
    return _type_of(components[primary]) if primary else None


def _plain_bodies(document: Mapping[str, Any]) -> Iterator[str]:
    for item in document["paths"].values():
        for operation in item.values():
            content_type, name = _reference(operation.get("requestBody", {}))
            if name and content_type != _JSONAPI:
                yield name


def main(arguments: list[str]) -> int:
    """Write the catalog of the mended document; `--check` only says whether it is current."""
    overlay = tomllib.loads(OVERLAY.read_text(encoding="utf-8"))
    built = build(apply(json.loads(DOCUMENT.read_bytes()), overlay))
    if arguments == ["--check"]:
        return int(not TARGET.exists() or TARGET.read_bytes() != built)
    TARGET.write_bytes(built)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
