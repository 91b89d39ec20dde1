"""The corrected document as a server publishes it: with descriptions, without our own marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from tools.generate import text
from tools.generate.document import Node, keys

__all__ = ["published"]

_KEPT: Final = frozenset({"x-resource"})
"""Marks of Scalr's own document that scalr-cli reads."""

_STATUSES: Final = {
    "200": "Success.", "201": "Created.", "202": "Accepted.", "204": "Done; there is no content.",
    "400": "The request could not be read.", "401": "The token is not good.",
    "403": "The user may not do this.", "404": "Not found, or the user may not see it.",
    "409": "The present state does not allow it.", "412": "The state has moved on.",
    "413": "The request is too large.", "422": "The request has values that are not valid.",
    "3XX": "What was asked for is elsewhere.", "4XX": "The request is at fault.",
    "5XX": "The server is at fault.",
}  # fmt: skip
_PARAMETERS: Final = {
    "page[number]": "The page to answer with; 1 is the first.",
    "page[size]": "How many items a page has.",
    "include": "The related resources to answer with, by their relationships.",
    "sort": "What to sort by; a minus before it turns the order around.",
    "fields": "The members to answer with, by type.",
    "query": "A text that what is listed must mention.",
    "format": "The form of the answer.",
}  # fmt: skip


def published(document: Node) -> bytes:
    """Return the document as JSON, without `servers`, which the server adds."""
    found: Node = _unmarked(document)
    for path, item in found["paths"].items():
        for operation in item.values():
            _describe(path, operation)
    for name, schema in found["components"]["schemas"].items():
        schema.setdefault("description", f"{text.title(name)}.")
    tags = sorted({tag for o in _operations(found) for tag in o["tags"]})
    found["tags"] = [{"name": tag, "description": f"{text.title(tag)}."} for tag in tags]
    found["servers"] = []
    return msgspec.json.encode(found, order="sorted") + b"\n"


def _operations(document: Node) -> Iterator[Node]:
    for item in document["paths"].values():
        yield from item.values()


def _describe(path: str, operation: Node) -> None:
    """Add missing descriptions to an operation and its parts."""
    operation.setdefault("summary", text.title(operation["operationId"]))
    operation.setdefault("tags", ["misc"])
    ids = re.findall(r"\{(\w+)\}", path)
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        said = _PARAMETERS.get(name, f"{text.title(name.replace('[', ' '))}.")
        if name in ids:
            said = f"The {text.words(name)}."
        elif name.startswith("filter["):
            said = f"Filter by {' '.join(map(text.words, keys(name)))}."
        parameter.setdefault("description", said)
        if name == "format" and "csv" in parameter["schema"].get("enum", ()):
            plain = {"application/json": {"schema": {"type": "object"}}}
            content = operation["responses"]["200"].setdefault("content", plain)
            content["text/csv"] = {"schema": {"type": "string"}}
    for status, answer in operation["responses"].items():
        answer["description"] = answer.get("description") or _STATUSES[status]


def _unmarked(node: Any) -> Any:
    """Return a copy without the marks of this generator."""
    if isinstance(node, list):
        return [_unmarked(item) for item in node]
    if not isinstance(node, dict):
        return node
    marks = {key for key in node if key.startswith("x-") and key not in _KEPT}
    return {key: _unmarked(value) for key, value in node.items() if key not in marks}
