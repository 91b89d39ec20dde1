"""The corrected document with its references resolved: resources, operations, the catalog."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from scalr_async._catalog import Catalog, Route

Node = dict[str, Any]

JSONAPI: Final = "application/vnd.api+json"
JSON: Final = "application/json"

_STANDARD: Final = frozenset({"include", "sort", "fields", "page[number]", "page[size]"})
_KINDS: Final[dict[tuple[str, bool, str | None], str]] = {
    ("GET", False, JSONAPI): "get", ("GET", False, JSON): "value",
    ("POST", False, JSONAPI): "act", ("POST", False, JSON): "value", ("POST", False, None): "do",
    ("POST", True, JSONAPI): "create", ("PATCH", True, JSONAPI): "update",
    ("DELETE", False, None): "delete",
    **{(method, True, None): "change_refs" for method in ("POST", "PATCH", "DELETE")},
}  # fmt: skip
"""By the method, whether a JSON:API document is sent, and the media type of the answer."""
_STREAMS: Final = {
    "binary-json": "download", "binary-tar-gz": "download", "binary-zip": "download",
    "json-or-csv": "list_values", "json-raw": "json", "redirect": "location",
    "redirect-json": "json", "redirect-text": "text", "text": "text",
}  # fmt: skip
"""By `x-response-kind`, where the answer has no schema."""


class Operation(Route, frozen=True, kw_only=True):
    """A route, and what only Python needs: `kind` is the helper of `Collection` that performs it.

    `sent` and `answered` are the schemas of the bodies, or of their items; `accept` is the media
    type of the answer; `parameters` has the schemas of the whole query, by wire name.
    """

    node: Node
    kind: str = ""
    sent: Node
    answered: Node
    accept: str | None
    parameters: dict[str, Node]


def resources(document: Node) -> dict[str, Node]:
    """Return the schemas of all resources, and of types that only writes have, by name."""
    components = document["components"]
    found = _follow({n: {"$ref": f"schemas/{n}"} for n in components["schemas"]}, components)
    return {name: node for name, node in found.items() if is_resource(node)}


def operations(document: Node) -> list[Operation]:
    """Return every operation of a document, by path and method: reading first."""
    paths = sorted(_follow(document["paths"], document["components"]).items())
    methods = ("get", "post", "put", "patch", "delete")
    return [_operation(path, m, item[m]) for path, item in paths for m in methods if m in item]


def catalog(document: Node) -> bytes:
    """Return the catalog as JSON: the same bytes for the same document."""
    routes = sorted(operations(document), key=lambda route: (route.path, route.method))
    schemas = {}
    for name, node in resources(document).items():
        parts = {part: facts.get("properties", {}) for part, facts in node["properties"].items()}
        schemas[name] = parts | {"type": type_of(node), "links": sorted(parts.get("links", ()))}
    objects = {r.sent["x-schema"]: r.sent for r in routes if r.content_type == JSON}
    facts = msgspec.to_builtins({"routes": routes, "schemas": schemas, "objects": objects})
    return msgspec.json.encode(msgspec.convert(facts, Catalog), order="sorted") + b"\n"


def _follow(node: Any, components: Node) -> Any:
    """Return the node with its references resolved; facets beside a reference take precedence.

    A named schema has its name as `x-schema`; a required property is marked `x-required`; a
    relationship has its target type as `x-to`, and `x-many` if it is to many. Null is removed from
    enums, and a schema that allows anything becomes empty; facets that all options share move up.
    """
    if isinstance(node, list):
        return [_follow(item, components) for item in node if item is not None]
    if not isinstance(node, dict):
        return node
    if isinstance(reference := node.get("$ref"), str):
        *_, kind, name = reference.split("/")
        node = {"x-schema": name, **components[kind][name], **node}
    found = {key: _follow(value, components) for key, value in node.items() if key != "$ref"}
    inside = found.get("properties", {})
    for name in found.get("required", ()) if inside else ():
        inside[name]["x-required"] = True
    if data := inside.get("data"):
        many, null = data.get("type") == "array", data.get("nullable", False)
        found |= {"x-to": type_of(data.get("items", data)), "x-many": many, "nullable": null}
    if len(kinds := {option.get("type") for option in found.get("anyOf", ())}) == 1:
        found = {"type": kinds.pop(), **found}
    free = {key for key in ("items", "additionalProperties") if found.get(key) in ({}, True)}
    return {key: value for key, value in found.items() if key not in free}


def type_of(node: Node) -> str:
    """Return the type of a resource or an identifier; empty for other schemas."""
    return str(node.get("properties", {}).get("type", {}).get("enum", [""])[0])


def is_resource(node: Node) -> bool:
    """Return whether a schema is that of a resource, not of an identifier or a plain object."""
    return bool(type_of(node) and {"attributes", "relationships"} & node["properties"].keys())


def fields(node: Node) -> dict[str, Any]:
    """Return the fields of an object by wire name: a resource's attributes and relationships."""
    parts = node.get("properties", {})
    if is_resource(node):
        groups = (parts.get(part, {}) for part in ("attributes", "relationships"))
        parts = {
            wire: part for group in groups for wire, part in group.get("properties", {}).items()
        }
    return dict(parts)


def keys(name: str) -> list[str]:
    """Return the keys of a filter: `run` and `status` of `filter[run][status]`."""
    return re.findall(r"\[([^]]+)\]", name)


def _operation(path: str, method: str, node: Node) -> Operation:
    query = {p["name"]: p | p["schema"] for p in node.get("parameters", ()) if p["in"] == "query"}
    filters = sorted(name for name in query if name.startswith("filter["))
    enums = {n: query.get(n, {}).get("items", {}).get("enum", ()) for n in ("include", "sort")}
    media, sent = _body(node.get("requestBody", {}))
    bodies = (_body(answer) for _, answer in sorted(node["responses"].items()))
    accept, answered = next((body for body in bodies if body[1]), (None, {}))
    statuses = sorted(int(status) for status in node["responses"] if status.isdigit())
    linked = "/relationships/" in path
    facts: Node = {
        "method": method.upper(),
        "path": path,
        "node": node,
        "sent": sent,
        "content_type": media,
        "answered": answered,
        "accept": accept,
        "many": node.get("x-list", False),
        "schema": answered["x-schema"] if type_of(answered) and not linked else None,
        "body": None if linked else sent.get("x-schema"),
        "linkage": type_of(sent or answered) or None if linked else None,
        "statuses": [status for status in statuses if status < 300],
        "errors": [status for status in statuses if status >= 400],
        "paginated": "page[number]" in query,
        "parameters": query,
        "filters": [query[name] | {"name": ".".join(keys(name))} for name in filters],
        "fields": sorted(query.get("fields", {}).get("properties", ())),
        "query": sorted(query.keys() - filters - _STANDARD),
    }
    route = msgspec.convert(node | enums | facts, Operation)
    kind = _kind(route)
    return msgspec.structs.replace(route, kind=kind, operation=_verb(path, kind))


def _kind(route: Operation) -> str:
    """Return the helper of `Collection` that performs an operation; empty if there is none."""
    key = route.method, route.content_type == JSONAPI, route.accept
    kind = _STREAMS.get(route.response) or _KINDS.get(key, "")
    if kind == "text" and 204 in route.statuses:
        return "log"
    if kind == "get" and route.many:
        return "list_refs" if route.linkage else "list"
    if kind == "value" and (route.many or route.paginated):
        return "list_values" if route.paginated else "values"
    return kind


def _verb(path: str, kind: str) -> Any:
    """Return the verb of a route: what it does with its resource."""
    if "/relationships/" in path or "/actions/" in path:
        return "action" if "/actions/" in path else "relationship"
    if kind in {"get", "delete"} and path[-1] != "}":
        return "singleton" if kind == "get" else "other"
    return kind if kind in {"list", "get", "create", "update", "delete"} else "other"


def _body(message: Node) -> tuple[str | None, Node]:
    """Return the media type, and the schema of the document's data or of its items."""
    media, content = next(iter(message.get("content", {}).items()), (None, Node()))
    document = content.get("schema", {})
    data = document.get("properties", {}).get("data", document)
    return media, data.get("items", data)
