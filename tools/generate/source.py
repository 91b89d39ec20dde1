"""One operation of the document, read without being understood yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

__all__ = ["JSON", "JSONAPI", "Node", "Source", "sources"]

JSONAPI: Final = "application/vnd.api+json"
JSON: Final = "application/json"

Node = Mapping[str, Any]


@attrs.frozen
class Source:
    """A method on a path, with what the document says of it."""

    method: str
    path: str
    node: Node

    @property
    def id(self) -> str:
        """The operationId."""
        return str(self.node["operationId"])

    @property
    def queries(self) -> dict[str, Node]:
        """The query parameters that a caller gives, by wire name."""
        parameters = self.node.get("parameters", ())
        return {p["name"]: p for p in parameters if p["in"] == "query" and "x-omitted" not in p}

    @property
    def may_be_empty(self) -> bool:
        """Whether a success may have no content."""
        return "204" in self.node["responses"]

    @property
    def body(self) -> tuple[str, str]:
        """The media type and the schema of the request's body; empty when it has none."""
        return _content(self.node.get("requestBody", {}))

    @property
    def answer(self) -> tuple[str, str]:
        """The media type and the schema of the success that has one; empty when none has."""
        successes = (r for s, r in sorted(self.node["responses"].items()) if s[0] == "2")
        return next((found for found in map(_content, successes) if found[1]), ("", ""))


def _content(message: Node) -> tuple[str, str]:
    for media, content in message.get("content", {}).items():
        return media, content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return "", ""


def sources(document: Node) -> Iterator[Source]:
    """Yield every operation of the document that is not written by hand."""
    for path, item in document["paths"].items():
        for method, node in item.items():
            if "x-handwritten" not in node:
                yield Source(method.upper(), path, node)
