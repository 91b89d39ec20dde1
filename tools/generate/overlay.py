"""Mend the OpenAPI document: every defect and every choice is an entry of `overlay.toml`.

An entry says why (`reason`) it sets keys (`set`) of what its `names` name: a schema or a field
(`AgentPool.webhook-headers.value`), an operation (`get_tag`), one of its answers (`get_tag.409`),
a parameter in the query of one (`get_tags?sort`) or of all (`?sort`). `[texts.SCHEMA]` and
`[summaries]` are short for entries that describe schemas (`about`), fields and operations.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from tools.generate.document import Node


class OverlayError(Exception):
    """An entry names what is not there, changes nothing, or gives no reason."""


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


def apply(document: Mapping[str, Any], overlay: Mapping[str, Any]) -> Node:
    """Return the document with the overlay in it; raises `OverlayError` for an idle entry."""
    mended = copy.deepcopy(dict(document))
    for entry in entries(overlay):
        for name in entry["names"]:
            nodes = _nodes(mended, name)
            if not nodes or not entry.get("reason"):
                raise OverlayError(f"{name}: {'no reason' if nodes else 'not in the document'}")
            for node, (key, value) in itertools.product(nodes, entry["set"].items()):
                # Whether a relationship may be null, its `data` says.
                place = node.get("properties", {}).get("data", node) if key == "nullable" else node
                if place.get(key) == value:
                    raise OverlayError(f"{name}: {key} is {value!r} without the overlay")
                place[key] = value
    return mended


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
