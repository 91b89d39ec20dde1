"""Extract the facts of Scalr's own OpenAPI document, without its prose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

__all__ = ["differences", "refresh", "strip"]

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
    """Write the facts of the document `source` to `target`; returns the differences.

    YAML needs PyYAML; JSON needs nothing. Marks (`x-...`) that only the old document has stay.
    """
    old = json.loads(target.read_bytes())
    new = _marked(strip(_read(source)), old)
    target.write_text(_text(new, depth=3) + "\n", encoding="utf-8")
    return "\n".join(differences(old, new)) or "nothing changed"


def _read(source: Path) -> Any:
    text = source.read_text(encoding="utf-8")
    if source.suffix == ".json":
        return json.loads(text)
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415  # only YAML needs it

    # libyaml's parser, where PyYAML was built with it, takes a tenth of the time.
    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(safe):  # type: ignore[misc, valid-type]  # PyYAML is not typed
        """A loader that makes only JSON values: a date is a string, and so is `no`."""

        yaml_implicit_resolvers = {  # noqa: RUF012  # as PyYAML has it
            first: [(tag, pattern) for tag, pattern in found if not tag.endswith("timestamp")]
            for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
            if first not in "yYnNoO"
        }

    # JSON's keys are strings: the statuses are numbers in YAML.
    return json.loads(json.dumps(yaml.load(text, Loader)))  # a SafeLoader


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


def _marked(new: Any, old: Any) -> Any:
    """Return the new node with the marks of the old one, and in its order."""
    if isinstance(new, list):
        named = _named(old)
        return [_marked(item, named.get(_known(item))) for item in new]
    if not isinstance(new, dict) or not isinstance(old, dict):
        return new
    kept = {key: value for key, value in old.items() if key in new or key[:2] == "x-"}
    return {key: _marked(new.get(key, kept.get(key)), old.get(key)) for key in kept | new}


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Yield a line for each place where two documents differ: added, removed or changed."""
    if isinstance(old, list) and isinstance(new, list):
        old, new = _named(old), _named(new)
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old != new:
            yield f"~{where}: {json.dumps(old)} -> {json.dumps(new)}"
        return
    for key in sorted({*old, *new}):
        if key in old and key in new:
            yield from differences(old[key], new[key], f"{where} {key}")
        else:
            yield f"{'-' if key in old else '+'}{where} {key}"


def _named(items: Any) -> dict[str, Any]:
    """Return the items of a list by their name, or by their own text if they have none."""
    return {_known(item): item for item in items} if isinstance(items, list) else {}


def _known(item: Any) -> str:
    if isinstance(item, dict):
        item = item.get("name") or {key: item[key] for key in item if key[:2] != "x-"}
    return item if isinstance(item, str) else json.dumps(item, sort_keys=True)
