"""Take the facts of another OpenAPI document, Scalr's own, and leave its prose behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

__all__ = ["refresh", "strip"]

_PROSE: Final = frozenset(
    {"description", "example", "examples", "externalDocs", "summary", "title"}
)
_KEPT: Final = frozenset({("info", "title"), ("response", "description")})
"""Members that OpenAPI requires; a response's description becomes empty."""
_MAPS: Final = frozenset(
    {"headers", "parameters", "paths", "properties", "responses", "schemas", "variables"}
)
"""Objects whose keys are names of the API's own."""


def refresh(source: Path, target: Path) -> str:
    """Write the facts of the document `source` to `target`; return what became different.

    YAML needs PyYAML; JSON needs nothing.
    """
    new = strip(_read(source))
    old = json.loads(target.read_bytes())
    target.write_text(_text(new, depth=3) + "\n", encoding="utf-8")
    return "\n".join(_changes(old, new)) or "nothing changed"


def _read(source: Path) -> Any:
    text = source.read_text(encoding="utf-8")
    if source.suffix == ".json":
        return json.loads(text)
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415  # only YAML needs it

    return yaml.safe_load(text)


def _text(node: Any, depth: int) -> str:
    """Return JSON with a line for each path and each schema, so that differences are small."""
    if depth == 0 or not isinstance(node, dict):
        return json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    lines = (f"{json.dumps(key)}:{_text(value, depth - 1)}" for key, value in node.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def strip(node: Any, place: str = "") -> Any:
    """Return a copy without prose; `place` is the key under which the node stands."""
    if isinstance(node, list):
        return [strip(item) for item in node]
    if not isinstance(node, dict):
        return node
    if place in _MAPS:
        inside = "response" if place == "responses" else ""
        return {name: strip(value, inside) for name, value in node.items()}
    return {
        key: "" if key == "description" else strip(value, key)
        for key, value in node.items()
        if key not in _PROSE or (place, key) in _KEPT
    }


def _changes(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Yield a line for each place where two documents differ."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old != new:
            yield f"~{where}"
        return
    for key in sorted({*old, *new}, key=str):
        if key in old and key in new:
            yield from _changes(old[key], new[key], f"{where} {key}")
        else:
            yield f"{'-' if key in old else '+'}{where} {key}"
