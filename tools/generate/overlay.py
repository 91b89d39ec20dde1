"""Correct the OpenAPI document: every defect and every choice is an entry of `overlay.toml`.

An entry gives the `reason`, and the keys to `set` in the nodes of its `names`: a schema or a field
(`AgentPool.webhook-headers.value`), an operation (`get_tag`), one of its answers (`get_tag.409`),
a parameter in the query of one (`get_tags?sort`) or of all (`?sort`). `[texts.SCHEMA]` and
`[summaries]` are short for entries that describe schemas (`about`), fields and operations.

`[[additions]]` come first: parts that the document lacks. Each adds its `node` at the place that
its `name` gives: a schema (`VcsRevision`), an attribute (`Run.actor`), a parameter in a query
(`list_var_sets?filter[environment]`) or an operation (`GET /vcs-revisions/{vcs_revision}`). It
names its `source`, and how `sure` the source is.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.generate.document import Node

SURENESS: Final = ("official", "client", "second-hand")
"""The certainty of an addition: Scalr's own reference has it, its clients rely on it, or code by
others does."""


class OverlayError(Exception):
    """An entry names a missing part, changes nothing, or gives no reason."""


def entries(overlay: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every entry."""
    for table in ("schemas", "fields", "operations", "parameters"):
        yield from overlay.get(table, ())
    prose = [("summary", name, text) for name, text in overlay.get("summaries", {}).items()]
    for schema, texts in overlay.get("texts", {}).items():
        named = {schema if name == "about" else f"{schema}.{name}": texts[name] for name in texts}
        prose += [("description", name, text) for name, text in named.items()]
    for key, name, text in prose:
        yield {"names": [name], "set": {key: text}, "reason": "The document carries no prose."}


def complete(document: Mapping[str, Any], overlay: Mapping[str, Any]) -> Node:
    """Return the document with the additions; raises `OverlayError` if it has one already."""
    completed = copy.deepcopy(dict(document))
    for addition in overlay.get("additions", ()):
        _add(completed, addition)
    return completed


def apply(document: Mapping[str, Any], overlay: Mapping[str, Any]) -> Node:
    """Return the document with the overlay applied; raises `OverlayError` for an idle entry."""
    mended = complete(document, overlay)
    for entry in entries(overlay):
        for name in entry["names"]:
            nodes = _nodes(mended, name)
            if not nodes or not entry.get("reason"):
                raise OverlayError(f"{name}: {'no reason' if nodes else 'not in the document'}")
            for node, (key, value) in itertools.product(nodes, entry["set"].items()):
                # The `data` of a relationship says whether it may be null.
                place = node.get("properties", {}).get("data", node) if key == "nullable" else node
                if place.get(key) == value:
                    raise OverlayError(f"{name}: {key} is {value!r} without the overlay")
                place[key] = value
    return mended


def _add(document: Node, addition: Mapping[str, Any]) -> None:
    name, node = addition["name"], copy.deepcopy(addition["node"])
    if not addition.get("source") or addition.get("sure") not in SURENESS:
        raise OverlayError(f"{name}: no source, or not how sure it is")
    method, _, path = name.partition(" ")
    operation, _, parameter = name.partition("?")
    schema, _, attribute = name.partition(".")
    place: Node = document["components"]["schemas"]
    if path:
        place, name = document["paths"].setdefault(path, {}), method.lower()
    elif parameter:
        listed = _one(document, operation).setdefault("parameters", [])
        place, name = {known["name"]: known for known in listed}, parameter
        node = {"name": parameter, "in": "query", **node}
        listed.append(node)
    elif attribute:
        place = _one(document, schema)["properties"]["attributes"]["properties"]
        name = attribute
    if name in place:
        raise OverlayError(f"{addition['name']}: there without the overlay")
    place[name] = node


def _one(document: Node, name: str) -> Node:
    nodes = _nodes(document, name)
    if not nodes:
        raise OverlayError(f"{name}: not in the document")
    return nodes[0]


def _nodes(document: Node, name: str) -> list[Node]:
    operation, _, parameter = name.partition("?")
    head, *keys = operation.split(".")
    if head[:1].isupper():
        return _fields(document["components"]["schemas"].get(head), keys)
    operations = [node for item in document["paths"].values() for node in item.values()]
    found = [node for node in operations if head in {"", node["operationId"]}]
    if parameter:
        return [p for node in found for p in node.get("parameters", ()) if p["name"] == parameter]
    if keys:
        return [node["responses"][keys[0]] for node in found if keys[0] in node["responses"]]
    return found


def _fields(node: Node | None, keys: list[str]) -> list[Node]:
    for key in keys:
        inside = (node or {}).get("items", node or {}).get("properties", {})
        groups = (inside.get(part, {}) for part in ("attributes", "relationships"))
        parts = [*(group.get("properties", {}) for group in groups), inside]
        node = next((part[key] for part in parts if key in part), None)
    return [] if node is None else [node]
