"""Mend the OpenAPI document: every defect and every choice is an entry of `overlay.toml`.

An entry sets keys (`set`) in the nodes that `names` names, and says why (`reason`). One that
changes nothing is an error, so that no entry outlives its defect. The tables:

- `[[schemas]]`: by name
- `[[fields]]`: `AgentPool.account`, `AgentPool.webhook-headers.value`
- `[[operations]]`: by operationId
- `[[parameters]]`: query parameters, of the entry's `operations` or of all that have them

Three more tables hold texts: `[texts.SCHEMA]` says what a resource is (`about`) and what its
fields mean, `[summaries]` what operations do, `[conflicts]` what their 409 means.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["OverlayError", "apply", "entries"]

Node = dict[str, Any]
Entry = Mapping[str, Any]


class OverlayError(Exception):
    """An entry names what is not there, changes nothing, or gives no reason."""


def entries(overlay: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    """Yield every entry that mends, with its table."""
    for table in ("schemas", "fields", "operations", "parameters"):
        for entry in overlay.get(table, ()):
            if not entry.get("reason"):
                raise OverlayError(f"[[{table}]] {entry['names']}: no reason")
            yield table, entry


def apply(document: Mapping[str, Any], overlay: Mapping[str, Any]) -> Node:
    """Return the document with the overlay in it; raises `OverlayError` for an idle entry."""
    mended = copy.deepcopy(dict(document))
    for table, entry in entries(overlay):
        for name in entry["names"]:
            for node in _nodes(mended, table, name, entry):
                for key, value in entry["set"].items():
                    _set(node, key, value, f"[[{table}]] {name}")
    for schema, texts in overlay.get("texts", {}).items():
        for name, text in texts.items():
            path = schema if name == "about" else f"{schema}.{name}"
            _set(_field(mended, path), "description", text, path)
    for name, text in overlay.get("summaries", {}).items():
        _set(_operation(mended, name), "summary", text, name)
    for name, text in overlay.get("conflicts", {}).items():
        _set(_operation(mended, name)["responses"]["409"], "description", text, name)
    return mended


def _set(node: Node, key: str, value: Any, where: str) -> None:
    if key == "nullable":  # of a relationship, it stands on `data`
        node = node.get("properties", {}).get("data", node)
    if node.get(key) == value:
        raise OverlayError(f"{where}: {key} is {value!r} without the overlay")
    node[key] = value


def _nodes(document: Node, table: str, name: str, entry: Entry) -> list[Node]:
    if table in {"schemas", "fields"}:
        return [_field(document, name)]
    if table == "operations":
        return [_operation(document, name)]
    wanted = entry.get("operations") or [op["operationId"] for op in _operations(document)]
    found = [p for op in _operations(document) if op["operationId"] in wanted
             for p in op.get("parameters", ()) if p["name"] == name]  # fmt: skip
    if not found or ("operations" in entry and len(found) != len(wanted)):
        raise OverlayError(f"[[parameters]] {name}: not in {wanted}")
    return found


def _field(document: Node, path: str) -> Node:
    """Return a schema, its attribute or relationship, or a field inside an attribute."""
    name, *keys = path.split(".")
    node: Node | None = document["components"]["schemas"].get(name)
    for depth, key in enumerate(keys):
        if node is None:
            break
        parts = [node.get("items", node)]
        if depth == 0 and "type" in node["properties"]:
            kinds = ("attributes", "relationships")
            parts = [node["properties"][kind] for kind in kinds if kind in node["properties"]]
        node = next((p["properties"][key] for p in parts if key in p.get("properties", ())), None)
    if node is None:
        raise OverlayError(f"{path}: not in the document")
    return node


def _operations(document: Node) -> Iterator[Node]:
    return (operation for item in document["paths"].values() for operation in item.values())


def _operation(document: Node, name: str) -> Node:
    found = next((op for op in _operations(document) if op["operationId"] == name), None)
    if found is None:
        raise OverlayError(f"{name}: not in the document")
    return found
