"""From the document to modules: which collection has which function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tools.generate.calls import Call
from tools.generate.document import Node, Operation, operations, resources, type_of
from tools.generate.module import Module, RenderError
from tools.generate.text import plural, singular, snake

_CHANGES: Final = {"GET": "list", "POST": "add", "PATCH": "replace", "DELETE": "remove"}
_VERBS: Final = {"GET": "get", "POST": "create", "PATCH": "update", "DELETE": "delete"}


def resolve(document: Node) -> list[Module]:
    """Return all modules, sorted by name."""
    nodes = resources(document)
    known = {type_of(node): name for name, node in nodes.items() if "x-body" not in node}
    modules = {name: Module(name, nodes[name], known) for name in known.values()}
    routes = [route for route in operations(document) if "x-handwritten" not in route.node]
    for name, node in nodes.items():
        module = modules[node.get("x-body", name)]
        module.add_class(node, name)
        written = {route.kind for route in routes if route.body == name}
        module.add_writes(node, sorted(written & {"create", "update"}))
    calls: dict[tuple[str, str], Call] = {}
    for call in _calls(routes, modules):
        key = call.module.name, call.name
        if calls.setdefault(key, call) is not call:
            raise RenderError(f"{call.operation.name}: {'.'.join(key)} is there; set x-name")
    # What answers a collection's own resource comes first: others take their names from it.
    for call in sorted(calls.values(), key=lambda call: call.subject is not call.module):
        call.ask()
    for call in calls.values():
        call.add()
    return sorted(modules.values(), key=lambda module: module.name)


def _calls(routes: list[Operation], modules: Mapping[str, Module]) -> Iterator[Call]:
    """Yield the function of each operation: of the collection whose list its path is below."""
    known = {type_of(module.node): module for module in modules.values()}
    roots: dict[str, Module] = {}
    for route in routes:
        root, own, rest = (*re.split(r"/\{(\w+)\}(?:/|$)", route.path, maxsplit=1), "", "")[:3]
        answered, owner = known.get(type_of(route.answered)), route.node.get("x-owner")
        if answered and not rest and not owner:
            roots.setdefault(root, answered)
        module = modules[owner] if owner else roots.get(root, answered)
        if module is None:
            raise RenderError(f"{route.name}: no collection to put it in; set x-owner")
        below = rest.split("/") if module is roots.get(root) else []
        name = route.node.get("x-name") or _name(route, below, module.resources)
        yield Call(modules, module, route, name, own)


def _name(route: Operation, below: list[str], known: Mapping[str, str]) -> str:
    """Return the name of a function: its verb, and what stands behind the id in the path."""
    parts = [part for part in below if part and part[0] != "{"]
    nouns = [plural(snake(known[part])) if part in known else snake(part) for part in parts]
    if "/relationships/" in route.path:
        return f"{_CHANGES[route.method]}_{nouns[1]}"
    if "/actions/" in route.path:
        return "_".join(nouns[1:])
    verb = "list" if route.many else _VERBS[route.method]
    if nouns and verb == "get" and below[-1] == parts[-1]:
        return nouns[-1]
    noun = nouns[-1:] if route.many else map(singular, nouns[-1:])
    return "_".join([verb, *noun])
